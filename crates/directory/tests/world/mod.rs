//! An invented directory, the same every time: institutions from the pictures, brands made of syllables with look-alike portals, and thousands of
//! names that differ by one word. All addresses end in ".example".

use std::collections::HashSet;

use directory::Entry;

/// Name, address, aliases. The institutions of the design's pictures, and some with letters that keyboards lack.
const KNOWN: &[(&str, &str, &[&str])] = &[
    ("Larchmont Workplace", "work.larchmont.example", &["Larchmont 401(k)", "LarchBenefits"]),
    ("Larchmont Brokerage", "www.larchmont.example", &[]),
    ("Larchmont Bank", "bank.larchmont.example", &[]),
    ("Bluewater Credit Union", "www.bluewatercu.example", &["BWCU"]),
    ("Pinecrest Health Savings", "hsa.pinecrest.example", &[]),
    ("Meridian Home Loans", "loans.meridianhome.example", &[]),
    ("Northgate Brokerage", "invest.northgate.example", &[]),
    ("Sable Card", "www.sablecard.example", &[]),
    ("Kestrel Student Loans", "www.kestrel-loans.example", &["Kestrel Education Finance"]),
    ("Tessera 529", "plans.tessera.example", &["Tessera College Savings"]),
    ("Harbor & Vale Custody", "clients.harborvale.example", &["H&V"]),
    ("Österbank", "www.osterbank.example", &[]),
    ("Crédit Montclair", "www.credit-montclair.example", &[]),
    ("Łąka Savings", "www.laka.example", &[]),
    ("東都みらい銀行", "www.toto-mirai.example", &["Toto Mirai Bank"]),
    ("NetPension Direct", "www.netpension.example", &[]),
    ("U.S. Lantern Bank", "www.uslantern.example", &[]),
    ("Quill*Trade", "www.quilltrade.example", &[]),
    ("People's Anchor Federal Credit Union", "www.peoplesanchor.example", &[]),
    ("J.P. Wexmoor", "secure.jpwexmoor.example", &[]),
];

/// Real names, as words to judge spelling by and as nothing else: addresses here are invented like all others.
const SPELLING: &[(&str, &[&str])] = &[
    ("Fidelity Investments", &[]),
    ("Fidelity NetBenefits", &["401k workplace"]),
    ("Charles Schwab", &[]),
    ("Vanguard", &[]),
    ("Bank of America", &["bofa"]),
    ("Wells Fargo", &[]),
    ("E*TRADE", &[]),
    ("Navy Federal Credit Union", &[]),
    ("Ameriprise Financial", &[]),
    ("JPMorgan Chase", &[]),
    ("T. Rowe Price", &[]),
    ("Morgan Stanley", &[]),
    ("Edward Jones", &[]),
    ("Raymond James", &[]),
    ("Prudential Retirement", &[]),
    ("U.S. Bank", &[]),
];

const PLACES: &[&str] = &[
    "Springfield",
    "Riverside",
    "Franklin",
    "Greenville",
    "Bristol",
    "Clinton",
    "Fairview",
    "Salem",
    "Madison",
    "Georgetown",
    "Arlington",
    "Ashland",
    "Dover",
    "Oxford",
    "Jackson",
    "Burlington",
    "Manchester",
    "Milton",
    "Newport",
    "Auburn",
    "Centerville",
    "Clayton",
    "Dayton",
    "Lexington",
    "Milford",
    "Mount Vernon",
    "Oakland",
    "Winchester",
    "Cleveland",
    "Hudson",
    "Kingston",
    "Marion",
    "Lebanon",
    "Bedford",
];
const LEADS: &[&str] = &[
    "First",
    "Community",
    "Peoples",
    "Farmers",
    "Merchants",
    "Citizens",
    "United",
    "Heritage",
    "Pioneer",
    "Valley",
    "Liberty",
    "Security",
    "Home",
    "Central",
    "Northern",
    "Southern",
    "Summit",
    "Cornerstone",
    "Guardian",
    "Frontier",
    "Teachers",
    "Evergreen",
    "Granite",
];
const KINDS: &[&str] = &[
    "Bank",
    "National Bank",
    "Savings Bank",
    "Credit Union",
    "Federal Credit Union",
    "Bank & Trust",
    "State Bank",
    "Trust Company",
    "401(k) Plan",
    "Wealth Management",
    "Advisors",
    "Financial Group",
    "Retirement Services",
    "Brokerage",
    "Insurance",
    "Life",
    "Investments",
    "Pension Fund",
    "Health Savings",
    "Mortgage",
    "Card Services",
    "Student Loans",
    "Home Loans",
];
const SYLLABLES: &[&str] = &[
    "al", "bra", "cor", "del", "eln", "far", "gan", "hol", "ister", "jun", "kel", "lor", "mar", "nor", "ost", "pel", "quin", "ras", "sol",
    "tam", "ul", "var", "wen", "yar", "zel", "bro", "cas", "den", "fen", "gri",
];
const TAILS: &[&str] = &["dale", "ford", "ton", "wick", "mere", "by", "croft", "stead", "more", "field"];
const PORTALS: &[(&str, &str)] = &[("Investments", "invest"), ("Benefits", "benefits"), ("Bank", "bank"), ("Card", "card")];

/// A small generator of its own, so that the list never changes with a library.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

pub fn world(size: usize) -> Vec<Entry> {
    let mut out: Vec<Entry> = vec![];
    let mut names = HashSet::new();
    let mut add = |name: String, url: String, aliases: &[&str], popularity: u32| {
        if names.insert(name.clone()) {
            let aliases = aliases.iter().map(|a| (*a).to_owned()).collect();
            out.push(Entry { key: 1000 + out.len() as u32, name, url, aliases, popularity, countries: vec![] });
        }
        out.len()
    };
    for (at, (name, url, aliases)) in KNOWN.iter().enumerate() {
        add((*name).to_owned(), (*url).to_owned(), aliases, 900 - at as u32);
    }
    for (at, (name, aliases)) in SPELLING.iter().enumerate() {
        add((*name).to_owned(), format!("www.word{at}.example"), aliases, 1000 - at as u32);
    }
    let mut draw = Draw(42);
    loop {
        let kind = draw.of(KINDS);
        let count = if draw.below(5) == 0 {
            let mut brand = format!("{}{}{}", draw.of(SYLLABLES), draw.of(SYLLABLES), draw.of(TAILS));
            brand[..1].make_ascii_uppercase();
            let host = brand.to_lowercase();
            if draw.below(4) == 0 {
                for (portal, label) in PORTALS {
                    add(format!("{brand} {portal}"), format!("{label}.{host}.example"), &[], draw.below(40) as u32);
                }
            }
            add(format!("{brand} {kind}"), format!("www.{host}.example"), &[], draw.below(40) as u32)
        } else {
            let mut name = format!("{} {} {kind}", draw.of(LEADS), draw.of(PLACES));
            if draw.below(3) == 0 {
                name = format!("{name} of {}", draw.of(PLACES));
            }
            let host: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
            add(name, format!("{host}.example"), &[], draw.below(20) as u32)
        };
        if count >= size {
            out.truncate(size);
            return out;
        }
    }
}
