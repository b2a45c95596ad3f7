//! The faces of securities: invented companies, tickers and codes with right check digits in ranges no real issuer has.

use super::random::Stream;
use std::collections::HashSet;

const FIRST: [&str; 48] = [
    "Quillstone",
    "Brackwater",
    "Osmund",
    "Harrowgate",
    "Tansley",
    "Wickerby",
    "Umberline",
    "Dapplewood",
    "Fennimore",
    "Marrowfield",
    "Sorrelby",
    "Ambryfold",
    "Cindermoor",
    "Eskarn",
    "Farrowdale",
    "Grindlewick",
    "Hobbleton",
    "Inkwright",
    "Jessamere",
    "Kettlesworth",
    "Loomgate",
    "Mothwing",
    "Nettlecombe",
    "Oakenshaw Vale",
    "Pewterby",
    "Quenby Lane",
    "Rushlight",
    "Saltmarrow",
    "Thimbleby",
    "Underwick",
    "Vellum & Finch",
    "Wrenholt",
    "Yarrowby",
    "Zephyrine",
    "Bellwether Down",
    "Copperfen",
    "Drizzlecombe",
    "Emberlin",
    "Foxglade",
    "Gossamer Hill",
    "Hazelmoor",
    "Ivorwick",
    "Junipane",
    "Kindlebrook",
    "Larkspindle",
    "Mistlefold",
    "Northmere",
    "Orrinsby",
];
const FIRST_EURO: [&str; 12] = [
    "Österfeld",
    "Crémaillère",
    "Weißdorn",
    "Niebelung",
    "Vaucrin",
    "Grünwaldt",
    "Étoilière",
    "Zandhoven",
    "Montrébois",
    "Araguez",
    "Kaltenmoor",
    "Señoral",
];

/// What the company is called after its first name, with sector and industry.
const LINES: [(&str, &str, &str); 22] = [
    ("Robotics", "Industrial", "Robotics"),
    ("Rail", "Industrial", "Railways"),
    ("Freight", "Industrial", "Logistics"),
    ("Steel", "Materials", "Metals"),
    ("Ceramics", "Materials", "Building materials"),
    ("Energy", "Energy", "Oil and gas"),
    ("Wind", "Energy", "Renewables"),
    ("Power", "Utilities", "Electricity"),
    ("Water", "Utilities", "Water"),
    ("Telecom", "Communications", "Carriers"),
    ("Press", "Communications", "Publishing"),
    ("Systems", "Technology", "Software"),
    ("Semiconductor", "Technology", "Chips"),
    ("Instruments", "Technology", "Hardware"),
    ("Therapeutics", "Health Care", "Medicines"),
    ("Diagnostics", "Health Care", "Devices"),
    ("Foods", "Consumer Staples", "Food"),
    ("Tea & Coffee", "Consumer Staples", "Beverages"),
    ("Outfitters", "Consumer Discretionary", "Retail"),
    ("Cycles", "Consumer Discretionary", "Vehicles"),
    ("Assurance", "Financial", "Insurance"),
    ("Properties", "Real Estate", "Property"),
];

/// An invented company that nobody took yet: name, sector, industry.
pub(crate) fn company(r: &mut Stream, currency: &str, taken: &mut HashSet<String>) -> (String, &'static str, &'static str) {
    loop {
        let first = if currency == "EUR" { r.pick(&FIRST_EURO) } else { r.pick(&FIRST) };
        let (line, sector, industry) = *r.pick(&LINES);
        let form = match currency {
            "EUR" => *r.pick(&["AG", "SA", "NV"]),
            "GBP" => "plc",
            "CAD" => "Ltd",
            _ => *r.pick(&["Inc", "Corp", "Group"]),
        };
        if taken.insert(format!("{first} {line}")) {
            return (format!("{first} {line} {form}"), sector, industry);
        }
    }
}

/// Letters of the name as a ticker nobody has; all begin with Z or Q so that they read as invented.
pub(crate) fn ticker(name: &str, ending: &str, taken: &mut HashSet<String>) -> String {
    let plain: String = super::names::plain(name).to_ascii_uppercase();
    let mut words = plain.split(' ').filter(|w| !w.is_empty());
    let (first, second) = (words.next().unwrap_or("X"), words.next().unwrap_or("X"));
    for (n, lead) in (0..200).flat_map(|n| [(n, "Z"), (n, "Q")]) {
        let pick = |word: &str, at: usize| word.bytes().filter(u8::is_ascii_alphabetic).cycle().nth(at).map_or('X', char::from);
        let ticker = format!(
            "{lead}{}{}{}{ending}",
            pick(first, 0),
            pick(second, n % 5),
            if n < 5 { String::new() } else { pick(first, n / 5).to_string() }
        );
        if taken.insert(ticker.clone()) {
            return ticker;
        }
    }
    format!("Z{}", plain.len())
}

fn value(c: u8) -> u32 {
    if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c.to_ascii_uppercase() - b'A') + 10 }
}

fn upper(seed: u64, what: &str, slug: &str, n: usize) -> String {
    Stream::of(seed, &[what, slug]).letters(n).to_ascii_uppercase()
}

/// In the user-assigned country code ZZ.
pub(crate) fn isin(seed: u64, slug: &str) -> String {
    let body = format!("ZZ{}", upper(seed, "isin", slug, 9));
    let digits: Vec<u32> =
        body.bytes().flat_map(|c| if value(c) > 9 { vec![value(c) / 10, value(c) % 10] } else { vec![value(c)] }).collect();
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// Of an invented provider "ZZ".
pub(crate) fn figi(seed: u64, slug: &str) -> String {
    let consonants: String = upper(seed, "figi", slug, 8).replace(['A', 'E', 'I', 'O', 'U'], "Z");
    let body = format!("ZZG{consonants}");
    let sum: u32 = body.bytes().enumerate().map(|(i, c)| value(c) * (1 + (i as u32) % 2)).map(|v| v / 10 + v % 10).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// In the range 990 to 999, which is for private use.
pub(crate) fn cusip(seed: u64, slug: &str) -> String {
    let body = format!("99{}", Stream::of(seed, &["cusip", slug]).digits(6));
    let sum: u32 = body.bytes().enumerate().map(|(i, c)| value(c) * (1 + (i as u32) % 2)).map(|v| v / 10 + v % 10).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_carry_their_check_digit() {
        let code = isin(1, "LTFX");
        assert!(code.len() == 12 && code.starts_with("ZZ"), "{code}");
        let digits: String = code.bytes().map(|c| value(c).to_string()).collect();
        let sum: u32 = digits.bytes().rev().map(value).enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d }).sum();
        assert_eq!(sum % 10, 0, "{code}");
        assert_eq!(figi(1, "LTFX").len(), 12);
        assert_eq!(cusip(1, "x").len(), 9);
    }
}
