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
