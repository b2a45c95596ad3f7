// Launch now: the client's own phone by a QR code, or a new tab on this computer that leaves the adviser's sign-in alone.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { atInstitution, newHousehold, openDialog, pick, signIn, start, text, untilDone } from '../lib/acts.mjs';

async function launch({ product, browser, shots }, device) {
  const adviser = await person(browser, shots, device);
  const { page } = adviser;
  await signIn(product, page);
  const household = await newHousehold(product, page);
  await openDialog(page, household);
  await page.getByRole('button', { name: 'Launch now' }).click();
  await page.getByRole('img', { name: /QR code that opens Asset Sync on/ }).waitFor();
  await adviser.look('asset-sync-launched');
  const tab = adviser.context.waitForEvent('page');
  await page.getByRole('link', { name: /On this computer/ }).click();
  const c = await tab;
  await start(c);
  await pick(c, 'larchmont w', 'Larchmont Workplace');
  await atInstitution(c, 'Larchmont Workplace', { look: (name) => adviser.look(name, c) });
  await untilDone(c);
  await text(c, /Larchmont Workplace\s+is connected/);
  await c.getByRole('button', { name: 'Exit' }).click();
  await text(c, /You can close this tab/);
  // What the adviser's own tab may do is as it was.
  await page.getByRole('button', { name: 'Done' }).click();
  await page.goto(household.at + '/portfolio');
  await text(page, /Asset Sync[\s\S]*Held away/);
  assert.match(page.url(), /\/portfolio$/);
  await adviser.done();
}

export const journeys = {
  // proves: N16 N34 D23
  'launch now on a desktop': (all) => launch(all, DESKTOP),
  // proves: N34
  'launch now on a phone': (all) => launch(all, PHONE),
};
