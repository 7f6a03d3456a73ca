// Reads the built book: every link leads somewhere, every design has its picture, every page loads at phone and desktop size, light and
// dark, without an error on the console and without sideways scrolling. Any failed check ends with exit code 1.
// Usage: node check.mjs FOLDER-OF-THE-BOOK FOLDER-OF-ITS-PAGES FOLDER-OF-THE-EXAMPLES
import { chromium } from "playwright-core";
import { createServer } from "node:http";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";

const [book, docs, examples] = process.argv.slice(2, 5).map(path => resolve(path));
const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const sizes = [
  { size: "phone", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  { size: "desktop", viewport: { width: 1280, height: 900 } },
];
const shots = process.env.ARCHC_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
let checks = 0, failed = 0;
const is = (where, what, holds, more = "") => {
  checks++;
  if (holds) return;
  failed++;
  console.log(`FAILED ${where}: ${what} ${more}`);
};

const below = (folder, ending) => readdirSync(folder, { recursive: true }).filter(path => path.endsWith(ending)).sort();
const pages = below(book, ".html").filter(path => path !== "toc.html");
const text = new Map(pages.map(path => [path, readFileSync(join(book, path), "utf8")]));
const unescaped = word => word.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#x27;", "'");
const all = (html, what) => [...html.matchAll(what)].map(found => unescaped(found[1]));
const ids = new Map(pages.map(path => [path, new Set(all(text.get(path), /\s(?:id|name)="([^"]*)"/g))]));

// links and pictures
for (const path of pages) {
  const html = text.get(path).replace(/<script[\s\S]*?<\/script>/g, "").replace(/<base [^>]*>/g, "");
  for (const to of all(html, /\s(?:href|src)="([^"]*)"/g)) {
    if (/^(https?:|mailto:|data:)/.test(to)) continue;
    const [file, anchor] = to.split("#");
    // the page for what is not found names everything from the root
    const target = file === "" ? join(book, path) : join(file.startsWith("/") ? book : join(book, dirname(path)), decodeURI(file));
    const there = existsSync(target) && statSync(target).isFile();
    is(path, "a link leads nowhere:", there, to);
    if (there && anchor) {
      const known = ids.get(relative(book, target));
      is(path, "a link names no place on its page:", known?.has(decodeURIComponent(anchor)), to);
    }
  }
  const twice = all(html, /\sid="([^"]*)"/g).filter((id, at, every) => every.indexOf(id) !== at);
  is(path, "an id stands twice:", twice.length === 0, twice.slice(0, 5).join(" "));
}

// every page of the folder is in the book, with a picture for each design
let designs = 0;
const ours = below(docs, ".md").filter(path => path !== "SUMMARY.md");
ours.push(...below(examples, "README.md").map(path => `examples/${path}`));
for (const page of ours) {
  const path = page.replace(/README\.md$/, "index.md").replace(/\.md$/, ".html");
  const html = text.get(path);
  is(page, "is not in the book", html !== undefined);
  if (html === undefined) continue;
  const blocks = (html.match(/<code class="language-arch">/g) ?? []).length;
  const pictures = (html.match(/<div class="archc-picture"/g) ?? []).length;
  is(page, "not every design has its picture:", blocks === pictures, `${pictures} of ${blocks}`);
  designs += pictures;
}
is("the book", "hardly a design is drawn:", designs > 20, String(designs));

// in a browser
const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2" };
const server = createServer((request, answer) => {
  const path = join(book, decodeURIComponent(new URL(request.url, "http://x").pathname));
  if (!path.startsWith(book) || !existsSync(path) || !statSync(path).isFile()) return answer.writeHead(404).end();
  answer.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(readFileSync(path));
});
await new Promise(done => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags.split(" ") });
let turn = -1;
for (const { size, ...options } of sizes) {
  for (const colorScheme of ["light", "dark"]) {
    turn++;
    const context = await browser.newContext({ ...options, colorScheme });
    const page = await context.newPage();
    const said = [];
    page.on("console", message => { if (message.type() === "error") said.push(message.text()); });
    page.on("pageerror", error => said.push(String(error)));
    page.on("request", it => { if (!it.url().startsWith(origin) && !it.url().startsWith("data:")) said.push(`asks ${it.url()}`); });
    page.on("response", it => { if (it.status() >= 400) said.push(`${it.status()} ${it.url()}`); });
    for (const path of pages) {
      if (text.get(path).includes('http-equiv="refresh"')) continue;
      // the pages of one kind are many and alike: each is read at one size and in one theme, in turn
      if (/^(rules|gallery)\/(?!index)/.test(path) && pages.indexOf(path) % 4 !== turn) continue;
      const where = `${path} ${size} ${colorScheme}`;
      said.length = 0;
      await page.goto(`${origin}/${path}`, { waitUntil: "load" });
      const seen = await page.evaluate(looks);
      is(where, "scrolls sideways:", seen.wide <= seen.width, `${seen.wide} > ${seen.width} ${seen.sticks.join(", ")}`);
      is(where, "has the wrong theme:", seen.dark === (colorScheme === "dark"), seen.theme);
      is(where, "pictures do not follow the theme", seen.follow);
      is(where, "text is hard to read:", seen.faint.length === 0, seen.faint.join("; "));
      is(where, "says on the console:", said.length === 0, said.join("; "));
      if (shots) await page.screenshot({ path: `${shots}/${path.replaceAll("/", "-").replace(".html", "")}-${size}-${colorScheme}.png`, fullPage: size === "phone" && path === "tour.html" });
    }
    await context.close();
  }
}
await browser.close();
server.close();
console.log(`${pages.length} pages, ${designs} designs drawn, ${checks} checks, ${failed} failed`);
process.exit(failed ? 1 : 0);

// in the page
function looks() {
  const root = document.documentElement;
  const width = root.clientWidth;
  const scrolls = it => {
    for (let up = it.parentElement; up && up !== document.body; up = up.parentElement) {
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return true;
    }
    return false;
  };
  const sticks = [...document.querySelectorAll("main *")].filter(it => it.getBoundingClientRect().right > width + 1 && !scrolls(it));
  const pictures = [...document.querySelectorAll(".archc-picture > svg")];
  const dark = ["coal", "navy", "ayu"].some(name => root.classList.contains(name));
  // WCAG contrast of text on the page's ground
  const channels = colour => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = it => {
    for (let up = it; up; up = up.parentElement) {
      const colour = channels(getComputedStyle(up).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.5) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const it of document.querySelectorAll("main :is(p, li, td, th, h1, h2, h3, code, a, pre span)")) {
    if (!it.textContent.trim()) continue;
    const [a, b] = [light(channels(getComputedStyle(it).color)), light(ground(it))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 3) faint.add(`${it.tagName.toLowerCase()}.${it.className} ${ratio.toFixed(2)}`);
  }
  return {
    wide: root.scrollWidth, width, dark, theme: root.className, faint: [...faint].slice(0, 4),
    sticks: sticks.slice(0, 3).map(it => `${it.tagName.toLowerCase()} ${it.textContent.slice(0, 40)}`),
    follow: pictures.every(svg => svg.classList.contains("archc-dark") === dark && !svg.classList.contains("archc-auto")),
  };
}
