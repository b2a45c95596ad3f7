//! The order of answers: names that begin like the query, shorter names, popular ones; brothers and sisters of one brand follow each other.

use std::collections::HashMap;

use crate::address::Address;
use crate::building::{Doc, Door, Index};
use crate::query::Query;
use crate::search::Tally;

pub struct Candidate {
    pub doc: u32,
    pub score: i32,
}

/// More entries than this under one site or first word are neighbours, not a family (a host that serves hundreds of credit unions, "First ...").
const LARGEST_FAMILY: usize = 12;
/// A sibling is pulled up beside the first of its family when it answers the query at least this well, in hundredths of the first.
const SIBLING: i32 = 60;
/// Answers below this, in hundredths of the best, are left out.
const FAR_BEHIND: i32 = 30;

pub fn best(index: &Index, query: &Query, tally: Tally, pool: usize, least: f32, welcome: impl Fn(u32) -> bool) -> Vec<Candidate> {
    let mut rough: Vec<(f32, u32, u32)> = vec![];
    for &doc in &tally.touched {
        let coverage = tally.coverage(doc);
        if coverage >= least && welcome(doc) {
            let standing = index.standing[doc as usize];
            let equal = 0.1 * f32::from(tally.cells[doc as usize].equal);
            rough.push((coverage + standing.worth + equal, standing.place, doc));
        }
    }
    if rough.len() > pool {
        rough.select_nth_unstable_by(pool - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rough.truncate(pool);
    }
    let lessons = lessons(index, query);
    let score = |doc: u32| {
        let d = &index.docs[doc as usize];
        let mut score = tally.coverage(doc) + 0.12 * d.prior + [0.0, 0.12, 0.25, 0.3][usize::from(tally.cells[doc as usize].equal.min(3))];
        score += beginning(d, query) - 0.012 * d.words.saturating_sub(query.words.len()).min(8) as f32;
        score += lessons.get(&doc).copied().unwrap_or(0.0);
        (score * 1000.0) as i32
    };
    let mut out: Vec<Candidate> = rough.into_iter().map(|(_, _, doc)| Candidate { doc, score: score(doc) }).collect();
    sort(index, &mut out);
    let floor = out.first().map_or(0, |c| c.score * FAR_BEHIND / 100);
    out.retain(|c| c.score >= floor);
    together(index, out)
}

fn beginning(doc: &Doc, query: &Query) -> f32 {
    let first = query.words.first().map_or("", |w| w.text.as_str());
    match doc.folded.strip_prefix(query.text.as_str()) {
        Some(rest) if rest.is_empty() || rest.starts_with(' ') => 0.16,
        Some(_) => 0.12,
        None if doc.folded.starts_with(first) => 0.05,
        None => 0.0,
    }
}

/// What earlier choices add, for this query and for its beginnings; never enough to hide a name that is typed in full.
fn lessons(index: &Index, query: &Query) -> HashMap<u32, f32> {
    let mut out = HashMap::new();
    if query.glued.len() < 2 {
        return out;
    }
    let from = index.learned.partition_point(|l| l.glued < query.glued);
    for lesson in index.learned[from..].iter().take_while(|l| l.glued.starts_with(&query.glued)).take(256) {
        let share = if lesson.glued == query.glued { 0.25 } else { 0.1 };
        let gain = share * lesson.times as f32 / (lesson.times as f32 + 3.0);
        let best: &mut f32 = out.entry(lesson.doc).or_default();
        *best = best.max(gain);
    }
    out
}

/// The same host, then the closest host above or below it, then anything else of the same site.
pub fn by_address(index: &Index, address: &Address, welcome: impl Fn(u32) -> bool) -> Vec<Candidate> {
    let mut best: HashMap<u32, i32> = HashMap::new();
    for door in index.sites.get(address.registrable()).into_iter().flatten().filter(|d| welcome(d.doc)) {
        let (theirs, pasted) = (&door.address.host, &address.host);
        let depth = theirs.matches('.').count().min(20) as i32;
        let mut score = match () {
            _ if theirs == pasted => 2000,
            _ if is_below(pasted, theirs) => 1700 + 10 * depth,
            _ if is_below(theirs, pasted) => 1500 - 10 * depth,
            _ => 1200,
        };
        let shared = door.address.path.split('/').zip(address.path.split('/')).skip(1).take_while(|(a, b)| a == b && !a.is_empty()).count();
        let foreign = door.address.path.split('/').skip(1).count() - shared;
        score += 40 * shared.min(5) as i32 - 5 * foreign.min(5) as i32 - 20 * i32::from(door.alias);
        score += (30.0 * index.docs[door.doc as usize].prior) as i32;
        let slot = best.entry(door.doc).or_insert(score);
        *slot = score.max(*slot);
    }
    let mut out: Vec<Candidate> = best.into_iter().map(|(doc, score)| Candidate { doc, score }).collect();
    sort(index, &mut out);
    out
}

fn is_below(host: &str, above: &str) -> bool {
    host.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'))
}

fn sort(index: &Index, list: &mut [Candidate]) {
    list.sort_by_key(|c| (std::cmp::Reverse(c.score), index.standing[c.doc as usize].place));
}

/// Each family stands where its best member stands.
fn together(index: &Index, sorted: Vec<Candidate>) -> Vec<Candidate> {
    let mut lead: HashMap<u32, (usize, i32)> = HashMap::new();
    let mut placed: Vec<(usize, usize, Candidate)> = vec![];
    for (at, c) in sorted.into_iter().enumerate() {
        let (place, first) = *lead.entry(index.docs[c.doc as usize].family).or_insert((at, c.score));
        let near = c.score * 100 >= first * SIBLING;
        placed.push((if near { place } else { at }, at, c));
    }
    placed.sort_by_key(|&(place, at, _)| (place, at));
    placed.into_iter().map(|(_, _, c)| c).collect()
}

/// Entries are of one family when they share a site, or a first word that few others have.
pub fn families(docs: &mut [Doc], sites: &HashMap<String, Vec<Door>>) {
    let mut parent: Vec<u32> = (0..docs.len() as u32).collect();
    let mut by_word: HashMap<&str, Vec<u32>> = HashMap::new();
    for (at, doc) in docs.iter().enumerate() {
        let first = doc.folded.split(' ').next().unwrap_or("");
        if first.chars().count() > 3 {
            by_word.entry(first).or_default().push(at as u32);
        }
    }
    let by_site = sites.values().map(|doors| doors.iter().map(|d| d.doc).collect::<Vec<u32>>());
    for mut group in by_site.chain(by_word.into_values()) {
        group.sort_unstable();
        group.dedup();
        if group.len() > LARGEST_FAMILY {
            continue;
        }
        for pair in group.windows(2) {
            let (a, b) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            parent[a.max(b) as usize] = a.min(b);
        }
    }
    for (at, doc) in docs.iter_mut().enumerate() {
        doc.family = root(&mut parent, at as u32);
    }
}

fn root(parent: &mut [u32], mut at: u32) -> u32 {
    while parent[at as usize] != at {
        parent[at as usize] = parent[parent[at as usize] as usize];
        at = parent[at as usize];
    }
    at
}
