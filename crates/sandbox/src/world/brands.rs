//! The many institutions: brands composed of invented places, some of them families of look-alike portals, some down, retired or merged.

use super::fixed::{self, products};
use super::institutions::{Health, Institution, InstitutionKind as Kind, Mfa};
use super::names::{HEADS, TAILS, TONGUES, Tongue, label};
use super::random::Stream;
use std::collections::HashSet;

/// How often each kind comes among US brands (of a hundred), and how it is named.
const KINDS: [(Kind, u64, &[&str]); 12] = [
    (
        Kind::Bank,
        44,
        &[
            "{} Bank",
            "First {} Bank",
            "{} Savings Bank",
            "Bank of {}",
            "{} State Bank",
            "{} Bank & Trust",
            "Farmers Bank of {}",
            "{} Community Bank",
            "Old {} Bank",
        ],
    ),
    (
        Kind::CreditUnion,
        28,
        &[
            "{} Credit Union",
            "{} Federal Credit Union",
            "{} Community Credit Union",
            "{} Teachers Credit Union",
            "{} Employees Credit Union",
            "{} Valley CU",
        ],
    ),
    (Kind::Broker, 6, &["{} Brokerage", "{} Securities", "{} Investments", "{} Wealth"]),
    (Kind::Workplace, 5, &["{} Retirement", "{} Workplace Plans", "{} Benefits", "{} Plan Services"]),
    (Kind::Card, 2, &["{} Card", "{} Rewards Card"]),
    (Kind::Lender, 4, &["{} Home Loans", "{} Mortgage", "{} Lending"]),
    (Kind::StudentLender, 2, &["{} Student Loans", "{} Education Finance"]),
    (Kind::CollegeSavings, 2, &["{} 529", "{} College Savings Plan"]),
    (Kind::HealthSavings, 2, &["{} Health Savings", "{} HSA"]),
    (Kind::Crypto, 1, &["{} Coin Exchange"]),
    (Kind::Insurance, 3, &["{} Life", "{} Mutual", "{} Annuity"]),
    (Kind::Custodian, 1, &["{} Custody", "{} Trust Company"]),
];

/// The portals of a large brand: what follows its name, the host's first label, the kind.
const PORTALS: [(&str, &str, Kind); 6] = [
    ("Bank", "www", Kind::Bank),
    ("Brokerage", "invest", Kind::Broker),
    ("Workplace", "work", Kind::Workplace),
    ("Benefits", "benefits", Kind::HealthSavings),
    ("Card", "card", Kind::Card),
    ("Home Loans", "homeloans", Kind::Lender),
];

const COLORS: [&str; 16] = [
    "#1f6f78", "#5b4fa3", "#2a56b8", "#8a3b73", "#8a5a1f", "#b02a45", "#2f7d4f", "#3f5f2f", "#5a5f66", "#205080", "#704060", "#406070",
    "#912d1d", "#1d4f91", "#6b4f1d", "#375a3c",
];

/// Composed institutions are numbered from here by their place in the list.
pub(crate) const FIRST_NUMBER: usize = 300_000;

fn word(text: &str) -> u64 {
    super::random::key(0, &[text])
}

struct Names {
    seed: u64,
    /// Keys of the names and hosts taken.
    used: HashSet<u64>,
    out: Vec<Institution>,
}

/// Exactly `count` institutions (at least the fixed ones), in a stable order: more of them never change the earlier ones.
pub(crate) fn all(seed: u64, count: usize) -> Vec<Institution> {
    let mut names = Names { seed, used: HashSet::with_capacity(count * 2), out: fixed::all() };
    for i in &names.out {
        names.used.extend([word(i.host()), word(&i.name)]);
    }
    names.out.reserve(count.saturating_sub(names.out.len()));
    let mut brand = 0u32;
    while names.out.len() < count {
        names.brand(brand, count);
        brand += 1;
    }
    names.out
}

impl Names {
    fn brand(&mut self, number: u32, count: usize) {
        let mut r = Stream::of(self.seed, &["brand", &number.to_string()]);
        if r.chance(24) {
            // The country is drawn by the length of its list of patterns at most, so every tongue stays common enough to be met.
            let tongue = &TONGUES[[0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10][r.below(17) as usize]];
            return self.foreign(tongue, r);
        }
        let place = place(&mut r);
        if r.chance(7) {
            let portals = r.between(2, 6) as usize;
            let start = r.below(2) as usize;
            let family = format!("{}{number}", label(&place));
            let look = (*r.pick(&COLORS), r.between(4_000, 90_000) as u32);
            for (word, host, kind) in PORTALS.iter().cycle().skip(start).take(portals) {
                if self.out.len() < count {
                    let name = format!("{place} {word}");
                    let host = format!("{host}.{}", label(&place));
                    let popularity = look.1 + r.below(900) as u32;
                    self.push(&mut r, name, &host, *kind, &family, popularity, (&["US"], "USD"), look.0);
                }
            }
            return;
        }
        let mut at = r.below(100);
        let (kind, _, patterns) = KINDS
            .iter()
            .find(|k| {
                let hit = at < k.1;
                at = at.saturating_sub(k.1);
                hit
            })
            .unwrap_or(&KINDS[0]);
        let name = r.pick(patterns).replace("{}", &place);
        let host = format!("www.{}", label(&name));
        let popularity = popularity(&mut r);
        let color = *r.pick(&COLORS);
        self.push(&mut r, name.clone(), &host, *kind, &label(&name), popularity, (&["US"], "USD"), color);
    }

    fn foreign(&mut self, tongue: &'static Tongue, mut r: Stream) {
        let place = format!("{}{}", r.pick(tongue.heads), r.pick(tongue.tails));
        let name = r.pick(tongue.patterns).replace("{}", &place);
        let kind = if name.contains("Wealth") || name.contains("Vermogen") || r.chance(15) { Kind::Broker } else { Kind::Bank };
        let host = format!("www.{}", label(&name));
        let popularity = popularity(&mut r);
        let color = *r.pick(&COLORS);
        self.push(&mut r, name.clone(), &host, kind, &label(&name), popularity, (tongue.country, tongue.currency), color);
    }

    #[allow(clippy::too_many_arguments)]
    fn push(
        &mut self,
        r: &mut Stream,
        base: String,
        host: &str,
        kind: Kind,
        family: &str,
        popularity: u32,
        home: (&'static [&'static str], &'static str),
        color: &str,
    ) {
        let (mut name, mut url_host) = (base.clone(), format!("{host}.example"));
        while self.used.contains(&word(&name)) || self.used.contains(&word(&url_host)) {
            let elsewhere = place(r);
            name = format!("{base} of {elsewhere}");
            url_host = format!("{host}-{}.example", label(&elsewhere));
        }
        self.used.extend([word(&name), word(&url_host)]);
        let number = self.out.len();
        let (health, mfa) = (self.health(r), mfa(r));
        let abroad = home.0 != ["US"];
        let institution = Institution {
            id: format!("ins_{}", FIRST_NUMBER + number),
            aliases: aliases(r, &name),
            name,
            url: format!("https://{url_host}"),
            kind,
            family: family.to_owned(),
            products: products(kind),
            country_codes: home.0,
            currency: home.1,
            primary_color: color.to_owned(),
            routing_numbers: if !abroad && matches!(kind, Kind::Bank | Kind::CreditUnion) { vec![routing(number)] } else { vec![] },
            oauth: r.chance(if abroad { 60 } else { 14 }),
            health,
            mfa,
            consent_days: if abroad {
                Some(*r.pick(&[90, 180]))
            } else {
                [None, None, None, None, None, Some(365), Some(365), Some(90)][r.below(8) as usize]
            },
            notice: notice(r, mfa),
            popularity,
        };
        self.out.push(institution);
    }

    fn health(&self, r: &mut Stream) -> Health {
        match r.below(1000) {
            0..=24 => Health::Degraded,
            25..=36 => Health::Down,
            37..=46 => Health::Retired,
            // Into an earlier one that still answers.
            47..=56 => {
                let into = &self.out[r.below(self.out.len() as u64) as usize];
                if matches!(into.health, Health::Healthy) { Health::MergedInto(into.id.clone()) } else { Health::Healthy }
            }
            _ => Health::Healthy,
        }
    }
}

fn place(r: &mut Stream) -> String {
    format!("{}{}", r.pick(&HEADS), r.pick(&TAILS))
}

/// Few are well known: most draws end low.
fn popularity(r: &mut Stream) -> u32 {
    let x = r.below(1000);
    (x * x * x / 20_000) as u32 + 1
}

fn mfa(r: &mut Stream) -> Mfa {
    match r.below(100) {
        0..=39 => Mfa::None,
        40..=57 => Mfa::Device { every_time: false },
        58..=62 => Mfa::Device { every_time: true },
        63..=80 => Mfa::Code { every_time: false },
        81..=85 => Mfa::Code { every_time: true },
        86..=93 => Mfa::Questions { rounds: 1 + r.below(2) as u8, per_round: 1 + r.below(3) as u8 },
        _ => Mfa::Selections { rounds: 1, per_round: 1 + r.below(2) as u8 },
    }
}

fn notice(r: &mut Stream, mfa: Mfa) -> Option<String> {
    let text = match mfa {
        Mfa::Device { every_time: true } | Mfa::Code { every_time: true } => {
            "It asks for a code at every sign-in, so new values need you now and then."
        }
        _ if r.chance(92) => return None,
        _ => *r.pick(&[
            "Sign in there once and accept the new terms of use before you connect.",
            "It allows other services only after you switch on data sharing in its settings.",
            "Retirement plan balances arrive one business day late.",
            "Use your member number, not your e-mail address, to sign in.",
        ]),
    };
    Some(text.into())
}

/// Initials for the longer names; a former name now and then.
fn aliases(r: &mut Stream, name: &str) -> Vec<String> {
    let mut out = vec![];
    if name.split(' ').count() >= 3 {
        out.push(super::names::plain(name).split(' ').filter_map(|w| w.chars().next()).filter(char::is_ascii_uppercase).collect());
    }
    if r.chance(4) {
        out.push(format!("formerly {} Savings & Loan", place(r)));
    }
    out
}

/// Nine digits with the right check digit, in a district that does not exist.
fn routing(number: usize) -> String {
    let body = format!("99{:06}", number % 1_000_000);
    let sum: u32 = body.bytes().zip([3, 7, 1, 3, 7, 1, 3, 7]).map(|(d, w)| u32::from(d - b'0') * w).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
