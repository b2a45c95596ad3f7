//! Institutions that only the second provider lists: its test institution and one for each kind of question a sign-in may ask.

use super::fixed::{MARK, one};
use super::institutions::{Health, Institution, InstitutionKind as Kind, Mfa};

pub(crate) fn all() -> Vec<Institution> {
    let only = |code: &str, name: &str, host: &str, kind: Kind| {
        let mut i = one(code, name, host, kind, host, "#4a5a7a", 350_000).says(MARK);
        i.id = format!("mx_{code}");
        i
    };
    vec![
        only("mxbank", "Candlemoth Rehearsal Bank", "www.candlemothbank", Kind::Bank).offers_all(),
        only("corncrake", "Corncrake Investments", "www.corncrake", Kind::Broker),
        only("owlbarrow", "Owlbarrow Credit Union", "www.owlbarrowcu", Kind::CreditUnion),
        only("marrowby", "Marrowby Workplace", "work.marrowby", Kind::Workplace).asks(Mfa::Code { every_time: true }),
        only("tallowwick", "Tallow & Wick Trust", "www.tallowwick", Kind::Custodian),
        only("fernquill", "Fernquill Savings", "www.fernquill", Kind::Bank),
        only("hazelpush", "Hazelpush Securities", "www.hazelpush", Kind::Broker),
        only("dapplegrey", "Dapplegrey Investments", "www.dapplegrey", Kind::Broker),
        only("sorrelfield", "Sorrelfield Slow Savings", "www.sorrelfield", Kind::Bank).health(Health::Degraded),
        only("wexcombe", "Wexcombe Brokerage", "www.wexcombe", Kind::Broker).redirects(),
        only("lostwithy", "Lostwithy Trust", "www.lostwithy", Kind::Custodian).health(Health::Retired),
    ]
}
