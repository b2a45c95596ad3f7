//! What the forms say beyond a value, read exactly or refused at its field.

use super::Choices;
use crate::Field;
use model::detail::{Debt, Detail, Every, Policy, PolicyKind, Property, PropertyKind};
use model::fact::MemberRole;
use model::{AccountKind, Currency, Date, Decimal, MemberId, text};

/// As typed; what a form does not have is empty.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Of a property or a policy.
    pub sort: String,
    pub address: String,
    pub mortgage: String,
    pub rate: String,
    pub payment: String,
    pub every: String,
    pub ends: String,
    pub cover: String,
    pub premium: String,
    /// A member's id, or `adults`.
    pub insured: String,
    pub beneficiaries: String,
}

impl Typed {
    /// What is kept now, as a form shows it again.
    pub fn of(detail: Option<&Detail>, adults: &[MemberId]) -> Typed {
        let plain = |d: Option<Decimal>| d.map(|d| d.to_string()).unwrap_or_default();
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        match detail {
            Some(Detail::Property(p)) => Typed {
                sort: p.kind.key().into(),
                address: p.address.clone(),
                mortgage: p.mortgage.map(|m| m.to_string()).unwrap_or_default(),
                ..Typed::default()
            },
            Some(Detail::Debt(d)) => {
                Typed { rate: plain(d.rate), payment: plain(d.payment), every: d.every.key().into(), ends: day(d.ends), ..Typed::default() }
            }
            Some(Detail::Policy(p)) => Typed {
                sort: p.kind.key().into(),
                cover: plain(p.cover),
                premium: plain(p.premium),
                every: p.every.key().into(),
                ends: day(p.ends),
                insured: match p.insured.as_slice() {
                    [one] => one.to_string(),
                    [] => String::new(),
                    many if many == adults => "adults".into(),
                    [first, ..] => first.to_string(),
                },
                beneficiaries: p.beneficiaries.clone(),
                ..Typed::default()
            },
            None => Typed::default(),
        }
    }

    /// `None` for kinds that have nothing beyond a value.
    pub fn detail(&self, kind: AccountKind, currency: Currency, c: &Choices) -> Result<Option<Detail>, Vec<Field>> {
        let mut wrong = Vec::new();
        let made = match kind {
            AccountKind::Property => Some(Detail::Property(self.property(c, &mut wrong))),
            AccountKind::Insurance => Some(Detail::Policy(self.policy(currency, c, &mut wrong))),
            k if k.is_debt() => Some(Detail::Debt(Debt {
                rate: self.rate(&mut wrong),
                payment: money(&self.payment, "payment", &mut wrong),
                every: Every::from_key(&self.every).unwrap_or(Every::Month),
                ends: day(&self.ends, &mut wrong),
            })),
            _ => None,
        };
        if wrong.is_empty() { Ok(made) } else { Err(wrong) }
    }

    fn property(&self, c: &Choices, wrong: &mut Vec<Field>) -> Property {
        let mortgage = self.mortgage.parse().ok().filter(|id| c.debts.iter().any(|d| d.id == *id));
        if !self.mortgage.is_empty() && mortgage.is_none() {
            wrong.push(no("mortgage", "Choose a debt of this household, or none"));
        }
        let address = text::line(&self.address, 120);
        Property { kind: PropertyKind::from_key(&self.sort).unwrap_or(PropertyKind::Home), address, mortgage }
    }

    fn policy(&self, currency: Currency, c: &Choices, wrong: &mut Vec<Field>) -> Policy {
        let kind = PolicyKind::from_key(&self.sort);
        if kind.is_none() {
            wrong.push(no("sort", "Choose what kind of policy it is"));
        }
        let insured = match self.insured.as_str() {
            "" => Vec::new(),
            "adults" => c.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.id).collect(),
            one => c.members.iter().filter(|m| m.id.to_string() == one).map(|m| m.id).collect(),
        };
        if insured.is_empty() && !self.insured.is_empty() {
            wrong.push(no("insured", "Choose somebody of this household"));
        }
        Policy {
            kind: kind.unwrap_or(PolicyKind::Other),
            currency,
            cover: money(&self.cover, "cover", wrong),
            premium: money(&self.premium, "premium", wrong),
            every: Every::from_key(&self.every).unwrap_or(Every::Year),
            insured,
            beneficiaries: text::line(&self.beneficiaries, 200),
            ends: day(&self.ends, wrong),
        }
    }

    fn rate(&self, wrong: &mut Vec<Field>) -> Option<Decimal> {
        let typed = self.rate.trim().trim_end_matches('%').trim();
        if typed.is_empty() {
            return None;
        }
        let rate = text::amount(typed).filter(|r| *r >= Decimal::ZERO && *r <= Decimal::ONE_HUNDRED);
        if rate.is_none() {
            wrong.push(no("rate", "Enter a yearly rate such as 5.25"));
        }
        rate
    }
}

fn no(name: &'static str, message: &str) -> Field {
    Field { name, message: message.into() }
}

/// Nothing typed is not known; never zero.
fn money(typed: &str, name: &'static str, wrong: &mut Vec<Field>) -> Option<Decimal> {
    if typed.trim().is_empty() {
        return None;
    }
    let amount = text::amount(typed).filter(|a| *a >= Decimal::ZERO);
    if amount.is_none() {
        wrong.push(no(name, "Enter an amount such as 1,250.50, or leave it empty"));
    }
    amount
}

fn day(typed: &str, wrong: &mut Vec<Field>) -> Option<Date> {
    if typed.trim().is_empty() {
        return None;
    }
    let day = text::day(typed);
    if day.is_none() {
        wrong.push(no("ends", "Enter a day, or leave it empty"));
    }
    day
}
