//! Which of our accounts a provider's account is. An account is ours, what a provider calls it is an alias: a new sign-in, a second
//! connection, another provider or a renamed id ends in the same account. Certain matches join by themselves; doubtful ones stay apart
//! and are asked about once, because a wrong join hides an account and two true twins must stay two.

mod score;

use crate::head::Head;
use crate::{AccountData, AccountId, AccountKind, AccountState, ConnectionId, MemberId, Source};
pub use score::{Seen, score, told};
use serde::{Deserialize, Serialize};

/// The path by which accounts were found: a connection, or the files of one institution.
#[derive(Debug, Clone)]
pub struct Seeker {
    pub path: ConnectionId,
    /// The institution by every name that the directory and the firm's own people know it by.
    pub institutions: Vec<String>,
    /// The host of the institution's own page.
    pub site: Option<String>,
    /// Whose sign-in it is.
    pub member: Option<MemberId>,
}

/// One of our accounts that could be meant.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub account: AccountId,
    pub state: AccountState,
    pub source: Source,
    pub institution: String,
    /// The host of the page of the institution that feeds it.
    pub site: Option<String>,
    pub name: String,
    pub mask: Option<String>,
    pub kind: AccountKind,
    pub owners: Vec<MemberId>,
    /// Ids that providers promised to keep.
    pub persistent: Vec<String>,
    pub head: Head,
    /// What this very path has called it.
    pub aliases: Vec<String>,
}

/// A match and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    pub account: AccountId,
    pub score: u32,
    pub reasons: Vec<Reason>,
}

/// Why two accounts look like one, each with a sentence for people: see [`told`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    KnownHere,
    LastingId,
    Institution,
    Site,
    Kind,
    Family,
    LastDigits,
    SomeDigits,
    Name,
    Securities,
    Quantities,
    Balance,
    OtherId,
    ByHand,
    SamePerson,
    OtherPerson,
    OtherInstitution,
    SaidByPeople,
}

/// From here on a match joins by itself.
pub const CERTAIN: u32 = 100;

/// From here on a match that does not join is asked about. Below, the same name at the same institution is all there is: two people of
/// one household can each have an account called "Savings".
pub const DOUBTFUL: u32 = 60;

/// Questions about one found account at most.
const MOST_DOUBTS: usize = 3;

/// What a found account is.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// This account of ours, certainly.
    Ours(Match),
    /// An account of its own, and those that it may yet be, best first.
    New(Vec<Match>),
}

impl Verdict {
    pub fn ours(&self) -> Option<&Match> {
        if let Verdict::Ours(m) = self { Some(m) } else { None }
    }
}

/// Assigns the accounts of one answer to ours. Each of ours is taken once, `present` are those that the answer holds by known names; an
/// alias under this path always wins; where two fit equally well neither is guessed, unless their figures tell them apart.
pub fn assign(seeker: &Seeker, found: &[&AccountData], ours: &[Candidate], present: &[AccountId]) -> Vec<Verdict> {
    let mut out: Vec<Option<Match>> = vec![None; found.len()];
    let mut taken: Vec<AccountId> = present.to_vec();
    for (i, f) in found.iter().enumerate() {
        let by_alias = ours.iter().find(|c| c.aliases.contains(&f.external_id) && !taken.contains(&c.account));
        if let Some(c) = by_alias {
            taken.push(c.account);
            out[i] = Some(Match { account: c.account, score: 1000, reasons: vec![Reason::KnownHere] });
        }
    }
    // The others compete, best first.
    let mut all: Vec<(usize, Match)> = Vec::new();
    for (i, f) in found.iter().enumerate().filter(|(i, _)| out[*i].is_none()) {
        let seen = Seen::of(f);
        // A deleted account counts only under the path that knew it: there it must not come back by another name.
        let alive = |c: &Candidate| c.state != AccountState::Deleted || !c.aliases.is_empty();
        for c in ours.iter().filter(|c| alive(c) && !taken.contains(&c.account)) {
            let m = score(seeker, &seen, c);
            if m.score >= DOUBTFUL {
                all.push((i, m));
            }
        }
    }
    all.sort_by(|(ia, a), (ib, b)| b.score.cmp(&a.score).then(ia.cmp(ib)).then(a.account.cmp(&b.account)));
    for (i, m) in all.iter().filter(|(_, m)| m.score >= CERTAIN) {
        if out[*i].is_some() || taken.contains(&m.account) {
            continue;
        }
        // A tie with another free account of ours, or with another found one for the same: twins. Guessing could swap their histories.
        let rival = |(j, o): &&(usize, Match)| {
            let same_found = j == i && o.account != m.account && !taken.contains(&o.account);
            let same_ours = j != i && o.account == m.account && out[*j].is_none();
            o.score == m.score && (same_found || same_ours)
        };
        if m.score < score::LASTING && all.iter().any(|o| rival(&o)) {
            continue;
        }
        taken.push(m.account);
        out[*i] = Some(m.clone());
    }
    let deleted = |id: AccountId| ours.iter().any(|c| c.account == id && c.state == AccountState::Deleted);
    let doubts = |i: usize| {
        let free = all.iter().filter(|(j, m)| *j == i && !taken.contains(&m.account) && !deleted(m.account));
        // One of ours may stand here under several numbers: it is asked about once, by the best of them.
        let mut each: Vec<Match> = Vec::new();
        for (_, m) in free {
            if each.len() < MOST_DOUBTS && !each.iter().any(|e| e.account == m.account) {
                each.push(m.clone());
            }
        }
        each
    };
    let verdicts = out.iter().enumerate().map(|(i, m)| match m {
        Some(m) => Verdict::Ours(m.clone()),
        None => Verdict::New(doubts(i)),
    });
    verdicts.collect()
}

#[cfg(test)]
mod tests;
