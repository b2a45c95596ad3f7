use super::flow::{Kind, kind};
use super::*;
use crate::AccountKind;
use crate::money::decimal;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn d(text: &str) -> Decimal {
    decimal(text).unwrap()
}
fn held(security: &str, quantity: &str, price: &str, value: &str) -> Holding {
    Holding { security: security.into(), quantity: d(quantity), price: Some(d(price)), value: Some(d(value)) }
}
fn worth(value: &str, holdings: Vec<Holding>) -> Worth {
    Worth { value: Some(d(value)), currency: Some(Currency::usd()), typed: false, via: None, holdings }
}
fn ends(first: Option<Worth>, last: Option<Worth>, movements: Option<Vec<Movement>>) -> Ends {
    Ends { shown: first.clone(), first, last, movements }
}
fn moved(kind: Kind, amount: &str) -> Movement {
    Movement { day: "2026-11-10".parse().unwrap(), kind, amount: Some(d(amount)), currency: Some(Currency::usd()) }
}
fn parts(e: &Ends) -> Vec<(Part, String)> {
    split(e).unwrap().into_iter().map(|c| (c.part, c.amount.normalize().to_string())).collect()
}

#[test]
fn with_movements_what_is_left_is_the_market_and_without_them_prices_tell_their_part() {
    let first = worth("1100.10", vec![held("ticker:A", "10", "100", "1000"), held("ticker:CUR", "100.10", "1", "100.10")]);
    let last = worth("1720.10", vec![held("ticker:A", "15", "108", "1620"), held("ticker:CUR", "100.10", "1", "100.10")]);
    let told = vec![moved(Kind::Flow, "500"), moved(Kind::Inside, "-520")];
    assert_eq!(
        parts(&ends(Some(first.clone()), Some(last.clone()), Some(told))),
        [(Part::Flows, "500".into()), (Part::Market, "120".into())]
    );
    // Ten of them rose by eight each; that five were bought nobody told.
    let silent = ends(Some(first.clone()), Some(last.clone()), None);
    assert_eq!(parts(&silent), [(Part::Market, "80".into()), (Part::Unexplained, "540".into())]);
    let unclear = ends(Some(first), Some(last), Some(vec![moved(Kind::Flow, "500"), moved(Kind::Unclear, "7")]));
    assert_eq!(parts(&unclear), [(Part::Flows, "500".into()), (Part::Unexplained, "120".into())]);
}

#[test]
fn what_is_not_the_market_is_called_by_its_name() {
    let typed = |v: &str| Worth { typed: true, ..worth(v, vec![]) };
    assert_eq!(parts(&ends(Some(typed("600000")), Some(typed("640000")), None)), [(Part::Typed, "40000".into())]);
    assert_eq!(parts(&ends(Some(typed("600")), Some(worth("640", vec![])), None)), [(Part::Relinked, "40".into())]);
    assert_eq!(parts(&ends(None, Some(worth("5", vec![])), None)), [(Part::New, "5".into())]);
    assert_eq!(parts(&ends(Some(worth("-5", vec![])), None, None)), [(Part::Closed, "5".into())]);
    let unknown = Worth { value: None, ..worth("0", vec![]) };
    assert_eq!(parts(&ends(Some(worth("5", vec![])), Some(unknown.clone()), None)), [(Part::Unexplained, "-5".into())]);
    assert_eq!(parts(&ends(Some(unknown.clone()), Some(worth("5", vec![])), None)), [(Part::New, "5".into())]);
    assert_eq!(parts(&ends(Some(unknown.clone()), Some(unknown), None)), []);
    let late =
        Ends { shown: Some(worth("10", vec![])), first: Some(worth("12", vec![])), last: Some(worth("12", vec![])), movements: None };
    assert_eq!(parts(&late), [(Part::Corrected, "2".into())]);
    // Nobody had heard of it on the first day.
    let learnt = Ends { shown: None, ..late };
    assert_eq!(parts(&learnt), [(Part::New, "12".into())]);
    let sek = Worth { currency: Some("SEK".parse().unwrap()), ..worth("100", vec![]) };
    let change = split(&ends(Some(worth("10", vec![])), Some(sek), None)).unwrap();
    assert_eq!(change.iter().map(|c| (c.part, c.currency.code())).collect::<Vec<_>>(), [(Part::New, "SEK"), (Part::Closed, "USD")]);
}

#[test]
fn movements_go_by_the_words_in_which_they_came() {
    for (raw, is) in [
        ("cash/contribution", Kind::Flow),
        ("cash/dividend", Kind::Inside),
        ("buy/buy", Kind::Inside),
        ("buy/contribution", Kind::Flow),
        ("transfer/transfer", Kind::Flow),
        ("transfer/split", Kind::Inside),
        ("fee/management fee", Kind::Inside),
        ("BUYMF", Kind::Inside),
        ("INVBANKTRAN", Kind::Flow),
        ("REINVEST", Kind::Inside),
        ("cash/word of tomorrow", Kind::Unclear),
        ("", Kind::Unclear),
    ] {
        assert_eq!(kind(AccountKind::Brokerage, raw), is, "{raw}");
    }
    assert_eq!(kind(AccountKind::Checking, "PAYMENT"), Kind::Flow);
    assert_eq!(kind(AccountKind::Savings, "INT"), Kind::Inside);
}

fn cents() -> impl Strategy<Value = Decimal> {
    (-9_000_000_000_i64..9_000_000_000).prop_map(|n| Decimal::new(n, 2))
}

prop_compose! {
    fn any_worth()(value in proptest::option::weighted(0.9, cents()), typed in any::<bool>(), sek in proptest::bool::weighted(0.1),
        held in proptest::collection::vec((0..3_u8, cents(), proptest::option::of(cents()), proptest::option::of(cents())), 0..4)) -> Worth {
        let currency = if sek { "SEK".parse().unwrap() } else { Currency::usd() };
        let holdings = held.into_iter().map(|(n, quantity, price, value)| Holding { security: n.to_string(), quantity, price, value }).collect();
        Worth { value, currency: Some(currency), typed, via: None, holdings }
    }
}

prop_compose! {
    fn any_movement()(kind in 0..3_usize, amount in proptest::option::weighted(0.8, cents()), sek in any::<bool>()) -> Movement {
        let currency = if sek { "SEK".parse().unwrap() } else { Currency::usd() };
        Movement { day: "2026-11-10".parse().unwrap(), kind: [Kind::Flow, Kind::Inside, Kind::Unclear][kind], amount, currency: Some(currency) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(51), cases: 2_000, ..ProptestConfig::default() })]

    // proves: E4
    #[test]
    fn the_parts_add_up_to_the_difference_exactly(
        shown in proptest::option::of(any_worth()), first in proptest::option::of(any_worth()), last in proptest::option::of(any_worth()),
        movements in proptest::option::of(proptest::collection::vec(any_movement(), 0..4)),
    ) {
        let e = Ends { shown, first, last, movements };
        let changes = split(&e).expect("within range");
        for currency in [Currency::usd(), "SEK".parse().unwrap()] {
            let at = |w: &Option<Worth>| w.as_ref().and_then(Worth::known).filter(|(c, _)| **c == currency).map_or(Decimal::ZERO, |(_, v)| v);
            let sum: Decimal = changes.iter().filter(|c| c.currency == currency).map(|c| c.amount).sum();
            prop_assert_eq!(sum, at(&e.last) - at(&e.shown));
        }
    }
}
