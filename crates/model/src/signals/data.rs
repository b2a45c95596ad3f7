//! Rules over the figures themselves: how old they are, which are not there, which may count twice, which cannot be added up.

use super::{Account, Household, Limit, Mend, Missing, Outcome, Rule, Step, Unit, Verdict, say};
use crate::{Currency, Decimal, Source};
use std::collections::BTreeMap;

pub(super) const RULES: &[Rule] = &[
    Rule {
        key: "stale_fed",
        version: 1,
        title: "Values that come by themselves are out of date",
        client: "Some values are out of date",
        about: "The age of each value that a connection or a custody feed brings.",
        how: "days from each value to today; the oldest counts",
        reads: &["fed accounts", "of when their values are"],
        limit: Limit::at_most(crate::sums::OUT_OF_DATE_DAYS.unsigned_abs(), Unit::Days, 365),
        apply: stale_fed,
    },
    Rule {
        key: "stale_typed",
        version: 1,
        title: "Values that were typed are old",
        client: "Some values that were entered by hand are old",
        about: "The age of each value that somebody typed or that came in a file.",
        how: "days from each value to today; the oldest counts",
        reads: &["accounts kept by hand or from files", "of when their values are"],
        limit: Limit::at_most(365, Unit::Days, 3650),
        apply: stale_typed,
    },
    Rule {
        key: "value_missing",
        version: 1,
        title: "An account has no value",
        client: "An account has no value yet",
        about: "Accounts whose value was never provided. Totals leave them out and say so.",
        how: "accounts − accounts with a value",
        reads: &["all accounts"],
        limit: None,
        apply: value_missing,
    },
    Rule {
        key: "same_account",
        version: 1,
        title: "An account may be counted twice",
        client: "An account may be counted twice",
        about: "Pairs that may be one account by two paths, while nobody has answered.",
        how: "questions about pairs that nobody has answered",
        reads: &["open questions about accounts"],
        limit: None,
        apply: same_account,
    },
    Rule {
        key: "currencies",
        version: 1,
        title: "Amounts in several currencies without a rate",
        client: "Your accounts are in several currencies",
        about: "Currencies beside the household’s most frequent one for which no exchange rate of the last ten days is kept: their amounts stand \
                beside each other and have no total.",
        how: "currencies beside the most frequent one without a rate of the last ten days",
        reads: &["all accounts", "exchange rates"],
        limit: None,
        apply: currencies,
    },
];

/// A rate that is older says nothing of today.
const RATE_DAYS: i32 = 10;

fn old(h: &Household, limit: Decimal, fed: bool, why: &'static str) -> Verdict {
    let is_fed = |s: Source| matches!(s, Source::Aggregation | Source::Integration);
    let accounts: Vec<&Account> =
        h.accounts.iter().filter(|a| a.source != Source::Model && is_fed(a.source) == fed && a.has_worth()).collect();
    if accounts.is_empty() {
        return Verdict::nothing(why);
    }
    let (mut dated, mut missing) = (Vec::new(), Vec::new());
    for a in &accounts {
        match a.as_of.filter(|_| a.value.is_some()) {
            Some(day) => dated.push((*a, day, say::days_old(day, h.today))),
            None => missing.push(Missing::new(format!("a value of {} and of when it is", a.name), Mend::Account(a.id))),
        }
    }
    dated.sort_by_key(|(_, day, _)| *day);
    let at: Vec<Mend> = dated.iter().filter(|(_, _, age)| Decimal::from(*age) > limit).map(|(a, ..)| Mend::Account(a.id)).collect();
    let Some((_, _, oldest)) = dated.first().filter(|_| !at.is_empty() || missing.is_empty()) else {
        return Verdict::new(Outcome::cannot(missing), &accounts);
    };
    let age = |n: i32| say::count(n.max(0) as usize, "day", "days");
    let measure = age(*oldest);
    let line = |(a, day, n): &(&Account, crate::Date, i32)| {
        Step::new(a.name.clone(), format!("{} to {}", say::day(*day), say::day(h.today)), age(*n))
    };
    let mut steps: Vec<Step> = dated.iter().map(line).collect();
    steps.extend(missing.iter().map(|m| Step::new("Not counted", m.what.clone(), "not known")));
    Verdict::new(Outcome::of(!at.is_empty(), measure, steps, at), &accounts)
}

fn stale_fed(h: &Household, limit: Decimal) -> Verdict {
    old(h, limit, true, "No account is fed by a connection")
}

fn stale_typed(h: &Household, limit: Decimal) -> Verdict {
    old(h, limit, false, "No account is kept by hand or from a file")
}

fn value_missing(h: &Household, _: Decimal) -> Verdict {
    let all: Vec<&Account> = h.accounts.iter().filter(|a| a.has_worth()).collect();
    if all.is_empty() {
        return Verdict::nothing("No account that has a value is recorded");
    }
    let without: Vec<&&Account> = all.iter().filter(|a| a.value.is_none()).collect();
    let measure = format!("{} of {}", without.len(), say::count(all.len(), "account", "accounts"));
    let mut steps: Vec<Step> = without.iter().map(|a| Step::new(a.name.clone(), "its value", "not provided")).collect();
    let expression = format!("{} − {} with a value", all.len(), all.len() - without.len());
    steps.push(Step::new("Without a value", expression, measure.clone()));
    let at: Vec<Mend> = without.iter().map(|a| Mend::Account(a.id)).collect();
    Verdict::new(Outcome::of(!at.is_empty(), measure, steps, at), &all)
}

fn same_account(h: &Household, _: Decimal) -> Verdict {
    if h.accounts.is_empty() {
        return Verdict::nothing("No account is recorded");
    }
    let all: Vec<&Account> = h.accounts.iter().collect();
    let measure = say::count(h.doubts.len(), "open question", "open questions");
    let mut steps: Vec<Step> = h.doubts.iter().map(|(a, b)| Step::new(a.clone(), format!("may be {b}"), "nobody has said")).collect();
    steps.push(Step::new("Waiting for an answer", say::count(all.len(), "account looked at", "accounts looked at"), measure.clone()));
    let at = if h.doubts.is_empty() { Vec::new() } else { vec![Mend::Same] };
    Verdict::new(Outcome::of(!at.is_empty(), measure, steps, at), &all)
}

fn currencies(h: &Household, _: Decimal) -> Verdict {
    let valued: Vec<&Account> = h.accounts.iter().filter(|a| a.value.is_some()).collect();
    if valued.is_empty() {
        return Verdict::nothing("No value is recorded");
    }
    let mut counts: BTreeMap<&Currency, usize> = BTreeMap::new();
    for m in valued.iter().filter_map(|a| a.value.as_ref()) {
        *counts.entry(&m.currency).or_default() += 1;
    }
    let own = h.currency();
    let (mut without, mut steps) = (0, Vec::new());
    for (c, n) in counts {
        let accounts = say::count(n, "account", "accounts");
        let result = match h.rates.get(c) {
            _ if *c == own => "the household’s own".into(),
            Some(day) if say::days_old(*day, h.today) <= RATE_DAYS => format!("rate of {}", say::day(*day)),
            Some(day) => {
                without += 1;
                format!("newest rate is of {}", say::day(*day))
            }
            None => {
                without += 1;
                "no rate is kept".into()
            }
        };
        steps.push(Step::new(c.code(), accounts, result));
    }
    let measure = say::count(without, "currency without a rate", "currencies without a rate");
    let at = if without == 0 { Vec::new() } else { vec![Mend::Prices] };
    Verdict::new(Outcome::of(without > 0, measure, steps, at), &valued)
}
