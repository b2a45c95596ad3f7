//! Web addresses as people paste them: host, registrable part and path out of anything that looks like one. Never resolves or opens them.

/// Longest stretch of a paste that is looked at; tracking parameters beyond it do not matter.
const PASTE_BYTES: usize = 512;

#[derive(Debug, PartialEq, Eq)]
pub struct Address {
    /// Lower case, without a leading "www.", user, port and final dot.
    pub host: String,
    /// Without query and fragment; empty or beginning with a slash.
    pub path: String,
    /// Said to be an address (scheme or "www."), not only looking like one.
    pub certain: bool,
}

impl Address {
    pub fn parse(text: &str) -> Option<Address> {
        let text = text.trim();
        let mut cut = text.len().min(PASTE_BYTES);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let text = text[..cut].to_lowercase();
        let (rest, scheme) = match text.split_once("://") {
            Some((s, rest)) if !s.is_empty() && s.len() < 9 && s.bytes().all(|b| b.is_ascii_alphabetic()) => (rest, true),
            _ => (text.as_str(), false),
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host).trim_end_matches('.');
        let bare = host.strip_prefix("www.").filter(|h| h.contains('.') || !h.is_empty() && scheme).unwrap_or(host);
        let labels: Vec<&str> = bare.split('.').collect();
        let well_formed = labels.iter().all(|l| !l.is_empty() && l.len() < 64 && l.chars().all(|c| c.is_alphanumeric() || c == '-'));
        let ending = labels.last().is_some_and(|l| l.len() > 1 && l.chars().all(char::is_alphabetic));
        if labels.len() < 2 || !well_formed || !ending {
            return None;
        }
        let path = tail.split(['?', '#']).next().unwrap_or("").trim_end_matches('/').to_owned();
        Some(Address { certain: scheme || bare.len() < host.len(), host: bare.to_owned(), path })
    }

    pub fn registrable(&self) -> &str {
        registrable(&self.host)
    }
}

/// The part that somebody registered: two labels, or three under the customary second levels of country codes.
pub fn registrable(host: &str) -> &str {
    let dots: Vec<usize> = host.rmatch_indices('.').map(|(i, _)| i).collect();
    let Some(&last) = dots.first() else { return host };
    let second = dots.get(1).map_or(&host[..last], |&d| &host[d + 1..last]);
    let wide = host.len() - last == 3 && matches!(second, "co" | "com" | "org" | "net" | "gov" | "ac" | "edu" | "or" | "ne");
    match dots.get(if wide { 2 } else { 1 }) {
        Some(&d) => &host[d + 1..],
        None => host,
    }
}

/// The last label, by which an unfinished address is told from words.
pub fn ending(host: &str) -> &str {
    host.rsplit('.').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_in_many_shapes() {
        for s in [
            "https://www.larchmont.example/login?x=1",
            "larchmont.example",
            "  HTTPS://user:pw@LARCHMONT.example:8443/login#a ",
            "www.larchmont.example/",
            "me@larchmont.example",
            "larchmont.example.",
        ] {
            assert_eq!(Address::parse(s).expect(s).host, "larchmont.example", "{s}");
        }
        assert_eq!(Address::parse("https://a.example/x/y/?q#z").expect("address").path, "/x/y");
        for s in ["larchmont", "u.s. bank", "t. rowe", "", "...", "http://", "www.", "a..b", "401.5", "e*trade.x"] {
            assert_eq!(Address::parse(s), None, "{s}");
        }
    }

    #[test]
    fn registrable_part() {
        assert_eq!(registrable("secure.work.larchmont.example"), "larchmont.example");
        assert_eq!(registrable("online.larchmont.co.uk"), "larchmont.co.uk");
        assert_eq!(registrable("larchmont.co.uk"), "larchmont.co.uk");
        assert_eq!(registrable("example"), "example");
    }
}
