// ---- collapse: what a shut group leaves free is taken out of the picture, in columns and rows ----
const PAD = 9, KEPT = 14;
/** The letters of a shut group against the usual. */
const large = () => Math.min(3.2, Math.max(1.6, Math.sqrt(shut.size) / 2.1));
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

/** What of each line is left outside of the shut groups; lines between the same two boxes become one. */
const cut = () => {
  for (const it of all.values()) {
    it.off = it.type === "e" ? false : shown(it.key) !== it.key;
    it.more = 0;
  }
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
};
/** Where each x and each y goes. */
const room = closed => {
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
    const k = shut.has(g.key) && large();
    busyX.push([r.x, r.x + (k ? k * Math.max(g.tab + 14, 110) : g.tab + 12)]);
    busyY.push([r.y, r.y + (k ? k * 56 : 30)]);
  }
  for (const e of data.edges) if (!e.off) {
    for (const p of e.way) busy(p[0], p[1], 0, 0, PAD);
    e.word = e.rect && !(e.cut && closed.some(g => holds(box(g.rect), [e.rect[0], e.rect[1]])));
    if (e.word) busy(...e.rect, 6);
  }
  const X = squeeze(busyX, closed.map(g => [g.rect[0], g.rect[0] + g.rect[2]]));
  const Y = squeeze(busyY, closed.map(g => [g.rect[1], g.rect[1] + g.rect[3]]));
  return { X, Y, by: at => [X(at[0]) - at[0], Y(at[1]) - at[1]] };
};
const moveBoxes = ({ X, Y, by }) => {
  for (const n of data.nodes) {
    n.mark.classList.toggle("off", n.off);
    const [dx, dy] = by([n.rect[0], n.rect[1]]);
    shift(n.mark, dx, dy);
    n.now = { x: n.rect[0] + dx, y: n.rect[1] + dy, w: n.rect[2], h: n.rect[3] };
  }
  for (const g of data.groups) {
    const r = box(g.rect), isShut = shut.has(g.key);
    g.now = { x: X(r.x), y: Y(r.y), w: X(r.x + r.w) - X(r.x), h: Y(r.y + r.h) - Y(r.y) };
    g.mark.classList.toggle("off", g.off);
    g.mark.classList.toggle("shut", isShut);
    g.mark.setAttribute("aria-expanded", String(!isShut));
    for (const f of g.frames) if (f) {
      f.setAttribute("x", g.now.x.toFixed(1));
      f.setAttribute("y", g.now.y.toFixed(1));
      f.setAttribute("width", g.now.w.toFixed(1));
      f.setAttribute("height", g.now.h.toFixed(1));
    }
    const right = by([r.x + r.w, r.y]);
    const k = isShut ? Math.max(1, Math.min(large(), (g.now.w - 8) / Math.max(g.tab + 14, 110), (g.now.h - 4) / 56)) : 1;
    const to = `translate(${g.now.x - k * r.x} ${g.now.y - k * r.y})scale(${k})`;
    for (const { p, at } of g.rest) {
      if (at[0] > r.x + r.w / 2 && at[0] > r.x + g.tab) shift(p, ...right);
      else p.setAttribute("transform", to);
    }
    g.sign.setAttribute("transform", to + (isShut ? `rotate(-90 ${r.x + 5.5} ${r.y + 13})` : ""));
    g.count.setAttribute("transform", to);
  }
};
const moveLines = ({ X, Y, by }, whole) => {
  for (const e of data.edges) {
    e.mark.classList.toggle("off", e.off);
    if (e.off) continue;
    e.now = e.way.map(p => [X(p[0]), Y(p[1])]);
    e.hit.setAttribute("d", round(e.now, 0));
    const heads = e.op === "--" ? 0 : 1;
    const lists = variants(e.mark).map(v => e.paths.filter(({ p }) => p.parentNode === v));
    for (const list of lists) list.forEach(({ p, d }, i) => {
      if (!e.cut) return p.setAttribute("d", whole ? d : bend(d, X, Y));
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
};
const moveSigns = ({ by }) => {
  for (const { p, at, owner } of loose) {
    const it = owner && owner.for && owner.type === "e" ? owner.for : owner;
    p.classList.toggle("off", !!owner && (owner.off || owner.cut === true && owner !== it));
    shift(p, ...(owner && owner.type === "n" ? by([owner.rect[0], owner.rect[1]]) : by(at)));
  }
};
const lay = () => {
  cut();
  const closed = data.groups.filter(g => shut.has(g.key) && !g.off);
  const to = room(closed), { X, Y } = to;
  moveBoxes(to);
  moveLines(to, !closed.length);
  moveSigns(to);
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
