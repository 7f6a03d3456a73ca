// Starts, watches and stops the language server, and tells how it is in the status bar.
import * as vscode from "vscode";
import { ExecuteCommandRequest, LanguageClient, State } from "vscode-languageclient/node";
import type { LanguageClientOptions } from "vscode-languageclient/node";
import { findServer, NotFound } from "./programs";
import type { Commands } from "./protocol";

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly status = vscode.window.createStatusBarItem("archc.status", vscode.StatusBarAlignment.Right, 100);
  private readonly output = vscode.window.createOutputChannel("Arch", { log: true });
  private readonly started = new vscode.EventEmitter<void>();
  private queue: Promise<void> = Promise.resolve();
  private readonly subscriptions: vscode.Disposable[] = [];

  /** Fires whenever a server is ready to be asked. */
  readonly onStarted = this.started.event;

  constructor(private readonly extension: vscode.ExtensionContext) {
    this.status.name = "Arch";
    this.status.command = "archc.showOutput";
    this.subscriptions.push(
      this.status, this.output, this.started,
      vscode.window.onDidChangeActiveTextEditor(() => this.place()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration("archc.server")) void this.restart();
      }),
    );
  }

  /** The client of a server that runs. */
  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** Runs one of the server's commands. */
  async run<Name extends keyof Commands>(command: Name, argument: Commands[Name]["takes"]): Promise<Commands[Name]["gives"]> {
    const client = this.running;
    if (!client) throw new Error("the language server does not run");
    return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
  }

  showOutput(): void {
    this.output.show(true);
  }

  /** Stops the server that runs, if one does, and starts another. One restart at a time. */
  restart(): Promise<void> {
    this.queue = this.queue.then(() => this.stop()).then(() => this.start()).catch(error => this.failed(error));
    return this.queue;
  }

  async dispose(): Promise<void> {
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    await this.queue;
    await this.stop();
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose(2000);
  }

  private async start(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.say("$(shield) Arch", "The language server starts once this workspace is trusted.");
      return;
    }
    this.say("$(loading~spin) Arch", "The language server starts…");
    const command = findServer(this.extension);
    const client = new LanguageClient("archc", "Arch", { command, args: [], options: {} }, this.options());
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.ready(command);
      else if (newState === State.Stopped && this.client === client) this.say("$(error) Arch", "The language server has stopped.", true);
    });
    await client.start();
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: "file", language: "arch" },
        { scheme: "untitled", language: "arch" },
        { scheme: "file", language: "markdown" },
      ],
      outputChannel: this.output,
      synchronize: { configurationSection: "archc" },
      initializationOptions: JSON.parse(JSON.stringify(vscode.workspace.getConfiguration("archc"))),
      markdown: { isTrusted: false, supportHtml: false },
    };
  }

  private ready(command: string): void {
    const info = this.client?.initializeResult?.serverInfo;
    this.say("$(check) Arch", `${info?.name ?? "archc-lsp"} ${info?.version ?? ""}\n\n\`${command}\``);
    this.started.fire();
  }

  private failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.output.error(message);
    this.say("$(error) Arch", message, true);
    if (!(error instanceof NotFound)) return;
    const settings = "Open Settings";
    void vscode.window.showErrorMessage(`Arch: ${message}.`, settings).then(choice => {
      if (choice === settings) void vscode.commands.executeCommand("workbench.action.openSettings", "archc.server.path");
    });
  }

  private say(text: string, tooltip: string, wrong = false): void {
    this.status.text = text;
    this.status.tooltip = new vscode.MarkdownString(`${tooltip}\n\nClick for its output.`);
    this.status.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.place();
  }

  /** The item stands there while a design is looked at. */
  private place(): void {
    if (vscode.window.activeTextEditor?.document.languageId === "arch") this.status.show();
    else this.status.hide();
  }
}
