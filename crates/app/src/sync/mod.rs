//! The sync engine: job → fetch → reconcile → apply → notify. A reconciler without input finds what is due; clicks, hooks and timers
//! only move due times. Fetching holds no database connection; one transaction applies the result, and names the lease it was done under.

mod adopt;
mod apply;
pub(crate) mod reconcile;
mod run;
mod worker;

pub(crate) use adopt::words as reconcile_words;
pub(crate) use run::grant;
pub use run::{refresh_due, refresh_one};
pub use worker::work;

use model::Span;

/// How long a run may take before another worker may take it over.
pub(crate) const LEASE: Span = Span::minutes(4);
/// How long a fetch may take; shorter than the lease, so that a live worker never loses it.
pub(crate) const FETCH: Span = Span::seconds(150);
/// Refreshes of one institution at once.
pub(crate) const PER_INSTITUTION: u32 = 8;
