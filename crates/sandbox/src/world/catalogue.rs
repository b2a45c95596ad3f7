//! The list of securities: what there is to hold. All issuers are invented; codes lie in ranges set aside for private use.

use super::accounts::ANCHOR;
use super::calendar::Calendar;
use super::prices::{Path, walk};
use super::random::Stream;
use super::{FixedIncome, OptionContract, Security, face};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

/// The id of the security known here as `slug` (its ticker where it has one).
pub(crate) fn id(seed: u64, slug: &str) -> String {
    Stream::of(seed, &["security", slug]).letters(37)
}

pub(crate) fn all(seed: u64, calendar: &Calendar) -> Vec<Security> {
    let mut list = List { seed, at: calendar.at(ANCHOR).unwrap_or(0), out: Vec::with_capacity(420) };
    list.cash();
    list.pictured();
    list.stocks();
    list.funds();
    list.debt();
    list.crypto();
    list.oddities();
    list.options();
    list.out
}

struct List {
    seed: u64,
    at: usize,
    out: Vec<Security>,
}

/// Currency, exchange, how many stocks, their ticker's ending and the reference price's usual size in whole units.
const EXCHANGES: [(&str, &str, usize, &str); 4] =
    [("USD", "XNYS", 150, ""), ("CAD", "XTSE", 16, "C"), ("GBP", "XLON", 16, "L"), ("EUR", "XETR", 22, "E")];

const FUND_HOUSES: [&str; 6] = ["Larchmont", "Northgate", "Harbor & Vale", "Tallowmere", "Osprey", "Quillstone"];

/// Fund theme, its letters, beta, own daily movement, drift.
const THEMES: [(&str, &str, i64, i64, i64); 14] = [
    ("Total Market Index", "TM", 100, 10, 0),
    ("Large Company Growth", "LG", 112, 40, 1),
    ("Large Company Value", "LV", 92, 35, -1),
    ("Small Company Index", "SC", 120, 55, -2),
    ("Mid-Size Company", "MC", 108, 40, -1),
    ("International Developed", "ID", 88, 45, -4),
    ("Emerging Markets", "EM", 95, 70, -5),
    ("Core Bond", "CB", 4, 22, 0),
    ("Short-Term Bond", "SB", 2, 10, 0),
    ("Inflation-Linked Bond", "IB", 5, 28, 0),
    ("High-Yield Bond", "HY", 32, 25, -3),
    ("Real Estate", "RE", 95, 60, -3),
    ("Balanced 60/40", "BA", 60, 18, -1),
    ("Dividend Achievers", "DA", 85, 30, 0),
];

impl List {
    fn add(&mut self, slug: &str, name: String, kind: &'static str, subtype: Option<&'static str>, path: Path) -> &mut Security {
        let id = id(self.seed, slug);
        self.out.push(Security {
            id,
            name,
            ticker: None,
            isin: None,
            cusip: None,
            figi: None,
            kind,
            subtype,
            currency: "USD",
            cash_equivalent: false,
            sector: None,
            industry: None,
            option: None,
            bond: None,
            mic: None,
            cfi: None,
            path,
        });
        let last = self.out.len() - 1;
        &mut self.out[last]
    }

    /// A listed security: ticker, codes, market.
    fn listed(&mut self, ticker: &str, name: String, kind: &'static str, subtype: Option<&'static str>, path: Path) -> &mut Security {
        let seed = self.seed;
        let s = self.add(ticker, name, kind, subtype, path);
        s.ticker = Some(ticker.to_owned());
        s.isin = Some(face::isin(seed, ticker));
        s.figi = Some(face::figi(seed, ticker));
        s
    }

    fn walk(&self, slug: &str, price: i64, character: (i64, i64, i64)) -> Path {
        walk(self.seed, slug, price, self.at, character)
    }

    fn cash(&mut self) {
        for (currency, name) in [("USD", "US dollars"), ("EUR", "Euros"), ("CAD", "Canadian dollars"), ("GBP", "Pounds sterling")] {
            let ticker = format!("CUR:{currency}");
            let s = self.add(&ticker, name.into(), "cash", Some("cash"), Path::Flat);
            (s.ticker, s.currency, s.cash_equivalent) = (Some(ticker), currency, true);
        }
    }

    /// The securities on the design's pictures, at the prices shown there.
    fn pictured(&mut self) {
        for (ticker, name, price, c) in [
            ("LTFX", "Larchmont Target 2045 Fund", 314_200, (84, 12, 0)),
            ("BUSR", "Broad US Index Fund, class R", 1_489_300, (100, 6, 0)),
            ("IDXR", "International Developed Index", 287_700, (88, 40, -4)),
            ("CBXR", "Core Bond Index", 108_400, (4, 22, 0)),
        ] {
            let path = self.walk(ticker, price, c);
            let s = self.listed(ticker, name.into(), "mutual fund", Some("mutual fund"), path);
            s.cfi = Some("CIOGES");
        }
        // Priced a day late: its reference price holds for the day before.
        let path = walk(self.seed, "fennel", 421_000, self.at - 1, (118, 130, 2));
        let s = self.add("fennel", "Fennel Robotics Stock Fund".into(), "equity", Some("common stock"), path);
        (s.sector, s.industry) = (Some("Industrial"), Some("Robotics"));
        self.add("stable", "Larchmont Stable Value".into(), "other", Some("other"), Path::Flat);
    }

    fn stocks(&mut self) {
        let mut taken = std::collections::HashSet::new();
        for (currency, mic, count, ending) in EXCHANGES {
            for n in 0..count {
                let mut r = Stream::of(self.seed, &["stock", currency, &n.to_string()]);
                let (name, sector, industry) = face::company(&mut r, currency, &mut taken);
                let ticker = face::ticker(&name, ending, &mut taken);
                let size = [8, 20, 45, 90, 160, 320][r.below(6) as usize];
                let price = r.between(size * 60, size * 140) * 100;
                let character = (r.between(45, 165), r.between(70, 210), r.between(-8, 6));
                let real_estate = sector == "Real Estate";
                let path = self.walk(&ticker, price, character);
                let s = self.listed(
                    &ticker,
                    name,
                    "equity",
                    Some(if real_estate { "real estate investment trust" } else { "common stock" }),
                    path,
                );
                (s.currency, s.mic, s.cfi) = (currency, Some(mic), Some("ESVUFR"));
                (s.sector, s.industry) = (Some(sector), Some(industry));
            }
        }
    }

    fn funds(&mut self) {
        for (h, house) in FUND_HOUSES.iter().enumerate() {
            for (theme, letters, beta, sigma, drift) in THEMES {
                // Each house offers two thirds of the themes, half of them as an exchange-traded share.
                let mut r = Stream::of(self.seed, &["fund", house, theme]);
                if (h + letters.len() + usize::from(letters.as_bytes()[0])) % 3 == 0 {
                    continue;
                }
                let traded = (h + usize::from(letters.as_bytes()[1])) % 2 == 0;
                let ticker = format!("{}{letters}{}", &house[..1], if traded { "Q" } else { "ZX" });
                let path = self.walk(&ticker, r.between(1_100, 16_000) * 100, (beta, sigma, drift));
                let name = format!("{house} {theme} {}", if traded { "ETF" } else { "Fund" });
                let kind = if traded { ("etf", "etf", "ARCX", "CEOGES") } else { ("mutual fund", "mutual fund", "", "CIOGES") };
                let s = self.listed(&ticker, name, kind.0, Some(kind.1), path);
                s.mic = traded.then_some(kind.2);
                s.cfi = Some(kind.3);
            }
        }
        for year in (2025..=2065).step_by(5).filter(|y| *y != 2045) {
            // F is the pictured fund of 2045.
            let ticker = format!("LT{}X", char::from(b"ABCDFEGHI"[((year - 2025) / 5) as usize]));
            let beta = 40 + i64::from(year - 2025);
            let path = self.walk(&ticker, 200_000 + i64::from(year - 2025) * 4_300, (beta.min(92), 12, 0));
            self.listed(&ticker, format!("Larchmont Target {year} Fund"), "mutual fund", Some("fund of funds"), path);
        }
        for (currency, mic, ticker, name) in [
            ("CAD", "XTSE", "TMQC", "Tallowmere Canada Index ETF"),
            ("GBP", "XLON", "TMQL", "Tallowmere UK Index ETF"),
            ("EUR", "XETR", "TMQE", "Tallowmere Euro Index ETF"),
            ("EUR", "XETR", "OWQE", "Osprey World Index ETF, accumulating"),
        ] {
            let path = self.walk(ticker, 412_500, (90, 30, -2));
            let s = self.listed(ticker, name.into(), "etf", Some("etf"), path);
            (s.currency, s.mic, s.cfi) = (currency, Some(mic), Some("CEOGES"));
        }
        for house in ["Larchmont", "Harbor & Vale", "Northgate"] {
            let ticker = format!("{}GMXX", &house[..1]);
            let s = self.listed(&ticker, format!("{house} Government Money Market"), "mutual fund", Some("mutual fund"), Path::Flat);
            s.cash_equivalent = true;
        }
    }

    fn debt(&mut self) {
        for n in 0..16 {
            let (issued, maturity) = (date(2003 + n % 3, 2 + n as i8 % 9, 15), date(2027 + n, 2 + n as i8 % 9, 15));
            let coupon = 30_000 + i64::from(n) * 1_250;
            let kind = if n % 4 == 3 { "treasury inflation protected securities" } else { "bond" };
            self.debt_of("Government of Aldermark", kind, coupon, 0, issued, maturity);
        }
        for (n, issuer) in
            ["Quillstone Rail", "Tallowmere Energy", "Brackwater Foods", "Osmund Telecom", "Harrowgate Steel", "Fennel Robotics"]
                .iter()
                .enumerate()
        {
            let n16 = n as i16;
            for (issued, maturity) in [(date(2005, 9, 1), date(2030 + n16, 9, 1)), (date(2004, 4, 1), date(2029 + n16, 4, 1))] {
                self.debt_of(issuer, "bond", 42_500 + n as i64 * 3_750, 6_000 + n as i64 * 4_000, issued, maturity);
            }
        }
        for (n, place) in
            ["Brindlemere School District", "Thistlevane Water Authority", "City of Quillhollow", "Ambryfold Toll Roads"].iter().enumerate()
        {
            self.debt_of(place, "municipal bond", 30_000 + n as i64 * 2_500, -6_000, date(2005, 6, 1), date(2030 + n as i16 * 2, 6, 1));
        }
        for n in 0..9i16 {
            let maturity = date(2026 + (n + 12) / 4, 3 * ((n % 4) as i8) + 2, 18);
            self.debt_of("Government of Aldermark", "bill", 0, 0, maturity.saturating_sub(jiff::Span::new().days(364)), maturity);
        }
    }

    fn debt_of(&mut self, issuer: &str, subtype: &'static str, coupon: i64, spread: i64, issued: Date, maturity: Date) {
        let percent = Decimal::new(coupon, 4).normalize();
        let name = match coupon {
            0 => format!("{issuer} bill {}", maturity.strftime("%-d %b %Y")),
            _ => format!("{issuer} {percent}% {}", maturity.strftime("%-d %b %Y")),
        };
        let (seed, slug) = (self.seed, format!("{name} from {}", issued.year()));
        let s = self.add(&slug, name, "fixed income", Some(subtype), Path::Debt { coupon, spread });
        s.isin = Some(face::isin(seed, &slug));
        // A few sources do send a CUSIP.
        s.cusip = (subtype == "municipal bond").then(|| face::cusip(seed, &slug));
        s.cfi = Some(if coupon == 0 { "DYZTXR" } else { "DBFTFR" });
        s.bond = Some(FixedIncome { coupon_percent: percent, maturity, issued, face: Decimal::ONE_HUNDRED });
    }

    fn crypto(&mut self) {
        for (ticker, name, price) in [
            ("FNL", "Fennelcoin", 614_200_000),
            ("WCK", "Wickether", 31_280_000),
            ("QLN", "Quillon", 1_421_000),
            ("TNS", "Tansy", 8_800),
            ("UMB", "Umbra Token", 243_100),
            ("SND", "Sandgrain", 421),
            ("ORC", "Orchard", 54_700),
            ("USDQ", "Quill Dollar", 10_000),
        ] {
            let path = if ticker == "USDQ" { Path::Flat } else { self.walk(ticker, price, (140, 340, 4)) };
            let s = self.add(ticker, name.into(), "cryptocurrency", Some("cryptocurrency"), path);
            s.ticker = Some(ticker.into());
        }
    }

    fn oddities(&mut self) {
        for (slug, name, kind, subtype, price) in [
            ("pref", "Quillstone Rail 6% preferred, series B", "equity", "preferred equity", 248_000),
            ("lp", "Tallowmere Timber Partners LP unit", "other", "limited partnership unit", 1_000_000),
            ("pe", "Osprey Private Equity Fund III", "other", "private equity fund", 12_500_000),
            ("hedge", "Northgate Absolute Return", "other", "hedge fund", 1_842_000),
            ("note", "Harbor & Vale Buffered Note 2029", "fixed income", "structured equity product", 1_004_000),
            ("adr", "Łódź Ceramics depositary receipt", "equity", "depositary receipt", 187_300),
        ] {
            let path = self.walk(slug, price, (40, 45, 0));
            self.add(slug, name.into(), kind, Some(subtype), path);
        }
        // Employer stock and separate accounts have no ticker anywhere.
        for (slug, name) in [
            ("emp-lind", "Lindqvist Studio Shares"),
            ("emp-osm", "Osmund Telecom Employee Stock"),
            ("emp-brk", "Brackwater Foods ESOP"),
            ("emp-hv", "Harrowgate Steel Restricted Units"),
        ] {
            let path = self.walk(slug, 368_000, (96, 120, 0));
            self.add(slug, name.into(), "equity", Some("common stock"), path);
        }
        for (slug, name) in [("sv-t", "Tallowmere Guaranteed Income"), ("sv-o", "Osprey Stable Principal")] {
            self.add(slug, name.into(), "other", Some("other"), Path::Flat);
        }
        let path = self.walk("untyped", 104_400, (70, 30, 0));
        // Some institutions say nothing about what a thing is.
        self.add("untyped", "UNCLASSIFIED POOLED ACCT 7".into(), "other", None, path);
    }

    fn options(&mut self) {
        let stocks: Vec<usize> =
            self.out.iter().enumerate().filter(|(_, s)| s.mic == Some("XNYS")).step_by(19).map(|(i, _)| i).take(6).collect();
        for (n, underlying) in stocks.into_iter().enumerate() {
            let (ticker, company, spot) = {
                let s = &self.out[underlying];
                let Path::Walk(w) = &s.path else { continue };
                (s.ticker.clone().unwrap_or_default(), s.name.clone(), w.price)
            };
            for (k, expires) in [date(2027, 6, 18), date(2028, 1, 21), date(2029, 1, 19), date(2031, 1, 17)].into_iter().enumerate() {
                let call = (n + k) % 2 == 0;
                // Strikes in whole fives, near the reference price.
                let strike = (spot * (90 + 10 * k as i64) / 100 / 50_000).max(1) * 50_000;
                let occ = format!("{ticker}{}{}{:08}", expires.strftime("%y%m%d"), if call { 'C' } else { 'P' }, strike / 10);
                let name = format!("{company} {} {} {}", expires.strftime("%-d %b %Y"), strike / 10_000, if call { "call" } else { "put" });
                let path = Path::Choice { underlying, strike, volatility: 32 };
                let s = self.add(&occ, name, "derivative", Some("option"), path);
                s.ticker = Some(occ);
                s.cfi = Some(if call { "OCASPS" } else { "OPASPS" });
                s.option = Some(OptionContract { call, expires, strike: Decimal::new(strike / 10_000, 0), underlying: ticker.clone() });
            }
        }
    }
}
