//! Changing an account: its name, whose it is and with what share, and for one that is kept by hand its value.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;

/// One person's share of the account, in per cent.
#[derive(Clone, Debug)]
pub struct ShareField {
    /// The member's id: the field's name is `share_` and this.
    pub id: String,
    pub name: String,
    /// "" for nothing.
    pub value: String,
}

#[derive(Debug, Template)]
#[template(path = "account_change.html")]
pub struct AccountChange {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// `/accounts/acct_…`.
    pub at: String,
    pub title: String,
    pub problems: Problems,
    pub name: Field,
    /// Value and its day; `None` for an account whose values arrive by themselves.
    pub typed: Option<(Field, Field)>,
    pub shares: Vec<ShareField>,
    pub shares_error: String,
}
