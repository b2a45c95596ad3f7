//! What is true at the institutions of the world, over time, and which sign-ins show it.

use crate::dice::Dice;
use model::{
    AccountData, AccountKind, Currency, Decimal, Fault, FaultKind, PositionData, SecurityData, SecurityKind, Span, Time, TradeData,
};
use std::collections::{BTreeMap, BTreeSet};

pub const INSTITUTIONS: [&str; 2] = ["Bluewater Credit Union", "Northgate Brokerage"];

/// One account at an institution, whoever looks at it.
pub struct Outside {
    pub household: usize,
    pub institution: usize,
    pub name: String,
    pub mask: Option<String>,
    pub persistent: Option<String>,
    pub kind: AccountKind,
    /// Everything that was ever true of it, oldest first.
    pub versions: Vec<Version>,
}

#[derive(Clone)]
pub struct Version {
    pub as_of: Time,
    pub value: Decimal,
    pub quantities: Vec<i64>,
}

/// One client's sign-in as the provider knows it: an item.
pub struct Login {
    pub item: String,
    pub household: usize,
    pub member: usize,
    pub institution: usize,
    pub shows: BTreeSet<usize>,
    pub hidden: BTreeSet<usize>,
    /// The provider's ids of the accounts, and how often each has changed.
    pub names: BTreeMap<usize, u32>,
    pub token: String,
    /// Still good until the new one is used.
    pub previous: Option<String>,
    pub trouble: Option<Fault>,
    pub revoked: bool,
    pub consent_ends: Option<Time>,
    /// The first so many attempts to end it fail.
    pub clings: u32,
    /// The end happens and its confirmation is lost.
    pub loses_goodbye: bool,
}

impl Login {
    pub fn external(&self, outside: usize) -> String {
        format!("{}-a{outside}-{}", self.item, self.names.get(&outside).copied().unwrap_or(0))
    }
}

impl Outside {
    pub fn new(number: usize, household: usize, institution: usize, now: Time, dice: &mut Dice) -> Outside {
        let kinds = [AccountKind::Checking, AccountKind::CreditCard, AccountKind::Brokerage, AccountKind::Retirement];
        let kind = kinds[dice.below(4)];
        let persistent = dice.chance(400).then(|| format!("lasting-{number}"));
        // What has neither digits nor a lasting id nor positions cannot be told from its like: none such here.
        let mask = (persistent.is_none() || dice.chance(700)).then(|| format!("{:04}", 1000 + number));
        let quantities = if kind.is_investment() { vec![3, 10 + number as i64] } else { vec![] };
        let first = Version { as_of: now - Span::hours(20), value: Decimal::new(100_000 + number as i64 * 777, 2), quantities };
        Outside { household, institution, name: format!("Account {number}"), mask, persistent, kind, versions: vec![first] }
    }

    /// The day goes on: another value, now and then another quantity.
    pub fn moves(&mut self, now: Time, dice: &mut Dice) {
        let mut next = self.versions.last().expect("a first version").clone();
        if now <= next.as_of {
            return;
        }
        next.as_of = now;
        next.value += Decimal::new(dice.below(20_001) as i64 - 10_000, 2);
        if dice.chance(300) {
            next.quantities.iter_mut().for_each(|q| *q += dice.below(5) as i64);
        }
        self.versions.push(next);
    }

    /// As the provider would describe version `v` under the given id. `raw_type` carries the truth for the oracles; nobody matches by it.
    pub fn data(&self, number: usize, v: usize, external_id: String) -> AccountData {
        let version = &self.versions[v];
        let day = version.as_of.utc_date();
        let positions = version.quantities.iter().enumerate().map(|(n, q)| position(n, *q, day)).collect();
        AccountData {
            external_id,
            persistent_id: self.persistent.clone(),
            name: self.name.clone(),
            official_name: None,
            mask: self.mask.clone(),
            kind: self.kind,
            raw_type: format!("sim/{number}"),
            currency: Some(Currency::usd()),
            value: Some(version.value),
            available: None,
            limit: None,
            positions: self.kind.is_investment().then_some(positions),
            as_of: version.as_of,
            as_of_day: day,
            terms: vec![],
        }
    }

    pub fn trades(&self, external_id: &str) -> Vec<TradeData> {
        let rows = self.versions.iter().enumerate().filter(|_| self.kind.is_investment());
        rows.map(|(n, v)| TradeData {
            external_id: format!("{}-t{n}", self.name),
            account: external_id.to_owned(),
            cancels: None,
            day: v.as_of.utc_date(),
            name: "Contribution".into(),
            raw_type: "cash/contribution".into(),
            security: None,
            quantity: None,
            price: None,
            amount: Some(Decimal::new(-(n as i64) * 100, 2)),
            fees: None,
            currency: Some(Currency::usd()),
        })
        .collect()
    }
}

fn position(n: usize, quantity: i64, day: model::Date) -> PositionData {
    let price = Decimal::new(2_500 + 100 * n as i64, 2);
    PositionData {
        security: SecurityData {
            external_id: format!("sec-{n}"),
            name: Some(format!("Invented Fund {n}")),
            ticker: Some(format!("INV{n}")),
            isin: None,
            cusip: None,
            figi: None,
            kind: SecurityKind::MutualFund,
            raw_type: "mutual fund".into(),
            currency: Some(Currency::usd()),
            cash_equivalent: false,
            detail: None,
        },
        quantity: Decimal::from(quantity),
        price: Some(price),
        price_day: Some(day),
        value: Some(price * Decimal::from(quantity)),
        cost_basis: None,
        vested_quantity: None,
        vested_value: None,
        lots: vec![],
    }
}

pub fn fault(kind: FaultKind, dice: &mut Dice) -> Fault {
    let retry_after = (kind == FaultKind::RateLimited && dice.chance(700)).then(|| Span::minutes(5 + dice.below(300) as i64));
    Fault { retry_after, ..Fault::new(kind, "SIM") }
}
