// What archc-lsp understands beyond the protocol that all servers share.
import type { Range } from "vscode-languageclient/node";
import { RequestType } from "vscode-languageclient/node";

export interface PreviewParams {
  textDocument: { uri: string };
  /** The `view` to draw; all of the design without one. */
  view?: string;
  /** The flow to draw as a sequence. */
  flow?: string;
  overlay?: string;
  /** Groups to show open in a large picture; `*` is all. */
  open?: string[];
}

export interface PreviewElement {
  /** The `data-id` in the picture. */
  id: string;
  uri: string;
  /** The whole statement. */
  range: Range;
}

export interface Preview {
  svg: string;
  /** The version of the text that was drawn. */
  version?: number | null;
  elements: PreviewElement[];
  views: string[];
  flows: string[];
  overlays: string[];
  /** The groups that are drawn as one box each, for the whole is too much to read. */
  closed?: string[];
  /** Whether the text has mistakes; the picture is then of what could be read. */
  broken?: boolean;
  /** What the reader should know. */
  notes?: string[];
}

/** What the server runs on a design as it stands in the editor. */
export interface Commands {
  "archc.lsp.simulate": { takes: { uri: string; scenario?: string }; gives: { text: string } };
  "archc.lsp.explain": { takes: string; gives: { text: string } };
  "archc.lsp.export": { takes: { uri: string; format: string; view?: string; flow?: string; overlay?: string }; gives: { text: string } };
}

export const previewRequest = new RequestType<PreviewParams, Preview | null, void>("arch/preview");
