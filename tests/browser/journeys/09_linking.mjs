// The institution's sign-in and questions in our own screens, at the second rehearsal provider: code, questions, pictures, an approval on the
// phone, a password that is wrong twice, and all of it without scripts.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { newHousehold, pick, shareLink, signIn, start, text } from '../lib/acts.mjs';

async function link(product, browser, shots) {
  const adviser = await person(browser, shots);
  await signIn(product, adviser.page);
  const household = await newHousehold(product, adviser.page);
  const address = await shareLink(adviser.page, household);
  await adviser.done();
  return { address, household };
}

const submit = (page) => page.getByRole('button', { name: /^(Submit|Try again)$/ }).click();
const go = (page) => page.getByRole('button', { name: 'Continue', exact: true }).click();

async function signInThere(page, password, names = ['user_good']) {
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor();
  const fields = page.locator('form.stack input.input');
  for (const [n, name] of names.entries()) await fields.nth(n).fill(name);
  await fields.nth(names.length).fill(password);
  await submit(page);
}

async function take(page, look) {
  await page.getByRole('heading', { name: /^Which accounts should/ }).waitFor();
  await look('link-choose');
  await page.getByRole('button', { name: 'Add these accounts' }).click();
  await page.getByRole('link', { name: 'Add another account' }).waitFor({ timeout: 40_000 });
}

// proves: E12 E13 E14 E18 E19 E22 E23 E24 E25 N40 N41 N43 N45
async function codes({ product, browser, shots }, device) {
  const { address } = await link(product, browser, shots);
  const client = await person(browser, shots, device);
  const { page, look } = client;
  await page.goto(address);
  await page.getByText('Your sign-in is used once').waitFor();
  await look('link-start');
  await start(page);
  await page.getByRole('searchbox').waitFor();
  await look('link-search');
  await page.getByRole('searchbox').fill('dapplegrey');
  const entry = page.getByRole('link', { name: 'Dapplegrey Investments', exact: true });
  await entry.waitFor();
  await text(page, /Check the/);
  await look('link-results');
  assert.equal(await page.getByRole('link', { name: /Open the Dapplegrey/ }).getAttribute('target'), '_blank');
  await entry.click();
  await page.getByRole('heading', { name: /Dapplegrey/ }).waitFor();
  await look('link-notice');
  await go(page);
  await page.getByRole('heading', { name: 'Sign in to Dapplegrey Investments' }).waitFor();
  await look('link-credentials');
  await signInThere(page, 'wrong-the-first-time');
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await text(page, /didn’t accept that sign-in/);
  assert.equal(await page.locator('form.stack input.input').last().inputValue(), '');
  await look('link-rejected');
  await signInThere(page, 'pass_good');
  await page.getByRole('heading', { name: /security questions/ }).waitFor();
  await look('link-questions');
  await page.locator('input.input').first().fill('answer_0_0');
  await go(page);
  await page.getByRole('heading', { name: /check it’s you/ }).waitFor();
  await look('link-method');
  await page.getByRole('radio').first().check();
  await go(page);
  await page.getByRole('heading', { name: /^Enter the code from/ }).waitFor();
  await look('link-code');
  // The tab is closed in the middle of the second factor; the link leads back to it.
  await page.goto(address);
  await start(page);
  await page.getByRole('heading', { name: /^Enter the code from/ }).waitFor();
  await page.locator('input.otp').fill('12-34');
  await go(page);
  await take(page, look);
  await look('link-done');
  await client.done();
}

// proves: E23 E24 E25
async function approval({ product, browser, shots }, device) {
  const { address } = await link(product, browser, shots);
  const client = await person(browser, shots, device);
  const { page, look } = client;
  await page.goto(address);
  await start(page);
  await pick(page, 'hazelpush', 'Hazelpush Securities');
  await signInThere(page, 'pass_good');
  await page.getByRole('heading', { name: 'Approve it on your phone' }).waitFor();
  await look('link-approve');
  const { members } = await product.sandbox('/_control/mx/members', null, 'GET');
  for (const m of members.filter((m) => m.connection_status === 'PENDING')) await product.sandbox(`/_control/mx/members/${m.guid}/approve`, {});
  // Nobody touches this page: it goes on by itself.
  await take(page, look);
  await page.getByRole('link', { name: 'Add another account' }).click();
  await pick(page, 'fernquill', 'Fernquill Savings');
  await signInThere(page, 'pass_good');
  await page.getByRole('heading', { name: /^Choose your picture/ }).waitFor();
  await look('link-pictures');
  await page.getByRole('radio').first().check();
  await go(page);
  await take(page, look);
  await page.getByRole('link', { name: 'Add another account' }).click();
  await pick(page, 'tallow', 'Tallow & Wick Trust');
  await signInThere(page, 'pass_good');
  await page.getByRole('img', { name: /A picture from/ }).waitFor();
  await look('link-picture');
  await page.locator('form.stack input.input').first().fill('wb');
  await go(page);
  await take(page, look);
  await client.done();
}

// proves: E39 E40 E41 E42
async function twice({ product, browser, shots }, device) {
  const { address } = await link(product, browser, shots);
  const client = await person(browser, shots, device);
  const { page, look } = client;
  await page.goto(address);
  await start(page);
  await pick(page, 'corncrake', 'Corncrake Investments');
  await signInThere(page, 'wrong-one');
  await page.getByText('One more that isn’t accepted').waitFor();
  await signInThere(page, 'wrong-two');
  await page.getByText('We stopped after two tries').waitFor();
  await look('link-stopped');
  assert.equal(await page.getByRole('link', { name: /Open Corncrake/ }).getAttribute('target'), '_blank');
  await page.getByRole('link', { name: 'Try again' }).click();
  await go(page);
  await page.getByLabel(/I have just signed in at/).waitFor();
  await look('link-check-first');
  await page.getByLabel(/I have just signed in at/).check();
  await signInThere(page, 'pass_good');
  await page.getByRole('heading', { name: /security questions/ }).waitFor();
  await page.locator('input.input').first().fill('answer_0_0');
  await go(page);
  await take(page, look);
  await client.done();
}

async function withoutScripts({ product, browser, shots }) {
  const { address } = await link(product, browser, shots);
  const client = await person(browser, undefined, { ...PHONE, javaScriptEnabled: false });
  const { page } = client;
  await page.goto(address.split('#')[0]);
  await page.getByLabel('Code').fill(address.split('#')[1]);
  await go(page);
  await start(page);
  await page.getByRole('searchbox').fill('hazelpush');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: 'Hazelpush Securities', exact: true }).click();
  await go(page);
  await signInThere(page, 'pass_good');
  await page.getByRole('heading', { name: 'Approve it on your phone' }).waitFor({ timeout: 40_000 });
  const { members } = await product.sandbox('/_control/mx/members', null, 'GET');
  for (const m of members.filter((m) => m.connection_status === 'PENDING')) await product.sandbox(`/_control/mx/members/${m.guid}/approve`, {});
  await page.getByRole('button', { name: 'I have approved it' }).click();
  await page.getByRole('heading', { name: /^Which accounts should/ }).waitFor({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Add these accounts' }).click();
  await page.getByRole('link', { name: 'Add another account' }).waitFor({ timeout: 40_000 });
  await client.done();
}

export const journeys = {
  'a sign-in, questions and a code in our own screens, desktop': (at) => codes(at, DESKTOP),
  'a sign-in, questions and a code in our own screens, phone': (at) => codes(at, PHONE),
  'an approval on the phone and pictures, desktop': (at) => approval(at, DESKTOP),
  'an approval on the phone and pictures, phone': (at) => approval(at, PHONE),
  'a password that is wrong twice, desktop': (at) => twice(at, DESKTOP),
  'a password that is wrong twice, phone': (at) => twice(at, PHONE),
  'an approval without scripts, phone': withoutScripts,
};
