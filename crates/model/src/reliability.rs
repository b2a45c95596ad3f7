//! How well an institution works for this firm: counted from the firm's own tries, never from what a provider says of itself. What a client
//! did (a wrong password) and what we did (a wrong key) do not count against an institution.

use crate::fault::FaultKind;

/// Over how many days tries are counted.
pub const DAYS: i64 = 30;
/// With fewer tries than this nothing is judged.
pub const ENOUGH: u32 = 20;
/// From this share of a hundred on an institution is well, and from that one on merely troubled.
const WELL: u32 = 95;
const TROUBLED: u32 = 80;

/// How one try ended, and on whose account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    Worked,
    /// A sign-in, a code, a permission: the client's part.
    Client,
    /// The institution did not answer, or refused everybody.
    Institution,
    /// The data provider between us and it.
    Provider,
    /// Our keys, our requests, our haste.
    Ours,
}

impl Ending {
    pub const ALL: [Ending; 5] = [Ending::Worked, Ending::Client, Ending::Institution, Ending::Provider, Ending::Ours];
    pub fn key(self) -> &'static str {
        match self {
            Ending::Worked => "worked",
            Ending::Client => "client",
            Ending::Institution => "institution",
            Ending::Provider => "provider",
            Ending::Ours => "ours",
        }
    }
    pub fn from_key(key: &str) -> Option<Ending> {
        Self::ALL.into_iter().find(|e| e.key() == key)
    }
    /// `None`: nothing has been tried to its end yet.
    pub fn of(fault: FaultKind) -> Option<Ending> {
        use FaultKind::*;
        Some(match fault {
            NeedsCredentials | NeedsMfa | Locked | ActionAtInstitution | ConsentRevoked | Removed | NoAccounts => Ending::Client,
            InstitutionDown | NotSupported => Ending::Institution,
            ProviderDown => Ending::Provider,
            RateLimited | Ours => Ending::Ours,
            NotReady => return None,
        })
    }
}

/// Tries at one institution, by how they ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    pub worked: u32,
    pub client: u32,
    pub institution: u32,
    pub provider: u32,
    pub ours: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    TooFew,
    Well,
    Troubled,
    Failing,
}

impl Record {
    pub fn add(&mut self, ending: Ending, n: u32) {
        let at = match ending {
            Ending::Worked => &mut self.worked,
            Ending::Client => &mut self.client,
            Ending::Institution => &mut self.institution,
            Ending::Provider => &mut self.provider,
            Ending::Ours => &mut self.ours,
        };
        *at = at.saturating_add(n);
    }
    pub fn join(&mut self, other: &Record) {
        for (ending, n) in Ending::ALL.into_iter().zip([other.worked, other.client, other.institution, other.provider, other.ours]) {
            self.add(ending, n);
        }
    }
    /// The tries that an institution is judged by.
    pub fn judged(&self) -> u32 {
        self.worked.saturating_add(self.institution).saturating_add(self.provider)
    }
    /// Of a hundred judged tries, those that worked, cut off: 99.9 is not all. `None` with too few.
    pub fn percent(&self) -> Option<u32> {
        let all = self.judged();
        (all >= ENOUGH).then(|| u32::try_from(u64::from(self.worked) * 100 / u64::from(all)).unwrap_or(100))
    }
    pub fn verdict(&self) -> Verdict {
        match self.percent() {
            None => Verdict::TooFew,
            Some(WELL..) => Verdict::Well,
            Some(TROUBLED..) => Verdict::Troubled,
            Some(_) => Verdict::Failing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(worked: u32, institution: u32) -> Record {
        Record { worked, institution, ..Record::default() }
    }

    // proves: N67 N68
    #[test]
    fn an_institution_is_judged_by_enough_tries_and_by_its_own_part_alone() {
        assert_eq!(record(ENOUGH - 1, 0).verdict(), Verdict::TooFew);
        assert_eq!(record(ENOUGH, 0).verdict(), Verdict::Well);
        assert_eq!(record(95, 5).percent(), Some(95));
        assert_eq!((record(94, 6).verdict(), record(79, 21).verdict()), (Verdict::Troubled, Verdict::Failing));
        assert_eq!(record(999, 1).percent(), Some(99), "not all of them worked");
        // A client's wrong password and our own faults neither lower it nor make it enough.
        let others = Record { client: 500, ours: 40, ..record(ENOUGH - 1, 0) };
        assert_eq!(others.verdict(), Verdict::TooFew);
        assert_eq!(Record { client: 500, ..record(96, 4) }.percent(), Some(96));
        assert_eq!(Record { provider: 100, ..record(100, 0) }.percent(), Some(50), "the way there counts");
    }

    #[test]
    fn every_fault_is_on_somebodys_account_and_waiting_on_nobodys() {
        for kind in FaultKind::ALL {
            assert_eq!(Ending::of(kind).is_none(), kind == FaultKind::NotReady, "{kind:?}");
            assert_eq!(kind.waits_for_client(), kind.waits_for_client() && Ending::of(kind) == Some(Ending::Client), "{kind:?}");
        }
        for e in Ending::ALL {
            assert_eq!(Ending::from_key(e.key()), Some(e));
        }
    }
}
