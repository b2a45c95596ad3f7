//! Property, debts and policies that are kept by hand: one form, on the firm's pages and in the portal, and the page of what was typed.

use super::household::{HouseholdHead, Tab};
use super::portal::{PortalHere, PortalShell};
use super::prelude::*;

/// A part of the form that shows itself.
#[derive(Clone, Debug)]
pub struct Part(String);
impl Part {
    pub fn field(f: &Field) -> Part {
        Part(f.to_string())
    }
    pub fn select(s: &Select) -> Part {
        Part(s.to_string())
    }
}
impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
// Only fields and selects of the kit, which have escaped what they hold.
impl askama::filters::HtmlSafe for Part {}

#[derive(Clone, Debug, Template)]
#[template(path = "manual_form.html")]
pub struct ManualForm {
    pub csrf: String,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub problems: Problems,
    /// Rows of one or two parts.
    pub rows: Vec<Vec<Part>>,
    pub cancel: String,
    pub save: &'static str,
}
impl askama::filters::HtmlSafe for ManualForm {}

/// One version in words.
#[derive(Clone, Debug)]
pub struct Past {
    pub when: String,
    pub what: String,
    pub by: String,
}

#[derive(Debug, Template)]
#[template(path = "manual.html")]
pub struct Manual {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub title: String,
    pub lead: String,
    /// The account's page; "" before it is one.
    pub at: String,
    pub facts: Vec<(&'static str, String)>,
    pub form: Option<ManualForm>,
    pub past: Vec<Past>,
}

#[derive(Template)]
#[template(path = "portal/manual.html")]
pub struct PortalManual {
    pub shell: PortalShell,
    pub title: String,
    pub lead: String,
    pub at: String,
    pub facts: Vec<(&'static str, String)>,
    pub form: Option<ManualForm>,
    pub past: Vec<Past>,
    /// The other forms: name and address.
    pub others: Vec<(&'static str, String)>,
}
