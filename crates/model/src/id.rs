//! Typed identifiers: UUID v7 inside, a prefix that names the kind outside (`hh_…`, `acct_…`).
//! A link's or a session's secret is never an id.

use crate::time::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use uuid::Uuid;

/// A kind of thing that has ids.
pub trait Kind: 'static {
    const PREFIX: &'static str;
}

pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl<K: Kind> Id<K> {
    pub const fn from_uuid(u: Uuid) -> Self {
        Id(u, PhantomData)
    }
    pub const fn uuid(self) -> Uuid {
        self.0
    }
    /// A new id from the given instant and 10 random bytes.
    pub fn new(now: Time, random: [u8; 10]) -> Self {
        let millis = now.as_millis().max(0) as u64;
        Id(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(), PhantomData)
    }
    /// The same bytes under another kind, where two rows stand for one thing.
    pub const fn cast<L: Kind>(self) -> Id<L> {
        Id(self.0, PhantomData)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct BadId;

impl<K: Kind> FromStr for Id<K> {
    type Err = BadId;
    fn from_str(s: &str) -> Result<Self, BadId> {
        let body = s.strip_prefix(K::PREFIX).and_then(|r| r.strip_prefix('_')).ok_or(BadId)?;
        if body.len() != 26 {
            return Err(BadId);
        }
        let mut n: u128 = 0;
        for (i, b) in body.bytes().enumerate() {
            let d = ALPHABET.iter().position(|a| *a == b).ok_or(BadId)? as u128;
            if i == 0 && d > 7 {
                return Err(BadId);
            }
            n = (n << 5) | d;
        }
        Ok(Id(Uuid::from_u128(n), PhantomData))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.as_u128();
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        for i in (0..26).rev() {
            let d = ((n >> (i * 5)) & 31) as usize;
            write!(f, "{}", ALPHABET[d] as char)?;
        }
        Ok(())
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, o: &Self) -> bool {
        self.0 == o.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, o: &Self) -> std::cmp::Ordering {
        self.0.cmp(&o.0)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
        self.0.hash(h)
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = std::borrow::Cow::<str>::deserialize(d)?;
        s.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $alias:ident $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; }
        pub type $alias = Id<$kind>;
    )* };
}

kinds! {
    /// An advisory firm.
    Firm FirmId "firm";
    /// Somebody who signs in: staff or client.
    User UserId "user";
    /// A household.
    Household HouseholdId "hh";
    /// A person of a household.
    Member MemberId "mem";
    /// A portfolio of a household (Current, Proposed, ...).
    Portfolio PortfolioId "pf";
    /// An account, whatever its sources.
    Account AccountId "acct";
    /// One client's login at one institution through one provider.
    Connection ConnectionId "conn";
    /// A permission that a person gave.
    Consent ConsentId "cons";
    /// A client-specific link.
    Link LinkId "link";
    /// One attempt to connect or repair, from the first page to the last.
    Attempt AttemptId "att";
    /// One sitting in which somebody refreshes what always asks.
    Sitting SittingId "sit";
    /// A row of the audit log.
    Event EventId "evt";
    /// A background job.
    Job JobId "job";
    /// A row of the log of what a person said.
    Fact FactId "fact";
    /// An outgoing message.
    Mail MailId "mail";
    /// An institution of the directory.
    Institution InstitutionId "inst";
    /// An invitation to the client portal.
    Invitation InvitationId "inv";
    /// A firm's own set of rights.
    PermissionSet PermissionSetId "set";
    /// A passkey of somebody who signs in.
    Passkey PasskeyId "key";
    /// A way back in for somebody who lost a password or a factor.
    Recovery RecoveryId "rec";
    /// What a client suggested or reported to their adviser.
    Suggestion SuggestionId "sug";
    /// Leave for support to look at a household for a while.
    SupportGrant SupportGrantId "grant";
    /// What has stopped, and whose move it is.
    Case CaseId "case";
    /// A problem reported to Data Support.
    Ticket TicketId "tick";
    /// A file that somebody brought.
    Import ImportId "imp";
    /// Two accounts that were made one.
    Join JoinId "join";
    /// What somebody noted of a ticket.
    TicketNote TicketNoteId "note";
    /// What comes in to somebody.
    Income IncomeId "inc";
    /// A will, a trust deed, a power of attorney.
    Document DocumentId "doc";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = HouseholdId::new(Time::from_seconds(1_795_000_000), [7; 10]);
        let text = id.to_string();
        assert!(text.starts_with("hh_") && text.len() == 29);
        assert_eq!(text.parse::<HouseholdId>(), Ok(id));
        assert!(text.parse::<AccountId>().is_err());
        assert!("hh_".parse::<HouseholdId>().is_err());
        assert!("hh_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<HouseholdId>().is_err());
    }
}
