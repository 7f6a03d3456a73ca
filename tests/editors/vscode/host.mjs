// Runs host/index.cjs inside the extension host of a real VS Code, as VS Code runs its own remote tests.
import { join } from "node:path";
import { browse, serve } from "./workbench.mjs";

const [code, vsix, path, workspace, extension] = process.argv.slice(2);
const tests = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "host/index.cjs");
const server = await serve({ code, vsix, path });
const browser = await browse();
let status = 1;
try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(120000);
  await page.exposeFunction("codeAutomationLog", (kind, args) => {
    // VS Code's own messages are many, and not ours
    const text = args.join(" ");
    if (text.includes("archc| ")) console.log(text.split("archc| ")[1]);
  });
  const ended = new Promise(resolve => page.exposeFunction("codeAutomationExit", resolve));
  const remote = file => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const payload = [["extensionDevelopmentPath", remote(extension)], ["extensionTestsPath", remote(tests)]];
  await page.goto(`http://127.0.0.1:${server.port}/?folder=${workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const late = new Promise(resolve => setTimeout(() => resolve("no end within 300 s"), 300000).unref());
  status = await Promise.race([ended, late]);
} finally {
  await browser.close();
  await server.stop();
}
if (status !== 0) console.log(`the extension host ended with ${status}`);
process.exit(status === 0 ? 0 : 1);
