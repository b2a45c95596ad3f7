//! Elements in order, with their closing made sure: values, groups, and groups that end because something else begins.

use crate::lexer::{Lexer, Name, Token};
use crate::names::{Nature, nature};
use crate::warning::{Place, Repair};
use std::collections::VecDeque;
use std::io::{self, Read};

/// Deeper elements are read as if they lay here.
const DEPTH: usize = 32;

#[derive(Clone, Copy)]
pub(crate) enum Event {
    Open(Name),
    /// Its value is in [`Tree::value`].
    Leaf(Name),
    /// `closed`: by its own tag. Otherwise something else, or the end of the file, ended it.
    Close(Name, Ending),
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    Tag,
    Implied,
    File,
}

/// A file uses few names many times: what each is stands here after its first time.
struct Natures(Vec<Option<(Name, Nature)>>);

/// Places for names, a power of two, and how many of them are looked at for one.
const PLACES: usize = 1 << 10;
const TRIES: usize = 4;

impl Natures {
    fn of(&mut self, name: Name) -> Nature {
        let first = (name.mark() >> 16) as usize;
        for n in 0..TRIES {
            let place = &mut self.0[(first + n) % PLACES];
            match place {
                Some((known, nature)) if *known == name => return *nature,
                Some(_) => {}
                None => {
                    let found = nature(name.as_str());
                    *place = Some((name, found));
                    return found;
                }
            }
        }
        // A file with very many names of its own: those that came first keep their places.
        nature(name.as_str())
    }
}

struct Frame {
    name: Name,
    nature: Nature,
    place: Place,
}

pub(crate) struct Tree {
    pub lexer: Lexer,
    pub value: String,
    /// Where the last element began.
    pub place: Place,
    stack: Vec<Frame>,
    /// Opened, and what it is shows with the next token.
    open: Option<(Name, Nature, Place)>,
    /// A value was read: its closing tag may follow.
    leaf: Option<Name>,
    queue: VecDeque<Event>,
    /// Whether anything of OFX has been seen.
    pub known: bool,
    /// The file ended in the middle of a value or before its groups were closed.
    pub cut: bool,
    natures: Natures,
}

impl Tree {
    pub fn new(lexer: Lexer) -> Tree {
        Tree {
            lexer,
            value: String::new(),
            place: Place::default(),
            stack: Vec::new(),
            open: None,
            leaf: None,
            queue: VecDeque::new(),
            known: false,
            cut: false,
            natures: Natures(vec![None; PLACES]),
        }
    }

    pub fn next(&mut self, from: &mut dyn Read) -> io::Result<Event> {
        loop {
            if let Some(e) = self.queue.pop_front() {
                return Ok(e);
            }
            match self.lexer.next(from)? {
                Token::Open { name, empty, small } => {
                    self.settle();
                    self.leaf = None;
                    let nature = self.natures.of(name);
                    self.known |= !matches!(nature, Nature::Unknown | Nature::Leaf | Nature::Group);
                    self.open = Some((name, nature, self.lexer.place));
                    if small && nature != Nature::Unknown {
                        let place = self.lexer.place;
                        self.lexer.notes.once(Repair::SmallLetters, place, name.as_str(), "");
                    }
                    if empty {
                        self.close(name);
                    }
                }
                Token::Close(name) => self.close(name),
                Token::Text { ended } => {
                    if let Some(e) = self.text(ended) {
                        return Ok(e);
                    }
                }
                Token::Instruction => {}
                Token::End => self.end(),
            }
        }
    }

    /// The groups that are open, the outermost first.
    pub fn within(&self, name: &str) -> bool {
        self.stack.iter().any(|f| f.name.as_str() == name)
    }

    /// Text belongs to the element that was opened last, or to none.
    fn text(&mut self, ended: bool) -> Option<Event> {
        let place = self.lexer.place;
        match self.open.take() {
            Some((name, nature, begun)) if !matches!(nature, Nature::Height(_) | Nature::Group) => {
                self.place = begun;
                self.leaf = Some(name);
                std::mem::swap(&mut self.value, &mut self.lexer.text);
                if self.value.as_bytes().last().is_some_and(|b| *b <= b' ' || *b >= 0x7F) {
                    let kept = self.value.trim_end().len();
                    self.value.truncate(kept);
                }
                if !ended {
                    self.cut = true;
                    self.lexer.notes.add(Repair::CutShort, place, name.as_str(), &self.value);
                    return None;
                }
                Some(Event::Leaf(name))
            }
            other => {
                self.open = other;
                if self.known && !self.stack.is_empty() {
                    let found = std::mem::take(&mut self.lexer.text);
                    let at = self.stack.last().map(|f| f.name);
                    self.lexer.notes.add(Repair::StrayText, place, at.as_ref().map_or("", |n| n.as_str()), &found);
                }
                None
            }
        }
    }

    /// What was opened is followed by another tag: an empty value, or a group.
    fn settle(&mut self) {
        let Some((name, nature, place)) = self.open.take() else { return };
        match nature {
            Nature::Leaf => self.queue.push_back(Event::Leaf(name)),
            _ => self.push(Frame { name, nature, place }),
        }
        self.value.clear();
        self.place = place;
    }

    fn push(&mut self, frame: Frame) {
        match frame.nature {
            Nature::Height(h) => {
                let lowest = self.stack.iter().position(|f| matches!(f.nature, Nature::Height(_)));
                let inside = |i: usize, f: &Frame| match f.nature {
                    Nature::Height(other) => other >= h,
                    _ => lowest.is_some_and(|l| i > l),
                };
                if let Some(at) = self.stack.iter().enumerate().position(|(i, f)| inside(i, f)) {
                    self.pop_to(at, Ending::Implied);
                }
            }
            Nature::Group if self.stack.last().is_some_and(|f| f.name == frame.name) => self.pop_to(self.stack.len() - 1, Ending::Implied),
            _ => {}
        }
        if self.stack.len() >= DEPTH {
            self.lexer.notes.once(Repair::TooDeep, frame.place, frame.name.as_str(), "");
            return;
        }
        self.queue.push_back(Event::Open(frame.name));
        self.stack.push(frame);
    }

    fn pop_to(&mut self, at: usize, ending: Ending) {
        while self.stack.len() > at {
            let Some(frame) = self.stack.pop() else { return };
            // What is not known may as well be an empty value.
            if frame.nature != Nature::Unknown && ending == Ending::Implied {
                self.lexer.notes.add(Repair::NotClosed, frame.place, frame.name.as_str(), "");
            }
            self.queue.push_back(Event::Close(frame.name, ending));
        }
    }

    fn close(&mut self, name: Name) {
        if let Some((open, nature, place)) = self.open
            && open == name
        {
            self.open = None;
            self.value.clear();
            self.place = place;
            match nature {
                Nature::Height(_) | Nature::Group => {
                    self.push(Frame { name, nature, place });
                    let top = self.stack.len().saturating_sub(1);
                    if self.stack.last().is_some_and(|f| f.name == name) {
                        self.pop_to(top, Ending::Tag);
                    }
                }
                _ => self.queue.push_back(Event::Leaf(name)),
            }
            return;
        }
        self.settle();
        if self.leaf.take() == Some(name) {
            return;
        }
        match self.stack.iter().rposition(|f| f.name == name) {
            Some(at) => {
                self.pop_to(at + 1, Ending::Implied);
                self.pop_to(at, Ending::Tag);
            }
            None if self.known => {
                let place = self.lexer.place;
                self.lexer.notes.add(Repair::StrayClose, place, name.as_str(), "");
            }
            None => {}
        }
    }

    fn end(&mut self) {
        self.settle();
        if self.stack.iter().any(|f| f.nature != Nature::Unknown) {
            let outer = |f: &Frame| matches!(f.nature, Nature::Height(0 | 1) | Nature::Unknown);
            // Some programs leave out the last closing tags; nothing is lost by that.
            self.cut |= !self.stack.iter().all(outer);
            let place = self.lexer.here();
            let missing: Vec<String> = self.stack.iter().rev().map(|f| format!("</{}>", f.name.as_str())).collect();
            self.lexer.notes.add(Repair::CutShort, place, "", &missing.concat());
        }
        self.pop_to(0, Ending::File);
        self.queue.push_back(Event::End);
    }
}
