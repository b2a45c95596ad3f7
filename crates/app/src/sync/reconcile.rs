//! One answer becomes part of what is known, whatever brought it: a connection's refresh or a file. New rows in the log where something
//! changed, "confirmed" where nothing did. The same answer twice has one effect. The caller has looked whether it may, and commits.

use super::adopt;
use crate::{App, Result};
use model::account::{AccountState, Source};
use model::head::Head;
use model::held::{self, Held};
use model::worth::Worth;
use model::{AccountData, AccountId, ConnectionId, FirmScope, HouseholdId, InstitutionId, MemberId, TradeData};
use std::collections::{HashMap, HashSet};
use store::Firm;
use store::received::{Encoded, Fed, Newest};

/// What brought an answer.
#[derive(Debug, Clone)]
pub struct Path<'a> {
    /// A connection; or, for files, an id that stands for all files of one institution in one household.
    pub id: ConnectionId,
    pub household: HouseholdId,
    /// Whose sign-in it is, or who is said to own what the files hold.
    pub member: MemberId,
    pub institution: &'a str,
    pub institution_id: Option<InstitutionId>,
    /// The institution's own page.
    pub url: Option<&'a str>,
    /// `Aggregation` feeds its accounts and moves them from other connections; `File` adds to the log of whatever account it is.
    pub source: Source,
    /// Somebody has just signed in, or has just chosen the file: what people ended may come back, and what is new is taken in.
    pub fresh: bool,
}

/// One account of the answer, encoded before any transaction begins.
pub struct Incoming<'a> {
    pub data: &'a AccountData,
    held: Held,
    worth: Worth,
    encoded: Encoded,
}

/// What an answer did.
#[derive(Debug, Default)]
pub struct Reconciled {
    /// Every account that the answer was written to or confirmed, by the name that it came under.
    pub accounts: Vec<(String, AccountId)>,
    /// Accounts that were not known before.
    pub added: Vec<AccountId>,
    /// Accounts that were missing and are in the answer.
    pub returned: Vec<AccountId>,
    /// Rows written to the log.
    pub written: usize,
    /// Movements that were not known before.
    pub movements: u64,
}

pub fn encode(path: ConnectionId, accounts: &[AccountData]) -> Result<Vec<Incoming<'_>>> {
    let encode = |data| {
        let (held, worth) = held::split(path, data);
        let encoded = store::received::encode(&held, &worth, data.as_of)?;
        Ok(Incoming { data, held, worth, encoded })
    };
    accounts.iter().map(encode).collect()
}

pub async fn reconcile(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    path: &Path<'_>,
    mut incoming: Vec<Incoming<'_>>,
    trades: &[TradeData],
) -> Result<Reconciled> {
    let fed: HashMap<_, _> = store::received::fed_by(db, path.id).await?.into_iter().map(|f| (f.external_id.clone(), f)).collect();
    let mut named = HashSet::new();
    // An id that the provider uses twice in one answer is the first one's.
    incoming.retain(|i| named.insert(&i.data.external_id));
    let mut done = Reconciled::default();
    let mut known: HashMap<String, Newest> = HashMap::new();
    let mut strangers = Vec::new();
    for i in &incoming {
        match fed.get(&i.data.external_id) {
            Some(f) if takes(path, f) => {
                known.insert(i.data.external_id.clone(), f.newest.clone());
            }
            // Deleted stays deleted; muted and disconnected come back only by a fresh link.
            Some(f) if f.state == AccountState::Deleted || !path.fresh => {}
            _ => strangers.push(i.data),
        }
    }
    if !strangers.is_empty() {
        let present: Vec<AccountId> = known.values().map(|n| n.account).collect();
        known.extend(adopt::adopt(app, db, scope, path, &strangers, &present, &mut done.added).await?);
    }
    for (external, n) in &known {
        let own: Vec<_> = trades.iter().filter(|t| t.account == *external).collect();
        if !own.is_empty() {
            done.movements += store::trades::insert(db, path.id, external, n.account, &own, app.now()).await?;
        }
    }
    // Movements are kept by name; values come by one name of an account.
    once_each(&mut known, &fed);
    done.written = write(app, db, &incoming, &known).await?;
    done.returned =
        fed.values().filter(|f| f.missing && known.values().any(|n| n.account == f.newest.account)).map(|f| f.newest.account).collect();
    done.returned.sort();
    done.returned.dedup();
    done.accounts = known.into_iter().map(|(external, n)| (external, n.account)).collect();
    Ok(done)
}

/// Whether the path may write to an account that goes by a name of its.
fn takes(path: &Path<'_>, f: &Fed) -> bool {
    match path.source {
        Source::File => matches!(f.state, AccountState::Live | AccountState::Disconnected),
        _ => f.connection == Some(path.id) && f.state == AccountState::Live,
    }
}

/// Two names of one answer that people have said to be one account: one of them brings its values, as the join says.
fn once_each(known: &mut HashMap<String, Newest>, fed: &HashMap<String, Fed>) {
    let rank = |name: &String| match fed.get(name).and_then(|f| f.leads) {
        Some(true) => 0,
        None => 1,
        Some(false) => 2,
    };
    let mut names: Vec<String> = known.keys().cloned().collect();
    names.sort_by_key(|n| (rank(n), n.clone()));
    let mut taken = HashSet::new();
    for name in names {
        if known.get(&name).is_some_and(|n| !taken.insert(n.account)) {
            known.remove(&name);
        }
    }
}

/// Writes what changed; says how many rows.
async fn write(app: &App, db: &Firm, incoming: &[Incoming<'_>], known: &HashMap<String, Newest>) -> Result<usize> {
    let now = app.now();
    let (mut written, mut confirmed) = (0, Vec::new());
    for i in incoming {
        let Some(n) = known.get(&i.data.external_id) else { continue };
        let same = n.hash.as_deref() == Some(&i.encoded.hash[..]) && n.worth.as_deref() == Some(&i.encoded.worth[..]);
        if same && n.as_of == Some(i.encoded.as_of) {
            confirmed.push(n.account);
            continue;
        }
        let late = n.as_of.is_some_and(|shown| i.encoded.as_of < shown);
        if late && store::received::has(db, n.account, &i.encoded).await? {
            store::received::count_only(db, n.account, n.seq).await?;
            continue;
        }
        let seq = n.seq + 1;
        written += 1;
        store::received::append(db, n.account, seq, &i.encoded, n.hash.as_deref(), now).await?;
        if late {
            // A late older answer is kept, and what is shown stays.
            store::received::count_only(db, n.account, seq).await?;
            continue;
        }
        let head = Head::join(&i.held, &i.worth);
        store::received::project(db, n.account, seq, &i.encoded, &head, i.data.as_of_day, now).await?;
        if n.hash.as_deref() != Some(&i.encoded.hash[..]) {
            store::received::index(db, n.account, &i.held).await?;
        }
    }
    store::received::confirm(db, &confirmed, now).await?;
    Ok(written)
}
