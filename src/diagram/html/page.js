// The page of one design: pan, zoom, search, collapse, flows, overlays. Text of users goes through textContent alone.
(() => {
"use strict";
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
  const w = stage.clientWidth, h = stage.clientHeight;
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

// ---- collapse: what a shut group leaves free is taken out of the picture, in columns and rows ----
const PAD = 9, KEPT = 14;
/** Where a coordinate goes once the free stretches inside `spans` have shrunk. */
const squeeze = (busy, spans) => {
  busy.sort((a, b) => a[0] - b[0]);
  const cuts = [];
  for (const [from, to] of spans) cuts.push([from, 1], [to, -1]);
  cuts.sort((a, b) => a[0] - b[0]);
  const free = [];
  let depth = 0, open = 0;
  for (const [at, by] of cuts) {
    if (!depth) open = at;
    depth += by;
    if (depth) continue;
    let from = open;
    for (const [a, b] of busy) {
      if (b <= from || a >= at) continue;
      if (a > from) free.push([from, a]);
      from = Math.max(from, b);
    }
    if (from < at) free.push([from, at]);
  }
  const gaps = free.filter(([a, b]) => b - a > KEPT);
  return v => {
    let out = v;
    for (const [a, b] of gaps) {
      const cut = b - a - KEPT;
      if (v >= b) out -= cut;
      else if (v > a) out -= cut * (v - a) / (b - a);
    }
    return out;
  };
};
const holds = (r, p) => p[0] >= r.x - .6 && p[0] <= r.x + r.w + .6 && p[1] >= r.y - .6 && p[1] <= r.y + r.h + .6;
/** The part of a line outside of a box around its start. */
const leave = (points, r) => {
  const i = points.findIndex(p => !holds(r, p));
  if (i < 1) return i ? null : points;
  const p = points[i];
  const edge = [Math.min(r.x + r.w, Math.max(r.x, p[0])), Math.min(r.y + r.h, Math.max(r.y, p[1]))];
  return [edge, ...points.slice(i)];
};
const numbers = /-?(?:\d*\.\d+|\d+)/g;
/** Path data with every point moved. */
const bend = (d, X, Y) => {
  let x = 0, y = 0, out = "";
  for (const [, letter, rest] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const n = (rest.match(numbers) || []).map(Number);
    if (letter === "z") { out += "z"; continue; }
    let p = n;
    if (letter === "h") p = [n[0], 0];
    if (letter === "v") p = [0, n[0]];
    if (letter === "M") x = y = 0;
    const to = [];
    for (let i = 0; i + 1 < p.length; i += 2) to.push(X(x + p[i]).toFixed(1), Y(y + p[i + 1]).toFixed(1));
    x += p[p.length - 2];
    y += p[p.length - 1];
    out += (letter === "M" ? "M" : letter === "q" ? "Q" : letter === "c" ? "C" : "L") + to.join(" ");
  }
  return out;
};
const back = (from, tip, by) => {
  const l = Math.hypot(tip[0] - from[0], tip[1] - from[1]) || 1, part = Math.min(1, by / l);
  return [tip[0] - (tip[0] - from[0]) * part, tip[1] - (tip[1] - from[1]) * part];
};
const round = (points, shift) => points.map((p, i) => {
  const at = q => `${(q[0] + shift).toFixed(1)} ${(q[1] + shift).toFixed(1)}`;
  const a = points[i - 1], b = points[i + 1];
  if (!a) return "M" + at(p);
  if (!b) return "L" + at(p);
  const r = Math.min(6, Math.hypot(p[0] - a[0], p[1] - a[1]) / 2, Math.hypot(p[0] - b[0], p[1] - b[1]) / 2);
  return `L${at(back(a, p, r))}Q${at(p)} ${at(back(b, p, r))}`;
}).join("");
const head = points => {
  const tip = points[points.length - 1], base = back(points[points.length - 2], tip, 8);
  const ux = (tip[0] - base[0]) / 8, uy = (tip[1] - base[1]) / 8;
  const wing = s => `${base[0] - uy * 3.6 * s} ${base[1] + ux * 3.6 * s}`;
  return `M${wing(1)}L${tip[0]} ${tip[1]}L${wing(-1)}`;
};
const parts = (mark, names) => [...mark.querySelectorAll(names)].filter(p => !p.classList.contains("hit"));
const variants = mark => {
  const v = [...mark.children].filter(c => c.classList.contains("v"));
  return v.length ? v : [mark];
};
/** What a primitive is at: the middle of its own coordinates. */
const spot = p => {
  const n = name => Number(p.getAttribute(name)) || 0;
  return [n("x") + n("width") / 2, n("y") + n("height") / 2];
};
const shift = (it, dx, dy) => dx || dy ? it.setAttribute("transform", `translate(${dx.toFixed(1)} ${dy.toFixed(1)})`) : it.removeAttribute("transform");
const near = p => {
  const node = data.nodes.find(n => holds(box(n.rect), p));
  if (node) return node;
  const group = data.groups.find(g => Math.abs(g.rect[1] - p[1]) < 14 && p[0] > g.rect[0] && p[0] < g.rect[0] + g.rect[2] + 14);
  let best = group, least = group ? 8 : 1e9;
  for (const e of data.edges) for (let i = 1; i < e.points.length; i++) {
    const [a, b] = [e.points[i - 1], e.points[i]];
    const x = Math.min(Math.max(p[0], Math.min(a[0], b[0])), Math.max(a[0], b[0]));
    const y = Math.min(Math.max(p[1], Math.min(a[1], b[1])), Math.max(a[1], b[1]));
    const d = Math.hypot(x - p[0], y - p[1]);
    if (d < least) { least = d; best = e; }
  }
  return best;
};
// signs of overlays that stand beside their elements: whose they are
const loose = [];
document.querySelectorAll("#world > .loose:not(.legend)").forEach(g => {
  let owner = null;
  for (const p of g.children) {
    const at = spot(p);
    if (p.tagName === "rect" || !owner) owner = near(at);
    loose.push({ p, at, owner });
  }
});
data.edges.forEach(e => {
  const hit = draw("path", { class: "hit" });
  e.mark.prepend(hit);
  e.hit = hit;
  e.paths = parts(e.mark, "path").map(p => ({ p, d: p.getAttribute("d") }));
});
data.groups.forEach(g => {
  g.frames = variants(g.mark).map(v => v.querySelector("rect"));
  g.rest = parts(g.mark, "rect,text,path,use").filter(p => !g.frames.includes(p)).map(p => ({ p, at: p.tagName === "path" ? [g.rect[0], g.rect[1]] : spot(p) }));
  const r = box(g.rect);
  g.sign = draw("path", { class: "fold", d: `M${r.x + 2.5} ${r.y + 11}l3 4 3-4` }, g.mark);
  g.count = draw("text", { class: "count", x: r.x + 12, y: r.y + 46 }, g.mark);
  g.count.textContent = g.holds === 1 ? "1 component" : `${g.holds} components`;
});

const lay = () => {
  for (const it of all.values()) {
    it.off = it.type === "e" ? false : shown(it.key) !== it.key;
    it.more = 0;
  }
  const closed = data.groups.filter(g => shut.has(g.key) && !g.off);
  const kept = new Map();
  for (const e of data.edges) {
    const a = shown(e.from), b = shown(e.to);
    e.a = a;
    e.b = b;
    e.for = e;
    e.off = a === b && (a !== e.from || b !== e.to);
    e.cut = a !== e.from || b !== e.to || shut.has(a) || shut.has(b);
    e.way = e.points;
    if (e.off || !e.cut) continue;
    const key = a + e.op + b, first = kept.get(key);
    if (first) {
      e.off = true;
      e.for = first;
      first.more++;
      continue;
    }
    let way = shut.has(a) ? leave(e.points, box(all.get(a).rect)) : e.points;
    if (way && shut.has(b)) {
      way = leave([...way].reverse(), box(all.get(b).rect));
      way = way && way.reverse();
    }
    if (!way || way.length < 2) { e.off = true; continue; }
    e.way = way;
    kept.set(key, e);
  }
  const busyX = [], busyY = [];
  const busy = (x, y, w, h, pad) => {
    busyX.push([x - pad, x + w + pad]);
    busyY.push([y - pad, y + h + pad]);
  };
  for (const n of data.nodes) if (!n.off) busy(...n.rect, 12);
  for (const g of data.groups) if (!g.off) {
    const r = box(g.rect);
    for (const at of [r.x, r.x + r.w]) busyX.push([at - PAD, at + PAD]);
    for (const at of [r.y, r.y + r.h]) busyY.push([at - PAD, at + PAD]);
    busyX.push([r.x, r.x + Math.max(g.tab + 12, shut.has(g.key) ? 124 : 0)]);
    busyY.push([r.y, r.y + (shut.has(g.key) ? 56 : 30)]);
  }
  for (const e of data.edges) if (!e.off) {
    for (const p of e.way) busy(p[0], p[1], 0, 0, PAD);
    e.word = e.rect && !(e.cut && closed.some(g => holds(box(g.rect), [e.rect[0], e.rect[1]])));
    if (e.word) busy(...e.rect, 6);
  }
  const X = squeeze(busyX, closed.map(g => [g.rect[0], g.rect[0] + g.rect[2]]));
  const Y = squeeze(busyY, closed.map(g => [g.rect[1], g.rect[1] + g.rect[3]]));
  const by = at => [X(at[0]) - at[0], Y(at[1]) - at[1]];
  for (const n of data.nodes) {
    n.mark.classList.toggle("off", n.off);
    const [dx, dy] = by([n.rect[0], n.rect[1]]);
    shift(n.mark, dx, dy);
    n.now = { x: n.rect[0] + dx, y: n.rect[1] + dy, w: n.rect[2], h: n.rect[3] };
  }
  for (const g of data.groups) {
    const r = box(g.rect), closedNow = shut.has(g.key);
    g.now = { x: X(r.x), y: Y(r.y), w: X(r.x + r.w) - X(r.x), h: Y(r.y + r.h) - Y(r.y) };
    g.mark.classList.toggle("off", g.off);
    g.mark.classList.toggle("shut", closedNow);
    g.mark.setAttribute("aria-expanded", String(!closedNow));
    for (const f of g.frames) if (f) {
      f.setAttribute("x", g.now.x.toFixed(1));
      f.setAttribute("y", g.now.y.toFixed(1));
      f.setAttribute("width", g.now.w.toFixed(1));
      f.setAttribute("height", g.now.h.toFixed(1));
    }
    const left = by([r.x, r.y]), right = by([r.x + r.w, r.y]);
    for (const { p, at } of g.rest) shift(p, ...(at[0] > r.x + r.w / 2 && at[0] > r.x + g.tab ? right : left));
    g.sign.setAttribute("transform", `translate(${left[0]} ${left[1]})` + (closedNow ? `rotate(-90 ${r.x + 5.5} ${r.y + 13})` : ""));
    shift(g.count, ...left);
  }
  for (const e of data.edges) {
    e.mark.classList.toggle("off", e.off);
    if (e.off) continue;
    e.now = e.way.map(p => [X(p[0]), Y(p[1])]);
    e.hit.setAttribute("d", round(e.now, 0));
    const heads = e.op === "--" ? 0 : 1;
    const lists = variants(e.mark).map(v => e.paths.filter(({ p }) => p.parentNode === v));
    for (const list of lists) list.forEach(({ p, d }, i) => {
      if (!e.cut) return p.setAttribute("d", closed.length ? bend(d, X, Y) : d);
      const isHead = heads && i === list.length - 1, twin = e.op === "=>";
      const tip = e.now[e.now.length - 1], before = e.now[e.now.length - 2];
      const body = heads ? [...e.now.slice(0, -1), back(before, tip, e.op === "~>" ? 1 : 7)] : e.now;
      p.setAttribute("d", isHead ? head(e.now) + (e.op === "~>" ? "" : "z") : round(body, twin ? (i ? 1.6 : -1.6) : 0));
    });
    for (const p of parts(e.mark, "text,rect,use")) {
      p.classList.toggle("off", e.cut && !e.word);
      shift(p, ...by(e.rect ? [e.rect[0] + e.rect[2] / 2, e.rect[1] + e.rect[3] / 2] : spot(p)));
    }
  }
  for (const { p, at, owner } of loose) {
    const it = owner && owner.for && owner.type === "e" ? owner.for : owner;
    p.classList.toggle("off", !!owner && (owner.off || owner.cut === true && owner !== it));
    shift(p, ...(owner && owner.type === "n" ? by([owner.rect[0], owner.rect[1]]) : by(at)));
  }
  document.querySelectorAll("#world > .legend").forEach(g => shift(g, 0, Y(data.foot) - data.foot));
  const key = document.querySelector(`#world > .legend.o${overlay}`), wide = key ? key.getBBox() : { x: 0, width: 0 };
  size = { w: Math.max(X(data.width), wide.x + wide.width + 24), h: Y(data.foot) + data.height - data.foot };
  $("fold").textContent = shut.size ? "Expand all" : "Collapse all";
  $("fold").hidden = !data.groups.length;
  sayShut(closed.length);
  badges();
};
const sayShut = count => {
  const it = $("shut");
  it.hidden = !count;
  it.textContent = count ? `${count} ${count === 1 ? "group is" : "groups are"} collapsed` : "";
};
const toggle = key => {
  const g = all.get(key), before = { ...g.now };
  if (!shut.delete(key)) shut.add(key);
  lay();
  view.x += (before.x - g.now.x) * view.k;
  view.y += (before.y - g.now.y) * view.k;
  hideTip();
  apply();
};
const foldAll = close => {
  shut.clear();
  if (close) data.groups.forEach(g => shut.add(g.key));
  lay();
  fit();
};

// ---- flows ----
let flow = null;
const pill = (text, x, y, name) => {
  const w = Math.max(18, 7 * text.length + 8), g = draw("g", { class: name, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, marks);
  draw("rect", { x: -w / 2, y: -9, width: w, height: 18, rx: 9 }, g);
  draw("text", { y: 4 }, g).textContent = text;
};
/** A place on a line for a sign, beside its label. */
const seat = e => {
  let best = 0, long = -1;
  for (let i = 1; i < e.now.length; i++) {
    const l = Math.hypot(e.now[i][0] - e.now[i - 1][0], e.now[i][1] - e.now[i - 1][1]);
    if (l > long) { long = l; best = i; }
  }
  const [a, b] = [e.now[best - 1], e.now[best]];
  const at = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  if (!e.word) return at;
  const words = [...e.mark.querySelectorAll("text")].find(t => !t.classList.contains("off"));
  const move = ((words && words.getAttribute("transform")) || "").match(numbers) || [0, 0];
  return [e.rect[0] + Number(move[0]) - 8, e.rect[1] + Number(move[1]) + e.rect[3] / 2];
};
const badges = () => {
  marks.replaceChildren();
  const steps = new Map();
  if (flow) flow.steps.forEach((s, i) => {
    if (s.edge == null) return;
    const e = data.edges[s.edge].for;
    if (!e.off) steps.set(e, [...(steps.get(e) || []), i + 1]);
  });
  const on = new Set();
  if (flow) {
    for (const n of flow.nodes) for (let at = "n" + n; at; at = all.get(at).parent) on.add(at);
    for (const e of steps.keys()) on.add(e.key);
  }
  for (const it of all.values()) {
    it.mark.classList.toggle("dim", !!flow && !on.has(it.key));
    it.mark.classList.toggle("on", !!flow && it.type === "e" && on.has(it.key));
  }
  for (const { p, owner } of loose) p.classList.toggle("dim", !!flow && !!owner && !on.has(owner.key));
  for (const e of data.edges) {
    if (e.off) continue;
    const s = steps.get(e);
    if (s) pill(s.length > 4 ? `${s.slice(0, 4).join(" ")} …` : s.join(" "), ...seat(e), "step");
    else if (e.more) pill(`×${e.more + 1}`, ...seat(e), "times");
  }
};

// ---- the panel ----
const figures = list => {
  const dl = make("dl");
  for (const [name, value] of list) {
    const row = make("div");
    row.append(make("dt", name), make("dd", value));
    dl.append(row);
  }
  return dl;
};
const link = (key, text) => {
  const b = make("button", text, "link");
  b.type = "button";
  b.addEventListener("click", () => { select(key); center(key); });
  return b;
};
const rows = (ordered, items) => {
  const ol = make(ordered ? "ol" : "ul");
  items.forEach(parts => {
    const li = make("li");
    li.append(...parts);
    ol.append(li);
  });
  return ol;
};
const section = (head, ...parts) => {
  const s = make("section");
  s.append(make("h2", head), ...parts);
  return s;
};
const prose = text => {
  const p = make("p");
  text.split("`").forEach((part, i) => p.append(i % 2 ? make("code", part) : part));
  return p;
};
let chosen = null;
data.findings.forEach((f, i) => { f.number = i + 1; });
const findingsOf = key => data.findings.filter(f => f.at.includes(key));
const finding = (f, links) => {
  const parts = [make("span", `${f.number}`, "number"), make("span", `${f.code} ${f.severity}`, "pill " + f.severity), prose(f.message)];
  if (links) f.at.slice(0, 6).forEach(key => parts.push(link(key, all.get(key).id || title(all.get(key))), " "));
  return parts;
};
const details = () => {
  const out = $("details"), it = chosen && all.get(chosen);
  out.replaceChildren();
  if (it) {
    const close = make("button", "×", "close");
    close.type = "button";
    close.setAttribute("aria-label", "close the details");
    close.addEventListener("click", () => select(null));
    const s = section(title(it), close);
    if (it.type !== "e" && it.id !== it.label) s.append(make("code", it.id));
    if (it.desc) s.append(make("p", it.desc));
    s.append(figures(it.figures));
    const ties = it.type === "n" ? data.edges.filter(e => e.from === it.key || e.to === it.key) : [];
    if (it.type === "e") s.append(make("h3", "Ends"), rows(false, [[link(it.from, all.get(it.from).label)], [link(it.to, all.get(it.to).label)]]));
    if (it.type === "g") s.append(make("h3", "Holds"), rows(false, data.nodes.filter(n => inside(n.key, it.key)).slice(0, 60).map(n => [link(n.key, n.label)])));
    if (ties.length) s.append(make("h3", "Connections"), rows(false, ties.slice(0, 60).map(e => [link(e.key, title(e)), e.label ? ` ${e.label}` : ""])));
    const found = findingsOf(it.key);
    if (found.length) s.append(make("h3", "Findings"), rows(false, found.map(f => finding(f, false))));
    out.append(s);
  }
  if (flow) {
    const s = section(flow.name, figures(flow.figures));
    s.append(rows(true, flow.steps.map(step => step.edge == null ? [step.text] : [link("e" + step.edge, step.text)])));
    out.append(s);
  }
  const notes = data.overlays[overlay].notes;
  if (notes.length) out.append(section(data.overlays[overlay].title, rows(false, notes.map(n => [make("span", n.tag, "pill " + n.tone), make("strong", n.head), prose(n.text)]))));
};
const select = key => {
  if (chosen) all.get(chosen).mark.classList.remove("chosen");
  chosen = key;
  if (key) {
    all.get(key).mark.classList.add("chosen");
    side(true);
  }
  details();
  if (key) $("side").scrollTop = 0;
};
const side = open => {
  document.body.classList.toggle("closed", !open);
  $("more").setAttribute("aria-expanded", String(open));
};
if (data.findings.length) {
  $("list").append(rows(false, data.findings.map(f => finding(f, true))));
} else $("list").append(make("p", "None."));

// ---- tooltips ----
let tipOf = null;
const hideTip = () => { tip.hidden = true; tipOf = null; };
const showTip = (it, x, y) => {
  if (tipOf !== it) {
    tip.replaceChildren(make("strong", title(it)));
    if (it.label && it.type === "e") tip.append(make("p", it.label));
    if (it.desc) tip.append(make("p", it.desc));
    tip.append(figures(it.figures));
    const found = findingsOf(it.key).length;
    if (found) tip.append(make("p", `${found} ${found === 1 ? "finding" : "findings"}`));
    tip.hidden = false;
    tipOf = it;
  }
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - w - 4)) + "px";
  tip.style.top = (y + 16 + h > innerHeight ? Math.max(4, y - h - 12) : y + 16) + "px";
};
const element = target => {
  const mark = target.closest && target.closest("#world > g[tabindex]");
  return mark && all.get(mark.id);
};
stage.addEventListener("pointermove", e => {
  if (fingers.size || e.pointerType === "touch") return;
  const it = element(e.target);
  if (it) showTip(it, e.clientX, e.clientY);
  else hideTip();
});
stage.addEventListener("pointerleave", hideTip);
stage.addEventListener("focusin", e => {
  const it = element(e.target);
  if (!it || !e.target.matches(":focus-visible")) return;
  reveal(it);
  const r = stage.getBoundingClientRect(), b = place(it);
  showTip(it, r.left + view.x + (b.x + b.w / 2) * view.k, r.top + view.y + Math.min(stage.clientHeight - 40, (b.y + b.h) * view.k));
});
stage.addEventListener("focusout", hideTip);
stage.addEventListener("scroll", () => stage.scrollTo(0, 0));
stage.addEventListener("click", e => {
  if (moved) { moved = false; return; }
  const it = element(e.target);
  if (!it) return;
  if (it.type === "g") {
    const r = stage.getBoundingClientRect();
    const inTitle = shut.has(it.key) || (e.clientY - r.top - view.y) / view.k - it.now.y < 28;
    if (inTitle) toggle(it.key);
    else if (!e.detail) toggle(it.key);
  }
  hideTip();
  select(it.key);
});

// ---- search ----
const find = $("find");
let hits = [], at = -1;
const search = () => {
  const words = find.value.trim().toLowerCase();
  hits = words ? [...all.values()].filter(it => it.words.includes(words)).sort((a, b) => b.words.startsWith(words) - a.words.startsWith(words)) : [];
  at = -1;
  for (const it of all.values()) it.mark.classList.toggle("match", hits.includes(it));
  picture.classList.toggle("searching", hits.length > 0);
  $("found").textContent = words ? hits.length ? `${hits.length} found` : "nothing found" : "";
};
for (const it of all.values()) it.words = [it.label, it.type === "e" ? "" : it.id, it.kind, it.tech].join(" ").toLowerCase();
find.addEventListener("input", search);
find.addEventListener("keydown", e => {
  if (e.key === "Escape") {
    find.value = "";
    search();
    stage.focus();
  } else if (e.key === "Enter" && hits.length) {
    e.preventDefault();
    at = (at + (e.shiftKey ? hits.length - 1 + (at < 0) : 1)) % hits.length;
    $("found").textContent = `${at + 1} of ${hits.length}`;
    center(hits[at].key);
    if (small.matches) details(chosen = null);
    else select(hits[at].key);
  }
});

// ---- controls ----
const show = index => {
  overlay = index;
  picture.dataset.o = String(index);
  details();
};
$("overlay").addEventListener("change", e => show(Number(e.target.value)));
$("flow").addEventListener("change", e => {
  flow = e.target.value === "" ? null : data.flows[Number(e.target.value)];
  badges();
  details();
  if (flow) side(true);
});
$("theme").addEventListener("change", e => { document.documentElement.className = "archc archc-" + e.target.value; });
$("in").addEventListener("click", () => zoom(1.3));
$("out").addEventListener("click", () => zoom(1 / 1.3));
$("fit").addEventListener("click", fit);
$("fold").addEventListener("click", () => foldAll(!shut.size));
$("more").addEventListener("click", () => side(document.body.classList.contains("closed")));
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.target.matches("input,select,textarea")) return;
  const step = e.shiftKey ? 240 : 60;
  const it = element(e.target);
  if (it && (e.key === "Enter" || e.key === " ")) {
    if (it.type === "g") toggle(it.key);
    select(it.key);
  } else if (e.key === "/") {
    find.focus();
    find.select();
  } else if (e.key === "+" || e.key === "=") zoom(1.3);
  else if (e.key === "-" || e.key === "_") zoom(1 / 1.3);
  else if (e.key === "0") fit();
  else if (e.key === "Escape") {
    select(null);
    hideTip();
  } else if (!e.target.closest("#side") && e.key === "ArrowLeft") pan(step, 0);
  else if (!e.target.closest("#side") && e.key === "ArrowRight") pan(-step, 0);
  else if (!e.target.closest("#side") && e.key === "ArrowUp") pan(0, step);
  else if (!e.target.closest("#side") && e.key === "ArrowDown") pan(0, -step);
  else return;
  e.preventDefault();
});
let before = { w: stage.clientWidth, h: stage.clientHeight };
new ResizeObserver(() => {
  const now = { w: stage.clientWidth, h: stage.clientHeight };
  view.x += (now.w - before.w) / 2;
  view.y += (now.h - before.h) / 2;
  before = now;
  apply();
}).observe(stage);

side(!small.matches);
if (data.flow != null) {
  flow = data.flows[data.flow];
  $("flow").value = String(data.flow);
}
lay();
details();
fit();
document.documentElement.dataset.ready = "true";
})();
