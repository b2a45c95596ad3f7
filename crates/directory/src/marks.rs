//! Which letters to highlight, as byte ranges of the text that is shown. Looks only at the few entries that are.

use std::ops::Range;

use crate::address::Address;
use crate::building::Doc;
use crate::fold::{Folded, fold};
use crate::misspelling::distance;
use crate::query::{Query, Word};

pub type Marks = Vec<Range<usize>>;

/// The parts of a name or address that answer the query.
pub fn within(shown: &str, query: &Query) -> Marks {
    let text = fold(shown);
    let (mut out, mut plain) = (vec![], true);
    for word in query.words.iter().filter(|w| !w.slight) {
        let before = out.len();
        for at in 0..text.words.len() {
            out.extend(in_word(&text, at, word));
        }
        if out.len() == before {
            plain = false;
            out.extend(misspelt(&text, word));
        }
    }
    if !plain {
        out.extend(run_together(&text, &query.glued));
    }
    merge(out)
}

fn in_word(text: &Folded, at: usize, word: &Word) -> Option<Range<usize>> {
    let here = text.words[at];
    let found = if word.cjk { text.word(at).find(&word.text)? } else { text.word(at).starts_with(&word.text).then_some(0)? };
    source(text, here.start + found..here.start + found + word.text.len())
}

fn misspelt(text: &Folded, word: &Word) -> Option<Range<usize>> {
    if !word.text.is_ascii() || word.text.len() < 4 {
        return None;
    }
    let reach = if word.text.len() > 6 { 2 } else { 1 };
    let mut best: Option<(u8, usize)> = None;
    for at in 0..text.words.len() {
        let there = text.word(at);
        let stem = there.get(..word.text.len()).unwrap_or(there);
        let found = [distance(&word.text, there, reach), distance(&word.text, stem, reach)].into_iter().flatten().min();
        if let Some(d) = found.filter(|d| best.is_none_or(|(b, _)| *d < b)) {
            best = Some((d, at));
        }
    }
    let (_, at) = best?;
    source(text, text.words[at].start..text.words[at].end)
}

/// "northgate" in "North Gate": the letters of the query from the beginning of a word on, spaces left out.
fn run_together(text: &Folded, glued: &str) -> Option<Range<usize>> {
    if glued.len() < 2 {
        return None;
    }
    for word in &text.words {
        let mut want = glued.bytes();
        let mut next = want.next();
        for (at, b) in text.text.bytes().enumerate().skip(word.start) {
            if b == b' ' {
                continue;
            }
            if next != Some(b) {
                break;
            }
            next = want.next();
            if next.is_none() {
                return source(text, word.start..at + 1);
            }
        }
    }
    None
}

fn source(text: &Folded, folded: Range<usize>) -> Option<Range<usize>> {
    let parts = text.origin.get(folded)?;
    Some(parts.first()?.0 as usize..parts.last()?.1 as usize)
}

/// A pasted address marks what it shares with the address shown.
pub fn address(doc: &Doc, pasted: &Address) -> (Marks, Marks) {
    let lower = doc.url.to_ascii_lowercase();
    let found = [pasted.host.as_str(), pasted.registrable()].into_iter().find_map(|part| lower.find(part).map(|at| at..at + part.len()));
    (vec![], found.into_iter().filter(|r| doc.url.is_char_boundary(r.start) && doc.url.is_char_boundary(r.end)).collect())
}

fn merge(mut marks: Marks) -> Marks {
    marks.sort_by_key(|m| (m.start, m.end));
    let mut out: Marks = vec![];
    for m in marks {
        match out.last_mut() {
            Some(last) if m.start <= last.end => last.end = last.end.max(m.end),
            _ => out.push(m),
        }
    }
    out
}
