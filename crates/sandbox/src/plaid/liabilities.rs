//! Cards, mortgages and student loans: what lenders say about them.

use super::accounts::{asked, day_of, list, open, product};
use super::error::Trouble;
use super::item;
use super::wire::{number, number_or_null};
use super::{Answer, Call};
use crate::feed::{From, Shown};
use crate::world::{Address, CreditStatement, LiabilityStatement, MortgageStatement, StudentStatement};
use model::Date;
use serde_json::{Value, json};

pub fn get(call: &Call) -> Answer {
    let mut item = call.sound_item()?;
    open(call, &item)?;
    product(call, &mut item, "liabilities")?;
    let day = day_of(&item, call.now);
    let accounts = asked(call, &item)?;
    let (mut credit, mut mortgage, mut student) = (Vec::new(), Vec::new(), Vec::new());
    for a in &accounts {
        let said = match &a.from {
            From::Invented(account) => call.state.world.liability(account, day),
            From::Written(c) if c.kind == "credit" => {
                credit.push(bare_credit(a));
                None
            }
            From::Written(_) => None,
        };
        match said {
            Some(LiabilityStatement::Credit(s)) => credit.push(credit_wire(a, &s)),
            Some(LiabilityStatement::Mortgage(s)) => mortgage.push(mortgage_wire(a, &s)),
            Some(LiabilityStatement::Student(s)) => student.push(student_wire(a, &s)),
            None => {}
        }
    }
    if credit.is_empty() && mortgage.is_empty() && student.is_empty() {
        return Err(Trouble::of("NO_LIABILITY_ACCOUNTS"));
    }
    let some = |list: Vec<Value>| if list.is_empty() { Value::Null } else { Value::Array(list) };
    Ok(json!({
        "accounts": list(&call.state, &accounts, day, None), "item": item::wire(&call.state, &item),
        "liabilities": {
            "credit": some(credit), "mortgage": some(mortgage), "student": some(student), "loan": null, "line_of_credit": null,
        },
    }))
}

fn date(d: Option<Date>) -> Option<String> {
    d.map(|d| d.to_string())
}

fn credit_wire(a: &Shown, s: &CreditStatement) -> Value {
    let aprs: Vec<Value> = s
        .aprs
        .iter()
        .map(|p| {
            json!({
                "apr_percentage": number(p.percent), "apr_type": p.kind, "balance_subject_to_apr": number_or_null(p.balance),
                "interest_charge_amount": number_or_null(p.interest),
            })
        })
        .collect();
    json!({
        "account_id": a.id, "aprs": aprs, "is_overdue": s.overdue, "last_payment_amount": number_or_null(s.last_payment_amount),
        "last_payment_date": date(s.last_payment_day), "last_statement_issue_date": date(s.issued),
        "last_statement_balance": number_or_null(s.balance), "minimum_payment_amount": number_or_null(s.minimum_payment),
        "next_payment_due_date": date(s.next_due),
    })
}

/// A card that somebody wrote down says nothing more than that it is one.
fn bare_credit(a: &Shown) -> Value {
    json!({
        "account_id": a.id, "aprs": [], "is_overdue": null, "last_payment_amount": null, "last_payment_date": null,
        "last_statement_issue_date": null, "last_statement_balance": null, "minimum_payment_amount": null, "next_payment_due_date": null,
    })
}

fn address(a: &Address) -> Value {
    json!({ "street": a.street, "city": a.city, "region": a.region, "postal_code": a.postal_code, "country": a.country })
}

fn mortgage_wire(a: &Shown, s: &MortgageStatement) -> Value {
    json!({
        "account_id": a.id, "account_number": s.account_number, "current_late_fee": number_or_null(s.late_fee),
        "escrow_balance": number_or_null(s.escrow), "has_pmi": s.has_pmi, "has_prepayment_penalty": s.has_prepayment_penalty,
        "interest_rate": { "percentage": number(s.rate_percent), "type": s.rate_kind },
        "last_payment_amount": number_or_null(s.last_payment_amount), "last_payment_date": date(s.last_payment_day),
        "loan_type_description": s.loan_kind, "loan_term": s.term, "maturity_date": s.matures.to_string(),
        "next_monthly_payment": number_or_null(s.next_payment), "next_payment_due_date": date(s.next_due),
        "origination_date": s.originated.to_string(), "origination_principal_amount": number(s.original_principal),
        "past_due_amount": number_or_null(s.past_due), "property_address": address(&s.property),
        "ytd_interest_paid": number(s.ytd_interest), "ytd_principal_paid": number(s.ytd_principal),
    })
}

fn student_wire(a: &Shown, s: &StudentStatement) -> Value {
    let disbursed: Vec<String> = s.disbursed.iter().map(|d| d.to_string()).collect();
    json!({
        "account_id": a.id, "account_number": s.account_number, "disbursement_dates": disbursed,
        "expected_payoff_date": date(s.expected_payoff), "guarantor": s.guarantor, "interest_rate_percentage": number(s.rate_percent),
        "is_overdue": s.overdue, "last_payment_amount": number_or_null(s.last_payment_amount),
        "last_payment_date": date(s.last_payment_day), "last_statement_issue_date": date(s.issued),
        "last_statement_balance": number_or_null(s.balance), "loan_name": s.name,
        "loan_status": { "end_date": date(s.status_ends), "type": s.status },
        "minimum_payment_amount": number_or_null(s.minimum_payment), "next_payment_due_date": date(s.next_due),
        "origination_date": s.originated.to_string(), "origination_principal_amount": number(s.original_principal),
        "outstanding_interest_amount": number(s.outstanding_interest), "payment_reference_number": s.reference,
        "pslf_status": { "estimated_eligibility_date": null, "payments_made": null, "payments_remaining": null },
        "repayment_plan": { "description": s.plan.1, "type": s.plan.0 }, "sequence_number": s.sequence,
        "servicer_address": address(&s.servicer), "ytd_interest_paid": number(s.ytd_interest), "ytd_principal_paid": number(s.ytd_principal),
    })
}
