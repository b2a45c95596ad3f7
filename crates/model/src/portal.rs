//! What an adviser shares with a client: areas, each with looking and printing apart, and what the client may do. Rules only.

use std::fmt;

/// A part of a household that can be shared by itself (P27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    Map,
    Signals,
    Members,
    Financials,
    BalanceSheet,
    Policies,
}

impl Area {
    pub const ALL: [Area; 6] = [Area::Map, Area::Signals, Area::Members, Area::Financials, Area::BalanceSheet, Area::Policies];
    /// The word in addresses, forms and the database.
    pub fn key(self) -> &'static str {
        match self {
            Area::Map => "map",
            Area::Signals => "signals",
            Area::Members => "members",
            Area::Financials => "financials",
            Area::BalanceSheet => "balance-sheet",
            Area::Policies => "policies",
        }
    }
    pub fn from_key(key: &str) -> Option<Area> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Area::Map => "Household map",
            Area::Signals => "Household signals",
            Area::Members => "Members",
            Area::Financials => "Financials",
            Area::BalanceSheet => "Balance sheet",
            Area::Policies => "Policy summary",
        }
    }
}

/// One single right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    View(Area),
    /// Printing and downloading; worth nothing without looking (P11).
    Print(Area),
    /// Connect accounts, refresh and repair their own connections (D3).
    Connect,
    /// Add facts of their own by hand (D3).
    AddFacts,
    /// Suggest a change, as a draft that the adviser accepts or declines.
    Suggest,
}

impl Right {
    pub const ALL: [Right; 15] = [
        Right::View(Area::Map),
        Right::View(Area::Signals),
        Right::View(Area::Members),
        Right::View(Area::Financials),
        Right::View(Area::BalanceSheet),
        Right::View(Area::Policies),
        Right::Print(Area::Map),
        Right::Print(Area::Signals),
        Right::Print(Area::Members),
        Right::Print(Area::Financials),
        Right::Print(Area::BalanceSheet),
        Right::Print(Area::Policies),
        Right::Connect,
        Right::AddFacts,
        Right::Suggest,
    ];
    fn bit(self) -> u16 {
        let place = |a: Area| Area::ALL.iter().position(|x| *x == a).unwrap_or(0) as u16;
        match self {
            Right::View(a) => 1 << place(a),
            Right::Print(a) => 1 << (6 + place(a)),
            Right::Connect => 1 << 12,
            Right::AddFacts => 1 << 13,
            Right::Suggest => 1 << 14,
        }
    }
    /// The word in forms and the database: `map.view`, `map.print`, `connect`.
    pub fn key(self) -> String {
        match self {
            Right::View(a) => format!("{}.view", a.key()),
            Right::Print(a) => format!("{}.print", a.key()),
            Right::Connect => "connect".into(),
            Right::AddFacts => "facts".into(),
            Right::Suggest => "suggest".into(),
        }
    }
    pub fn from_key(key: &str) -> Option<Right> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }
}

/// A set of rights. Its text is the sorted words, one space apart: stable in the database.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rights(u16);

impl Rights {
    pub const NONE: Rights = Rights(0);
    /// Everything that can be shared: the ceiling of a firm that set none.
    pub const ALL: Rights = Rights((1 << 15) - 1);

    pub fn of(rights: impl IntoIterator<Item = Right>) -> Rights {
        Rights(rights.into_iter().fold(0, |set, r| set | r.bit()))
    }
    /// Printing counts only together with looking.
    pub fn holds(self, right: Right) -> bool {
        let has = |r: Right| self.0 & r.bit() != 0;
        match right {
            Right::Print(a) => has(right) && has(Right::View(a)),
            _ => has(right),
        }
    }
    pub fn with(self, right: Right) -> Rights {
        Rights(self.0 | right.bit())
    }
    /// What is left under a ceiling.
    pub fn under(self, ceiling: Rights) -> Rights {
        Rights(self.0 & ceiling.0)
    }
    pub fn is_within(self, ceiling: Rights) -> bool {
        self.under(ceiling) == self
    }
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |r| self.0 & r.bit() != 0)
    }
    /// The areas that can be looked at.
    pub fn areas(self) -> impl Iterator<Item = Area> {
        Area::ALL.into_iter().filter(move |a| self.holds(Right::View(*a)))
    }
    /// A print without its view: a form says so instead of keeping a right that does nothing.
    pub fn idle_print(self) -> Option<Area> {
        Area::ALL.into_iter().find(|a| self.0 & Right::Print(*a).bit() != 0 && !self.holds(Right::View(*a)))
    }
    /// Reads the stored text; `None` when a word is unknown, so that nothing is dropped in silence.
    pub fn from_text(text: &str) -> Option<Rights> {
        text.split_whitespace().map(Right::from_key).collect::<Option<Vec<_>>>().map(Rights::of)
    }
    /// The same areas and acts as a preset has areas: which one it is, if any.
    pub fn preset(self) -> Option<Preset> {
        let acts = Rights::of([Right::Connect, Right::AddFacts, Right::Suggest]);
        Preset::ALL.into_iter().find(|p| p.rights().0 == self.0 & !acts.0)
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Right::key).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rights({self})")
    }
}

/// The sets that every firm has (D11). They speak of areas; what a client may do is chosen beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// The household map alone.
    Reader,
    Everything,
    EverythingPrint,
}

impl Preset {
    pub const ALL: [Preset; 3] = [Preset::Reader, Preset::Everything, Preset::EverythingPrint];
    pub fn key(self) -> &'static str {
        match self {
            Preset::Reader => "reader",
            Preset::Everything => "everything",
            Preset::EverythingPrint => "everything-print",
        }
    }
    pub fn from_key(key: &str) -> Option<Preset> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }
    pub fn name(self) -> &'static str {
        match self {
            Preset::Reader => "Reader",
            Preset::Everything => "Everything",
            Preset::EverythingPrint => "Everything, with printing",
        }
    }
    pub fn rights(self) -> Rights {
        match self {
            Preset::Reader => Rights::of([Right::View(Area::Map)]),
            Preset::Everything => Rights::of(Area::ALL.map(Right::View)),
            Preset::EverythingPrint => Rights::of(Area::ALL.into_iter().flat_map(|a| [Right::View(a), Right::Print(a)])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: P2 P4 P5 P10 D11
    #[test]
    fn presets_are_what_their_names_say() {
        let reader = Preset::Reader.rights();
        assert_eq!(reader.areas().collect::<Vec<_>>(), [Area::Map]);
        assert!(!reader.holds(Right::Print(Area::Map)), "printing is apart");
        for a in Area::ALL {
            assert!(Preset::Everything.rights().holds(Right::View(a)) && !Preset::Everything.rights().holds(Right::Print(a)));
            assert!(Preset::EverythingPrint.rights().holds(Right::Print(a)));
        }
        for p in Preset::ALL {
            assert_eq!(p.rights().with(Right::Connect).preset(), Some(p));
            assert_eq!(Preset::from_key(p.key()), Some(p));
            assert!(![Right::Connect, Right::AddFacts, Right::Suggest].into_iter().any(|r| p.rights().holds(r)));
        }
    }

    // proves: P11 P27 P28
    #[test]
    fn each_right_stands_alone_and_printing_needs_looking() {
        for r in Right::ALL {
            let only = Rights::of([r]);
            for other in Right::ALL {
                let printing_alone = matches!(other, Right::Print(_));
                assert_eq!(only.holds(other), r == other && !printing_alone, "{r:?} {other:?}");
            }
            assert_eq!(Rights::from_text(&only.to_string()), Some(only));
            assert_eq!(Right::from_key(&r.key()), Some(r));
        }
        let print = Rights::of([Right::Print(Area::Policies)]);
        assert_eq!(print.idle_print(), Some(Area::Policies));
        assert!(print.with(Right::View(Area::Policies)).holds(Right::Print(Area::Policies)));
        assert_eq!(Rights::from_text("map.view nonsense"), None);
        assert_eq!(Rights::from_text(""), Some(Rights::NONE));
    }

    // proves: D11
    #[test]
    fn nothing_is_above_the_ceiling() {
        let ceiling = Rights::of([Right::View(Area::Map), Right::View(Area::Members), Right::Suggest]);
        let given = Preset::EverythingPrint.rights().with(Right::Connect).with(Right::Suggest);
        let left = given.under(ceiling);
        assert!(left.is_within(ceiling) && !given.is_within(ceiling));
        assert_eq!(left, ceiling);
        assert_eq!(given.under(Rights::ALL), given);
    }
}
