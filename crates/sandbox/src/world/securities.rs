//! What a security of the sandbox is. Its prices follow from its `path`; nobody outside `prices` reads that.

use super::prices::Path;
use jiff::civil::Date;
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OptionContract {
    pub call: bool,
    pub expires: Date,
    pub strike: Decimal,
    /// The underlying's ticker.
    pub underlying: String,
}

/// Bonds and bills. A unit is `face` of debt, and prices are per unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FixedIncome {
    /// Zero for bills.
    pub coupon_percent: Decimal,
    pub maturity: Date,
    pub issued: Date,
    pub face: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Security {
    pub id: String,
    pub name: String,
    pub ticker: Option<String>,
    pub isin: Option<String>,
    /// Mostly unknown, as for anyone without a licence.
    pub cusip: Option<String>,
    pub figi: Option<String>,
    /// Plaid's `type`.
    pub kind: &'static str,
    /// Plaid's `subtype`.
    pub subtype: Option<&'static str>,
    pub currency: &'static str,
    pub cash_equivalent: bool,
    pub sector: Option<&'static str>,
    pub industry: Option<&'static str>,
    pub option: Option<OptionContract>,
    pub bond: Option<FixedIncome>,
    pub mic: Option<&'static str>,
    pub cfi: Option<&'static str>,
    pub(crate) path: Path,
}

impl Security {
    /// The first day it can have a price, when it has one: bills are younger than the histories.
    pub fn issued(&self) -> Option<Date> {
        self.bond.as_ref().map(|b| b.issued)
    }
    /// The last day it exists.
    pub fn ends(&self) -> Option<Date> {
        self.bond.as_ref().map(|b| b.maturity).or(self.option.as_ref().map(|o| o.expires))
    }
    /// How many decimals its quantities have.
    pub(crate) fn quantity_decimals(&self) -> u32 {
        match self.kind {
            "cryptocurrency" => 6,
            "mutual fund" | "other" => 3,
            "cash" => 2,
            _ => 0,
        }
    }
}
