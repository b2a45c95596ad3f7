//! Rules over what is owed, and over the money at hand for what is due.

use super::{Account, Household, Limit, Mend, Missing, Outcome, Rule, Step, Unit, Verdict, add_up, digits, exceeds, say};
use crate::detail::{Detail, Every};
use crate::{AccountKind, Currency, Decimal, Money};

pub(super) const RULES: &[Rule] = &[
    Rule {
        key: "debt_to_assets",
        version: 1,
        title: "Debts are high beside what is owned",
        client: "Your debts are high beside what you own",
        about: "Everything that is owed, as a part of everything that is owned.",
        how: "sum of debts ÷ sum of everything else",
        reads: &["all accounts"],
        limit: Limit::at_most(50, Unit::Percent, 1000),
        apply: debt_to_assets,
    },
    Rule {
        key: "debt_rate",
        version: 1,
        title: "A debt has a high rate",
        client: "One of your debts has a high rate",
        about: "The rate of each debt, as typed in its details or as the institution says it. A debt that is paid off does not count.",
        how: "each known rate against the threshold; a debt that is paid off is left out. One that is too high is found whatever is missing elsewhere; without one, an unknown rate is missing",
        reads: &["debts", "their rates"],
        limit: Limit::at_most(8, Unit::Percent, 100),
        apply: debt_rate,
    },
    Rule {
        key: "debt_to_income",
        version: 1,
        title: "Payments of debts are high beside the income",
        client: "The payments of your debts are high beside your income",
        about: "What debts cost in a year, as a part of what comes in in a year, before tax.",
        how: "payments of debts × how often a year ÷ income × how often a year, as it comes now. A payment that is not known makes the part \
              larger: too much is found all the same, little enough is not told",
        reads: &["payments of debts", "income"],
        limit: Limit::at_most(36, Unit::Percent, 1000),
        apply: debt_to_income,
    },
    Rule {
        key: "reserve",
        version: 1,
        title: "Little money at hand for the payments on record",
        client: "There is little money at hand for your regular payments",
        about: "Checking, savings and cash against a month of the payments on record: of debts, and of policies’ premiums. What life costs beside \
                that is not recorded, so the true number of months is lower.",
        how: "money in checking, savings and cash × 12 ÷ (each payment × how often a year). A payment that is not known makes the months fewer: too few is found all the same, enough is not told",
        reads: &["checking, savings and cash", "payments of debts", "premiums of policies"],
        limit: Limit::at_least(3, Unit::Months, 60),
        apply: reserve,
    },
];

/// Debts with something on them; those without a value too, because unknown is not zero.
pub(super) fn owed(h: &Household) -> Vec<&Account> {
    let is_open = |a: &&Account| a.kind.is_debt() && a.value.as_ref().is_none_or(|m| !m.amount.is_zero());
    h.accounts.iter().filter(is_open).collect()
}

fn debt_to_assets(h: &Household, limit: Decimal) -> Verdict {
    let debts = owed(h);
    if debts.is_empty() {
        return Verdict::nothing("No debt is recorded");
    }
    let assets: Vec<&Account> = h.of(|k| !k.is_debt()).into_iter().filter(|a| a.has_worth()).collect();
    let all: Vec<&Account> = debts.iter().chain(&assets).copied().collect();
    let currency = h.currency();
    let (down, up) = (add_up(&debts, &currency), add_up(&assets, &currency));
    let mut missing: Vec<Missing> = down.missing.into_iter().chain(up.missing).collect();
    if missing.is_empty() && up.known <= Decimal::ZERO {
        missing.push(Missing::new("anything that is owned: only debts are recorded", Mend::Add));
    }
    if !missing.is_empty() {
        return Verdict::new(Outcome::cannot(missing), &all);
    }
    let owing = -down.known;
    let Some(over) = exceeds(owing, 100, limit, up.known) else { return Verdict::new(Outcome::cannot(vec![digits()]), &all) };
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let measure = say::percent(owing, up.known);
    let steps = vec![
        Step::new("Debts", say::count(debts.len(), "account, added up", "accounts, added up"), money(owing)),
        Step::new("Owned", say::count(assets.len(), "account, added up", "accounts, added up"), money(up.known)),
        Step::new("Debts as a part of what is owned", format!("{} ÷ {}", money(owing), money(up.known)), measure.clone()),
    ];
    let at = debts.iter().map(|a| Mend::Account(a.id)).collect();
    Verdict::new(Outcome::of(over, measure, steps, at), &all)
}

/// One of the institution's named terms, as a number.
fn term(a: &Account, names: &[&str]) -> Option<Decimal> {
    let found = names.iter().find_map(|n| a.terms.iter().find(|(name, _)| name == n))?;
    crate::money::decimal(found.1.trim_end_matches('%'))
}

/// What was typed stands before what the institution says.
fn rate(a: &Account) -> Option<Decimal> {
    let typed = if let Some(Detail::Debt(d)) = &a.detail { d.rate } else { None };
    typed.or_else(|| term(a, &["rate_percent", "purchase_apr", "apr_percent"]))
}

fn debt_rate(h: &Household, limit: Decimal) -> Verdict {
    let debts = owed(h);
    if debts.is_empty() {
        return Verdict::nothing("No debt is recorded");
    }
    let known: Vec<(&Account, Decimal)> = debts.iter().filter_map(|a| Some((*a, rate(a)?))).collect();
    let missing = debts.iter().filter(|a| rate(a).is_none());
    let missing: Vec<Missing> = missing.map(|a| Missing::new(format!("the rate of {}", a.name), Mend::Details(a.id))).collect();
    let over: Vec<&(&Account, Decimal)> = known.iter().filter(|(_, r)| *r > limit).collect();
    let (false, Some(top)) = (over.is_empty() && !missing.is_empty(), known.iter().map(|(_, r)| *r).max()) else {
        return Verdict::new(Outcome::cannot(missing), &debts);
    };
    let mut steps: Vec<Step> = known
        .iter()
        .map(|(a, r)| {
            let beside = if *r > limit { "more than" } else { "not more than" };
            Step::new(a.name.clone(), format!("{}% is {beside} {}%", say::number(*r), say::number(limit)), format!("{}%", say::number(*r)))
        })
        .collect();
    steps.extend(missing.iter().map(|m| Step::new("Not counted", m.what.clone(), "not known")));
    let at = over.iter().map(|(a, _)| Mend::Details(a.id)).collect();
    Verdict::new(Outcome::of(!over.is_empty(), format!("up to {}%", say::number(top)), steps, at), &debts)
}

/// How often a year.
fn times(every: Every) -> i64 {
    match every {
        Every::Month => 12,
        Every::Quarter => 4,
        Every::HalfYear => 2,
        Every::Year => 1,
    }
}

/// What an account costs in a year: amount, how often, as far as it is on record.
fn payment(a: &Account) -> Option<(Decimal, Every, Option<Currency>)> {
    match &a.detail {
        Some(Detail::Debt(d)) if d.payment.is_some() => Some((d.payment?, d.every, None)),
        Some(Detail::Policy(p)) => Some((p.premium?, p.every, Some(p.currency.clone()))),
        _ if a.kind.is_debt() => Some((term(a, &["next_payment", "minimum_payment"])?, Every::Month, None)),
        _ => None,
    }
}

fn debt_to_income(h: &Household, limit: Decimal) -> Verdict {
    let debts = owed(h);
    if debts.is_empty() {
        return Verdict::nothing("No debt is recorded");
    }
    let currency = h.currency();
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let cannot = |missing| Verdict::new(Outcome::cannot(missing), &debts);
    let (mut out, mut soft, mut steps) = (Decimal::ZERO, Vec::new(), Vec::new());
    for a in &debts {
        let Some((each, every, _)) = payment(a).filter(|_| a.value.as_ref().is_none_or(|m| m.currency == currency)) else {
            soft.push(Missing::new(format!("what {} costs in {currency}, and how often", a.name), Mend::Details(a.id)));
            continue;
        };
        let year = each.checked_mul(Decimal::from(times(every)));
        let Some((year, sum)) = year.and_then(|y| Some((y, out.checked_add(y)?))) else { return cannot(vec![digits()]) };
        out = sum;
        steps.push(Step::new(
            a.name.clone(),
            format!("{} {} × {}", money(each), every.words(), times(every)),
            format!("{} a year", money(year)),
        ));
    }
    let total = crate::income::a_year(&h.incomes, h.today);
    let coming = total.by_currency.get(&currency).copied().unwrap_or_default();
    let mut hard = Vec::new();
    if total.unknown > 0 {
        hard.push(Missing::new(say::count(total.unknown, "amount of an income", "amounts of incomes"), Mend::Income));
    }
    if total.by_currency.keys().any(|c| *c != currency) {
        hard.push(Missing::new(format!("income in {currency}: some is in another currency"), Mend::Income));
    }
    if hard.is_empty() && coming <= Decimal::ZERO {
        hard.push(Missing::new("income: none is recorded that comes now", Mend::Income));
    }
    let Some(over) = exceeds(out, 100, limit, coming) else { return cannot(vec![digits()]) };
    if !hard.is_empty() || (!over && !soft.is_empty()) {
        return cannot(hard.into_iter().chain(soft).collect());
    }
    let measure = say::percent(out, coming);
    steps.push(Step::new("Income", "what comes now, added up", format!("{} a year", money(coming))));
    steps.push(Step::new("Payments as a part of it", format!("{} ÷ {}", money(out), money(coming)), measure.clone()));
    steps.extend(soft.iter().map(|m| Step::new("Not counted", m.what.clone(), "not known")));
    let at = debts.iter().map(|a| Mend::Details(a.id)).collect();
    Verdict::new(Outcome::of(over, measure, steps, at), &debts)
}

fn reserve(h: &Household, limit: Decimal) -> Verdict {
    let costs: Vec<&Account> = owed(h).into_iter().chain(h.of(|k| k == AccountKind::Insurance)).collect();
    if costs.is_empty() {
        return Verdict::nothing("No debt and no policy is recorded, so no payment is");
    }
    let liquid = h.of(|k| matches!(k, AccountKind::Checking | AccountKind::Savings | AccountKind::Cash));
    let all: Vec<&Account> = liquid.iter().chain(&costs).copied().collect();
    let currency = h.currency();
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let mut hard = add_up(&liquid, &currency).missing;
    if liquid.is_empty() {
        hard.push(Missing::new("a checking, savings or cash account: none is recorded", Mend::Add));
    }
    let (mut yearly, mut soft, mut steps) = (Decimal::ZERO, Vec::new(), Vec::new());
    for a in &costs {
        let own = a.value.as_ref().map(|m| m.currency.clone());
        match payment(a) {
            None => soft.push(Missing::new(format!("what {} costs, and how often", a.name), Mend::Details(a.id))),
            Some((_, _, c)) if c.clone().or(own.clone()).is_some_and(|c| c != currency) => {
                soft.push(Missing::new(format!("what {} costs in {currency}", a.name), Mend::Details(a.id)));
            }
            Some((each, every, _)) => {
                let year = each.checked_mul(Decimal::from(times(every))).and_then(|y| Some((y, yearly.checked_add(y)?)));
                let Some((year, sum)) = year else { return Verdict::new(Outcome::cannot(vec![digits()]), &all) };
                yearly = sum;
                let expression = format!("{} {} × {}", money(each), every.words(), times(every));
                steps.push(Step::new(a.name.clone(), expression, format!("{} a year", money(year))));
            }
        }
    }
    let at_hand = add_up(&liquid, &currency).known;
    let lasts = at_hand.checked_mul(Decimal::from(12)).and_then(|m| Some((m < limit.checked_mul(yearly)?, m)));
    let Some((short, twelvefold)) = lasts else { return Verdict::new(Outcome::cannot(vec![digits()]), &all) };
    // What is not known makes the months fewer: too few stays too few.
    if !hard.is_empty() || yearly <= Decimal::ZERO || (!short && !soft.is_empty()) {
        return Verdict::new(Outcome::cannot(hard.into_iter().chain(soft).collect()), &all);
    }
    let months = twelvefold.checked_div(yearly).map(say::about).unwrap_or_default();
    let measure = format!("{months} months");
    steps.push(Step::new("Money at hand", say::count(liquid.len(), "account", "accounts"), money(at_hand)));
    steps.push(Step::new("Lasts for", format!("{} × 12 ÷ {}", money(at_hand), money(yearly)), measure.clone()));
    steps.extend(soft.iter().map(|m| Step::new("Not counted", m.what.clone(), "not known")));
    steps.push(Step::new("Not counted", "what life costs beside these payments is not recorded", "not known"));
    let at = liquid.iter().map(|a| Mend::Account(a.id)).collect();
    Verdict::new(Outcome::of(short, measure, steps, at), &all)
}
