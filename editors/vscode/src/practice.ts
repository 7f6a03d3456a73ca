// Practice for the whiteboard, beside the design: brief, clock, scorecard, questions. The command line does the work; the clock is kept
// in DESIGN.practice.json, so that a run goes on after a restart, here or in a terminal.
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { page } from "./page";
import type { Brief, Card, Clock, FromPage, Problem, ToPage } from "./practice-messages";
import { findCommandLine, run } from "./programs";

/** Seconds between two times that the clock is kept. */
const keep = 5;

interface State {
  version: number;
  problem: string;
  clock: Clock;
}

export class PracticePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private design: vscode.Uri | undefined;
  private state: State | undefined;
  private brief: Brief | undefined;
  private graded: Card | undefined;
  private paused = false;
  private clarified = false;
  private grading: Promise<void> | undefined;
  private again = false;
  private ticks = 0;
  private keeping: Promise<void> = Promise.resolve();
  private readonly timer = setInterval(() => this.tick(), 1000);
  private readonly saved = vscode.workspace.onDidSaveTextDocument(document => {
    if (document.uri.toString() === this.design?.toString()) void this.grade();
  });

  constructor(private readonly extension: vscode.ExtensionContext) {}

  dispose(): void {
    clearInterval(this.timer);
    this.saved.dispose();
    this.panel?.dispose();
  }

  /** What was graded last. */
  get card(): Card | undefined {
    return this.graded;
  }

  /** The clock as it stands. */
  get clock(): Clock | undefined {
    return this.state?.clock;
  }

  /** Goes on with the design that is looked at where a clock lies beside it, else begins a problem: the one named, or one that is picked. */
  async open(name?: string, folder?: vscode.Uri): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage("Arch: no program is run until this workspace is trusted.");
      return;
    }
    try {
      const active = vscode.window.activeTextEditor?.document;
      await this.keeping;
      const resumed = !name && active?.languageId === "arch" ? await read(active.uri) : undefined;
      if (resumed && active) await this.begin(active.uri, resumed);
      else await this.start(name ?? (await this.pick()), folder);
    } catch (error) {
      void vscode.window.showErrorMessage(`Arch: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async pick(): Promise<string | undefined> {
    const { problems } = JSON.parse(await this.archc(["practice", "--format", "json"])) as { problems: Problem[] };
    const items = problems.map(it => ({
      label: it.title, description: `${it.level}, ${it.minutes} min`, detail: it.teaches.join(", "), name: it.name,
    }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: "What do you want to design?", matchOnDetail: true });
    return picked?.name;
  }

  private async start(name: string | undefined, folder?: vscode.Uri): Promise<void> {
    if (!name) return;
    const root = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri ?? (await pickFolder());
    if (!root) return;
    const target = vscode.Uri.joinPath(root, name);
    const design = vscode.Uri.joinPath(target, "design.arch");
    let state = await read(design);
    if (!state) {
      await this.archc(["practice", name, "-o", target.fsPath, "--quiet"]);
      state = await read(design);
    }
    if (!state) throw new Error(`no clock lies beside ${design.fsPath}`);
    await this.begin(design, state);
  }

  private async begin(design: vscode.Uri, state: State): Promise<void> {
    await this.persist();
    Object.assign(this, { design, state, paused: false, clarified: false, graded: undefined, brief: undefined });
    await vscode.window.showTextDocument(design, { viewColumn: vscode.ViewColumn.One });
    await this.ask();
    if (this.panel) this.panel.reveal(undefined, true);
    else this.adopt(vscode.window.createWebviewPanel("archc.practice", "Practice", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }));
    this.tell();
    void this.grade();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extension.extensionUri, "dist")] };
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.received(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      void this.persist();
    });
    panel.webview.html = page(panel.webview, this.extension.extensionUri, "practice", "Practice", body);
  }

  /** What the reader presses. */
  async received(message: FromPage): Promise<void> {
    const clock = this.state?.clock;
    switch (message.kind) {
      case "ready":
        this.tell();
        return;
      case "next":
        if (clock && this.brief) {
          const phases = this.brief.phases.map(phase => phase.name);
          clock.phase = phases[phases.indexOf(clock.phase ?? "") + 1] ?? null;
          await this.persist();
          if (!clock.phase) await this.grade();
        }
        break;
      case "pause":
        this.paused = !this.paused;
        break;
      case "clarify":
        this.clarified = true;
        await this.ask();
        break;
      case "grade":
        await this.grade();
        break;
    }
    this.tell();
  }

  private tick(): void {
    const clock = this.state?.clock;
    // the clock stands while nobody sees it
    if (!clock?.phase || this.paused || !this.panel || !this.brief) return;
    const at = this.brief.phases.findIndex(phase => phase.name === clock.phase);
    clock.taken[at] = (clock.taken[at] ?? 0) + 1;
    this.post({ kind: "clock", clock, paused: this.paused });
    if (++this.ticks % keep === 0) void this.persist();
  }

  private async ask(): Promise<void> {
    if (!this.state) return;
    const asked = this.clarified ? ["--clarify"] : [];
    this.brief = JSON.parse(await this.archc(["practice", this.state.problem, "--format", "json", ...asked])) as Brief;
  }

  /** Grades what lies on the disk; one at a time, and what was saved last is graded last. */
  async grade(): Promise<void> {
    this.again = true;
    this.grading ??= (async () => {
      try {
        while (this.again) {
          this.again = false;
          await this.gradeOnce();
        }
      } finally {
        this.grading = undefined;
      }
    })();
    return this.grading;
  }

  private async gradeOnce(): Promise<void> {
    const { design, state } = this;
    if (!design || !state) return;
    try {
      const args = ["practice", "--grade", design.fsPath, "--problem", state.problem, "--format", "json", "--answers", "--quiet"];
      this.graded = JSON.parse(await this.archc(args)) as Card;
      this.post({ kind: "card", card: this.graded });
    } catch (error) {
      this.post({ kind: "wrong", why: error instanceof Error ? error.message : String(error) });
    }
  }

  private tell(): void {
    const { brief, state, graded, paused } = this;
    if (brief) this.post({ kind: "brief", brief });
    if (state) this.post({ kind: "clock", clock: state.clock, paused });
    if (graded) this.post({ kind: "card", card: graded });
    if (this.panel && this.brief) this.panel.title = `Practice: ${this.brief.title}`;
  }

  private post(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  /** One write at a time, each as a whole: whoever reads, or is killed, in between finds the last clock and no half of one. */
  private persist(): Promise<void> {
    const { design, state } = this;
    if (!design || !state) return this.keeping;
    const text = Buffer.from(`${JSON.stringify(state, null, 2)}\n`);
    const at = place(design), part = at.with({ path: `${at.path}.part` });
    const { fs } = vscode.workspace;
    this.keeping = this.keeping
      .then(() => fs.writeFile(part, text))
      .then(() => fs.rename(part, at, { overwrite: true }))
      .catch(error => this.post({ kind: "wrong", why: `the clock is not kept: ${error}` }));
    return this.keeping;
  }

  private archc(args: string[]): Promise<string> {
    return run(findCommandLine(this.extension), args, this.design && dirname(this.design.fsPath));
  }
}

/** `shop.arch` has `shop.practice.json`. */
function place(design: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(design, "..", basename(design.path).replace(/\.arch$/, "") + ".practice.json");
}

async function read(design: vscode.Uri): Promise<State | undefined> {
  try {
    const state = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(place(design))).toString()) as State;
    return state.version === 1 && Array.isArray(state.clock?.taken) ? state : undefined;
  } catch {
    return undefined;
  }
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title: "Where to design" });
  return picked?.[0];
}

const body = `<header>
<h1 id="title">Practice</h1>
<p id="clock" role="timer"></p>
<ol id="phases"></ol>
<button id="next">Next phase</button>
<button id="pause">Pause</button>
<button id="grade">Grade</button>
<p id="wrong" role="alert" hidden></p>
</header>
<main>
<section aria-label="Brief" id="brief"></section>
<section aria-label="Scorecard" id="card"></section>
<section aria-label="Questions" id="questions"></section>
</main>`;
