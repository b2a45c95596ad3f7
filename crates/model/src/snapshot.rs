//! What one fetch brought: accounts, positions, securities, as the provider said it, exact and provider-neutral.

use crate::{AccountKind, Currency, Date, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The answer of one fetch. An account that is not in it is *missing*, never deleted; empty is not zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub accounts: Vec<AccountData>,
    /// Movements since the cursor, newest first: trades, dividends, fees, contributions.
    pub trades: Vec<TradeData>,
    /// When the provider itself last heard from the institution; `None` when it does not say.
    pub provider_updated: Option<Time>,
    /// When the consent ends at the institution, if it says so.
    pub consent_ends: Option<Time>,
    /// When newer values can be expected at the earliest, if the provider has a rhythm.
    pub next_expected: Option<Time>,
    /// The provider knows of accounts that the client has not shared yet.
    pub new_accounts: bool,
    /// What the provider tells the client in its own words, as tidied text: shown, never acted upon.
    pub warnings: Vec<String>,
    /// The provider's references for its support: request ids, newest last.
    pub request_ids: Vec<String>,
}

impl Snapshot {
    /// Takes out positions that were sent twice: rows equal in every field, where the account's own total fits better without the second.
    /// Two equal lots that the total counts both stay. What was taken out is said in `warnings`.
    pub fn undouble(&mut self) {
        for account in &mut self.accounts {
            let (Some(total), Some(positions)) = (account.value, &account.positions) else { continue };
            let mut once: Vec<PositionData> = Vec::with_capacity(positions.len());
            for p in positions {
                if !once.contains(p) {
                    once.push(p.clone());
                }
            }
            let off = |list: &[PositionData]| (total - list.iter().filter_map(|p| p.value).sum::<Decimal>()).abs();
            let doubled = positions.len() - once.len();
            if doubled > 0 && off(&once) < off(positions) {
                let rows = if doubled == 1 { "One position".to_owned() } else { format!("{doubled} positions") };
                self.warnings.push(format!("{rows} of {} came twice and counted once.", account.name));
                account.positions = Some(once);
            }
        }
    }
}

/// One account as a provider describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountData {
    /// The provider's id; may change (an alias, not an identity).
    pub external_id: String,
    /// An id that the provider promises to keep across connections, where it has one.
    pub persistent_id: Option<String>,
    pub name: String,
    pub official_name: Option<String>,
    /// The last two to four characters of the number.
    pub mask: Option<String>,
    pub kind: AccountKind,
    /// The provider's own type and subtype, kept as sent.
    pub raw_type: String,
    pub currency: Option<Currency>,
    /// What the institution reports as the account's worth to the household: debts negative. `None` = not provided.
    pub value: Option<Decimal>,
    pub available: Option<Decimal>,
    pub limit: Option<Decimal>,
    /// `None` when the account has no positions by nature or the provider sent none; `Some(vec![])` when it is empty.
    pub positions: Option<Vec<PositionData>>,
    /// When these figures were true at the institution.
    pub as_of: Time,
    /// The day the prices are of, where the figures are closing prices.
    pub as_of_day: Date,
    /// Terms of a loan or card: rates, payments, dates, as named text.
    pub terms: Vec<(String, String)>,
}

/// One position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PositionData {
    pub security: SecurityData,
    pub quantity: Decimal,
    pub price: Option<Decimal>,
    pub price_day: Option<Date>,
    pub value: Option<Decimal>,
    /// For the whole position. `None` = not provided.
    pub cost_basis: Option<Decimal>,
    pub vested_quantity: Option<Decimal>,
    pub vested_value: Option<Decimal>,
    pub lots: Vec<Lot>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lot {
    pub id: Option<String>,
    pub bought: Option<Date>,
    pub quantity: Decimal,
    pub price: Option<Decimal>,
    pub cost_basis: Option<Decimal>,
    pub short: bool,
}

/// A security as a provider describes it. The provider's id can change: identity is in the public identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityData {
    pub external_id: String,
    pub name: Option<String>,
    pub ticker: Option<String>,
    pub isin: Option<String>,
    pub cusip: Option<String>,
    pub figi: Option<String>,
    pub kind: SecurityKind,
    /// The provider's own type and subtype, kept as sent.
    pub raw_type: String,
    pub currency: Option<Currency>,
    pub cash_equivalent: bool,
    pub detail: Option<SecurityDetail>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityKind {
    Cash,
    Equity,
    Etf,
    MutualFund,
    FixedIncome,
    Derivative,
    Crypto,
    Loan,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum SecurityDetail {
    Option { call: bool, expires: Date, strike: Decimal, underlying: String },
    Bond { coupon_percent: Option<Decimal>, maturity: Option<Date>, issued: Option<Date>, face: Option<Decimal> },
}

/// One movement in an investment account as the provider describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TradeData {
    pub external_id: String,
    /// The provider's id of the account.
    pub account: String,
    /// Set on a cancellation: the movement it takes back.
    pub cancels: Option<String>,
    pub day: Date,
    pub name: String,
    /// The provider's own type and subtype, kept as sent.
    pub raw_type: String,
    pub security: Option<SecurityData>,
    pub quantity: Option<Decimal>,
    pub price: Option<Decimal>,
    /// Positive = money out of the account, as the provider's convention is turned into ours.
    pub amount: Option<Decimal>,
    pub fees: Option<Decimal>,
    pub currency: Option<Currency>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(value: i64) -> PositionData {
        PositionData {
            security: SecurityData {
                external_id: "s".into(),
                name: None,
                ticker: None,
                isin: None,
                cusip: None,
                figi: None,
                kind: SecurityKind::Equity,
                raw_type: String::new(),
                currency: None,
                cash_equivalent: false,
                detail: None,
            },
            quantity: Decimal::ONE,
            price: None,
            price_day: None,
            value: Some(value.into()),
            cost_basis: None,
            vested_quantity: None,
            vested_value: None,
            lots: vec![],
        }
    }

    fn came(total: Option<i64>, values: &[i64]) -> Snapshot {
        let account = AccountData {
            external_id: "a".into(),
            persistent_id: None,
            name: "Brokerage".into(),
            official_name: None,
            mask: None,
            kind: AccountKind::Brokerage,
            raw_type: String::new(),
            currency: None,
            value: total.map(Decimal::from),
            available: None,
            limit: None,
            positions: Some(values.iter().map(|v| position(*v)).collect()),
            as_of: Time(0),
            as_of_day: jiff::civil::date(2026, 11, 20),
            terms: vec![],
        };
        let mut s = Snapshot { accounts: vec![account], ..Snapshot::default() };
        s.undouble();
        s
    }

    fn count(s: &Snapshot) -> usize {
        s.accounts[0].positions.as_ref().map_or(0, Vec::len)
    }

    #[test]
    fn a_position_that_came_twice_counts_once_and_equal_lots_stay_two() {
        let doubled = came(Some(30), &[10, 20, 10, 20]);
        assert_eq!((count(&doubled), doubled.warnings.len()), (2, 1));
        let lots = came(Some(20), &[10, 10]);
        assert_eq!((count(&lots), lots.warnings.len()), (2, 0), "the total counts both");
        assert_eq!(count(&came(None, &[10, 10])), 2, "without a total nobody can tell, and nothing is guessed");
        assert_eq!(count(&came(Some(35), &[10, 20, 10, 20])), 2, "with some cash that is not listed");
    }
}
