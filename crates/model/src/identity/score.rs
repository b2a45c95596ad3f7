//! How well one found account fits one of ours: points with reasons, so that people can judge what the program did.

use super::{CERTAIN, Candidate, Match, Reason, Seeker};
use crate::{AccountData, AccountKind, Decimal, PositionData, Source};
use std::collections::HashSet;

/// A provider's promise that the account is the same outweighs everything.
pub(super) const LASTING: u32 = 200;

/// An account of an answer, made ready to be compared with many of ours.
pub struct Seen<'a> {
    data: &'a AccountData,
    /// What it holds, by the key that ours are kept under.
    held: Option<Vec<(String, Decimal)>>,
    securities: HashSet<String>,
}

impl<'a> Seen<'a> {
    pub fn of(data: &'a AccountData) -> Seen<'a> {
        let key = |p: &PositionData| (crate::held::security_key(&p.security), p.quantity);
        let held: Option<Vec<_>> = data.positions.as_ref().map(|all| all.iter().map(key).collect());
        let securities = held.iter().flatten().map(|(k, _)| k.clone()).collect();
        Seen { data, held, securities }
    }
}

/// How well one account of an answer fits one of ours. Nothing in common is no points and no reasons.
///
/// Certain needs the last digits, a lasting id, or the sign-in that knew it before; whatever is kept by hand, and whatever comes under
/// another institution's name, is never certain: somebody is asked.
pub fn score(seeker: &Seeker, seen: &Seen<'_>, ours: &Candidate) -> Match {
    let found = seen.data;
    let mut m = Match { account: ours.account, score: 0, reasons: Vec::new() };
    if found.persistent_id.as_ref().is_some_and(|p| ours.persistent.contains(p)) {
        m.score = LASTING;
        m.reasons.push(Reason::LastingId);
        return m;
    }
    let Some(digits) = digits(found.mask.as_deref(), ours.mask.as_deref()) else { return m };
    let Some(kind) = kinds(found.kind, ours.kind) else { return m };
    let figures = figures(seen, ours);
    let named = seeker.institutions.iter().any(|n| same(n, &ours.institution));
    let site = seeker.site.is_some() && seeker.site == ours.site;
    let by_hand = ours.source == Source::Manual;
    let unnamed = by_hand && ours.institution.is_empty();
    let elsewhere = !named && !site && !unnamed;
    if elsewhere && (digits == Digits::Unknown || figures.is_empty()) {
        // Another institution, and not the same digits and figures: another account.
        return m;
    }
    let mut points = 0i64;
    let mut add = |p: i64, why: Reason| {
        points += p;
        m.reasons.push(why);
    };
    match (named, site) {
        (true, _) => add(10, Reason::Institution),
        (_, true) => add(10, Reason::Site),
        _ if elsewhere => add(0, Reason::OtherInstitution),
        _ => {}
    }
    add(if kind == Reason::Kind { 10 } else { 0 }, kind);
    match digits {
        Digits::Same => add(60, Reason::LastDigits),
        Digits::Ending => add(40, Reason::SomeDigits),
        Digits::Unknown => {}
    }
    // People may have renamed ours: what the institution called it last counts as well.
    let official = found.official_name.is_some() && found.official_name == ours.head.official_name;
    let called = same(&found.name, &ours.name) || same(&found.name, &ours.head.name) || official;
    if called {
        add(20, Reason::Name);
    }
    let own = seeker.member.is_some_and(|who| ours.owners.contains(&who));
    if called && own && kind == Reason::Kind && digits == Digits::Unknown && !elsewhere && ours.aliases.is_empty() {
        // Nothing tells them apart but their balances, which change from day to day: counted twice in silence is worse than a question.
        add(20, Reason::SamePerson);
    }
    for why in &figures {
        add(20, *why);
    }
    if !ours.aliases.is_empty() {
        // Its old id is not in this answer: whoever is in it by a known name is taken before.
        add(40, Reason::OtherId);
    }
    if by_hand {
        add(20, Reason::ByHand);
    }
    let theirs = seeker.member.is_none_or(|who| ours.owners.is_empty() || ours.owners.contains(&who));
    if !theirs && digits != Digits::Same {
        // A couple can have two accounts of one name; two of one number they have together.
        add(-20, Reason::OtherPerson);
    }
    m.score = u32::try_from(points).unwrap_or(0);
    let proven = digits != Digits::Unknown || !ours.aliases.is_empty();
    if by_hand || elsewhere || !proven {
        m.score = m.score.min(CERTAIN - 1);
    }
    m
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    Same,
    /// One gives fewer digits, and as far as they go they agree.
    Ending,
    Unknown,
}

/// `None`: another number is another account, whatever else agrees.
fn digits(a: Option<&str>, b: Option<&str>) -> Option<Digits> {
    let (Some(a), Some(b)) = (a.filter(|t| !t.is_empty()), b.filter(|t| !t.is_empty())) else { return Some(Digits::Unknown) };
    if a.eq_ignore_ascii_case(b) {
        return Some(Digits::Same);
    }
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    let ends = long.len() > short.len() && long.as_bytes()[long.len() - short.len()..].eq_ignore_ascii_case(short.as_bytes());
    (ends && short.len() >= 2).then_some(Digits::Ending)
}

/// Providers sort accounts in their own ways: within a family their words are no evidence against.
fn kinds(a: AccountKind, b: AccountKind) -> Option<Reason> {
    use AccountKind::*;
    let family = |k: AccountKind| match k {
        Brokerage | Retirement | HealthSavings | Education | Annuity | Crypto => 1,
        Checking | Savings | Cash => 2,
        Mortgage | Loan | StudentLoan => 3,
        CreditCard => 4,
        Property => 5,
        Business => 6,
        Insurance => 7,
        Other => 0,
    };
    match (family(a), family(b)) {
        _ if a == b => Some(Reason::Kind),
        (x, y) if x == y || x * y == 0 => Some(Reason::Family),
        _ => None,
    }
}

fn figures(seen: &Seen<'_>, ours: &Candidate) -> Vec<Reason> {
    let found = seen.data;
    let mut out = Vec::new();
    if let (Some(new), Some(old)) = (&seen.held, &ours.head.positions)
        && !old.is_empty()
        && !new.is_empty()
    {
        let shared = old.iter().filter(|p| seen.securities.contains(&p.security)).count();
        if shared * 4 >= old.len().max(new.len()) * 3 {
            out.push(Reason::Securities);
            let equal = |(k, q): &(String, Decimal)| old.iter().any(|p| p.security == *k && p.quantity == *q);
            if new.len() == old.len() && new.iter().all(equal) {
                out.push(Reason::Quantities);
            }
        }
    }
    let balance = found.value.filter(|v| !v.is_zero());
    if balance.is_some() && balance == ours.head.value && found.currency == ours.head.currency {
        out.push(Reason::Balance);
    }
    out
}

/// Equal but for case, spaces and marks; without memory of their own, because a household's accounts are all compared.
fn same(a: &str, b: &str) -> bool {
    fn plain(t: &str) -> impl Iterator<Item = char> {
        t.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    a.chars().any(char::is_alphanumeric) && plain(a).eq(plain(b))
}

/// A reason as people read it, after "Because: ".
pub fn told(reason: Reason) -> &'static str {
    match reason {
        Reason::KnownHere => "this sign-in knows it already",
        Reason::LastingId => "the data provider’s lasting number is the same",
        Reason::Institution => "the same institution",
        Reason::Site => "the same institution’s website",
        Reason::Kind => "the same kind of account",
        Reason::Family => "a similar kind of account",
        Reason::LastDigits => "the same last digits",
        Reason::SomeDigits => "the same last digits, as far as both are known",
        Reason::Name => "the same name",
        Reason::Securities => "the same securities",
        Reason::Quantities => "the same quantities",
        Reason::Balance => "the same balance to the cent",
        Reason::OtherId => "the same sign-in had it under another number, which is gone",
        Reason::ByHand => "the other one is kept by hand",
        Reason::SamePerson => "the same person signs in for both",
        Reason::OtherPerson => "it comes by another person’s sign-in",
        Reason::OtherInstitution => "the institution goes by another name",
        Reason::SaidByPeople => "somebody said so",
    }
}
