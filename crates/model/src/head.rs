//! An account's figures at one instant, ready to be shown: what was held joined with what it was worth.

use crate::held::{Held, HeldPosition};
use crate::worth::{PositionWorth, Worth};
use crate::{Currency, Date, SecurityKind};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The current figures stand as JSON in the account's row, so that a page reads one row; those of another day are decoded from the log.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Head {
    /// What the institution calls it, whatever people call it here.
    #[serde(default)]
    pub name: String,
    pub currency: Option<Currency>,
    /// What the institution reports as the total, debts negative. `None` = not provided.
    pub value: Option<Decimal>,
    pub available: Option<Decimal>,
    pub limit: Option<Decimal>,
    pub official_name: Option<String>,
    pub raw_type: String,
    /// Rates, payments and dates of a loan or card, as named text.
    pub terms: Vec<(String, String)>,
    /// `None`: an account without positions by nature, or none were sent.
    pub positions: Option<Vec<HeadPosition>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadPosition {
    /// Identity of the security: see [`crate::held::security_key`].
    pub security: String,
    pub name: String,
    pub ticker: Option<String>,
    pub kind: SecurityKind,
    pub cash_equivalent: bool,
    pub currency: Option<Currency>,
    pub quantity: Decimal,
    pub price: Option<Decimal>,
    pub price_day: Option<Date>,
    pub value: Option<Decimal>,
    pub cost_basis: Option<Decimal>,
    pub vested_quantity: Option<Decimal>,
    pub vested_value: Option<Decimal>,
    pub lots: usize,
}

impl Head {
    pub fn join(held: &Held, worth: &Worth) -> Head {
        let positions = held.positions.as_ref().map(|p| p.iter().zip(&worth.positions).map(|(h, w)| position(h, w)).collect());
        Head {
            name: held.name.clone(),
            currency: held.currency.clone(),
            value: worth.value,
            available: worth.available,
            limit: worth.limit,
            official_name: held.official_name.clone(),
            raw_type: held.raw_type.clone(),
            terms: held.terms.clone(),
            positions,
        }
    }

    /// The sum of the positions' values in the account's currency; `None` when one is unknown or in another currency.
    pub fn positions_sum(&self) -> Option<Decimal> {
        let mut sum = Decimal::ZERO;
        for p in self.positions.as_ref()? {
            if p.currency.is_some() && self.currency.is_some() && p.currency != self.currency {
                return None;
            }
            sum = sum.checked_add(p.value?)?;
        }
        Some(sum)
    }

    /// What the reported total has beyond the positions; shown, never mended.
    pub fn gap(&self) -> Option<Decimal> {
        self.value?.checked_sub(self.positions_sum()?)
    }
}

fn position(h: &HeldPosition, w: &PositionWorth) -> HeadPosition {
    HeadPosition {
        security: h.key.clone(),
        name: h.name.clone(),
        ticker: h.ticker.clone(),
        kind: h.kind,
        cash_equivalent: h.cash_equivalent,
        currency: h.currency.clone(),
        quantity: h.quantity,
        price: w.price,
        price_day: w.price_day,
        value: w.value,
        cost_basis: h.cost_basis,
        vested_quantity: h.vested_quantity,
        vested_value: w.vested_value,
        lots: h.lots.len(),
    }
}
