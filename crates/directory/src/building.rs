//! Building the index: every way in which an entry may be asked for becomes a term. Knows no queries.

use std::collections::{BTreeSet, HashMap};

use crate::abbreviation::{initials, other_forms};
use crate::address::{self, Address};
use crate::entry::Entry;
use crate::fold::{Folded, cjk_parts, fold, long_spelling};
use crate::lexicon::{Draft, Field, Lexicon};
use crate::ranking::families;

/// Everything that can be found, ready to be asked. It never changes: build another one and swap.
pub struct Index {
    pub(crate) docs: Vec<Doc>,
    pub(crate) words: Lexicon,
    /// Whole names, aliases and host labels without spaces.
    pub(crate) glued: Lexicon,
    pub(crate) sites: HashMap<String, Vec<Door>>,
    pub(crate) endings: BTreeSet<String>,
    pub(crate) popular: Vec<u32>,
    /// What the first pass asks of each entry, side by side because it asks tens of thousands.
    pub(crate) standing: Vec<Standing>,
    pub(crate) learned: Vec<Learned>,
}

pub(crate) struct Doc {
    pub key: u32,
    pub name: String,
    pub url: String,
    pub folded: String,
    pub words: usize,
    pub popularity: u32,
    /// Popularity between 0 and 1.
    pub prior: f32,
    pub family: u32,
    pub countries: Vec<String>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Standing {
    /// What popularity and a short name are worth.
    pub worth: f32,
    /// Place in the order of equals.
    pub place: u32,
}

/// A web address that leads to an entry.
pub(crate) struct Door {
    pub doc: u32,
    pub address: Address,
    pub alias: bool,
}

/// What people who typed this chose in the end.
pub(crate) struct Learned {
    pub glued: String,
    pub doc: u32,
    pub times: u32,
}

impl Index {
    /// `learned` holds queries, the key that was chosen after them, and how many times.
    pub fn build(entries: &[Entry], learned: &[(String, u32, u32)]) -> Index {
        let top = entries.iter().map(|e| e.popularity).max().unwrap_or(0);
        let (mut words, mut glued) = (Draft::default(), Draft::default());
        let mut sites: HashMap<String, Vec<Door>> = HashMap::new();
        let mut endings = BTreeSet::new();
        let mut docs = Vec::with_capacity(entries.len());
        for (doc, entry) in entries.iter().enumerate() {
            let doc = doc as u32;
            let name = fold(&entry.name);
            add_name(&mut words, &name, doc);
            add_spellings(&mut words, &entry.name, doc);
            glued.add(&name.glued(), doc, Field::NameFirst);
            for alias in &entry.aliases {
                let folded = fold(alias);
                add_words(&mut words, &folded, doc, |_| Field::Alias);
                glued.add(&folded.glued(), doc, Field::Alias);
            }
            let aliases = entry.aliases.iter().map(|a| (a.as_str(), true));
            for (text, alias) in [(entry.url.as_str(), false)].into_iter().chain(aliases) {
                let Some(address) = Address::parse(text) else { continue };
                add_host(&mut words, &mut glued, &address, doc);
                endings.insert(address::ending(&address.host).to_owned());
                sites.entry(address.registrable().to_owned()).or_default().push(Door { doc, address, alias });
            }
            docs.push(Doc {
                key: entry.key,
                words: name.words.len(),
                folded: name.text,
                name: entry.name.clone(),
                url: entry.url.clone(),
                popularity: entry.popularity,
                prior: if top == 0 { 0.0 } else { (1.0 + entry.popularity as f32).ln() / (1.0 + top as f32).ln() },
                family: doc,
                countries: entry.countries.iter().map(|c| c.to_uppercase()).collect(),
            });
        }
        families(&mut docs, &sites);
        let mut popular: Vec<u32> = (0..docs.len() as u32).collect();
        popular.sort_by(|&a, &b| Doc::steady_order(&docs[a as usize], &docs[b as usize]));
        let worth = |d: &Doc| Standing { worth: 0.12 * d.prior - 0.01 * d.words.min(10) as f32, place: 0 };
        let mut standing: Vec<Standing> = docs.iter().map(worth).collect();
        for (place, &doc) in popular.iter().enumerate() {
            standing[doc as usize].place = place as u32;
        }
        let learned = lessons(&docs, learned);
        Index { words: words.finish(), glued: glued.finish(), docs, sites, endings, popular, standing, learned }
    }

    pub fn len(&self) -> usize {
        self.docs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }
}

impl Doc {
    /// The order of equals: chosen more often, then by name; the key makes it total.
    pub fn steady_order(a: &Doc, b: &Doc) -> std::cmp::Ordering {
        b.popularity.cmp(&a.popularity).then_with(|| a.name.cmp(&b.name)).then(a.key.cmp(&b.key))
    }
}

fn add_words(terms: &mut Draft, text: &Folded, doc: u32, field: impl Fn(usize) -> Field) {
    for (at, word) in text.words.iter().enumerate() {
        let letters = text.word(at);
        if !word.cjk {
            terms.add(letters, doc, field(at));
            continue;
        }
        for part in cjk_parts(letters) {
            terms.add(part, doc, field(at));
        }
        if let Some((last, _)) = letters.char_indices().last() {
            terms.add(&letters[last..], doc, field(at));
        }
    }
}

fn add_name(terms: &mut Draft, name: &Folded, doc: u32) {
    add_words(terms, name, doc, |at| if at == 0 { Field::NameFirst } else { Field::Name });
    let words: Vec<&str> = (0..name.words.len()).map(|i| name.word(i)).filter(|w| w.is_ascii()).collect();
    for form in other_forms(&words) {
        terms.add(form, doc, Field::Form);
    }
    for letters in initials(&words) {
        terms.add(&letters, doc, Field::Initials);
    }
    // "North Gate" is typed "northgate"; "U.S. Bank" is typed "us bank".
    if let [a, b, ..] = words[..] {
        terms.add(&format!("{a}{b}"), doc, Field::Form);
    }
    let spelled: String = words.iter().take_while(|w| w.len() == 1).copied().collect();
    if spelled.len() > 2 {
        terms.add(&spelled, doc, Field::Form);
    }
}

/// "Österbank" as "oesterbank", and "NetBenefits" as "net benefits".
fn add_spellings(terms: &mut Draft, name: &str, doc: u32) {
    for word in name.split(|c: char| !c.is_alphanumeric()) {
        if let Some(long) = long_spelling(word) {
            add_words(terms, &fold(&long), doc, |_| Field::Form);
        }
        let humps: Vec<usize> = word
            .char_indices()
            .zip(word.chars().skip(1))
            .filter(|((_, a), b)| a.is_lowercase() && b.is_uppercase())
            .map(|((i, a), _)| i + a.len_utf8())
            .collect();
        let mut rest = word;
        for &hump in humps.iter().rev() {
            let (left, part) = rest.split_at(hump);
            add_words(terms, &fold(part), doc, |_| Field::Form);
            rest = left;
        }
        if !humps.is_empty() {
            add_words(terms, &fold(rest), doc, |_| Field::Form);
        }
    }
}

fn add_host(terms: &mut Draft, glued: &mut Draft, address: &Address, doc: u32) {
    let site = address.registrable();
    let brand = site.split('.').next().unwrap_or(site);
    glued.add(&fold(brand).glued(), doc, Field::Url);
    add_words(terms, &fold(&address.host[..address.host.len() - site.len()]), doc, |_| Field::Url);
    if brand.contains('-') {
        add_words(terms, &fold(brand), doc, |_| Field::Url);
    }
}

fn lessons(docs: &[Doc], learned: &[(String, u32, u32)]) -> Vec<Learned> {
    let by_key: HashMap<u32, u32> = docs.iter().enumerate().map(|(at, d)| (d.key, at as u32)).collect();
    let mut out: Vec<Learned> = learned
        .iter()
        .filter_map(|(query, key, times)| Some(Learned { glued: fold(query).glued(), doc: *by_key.get(key)?, times: *times }))
        .filter(|l| !l.glued.is_empty())
        .collect();
    out.sort_by(|a, b| a.glued.cmp(&b.glued).then(b.times.cmp(&a.times)).then(a.doc.cmp(&b.doc)));
    out
}
