//! The fields of each form, and what was typed in words.

use super::Posted;
use crate::accounts::kind_name;
use crate::view::kit::{Field, FieldKind, Pick, Problems, Select};
use crate::view::manual::{ManualForm, Part, Past};
use crate::view::words;
use app::manual::{Choices, View};
use model::detail::{Detail, Every, PolicyKind, PropertyKind};
use model::fact::{AccountFact, Fact, MemberRole};
use model::{AccountType, Currency, Decimal, Money, Time};

/// A form with what was typed into it.
pub struct Filled<'a> {
    pub of: AccountType,
    pub p: &'a Posted,
    pub c: &'a Choices,
    pub wrong: &'a [app::Field],
    pub new: bool,
    /// Its value is typed too.
    pub typed: bool,
}

impl Filled<'_> {
    fn said(&self, name: &str) -> String {
        self.wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default()
    }
    fn field(&self, name: &'static str, label: &'static str, value: &str) -> Field {
        Field::new(name, label).value(value).error(self.said(name))
    }
    fn amount(&self, name: &'static str, label: &'static str, value: &str) -> Field {
        self.field(name, label, value).kind(FieldKind::Amount)
    }
    fn day(&self, name: &'static str, label: &'static str, value: &str) -> Field {
        self.field(name, label, value).kind(FieldKind::Date)
    }
    fn select(&self, name: &'static str, label: &'static str, picks: Vec<Pick>) -> Select {
        Select::new(name, label, picks).error(self.said(name))
    }
    fn owner(&self) -> Select {
        let chosen = self.p.owner.as_str();
        let mut picks: Vec<Pick> =
            self.c.members.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == chosen)).collect();
        if self.c.members.iter().filter(|m| m.role == MemberRole::Adult).count() > 1 {
            picks.push(Pick::new("joint", "Joint, in equal shares", chosen == "joint"));
        }
        self.select("owner", "Owner", picks)
    }
    fn currency(&self) -> Select {
        let chosen = if self.p.currency.is_empty() { "USD" } else { self.p.currency.as_str() };
        let picks = app::accounts::CURRENCIES.iter().map(|(code, text)| Pick::new(*code, format!("{code}, {text}"), *code == chosen));
        self.select("currency", "Currency", picks.collect()).hint("Shown as it is: nothing is converted")
    }
    fn every(&self, first: Every) -> Select {
        let chosen = Every::from_key(&self.p.every).unwrap_or(first);
        let picks = Every::ALL.iter().map(|e| Pick::new(e.key(), words::capital(e.words()), *e == chosen)).collect();
        self.select("every", "Paid", picks)
    }
}

struct Rows {
    rows: Vec<Vec<Part>>,
    problems: Vec<Option<crate::view::kit::Problem>>,
}

impl Rows {
    fn pair(&mut self, a: Part, b: Part) {
        self.rows.push(vec![a, b]);
    }
    fn field(&mut self, f: Field) -> Part {
        self.problems.push(f.problem());
        Part::field(&f)
    }
    fn select(&mut self, s: Select) -> Part {
        self.problems.push(s.problem());
        Part::select(&s)
    }
}

pub fn form(f: &Filled<'_>, csrf: &str, action: String) -> ManualForm {
    let mut r = Rows { rows: Vec::new(), problems: Vec::new() };
    let p = f.p;
    if f.new {
        let name = r.field(f.field("name", "Name", &p.name).hint(match f.of {
            AccountType::Property => "Such as Lake house",
            AccountType::Insurance => "Such as Term life, Ngozi",
            _ => "Such as Car loan",
        }));
        let owner = r.select(f.owner());
        r.pair(name, owner);
    }
    match f.of {
        AccountType::Property => property(f, &mut r),
        AccountType::Insurance => policy(f, &mut r),
        _ => debt(f, &mut r),
    }
    ManualForm {
        csrf: csrf.to_owned(),
        action,
        hidden: Vec::new(),
        problems: Problems::of(r.problems),
        rows: r.rows,
        cancel: String::new(),
        save: if f.new { "Add" } else { "Save" },
    }
}

fn value(f: &Filled<'_>, r: &mut Rows, label: &'static str, optional: bool) {
    if !f.typed {
        return;
    }
    let field = f.amount("value", label, &f.p.value);
    let value = r.field(if optional { field.optional() } else { field });
    let as_of = r.field(f.day("as_of", "As of", &f.p.as_of));
    r.pair(value, as_of);
    if f.new {
        let currency = r.select(f.currency());
        r.rows.push(vec![currency]);
    }
}

fn property(f: &Filled<'_>, r: &mut Rows) {
    let p = f.p;
    let kinds = PropertyKind::ALL.iter().map(|k| Pick::new(k.key(), k.words(), k.key() == p.sort)).collect();
    let sort = r.select(f.select("sort", "Kind", kinds));
    let mut debts = vec![Pick::new("", "None", p.mortgage.is_empty())];
    debts.extend(f.c.debts.iter().map(|d| Pick::new(d.id.to_string(), &d.name, d.id.to_string() == p.mortgage)));
    let mortgage = r.select(f.select("mortgage", "Mortgage on it", debts).hint("Counted once, as that debt"));
    r.pair(sort, mortgage);
    let address = r.field(f.field("address", "Address", &p.address).optional());
    r.rows.push(vec![address]);
    value(f, r, "Value", false);
}

fn debt(f: &Filled<'_>, r: &mut Rows) {
    let p = f.p;
    if f.new {
        let kinds = f.of.kinds().iter().map(|k| Pick::new(k.key(), kind_name(*k), k.key() == p.kind)).collect();
        let kind = r.select(f.select("kind", "Kind", kinds));
        let lender = r.field(f.field("institution", "Lender", &p.institution).optional());
        r.pair(kind, lender);
    }
    value(f, r, "Amount owed", false);
    let rate = r.field(f.field("rate", "Yearly rate, in per cent", &p.rate).optional());
    let ends = r.field(f.day("ends", "Paid off on", &p.ends).optional());
    r.pair(rate, ends);
    let payment = r.field(f.amount("payment", "Payment", &p.payment).optional());
    let every = r.select(f.every(Every::Month));
    r.pair(payment, every);
}

fn policy(f: &Filled<'_>, r: &mut Rows) {
    let p = f.p;
    if f.new {
        let insurer = r.field(f.field("institution", "Insurer", &p.institution).optional());
        let mask = r.field(f.field("mask", "Last digits of its number", &p.mask).optional());
        r.pair(insurer, mask);
    }
    let kinds = PolicyKind::ALL.iter().map(|k| Pick::new(k.key(), k.words(), k.key() == p.sort)).collect();
    let sort = r.select(f.select("sort", "Kind", kinds));
    let mut people = vec![Pick::new("", "Nobody named", p.insured.is_empty())];
    people.extend(f.c.members.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == p.insured)));
    if f.c.members.iter().filter(|m| m.role == MemberRole::Adult).count() > 1 {
        people.push(Pick::new("adults", "All adults", p.insured == "adults"));
    }
    let insured = r.select(f.select("insured", "Insured", people));
    r.pair(sort, insured);
    let cover = r.field(f.amount("cover", "Cover", &p.cover).optional());
    let ends = r.field(f.day("ends", "Ends on", &p.ends).optional());
    r.pair(cover, ends);
    let premium = r.field(f.amount("premium", "Premium", &p.premium).optional());
    let every = r.select(f.every(Every::Year));
    r.pair(premium, every);
    let beneficiaries = r.field(f.field("beneficiaries", "Beneficiaries", &p.beneficiaries).optional());
    r.rows.push(vec![beneficiaries]);
    value(f, r, "Cash value", true);
}

/// What is known beyond a value, in words. What nobody typed is not said.
pub fn facts(v: &View) -> Vec<(&'static str, String)> {
    let mut out = vec![("Kind", kind_name(v.fact.kind).to_owned())];
    let value = v.account.figures.value.zip(v.account.figures.currency.clone()).map(|(d, c)| words::money(&Money::new(d, c)));
    out.push((if v.fact.kind.is_debt() { "Owed" } else { "Value" }, value.unwrap_or_else(|| "not provided".into())));
    out.extend(v.account.figures.as_of_day.map(|d| ("As of", words::day(d))));
    out.extend(told(&v.fact, &v.choices));
    out
}

fn told(f: &AccountFact, c: &Choices) -> Vec<(&'static str, String)> {
    let mut out: Vec<(&'static str, String)> = Vec::new();
    let currency = f.manual.as_ref().map_or_else(Currency::usd, |m| m.currency.clone());
    let money = |d: Decimal, c: &Currency| words::money(&Money::new(d, c.clone()));
    match &f.detail {
        Some(Detail::Property(p)) => {
            out.push(("Property", p.kind.words().into()));
            out.extend((!p.address.is_empty()).then(|| ("Address", p.address.clone())));
            out.extend(p.mortgage.and_then(|m| c.debts.iter().find(|d| d.id == m)).map(|d| ("Mortgage", d.name.clone())));
        }
        Some(Detail::Debt(d)) => {
            out.extend(d.rate.map(|r| ("Rate", format!("{} % a year", r.normalize()))));
            out.extend(d.payment.map(|x| ("Payment", format!("{} {}", money(x, &currency), d.every.words()))));
            out.extend(d.ends.map(|day| ("Paid off on", words::day(day))));
        }
        Some(Detail::Policy(p)) => {
            out.push(("Policy", p.kind.words().into()));
            out.extend(p.cover.map(|x| ("Cover", money(x, &p.currency))));
            out.extend(p.premium.map(|x| ("Premium", format!("{} {}", money(x, &p.currency), p.every.words()))));
            let names: Vec<String> = c.members.iter().filter(|m| p.insured.contains(&m.id)).map(|m| m.name.clone()).collect();
            out.extend((!names.is_empty()).then(|| ("Insured", words::and(&names))));
            out.extend((!p.beneficiaries.is_empty()).then(|| ("Beneficiaries", p.beneficiaries.clone())));
            out.extend(p.ends.map(|day| ("Ends on", words::day(day))));
        }
        None => {}
    }
    out
}

/// Every version, newest first: what was said then.
pub fn past(v: &View, people: &[(String, String)], now: Time) -> Vec<Past> {
    let line = |x: &app::manual::Version| {
        let Fact::Account(f) = &x.fact else { return None };
        let mut parts = vec![f.name.clone()];
        parts.extend(f.manual.as_ref().map(|m| {
            let value = words::money(&Money::new(m.value, m.currency.clone()));
            format!("{value} as of {}", words::day(m.as_of))
        }));
        parts.extend(told(f, &v.choices).into_iter().map(|(n, t)| format!("{n}: {t}")));
        let by = people.iter().find(|(id, _)| *id == x.actor).map(|(_, name)| format!("by {name}")).unwrap_or_default();
        Some(Past { when: words::capital(&words::moment(x.known_from, now, &v.zone)), what: parts.join(" · "), by })
    };
    v.versions.iter().filter_map(line).take(50).collect()
}
