//! One refresh: one request. A broken institution answers well and says so in words; the words are shown, and what came beside them counts.

use super::SimpleFin;
use super::accounts;
use super::wire::Set;
use crate::lenient::Read;
use crate::said::plain;
use crate::{Cursor, Fetch, Grant};
use model::{Date, Fault, FaultKind, Snapshot, Span, Time};
use serde::{Deserialize, Serialize};

/// Of the twenty-four that a token may be asked in a day, a few stay for repairs.
const PER_DAY: u32 = 20;
const LONGEST_WARNING: usize = 300;
const MOST_WARNINGS: usize = 20;

/// What the last fetch learned.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    day: Option<Date>,
    asked: u32,
    /// The newest figure's own time.
    heard: Option<Time>,
}

pub(super) async fn fetch(at: &SimpleFin, grant: Grant, cursor: Cursor, now: Time) -> Result<Fetch, Fault> {
    let mut place: Place = serde_json::from_str(&cursor.0).unwrap_or_default();
    let today = now.utc_date();
    if place.day != Some(today) {
        (place.day, place.asked) = (Some(today), 0);
    }
    if place.asked >= PER_DAY {
        let wait = Span(86_400_000_000 - now.0.rem_euclid(86_400_000_000));
        return Err(Fault { retry_after: Some(wait), ..Fault::new(FaultKind::RateLimited, "OWN_BUDGET") });
    }
    place.asked += 1;
    let set = look(at, &grant).await?;
    let warnings = set.warnings();
    let wires = set.accounts.as_ref().ok_or_else(unreadable)?;
    let accounts = accounts::all(wires, &set.connections, now);
    let heard = accounts.iter().map(|a| a.as_of).max();
    if accounts.is_empty() {
        return Err(set.is_barred().unwrap_or_else(|| match warnings.is_empty() {
            true => Fault::new(FaultKind::NoAccounts, "NO_ACCOUNTS"),
            false => Fault::new(FaultKind::InstitutionDown, "ERRORS"),
        }));
    }
    if let Some(fault) = set.is_barred().filter(|_| heard <= place.heard) {
        return Err(fault);
    }
    place.heard = heard;
    let snapshot = Snapshot { accounts, warnings, provider_updated: heard, ..Snapshot::default() };
    Ok(Fetch::Done { snapshot, grant, cursor: Cursor(serde_json::to_string(&place).unwrap_or_default()) })
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::ProviderDown, "UNREADABLE_ANSWER")
}

/// Asks for the accounts with what they hold. Movements of banks are not wanted: the window is kept short.
pub(super) async fn look(at: &SimpleFin, grant: &Grant) -> Result<Set, Fault> {
    let access = at.access(grant.token.expose()).ok_or_else(|| Fault::new(FaultKind::Ours, "BAD_GRANT"))?;
    let mut url = access.accounts.url().clone();
    let since = at.clock.now() - Span::days(1);
    url.query_pairs_mut().append_pair("version", "2").append_pair("start-date", &since.as_seconds().to_string());
    let target = at.guard.read(url.as_str()).map_err(|_| Fault::new(FaultKind::Ours, "BAD_GRANT"))?;
    let body = at.get(&target, access.headers).await?;
    std::str::from_utf8(&body).ok().and_then(Set::read).filter(Set::says_something).ok_or_else(unreadable)
}

impl Set {
    /// Any object reads as an empty set; a server's has one of these.
    fn says_something(&self) -> bool {
        self.accounts.is_some() || !self.errors.is_empty() || !self.errlist.is_empty()
    }

    /// In the server's words, as plain text.
    fn warnings(&self) -> Vec<String> {
        let said =
            self.errlist.iter().filter_map(|t| t.message.as_deref().or(t.msg.as_deref())).chain(self.errors.iter().map(String::as_str));
        let mut all: Vec<String> = Vec::new();
        for line in said.filter_map(|w| plain(w, LONGEST_WARNING)).take(MOST_WARNINGS) {
            if !all.contains(&line) {
                all.push(line);
            }
        }
        all
    }

    /// Every sign-in behind this token was refused: nothing new can come until the client has been there.
    pub(super) fn is_barred(&self) -> Option<Fault> {
        let refused = |id: Option<&str>| self.errlist.iter().any(|t| t.code.as_deref() == Some("con.auth") && t.conn_id.as_deref() == id);
        let wires = self.accounts.as_deref().unwrap_or_default();
        let all = match wires {
            [] => self.errlist.iter().any(|t| t.code.as_deref() == Some("con.auth")),
            some => some.iter().all(|a| refused(a.conn_id.as_deref())),
        };
        all.then(|| Fault::new(FaultKind::NeedsCredentials, "CON_AUTH"))
    }
}
