use super::*;
use crate::head::HeadPosition;
use crate::{Currency, Id, PositionData, SecurityData, SecurityKind, Time};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::HashSet;

const BANK: &str = "Bluewater Credit Union";

fn found(id: &str, name: &str, mask: &str, value: i64) -> AccountData {
    AccountData {
        external_id: id.into(),
        persistent_id: None,
        name: name.into(),
        official_name: None,
        mask: (!mask.is_empty()).then(|| mask.into()),
        kind: AccountKind::Checking,
        raw_type: "depository/checking".into(),
        currency: Some(Currency::usd()),
        value: Some(Decimal::new(value, 2)),
        available: None,
        limit: None,
        positions: None,
        as_of: Time(0),
        as_of_day: jiff::civil::date(2026, 11, 20),
        terms: vec![],
    }
}

fn ours(n: u8, name: &str, mask: &str, alias: Option<&str>) -> Candidate {
    Candidate {
        account: Id::new(Time(0), [n; 10]),
        state: AccountState::Live,
        source: Source::Aggregation,
        institution: BANK.into(),
        site: None,
        name: name.into(),
        mask: (!mask.is_empty()).then(|| mask.into()),
        kind: AccountKind::Checking,
        owners: vec![person(1)],
        persistent: vec![],
        head: Head::default(),
        aliases: alias.map(Into::into).into_iter().collect(),
    }
}

fn worth(mut c: Candidate, value: i64) -> Candidate {
    c.head.value = Some(Decimal::new(value, 2));
    c.head.currency = Some(Currency::usd());
    c
}

fn person(n: u8) -> MemberId {
    Id::new(Time(0), [n; 10])
}

fn at(institution: &str) -> Seeker {
    Seeker { path: Id::new(Time(0), [9; 10]), institutions: vec![institution.into()], site: None, member: Some(person(1)) }
}

fn assigned(seeker: &Seeker, found: &[AccountData], ours: &[Candidate]) -> Vec<Verdict> {
    assign(seeker, &found.iter().collect::<Vec<_>>(), ours, &[])
}

fn joined(verdicts: &[Verdict]) -> Vec<Option<AccountId>> {
    verdicts.iter().map(|v| v.ours().map(|m| m.account)).collect()
}

fn doubts(v: &Verdict) -> Vec<AccountId> {
    if let Verdict::New(d) = v { d.iter().map(|m| m.account).collect() } else { vec![] }
}

fn share(ticker: &str) -> SecurityData {
    SecurityData {
        external_id: format!("x-{ticker}"),
        name: None,
        ticker: Some(ticker.into()),
        isin: None,
        cusip: None,
        figi: None,
        kind: SecurityKind::Equity,
        raw_type: "equity".into(),
        currency: None,
        cash_equivalent: false,
        detail: None,
    }
}

fn position(ticker: &str, quantity: i64) -> PositionData {
    PositionData {
        security: share(ticker),
        quantity: Decimal::from(quantity),
        price: None,
        price_day: None,
        value: None,
        cost_basis: None,
        vested_quantity: None,
        vested_value: None,
        lots: vec![],
    }
}

fn held(ticker: &str, quantity: i64) -> HeadPosition {
    HeadPosition {
        security: crate::held::security_key(&share(ticker)),
        name: ticker.into(),
        ticker: Some(ticker.into()),
        kind: SecurityKind::Equity,
        cash_equivalent: false,
        currency: None,
        quantity: Decimal::from(quantity),
        price: None,
        price_day: None,
        value: None,
        cost_basis: None,
        vested_quantity: None,
        vested_value: None,
        lots: 0,
    }
}

// proves: N33
#[test]
fn the_same_login_linked_again_ends_in_the_same_accounts() {
    let known = [ours(1, "Joint checking", "0417", None), ours(2, "Joint savings", "0425", None)];
    let new = [found("b", "Joint savings", "0425", 5), found("a", "Joint checking", "0417", 5), found("c", "Holiday", "9999", 1)];
    let got = joined(&assigned(&at(BANK), &new, &known));
    assert_eq!(got, [Some(known[1].account), Some(known[0].account), None]);
}

#[test]
fn another_number_or_institution_is_another_account() {
    let known = [ours(1, "Checking", "0417", None)];
    let none = [Verdict::New(vec![])];
    assert_eq!(assigned(&at(BANK), &[found("a", "Checking", "0418", 5)], &known), none);
    assert_eq!(assigned(&at("Northgate Brokerage"), &[found("a", "Checking", "0417", 5)], &known), none);
}

// proves: N33 N57
#[test]
fn true_twins_stay_two_and_are_asked_about() {
    let known = [ours(1, "Savings", "0000", Some("x")), ours(2, "Savings", "0000", Some("y"))];
    let new = [found("y", "Savings", "0000", 5), found("x", "Savings", "0000", 5)];
    let got = joined(&assigned(&at(BANK), &new, &known));
    assert_eq!(got, [Some(known[1].account), Some(known[0].account)], "by their names under this sign-in, never swapped");

    let unknown = [ours(1, "Savings", "0000", None), ours(2, "Savings", "0000", None)];
    let got = assigned(&at(BANK), &new, &unknown);
    assert_eq!(joined(&got), [None, None]);
    for v in &got {
        assert_eq!(doubts(v), [unknown[0].account, unknown[1].account], "both are asked about");
    }

    let figures = [worth(unknown[0].clone(), 5), worth(unknown[1].clone(), 7)];
    let two = [found("p", "Savings", "0000", 7), found("q", "Savings", "0000", 5)];
    assert_eq!(joined(&assigned(&at(BANK), &two, &figures)), [Some(figures[1].account), Some(figures[0].account)], "told apart by figures");
}

#[test]
fn a_second_account_like_one_that_is_in_the_answer_is_a_second_account() {
    let there = ours(1, "Savings", "0000", Some("x"));
    let twin = found("new", "Savings", "0000", 5);
    assert_eq!(assign(&at(BANK), &[&twin], std::slice::from_ref(&there), &[there.account]), [Verdict::New(vec![])]);
}

// proves: N33
#[test]
fn a_changed_provider_id_keeps_the_account_with_or_without_digits() {
    for mask in ["0417", ""] {
        let known = [worth(ours(1, "Checking", mask, Some("old")), 500), worth(ours(2, "Savings", mask, Some("old2")), 900)];
        let new = [found("new", "Checking", mask, 500), found("new2", "Savings", mask, 900)];
        let got = joined(&assigned(&at(BANK), &new, &known));
        assert_eq!(got, [Some(known[0].account), Some(known[1].account)], "digits: {mask:?}");
    }
}

// proves: N33
#[test]
fn a_name_that_people_gave_does_not_hide_the_account() {
    let mut renamed = ours(1, "Groceries and rent", "0417", None);
    renamed.head.name = "Checking".into();
    let got = joined(&assigned(&at(BANK), &[found("x", "Checking", "0417", 5)], &[renamed.clone()]));
    assert_eq!(got, [Some(renamed.account)]);
}

// proves: N65
#[test]
fn a_deleted_account_stays_deleted_under_another_id_and_yields_to_a_new_link() {
    let gone = Candidate { state: AccountState::Deleted, ..ours(1, "Checking", "0417", Some("old")) };
    let linked_again = ours(2, "Checking", "0417", None);
    let got = joined(&assigned(&at(BANK), &[found("other", "Checking", "0417", 5)], &[linked_again, gone.clone()]));
    assert_eq!(got, [Some(gone.account)]);
    let from_new = Candidate { aliases: vec![], ..gone };
    assert_eq!(assigned(&at(BANK), &[found("other", "Checking", "0417", 5)], &[from_new]), [Verdict::New(vec![])]);
}

// proves: N57
#[test]
fn another_provider_sorts_differently_and_ends_in_the_same_account() {
    let mut known = ours(1, "401(k)", "4821", None);
    known.kind = AccountKind::Retirement;
    known.site = Some("larchmont.example".into());
    known.head.positions = Some(vec![held("AAA", 10), held("BBB", 5)]);
    let mut new = found("m-1", "401(k)", "21", 0);
    new.kind = AccountKind::Brokerage;
    new.positions = Some(vec![position("BBB", 5), position("AAA", 10)]);
    let by_site = Seeker { site: Some("larchmont.example".into()), ..at("Larchmont Workplace Savings") };
    let got = assigned(&by_site, std::slice::from_ref(&new), std::slice::from_ref(&known));
    let m = got[0].ours().expect("the same account");
    assert!(m.reasons.contains(&Reason::Family) && m.reasons.contains(&Reason::Quantities) && m.reasons.contains(&Reason::SomeDigits));
}

// proves: N57
#[test]
fn a_migrated_institution_and_what_is_kept_by_hand_are_asked_about_and_never_guessed() {
    let moved = worth(ours(1, "Checking", "0417", None), 123_456);
    let got = assigned(&at("Foxglove Bank"), &[found("x", "Checking", "0417", 123_456)], std::slice::from_ref(&moved));
    assert_eq!((joined(&got), doubts(&got[0])), (vec![None], vec![moved.account]));

    let by_hand = Candidate { source: Source::Manual, ..worth(ours(2, "Checking", "0417", None), 100) };
    let got = assigned(&at(BANK), &[found("x", "Checking", "0417", 100)], std::slice::from_ref(&by_hand));
    assert_eq!((joined(&got), doubts(&got[0])), (vec![None], vec![by_hand.account]));
    let nameless = Candidate { institution: String::new(), mask: None, ..by_hand };
    let got = assigned(&at(BANK), &[found("x", "Checking", "0417", 100)], std::slice::from_ref(&nameless));
    assert_eq!(doubts(&got[0]), [nameless.account]);
}

// proves: N57
#[test]
fn a_joint_account_by_both_sign_ins_is_one_and_two_of_one_name_need_the_figures() {
    let spouse = Seeker { member: Some(person(2)), ..at(BANK) };
    let joint = worth(ours(1, "Joint checking", "0417", None), 500);
    let same = assigned(&spouse, &[found("x", "Joint checking", "0417", 501)], std::slice::from_ref(&joint));
    assert_eq!(joined(&same), [Some(joint.account)]);
    let few = worth(ours(1, "IRA", "17", None), 500);
    let other = assigned(&spouse, &[found("x", "IRA", "0417", 501)], std::slice::from_ref(&few));
    assert_eq!((joined(&other), doubts(&other[0])), (vec![None], vec![few.account]), "80 less 20: asked");
}

// proves: N57
#[test]
fn without_digits_the_same_persons_second_sign_in_is_asked_about_and_another_persons_is_an_account_of_its_own() {
    let known = worth(ours(1, "Holiday", "", None), 500);
    let who = known.owners[0];
    let new = [found("x", "Holiday", "", 777)];
    let own = assigned(&Seeker { member: Some(who), ..at(BANK) }, &new, std::slice::from_ref(&known));
    assert_eq!((joined(&own), doubts(&own[0])), (vec![None], vec![known.account]));
    let spouse = assigned(&Seeker { member: Some(person(2)), ..at(BANK) }, &new, std::slice::from_ref(&known));
    assert_eq!((joined(&spouse), doubts(&spouse[0])), (vec![None], Vec::new()));
}

#[test]
fn every_reason_has_words() {
    let json = serde_json::to_string(&[Reason::LastDigits, Reason::OtherPerson]).unwrap();
    assert_eq!(json, r#"["last_digits","other_person"]"#);
    assert_eq!(told(Reason::LastDigits), "the same last digits");
}

fn few<T: Clone + std::fmt::Debug + 'static>(of: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(of)
}

proptest! {
    // proves: N33 N57
    #[test]
    fn nobody_is_taken_twice_and_nothing_is_guessed(
        f in prop::collection::vec((0usize..6, few(&["Savings", "Checking", "IRA"]), few(&["", "00", "0000", "0417"]), 0i64..3), 0..7),
        o in prop::collection::vec((few(&["Savings", "Checking", "IRA"]), few(&["", "00", "0000", "0417"]), 0i64..3, prop::option::of(0usize..6)), 0..7),
    ) {
        let mut used = HashSet::new();
        let new: Vec<AccountData> = f.iter().filter(|(id, ..)| used.insert(*id)).map(|(id, n, m, v)| found(&id.to_string(), n, m, *v)).collect();
        let mut named = HashSet::new();
        let known: Vec<Candidate> = o.iter().enumerate().map(|(n, (name, mask, v, alias))| {
            let alias = alias.filter(|a| named.insert(*a)).map(|a| a.to_string());
            worth(ours(n as u8 + 1, name, mask, alias.as_deref()), *v)
        }).collect();
        let got = assigned(&at(BANK), &new, &known);
        let taken: Vec<AccountId> = got.iter().filter_map(|v| v.ours().map(|m| m.account)).collect();
        prop_assert_eq!(taken.iter().collect::<HashSet<_>>().len(), taken.len(), "one of ours, taken twice");
        for (f, v) in new.iter().zip(&got) {
            match v {
                Verdict::Ours(m) => {
                    prop_assert!(m.score >= CERTAIN && !m.reasons.is_empty());
                    let c = known.iter().find(|c| c.account == m.account).unwrap();
                    let clash = |a: &str, b: &str| !a.ends_with(b) && !b.ends_with(a);
                    let by_name = c.aliases.contains(&f.external_id);
                    prop_assert!(by_name || !f.mask.as_deref().zip(c.mask.as_deref()).is_some_and(|(a, b)| clash(a, b)));
                }
                Verdict::New(doubts) => prop_assert!(doubts.iter().all(|d| d.score >= DOUBTFUL && !taken.contains(&d.account))),
            }
        }
        // The same answer in another order ends in the same accounts.
        let turned: Vec<AccountData> = new.iter().rev().cloned().collect();
        let mut again = joined(&assigned(&at(BANK), &turned, &known));
        again.reverse();
        prop_assert_eq!(again, joined(&got));
    }
}
