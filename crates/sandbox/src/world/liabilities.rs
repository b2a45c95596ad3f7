//! What lenders say about a debt on a day: statements, due dates, interest. Derived from the terms and the account's own movements.

use super::events::to_cents;
use super::{Account, Address, Flow, Liability, MortgageTerms, StudentTerms, World};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apr {
    pub percent: Decimal,
    /// Plaid's `apr_type`.
    pub kind: &'static str,
    pub balance: Option<Decimal>,
    pub interest: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditStatement {
    pub aprs: Vec<Apr>,
    pub overdue: Option<bool>,
    pub last_payment_amount: Option<Decimal>,
    pub last_payment_day: Option<Date>,
    pub issued: Option<Date>,
    pub balance: Option<Decimal>,
    pub minimum_payment: Option<Decimal>,
    pub next_due: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MortgageStatement {
    pub account_number: String,
    pub late_fee: Option<Decimal>,
    pub escrow: Option<Decimal>,
    pub has_pmi: Option<bool>,
    pub has_prepayment_penalty: Option<bool>,
    pub rate_percent: Decimal,
    /// `fixed` or `variable`.
    pub rate_kind: &'static str,
    pub last_payment_amount: Option<Decimal>,
    pub last_payment_day: Option<Date>,
    pub loan_kind: String,
    pub term: String,
    pub matures: Date,
    pub next_payment: Option<Decimal>,
    pub next_due: Option<Date>,
    pub originated: Date,
    pub original_principal: Decimal,
    pub past_due: Option<Decimal>,
    pub property: Address,
    pub ytd_interest: Decimal,
    pub ytd_principal: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentStatement {
    pub account_number: String,
    pub name: String,
    pub guarantor: String,
    pub disbursed: Vec<Date>,
    pub expected_payoff: Option<Date>,
    pub rate_percent: Decimal,
    pub overdue: Option<bool>,
    pub last_payment_amount: Option<Decimal>,
    pub last_payment_day: Option<Date>,
    pub issued: Option<Date>,
    pub balance: Option<Decimal>,
    pub minimum_payment: Option<Decimal>,
    pub next_due: Option<Date>,
    pub status: &'static str,
    pub status_ends: Option<Date>,
    pub plan: (&'static str, &'static str),
    pub originated: Date,
    pub original_principal: Decimal,
    pub outstanding_interest: Decimal,
    pub reference: String,
    pub sequence: String,
    pub servicer: Address,
    pub ytd_interest: Decimal,
    pub ytd_principal: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiabilityStatement {
    Credit(CreditStatement),
    Mortgage(Box<MortgageStatement>),
    Student(Box<StudentStatement>),
}

impl World {
    /// What the lender says about the account on `day`; `None` for accounts that are no debt or have no details.
    pub fn liability(&self, account: &Account, day: Date) -> Option<LiabilityStatement> {
        Some(match account.liability.as_ref()? {
            Liability::Credit(_) => LiabilityStatement::Credit(self.credit(account, day)?),
            Liability::Mortgage(terms) => LiabilityStatement::Mortgage(Box::new(self.mortgage(account, terms, day))),
            Liability::Student(terms) => LiabilityStatement::Student(Box::new(self.student(account, terms, day))),
        })
    }

    fn owes(&self, account: &Account, day: Date) -> Decimal {
        self.balance(account, day).current.unwrap_or_default()
    }

    fn credit(&self, account: &Account, day: Date) -> Option<CreditStatement> {
        let Some(Liability::Credit(terms)) = &account.liability else { return None };
        // Statements close on the last of a month and are due on the tenth after the next one began.
        let issued = day.first_of_month().yesterday().unwrap_or(day);
        let statement = self.owes(account, issued);
        let paid = latest(day, 10);
        let payment = self.bank_transactions(account, paid, paid).iter().find(|t| t.amount.is_sign_negative()).map(|t| -t.amount);
        let minimum = to_cents(statement * Decimal::new(2, 2)).max(Decimal::new(3_500, 2)).min(statement.max(Decimal::ZERO));
        let mut aprs = vec![
            Apr { percent: terms.purchase_apr, kind: "purchase_apr", balance: Some(statement), interest: Some(Decimal::ZERO) },
            Apr { percent: terms.cash_apr, kind: "cash_apr", balance: Some(Decimal::ZERO), interest: Some(Decimal::ZERO) },
        ];
        aprs.extend(terms.transfer_apr.map(|percent| Apr { percent, kind: "balance_transfer_apr", balance: None, interest: None }));
        Some(CreditStatement {
            aprs,
            overdue: Some(terms.overdue),
            last_payment_amount: payment,
            last_payment_day: payment.map(|_| paid),
            issued: Some(issued),
            balance: Some(statement),
            minimum_payment: Some(minimum),
            next_due: Some(next(day, 10)),
        })
    }

    fn mortgage(&self, account: &Account, terms: &MortgageTerms, day: Date) -> MortgageStatement {
        let loan = self.instalment(account, terms.rate_percent, day);
        MortgageStatement {
            account_number: terms.account_number.clone(),
            late_fee: Some(Decimal::new(0, 2)),
            escrow: terms.escrow,
            has_pmi: terms.has_pmi,
            has_prepayment_penalty: Some(false),
            rate_percent: terms.rate_percent,
            rate_kind: if terms.fixed { "fixed" } else { "variable" },
            last_payment_amount: Some(loan.last),
            last_payment_day: Some(loan.last_day),
            loan_kind: "conventional".into(),
            term: format!("{} year", terms.term_years),
            matures: terms.originated.saturating_add(terms.term_years.years()),
            next_payment: Some(loan.next),
            next_due: Some(loan.next_day),
            originated: terms.originated,
            original_principal: terms.original_principal,
            past_due: Some(Decimal::new(0, 2)),
            property: terms.property.clone(),
            ytd_interest: loan.ytd_interest,
            ytd_principal: loan.ytd_principal,
        }
    }

    fn student(&self, account: &Account, terms: &StudentTerms, day: Date) -> StudentStatement {
        let loan = self.instalment(account, terms.rate_percent, day);
        let paying = terms.status == "repayment";
        let owed = self.owes(account, day);
        let principal = if let Flow::Loan { principal, .. } = account.flow { principal } else { Decimal::ZERO };
        let months = if principal.is_zero() { 0 } else { (owed / principal).ceil().mantissa() as i64 };
        StudentStatement {
            account_number: terms.account_number.clone(),
            name: terms.name.clone(),
            guarantor: terms.guarantor.clone(),
            disbursed: vec![terms.originated, terms.originated.saturating_add(5.months())],
            expected_payoff: paying.then(|| day.first_of_month().saturating_add(jiff::Span::new().months(months.min(600)))),
            rate_percent: terms.rate_percent,
            overdue: Some(false),
            last_payment_amount: paying.then_some(loan.last),
            last_payment_day: paying.then_some(loan.last_day),
            issued: Some(day.first_of_month()),
            balance: Some(self.owes(account, day.first_of_month())),
            minimum_payment: Some(if paying { loan.next } else { Decimal::new(0, 2) }),
            next_due: paying.then_some(loan.next_day),
            status: terms.status,
            status_ends: (!paying).then(|| date(day.year() + 1, 8, 31)),
            plan: terms.plan,
            originated: terms.originated,
            original_principal: terms.original_principal,
            outstanding_interest: to_cents(owed * terms.rate_percent / Decimal::from(36_500) * Decimal::from(day.day())),
            reference: terms.account_number.chars().rev().take(8).collect(),
            sequence: terms.sequence.to_string(),
            servicer: terms.servicer.clone(),
            ytd_interest: loan.ytd_interest,
            ytd_principal: loan.ytd_principal,
        }
    }

    fn instalment(&self, account: &Account, rate_percent: Decimal, day: Date) -> Instalment {
        let (principal, due) = if let Flow::Loan { principal, day } = account.flow { (principal, day) } else { (Decimal::ZERO, 1) };
        let interest = |on: Date| to_cents(self.owes(account, on.yesterday().unwrap_or(on)) * rate_percent / Decimal::from(1_200));
        let (last_day, next_day) = (latest(day, due), next(day, due));
        let this_year = (1..=12).map(|m| date(day.year(), m, due.clamp(1, 28))).filter(|d| *d <= day);
        Instalment {
            last: principal + interest(last_day),
            next: principal + interest(next_day),
            ytd_interest: this_year.clone().map(interest).sum(),
            ytd_principal: this_year.map(|_| principal).sum(),
            last_day,
            next_day,
        }
    }
}

struct Instalment {
    last: Decimal,
    last_day: Date,
    next: Decimal,
    next_day: Date,
    ytd_interest: Decimal,
    ytd_principal: Decimal,
}

/// The latest `n`th of a month on or before `day`.
fn latest(day: Date, n: i8) -> Date {
    let this = date(day.year(), day.month(), n.clamp(1, 28));
    if this <= day { this } else { this.saturating_sub(1.month()) }
}

/// The first `n`th of a month after `day`.
fn next(day: Date, n: i8) -> Date {
    latest(day, n).saturating_add(1.month())
}
