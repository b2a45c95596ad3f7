//! A person's own settings: name and colours.

use super::prelude::*;

#[derive(Debug, Template)]
#[template(path = "preferences.html")]
pub struct Preferences {
    pub shell: Shell,
    pub problems: Problems,
    pub name: Field,
    pub title: Field,
    pub phone: Field,
    /// Where the person's own photograph is; "" while there is none.
    pub likeness: String,
    pub likeness_error: String,
    /// Values "system", "light", "dark".
    pub theme: Select,
    pub zone: Select,
    pub email: String,
    /// Other browsers that are signed in: "Firefox on Linux, today, 8:02 AM".
    pub sessions: Vec<String>,
}
