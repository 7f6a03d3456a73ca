// The TextMate grammar colours the samples as their carets say and leaves no state behind an example.
// Arguments: the folder of the repository. Run from where vscode-textmate and vscode-oniguruma are installed.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "x.js"));
const { Registry, parseRawGrammar, INITIAL } = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

const roles = {
  keyword: /^keyword\.(control|other)/, kind: /^storage\.type\.kind/, type: /^entity\.name\.type\.kind/,
  name: /^entity\.name\.function\.declaration/, technology: /^support\.class\.technology/, property: /^variable\.other\.property/,
  unknown: /^variable\.other\.unknown/, constant: /^variable\.other\.enummember/, boolean: /^constant\.language\.boolean/,
  number: /^constant\.numeric/, unit: /^keyword\.other\.unit/, string: /^string/, escape: /^constant\.character\.escape/,
  operator: /^keyword\.operator/, comment: /^comment\.(line\.double|block)/, doc: /^comment\.line\.documentation/,
  annotation: /storage\.type\.annotation/, selector: /^(entity\.name\.tag|keyword\.other\.selector|support\.class)/,
  bracket: /^(source|punctuation)/, plain: /^(source|variable\.other\.arch)/,
};

const root = process.argv[2];
await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new Registry({
  onigLib: Promise.resolve({
    createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
    createOnigString: text => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => {
    const path = join(root, "grammar/textmate/arch.tmLanguage.json");
    return parseRawGrammar(readFileSync(path, "utf8"), path);
  },
});
const grammar = await registry.loadGrammar("source.arch");
let checks = 0, failed = 0;
const fail = what => { failed++; console.log(what); };

const tokenize = text => {
  let state = INITIAL;
  const lines = text.split("\n").map(line => {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    return { line, tokens: result.tokens };
  });
  return { lines, depth: state.depth };
};

for (const name of readdirSync(join(root, "grammar/samples")).filter(name => name.endsWith(".arch"))) {
  const { lines, depth } = tokenize(readFileSync(join(root, "grammar/samples", name), "utf8"));
  checks++;
  if (depth !== 1) fail(`${name}: something stays open at the end`);
  let above = 0;
  lines.forEach(({ line }, row) => {
    const mark = /^( *)\/\/ *(\^|<-) (\w+)\r?$/.exec(line);
    if (!mark) { above = row; return; }
    const column = mark[2] === "<-" ? mark[1].length : line.indexOf("^");
    const token = lines[above].tokens.find(token => token.startIndex <= column && column < token.endIndex);
    const scope = token?.scopes.filter(scope => !scope.startsWith("meta.")).at(-1) ?? "source";
    checks++;
    if (!roles[mark[3]].test(scope)) fail(`${name}:${above + 1}:${column + 1}: ${scope} instead of ${mark[3]}`);
  });
}
for (const { name } of readdirSync(join(root, "examples"), { withFileTypes: true }).filter(entry => entry.isDirectory())) {
  const { lines, depth } = tokenize(readFileSync(join(root, "examples", name, "design.arch"), "utf8"));
  checks++;
  if (depth !== 1) fail(`${name}: something stays open at the end`);
  const wrong = lines.findIndex(({ tokens }) => tokens.some(token => token.scopes.some(scope => scope.startsWith("invalid"))));
  if (wrong >= 0) fail(`${name}:${wrong + 1}: shown as invalid`);
}
console.log(`${checks} checks of TextMate, ${failed} failed`);
process.exit(failed ? 1 : 0);
