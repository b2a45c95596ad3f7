//! What a 401(k) says about itself: balances by where the money came from, vesting, loans, contributions.

use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::warning::Notes;
use rust_decimal::Decimal;

/// Amounts by where the money came from.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Sources {
    pub pre_tax: Option<Decimal>,
    pub after_tax: Option<Decimal>,
    pub employer_match: Option<Decimal>,
    pub profit_sharing: Option<Decimal>,
    pub rollover: Option<Decimal>,
    pub other_vested: Option<Decimal>,
    pub other_nonvested: Option<Decimal>,
    pub total: Option<Decimal>,
}

impl Sources {
    fn read(p: Part<'_>, notes: &mut Notes) -> Sources {
        Sources {
            pre_tax: p.amount("PRETAX", notes),
            after_tax: p.amount("AFTERTAX", notes),
            employer_match: p.amount("MATCH", notes),
            profit_sharing: p.amount("PROFITSHARING", notes),
            rollover: p.amount("ROLLOVER", notes),
            other_vested: p.amount("OTHERVEST", notes),
            other_nonvested: p.amount("OTHERNONVEST", notes),
            total: p.amount("TOTAL", notes),
        }
    }
}

/// The balance of a 401(k).
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PlanBalance {
    pub cash: Option<Decimal>,
    pub sources: Sources,
    pub rest: Vec<Field>,
}

impl PlanBalance {
    pub(crate) fn read(p: Part<'_>, notes: &mut Notes) -> PlanBalance {
        PlanBalance { cash: p.amount("CASHBAL", notes), sources: Sources::read(p, notes), rest: p.rest() }
    }
}

/// The plan and what a person has in it.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Plan {
    pub employer: Option<String>,
    pub plan_id: Option<String>,
    pub joined: Option<DateTime>,
    pub defer_percent_pre_tax: Option<Decimal>,
    pub defer_percent_after_tax: Option<Decimal>,
    pub vested_percent: Option<Decimal>,
    /// When how much will be vested.
    pub vesting: Vec<(Option<DateTime>, Option<Decimal>)>,
    pub loans: Vec<PlanLoan>,
    pub year_to_date: Option<Activity>,
    pub period_to_date: Option<Activity>,
    pub since_inception: Option<Activity>,
    /// Employer's match, contributions by security, addresses: as the file has them.
    pub rest: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PlanLoan {
    pub id: Option<String>,
    pub description: Option<String>,
    pub initial: Option<Decimal>,
    pub started: Option<DateTime>,
    pub balance: Option<Decimal>,
    pub as_of: Option<DateTime>,
    pub rate_percent: Option<Decimal>,
    pub payment: Option<Decimal>,
    pub payment_every: Option<String>,
    pub payments_left: Option<u32>,
    pub matures: Option<DateTime>,
}

/// What went in, came out and was earned over a time.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Activity {
    pub from: Option<DateTime>,
    pub to: Option<DateTime>,
    pub contributions: Option<Sources>,
    pub withdrawals: Option<Sources>,
    pub earnings: Option<Sources>,
}

impl Plan {
    pub(crate) fn read(p: Part<'_>, notes: &mut Notes) -> Plan {
        let summary = p.part("INV401KSUMMARY");
        let over = |name: &'static str, notes: &mut Notes| summary.and_then(|s| s.part(name)).map(|a| Activity::read(a, notes));
        Plan {
            employer: p.string("EMPLOYERNAME"),
            plan_id: p.string("PLANID"),
            joined: p.date("PLANJOINDATE", notes),
            defer_percent_pre_tax: p.amount("DEFERPCTPRETAX", notes),
            defer_percent_after_tax: p.amount("DEFERPCTAFTERTAX", notes),
            vested_percent: p.amount("CURRENTVESTPCT", notes),
            vesting: p.parts("VESTINFO").map(|v| (v.date("VESTDATE", notes), v.amount("VESTPCT", notes))).collect(),
            loans: p.parts("LOANINFO").map(|l| PlanLoan::read(l, notes)).collect(),
            year_to_date: over("YEARTODATE", notes),
            period_to_date: over("PERIODTODATE", notes),
            since_inception: over("INCEPTODATE", notes),
            rest: p.rest(),
        }
    }
}

impl PlanLoan {
    fn read(l: Part<'_>, notes: &mut Notes) -> PlanLoan {
        PlanLoan {
            id: l.string("LOANID"),
            description: l.string("LOANDESC"),
            initial: l.amount("INITIALLOANBAL", notes),
            started: l.date("LOANSTARTDATE", notes),
            balance: l.amount("CURRENTLOANBAL", notes),
            as_of: l.date("DTASOF", notes),
            rate_percent: l.amount("LOANRATE", notes),
            payment: l.amount("LOANPMTAMT", notes),
            payment_every: l.string("LOANPMTFREQ"),
            payments_left: l.whole("LOANPMTSREMAINING"),
            matures: l.date("LOANMATURITYDATE", notes),
        }
    }
}

impl Activity {
    fn read(a: Part<'_>, notes: &mut Notes) -> Activity {
        let of = |name: &'static str, notes: &mut Notes| a.part(name).map(|s| Sources::read(s, notes));
        Activity {
            from: a.date("DTSTART", notes),
            to: a.date("DTEND", notes),
            contributions: of("CONTRIBUTIONS", notes),
            withdrawals: of("WITHDRAWALS", notes),
            earnings: of("EARNINGS", notes),
        }
    }
}
