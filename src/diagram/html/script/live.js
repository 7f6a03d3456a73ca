// ---- a served page: loads anew when the design has changed, and keeps what its reader sees ----
const slot = "archc " + location.search;
/** What names an element also after an edit. */
const lasting = it => it.type === "e" ? [all.get(it.from).id, it.op, all.get(it.to).id, it.label].join(" ") : it.id;
const lasts = new Map([...all.values()].reverse().map(it => [lasting(it), it]));
const fitted = () => {
  const now = view;
  fit();
  const is = Math.abs(now.x - view.x) < 1 && Math.abs(now.y - view.y) < 1 && Math.abs(now.k - view.k) < .001;
  view = now;
  apply();
  return is;
};
const remember = () => {
  const kept = {
    view: fitted() ? null : view,
    folds: data.groups.map(g => [g.id, shut.has(g.key)]),
    overlay: data.overlays[overlay].title,
    flow: flow && flow.name,
    theme: $("theme") && $("theme").value,
    chosen: chosen && lasting(all.get(chosen)),
    find: find.value,
    closed: document.body.classList.contains("closed"),
    shown: [...document.querySelectorAll("#side > details")].map(it => it.open),
    scroll: $("side").scrollTop,
    focus: stage.contains(document.activeElement) ? stop.key && document.activeElement !== stage ? lasting(stop) : "" : null,
  };
  // where nothing may be stored the page starts afresh
  try { sessionStorage.setItem(slot, JSON.stringify(kept)); } catch { return; }
};
const recall = () => {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(slot)); } catch { return; }
  if (!kept) return;
  const folds = new Map(kept.folds);
  for (const g of data.groups) if (folds.has(g.id)) folds.get(g.id) ? shut.add(g.key) : shut.delete(g.key);
  lay();
  const pick = (name, index) => {
    if (index < 0 || !$(name)) return;
    $(name).value = String(index);
    $(name).dispatchEvent(new Event("change"));
  };
  pick("overlay", data.overlays.findIndex(it => it.title === kept.overlay));
  if (kept.flow) pick("flow", data.flows.findIndex(it => it.name === kept.flow));
  else if (flow && $("flow")) {
    $("flow").value = "";
    $("flow").dispatchEvent(new Event("change"));
  }
  if (kept.theme) pick("theme", kept.theme);
  const was = lasts.get(kept.chosen);
  if (was) select(was.key);
  if (kept.find) {
    find.value = kept.find;
    search();
  }
  side(!kept.closed);
  document.querySelectorAll("#side > details").forEach((it, i) => { it.open = kept.shown[i] ?? it.open; });
  $("side").scrollTop = kept.scroll;
  if (kept.focus !== null) (lasts.has(kept.focus) ? lasts.get(kept.focus).mark : stage).focus({ preventScroll: true });
  before = { w: stage.clientWidth, h: stage.clientHeight };
  if (kept.view) {
    view = kept.view;
    apply();
  } else fit();
};
recall();
addEventListener("pagehide", remember);

const tell = (text, lines = []) => {
  const told = $("told");
  told.hidden = !text;
  told.replaceChildren(make("p", text));
  if (lines.length) told.append(rows(false, lines.map(line => [line])));
};
const events = new EventSource("/events");
events.addEventListener("message", e => {
  const now = JSON.parse(e.data);
  if (now.stamp !== document.documentElement.dataset.stamp) {
    events.close();
    location.reload();
  } else tell(now.mistakes.length ? now.text : "", now.mistakes);
  document.documentElement.dataset.heard = "true";
});
events.addEventListener("error", () => tell("The server does not answer; this is the last picture that it gave."));
if ($("view")) $("view").addEventListener("change", e => { location.search = e.target.value && "?view=" + encodeURIComponent(e.target.value); });
// what is told can be selected and scrolled
for (const name of ["pointerdown", "wheel"]) $("news").addEventListener(name, e => e.stopPropagation());
