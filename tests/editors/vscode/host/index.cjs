// Runs inside VS Code's extension host: what the extension offers, asked as VS Code asks. No vscode test library is needed.
const vscode = require("vscode");

const sleep = time => new Promise(resolve => setTimeout(resolve, time));
let checks = 0;
const failures = [];

function is(what, holds, more = "") {
  checks++;
  if (!holds) failures.push(`${what} ${typeof more === "string" ? more : JSON.stringify(more)}`);
}

async function until(what, ask, time = 60000) {
  const end = Date.now() + time;
  let got;
  do {
    got = await ask();
    if (got) break;
    await sleep(50);
  } while (Date.now() < end);
  is(what, got);
  return got;
}

const folder = vscode.workspace.workspaceFolders[0].uri;
const file = name => vscode.Uri.joinPath(folder, name);
const ask = (command, ...args) => vscode.commands.executeCommand(command, ...args);
const codes = uri => vscode.languages.getDiagnostics(uri).map(d => String(d.code?.value ?? d.code));

async function open(name) {
  const document = await vscode.workspace.openTextDocument(file(name));
  return vscode.window.showTextDocument(document, vscode.ViewColumn.One);
}

/** The position of a text in a document, `by` characters into it. */
function at(document, text, by = 0) {
  const offset = document.getText().indexOf(text);
  if (offset < 0) throw new Error(`no ${text} in ${document.fileName}`);
  return document.positionAt(offset + by);
}

async function replace(editor, from, to) {
  const start = at(editor.document, from);
  const range = new vscode.Range(start, editor.document.positionAt(editor.document.offsetAt(start) + from.length));
  await editor.edit(edit => edit.replace(range, to));
}

const revert = () => ask("workbench.action.files.revert");
const words = hovers => hovers.flatMap(hover => hover.contents).map(content => content.value ?? content).join("\n");

const tests = {
  async "the extension is active and the server runs"() {
    const extension = vscode.extensions.getExtension("archc.archc");
    const { server } = await extension.activate();
    await until("the server runs", () => server.running);
    is("commands are there", (await vscode.commands.getCommands(true)).filter(name => name.startsWith("archc.")).length >= 6);
  },

  async "findings, also of closed files and of Markdown"() {
    await open("broken.arch");
    await until("a misspelt attribute", () => codes(file("broken.arch")).includes("E117"));
    const all = vscode.languages.getDiagnostics(file("broken.arch"));
    const misspelt = all.find(d => String(d.code?.value ?? d.code) === "E117");
    is("at its place", misspelt.range.start.line === 3 && misspelt.range.start.character === 19 && misspelt.range.end.character === 26, misspelt.range);
    is("a source", misspelt.source === "archc");
    await until("a closed file", () => codes(file("shop.arch")).includes("AV001"));
    await open("notes.md");
    await until("a block in Markdown", () => vscode.languages.getDiagnostics(file("notes.md")).some(d => d.range.start.line === 6));
  },

  async "edits change the findings"() {
    const editor = await open("broken.arch");
    await until("a mistake", () => codes(file("broken.arch")).includes("E117"));
    await replace(editor, "replcas", "replicas");
    await until("it goes", () => !codes(file("broken.arch")).includes("E117"));
    await revert();
    await until("and comes back", () => codes(file("broken.arch")).includes("E117"));
  },

  async "hover"() {
    const { document } = await open("shop.arch");
    const text = words(await ask("vscode.executeHoverProvider", document.uri, at(document, "checkout: go", 2)));
    is("says what it is", /service/.test(text), text);
    is("with figures", /278/.test(text), text);
    const kind = words(await ask("vscode.executeHoverProvider", document.uri, at(document, "hit_ratio", 2)));
    is("an attribute", /hit/.test(kind), kind);
  },

  async "completion"() {
    const editor = await open("shop.arch");
    const spot = at(editor.document, "  cache baskets");
    await editor.edit(edit => edit.insert(spot, "  service extra {\n    ti\n    mode = \n  }\n"));
    const { document } = editor;
    const keys = await ask("vscode.executeCompletionItemProvider", document.uri, at(document, "    ti\n", 6));
    const names = list => list.items.map(item => item.label.label ?? item.label);
    is("attributes of a service", names(keys).includes("latency") && names(keys).includes("zones"), names(keys).slice(0, 20));
    is("none of other kinds", !names(keys).includes("hit_ratio"));
    const values = await ask("vscode.executeCompletionItemProvider", document.uri, at(document, "mode = ", 7));
    is("values", names(values).includes("active_passive"), names(values).slice(0, 20));
    await revert();
  },

  async "definition, references, rename, symbols"() {
    const { document } = await open("shop.arch");
    const spot = at(document, "eu.orders \"insert\"", 4);
    const [definition] = await ask("vscode.executeDefinitionProvider", document.uri, spot);
    const range = definition?.targetSelectionRange ?? definition?.targetRange ?? definition?.range;
    is("definition", range?.start.line === 30, definition);
    const references = await ask("vscode.executeReferenceProvider", document.uri, spot);
    is("references", references.length >= 3, references.length);
    const edit = await ask("vscode.executeDocumentRenameProvider", document.uri, spot, "ledger");
    const edits = edit.entries().flatMap(([, edits]) => edits);
    is("rename", edits.length === references.length && edits.every(e => e.newText === "ledger"), edits.length);
    const symbols = await ask("vscode.executeDocumentSymbolProvider", document.uri);
    const flat = list => list.flatMap(symbol => [symbol.name, ...flat(symbol.children ?? [])]);
    is("document symbols", flat(symbols).some(name => name.includes("checkout")), flat(symbols));
    const found = await ask("vscode.executeWorkspaceSymbolProvider", "checkout");
    is("workspace symbols", found.length > 0);
  },

  async "quick fixes mend"() {
    const { document } = await open("broken.arch");
    await until("a mistake", () => codes(document.uri).includes("E117"));
    const range = new vscode.Range(at(document, "replcas"), at(document, "replcas", 7));
    const actions = await ask("vscode.executeCodeActionProvider", document.uri, range, vscode.CodeActionKind.QuickFix.value, 20);
    const action = actions.find(action => /replicas/.test(action.title));
    is("a fix is offered", action, actions.map(action => action.title));
    if (!action) return;
    if (action.edit) await vscode.workspace.applyEdit(action.edit);
    else if (action.command) await ask(action.command.command, ...(action.command.arguments ?? []));
    is("the text is mended", document.getText().includes("replicas = 3"), document.getText());
    await until("the finding goes", () => !codes(document.uri).includes("E117"));
    await revert();
  },

  async "formatting"() {
    const editor = await open("shop.arch");
    const before = editor.document.getText();
    await replace(editor, "    replicas = 6\n", "    replicas   =6\n");
    const edits = await ask("vscode.executeFormatDocumentProvider", editor.document.uri, { tabSize: 2, insertSpaces: true });
    const edit = new vscode.WorkspaceEdit();
    edit.set(editor.document.uri, edits ?? []);
    await vscode.workspace.applyEdit(edit);
    is("as it was", editor.document.getText() === before, editor.document.getText().slice(0, 600));
    await revert();
  },

  async "colours, folds, selections"() {
    const { document } = await open("shop.arch");
    const tokens = await until("semantic tokens", () => ask("vscode.provideDocumentSemanticTokens", document.uri));
    is("many of them", tokens?.data.length > 100, tokens?.data.length);
    const folds = await ask("vscode.executeFoldingRangeProvider", document.uri);
    is("folds", folds.some(fold => fold.start === 10 && fold.end >= 38), folds.slice(0, 5));
    const [selection] = await ask("vscode.executeSelectionRangeProvider", document.uri, [at(document, "capacity", 3)]);
    is("selections grow", selection?.parent?.range.contains(selection.range));
  },

  async "hints and lenses, each can be switched off"() {
    const { document } = await open("shop.arch");
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = () => ask("vscode.executeInlayHintProvider", document.uri, whole);
    const label = hint => (typeof hint.label === "string" ? hint.label : hint.label.map(part => part.value).join(""));
    const some = await until("hints", async () => { const found = await hints(); return found?.length && found; });
    is("with a rate", some.some(hint => /278/.test(label(hint))), some.map(label));
    const settings = vscode.workspace.getConfiguration("archc.inlayHints");
    for (const name of ["load", "latency", "availability"]) await settings.update(name, false, vscode.ConfigurationTarget.Global);
    await until("none", async () => !(await hints())?.length);
    for (const name of ["load", "latency", "availability"]) await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    await until("again", async () => (await hints())?.length);
    const lenses = await ask("vscode.executeCodeLensProvider", document.uri, 50);
    is("lenses", lenses.length > 0, lenses.length);
    const known = new Set(await vscode.commands.getCommands(true));
    const unknown = lenses.map(lens => lens.command?.command).filter(name => name && !known.has(name));
    is("their commands exist", !unknown.length, unknown);
  },

  async "who calls whom"() {
    const { document } = await open("shop.arch");
    const [item] = await ask("vscode.prepareCallHierarchy", document.uri, at(document, "checkout: go", 2));
    is("an item", item?.name.includes("checkout") || item?.name.includes("Checkout"), item?.name);
    const outgoing = item ? await ask("vscode.provideOutgoingCalls", item) : [];
    is("three are called", outgoing.length === 3, outgoing.map(call => call.to.name));
    const incoming = item ? await ask("vscode.provideIncomingCalls", item) : [];
    is("one calls", incoming.length === 1, incoming.map(call => call.from.name));
  },

  async "a preview is drawn"() {
    const { server } = vscode.extensions.getExtension("archc.archc").exports;
    const params = { textDocument: { uri: file("shop.arch").toString() } };
    const drawn = await server.running.sendRequest("arch/preview", params);
    is("a picture", /^<svg /.test(drawn?.svg ?? ""), drawn && Object.keys(drawn));
    is("places", drawn?.elements.some(element => element.id === "eu.orders" && element.range.start.line === 30), drawn?.elements.slice(0, 3));
    is("views", drawn?.views.includes("overview"), drawn?.views);
    const loaded = await server.running.sendRequest("arch/preview", { ...params, overlay: "load" });
    is("another with an overlay", loaded.svg !== drawn.svg && loaded.svg.includes("278/s"));
    const viewed = await server.running.sendRequest("arch/preview", { ...params, view: "overview" });
    is("another by a view", !viewed.svg.includes('data-id="eu.mailer"') && drawn.svg.includes('data-id="eu.mailer"'));
  },

  async "practice: a problem is begun, timed, graded as it is saved, and gone on with"() {
    const { practice } = vscode.extensions.getExtension("archc.archc").exports;
    const beside = async name => JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(file(`rate-limiter/${name}`))).toString());
    await ask("archc.practice", "rate-limiter", folder);
    await until("its design is open", () => vscode.window.activeTextEditor?.document.uri.path.endsWith("/rate-limiter/design.arch"));
    const first = await until("the skeleton is graded", () => practice.card);
    is("of a hundred points", first?.of === 100 && first.criteria.length >= 6, first);
    is("with questions and their answers", first?.questions.length > 0 && first.questions.every(it => it.question && it.answer), first?.questions);
    await until("the clock runs", () => practice.clock?.phase === "requirements" && practice.clock.taken[0] >= 1);
    await practice.received({ kind: "next" });
    is("the next phase is kept", (await beside("design.practice.json")).clock.phase === "design");
    await until("and runs", () => practice.clock.taken[1] >= 1);
    await practice.received({ kind: "pause" });
    const stood = [...practice.clock.taken];
    await sleep(2500);
    is("paused it stands", JSON.stringify(practice.clock.taken) === JSON.stringify(stood), practice.clock.taken);
    await practice.received({ kind: "pause" });
    // what is saved is graded
    const editor = vscode.window.activeTextEditor;
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    await editor.edit(edit => edit.insert(end, '\ndecision open "It lets requests pass" {\n  because = "The limiter guards the API; it is not the API."\n  gives   = [availability]\n  costs   = [security]\n}\n'));
    await editor.document.save();
    await until("what was saved is graded", () => practice.card !== first);
    is("and still of a hundred", practice.card.of === 100);
    // gone on with where it was
    await ask("workbench.action.closeAllEditors");
    await vscode.window.showTextDocument(file("rate-limiter/design.arch"), { viewColumn: vscode.ViewColumn.One });
    await ask("archc.practice");
    is("it goes on where it was", practice.clock.phase === "design" && practice.clock.taken[0] >= 1, practice.clock);
    await ask("workbench.action.closeAllEditors");
  },

  async "a workspace cannot name a program"() {
    // the workspace's settings name one that would leave a file behind
    const setting = vscode.workspace.getConfiguration("archc").inspect("server.path");
    is("the setting is not the workspace's", !setting.globalValue && vscode.workspace.getConfiguration("archc").get("server.path") === "", setting);
    const left = await vscode.workspace.fs.stat(file("it-ran")).then(() => true, () => false);
    is("it did not run", !left);
  },

  async "the server comes back after it died, and on demand"() {
    const { server } = vscode.extensions.getExtension("archc.archc").exports;
    const first = server.running;
    await ask("archc.restart");
    await until("another one runs", () => server.running && server.running !== first);
    await open("broken.arch");
    await until("and finds", () => codes(file("broken.arch")).includes("E117"));
  },
};

exports.run = async () => {
  const only = new RegExp(process.env.ARCHC_ONLY ?? "");
  for (const [name, test] of Object.entries(tests).filter(([name]) => only.test(name))) {
    const before = failures.length;
    try {
      await test();
    } catch (error) {
      checks++;
      failures.push(`cannot go on: ${error.stack ?? error}`);
    }
    for (const failure of failures.slice(before)) console.log(`archc| FAILED ${name}: ${failure}`);
  }
  console.log(`archc| ${checks} checks inside the extension host of VS Code ${vscode.version}, ${failures.length} failed`);
  if (failures.length) throw new Error(`${failures.length} failed`);
};
