//! What stands above the map: its two views, what can be chosen, how fresh it is.

use super::choice::shelf_key;
use super::parts::{ORDER, Source, Thing, names};
use crate::household_words::freshness;
use crate::view::household::Seg;
use crate::view::kit::{Pick, Select};
use crate::view::map::{Choice, Freshness, MapTools, Who};
use crate::view::words;
use model::Custody;
use model::sums::Sums;

impl Source<'_> {
    pub(super) fn tools(&self, all: &[Thing<'_>], sums: &Sums, shown: usize) -> MapTools {
        let c = self.choice;
        let seg = |text: &str, to: Choice| Seg::new(text, to.at(&self.at), to == c);
        let custody = [("Everything", None), ("Held away", Some(Custody::HeldAway)), ("Managed here", Some(Custody::Managed))];
        let old = (sums.out_of_date > 0).then(|| {
            let to = Choice { state: Some(Freshness::Old), list: true, ..Choice::default() };
            (format!("{} out of date", sums.out_of_date), to.at(&self.at))
        });
        let clear = Choice { list: c.list, ..Choice::default() }.at(&self.at);
        MapTools {
            views: vec![seg("Map", Choice { list: false, ..c }), seg("List", Choice { list: true, ..c })],
            custody: custody.map(|(text, k)| seg(text, Choice { custody: k, ..c })).into(),
            selects: if all.len() > 1 { self.selects(all) } else { Vec::new() },
            hidden: [("view", if c.list { "list" } else { "" }), ("custody", c.custody_key())]
                .into_iter()
                .filter(|(_, v)| !v.is_empty())
                .map(|(n, v)| (n, v.to_owned()))
                .collect(),
            at: self.at.clone(),
            fresh: self.newest(all, freshness(sums, self.today)),
            old,
            showing: if c.narrows() { format!("{shown} of {} shown.", words::count(all.len(), "item", "items")) } else { String::new() },
            clear,
        }
    }

    /// "Newest today, 6:12 AM" where the institution says the hour.
    fn newest(&self, all: &[Thing<'_>], line: String) -> String {
        let newest = all.iter().filter(|t| t.account.state.counts()).filter_map(|t| t.account.figures.as_of).max();
        match newest.filter(|t| t.date(self.zone) == self.today) {
            Some(t) => line.replacen("Newest today", &format!("Newest today, {}", words::hour(t, self.zone)), 1),
            None => line,
        }
    }

    fn selects(&self, all: &[Thing<'_>]) -> Vec<Select> {
        let c = self.choice;
        let mut who = vec![Pick::new("", "Everyone", c.who.is_none())];
        who.extend(self.members.iter().map(|m| Pick::new(m.id.to_string(), &m.given, c.who == Some(Who::Member(m.id)))));
        for (w, key, text) in [(Who::Joint, "joint", "Joint"), (Who::Nobody, "nobody", "Owner not set")] {
            if c.who == Some(w) || all.iter().any(|t| t.whose == w) {
                who.push(Pick::new(key, text, c.who == Some(w)));
            }
        }
        let mut kinds = vec![Pick::new("", "Every kind", c.kind.is_none())];
        for s in ORDER.into_iter().filter(|s| c.kind == Some(*s) || all.iter().any(|t| t.shelf == *s)) {
            kinds.push(Pick::new(shelf_key(s), names(s).1, c.kind == Some(s)));
        }
        let mut states = vec![Pick::new("", "Every state", c.state.is_none())];
        for f in Freshness::ALL.into_iter().filter(|f| c.state == Some(*f) || all.iter().any(|t| t.item.freshness == *f)) {
            states.push(Pick::new(f.key(), f.word(), c.state == Some(f)));
        }
        vec![Select::new("who", "Whose", who), Select::new("kind", "Kind", kinds), Select::new("state", "State", states)]
    }
}
