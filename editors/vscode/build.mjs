// Bundles the extension and the preview's script into dist/, and fetches the grammar from where all editors share it.
import { context, build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const here = name => new URL(name, import.meta.url).pathname;
mkdirSync(here("dist"), { recursive: true });
copyFileSync(here("../../grammar/textmate/arch.tmLanguage.json"), here("syntaxes/arch.tmLanguage.json"));
copyFileSync(here("src/webview/preview.css"), here("dist/preview.css"));
copyFileSync(here("src/webview/practice.css"), here("dist/practice.css"));
const licence = name => readFileSync(here(`../../${name}`), "utf8");
writeFileSync(here("LICENSE.txt"), `MIT OR Apache-2.0\n\n${licence("LICENSE-MIT")}\n${licence("LICENSE-APACHE")}`);

const common = { bundle: true, minify: true, logLevel: "warning", absWorkingDir: here(".") };
const extension = {
  ...common, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js",
  platform: "node", format: "cjs", target: "node20", external: ["vscode"],
};
const webview = {
  ...common, entryPoints: ["src/webview/main.ts"], outfile: "dist/preview.js",
  platform: "browser", format: "iife", target: "es2022",
};
const practice = { ...webview, entryPoints: ["src/webview/practice.ts"], outfile: "dist/practice.js" };
if (process.argv.includes("--watch")) {
  for (const options of [extension, webview, practice]) await (await context(options)).watch();
} else {
  await Promise.all([build(extension), build(webview), build(practice)]);
}
