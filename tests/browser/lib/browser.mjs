// The browser of the journeys: Chromium without the network's distractions, watched for policy violations and script errors.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });

// Each page is inspected once a run and kind of browser, however many journeys pass it.
const inspected = new Set();

// What went wrong in the browsers that are open, for the report of a journey that failed otherwise.
export const complaints = new Map();

// A fresh person's browser: own cookies, pages that are inspected, and a list of what went wrong in it. `done` closes it and throws if
// anything did.
export async function person(browser, shots, options = DESKTOP) {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'America/Chicago', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(15_000);
  const wrongs = [];
  complaints.set(context, wrongs);
  context.on('page', (page) => {
    page.on('pageerror', (e) => wrongs.push(`script error on ${page.url()}: ${e.message}`));
    page.on('console', (m) => {
      if (m.type() === 'error' && !/status of 4\d\d|favicon/.test(m.text())) wrongs.push(`console on ${page.url()}: ${m.text()}`);
    });
    page.on('response', (r) => {
      if (r.status() >= 500) wrongs.push(`${r.status()} from ${r.url()}`);
    });
  });
  const page = await context.newPage();
  const kind = options.isMobile ? 'phone' : 'desktop';
  return {
    context,
    page,
    // Look at the page that stands there now, under a name of its own.
    async look(name, on = page) {
      const key = `${name}-${kind}`;
      if (inspected.has(key)) return;
      inspected.add(key);
      wrongs.push(...(await inspect(on, key, shots)));
    },
    async done() {
      complaints.delete(context);
      await context.close();
      if (wrongs.length) throw new Error(wrongs.join('\n'));
    },
  };
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// How wide clients' screens are; staff pages are looked at on the narrowest beside their own.
const WIDTHS = [320, 360, 768, 1280];

// What a thumb must hit: the main action of a page, and every button of its own line.
function smallTargets() {
  const all = document.querySelectorAll('.flow .btn.l, .flow .flow-top .btn, .portal-main .btn.primary, .portal-main .fixbar .btn');
  const seen = [...all].filter((b) => b.getClientRects().length).map((b) => [b.textContent.trim() || b.getAttribute('aria-label'), b.getBoundingClientRect().height]);
  return seen.filter(([, height]) => height < 43.5).map(([word, height]) => `${word} is ${height.toFixed(0)} px high`);
}

// Accessibility rules in light and dark, no sideways scroll at this width and at others, and on a client's phone nothing too small to tap.
async function inspect(page, name, shots) {
  const faults = [];
  const cdp = await page.context().newCDPSession(page);
  const drawn = () => page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
  // Colours change over some frames, from the outer element to the inner one.
  const settled = async () => {
    const moving = () => page.evaluate(() => document.getAnimations().some((a) => a.effect?.getComputedTiming().endTime !== Infinity));
    for (let still = 0, tries = 0; still < 3 && tries < 60; tries++) {
      await drawn();
      still = (await moving()) ? 0 : still + 1;
    }
  };
  // A page that was made narrower takes some frames to lay itself out anew.
  const wide = async (at) => {
    let over = 1;
    for (let tries = 0; over > 0 && tries < 30; tries++) {
      await drawn();
      over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    }
    if (over > 0) faults.push(`${name}: scrolls sideways by ${over} px ${at}`);
  };
  // axe is put in over the debugger's channel: the page's own policy refuses foreign scripts.
  const judge = async (only, how = '') => {
    await settled();
    await cdp.send('Runtime.evaluate', { expression: `globalThis.axe || (() => { ${axe} })()` });
    const expression = `axe.run(document, { runOnly: ${JSON.stringify(only)} }).then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', '))))`;
    const { result } = await cdp.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    for (const v of JSON.parse(result.value)) faults.push(`${name}: axe ${how}${v}`);
  };
  await wide('as it stands');
  await judge(RULES);
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await judge({ type: 'rule', values: ['color-contrast'] }, 'in dark: ');
  if (shots) await page.screenshot({ path: `${shots}/${name}-dark.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  const clients = (await page.locator('.flow, .portal').count()) > 0;
  if (clients && name.endsWith('-phone')) faults.push(...(await page.evaluate(smallTargets)).map((f) => `${name}: ${f}`));
  const size = page.viewportSize();
  for (const width of clients ? WIDTHS : WIDTHS.slice(0, 1)) {
    await page.setViewportSize({ width, height: size.height });
    await wide(`at ${width} px`);
  }
  await page.setViewportSize(size);
  // The session stays: an authenticator that a journey put into the browser ends with any session of the page that ends.
  return faults;
}
