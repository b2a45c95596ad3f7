//! What happens in an investment account month by month. Positions, cash and the list of trades are all read from these events, so they
//! agree to the cent whichever days are asked for.

use super::calendar::Calendar;
use super::random::Stream;
use super::{Account, Flow, Security, World};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::{Decimal, RoundingStrategy};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Contribution,
    Deposit,
    Buy,
    Dividend,
    Interest,
    Reinvest,
    /// Income paid on to the owner's bank.
    PaidOut,
    FeeSale,
    Fee,
    /// Takes back the event before it.
    CancelFee,
    Redemption,
    Expiry,
}

/// One event; a positive amount is cash out of the account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub what: What,
    pub day: Date,
    /// Which holding of the account, when it is about one.
    pub holding: Option<usize>,
    pub quantity: Decimal,
    pub amount: Decimal,
    pub price: Decimal,
    /// Its place in its month, for a stable id.
    pub ordinal: usize,
}

pub(crate) fn to_cents(d: Decimal) -> Decimal {
    d.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// The months that touch `from..=to`, as their first days.
pub(crate) fn months(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from.first_of_month()), |m| m.checked_add(1.month()).ok()).take_while(move |m| *m <= to)
}

struct Month<'a> {
    world: &'a World,
    account: &'a Account,
    first: Date,
    out: Vec<Event>,
}

impl World {
    /// The events of `from < day <= to`, oldest first.
    pub(crate) fn events(&self, account: &Account, from: Date, to: Date) -> Vec<Event> {
        self.gather(account, from, to, |month| month.fill())
    }

    /// Only an investor's own purchases since `from`, for the lots they make: a long time, so nothing else is worked out.
    pub(crate) fn purchases(&self, account: &Account, from: Date, to: Date) -> Vec<Event> {
        self.gather(account, from, to, |month| {
            if account.flow == Flow::Investor {
                month.ventures();
            }
        })
    }

    fn gather(&self, account: &Account, from: Date, to: Date, fill: impl Fn(&mut Month)) -> Vec<Event> {
        let mut out = vec![];
        if account.kind != "investment" || account.holdings.is_empty() || to <= from {
            return out;
        }
        for first in months(from, to) {
            let mut month = Month { world: self, account, first, out: vec![] };
            fill(&mut month);
            month.out.sort_by_key(|e| e.day);
            let there = |d: Date| from < d && d <= to && account.opened <= d && account.closed.is_none_or(|c| d < c);
            out.extend(month.out.into_iter().filter(|e| there(e.day)));
        }
        out
    }
}

impl Month<'_> {
    fn fill(&mut self) {
        match &self.account.flow {
            Flow::Payroll { monthly, day } => {
                self.contribute(*monthly, *day);
                if matches!(self.first.month(), 3 | 6 | 9 | 12) {
                    self.income(22, true);
                }
                if self.first.month() == 4 {
                    self.fee_sale();
                }
            }
            Flow::Investor => {
                if matches!(self.first.month(), 2 | 5 | 8 | 11) {
                    self.income(12, false);
                }
                self.ventures();
            }
            _ => {}
        }
        self.endings();
    }

    /// In some months an investor buys something, in a few the institution errs.
    fn ventures(&mut self) {
        let mut r = Stream::of(self.world.seed, &["month", &self.account.key, &self.first.to_string()]);
        match r.below(12) {
            0 | 1 => self.invest(&mut r),
            2 => self.mistaken_fee(),
            _ => {}
        }
    }

    fn calendar(&self) -> &Calendar {
        &self.world.calendar
    }
    fn day(&self, day: i8) -> Date {
        let wanted = date(self.first.year(), self.first.month(), day.clamp(1, 28));
        self.calendar().on_or_after(wanted)
    }
    fn security(&self, holding: usize) -> Option<&Security> {
        self.world.security(&self.account.holdings[holding].security_id)
    }
    fn push(&mut self, what: What, day: Date, holding: Option<usize>, quantity: Decimal, amount: Decimal, price: Decimal) {
        let ordinal = self.out.len();
        self.out.push(Event { what, day, holding, quantity, amount, price, ordinal });
    }

    /// Money in, and all of it invested by the holdings' shares.
    fn contribute(&mut self, monthly: Decimal, day: i8) {
        let day = self.day(day);
        let parts: Vec<(usize, u32)> =
            self.account.holdings.iter().enumerate().filter(|(_, h)| h.share > 0).map(|(i, h)| (i, h.share)).collect();
        if parts.is_empty() || monthly.is_zero() {
            return;
        }
        self.push(What::Contribution, day, None, Decimal::ZERO, -monthly, Decimal::ZERO);
        let mut left = monthly;
        for (n, (holding, share)) in parts.iter().enumerate() {
            let amount = if n + 1 == parts.len() { left } else { to_cents(monthly * Decimal::from(*share) / Decimal::ONE_HUNDRED) };
            left -= amount;
            self.buy(What::Buy, day, *holding, amount);
        }
    }

    /// Buys for exactly `amount`, with as many decimals of a unit as funds have.
    fn buy(&mut self, what: What, day: Date, holding: usize, amount: Decimal) {
        let Some(price) = self.security(holding).and_then(|s| self.world.close(s, day)).map(|c| c.price) else { return };
        let quantity = (amount / price).round_dp(3);
        self.push(what, day, Some(holding), quantity, amount, price);
    }

    /// Dividends and coupons, bought again or paid out the next business day.
    fn income(&mut self, day: i8, again: bool) {
        let day = self.day(day);
        let mut paid = Decimal::ZERO;
        for holding in 0..self.account.holdings.len() {
            let held = self.account.holdings[holding].quantity;
            let Some(security) = self.security(holding) else { continue };
            if security.ends().is_some_and(|end| end <= day) {
                continue;
            }
            let Some(price) = self.world.close(security, day).map(|c| c.price) else { continue };
            let (what, per_unit) = match (security.kind, &security.bond) {
                ("fixed income", Some(bond)) => (What::Interest, bond.face * bond.coupon_percent / Decimal::from(400)),
                ("equity" | "etf" | "mutual fund", None) if !security.cash_equivalent => {
                    (What::Dividend, (price * Decimal::new(i64::from(security.id.as_bytes()[0]) % 7, 3)).round_dp(4))
                }
                _ => continue,
            };
            let amount = to_cents(held * per_unit);
            if amount.is_zero() {
                continue;
            }
            self.push(what, day, Some(holding), Decimal::ZERO, -amount, Decimal::ZERO);
            if again {
                self.buy(What::Reinvest, day, holding, amount);
            } else {
                paid += amount;
            }
        }
        if !paid.is_zero() {
            let next = self.calendar().on_or_after(day.saturating_add(1.day()));
            self.push(What::PaidOut, next, None, Decimal::ZERO, paid, Decimal::ZERO);
        }
    }

    /// A plan's yearly fee, paid by selling a little of the first fund.
    fn fee_sale(&mut self) {
        let day = self.day(8);
        let Some(holding) = self.account.holdings.iter().position(|h| h.share > 0) else { return };
        let Some(price) = self.security(holding).and_then(|s| self.world.close(s, day)).map(|c| c.price) else { return };
        let fee = Decimal::new(4_850, 2);
        self.push(What::FeeSale, day, Some(holding), -(fee / price).round_dp(3), -fee, price);
        self.push(What::Fee, day, None, Decimal::ZERO, fee, Decimal::ZERO);
    }

    /// A deposit and whole units bought for it.
    fn invest(&mut self, r: &mut Stream) {
        let day = self.day(r.between(3, 24) as i8);
        let listed: Vec<usize> = (0..self.account.holdings.len())
            .filter(|i| {
                self.security(*i)
                    .is_some_and(|s| s.ticker.is_some() && matches!(s.kind, "equity" | "etf" | "mutual fund") && !s.cash_equivalent)
            })
            .collect();
        if listed.is_empty() {
            return;
        }
        let holding = *r.pick(&listed);
        let quantity = (self.account.holdings[holding].quantity * Decimal::new(3, 2)).round_dp_with_strategy(0, RoundingStrategy::ToZero);
        let Some(price) = self.security(holding).and_then(|s| self.world.close(s, day)).map(|c| c.price) else { return };
        if quantity.is_zero() {
            return;
        }
        let amount = to_cents(quantity * price);
        self.push(What::Deposit, day, None, Decimal::ZERO, -amount, Decimal::ZERO);
        self.push(What::Buy, day, Some(holding), quantity, amount, price);
    }

    /// A fee charged by mistake and cancelled the next business day.
    fn mistaken_fee(&mut self) {
        let day = self.day(17);
        let fee = Decimal::new(2_500, 2);
        self.push(What::Fee, day, None, Decimal::ZERO, fee, Decimal::ZERO);
        let next = self.calendar().on_or_after(day.saturating_add(1.day()));
        self.push(What::CancelFee, next, None, Decimal::ZERO, -fee, Decimal::ZERO);
    }

    /// Bonds are paid back and options lapse on their last day.
    fn endings(&mut self) {
        for holding in 0..self.account.holdings.len() {
            let Some(security) = self.security(holding) else { continue };
            let Some(end) = security.ends().filter(|e| e.first_of_month() == self.first) else { continue };
            let (held, face) = (self.account.holdings[holding].quantity, security.bond.as_ref().map(|b| b.face));
            match face {
                Some(face) => self.push(What::Redemption, end, Some(holding), -held, -to_cents(held * face), face),
                None => self.push(What::Expiry, end, Some(holding), -held, Decimal::ZERO, Decimal::ZERO),
            }
        }
    }
}
