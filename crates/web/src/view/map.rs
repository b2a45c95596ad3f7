//! The household map as it is shown: the drawing with its words, and the list of the same figures. Where everything stands is
//! `model::map`'s to say.

mod panel;
mod svg;

pub(crate) use svg::esc;

pub use panel::{Panel, Part, Purse};

use super::household::{HouseholdHead, Seg, Tab};
use super::prelude::*;
use model::map::Drawing;

/// How current a tile's figure is, with the badge that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    InSync,
    Old,
    Attention,
    Syncing,
    ByHand,
    /// From a file or a feed of the firm's: as current as its day says.
    Given,
    Muted,
    Ended,
}

impl Freshness {
    pub const ALL: [Freshness; 8] = [
        Freshness::InSync,
        Freshness::Old,
        Freshness::Attention,
        Freshness::Syncing,
        Freshness::ByHand,
        Freshness::Given,
        Freshness::Muted,
        Freshness::Ended,
    ];
    pub fn key(self) -> &'static str {
        match self {
            Freshness::InSync => "in-sync",
            Freshness::Old => "out-of-date",
            Freshness::Attention => "attention",
            Freshness::Syncing => "syncing",
            Freshness::ByHand => "by-hand",
            Freshness::Given => "given",
            Freshness::Muted => "muted",
            Freshness::Ended => "disconnected",
        }
    }
    pub fn word(self) -> &'static str {
        match self {
            Freshness::InSync => "In sync",
            Freshness::Old => "Out of date",
            Freshness::Attention => "Needs attention",
            Freshness::Syncing => "Syncing now",
            Freshness::ByHand => "Entered by hand",
            Freshness::Given => "From a feed or a file",
            Freshness::Muted => "Not counted",
            Freshness::Ended => "Disconnected",
        }
    }
    /// Colour and stroke of the badge; a pencil and nothing have none.
    fn badge(self) -> Option<(Tone, &'static str)> {
        match self {
            Freshness::InSync => Some((Tone::Ok, "M-3.3 .2l2.3 2.3 4.3-4.8")),
            Freshness::Old => Some((Tone::Warn, "M0-3.6V.3l2.5 1.5")),
            Freshness::Attention => Some((Tone::Bad, "M0-4v4.5M0 3.5v.1")),
            Freshness::Syncing => {
                Some((Tone::Info, "M3.6-1.2A3.8 3.8 0 0 0-3.4-1.7M-3.6 1.2A3.8 3.8 0 0 0 3.4 1.7M-3.7-4v2.4h2.4M3.7 4V1.6H1.3"))
            }
            Freshness::Muted => Some((Tone::Idle, "M-3.6 0H3.6")),
            Freshness::Ended => Some((Tone::Idle, "M-2.6-2.6 2.6 2.6M2.6-2.6-2.6 2.6")),
            Freshness::ByHand | Freshness::Given => None,
        }
    }
    /// In lists; nothing where all is well.
    pub fn chip(self) -> Option<Chip> {
        let (tone, icon) = match self {
            Freshness::Old => (Tone::Warn, icon::CLOCK),
            Freshness::Attention => (Tone::Bad, icon::STOP),
            Freshness::Syncing => (Tone::Info, icon::REFRESH),
            Freshness::Muted => (Tone::Idle, icon::MUTE),
            Freshness::Ended => (Tone::Idle, icon::UNLINK),
            Freshness::InSync | Freshness::ByHand | Freshness::Given => return None,
        };
        Some(Chip::new(tone, icon, self.word()))
    }
}

/// Something that can be done with one item: in its menu, and in its row of the list.
#[derive(Clone, Debug)]
pub struct MapAct {
    pub icon: crate::icons::Icon,
    pub word: String,
    /// "" in a preview: it is there and does nothing.
    pub href: String,
    /// A page that opens as a sheet over this one.
    pub sheet: bool,
}

/// One item of the household, as a tile and as a row.
#[derive(Clone, Debug)]
pub struct MapItem {
    /// Its row in the list.
    pub id: String,
    pub name: String,
    pub place: String,
    pub kind: Kind,
    pub icon: crate::icons::Icon,
    pub value: String,
    /// "cover".
    pub unit: &'static str,
    /// The value is not known.
    pub unknown: bool,
    pub held_away: bool,
    pub freshness: Freshness,
    pub owner: String,
    pub as_of: String,
    /// What the tooltip says below name and place: when, and what is the matter.
    pub times: Vec<String>,
    /// Its own page; "" where that is not shared.
    pub href: String,
    pub acts: Vec<MapAct>,
}

impl MapItem {
    fn custody(&self) -> &'static str {
        if self.held_away { "held away" } else { "managed here" }
    }
    fn figure(&self) -> String {
        if self.unit.is_empty() { self.value.clone() } else { format!("{} {}", self.value, self.unit) }
    }
    /// Everything that eyes see, for ears: name and figure, place, owner, custody, how current.
    fn label(&self) -> String {
        let state = self.freshness.word().to_lowercase();
        let parts = [self.place.as_str(), self.owner.as_str(), self.custody(), state.as_str()];
        let said: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        let mut out = format!("{} {}, {}", self.name, self.figure(), said.join(", "));
        for t in &self.times {
            out.push_str(". ");
            out.push_str(t);
        }
        out
    }
    fn tip(&self) -> String {
        let mut lines = vec![self.name.as_str(), self.place.as_str()];
        lines.extend(self.times.iter().map(String::as_str));
        // Lines are told apart by a bar in the page, so a bar in a text becomes a slash.
        lines.into_iter().filter(|l| !l.is_empty()).map(|l| l.replace('|', "/")).collect::<Vec<_>>().join("|")
    }
}

/// Somebody of the household.
#[derive(Clone, Debug)]
pub struct MapPerson {
    /// The card in the list.
    pub id: String,
    pub name: String,
    pub about: String,
    pub initials: String,
    pub adult: bool,
}

/// The words of one shelf of the drawing.
#[derive(Clone, Debug)]
pub struct MapShelf {
    /// "Ngozi Okafor", "Joint".
    pub whose: String,
    pub name: &'static str,
    /// Where the name has too little room.
    pub short: &'static str,
    pub kind: Kind,
    pub sum: String,
    /// Where the sum has too little room.
    pub sum_short: String,
    /// Whose card in the list has everything.
    pub list: String,
}

/// The drawing and its words. Shows itself as SVG.
#[derive(Clone, Debug)]
pub struct Map {
    pub household: String,
    pub about: String,
    pub drawing: Drawing,
    pub items: Vec<MapItem>,
    pub people: Vec<MapPerson>,
    /// One for each shelf of the drawing.
    pub shelves: Vec<MapShelf>,
    pub panel: Panel,
}

impl Map {
    /// Wider than a page: the card around it scrolls.
    pub fn size(&self) -> &'static str {
        match self.drawing.width {
            ..=1280 => "",
            1281..=1700 => " w2",
            1701..=2100 => " w3",
            _ => " w4",
        }
    }
}

impl std::fmt::Display for Map {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        svg::draw(self, f)
    }
}
impl askama::filters::HtmlSafe for Map {}

/// One kind of thing in a card of the list.
#[derive(Clone, Debug)]
pub struct MapGroup {
    pub name: &'static str,
    pub kind: Kind,
    pub sum: String,
    pub items: Vec<MapItem>,
}

/// A card of the list: a person, or what several own.
#[derive(Clone, Debug)]
pub struct MapCard {
    pub id: String,
    pub initials: String,
    pub name: String,
    pub about: String,
    pub total: String,
    pub groups: Vec<MapGroup>,
}

/// Choices above the map.
#[derive(Clone, Debug, Default)]
pub struct MapTools {
    pub views: Vec<Seg>,
    pub custody: Vec<Seg>,
    pub selects: Vec<Select>,
    /// What the selects leave as it is.
    pub hidden: Vec<(&'static str, String)>,
    pub at: String,
    /// "Newest today, 6:12 AM · oldest 14 Aug".
    pub fresh: String,
    /// "3 out of date", and the list of them.
    pub old: Option<(String, String)>,
    /// "4 of 31 shown."; "" when all are.
    pub showing: String,
    pub clear: String,
}

/// Everything that a page of the map shows, in the firm's frame and in the portal's.
#[derive(Clone, Debug)]
pub struct MapParts {
    pub tools: MapTools,
    /// The list alone was asked for.
    pub listed: bool,
    pub map: Map,
    pub totals: Vec<(&'static str, String)>,
    pub cards: Vec<MapCard>,
    /// There is nothing yet: not even what the filters leave out.
    pub empty: bool,
}

#[derive(Template)]
#[template(path = "household_map.html")]
pub struct HouseholdMap {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub parts: MapParts,
    pub firm: String,
    /// "Maya Castellanos, 21 November 2026".
    pub prepared: String,
    pub disclaimer: String,
    /// Asks the client to connect; `None` where that is not theirs to do.
    pub start: Option<String>,
    pub stream: String,
}

/// Whose things are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Member(model::MemberId),
    Joint,
    Nobody,
}

/// What the reader of a map chose to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub who: Option<Who>,
    pub kind: Option<model::shelf::Shelf>,
    pub custody: Option<model::Custody>,
    pub state: Option<Freshness>,
    /// The list alone.
    pub list: bool,
}
