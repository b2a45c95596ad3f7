//! One institution through several providers. Rows of the directory that bear the same name at the same address are one entry; which way it
//! is reached is decided anew at each search, by what works. Portals of one brand differ in name or address and stay apart (N58).

use super::Status;
use super::shelf::{Book, shown, word_on};
use crate::App;
use connect::registry::PROVIDERS;
use std::collections::HashMap;
use store::institutions::Institution;

/// Which rows belong together, by their places in the book.
#[derive(Default)]
pub(super) struct Routes {
    /// The first place of those that share an entry; every other row is its own.
    first: HashMap<usize, usize>,
    all: HashMap<usize, Vec<usize>>,
}

impl Routes {
    /// Only what is listed counts, and a provider that lists one institution twice means two.
    pub(super) fn of(rows: &[Institution]) -> Routes {
        let mut same: HashMap<(String, String), Vec<usize>> = HashMap::new();
        let several = rows.windows(2).any(|w| w[0].provider != w[1].provider);
        for (at, r) in rows.iter().enumerate().filter(|(_, r)| several && r.retired_at.is_none()) {
            let site = shown(r.url.as_deref()).to_lowercase();
            if !site.is_empty() {
                same.entry((directory::plain(&r.name), site)).or_default().push(at);
            }
        }
        let mut out = Routes::default();
        for group in same.into_values().filter(|g| g.len() > 1) {
            let mut once: Vec<usize> = Vec::new();
            for at in group {
                if once.iter().all(|known| rows[*known].provider != rows[at].provider) {
                    once.push(at);
                }
            }
            if let [first, _, ..] = once[..] {
                out.first.extend(once.iter().map(|at| (*at, first)));
                out.all.insert(first, once);
            }
        }
        out
    }

    /// The place under which a row is found.
    pub(super) fn first(&self, at: usize) -> usize {
        self.first.get(&at).copied().unwrap_or(at)
    }
}

/// The way that works best now: a provider that is set up, an institution that is not down, its own sign-in page before a sign-in typed
/// here, what succeeds more often, and the providers' own order.
pub(super) fn best<'a>(app: &App, book: &'a Book, at: usize) -> &'a Institution {
    let Some(all) = book.routes.all.get(&at) else { return &book.rows[at] };
    let rank = |r: &Institution| {
        let word = word_on(app.shelf(), r);
        let connector = app.connector(&r.provider);
        let typed = connector.as_ref().is_some_and(|c| c.card().own_screens) && !r.oauth;
        let closed = match word.status {
            Status::Healthy | Status::Degraded | Status::Unknown => 0,
            Status::Down => 1,
            Status::NotSupported => 2,
        };
        let fails = 100 - word.success_percent.unwrap_or(50).min(100);
        let place = PROVIDERS.iter().position(|p| p.key == r.provider).unwrap_or(PROVIDERS.len());
        (connector.is_none(), closed, typed, fails, place)
    };
    let found = all.iter().map(|at| &book.rows[*at]).min_by_key(|r| rank(r));
    found.unwrap_or(&book.rows[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{InstitutionId, Time};
    use store::institutions::Weather;

    fn row(provider: &str, name: &str, url: Option<&str>) -> Institution {
        Institution {
            id: InstitutionId::from_uuid(uuid::Uuid::from_u128(1)),
            provider: provider.into(),
            external_id: name.into(),
            name: name.into(),
            url: url.map(String::from),
            countries: vec![],
            products: vec![],
            oauth: false,
            colour: None,
            state: Weather { status: "healthy".into(), notice: None, success_percent: None },
            popularity: 0,
            retired_at: None,
        }
    }

    // proves: N58 N59
    #[test]
    fn one_place_is_one_entry_and_two_portals_are_two() {
        let site = Some("https://www.larchmont.example");
        let rows = [
            row("plaid", "Larchmont Brokerage", site),
            row("mx", "LARCHMONT  brokerage", Some("https://www.larchmont.example/")),
            row("plaid", "Larchmont Workplace", Some("https://work.larchmont.example")),
            row("mx", "Larchmont Benefits", site),
            row("mx", "No address", None),
            row("plaid", "No address", None),
            row("plaid", "Larchmont Brokerage", site),
            Institution { retired_at: Some(Time(1)), ..row("simplefin", "Larchmont Brokerage", site) },
        ];
        let routes = Routes::of(&rows);
        let firsts: Vec<usize> = (0..rows.len()).map(|at| routes.first(at)).collect();
        assert_eq!(firsts, [0, 0, 2, 3, 4, 5, 6, 7]);
        assert_eq!(routes.all[&0], [0, 1]);
    }
}
