// The preview at the side: follows the design that is looked at, keeps the last good picture, and ties boxes to text.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { FromPage, Shown, ToPage } from "./messages";
import { page } from "./page";
import type { Preview, PreviewElement } from "./protocol";
import { previewRequest } from "./protocol";
import type { Server } from "./server";

const everything: Shown = { view: "", flow: "", overlay: "", open: [] };

export class PreviewPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private uri: vscode.Uri | undefined;
  private readonly choices = new Map<string, Shown>();
  private elements: PreviewElement[] = [];
  private drawn: Preview | undefined;
  private drawing = false;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(private readonly extension: vscode.ExtensionContext, private readonly server: Server) {
    this.subscriptions.push(
      vscode.window.registerWebviewPanelSerializer("archc.preview", this),
      vscode.workspace.onDidChangeTextDocument(change => {
        if (change.contentChanges.length && isDesign(change.document)) this.later();
      }),
      vscode.window.onDidChangeActiveTextEditor(editor => this.follow(editor)),
      vscode.window.onDidChangeTextEditorSelection(change => this.select(change.textEditor)),
      server.onStarted(() => void this.draw()),
    );
  }

  /** The design that is shown. */
  get design(): vscode.Uri | undefined {
    return this.panel && this.uri;
  }

  /** The view and the overlay that the reader has picked for a design. */
  shown(design: vscode.Uri): Shown {
    return this.choices.get(design.toString()) ?? everything;
  }

  async open(uri?: vscode.Uri, picked?: { view?: string; flow?: string }): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage("Arch: no program is run until this workspace is trusted.");
      return;
    }
    const active = vscode.window.activeTextEditor?.document;
    const design = uri ?? (active && isDesign(active) ? active.uri : undefined);
    if (!design) {
      void vscode.window.showInformationMessage("Arch: open a design first.");
      return;
    }
    this.uri = design;
    if (picked) this.choices.set(design.toString(), { ...this.shown(design), view: picked.view ?? "", flow: picked.flow ?? "" });
    if (this.panel) {
      this.panel.reveal(undefined, true);
      await this.draw();
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(vscode.window.createWebviewPanel("archc.preview", "Preview", column));
  }

  /** A window that is opened again brings its preview back. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: { uri?: string } | undefined): Promise<void> {
    const active = vscode.window.activeTextEditor?.document;
    this.uri = state?.uri ? vscode.Uri.parse(state.uri) : active && isDesign(active) ? active.uri : undefined;
    this.panel?.dispose();
    this.adopt(panel);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.drawn = undefined;
    panel.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extension.extensionUri, "dist")] };
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension.extensionUri, "icons/file-light.svg"),
      dark: vscode.Uri.joinPath(this.extension.extensionUri, "icons/file-dark.svg"),
    };
    panel.webview.onDidReceiveMessage((message: FromPage) => this.received(message));
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    panel.webview.html = page(panel.webview, this.extension.extensionUri, "preview", "Preview", body(this.uri?.toString() ?? ""));
  }

  private received(message: FromPage): void {
    switch (message.kind) {
      case "ready":
        // the page has lost what it showed: it was hidden
        if (this.drawn) this.tell(this.drawn);
        void this.draw();
        break;
      case "open":
        void this.goTo(message.id);
        break;
      case "show":
        if (this.uri) this.choices.set(this.uri.toString(), message.shown);
        void this.draw();
        break;
      case "export":
        void vscode.commands.executeCommand("archc.export");
        break;
    }
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (!this.panel || !editor || !isDesign(editor.document)) return;
    if (editor.document.uri.toString() !== this.uri?.toString()) {
      // a file that the picture already shows parts of is one of its imports: the picture stays
      const part = this.elements.some(element => element.uri === editor.document.uri.toString());
      if (!part) {
        this.uri = editor.document.uri;
        this.drawn = undefined;
        void this.draw();
      }
    }
    this.select(editor);
  }

  private later(): void {
    if (!this.panel) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), 60);
  }

  /** Asks for a picture; one question at a time, and the last one wins. */
  private async draw(): Promise<void> {
    if (this.drawing) {
      this.again = true;
      return;
    }
    this.drawing = true;
    try {
      do {
        this.again = false;
        await this.drawOnce();
      } while (this.again);
    } finally {
      this.drawing = false;
    }
  }

  private async drawOnce(): Promise<void> {
    const { panel, uri } = this;
    const client = this.server.running;
    if (!panel || !uri || !client) return;
    const { view, flow, overlay, open } = this.shown(uri);
    const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier({ uri } as vscode.TextDocument);
    try {
      const picture = await client.sendRequest(previewRequest, {
        textDocument, view: view || undefined, flow: flow || undefined, overlay: overlay || undefined, open,
      });
      if (panel !== this.panel || uri !== this.uri) return;
      if (!picture) {
        this.post({ kind: "stale", why: "nothing to draw yet" });
        return;
      }
      this.drawn = picture;
      this.tell(picture);
      const editor = vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString());
      if (editor) this.select(editor, false);
    } catch (error) {
      // a change has overtaken the question: the next picture is already on its way
      if (this.again) return;
      this.post({ kind: "stale", why: error instanceof Error ? error.message : String(error) });
    }
  }

  private tell(picture: Preview): void {
    const { panel, uri } = this;
    if (!panel || !uri) return;
    const name = basename(uri.path);
    panel.title = `Preview ${name}`;
    this.elements = picture.elements;
    this.post({
      kind: "picture", svg: picture.svg, name, shown: this.shown(uri),
      choices: { views: picture.views, flows: picture.flows, overlays: picture.overlays },
      note: (picture.notes ?? []).join(" · "), links: picture.elements.map(element => element.id),
      closed: picture.closed ?? [],
    });
    if (picture.broken) this.post({ kind: "stale", why: "the text has mistakes" });
  }

  private post(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  /** From a box to its text. */
  private async goTo(id: string): Promise<void> {
    const element = this.elements.find(element => element.id === id);
    const client = this.server.running;
    if (!element || !client) return;
    const uri = client.protocol2CodeConverter.asUri(element.uri);
    const start = client.protocol2CodeConverter.asPosition(element.range.start);
    const shown = vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString());
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.One;
    const editor = await vscode.window.showTextDocument(uri, { viewColumn });
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** From the cursor to its box: the smallest statement around it. */
  private select(editor: vscode.TextEditor, reveal = true): void {
    const client = this.server.running;
    if (!this.panel || !client || !isDesign(editor.document)) return;
    if (!vscode.workspace.getConfiguration("archc").get<boolean>("preview.followCursor", true)) return;
    const uri = editor.document.uri.toString();
    const at = editor.selection.active;
    const around = this.elements
      .filter(element => client.protocol2CodeConverter.asUri(element.uri).toString() === uri)
      .map(element => ({ id: element.id, range: client.protocol2CodeConverter.asRange(element.range) }))
      .filter(element => element.range.contains(at));
    const smallest = around.filter(one => !around.some(other => !other.range.isEqual(one.range) && one.range.contains(other.range)));
    this.post({ kind: "select", ids: smallest.map(element => element.id), reveal });
  }
}

/** The page remembers of which design it is, for when the window comes back. */
const body = (uri: string) => `<header data-uri="${escaped(uri)}">
<label>View <select id="view"></select></label>
<label>Flow <select id="flow"></select></label>
<label>Overlay <select id="overlay"></select></label>
<span id="note" role="status"></span>
<button id="groups" hidden></button>
<span class="buttons">
<button id="out" title="Zoom out (-)" aria-label="Zoom out">−</button>
<button id="fit" title="Fit (0)" aria-label="Fit">⤢</button>
<button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button>
<button id="export" title="Export diagram">Export…</button>
</span>
</header>
<main id="stage" tabindex="0" aria-label="Diagram"><p id="wait">Drawing…</p></main>`;

function isDesign(document: vscode.TextDocument): boolean {
  return document.languageId === "arch" && ["file", "untitled"].includes(document.uri.scheme);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
}
