// The e-mail and what follows from it: closing the tab, coming back later in the week, a second browser.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { atInstitution, newHousehold, openDialog, pick, signIn, start, text, untilDone } from '../lib/acts.mjs';
import { head, linkIn, words } from '../lib/mail.mjs';

async function mail({ product, browser, shots }, device) {
  const adviser = await person(browser, shots);
  const { page } = adviser;
  await signIn(product, page);
  const household = await newHousehold(product, page);
  await openDialog(page, household);
  await page.getByRole('button', { name: 'Send e-mail' }).click();
  await page.getByText(/Sent|On its way/).first().waitFor();
  await adviser.look('asset-sync-sent');
  const [client, copy] = await arrived(product, household);
  for (const name of ['To', 'Cc', 'Subject', 'References']) assert.equal(head(copy, name), head(client, name), name);
  assert.match(head(client, 'Cc'), /maya@alderfinch\.example/);
  assert.match(head(client, 'Reply-To'), /maya@alderfinch\.example/);
  const link = linkIn(client);
  assert.ok(!copy.includes(link.split('#')[1]) && /•/.test(words(copy)), 'the copy has dots');
  assert.match(words(client), /Get started/);

  await page.goto(product.base + '/outbox');
  await text(page, new RegExp(household.mail));
  await adviser.look('outbox');
  const opened = page.locator('article', { hasText: household.mail }).getByRole('link', { name: /Open the link/ }).first();
  assert.equal(await opened.getAttribute('target'), '_blank');

  await theClient({ product, browser, shots }, device, household, link);
  await adviser.done();
}

async function theClient({ product, browser, shots }, device, household, link) {
  const client = await person(browser, shots, device);
  let c = client.page;
  await c.goto(link);
  await start(c);
  await pick(c, 'tessera', 'Tessera 529');
  // The provider takes its time, so that there is a wait to leave and to come back to.
  await product.sandbox('/_control/faults', { path: '/investments/holdings/get', latency_ms: 6000, times: 1 });
  await atInstitution(c, 'Tessera 529');
  await c.getByRole('heading', { name: /Getting your accounts|Connecting Tessera/ }).waitFor();
  await client.look('connect-progress');
  await c.close();
  c = await client.context.newPage();
  await c.goto(link);
  await start(c);
  await untilDone(c);
  await product.sandbox('/_control/faults', {}, 'DELETE');
  await text(c, /Tessera 529\s+is connected/);

  await product.advance(3 * 86_400);
  await c.goto('about:blank');
  await c.goto(link);
  await start(c);
  await c.getByRole('heading', { name: /Welcome back/ }).or(c.getByRole('heading', { name: /Is it you/ })).first().waitFor();
  if (await c.getByRole('heading', { name: /Is it you/ }).isVisible()) await typeCode(product, household, c);
  await text(c, /Welcome back[\s\S]*Tessera 529/);
  await client.look('connect-returning', c);

  const other = await person(browser, shots, device);
  await other.page.goto(link);
  await start(other.page);
  await other.page.getByRole('heading', { name: /Is it you/ }).waitFor();
  await other.look('connect-mailbox-code');
  await other.page.getByLabel('6-digit code').fill('000000');
  await other.page.getByRole('button', { name: 'Continue', exact: true }).click();
  await text(other.page, /Error|isn’t|not/);
  await other.look('connect-mailbox-code-wrong');
  await typeCode(product, household, other.page);
  await text(other.page, /Welcome back[\s\S]*Tessera 529/);
  await c.goto(product.base + '/c/earlier');
  const out = await c.locator('body').innerText();
  assert.ok(!/Welcome back/.test(out), 'the first browser is out');
  // More accounts later, by the same way.
  await other.page.getByRole('link', { name: 'Add another account' }).click();
  await pick(other.page, 'kestrel', 'Kestrel Student Loans');
  await atInstitution(other.page, 'Kestrel Student Loans');
  await untilDone(other.page);
  await client.done();
  await other.done();
}

// The two messages of one sending: the client's and the adviser's.
async function arrived(product, household) {
  for (let tries = 0; tries < 100; tries++) {
    const both = product.mails().filter((m) => head(m, 'To')?.includes(household.mail));
    if (both.length >= 2) return both.sort((a) => (/•/.test(words(a)) ? 1 : -1));
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error('two mails did not arrive');
}

async function typeCode(product, household, page) {
  for (let tries = 0; tries < 100; tries++) {
    const codes = product.mails().filter((m) => head(m, 'To')?.includes(household.mail) && /\b\d{6}\b/.test(words(m)));
    for (const m of codes) {
      await page.getByLabel('6-digit code').fill(words(m).match(/\b\d{6}\b/)[0]);
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.waitForLoadState();
      if (!(await page.getByLabel('6-digit code').isVisible())) return;
    }
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error('no code arrived that works');
}

export const journeys = {
  // proves: N15 N21 N22 N23 N25 N44 N61 N63 D1 D2
  'mail, coming back and a second browser on a desktop': (all) => mail(all, DESKTOP),
  // proves: N44 N63 D2
  'mail, coming back and a second browser on a phone': (all) => mail(all, PHONE),
};
