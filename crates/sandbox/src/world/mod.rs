//! The generated world behind the rehearsal providers: institutions, people with accounts, securities with prices. All of it follows from
//! a seed; it reads no clock and knows no wire format. Every name is invented.

mod accounts;
mod banking;
mod brands;
mod calendar;
mod catalogue;
mod elsewhere;
mod events;
mod face;
mod fixed;
mod institutions;
mod liabilities;
mod logo;
mod names;
mod people;
mod pictured;
mod portfolios;
mod positions;
mod prices;
mod random;
mod securities;
mod trades;

pub use accounts::*;
pub use calendar::{FIRST_DAY, LAST_DAY};
pub use institutions::{Health, Institution, InstitutionKind, Mfa};
pub use liabilities::{Apr, CreditStatement, LiabilityStatement, MortgageStatement, StudentStatement};
pub use model::calendar::is_business_day;
pub use prices::Close;
pub use securities::{FixedIncome, OptionContract, Security};

pub(crate) use logo::png_base64 as picture;
use std::collections::HashMap;

/// How many institutions there are unless somebody says otherwise.
pub const INSTITUTIONS: usize = 12_480;

/// Everything, from one seed.
pub struct World {
    seed: u64,
    calendar: calendar::Calendar,
    market: prices::Market,
    securities: Vec<Security>,
    security_index: HashMap<String, usize>,
    institutions: Vec<Institution>,
    /// Those that only the second provider lists.
    elsewhere: Vec<Institution>,
    /// The fixed ones; the others' ids say where they are.
    institution_index: HashMap<String, usize>,
}

impl World {
    pub fn generate(seed: u64, institutions: usize) -> World {
        let calendar = calendar::Calendar::new();
        let market = prices::Market::new(seed, &calendar);
        let securities = catalogue::all(seed, &calendar);
        let institutions = brands::all(seed, institutions);
        let security_index = securities.iter().enumerate().map(|(i, s)| (s.id.clone(), i)).collect();
        let institution_index = institutions.iter().take(fixed::COUNT).enumerate().map(|(i, s)| (s.id.clone(), i)).collect();
        World { seed, calendar, market, securities, security_index, institutions, elsewhere: elsewhere::all(), institution_index }
    }
    pub fn seed(&self) -> u64 {
        self.seed
    }
    pub fn institutions(&self) -> &[Institution] {
        &self.institutions
    }
    pub fn elsewhere(&self) -> &[Institution] {
        &self.elsewhere
    }
    pub fn institution(&self, id: &str) -> Option<&Institution> {
        let numbered = || id.strip_prefix("ins_")?.parse::<usize>().ok()?.checked_sub(brands::FIRST_NUMBER);
        let at = self.institution_index.get(id).copied().or_else(numbered)?;
        self.institutions.get(at).filter(|i| i.id == id)
    }
    pub fn securities(&self) -> &[Security] {
        &self.securities
    }
    pub fn security(&self, id: &str) -> Option<&Security> {
        self.security_index.get(id).map(|i| &self.securities[*i])
    }
    /// The security with that ticker in that currency's catalogue.
    pub fn ticker(&self, ticker: &str) -> Option<&Security> {
        self.securities.iter().find(|s| s.ticker.as_deref() == Some(ticker))
    }
    pub fn isin(&self, isin: &str) -> Option<&Security> {
        self.securities.iter().find(|s| s.isin.as_deref() == Some(isin))
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "World({}, {} institutions)", self.seed, self.institutions.len())
    }
}
