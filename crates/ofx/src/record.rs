//! One record as it stands in the file: fields and groups, kept until it is closed and then read by name. What nobody asked for is left
//! over and handed on, so that nothing is lost.

use crate::date::{self, DateTime};
use crate::lexer::{Name, mark};
use crate::number;
use crate::warning::{Notes, Place, Repair};
use rust_decimal::Decimal;
use std::cell::Cell;

/// More fields than any record of the standard has.
const FIELDS: usize = 4_096;
/// All values of one record.
const BYTES: usize = 1 << 20;

/// A field that the typed reading has no place for: its path below the record, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Field {
    /// `INVTRAN/REVERSALFITID`.
    pub path: String,
    pub value: String,
}

struct Node {
    name: Name,
    parent: u32,
    group: bool,
    /// A group that was none: an empty value whose closing tag was left out. Its children are its parent's.
    through: bool,
    start: u32,
    end: u32,
    used: Cell<bool>,
}

/// Where a record is collected; reused for the next.
#[derive(Default)]
pub(crate) struct Record {
    nodes: Vec<Node>,
    /// The marks of their names, beside each other, because most questions are for names that are not here.
    marks: Vec<u32>,
    /// A bit for each name that is here; some names share one.
    seen: u64,
    text: String,
    open: Vec<u32>,
    full: bool,
    pub place: Place,
}

impl Record {
    pub fn begin(&mut self, name: Name, place: Place) {
        self.nodes.clear();
        self.marks.clear();
        self.seen = 0;
        self.text.clear();
        self.open.clear();
        self.full = false;
        self.place = place;
        self.add(name, true, "");
        self.open.push(0);
    }

    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub fn open(&mut self, name: Name, notes: &mut Notes) {
        if self.fits(0, notes) {
            let at = self.nodes.len() as u32;
            self.add(name, true, "");
            self.open.push(at);
        } else {
            self.open.push(self.open.last().copied().unwrap_or(0));
        }
    }

    pub fn leaf(&mut self, name: Name, value: &str, notes: &mut Notes) {
        if !value.is_empty() && self.fits(value.len(), notes) {
            self.add(name, false, value);
        }
    }

    /// Says whether the record itself is closed with it. `through`: the group was not one.
    pub fn close(&mut self, through: bool) -> bool {
        let at = self.open.pop();
        if let Some(node) = at.and_then(|at| self.nodes.get_mut(at as usize))
            && !self.open.is_empty()
        {
            node.through |= through;
        }
        self.open.is_empty()
    }

    fn fits(&mut self, more: usize, notes: &mut Notes) -> bool {
        let fits = self.nodes.len() < FIELDS && self.text.len() + more <= BYTES;
        if !fits && !self.full {
            self.full = true;
            let name = self.nodes.first().map(|n| n.name);
            notes.add(Repair::TooMany, self.place, name.as_ref().map_or("", |n| n.as_str()), "");
        }
        fits
    }

    fn add(&mut self, name: Name, group: bool, value: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(value);
        let end = self.text.len() as u32;
        let parent = self.open.last().copied().unwrap_or(0);
        self.marks.push(name.mark());
        self.seen |= bit(name.mark());
        self.nodes.push(Node { name, parent, group, through: false, start, end, used: Cell::new(false) });
    }

    /// Nothing but tags.
    pub fn is_empty(&self) -> bool {
        self.nodes.iter().all(|n| n.group)
    }

    pub fn name(&self) -> &str {
        self.nodes.first().map_or("", |n| n.name.as_str())
    }

    pub fn root(&self) -> Part<'_> {
        Part { record: self, at: 0 }
    }

    fn value(&self, n: &Node) -> &str {
        &self.text[n.start as usize..n.end as usize]
    }

    fn parent(&self, n: &Node) -> u32 {
        let mut at = n.parent;
        while at != 0 && self.nodes[at as usize].through {
            at = self.nodes[at as usize].parent;
        }
        at
    }

    /// What nobody has asked for.
    pub fn rest(&self) -> Vec<Field> {
        let mut out = Vec::new();
        for n in self.nodes.iter().filter(|n| !n.group && !n.used.get()) {
            let mut names = vec![n.name];
            let mut at = self.parent(n);
            while at != 0 && names.len() < 40 {
                let group = &self.nodes[at as usize];
                names.push(group.name);
                at = self.parent(group);
            }
            let path: Vec<&str> = names.iter().rev().map(|n| n.as_str()).collect();
            out.push(Field { path: path.join("/"), value: self.value(n).to_owned() });
        }
        out
    }
}

fn bit(mark: u32) -> u64 {
    1 << (mark >> 26)
}

/// A group of a record.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    record: &'a Record,
    at: u32,
}

impl<'a> Part<'a> {
    fn nodes(self, name: &'a str, group: bool) -> impl Iterator<Item = (u32, &'a Node)> {
        let record = self.record;
        let wanted = mark(name.as_bytes());
        let marks: &[u32] = if record.seen & bit(wanted) == 0 { &[] } else { &record.marks };
        let near = marks.iter().enumerate().skip(1).filter(move |(_, m)| **m == wanted);
        let all = near.filter_map(|(i, _)| Some((i as u32, record.nodes.get(i)?)));
        all.filter(move |(_, n)| n.group == group && n.name.is(name) && record.parent(n) == self.at)
    }

    /// The first value of this name that nobody took yet; a second one stays among what is left over.
    pub fn text(self, name: &'a str) -> Option<&'a str> {
        let (_, node) = self.nodes(name, false).find(|(_, n)| !n.used.get())?;
        node.used.set(true);
        Some(self.record.value(node))
    }

    pub fn string(self, name: &'a str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub fn part(self, name: &'a str) -> Option<Part<'a>> {
        self.nodes(name, true).next().map(|(at, _)| Part { record: self.record, at })
    }

    pub fn parts(self, name: &'a str) -> impl Iterator<Item = Part<'a>> {
        self.nodes(name, true).map(move |(at, _)| Part { record: self.record, at })
    }

    /// The group, or this one where the group's tag was left out.
    pub fn part_or_self(self, name: &'a str) -> Part<'a> {
        self.part(name).unwrap_or(self)
    }

    pub fn amount(self, name: &'a str, notes: &mut Notes) -> Option<Decimal> {
        number::read(self.text(name)?, name, self.record.place, notes)
    }

    /// The same where the standard requires it.
    pub fn needed(self, name: &'a str, notes: &mut Notes) -> Option<Decimal> {
        match self.text(name) {
            Some(t) => number::read(t, name, self.record.place, notes),
            None => {
                notes.add(Repair::MissingField, self.record.place, name, self.record.name());
                None
            }
        }
    }

    pub fn date(self, name: &'a str, notes: &mut Notes) -> Option<DateTime> {
        date::read(self.text(name)?, name, self.record.place, notes)
    }

    pub fn whole(self, name: &'a str) -> Option<u32> {
        self.text(name).and_then(number::whole)
    }

    pub fn rest(self) -> Vec<Field> {
        self.record.rest()
    }
}
