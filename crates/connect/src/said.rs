//! What providers say, made safe to keep: one line, of bearable length; never more of an account number than its end.

use model::{Date, Time};
use url::Url;

const LONGEST_TEXT: usize = 200;

/// Text of an institution: one line, of bearable length, or nothing.
pub fn tidy(text: &str) -> Option<String> {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.into())
}

/// A longer text in plain words: marks of a page are taken out, and what is left is shown as text.
pub fn plain(text: &str, longest: usize) -> Option<String> {
    let (mut out, mut inside) = (String::new(), false);
    for c in text.chars().take(longest * 8) {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            c => out.push(c),
        }
    }
    let clean = model::text::line(&out, longest);
    (!clean.is_empty()).then_some(clean)
}

/// At most the last four characters, whatever came.
pub fn mask(text: &str) -> Option<String> {
    let all: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    (all.len() >= 2).then(|| all[all.len().saturating_sub(4)..].iter().collect())
}

/// The trading day that an instant belongs to: the day in New York.
pub fn day_of(t: Time) -> Date {
    t.date(&model::calendar::new_york())
}

/// An address that a browser can be sent to.
pub fn web_address(text: &str) -> Option<String> {
    Url::parse(text.trim()).ok().filter(|u| matches!(u.scheme(), "https" | "http") && u.has_host()).map(String::from)
}

/// Our own machine: a rehearsal.
pub fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_out_and_the_words_stay() {
        let said = "Use the <a href=\"https://x.example\" onclick='y()'>same\nname</a> as there.\u{202e} 3 < 4";
        assert_eq!(plain(said, 100).unwrap(), "Use the same name as there. 3");
        assert_eq!(plain("<script>", 100), None);
        assert_eq!(plain(&"ü".repeat(50), 10).unwrap().chars().count(), 10);
    }

    #[test]
    fn no_more_of_a_number_than_its_end() {
        assert_eq!(mask("****-0012345").as_deref(), Some("2345"));
        assert_eq!((mask("7"), mask("x7").as_deref()), (None, Some("x7")));
    }
}
