//! What an institution of the sandbox is, and the ones with fixed ids. Every name is invented and every host ends in `.example`.

/// What an institution mainly does; it decides which accounts people have there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstitutionKind {
    Bank,
    CreditUnion,
    Broker,
    Workplace,
    Card,
    Lender,
    StudentLender,
    CollegeSavings,
    HealthSavings,
    Crypto,
    Insurance,
    Custodian,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Health {
    Healthy,
    Degraded,
    Down,
    /// No longer offered; old logins answer `INSTITUTION_NO_LONGER_SUPPORTED`.
    Retired,
    /// Now part of the institution of that id, which shows the same accounts.
    MergedInto(String),
}

/// What a sign-in asks for after the password (special passwords ask for more or other things).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mfa {
    None,
    /// Choose a device, then type its code.
    Device {
        every_time: bool,
    },
    Code {
        every_time: bool,
    },
    Questions {
        rounds: u8,
        per_round: u8,
    },
    Selections {
        rounds: u8,
        per_round: u8,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Institution {
    pub id: String,
    pub name: String,
    /// `https://…​.example`, without a path.
    pub url: String,
    pub kind: InstitutionKind,
    /// The brand, shared by its look-alike portals.
    pub family: String,
    /// Plaid's product words.
    pub products: &'static [&'static str],
    pub country_codes: &'static [&'static str],
    /// The currency of its accounts.
    pub currency: &'static str,
    /// `#rrggbb`.
    pub primary_color: String,
    pub routing_numbers: Vec<String>,
    pub oauth: bool,
    pub health: Health,
    pub mfa: Mfa,
    /// After how many days the client must agree again; `None` when consent has no end.
    pub consent_days: Option<i64>,
    /// Other words people type for it.
    pub aliases: Vec<String>,
    pub notice: Option<String>,
    /// Higher is better known.
    pub popularity: u32,
}

impl Institution {
    pub fn host(&self) -> &str {
        self.url.strip_prefix("https://").unwrap_or(&self.url)
    }
    /// It plays one of the vendor's own test institutions, where everything can be rehearsed.
    pub fn offers_everything(&self) -> bool {
        self.products.len() == 7
    }
    pub fn logo_png_base64(&self) -> String {
        super::logo::png_base64(&self.name, &self.primary_color)
    }
}
