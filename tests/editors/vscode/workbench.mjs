// Starts VS Code's server and opens its workbench in a headless Chromium; knows how to do there what a user does.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export const settings = {
  "window.menuBarVisibility": "hidden", "workbench.startupEditor": "none", "workbench.tips.enabled": false,
  "editor.minimap.enabled": false, "editor.hover.delay": 100, "files.autoSave": "off", "git.enabled": false,
  "workbench.layoutControl.enabled": false, "chat.commandCenter.enabled": false, "workbench.colorTheme": "Default Light Modern",
  "window.commandCenter": false, "editor.accessibilitySupport": "off", "security.workspace.trust.banner": "never",
};

/** VS Code's server with the extension in it. `code` is the folder of its server, `vsix` the package to install. */
export async function serve({ code, vsix, path, trust = false, extra = {} }) {
  const home = mkdtempSync(join(tmpdir(), "archc-editor-"));
  const folders = ["server-data-dir", "user-data-dir", "extensions-dir"].flatMap(name => [`--${name}`, join(home, name)]);
  const main = join(code, "out/server-main.js");
  const env = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', PATH: `${path}:${process.env.PATH}`, HOME: home };
  execFileSync("node", [main, ...folders, "--install-extension", vsix], { env, stdio: "ignore" });
  for (const folder of ["server-data-dir/data/Machine", "user-data-dir/Machine", "server-data-dir/data/User", "user-data-dir/User"]) {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, "settings.json"), JSON.stringify({ ...settings, ...extra }));
  }
  const args = [
    main, "--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--accept-server-license-terms",
    "--telemetry-level", "off", "--force-disable-user-env", ...(trust ? [] : ["--disable-workspace-trust"]), ...folders,
  ];
  const child = spawn("node", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const port = await new Promise((resolve, reject) => {
    const listen = chunk => {
      said += chunk;
      const found = /Extension host agent listening on (\d+)/.exec(said) ?? /127\.0\.0\.1:(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", status => reject(new Error(`VS Code's server ended with ${status}: ${said}`)));
    setTimeout(() => reject(new Error(`VS Code's server does not listen: ${said}`)), 60000).unref();
  });
  const stop = () => new Promise(resolve => { child.removeAllListeners("exit").on("exit", resolve); child.kill("SIGTERM"); });
  return { home, port, stop, said: () => said };
}

export const browse = () => chromium.launch({ executablePath: process.env.CHROMIUM, args: flags.split(" ") });

/** A page of the workbench, and the hands of a user on it. */
export class Workbench {
  constructor(page) { this.page = page; }

  static async open(browser, port, folder, { viewport = { width: 1280, height: 800 } } = {}) {
    const page = await (await browser.newContext({ viewport })).newPage();
    // nothing is judged by its time: a busy machine takes a minute to start a workbench
    page.setDefaultTimeout(120000);
    await page.goto(`http://127.0.0.1:${port}/?folder=${folder}`);
    await page.waitForSelector(".monaco-workbench .part.editor");
    return new Workbench(page);
  }

  /** Picks a command, or with a bare name a file. */
  async quick(text) {
    const { page } = this;
    const wanted = text.replace(/^>/, "");
    const input = page.locator(".quick-input-widget input");
    // the list is sorted by what was used last, files and commands of extensions come late, and it is made anew while it is read
    const label = () => page.evaluate(wanted => {
      const rows = [...document.querySelectorAll(".quick-input-list .monaco-list-row")].map(row => row.getAttribute("aria-label") ?? "");
      const name = label => label.replaceAll("\u00a0", " ").split(",")[0].replace(/…$/, "").trim();
      return rows.find(row => name(row) === wanted) ?? rows.find(row => name(row).startsWith(wanted));
    }, wanted);
    const pick = async end => {
      await page.keyboard.press(text.startsWith(">") ? "F1" : "Control+p");
      if (!(await input.waitFor({ state: "visible", timeout: 5000 }).then(() => true, () => false))) {
        // a webview that has the focus keeps the keys
        await page.locator(".tab.active").first().click({ timeout: 2000 }).catch(() => {});
        return false;
      }
      await input.fill(text);
      for (let tried = false; Date.now() < end; await page.waitForTimeout(50)) {
        // done once the input is gone, or asks something else; a click that came late counts, or it would be done twice
        if (tried && (!(await input.isVisible()) || (await input.inputValue({ timeout: 1000 }).catch(() => "")) !== text)) return true;
        const found = await label();
        if (!found) continue;
        tried = true;
        const row = page.locator(`.quick-input-list .monaco-list-row[aria-label=${JSON.stringify(found)}]`).first();
        const clicked = await row.click({ timeout: 2000 }).then(() => true, () => false);
        if (clicked) await input.waitFor({ state: "hidden", timeout: 2000 }).catch(() => {});
      }
      await page.keyboard.press("Escape");
      return false;
    };
    const end = Date.now() + 120000;
    while (!(await pick(Math.min(end, Date.now() + 20000)).catch(() => false))) {
      if (Date.now() > end) throw new Error(`nothing called ${wanted} can be picked`);
    }
  }

  async openFile(name, tries = 3) {
    await this.quick(name);
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    const opened = await tab.waitFor({ timeout: 20000 }).then(() => true, () => false);
    if (!opened) {
      if (tries <= 1) throw new Error(`${name} does not open`);
      return this.openFile(name, tries - 1);
    }
    await this.page.locator(".editor-group-container.active .monaco-editor .view-line").first().waitFor();
  }

  /** Puts the cursor there; lines and columns from 1. */
  async goTo(line, column = 1) {
    const { page } = this;
    await page.keyboard.press("Control+g");
    const input = page.locator(".quick-input-widget input");
    await input.waitFor({ state: "visible" });
    await input.fill(`:${line}:${column}`);
    await page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
  }

  /** The text that can be seen in the active editor. */
  async text() {
    const lines = await this.page.locator(".editor-group-container.active .monaco-editor .view-line").evaluateAll(nodes =>
      nodes.map(node => [parseFloat(node.style.top), node.textContent.replaceAll("\u00a0", " ")]));
    return lines.sort((a, b) => a[0] - b[0]).map(line => line[1]).join("\n");
  }

  squiggles(kind = "error") { return this.page.locator(`.monaco-editor .squiggly-${kind}`); }

  async status() { return (await this.page.locator("#archc\\.status, [id='archc.archc.status'], [id*='archc.status']").first().textContent()) ?? ""; }

  shot(path, options = {}) { return this.page.screenshot({ path, ...options }); }
}
