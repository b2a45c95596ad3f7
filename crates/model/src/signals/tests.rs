//! Each rule at its threshold, one step beyond it, and with something missing.

mod policies;

use super::*;
use crate::SecurityKind;
use crate::detail::{Debt, Every, Policy, PolicyKind};
use crate::id::MemberId;
use crate::money::decimal;
use AccountKind::*;

fn dec(text: &str) -> Decimal {
    decimal(text).unwrap()
}
fn day(text: &str) -> Date {
    text.parse().unwrap()
}
fn home(accounts: Vec<Account>) -> Household {
    Household {
        today: day("2026-11-20"),
        dependants: 0,
        adults: Vec::new(),
        incomes: Vec::new(),
        documents: Vec::new(),
        accounts,
        doubts: Vec::new(),
        rates: BTreeMap::new(),
    }
}
fn account(n: u8, kind: AccountKind, value: &str) -> Account {
    Account {
        id: AccountId::new(crate::Time(0), [n; 10]),
        name: format!("{} {n}", kind.key()),
        kind,
        source: Source::Manual,
        value: decimal(value).map(Money::usd),
        as_of: Some(day("2026-11-19")),
        positions: None,
        detail: None,
        has_beneficiary: false,
        terms: Vec::new(),
    }
}
fn position(kind: SecurityKind, value: &str) -> HeadPosition {
    HeadPosition {
        security: format!("own:{kind:?}"),
        name: format!("{kind:?}"),
        ticker: None,
        kind,
        cash_equivalent: false,
        currency: Some(Currency::usd()),
        quantity: Decimal::ONE,
        price: None,
        price_day: None,
        value: decimal(value),
        cost_basis: Some(Decimal::ONE),
        vested_quantity: None,
        vested_value: None,
        lots: 0,
    }
}
fn holding(n: u8, positions: &[(SecurityKind, &str)]) -> Account {
    let total: Decimal = positions.iter().filter_map(|(_, v)| decimal(v)).sum();
    let positions = positions.iter().map(|(k, v)| position(*k, v)).collect();
    Account { positions: Some(positions), ..account(n, Brokerage, &total.to_string()) }
}
fn debt(n: u8, value: &str, rate: Option<&str>, payment: Option<&str>) -> Account {
    let detail = Debt { rate: rate.map(dec), payment: payment.map(dec), every: Every::Month, ends: None };
    Account { detail: Some(Detail::Debt(detail)), ..account(n, Loan, value) }
}
fn policy(n: u8, change: impl Fn(&mut Policy)) -> Account {
    let mut p = Policy {
        kind: PolicyKind::TermLife,
        currency: Currency::usd(),
        cover: Some(dec("100000")),
        premium: Some(dec("300")),
        every: Every::Quarter,
        insured: vec![MemberId::new(crate::Time(0), [1; 10])],
        beneficiaries: "Erik".into(),
        ends: Some(day("2040-01-01")),
    };
    change(&mut p);
    Account { detail: Some(Detail::Policy(p)), ..account(n, Insurance, "0") }
}
fn told(key: &str, h: &Household, threshold: &str) -> Outcome {
    Rule::find(key).unwrap().apply(h, dec(threshold)).outcome
}
fn missing(key: &str, h: &Household, threshold: &str) -> String {
    match told(key, h, threshold) {
        Outcome::CannotTell { missing } => missing.into_iter().map(|m| m.what).collect::<Vec<_>>().join("; "),
        other => panic!("{key} tells without knowing: {other:?}"),
    }
}
#[track_caller]
fn fine(key: &str, h: &Household, threshold: &str) {
    let outcome = told(key, h, threshold);
    assert!(matches!(outcome, Outcome::Fine { .. }), "{key} {outcome:?}");
}
#[track_caller]
fn finding(key: &str, h: &Household, threshold: &str) -> (String, Vec<Step>) {
    match told(key, h, threshold) {
        Outcome::Finding { measure, arithmetic, .. } => (measure, arithmetic),
        other => panic!("{key} {other:?}"),
    }
}

#[test]
fn the_pack_is_in_order() {
    let rules: Vec<_> = pack().collect();
    let keys: BTreeSet<_> = rules.iter().map(|r| r.key).collect();
    assert!(rules.len() >= 10 && keys.len() == rules.len(), "{rules:?}");
    assert!(rules.iter().all(|r| r.version > 0 && !r.title.is_empty() && !r.client.is_empty() && !r.reads.is_empty()));
    // One adult and nothing else: nothing is found, nothing is missing.
    for r in rules {
        let verdict = r.apply(&home(Vec::new()), r.default());
        assert!(matches!(verdict.outcome, Outcome::Nothing { .. }), "{r:?} {verdict:?}");
    }
}

#[test]
fn one_security() {
    use SecurityKind::*;
    let h = home(vec![holding(1, &[(Equity, "60"), (MutualFund, "500")]), holding(2, &[(Equity, "40"), (Etf, "400")])]);
    fine("concentration", &h, "10");
    let (measure, steps) = finding("concentration", &h, "9.99");
    assert_eq!((measure.as_str(), steps[2].expression.as_str()), ("10%", "$100 ÷ $1,000"));
    // A fund is no single security, however large.
    fine("concentration", &home(vec![holding(1, &[(Etf, "1000")])]), "10");
    // What is not explained could be one security; where the known part is too much already, it is.
    let dark = home(vec![holding(1, &[(Equity, "60"), (Etf, "840")]), account(2, Retirement, "100")]);
    assert_eq!(missing("concentration", &dark, "10"), "what retirement 2 holds");
    finding("concentration", &dark, "5");
    fine("concentration", &dark, "16");
    let odd = home(vec![holding(1, &[(Other, "60"), (Etf, "840")])]);
    assert_eq!(missing("concentration", &odd, "5"), "what kind of security Other in brokerage 1 is");
    let unknown = home(vec![holding(1, &[(Equity, "60"), (Etf, "840")]), account(2, Retirement, "")]);
    assert_eq!(missing("concentration", &unknown, "5"), "the value of retirement 2");
}

#[test]
fn cash_in_investments() {
    use SecurityKind::*;
    let h = home(vec![holding(1, &[(Cash, "100"), (Etf, "900")]), account(2, Checking, "5000")]);
    fine("cash_drag", &h, "10");
    assert_eq!(finding("cash_drag", &h, "9").0, "10%");
    let gap = home(vec![Account { value: Some(Money::usd(dec("1100"))), ..holding(1, &[(Cash, "100"), (Etf, "900")]) }]);
    assert_eq!(missing("cash_drag", &gap, "10"), "what holds $100 of brokerage 1");
    let unknown = home(vec![Account { value: Some(Money::usd(dec("1000"))), ..holding(1, &[(Cash, ""), (Etf, "900")]) }]);
    assert_eq!(missing("cash_drag", &unknown, "10"), "the value of Cash in brokerage 1");
}

#[test]
fn what_was_paid() {
    let some = |paid: bool| {
        let mut a = holding(1, &[(SecurityKind::Etf, "950"), (SecurityKind::Equity, "50"), (SecurityKind::Cash, "1000")]);
        for p in a.positions.iter_mut().flatten().skip(1) {
            p.cost_basis = paid.then_some(Decimal::ONE);
        }
        home(vec![a])
    };
    fine("cost_basis", &some(false), "5");
    let (measure, steps) = finding("cost_basis", &some(false), "4.9");
    assert_eq!((measure.as_str(), steps[0].expression.as_str()), ("5%", "Equity"));
    fine("cost_basis", &some(true), "0");
    assert_eq!(missing("cost_basis", &home(vec![account(1, Brokerage, "10")]), "5"), "what brokerage 1 holds");
}

#[test]
fn debts_and_what_is_owned() {
    let h = home(vec![account(1, Property, "1000"), account(2, Mortgage, "-500")]);
    fine("debt_to_assets", &h, "50");
    assert_eq!(finding("debt_to_assets", &h, "49.99").0, "50%");
    let unknown = home(vec![account(1, Property, ""), account(2, Mortgage, "-500")]);
    assert_eq!(missing("debt_to_assets", &unknown, "50"), "the value of property 1");
    assert_eq!(
        missing("debt_to_assets", &home(vec![account(2, Mortgage, "-500")]), "50"),
        "anything that is owned: only debts are recorded"
    );
    let euro = Money::new(dec("900"), "EUR".parse().unwrap());
    let mixed =
        home(vec![account(1, Property, "1000"), account(2, Mortgage, "-500"), Account { value: Some(euro), ..account(3, Cash, "1") }]);
    assert!(missing("debt_to_assets", &mixed, "10").contains("amounts in EUR and USD are not added up"));
}

#[test]
fn rates_of_debts() {
    let h = home(vec![debt(1, "-100", Some("8"), None), debt(2, "0", None, None)]);
    fine("debt_rate", &h, "8");
    assert_eq!(finding("debt_rate", &h, "7.99").0, "up to 8%");
    assert_eq!(missing("debt_rate", &home(vec![debt(1, "-100", None, None)]), "8"), "the rate of loan 1");
    // One that is too high is found whatever the other's is; what the institution says counts where nothing is typed.
    let fed = Account { terms: vec![("rate_percent".into(), "9.25".into())], ..account(3, Mortgage, "-100") };
    let (_, steps) = finding("debt_rate", &home(vec![debt(1, "-100", None, None), fed]), "8");
    assert_eq!((steps[0].result.as_str(), steps[1].expression.as_str()), ("9.25%", "the rate of loan 1"));
}

fn income(amount: &str) -> crate::income::IncomeFact {
    crate::income::IncomeFact {
        id: crate::id::IncomeId::new(crate::Time(0), [1; 10]),
        member: MemberId::new(crate::Time(0), [1; 10]),
        kind: crate::income::IncomeKind::Salary,
        amount: decimal(amount),
        currency: Currency::usd(),
        every: Every::Month,
        from: None,
        until: None,
        active: true,
    }
}

#[test]
fn payments_beside_income() {
    let h = |payment, amount: &str| Household { incomes: vec![income(amount)], ..home(vec![debt(1, "-900", None, payment)]) };
    fine("debt_to_income", &h(Some("36"), "100"), "36");
    assert_eq!(finding("debt_to_income", &h(Some("36"), "100"), "35.99").0, "36%");
    assert_eq!(missing("debt_to_income", &h(None, "100"), "36"), "what loan 1 costs in USD, and how often");
    assert_eq!(missing("debt_to_income", &h(Some("36"), ""), "36"), "1 amount of an income");
    let none = home(vec![debt(1, "-900", None, Some("36"))]);
    assert_eq!(missing("debt_to_income", &none, "36"), "income: none is recorded that comes now");
}

#[test]
fn money_at_hand() {
    // 100 a month and 300 a quarter are 2,400 a year.
    let h = |cash: &str| home(vec![account(1, Savings, cash), debt(2, "-900", None, Some("100")), policy(3, |_| {})]);
    fine("reserve", &h("600"), "3");
    let (measure, steps) = finding("reserve", &h("599.99"), "3");
    assert_eq!(measure, "about 3 months");
    assert_eq!((steps[1].expression.as_str(), steps[1].result.as_str()), ("$300 a quarter × 4", "$1,200 a year"));
    assert_eq!(steps[3].expression, "$599.99 × 12 ÷ $2,400");
    assert!(steps.last().unwrap().expression.contains("what life costs"));
    assert_eq!(
        missing("reserve", &home(vec![debt(2, "-900", None, Some("100"))]), "3"),
        "a checking, savings or cash account: none is recorded"
    );
    let half = |cash: &str| home(vec![account(1, Savings, cash), debt(2, "-9", None, Some("100")), policy(3, |p| p.premium = None)]);
    assert_eq!(missing("reserve", &half("600"), "3"), "what insurance 3 costs, and how often");
    finding("reserve", &half("299"), "3");
}

#[test]
fn the_age_of_values() {
    let fed = |d: &str| Account { source: Source::Aggregation, as_of: Some(day(d)), ..account(1, Savings, "10") };
    fine("stale_fed", &home(vec![fed("2026-11-13")]), "7");
    let (measure, steps) = finding("stale_fed", &home(vec![fed("2026-11-12"), account(2, Savings, "1")]), "7");
    assert_eq!((measure.as_str(), steps.len(), steps[0].expression.as_str()), ("8 days", 1, "12 Nov 2026 to 20 Nov 2026"));
    let never = Account { value: None, as_of: None, ..fed("2026-11-13") };
    assert_eq!(missing("stale_fed", &home(vec![never.clone()]), "7"), "a value of savings 1 and of when it is");
    let typed = |d: &str| home(vec![Account { as_of: Some(day(d)), ..account(1, Property, "10") }]);
    fine("stale_typed", &typed("2025-11-20"), "365");
    assert_eq!(finding("stale_typed", &typed("2025-11-19"), "365").0, "366 days");
    let undated = home(vec![Account { as_of: None, ..account(1, Property, "10") }]);
    assert_eq!(missing("stale_typed", &undated, "365"), "a value of property 1 and of when it is");
    assert_eq!(finding("value_missing", &home(vec![never, account(2, Savings, "1")]), "0").0, "1 of 2 accounts");
    fine("value_missing", &home(vec![account(2, Savings, "0")]), "0");
}

#[test]
fn doubts_and_currencies() {
    let two = home(vec![account(1, Savings, "1"), account(2, Savings, "1")]);
    fine("same_account", &two, "0");
    let asked = Household { doubts: vec![("IRA".into(), "Rollover".into())], ..two };
    assert_eq!(finding("same_account", &asked, "0").1[0].expression, "may be Rollover");

    let euro: Currency = "EUR".parse().unwrap();
    let abroad = Account { value: Some(Money::new(dec("5"), euro.clone())), ..account(3, Cash, "5") };
    let mut h = home(vec![account(1, Savings, "1"), account(2, Savings, "1"), abroad]);
    assert_eq!(finding("currencies", &h, "0").0, "1 currency without a rate");
    h.rates.insert(euro.clone(), day("2026-11-10"));
    fine("currencies", &h, "0");
    h.rates.insert(euro, day("2026-11-09"));
    finding("currencies", &h, "0");
    assert!(matches!(told("currencies", &home(vec![account(1, Savings, "")]), "0"), Outcome::Nothing { .. }));
}

#[test]
fn thresholds_are_read_exactly_or_answered() {
    let limit = |key: &str| Rule::find(key).unwrap().limit.unwrap();
    assert_eq!(limit("concentration").read(" 12.5 % ").unwrap(), dec("12.5"));
    assert_eq!(limit("dependants_cover").read("1,000,000").unwrap(), dec("1000000"));
    for (key, text, part) in [
        ("concentration", "", "Enter a number of percent between 0 and 100"),
        ("concentration", "ten", "is no number"),
        ("concentration", "-1", "between 0 and 100"),
        ("concentration", "100.01", "between 0 and 100"),
        ("concentration", "1.23456", "four digits"),
        ("stale_fed", "7.5", "whole days"),
        ("reserve", "99999999999999999999999999999999", "is no number"),
    ] {
        let said = limit(key).read(text).unwrap_err();
        assert!(said.contains(part), "{text}: {said}");
    }
}

#[test]
fn numbers_of_many_digits_are_no_finding() {
    let huge = "79228162514264337593543950335";
    let h = home(vec![account(1, Property, huge), account(2, Property, huge), debt(3, "-100", None, None)]);
    assert!(missing("debt_to_assets", &h, "50").contains("too many digits"));
    assert_eq!(amount(&Money::usd(dec("12345678901234567890.5"))), "$12,345,678,901,234,567,890.50");
}

/// `HELDAWAY_UPDATE=1 cargo test -p model` writes it anew.
#[test]
#[allow(clippy::disallowed_methods, reason = "a test that is asked to write its file")]
fn the_page_is_that_of_the_rules() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/signals.md");
    if std::env::var_os("HELDAWAY_UPDATE").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page(), "run it with HELDAWAY_UPDATE=1");
}
