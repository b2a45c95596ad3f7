// The main job, from the adviser's request to positions in the household, on a desktop and on a phone.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { atInstitution, newHousehold, openDialog, pick, signIn, start, text, untilDone } from '../lib/acts.mjs';

async function main({ product, browser, shots }, device) {
  const adviser = await person(browser, shots);
  const { page } = adviser;
  await page.goto(product.base + '/');
  await adviser.look('sign-in');
  await signIn(product, page);
  await adviser.look('home');
  await page.getByRole('link', { name: 'Households', exact: true }).click();
  await adviser.look('households');
  const household = await newHousehold(product, page, { prospect: true });
  await openDialog(page, household);
  await adviser.look('asset-sync');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.locator('#lk').textContent()).trim();
  await adviser.look('asset-sync-shared');
  assert.match(link, /\/i#([0-9A-Z]{5}-){4,5}[0-9A-Z]+$/);

  const client = await person(browser, shots, device);
  let taps = 0;
  const tap = async (l) => {
    taps++;
    await (device.hasTouch ? l.tap() : l.click());
  };
  const c = client.page;
  await c.goto(link);
  await c.getByRole('heading', { name: /has asked to see accounts/ }).waitFor();
  assert.equal(new URL(c.url()).hash, '', 'the secret stays in no address bar');
  await client.look('connect-start');
  const began = Date.now();
  await start(c, tap);
  await c.getByRole('heading', { name: 'Where is the account?' }).waitFor();
  await client.look('connect-search');
  assert.ok((await c.locator('.inst-tile').count()) >= 6, 'thumbnails fill in below the search');
  await c.getByRole('searchbox').fill('larch');
  await c.getByRole('link', { name: 'Larchmont Brokerage', exact: true }).waitFor();
  await client.look('connect-results');
  const out = c.getByRole('link', { name: 'Open the Larchmont Brokerage sign-in page in a new tab' });
  assert.equal(await out.getAttribute('target'), '_blank');
  assert.match(await out.getAttribute('rel'), /noopener/);
  assert.match(await out.getAttribute('href'), /larchmont\.example/);
  await tap(c.getByRole('link', { name: 'Larchmont Brokerage', exact: true }));
  await c.getByText('What we will read').waitFor();
  await client.look('connect-notice');
  await tap(c.getByRole('button', { name: 'Continue' }));
  await c.getByRole('link', { name: 'Continue to Larchmont Brokerage' }).waitFor();
  await client.look('connect-leaving');
  const away = Date.now();
  taps++;
  await atInstitution(c, 'Larchmont Brokerage', { device: true, look: client.look });
  const back = Date.now();
  await untilDone(c, client.look);
  const balance = Date.now();
  await text(c, /\$[\d,]+/);
  await client.look('connect-done');
  console.log(`        ${device.isMobile ? 'phone' : 'desktop'}: ${taps} taps and ${((balance - began - (back - away)) / 1000).toFixed(1)} s from Get started to the first balance`);
  assert.ok(taps <= 8, `${taps} taps`);

  await client.done();
  await adviser.done();
}

export const journeys = {
  'main job on a desktop': (all) => main(all, DESKTOP),
  'main job on a phone': (all) => main(all, PHONE),
};
