// What the preview's page and the extension tell each other.

export interface Shown {
  view: string;
  overlay: string;
}

export type ToPage =
  | { kind: "picture"; svg: string; name: string; views: string[]; overlays: string[]; shown: Shown; note: string; links: string[] }
  | { kind: "stale"; why: string }
  | { kind: "select"; ids: string[]; reveal: boolean };

export type FromPage =
  | { kind: "ready" }
  | { kind: "open"; id: string }
  | { kind: "show"; shown: Shown }
  | { kind: "export" };
