"""The second provider through the vendor's own Python client, with only its host and its keys set.

Usage: check_mx.py BASE CLIENT_ID API_KEY. Prints what it checked; ends with an error when something is wrong.
"""
import sys
import warnings
from decimal import Decimal

warnings.filterwarnings("ignore")
import mx_platform_python as mx  # noqa: E402

BASE, CLIENT_ID, API_KEY = sys.argv[1:4]
checked = []


def api(key=API_KEY):
    return mx.ApiClient(mx.Configuration(host=BASE, username=CLIENT_ID, password=key))


client = api()
users, members, institutions = mx.UsersApi(client), mx.MembersApi(client), mx.InstitutionsApi(client)
accounts, holdings, transactions = mx.AccountsApi(client), mx.InvestmentHoldingsApi(client), mx.TransactionsApi(client)


def refused(status, call, *args, **more):
    try:
        call(*args, **more)
    except mx.ApiException as e:
        assert e.status == status, (e.status, e.body)
        assert b"message" in (e.body or b"").encode() if isinstance(e.body, str) else b"message" in e.body
        checked.append(f"{call.__name__} -> {status}")
        return
    raise AssertionError(f"{call.__name__} was not refused")


def form(code):
    page = institutions.list_institution_credentials(code)
    return {c.field_name: c.guid for c in page.credentials}


def credentials(code, user, password):
    fields = form(code)
    return [mx.CredentialRequest(guid=fields["LOGIN"], value=user), mx.CredentialRequest(guid=fields["PASSWORD"], value=password)]


def link(user, code, login, password):
    asked = mx.MemberCreateRequestBody(
        member=mx.MemberCreateRequest(institution_code=code, credentials=credentials(code, login, password)))
    made = members.create_member(user.guid, asked).member
    assert made.guid.startswith("MBR-") and made.connection_status == "CREATED" and made.is_being_aggregated
    return made.guid


def status(user, member):
    return members.read_member_status(member, user.guid).member


def answer(user, member, value):
    waiting = members.list_member_challenges(member, user.guid).challenges
    body = mx.MemberResumeRequestBody(
        member=mx.MemberResumeRequest(challenges=[mx.CredentialRequest(guid=c.guid, value=value) for c in waiting]))
    members.resume_aggregation(member, user.guid, body)
    checked.append("resume_aggregation")
    return status(user, member)


# Keys.
refused(401, mx.UsersApi(api("wrong")).list_users)

# Users.
user = users.create_user(mx.UserCreateRequestBody(user=mx.UserCreateRequest(id="person-1", metadata="none"))).user
assert user.guid.startswith("USR-") and user.is_disabled is False
assert users.read_user(user.guid).user.id == "person-1"
assert [u.guid for u in users.list_users(page=1, records_per_page=10).users] == [user.guid]
changed = users.update_user(user.guid, mx.UserUpdateRequestBody(user=mx.UserUpdateRequest(metadata="new"))).user
assert changed.metadata == "new"
refused(404, users.read_user, "USR-none")
refused(409, users.create_user, mx.UserCreateRequestBody(user=mx.UserCreateRequest(id="person-1")))
checked.append("users")

# Institutions: every page once, search, one at a time.
seen, page = set(), 1
while True:
    answered = institutions.list_institutions(page=page, records_per_page=100)
    for i in answered.institutions:
        assert i.code not in seen and i.name and i.url.startswith("https://") and i.url.endswith(".example"), i
        seen.add(i.code)
    assert answered.pagination.per_page == 100 and answered.pagination.current_page == page
    if page >= answered.pagination.total_pages:
        break
    page += 1
assert len(seen) == answered.pagination.total_entries > 60
found = institutions.list_institutions(name="Corncrake").institutions
assert [i.code for i in found] == ["corncrake"]
one = institutions.read_institution("larchmont_workplace").institution
assert one.name == "Larchmont Workplace" and one.supports_oauth is False and one.instructional_text
refused(404, institutions.read_institution, "nowhere")
checked.append("institutions")

# A sign-in that asks for nothing more: members, accounts, holdings, transactions.
member = link(user, "mxbank", "mxuser", "whatever")
now = status(user, member)
assert now.connection_status == "CONNECTED" and now.is_authenticated and not now.is_being_aggregated
full = members.read_member(member, user.guid).member
assert full.institution_code == "mxbank" and full.successfully_aggregated_at
held = accounts.list_member_accounts(user.guid, member, records_per_page=100)
kinds = {a.type for a in held.accounts}
assert {"CHECKING", "SAVINGS", "INVESTMENT", "MORTGAGE"} <= kinds, kinds
assert all(a.guid.startswith("ACT-") and a.member_guid == member and a.currency_code for a in held.accounts)
some = held.accounts[0]
assert accounts.read_account(some.guid, user.guid).account.balance == some.balance
assert accounts.read_account_by_member(some.guid, member, user.guid).account.guid == some.guid
rows = holdings.list_holdings_by_member(member, user.guid, records_per_page=1000).investment_holdings
invested = [a for a in held.accounts if a.type == "INVESTMENT"]
assert rows and {r.account_guid for r in rows} <= {a.guid for a in held.accounts}
for r in rows:
    Decimal(r.quantity)
    assert r.market_value is not None and r.holding_type and r.currency_code
assert holdings.read_holding(rows[0].guid, user.guid).investment_holding.market_value == rows[0].market_value
of_one = holdings.list_holdings_by_account(invested[0].guid, user.guid, records_per_page=1000).investment_holdings
assert all(r.account_guid == invested[0].guid for r in of_one)
moved = transactions.list_transactions_by_member(member, user.guid, records_per_page=100)
assert moved.pagination.total_entries >= len(moved.transactions) > 0
assert all(t.type in ("DEBIT", "CREDIT") and t.amount >= 0 for t in moved.transactions)
assert members.aggregate_member(member, user.guid).member.guid == member
assert [m.guid for m in members.list_members(user.guid).members] == [member]
refused(409, members.create_member, user.guid, mx.MemberCreateRequestBody(
    member=mx.MemberCreateRequest(institution_code="mxbank", credentials=credentials("mxbank", "mxuser", "again"))))
checked.append("accounts, holdings, transactions")

# Every kind of question, one after the other.
chain = link(user, "larchmont_brokerage", "user_good", "mfa_text_options_token_image_pictures")
for kind in ("TEXT", "OPTIONS", "TOKEN", "IMAGE_DATA", "IMAGE_OPTIONS"):
    now = status(user, chain)
    assert now.connection_status == "CHALLENGED", now
    assert [c.type for c in now.challenges] == [kind], (kind, now.challenges)
    asked = now.challenges[0]
    assert asked.label
    if kind == "OPTIONS":
        assert len(asked.options) == 3 and asked.options[0].value
    if kind == "IMAGE_DATA":
        assert asked.image_data.startswith("data:image/png;base64,")
    if kind == "IMAGE_OPTIONS":
        assert len(asked.image_options) == 3 and asked.image_options[0].data_uri.startswith("data:image/png;base64,")
    now = answer(user, chain, {"OPTIONS": asked.options[0].guid if asked.options else "", "TOKEN": "1234"}.get(kind, "correct"))
assert now.connection_status == "CONNECTED", now

# Wrong answers, and credentials put right.
wrong = link(user, "corncrake", "user_good", "pass_good")
assert answer(user, wrong, "no").connection_status == "REJECTED"
members.aggregate_member(wrong, user.guid)
assert answer(user, wrong, "answer_0_0").connection_status == "CONNECTED"
denied = link(user, "fernquill", "user_good", "not this one")
assert status(user, denied).connection_status == "DENIED"
put = mx.MemberUpdateRequestBody(member=mx.MemberUpdateRequest(credentials=credentials("fernquill", "user_good", "error_LOCKED")))
assert members.update_member(denied, user.guid, put).member.connection_status == "UPDATED"
now = answer(user, denied, "correct")
assert now.connection_status == "LOCKED", now
members.delete_member(denied, user.guid)
refused(404, members.read_member, denied, user.guid)

# The end of everything.
users.delete_user("application/vnd.mx.api.v1+json", user.guid)
refused(404, users.read_user, user.guid)
print(f"mx {mx.__version__ if hasattr(mx, '__version__') else ''}: {len(checked)} checks")
for c in checked:
    print("  ", c)
