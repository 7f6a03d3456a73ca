// The elements of the page; pan and zoom. Text of users goes through textContent alone.
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const stage = $("stage"), picture = $("picture"), world = $("world"), tip = $("tip"), marks = $("marks");
const SVG = "http://www.w3.org/2000/svg";
const small = matchMedia("(max-width:48rem)");

// ---- elements ----
const all = new Map();
const put = (list, letter) => list.forEach((it, i) => {
  it.key = letter + i;
  it.type = letter;
  it.mark = $(it.key);
  all.set(it.key, it);
});
put(data.groups, "g");
put(data.edges, "e");
put(data.nodes, "n");
const shut = new Set(data.groups.filter(g => g.shut).map(g => g.key));
const make = (tag, text, name) => {
  const it = document.createElement(tag);
  if (text !== undefined) it.textContent = text;
  if (name) it.className = name;
  return it;
};
const draw = (tag, attributes, parent) => {
  const it = document.createElementNS(SVG, tag);
  for (const name in attributes) it.setAttribute(name, attributes[name]);
  if (parent) parent.append(it);
  return it;
};
const title = it => it.type === "e" ? `${all.get(it.from).label} ${it.op} ${all.get(it.to).label}` : it.label;
const box = r => ({ x: r[0], y: r[1], w: r[2], h: r[3] });
/** The outermost collapsed group around an element, or the element. */
const shown = key => {
  let out = key;
  for (let at = key; at; at = all.get(at).parent) if (shut.has(at)) out = at;
  return out;
};
const inside = (key, group) => {
  for (let at = all.get(key).parent; at; at = all.get(at).parent) if (at === group) return true;
  return false;
};
data.groups.forEach(g => { g.holds = data.nodes.filter(n => inside(n.key, g.key)).length; });

// ---- pan and zoom ----
let view = { x: 0, y: 0, k: 1 };
let overlay = data.overlay;
let size = { w: data.width, h: data.height };
picture.removeAttribute("viewBox");
const apply = () => {
  world.setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.k.toFixed(4)})`);
  $("zoom").textContent = Math.round(view.k * 100) + " %";
};
const zoom = (factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) => {
  const k = Math.min(8, Math.max(0.04, view.k * factor));
  view = { x: x - (x - view.x) * k / view.k, y: y - (y - view.y) * k / view.k, k };
  hideTip();
  apply();
};
const pan = (dx, dy) => {
  view.x += dx;
  view.y += dy;
  hideTip();
  apply();
};
const fit = () => {
  // not below a phone's buttons
  const w = stage.clientWidth, h = stage.clientHeight - (small.matches ? 56 : 0);
  const k = Math.max(0.04, Math.min(1.25, w / size.w, h / size.h));
  view = { x: (w - size.w * k) / 2, y: Math.max(0, (h - size.h * k) / 2), k };
  apply();
};
const place = it => {
  if (it.type === "e") {
    const p = it.now || it.points;
    const at = p[Math.floor(p.length / 2)], before = p[Math.floor(p.length / 2) - 1] || at;
    return { x: (at[0] + before[0]) / 2, y: (at[1] + before[1]) / 2, w: 0, h: 0 };
  }
  return it.now || box(it.rect);
};
/** Brings an element to the middle, opening what hides it. */
const center = key => {
  const it = all.get(key);
  let opened = false;
  const ends = it.type === "e" ? [all.get(it.from), all.get(it.to)] : [it];
  for (const end of ends) for (let at = end.parent; at; at = all.get(at).parent) opened = shut.delete(at) || opened;
  if (opened) lay();
  const r = place(it), k = Math.min(2, Math.max(view.k, 0.8));
  const tall = r.h * k > stage.clientHeight;
  view = {
    x: stage.clientWidth / 2 - (r.x + r.w / 2) * k,
    y: tall ? 40 - r.y * k : stage.clientHeight / 2 - (r.y + r.h / 2) * k,
    k
  };
  apply();
};
/** Moves as little as makes an element visible. */
const reveal = it => {
  const r = place(it), w = stage.clientWidth, h = stage.clientHeight;
  const x = view.x + r.x * view.k, y = view.y + r.y * view.k, far = 24;
  const by = (from, length, room) => from < far || length > room ? far - from : Math.min(0, room - far - from - length);
  const dx = by(x, r.w * view.k, w), dy = by(y, Math.min(r.h * view.k, h - 2 * far), h);
  if (dx || dy) pan(dx, dy);
};

const fingers = new Map();
let moved = false, start = null;
const middle = () => {
  const p = [...fingers.values()];
  const x = p.reduce((s, f) => s + f.x, 0) / p.length, y = p.reduce((s, f) => s + f.y, 0) / p.length;
  return { x, y, d: p.length > 1 ? Math.hypot(p[0].x - p[1].x, p[0].y - p[1].y) : 0 };
};
stage.addEventListener("pointerdown", e => {
  if (e.button || e.target.closest("button")) return;
  fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
  if (fingers.size === 1) moved = false;
  start = middle();
});
addEventListener("pointermove", e => {
  if (!fingers.has(e.pointerId)) return;
  fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
  const now = middle();
  if (!moved && fingers.size === 1 && Math.hypot(now.x - start.x, now.y - start.y) < 4) return;
  if (!moved) stage.classList.add("drag");
  moved = true;
  pan(now.x - start.x, now.y - start.y);
  const r = stage.getBoundingClientRect();
  if (start.d && now.d) zoom(now.d / start.d, now.x - r.left, now.y - r.top);
  start = now;
});
const lift = e => {
  if (!fingers.delete(e.pointerId)) return;
  if (fingers.size) start = middle();
  else stage.classList.remove("drag");
};
addEventListener("pointerup", lift);
addEventListener("pointercancel", lift);
stage.addEventListener("wheel", e => {
  e.preventDefault();
  const r = stage.getBoundingClientRect(), step = e.deltaMode ? 30 : 1;
  if (e.shiftKey) pan(-(e.deltaX || e.deltaY) * step, 0);
  else zoom(Math.exp(-Math.max(-120, Math.min(120, e.deltaY * step)) / 400), e.clientX - r.left, e.clientY - r.top);
}, { passive: false });
