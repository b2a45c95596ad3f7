//! The terms of cards and loans as named text: rates, payments, dates. Account numbers, addresses and guarantors are left where they are.

use super::wire::{Credit, Liabilities, Mortgage, Student};
use crate::lenient::Maybe;
use model::{AccountData, Date, Decimal};
use std::collections::HashMap;

type Named = Vec<(String, String)>;

pub(super) fn place(accounts: &mut [AccountData], all: Liabilities) {
    let credit = all.credit.list.into_iter().filter_map(|c| Some((c.account_id.0.clone()?, card(c))));
    let mortgage = all.mortgage.list.into_iter().filter_map(|m| Some((m.account_id.0.clone()?, house(m))));
    let student = all.student.list.into_iter().filter_map(|s| Some((s.account_id.0.clone()?, studies(s))));
    let mut terms: HashMap<String, Named> = credit.chain(mortgage).chain(student).collect();
    for a in accounts {
        a.terms = terms.remove(&a.external_id).unwrap_or_default();
    }
}

#[derive(Default)]
struct Terms(Named);

impl Terms {
    fn text(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(v) = value.and_then(super::accounts::tidy) {
            self.0.push((name.into(), v));
        }
        self
    }
    fn amount(self, name: &str, value: &Maybe<Decimal>) -> Self {
        self.text(name, value.map(|d| d.to_string()).as_deref())
    }
    fn day(self, name: &str, value: &Maybe<Date>) -> Self {
        self.text(name, value.map(|d| d.to_string()).as_deref())
    }
    fn flag(self, name: &str, value: &Maybe<bool>) -> Self {
        self.text(name, value.map(|b| if b { "yes" } else { "no" }))
    }
}

fn card(c: Credit) -> Named {
    let mut terms = Terms::default();
    for apr in c.aprs.iter() {
        if let Some(kind) = apr.apr_type.as_deref() {
            terms = terms.amount(kind, &apr.apr_percentage);
        }
    }
    terms
        .flag("overdue", &c.is_overdue)
        .amount("minimum_payment", &c.minimum_payment_amount)
        .day("next_payment_due", &c.next_payment_due_date)
        .amount("last_payment", &c.last_payment_amount)
        .day("last_payment_on", &c.last_payment_date)
        .amount("last_statement", &c.last_statement_balance)
        .day("last_statement_on", &c.last_statement_issue_date)
        .0
}

fn house(m: Mortgage) -> Named {
    let rate = m.interest_rate.0.unwrap_or_default();
    Terms::default()
        .amount("rate_percent", &rate.percentage)
        .text("rate_type", rate.r#type.as_deref())
        .text("loan_type", m.loan_type_description.as_deref())
        .text("loan_term", m.loan_term.as_deref())
        .day("matures", &m.maturity_date)
        .amount("next_payment", &m.next_monthly_payment)
        .day("next_payment_due", &m.next_payment_due_date)
        .amount("last_payment", &m.last_payment_amount)
        .day("last_payment_on", &m.last_payment_date)
        .day("originated", &m.origination_date)
        .amount("original_principal", &m.origination_principal_amount)
        .amount("past_due", &m.past_due_amount)
        .amount("escrow", &m.escrow_balance)
        .amount("interest_this_year", &m.ytd_interest_paid)
        .amount("principal_this_year", &m.ytd_principal_paid)
        .0
}

fn studies(s: Student) -> Named {
    let plan = s.repayment_plan.0.unwrap_or_default();
    Terms::default()
        .text("loan_name", s.loan_name.as_deref())
        .amount("rate_percent", &s.interest_rate_percentage)
        .text("loan_status", s.loan_status.0.unwrap_or_default().r#type.as_deref())
        .text("repayment_plan", plan.description.as_deref().or(plan.r#type.as_deref()))
        .flag("overdue", &s.is_overdue)
        .day("expected_payoff", &s.expected_payoff_date)
        .amount("minimum_payment", &s.minimum_payment_amount)
        .day("next_payment_due", &s.next_payment_due_date)
        .amount("last_payment", &s.last_payment_amount)
        .day("last_payment_on", &s.last_payment_date)
        .day("originated", &s.origination_date)
        .amount("original_principal", &s.origination_principal_amount)
        .amount("outstanding_interest", &s.outstanding_interest_amount)
        .amount("interest_this_year", &s.ytd_interest_paid)
        .amount("principal_this_year", &s.ytd_principal_paid)
        .0
}
