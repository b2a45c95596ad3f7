// One sign-in page: a passkey in two taps, a factor again before a dangerous act, a forgotten password, and a client who comes back.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { lead, signIn } from '../lib/acts.mjs';
import { head, words } from '../lib/mail.mjs';

// Another client than the other journeys use: the way back asks for three messages an hour at most.
const lost = (product) => product.demo.firms[0].clients.find((c) => c.name !== 'Ngozi Okafor');

// An authenticator that lives in the browser, as a phone's screen lock does.
async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } });
}

async function recoverLink(product, to, not = '') {
  for (let tries = 0; tries < 100; tries++) {
    const mail = product.mails().find((m) => head(m, 'To')?.includes(to) && /\/recover#/.test(words(m)));
    const link = mail && words(mail).match(/https?:\/\/\S+\/recover#[0-9A-Z-]+/)[0];
    if (link && link !== not) return link;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`no link arrived for ${to}`);
}

// proves: P30
async function passkey({ product, browser, shots }, options) {
  const adviser = await person(browser, shots, options);
  const page = adviser.page;
  await authenticator(page);
  await signIn(product, page);
  await page.goto(product.base + '/security');
  await adviser.look('security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
  await adviser.look('security-with-passkey');
  await adviser.context.clearCookies();
  await page.goto(product.base + '/sign-in');
  // One tap here, one on the device; where the browser offers the passkey by itself, none here.
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click({ timeout: 3000 }).catch(() => {});
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  if (product.movable) {
    await product.advance(6 * 60);
    await page.goto(product.base + '/security/password');
    await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
    await adviser.look('step-up');
    await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
    await adviser.look('security-password');
  }
  await page.goto(product.base + '/security');
  await page.locator('summary').filter({ hasText: 'Change' }).first().click();
  await page.getByRole('button', { name: 'Remove' }).first().click();
  await page.getByText('The passkey is removed.').waitFor();
  await page.getByRole('button', { name: 'Make new ones' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  assert.equal(await page.locator('.codes li').count(), 10);
  await adviser.look('recovery-codes');
  await adviser.done();
}

// proves: P29
async function forgotten({ product, browser, shots }, options) {
  const adviser = await person(browser, shots, options);
  const page = adviser.page;
  await page.goto(product.base + '/sign-in');
  await adviser.look('sign-in');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await adviser.look('forgot');
  await page.getByLabel(/^E-?mail/).fill(lead(product).email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByRole('heading', { name: 'Look at your mail' }).waitFor();
  await adviser.look('forgot-said');
  await page.goto(await recoverLink(product, lead(product).email));
  await page.getByRole('heading', { name: 'Set a new password' }).waitFor();
  assert.ok(!page.url().includes('#'), 'the secret has left the address bar');
  await page.getByLabel('New password').fill('short');
  await page.getByLabel(/Code from your app/).fill('000000');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('Use at least 15 characters').first().waitFor();
  await adviser.look('recover-password');
  await adviser.done();
}

// proves: P31 P32
async function back({ product, browser, shots }, options) {
  const client = lost(product);
  const adviser = await person(browser, shots);
  await signIn(product, adviser.page);
  await adviser.page.goto(`${product.base}/households/${client.household}/portal`);
  await adviser.page.getByRole('link', { name: `Sign-in help for ${client.name}` }).click();
  await adviser.look('recover-client');
  await adviser.page.getByRole('button', { name: /Send the link/ }).click();
  const spoken = await adviser.page.locator('.otp-said').innerText();
  await adviser.look('recover-client-spoken');
  const them = await person(browser, shots, options);
  const page = them.page;
  await page.goto(product.base + '/sign-in');
  await page.getByLabel(/^E-?mail/).fill(client.email);
  await page.getByLabel('Password', { exact: true }).fill(client.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(/If that does not help, ask/).waitFor();
  await them.look('sign-in-code');
  await page.goto(await recoverLink(product, client.email));
  await page.getByLabel('Code that you were told').fill(spoken);
  await them.look('recover-spoken');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('heading', { name: 'Choose how you sign in' }).waitFor();
  await them.look('recover-new');
  await page.getByLabel('New password').fill('eleven quiet rivers in may');
  await page.getByRole('button', { name: 'Use a password' }).click();
  await page.getByRole('heading', { name: 'Set up your second step' }).waitFor();
  await them.look('recover-factor');
  await them.done();
  await adviser.done();
}

export const journeys = {
  'a passkey signs in and confirms on a desktop': (all) => passkey(all, DESKTOP),
  'a passkey signs in and confirms on a phone': (all) => passkey(all, PHONE),
  'a forgotten password': (all) => forgotten(all, DESKTOP),
  'a client who lost their phone comes back': (all) => back(all, PHONE),
};
