//! What a person's account is: its face, what it holds on the reference day, and how money moves in it.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

/// The day on which quantities and balances are given; other days follow by what happened in between.
pub const ANCHOR: Date = date(2026, 11, 19);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selection {
    pub prompt: String,
    pub options: Vec<String>,
}

/// What one user name sees at one institution.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    pub accounts: Vec<Account>,
    /// The last digits of the phone that codes go to.
    pub phone_ending: String,
    pub email_masked: String,
    /// Prompts, used round by round from the front.
    pub questions: Vec<String>,
    pub selections: Vec<Selection>,
}

impl Person {
    /// The accounts there are on `day` for somebody who linked on `linked`.
    pub fn accounts_on(&self, linked: Date, day: Date) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(move |a| a.exists(linked, day))
    }
}

/// How money moves in an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Nothing but what positions pay.
    Still,
    /// A contribution each month, split over the holdings that take part.
    Payroll { monthly: Decimal, day: i8 },
    /// A brokerage's few trades a year.
    Investor,
    /// Pay in, bills out.
    Household { monthly: Decimal },
    /// Interest once a month and a standing transfer.
    Saver { monthly: Decimal },
    /// Purchases, paid in full each month.
    Card { monthly: Decimal },
    /// A fixed part of the principal repaid each month.
    Loan { principal: Decimal, day: i8 },
}

/// How much is known of what a position cost.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Basis {
    Unknown,
    /// One total on the reference day.
    Total(Decimal),
    /// Lots with their purchase days.
    Lots(Vec<Date>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Holding {
    pub security_id: String,
    /// On [`ANCHOR`].
    pub quantity: Decimal,
    pub basis: Basis,
    /// Its part of a contribution, in percent.
    pub share: u32,
    pub vested_percent: Option<u32>,
    /// The institution's price is this many business days older than the latest.
    pub price_lag: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreditTerms {
    pub purchase_apr: Decimal,
    pub cash_apr: Decimal,
    pub transfer_apr: Option<Decimal>,
    pub overdue: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    pub street: String,
    pub city: String,
    pub region: String,
    pub postal_code: String,
    pub country: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MortgageTerms {
    pub account_number: String,
    pub rate_percent: Decimal,
    pub fixed: bool,
    pub term_years: i16,
    pub originated: Date,
    pub original_principal: Decimal,
    pub escrow: Option<Decimal>,
    pub has_pmi: Option<bool>,
    pub property: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StudentTerms {
    pub account_number: String,
    pub name: String,
    pub guarantor: String,
    pub rate_percent: Decimal,
    pub originated: Date,
    pub original_principal: Decimal,
    /// Plaid's `loan_status.type`.
    pub status: &'static str,
    /// Plaid's `repayment_plan.type` and its description.
    pub plan: (&'static str, &'static str),
    pub sequence: u32,
    pub servicer: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Liability {
    Credit(CreditTerms),
    Mortgage(MortgageTerms),
    Student(StudentTerms),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// Stable and unique in the world; vendor ids derive from it.
    pub key: String,
    pub name: String,
    pub official_name: Option<String>,
    /// Usually four characters; some institutions send two, letters, or none.
    pub mask: Option<String>,
    /// `investment`, `depository`, `credit` or `loan`.
    pub kind: &'static str,
    pub subtype: &'static str,
    pub currency: &'static str,
    /// `personal` or `business`.
    pub holder: &'static str,
    pub limit: Option<Decimal>,
    pub margin_loan: Option<Decimal>,
    /// On [`ANCHOR`], for accounts without holdings.
    pub anchor: Decimal,
    pub null_available: bool,
    /// What the institution reports on top of the positions, with no explanation.
    pub gap: Decimal,
    pub holdings: Vec<Holding>,
    pub flow: Flow,
    pub liability: Option<Liability>,
    pub opened: Date,
    pub closed: Option<Date>,
    /// It appears only so many days after somebody linked.
    pub opens_after_link: Option<i32>,
    /// It is gone so many days after somebody linked.
    pub closes_after_link: Option<i32>,
}

impl Account {
    /// Is its currency an ISO code, rather than a name somebody made up?
    pub fn official_currency(&self) -> bool {
        matches!(self.currency, "USD" | "CAD" | "GBP" | "EUR")
    }

    /// Is it there on `day`, for somebody who linked on `linked`?
    pub fn exists(&self, linked: Date, day: Date) -> bool {
        let since = super::calendar::days_between(linked, day);
        self.opened <= day
            && self.closed.is_none_or(|c| day < c)
            && self.opens_after_link.is_none_or(|n| since >= i64::from(n))
            && self.closes_after_link.is_none_or(|n| since < i64::from(n))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Investments: total value. Credit and loans: what is owed, positive.
    pub current: Option<Decimal>,
    pub available: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLot {
    pub id: String,
    pub purchased: Date,
    pub quantity: Decimal,
    pub purchase_price: Decimal,
    pub cost_basis: Decimal,
    pub current_value: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub security_id: String,
    pub quantity: Decimal,
    pub price: Decimal,
    pub price_day: Date,
    pub value: Decimal,
    /// For the whole position; `None` when the institution does not say.
    pub cost_basis: Option<Decimal>,
    pub vested_quantity: Option<Decimal>,
    pub vested_value: Option<Decimal>,
    pub tax_lots: Vec<TaxLot>,
}

/// An investment transaction; a positive amount is cash out, as on Plaid's wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    pub id: String,
    pub security_id: Option<String>,
    pub day: Date,
    pub name: String,
    pub quantity: Decimal,
    pub amount: Decimal,
    pub price: Decimal,
    pub fees: Option<Decimal>,
    pub kind: &'static str,
    pub subtype: &'static str,
    /// The id of the trade this one takes back.
    pub cancels: Option<String>,
}

/// A movement in a bank, card or loan account; a positive amount is money out (for cards: more owed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTransaction {
    pub id: String,
    pub day: Date,
    pub name: String,
    pub merchant: Option<&'static str>,
    pub amount: Decimal,
    /// Plaid's primary personal finance category.
    pub category: &'static str,
}
