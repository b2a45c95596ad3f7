//! Terms and the entries that have them: a sorted automaton from term to number, and one flat list of postings in term order, so that all terms
//! with a common beginning are one stretch of it. Knows no scores.

use std::collections::BTreeMap;
use std::ops::Range;

use fst::{IntoStreamer, Map, Streamer};

use crate::misspelling::{self, Near};

/// Where an entry has a term; earlier is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    NameFirst,
    Alias,
    Name,
    /// A short or long form of words of the name, or a part of a word with a capital inside.
    Form,
    Url,
    Initials,
}

pub const FIELDS: [Field; 6] = [Field::NameFirst, Field::Alias, Field::Name, Field::Form, Field::Url, Field::Initials];

/// Entry number and field in one word: postings are read by the ten thousand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting(u32);

impl Posting {
    pub fn new(entry: u32, field: Field) -> Posting {
        Posting(entry << 3 | field as u32)
    }
    pub fn entry(self) -> usize {
        (self.0 >> 3) as usize
    }
    pub fn field(self) -> usize {
        (self.0 & 7) as usize
    }
}

#[derive(Default)]
pub struct Draft(BTreeMap<String, Vec<Posting>>);

impl Draft {
    pub fn add(&mut self, term: &str, entry: u32, field: Field) {
        if term.is_empty() {
            return;
        }
        match self.0.get_mut(term) {
            Some(list) => list.push(Posting::new(entry, field)),
            None => {
                self.0.insert(term.to_owned(), vec![Posting::new(entry, field)]);
            }
        }
    }

    pub fn finish(self) -> Lexicon {
        let (mut starts, mut lengths, mut postings) = (vec![0], vec![], vec![]);
        let keys = self.0.iter().enumerate().map(|(number, (term, _))| (term.as_bytes(), number as u64));
        // A BTreeMap hands out its keys sorted and once, which is all that can go wrong here.
        let terms = Map::from_iter(keys).unwrap_or_default();
        for (term, mut list) in self.0 {
            list.sort_unstable();
            list.dedup_by_key(|p| p.entry());
            postings.extend(list);
            starts.push(postings.len() as u32);
            lengths.push(term.chars().count().min(255) as u8);
        }
        Lexicon { terms, starts, lengths, postings }
    }
}

pub struct Lexicon {
    terms: Map<Vec<u8>>,
    starts: Vec<u32>,
    lengths: Vec<u8>,
    postings: Vec<Posting>,
}

/// How far a set of terms is from what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closeness {
    Exact,
    Begun,
    Misspelt(u8),
    BegunMisspelt(u8),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub terms: Range<usize>,
    pub closeness: Closeness,
}

impl Lexicon {
    pub fn exact(&self, term: &str) -> Option<Reading> {
        let number = self.terms.get(term)? as usize;
        Some(Reading { terms: number..number + 1, closeness: Closeness::Exact })
    }

    /// All terms that begin with these bytes and go on.
    pub fn begun(&self, stem: &[u8]) -> Range<usize> {
        let from = self.first_at(stem);
        let mut after = stem.to_vec();
        while after.last() == Some(&u8::MAX) {
            after.pop();
        }
        match after.last_mut() {
            Some(last) => *last += 1,
            None => return from..self.lengths.len(),
        }
        from..self.first_at(&after).max(from)
    }

    fn first_at(&self, key: &[u8]) -> usize {
        self.terms.range().ge(key).into_stream().next().map_or(self.lengths.len(), |(_, number)| number as usize)
    }

    pub fn misspelt(&self, word: &str, reach: u8, unfinished: bool) -> Vec<Reading> {
        let (near, stems) = misspelling::near(self.terms.as_fst(), word, reach, unfinished);
        let whole = near
            .into_iter()
            .filter(|n| n.distance > 0)
            .map(|Near { term, distance }| Reading { terms: term as usize..term as usize + 1, closeness: Closeness::Misspelt(distance) });
        let mut readings: Vec<Reading> = whole.collect();
        readings
            .extend(stems.into_iter().map(|s| Reading { terms: self.begun(&s.letters), closeness: Closeness::BegunMisspelt(s.distance) }));
        readings
    }

    pub fn postings(&self, terms: Range<usize>) -> &[Posting] {
        &self.postings[self.starts[terms.start] as usize..self.starts[terms.end] as usize]
    }

    /// Length of a term in characters.
    pub fn length(&self, term: usize) -> usize {
        usize::from(self.lengths[term])
    }
}
