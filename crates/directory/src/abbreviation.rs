//! Words of the trade that people shorten, and words that say nothing about which institution is meant.

/// Short form and what it stands for. Both directions are indexed, so either may be typed for the other.
const SHORT: &[(&str, &[&str])] = &[
    ("fcu", &["federal", "credit", "union"]),
    ("cu", &["credit", "union"]),
    ("fsb", &["federal", "savings", "bank"]),
    ("nb", &["national", "bank"]),
    ("hsa", &["health", "savings"]),
    ("natl", &["national"]),
    ("intl", &["international"]),
    ("fed", &["federal"]),
    ("1st", &["first"]),
    ("2nd", &["second"]),
    ("3rd", &["third"]),
    ("5th", &["fifth"]),
    ("saint", &["st"]),
    ("mount", &["mt"]),
    ("fort", &["ft"]),
    ("mtg", &["mortgage"]),
    ("svcs", &["services"]),
    ("mgmt", &["management"]),
    ("assn", &["association"]),
    ("bldg", &["building"]),
    ("co", &["company"]),
    ("grp", &["group"]),
    ("tr", &["trust"]),
    ("pens", &["pension"]),
    ("univ", &["university"]),
];

/// Small words: they neither count when they match nor hurt when they are missing.
pub fn is_filler(word: &str) -> bool {
    matches!(word, "of" | "the" | "and" | "my" | "a" | "for" | "in" | "at" | "de" | "la")
}

/// Words about signing in rather than about the institution.
pub fn is_errand(word: &str) -> bool {
    matches!(
        word,
        "login" | "logon" | "signin" | "sign" | "log" | "online" | "account" | "accounts" | "website" | "site" | "www" | "http" | "https"
    )
}

/// Words that an entry with these words should also be found by.
pub fn other_forms(words: &[&str]) -> Vec<&'static str> {
    let mut out = vec![];
    for (short, long) in SHORT {
        if words.windows(long.len()).any(|w| w == *long) {
            out.push(*short);
        }
        if words.contains(short) {
            out.extend(long.iter().copied());
        }
    }
    out
}

/// First letters of the leading words, two or more of them, with and without the small words: "hv" and "hvc" for Harbor & Vale Custody.
pub fn initials(words: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for skip in [true, false] {
        let mut run = String::new();
        for w in words.iter().filter(|w| !(skip && is_filler(w))).take(8) {
            run.extend(w.chars().next());
            if run.chars().count() > 1 && !out.contains(&run) {
                out.push(run.clone());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions() {
        assert_eq!(other_forms(&["bluewater", "federal", "credit", "union"]), ["fcu", "cu", "fed"]);
        assert_eq!(other_forms(&["bluewater", "cu"]), ["credit", "union"]);
        assert_eq!(initials(&["harbor", "vale", "custody"]), ["hv", "hvc"]);
        assert_eq!(initials(&["bank", "of", "larch"]), ["bl", "bo", "bol"]);
    }
}
