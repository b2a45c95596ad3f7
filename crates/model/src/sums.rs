//! What a list of accounts adds up to: by currency, exact, with what is unknown counted and never taken for zero.

use crate::money::Total;
use crate::{AccountState, Custody, Date, Decimal, Money, Source};

/// After so many days a fed account's value is out of date.
pub const OUT_OF_DATE_DAYS: i32 = 7;

/// What the sum needs to know of one account.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    pub value: Option<&'a Money>,
    pub state: AccountState,
    pub custody: Custody,
    pub source: Source,
    pub as_of_day: Option<Date>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// Everything that counts: assets less debts.
    pub total: Total,
    pub held_away: Total,
    pub managed: Total,
    /// Positive values alone, for shares.
    pub assets: Total,
    pub assets_held_away: Total,
    /// Accounts on the page, muted ones included.
    pub accounts: usize,
    pub muted: usize,
    /// Fed accounts whose value is older than [`OUT_OF_DATE_DAYS`], or has never come.
    pub out_of_date: usize,
    pub newest: Option<Date>,
    pub oldest: Option<Date>,
}

impl Sums {
    pub fn of<'a>(items: impl IntoIterator<Item = Item<'a>>, today: Date) -> Sums {
        let mut sums = Sums::default();
        for item in items.into_iter().filter(|i| i.state != AccountState::Deleted) {
            sums.add(&item, today);
        }
        sums
    }

    fn add(&mut self, item: &Item<'_>, today: Date) {
        self.accounts += 1;
        if !item.state.counts() {
            self.muted += 1;
            return;
        }
        let away = item.custody == Custody::HeldAway;
        self.total.add(item.value);
        if away {
            self.held_away.add(item.value)
        } else {
            self.managed.add(item.value)
        }
        if let Some(m) = item.value.filter(|m| m.amount > Decimal::ZERO) {
            self.assets.add(Some(m));
            if away {
                self.assets_held_away.add(Some(m));
            }
        }
        if let Some(day) = item.as_of_day {
            self.newest = Some(self.newest.map_or(day, |d| d.max(day)));
            self.oldest = Some(self.oldest.map_or(day, |d| d.min(day)));
        }
        if is_out_of_date(item.source, item.as_of_day, today) {
            self.out_of_date += 1;
        }
    }

    /// Held-away assets and all assets, where both are of one currency.
    pub fn held_away_share(&self) -> Option<(Decimal, Decimal)> {
        let all = self.assets.single()?;
        let away = self.assets_held_away.by_currency.get(&all.currency).copied().unwrap_or_default();
        Some((away, all.amount))
    }
}

/// A value that should have come and did not. What people type is as old as they left it.
pub fn is_out_of_date(source: Source, as_of_day: Option<Date>, today: Date) -> bool {
    let fed = matches!(source, Source::Aggregation | Source::Integration);
    fed && as_of_day.is_none_or(|day| day.until(today).map_or(0, |s| s.get_days()) > OUT_OF_DATE_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, money::decimal};

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }
    fn usd(text: &str) -> Money {
        Money::usd(decimal(text).unwrap())
    }
    fn item(value: Option<&Money>, custody: Custody) -> Item<'_> {
        Item { value, state: AccountState::Live, custody, source: Source::Aggregation, as_of_day: Some(day("2026-11-19")) }
    }

    // proves: N53 N66
    #[test]
    fn unknown_is_not_zero_and_muted_is_not_counted() {
        let (ira, home, loan) = (usd("208900.10"), usd("100.05"), usd("-412750"));
        let sums = Sums::of(
            [
                item(Some(&ira), Custody::Managed),
                item(Some(&home), Custody::HeldAway),
                item(Some(&loan), Custody::HeldAway),
                item(None, Custody::HeldAway),
                Item { state: AccountState::Muted, ..item(Some(&ira), Custody::HeldAway) },
                Item { state: AccountState::Deleted, ..item(Some(&ira), Custody::HeldAway) },
            ],
            day("2026-11-20"),
        );
        assert_eq!(sums.total.single(), Some(usd("-203749.85")));
        assert_eq!(sums.managed.single(), Some(usd("208900.10")));
        assert_eq!(sums.held_away.unknown, 1);
        assert_eq!((sums.accounts, sums.muted), (5, 1));
        assert_eq!(sums.held_away_share(), Some((decimal("100.05").unwrap(), decimal("209000.15").unwrap())));
    }

    #[test]
    fn currencies_are_never_added_to_each_other() {
        let (a, b) = (usd("10"), Money::new(decimal("20").unwrap(), "SEK".parse::<Currency>().unwrap()));
        let sums = Sums::of([item(Some(&a), Custody::HeldAway), item(Some(&b), Custody::HeldAway)], day("2026-11-20"));
        assert_eq!(sums.total.single(), None);
        assert_eq!(sums.total.by_currency.len(), 2);
        assert_eq!(sums.held_away_share(), None);
    }

    #[test]
    fn a_fed_value_is_out_of_date_after_a_week_and_a_typed_one_never() {
        let today = day("2026-11-20");
        assert!(!is_out_of_date(Source::Aggregation, Some(day("2026-11-13")), today));
        assert!(is_out_of_date(Source::Aggregation, Some(day("2026-11-12")), today));
        assert!(is_out_of_date(Source::Aggregation, None, today));
        assert!(!is_out_of_date(Source::Manual, Some(day("2020-01-01")), today));
    }
}
