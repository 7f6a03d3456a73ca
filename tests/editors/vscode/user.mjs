// Uses the extension in a real VS Code as a user does: types, clicks, reads. ARCHC_SHOTS=FOLDER keeps pictures of what was seen;
// those of the README are written there.
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { browse, serve, Workbench } from "./workbench.mjs";

const [code, vsix, path, workspace, images] = process.argv.slice(2);
const shots = process.env.ARCHC_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const only = new RegExp(process.env.ARCHC_ONLY ?? "");
let checks = 0, failed = 0;
const is = (what, holds, more = "") => {
  checks++;
  if (holds) return;
  failed++;
  console.log(`FAILED ${what} ${typeof more === "string" ? more : JSON.stringify(more)}`);
};

/** How many servers run that this test has started. */
const servers = () => readdirSync("/proc").filter(pid => {
  try {
    return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "") === join(path, "archc-lsp") &&
      readFileSync(`/proc/${pid}/environ`, "utf8").includes(`ARCHC_EDITOR_TEST=${process.env.ARCHC_EDITOR_TEST}`);
  } catch {
    return false;
  }
}).length;

const until = async (what, ask, time = 60000) => {
  const end = Date.now() + time;
  let got;
  while (!(got = await ask()) && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 100));
  is(what, got);
  return got;
};

let w, page;
const shot = async (name, clip) => { if (shots) await w.shot(join(shots, `${name}.png`), { clip }); };
/** A picture of the README: small enough to live in the repository. */
const picture = async (name, clip) => {
  if (!images) return;
  await w.shot(join(images, `${name}.png`), { clip });
  is(`${name}.png is below 200 KB`, statSync(join(images, `${name}.png`)).size < 200 * 1024, statSync(join(images, `${name}.png`)).size);
};
const problems = () => page.locator(".markers-panel .monaco-list-row").allTextContents();
const inFrame = () => page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
const pictures = () => inFrame().locator("#stage").evaluate(stage => Number(stage.dataset.pictures ?? 0));
const revert = () => w.quick(">File: Revert File");

const tests = {
  async "squiggles and problems"() {
    await w.openFile("broken.arch");
    await w.squiggles().first().waitFor();
    await w.quick(">Problems: Focus on Problems View");
    await until("a problem with its code", async () => (await problems()).some(row => row.includes("replcas") && row.includes("E117")));
    await until("the status item is content", async () => /Arch/.test(await w.status()));
    await shot("problems");
    await picture("problems");
    await w.quick(">View: Hide Panel");
  },

  async "hover by keyboard"() {
    await w.openFile("shop.arch");
    await w.goTo(17, 12);
    await page.waitForTimeout(300);
    await w.quick(">Show or Focus Hover");
    const hover = page.locator(".monaco-hover:visible").first();
    await hover.waitFor();
    await until("with figures", async () => /278|23\.1/.test((await hover.textContent()) ?? ""));
    await page.waitForTimeout(400);
    await shot("hover");
    await picture("hover");
    await page.keyboard.press("Escape");
  },

  async "completion"() {
    await w.openFile("broken.arch");
    await w.goTo(4, 32);
    await page.keyboard.type("  zo");
    await page.keyboard.press("Control+Space");
    const list = page.locator(".suggest-widget.visible .monaco-list-row");
    await list.first().waitFor();
    await until("the attribute is offered", async () => (await list.allTextContents()).some(row => row.includes("zones")));
    await shot("completion");
    await page.keyboard.press("Escape");
    await revert();
  },

  async "a quick fix mends"() {
    await w.openFile("broken.arch");
    await w.squiggles().first().waitFor();
    const before = await w.squiggles().count();
    await w.goTo(4, 22);
    await page.keyboard.press("Control+.");
    const menu = page.locator(".action-widget .monaco-list-row.action");
    await menu.first().waitFor();
    await page.waitForTimeout(300);
    await shot("quick-fix");
    await picture("quick-fix");
    is("the near name is offered", (await menu.allTextContents()).some(row => row.includes("replicas")), await menu.allTextContents());
    // the list is made anew when findings come: whoever clicks may miss it
    const mended = async () => {
      if (!(await menu.count())) await page.keyboard.press("Control+.");
      const focused = menu.filter({ hasText: "replicas" }).and(page.locator(".focused"));
      if (await focused.waitFor({ timeout: 3000 }).then(() => true, () => false)) await page.keyboard.press("Enter");
      await page.waitForTimeout(300);
      return (await w.text()).includes("replicas = 3");
    };
    let tries = 0;
    while (!(await mended()) && ++tries < 4) await page.keyboard.press("Escape");
    is("the text is mended", (await w.text()).includes("replicas = 3"), await w.text());
    await until("the squiggle goes", async () => (await w.squiggles().count()) < before);
    await revert();
    await until("and comes back", async () => (await w.squiggles().count()) === before);
  },

  async "the preview follows, and leads"() {
    await w.openFile("shop.arch");
    await w.quick(">View: Close Primary Side Bar");
    await w.goTo(31, 14);
    await w.quick(">Arch: Open Preview");
    const frame = inFrame();
    await frame.locator("svg [data-id='eu.orders']").waitFor({ timeout: 30000 });
    // cursor to node
    await frame.locator("[data-id='eu.orders'].selected").waitFor();
    await shot("preview");
    await picture("preview");
    await w.goTo(24, 12);
    await frame.locator("[data-id='eu.baskets'].selected").waitFor();
    is("one box is marked", (await frame.locator(".selected").count()) === 1, await frame.locator(".selected").count());
    // node to text
    // once in five runs a click was lost here, for a reason that is not known
    await until("the cursor goes to the text", async () => {
      await frame.locator("[data-id='eu.checkout'] text").first().click({ timeout: 5000 }).catch(() => {});
      const place = page.locator("[id='status.editor.selection']");
      return /Ln 17\b/.test((await place.textContent({ timeout: 2000 }).catch(() => "")) ?? "");
    });
    // an edit
    let seen = await pictures();
    await w.goTo(39, 15);
    await page.keyboard.press("End");
    await page.keyboard.type("\nservice extra");
    await until("an edit is drawn", async () => (await pictures()) > seen && (await frame.locator("[data-id='eu.extra']").count()) === 1);
    // broken text keeps the last good picture
    await w.goTo(1, 1);
    await page.keyboard.type("region {{{ = ->\n");
    await until("it is said", async () => /stays|mistake/.test((await frame.locator("#note").textContent()) ?? ""));
    is("and the picture is still there", (await frame.locator("svg [data-id='eu.checkout']").count()) === 1);
    await shot("broken");
    await page.locator(".editor-group-container .monaco-editor").first().click({ position: { x: 300, y: 200 } });
    await revert();
    await until("mended, it is drawn anew", async () => !(await frame.locator("#note.stale").count()));
    is("without what was undone", (await frame.locator("[data-id='eu.extra']").count()) === 0);
  },

  async "overlays, views, zoom and pan"() {
    const frame = inFrame();
    let seen = await pictures();
    await frame.locator("#overlay").selectOption("load");
    await until("the load is shown", async () => (await pictures()) > seen && /23\.1/.test((await frame.locator("svg").textContent()) ?? ""));
    await shot("load");
    seen = await pictures();
    await frame.locator("#view").selectOption("overview");
    await until("a view is shown", async () => (await pictures()) > seen && !(await frame.locator("[data-id='eu.mailer']").count()));
    seen = await pictures();
    await frame.locator("#view").selectOption("");
    await until("and left", async () => (await pictures()) > seen && (await frame.locator("[data-id='eu.mailer']").count()));
    const place = () => frame.locator("#stage > svg").evaluate(svg => svg.style.transform);
    const fitted = await place();
    await frame.locator("#in").click();
    const nearer = await place();
    is("zoom", nearer !== fitted);
    const box = await page.locator("iframe.webview.ready").boundingBox();
    await page.mouse.move(box.x + 40, box.y + box.height - 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + box.height - 60, { steps: 4 });
    await page.mouse.up();
    const moved = await place();
    is("pan", moved !== nearer);
    await page.mouse.wheel(0, 200);
    await until("wheel", async () => (await place()) !== moved);
    await frame.locator("#fit").click();
    is("fit", (await place()) === fitted, `${await place()} ${fitted}`);
  },

  async "a large design opens with its groups closed"() {
    const group = name => `group ${name} {\n${Array.from({ length: 35 }, (_, i) => `  service s${i}\n`).join("")}}\n`;
    const file = join(workspace, "large.arch");
    writeFileSync(file, `client c\n${group("east")}${group("west")}c -> east.s0\neast.s0 -> west.s0\n`);
    // beside the preview, not over it
    await w.quick(">View: Focus First Editor Group");
    await w.openFile("large.arch");
    const frame = inFrame();
    const box = id => frame.locator(`svg [data-id='${id}']`);
    await frame.locator("[data-id='east'][data-closed]").waitFor();
    is("it is said", /2 groups are closed/.test((await frame.locator("#note").textContent()) ?? ""), await frame.locator("#note").textContent());
    await shot("large");
    await frame.locator("[data-id='west'] text").first().dblclick();
    await box("west.s7").waitFor();
    is("only what was opened is open", (await box("east.s7").count()) === 0);
    await frame.locator("#groups").click();
    await box("east.s7").waitFor();
    await frame.locator("#groups").click();
    await until("and all are closed again", async () => (await box("east.s7").count()) === 0 && (await frame.locator("[data-closed]").count()) === 2);
    await w.quick(">View: Focus First Editor Group");
    await w.openFile("shop.arch");
    await box("eu.checkout").waitFor();
    is("a small one has no button for it", !(await frame.locator("#groups").isVisible()));
    rmSync(file);
  },

  async "dark theme"() {
    const frame = inFrame();
    await w.quick(">Preferences: Toggle between Light/Dark Themes");
    await frame.locator("svg.archc-dark").waitFor();
    await page.waitForTimeout(600);
    await shot("dark");
    await picture("dark", { x: 665, y: 0, width: 615, height: 778 });
    await w.quick(">Preferences: Toggle between Light/Dark Themes");
    await frame.locator("svg.archc-light").waitFor();
  },

  async "commands"() {
    await w.quick(">View: Focus First Editor Group");
    await w.openFile("shop.arch");
    await w.quick(">Arch: Run a Scenario");
    await w.page.locator(".quick-input-list .monaco-list-row", { hasText: "sale" }).first().click();
    await until("a scenario is told", async () => (await page.locator(".tab", { hasText: "sale · shop.arch" }).count()) > 0);
    await shot("scenario");
    await w.quick(">View: Close Editor");
    // the rules of the file that is looked at come first
    await w.quick(">View: Focus First Editor Group");
    await w.quick(">Arch: Explain a Rule");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "AV001" }).first().click();
    await until("a rule is explained", async () => (await page.locator(".tab", { hasText: "AV001" }).count()) > 0);
    const explained = async frame => (await frame.locator("body").textContent({ timeout: 500 }).catch(() => ""))?.includes("single-point-of-failure");
    await until("and can be read", async () => (await Promise.all(page.frames().slice(1).map(explained))).some(Boolean));
    await shot("explain");
    await w.quick(">View: Close Editor");
    await w.quick(">View: Focus First Editor Group");
    await w.quick(">Arch: Export Diagram");
    const input = page.locator(".quick-input-widget input");
    await input.waitFor();
    // the dialog proposes a name once it has read the folder, over whatever was typed by then
    await until("a name is proposed", async () => (await input.inputValue().catch(() => "")).endsWith("shop.svg"));
    await input.fill(join(workspace, "out.svg"));
    await page.waitForTimeout(1000);
    is("the name stays", (await input.inputValue()).endsWith("out.svg"), await input.inputValue());
    await page.keyboard.press("Enter");
    await until("a picture is exported", () => existsSync(join(workspace, "out.svg")));
    await page.locator(".notifications-toasts .notification-toast", { hasText: "out.svg" }).waitFor();
    await w.quick(">Notifications: Clear All");
  },

  async "practice"() {
    await w.quick(">View: Close All Editors");
    await w.quick(">Arch: Practise a Design Interview");
    const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "A rate limiter" }).first();
    await row.waitFor();
    await row.click();
    const frame = inFrame();
    await until("the brief is there", async () => (await frame.locator("#title").textContent({ timeout: 1000 }).catch(() => "")) === "A rate limiter", 180000);
    is("with what it must do, and how often", /Ask the API, 500K a second at the peak/.test((await frame.locator("#brief").textContent()) ?? ""), await frame.locator("#brief").textContent());
    const clock = () => frame.locator("#clock").textContent();
    const before = await clock();
    await until("the clock runs", async () => (await clock()) !== before);
    is("it tells what is left", /^4\d:\d\d left in all$/.test((await clock()) ?? ""), await clock());
    is("a phase runs", (await frame.locator("#phases [aria-current=step]").count()) === 1);
    await until("the scorecard comes", async () => /Scorecard: [\d.]+ of 100/.test((await frame.locator("#card").textContent()) ?? ""));
    const question = frame.locator("#questions details").first();
    is("a question has its answer folded away", !(await question.locator("p").isVisible()));
    await shot("practice");
    await question.locator("summary").click();
    await until("and shows it when asked", () => question.locator("p").isVisible());
    await frame.locator("#clarify").click();
    await until("what is left open is told", async () => /429/.test((await frame.locator("#brief").textContent()) ?? ""));
    await frame.locator("#next").click();
    await until("the next phase runs", async () => /High-level design/.test((await frame.locator("#phases [aria-current=step]").textContent()) ?? ""));
    await frame.locator("#pause").click();
    await until("it is paused", async () => /paused/.test((await clock()) ?? ""));
    await frame.locator("#questions").scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    await shot("practice-questions");
  },
};

async function session(trust, folder, work) {
  const server = await serve({ code, vsix, path, trust });
  const browser = await browse();
  try {
    w = await Workbench.open(browser, server.port, folder);
    page = w.page;
    const violations = [];
    page.on("console", message => { if (/Content Security Policy/.test(message.text())) violations.push(message.text().slice(0, 200)); });
    await work();
    is("no violation of a policy", !violations.length, violations[0]);
  } finally {
    await browser.close();
    await server.stop();
  }
}

await session(false, workspace, async () => {
  for (const [name, test] of Object.entries(tests).filter(([name]) => only.test(name))) {
    const before = failed, start = Date.now();
    try {
      await test();
    } catch (error) {
      is(`${name}: cannot go on:`, false, String(error.message).slice(0, 600));
      await shot(`failed-${name.replaceAll(" ", "-")}`);
      await page.keyboard.press("Escape");
    }
    console.log(`  ${name}: ${failed === before ? "fine" : "failed"}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
});
await until("no server is left", () => servers() === 0);

if (only.test("trust")) await session(true, workspace, async () => {
  // a workspace that nobody has trusted yet
  await page.locator(".monaco-dialog-box").waitFor();
  await page.locator(".monaco-dialog-box .monaco-button", { hasText: /^No/ }).click();
  await w.openFile("broken.arch");
  await page.locator(".mtk5, .mtk6, .mtk8").first().waitFor();
  await page.waitForTimeout(2000);
  is("nothing runs without trust", servers() === 0, servers());
  is("nothing is found without it", (await w.squiggles().count()) === 0);
  await shot("untrusted");
  await w.quick(">Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first().click();
  await until("with trust it runs", () => servers() === 1);
  await w.openFile("broken.arch");
  await w.squiggles().first().waitFor();
});
await until("no server is left", () => servers() === 0);
console.log(`${checks} checks of VS Code as a user, ${failed} failed`);
process.exit(failed ? 1 : 0);
