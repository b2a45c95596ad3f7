//! Policies and legal documents at their thresholds.

use super::*;

#[test]
fn documents_are_looked_at_again() {
    use crate::documents::{DocumentFact, USUAL};
    let who = MemberId::new(crate::Time(0), [1; 10]);
    let h = |reviews: &[&str]| {
        let document = |(n, review): (usize, &&str)| DocumentFact {
            id: crate::id::DocumentId::new(crate::Time(0), [n as u8; 10]),
            member: who,
            kind: USUAL[n],
            signed: None,
            kept: String::new(),
            review: Some(day(review)),
            active: true,
        };
        let documents = reviews.iter().enumerate().map(document).collect();
        Household { adults: vec![(who, "Ngozi".into())], documents, ..home(Vec::new()) }
    };
    fine("document_review", &h(&["2026-11-20"; 3]), "0");
    assert_eq!(finding("document_review", &h(&["2026-11-19"; 3]), "0").0, "1 day over");
    finding("document_review", &h(&["2026-11-19"]), "0");
    assert_eq!(missing("document_review", &h(&["2027-01-01"; 2]), "0"), "a health directive of Ngozi");
}

#[test]
fn a_policy_without_a_cash_value_has_no_missing_value() {
    let term = Account { value: None, as_of: None, ..policy(1, |_| {}) };
    for key in ["value_missing", "stale_typed"] {
        assert!(matches!(told(key, &home(vec![term.clone()]), "0"), Outcome::Nothing { .. }), "{key}");
    }
    fine("debt_to_assets", &home(vec![account(2, Property, "10"), debt(3, "-1", None, None), term]), "50");
    finding("value_missing", &home(vec![Account { value: None, ..account(1, Insurance, "") }]), "0");
}

#[test]
fn cover_of_debts_and_for_dependants() {
    let h = home(vec![debt(1, "-100000", None, None), policy(2, |_| {})]);
    fine("life_cover", &h, "100");
    assert_eq!(finding("life_cover", &h, "100.01").0, "100%");
    let none = home(vec![debt(1, "-100000", None, None)]);
    assert_eq!(missing("life_cover", &none, "100"), "life cover: no life policy is recorded that has not ended");
    let unknown = home(vec![debt(1, "-100000", None, None), policy(2, |p| p.cover = None)]);
    assert_eq!(missing("life_cover", &unknown, "100"), "the cover of insurance 2");
    let ended = home(vec![debt(1, "-1", None, None), policy(2, |p| p.ends = Some(day("2026-11-19")))]);
    assert!(missing("life_cover", &ended, "100").contains("no life policy"));

    let family = Household { dependants: 2, ..home(vec![debt(1, "-40000", None, None), policy(2, |_| {})]) };
    fine("dependants_cover", &family, "30000");
    assert_eq!(finding("dependants_cover", &family, "30001").0, "$30,000 each");
    let alone = Household { dependants: 2, ..home(Vec::new()) };
    assert!(missing("dependants_cover", &alone, "30000").contains("no life policy is recorded"));
}

#[test]
fn policies_end_and_name_people() {
    let soon = |d: &str| home(vec![policy(1, |p| p.ends = Some(day(d)))]);
    fine("policy_lapse", &soon("2027-01-19"), "60");
    assert_eq!(finding("policy_lapse", &soon("2027-01-18"), "60").0, "59 days left");
    assert_eq!(finding("policy_lapse", &soon("2026-11-10"), "60").0, "ended 10 days ago");
    assert_eq!(missing("policy_lapse", &home(vec![policy(1, |p| p.ends = None)]), "60"), "the day on which insurance 1 ends");
    let whole = |p: &mut Policy| (p.kind, p.ends) = (PolicyKind::WholeLife, None);
    fine("policy_lapse", &home(vec![policy(1, whole)]), "60");

    fine("policy_insured", &home(vec![policy(1, |_| {})]), "0");
    assert_eq!(finding("policy_insured", &home(vec![policy(1, |p| p.insured.clear())]), "0").0, "1 of 1 policy");
    fine("policy_beneficiary", &home(vec![policy(1, |_| {})]), "0");
    assert_eq!(finding("policy_beneficiary", &home(vec![policy(1, |p| p.beneficiaries = " ".into())]), "0").0, "1 of 1 policy");
    let listed = Account { has_beneficiary: true, ..policy(1, |p| p.beneficiaries = String::new()) };
    fine("policy_beneficiary", &home(vec![listed]), "0");
    // A policy that nobody has described is no policy without people.
    for key in ["policy_lapse", "policy_insured", "policy_beneficiary"] {
        assert_eq!(missing(key, &home(vec![account(1, Insurance, "5")]), "60"), "what kind of policy insurance 1 is");
    }
    let motor = |p: &mut Policy| (p.kind, p.beneficiaries) = (PolicyKind::Motor, String::new());
    assert!(matches!(told("policy_beneficiary", &home(vec![policy(1, motor)]), "0"), Outcome::Nothing { .. }));
}
