//! Rights as a form: boxes for each area, looking and printing apart, and a set to start from. Without scripts what was changed counts.

use crate::view::invitations::{RightAct, RightRow, RightsForm, SetPick, Tick};
use crate::view::words;
use app::permission_sets::{CUSTOM, Choice};
use model::portal::{Area, Right, Rights};

/// The key of no set.
pub const CUSTOM_KEY: &str = "custom";

/// What a browser posts. Names come several times, so pairs are read.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    pub set: String,
    was_set: String,
    was: Rights,
    pub boxes: Rights,
}

impl Posted {
    /// `None` when a word is no right of ours.
    pub fn read(pairs: &[(String, String)]) -> Option<Posted> {
        let text = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str()).to_owned();
        let boxes = pairs.iter().filter(|(n, _)| n == "right").map(|(_, v)| Right::from_key(v)).collect::<Option<Vec<_>>>()?;
        Some(Posted { set: text("set"), was_set: text("was_set"), was: Rights::from_text(&text("was"))?, boxes: Rights::of(boxes) })
    }

    /// The rights that are meant: the boxes, or those of a set that was chosen instead. `Err` says what is unclear.
    pub fn meant(&self, choices: &[Choice]) -> Result<Rights, &'static str> {
        let Some(set) = choices.iter().find(|c| c.key == self.set && self.set != self.was_set) else { return Ok(self.boxes) };
        let whole = whole(set, self.boxes);
        if self.boxes == self.was || whole == self.boxes {
            return Ok(whole);
        }
        Err("Both the set and the boxes were changed. Choose a set, or tick single rights.")
    }
}

fn acts() -> Rights {
    Rights::of([Right::Connect, Right::AddFacts, Right::Suggest])
}

/// A set's rights; one that says nothing of acts leaves those that are ticked beside it.
fn whole(set: &Choice, boxes: Rights) -> Rights {
    if set.rights.under(acts()) == Rights::NONE { Rights::of(set.rights.iter().chain(boxes.under(acts()).iter())) } else { set.rights }
}

/// What a new invitation starts from: the map alone, one's own accounts, and saying what looks wrong.
pub fn to_begin_with(ceiling: Rights) -> Rights {
    model::portal::Preset::Reader.rights().with(Right::Connect).with(Right::Suggest).under(ceiling)
}

/// The form. `chosen` is the key of the set that it starts from; no choices draw boxes alone.
pub fn form(who: &str, choices: &[Choice], chosen: &str, rights: Rights, ceiling: Rights, error: String) -> RightsForm {
    let ticked: Vec<Right> = rights.iter().collect();
    let tick = |r: Right| Tick { key: r.key(), on: ticked.contains(&r), off: !ceiling.holds(r) };
    let rows = Area::ALL.map(|a| RightRow { name: a.name(), view: tick(Right::View(a)), print: tick(Right::Print(a)) });
    let act = |r, label: &str, hint| RightAct { tick: tick(r), label: label.replace("{}", who), hint };
    let mut sets: Vec<SetPick> = choices
        .iter()
        .map(|c| SetPick { key: c.key.clone(), name: c.name.clone(), chosen: c.key == chosen, rights: c.rights.to_string() })
        .collect();
    let custom = !sets.iter().any(|s| s.chosen);
    if !sets.is_empty() {
        sets.push(SetPick { key: CUSTOM_KEY.into(), name: CUSTOM.into(), chosen: custom, rights: String::new() });
    }
    RightsForm {
        who: who.to_owned(),
        sets,
        rows: rows.into(),
        acts: vec![
            act(Right::Connect, "Let {} connect and refresh accounts", "Nobody can edit members or other figures from the portal."),
            act(Right::AddFacts, "Let {} add accounts by hand", "They are marked as added by the client."),
            act(Right::Suggest, "Let {} suggest changes", "Each arrives as a draft that you accept or decline."),
        ],
        error,
        was_set: if custom { CUSTOM_KEY.into() } else { chosen.to_owned() },
        was: rights.to_string(),
    }
}

/// The set that these rights are, for the select.
pub fn key_of(choices: &[Choice], rights: Rights, name: &str) -> String {
    let fits = |c: &&Choice| whole(c, rights) == rights;
    let named = choices.iter().find(|c| c.name == name && fits(c)).or_else(|| choices.iter().find(fits));
    named.map_or_else(|| CUSTOM_KEY.to_owned(), |c| c.key.clone())
}

/// "Sees household map and members; prints household map; connects accounts".
pub fn sees(rights: Rights) -> String {
    let names = |of: fn(Area) -> Right| {
        let some: Vec<String> = Area::ALL.into_iter().filter(|a| rights.holds(of(*a))).map(|a| a.name().to_lowercase()).collect();
        words::and(&some)
    };
    let mut parts = Vec::new();
    for (verb, list) in [("sees", names(Right::View)), ("prints", names(Right::Print))] {
        if !list.is_empty() {
            parts.push(format!("{verb} {list}"));
        }
    }
    for (right, word) in
        [(Right::Connect, "connects accounts"), (Right::AddFacts, "adds accounts by hand"), (Right::Suggest, "suggests changes")]
    {
        if rights.holds(right) {
            parts.push(word.to_owned());
        }
    }
    if parts.is_empty() { "Sees nothing".into() } else { words::capital(&parts.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::portal::Preset;

    // proves: P10 P11 P28
    #[test]
    fn what_was_changed_counts_the_set_or_the_boxes() {
        let choices: Vec<Choice> = Preset::ALL.map(|p| Choice { key: p.key().into(), name: p.name().into(), rights: p.rights() }).into();
        let start = to_begin_with(Rights::ALL);
        let post = |set: &str, boxes: Rights| Posted { set: set.into(), was_set: "reader".into(), was: start, boxes };
        assert_eq!(post("reader", start).meant(&choices), Ok(start));
        let more = start.with(Right::View(Area::Members));
        assert_eq!(post("reader", more).meant(&choices), Ok(more), "a box that was ticked counts");
        let all = post("everything", start).meant(&choices).expect("clear");
        assert!(all.holds(Right::View(Area::Policies)) && all.holds(Right::Connect) && !all.holds(Right::Print(Area::Map)));
        assert_eq!(post("everything", all).meant(&choices), Ok(all), "a script ticked the set’s boxes");
        assert!(post("everything", more).meant(&choices).is_err());
        assert_eq!(key_of(&choices, all, "Everything"), "everything");
        assert_eq!(key_of(&choices, more, ""), CUSTOM_KEY);
        assert_eq!(sees(start), "Sees household map; connects accounts; suggests changes");
        let drawn = form("Ngozi", &choices, "reader", start, Preset::Everything.rights(), String::new());
        assert!(drawn.rows.iter().all(|r| r.print.off && !r.view.off) && drawn.acts.iter().all(|a| a.tick.off));
    }
}
