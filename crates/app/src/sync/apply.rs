//! Reconciles one answer with what is known, in one transaction: new rows in the log where something changed, "confirmed" where
//! nothing did, missing where an account was left out. The same answer twice has one effect.

use crate::{App, Error, Result, connections, events, facts, seal};
use connect::{Cursor, Grant};
use model::account::{AccountState, Custody, PortfolioKind, Source};
use model::connection::{ConnectionState, consent_state};
use model::fact::{AccountFact, Fact, Owner};
use model::head::Head;
use model::held::{self, Held};
use model::identity::{self, Candidate};
use model::worth::Worth;
use model::{AccountData, AccountId, ConnectionId, FirmScope, Snapshot, schedule};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::Firm;
use store::aliases::Alias;
use store::connections::{Connection, Outcome, Success};
use store::received::{Encoded, Newest};

/// One account of the answer, encoded before any transaction begins.
struct Incoming<'a> {
    data: &'a AccountData,
    held: Held,
    worth: Worth,
    encoded: Encoded,
}

/// `rotated`: the grant that the provider put in the place of the one it was asked with.
pub(super) async fn apply(app: &App, c: &Connection, snapshot: &Snapshot, rotated: Option<&Grant>, cursor: &Cursor) -> Result<()> {
    let mut incoming = snapshot.accounts.iter().map(|a| encode(c.id, a)).collect::<Result<Vec<_>>>()?;
    let scope = app.system_scope(c.firm);
    let tx = app.store().begin(&scope).await?;
    settle(app, &tx, &scope, c, snapshot, cursor, rotated).await?;
    let mut known: HashMap<String, Newest> = HashMap::new();
    let mut strangers = Vec::new();
    let fed: HashMap<_, _> = store::received::fed_by(&tx, c.id).await?.into_iter().map(|f| (f.external_id.clone(), f)).collect();
    let mut named = HashSet::new();
    // An id that the provider uses twice in one answer is the first one's.
    incoming.retain(|i| named.insert(&i.data.external_id));
    for i in &incoming {
        match fed.get(&i.data.external_id) {
            Some(f) if f.connection == Some(c.id) && f.state == AccountState::Live => {
                known.insert(i.data.external_id.clone(), f.newest.clone());
            }
            // Deleted stays deleted; muted and disconnected come back only by a fresh link.
            Some(f) if f.state == AccountState::Deleted || !c.fresh_link => {}
            _ => strangers.push(i),
        }
    }
    if !strangers.is_empty() {
        known.extend(adopt_accounts(app, &tx, &scope, c, &strangers).await?);
    }
    let seen = write(app, &tx, &incoming, &known).await?;
    for gone in store::received::missing(&tx, c.id, &seen, app.now()).await? {
        events::record(app, &tx, &scope, Some(c.household), "account.missing", gone, json!({ "institution": c.institution })).await?;
    }
    for f in fed.values().filter(|f| f.missing && seen.contains(&f.newest.account)) {
        events::record(app, &tx, &scope, Some(c.household), "account.returned", f.newest.account, json!({ "institution": c.institution }))
            .await?;
    }
    movements(app, &tx, snapshot, &known).await?;
    Ok(tx.commit().await?)
}

fn encode(connection: ConnectionId, data: &AccountData) -> Result<Incoming<'_>> {
    let (held, worth) = held::split(connection, data);
    let encoded = store::received::encode(&held, &worth, data.as_of)?;
    Ok(Incoming { data, held, worth, encoded })
}

async fn settle(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    c: &Connection,
    s: &Snapshot,
    cursor: &Cursor,
    rotated: Option<&Grant>,
) -> Result<()> {
    let now = app.now();
    let state = consent_state(s.consent_ends, now).unwrap_or(ConnectionState::Healthy);
    let due_at = Some(schedule::after_success(now, s.next_expected, app.random().permille()));
    // Under a new key of the connection, in the transaction that stores the answer.
    let sealed = match rotated {
        Some(g) => Some(seal::connection_seal(app, db, c.id, "token", g.token.expose().as_bytes()).await?),
        None => None,
    };
    let success = Success {
        at: now,
        cursor: &cursor.0,
        consent_ends: s.consent_ends,
        next_expected: s.next_expected,
        new_accounts: s.new_accounts,
        token: sealed,
    };
    let outcome = Outcome { state, fault: None, due_at, failures: 0, failing_since: None, success: Some(success) };
    store::connections::settle(db, c.id, c.lease_epoch, &outcome).await?;
    if state != c.state {
        let detail = json!({ "from": c.state.key(), "to": state.key(), "institution": c.institution });
        events::record(app, db, scope, Some(c.household), "connection.changed", c.id, detail).await?;
    }
    Ok(())
}

/// Writes what changed; says which live accounts the answer held.
async fn write(app: &App, db: &Firm, incoming: &[Incoming<'_>], known: &HashMap<String, Newest>) -> Result<Vec<AccountId>> {
    let now = app.now();
    let (mut seen, mut confirmed) = (Vec::new(), Vec::new());
    for i in incoming {
        let Some(n) = known.get(&i.data.external_id) else { continue };
        seen.push(n.account);
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
    Ok(seen)
}

async fn movements(app: &App, db: &Firm, snapshot: &Snapshot, known: &HashMap<String, Newest>) -> Result<()> {
    for (external, n) in known {
        let own: Vec<_> = snapshot.trades.iter().filter(|t| t.account == *external).collect();
        if !own.is_empty() {
            store::trades::insert(db, n.account, &own, app.now()).await?;
        }
    }
    Ok(())
}

/// Accounts that this connection does not know yet: ours by another name, or new.
async fn adopt_accounts(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    c: &Connection,
    strangers: &[&Incoming<'_>],
) -> Result<HashMap<String, Newest>> {
    // Two connections of one household may bring the same new account at once: the household's row is the lock.
    store::connections::lock_household(db, c.household).await?;
    let candidates = candidates(db, c).await?;
    let data: Vec<AccountData> = strangers.iter().map(|i| i.data.clone()).collect();
    let matches = identity::assign(c.id, &c.institution, &data, &candidates);
    let newest: HashMap<_, _> = store::received::newest_of_household(db, c.household).await?.into_iter().map(|n| (n.account, n)).collect();
    let mut out = HashMap::new();
    for (i, m) in strangers.iter().zip(matches) {
        let (account, reason, feeds) = match m {
            Some(m) => (m.account, m.reasons.join(", "), rejoin(app, db, scope, c, m.account).await?),
            None => (create(app, db, scope, c, i.data).await?, "first seen".to_owned(), true),
        };
        let alias = Alias {
            connection: c.id,
            external_id: i.data.external_id.clone(),
            account,
            persistent_id: i.data.persistent_id.clone(),
            reason,
        };
        store::aliases::put(db, &alias, app.now()).await?;
        store::aliases::end_others(db, c.id, account, &alias.external_id, app.now()).await?;
        if !feeds {
            continue;
        }
        let blank = Newest { account, seq: 0, as_of: None, hash: None, worth: None };
        out.insert(alias.external_id, newest.get(&account).cloned().unwrap_or(blank));
    }
    Ok(out)
}

async fn candidates(db: &Firm, c: &Connection) -> Result<Vec<Candidate>> {
    let aliases = store::aliases::of_household(db, c.household).await?;
    let mut accounts = store::accounts::of_household(db, c.household).await?;
    // A deleted account that this connection knows may come under a new name: it must be known again, and stay deleted.
    for l in aliases.iter().filter(|l| l.connection == c.id) {
        if !accounts.iter().any(|a| a.id == l.account) {
            accounts.extend(store::accounts::find(db, l.account).await?);
        }
    }
    let mut out = Vec::new();
    for a in accounts {
        if a.source != Source::Aggregation {
            continue;
        }
        let own: Vec<&Alias> = aliases.iter().filter(|l| l.account == a.id).collect();
        out.push(Candidate {
            account: a.id,
            state: a.state,
            institution: a.institution,
            name: a.name,
            mask: a.mask,
            kind: a.kind,
            connection: a.connection,
            persistent: own.iter().filter_map(|l| l.persistent_id.clone()).collect(),
            head: store::accounts::head(db, a.id).await?.unwrap_or_default(),
            alias: own.iter().find(|l| l.connection == c.id).map(|l| l.external_id.clone()),
        });
    }
    Ok(out)
}

/// The account is ours already: this connection feeds it from now on, if it may. A connection that feeds nothing any more ends.
/// What people ended, or what another connection feeds, moves only when the client has signed in after that; deleted stays deleted.
async fn rejoin(app: &App, db: &Firm, scope: &FirmScope, c: &Connection, account: AccountId) -> Result<bool> {
    let Some(version) = store::facts::current(db, account.uuid()).await? else { return Err(Error::Internal("account without a fact")) };
    let Fact::Account(mut fact) = version.fact else { return Err(Error::Internal("account fact")) };
    let before = fact.connection;
    if before == Some(c.id) && fact.state == AccountState::Live {
        return Ok(true);
    }
    let deleted = fact.state == AccountState::Deleted;
    if deleted || !c.fresh_link || store::connections::is_held_back(db, c.id, account).await? {
        return Ok(false);
    }
    fact.connection = Some(c.id);
    fact.state = AccountState::Live;
    facts::say(app, db, scope, c.household, Fact::Account(fact)).await?;
    let detail = json!({ "connection": c.id, "before": before, "institution": c.institution });
    events::record(app, db, scope, Some(c.household), "account.joined", account, detail).await?;
    if let Some(old) = before.filter(|b| *b != c.id)
        && store::connections::feeds(db, old).await? == 0
    {
        connections::end(app, db, scope, old, "linked again").await?;
    }
    Ok(true)
}

async fn create(app: &App, db: &Firm, scope: &FirmScope, c: &Connection, data: &AccountData) -> Result<AccountId> {
    let id: AccountId = app.random().id(app.now());
    let portfolio = store::portfolios::of_household(db, c.household).await?;
    let portfolio = portfolio.into_iter().find(|p| p.kind == PortfolioKind::Current).ok_or(Error::Internal("no Current portfolio"))?;
    let fact = AccountFact {
        id,
        portfolio: portfolio.id,
        name: data.name.clone(),
        institution: c.institution.clone(),
        mask: data.mask.clone(),
        kind: data.kind,
        source: Source::Aggregation,
        custody: Custody::HeldAway,
        state: AccountState::Live,
        owners: vec![Owner { member: c.member, share: 10_000 }],
        connection: Some(c.id),
        manual: None,
    };
    facts::say(app, db, scope, c.household, Fact::Account(fact)).await?;
    let detail = json!({ "connection": c.id, "institution": c.institution, "kind": data.kind.key() });
    events::record(app, db, scope, Some(c.household), "account.added", id, detail).await?;
    Ok(id)
}
