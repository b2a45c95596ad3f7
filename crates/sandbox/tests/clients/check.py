"""Every endpoint of the sandbox through the vendor's own Python client, in both credential styles.

Usage: check.py BASE CLIENT_ID SECRET. Prints what it checked; ends with an error when something is wrong.
"""
import hashlib
import http.server
import json
import queue
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, timedelta

import plaid
from plaid.api import plaid_api
from plaid import models as m  # noqa: F401  (fails early when the client is not the expected one)

BASE, CLIENT_ID, SECRET = sys.argv[1:4]
BANK = "ins_109508"
checked = []


def model(name):
    module = __import__("plaid.model." + name, fromlist=["*"])
    wanted = name.replace("_", "")
    return next(getattr(module, n) for n in dir(module) if n.lower() == wanted)


def api(style):
    keys = {"clientId": CLIENT_ID, "secret": SECRET, "plaidVersion": "2020-09-14"} if style == "headers" else {}
    return plaid_api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=BASE, api_key=keys)))


class Hooks(http.server.BaseHTTPRequestHandler):
    got = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        Hooks.got.put((self.headers["plaid-verification"], body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)


def page(url, fields=None):
    """One step of the hosted page: the text, or where it leads."""
    data = urllib.parse.urlencode(fields).encode() if fields is not None else None
    try:
        with opener.open(urllib.request.Request(url, data=data)) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as e:
        assert e.code == 303, (url, e.code)
        return e.headers["location"]


def run(style):
    client = api(style)
    extra = {} if style == "headers" else {"client_id": CLIENT_ID, "secret": SECRET}

    def call(endpoint, request, **fields):
        out = getattr(client, endpoint)(model(request)(**fields, **extra)).to_dict()
        assert out["request_id"], endpoint
        checked.append(f"{style}: {endpoint}")
        return out

    def refused(code, endpoint, request, **fields):
        try:
            getattr(client, endpoint)(model(request)(**fields, **extra))
        except plaid.ApiException as e:
            body = json.loads(e.body)
            assert body["error_code"] == code, body
            for key in ("error_type", "error_message", "display_message", "request_id"):
                assert key in body, (code, key)
            checked.append(f"{style}: {endpoint} refuses with {code}")
            return
        raise AssertionError(f"{endpoint} did not refuse with {code}")

    products, country = model("products"), model("country_code")
    us = [country("US")]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{server.server_port}/hook"

    # Institutions
    first = call("institutions_get", "institutions_get_request", count=200, offset=0, country_codes=us,
                 options=model("institutions_get_request_options")(include_optional_metadata=True))
    assert first["total"] >= 200 and len(first["institutions"]) == 200
    last = call("institutions_get", "institutions_get_request", count=200, offset=first["total"] - 5, country_codes=us)
    assert len(last["institutions"]) == 5
    found = call("institutions_search", "institutions_search_request", query="Wickerbird", products=[products("investments")],
                 country_codes=us)
    assert any(i["institution_id"] == BANK for i in found["institutions"])
    one = call("institutions_get_by_id", "institutions_get_by_id_request", institution_id=BANK, country_codes=us,
               options=model("institutions_get_by_id_request_options")(include_optional_metadata=True, include_status=True))
    assert one["institution"]["status"]["item_logins"]["status"] == "HEALTHY"
    refused("INVALID_INSTITUTION", "institutions_get_by_id", "institutions_get_by_id_request", institution_id="ins_0", country_codes=us)

    # A link through the hosted page
    def create(**more):
        return call("link_token_create", "link_token_create_request", client_name="Alder & Finch", language="en", country_codes=us,
                    user=model("link_token_create_request_user")(client_user_id="someone"), webhook=hook,
                    hosted_link=model("link_token_create_hosted_link")(completion_redirect_uri="http://127.0.0.1:9/back"), **more)

    def pick(url):
        keys = re.findall(r'name="account" value="([^"]+)"', page(url + "/accounts"))
        assert keys
        return page(url + "/accounts", [("account", k) for k in keys])

    made = create(products=[products("investments")],
                  required_if_supported_products=[products("liabilities"), products("transactions")],
                  institution_data=model("link_token_create_institution_data")(institution_id=BANK))
    url = made["hosted_link_url"]
    assert page(url).endswith("/sign-in")
    assert page(url + "/sign-in", [("user", "user_good"), ("password", "nonsense")]).endswith("/sign-in")
    assert page(url + "/sign-in", [("user", "user_good"), ("password", "mfa_device")]).endswith("/device")
    assert page(url + "/device", [("device", "text")]).endswith("/code")
    assert page(url + "/code", [("code", "12 34")]).endswith("/accounts")
    assert pick(url) == "http://127.0.0.1:9/back"
    state = call("link_token_get", "link_token_get_request", link_token=made["link_token"])
    session = state["link_sessions"][0]
    names = [e["event_name"] for e in session["events"]]
    for name in ("OPEN", "SELECT_INSTITUTION", "SUBMIT_CREDENTIALS", "SUBMIT_MFA", "ERROR", "HANDOFF"):
        assert str(name) in [str(n) for n in names], (name, names)
    result = session["results"]["item_add_results"][0]
    assert result["institution"]["institution_id"] == BANK and result["accounts"]

    # An exit
    other = create(products=[products("investments")],
                   institution_data=model("link_token_create_institution_data")(institution_id=BANK))
    page(other["hosted_link_url"])
    page(other["hosted_link_url"] + "/sign-in", [("user", "user_good"), ("password", "error_INSTITUTION_DOWN")])
    page(other["hosted_link_url"] + "/exit", [])
    left = call("link_token_get", "link_token_get_request", link_token=other["link_token"])["link_sessions"][0]["exit"]
    assert left["error"]["error_code"] == "INSTITUTION_DOWN" and left["metadata"]["status"] == "requires_credentials", left
    refused("INVALID_LINK_TOKEN", "link_token_get", "link_token_get_request", link_token="link-sandbox-nothing")

    # Exchange, once
    got = call("item_public_token_exchange", "item_public_token_exchange_request", public_token=result["public_token"])
    refused("INVALID_PUBLIC_TOKEN", "item_public_token_exchange", "item_public_token_exchange_request",
            public_token=result["public_token"])
    token = got["access_token"]

    # The Item and its data
    item = call("item_get", "item_get_request", access_token=token)
    assert item["item"]["error"] is None and item["status"]["investments"]["last_successful_update"]
    accounts = call("accounts_get", "accounts_get_request", access_token=token)["accounts"]
    some = accounts[0]["account_id"]
    call("accounts_balance_get", "accounts_balance_get_request", access_token=token,
         options=model("accounts_balance_get_request_options")(account_ids=[some]))
    held = call("investments_holdings_get", "investments_holdings_get_request", access_token=token)
    known = {s["security_id"] for s in held["securities"]}
    assert held["holdings"] and all(h["security_id"] in known for h in held["holdings"])
    today = date.today()
    seen, offset = [], 0
    while True:
        part = call("investments_transactions_get", "investments_transactions_get_request", access_token=token,
                    start_date=date(2024, 11, 1), end_date=date(2027, 1, 1),
                    options=model("investments_transactions_get_request_options")(count=7, offset=offset))
        seen += part["investment_transactions"]
        offset += 7
        if offset >= part["total_investment_transactions"] or offset > 70:
            break
    assert len({t["investment_transaction_id"] for t in seen}) == len(seen) > 0
    call("investments_refresh", "investments_refresh_request", access_token=token)
    owed = call("liabilities_get", "liabilities_get_request", access_token=token)["liabilities"]
    assert any(owed[k] for k in ("credit", "mortgage", "student"))
    cursor, added = "", []
    while True:
        part = call("transactions_sync", "transactions_sync_request", access_token=token, cursor=cursor, count=25)
        added += part["added"]
        cursor = part["next_cursor"]
        if not part["has_more"]:
            break
    assert added
    again = call("transactions_sync", "transactions_sync_request", access_token=token, cursor=cursor)
    assert again["added"] == [] and again["has_more"] is False

    # Webhooks, signed
    call("item_webhook_update", "item_webhook_update_request", access_token=token, webhook=hook)
    call("sandbox_item_fire_webhook", "sandbox_item_fire_webhook_request", access_token=token, webhook_code="DEFAULT_UPDATE",
         webhook_type=model("webhook_type")("HOLDINGS"))
    codes = set()
    while "HOLDINGS/DEFAULT_UPDATE" not in codes or "ITEM/WEBHOOK_UPDATE_ACKNOWLEDGED" not in codes:
        jwt, raw = Hooks.got.get(timeout=20)
        body = json.loads(raw)
        codes.add(f"{body['webhook_type']}/{body['webhook_code']}")
        part = lambda n: json.loads(__import__("base64").urlsafe_b64decode(jwt.split(".")[n] + "=="))
        head, claims = part(0), part(1)
        assert head["alg"] == "ES256" and claims["request_body_sha256"] == hashlib.sha256(raw).hexdigest()
        assert raw.startswith(b"{\n"), "the body is indented"
        key = call("webhook_verification_key_get", "webhook_verification_key_get_request", key_id=head["kid"])["key"]
        assert key["kid"] == head["kid"] and key["crv"] == "P-256"
    refused("INVALID_WEBHOOK_VERIFICATION_KEY_ID", "webhook_verification_key_get", "webhook_verification_key_get_request", key_id="none")

    # Broken and repaired in update mode: same Item, same token
    call("sandbox_item_reset_login", "sandbox_item_reset_login_request", access_token=token)
    refused("ITEM_LOGIN_REQUIRED", "investments_holdings_get", "investments_holdings_get_request", access_token=token)
    assert call("item_get", "item_get_request", access_token=token)["item"]["error"]["error_code"] == "ITEM_LOGIN_REQUIRED"
    fix = create(access_token=token)["hosted_link_url"]
    page(fix)
    assert page(fix + "/sign-in", [("user", "user_good"), ("password", "pass_good")]) == "http://127.0.0.1:9/back"
    call("investments_holdings_get", "investments_holdings_get_request", access_token=token)
    choose = create(access_token=token, update=model("link_token_create_request_update")(account_selection_enabled=True))
    page(choose["hosted_link_url"])
    page(choose["hosted_link_url"] + "/sign-in", [("user", "user_good"), ("password", "pass_good")])
    pick(choose["hosted_link_url"])

    # Rotation and removal
    fresh = call("item_access_token_invalidate", "item_access_token_invalidate_request", access_token=token)["new_access_token"]
    refused("INVALID_ACCESS_TOKEN", "item_get", "item_get_request", access_token=token)
    call("item_remove", "item_remove_request", access_token=fresh, reason_code=model("item_remove_reason_code")("OTHER"))
    refused("ITEM_NOT_FOUND", "item_get", "item_get_request", access_token=fresh)

    # Without a page, and every institution's own shapes
    for institution, user, product in [(BANK, "user_good", "investments"), ("ins_harborvale", "someone.else", "investments"),
                                       ("ins_fennelcoin", "user_good", "investments"), ("ins_larchmont_workplace", "ngozi", "investments"),
                                       ("ins_kestrel", "user_good", "liabilities"), ("ins_meridian", "user_good", "liabilities"),
                                       ("ins_109511", "user_transactions_dynamic", "transactions")]:
        public = call("sandbox_public_token_create", "sandbox_public_token_create_request", institution_id=institution,
                      initial_products=[products(product)],
                      options=model("sandbox_public_token_create_request_options")(override_username=user, override_password="pass_good"))
        access = call("item_public_token_exchange", "item_public_token_exchange_request",
                      public_token=public["public_token"])["access_token"]
        endpoint = {"investments": "investments_holdings_get", "liabilities": "liabilities_get", "transactions": "transactions_sync"}[product]
        call(endpoint, endpoint + "_request", access_token=access)
        if product == "investments":
            call("investments_transactions_get", "investments_transactions_get_request", access_token=access,
                 start_date=today - timedelta(days=700), end_date=today + timedelta(days=700))
    server.shutdown()


def wrong_keys():
    client = plaid_api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=BASE, api_key={"clientId": CLIENT_ID, "secret": "wrong"})))
    try:
        client.item_get(model("item_get_request")(access_token="access-sandbox-x"))
    except plaid.ApiException as e:
        assert json.loads(e.body)["error_code"] == "INVALID_API_KEYS"
        checked.append("wrong keys are refused")
        return
    raise AssertionError("wrong keys were taken")


run("headers")
run("body")
wrong_keys()
for line in sorted(set(checked)):
    print("ok", line)
print(f"{len(checked)} calls, all understood by the official client")
