//! Rules over policies: what they cover, whom, for whom, and until when. An insurance account that nobody has described is no policy without
//! cover: nobody knows.

use super::debts::owed;
use super::{Account, Household, Limit, Mend, Missing, Outcome, Rule, Step, Unit, Verdict, add_up, digits, say};
use crate::detail::{Detail, Policy, PolicyKind};
use crate::{AccountKind, Currency, Decimal, Money};

pub(super) const RULES: &[Rule] = &[
    Rule {
        key: "life_cover",
        version: 1,
        title: "Life cover is less than what is owed",
        client: "Your life cover is less than what you owe",
        about: "The cover of all life policies that have not ended, against everything that is owed.",
        how: "cover of life policies that have not ended ÷ sum of debts",
        reads: &["debts", "life policies"],
        limit: Limit::at_least(100, Unit::Percent, 1000),
        apply: life_cover,
    },
    Rule {
        key: "dependants_cover",
        version: 1,
        title: "Little life cover for each dependant",
        client: "There is little life cover for each person who depends on you",
        about: "The cover of all life policies less everything that is owed, divided by the number of dependants.",
        how: "(cover of life policies that have not ended − sum of debts) ÷ number of dependants",
        reads: &["dependants", "debts", "life policies"],
        limit: Limit::at_least(250_000, Unit::Amount, 100_000_000),
        apply: dependants_cover,
    },
    Rule {
        key: "policy_lapse",
        version: 1,
        title: "A policy has ended or ends soon",
        client: "A policy has ended or ends soon",
        about: "The days that are left of each policy. Whole and universal life may have no end.",
        how: "days from today to the day on which each policy ends; a day that has passed is less than nothing",
        reads: &["policies", "the days on which they end"],
        limit: Limit::at_least(60, Unit::Days, 3650),
        apply: policy_lapse,
    },
    Rule {
        key: "policy_insured",
        version: 1,
        title: "A policy names nobody as insured",
        client: "A policy names nobody as insured",
        about: "Life, disability, long-term care and health policies whose details name no person.",
        how: "policies that insure people, have not ended and name nobody",
        reads: &["policies", "whom they insure"],
        limit: None,
        apply: policy_insured,
    },
    Rule {
        key: "policy_beneficiary",
        version: 1,
        title: "A life policy names no beneficiary",
        client: "A life policy names nobody who receives it",
        about: "Life policies that have not ended and whose details name no beneficiary.",
        how: "life policies that have not ended and name no beneficiary",
        reads: &["life policies", "their beneficiaries"],
        limit: None,
        apply: policy_beneficiary,
    },
];

fn is_life(kind: PolicyKind) -> bool {
    matches!(kind, PolicyKind::TermLife | PolicyKind::WholeLife | PolicyKind::UniversalLife)
}

fn insures_people(kind: PolicyKind) -> bool {
    is_life(kind) || matches!(kind, PolicyKind::Disability | PolicyKind::LongTermCare | PolicyKind::Health)
}

/// The household's policies, those that are described and those that are not.
struct Policies<'a> {
    accounts: Vec<&'a Account>,
    known: Vec<(&'a Account, &'a Policy)>,
    missing: Vec<Missing>,
}

fn policies(h: &Household) -> Policies<'_> {
    let accounts = h.of(|k| k == AccountKind::Insurance);
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for a in &accounts {
        match a.detail.as_ref().and_then(Detail::policy) {
            Some(p) => known.push((*a, p)),
            None => missing.push(Missing::new(format!("what kind of policy {} is", a.name), Mend::Details(a.id))),
        }
    }
    Policies { accounts, known, missing }
}

impl<'a> Policies<'a> {
    fn living(&self, h: &Household, fits: impl Fn(PolicyKind) -> bool) -> Vec<(&'a Account, &'a Policy)> {
        self.known.iter().filter(|(_, p)| fits(p.kind) && p.ends.is_none_or(|d| d >= h.today)).copied().collect()
    }
}

/// Life cover added up in the household's currency, line by line.
fn cover(h: &Household, policies: &Policies<'_>, currency: &Currency) -> Result<(Decimal, Vec<Step>), Vec<Missing>> {
    let (mut sum, mut steps, mut missing) = (Decimal::ZERO, Vec::new(), policies.missing.clone());
    let living = policies.living(h, is_life);
    if living.is_empty() && missing.is_empty() {
        missing.push(Missing::new("life cover: no life policy is recorded that has not ended", Mend::Add));
    }
    for (a, p) in living {
        let at = Mend::Details(a.id);
        match p.cover {
            None => missing.push(Missing::new(format!("the cover of {}", a.name), at)),
            Some(_) if p.currency != *currency => missing.push(Missing::new(format!("the cover of {} in {currency}", a.name), at)),
            Some(c) => match sum.checked_add(c) {
                None => missing.push(digits()),
                Some(s) => {
                    sum = s;
                    steps.push(Step::new(a.name.clone(), p.kind.words(), say::amount(&Money::new(c, currency.clone()))));
                }
            },
        }
    }
    if missing.is_empty() { Ok((sum, steps)) } else { Err(missing) }
}

fn life_cover(h: &Household, limit: Decimal) -> Verdict {
    let debts = owed(h);
    if debts.is_empty() {
        return Verdict::nothing("No debt is recorded");
    }
    let (policies, currency) = (policies(h), h.currency());
    let all: Vec<&Account> = debts.iter().chain(&policies.accounts).copied().collect();
    let down = add_up(&debts, &currency);
    let (covered, mut steps) = match cover(h, &policies, &currency) {
        Ok(found) if down.missing.is_empty() => found,
        Ok(_) => return Verdict::new(Outcome::cannot(down.missing), &all),
        Err(missing) => return Verdict::new(Outcome::cannot(down.missing.into_iter().chain(missing).collect()), &all),
    };
    let owing = -down.known;
    if owing <= Decimal::ZERO {
        return Verdict::nothing("No debt is recorded");
    }
    let Some(short) = limit.checked_mul(owing).and_then(|need| Some(covered.checked_mul(Decimal::ONE_HUNDRED)? < need)) else {
        return Verdict::new(Outcome::cannot(vec![digits()]), &all);
    };
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let measure = say::percent(covered, owing);
    steps.push(Step::new("Owed", say::count(debts.len(), "account, added up", "accounts, added up"), money(owing)));
    steps.push(Step::new("Cover as a part of what is owed", format!("{} ÷ {}", money(covered), money(owing)), measure.clone()));
    let at = policies.accounts.iter().map(|a| Mend::Details(a.id)).collect();
    Verdict::new(Outcome::of(short, measure, steps, at), &all)
}

fn dependants_cover(h: &Household, limit: Decimal) -> Verdict {
    if h.dependants == 0 {
        return Verdict::nothing("No dependant is recorded");
    }
    let (debts, policies, currency) = (owed(h), policies(h), h.currency());
    let all: Vec<&Account> = debts.iter().chain(&policies.accounts).copied().collect();
    let down = add_up(&debts, &currency);
    let (covered, mut steps) = match cover(h, &policies, &currency) {
        Ok(found) if down.missing.is_empty() => found,
        Ok(_) => return Verdict::new(Outcome::cannot(down.missing), &all),
        Err(missing) => return Verdict::new(Outcome::cannot(down.missing.into_iter().chain(missing).collect()), &all),
    };
    let (heads, owing) = (Decimal::from(h.dependants), -down.known);
    let left = covered.checked_sub(owing);
    let Some((left, short)) = left.and_then(|l| Some((l, l < limit.checked_mul(heads)?))) else {
        return Verdict::new(Outcome::cannot(vec![digits()]), &all);
    };
    let money = |d: Decimal| say::amount(&Money::new(d, currency.clone()));
    let each = left.checked_div(heads).unwrap_or_default();
    let about = if each.round_dp(2) == each { "" } else { "about " };
    let measure = format!("{about}{} each", money(each.round_dp(2)));
    steps.push(Step::new("Owed", say::count(debts.len(), "account, added up", "accounts, added up"), money(owing)));
    steps.push(Step::new("Left after debts", format!("{} − {}", money(covered), money(owing)), money(left)));
    let people = say::count(h.dependants, "dependant", "dependants");
    steps.push(Step::new("For each dependant", format!("{} ÷ {people}", money(left)), measure.clone()));
    let at = policies.accounts.iter().map(|a| Mend::Details(a.id)).collect();
    Verdict::new(Outcome::of(short, measure, steps, at), &all)
}

fn policy_lapse(h: &Household, limit: Decimal) -> Verdict {
    let policies = policies(h);
    if policies.accounts.is_empty() {
        return Verdict::nothing("No policy is recorded");
    }
    let (mut steps, mut at, mut least) = (Vec::new(), Vec::new(), None);
    let mut missing = policies.missing.clone();
    for (a, p) in &policies.known {
        let Some(ends) = p.ends else {
            match p.kind {
                PolicyKind::WholeLife | PolicyKind::UniversalLife => {
                    steps.push(Step::new(a.name.clone(), p.kind.words(), "no end on record"))
                }
                _ => missing.push(Missing::new(format!("the day on which {} ends", a.name), Mend::Details(a.id))),
            }
            continue;
        };
        let left = say::days_old(h.today, ends);
        let result = match left {
            ..0 => format!("ended {} ago", say::count(left.unsigned_abs() as usize, "day", "days")),
            0 => "ends today".into(),
            _ => format!("{} left", say::count(left as usize, "day", "days")),
        };
        if Decimal::from(left) < limit {
            at.push(Mend::Details(a.id));
        }
        least = Some(least.map_or((left, result.clone()), |l: (i32, String)| if left < l.0 { (left, result.clone()) } else { l }));
        steps.push(Step::new(a.name.clone(), format!("{} to {}", say::day(h.today), say::day(ends)), result));
    }
    if at.is_empty() && !missing.is_empty() {
        return Verdict::new(Outcome::cannot(missing), &policies.accounts);
    }
    steps.extend(missing.iter().map(|m| Step::new("Not counted", m.what.clone(), "not known")));
    let measure = least.map_or_else(|| "no end on record".into(), |(_, words)| words);
    Verdict::new(Outcome::of(!at.is_empty(), measure, steps, at), &policies.accounts)
}

/// Policies that leave something empty.
fn empty(
    h: &Household,
    fits: fn(PolicyKind) -> bool,
    why: &'static str,
    has: fn(&Account, &Policy) -> bool,
    mend: fn(crate::AccountId) -> Mend,
) -> Verdict {
    let policies = policies(h);
    let of_kind = policies.living(h, fits);
    if of_kind.is_empty() && policies.missing.is_empty() {
        return Verdict::nothing(why);
    }
    let without: Vec<&Account> = of_kind.iter().filter(|(a, p)| !has(a, p)).map(|(a, _)| *a).collect();
    if without.is_empty() && !policies.missing.is_empty() {
        return Verdict::new(Outcome::cannot(policies.missing), &policies.accounts);
    }
    let words = |yes: bool| if yes { "named" } else { "nobody named" };
    let line = |(a, p): &(&Account, &Policy)| Step::new(a.name.clone(), p.kind.words(), words(has(a, p)));
    let mut steps: Vec<Step> = of_kind.iter().map(line).collect();
    steps.extend(policies.missing.iter().map(|m| Step::new("Not counted", m.what.clone(), "not known")));
    let measure = format!("{} of {}", without.len(), say::count(of_kind.len(), "policy", "policies"));
    let at: Vec<Mend> = without.iter().map(|a| mend(a.id)).collect();
    Verdict::new(Outcome::of(!at.is_empty(), measure, steps, at), &policies.accounts)
}

fn policy_insured(h: &Household, _: Decimal) -> Verdict {
    empty(h, insures_people, "No policy that insures people is recorded", |_, p| !p.insured.is_empty(), Mend::Details)
}

fn policy_beneficiary(h: &Household, _: Decimal) -> Verdict {
    let named: fn(&Account, &Policy) -> bool = |a, p| a.has_beneficiary || !p.beneficiaries.trim().is_empty();
    empty(h, is_life, "No life policy is recorded", named, Mend::Beneficiaries)
}
