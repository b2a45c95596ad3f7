//! What goes into the index and what comes out of it.

use std::ops::Range;

/// One sign-in page of an institution, as the caller knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The caller's own key; it comes back in the hit.
    pub key: u32,
    pub name: String,
    /// The address that is shown beside the name, with or without a scheme.
    pub url: String,
    /// Other names, former names, abbreviations, further hosts: whatever people may type. Edited by hand.
    pub aliases: Vec<String>,
    /// How often the entry is chosen, or any other number that grows with it.
    pub popularity: u32,
    /// Two-letter codes; empty means everywhere.
    pub countries: Vec<String>,
}

/// One answer. Marks are byte ranges on character boundaries of the entry's own name and address, sorted, never overlapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub key: u32,
    pub name_marks: Vec<Range<usize>>,
    pub url_marks: Vec<Range<usize>>,
    /// Thousandths; comparable within one answer only.
    pub score: i32,
}
