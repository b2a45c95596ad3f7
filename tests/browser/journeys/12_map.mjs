// The household map: drawn on a desktop, listed on a phone, reached by keyboard alone, asked by menu, narrowed, printed on one page.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { newHousehold, signIn, text } from '../lib/acts.mjs';
import { clientSignIn } from './07_portal.mjs';

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

// proves: P1 N52 N53
async function adviser({ product, browser, shots }) {
  const maya = await person(browser, shots);
  const { page } = maya;
  await signIn(product, page);
  const household = product.demo.firms[0].households[0];
  await page.goto(`${product.base}/households/${household.id}`);
  await page.waitForURL(/\/map$/);
  const map = page.locator('svg.map');
  await map.waitFor();
  assert.equal(await page.locator('.as-list').isVisible(), false, 'the list waits for narrow screens');
  await maya.look('household-map');

  // By keyboard: a tile, its tooltip, the next ones, and Enter.
  const tiles = map.locator('a.t');
  await tiles.first().focus();
  const first = await focused(page);
  const reached = new Set([first]);
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowLeft']) {
    await page.keyboard.press(key);
    reached.add(await focused(page));
  }
  assert.ok(reached.size >= 4, [...reached].join(' | '));
  await page.locator('#tip').waitFor({ state: 'visible' });
  await page.keyboard.press('Escape');
  await page.locator('#tip').waitFor({ state: 'hidden' });
  const there = await focused(page);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/accounts\/acct_/);
  assert.ok(there.includes((await page.locator('h1').innerText()).split('\n')[0].trim().slice(0, 12)), there);
  await page.goBack();

  // By right click: the same acts as in the list; Escape gives the focus back.
  const menu = page.getByRole('menu');
  await tiles.nth(1).click({ button: 'right' });
  await menu.waitFor();
  assert.match(await menu.innerText(), /Open account/);
  await maya.look('household-map-menu');
  // Looking at other widths shuts it.
  await tiles.nth(1).click({ button: 'right' });
  await menu.waitFor();
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  const back = await tiles.nth(1).getAttribute('aria-label');
  await page.waitForFunction((label) => document.activeElement?.getAttribute('aria-label') === label, back);
  // By what stands in the tile's corner.
  await tiles.nth(1).hover();
  await map.locator('.t-more').nth(1).click();
  await menu.getByRole('menuitem', { name: /Open account/ }).click();
  await page.waitForURL(/\/accounts\/acct_/);
  await page.goBack();

  // Narrowed: what is chosen, and only that, drawn anew.
  await page.getByRole('link', { name: 'Held away', exact: true }).click();
  await page.waitForURL(/custody=held-away/);
  await text(page, /of \d+ items? shown/);
  assert.equal(await map.locator('.tile:not(.away)').count(), 0);
  await page.getByLabel('Kind', { exact: true }).selectOption('retirement');
  await page.waitForURL(/kind=retirement/);
  await maya.look('household-map-narrowed');
  await page.getByRole('link', { name: 'Show everything' }).click();
  await page.waitForURL(/\/map$/);
  await page.getByRole('link', { name: 'List', exact: true }).click();
  await page.waitForURL(/view=list/);
  await page.locator('.as-list').waitFor();
  await maya.look('household-map-list');

  // On paper: one landscape page, with its freshness and its disclaimer.
  await page.goto(`${product.base}/households/${household.id}/map`);
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(paper.match(/\/Type\s*\/Page\b(?!s)/g).length, 1, 'one page');
  const [, width, height] = paper.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/).map(Number);
  assert.ok(width > height, 'landscape');

  // One person and nothing yet: as cared for, with the way on.
  const fresh = await newHousehold(product, page);
  await page.goto(fresh.at + '/map');
  await text(page, /Nothing connected yet/);
  await maya.look('household-map-empty');
  await maya.done();
}

// proves: P1 P4
async function client({ product, browser, shots }, options) {
  const ngozi = await person(browser, shots, options);
  const { page } = ngozi;
  await clientSignIn(product, page);
  await page.getByRole('heading', { name: /^Good / }).waitFor();
  await page.goto(`${page.url().match(/.*\/portal\/hh_[a-z0-9]+/)[0]}/map`);
  await page.getByRole('heading', { name: 'Household map', exact: true }).first().waitFor();
  const [drawn, listed] = [page.locator('svg.map'), page.locator('.as-list')];
  assert.deepEqual([await drawn.isVisible(), await listed.isVisible()], options.isMobile ? [false, true] : [true, false]);
  await ngozi.look('portal-map-drawn');
  // The same figures for those who do not see the drawing.
  const net = await listed.locator('dd').first().textContent();
  const drawing = await drawn.textContent();
  // Each currency has a line of its own there.
  for (const part of net.split(' + ')) assert.ok(drawing.includes(part.trim()), `${net}: ${part}`);
  if (options.isMobile) {
    await listed.locator('details.menu > summary').first().click();
    await listed.getByRole('link', { name: /Something looks wrong/ }).first().waitFor();
    await ngozi.look('portal-map-more');
  }
  await ngozi.done();
}

export const journeys = {
  'the household map': adviser,
  'the household map of a client on a desktop': (all) => client(all, DESKTOP),
  'the household map of a client on a phone': (all) => client(all, PHONE),
};
