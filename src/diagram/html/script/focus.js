// ---- one stop of the Tab key for all elements; from there the arrow keys go to what lies beside ----
let stop = null;
const rove = it => {
  if (stop) stop.mark.setAttribute("tabindex", "-1");
  stop = it;
  it.mark.setAttribute("tabindex", "0");
};
const reachable = it => it.type !== "e" && shown(it.key) === it.key;
/** The nearest node or group in a direction, more along it than across. */
const beside = (it, dx, dy) => {
  const middle = other => {
    const b = place(other);
    return [b.x + b.w / 2, b.y + b.h / 2];
  };
  const [x, y] = middle(it);
  let best = null, least = Infinity;
  for (const other of all.values()) {
    if (other === it || !reachable(other)) continue;
    const [u, v] = middle(other);
    const along = (u - x) * dx + (v - y) * dy, across = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    if (along < 1 || across > 3 * along) continue;
    if (along + 2 * across < least) {
      least = along + 2 * across;
      best = other;
    }
  }
  return best;
};
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** Takes the focus along an arrow; from a line, to the end that lies there. */
const walk = (it, key) => {
  const [dx, dy] = arrows[key];
  const next = beside(it, dx, dy);
  if (!next) return;
  rove(next);
  next.mark.focus();
};
for (const it of all.values()) it.mark.setAttribute("tabindex", "-1");
rove(data.nodes.find(reachable) || data.groups.find(reachable) || data.nodes[0] || { mark: stage });
stage.addEventListener("focusin", e => {
  const it = element(e.target);
  if (it && it !== stop) rove(it);
  // what was collapsed meanwhile cannot be reached
  if (e.target === stage && stop.key && shown(stop.key) !== stop.key) rove(all.get(shown(stop.key)));
});
