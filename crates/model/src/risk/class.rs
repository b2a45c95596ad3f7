//! Asset classes: what may stand in for a security whose own history is short.

use crate::{Currency, SecurityKind};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetClass {
    Cash,
    Equity,
    Bond,
    Mixed,
    RealEstate,
    Commodity,
    Crypto,
}

impl AssetClass {
    pub const ALL: [AssetClass; 7] = [
        AssetClass::Cash,
        AssetClass::Equity,
        AssetClass::Bond,
        AssetClass::Mixed,
        AssetClass::RealEstate,
        AssetClass::Commodity,
        AssetClass::Crypto,
    ];
    pub fn key(self) -> &'static str {
        match self {
            AssetClass::Cash => "cash",
            AssetClass::Equity => "equity",
            AssetClass::Bond => "bond",
            AssetClass::Mixed => "mixed",
            AssetClass::RealEstate => "real_estate",
            AssetClass::Commodity => "commodity",
            AssetClass::Crypto => "crypto",
        }
    }
    pub fn from_key(key: &str) -> Option<AssetClass> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
    pub fn name(self) -> &'static str {
        match self {
            AssetClass::Cash => "Cash",
            AssetClass::Equity => "Shares",
            AssetClass::Bond => "Bonds",
            AssetClass::Mixed => "Shares and bonds mixed",
            AssetClass::RealEstate => "Real estate",
            AssetClass::Commodity => "Commodities",
            AssetClass::Crypto => "Crypto",
        }
    }
    /// Where the history lies that stands in for the class.
    pub fn stand_in(self) -> String {
        format!("class:{}", self.key())
    }
    /// What a provider's kind says beyond doubt. A fund can hold anything, an option moves like nothing else: nobody guesses.
    pub fn of(kind: SecurityKind, cash_equivalent: bool) -> Option<AssetClass> {
        if cash_equivalent {
            return Some(AssetClass::Cash);
        }
        match kind {
            SecurityKind::Cash => Some(AssetClass::Cash),
            SecurityKind::Equity => Some(AssetClass::Equity),
            SecurityKind::FixedIncome => Some(AssetClass::Bond),
            SecurityKind::Crypto => Some(AssetClass::Crypto),
            SecurityKind::Etf | SecurityKind::MutualFund | SecurityKind::Derivative | SecurityKind::Loan | SecurityKind::Other => None,
        }
    }
}

/// Where the history of another currency lies: what a unit of it costs in the history's own currency.
pub fn rate_key(of: &Currency) -> String {
    format!("rate:{of}")
}
