//! What comes in: facts of one person each, with their rhythm and from when until when. What is not known is not zero.

use crate::detail::{Every, words};
use crate::id::{IncomeId, MemberId};
use crate::money::{Money, Total};
use crate::{Currency, Date, Decimal};
use serde::{Deserialize, Serialize};

words!(IncomeKind {
    Salary "salary" "Salary",
    Business "business" "Self-employment",
    Pension "pension" "Pension",
    SocialSecurity "social_security" "Social security",
    Rent "rent" "Rent",
    Other "other" "Other income",
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncomeFact {
    pub id: IncomeId,
    pub member: MemberId,
    pub kind: IncomeKind,
    pub amount: Option<Decimal>,
    pub currency: Currency,
    pub every: Every,
    pub from: Option<Date>,
    /// The last day on which it comes.
    pub until: Option<Date>,
    /// Taken off the list: it was never so.
    pub active: bool,
}

/// Whether it comes on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    Now,
    Later,
    Ended,
}

impl IncomeFact {
    pub fn runs(&self, today: Date) -> Runs {
        match (self.from, self.until) {
            (_, Some(until)) if until < today => Runs::Ended,
            (Some(from), _) if from > today => Runs::Later,
            _ => Runs::Now,
        }
    }
    pub fn a_year(&self) -> Option<Money> {
        let amount = self.amount.and_then(|a| self.every.a_year(a))?;
        Some(Money::new(amount, self.currency.clone()))
    }
}

/// What comes in now, a year, by currency.
pub fn a_year<'a>(all: impl IntoIterator<Item = &'a IncomeFact>, today: Date) -> Total {
    let mut total = Total::default();
    for i in all.into_iter().filter(|i| i.active && i.runs(today) == Runs::Now) {
        total.add(i.a_year().as_ref());
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;
    use crate::money::decimal;

    #[test]
    fn a_year_adds_up_what_comes_now_and_counts_what_is_not_known() {
        let day = |t: &str| t.parse::<Date>().unwrap();
        let base = IncomeFact {
            id: IncomeId::new(Time::from_seconds(1_795_000_000), [1; 10]),
            member: MemberId::new(Time::from_seconds(1_795_000_000), [2; 10]),
            kind: IncomeKind::Salary,
            amount: decimal("8333.33"),
            currency: Currency::usd(),
            every: Every::Month,
            from: None,
            until: None,
            active: true,
        };
        let all = [
            base.clone(),
            IncomeFact { amount: None, ..base.clone() },
            IncomeFact { until: Some(day("2026-11-20")), ..base.clone() },
            IncomeFact { from: Some(day("2026-11-22")), ..base.clone() },
            IncomeFact { active: false, ..base.clone() },
            IncomeFact { currency: "EUR".parse().unwrap(), every: Every::Quarter, ..base.clone() },
        ];
        let total = a_year(&all, day("2026-11-21"));
        let said: Vec<String> = total.by_currency.iter().map(|(c, d)| format!("{d} {c}")).collect();
        assert_eq!((said, total.unknown), (vec!["33333.32 EUR".to_owned(), "99999.96 USD".to_owned()], 1));
    }
}
