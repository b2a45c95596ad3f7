// What breaks at institutions, and the way through the portal's one bar that mends it.
import { atInstitution } from './acts.mjs';

// Somebody's own connection breaks at the institution, as after a new password there.
export async function breaks(product, user, place, code = 'ITEM_LOGIN_REQUIRED') {
  const { items } = await product.sandbox('/_control/items', null, 'GET');
  const item = items.find((i) => i.user === user && i.institution_id === place && !i.removed);
  await product.sandbox(`/_control/items/${item.item_id}/break`, { code, webhook: true });
}

// The open page shows it by itself.
export const shown = (what) => what.waitFor({ timeout: 60_000 });

// Nothing of this person's needs them: whatever was broken before is mended first, through the bar itself.
export async function mendAll(page, base, user) {
  for (let turn = 0; turn < 8; turn++) {
    await page.goto(`${base}/accounts`);
    const bar = page.locator('#needs');
    if (!(await bar.isVisible())) return;
    await mend(page, bar, user);
  }
  throw new Error('something still needs the client after eight repairs');
}

// From the bar through the flow and back to where the bar is.
export async function mend(page, from, user) {
  await from.getByRole('button', { name: /^(Click to fix|Renew|Find new|Choose accounts)/ }).first().click();
  await signInAgain(page, user);
  await page.getByRole('button', { name: 'Exit' }).click();
  await page.waitForURL(/\/portal\/hh_/);
}

// The sign-in itself, with the permission before it where that has ended, to the confirmation.
export async function signInAgain(page, user) {
  const on = page.getByRole('button', { name: 'Continue', exact: true });
  const away = page.getByRole('link', { name: /^Continue to / });
  await on.or(away).first().waitFor();
  if (await on.isVisible()) await on.click();
  const name = (await away.innerText()).replace('Continue to ', '').trim();
  await atInstitution(page, name, { user });
  await page.getByRole('heading', { name: /works again|is connected|is up to date/ }).waitFor({ timeout: 60_000 });
}
