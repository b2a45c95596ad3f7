//! The provider's accounts in our words. Debts become negative; a type nobody has heard of stays readable and is `Other`.

use super::wire::Account;
use crate::said::{day_of, mask, tidy};
use model::{AccountData, AccountKind, Decimal, Time};

pub(super) fn account(wire: Account, heard: Option<Time>, now: Time) -> Option<AccountData> {
    // What is closed over there is missing here, and the client is asked what became of it.
    if wire.is_closed.unwrap_or(false) {
        return None;
    }
    let external_id = wire.guid.0.clone().filter(|id| !id.is_empty())?;
    let (word, sub) = (wire.r#type.0.clone().unwrap_or_default(), wire.subtype.0.clone().unwrap_or_default());
    let kind = kind(&word, &sub);
    let as_of = wire.imported_at.0.or(heard).unwrap_or(now).min(now);
    let (name, other) = (wire.name.as_deref().and_then(tidy), wire.nickname.as_deref().and_then(tidy));
    Some(AccountData {
        external_id,
        persistent_id: None,
        name: other.clone().or(name.clone()).unwrap_or_else(|| "Account".into()),
        official_name: name,
        mask: wire.account_number.as_deref().and_then(mask),
        kind,
        raw_type: raw(&word, &sub),
        currency: wire.currency_code.as_deref().and_then(|c| c.parse().ok()),
        value: value(&wire, &word, kind),
        available: if kind.is_debt() { *wire.available_credit } else { *wire.available_balance },
        limit: *wire.credit_limit,
        positions: (word == "INVESTMENT").then(Vec::new),
        as_of,
        as_of_day: day_of(as_of),
        terms: terms(&wire),
    })
}

/// What is owed comes as a positive number and is a debt here. A policy is worth what it could be sold for, not what it pays at a death.
fn value(wire: &Account, word: &str, kind: AccountKind) -> Option<Decimal> {
    match word {
        "INSURANCE" => {
            let at_death = |v: &Decimal| Some(*v) == wire.death_benefit.0 || Some(*v) == wire.pay_out_amount.0;
            wire.cash_surrender_value.or_else(|| wire.balance.filter(|v| !at_death(v)))
        }
        "INVESTMENT" => wire.balance.or(*wire.total_account_value),
        _ if kind.is_debt() => wire.balance.map(|b| -b),
        _ => *wire.balance,
    }
}

fn raw(word: &str, sub: &str) -> String {
    let joined = if sub.is_empty() { word.to_string() } else { format!("{word}/{sub}") };
    tidy(&joined).unwrap_or_else(|| "UNKNOWN".into())
}

pub(super) fn kind(word: &str, sub: &str) -> AccountKind {
    use AccountKind::*;
    let has = |parts: &[&str]| parts.iter().any(|p| sub.contains(p));
    match word {
        "CHECKING" | "PREPAID" => Checking,
        "SAVINGS" if has(&["HEALTH"]) => HealthSavings,
        "SAVINGS" => Savings,
        "CASH" => Cash,
        "CREDIT_CARD" => CreditCard,
        "MORTGAGE" => Mortgage,
        "LOAN" | "LINE_OF_CREDIT" if has(&["HOME_EQUITY", "MORTGAGE"]) => Mortgage,
        "LOAN" if has(&["STUDENT"]) => StudentLoan,
        "LOAN" | "LINE_OF_CREDIT" | "CHECKING_LINE_OF_CREDIT" => Loan,
        "INSURANCE" if has(&["ANNUITY"]) => Annuity,
        "INSURANCE" => Insurance,
        "PROPERTY" => Property,
        "INVESTMENT" if has(&["529", "EDUCATION", "COVERDELL"]) => Education,
        "INVESTMENT" if has(&["ANNUITY"]) => Annuity,
        "INVESTMENT" if has(&["HEALTH", "HSA"]) => HealthSavings,
        "INVESTMENT" if has(&["CRYPTO", "DIGITAL"]) => Crypto,
        "INVESTMENT" if has(RETIREMENT) => Retirement,
        "INVESTMENT" => Brokerage,
        _ => Other,
    }
}

/// Parts of the provider's words for retirement plans.
const RETIREMENT: &[&str] = &[
    "401",
    "403",
    "457",
    "IRA",
    "ROTH",
    "KEOGH",
    "PENSION",
    "RETIREMENT",
    "THRIFT",
    "PROFIT_SHARING",
    "SEP",
    "SIMPLE",
    "RRSP",
    "RRIF",
    "SARSEP",
];

fn terms(wire: &Account) -> Vec<(String, String)> {
    let amount = |v: &Option<Decimal>| v.map(|d| d.to_string());
    let day = |v: &Option<model::Date>| v.map(|d| d.to_string());
    let all = [
        ("apr_percent", amount(&wire.apr)),
        ("apy_percent", amount(&wire.apy)),
        ("rate_percent", amount(&wire.interest_rate)),
        ("minimum_payment", amount(&wire.minimum_payment)),
        ("next_payment_due", day(&wire.payment_due_at)),
        ("last_payment", amount(&wire.last_payment)),
        ("last_payment_on", day(&wire.last_payment_at)),
        ("last_statement", amount(&wire.statement_balance)),
        ("original_principal", amount(&wire.original_balance)),
        ("originated", day(&wire.started_on)),
        ("matures", day(&wire.matures_on)),
        ("property_type", wire.property_type.as_deref().and_then(tidy)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::Read;

    fn read(json: &str) -> AccountData {
        account(Account::read(json).unwrap(), None, Time::from_seconds(1_790_000_000)).unwrap()
    }

    #[test]
    fn debts_are_negative_and_a_policy_is_not_worth_its_death_benefit() {
        let card = read(r#"{"guid":"a","type":"CREDIT_CARD","balance":410.25,"credit_limit":5000,"currency_code":"USD"}"#);
        assert_eq!((card.kind, card.value.unwrap().to_string().as_str()), (AccountKind::CreditCard, "-410.25"));
        assert_eq!(read(r#"{"guid":"a","type":"LOAN","subtype":"STUDENT_LOAN","balance":-10}"#).value, Some(Decimal::from(10)));
        let policy = r#"{"guid":"a","type":"INSURANCE","balance":250000,"death_benefit":250000}"#;
        assert_eq!((read(policy).kind, read(policy).value), (AccountKind::Insurance, None));
        let plan = read(r#"{"guid":"a","type":"INVESTMENT","subtype":"PLAN_401_K","balance":12.50}"#);
        assert_eq!((plan.kind, plan.value.unwrap().to_string().as_str(), plan.positions), (AccountKind::Retirement, "12.50", Some(vec![])));
    }

    #[test]
    fn words_of_tomorrow_stay_readable() {
        let new = read(r#"{"guid":"a","type":"HOLOGRAM","subtype":"BLUE","balance":"lots","name":7,"account_number":"****000012345"}"#);
        assert_eq!((new.kind, new.raw_type.as_str(), new.value, new.name.as_str()), (AccountKind::Other, "HOLOGRAM/BLUE", None, "Account"));
        assert_eq!((new.mask.as_deref(), new.positions), (Some("2345"), None));
        let closed = Account::read(r#"{"guid":"a","type":"SAVINGS","is_closed":true,"balance":0}"#).unwrap();
        assert!(account(closed, None, Time::from_seconds(0)).is_none());
    }
}
