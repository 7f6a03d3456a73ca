// The extension's beginning and end: it registers what the manifest names. What a design means is the server's business.
import * as vscode from "vscode";
import { Commands } from "./commands";
import { PracticePanel } from "./practice";
import { PreviewPanel } from "./preview";
import { Server } from "./server";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<{ server: Server; preview: PreviewPanel; practice: PracticePanel }> {
  server = new Server(context);
  const preview = new PreviewPanel(context, server);
  const practice = new PracticePanel(context);
  const commands = new Commands(context, server, preview);
  const register = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`archc.${name}`, run));

  register("preview", (what?: vscode.Uri | string | What) => preview.open(...picked(what)));
  register("export", () => commands.exportDiagram());
  register("simulate", (what?: string | What) => commands.simulate(...scenario(what)));
  register("explain", (rule?: string) => commands.explain(rule));
  register("practice", (name?: string, folder?: vscode.Uri) => practice.open(typeof name === "string" ? name : undefined, folder));
  register("restart", () => server?.restart());
  register("showOutput", () => server?.showOutput());
  context.subscriptions.push(preview, practice, commands);

  await server.restart();
  return { server, preview, practice };
}

/** What a lens above a block names. */
interface What {
  uri?: string;
  view?: string;
  flow?: string;
  scenario?: string;
}

function picked(what?: vscode.Uri | string | What): [vscode.Uri?, { view?: string; flow?: string }?] {
  if (!what) return [];
  if (what instanceof vscode.Uri) return [what];
  if (typeof what === "string") return [vscode.Uri.parse(what)];
  return [what.uri ? vscode.Uri.parse(what.uri) : undefined, { view: what.view, flow: what.flow }];
}

function scenario(what?: string | What): [string?, vscode.Uri?] {
  if (!what || typeof what === "string") return [what];
  // a lens without a scenario means all of them
  return [what.scenario ?? "", what.uri ? vscode.Uri.parse(what.uri) : undefined];
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
