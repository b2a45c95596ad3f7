//! Wills, trusts, powers of attorney: whose, of when, where they are kept and when to look at them again. The document itself is not here.

use crate::Date;
use crate::detail::words;
use crate::id::{DocumentId, MemberId};
use serde::{Deserialize, Serialize};

words!(DocumentKind {
    Will "will" "Will",
    Trust "trust" "Trust deed",
    PowerOfAttorney "power_of_attorney" "Power of attorney",
    HealthDirective "health_directive" "Health directive",
    Other "other" "Other document",
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentFact {
    pub id: DocumentId,
    pub member: MemberId,
    pub kind: DocumentKind,
    pub signed: Option<Date>,
    /// "Safe at home", "Larch & Partners, notaries".
    pub kept: String,
    pub review: Option<Date>,
    /// Taken off the list.
    pub active: bool,
}

/// What every adult may be asked about.
pub const USUAL: [DocumentKind; 3] = [DocumentKind::Will, DocumentKind::PowerOfAttorney, DocumentKind::HealthDirective];

/// Of the usual ones, those that nobody has recorded for a person. Whether they exist is another question.
pub fn not_recorded(all: &[DocumentFact], member: MemberId) -> Vec<DocumentKind> {
    USUAL.into_iter().filter(|k| !all.iter().any(|d| d.active && d.member == member && d.kind == *k)).collect()
}
