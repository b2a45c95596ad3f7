//! What the search over everything found, kind by kind.

use super::prelude::*;

/// One line of the answer.
#[derive(Clone, Debug)]
pub struct Hit {
    pub href: String,
    pub name: String,
    /// "Okafor–Lindqvist", "4 connections in 3 households".
    pub about: String,
    pub chip: Option<Chip>,
}

/// Lines of one kind.
#[derive(Clone, Debug)]
pub struct Hits {
    pub key: &'static str,
    pub title: &'static str,
    pub rows: Vec<Hit>,
    /// Where more of them are; "" when all are here.
    pub more: String,
}

#[derive(Debug, Template)]
#[template(path = "search.html", blocks = ["hits"])]
pub struct Search {
    pub shell: Shell,
    pub groups: Vec<Hits>,
    /// What to say when nothing was found, or nothing asked.
    pub empty: String,
}
