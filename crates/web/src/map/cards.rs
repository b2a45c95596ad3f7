//! The list: a card for each person and for what several own, with the same figures as the drawing.

use super::parts::{ORDER, Source, Thing, colour, names, sum, sum_words};
use crate::household_words::total;
use crate::view::map::{MapCard, MapGroup, Who};
use crate::view::words;
use model::fact::MemberRole;

impl Source<'_> {
    pub(super) fn cards(&self, things: &[&Thing<'_>]) -> Vec<MapCard> {
        let adults: Vec<String> = self.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.given.clone()).collect();
        let card = |id: &str, initials: String, name: String, about: String, whose: Who| {
            let own: Vec<&Thing<'_>> = things.iter().filter(|t| t.whose == whose).copied().collect();
            let groups = ORDER.into_iter().filter_map(|shelf| {
                let on: Vec<&Thing<'_>> = own.iter().filter(|t| t.shelf == shelf).copied().collect();
                let group = || MapGroup {
                    name: names(shelf).0,
                    kind: colour(shelf),
                    sum: sum_words(&on),
                    items: on.iter().map(|t| t.item.clone()).collect(),
                };
                (!on.is_empty()).then(group)
            });
            let total = if own.is_empty() { String::new() } else { total(&sum(&own)) };
            MapCard { id: id.to_owned(), initials, name, about, total, groups: groups.collect() }
        };
        let letters = adults.iter().filter_map(|n| n.chars().next()).map(String::from).collect::<Vec<_>>().join("+");
        let mut out = vec![
            card("w-joint", letters, "Joint".into(), words::and(&adults), Who::Joint),
            card("w-nobody", "?".into(), "Owner not set".into(), "Nobody is named yet".into(), Who::Nobody),
        ];
        out.retain(|c| !c.groups.is_empty());
        let people = self.members.iter().map(|m| {
            let p = self.person(m);
            card(&p.id, p.initials, p.name, p.about, Who::Member(m.id))
        });
        // Somebody who has nothing is still of the household; what was not asked for is not.
        out.extend(people.filter(|c| !self.choice.narrows() || !c.groups.is_empty()));
        out
    }
}
