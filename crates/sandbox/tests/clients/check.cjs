// Every endpoint of the sandbox through the vendor's own Node client, in both credential styles.
// Usage: node check.cjs BASE CLIENT_ID SECRET. Prints what it checked; exits with an error when something is wrong.
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http = require('node:http');
const { Configuration, PlaidApi } = require('plaid');

const [base, clientId, secret] = process.argv.slice(2);
const BANK = 'ins_109508';
const checked = [];

/** One step of the hosted page: its text, or where it leads. */
async function page(url, fields) {
  const how = fields ? { method: 'POST', body: new URLSearchParams(fields) } : {};
  const answer = await fetch(url, { ...how, redirect: 'manual' });
  if (answer.status === 303) return answer.headers.get('location');
  assert.equal(answer.status, 200, `${url} answers ${answer.status}`);
  return answer.text();
}

async function receiver() {
  const got = [];
  const waiting = [];
  const server = http.createServer((request, answer) => {
    const parts = [];
    request.on('data', (p) => parts.push(p));
    request.on('end', () => {
      const hook = { jwt: request.headers['plaid-verification'], raw: Buffer.concat(parts) };
      if (waiting.length) waiting.shift()(hook);
      else got.push(hook);
      answer.end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const next = () => (got.length ? Promise.resolve(got.shift()) : new Promise((done) => waiting.push(done)));
  return { url: `http://127.0.0.1:${server.address().port}/hook`, next, close: () => server.close() };
}

async function run(style) {
  const headers = { 'PLAID-CLIENT-ID': clientId, 'PLAID-SECRET': secret, 'Plaid-Version': '2020-09-14' };
  const client = new PlaidApi(new Configuration({ basePath: base, baseOptions: style === 'headers' ? { headers } : {} }));
  const extra = style === 'headers' ? {} : { client_id: clientId, secret };
  const call = async (name, fields) => {
    const { data } = await client[name]({ ...fields, ...extra }).catch((e) => {
      throw new Error(`${name}: ${JSON.stringify(e.response?.data ?? e.message)}`);
    });
    assert.ok(data.request_id, name);
    checked.push(`${style}: ${name}`);
    return data;
  };
  const refused = async (code, name, fields) => {
    const data = await client[name]({ ...fields, ...extra }).then(() => null, (e) => e.response.data);
    assert.equal(data?.error_code, code, name);
    for (const key of ['error_type', 'error_message', 'display_message', 'request_id']) assert.ok(key in data, `${code} lacks ${key}`);
    checked.push(`${style}: ${name} refuses with ${code}`);
  };
  const hooks = await receiver();
  const country_codes = ['US'];

  const all = await call('institutionsGet', { count: 500, offset: 0, country_codes, options: { include_optional_metadata: true } });
  assert.ok(all.institutions.length >= 200 && all.institutions.every((i) => i.logo && i.connection_availability));
  const found = await call('institutionsSearch', { query: 'wickerbird', products: ['investments'], country_codes });
  assert.ok(found.institutions.some((i) => i.institution_id === BANK));
  await call('institutionsGetById', { institution_id: BANK, country_codes, options: { include_status: true } });
  await refused('INVALID_INSTITUTION', 'institutionsGetById', { institution_id: 'ins_0', country_codes });

  const create = (more) =>
    call('linkTokenCreate', {
      client_name: 'Alder & Finch', language: 'en', country_codes, user: { client_user_id: 'someone' }, webhook: hooks.url,
      hosted_link: { completion_redirect_uri: 'http://127.0.0.1:9/back' }, ...more,
    });
  const pick = async (url) => {
    const keys = [...(await page(`${url}/accounts`)).matchAll(/name="account" value="([^"]+)"/g)].map((m) => ['account', m[1]]);
    assert.ok(keys.length);
    return page(`${url}/accounts`, keys);
  };

  // With a search, questions, and several kinds of account
  const made = await create({ products: ['investments'], required_if_supported_products: ['liabilities', 'transactions'] });
  const url = made.hosted_link_url;
  assert.ok((await page(url)).endsWith('/search'));
  assert.ok((await page(`${url}/search?q=wickerbird`)).includes(BANK));
  assert.ok((await page(`${url}/select`, { institution_id: BANK })).endsWith('/sign-in'));
  assert.ok((await page(`${url}/sign-in`, { user: 'user_good', password: 'mfa_questions_2_1' })).endsWith('/questions'));
  assert.ok((await page(`${url}/questions`, { answer_0: 'answer_0_0' })).endsWith('/questions'));
  assert.ok((await page(`${url}/questions`, { answer_0: 'answer_1_0' })).endsWith('/accounts'));
  assert.equal(await pick(url), 'http://127.0.0.1:9/back');
  const session = (await call('linkTokenGet', { link_token: made.link_token })).link_sessions[0];
  assert.ok(session.finished_at && session.on_success.public_token);
  const { public_token } = session.results.item_add_results[0];

  const exited = await create({ products: ['investments'], institution_data: { institution_id: BANK } });
  await page(exited.hosted_link_url);
  await page(`${exited.hosted_link_url}/exit`, {});
  const left = (await call('linkTokenGet', { link_token: exited.link_token })).link_sessions[0].exit;
  assert.equal(left.metadata.status, 'requires_credentials');

  const { access_token } = await call('itemPublicTokenExchange', { public_token });
  await refused('INVALID_PUBLIC_TOKEN', 'itemPublicTokenExchange', { public_token });
  const item = await call('itemGet', { access_token });
  assert.equal(item.item.error, null);
  const { accounts } = await call('accountsGet', { access_token });
  await call('accountsBalanceGet', { access_token, options: { account_ids: [accounts[0].account_id] } });
  const held = await call('investmentsHoldingsGet', { access_token });
  assert.ok(held.holdings.length && held.securities.every((s) => 'figi' in s));
  const trades = await call('investmentsTransactionsGet', { access_token, start_date: '2024-11-01', end_date: '2027-01-01', options: { count: 5 } });
  assert.ok(trades.investment_transactions.length <= 5);
  await call('investmentsRefresh', { access_token });
  await call('liabilitiesGet', { access_token });
  let cursor;
  let more = true;
  while (more) {
    const part = await call('transactionsSync', { access_token, cursor, count: 50 });
    cursor = part.next_cursor;
    more = part.has_more;
  }

  // Signed webhooks, verified with the published key
  await call('itemWebhookUpdate', { access_token, webhook: hooks.url });
  await call('sandboxItemFireWebhook', { access_token, webhook_code: 'NEW_ACCOUNTS_AVAILABLE', webhook_type: 'ITEM' });
  for (let code = ''; code !== 'NEW_ACCOUNTS_AVAILABLE'; ) {
    const { jwt, raw } = await hooks.next();
    const [head, claims, signature] = jwt.split('.');
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url'));
    assert.equal(alg, 'ES256');
    const { key } = await call('webhookVerificationKeyGet', { key_id: kid });
    const jwk = crypto.createPublicKey({ key, format: 'jwk' });
    const right = crypto.verify('sha256', Buffer.from(`${head}.${claims}`), { key: jwk, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    assert.ok(right, 'the signature holds');
    const said = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.equal(said.request_body_sha256, crypto.createHash('sha256').update(raw).digest('hex'));
    code = JSON.parse(raw).webhook_code;
  }
  await refused('INVALID_WEBHOOK_VERIFICATION_KEY_ID', 'webhookVerificationKeyGet', { key_id: 'none' });

  await call('sandboxItemResetLogin', { access_token });
  await refused('ITEM_LOGIN_REQUIRED', 'liabilitiesGet', { access_token });
  const fix = (await create({ access_token })).hosted_link_url;
  await page(fix);
  assert.equal(await page(`${fix}/sign-in`, { user: 'user_good', password: 'pass_good' }), 'http://127.0.0.1:9/back');
  await call('liabilitiesGet', { access_token });

  const { new_access_token } = await call('itemAccessTokenInvalidate', { access_token });
  await refused('INVALID_ACCESS_TOKEN', 'itemGet', { access_token });
  await call('itemRemove', { access_token: new_access_token });
  await refused('ITEM_NOT_FOUND', 'accountsGet', { access_token: new_access_token });

  const again = await call('sandboxPublicTokenCreate', { institution_id: BANK, initial_products: ['investments'] });
  await call('itemPublicTokenExchange', { public_token: again.public_token });
  hooks.close();
}

(async () => {
  await run('headers');
  await run('body');
  for (const line of [...new Set(checked)].sort()) console.log('ok', line);
  console.log(`${checked.length} calls, all understood by the official client`);
  process.exit(0);
})().catch((e) => {
  console.error(e);
  process.exit(1);
});
