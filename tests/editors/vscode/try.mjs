import { serve, browse, Workbench } from "./workbench.mjs";
const [code, vsix, path, folder] = process.argv.slice(2);
const server = await serve({ code, vsix, path });
const browser = await browse();
try {
const w = await Workbench.open(browser, server.port, folder);
w.page.on("console", m => /Content Security|violat/i.test(m.text()) && console.log("console", m.text().slice(0,300)));
await w.openFile("shop.arch");
await w.squiggles().first().waitFor({timeout: 20000}).catch(e => console.log(String(e)));
await w.quick(">Close Primary Side Bar").catch(e=>console.log(e.message.slice(0,200)));
await w.goTo(31, 14);
await w.quick(">Arch: Open Preview");
await w.page.waitForTimeout(6000);
await w.shot("/tmp/ed/1.png");
const frames = w.page.frames().map(f => f.url().slice(0,80)); console.log(frames);
const page = w.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
console.log(await page.locator("#stage").count(), await page.locator("#stage").evaluate(n => n.dataset.pictures));
await page.locator("[data-id='eu.baskets']").click();
await w.page.waitForTimeout(1500);
await page.locator("#overlay").selectOption("load");
await w.page.waitForTimeout(2500);
await w.shot("/tmp/ed/2.png");
} catch (e) { console.log(e); await browser.contexts()[0]?.pages()[0]?.screenshot({path:"/tmp/ed/err.png"}); }
await browser.close(); await server.stop();
