// The practice page: shows what the extension tells, and says what was pressed. Every text goes in as text.
import type { Brief, Card, Clock, FromPage, ToPage } from "../practice-messages";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };
const code = acquireVsCodeApi();
const by = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
let brief: Brief | undefined;

function make<K extends keyof HTMLElementTagNameMap>(name: K, text = "", ...inside: Node[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (text) element.append(text);
  element.append(...inside);
  return element;
}

const list = (texts: string[]) => make("ul", "", ...texts.map(text => make("li", text)));

/** What unfolds; it stays open when the page is written again. */
function folded(key: string, title: string, ...inside: Node[]): HTMLDetailsElement {
  const details = make("details", "", make("summary", title), ...inside);
  details.dataset.key = key;
  details.open = document.querySelector<HTMLDetailsElement>(`details[data-key="${CSS.escape(key)}"]`)?.open ?? false;
  return details;
}

function face(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  return `${seconds <= -0.5 ? "-" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const counts = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const peak = (rate: number | null) => (rate === null ? "" : `, ${counts.format(rate)} a second at the peak`);

function showBrief(it: Brief): void {
  brief = it;
  by("title").textContent = it.title;
  const objectives = it.requirements.filter(one => one.objectives.length).map(one => `${one.title}: ${one.objectives.join(", ")}`);
  const ask = make("button", `Ask what is left open (${it.open})`);
  ask.id = "clarify";
  ask.onclick = () => code.postMessage({ kind: "clarify" });
  by("brief").replaceChildren(
    ...it.summary.map(text => make("p", text)),
    make("h2", "What it must do"), list(it.requirements.map(one => one.title + peak(one.rate_per_s))),
    make("h2", "How well"), list(objectives),
    make("h2", "The numbers"), list(it.numbers),
    make("h2", "What is left open"), it.clarify ? list(it.clarify) : ask,
    ...it.phases.map(phase => folded(`hint ${phase.name}`, `Hints: ${phase.title}`, list(phase.hints))),
  );
}

function showClock(clock: Clock, paused: boolean): void {
  if (!brief) return;
  const left = clock.seconds - clock.taken.reduce((sum, taken) => sum + taken, 0);
  by("clock").textContent = clock.phase ? `${face(left)} left in all${paused ? ", paused" : ""}` : "The interview is over.";
  by("phases").replaceChildren(...brief.phases.map((phase, at) => {
    const item = make("li", `${phase.title}: ${face(phase.seconds - (clock.taken[at] ?? 0))} left`);
    if (phase.name === clock.phase) item.setAttribute("aria-current", "step");
    item.title = phase.task;
    return item;
  }));
  by<HTMLButtonElement>("next").disabled = by<HTMLButtonElement>("pause").disabled = !clock.phase;
  by("pause").textContent = paused ? "Go on" : "Pause";
}

function showCard(card: Card): void {
  const rows = card.criteria.map(it => {
    const meter = make("meter");
    Object.assign(meter, { max: it.of, value: it.points });
    const lines = it.lines.map(line => {
      const item = make("li", `${line.points} of ${line.of} · ${line.what}: ${line.found}`);
      if (line.win) item.append(make("p", line.win));
      return item;
    });
    const details = folded(`criterion ${it.title}`, `${it.title}: ${it.points} of ${it.of} `, make("ul", "", ...lines));
    details.querySelector("summary")?.append(meter);
    return details;
  });
  const told = card.mistakes === 1 ? "1 mistake in the source hides what it stands in." : `${card.mistakes} mistakes in the source hide what they stand in.`;
  const mistakes = card.mistakes ? [make("p", told)] : [];
  by("card").replaceChildren(make("h2", `Scorecard: ${card.points} of ${card.of}`), ...mistakes, ...rows);
  const asked = card.questions.map(it => folded(`question ${it.question}`, it.question, make("p", `${it.answer ?? ""} [${it.from}]`)));
  by("questions").replaceChildren(make("h2", "What an interviewer would ask"), ...asked);
}

addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === "brief") showBrief(data.brief);
  else if (data.kind === "clock") showClock(data.clock, data.paused);
  else if (data.kind === "card") showCard(data.card);
  else by("wrong").textContent = data.why;
  // what is wrong stays until a grade comes of it; the clock tells every second
  if (data.kind === "card" || data.kind === "wrong") by("wrong").hidden = data.kind === "card";
});
for (const id of ["next", "pause", "grade"] as const) by(id).onclick = () => code.postMessage({ kind: id });
code.postMessage({ kind: "ready" });
