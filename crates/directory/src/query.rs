//! What was typed or pasted, cut into words. Knows no entries.

use crate::abbreviation::{is_errand, is_filler};
use crate::address::{self, Address};
use crate::building::Index;
use crate::fold::{cjk_parts, fold};

/// Nobody types more to find an institution; what is beyond costs nothing.
const QUERY_BYTES: usize = 120;
const WORDS: usize = 8;

pub struct Query {
    pub words: Vec<Word>,
    /// Folded, one space between words.
    pub text: String,
    pub glued: String,
    /// It was an address, so its labels may be run-together names.
    pub labels: bool,
}

pub struct Word {
    pub text: String,
    pub cjk: bool,
    /// Small words and words about signing in: welcome, never required.
    pub slight: bool,
    /// The last word may still be growing.
    pub last: bool,
}

impl Query {
    pub fn of_text(text: &str) -> Query {
        let mut cut = text.len().min(QUERY_BYTES);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let folded = fold(&text[..cut]);
        let mut words = vec![];
        for (at, word) in folded.words.iter().enumerate() {
            let letters = folded.word(at);
            let parts = if word.cjk { cjk_parts(letters) } else { vec![letters] };
            words.extend(parts.into_iter().map(|p| (p.to_owned(), word.cjk)));
        }
        Query::new(words, folded.glued(), folded.text, false)
    }

    /// An address that no entry has: its labels are words, without those that every address has.
    pub fn of_address(address: &Address, index: &Index) -> Query {
        let mut labels: Vec<&str> = address.host.split('.').collect();
        let ending = address::ending(&address.host);
        let known =
            |e: &str| e.starts_with(ending) || matches!(ending, "com" | "net" | "org" | "edu" | "gov" | "co" | "us" | "uk" | "ca" | "au");
        if address.certain || index.endings.iter().any(|e| known(e)) {
            labels.pop();
        }
        let telling: Vec<&str> = labels.iter().copied().filter(|l| !is_door(l)).collect();
        let kept = if telling.is_empty() { labels } else { telling };
        let folded = fold(&kept.join(" "));
        let words = (0..folded.words.len()).map(|i| (folded.word(i).to_owned(), folded.words[i].cjk)).collect();
        Query::new(words, folded.glued(), folded.text, true)
    }

    fn new(words: Vec<(String, bool)>, glued: String, text: String, labels: bool) -> Query {
        let telling = words.iter().any(|(w, _)| !is_filler(w) && !is_errand(w));
        let count = words.len().min(WORDS);
        let words = words.into_iter().take(count).enumerate().map(|(at, (text, cjk))| {
            let last = at + 1 == count;
            // "a", "de" and "in" may be the beginning of a name as long as they are the last word.
            let slight = telling && (is_errand(&text) || (is_filler(&text) && !last));
            Word { text, cjk, slight, last }
        });
        Query { words: words.collect(), text, glued, labels }
    }
}

/// Host labels that lead to a sign-in page anywhere.
fn is_door(label: &str) -> bool {
    is_errand(label)
        || matches!(
            label,
            "secure"
                | "portal"
                | "app"
                | "apps"
                | "auth"
                | "sso"
                | "id"
                | "my"
                | "m"
                | "mobile"
                | "web"
                | "client"
                | "clients"
                | "access"
                | "co"
                | "com"
        )
}
