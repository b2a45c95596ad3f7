// What people do, in their words: an adviser signs in and makes links, a client connects an institution.
import assert from 'node:assert/strict';

export const lead = (product) => product.demo.firms[0].people.lead;

export async function signIn(product, page, login = lead(product)) {
  await page.goto(product.base + '/sign-in');
  await page.getByLabel(/^E-?mail/).fill(login.email);
  await page.getByLabel('Password', { exact: true }).fill(login.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel(/code/i).first().fill(await product.code(login));
  await page.getByRole('button', { name: 'Continue', exact: true }).first().click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

let made = 0;

// A household of its own for a journey, so that none sees what another did. The one person's name is unlike any other.
export async function newHousehold(product, page, { prospect = false, email } = {}) {
  const first = ['Wren', 'Ilse', 'Tove', 'Bruno', 'Noor', 'Piet', 'Sanna', 'Rafe'][made % 8];
  const last = `Quill${String.fromCharCode(97 + (made % 26))}${process.pid}${made++}`;
  const mail = email ?? `${first}.${last}@quill.example`.toLowerCase();
  await page.goto(product.base + '/households/new');
  await page.getByLabel('Household', { exact: true }).fill(last);
  await page.getByLabel('First name').fill(first);
  await page.getByLabel('Last name').fill(last);
  await page.getByLabel(/^E-?mail/).fill(mail);
  if (prospect) await page.getByLabel('Status').selectOption('prospect');
  await page.getByRole('button', { name: /Add household|Save/ }).click();
  await page.waitForURL(/households\/hh_/);
  return { at: page.url().match(/.*\/households\/hh_[a-z0-9]+/)[0], first, last, mail };
}

// New account, Funds, Stocks, and Other, Asset Sync: the dialog.
export async function openDialog(page, household) {
  await page.goto(household.at + '/portfolio');
  await page.getByText('New account', { exact: true }).click();
  await page.getByLabel('Funds, Stocks, and Other').check();
  await page.getByRole('link', { name: 'Asset Sync', exact: true }).click();
  await page.getByRole('heading', { name: /Asset Sync for/ }).waitFor();
}

export async function shareLink(page, household) {
  await openDialog(page, household);
  await page.getByRole('button', { name: /Make (the|a new) link/ }).click();
  return (await page.locator('#lk').textContent()).trim();
}

// From the search page: type, pick, agree.
export async function pick(page, typed, name, { tap = (l) => l.click() } = {}) {
  await page.getByRole('searchbox').fill(typed);
  const entry = page.getByRole('link', { name, exact: true });
  await entry.waitFor();
  await tap(entry);
  await tap(page.getByRole('button', { name: 'Continue', exact: true }));
}

// The provider's hosted page, from our Continue to the way back. Answers whatever it asks, as long as it asks: a repair may end after the
// sign-in or after any of its questions. `stay` ends on the page of that kind.
export async function atInstitution(page, name, { user = 'user_good', password = 'pass_good', look, stay } = {}) {
  const ours = new URL(page.url()).origin;
  const isBack = (url) => new URL(url).origin === ours;
  await page.getByRole('link', { name: `Continue to ${name}` }).click();
  await page.waitForURL((url) => !isBack(url), { waitUntil: 'commit' });
  const steps = {
    'sign-in': [page.getByLabel('User name'), async (field) => {
      await field.fill(user);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Submit' }).click();
    }],
    device: [page.getByRole('heading', { name: /send your code/ }), () => page.getByRole('button', { name: 'Send code' }).click()],
    code: [page.getByLabel('Code', { exact: true }), async (field) => {
      await field.fill('1234');
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
    }],
    questions: [page.getByRole('heading', { name: /wants to check it's you/ }), async () => {
      const answers = (await page.locator('.foot code').first().innerText()).split(/[\s,]+/);
      const fields = await page.locator('input.input').all();
      for (const [n, f] of fields.entries()) await f.fill(answers[n]);
      if (!fields.length) await page.getByRole('radio').first().check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
    }],
    accounts: [page.getByRole('heading', { name: /Which accounts should/ }), () => page.getByRole('button', { name: 'Continue', exact: true }).click()],
    problem: [page.getByRole('button', { name: /Return to/ }), async () => {}],
  };
  const seen = new Set();
  for (;;) {
    const kinds = Object.entries(steps).filter(([kind]) => !seen.has(kind));
    await Promise.any([
      kinds.map(([, [mark]]) => mark).reduce((a, b) => a.or(b)).first().waitFor(),
      page.waitForURL(isBack, { waitUntil: 'commit' }),
    ]);
    if (isBack(page.url())) return;
    const [kind, [mark, act]] = await firstVisible(kinds);
    await look?.(`sandbox-${kind}`);
    if (kind === stay || kind === 'problem') return;
    seen.add(kind);
    await act(mark);
    if (kind === 'accounts') return;
    if (kind === 'sign-in' && password !== 'pass_good') return;
    await page.waitForLoadState();
  }
}

async function firstVisible(kinds) {
  for (const kind of kinds) if (await kind[1][0].first().isVisible()) return kind;
  throw new Error('the page of the institution is none that is known');
}

// Whose the accounts are, where that is asked, to the confirmation.
export async function untilDone(page, look) {
  const done = page.getByRole('link', { name: 'Add another account' });
  const owners = page.getByRole('heading', { name: 'Whose accounts are these?' });
  await done.or(owners).first().waitFor({ timeout: 40_000 });
  if (await owners.isVisible()) {
    await look?.('connect-owners');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await done.waitFor();
  }
}

// The whole way once, in a browser of the client's own.
export async function connect(page, link, { typed, name, ...how }) {
  await page.goto(link);
  await start(page);
  await pick(page, typed, name);
  await atInstitution(page, name, how);
  await untilDone(page);
}

// The one of the two Get started buttons that shows.
export const start = (page, tap = (l) => l.click()) => tap(page.getByRole('button', { name: 'Get started' }).filter({ visible: true }));

export async function text(page, pattern) {
  const all = await page.locator('body').innerText();
  assert.match(all, pattern);
  return all;
}
