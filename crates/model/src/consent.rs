//! What a person agrees to before an institution is connected: the exact words, their version, what they cover and when they end.

use crate::{Span, Time};

/// Changes whenever a word of the text changes; kept with each consent.
pub const VERSION: &str = "2026-11-a";
/// What may be read under it, as the fetch names it.
pub const SCOPE: &str = "accounts balances holdings liabilities investment_transactions";
/// A permission lasts this long unless it is renewed.
pub const LASTS: Span = Span::days(365);

/// The list beside the text.
pub const READS: [&str; 4] =
    ["Account names and last four digits", "Balances and holdings", "Investment transactions", "What is owed on loans and cards"];

/// The permission exactly as it is shown and kept.
pub fn text(firm: &str, institution: &str, provider: &str, ends: &str) -> String {
    format!(
        "By choosing Continue you let {firm} read the accounts you choose at {institution}, through {provider}: names, last four digits, \
         balances, holdings, investment transactions and what is owed. Nobody can move money or sign in as you with it. \
         The permission lasts until {ends} and you can end it any day; we then end it at {institution} too."
    )
}

pub fn ends(given: Time) -> Time {
    given + LASTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_who_reads_what_where_and_until_when() {
        let t = text("Alder & Finch", "Larchmont", "Plaid", "21 Nov 2027");
        for word in ["Alder & Finch", "Larchmont", "Plaid", "21 Nov 2027", "end it any day"] {
            assert!(t.contains(word), "{word}");
        }
    }
}
