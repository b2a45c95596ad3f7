//! Asking the index: how much of the query does each entry answer? Two passes: a cheap sum over all entries that share a term, then an exact
//! look at the best of them (`ranking`).

use crate::address::Address;
use crate::building::Index;
use crate::entry::Hit;
use crate::lexicon::{Closeness, FIELDS, Field, Lexicon, Reading};
use crate::marks;
use crate::query::{Query, Word};
use crate::ranking::{self, Candidate};

/// No page shows more.
const MOST_HITS: usize = 100;
/// How many of the first pass are looked at closely.
const POOL: usize = 160;
/// An entry that answers less of the query is noise.
const LEAST_COVERAGE: f32 = 0.3;
/// What a term counts by where it stands, in the order of `FIELDS`.
const FIELD_WEIGHT: [f32; FIELDS.len()] = [1.0, 0.97, 0.95, 0.88, 0.8, 0.62];

/// Running sum of one entry.
#[derive(Clone, Copy, Default)]
pub struct Cell {
    total: f32,
    best: f32,
    answered: u16,
    /// The whole query is the whole name (3), an alias (2), a host (1).
    pub equal: u8,
}

pub struct Tally {
    pub cells: Vec<Cell>,
    pub touched: Vec<u32>,
    /// What answering everything would sum up to.
    pub whole: f32,
}

impl Index {
    /// Best entries first. Nothing typed gives the most popular; nothing found gives nothing.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        self.search_in(query, limit, None)
    }

    /// The same among the entries of one country (and those that are everywhere).
    pub fn search_in(&self, query: &str, limit: usize, country: Option<&str>) -> Vec<Hit> {
        let limit = limit.min(MOST_HITS);
        let country = country.map(str::to_uppercase);
        let welcome = |doc: u32| {
            let countries = &self.docs[doc as usize].countries;
            country.as_ref().is_none_or(|c| countries.is_empty() || countries.contains(c))
        };
        if query.trim().is_empty() {
            let plain = |doc: u32| Hit { key: self.docs[doc as usize].key, name_marks: vec![], url_marks: vec![], score: 0 };
            return self.popular.iter().copied().filter(|&d| welcome(d)).take(limit).map(plain).collect();
        }
        let address = Address::parse(query);
        if let Some(address) = &address {
            let found = ranking::by_address(self, address, welcome);
            if !found.is_empty() {
                return self.hits(found, limit, |doc| marks::address(doc, address));
            }
        }
        let query = match &address {
            Some(address) => Query::of_address(address, self),
            None => Query::of_text(query),
        };
        let tally = self.tally(&query);
        let found = ranking::best(self, &query, tally, POOL.max(limit), LEAST_COVERAGE, welcome);
        self.hits(found, limit, |doc| (marks::within(&doc.name, &query), marks::within(&doc.url, &query)))
    }

    fn hits(&self, found: Vec<Candidate>, limit: usize, marks: impl Fn(&crate::building::Doc) -> (marks::Marks, marks::Marks)) -> Vec<Hit> {
        let hit = |c: Candidate| {
            let doc = &self.docs[c.doc as usize];
            let (name_marks, url_marks) = marks(doc);
            Hit { key: doc.key, name_marks, url_marks, score: c.score }
        };
        found.into_iter().take(limit).map(hit).collect()
    }

    fn tally(&self, query: &Query) -> Tally {
        let mut tally = Tally { cells: vec![Cell::default(); self.docs.len()], touched: vec![], whole: 0.0 };
        let mut weights = vec![];
        for (at, word) in query.words.iter().enumerate() {
            let readings = self.readings(word, query.labels);
            let weight = self.weight(&readings, word);
            for (glued, reading) in &readings {
                let lexicon = if *glued { &self.glued } else { &self.words };
                tally.add(lexicon, reading, 1 << at, weight, word);
            }
            tally.whole += weight;
            weights.push(weight);
        }
        self.tally_pairs(query, &weights, &mut tally);
        self.tally_whole(query, &mut tally);
        self.tally_learned(query, &mut tally);
        tally
    }

    /// What a word may mean; true where the terms are run-together names.
    fn readings(&self, word: &Word, label: bool) -> Vec<(bool, Reading)> {
        let mut out = vec![];
        for (glued, lexicon) in [(false, &self.words), (true, &self.glued)] {
            if glued && !label {
                continue;
            }
            let exact = lexicon.exact(&word.text);
            let begun = lexicon.begun(word.text.as_bytes());
            let plain = word.text.is_ascii() && !word.slight;
            let length = word.text.len();
            let mut near = vec![];
            if plain && length > 3 {
                near = lexicon.misspelt(&word.text, 1, word.last && length > 4 && begun.is_empty());
                if near.is_empty() && exact.is_none() && begun.is_empty() && length > 6 {
                    near = lexicon.misspelt(&word.text, 2, word.last);
                }
            }
            out.extend(exact.map(|r| (glued, r)));
            if !begun.is_empty() {
                out.push((glued, Reading { terms: begun, closeness: Closeness::Begun }));
            }
            out.extend(near.into_iter().map(|r| (glued, r)));
        }
        out
    }

    /// A word counts by how few entries it can mean: "larchmont" more than "bank".
    fn weight(&self, readings: &[(bool, Reading)], word: &Word) -> f32 {
        if word.slight {
            return 0.08;
        }
        let known = readings.iter().any(|(_, r)| matches!(r.closeness, Closeness::Exact | Closeness::Begun));
        let counted = readings.iter().filter(|(_, r)| !known || matches!(r.closeness, Closeness::Exact | Closeness::Begun));
        let postings: usize =
            counted.map(|(glued, r)| if *glued { &self.glued } else { &self.words }.postings(r.terms.clone()).len()).sum();
        let all = (self.docs.len().max(2)) as f32;
        0.25 + 0.75 * (all / (postings as f32).clamp(1.0, all)).ln() / all.ln()
    }

    /// Two words that belong together: "north gate" for Northgate, "h v" for "HV".
    fn tally_pairs(&self, query: &Query, weights: &[f32], tally: &mut Tally) {
        for (at, pair) in query.words.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            if a.cjk || b.cjk {
                continue;
            }
            let together = format!("{}{}", a.text, b.text);
            let mut readings: Vec<Reading> = self.words.exact(&together).into_iter().collect();
            if b.last && together.len() > 3 {
                readings.push(Reading { terms: self.words.begun(together.as_bytes()), closeness: Closeness::Begun });
            }
            for reading in readings {
                let worth = if reading.closeness == Closeness::Exact { 0.96 } else { 0.9 };
                for posting in self.words.postings(reading.terms) {
                    let worth = worth * FIELD_WEIGHT[posting.field()].max(0.9);
                    tally.fill(posting.entry(), &[(1 << at, weights[at] * worth), (1 << (at + 1), weights[at + 1] * worth)]);
                }
            }
        }
    }

    /// The whole query without its spaces against whole names, aliases and hosts.
    fn tally_whole(&self, query: &Query, tally: &mut Tally) {
        let text = &query.glued;
        let length = text.len();
        let mut readings: Vec<Reading> = self.glued.exact(text).into_iter().collect();
        if length > 3 {
            readings.push(Reading { terms: self.glued.begun(text.as_bytes()), closeness: Closeness::Begun });
        }
        if text.is_ascii() && (6..=crate::fold::WORD_BYTES).contains(&length) {
            let mut near = self.glued.misspelt(text, 1, length > 7);
            if near.is_empty() && length > 9 {
                near = self.glued.misspelt(text, 2, false);
            }
            readings.extend(near);
        }
        for reading in readings {
            let worth = match reading.closeness {
                Closeness::Exact => 1.0,
                Closeness::Begun => 0.9,
                Closeness::Misspelt(1) => 0.84,
                Closeness::Misspelt(_) | Closeness::BegunMisspelt(1) => 0.74,
                Closeness::BegunMisspelt(_) => 0.6,
            };
            for posting in self.glued.postings(reading.terms.clone()) {
                let equal = match FIELDS[posting.field()] {
                    _ if reading.closeness != Closeness::Exact => 0,
                    Field::NameFirst => 3,
                    Field::Alias => 2,
                    _ => 1,
                };
                tally.raise(posting.entry(), worth, equal);
            }
        }
    }

    /// What several people chose after typing exactly this is an answer even if it shares no letter with it.
    fn tally_learned(&self, query: &Query, tally: &mut Tally) {
        let from = self.learned.partition_point(|l| l.glued < query.glued);
        for lesson in self.learned[from..].iter().take_while(|l| l.glued == query.glued).filter(|l| l.times > 1) {
            tally.raise(lesson.doc as usize, 0.8, 0);
        }
    }
}

impl Tally {
    fn add(&mut self, lexicon: &Lexicon, reading: &Reading, bit: u16, weight: f32, word: &Word) {
        let typed = word.text.chars().count() as f32;
        for term in reading.terms.clone() {
            let worth = match reading.closeness {
                Closeness::Exact => 1.0,
                Closeness::Begun => (0.95 - 0.2 * (1.0 - typed / lexicon.length(term).max(1) as f32)) * if word.last { 1.0 } else { 0.97 },
                Closeness::Misspelt(1) => 0.82,
                Closeness::Misspelt(_) => 0.66,
                Closeness::BegunMisspelt(1) => 0.72,
                Closeness::BegunMisspelt(_) => 0.56,
            };
            for posting in lexicon.postings(term..term + 1) {
                let gain = weight * worth * FIELD_WEIGHT[posting.field()];
                let cell = self.touch(posting.entry());
                if cell.answered & bit == 0 {
                    cell.answered |= bit;
                    cell.best = gain;
                    cell.total += gain;
                } else if gain > cell.best {
                    cell.total += gain - cell.best;
                    cell.best = gain;
                }
            }
        }
    }

    fn touch(&mut self, entry: usize) -> &mut Cell {
        let cell = &mut self.cells[entry];
        if cell.total == 0.0 {
            self.touched.push(entry as u32);
        }
        cell
    }

    /// Adds only for words that are not answered yet.
    fn fill(&mut self, entry: usize, gains: &[(u16, f32)]) {
        let cell = self.touch(entry);
        for &(bit, gain) in gains {
            if cell.answered & bit == 0 {
                cell.answered |= bit;
                cell.total += gain;
            }
        }
    }

    fn raise(&mut self, entry: usize, worth: f32, equal: u8) {
        let total = self.whole * worth;
        let cell = self.touch(entry);
        cell.total = cell.total.max(total);
        cell.equal = cell.equal.max(equal);
    }

    /// Between 0 and 1.
    pub fn coverage(&self, entry: u32) -> f32 {
        if self.whole > 0.0 { self.cells[entry as usize].total / self.whole } else { 0.0 }
    }
}
