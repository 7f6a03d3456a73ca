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
  if (!small.matches && data.overlays[index].notes[0]) side(true);
};
$("overlay")?.addEventListener("change", e => show(Number(e.target.value)));
$("flow")?.addEventListener("change", e => {
  flow = e.target.value === "" ? null : data.flows[Number(e.target.value)];
  badges();
  details();
  if (flow) side(true);
});
$("theme")?.addEventListener("change", e => { document.documentElement.className = "archc archc-" + e.target.value; });
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
    if (it) stage.focus();
  } else if (it && arrows[e.key]) walk(it, e.key);
  else if (!e.target.closest("#side") && e.key === "ArrowLeft") pan(step, 0);
  else if (!e.target.closest("#side") && e.key === "ArrowRight") pan(-step, 0);
  else if (!e.target.closest("#side") && e.key === "ArrowUp") pan(0, step);
  else if (!e.target.closest("#side") && e.key === "ArrowDown") pan(0, -step);
  else return;
  e.preventDefault();
});
let before;
new ResizeObserver(() => {
  const now = { w: stage.clientWidth, h: stage.clientHeight };
  view.x += (now.w - before.w) / 2;
  view.y += (now.h - before.h) / 2;
  before = now;
  apply();
}).observe(stage);

// empty, it only takes room
side(!small.matches && !!(data.findings[0] || data.flow != null || data.overlays[overlay].notes[0]));
if (data.flow != null) {
  flow = data.flows[data.flow];
  $("flow").value = String(data.flow);
}
lay();
details();
fit();
// this size is told too
before = { w: stage.clientWidth, h: stage.clientHeight };
document.documentElement.dataset.ready = "true";
