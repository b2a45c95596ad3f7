// The browser of the journeys: Chromium without the network's distractions, watched for policy violations and script errors.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });

// A fresh person's browser: own cookies, and a list of what went wrong in it.
export async function person(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'America/Chicago', ...DESKTOP, ...options });
  const wrongs = [];
  const watch = (page) => {
    page.on('pageerror', (e) => wrongs.push(`script error on ${page.url()}: ${e.message}`));
    page.on('console', (m) => {
      if (m.type() === 'error' && !/status of 4\d\d|favicon/.test(m.text())) wrongs.push(`console on ${page.url()}: ${m.text()}`);
    });
    page.on('response', (r) => {
      if (r.status() >= 500) wrongs.push(`${r.status()} from ${r.url()}`);
    });
  };
  context.on('page', watch);
  const page = await context.newPage();
  return { context, page, wrongs };
}

// Accessibility rules and the sideways scroll that a phone must not have.
export async function inspect(page, name, shots) {
  const faults = [];
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  // axe is put in over the debugger's channel: the page's own policy refuses foreign scripts.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Runtime.evaluate', { expression: axe });
  const { result } = await cdp.send('Runtime.evaluate', {
    expression: `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', '))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await cdp.detach();
  for (const v of JSON.parse(result.value)) faults.push(`${name}: axe ${v}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) faults.push(`${name}: scrolls sideways by ${wide} px`);
  return faults;
}
