//! How much the provider may be asked. Its published limits per client and minute, with a tenth kept back for people at the provider's own
//! dashboard; on this machine (rehearsal, benchmarks) there is none but what the other side itself refuses.

use crate::gate::Budget;
use url::{Host, Url};

pub(super) struct Budgets {
    pub paths: &'static [Budget],
    pub per_minute: u32,
    pub concurrency: u32,
}

/// Per minute and client in production, minus a tenth (documentation as of 2026-11).
const PUBLISHED: &[Budget] = &[
    ("/institutions/get", 22),
    ("/institutions/get_by_id", 360),
    ("/item/get", 4500),
    ("/item/remove", 1800),
    ("/accounts/get", 13_500),
    ("/investments/holdings/get", 1800),
    ("/investments/transactions/get", 18_000),
    ("/liabilities/get", 900),
    ("/webhook_verification_key/get", 60),
];

/// Strangers can make us look up keys, so that stays bounded everywhere.
const HERE: &[Budget] = &[("/webhook_verification_key/get", 600)];

pub(super) fn of(base: &Url) -> Budgets {
    let here = match base.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match here {
        true => Budgets { paths: HERE, per_minute: 600_000, concurrency: 64 },
        false => Budgets { paths: PUBLISHED, per_minute: 900, concurrency: 32 },
    }
}
