//! What people type, made safe to keep: one line without control characters, an address that can be written to, an exact amount.

use crate::{Date, Decimal};

/// One line: spaces folded, control and direction characters gone, cut at `most` characters.
pub fn line(typed: &str, most: usize) -> String {
    let clean: String = typed.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    let mut out = String::with_capacity(clean.len());
    for word in clean.split(' ').filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.chars().take(most).collect::<String>().trim_end().to_owned()
}

/// Characters that turn text around or cannot be seen; joiners inside words of some scripts stay.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A mail address that can be written to, as typed but without spaces around it. Whether it is read is another question.
pub fn email(typed: &str) -> Option<String> {
    let t = typed.trim();
    let (name, host) = t.rsplit_once('@')?;
    let fine = |c: char| !c.is_whitespace() && !is_hidden(c) && !matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '\\');
    let labels = host.split('.').collect::<Vec<_>>();
    let host_fine = labels.len() > 1 && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'));
    (t.len() <= 254 && !name.is_empty() && name.len() <= 64 && name.chars().all(|c| fine(c) && c != '@') && host_fine).then(|| t.to_owned())
}

/// An amount as people write it: `1,234.50`, `$88,000`, `−12`, `(12.00)`. Commas only where they group; at most four decimals.
pub fn amount(typed: &str) -> Option<Decimal> {
    let t = typed.trim();
    let (t, round) = match t.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        Some(inside) => (inside.trim(), true),
        None => (t, false),
    };
    let (t, minus) = match t.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (rest.trim_start(), true),
        None => (t, false),
    };
    let t = t.strip_prefix('$').unwrap_or(t).trim();
    let (whole, rest) = t.split_once('.').unwrap_or((t, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1 || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3);
    let digits = groups.concat();
    let plain =
        !digits.is_empty() && digits.len() <= 15 && rest.len() <= 4 && digits.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit());
    if !(grouped && plain) || t.ends_with('.') {
        return None;
    }
    let text = if rest.is_empty() { digits } else { format!("{digits}.{rest}") };
    let mut value = crate::money::decimal(&text)?;
    value.set_sign_negative((minus || round) && !value.is_zero());
    Some(value)
}

/// A day as a date field sends it.
pub fn day(typed: &str) -> Option<Date> {
    let day: Date = typed.trim().parse().ok()?;
    (1900..=2199).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_letters_of_all_scripts_and_nothing_that_hides() {
        assert_eq!(line("  Amélie\u{202E}\t de  la\nTour\0 ", 50), "Amélie de la Tour");
        assert_eq!(line("日本 太郎", 50), "日本 太郎");
        assert_eq!(line("abcdef", 3), "abc");
    }

    #[test]
    fn an_address_can_be_written_to() {
        for good in ["ngozi@okafor.example", " a.b+c@mail.alder-finch.example "] {
            assert_eq!(email(good).as_deref(), Some(good.trim()));
        }
        for bad in
            ["", "ngozi", "@x.example", "a b@x.example", "a@x", "a@x..example", "a@b@x.example", "a@x.example>", "a\r\nBcc:x@y.example"]
        {
            assert_eq!(email(bad), None, "{bad}");
        }
    }

    #[test]
    fn amounts_are_exact_and_never_guessed() {
        for (typed, exact) in
            [("1,234.50", "1234.50"), ("$88,000", "88000"), ("−12", "-12"), ("(12.00)", "-12.00"), ("0.1", "0.1"), ("-0", "0")]
        {
            assert_eq!(amount(typed).map(|d| d.to_string()).as_deref(), Some(exact), "{typed}");
        }
        for bad in ["", "1.234,56", "12,34", "1e5", "12.", ".5", "0.12345", "twelve", "1,2345", "--1", "1234567890123456"] {
            assert_eq!(amount(bad), None, "{bad}");
        }
    }
}
