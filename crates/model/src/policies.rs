//! The policy summary: who is insured, what is covered, what it costs a year. Nothing is converted, rounded or guessed; what nobody
//! recorded is counted as unknown and never taken for nothing.

use crate::detail::{Every, Policy, PolicyKind};
use crate::money::{Money, Total};
use crate::{Date, Decimal, MemberId};

impl Every {
    /// How often in a year.
    pub fn times(self) -> u32 {
        match self {
            Every::Month => 12,
            Every::Quarter => 4,
            Every::HalfYear => 2,
            Every::Year => 1,
        }
    }
    /// What comes together in a year; `None` where it has more digits than can be kept.
    pub fn a_year(self, amount: Decimal) -> Option<Decimal> {
        amount.checked_mul(Decimal::from(self.times()))
    }
}

impl PolicyKind {
    /// Pays somebody after the insured's death: who that is has to be named.
    pub fn is_life(self) -> bool {
        matches!(self, PolicyKind::TermLife | PolicyKind::WholeLife | PolicyKind::UniversalLife)
    }
}

impl Policy {
    pub fn premium_a_year(&self) -> Option<Money> {
        let amount = self.premium.and_then(|p| self.every.a_year(p))?;
        Some(Money::new(amount, self.currency.clone()))
    }
    pub fn covers(&self) -> Option<Money> {
        self.cover.map(|c| Money::new(c, self.currency.clone()))
    }
    /// Its term is over: it covers nothing any more.
    pub fn is_over(&self, today: Date) -> bool {
        self.ends.is_some_and(|d| d < today)
    }
}

/// One policy as the summary takes it.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// What is recorded of it beyond its value, where anything is.
    pub policy: Option<&'a Policy>,
    /// Muted accounts are in no total.
    pub counts: bool,
}

/// Whom policies insure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// By place among the people.
    One(usize),
    Several,
    /// Nobody is named, or nothing is recorded.
    Nobody,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Who, and the places of their policies, in the order of kinds.
    pub groups: Vec<(Of, Vec<usize>)>,
    pub life: Total,
    pub disability: Total,
    pub liability: Total,
    /// Premiums a year.
    pub premiums: Total,
    /// Policies whose term is over: in no total.
    pub over: usize,
    /// Policies of which no kind is recorded: nobody can say which cover they belong to.
    pub unsorted: usize,
}

impl Summary {
    /// `people` in their order.
    pub fn of(items: &[Item<'_>], people: &[MemberId], today: Date) -> Summary {
        let mut out = Summary::default();
        for item in items.iter().filter(|i| i.counts) {
            match item.policy {
                None => {
                    out.unsorted += 1;
                    out.premiums.add(None);
                }
                Some(p) if p.is_over(today) => out.over += 1,
                Some(p) => {
                    let side = match p.kind {
                        k if k.is_life() => Some(&mut out.life),
                        PolicyKind::Disability => Some(&mut out.disability),
                        PolicyKind::Liability => Some(&mut out.liability),
                        _ => None,
                    };
                    if let Some(total) = side {
                        total.add(p.covers().as_ref());
                    }
                    out.premiums.add(p.premium_a_year().as_ref());
                }
            }
        }
        let mut places: Vec<(Of, u8, usize)> = items.iter().enumerate().map(|(n, i)| (whom(i.policy, people), rank(i.policy), n)).collect();
        places.sort_unstable();
        out.groups = places.chunk_by(|a, b| a.0 == b.0).map(|g| (g[0].0, g.iter().map(|(_, _, n)| *n).collect())).collect();
        out
    }
}

fn whom(policy: Option<&Policy>, people: &[MemberId]) -> Of {
    let insured: Vec<usize> =
        policy.map(|p| p.insured.iter().filter_map(|m| people.iter().position(|x| x == m)).collect()).unwrap_or_default();
    match insured.as_slice() {
        [] => Of::Nobody,
        [one] => Of::One(*one),
        _ => Of::Several,
    }
}

fn rank(policy: Option<&Policy>) -> u8 {
    let place = |p: &Policy| PolicyKind::ALL.iter().position(|k| *k == p.kind);
    policy.and_then(place).and_then(|n| u8::try_from(n).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use crate::money::decimal;

    fn policy(kind: PolicyKind, cover: Option<&str>, premium: Option<&str>, every: Every, insured: &[MemberId]) -> Policy {
        let amount = |t: Option<&str>| t.map(|t| decimal(t).unwrap());
        let (cover, premium) = (amount(cover), amount(premium));
        let insured = insured.to_vec();
        Policy { kind, currency: Currency::usd(), cover, premium, every, insured, beneficiaries: String::new(), ends: None }
    }

    // proves: N53
    #[test]
    fn premiums_a_year_are_exact_and_what_is_not_recorded_or_over_is_no_cover() {
        let today: Date = "2026-11-21".parse().unwrap();
        let [a, b] = [1, 2].map(|n| MemberId::from_uuid(uuid::Uuid::from_u128(n)));
        let life = policy(PolicyKind::TermLife, Some("1000000"), Some("51.07"), Every::Month, &[a]);
        let unknown = policy(PolicyKind::WholeLife, None, None, Every::Year, &[]);
        let over = Policy {
            ends: Some("2026-11-20".parse().unwrap()),
            ..policy(PolicyKind::TermLife, Some("750000"), Some("804"), Every::Year, &[b])
        };
        let euro = Policy {
            currency: "EUR".parse().unwrap(),
            ..policy(PolicyKind::Liability, Some("2000000"), Some("97.505"), Every::Quarter, &[a, b])
        };
        let muted = policy(PolicyKind::TermLife, Some("5"), Some("5"), Every::Year, &[b]);
        let item = |policy, counts| Item { policy, counts };
        let items = [
            item(Some(&life), true),
            item(Some(&unknown), true),
            item(Some(&over), true),
            item(Some(&euro), true),
            item(Some(&muted), false),
            item(None, true),
        ];
        let s = Summary::of(&items, &[a, b], today);
        assert_eq!(s.life.single(), Some(Money::usd(decimal("1000000").unwrap())));
        assert_eq!((s.life.unknown, s.over, s.unsorted), (1, 1, 1));
        let premiums: Vec<_> = s.premiums.by_currency.iter().map(|(c, d)| format!("{d} {c}")).collect();
        assert_eq!((premiums.as_slice(), s.premiums.unknown), (["390.020 EUR".to_owned(), "612.84 USD".to_owned()].as_slice(), 2));
        assert_eq!(s.groups, [(Of::One(0), vec![0]), (Of::One(1), vec![2, 4]), (Of::Several, vec![3]), (Of::Nobody, vec![1, 5])]);
    }
}
