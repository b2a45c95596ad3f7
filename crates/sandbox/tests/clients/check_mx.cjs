// The second provider through the vendor's own Node client, with only its host and its keys set.
// Usage: node check_mx.cjs BASE CLIENT_ID API_KEY. Prints what it checked; exits with an error when something is wrong.
'use strict';
const assert = require('node:assert/strict');
const mx = require('mx-platform-node');

const [base, clientId, apiKey] = process.argv.slice(2);
const configuration = new mx.Configuration({
  basePath: base,
  username: clientId,
  password: apiKey,
  baseOptions: { headers: { Accept: 'application/vnd.mx.api.v1+json' } },
});
const of = (Api) => new Api(configuration);
const [users, members, institutions] = [of(mx.UsersApi), of(mx.MembersApi), of(mx.InstitutionsApi)];
const [accounts, holdings, transactions, widgets] = [of(mx.AccountsApi), of(mx.InvestmentHoldingsApi), of(mx.TransactionsApi), of(mx.WidgetsApi)];

async function refused(status, promise) {
  const answer = await promise.then(() => null, (e) => e.response);
  assert.equal(answer?.status, status);
  assert.ok(answer.data.error.message);
}

async function link(user, code, login, password) {
  const { credentials } = (await institutions.listInstitutionCredentials(code)).data;
  const value = (c) => (c.field_type === 'PASSWORD' ? password : login);
  const member = { institution_code: code, credentials: credentials.map((c) => ({ guid: c.guid, value: value(c) })) };
  return (await members.createMember(user, { member })).data.member.guid;
}

async function main() {
  const user = (await users.createUser({ user: { metadata: 'node' } })).data.user.guid;
  const found = (await institutions.listInstitutions('Larchmont', ['US'], 1, 10)).data;
  assert.ok(found.institutions.some((i) => i.code === 'larchmont_brokerage'));
  assert.equal(found.pagination.per_page, 10);
  assert.equal((await institutions.listInstitutions('Larchmont', ['SE'])).data.institutions.length, 0);

  const member = await link(user, 'mxbank', 'mxuser', 'options');
  const waiting = (await members.readMemberStatus(member, user)).data.member;
  assert.equal(waiting.connection_status, 'CHALLENGED');
  assert.equal(waiting.challenges[0].type, 'OPTIONS');
  const answers = { member: { challenges: [{ guid: waiting.challenges[0].guid, value: 'correct' }] } };
  await members.resumeAggregation(member, user, answers);
  assert.equal((await members.readMemberStatus(member, user)).data.member.connection_status, 'CONNECTED');

  const held = (await accounts.listMemberAccounts(user, member, undefined, 1, 100)).data.accounts;
  assert.ok(held.length > 4 && held.every((a) => a.guid.startsWith('ACT-')));
  const rows = (await holdings.listHoldingsByMember(member, user, 1, 1000)).data.investment_holdings;
  assert.ok(rows.length > 0 && rows.every((r) => typeof r.quantity === 'string'));
  assert.ok((await transactions.listTransactionsByMember(member, user)).data.transactions.length > 0);
  await members.aggregateMember(member, user);

  const away = (await members.createMember(user, { member: { institution_code: 'wexcombe', is_oauth: true, credentials: [] } })).data.member;
  const page = (await widgets.requestOAuthWindowURI(away.guid, user, 'http://127.0.0.1:9/back')).data.member.oauth_window_uri;
  assert.ok(page.startsWith(base));

  await refused(404, members.readMember('MBR-none', user));
  await members.deleteMember(member, user);
  await refused(404, accounts.listMemberAccounts(user, member));
  console.log('mx-platform-node: users, institutions, members, challenges, accounts, holdings, transactions, windows');
}

main().catch((e) => {
  console.error(e.response ? `${e.message}: ${JSON.stringify(e.response.data)}` : e);
  process.exit(1);
});
