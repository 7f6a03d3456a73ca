// Uses each page as a reader would, at phone and desktop size; any failed check ends with exit code 1.
import { chromium } from "playwright-core";
import { mkdirSync } from "node:fs";
import { basename } from "node:path";

const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const sizes = [
  { name: "phone", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  { name: "desktop", viewport: { width: 1440, height: 900 } },
];
const shots = process.env.ARCHC_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags.split(" ") });
let checks = 0, failed = 0;

for (const file of process.argv.slice(2)) {
  for (const { name: size, ...options } of sizes) {
    const name = `${basename(file, ".html")} ${size}`;
    const context = await browser.newContext({ ...options, offline: true });
    const page = await context.newPage();
    const said = [], asked = [];
    page.on("console", message => said.push(message.text()));
    page.on("pageerror", error => said.push(String(error)));
    page.on("dialog", dialog => { said.push("a dialog"); dialog.dismiss(); });
    page.on("request", request => { if (request.url() !== `file://${file}`) asked.push(request.url()); });
    await page.addInitScript(() => {
      window.broken = [];
      document.addEventListener("securitypolicyviolation", e => window.broken.push(e.violatedDirective + " " + e.blockedURI));
    });
    const is = (what, holds, more = "") => {
      checks++;
      if (holds) return;
      failed++;
      console.log(`FAILED ${name}: ${what} ${more}`);
    };
    const shot = async what => { if (shots) await page.screenshot({ path: `${shots}/${name.replace(" ", "-")}-${what}.png` }); };
    await page.goto(`file://${file}`);
    try {
      await page.waitForSelector("html[data-ready]", { timeout: 10000 });
      await use(page, is, shot, size === "phone");
    } catch (error) {
      is("the page can be used", false, error.message);
    }
    is("no console message", !said.length, said.join("; "));
    is("no request", !asked.length, asked.join("; "));
    const broken = await page.evaluate(() => window.broken);
    is("no policy violation", !broken.length, broken.join("; "));
    await context.close();
  }
}
await browser.close();
console.log(`${checks} checks of pages, ${failed} failed`);
process.exit(failed ? 1 : 0);

async function use(page, is, shot, phone) {
  const world = () => page.evaluate(() => {
    const m = document.getElementById("world").transform.baseVal.consolidate().matrix;
    return { x: m.e, y: m.f, k: m.a };
  });
  const seen = key => page.evaluate(key => {
    const r = document.getElementById(key).getBoundingClientRect(), s = document.getElementById("stage").getBoundingClientRect();
    return r.width > 0 && r.right > s.left && r.left < s.right && r.bottom > s.top && r.top < s.bottom;
  }, key);
  const close = (a, b, by = 1) => Math.abs(a - b) <= by;
  const data = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
  const box = await page.locator("#stage").boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await shot("open");

  const bounds = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  is("no sideways scrolling", bounds[0] <= bounds[1], bounds.join(" > "));
  const before = await world();
  is("the whole picture fits", before.k > 0 && before.x >= -1 && before.y >= -1, JSON.stringify(before));
  const drawn = await page.evaluate(() => {
    const of = id => { const r = document.getElementById(id).getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom].map(Math.round); };
    return [of("world"), of("stage")];
  });
  // the smallest zoom there is leaves no more to be done for a picture of thousands of pixels
  const [w, s] = drawn, within = w[0] >= s[0] - 1 && w[1] >= s[1] - 1 && w[2] <= s[2] + 1 && w[3] <= s[3] + 1;
  is("a page opens with all of its picture in sight", within || before.k <= 0.041, JSON.stringify(drawn));

  // pan
  await page.mouse.move(middle.x, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(middle.x + 30, box.y + 28, { steps: 4 });
  await page.mouse.up();
  let now = await world();
  is("a drag moves the picture", close(now.x, before.x + 30, 2) && close(now.y, before.y + 20, 2), JSON.stringify(now));
  await page.locator("#stage").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  const moved = await world();
  is("arrow keys move it", close(moved.x, now.x - 60) && close(moved.y, now.y - 60), JSON.stringify(moved));

  // zoom
  await page.keyboard.press("+");
  is("+ zooms in", (await world()).k > moved.k);
  await page.keyboard.press("-");
  is("- zooms out again", close((await world()).k, moved.k, 0.001));
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.wheel(0, -200);
  await page.waitForTimeout(100);
  now = await world();
  is("the wheel zooms", now.k > moved.k);
  const under = m => [(middle.x - box.x - m.x) / m.k, (middle.y - box.y - m.y) / m.k];
  is("… around the pointer", close(under(now)[0], under(moved)[0], 2) && close(under(now)[1], under(moved)[1], 2));
  await page.keyboard.press("0");
  now = await world();
  is("0 fits", close(now.k, before.k, 0.001) && close(now.x, before.x), JSON.stringify([before, now]));
  if (phone) {
    const client = await page.context().newCDPSession(page);
    const touch = (type, d) => client.send("Input.dispatchTouchEvent", {
      type, touchPoints: type === "touchEnd" ? [] : [{ x: middle.x - d, y: middle.y, id: 1 }, { x: middle.x + d, y: middle.y, id: 2 }]
    });
    await touch("touchStart", 30);
    for (const d of [40, 60, 90]) await touch("touchMove", d);
    await touch("touchEnd", 0);
    is("two fingers zoom", close((await world()).k / before.k, 3, 0.5), String((await world()).k / before.k));
    await page.locator("#fit").tap();
    is("the button fits", close((await world()).k, before.k, 0.001));
  }

  // collapse
  const closed = () => page.locator("#world > .shut:not(.off)").count();
  const start = await closed();
  if (data.nodes.length > 60) {
    is("deep groups of a large design start collapsed", start > 0);
    is("and the page says so", /collapsed/.test(await page.locator("#shut").textContent()));
  } else is("a small design starts open", start === 0);
  const group = data.groups.findIndex(g => !g.parent);
  if (group >= 0) {
    await page.locator("#fold").click();
    if (!start) await shot("collapsed");
    else await shot("expanded");
    is("a button turns all", (await closed() > 0) === (start === 0));
    if (start === 0) await page.locator("#fold").click();
    is("all are open", await closed() === 0);
    const plain = await page.evaluate(() => [...document.querySelectorAll("#world > g[tabindex]")].map(g => g.getBoundingClientRect().width > 0));
    is("everything is drawn", plain.every(Boolean));
    const inside = data.nodes.findIndex(n => n.parent === `g${group}`);
    await page.locator(`#g${group}`).focus();
    await page.keyboard.press("Enter");
    is("Enter collapses a group", await page.locator(`#g${group}`).getAttribute("aria-expanded") === "false");
    if (inside >= 0) is("what it holds is gone", !(await seen(`n${inside}`)));
    const ends = await page.evaluate(group => {
      const data = JSON.parse(document.getElementById("data").textContent);
      const box = document.querySelector(`#g${group} rect`).getBoundingClientRect();
      const under = key => { for (let at = key; at; at = [...at][0] === "n" ? data.nodes[at.slice(1)].parent : data.groups[at.slice(1)].parent) if (at === `g${group}`) return true; return false; };
      let off = 0, lines = 0;
      data.edges.forEach((e, i) => {
        const mark = document.getElementById(`e${i}`);
        if (mark.classList.contains("off") || under(e.from) === under(e.to)) return;
        const path = mark.querySelector(".hit"), m = path.getScreenCTM();
        const at = path.getPointAtLength(under(e.from) ? 0 : path.getTotalLength()).matrixTransform(m);
        const far = Math.max(box.left - at.x, at.x - box.right, box.top - at.y, at.y - box.bottom);
        lines++;
        if (Math.abs(far) > 3) off++;
      });
      return { off, lines };
    }, group);
    is("its lines end at its border", ends.off === 0, JSON.stringify(ends));
    await page.locator(`#g${group}`).focus();
    await page.keyboard.press("Enter");
    is("and expands it", await page.locator(`#g${group}`).getAttribute("aria-expanded") === "true");
    await page.locator("#fit").click();
    const title = await page.evaluate(group => {
      const r = document.querySelector(`#g${group} text`).getBoundingClientRect();
      return { x: r.left + r.width / 2, y: r.top + r.height / 2 };
    }, group);
    await page.mouse.click(title.x, title.y);
    is("a click on the title collapses", await page.locator(`#g${group}`).getAttribute("aria-expanded") === "false");
  }

  // search, which opens what hides a match
  await page.keyboard.press("Escape");
  await page.locator("#stage").focus();
  await page.keyboard.press("/");
  is("/ goes to the search", await page.evaluate(() => document.activeElement.id === "find"));
  const wanted = data.nodes.length - 1;
  await page.keyboard.type(data.nodes[wanted].id);
  is("matches are counted", /\d+ found/.test(await page.locator("#found").textContent()));
  is("and marked", await page.locator(`#n${wanted}.match`).count() === 1);
  let met = false;
  for (let i = 0; i < 30 && !met; i++) {
    await page.keyboard.press("Enter");
    met = await page.evaluate(key => {
      const r = document.getElementById(key).getBoundingClientRect(), s = document.getElementById("stage").getBoundingClientRect();
      return r.width > 0 && Math.abs(r.left + r.width / 2 - s.left - s.width / 2) < 3 && Math.abs(r.top + r.height / 2 - s.top - s.height / 2) < 3;
    }, `n${wanted}`);
  }
  is("Enter centres each match in turn", met);
  await shot("search");
  await page.keyboard.press("Escape");
  is("Escape ends it", await page.locator("#world > .match").count() === 0);

  // overlays
  await page.keyboard.press("0");
  const overlay = page.locator("#overlay");
  if (await overlay.count()) {
    const titles = await overlay.locator("option").allTextContents();
    for (const [index, title] of titles.entries()) {
      await overlay.selectOption(String(index));
      const shown = await page.evaluate(index => {
        const on = getComputedStyle, own = [...document.querySelectorAll(`#world .o${index}`)];
        const others = [...document.querySelectorAll("#world .v, #world .loose")].filter(g => !g.classList.contains(`o${index}`));
        return { own: own.every(g => on(g).display !== "none"), others: others.every(g => on(g).display === "none"), count: own.length };
      }, index);
      is(`the overlay ${title} alone is shown`, shown.own && shown.others && shown.count > 0, JSON.stringify(shown));
      if (index) await shot(title.toLowerCase().replace(" ", "-"));
    }
    await overlay.selectOption("0");
  }

  // flows
  if (data.flows.length) {
    await page.locator("#flow").selectOption("0");
    is("a flow's steps are numbered", await page.locator("#marks .step").count() > 0);
    is("and listed", await page.locator("#details ol li").count() === data.flows[0].steps.length);
    if (data.flows[0].nodes.length < data.nodes.length) is("the rest steps back", await page.locator("#world > .node.dim").count() > 0);
    await shot("flow");
    await page.locator("#flow").selectOption("");
    is("and comes forward", await page.locator("#world > .dim").count() === 0);
  }

  // details, tooltips, findings
  const first = data.nodes.findIndex(n => n.figures.length > 1 && !n.parent) >= 0 ? data.nodes.findIndex(n => n.figures.length > 1 && !n.parent) : 0;
  await page.locator("#stage").focus();
  await page.keyboard.press("Tab");
  await page.locator(`#n${first}`).focus();
  const tip = page.locator("#tip");
  is("focus shows figures", await tip.isVisible() && (await tip.textContent()).includes(data.nodes[first].figures[0][1]));
  await page.keyboard.press("Enter");
  is("Enter tells more", (await page.locator("#details h2").first().textContent()) === data.nodes[first].label);
  await shot("details");
  const linked = page.locator("#list .link").first();
  if (await linked.count()) {
    await linked.scrollIntoViewIfNeeded();
    await linked.click();
    is("a finding leads to its element", await page.locator("#world > .chosen").count() === 1 && await seen(await page.locator("#world > .chosen").getAttribute("id")));
  }
  await page.keyboard.press("Escape");

  // one stop of the Tab key, arrows within
  await page.locator("#fit").click();
  const stops = await page.evaluate(() => document.querySelectorAll("#world > g[tabindex='0']").length);
  is("the Tab key stops once in the picture", stops === 1, String(stops));
  await page.locator("#stage").focus();
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement.closest("#world > g")?.id ?? document.activeElement.id);
  const home = await focused();
  is("Tab leads into the picture", /^[ng]\d+$/.test(home), home);
  const still = await world(), met2 = new Set([home]);
  for (const key of ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"]) {
    await page.keyboard.press(key);
    met2.add(await focused());
  }
  is("arrows go from one to the next", data.nodes.length + data.groups.length < 2 || met2.size > 1, [...met2].join(" "));
  is("… and every one is in sight", await seen(await focused()));
  is("the picture stays where it can", (await world()).k === still.k);
  await page.keyboard.press("Escape");
  is("Escape leads back to the picture", await focused() === "stage", await focused());

  // theme
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.locator("#theme").selectOption("dark");
  const dark = await ground();
  await page.locator("#fit").click();
  await shot("dark");
  await page.locator("#theme").selectOption("light");
  is("the theme switches", dark !== await ground() && await ground() === "rgb(255, 255, 255)", dark);

  // everything reachable has a name
  const nameless = await page.evaluate(() => [...document.querySelectorAll("button, select, input, #world > g[tabindex]")]
    .filter(e => e.offsetParent !== null || e.ownerSVGElement)
    .filter(e => !(e.getAttribute("aria-label") || e.textContent || "").trim()).map(e => e.id || e.outerHTML));
  is("every control has a name", !nameless.length, nameless.join(", "));
}
