// What can come between, each with its right words: never "enter your password again" for the institution's trouble.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE, person } from '../lib/browser.mjs';
import { atInstitution, newHousehold, pick, shareLink, signIn, start, text, untilDone } from '../lib/acts.mjs';

async function troubles({ product, browser, shots }, device) {
  const adviser = await person(browser, shots);
  await signIn(product, adviser.page);
  const household = await newHousehold(product, adviser.page);
  const link = await shareLink(adviser.page, household);
  const client = await person(browser, shots, device);
  const c = client.page;
  await c.goto(link);
  await start(c);

  await c.getByRole('searchbox').fill('zzqqxx no such bank');
  await c.getByText(/No institution matches/).waitFor();
  await client.look('connect-no-match');

  // It cannot be connected any more.
  await c.getByRole('searchbox').fill('bygone');
  await c.getByRole('link', { name: 'Bygone & Daughters Trust', exact: true }).click();
  await text(c, /can’t be connected/);
  await client.look('connect-not-supported');
  await c.goto(product.base + '/c/search');

  // It is down: said before anybody types a password. One provider alone reaches it: where two do, the next one looks by the other way.
  const health = (word) => product.sandbox('/_control/institutions/ins_granite_life/health', { health: word });
  await health('down');
  try {
    await pick(c, 'granite life', 'Granite Life');
    await c.getByRole('heading', { name: /isn’t letting anyone connect right now/ }).waitFor();
  } finally {
    await health('healthy');
  }
  await text(c, /It isn’t your password/);
  await client.look('connect-down');

  for (const [password, name, right] of [
    ['error_ITEM_LOCKED', 'connect-locked', /has locked this sign-in/],
    ['error_INSTITUTION_DOWN', 'connect-down-later', /isn’t letting anyone connect right now/],
    ['error_INSTITUTION_NOT_RESPONDING', 'connect-not-responding', /right now|isn’t answering|slow/],
    ['wrong', 'connect-rejected', /rejected the sign-in|is not connected yet/],
  ]) {
    await c.goto(product.base + '/c/search');
    await pick(c, 'sable', 'Sable Card');
    await atInstitution(c, 'Sable Card', { password });
    await after(client, name, right);
  }
  // After all that it still works.
  await c.goto(product.base + '/c/search');
  await pick(c, 'sable', 'Sable Card');
  await atInstitution(c, 'Sable Card');
  await untilDone(c);
  await client.done();
  await adviser.done();
}

// From the provider's page of trouble back to ours, and what ours says.
async function after(client, name, right) {
  const c = client.page;
  await client.look(name.replace('connect', 'sandbox'));
  await c.getByRole('button', { name: /Return to|Exit/ }).first().click();
  const ours = c.locator('h1', { hasText: right });
  await ours.waitFor({ timeout: 20_000 });
  const said = await c.locator('main').innerText();
  if (/down|locked|respond/.test(name)) assert.ok(!/(enter|type|check) your password/i.test(said), said);
  assert.match(said, /help@alderfinch\.example|010-0142/, 'where to turn');
  await client.look(name);
}

export const journeys = {
  // proves: N47 N67 N68 N69 N70 N71
  'troubles on a desktop': (all) => troubles(all, DESKTOP),
  // proves: N70 N71
  'troubles on a phone': (all) => troubles(all, PHONE),
};
