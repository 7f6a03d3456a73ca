// What a user runs on a design: export, scenarios, explanations. The server does the work; pictures that are no text are the
// command line's.
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { Shown } from "./messages";
import type { PreviewPanel } from "./preview";
import { findCommandLine, run } from "./programs";
import type { Server } from "./server";

const scheme = "archc";

/** Formats by their ending. What has a name here is text, which the server writes; the rest is the command line's. */
const formats: Record<string, { title: string; name?: string }> = {
  svg: { title: "Picture for light and dark", name: "svg" },
  png: { title: "Picture in pixels" },
  pdf: { title: "Picture to print" },
  html: { title: "Page to walk through", name: "html" },
  mmd: { title: "Mermaid", name: "mermaid" },
  d2: { title: "D2", name: "d2" },
  dot: { title: "Graphviz", name: "dot" },
  json: { title: "Scene as data", name: "json" },
};

export class Commands implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly extension: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly preview: PreviewPanel,
  ) {}

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  exportDiagram(): Promise<void> {
    return this.guarded(async () => {
      const design = await this.design();
      if (!design) return;
      const target = await vscode.window.showSaveDialog({
        defaultUri: design.uri.with({ path: design.uri.path.replace(/\.arch$/, "") + ".svg" }),
        filters: Object.fromEntries(Object.entries(formats).map(([ending, { title }]) => [title, [ending]])),
        title: "Export Diagram",
      });
      if (!target) return;
      const format = formats[target.path.split(".").at(-1) ?? ""];
      if (!format) throw new Error(`a picture ends in one of ${Object.keys(formats).join(", ")}`);
      const shown = this.preview.shown(design.uri);
      const picked = { view: shown.view || undefined, flow: shown.flow || undefined, overlay: shown.overlay || undefined };
      if (format.name) {
        const { text } = await this.server.run("archc.lsp.export", { uri: design.uri.toString(), format: format.name, ...picked });
        await vscode.workspace.fs.writeFile(target, Buffer.from(text));
      } else {
        await this.render(design, target, picked);
      }
      const open = "Open";
      const choice = await vscode.window.showInformationMessage(`Wrote ${basename(target.path)}.`, open);
      if (choice === open) await vscode.commands.executeCommand("vscode.open", target);
    });
  }

  simulate(scenario?: string, uri?: vscode.Uri): Promise<void> {
    return this.guarded(async () => {
      const design = await this.design(uri);
      if (!design) return;
      const name = scenario ?? (await this.pickScenario(design));
      if (name === undefined) return;
      const told = this.server.run("archc.lsp.simulate", { uri: design.uri.toString(), scenario: name || undefined });
      const { text } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: "Arch: simulating" }, () => told);
      await this.show(`${name || "What fails"} · ${basename(design.uri.path)}.txt`, text);
    });
  }

  explain(rule?: string): Promise<void> {
    return this.guarded(async () => {
      const code = rule ?? (await this.pickRule());
      if (!code) return;
      const { text } = await this.server.run("archc.lsp.explain", code);
      await vscode.commands.executeCommand("markdown.showPreview", this.keep(`${code}.md`, text));
    });
  }

  private async pickScenario(design: vscode.TextDocument): Promise<string | undefined> {
    const names = [...design.getText().matchAll(/^\s*scenario\s+([^\s{"]+)(?:\s+"([^"]*)")?/gm)];
    const scenarios = names.map(match => ({ label: match[1] ?? "", description: match[2] }));
    const all = { label: "Every loss", description: "each component, zone and region in turn, and every pair", all: true };
    const picked = await vscode.window.showQuickPick([...scenarios, all], { placeHolder: "What happens?" });
    return picked && ("all" in picked ? "" : picked.label);
  }

  /** One of the rules that have found something here, those of the cursor's line first; or what is typed. */
  private async pickRule(): Promise<string | undefined> {
    const editor = vscode.window.activeTextEditor;
    const here = editor ? vscode.languages.getDiagnostics(editor.document.uri).filter(d => d.source === "archc") : [];
    const away = (d: vscode.Diagnostic) => Number(d.range.start.line !== editor?.selection.active.line);
    here.sort((a, b) => away(a) - away(b));
    const found = new Map(here.map(d => [codeOf(d), d.message.split("\n")[0] ?? ""] as const).filter(([code]) => /^[A-Z]{2}\d/.test(code)));
    const picker = vscode.window.createQuickPick();
    picker.placeholder = "The code or the name of a rule, such as AV001 or single-point-of-failure";
    const items = [...found].map(([label, detail]) => ({ label, detail }));
    picker.items = items;
    picker.onDidChangeValue(value => {
      const typed = value.trim() && !items.some(item => item.label === value.trim().toUpperCase());
      picker.items = typed ? [...items, { label: value.trim(), alwaysShow: true }] : items;
    });
    return new Promise(resolve => {
      picker.onDidAccept(() => {
        resolve(picker.selectedItems[0]?.label);
        picker.hide();
      });
      picker.onDidHide(() => {
        resolve(undefined);
        picker.dispose();
      });
      picker.show();
    });
  }

  /** The design that is meant: the one named, looked at, or previewed. */
  private async design(named?: vscode.Uri): Promise<vscode.TextDocument | undefined> {
    const active = vscode.window.activeTextEditor?.document;
    const uri = named ?? (active?.languageId === "arch" ? active.uri : this.preview.design);
    if (uri) return vscode.workspace.openTextDocument(uri);
    void vscode.window.showInformationMessage("Arch: open a design first.");
    return undefined;
  }

  /** What is no text is drawn by the command line, from the file on the disk. */
  private async render(design: vscode.TextDocument, target: vscode.Uri, picked: Partial<Omit<Shown, "open">>): Promise<void> {
    if ((design.isDirty || design.isUntitled) && !(await design.save())) throw new Error("the design is not saved");
    const options = Object.entries(picked).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
    const args = ["render", design.uri.fsPath, "-o", target.fsPath, "--quiet", ...options];
    await run(findCommandLine(this.extension), args, dirname(design.uri.fsPath));
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
