//! Accounts with their balances, as of the last aggregation that worked.

use super::directory::of_id;
use super::error::Refusal;
use super::institutions::guid;
use super::member::Member;
use super::page::paged;
use super::{Answer, Call, ok};
use crate::feed::{From, Login, Shown};
use crate::keys::stable_uuid;
use crate::plaid::wire::{instant, number_or_null};
use crate::state::State;
use crate::world::{Account, Liability, LiabilityStatement};
use model::{Date, Decimal};
use serde_json::{Value, json};

/// One account of a member, with the day whose values it shows.
pub struct Kept {
    pub guid: String,
    pub shown: Shown,
    pub account: Account,
    pub day: Date,
}

/// What a member's aggregations brought in. Some user names make trouble: rows twice, new names for everything, nothing at all.
pub fn of(state: &State, m: &Member) -> Vec<Kept> {
    let (Some(at), Some(day), Some(succeeded)) = (of_id(&state.world, &m.institution), m.day(), m.succeeded) else { return Vec::new() };
    if m.quirk() == "none" || (m.quirk() == "emptied" && m.aggregations > 1) {
        return Vec::new();
    }
    let today = succeeded.utc_date();
    let login = Login { institution: at, user: &m.login, custom: None };
    let renamed = if m.quirk() == "rekeyed" { m.aggregations.to_string() } else { String::new() };
    let mut out = Vec::new();
    for shown in login.accounts(state, &m.guid, m.linked(), today.max(m.linked())) {
        let From::Invented(account) = shown.from.clone() else { continue };
        let guid = format!("ACT-{}", stable_uuid(&["account", &m.guid, &shown.key, &renamed]));
        let twice = m.quirk() == "doubled";
        if twice {
            out.push(Kept { guid: guid.clone(), shown: shown.clone(), account: (*account).clone(), day });
        }
        out.push(Kept { guid, shown, account: *account, day });
    }
    out
}

/// What is there on the wire although this world does not know it.
const UNKNOWN: [&str; 14] = [
    "apr",
    "apy",
    "interest_rate",
    "minimum_payment",
    "payment_due_at",
    "original_balance",
    "started_on",
    "matures_on",
    "statement_balance",
    "last_payment",
    "last_payment_at",
    "routing_number",
    "loan_amount",
    "payoff_balance",
];

/// This provider's words for what an account is.
fn kinds(a: &Account) -> (&'static str, Option<&'static str>) {
    let investment = |subtype| ("INVESTMENT", Some(subtype));
    match (a.kind, a.subtype) {
        ("depository", "checking") => ("CHECKING", None),
        ("depository", "hsa") => ("SAVINGS", Some("HEALTH")),
        ("depository", "cd") => ("SAVINGS", Some("CERTIFICATE_OF_DEPOSIT")),
        ("depository", "money market") => ("SAVINGS", Some("MONEY_MARKET")),
        ("depository", _) => ("SAVINGS", None),
        ("credit", _) => ("CREDIT_CARD", None),
        ("loan", "mortgage") => ("MORTGAGE", None),
        ("loan", "auto") => ("LOAN", Some("AUTO")),
        ("loan", "student") => ("LOAN", Some("STUDENT")),
        ("loan", "home equity" | "line of credit") => ("LINE_OF_CREDIT", None),
        ("loan", _) => ("LOAN", None),
        (_, "401k") => investment("PLAN_401_K"),
        (_, "roth 401k") => investment("ROTH_401_K"),
        (_, "403B" | "403b") => investment("PLAN_403_B"),
        (_, "457b") => investment("PLAN_457"),
        (_, "529") => investment("PLAN_529"),
        (_, "ira") => investment("IRA"),
        (_, "roth") => investment("ROTH_IRA"),
        (_, "sep ira") => investment("SIMPLIFIED_EMPLOYEE_PENSION"),
        (_, "hsa") => investment("HEALTH_SAVINGS_ACCOUNT"),
        (_, "trust") => investment("TRUST"),
        (_, "ugma" | "utma") => investment("UNIFORM_GIFTS_TO_MINORS_ACT"),
        (_, "crypto exchange") => investment("CRYPTO"),
        (_, "variable annuity") => ("INSURANCE", Some("ANNUITY")),
        (_, "life insurance") => ("INSURANCE", Some("WHOLE_LIFE")),
        (_, "brokerage") => investment("BROKERAGE"),
        _ => investment("TAXABLE"),
    }
}

pub fn wire(state: &State, m: &Member, k: &Kept) -> Value {
    let a = &k.account;
    let balance = k.shown.balance(state, k.day);
    let (kind, subtype) = kinds(a);
    let invests = a.kind == "investment";
    let credit = a.kind == "credit";
    let at = of_id(&state.world, &m.institution);
    let whole = |on: bool, d: Option<Decimal>| number_or_null(d.filter(|_| on));
    let held = balance.current.zip(balance.available).map(|(all, cash)| all - cash);
    let mut out = json!({
        "guid": k.guid, "id": null, "user_guid": m.user_guid, "member_guid": m.guid, "member_id": m.id,
        "institution_code": at.map(super::directory::code), "institution_guid": at.map(guid), "name": a.name, "nickname": null,
        "type": kind, "subtype": subtype, "account_number": k.shown.mask.as_ref().map(|d| format!("XXXXXX{d}")),
        "account_ownership": "INDIVIDUAL", "currency_code": a.currency, "balance": number_or_null(balance.current),
        "available_balance": whole(!credit && !invests, balance.available), "available_credit": whole(credit, balance.available),
        "credit_limit": number_or_null(a.limit), "cash_balance": whole(invests, balance.available),
        "holdings_value": whole(invests, held), "total_account_value": whole(invests, balance.current),
        "margin_balance": number_or_null(a.margin_loan), "is_closed": false, "is_hidden": false, "is_manual": false,
        "member_is_managed_by_user": true, "metadata": null, "created_at": instant(m.created), "imported_at": null,
        "updated_at": m.succeeded.map(instant),
    });
    for name in UNKNOWN {
        out[name] = Value::Null;
    }
    owed(state, k, &mut out);
    out
}

/// What is known of a debt.
fn owed(state: &State, k: &Kept, out: &mut Value) {
    let Some(statement) = state.world.liability(&k.account, k.day) else { return };
    match (&k.account.liability, statement) {
        (Some(Liability::Credit(terms)), LiabilityStatement::Credit(s)) => {
            out["apr"] = number_or_null(Some(terms.purchase_apr));
            out["minimum_payment"] = number_or_null(s.minimum_payment);
            out["payment_due_at"] = json!(s.next_due.map(noon));
        }
        (Some(Liability::Mortgage(terms)), LiabilityStatement::Mortgage(_)) => {
            out["interest_rate"] = number_or_null(Some(terms.rate_percent));
            out["original_balance"] = number_or_null(Some(terms.original_principal));
            out["started_on"] = json!(terms.originated.to_string());
        }
        (Some(Liability::Student(terms)), LiabilityStatement::Student(_)) => {
            out["interest_rate"] = number_or_null(Some(terms.rate_percent));
            out["original_balance"] = number_or_null(Some(terms.original_principal));
            out["started_on"] = json!(terms.originated.to_string());
        }
        _ => {}
    }
}

fn noon(day: Date) -> String {
    format!("{day}T12:00:00Z")
}

pub fn of_member(call: &Call) -> Answer {
    let m = call.member()?;
    let rows = of(&call.state, &m).iter().map(|k| wire(&call.state, &m, k)).collect();
    paged(call, "accounts", rows)
}

pub fn of_user(call: &Call) -> Answer {
    let mut rows = Vec::new();
    for m in call.members()? {
        rows.extend(of(&call.state, &m).iter().map(|k| wire(&call.state, &m, k)));
    }
    paged(call, "accounts", rows)
}

/// The account of the address, among those of its user or of the member that is named too.
pub fn found(call: &Call) -> Result<(Member, Kept), Refusal> {
    let members = if call.part("member").is_empty() { call.members()? } else { vec![call.member()?] };
    let wanted = call.part("account");
    for m in members {
        if let Some(kept) = of(&call.state, &m).into_iter().find(|k| k.guid == wanted) {
            return Ok((m, kept));
        }
    }
    Err(Refusal::gone("account"))
}

pub fn one(call: &Call) -> Answer {
    let (m, kept) = found(call)?;
    ok(json!({ "account": wire(&call.state, &m, &kept) }))
}
