// The client's Accounts page: repairs through the one bar, finding new accounts, a word when an institution is back, taking things back, and
// an institution that was the wrong one of several.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { head, words } from '../lib/mail.mjs';
import { atInstitution, newHousehold, pick, shareLink, signIn, start, text, untilDone } from '../lib/acts.mjs';
import { breaks, mend, mendAll, shown, signInAgain } from '../lib/mending.mjs';
import { clientSignIn } from './07_portal.mjs';

// Ngozi, signed in, with nothing that needs her.
async function calm({ product, browser, shots }, options) {
  const client = await person(browser, shots, options);
  await clientSignIn(product, client.page);
  const base = client.page.url();
  await mendAll(client.page, base, 'ngozi');
  return { client, page: client.page, base };
}

// proves: E27 E29 E34 E37 E39 E42
async function bar(all, options) {
  const { client, page, base } = await calm(all, options);
  await page.goto(base);
  assert.equal(await page.locator('#needs').count(), 0, 'nothing needs her');
  await page.goto(`${base}/accounts`);
  await client.look('portal-accounts-quiet');
  await page.goto(base);
  await breaks(all.product, 'ngozi', 'ins_bluewater');
  await breaks(all.product, 'ngozi', 'ins_larchmont_workplace');
  const needs = page.locator('#needs');
  await shown(needs.getByText('1 of 2'));
  await client.look('portal-home-needs');
  await needs.getByRole('link', { name: /^Next/ }).click();
  await needs.getByText('2 of 2').waitFor();
  await page.goto(`${base}/accounts`);
  await client.look('portal-accounts-needs');
  await mend(page, needs, 'ngozi');
  await text(page, /That works again. One connection still needs you/);
  await needs.waitFor();
  assert.doesNotMatch(await needs.innerText(), /of 2/);
  await mend(page, needs, 'ngozi');
  await text(page, /That works again\./);
  await needs.waitFor({ state: 'detached' });
  await client.look('portal-accounts-mended');
  await client.done();
}

const card = (page, name) => page.locator('article.conn', { has: page.getByRole('heading', { name, exact: false }) });

// proves: E33 E44
async function findNew(all, options) {
  const { client, page, base } = await calm(all, options);
  await breaks(all.product, 'ngozi', 'ins_bluewater');
  await page.goto(`${base}/accounts`);
  await shown(page.locator('#needs'));
  // Left before the end: nothing was changed, and the bar is there.
  await card(page, 'Tessera 529').getByRole('button', { name: /^Find new/ }).click();
  await page.getByRole('link', { name: 'Continue to Tessera 529' }).waitFor();
  await client.look('connect-find-new');
  await page.getByRole('link', { name: 'Back to your accounts' }).click();
  await page.waitForURL(/\/accounts/);
  await page.locator('#needs').waitFor();
  // To the end, and back to the bar.
  await card(page, 'Tessera 529').getByRole('button', { name: /^Find new/ }).click();
  await signInAgain(page, 'ngozi');
  await client.look('connect-found');
  await page.getByRole('button', { name: 'Exit' }).click();
  await page.waitForURL(/\/accounts#needs$/);
  await text(page, /One connection still needs you/);
  await mend(page, page.locator('#needs'), 'ngozi');
  await client.done();
}

// proves: N68 E34
async function back(all, options) {
  const { product } = all;
  const { client, page, base } = await calm(all, options);
  const health = (word) => product.sandbox('/_control/institutions/ins_kestrel/health', { health: word });
  const kestrel = card(page, 'Kestrel Student Loans');
  const refresh = () => kestrel.getByRole('button', { name: /^Refresh/ }).click();
  await page.goto(`${base}/accounts`);
  await health('down');
  try {
    // What was asked for a moment ago is not asked again.
    await product.advance(10 * 60);
    await refresh();
    const ask = kestrel.getByRole('button', { name: /^E-mail me when it’s back/ });
    await shown(ask);
    assert.match(await kestrel.innerText(), /isn’t letting anyone connect right now[\s\S]*It isn’t your password/);
    await client.look('portal-accounts-down');
    await ask.click();
    await kestrel.getByText(/We write to n•••@/).waitFor();
    await client.look('portal-accounts-asked');
  } finally {
    await health('healthy');
  }
  await product.advance(10 * 60);
  await refresh();
  await shown(kestrel.getByText('Up to date'));
  await product.advance(10 * 60);
  for (let tries = 0; ; tries++) {
    if (product.mails().some((m) => /Kestrel Student Loans works again/.test(head(m, 'Subject') ?? '') && /up to date/.test(words(m)))) break;
    assert.ok(tries < 300, 'no mail says that it works again');
    await new Promise((r) => setTimeout(r, 100));
  }
  await client.done();
}

// proves: D3 D9
async function takeBack(all, options) {
  const { client, page, base } = await calm(all, options);
  await page.goto(`${base}/accounts`);
  await page.getByRole('link', { name: /Add account/ }).first().click();
  await page.locator('section', { hasText: 'I have an online login' }).getByRole('button').click();
  await page.getByRole('link', { name: 'Add another account' }).click();
  await pick(page, 'granite', 'Granite Life');
  await atInstitution(page, 'Granite Life', { user: 'user_many' });
  await untilDone(page);
  await page.getByRole('button', { name: 'Exit' }).click();
  await page.waitForURL(/\/portal\/hh_/);
  await page.goto(`${base}/accounts`);
  const granite = card(page, 'Granite Life');
  const accounts = granite.locator('.acct a.plainlink');
  const name = (await accounts.first().innerText()).trim();
  await accounts.first().click();
  await client.look('portal-account-own');
  await page.getByRole('link', { name: /^Delete/ }).click();
  await text(page, /leave every page now/);
  await client.look('portal-delete');
  await page.getByRole('button', { name: 'Delete account' }).click();
  await text(page, /Deleted\./);
  // The whole connection, from its menu.
  await page.goto(`${base}/accounts`);
  if (await granite.count()) {
    await granite.locator('details.menu > summary').click();
    await client.look('portal-accounts-menu');
    await granite.getByRole('link', { name: /^Disconnect/ }).click();
    await text(page, /keep its history\?[\s\S]*Every value up to today stays/);
    await client.look('portal-disconnect');
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await text(page, /Disconnected\. We are ending your permission/);
  }
  await page.waitForURL(/\/accounts/);
  assert.equal(await granite.count(), 0, 'the connection is gone');
  assert.ok(name.length > 0);
  await client.done();
}

// proves: N58 N67 N69
async function wrongPortal({ product, browser, shots }, options) {
  const adviser = await person(browser, shots);
  await signIn(product, adviser.page);
  const household = await newHousehold(product, adviser.page);
  const link = await shareLink(adviser.page, household);
  await adviser.done();
  const client = await person(browser, shots, options);
  const c = client.page;
  await c.goto(link);
  await start(c);
  await pick(c, 'larchmont bro', 'Larchmont Brokerage');
  await atInstitution(c, 'Larchmont Brokerage', { password: 'error_NO_ACCOUNTS' });
  const leave = c.getByRole('button', { name: /Return to|Exit/ }).first();
  const none = c.getByRole('heading', { name: /shows no accounts/ });
  await leave.or(none).first().waitFor();
  if (await leave.isVisible()) await leave.click();
  await none.waitFor({ timeout: 40_000 });
  await client.look('connect-none');
  await c.getByRole('link', { name: 'Larchmont Workplace', exact: true }).click();
  await c.getByRole('button', { name: 'Continue', exact: true }).click();
  await atInstitution(c, 'Larchmont Workplace');
  await untilDone(c);
  await text(c, /Larchmont Workplace\s+is connected/);
  await client.done();
}

export const journeys = {
  'two repairs through the one bar, desktop': (all) => bar(all, DESKTOP),
  'two repairs through the one bar, phone': (all) => bar(all, PHONE),
  'finding new accounts and back to the bar, phone': (all) => findNew(all, PHONE),
  'a word when an institution is back, desktop': (all) => back(all, DESKTOP),
  'an account and a connection taken back by the client, phone': (all) => takeBack(all, PHONE),
  'the wrong one of several sign-in pages, phone': (all) => wrongPortal(all, PHONE),
};
