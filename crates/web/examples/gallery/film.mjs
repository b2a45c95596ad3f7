// Makes the moving picture of help (assets/asset-sync.gif) from the gallery's own pages.
// node film.mjs GALLERY OUT.gif   needs playwright-core, pngjs and gifenc beside it, and CHROMIUM set to a browser.
import { chromium } from 'playwright-core';
import gifenc from 'gifenc';
import png from 'pngjs';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const [gallery, out] = process.argv.slice(2);
const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
const server = http.createServer((ask, answer) => {
  let name = ask.url.split(/[?#]/)[0];
  if (ask.method === 'POST') name = '/asset-sync-shown.html';
  try {
    const body = fs.readFileSync(path.join(gallery, name));
    answer.writeHead(200, { 'content-type': types[name.split('.').pop()] ?? 'application/octet-stream' });
    answer.end(name === '/asset-sync.html' ? String(body).replaceAll('action="#/', 'action="/') : body);
  } catch { answer.writeHead(404).end() }
}).listen(0);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1200, height: 750 }, deviceScaleFactor: 0.8, colorScheme: 'light' });
const gif = gifenc.GIFEncoder();

// The pointer: a ring that is drawn over the page, above dialogs too.
async function point(at) {
  const box = await at.boundingBox();
  await page.evaluate(([x, y]) => {
    document.querySelector('#pointer')?.remove();
    const dot = document.createElement('div');
    dot.id = 'pointer';
    dot.popover = 'manual';
    Object.assign(dot.style, { position: 'fixed', inset: 'auto', left: `${x - 18}px`, top: `${y - 18}px`, width: '36px', height: '36px', padding: 0, margin: 0, border: '4px solid #b0261d', borderRadius: '50%', background: 'transparent', pointerEvents: 'none' });
    document.body.append(dot);
    dot.showPopover();
  }, [box.x + box.width / 2, box.y + box.height / 2]);
}
const unpoint = () => page.evaluate(() => document.querySelector('#pointer')?.remove());
async function frame(delay) {
  const { data, width, height } = png.PNG.sync.read(await page.screenshot());
  const palette = gifenc.quantize(data, 64);
  gif.writeFrame(gifenc.applyPalette(data, palette), width, height, { palette, delay });
}

await page.goto(`http://localhost:${server.address().port}/portfolio.html`);
await frame(1400);
const menu = page.locator('summary', { hasText: 'New account' });
await point(menu);
await frame(1100);
await menu.click();
await unpoint();
await frame(900);
await point(page.getByText('Funds, Stocks, and Other', { exact: true }));
await frame(1400);
const button = page.getByRole('link', { name: 'Asset Sync', exact: true });
await point(button);
await frame(1400);
await unpoint();
await button.click();
await page.waitForSelector('dialog[open]');
await page.waitForTimeout(200);
await frame(2400);
const make = page.getByRole('button', { name: 'Make the link' });
await point(make);
await frame(1200);
await unpoint();
await make.click();
await page.waitForSelector('#lk');
await page.waitForTimeout(200);
await frame(3000);
gif.finish();
fs.writeFileSync(out, gif.bytes());
await browser.close();
server.close();
