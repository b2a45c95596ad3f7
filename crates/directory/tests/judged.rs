//! The judged list: what people type, and the entry that must come first among twelve thousand.

mod world;

use directory::{Entry, Index};

const JUDGED: &[(&str, &str)] = &[
    // As they type.
    ("larchmont w", "Larchmont Workplace"),
    ("bluew", "Bluewater Credit Union"),
    ("pinec", "Pinecrest Health Savings"),
    ("northg", "Northgate Brokerage"),
    ("kestr", "Kestrel Student Loans"),
    ("tesse", "Tessera 529"),
    ("harb", "Harbor & Vale Custody"),
    ("meridian h", "Meridian Home Loans"),
    ("vang", "Vanguard"),
    ("bank of amer", "Bank of America"),
    ("navy fed", "Navy Federal Credit Union"),
    ("t rowe", "T. Rowe Price"),
    // Several words, in any order, some missing.
    ("larchmont bank", "Larchmont Bank"),
    ("bank larchmont", "Larchmont Bank"),
    ("workplace larchmont", "Larchmont Workplace"),
    ("custody harbor", "Harbor & Vale Custody"),
    ("harbor and vale", "Harbor & Vale Custody"),
    ("loans kestrel", "Kestrel Student Loans"),
    ("pinecrest savings", "Pinecrest Health Savings"),
    ("the sable card", "Sable Card"),
    ("larchmont brokerage login", "Larchmont Brokerage"),
    ("529 tessera", "Tessera 529"),
    // Misspelt: left out, added, changed, swapped.
    ("larchmnt bank", "Larchmont Bank"),
    ("larchmount workplace", "Larchmont Workplace"),
    ("larchmotn brokerage", "Larchmont Brokerage"),
    ("bluwater credit union", "Bluewater Credit Union"),
    ("blewater", "Bluewater Credit Union"),
    ("pincrest", "Pinecrest Health Savings"),
    ("pinecrset helth", "Pinecrest Health Savings"),
    ("meridain home", "Meridian Home Loans"),
    ("meridian hoem loans", "Meridian Home Loans"),
    ("norhtgate", "Northgate Brokerage"),
    ("nortgate brokrage", "Northgate Brokerage"),
    ("sabel card", "Sable Card"),
    ("kestral student loans", "Kestrel Student Loans"),
    ("kestrl", "Kestrel Student Loans"),
    ("tesera 529", "Tessera 529"),
    ("tessara", "Tessera 529"),
    ("harbour and vale", "Harbor & Vale Custody"),
    ("harber vale custody", "Harbor & Vale Custody"),
    ("fidelty", "Fidelity Investments"),
    ("fedelity investments", "Fidelity Investments"),
    ("schwb", "Charles Schwab"),
    ("charles shwab", "Charles Schwab"),
    ("vangaurd", "Vanguard"),
    ("wels fargo", "Wells Fargo"),
    ("amerprise", "Ameriprise Financial"),
    ("moran stanley", "Morgan Stanley"),
    ("netbenfits", "Fidelity NetBenefits"),
    ("edward jonse", "Edward Jones"),
    ("raymond jame", "Raymond James"),
    ("prudental retirment", "Prudential Retirement"),
    // Joined and split words, points and stars.
    ("north gate brokerage", "Northgate Brokerage"),
    ("blue water cu", "Bluewater Credit Union"),
    ("pine crest", "Pinecrest Health Savings"),
    ("harborvale", "Harbor & Vale Custody"),
    ("sablecard", "Sable Card"),
    ("larchmontbank", "Larchmont Bank"),
    ("net pension", "NetPension Direct"),
    ("quilltrade", "Quill*Trade"),
    ("etrade", "E*TRADE"),
    ("e trade", "E*TRADE"),
    ("jp morgan", "JPMorgan Chase"),
    ("jp wexmoor", "J.P. Wexmoor"),
    ("us lantern", "U.S. Lantern Bank"),
    ("wellsfargo", "Wells Fargo"),
    ("us bank", "U.S. Bank"),
    ("peoples anchor", "People's Anchor Federal Credit Union"),
    // Short forms and aliases.
    ("hv custody", "Harbor & Vale Custody"),
    ("hv", "Harbor & Vale Custody"),
    ("bwcu", "Bluewater Credit Union"),
    ("bluewater cu", "Bluewater Credit Union"),
    ("pinecrest hsa", "Pinecrest Health Savings"),
    ("peoples anchor fcu", "People's Anchor Federal Credit Union"),
    ("navy fcu", "Navy Federal Credit Union"),
    ("nfcu", "Navy Federal Credit Union"),
    ("larchmont 401k", "Larchmont Workplace"),
    ("bofa", "Bank of America"),
    ("kestrel education", "Kestrel Student Loans"),
    // Letters that the keyboard lacks, or that only theirs has.
    ("osterbank", "Österbank"),
    ("oesterbank", "Österbank"),
    ("ÖSTERBANK", "Österbank"),
    ("credit montclair", "Crédit Montclair"),
    ("laka", "Łąka Savings"),
    ("みらい", "東都みらい銀行"),
    ("東都", "東都みらい銀行"),
    ("toto mirai", "東都みらい銀行"),
    // Addresses, pasted and typed.
    ("https://www.larchmont.example/login?x=1", "Larchmont Brokerage"),
    ("https://work.larchmont.example/login?x=1", "Larchmont Workplace"),
    ("https://secure.bank.larchmont.example/auth/signin#top", "Larchmont Bank"),
    ("larchmont.example", "Larchmont Brokerage"),
    ("www.bluewatercu.example", "Bluewater Credit Union"),
    ("http://user@hsa.pinecrest.example:8443/", "Pinecrest Health Savings"),
    ("pinecrest.example", "Pinecrest Health Savings"),
    ("login.harborvale.example", "Harbor & Vale Custody"),
    ("https://www.kestrel-loans.example", "Kestrel Student Loans"),
    ("sablecrad.example", "Sable Card"),
    ("https://nortgate.example/", "Northgate Brokerage"),
    ("work.larch", "Larchmont Workplace"),
    ("bluewatercu.ex", "Bluewater Credit Union"),
    ("https://www.harborvale.com/", "Harbor & Vale Custody"),
];

fn first<'a>(entries: &'a [Entry], index: &Index, query: &str) -> &'a str {
    index.search(query, 10).first().map_or("nothing", |h| entries[h.key as usize - 1000].name.as_str())
}

// proves: N5 N37 E12
#[test]
fn the_right_entry_comes_first() {
    let entries = world::world(12_000);
    let index = Index::build(&entries, &[]);
    assert_eq!(index.len(), 12_000);
    let wrong: Vec<String> = JUDGED
        .iter()
        .filter(|(query, want)| first(&entries, &index, query) != *want)
        .map(|(query, want)| format!("{query:?}: {:?} instead of {want:?}", first(&entries, &index, query)))
        .collect();
    assert!(JUDGED.len() >= 60);
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), JUDGED.len(), wrong.join("\n"));
}

// proves: N58 N59 E16 E17
#[test]
fn the_portals_of_one_brand_stand_together() {
    let entries = world::world(12_000);
    let index = Index::build(&entries, &[]);
    let name = |key: u32| entries[key as usize - 1000].name.as_str();
    let mut three: Vec<&str> = index.search("larch", 10).iter().map(|h| name(h.key)).collect();
    three.sort();
    assert_eq!(three, ["Larchmont Bank", "Larchmont Brokerage", "Larchmont Workplace"]);
    let by_address: Vec<&str> = index.search("https://bank.larchmont.example/in", 10).iter().map(|h| name(h.key)).collect();
    assert_eq!(by_address, ["Larchmont Bank", "Larchmont Brokerage", "Larchmont Workplace"]);
    let two: Vec<&str> = index.search("fidelity", 2).iter().map(|h| name(h.key)).collect();
    assert_eq!(two, ["Fidelity Investments", "Fidelity NetBenefits"]);
}

#[test]
fn every_name_typed_in_full_finds_itself() {
    let entries = world::world(12_000);
    let index = Index::build(&entries, &[]);
    for entry in entries.iter().step_by(7) {
        assert_eq!(first(&entries, &index, &entry.name), entry.name);
        let pasted = format!("https://{}/login?next=%2Fhome", entry.url);
        let hits = index.search(&pasted, 20);
        assert_eq!(entries[hits[0].key as usize - 1000].url, entry.url, "{pasted}");
    }
}
