//! What an answer holds beside its order: marks, learned choices, edited aliases, countries, ties, and safety against anything typed.

use directory::{Entry, Hit, Index};
use proptest::prelude::*;

fn entry(key: u32, name: &str, url: &str, popularity: u32) -> Entry {
    Entry { key, name: name.into(), url: url.into(), popularity, ..Entry::default() }
}

fn few() -> Vec<Entry> {
    vec![
        entry(1, "Larchmont Brokerage", "www.larchmont.example", 5),
        entry(2, "Larchmont Workplace", "work.larchmont.example", 9),
        entry(3, "Harbor & Vale Custody", "https://clients.harborvale.example", 3),
        entry(4, "Österbank Straße", "osterbank.example", 1),
        entry(5, "東都みらい銀行", "toto.example", 1),
        entry(6, "North Gate Savings", "northgate.example", 1),
    ]
}

fn keys(hits: &[Hit]) -> Vec<u32> {
    hits.iter().map(|h| h.key).collect()
}

fn marked<'a>(entries: &'a [Entry], hit: &Hit) -> (Vec<&'a str>, Vec<&'a str>) {
    let e = entries.iter().find(|e| e.key == hit.key).expect("a known key");
    let cut = |text: &'a str, marks: &[std::ops::Range<usize>]| marks.iter().map(|m| &text[m.clone()]).collect();
    (cut(&e.name, &hit.name_marks), cut(&e.url, &hit.url_marks))
}

// proves: N37 E18
#[test]
fn what_was_typed_is_marked_in_name_and_address() {
    let entries = few();
    let index = Index::build(&entries, &[]);
    for (query, name, url) in [
        ("larch", vec!["Larch"], vec!["larch"]),
        ("larchmnt bro", vec!["Larchmont", "Bro"], vec!["larchmont"]),
        ("harborvale", vec!["Harbor & Vale"], vec!["harborvale"]),
        ("osterbank strasse", vec!["Österbank", "Straße"], vec!["osterbank"]),
        ("未来 みらい", vec!["みらい"], vec![]),
        ("northgate", vec!["North Gate"], vec!["northgate"]),
        ("https://clients.harborvale.example/x", vec![], vec!["clients.harborvale.example"]),
    ] {
        let hits = index.search(query, 5);
        assert_eq!(marked(&entries, &hits[0]), (name, url), "{query}");
    }
}

// proves: N58 N59 E16
#[test]
fn portals_of_one_brand_follow_each_other() {
    let mut entries = few();
    entries.push(entry(8, "Larkspur Bank", "larkspur.example", 7));
    entries.push(entry(9, "Pension Desk", "pension.larchmont.example", 0));
    let index = Index::build(&entries, &[]);
    assert_eq!(keys(&index.search("lar", 5)), [2, 1, 8], "the brokerage is chosen less often than Larkspur, but belongs to the workplace");
    assert_eq!(keys(&index.search("work.larchmont.example", 5)), [2, 1, 9], "a pasted address brings the other portals of the site");
}

// proves: N38
#[test]
fn nothing_typed_gives_the_most_chosen() {
    let index = Index::build(&few(), &[]);
    assert_eq!(keys(&index.search("", 3)), [2, 1, 3]);
    assert_eq!(keys(&index.search("  ", 1)), [2]);
}

#[test]
fn nothing_alike_gives_nothing() {
    let index = Index::build(&few(), &[]);
    for query in ["zzyzx", "!!!", "qqq qqq", "https://elsewhere.invalid/"] {
        assert_eq!(keys(&index.search(query, 5)), [], "{query}");
    }
    assert_eq!(keys(&Index::build(&[], &[]).search("larch", 5)), []);
    assert_eq!(keys(&Index::build(&[], &[]).search("", 5)), []);
}

#[test]
fn choices_teach_but_do_not_hide_a_name_typed_in_full() {
    let mut entries = few();
    entries.push(entry(7, "Nest", "nest.example", 0));
    let before = Index::build(&entries, &[]);
    assert_eq!(keys(&before.search("the nest egg place", 5)), []);
    assert_eq!(keys(&before.search("larchmont", 5)), [2, 1]);
    let lessons = [("The Nest Egg Place".into(), 3, 4), ("larchmont".into(), 1, 40), ("nest".into(), 3, 1000), ("gone".into(), 99, 9)];
    let after = Index::build(&entries, &lessons);
    assert_eq!(keys(&after.search("the nest egg place", 5)), [3]);
    assert_eq!(keys(&after.search("larchmont", 5)), [1, 2], "the more often chosen portal comes first");
    assert_eq!(keys(&after.search("larchm", 5)), [1, 2], "on the way there too");
    assert_eq!(after.search("nest", 5)[0].key, 7);
    let once = Index::build(&entries, &[("the nest egg place".into(), 3, 1)]);
    assert_eq!(keys(&once.search("the nest egg place", 5)), [], "one choice may be a slip");
}

#[test]
fn an_edited_alias_is_found_and_a_removed_one_is_not() {
    let mut entries = few();
    entries[2].aliases = vec!["Old Quay Trust".into(), "quay.example".into()];
    let index = Index::build(&entries, &[]);
    for query in ["old quay", "quay trst", "https://www.quay.example/login"] {
        assert_eq!(keys(&index.search(query, 5)), [3], "{query}");
    }
    assert_eq!(keys(&Index::build(&few(), &[]).search("old quay", 5)), []);
}

#[test]
fn another_country_is_left_out() {
    let mut entries = few();
    entries[0].countries = vec!["ca".into()];
    let index = Index::build(&entries, &[]);
    assert_eq!(keys(&index.search_in("larchmont", 5, Some("US"))), [2]);
    assert_eq!(keys(&index.search_in("larchmont", 5, Some("ca"))), [2, 1]);
    assert!(!keys(&index.search_in("", 9, Some("us"))).contains(&1));
}

#[test]
fn equals_stand_by_popularity_then_name_whatever_order_they_came_in() {
    let mut entries: Vec<Entry> =
        ["Cedar Bank", "Alder Bank", "Birch Bank", "Doum Bank"].iter().zip(0..).map(|(n, k)| entry(k, n, "", 0)).collect();
    entries[3].popularity = 7;
    let forward = keys(&Index::build(&entries, &[]).search("bank", 9));
    assert_eq!(forward, [3, 1, 2, 0]);
    entries.reverse();
    assert_eq!(keys(&Index::build(&entries, &[]).search("bank", 9)), forward);
}

proptest! {
    /// Anything typed, over anything stored: no panic, no more than asked for, marks that can be cut.
    #[test]
    fn hostile_text_is_answered(query in "\\PC{0,60}|[a-zß東. /:@()'&-]{0,80}", names in prop::collection::vec("\\PC{0,20}", 0..6), limit in 0usize..9) {
        let mut entries = few();
        for (key, name) in names.iter().enumerate() {
            let mut e = entry(100 + key as u32, name, name, key as u32);
            e.aliases = vec![query.clone(), name.to_uppercase()];
            entries.push(e);
        }
        let index = Index::build(&entries, &[(query.clone(), 1, 3)]);
        for text in [query.as_str(), names.first().map_or("", String::as_str)] {
            let hits = index.search(text, limit);
            prop_assert!(hits.len() <= limit);
            for hit in &hits {
                marked(&entries, hit);
            }
            let mut seen = keys(&hits);
            seen.sort();
            seen.dedup();
            prop_assert_eq!(seen.len(), hits.len());
        }
    }

    #[test]
    fn an_entry_is_found_by_its_name_with_one_slip(pick in 0usize..3, at in 1usize..8, kind in 0..3) {
        let entries = few();
        let mut letters: Vec<char> = entries[pick].name.chars().collect();
        match kind {
            0 => { letters.remove(at); }
            1 => letters.swap(at, at + 1),
            _ => letters.insert(at, letters[at]),
        }
        let typed: String = letters.into_iter().collect();
        let hits = Index::build(&entries, &[]).search(&typed, 5);
        prop_assert_eq!(hits.first().map(|h| h.key), Some(entries[pick].key), "{}", typed);
    }
}

#[test]
fn endless_text_is_cut() {
    let index = Index::build(&few(), &[]);
    for text in ["larchmont ".repeat(100_000), "a".repeat(1_000_000), "https://".to_owned() + &"a.".repeat(300_000), "銀".repeat(300_000)]
    {
        assert!(index.search(&text, usize::MAX).len() <= 100);
    }
}
