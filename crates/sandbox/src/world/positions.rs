//! What an account holds and is worth on a day: the reference day's quantities, moved by the events in between, at the day's prices.

use super::events::{Event, What, to_cents};
use super::random::Stream;
use super::{ANCHOR, Account, Balance, Basis, Holding, Position, Security, TaxLot, World};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

impl World {
    /// The positions at the close of `day` (or of the latest business day before it). Those that came to nothing are not listed.
    pub fn holdings(&self, account: &Account, day: Date) -> Vec<Position> {
        let events = self.events(account, day.min(ANCHOR), day.max(ANCHOR));
        let since = account.opened.yesterday().unwrap_or(account.opened);
        let lots = account.holdings.iter().any(|h| matches!(h.basis, Basis::Lots(_)));
        let purchases = if lots { self.purchases(account, since, day) } else { vec![] };
        let direction = if day >= ANCHOR { Decimal::ONE } else { Decimal::NEGATIVE_ONE };
        let mut out = Vec::with_capacity(account.holdings.len());
        for (n, holding) in account.holdings.iter().enumerate() {
            let Some(security) = self.security(&holding.security_id) else { continue };
            let moved: Decimal = if security.kind == "cash" {
                -events.iter().map(|e| e.amount).sum::<Decimal>()
            } else {
                events.iter().filter(|e| e.holding == Some(n)).map(|e| e.quantity).sum()
            };
            let quantity = holding.quantity + direction * moved;
            if !quantity.is_zero() {
                out.extend(self.position(account, n, (security, quantity), (&events, &purchases), day));
            }
        }
        out
    }

    fn position(
        &self,
        account: &Account,
        n: usize,
        held: (&Security, Decimal),
        known: (&[Event], &[Event]),
        day: Date,
    ) -> Option<Position> {
        let ((security, quantity), (events, purchases), holding) = (held, known, &account.holdings[n]);
        let close = self.close_at(security, self.calendar.at(day)?.saturating_sub(usize::from(holding.price_lag)))?;
        let value = to_cents(quantity * close.price);
        let tax_lots = match &holding.basis {
            Basis::Lots(days) => {
                let bought =
                    purchases.iter().filter(|e| e.holding == Some(n) && e.what == What::Buy).map(|e| (e.day, e.quantity)).collect();
                self.lots(account, (security, quantity), days, bought, close.price)
            }
            _ => vec![],
        };
        let cost_basis = match &holding.basis {
            Basis::Unknown => None,
            Basis::Total(total) => {
                let moved: Decimal = events.iter().filter(|e| e.holding == Some(n)).map(bought).sum();
                Some(if day >= ANCHOR { total + moved } else { total - moved })
            }
            Basis::Lots(_) => Some(tax_lots.iter().map(|l| l.cost_basis).sum()),
        };
        let vested_quantity = holding.vested_percent.map(|p| vested(holding, p, quantity, security.quantity_decimals()));
        Some(Position {
            security_id: security.id.clone(),
            quantity,
            price: close.price,
            price_day: close.day,
            value,
            cost_basis,
            vested_value: vested_quantity.map(|q| to_cents(q * close.price)),
            vested_quantity,
            tax_lots,
        })
    }

    /// The first lots share what was there before the account's own purchases, each of which is a lot by itself.
    fn lots(
        &self,
        account: &Account,
        held: (&Security, Decimal),
        days: &[Date],
        bought: Vec<(Date, Decimal)>,
        price: Decimal,
    ) -> Vec<TaxLot> {
        let (security, quantity) = held;
        let mut first = quantity - bought.iter().map(|b| b.1).sum::<Decimal>();
        let part =
            (first / Decimal::from(days.len().max(1))).round_dp_with_strategy(security.quantity_decimals(), RoundingStrategy::ToZero);
        let mut lots = vec![];
        for (i, purchased) in days.iter().enumerate() {
            let quantity = if i + 1 == days.len() { first } else { part };
            first -= quantity;
            lots.push((*purchased, quantity));
        }
        lots.extend(bought);
        let number = |i: usize| Stream::of(self.seed, &["lot", &account.key, &security.id, &i.to_string()]).letters(12);
        let lot = |(i, (purchased, quantity)): (usize, (Date, Decimal))| {
            let purchase_price = self.close(security, purchased)?.price;
            Some(TaxLot {
                id: number(i),
                purchased,
                quantity,
                purchase_price,
                cost_basis: to_cents(quantity * purchase_price),
                current_value: to_cents(quantity * price),
            })
        };
        lots.into_iter().filter(|l| !l.1.is_zero()).enumerate().filter_map(lot).collect()
    }

    /// What the institution reports for the account on `day`.
    pub fn balance(&self, account: &Account, day: Date) -> Balance {
        if account.kind != "investment" {
            return self.bank_balance(account, day);
        }
        let positions = self.holdings(account, day);
        let total: Decimal = positions.iter().map(|p| p.value).sum();
        let cash: Decimal =
            positions.iter().filter(|p| self.security(&p.security_id).is_some_and(|s| s.cash_equivalent)).map(|p| p.value).sum();
        Balance { current: Some(total + account.gap), available: (!account.null_available).then_some(cash) }
    }
}

/// What a movement adds to the cost of a position.
fn bought(event: &Event) -> Decimal {
    if matches!(event.what, What::Buy | What::Reinvest | What::FeeSale) { event.amount } else { Decimal::ZERO }
}

fn vested(holding: &Holding, percent: u32, quantity: Decimal, decimals: u32) -> Decimal {
    // What was bought since belongs to the owner at once.
    let own = (quantity - holding.quantity).max(Decimal::ZERO);
    let granted = (quantity - own) * Decimal::from(percent) / Decimal::ONE_HUNDRED;
    granted.round_dp_with_strategy(decimals, RoundingStrategy::ToZero) + own
}
