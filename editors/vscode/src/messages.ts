// What the preview's page and the extension tell each other.

export interface Shown {
  view: string;
  /** The flow that is drawn as a sequence. */
  flow: string;
  overlay: string;
  /** The groups that are shown open in a large picture; `*` is all. */
  open: string[];
}

/** What may be picked. */
export interface Choices {
  views: string[];
  flows: string[];
  overlays: string[];
}

export type ToPage =
  | { kind: "picture"; svg: string; name: string; choices: Choices; shown: Shown; note: string; links: string[]; closed: string[] }
  | { kind: "stale"; why: string }
  | { kind: "select"; ids: string[]; reveal: boolean };

export type FromPage =
  | { kind: "ready" }
  | { kind: "open"; id: string }
  | { kind: "show"; shown: Shown }
  | { kind: "export" };
