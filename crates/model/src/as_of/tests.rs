use super::*;
use crate::id::PortfolioId;
use crate::{AccountKind, Currency, Custody, Span};
use proptest::prelude::*;
use rust_decimal::Decimal;

const START: Time = Time(1_780_000_000_000_000);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}
fn id(n: u8) -> AccountId {
    AccountId::new(START, [n; 10])
}
fn fact(manual: Option<(i64, &str)>) -> AccountFact {
    let typed = |(n, d): (i64, &str)| ManualValue { value: Decimal::from(n), currency: Currency::usd(), as_of: day(d), note: None };
    AccountFact {
        id: id(1),
        portfolio: PortfolioId::new(START, [1; 10]),
        name: "House".into(),
        institution: String::new(),
        mask: None,
        kind: AccountKind::Property,
        source: if manual.is_some() { Source::Manual } else { Source::Aggregation },
        custody: Custody::HeldAway,
        state: AccountState::Live,
        owners: Vec::new(),
        connection: None,
        manual: manual.map(typed),
        detail: None,
        closed_on: None,
        same_as: None,
    }
}
fn noon(d: &str) -> Time {
    Time(end_of(day(d), &TimeZone::UTC).0 - Span::hours(12).0)
}
fn said<'a>(fact: &'a AccountFact, on: &str) -> Said<'a> {
    Said { fact, true_from: day(on), known_from: noon(on) }
}
fn came(seq: i64, as_of: &str, received: &str) -> Came {
    Came { seq, as_of: noon(as_of), received_at: noon(received), withdrawn_at: None }
}
fn value(s: Option<Stood<'_>>) -> Option<Decimal> {
    match s?.figure? {
        Figure::Typed(m, _) => Some(m.value),
        Figure::Came(n) => Some(Decimal::from(-(n as i64))),
    }
}

// proves: E4 D12
#[test]
fn a_late_correction_changes_now_and_never_then() {
    let (first, mended) = (fact(Some((900, "2026-08-14"))), fact(Some((925, "2026-08-14"))));
    let log = [said(&first, "2026-09-01"), said(&mended, "2026-11-01")];
    let (zone, d) = (&TimeZone::UTC, day("2026-10-01"));
    assert_eq!(value(stood(&log, &[], Look::on(d, zone))), Some(Decimal::from(925)));
    assert_eq!(value(stood(&log, &[], Look::then(d, zone))), Some(Decimal::from(900)));
    // Typed on 1 September, true since August: by what is known now it counts from August on, and nobody knew of it then.
    assert_eq!(value(stood(&log, &[], Look::on(day("2026-08-14"), zone))), Some(Decimal::from(925)));
    assert!(stood(&log, &[], Look::on(day("2026-08-13"), zone)).is_none());
    assert!(stood(&log, &[], Look::then(day("2026-08-20"), zone)).is_none());
}

#[test]
fn what_came_late_belongs_to_its_day_and_what_was_withdrawn_to_nobody() {
    let f = fact(None);
    let log = [said(&f, "2026-09-01")];
    let mut rows = [came(1, "2026-09-01", "2026-09-01"), came(3, "2026-09-10", "2026-10-05"), came(2, "2026-09-20", "2026-09-20")];
    let zone = &TimeZone::UTC;
    let at = |rows: &[Came], l: Look| stood(&log, rows, l).and_then(|s| s.figure);
    assert_eq!(at(&rows, Look::on(day("2026-09-15"), zone)), Some(Figure::Came(1)));
    assert_eq!(at(&rows, Look::then(day("2026-09-15"), zone)), Some(Figure::Came(0)));
    assert_eq!(at(&rows, Look::now()), Some(Figure::Came(2)));
    rows[2].withdrawn_at = Some(noon("2026-10-01"));
    assert_eq!(at(&rows, Look::now()), Some(Figure::Came(1)));
    assert_eq!(at(&rows, Look::then(day("2026-09-20"), zone)), Some(Figure::Came(2)));
    // There, and nothing was known of its value.
    assert_eq!(stood(&log, &[], Look::now()).map(|s| s.figure), Some(None));
}

#[test]
fn muted_closed_deleted_and_joined_are_as_they_stood() {
    let zone = &TimeZone::UTC;
    let live = fact(Some((100, "2026-08-01")));
    let with = |f: fn(&mut AccountFact)| {
        let mut x = live.clone();
        f(&mut x);
        x
    };
    let state = |log: &[Said<'_>], l: Look| stood(log, &[], l).map(|s| s.state);
    let muted = with(|f| f.state = AccountState::Muted);
    let log = [said(&live, "2026-08-01"), said(&muted, "2026-10-01")];
    assert_eq!(state(&log, Look::on(day("2026-09-30"), zone)), Some(AccountState::Live));
    assert_eq!(state(&log, Look::on(day("2026-10-01"), zone)), Some(AccountState::Muted));
    // Told a month after it: by what is known now it did not count since the day of the closing.
    let closed = with(|f| (f.state, f.closed_on) = (AccountState::Muted, Some(day("2026-09-10"))));
    let log = [said(&live, "2026-08-01"), said(&closed, "2026-10-10")];
    assert_eq!(state(&log, Look::on(day("2026-09-09"), zone)), Some(AccountState::Live));
    assert_eq!(state(&log, Look::on(day("2026-09-10"), zone)), Some(AccountState::Muted));
    assert_eq!(state(&log, Look::then(day("2026-09-10"), zone)), Some(AccountState::Live));
    let deleted = with(|f| f.state = AccountState::Deleted);
    let log = [said(&live, "2026-08-01"), said(&deleted, "2026-10-01")];
    assert_eq!(state(&log, Look::on(day("2026-09-01"), zone)), None, "deleted accounts are on no page");
    assert_eq!(state(&log, Look::then(day("2026-09-01"), zone)), Some(AccountState::Live));
    let joined = with(|f| f.same_as = Some(AccountId::new(START, [2; 10])));
    let log = [said(&live, "2026-08-01"), said(&joined, "2026-10-01")];
    assert_eq!((state(&log, Look::now()), behind(&log, Look::now())), (None, Some(id(2))));
    assert_eq!(state(&log, Look::then(day("2026-09-01"), zone)), Some(AccountState::Live));
    // A value that was taken back is not known from then on.
    let empty = with(|f| f.manual = None);
    let log = [said(&live, "2026-08-01"), said(&empty, "2026-10-01")];
    assert_eq!(stood(&log, &[], Look::on(day("2026-10-02"), zone)).map(|s| s.figure), Some(None));
    assert_eq!(value(stood(&log, &[], Look::on(day("2026-09-02"), zone))), Some(Decimal::from(100)));
}

#[test]
fn months_end_before_the_day_and_after_the_beginning() {
    let ends = month_ends(day("2026-11-20"), day("2026-09-30"), 24);
    assert_eq!(ends, [day("2026-09-30"), day("2026-10-31"), day("2026-11-20")]);
    assert_eq!(month_ends(day("2026-10-31"), day("2026-10-02"), 24), [day("2026-10-31")]);
    assert_eq!(month_ends(day("2026-11-20"), day("2000-01-01"), 24).len(), 24);
}

/// A day of a made-up year.
fn nth(n: i64) -> Date {
    START.date(&TimeZone::UTC).checked_add(jiff::Span::new().days(n)).unwrap()
}

prop_compose! {
    fn version()(manual in prop::option::of((1i64..1000, 0i64..200)), state in 0u8..5, closed in prop::option::of(0i64..200), joined in any::<bool>(), gap in 1i64..40) -> (AccountFact, i64) {
        let mut f = fact(None);
        f.manual = manual.map(|(n, d)| ManualValue { value: Decimal::from(n), currency: Currency::usd(), as_of: nth(d), note: None });
        f.source = if f.manual.is_some() { Source::Manual } else { Source::Aggregation };
        f.state = [AccountState::Live, AccountState::Live, AccountState::Muted, AccountState::Disconnected, AccountState::Deleted][state as usize];
        f.closed_on = closed.filter(|_| f.state == AccountState::Muted).map(nth);
        f.same_as = (joined && state == 1).then(|| AccountId::new(START, [2; 10]));
        (f, gap)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_121), ..ProptestConfig::default() })]
    // proves: E4 D12
    #[test]
    fn nothing_that_is_learnt_later_changes_what_was_known_then(
        versions in prop::collection::vec(version(), 1..6),
        rows in prop::collection::vec((0i64..200, 0i64..200, prop::option::of(0i64..200)), 0..12),
        asked in 0i64..200
    ) {
        let mut at = 0;
        let said: Vec<Said<'_>> = versions.iter().map(|(fact, gap)| {
            at += gap;
            Said { fact, true_from: nth(at), known_from: START + Span::days(at) }
        }).collect();
        let mut came: Vec<Came> = rows.iter().enumerate().map(|(n, (as_of, late, gone))| {
            let received = as_of + late;
            Came { seq: n as i64, as_of: START + Span::days(*as_of), received_at: START + Span::days(received), withdrawn_at: gone.map(|g| START + Span::days(received + g)) }
        }).collect();
        came.sort_by_key(|c| (c.as_of, c.seq));
        let look = Look::then(nth(asked), &TimeZone::UTC);
        // The logs as they were then.
        let said_then: Vec<Said<'_>> = said.iter().copied().filter(|s| s.known_from <= look.known).collect();
        let came_then: Vec<Came> = came.iter().filter(|c| c.received_at <= look.known).map(|c| Came { withdrawn_at: c.withdrawn_at.filter(|t| *t <= look.known), ..*c }).collect();
        let seen = |s: Option<Stood<'_>>, rows: &[Came]| s.map(|s| (s.fact.clone(), s.state, match s.figure {
            None => (None, None),
            Some(Figure::Typed(m, t)) => (Some((m.clone(), t)), None),
            Some(Figure::Came(n)) => (None, Some(rows[n].seq)),
        }));
        prop_assert_eq!(seen(stood(&said, &came, look), &came), seen(stood(&said_then, &came_then, look), &came_then));
        // And what is known now is of a day: nothing that is true later only changes it.
        let day = Look::on(nth(asked), &TimeZone::UTC);
        if let Some(Figure::Came(n)) = figure(&said, &came, day) {
            prop_assert!(came[n].as_of <= end_of(nth(asked), &TimeZone::UTC));
        }
    }
}
