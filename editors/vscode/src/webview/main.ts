// The preview's page: shows a picture, lets the reader move, zoom and pick, and tells what was clicked. It loads nothing.
import type { FromPage, Shown, ToPage } from "../messages";

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  setState(state: unknown): void;
};

const code = acquireVsCodeApi();
const nonce = document.currentScript?.dataset.nonce ?? "";
const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const stage = find("stage");
const note = find("note");
const pickers = {
  view: find<HTMLSelectElement>("view"), flow: find<HTMLSelectElement>("flow"), overlay: find<HTMLSelectElement>("overlay"),
};

let picture: SVGSVGElement | undefined;
let size = { width: 0, height: 0 };
let place = { x: 0, y: 0, scale: 1 };
/** Whether the reader has moved the picture; until then it is fitted to the page. */
let moved = false;
let selected: string[] = [];
/** The groups that were opened. */
let open: string[] = [];
const groups = find<HTMLButtonElement>("groups");

window.addEventListener("message", event => {
  const message = event.data as ToPage;
  if (message.kind === "picture") show(message);
  else if (message.kind === "stale") stale(message.why);
  else select(message.ids, message.reveal);
});

function show(message: Extract<ToPage, { kind: "picture" }>): void {
  // the picture brings its own style sheet, which the policy lets in by the nonce; in text a `<` is written otherwise
  const text = message.svg.replaceAll("<style>", `<style nonce="${nonce}">`);
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") {
    stale("the picture cannot be read");
    return;
  }
  const svg = document.importNode(parsed, true) as unknown as SVGSVGElement;
  const another = stage.dataset.name !== message.name;
  stage.dataset.name = message.name;
  find("wait")?.remove();
  picture?.remove();
  picture = svg;
  const box = svg.viewBox.baseVal;
  size = { width: box.width, height: box.height };
  stage.append(svg);
  for (const id of message.links) for (const element of elements(id)) element.setAttribute("data-link", "");
  for (const id of message.closed) for (const element of elements(id)) element.setAttribute("data-closed", "");
  open = message.shown.open;
  groups.textContent = message.closed.length ? "Open all" : "Close groups";
  groups.title = message.closed.length ? "Show what is in the closed groups; a double click opens one" : "Close the groups that were opened";
  groups.hidden = !message.closed.length && !open.length;
  theme();
  note.textContent = message.note;
  note.className = "";
  fill(pickers.view, "Everything", message.choices.views, message.shown.view);
  fill(pickers.flow, "None", message.choices.flows, message.shown.flow);
  fill(pickers.overlay, "None", message.choices.overlays, message.shown.overlay);
  if (another) moved = false;
  if (moved) move();
  else fit();
  select(selected, false);
  stage.dataset.pictures = String(Number(stage.dataset.pictures ?? 0) + 1);
}

function stale(why: string): void {
  note.textContent = picture ? `${why}; the last good picture stays` : why;
  note.className = "stale";
}

function fill(picker: HTMLSelectElement, none: string, names: string[], chosen: string): void {
  picker.closest("label")?.toggleAttribute("hidden", !names.length);
  picker.replaceChildren(new Option(none, ""), ...names.filter(name => name !== "none").map(name => new Option(name, name)));
  picker.value = names.includes(chosen) ? chosen : "";
}

function elements(id: string): Element[] {
  return picture ? [...picture.querySelectorAll(`[data-id="${CSS.escape(id)}"]`)] : [];
}

function select(ids: string[], reveal: boolean): void {
  selected = ids;
  for (const old of picture?.querySelectorAll(".selected, .outline") ?? []) old.classList.remove("selected", "outline");
  const found = ids.flatMap(elements);
  for (const element of found) {
    element.classList.add("selected");
    // the outline; signs on a box are shapes too
    element.querySelector(":scope > rect, :scope > path")?.classList.add("outline");
  }
  const [first] = found;
  if (!reveal || !first || !moved) return;
  // as little as brings it into sight
  const box = first.getBoundingClientRect();
  const page = stage.getBoundingClientRect();
  const into = (low: number, high: number, from: number, to: number) =>
    high - low > to - from ? 0 : low < from ? from - low : high > to ? to - high : 0;
  place.x += into(box.left, box.right, page.left + 16, page.right - 16);
  place.y += into(box.top, box.bottom, page.top + 16, page.bottom - 16);
  move();
}

function theme(): void {
  const dark = document.body.classList.contains("vscode-dark") ||
    (document.body.classList.contains("vscode-high-contrast") && !document.body.classList.contains("vscode-high-contrast-light"));
  picture?.classList.remove("archc-auto", "archc-dark", "archc-light");
  picture?.classList.add(dark ? "archc-dark" : "archc-light");
}
new MutationObserver(theme).observe(document.body, { attributes: true, attributeFilter: ["class"] });

// where the picture is

function move(): void {
  if (picture) picture.style.transform = `translate(${place.x}px, ${place.y}px) scale(${place.scale})`;
}

function fit(): void {
  moved = false;
  const { clientWidth: width, clientHeight: height } = stage;
  const scale = Math.min(1.5, (width - 16) / size.width, (height - 16) / size.height);
  if (!(scale > 0)) return;
  place = { x: (width - size.width * scale) / 2, y: (height - size.height * scale) / 2, scale };
  move();
}

function zoom(factor: number, x = stage.clientWidth / 2, y = stage.clientHeight / 2): void {
  const scale = Math.min(8, Math.max(0.05, place.scale * factor));
  const by = scale / place.scale;
  place = { x: x - (x - place.x) * by, y: y - (y - place.y) * by, scale };
  moved = true;
  move();
}

function pan(x: number, y: number): void {
  place.x += x;
  place.y += y;
  moved = true;
  move();
}

new ResizeObserver(() => moved || fit()).observe(stage);

stage.addEventListener("wheel", event => {
  event.preventDefault();
  const box = stage.getBoundingClientRect();
  const steps = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
  if (event.shiftKey) pan(-steps, 0);
  else zoom(Math.exp(-Math.max(-200, Math.min(200, steps)) / 400), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });

const fingers = new Map<number, { x: number; y: number }>();
let travelled = 0;

stage.addEventListener("pointerdown", event => {
  if (event.button > 1) return;
  if (!fingers.size) travelled = 0;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
});
stage.addEventListener("pointermove", event => {
  const last = fingers.get(event.pointerId);
  if (!last) return;
  const now = { x: event.clientX, y: event.clientY };
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  travelled += Math.abs(now.x - last.x) + Math.abs(now.y - last.y);
  if (travelled > 4 && !stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
  if (other) {
    const apart = (at: { x: number; y: number }) => Math.hypot(at.x - other.x, at.y - other.y) || 1;
    const box = stage.getBoundingClientRect();
    zoom(apart(now) / apart(last), other.x - box.left, other.y - box.top);
  } else if (travelled > 4) {
    stage.classList.add("moving");
    pan(now.x - last.x, now.y - last.y);
  }
  fingers.set(event.pointerId, now);
});
const lift = (event: PointerEvent) => {
  fingers.delete(event.pointerId);
  stage.classList.remove("moving");
};
stage.addEventListener("pointerup", lift);
stage.addEventListener("pointercancel", lift);

stage.addEventListener("click", event => {
  if (travelled > 4) return;
  const id = (event.target as Element).closest("[data-link]")?.getAttribute("data-id");
  if (id) code.postMessage({ kind: "open", id });
});

stage.addEventListener("dblclick", event => {
  const id = (event.target as Element).closest("[data-closed]")?.getAttribute("data-id");
  if (id) pick([...open, id]);
});

stage.addEventListener("keydown", event => {
  const steps: Record<string, () => void> = {
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": fit,
    ArrowLeft: () => pan(40, 0), ArrowRight: () => pan(-40, 0), ArrowUp: () => pan(0, 40), ArrowDown: () => pan(0, -40),
  };
  const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
  if (!step) return;
  event.preventDefault();
  step();
});

find("in").addEventListener("click", () => zoom(1.25));
find("out").addEventListener("click", () => zoom(0.8));
find("fit").addEventListener("click", fit);
find("export").addEventListener("click", () => code.postMessage({ kind: "export" }));
groups.addEventListener("click", () => pick(picture?.querySelector("[data-closed]") ? ["*"] : []));
for (const picker of Object.values(pickers)) picker.addEventListener("change", () => pick(open));

function pick(open: string[]): void {
  const shown: Shown = { view: pickers.view.value, flow: pickers.flow.value, overlay: pickers.overlay.value, open };
  moved = false;
  code.postMessage({ kind: "show", shown });
}

code.setState({ uri: document.querySelector("header")?.dataset.uri });
code.postMessage({ kind: "ready" });
