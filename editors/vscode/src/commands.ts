// The commands that run the command line on a saved design: export, scenarios, explanations.
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { PreviewPanel } from "./preview";
import { findCommandLine, run } from "./programs";

const scheme = "archc";

const formats = {
  svg: "Picture for light and dark", png: "Picture in pixels", pdf: "Picture to print", html: "Page to walk through", mmd: "Mermaid", d2: "D2", dot: "Graphviz", json: "Scene as data",
};

export class Commands implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  readonly onDidChange = this.changed.event;

  constructor(private readonly extension: vscode.ExtensionContext, private readonly preview: PreviewPanel) {}

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  exportDiagram(): Promise<void> {
    return this.guarded(async () => {
      const design = await this.savedDesign();
      if (!design) return;
      const target = await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.file(design.fsPath.replace(/\.arch$/, ".svg")),
        filters: Object.fromEntries(Object.entries(formats).map(([ending, name]) => [name, [ending]])),
        title: "Export Diagram",
      });
      if (!target) return;
      const { view, flow, overlay } = this.preview.shown(design);
      const args = ["render", design.fsPath, "-o", target.fsPath, "--quiet"];
      if (view) args.push("--view", view);
      if (flow) args.push("--flow-path", flow);
      if (overlay) args.push("--overlay", overlay);
      await this.runIn(design, args);
      const open = "Open";
      const choice = await vscode.window.showInformationMessage(`Wrote ${basename(target.fsPath)}.`, open);
      if (choice === open) await vscode.commands.executeCommand("vscode.open", target);
    });
  }

  simulate(scenario?: string): Promise<void> {
    return this.guarded(async () => {
      const design = await this.savedDesign();
      if (!design) return;
      const name = scenario ?? (await this.pickScenario(design));
      if (name === undefined) return;
      const args = ["simulate", design.fsPath, "--color", "never"];
      if (name) args.push("--scenario", name);
      const text = await this.runIn(design, args);
      await this.show(`${name || "every loss"} of ${basename(design.fsPath)}.txt`, text);
    });
  }

  explain(rule?: string): Promise<void> {
    return this.guarded(async () => {
      const program = findCommandLine(this.extension);
      const code = rule ?? (await this.pickRule(program));
      if (!code) return;
      const uri = this.keep(`${code}.md`, await run(program, ["explain", code]));
      await vscode.commands.executeCommand("markdown.showPreview", uri);
    });
  }

  private async pickScenario(design: vscode.Uri): Promise<string | undefined> {
    const document = await vscode.workspace.openTextDocument(design);
    const names = [...document.getText().matchAll(/^\s*scenario\s+([^\s{"]+)(?:\s+"([^"]*)")?/gm)];
    const scenarios = names.map(match => ({ label: match[1] ?? "", description: match[2] }));
    const all = { label: "Every loss", description: "each component, zone and region in turn, and every pair", all: true };
    const picked = await vscode.window.showQuickPick([...scenarios, all], { placeHolder: "What happens?" });
    return picked && ("all" in picked ? "" : picked.label);
  }

  private async pickRule(program: string): Promise<string | undefined> {
    const told = vscode.window.activeTextEditor;
    const here = told ? vscode.languages.getDiagnostics(told.document.uri) : [];
    const at = (d: vscode.Diagnostic) => told?.selection.active.line === d.range.start.line;
    const codes = here.filter(d => d.source === "archc").sort((a, b) => Number(at(b)) - Number(at(a))).map(codeOf);
    const lines = (await run(program, ["rules"])).matchAll(/^\s*([A-Z]{2}\d{3})\s+(\S+)\s+\S+\s+(.*)$/gm);
    const rules = [...lines].map(([, label = "", name, detail]) => ({ label, description: name, detail }));
    const first = [...new Set(codes)].flatMap(code => rules.filter(rule => rule.label === code));
    const rest = rules.filter(rule => !first.includes(rule));
    const items = [...first.map(rule => ({ ...rule, description: `${rule.description} · found in this file` })), ...rest];
    const options = { placeHolder: "Which rule?", matchOnDescription: true, matchOnDetail: true };
    return (await vscode.window.showQuickPick(items, options))?.label;
  }

  /** The design that is looked at, as it stands on the disk. */
  private async savedDesign(): Promise<vscode.Uri | undefined> {
    const active = vscode.window.activeTextEditor?.document;
    const uri = active?.languageId === "arch" ? active.uri : this.preview.design;
    const document = uri && (await vscode.workspace.openTextDocument(uri));
    if (!document) {
      void vscode.window.showInformationMessage("Arch: open a design first.");
      return undefined;
    }
    if ((document.isDirty || document.isUntitled) && !(await document.save())) return undefined;
    return document.uri.scheme === "file" ? document.uri : undefined;
  }

  private runIn(design: vscode.Uri, args: string[]): Promise<string> {
    return run(findCommandLine(this.extension), args, dirname(design.fsPath));
  }

  private keep(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  private async show(name: string, text: string): Promise<void> {
    await vscode.window.showTextDocument(this.keep(name, text), { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage("Arch: no program is run until this workspace is trusted.");
      return;
    }
    try {
      await work();
    } catch (error) {
      void vscode.window.showErrorMessage(`Arch: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function codeOf(diagnostic: vscode.Diagnostic): string {
  const code = diagnostic.code;
  return String(typeof code === "object" ? code.value : (code ?? ""));
}
