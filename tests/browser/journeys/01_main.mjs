// The main job, from the adviser's request to positions in the household, on a desktop and on a phone.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { atInstitution, newHousehold, openDialog, pick, signIn, start, text, untilDone } from '../lib/acts.mjs';

const BROKER = 'Larchmont Brokerage';

async function main({ product, browser, shots }, device) {
  const adviser = await person(browser, shots, device);
  const { page } = adviser;
  await page.goto(product.base + '/');
  await adviser.look('sign-in');
  await signIn(product, page);
  await adviser.look('home');
  await page.getByRole('link', { name: 'Households', exact: true }).click();
  await page.getByRole('heading', { name: 'Households', exact: true }).waitFor();
  await adviser.look('households');
  const household = await newHousehold(product, page, { prospect: true });
  await page.goto(household.at + '/portfolio');
  await adviser.look('portfolio-empty');
  await offered(page, household, adviser.look);
  await openDialog(page, household);
  await adviser.look('asset-sync');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.locator('#lk').textContent()).trim();
  await adviser.look('asset-sync-shared');
  assert.match(link, /^http.*\/i#([0-9A-Z]{5}-){4}[0-9A-Z]{6}$/);

  const client = await person(browser, shots, device);
  const c = client.page;
  const taps = await throughTheFlow(client, link, device);
  assert.ok(taps <= 8, `${taps} taps`);
  await another(c, client.look);
  await c.getByRole('button', { name: 'Exit' }).click();
  await text(c, /You can close this tab/);
  await client.look('connect-thanks');
  for (const opens of [c, (await person(browser, shots, device)).page]) {
    await opens.goto('about:blank');
    await opens.goto(link);
    const said = await text(opens, /This link no longer works/);
    assert.ok(!said.includes(household.last), 'the neutral page names nobody');
    await client.look('connect-expired', opens);
  }
  await client.done();

  await synced(page, household, adviser.look, device);
  await account(page, adviser.look);
  await adviser.done();
}

// Where Asset Sync is offered, and where it is not.
async function offered(page, household, look) {
  await page.getByText('New account', { exact: true }).click();
  for (const kind of await page.locator('.typ input').all()) {
    await kind.check({ force: true });
    const shown = await page.getByRole('link', { name: 'Asset Sync', exact: true }).isVisible();
    assert.equal(shown, (await kind.getAttribute('value')) === 'funds', await kind.getAttribute('value'));
  }
  await page.locator('.typ input').first().check({ force: true });
  await look('portfolio-menu');
  await page.goto(household.at + '/portfolio/proposed');
  await page.getByText('New account', { exact: true }).click();
  assert.equal(await page.getByRole('link', { name: 'Asset Sync', exact: true }).count(), 0);
}

// From the link to the first balance; answers how many taps it took outside the institution.
async function throughTheFlow(client, link, device) {
  const c = client.page;
  let taps = 0;
  const tap = async (l) => {
    taps++;
    await (device.hasTouch ? l.tap() : l.click());
  };
  await c.goto(link);
  await c.getByRole('heading', { name: /has asked to see accounts/ }).waitFor();
  assert.equal(new URL(c.url()).hash, '', 'the secret stays in no address bar');
  const button = await c.getByRole('button', { name: 'Get started' }).filter({ visible: true }).boundingBox();
  const { width, height } = c.viewportSize();
  if (device.isMobile) assert.ok(button.y > height / 2, 'at the foot on a phone');
  else {
    // In the page's own corner: within the header, and nothing stands further right.
    const header = await c.locator('header').first().boundingBox();
    assert.ok(button.y >= header.y && button.y + button.height <= header.y + header.height + 1, 'at the top on a desktop');
    const right = await c.locator('header *').evaluateAll((all) => Math.max(...all.filter((e) => !e.children.length && e.getBoundingClientRect().width).map((e) => e.getBoundingClientRect().right)));
    assert.ok(button.x > width / 2 && button.x + button.width >= right - 1, `in the right corner: ${button.x + button.width} of ${right}`);
  }
  await client.look('connect-start');
  const began = Date.now();
  await start(c, tap);
  await c.getByRole('heading', { name: 'Where is the account?' }).waitFor();
  assert.ok((await c.locator('.inst-tile').count()) >= 6, 'thumbnails fill in below the search');
  await text(c, /thousands of institutions, but not every one[\s\S]*help@alderfinch\.example/);
  const looked = Date.now();
  await client.look('connect-search');
  let aside = Date.now() - looked;
  const search = c.getByRole('searchbox');
  await tap(search);
  await search.pressSequentially('larch');
  const entry = c.getByRole('link', { name: BROKER, exact: true });
  await entry.waitFor();
  const out = c.getByRole('link', { name: `Open the ${BROKER} sign-in page in a new tab` });
  assert.equal(await out.getAttribute('target'), '_blank');
  assert.match(await out.getAttribute('rel'), /noopener/);
  assert.match(await out.getAttribute('href'), /^https:\/\/www\.larchmont\.example/);
  await text(c, /Check the web address[\s\S]*Larchmont Workplace/);
  const results = Date.now();
  await client.look('connect-results');
  aside += Date.now() - results;
  await tap(entry);
  await c.getByText('What we will read').waitFor();
  const notice = Date.now();
  await client.look('connect-notice');
  aside += Date.now() - notice;
  await tap(c.getByRole('button', { name: 'Continue', exact: true }));
  await c.getByRole('link', { name: `Continue to ${BROKER}` }).waitFor();
  const away = Date.now();
  await client.look('connect-leaving');
  taps++;
  // Back from the institution's page leads to the step before it, and on again.
  await atInstitution(c, BROKER, { stay: 'sign-in' });
  await c.goBack();
  await atInstitution(c, BROKER, { look: client.look });
  aside += Date.now() - away;
  await untilDone(c, client.look);
  const seconds = (Date.now() - began - aside) / 1000;
  await text(c, /Larchmont Brokerage\s+is connected[\s\S]*\$[\d,]+/);
  console.log(`        ${device.isMobile ? 'phone' : 'desktop'}: ${taps} taps and ${seconds.toFixed(1)} s from Get started to the first balance, the institution's pages not counted`);
  await client.look('connect-done');
  return taps;
}

// A second institution, that asks questions, by way of its thumbnail.
async function another(c, look) {
  await c.getByRole('link', { name: 'Add another account' }).click();
  await c.locator('.inst-tile', { hasText: 'Bluewater Credit Union' }).click();
  await c.getByRole('button', { name: 'Continue', exact: true }).click();
  await atInstitution(c, 'Bluewater Credit Union', { look });
  await untilDone(c, look);
  await text(c, /Bluewater Credit Union\s+is connected/);
}

// What the adviser sees: the accounts, where they come from, and when they were last synced.
async function synced(page, household, look, device) {
  await page.goto(household.at + '/portfolio');
  await look('portfolio');
  const rows = page.locator('#accounts tbody tr');
  assert.ok((await rows.count()) >= 5);
  await text(page, /Held away/);
  const icon = page.locator('[data-tip]', { hasText: /./ }).or(page.locator('#accounts [data-tip]')).first();
  const tip = page.locator('#tip');
  await icon.focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await tip.waitFor();
  assert.match(await tip.innerText(), /[Ss]ynced/);
  await look('portfolio-tip');
  await page.keyboard.press('Escape');
  await tip.waitFor({ state: 'hidden' });
  await icon.blur();
  if (device.hasTouch) await icon.tap();
  else await icon.hover();
  await tip.waitFor();
  assert.match(await tip.innerText(), /\d/);
  assert.match(await icon.getAttribute('aria-label'), /[Ss]ynced/);
}

async function account(page, look) {
  await page.locator('#accounts tbody a').filter({ hasText: 'Brokerage' }).first().click();
  await page.getByRole('heading', { name: 'Positions' }).waitFor();
  await look('account');
  await text(page, /Security[\s\S]*Quantity[\s\S]*Cost basis/i);
  await text(page, /not provided/);
  const now = page.url();
  await page.getByLabel('One day earlier').click();
  await page.waitForURL(/\?/);
  await look('account-past');
  assert.notEqual(page.url(), now);
}

export const journeys = {
  // proves: N3 N6 N7 N11 N12 N13 N14 N18 N19 N35 N36 N37 N38 N39 N40 N41 N43 N45 N46 N47 N48 N49 N50 N60 D16 D18
  'main job on a desktop': (all) => main(all, DESKTOP),
  // proves: N6 N35 N37 N38 N46 N49 N50 D16
  'main job on a phone': (all) => main(all, PHONE),
};
