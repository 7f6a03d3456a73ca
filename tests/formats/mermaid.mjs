// Lets Mermaid read and draw each file in a headless browser; anything that it refuses, or that runs, ends with exit code 1.
import { chromium } from "playwright-core";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags.split(" ") });
const page = await (await browser.newContext({ offline: true })).newPage();
const asked = [];
let dialogs = 0;
page.on("dialog", dialog => { dialogs++; dialog.dismiss(); });
page.on("request", request => { if (!request.url().startsWith(`file://${here}`) && !request.url().startsWith("data:")) asked.push(request.url()); });
// a page of its own folder, so that the library is read from there
writeFileSync(join(here, "page.html"), `<!doctype html><meta charset="utf-8"><body><script src="node_modules/mermaid/dist/mermaid.min.js"></script>`);
await page.goto(`file://${here}/page.html`);
await page.evaluate(() => mermaid.initialize({ startOnLoad: false, maxTextSize: 1e7, maxEdges: 1e5, securityLevel: "strict" }));

let failed = 0;
const files = process.argv.slice(2);
for (const [index, file] of files.entries()) {
  const text = readFileSync(file, "utf8");
  // large pictures take Mermaid minutes to place: there its parser alone has its say
  const draw = text.split("\n").length < 150;
  const said = await page.evaluate(async ({ text, index, draw }) => {
    try {
      await mermaid.parse(text);
      if (!draw) return "";
      const { svg } = await mermaid.render(`m${index}`, text);
      document.body.innerHTML = svg;
      return document.querySelector("script, img, iframe, [onerror], [onload], a[href]") ? "its text became markup" : "";
    } catch (error) {
      return String(error.message ?? error).slice(0, 400) || "refused";
    }
  }, { text, index, draw });
  if (said) {
    failed++;
    console.log(`mermaid: ${basename(file)}: ${said}`);
  }
}
if (dialogs) console.log(`mermaid: ${dialogs} dialogs opened`);
if (asked.length) console.log(`mermaid: asked for ${asked.join(" ")}`);
await browser.close();
console.log(`${files.length} files for Mermaid, ${failed} refused`);
process.exit(failed || dialogs || asked.length ? 1 : 0);
