// The adviser's side of accounts: asking a client to look for new ones, one sitting for what needs them, a problem that goes to Data Support and
// comes back answered, a table that is read as people say, and two accounts that are one.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { newestCode } from '../lib/mail.mjs';
import { atInstitution, connect, newHousehold, shareLink, signIn, start, text, untilDone } from '../lib/acts.mjs';
import { clientSignIn, ngozi } from './07_portal.mjs';

// A household whose client connected one institution in a browser of their own.
async function connected({ product, browser, shots }, page, { typed, name }) {
  const household = await newHousehold(product, page);
  const link = await shareLink(page, household);
  const client = await person(browser, shots, PHONE);
  await connect(client.page, link, { typed, name, user: household.last.toLowerCase() });
  await client.page.getByRole('button', { name: 'Exit' }).click();
  await client.page.getByText('You can close this tab').waitFor();
  await client.done();
  return household;
}

// The connection of this user at the institution stops, and the provider says so.
async function breaks(product, user, place, code = 'ITEM_LOGIN_REQUIRED') {
  const { items } = await product.sandbox('/_control/items', null, 'GET');
  const item = items.find((i) => i.user === user && (!place || i.institution_id === place) && !i.removed);
  await product.sandbox(`/_control/items/${item.item_id}/break`, { code, webhook: true });
}

// Pages show what has come in by themselves; a reload in between is what an impatient person does.
async function untilShown(page, what) {
  for (let tries = 0; tries < 60 && !(await what.first().isVisible()); tries++) {
    await what.first().waitFor({ timeout: 500 }).catch(() => page.reload());
  }
  await what.first().waitFor();
}

// The six digits that a link of somebody who is known already asks for, and then the way to the institution.
async function known(product, page, mail, name) {
  const code = page.getByLabel('6-digit code');
  const away = page.getByRole('link', { name: `Continue to ${name}` });
  await code.or(away).first().waitFor();
  if (await code.isVisible()) {
    await code.fill(await newestCode(product, mail));
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
  }
  await away.waitFor();
}

// proves: D4 E45
async function askMyClient(all) {
  const { product, browser, shots } = all;
  const adviser = await person(browser, shots, DESKTOP);
  const { page } = adviser;
  await signIn(product, page);
  const household = await connected(all, page, { typed: 'tessera', name: 'Tessera 529' });
  await page.goto(household.at + '/accounts');
  assert.equal(await page.getByRole('button', { name: /Find new/ }).count(), 0, 'the adviser finds nothing new');
  await adviser.look('household-accounts');
  await page.getByLabel('More for Tessera 529').click();
  await page.getByRole('link', { name: new RegExp(`Ask ${household.first} to find new accounts`) }).click();
  await page.getByRole('button', { name: /Make (the|a new) link/ }).click();
  const link = (await page.locator('#lk').textContent()).trim();
  await adviser.look('ask-my-client');
  const client = await person(browser, shots, PHONE);
  const c = client.page;
  await c.goto(link);
  await text(c, /Tessera 529 may show more accounts/);
  await start(c);
  await known(product, c, household.mail, 'Tessera 529');
  await atInstitution(c, 'Tessera 529', { user: household.last.toLowerCase() });
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
  await breaks(product, 'ngozi', 'ins_bluewater');
  await breaks(product, 'ngozi', 'ins_kestrel');
  await page.goto(`${base}/accounts`);
  await untilShown(page, page.locator('#needs').getByText('1 of 2'));
  await page.locator('#needs').getByRole('link', { name: 'All in one go' }).click();
  await page.getByRole('heading', { name: '0 of 2 done' }).waitFor();
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('button', { name: /^Start/ }).waitFor();
  await client.look('portal-together');
  const go = async () => {
    await page.getByRole('button', { name: /^Start/ }).click();
    await mended(page);
  };
  await go();
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
  await page.getByText(/2 of 2 refreshed in this sitting/).waitFor();
  await client.done();
  await adviser.done();
}

// From wherever a repair begins to the page that it began on.
async function mended(page) {
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

// Nothing of hers needs her: whatever was broken before is mended first, through the bar itself.
async function mendAll(page, base) {
  for (let turn = 0; turn < 8; turn++) {
    await page.goto(`${base}/accounts`);
    const bar = page.locator('#needs');
    if (!(await bar.isVisible())) return;
    await bar.getByRole('button', { name: /^(Click to fix|Renew|Find new|Choose accounts)/ }).first().click();
    await mended(page);
  }
}

// proves: D22 E48 E49
async function report(all) {
  const { product, browser, shots } = all;
  const adviser = await person(browser, shots, DESKTOP);
  const { page } = adviser;
  await signIn(product, page);
  const household = await connected(all, page, { typed: 'bluewater', name: 'Bluewater Credit Union' });
  await breaks(product, household.last.toLowerCase(), 'ins_bluewater');
  await page.goto(household.at + '/accounts');
  await untilShown(page, page.getByText(/rejected .*sign-in/));
  await page.goto(product.base + '/cases');
  await page.locator('tr', { hasText: household.last }).getByRole('link', { name: 'Bluewater Credit Union' }).click();
  await page.getByRole('heading', { name: 'Whose move' }).waitFor();
  const at = page.url();
  await adviser.look('case-fresh');
  await page.getByRole('link', { name: 'Report a problem' }).click();
  await adviser.look('ticket-new');
  await page.getByRole('button', { name: 'See the message' }).click();
  await page.getByText('One thing to put right').waitFor();
  const words = `The page of ${household.first} says “try later” after the code.`;
  await page.getByLabel('What happens, and what was tried').fill(words);
  await page.getByRole('button', { name: 'See the message' }).click();
  await page.getByRole('heading', { name: 'As it will be sent' }).waitFor();
  const shown = await page.locator('.mailbox').innerText();
  assert.match(shown, /try later/);
  assert.match(shown, /Provider’s code: ITEM_LOGIN_REQUIRED/);
  assert.ok(!shown.includes(household.first) && !shown.includes(household.last), `nobody is named: ${shown}`);
  await adviser.look('ticket-preview');
  await page.getByRole('button', { name: 'Send to Data Support' }).click();
  await page.getByText(/The ticket is (on its way to|kept for) Data Support/).waitFor();
  await adviser.look('ticket-reported');
  const ticket = page.url();

  const desmond = product.demo.firms[0].people.support;
  const support = await person(browser, shots, DESKTOP);
  await supportSignIn(product, support.page, desmond);
  await support.page.goto(product.base + '/tickets');
  await support.look('tickets');
  await support.page.goto(ticket);
  const seen = await support.page.locator('main').innerText();
  assert.ok(!seen.includes(household.last) && !seen.includes('Quill'), 'support sees no household');
  await support.page.getByLabel('What was answered or found').fill('The provider has mended its code page.');
  await support.page.getByLabel('State').selectOption('answered');
  await support.page.getByRole('button', { name: 'Save' }).click();
  await support.page.getByText('Noted.').waitFor();
  await support.look('ticket-answered');
  assert.equal((await support.page.goto(at)).status(), 404, 'a case is not theirs');
  await support.done();

  await page.goto(at);
  await text(page, /Answered[\s\S]*|Data Support has answered/);
  await page.getByText('Data Support has answered').waitFor();
  await adviser.look('case-answered');
  await page.goto(ticket);
  await text(page, /mended its code page/);
  await adviser.done();
}

// Support has no household to go to: tickets are what they see first.
async function supportSignIn(product, page, login) {
  await signIn(product, page, login);
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
}

const TABLE = 'Datum;Text;Betrag;Saldo\n02.11.2026;Bäckerei;-4,50;1.245,56\n03.11.2026;Gehalt;1.250,00;2.495,56\n';

// Chooses the table; the page that says what it holds.
async function choose(page, household, { name = 'umsatz.csv', body = TABLE, institution = 'Sparhaus' } = {}) {
  await page.goto(household.at + '/import');
  await page.getByLabel('The file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(body) });
  await page.getByLabel(/^Institution/).fill(institution);
  await page.getByLabel('Whose accounts they are').selectOption({ label: `${household.first} ${household.last}` });
  await page.getByRole('button', { name: 'See what it holds' }).click();
  await page.getByRole('heading', { name: `What ${name} holds` }).waitFor();
}

const take = (page) => page.getByRole('button', { name: 'Take it in' }).click();

// How this table is to be read.
async function say(page, { account, mask }) {
  await page.getByLabel('Each row is').selectOption('movements');
  await page.getByLabel('Dates are written').selectOption('dmy');
  await page.getByLabel('Amounts are written').selectOption('comma');
  await page.getByLabel('Currency').selectOption('EUR');
  await page.getByLabel('Name of the account').fill(account);
  await page.getByLabel('Kind').selectOption('savings');
  await page.getByLabel('Last four digits').fill(mask);
  for (const [column, role] of [['Datum', 'day'], ['Text', 'text'], ['Betrag', 'amount'], ['Saldo', 'balance']]) {
    await page.getByLabel(`What ${column} says`).selectOption(role);
  }
}

// proves: N70 E11
async function table({ product, browser, shots }, device) {
  const adviser = await person(browser, shots, device);
  const { page } = adviser;
  await signIn(product, page);
  const household = await newHousehold(product, page);
  await page.goto(household.at + '/import');
  await adviser.look('import-new');
  await choose(page, household);
  await adviser.look('import-table');
  await take(page);
  await page.getByText(/things? to put right/).waitFor();
  await adviser.look('import-wrong');
  await say(page, { account: 'Giro', mask: '4417' });
  await page.getByRole('button', { name: 'Read it this way' }).click();
  await page.getByText('€2,495.56').waitFor();
  await adviser.look('import-read');
  const sheet = page.url();
  await page.goto(household.at + '/accounts');
  assert.equal(await page.getByText('Giro').count(), 0, 'looking changes nothing');
  await page.goto(sheet);
  await say(page, { account: 'Giro', mask: '4417' });
  await take(page);
  await page.getByText('Taken in: 1 account, 1 new, 2 new movements.').waitFor();
  await text(page, /Giro[\s\S]*€2,495\.56/);
  await adviser.look('import-taken');
  // The same again: read as the last one was, and nothing is new.
  await choose(page, household);
  await page.getByText('As your firm’s last file with these columns was.').waitFor();
  assert.equal(await page.getByLabel('What Betrag says').inputValue(), 'amount');
  await page.getByLabel('Name of the account').fill('Giro');
  await page.getByLabel('Kind').selectOption('savings');
  await page.getByLabel('Last four digits').fill('4417');
  await take(page);
  await page.getByText('Nothing new: this file says what is known already.').waitFor();
  assert.equal(await page.getByText('Giro', { exact: true }).count(), 1, 'no second one');
  await adviser.done();
}

// proves: N57 D17
async function same({ product, browser, shots }, device) {
  const adviser = await person(browser, shots, device);
  const { page } = adviser;
  await signIn(product, page);
  const household = await newHousehold(product, page);
  await page.goto(household.at + '/accounts/by-hand?portfolio=current&type=bank');
  await page.getByLabel('Name', { exact: true }).fill('Notgroschen');
  await page.getByLabel('Kind').selectOption('savings');
  await page.getByLabel('Value', { exact: true }).fill('2,400');
  await page.getByLabel('Currency').selectOption('EUR');
  await page.getByLabel(/^Institution/).fill('Sparhaus');
  await page.getByLabel('Last four digits').fill('8820');
  await page.getByRole('button', { name: 'Save account' }).click();
  await page.waitForURL(/portfolio/);
  await choose(page, household);
  await say(page, { account: 'Sparbuch', mask: '8820' });
  await take(page);
  await page.getByText(/^Taken in/).waitFor();
  await page.getByText(/The totals may hold/).waitFor();
  await adviser.look('accounts-doubled');
  await page.goto(household.at + '/same');
  await page.getByRole('heading', { name: 'Is this the same account?' }).waitFor();
  await adviser.look('same');
  await page.getByRole('radio', { name: /the same as/ }).check();
  await page.getByRole('button', { name: 'Save the answer' }).click();
  await page.getByRole('heading', { name: 'Nothing to decide' }).waitFor();
  await page.goto(household.at + '/portfolio');
  assert.equal(await page.locator('#accounts tbody tr').count(), 1, 'one account, counted once');
  // Taken apart they are two again, and nobody is asked once more.
  await page.locator('#accounts tbody a').first().click();
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('link', { name: /^How it arrives/ }).click();
  await page.getByRole('heading', { name: /^How .* arrives/ }).waitFor();
  await adviser.look('paths');
  await page.getByRole('button', { name: 'Take apart' }).first().click();
  await page.goto(household.at + '/portfolio');
  assert.equal(await page.locator('#accounts tbody tr').count(), 2, 'two as they were');
  await page.goto(household.at + '/same');
  await page.getByRole('heading', { name: 'Nothing to decide' }).waitFor();
  await adviser.done();
}

export const journeys = {
  'the adviser asks for new accounts and the client finds them': askMyClient,
  'one sitting clears what needs the client': together,
  'a problem goes to Data Support and comes back answered': report,
  'a table is read as people say, on a desktop': (all) => table(all, DESKTOP),
  'a table is read as people say, on a phone': (all) => table(all, PHONE),
  'two accounts are one and are taken apart': (all) => same(all, DESKTOP),
};
