// The accounts pages: repairs through the one bar, asking a client for new accounts, and one sitting for what needs the client.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { newestCode } from '../lib/mail.mjs';
import { atInstitution, signIn, start, text, untilDone } from '../lib/acts.mjs';
import { clientSignIn, ngozi } from './07_portal.mjs';

// Ngozi's own connections break at the institution, as after a new password there.
async function breaks(product, place) {
  const { items } = await product.sandbox('/_control/items', null, 'GET');
  const item = items.find((i) => i.user === 'ngozi' && i.institution_id === place && !i.removed);
  await product.sandbox(`/_control/items/${item.item_id}/break`, { code: 'ITEM_LOGIN_REQUIRED', webhook: true });
}

// The page shows it by itself; a reload in between is what an impatient person does.
async function untilShown(page, what) {
  for (let tries = 0; tries < 40 && !(await what.isVisible()); tries++) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await what.waitFor();
}

// Nothing of hers needs her: whatever was broken before is mended first, through the bar itself.
async function mendAll(page, base) {
  for (let turn = 0; turn < 8; turn++) {
    await page.goto(`${base}/accounts`);
    const bar = page.locator('#needs');
    if (!(await bar.isVisible())) return;
    await mend(page, bar);
  }
}

// Through the flow and back: where the bar leads.
async function mend(page, from) {
  await from.getByRole('button', { name: /^(Click to fix|Renew|Find new|Choose accounts)/ }).first().click();
  const on = page.getByRole('button', { name: 'Continue', exact: true });
  const away = page.getByRole('link', { name: /^Continue to / });
  await on.or(away).first().waitFor();
  if (await on.isVisible()) await on.click();
  const name = (await away.innerText()).replace('Continue to ', '').trim();
  await atInstitution(page, name, { user: 'ngozi', repair: true });
  await page.getByRole('heading', { name: /works again|is connected|up to date/ }).waitFor({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Exit' }).click();
  await page.waitForURL(/\/portal\/hh_/);
}

// proves: E34 E37 E39 E42
async function bar({ product, browser, shots }, options) {
  const client = await person(browser, shots, options);
  const page = client.page;
  await clientSignIn(product, page);
  const base = page.url();
  await mendAll(page, base);
  await page.goto(base);
  assert.equal(await page.locator('#needs').count(), 0, 'nothing needs her');
  await client.look('accounts-quiet');
  await breaks(product, 'ins_bluewater');
  await breaks(product, 'ins_larchmont_workplace');
  await untilShown(page, page.locator('#needs').getByText('1 of 2'));
  await client.look('portal-home-needs');
  await page.locator('#needs').getByRole('link', { name: /^Next/ }).click();
  await page.locator('#needs').getByText('2 of 2').waitFor();
  await page.goto(`${base}/accounts`);
  await client.look('portal-accounts-needs');
  await mend(page, page.locator('#needs'));
  await text(page, /That works again. One connection still needs you/);
  await page.locator('#needs').waitFor();
  assert.doesNotMatch(await page.locator('#needs').innerText(), /of 2/);
  await mend(page, page.locator('#needs'));
  await text(page, /That works again\./);
  assert.equal(await page.locator('#needs').count(), 0, 'nothing is left');
  await client.look('portal-accounts-mended');
  await client.done();
}

// proves: D4 E45
async function askMyClient({ product, browser, shots }) {
  const adviser = await person(browser, shots, DESKTOP);
  const { page } = adviser;
  await signIn(product, page);
  const household = `${product.base}/households/${ngozi(product).household}`;
  await page.goto(`${household}/accounts`);
  assert.equal(await page.getByRole('button', { name: /Find new/ }).count(), 0, 'the adviser finds nothing new');
  await adviser.look('household-accounts');
  const card = page.locator('article', { hasText: 'Tessera 529' });
  await card.locator('summary').click();
  await card.getByRole('link', { name: /Ask Ngozi to find new accounts/ }).click();
  await page.getByRole('button', { name: /Make (the|a new) link/ }).click();
  const link = (await page.locator('#lk').textContent()).trim();
  await adviser.look('ask-my-client');
  const client = await person(browser, shots, PHONE);
  const c = client.page;
  await c.goto(link);
  await text(c, /Tessera 529 may show more accounts/);
  await start(c);
  const code = c.getByLabel('6-digit code');
  const away = c.getByRole('link', { name: 'Continue to Tessera 529' });
  await code.or(away).first().waitFor();
  if (await code.isVisible()) {
    await code.fill(await newestCode(product, 'ngozi@okafor.example'));
    await c.getByRole('button', { name: 'Continue', exact: true }).click();
  }
  await atInstitution(c, 'Tessera 529', { user: 'ngozi' });
  await untilDone(c);
  await client.done();
  await adviser.done();
}

// proves: E24 E32
async function together({ product, browser, shots }) {
  const client = await person(browser, shots, PHONE);
  const page = client.page;
  await clientSignIn(product, page);
  const base = page.url();
  await mendAll(page, base);
  await breaks(product, 'ins_bluewater');
  await breaks(product, 'ins_kestrel');
  await page.goto(`${base}/accounts`);
  await untilShown(page, page.locator('#needs').getByText('1 of 2'));
  await page.locator('#needs').getByRole('link', { name: 'All in one go' }).click();
  await page.getByRole('heading', { name: '0 of 2 done' }).waitFor();
  await page.getByRole('button', { name: 'Begin' }).click();
  await client.look('portal-together');
  const go = async () => {
    await page.getByRole('button', { name: /^Start/ }).click();
    const away = page.getByRole('link', { name: /^Continue to / });
    const name = (await away.innerText()).replace('Continue to ', '').trim();
    await atInstitution(page, name, { user: 'ngozi', repair: true });
    await page.getByRole('heading', { name: /works again/ }).waitFor({ timeout: 40_000 });
    await page.getByRole('button', { name: 'Exit' }).click();
    await page.waitForURL(/\/portal\/hh_/);
  };
  await go();
  await page.waitForURL(/\/together/);
  await page.getByRole('heading', { name: '1 of 2 done' }).waitFor();
  await client.context.clearCookies();
  // Closed, and gone on with later; her adviser sees how far it is.
  const adviser = await person(browser, shots, DESKTOP);
  await signIn(product, adviser.page);
  await adviser.page.goto(`${product.base}/households/${ngozi(product).household}/together`);
  await text(adviser.page, /1 of 2 done/);
  await adviser.look('household-together');
  await adviser.page.goto(`${product.base}/connections`);
  await adviser.look('connections');
  await adviser.page.goto(`${product.base}/settings/reliability`);
  await adviser.look('reliability');
  await clientSignIn(product, page);
  await page.goto(`${base}/together`);
  await go();
  await page.goto(`${base}/together`);
  await page.getByRole('heading', { name: '2 of 2 done' }).waitFor();
  await client.look('portal-together-done');
  await page.getByRole('button', { name: 'Finish' }).click();
  await text(page, /2 of 2 refreshed in this sitting/);
  await client.done();
  await adviser.done();
}

export const journeys = {
  'two repairs through the one bar on a desktop': (all) => bar(all, DESKTOP),
  'two repairs through the one bar on a phone': (all) => bar(all, PHONE),
  'the adviser asks for new accounts and the client finds them': askMyClient,
  'one sitting clears what needs the client': together,
};

