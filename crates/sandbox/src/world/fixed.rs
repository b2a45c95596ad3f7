//! Institutions with fixed ids: those on the design's pictures, those that play the roles of Plaid's own sandbox ids, and one for each
//! state that a rehearsal needs.

use super::institutions::{Health, Institution, InstitutionKind as Kind, Mfa};

/// Marks what a client of the sandbox could take for real.
pub(crate) const MARK: &str = "Sandbox: this institution is invented.";

const US: &[&str] = &["US"];

pub(crate) fn products(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Bank | Kind::CreditUnion => &["assets", "auth", "balance", "identity", "liabilities", "transactions"],
        Kind::Broker | Kind::Custodian => &["assets", "auth", "balance", "identity", "investments", "transactions"],
        Kind::Workplace | Kind::CollegeSavings | Kind::Crypto | Kind::Insurance => &["assets", "balance", "identity", "investments"],
        Kind::HealthSavings => &["assets", "balance", "identity", "investments", "transactions"],
        Kind::Card => &["assets", "balance", "identity", "liabilities", "transactions"],
        Kind::Lender | Kind::StudentLender => &["balance", "identity", "liabilities"],
    }
}

pub(super) fn one(id: &str, name: &str, host: &str, kind: Kind, family: &str, color: &str, popularity: u32) -> Institution {
    Institution {
        id: format!("ins_{id}"),
        name: name.into(),
        url: format!("https://{host}.example"),
        kind,
        family: family.into(),
        products: products(kind),
        country_codes: US,
        currency: "USD",
        primary_color: color.into(),
        routing_numbers: vec![],
        oauth: false,
        health: Health::Healthy,
        mfa: Mfa::None,
        consent_days: None,
        aliases: vec![],
        notice: None,
        popularity,
    }
}

impl Institution {
    pub(super) fn asks(mut self, mfa: Mfa) -> Self {
        self.mfa = mfa;
        self
    }
    pub(super) fn health(mut self, health: Health) -> Self {
        self.health = health;
        self
    }
    pub(super) fn says(mut self, notice: &str) -> Self {
        self.notice = Some(notice.into());
        self
    }
    fn ends_after(mut self, days: i64) -> Self {
        self.consent_days = Some(days);
        self
    }
    fn known_as(mut self, aliases: &[&str]) -> Self {
        self.aliases = aliases.iter().map(|a| a.to_string()).collect();
        self
    }
    fn routed(mut self, number: &str) -> Self {
        self.routing_numbers.push(number.into());
        self
    }
    fn abroad(mut self, countries: &'static [&'static str], currency: &'static str) -> Self {
        (self.country_codes, self.currency) = (countries, currency);
        self
    }
    pub(super) fn redirects(mut self) -> Self {
        self.oauth = true;
        self
    }
    /// It offers everything, as the vendors' own test institutions do.
    pub(super) fn offers_all(mut self) -> Self {
        self.products = &["assets", "auth", "balance", "identity", "investments", "liabilities", "transactions"];
        self
    }
}

/// How many there are.
pub(crate) const COUNT: usize = 38;

pub(crate) fn all() -> Vec<Institution> {
    let mut out = pictured();
    out.extend(roles());
    out.extend(states());
    out
}

fn pictured() -> Vec<Institution> {
    let code = Mfa::Code { every_time: false };
    let device = Mfa::Device { every_time: false };
    vec![
        one("larchmont_brokerage", "Larchmont Brokerage", "www.larchmont", Kind::Broker, "larchmont", "#5b4fa3", 990_000)
            .asks(device)
            .ends_after(365)
            .known_as(&["Larchmont Investments", "LMT"]),
        one("larchmont_workplace", "Larchmont Workplace", "work.larchmont", Kind::Workplace, "larchmont", "#5b4fa3", 985_000)
            .asks(code)
            .ends_after(365)
            .says("Larchmont asks for a code by text the first time you connect, and again about every 90 days.")
            .known_as(&["Larchmont 401k", "Larchmont Retirement"]),
        one("larchmont_bank", "Larchmont Bank", "bank.larchmont", Kind::Bank, "larchmont", "#5b4fa3", 970_000)
            .routed("991000015")
            .known_as(&["LMB"]),
        one("larchmont_benefits", "Larchmont Benefits", "benefits.larchmont", Kind::HealthSavings, "larchmont", "#5b4fa3", 420_000)
            .asks(Mfa::Code { every_time: true }),
        one("larchmont_card", "Larchmont Card", "card.larchmont", Kind::Card, "larchmont", "#5b4fa3", 400_000),
        one("bluewater", "Bluewater Credit Union", "www.bluewatercu", Kind::CreditUnion, "bluewater", "#1f6f78", 940_000)
            .asks(Mfa::Questions { rounds: 1, per_round: 2 })
            .routed("991000028")
            .known_as(&["BWCU", "Blue Water"]),
        one("pinecrest", "Pinecrest Health Savings", "my.pinecresthsa", Kind::HealthSavings, "pinecrest", "#8a3b73", 900_000)
            .asks(Mfa::Device { every_time: true })
            .says("Pinecrest asks for a code at every sign-in, so new values need you now and then.")
            .known_as(&["Pinecrest HSA"]),
        one("meridian", "Meridian Home Loans", "login.meridianhl", Kind::Lender, "meridian", "#8a5a1f", 880_000)
            .health(Health::Degraded)
            .known_as(&["Meridian Mortgage"]),
        one("northgate", "Northgate Brokerage", "www.northgate", Kind::Broker, "northgate", "#2a56b8", 930_000)
            .redirects()
            .ends_after(180)
            .known_as(&["Northgate Securities"]),
        one("sable", "Sable Card", "www.sablecard", Kind::Card, "sable", "#b02a45", 910_000).known_as(&["Sable credit card"]),
        one("kestrel", "Kestrel Student Loans", "www.kestrelloans", Kind::StudentLender, "kestrel", "#2f7d4f", 870_000)
            .asks(Mfa::Selections { rounds: 1, per_round: 1 }),
        one("tessera", "Tessera 529", "plan.tessera529", Kind::CollegeSavings, "tessera", "#1f6f78", 860_000)
            .known_as(&["Tessera College Savings"]),
        one("harborvale", "Harbor & Vale Custody", "advisor.harborvale", Kind::Custodian, "harborvale", "#2a56b8", 950_000)
            .asks(device)
            .known_as(&["Harbor and Vale", "H&V"]),
        one("granite_life", "Granite Life", "www.granitelife", Kind::Insurance, "granitelife", "#5a5f66", 640_000),
        one("osprey", "Osprey Mutual", "my.ospreymutual", Kind::Insurance, "osprey", "#3f5f2f", 630_000).ends_after(90),
        one("fennelcoin", "Fennel Coin Exchange", "www.fennelcoin", Kind::Crypto, "fennelcoin", "#2f7d4f", 610_000).redirects(),
    ]
}

/// The ids that Plaid's documentation gives to test institutions, each with the same role under an invented name.
fn roles() -> Vec<Institution> {
    let bank = |id: &str, name: &str, host: &str| {
        let number: u32 = id.parse().unwrap_or(0);
        one(id, name, host, Kind::Bank, host, "#3a5f8a", 500_000 - number % 1000).offers_all().says(MARK)
    };
    vec![
        bank("109508", "First Wickerbird Bank", "www.wickerbird").routed("991000031"),
        bank("109509", "First Pennywhistle Credit Union", "www.pennywhistlecu"),
        bank("109510", "Thimblewood Federal Credit Union", "www.thimblewoodfcu"),
        bank("109511", "Herringbone Bank", "www.herringbonebank"),
        bank("109512", "Candlewick Bank", "www.candlewickbank"),
        bank("130016", "Seesaw Balance Bank", "www.seesawbank"),
        bank("43", "Herringbone-Maplewick Bank", "www.maplewickbank").abroad(&["CA"], "CAD"),
        bank("116834", "Wrencombe Bank (UK)", "www.wrencombe").abroad(&["GB"], "GBP").redirects().ends_after(90),
        bank("117650", "Royal Bank of Wickerbird", "www.royalwickerbird").abroad(&["GB"], "GBP").ends_after(90),
        bank("127287", "Wickerbird OAuth Bank", "oauth.wickerbird").redirects().ends_after(365),
        bank("132241", "Wickerbird App-to-App Bank", "app.wickerbird").redirects(),
        bank("117181", "Wickerbird QR Bank", "qr.wickerbird").abroad(&["NL", "DE"], "EUR").redirects().ends_after(180),
    ]
}

fn states() -> Vec<Institution> {
    vec![
        one("state_down", "Stillpool Savings Bank", "www.stillpool", Kind::Bank, "stillpool", "#6b6b6b", 300_000)
            .health(Health::Down)
            .says(MARK),
        one("state_degraded", "Slowbrook Investments", "www.slowbrook", Kind::Broker, "slowbrook", "#7a6a2f", 300_000)
            .health(Health::Degraded)
            .says(MARK),
        one("state_retired", "Bygone & Daughters Trust", "www.bygonetrust", Kind::Custodian, "bygone", "#6b5b4b", 200_000)
            .health(Health::Retired)
            .says(MARK),
        one("state_merged", "Vale Trust & Custody", "www.valetrust", Kind::Custodian, "harborvale", "#2a56b8", 250_000)
            .health(Health::MergedInto("ins_harborvale".into()))
            .says("Vale Trust is now Harbor & Vale Custody. Your sign-in stays the same."),
        one("state_code_always", "Tickertape Two-Step Credit Union", "www.twostepcu", Kind::CreditUnion, "twostep", "#704060", 290_000)
            .asks(Mfa::Code { every_time: true })
            .says(MARK),
        one("state_consent_90", "Quarterday Investments", "www.quarterday", Kind::Broker, "quarterday", "#406070", 290_000)
            .ends_after(90)
            .says(MARK),
        one("state_osterbank", "Österbank Ängby", "www.osterbank-angby", Kind::Bank, "osterbank", "#1d4f91", 280_000)
            .abroad(&["SE", "DE"], "EUR")
            .ends_after(180),
        one("state_lodz", "Łódź Wschód Oszczędności", "www.lodzwschod", Kind::Bank, "lodzwschod", "#912d1d", 270_000)
            .abroad(&["PL"], "EUR")
            .ends_after(90),
        one("state_sazanami", "日本 Sazanami Pacific Trust", "www.sazanami", Kind::Broker, "sazanami", "#a03040", 270_000)
            .known_as(&["Nihon Sazanami", "Sazanami"]),
        one("state_credit", "Crédit de Montcrin", "www.creditmontcrin", Kind::Broker, "montcrin", "#205080", 260_000)
            .abroad(&["FR"], "EUR")
            .redirects()
            .ends_after(180),
    ]
}
