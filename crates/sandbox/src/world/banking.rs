//! Money in bank, card and loan accounts. Each month's movements follow from the month alone and add up exactly to the balances.

use super::events::{months, to_cents};
use super::random::Stream;
use super::{ANCHOR, Account, Balance, BankTransaction, Flow, World};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

const SHOPS: [(&str, &str); 12] = [
    ("Thimble Grocers", "FOOD_AND_DRINK"),
    ("Umber & Rye Bakery", "FOOD_AND_DRINK"),
    ("Quenby Fuel", "TRANSPORTATION"),
    ("Nettlecombe Pharmacy", "MEDICAL"),
    ("Foxglade Books", "GENERAL_MERCHANDISE"),
    ("Copperfen Hardware", "HOME_IMPROVEMENT"),
    ("Drizzlecombe Water", "RENT_AND_UTILITIES"),
    ("Emberlin Electric", "RENT_AND_UTILITIES"),
    ("Wrenholt Broadband", "RENT_AND_UTILITIES"),
    ("Gossamer Cinema", "ENTERTAINMENT"),
    ("Rushlight Diner", "FOOD_AND_DRINK"),
    ("Kettlesworth Outfitters", "GENERAL_MERCHANDISE"),
];

/// The month whose end carries the reference balance.
const BEFORE_ANCHOR: Date = date(2026, 10, 1);

#[derive(Clone, Copy)]
struct Movement {
    day: Date,
    amount: Decimal,
    name: &'static str,
    category: &'static str,
    shop: bool,
}

impl World {
    /// The movements of `from..=to`, newest first.
    pub fn bank_transactions(&self, account: &Account, from: Date, to: Date) -> Vec<BankTransaction> {
        let mut out = vec![];
        for first in months(from, to) {
            for (n, m) in self.movements(account, first).into_iter().enumerate() {
                let there = account.opened <= m.day && account.closed.is_none_or(|c| m.day < c);
                if there && from <= m.day && m.day <= to {
                    let id = Stream::of(self.seed, &["bank", &account.key, &first.to_string(), &n.to_string()]).letters(37);
                    let merchant = m.shop.then_some(m.name);
                    out.push(BankTransaction { id, day: m.day, name: m.name.into(), merchant, amount: m.amount, category: m.category });
                }
            }
        }
        out.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.id.cmp(&b.id)));
        out
    }

    pub(crate) fn bank_balance(&self, account: &Account, day: Date) -> Balance {
        let current = match &account.flow {
            Flow::Household { .. } => self.level(account, before(day)) - self.moved(account, day),
            Flow::Card { .. } => self.owed(account, day) + (account.anchor - self.owed(account, ANCHOR)).max(Decimal::ZERO),
            Flow::Saver { .. } | Flow::Loan { .. } => self.linear(account, day),
            Flow::Still | Flow::Payroll { .. } | Flow::Investor => account.anchor,
        };
        let available = match account.kind {
            "credit" => account.limit.map(|l| l - current),
            "loan" => None,
            // Holds on a bank account leave a little less than its balance.
            _ => Some((current - Decimal::from(current.trunc().mantissa().rem_euclid(97) as i64)).max(Decimal::ZERO)),
        };
        Balance { current: Some(current), available: available.filter(|_| !account.null_available) }
    }

    /// What left (or, for cards, was added) in the month of `day` up to that day.
    fn moved(&self, account: &Account, day: Date) -> Decimal {
        self.movements(account, day.first_of_month()).iter().filter(|m| m.day <= day).map(|m| m.amount).sum()
    }

    /// A household account's balance at the end of the month that begins on `first`.
    fn level(&self, account: &Account, first: Date) -> Decimal {
        let base = account.anchor
            + self.spending(account, ANCHOR.first_of_month()).iter().filter(|m| m.day <= ANCHOR).map(|m| m.amount).sum::<Decimal>();
        if first == BEFORE_ANCHOR {
            return base;
        }
        let mut r = Stream::of(self.seed, &["level", &account.key, &first.to_string()]);
        to_cents(base * Decimal::new(r.between(90, 112), 2))
    }

    /// What a card's own month adds up to, given that last month's is paid on the tenth.
    fn owed(&self, account: &Account, day: Date) -> Decimal {
        let last: Decimal = self.spending(account, before(day)).iter().map(|m| m.amount).sum();
        last + self.moved(account, day)
    }

    fn linear(&self, account: &Account, day: Date) -> Decimal {
        let (from, to) = (day.min(ANCHOR), day.max(ANCHOR));
        let moved: Decimal = months(from, to)
            .flat_map(|first| self.movements(account, first))
            .filter(|m| from < m.day && m.day <= to)
            .map(|m| m.amount)
            .sum();
        // Money into a savings account raises it; a payment lowers a loan: both are negative amounts.
        let change = if account.kind == "loan" { moved } else { -moved };
        (if day >= ANCHOR { account.anchor + change } else { account.anchor - change }).max(Decimal::ZERO)
    }

    fn movements(&self, account: &Account, first: Date) -> Vec<Movement> {
        let at = |day: i8| date(first.year(), first.month(), day);
        let plain = |day, amount, name, category| Movement { day, amount, name, category, shop: false };
        match &account.flow {
            Flow::Household { .. } => {
                let mut out = self.spending(account, first);
                let left: Decimal = self.level(account, before(first)) - out.iter().map(|m| m.amount).sum::<Decimal>();
                let rest = left - self.level(account, first);
                out.push(plain(
                    first.last_of_month(),
                    rest,
                    if rest.is_sign_negative() { "Transfer from savings" } else { "Transfer to savings" },
                    "TRANSFER_OUT",
                ));
                out
            }
            Flow::Card { .. } => {
                let mut out = self.spending(account, first);
                let due: Decimal = self.spending(account, before(first)).iter().map(|m| m.amount).sum();
                out.push(plain(at(10), -due, "Payment, thank you", "LOAN_PAYMENTS"));
                out
            }
            Flow::Saver { monthly } => {
                let interest = to_cents(account.anchor * Decimal::new(3, 3));
                vec![
                    plain(at(5), -*monthly, "Monthly saving", "TRANSFER_IN"),
                    plain(first.last_of_month(), -interest, "Interest", "INCOME"),
                ]
            }
            Flow::Loan { principal, day } => vec![plain(at((*day).clamp(1, 28)), -*principal, "Payment to principal", "LOAN_PAYMENTS")],
            _ => vec![],
        }
    }

    /// Pay and shopping of one month; a payment or a levelling transfer comes on top.
    fn spending(&self, account: &Account, first: Date) -> Vec<Movement> {
        let (Flow::Household { monthly } | Flow::Card { monthly }) = &account.flow else { return vec![] };
        let mut r = Stream::of(self.seed, &["spending", &account.key, &first.to_string()]);
        let days = i64::from(first.days_in_month());
        let mut out = vec![];
        if account.kind == "depository" {
            for day in [1, 15] {
                let pay = to_cents(*monthly / Decimal::TWO);
                out.push(Movement {
                    day: date(first.year(), first.month(), day),
                    amount: -pay,
                    name: "Payroll deposit",
                    category: "INCOME",
                    shop: false,
                });
            }
        }
        let count = r.between(14, 26);
        for _ in 0..count {
            let (name, category) = *r.pick(&SHOPS);
            let day = date(first.year(), first.month(), r.between(1, days - 1) as i8);
            let amount = to_cents(*monthly * Decimal::new(r.between(60, 1_540), 3) / Decimal::from(20) * Decimal::new(9, 1));
            out.push(Movement { day, amount, name, category, shop: true });
        }
        out.sort_by_key(|m| m.day);
        out
    }
}

/// The first day of the month before the one of `day`.
fn before(day: Date) -> Date {
    day.first_of_month().saturating_sub(1.month())
}
