// `archc serve` as its reader meets it: edits of files beside an open page. Any failed check ends with exit code 1.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";

const [archc, folder] = process.argv.slice(2);
const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const shots = process.env.ARCHC_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
let checks = 0, failed = 0;
const is = (what, holds, more = "") => {
  checks++;
  if (holds) return;
  failed++;
  console.log(`FAILED serve: ${what} ${more}`);
};

const zone = (name, more = "") => `region eu "Europe" {\n  zone a { service api "${name}" { replicas = 2, capacity = 90/s }${more} }\n  database db { replicas = 1 }\n}\n`;
const design = (name, more) => `import "lib/client.arch"\n${zone(name, more)}me -> eu.a.api "asks"\neu.a.api -> eu.db\nflow ask "Asking" { me -> eu.a.api -> eu.db }\nview small "Small" { hide = [eu.db] }\n`;
const save = (file, text) => writeFileSync(`${folder}/${file}`, text);
mkdirSync(`${folder}/lib`, { recursive: true });
save("lib/client.arch", 'client me "Somebody" { rate = 80/s }\n');
save("shop.arch", design("First"));

const server = spawn(archc, ["serve", "shop.arch"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
const address = String((await once(server.stdout, "data"))[0]).trim();
const port = new URL(address).port;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags.split(" ") });
const said = [], asked = [];
try {
  await reader();
  await stranger();
} catch (error) {
  is("the page can be used", false, error.stack);
}
const left = once(server, "exit");
server.kill("SIGINT");
is("Ctrl-C ends it without a fault", (await left)[0] === 0);
await browser.close();
console.log(`${checks} checks of a served page, ${failed} failed`);
process.exit(failed ? 1 : 0);

async function open(context) {
  const page = await context.newPage();
  page.on("console", message => said.push(message.text()));
  page.on("pageerror", error => said.push(String(error)));
  page.on("request", request => { if (!request.url().startsWith(address)) asked.push(request.url()); });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", e => console.log("policy: " + e.violatedDirective + " " + e.blockedURI));
  });
  await page.goto(address);
  await page.waitForSelector("html[data-ready][data-heard]");
  return page;
}

async function reader() {
  const page = await open(await browser.newContext({ viewport: { width: 1280, height: 800 } }));
  const shot = async what => { if (shots) await page.screenshot({ path: `${shots}/serve-${what}.png` }); };
  const drawn = text => page.waitForFunction(text => document.documentElement.dataset.heard && document.getElementById("world").textContent.includes(text), text);
  const world = () => page.evaluate(() => document.getElementById("world").getAttribute("transform"));
  const group = name => page.evaluate(name => {
    const data = JSON.parse(document.getElementById("data").textContent);
    return "g" + data.groups.findIndex(it => it.id === name);
  }, name);
  await drawn("First");
  await shot("open");

  // what nobody moved fits again, also when the picture has grown
  save("shop.arch", design("Second", "; queue jobs { }; worker hand { }"));
  await drawn("Second");
  is("the picture of a changed file is shown", true);
  const fits = await page.evaluate(() => {
    const r = document.getElementById("world").getBoundingClientRect(), s = document.getElementById("stage").getBoundingClientRect();
    return r.left >= s.left - 2 && r.right <= s.right + 2;
  });
  is("and fits", fits);

  // everything that a reader has set stays
  await page.locator("#overlay").selectOption({ label: "Load" });
  await page.locator("#flow").selectOption({ label: "Asking" });
  await page.locator("#theme").selectOption("dark");
  await page.locator(`#${await group("eu.a")}`).focus();
  await page.keyboard.press("Enter");
  await page.locator("#stage").focus();
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  await page.locator("#find").fill("somebody");
  const before = await world();
  save("lib/client.arch", 'client me "Anybody, somebody" { rate = 80/s }\n');
  await drawn("Anybody");
  is("an edit of an import shows too", true);
  is("place and zoom stay", await world() === before, `${before} → ${await world()}`);
  is("the overlay stays", await page.locator("#overlay option:checked").textContent() === "Load");
  is("the flow stays", await page.locator("#flow option:checked").textContent() === "Asking" && await page.locator("#marks .step").count() > 0);
  is("the theme stays", await page.locator("html.archc-dark").count() === 1);
  is("a collapsed group stays so", await page.locator(`#${await group("eu.a")}`).getAttribute("aria-expanded") === "false");
  is("the search stays", await page.locator("#find").inputValue() === "somebody" && await page.locator("#world > .match").count() === 1);
  is("what is chosen stays", (await page.locator("#details h2").first().textContent()).length > 0 && await page.locator("#world > .chosen").count() === 1);
  await shot("kept");

  // a mistake: told, and the last good picture stays
  save("shop.arch", design("Third").replace("database", "databse"));
  await page.locator("#told").waitFor();
  const told = await page.locator("#told").textContent();
  is("a mistake is told with its place", /shop\.arch:4:3: error\[/.test(told), told);
  is("and the last good picture stays", await page.evaluate(() => document.getElementById("world").textContent.includes("Second")));
  is("at its place", await world() === before);
  await shot("mistake-dark");
  await page.locator("#theme").selectOption("light");
  await shot("mistake-light");
  unlinkSync(`${folder}/shop.arch`);
  await page.waitForFunction(() => /no such file/.test(document.getElementById("told").textContent));

  // saved as a whole, as editors do
  save("shop.new", design("<img src=x onerror=alert(1)> Fourth"));
  renameSync(`${folder}/shop.new`, `${folder}/shop.arch`);
  await drawn("Fourth");
  is("a mended file leaves no word of the mistake", await page.locator("#told").isHidden());
  is("what users wrote stays text", await page.locator("#world img").count() === 0);

  // a reload by hand keeps it too
  const here = await world();
  await page.reload();
  await page.waitForSelector("html[data-ready][data-heard]");
  is("a reload by hand keeps the place", await world() === here);

  // views, each with an address
  await page.locator("#view").selectOption({ label: "Small" });
  await page.waitForURL("**/?view=small");
  await page.waitForSelector("html[data-ready][data-heard]");
  is("a view is shown", await page.evaluate(() => !JSON.parse(document.getElementById("data").textContent).nodes.some(it => it.id === "eu.db")));
  save("shop.arch", design("Fifth").replace("view small", "view tiny"));
  await page.waitForSelector("#notice");
  is("a view that went is told", (await page.locator("#notice").textContent()).includes("`small`"));
  await shot("no-view");

  // a file without anything
  save("shop.arch", "\n");
  await page.waitForFunction(() => document.documentElement.dataset.heard && JSON.parse(document.getElementById("data").textContent).nodes.length === 0);
  is("an empty design is a page too", await page.locator("html[data-ready]").count() === 1);
  is("no console message", !said.length, said.join("; "));
  is("no request elsewhere", !asked.length, asked.join("; "));
}

/** A page of another site, in the same browser. */
async function stranger() {
  const other = createServer((_, answer) => answer.end("<!DOCTYPE html><title>other</title>")).listen(0, "127.0.0.1");
  await once(other, "listening");
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${other.address().port}/`);
  const tried = await page.evaluate(async address => {
    const asked = async (...what) => { try { return (await fetch(...what)).type; } catch { return "refused"; } };
    const heard = await new Promise(done => {
      const events = new EventSource(address + "events");
      events.onmessage = () => done("heard");
      events.onerror = () => { events.close(); done("refused"); };
    });
    const framed = await new Promise(done => {
      const frame = document.createElement("iframe");
      frame.onload = () => { try { done(frame.contentDocument ? "open" : "refused"); } catch { done("refused"); } };
      frame.src = address;
      document.body.append(frame);
    });
    return { fetched: await asked(address), blind: await asked(address, { mode: "no-cors" }), heard, framed };
  }, address);
  is("another site hears and sees nothing", Object.values(tried).every(it => it === "refused"), JSON.stringify(tried));
  // a name that somebody made point here
  await page.close();
  const rebound = await chromium.launch({ executablePath: process.env.CHROMIUM, args: [...flags.split(" "), "--host-resolver-rules=MAP evil.example 127.0.0.1"] });
  const victim = await rebound.newPage();
  const response = await victim.goto(`http://evil.example:${port}/`);
  is("a name that somebody else made point here is refused", response.status() === 421, String(response.status()));
  await rebound.close();
  other.close();
}
