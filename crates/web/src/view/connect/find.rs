//! Search by name and address, thumbnails below the bar, the link icon that opens the institution's own page.

use super::Place;
use crate::view::prelude::*;

/// A thumbnail below the search bar.
#[derive(Clone, Debug)]
pub struct Tile {
    pub place: Place,
    /// Where choosing it leads.
    pub href: String,
}

/// One line of the results.
#[derive(Clone, Debug)]
pub struct Match {
    pub place: Place,
    pub href: String,
    /// The name and the address in stretches; `true` is what was typed. See [`marked`].
    pub name: Vec<(String, bool)>,
    pub site: Vec<(String, bool)>,
    /// "Workplace plans: 401(k), stock plans".
    pub about: String,
    /// How well it works at this firm: "Works well"; "" with too few tries to judge.
    pub record: String,
    /// Something to know before choosing: "Slow today", "Not letting anyone connect right now".
    pub trouble: Option<Chip>,
}

/// The search page: tiles while nothing is typed, matches afterwards. `#found` is also read by itself as the person types.
#[derive(Debug, Template)]
#[template(path = "connect/search.html", blocks = ["found"])]
pub struct Search {
    pub shell: FlowShell,
    /// Where the form leads (`GET`, with `q`).
    pub action: String,
    pub query: String,
    /// "Used by people at your firm".
    pub tiles_title: String,
    pub tiles: Vec<Tile>,
    pub matches: Vec<Match>,
    /// More exist than are shown.
    pub more: bool,
    /// Several sign-in pages of one brand are in the list: say how to tell them apart.
    pub portals: bool,
    /// For those who bring a token instead of a sign-in; "" where none is taken.
    pub token: String,
    /// Adding an account by hand; "" when that is not possible here.
    pub by_hand: String,
}

/// Cuts a text into stretches for `<mark>`, letter case and accents aside where their length allows. `query` is what was typed.
pub fn marked(text: &str, query: &str) -> Vec<(String, bool)> {
    let lower: Vec<char> = text.chars().flat_map(|c| c.to_lowercase().next()).collect();
    let letters: Vec<char> = text.chars().collect();
    let mut hit = vec![false; letters.len()];
    for word in query.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()) {
        let word: Vec<char> = word.chars().flat_map(|c| c.to_lowercase().next()).collect();
        let Some(last) = lower.len().checked_sub(word.len()) else { continue };
        if let Some(at) = (0..=last).find(|&i| lower[i..i + word.len()] == word[..]) {
            hit[at..at + word.len()].fill(true);
        }
    }
    let mut out: Vec<(String, bool)> = Vec::new();
    for (c, h) in letters.into_iter().zip(hit) {
        match out.last_mut() {
            Some((stretch, same)) if *same == h => stretch.push(c),
            _ => out.push((c.to_string(), h)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str, matches: Vec<Match>) -> String {
        let place = Place { name: "Larchmont Bank".into(), site: "bank.larchmont.example".into(), ..Place::default() };
        let tiles = vec![Tile { place, href: "/pick/1".into() }];
        let contact = Contact { email: "help@alderfinch.example".into(), ..Contact::default() };
        let shell = FlowShell { contact, ..FlowShell::default() };
        let (action, tiles_title) = ("/find".into(), "Used here".into());
        Search {
            shell,
            action,
            query: query.into(),
            tiles_title,
            tiles,
            portals: true,
            matches,
            more: false,
            token: String::new(),
            by_hand: String::new(),
        }
        .to_string()
    }

    // proves: N37 N38 N47 N48
    #[test]
    fn thumbnails_stand_below_the_bar_until_something_is_typed() {
        let fresh = page("", Vec::new());
        assert!(fresh.find("type=\"search\"").unwrap() < fresh.find("href=\"/pick/1\"").unwrap());
        assert!(fresh.contains("not every one") && fresh.contains("mailto:help@alderfinch.example"));
        let none = page("zzz", Vec::new());
        assert!(!none.contains("/pick/1") && none.contains("No institution matches “zzz”"));
    }

    // proves: N58 N60 E16 E18
    #[test]
    fn each_match_shows_name_and_address_and_opens_the_institutions_own_page() {
        let href = "https://bank.larchmont.example".into();
        let place = Place { name: "Larchmont Bank".into(), site: "bank.larchmont.example".into(), href, ..Place::default() };
        let (name, site) = (marked(&place.name, "larch"), marked(&place.site, "larch"));
        let shown = page(
            "larch",
            vec![Match { place, href: "/pick/1".into(), name, site, about: String::new(), record: String::new(), trouble: None }],
        );
        assert!(shown.contains("<mark>Larch</mark>mont Bank") && shown.contains("bank.<mark>larch</mark>mont.example"));
        assert!(shown.contains("href=\"https://bank.larchmont.example\" target=\"_blank\" rel=\"noopener noreferrer\""));
        assert!(shown.contains("Check the web address."));
    }

    #[test]
    fn marks_what_was_typed_and_nothing_else() {
        let cut = marked("Larchmont Brokerage", "LARCH brok");
        let marks: Vec<&str> = cut.iter().filter(|(_, m)| *m).map(|(t, _)| t.as_str()).collect();
        assert_eq!(marks, ["Larch", "Brok"]);
        assert_eq!(cut.iter().map(|(t, _)| t.as_str()).collect::<String>(), "Larchmont Brokerage");
        assert_eq!(marked("Ärla", "xyz"), [("Ärla".to_owned(), false)]);
    }
}
