//! Rules over what investment accounts hold. What is not explained by positions could be anything: it is taken for the best and for the worst,
//! and where the two disagree nothing is told.

use super::{Account, Household, Limit, Mend, Missing, Outcome, Rule, Step, Unit, Verdict, add_up, digits, exceeds, say};
use crate::head::HeadPosition;
use crate::{AccountKind, Currency, Decimal, Money, SecurityKind};
use std::collections::BTreeMap;

pub(super) const RULES: &[Rule] = &[
    Rule {
        key: "concentration",
        version: 1,
        title: "One security is a large part of the investments",
        client: "One security is a large part of your investments",
        about: "The largest single share, bond or coin over all investment accounts together. Funds and cash are spread, and do not count as one.",
        how: "the largest single share, bond or coin by ticker, over all investment accounts ÷ what these accounts are worth. Funds and cash are no single security. What positions do not explain counts as nothing for a finding, and as one security for fine",
        reads: &["investment accounts", "their positions"],
        limit: Limit::at_most(10, Unit::Percent, 100),
        apply: concentration,
    },
    Rule {
        key: "cash_drag",
        version: 1,
        title: "Much of the investments lies in cash",
        client: "Much of your investments lies in cash",
        about: "Cash inside investment accounts, as a part of what they are worth. Bank accounts do not count.",
        how: "positions that are cash ÷ what the investment accounts are worth. What positions do not explain counts as no cash for a finding, and as all cash for fine",
        reads: &["investment accounts", "their positions"],
        limit: Limit::at_most(10, Unit::Percent, 100),
        apply: cash_drag,
    },
    Rule {
        key: "cost_basis",
        version: 1,
        title: "What was paid for holdings is not known",
        client: "What was paid for some of your holdings is not known",
        about: "Positions of brokerage and crypto accounts without a cost basis, as a part of all their positions: gains cannot be told without it.",
        how: "value of positions without a cost basis ÷ value of all positions, cash apart",
        reads: &["brokerage and crypto accounts", "their positions"],
        limit: Limit::at_most(5, Unit::Percent, 100),
        apply: cost_basis,
    },
];

fn is_cash(p: &HeadPosition) -> bool {
    p.cash_equivalent || p.kind == SecurityKind::Cash
}

/// What the accounts hold, as far as their positions explain it.
#[derive(Default)]
struct Held {
    cash: Decimal,
    /// Single securities by ticker or key: name and value.
    single: BTreeMap<String, (String, Decimal)>,
    /// Worth that nothing explains.
    open: Decimal,
    missing: Vec<Missing>,
    /// A part has no amount: no bound holds.
    unbound: bool,
}

impl Held {
    fn of(accounts: &[&Account], currency: &Currency) -> Option<Held> {
        let mut held = Held::default();
        for a in accounts {
            held.account(a, currency)?;
        }
        Some(held)
    }

    fn account(&mut self, a: &Account, currency: &Currency) -> Option<()> {
        let worth = a.value.as_ref().map_or(Decimal::ZERO, |m| m.amount);
        let at = Mend::Account(a.id);
        let Some(positions) = &a.positions else {
            self.missing.push(Missing::new(format!("what {} holds", a.name), at));
            self.open = self.open.checked_add(worth)?;
            return Some(());
        };
        let mut explained = Decimal::ZERO;
        for p in positions {
            let foreign = p.currency.as_ref().is_some_and(|c| c != currency);
            let Some(value) = p.value.filter(|_| !foreign) else {
                let what = if foreign { "the value in the household’s currency" } else { "the value" };
                self.missing.push(Missing::new(format!("{what} of {} in {}", p.name, a.name), at));
                self.unbound = true;
                continue;
            };
            explained = explained.checked_add(value)?;
            self.position(a, p, value)?;
        }
        let gap = worth.checked_sub(explained)?;
        if gap > Decimal::ZERO && !self.unbound {
            self.missing.push(Missing::new(format!("what holds {} of {}", say::amount(&Money::new(gap, currency.clone())), a.name), at));
            self.open = self.open.checked_add(gap)?;
        }
        Some(())
    }

    fn position(&mut self, a: &Account, p: &HeadPosition, value: Decimal) -> Option<()> {
        match p.kind {
            _ if is_cash(p) => self.cash = self.cash.checked_add(value)?,
            SecurityKind::Etf | SecurityKind::MutualFund => {}
            SecurityKind::Other => {
                self.missing.push(Missing::new(format!("what kind of security {} in {} is", p.name, a.name), Mend::Account(a.id)));
                self.open = self.open.checked_add(value.max(Decimal::ZERO))?;
            }
            _ => {
                let key = p.ticker.as_ref().map_or_else(|| p.security.clone(), |t| t.trim().to_uppercase());
                let entry = self.single.entry(key).or_insert_with(|| (p.name.clone(), Decimal::ZERO));
                entry.1 = entry.1.checked_add(value)?;
            }
        }
        Some(())
    }
}

/// The investment accounts with their worth, or the verdict where nothing can be measured.
fn worth(h: &Household) -> Result<(Vec<&Account>, Currency, Decimal), Verdict> {
    let accounts = h.of(AccountKind::is_investment);
    if accounts.is_empty() {
        return Err(Verdict::nothing("No investment account is recorded"));
    }
    let currency = h.currency();
    let sum = add_up(&accounts, &currency);
    if !sum.missing.is_empty() {
        return Err(Verdict::new(Outcome::cannot(sum.missing), &accounts));
    }
    if sum.known <= Decimal::ZERO {
        return Err(Verdict::nothing("The investment accounts are empty"));
    }
    Ok((accounts, currency, sum.known))
}

/// A part of the whole against the limit: what is not explained counts against it where nothing is found without.
fn judge(accounts: &[&Account], held: Held, part: Decimal, whole: Decimal, limit: Decimal, steps: Vec<Step>, label: &str) -> Verdict {
    let worst = part.checked_add(held.open);
    let (Some(over), Some(could)) = (exceeds(part, 100, limit, whole), worst.and_then(|w| exceeds(w, 100, limit, whole))) else {
        return Verdict::new(Outcome::cannot(vec![digits()]), accounts);
    };
    let measure = say::percent(part, whole);
    if !over && (held.unbound || could) {
        return Verdict::new(Outcome::cannot(held.missing), accounts);
    }
    let mut steps = steps;
    let expression = format!("{} ÷ {}", steps[0].result, steps[1].result);
    steps.push(Step::new(label, expression, measure.clone()));
    let at = accounts.iter().map(|a| Mend::Account(a.id)).collect();
    Verdict::new(Outcome::of(over, measure, steps, at), accounts)
}

fn whole_step(accounts: &[&Account], whole: &str) -> Step {
    Step::new("Investments", say::count(accounts.len(), "account, added up", "accounts, added up"), whole)
}

fn concentration(h: &Household, limit: Decimal) -> Verdict {
    let (accounts, currency, whole) = match worth(h) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let Some(held) = Held::of(&accounts, &currency) else { return Verdict::new(Outcome::cannot(vec![digits()]), &accounts) };
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let largest = held.single.values().max_by_key(|(_, v)| *v).cloned();
    let (name, part) = largest.unwrap_or_else(|| ("No single security".into(), Decimal::ZERO));
    let steps = vec![Step::new("Largest single security", name, money(part)), whole_step(&accounts, &money(whole))];
    judge(&accounts, held, part, whole, limit, steps, "Its part of the investments")
}

fn cash_drag(h: &Household, limit: Decimal) -> Verdict {
    let (accounts, currency, whole) = match worth(h) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let Some(mut held) = Held::of(&accounts, &currency) else { return Verdict::new(Outcome::cannot(vec![digits()]), &accounts) };
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let part = std::mem::take(&mut held.cash);
    let steps = vec![Step::new("Cash in them", "positions that are cash", money(part)), whole_step(&accounts, &money(whole))];
    judge(&accounts, held, part, whole, limit, steps, "Cash as a part of the investments")
}

fn cost_basis(h: &Household, limit: Decimal) -> Verdict {
    let accounts = h.of(|k| matches!(k, AccountKind::Brokerage | AccountKind::Crypto));
    if accounts.is_empty() {
        return Verdict::nothing("No brokerage or crypto account is recorded");
    }
    let currency = h.currency();
    let (mut all, mut without, mut names, mut missing) = (Decimal::ZERO, Decimal::ZERO, Vec::new(), Vec::new());
    for a in &accounts {
        let Some(positions) = &a.positions else {
            missing.push(Missing::new(format!("what {} holds", a.name), Mend::Account(a.id)));
            continue;
        };
        for p in positions.iter().filter(|p| !is_cash(p)) {
            let own = p.currency.as_ref().is_none_or(|c| *c == currency);
            let Some((value, sum)) = p.value.filter(|_| own).and_then(|v| Some((v, all.checked_add(v)?))) else {
                missing.push(Missing::new(format!("the value of {} in {}", p.name, a.name), Mend::Account(a.id)));
                continue;
            };
            all = sum;
            if p.cost_basis.is_none() {
                without += value;
                names.push(p.name.clone());
            }
        }
    }
    if !missing.is_empty() {
        return Verdict::new(Outcome::cannot(missing), &accounts);
    }
    if all <= Decimal::ZERO {
        return Verdict::nothing("The brokerage and crypto accounts hold no securities");
    }
    let Some(over) = exceeds(without, 100, limit, all) else { return Verdict::new(Outcome::cannot(vec![digits()]), &accounts) };
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let measure = say::percent(without, all);
    let which = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let steps = vec![
        Step::new("Without a cost basis", which, money(without)),
        Step::new("All positions", say::count(accounts.len(), "account", "accounts"), money(all)),
        Step::new("Part without", format!("{} ÷ {}", money(without), money(all)), measure.clone()),
    ];
    let at = accounts.iter().map(|a| Mend::Account(a.id)).collect();
    Verdict::new(Outcome::of(over, measure, steps, at), &accounts)
}
