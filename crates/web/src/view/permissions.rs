//! The table of who may do what.

use super::prelude::*;

#[derive(Template)]
#[template(path = "permissions.html")]
pub struct PermissionsPage {
    pub shell: Shell,
    pub parts: Vec<&'static str>,
    /// What is done, and each part's condition; "" for never.
    pub rows: Vec<(String, Vec<String>)>,
    /// The conditions and the people, each with what it means.
    pub conditions: Vec<(String, &'static str)>,
    pub people: Vec<(&'static str, &'static str)>,
}
