//! Income and legal documents on the page of the people, and the forms for one of each.

use super::household::{HouseholdHead, Tab};
use super::manual::ManualForm;
use super::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct IncomeRow {
    /// "Salary".
    pub kind: String,
    pub who: String,
    /// "$8,333.33 a month"; "Not recorded".
    pub amount: String,
    /// "$99,999.96".
    pub a_year: String,
    /// "Since 1 Jan 2020", "Ended 31 Dec 2024".
    pub when: String,
    /// It comes in now.
    pub now: bool,
    /// The form; "" for readers.
    pub edit: String,
}

#[derive(Clone, Debug, Default, Template)]
#[template(path = "income.html")]
pub struct IncomeTable {
    pub rows: Vec<IncomeRow>,
    /// "€4,000 + $120,000 and 1 unknown".
    pub total: String,
    /// The form; "" for readers.
    pub add: String,
}
impl askama::filters::HtmlSafe for IncomeTable {}

#[derive(Clone, Debug, Default)]
pub struct DocumentRow {
    pub kind: String,
    pub who: String,
    pub signed: String,
    pub kept: String,
    pub review: String,
    /// The review day has come.
    pub due: bool,
    pub edit: String,
}

#[derive(Clone, Debug, Default, Template)]
#[template(path = "documents.html")]
pub struct DocumentTable {
    pub rows: Vec<DocumentRow>,
    /// "Ngozi: will, power of attorney".
    pub missing: Vec<String>,
    pub add: String,
}
impl askama::filters::HtmlSafe for DocumentTable {}

/// Adding or changing one of them.
#[derive(Debug, Template)]
#[template(path = "fact_form.html")]
pub struct FactForm {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub title: String,
    pub lead: &'static str,
    pub form: ManualForm,
    /// The sentence beside the button that takes it off; "" for a new one.
    pub remove: &'static str,
}
