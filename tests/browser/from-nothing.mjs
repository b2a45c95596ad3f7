// From an empty folder to one synced account, as a person would go: `node from-nothing.mjs BINARY`. The program is the real one, the
// set-up is its own checklist over HTTP, and the provider's hosted page is visited in a browser.
//
// Keys from the environment: PLAID_CLIENT_ID and PLAID_SECRET, both or neither. With them Plaid's own sandbox is used, or the wire at
// PLAID_BASE; without them our rehearsal provider, which this program starts. Where the hosted page cannot be played by itself, its
// address is printed and whoever runs this goes through it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, pause } from './lib/product.mjs';
import { totp } from './lib/totp.mjs';
import { form, jar, marked, words } from './lib/form.mjs';

const PLAIDS_SANDBOX = 'https://sandbox.plaid.com';
const CHOSEN = 'eleven quiet rivers in may';
const began = Date.now();
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

// Which provider, or what is missing.
function asked(env) {
  const given = ['PLAID_CLIENT_ID', 'PLAID_SECRET'].filter((name) => env[name]);
  const missing = ['PLAID_CLIENT_ID', 'PLAID_SECRET'].filter((name) => !env[name]);
  if (given.length === 0) {
    if (env.PLAID_BASE) throw new Error(`PLAID_BASE is set, but these are not: ${missing.join(', ')}`);
    return null;
  }
  if (missing.length) throw new Error(`${given.join(', ')} is set, but this is not: ${missing.join(', ')}. Set both, or neither to use our own sandbox.`);
  const base = new URL(env.PLAID_BASE ?? PLAIDS_SANDBOX).origin;
  if (/production\.plaid\.com$/.test(base)) throw new Error('PLAID_BASE names production. This rehearses with invented sign-ins, so it takes sandbox keys.');
  return { base, client_id: env.PLAID_CLIENT_ID, secret: env.PLAID_SECRET };
}

const children = [];

// Starts the binary and gives the first line that it prints which matches.
function start(binary, args, pattern) {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let told = '';
  return new Promise((done, fail) => {
    const hear = (bytes) => {
      told += bytes;
      const found = told.match(pattern);
      if (found) done(found[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (bytes) => (told += bytes));
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`heldaway ${args[0]} ended with ${code}:\n${told}`)));
  });
}

async function stop() {
  const ends = children.map((child) => child.exitCode !== null || new Promise((r) => child.once('exit', r)));
  children.forEach((child) => child.kill('SIGTERM'));
  await Promise.race([Promise.all(ends), pause(15_000)]);
  children.forEach((child) => child.kill('SIGKILL'));
}

// Asks until there is an answer, or says what was waited for.
async function until(what, seconds, look) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(1_000)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`after ${seconds} s there is still no ${what}`);
}

// The checklist up to keys that the provider takes; the public address and mail stay open, as on a machine that nobody reaches yet.
async function setUp(robin, code, keys) {
  let page = await robin.get('/setup');
  page = await robin.post(form(page, '/setup/begin'), { code });
  page = await robin.post(form(await robin.get('/setup?change=administrator'), '/setup/administrator'), {
    name: 'Robin Finch',
    email: 'robin@alderfinch.example',
    password: CHOSEN,
  });
  const secret = marked(page.html, 'totp').replaceAll(' ', '');
  page = await robin.post(form(page, '/setup/administrator/confirm'), { factor: totp(secret, Date.now() / 1000) });
  assert.match(words(page.html), /Signed in as Robin Finch, administrator/);
  say('the administrator has signed in');
  await robin.post(form(await robin.get('/setup?change=firm'), '/setup/firm'), { name: 'Alder & Finch', zone: 'America/Chicago' });
  await robin.post(form(await robin.get('/setup?change=support'), '/setup/support'), { support_email: 'help@alderfinch.example' });
  say('the firm has a name and a support address');

  const provider = keys.base === PLAIDS_SANDBOX ? 'sandbox' : 'other';
  const typed = { provider, client_id: keys.client_id, secret: keys.secret };
  page = await robin.post(form(await robin.get('/setup?change=keys'), '/setup/keys'), typed);
  for (const [, line] of page.html.matchAll(/<li class="st-(?:ok|bad)">(.*?)<\/li>/gs)) say(`  ${words(line)}`);
  assert.ok(!page.html.includes(keys.secret), 'the secret is on no page');
  const taken = (p) => /, checked .{1,60}; kept sealed, apart from the data/.test(words(p.html));
  if (!taken(page)) page = await robin.post(form(page, '/setup/keys'), { ...typed, then: 'go-on' });
  assert.ok(taken(page), `the provider at ${keys.base} does not take these keys:\n${words(page.html)}`);
  say(`the keys are in use at ${keys.base}`);
}

async function household(robin) {
  const made = await robin.post(form(await robin.get('/households/new'), '/households/new'), {
    name: 'Okafor',
    first: 'Ngozi',
    last: 'Okafor',
    email: 'ngozi@home.example',
    status: 'client',
  });
  const at = made.url.pathname.match(/\/households\/hh_[a-z0-9]+/)?.[0];
  assert.ok(at, `no household was made: ${words(made.html)}`);
  const dialog = await robin.post(form(await robin.get(`${at}/asset-sync`), '/asset-sync/share'), {});
  say('the first household has a link');
  return { at, code: marked(dialog.html, 'lk').split('#')[1] };
}

// From *Get started* to the provider's door: the page that leads there.
async function leave(client, code, name) {
  const door = await client.post(form(await client.get('/i'), '/i'), { code });
  await client.post(form(door, '/c/start'), {});
  const entry = await until(`institution “${name}” in the directory`, 600, async () => {
    const found = (await client.get(`/c/search?q=${encodeURIComponent(name)}`)).html;
    const links = [...found.matchAll(/<a class="nm" href="([^"]+)">(.*?)<\/a>/gs)];
    return links.find(([, , label]) => label.replace(/<[^>]*>/g, '') === name)?.[1];
  });
  say(`${name} is found`);
  const leaving = await client.post(form(await client.get(entry), '/c/at/'), {});
  const hosted = leaving.html.match(/<a class="btn primary l block" href="([^"]+)"/)?.[1]?.replaceAll('&#38;', '&').replaceAll('&amp;', '&');
  assert.ok(hosted, `the provider has no page for ${name}:\n${words(leaving.html)}`);
  return { attempt: leaving.url.pathname, hosted };
}

// What a hosted page may ask for, and which of its buttons lead on; the earlier one wins.
const ON = [
  /^continue as guest$/i,
  /without (saving|phone|a phone)/i,
  /^submit$/i,
  /^(send|get) code$/i,
  /^(agree|allow|authorize|i agree)/i,
  /^(confirm|connect account|link account|share|finish|next|done)/i,
  /^continue/i,
];

async function step(page) {
  for (const frame of page.frames()) {
    const fill = async (selector, value) => {
      for (const field of await frame.locator(selector).all()) {
        if ((await field.isVisible()) && (await field.inputValue()) === '') await field.fill(value);
      }
    };
    await fill('input[type=password]', 'pass_good');
    await fill('input[name*=user i], input[id*=user i], input[autocomplete=username]', 'user_good');
    await fill('input[autocomplete=one-time-code], input[name=code], input[inputmode=numeric]', '1234');
    for (const kind of ['radio', 'checkbox']) {
      const boxes = await frame.getByRole(kind).all();
      const ticked = await Promise.all(boxes.map((box) => box.isChecked()));
      if (boxes.length && !ticked.includes(true)) await boxes[0].check({ force: true });
    }
    for (const word of ON) {
      const button = frame.getByRole('button', { name: word }).filter({ visible: true }).first();
      if ((await button.count()) && (await button.isEnabled())) {
        await button.click();
        return words(await button.innerText().catch(() => ''));
      }
    }
  }
  return null;
}

// Through the provider's hosted page in a browser. False when there is no browser, or when the page is not understood.
async function visit(hosted, home) {
  let browser;
  try {
    const { launch } = await import('./lib/browser.mjs');
    browser = await launch();
  } catch (e) {
    say(`no browser: ${String(e.message).split('\n')[0]}`);
    return false;
  }
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(5_000);
    // Coming back is the end of it; what stands there is read by the client's own requests.
    await page.route(`${home}/**`, (route) => route.fulfill({ status: 200, contentType: 'text/plain', body: 'Back.' }));
    await page.goto(hosted, { timeout: 30_000 });
    for (let quiet = 0; quiet < 40; ) {
      if (page.url().startsWith(home)) return true;
      // A page that goes away under our hands is one that went on.
      const pressed = await step(page).catch(() => null);
      quiet = pressed === null ? quiet + 1 : 0;
      await pause(pressed === null ? 500 : 250);
    }
    say(`the hosted page waits for something else: ${words(await page.content()).slice(0, 200)}`);
    return false;
  } finally {
    await browser.close();
  }
}

async function arrived(client, robin, attempt, at) {
  await until('connected institution', 600, async () => {
    const text = words((await client.get(`${attempt}?back=1`)).html);
    if (/is connected/.test(text)) return true;
    assert.ok(!/can’t be connected|rejected|isn’t letting/.test(text), text);
    return false;
  });
  return until('account with a value', 300, async () => {
    const { html } = await robin.get(`${at}/portfolio`);
    const rows = [...html.matchAll(/<a class="plainlink" href="\/accounts\/[^"]+">(.*?)<\/a>.*?<td class="num muted">(.*?)<\/td><td class="num strong">(.*?)<\/td>/gs)];
    const row = rows.map((r) => r.slice(1).map(words)).find(([, day, value]) => day && /\d/.test(value));
    return row && { name: row[0], day: row[1], value: row[2] };
  });
}

async function main(binary) {
  const keys = asked(process.env);
  const root = mkdtempSync(join(tmpdir(), 'heldaway-from-nothing-'));
  try {
    let own = keys;
    if (!keys) {
      say('no PLAID_CLIENT_ID and no PLAID_SECRET in the environment: our own sandbox takes Plaid’s part');
      own = JSON.parse(await start(binary, ['sandbox', '--listen', '127.0.0.1:0', '--institutions', '300'], /^\{.*\}$/m)).plaid;
    }
    const name = process.env.PLAID_INSTITUTION ?? (own.base === PLAIDS_SANDBOX ? 'First Platypus Bank' : 'Larchmont Workplace');
    const port = await freePort();
    const home = `http://localhost:${port}`;
    const config = join(root, 'heldaway.toml');
    writeFileSync(config, own.base === PLAIDS_SANDBOX ? '' : `plaid_base = "${own.base}"\n`);
    const data = join(root, 'data');
    mkdirSync(data);
    const address = await start(binary, ['serve', '--config', config, '--data', data, '--listen', `127.0.0.1:${port}`], /http\S+\/setup#\S+/);
    say('heldaway serves from an empty folder');
    const robin = jar(home);
    await setUp(robin, address.split('#')[1], own);
    const { at, code } = await household(robin);
    const client = jar(home);
    const { attempt, hosted } = await leave(client, code, name);
    if (!(await visit(hosted, home))) {
      say(`open this in a browser and sign in as user_good with pass_good (a code is 1234):\n          ${hosted}`);
    }
    const account = await arrived(client, robin, attempt, at);
    say(`one account is synced: ${account.name} at ${name}, ${account.value} as of ${account.day}`);
  } finally {
    await stop();
    rmSync(root, { recursive: true, force: true });
  }
}

main(process.argv[2]).then(
  () => process.exit(0),
  (e) => {
    console.error(`from-nothing: ${e.message}`);
    process.exit(1);
  },
);
