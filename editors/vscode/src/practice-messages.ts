// What the practice page and the extension tell each other, and what of `archc practice --format json` they read.

export interface Problem {
  name: string;
  title: string;
  level: string;
  minutes: number;
  teaches: string[];
}

export interface Brief extends Problem {
  summary: string[];
  requirements: { title: string; rate_per_s: number | null; objectives: string[] }[];
  numbers: string[];
  open: number;
  clarify: string[] | null;
  phases: { name: string; title: string; task: string; seconds: number; hints: string[] }[];
}

export interface Card {
  points: number;
  of: number;
  mistakes: number;
  criteria: { title: string; points: number; of: number; lines: { what: string; points: number; of: number; found: string; win: string | null }[] }[];
  questions: { from: string; question: string; answer: string | null }[];
}

/** As DESIGN.practice.json keeps it, which a run in a terminal goes on with too. */
export interface Clock {
  seconds: number;
  /** The name of the phase that runs; null when all are over. */
  phase: string | null;
  taken: number[];
}

export type ToPage =
  | { kind: "brief"; brief: Brief }
  | { kind: "clock"; clock: Clock; paused: boolean }
  | { kind: "card"; card: Card }
  | { kind: "wrong"; why: string };

export type FromPage = { kind: "ready" | "next" | "pause" | "grade" | "clarify" };
