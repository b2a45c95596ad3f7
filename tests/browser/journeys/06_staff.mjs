// Staff by themselves: an idle hour, and what was typed when it was over.
import assert from 'node:assert/strict';
import { person } from '../lib/browser.mjs';
import { lead, signIn } from '../lib/acts.mjs';

async function idle({ product, browser, shots }) {
  const adviser = await person(browser, shots);
  const page = adviser.page;
  await page.clock.install();
  await signIn(product, page);
  await page.goto(product.base + '/households/new');
  await page.getByLabel('Household', { exact: true }).fill('Half typed');
  await page.clock.fastForward('58:30');
  await page.getByRole('alertdialog').waitFor();
  await adviser.look('idle-warning');
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
  assert.equal(await page.getByLabel('Household', { exact: true }).inputValue(), 'Half typed');

  await page.clock.fastForward('01:00:10');
  await page.waitForURL(/\/sign-in\?said=idle/);
  await page.getByText(/what you typed is kept/).waitFor();
  await adviser.look('idle-sign-in');
  const login = lead(product);
  await page.getByLabel(/^E-?mail/).fill(login.email);
  await page.getByLabel('Password', { exact: true }).fill(login.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel(/code/i).first().fill(await product.code(login));
  await page.getByRole('button', { name: 'Continue', exact: true }).first().click();
  await page.waitForURL(/\/households\/new/);
  assert.equal(await page.getByLabel('Household', { exact: true }).inputValue(), 'Half typed');
  await adviser.done();
}

export const journeys = {
  'what was typed survives an idle hour': idle,
};
