//! Bringing a file, and what it holds before it is taken in: the same two sheets for staff and for clients, each in its own frame.

use super::household::{HouseholdHead, Tab};
use super::portal::{PortalHere, PortalShell};
use super::prelude::*;

/// Choosing the file.
#[derive(Debug, Default)]
pub struct ImportForm {
    pub action: String,
    pub csrf: String,
    pub file_error: String,
    /// "At most 10 MB".
    pub most: String,
    pub institution: Field,
    pub owner: Select,
    pub cancel: String,
}

#[derive(Debug, Default)]
pub struct ImportRow {
    pub name: String,
    pub kind: &'static str,
    pub value: String,
    pub as_of: String,
    pub holdings: String,
    pub movements: String,
}

/// One column of a table: its first cells, and what it is.
#[derive(Debug, Default)]
pub struct ImportColumn {
    pub heading: String,
    pub cells: Vec<String>,
    pub picks: Vec<Pick>,
}

#[derive(Debug, Default)]
pub struct ImportTable {
    pub remembered: bool,
    pub error: String,
    pub rows: Select,
    pub days: Select,
    pub comma: Select,
    pub name: Field,
    pub kind: Select,
    pub mask: Field,
    pub as_of: Field,
    pub columns: Vec<ImportColumn>,
}

/// What the file holds.
#[derive(Debug, Default)]
pub struct ImportSheet {
    pub action: String,
    pub csrf: String,
    pub file: String,
    /// "Bluewater Credit Union · Ngozi · 12 rows".
    pub about: String,
    pub accounts: Vec<ImportRow>,
    pub notes: Vec<String>,
    pub currency: Option<Select>,
    pub owed: Option<Select>,
    pub table: Option<ImportTable>,
    /// Nothing can be said that would put it right.
    pub hopeless: bool,
    pub again: String,
    pub cancel: String,
}

#[derive(Debug, Template)]
#[template(path = "import_new.html")]
pub struct ImportNew {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub problems: Problems,
    pub form: ImportForm,
}

#[derive(Debug, Template)]
#[template(path = "import_show.html")]
pub struct ImportShow {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub problems: Problems,
    pub sheet: ImportSheet,
}

#[derive(Template)]
#[template(path = "portal/import_new.html")]
pub struct PortalImportNew {
    pub shell: PortalShell,
    pub problems: Problems,
    pub form: ImportForm,
}

#[derive(Template)]
#[template(path = "portal/import_show.html")]
pub struct PortalImportShow {
    pub shell: PortalShell,
    pub problems: Problems,
    pub sheet: ImportSheet,
}
