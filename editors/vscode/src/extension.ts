// The extension's beginning and end: it registers what the manifest names. What a design means is the server's business.
import * as vscode from "vscode";
import { Commands } from "./commands";
import { PreviewPanel } from "./preview";
import { Server } from "./server";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<{ server: Server; preview: PreviewPanel }> {
  server = new Server(context);
  const preview = new PreviewPanel(context, server);
  const commands = new Commands(context, preview);
  const register = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`archc.${name}`, run));

  register("preview", (uri?: vscode.Uri) => preview.open(uri));
  register("export", () => commands.exportDiagram());
  register("simulate", (scenario?: string) => commands.simulate(scenario));
  register("explain", (rule?: string) => commands.explain(rule));
  register("restart", () => server?.restart());
  register("showOutput", () => server?.showOutput());
  context.subscriptions.push(preview, commands);

  await server.restart();
  return { server, preview };
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
