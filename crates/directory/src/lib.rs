//! Finding an institution among tens of thousands while somebody types. Pure: the caller loads the entries, keeps the index in an `Arc` and
//! swaps it whole. Knows nothing of async, SQL, HTTP, firms or providers.
//!
//! How a query runs: `query` cuts it into words (or recognises a pasted `address`), `lexicon` finds the terms that each word may mean (exact,
//! begun, misspelt), `search` adds up how much of the query each entry answers, `ranking` orders the best of them and keeps families together,
//! `marks` says what to highlight.

mod abbreviation;
mod address;
mod building;
mod entry;
mod fold;
mod lexicon;
mod marks;
mod misspelling;
mod query;
mod ranking;
mod search;

pub use building::Index;
pub use entry::{Entry, Hit};

/// Text as it is searched everywhere: lower case, no diacritics, words apart by one space.
pub fn plain(text: &str) -> String {
    fold::fold(text).text
}
