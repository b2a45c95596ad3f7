//! Terms that a misspelt word may have meant: a walk through the term automaton with one row of the edit distance per letter (left out, added,
//! changed, swapped with its neighbour), giving up a branch as soon as it is too far. Rows cost less than building a Levenshtein automaton for
//! every key press, and know about swapped letters.

use fst::raw::{Fst, Node};

use crate::fold::WORD_BYTES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    pub term: u64,
    pub distance: u8,
}

/// A stem within reach, for words that are still being typed: every term that begins with it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stem {
    pub letters: Vec<u8>,
    pub distance: u8,
}

type Row = [u8; WORD_BYTES + 1];

struct Walk<'a> {
    terms: &'a Fst<Vec<u8>>,
    word: &'a [u8],
    reach: u8,
    stems_too: bool,
    rows: Vec<Row>,
    path: Vec<u8>,
    near: Vec<Near>,
    stems: Vec<Stem>,
}

pub fn near(terms: &Fst<Vec<u8>>, word: &str, reach: u8, stems_too: bool) -> (Vec<Near>, Vec<Stem>) {
    let word = &word.as_bytes()[..word.len().min(WORD_BYTES)];
    let mut first = [u8::MAX; WORD_BYTES + 1];
    for (j, cell) in first.iter_mut().enumerate() {
        *cell = j as u8;
    }
    let mut walk = Walk { terms, word, reach, stems_too, rows: vec![first], path: vec![], near: vec![], stems: vec![] };
    walk.step(terms.root(), 0);
    (walk.near, walk.stems)
}

impl Walk<'_> {
    fn step(&mut self, node: Node<'_>, output: u64) {
        let length = self.word.len();
        let distance = self.rows[self.path.len()][length];
        if node.is_final() && distance <= self.reach {
            self.near.push(Near { term: output + node.final_output().value(), distance });
        }
        if self.path.len() >= length + usize::from(self.reach) {
            return;
        }
        for t in node.transitions() {
            // Two mistakes with a wrong first letter are another word.
            if self.reach > 1 && self.path.is_empty() && !self.word[..length.min(2)].contains(&t.inp) {
                continue;
            }
            let (row, least) = self.next_row(t.inp);
            if least > self.reach {
                continue;
            }
            self.path.push(t.inp);
            self.rows.push(row);
            if self.stems_too && row[length] <= self.reach && row[length] > 0 {
                self.stems.push(Stem { letters: self.path.clone(), distance: row[length] });
            }
            self.step(self.terms.node(t.addr), output + t.out.value());
            self.rows.pop();
            self.path.pop();
        }
    }

    fn next_row(&self, letter: u8) -> (Row, u8) {
        let depth = self.path.len() + 1;
        let length = self.word.len();
        let reach = usize::from(self.reach);
        let before = &self.rows[depth - 1];
        let mut row = [u8::MAX - 2; WORD_BYTES + 1];
        let (from, to) = (depth.saturating_sub(reach).max(1), (depth + reach).min(length));
        let mut least = u8::MAX;
        if depth <= reach {
            row[0] = depth as u8;
            least = row[0];
        }
        for j in from..=to {
            let changed = before[j - 1].saturating_add(u8::from(self.word[j - 1] != letter));
            let mut cell = before[j].min(row[j - 1]).saturating_add(1).min(changed);
            if depth > 1
                && j > 1
                && self.word[j - 2] == letter
                && self.word[j - 1] == self.path[depth - 2]
                && letter != self.path[depth - 2]
            {
                cell = cell.min(self.rows[depth - 2][j - 2] + 1);
            }
            row[j] = cell;
            least = least.min(cell);
        }
        (row, least)
    }
}

/// Plain distance of two short words with the same four mistakes, given up beyond `reach`.
pub fn distance(a: &str, b: &str, reach: u8) -> Option<u8> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > usize::from(reach) || a.len() > WORD_BYTES || b.len() > WORD_BYTES {
        return None;
    }
    let mut rows = [[0u8; WORD_BYTES + 1]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j as u8;
    }
    for i in 1..=a.len() {
        let (now, last, older) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i as u8;
        for j in 1..=b.len() {
            let mut cell = (rows[last][j] + 1).min(rows[now][j - 1] + 1).min(rows[last][j - 1] + u8::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(rows[older][j - 2] + 1);
            }
            rows[now][j] = cell;
        }
    }
    let found = rows[a.len() % 3][b.len()];
    (found <= reach).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_mistakes() {
        for (typed, meant, d) in
            [("larchmnt", "larchmont", 1), ("larrchmont", "larchmont", 1), ("larkhmont", "larchmont", 1), ("lacrhmont", "larchmont", 1)]
        {
            assert_eq!(distance(typed, meant, 2), Some(d), "{typed}");
        }
        assert_eq!(distance("abc", "xyz", 2), None);
    }

    #[test]
    fn the_walk_agrees_with_the_plain_distance() {
        let words = ["bank", "banks", "bnak", "blank", "larchmont", "larchmount", "north", "northgate", "norhtgate", "tessera", "tesera"];
        let mut sorted = words.to_vec();
        sorted.sort();
        let map = fst::Map::from_iter(sorted.iter().enumerate().map(|(i, w)| (*w, i as u64))).expect("sorted");
        for q in ["bank", "larchmnot", "northgate", "tesser", "norhtgat", "bakn"] {
            for reach in [1, 2] {
                let (found, _) = near(map.as_fst(), q, reach, false);
                let mut got: Vec<_> = found.iter().map(|n| (sorted[n.term as usize], n.distance)).collect();
                got.sort();
                let want: Vec<_> = sorted.iter().filter_map(|w| distance(q, w, reach).map(|d| (*w, d))).collect();
                assert_eq!(got, want, "{q} {reach}");
            }
        }
    }
}
