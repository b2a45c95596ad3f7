// What happens after the link: a broken sign-in and its repair in place, the next day's values, ending a connection.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { newestCode } from '../lib/mail.mjs';
import { atInstitution, connect, newHousehold, shareLink, signIn, start, text } from '../lib/acts.mjs';

// A household with one connection made by its client in a browser.
async function connected({ product, browser, shots }, page, device, at) {
  const household = await newHousehold(product, page);
  const link = await shareLink(page, household);
  const client = await person(browser, shots, device);
  await connect(client.page, link, { user: household.last.toLowerCase(), ...at });
  await client.page.getByRole('button', { name: 'Exit' }).click();
  await client.page.getByText('You can close this tab').waitFor();
  await client.done();
  return household;
}

const hrefs = async (page, household) => {
  await page.goto(household.at + '/portfolio');
  return page.locator('#accounts tbody a').evaluateAll((all) => all.map((a) => a.getAttribute('href')).sort());
};

async function repair({ product, browser, shots }, device) {
  const adviser = await person(browser, shots);
  const { page } = adviser;
  await signIn(product, page);
  const household = await connected({ product, browser, shots }, page, device, { typed: 'tessera', name: 'Tessera 529' });
  const before = await hrefs(page, household);
  assert.ok(before.length >= 1);

  const { items } = await product.sandbox('/_control/items', null, 'GET');
  const item = items.find((i) => i.user === household.last.toLowerCase());
  await product.sandbox(`/_control/items/${item.item_id}/break`, { code: 'ITEM_LOGIN_REQUIRED', webhook: true });
  await page.goto(household.at + '/accounts');
  const stopped = page.getByText(/rejected .*sign-in/).first();
  for (let tries = 0; tries < 30 && !(await stopped.isVisible()); tries++) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await text(page, new RegExp(`rejected ${household.first}’s sign-in[\\s\\S]*Refresh waits`));
  assert.equal(await page.getByRole('button', { name: /^Refresh Tessera/ }).first().getAttribute('aria-disabled'), 'true');
  await adviser.look('accounts-stopped');
  await page.getByRole('link', { name: new RegExp(`Ask ${household.first} to fix`) }).click();
  await page.getByRole('button', { name: /Make (the|a new) link/ }).click();
  const link = (await page.locator('#lk').textContent()).trim();
  await adviser.look('asset-sync-repair');

  const client = await person(browser, shots, device);
  const c = client.page;
  await c.goto(link);
  await text(c, /Tessera 529 needs a new sign-in/);
  await start(c);
  await client.look('connect-repair-code');
  const code = c.getByLabel('6-digit code');
  if (await code.isVisible()) {
    await code.fill(await newestCode(product, household.mail));
    await c.getByRole('button', { name: 'Continue', exact: true }).click();
  }
  await c.getByRole('link', { name: 'Continue to Tessera 529' }).waitFor();
  await client.look('connect-repair');
  await atInstitution(c, 'Tessera 529', { user: household.last.toLowerCase(), repair: true });
  await c.getByRole('heading', { name: /Tessera 529\s+works again/ }).waitFor({ timeout: 40_000 });
  await client.look('connect-repaired');
  await client.done();
  assert.deepEqual(await hrefs(page, household), before, 'the same accounts, and no second copy');
  await page.goto(household.at + '/accounts');
  await text(page, /Up to date/);
  await adviser.done();
}

async function nextDay({ product, browser, shots }) {
  const adviser = await person(browser, shots);
  const { page } = adviser;
  await signIn(product, page);
  const household = await connected({ product, browser, shots }, page, DESKTOP, { typed: 'larchmont bro', name: 'Larchmont Brokerage' });
  const total = async () => {
    await page.goto(household.at + '/portfolio');
    return page.locator('#accounts tbody tr').allInnerTexts();
  };
  const before = await total();
  // Five days hold at least two business days, wherever the week stands.
  await product.advance(5 * 86_400);
  await signIn(product, page);
  let after = await total();
  for (let tries = 0; tries < 40 && JSON.stringify(after) === JSON.stringify(before); tries++) {
    await page.waitForTimeout(500);
    after = await total();
  }
  assert.notDeepEqual(after, before, 'values move by themselves');
  // Refresh by hand is for once in a while.
  await product.advance(600);
  await page.goto(household.at + '/accounts');
  await page.getByRole('button', { name: /^Refresh Larchmont/ }).first().click();
  await text(page, /New values show here by themselves|We look now all the same|If it has newer values, they show here/);
  await adviser.look('accounts-refreshed');
  await adviser.done();
}

async function ending({ product, browser, shots }) {
  const adviser = await person(browser, shots);
  const { page } = adviser;
  await signIn(product, page);
  const household = await connected({ product, browser, shots }, page, DESKTOP, { typed: 'bluewater', name: 'Bluewater Credit Union' });
  const all = await hrefs(page, household);
  const total = () => page.locator('#accounts tfoot td').last().innerText();
  const whole = await total();
  const ask = async (href, what) => {
    await page.goto(product.base + href);
    await page.getByText('More', { exact: true }).click();
    await page.getByRole('link', { name: new RegExp(`^${what}`) }).click();
    await page.getByRole('heading', { name: new RegExp(`^${what}`) }).waitFor();
    await adviser.look(`ask-${what.toLowerCase()}`);
  };
  await ask(all[0], 'Mute');
  await text(page, /leaves the totals[\s\S]*history stays[\s\S]*fresh link|leaves the totals[\s\S]*history stays/);
  await page.getByRole('button', { name: 'Mute account' }).click();
  await text(page, /Muted/);
  await page.goto(household.at + '/portfolio');
  await text(page, /Muted/);
  assert.notEqual(await total(), whole, 'a muted account is not in the totals');

  await ask(all[1], 'Disconnect');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await text(page, /Disconnected/);

  await ask(all[2], 'Delete');
  const hint = await page.locator('dialog, main').last().innerText();
  await page.getByLabel('Type this to confirm').fill(hint.match(/Type ([^\s]+)\s*$/m)[1]);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.waitForURL(/portfolio/);
  assert.ok(!(await hrefs(page, household)).includes(all[2]));
  await adviser.done();
}

async function expiry({ product, browser, shots }, device) {
  const adviser = await person(browser, shots);
  const { page } = adviser;
  await signIn(product, page);
  const household = await newHousehold(product, page);
  const link = await shareLink(page, household);
  // The adviser's computer is off meanwhile: a page left open would ask for its stream with a sign-in that is over.
  await page.goto('about:blank');
  await product.advance(7 * 86_400);
  const client = await person(browser, shots, device);
  await client.page.goto(link);
  const said = await text(client.page, /This link no longer works/);
  assert.ok(!said.includes(household.first) && !said.includes(household.last));
  await client.page.getByRole('button', { name: 'Ask for a new link' }).click();
  await text(client.page, /Your adviser has been told/);
  await client.look('connect-asked');
  await signIn(product, page);
  await page.goto(household.at + '/asset-sync');
  await text(page, /[Ee]xpired/);
  await adviser.look('asset-sync-expired');
  const again = await shareLink(page, household);
  await client.page.goto('about:blank');
  await client.page.goto(again);
  await start(client.page);
  await client.page.getByRole('heading', { name: 'Where is the account?' }).waitFor();
  await client.done();
  await adviser.done();
}

export const journeys = {
  // proves: N29 N30 N31 N32 N33 N71
  'a broken sign-in is repaired in place on a desktop': (all) => repair(all, DESKTOP),
  // proves: N31
  'a broken sign-in is repaired in place on a phone': (all) => repair(all, PHONE),
  // proves: N8 D5
  'values move by themselves': nextDay,
  // proves: D9
  'mute, disconnect and delete say first what they do': ending,
  // proves: N25 N26 N27 N28
  'a link ends after a week': (all) => expiry(all, PHONE),
};
