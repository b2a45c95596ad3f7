//! The answer of a connection, in one transaction: what it says of the connection itself, what it says of its accounts, and those that it
//! left out, which are missing.

use super::reconcile::{self, Path};
use crate::{App, Result, cases, events, seal, warnings};
use connect::{Cursor, Grant};
use model::account::Source;
use model::connection::{ConnectionState, consent_state};
use model::{AccountId, FirmScope, Snapshot, schedule};
use serde_json::json;
use store::Firm;
use store::connections::{Connection, Outcome, Success};

/// `rotated`: the grant that the provider put in the place of the one it was asked with.
#[crate::boxed]
pub(super) async fn apply(app: &App, c: &Connection, snapshot: &Snapshot, rotated: Option<&Grant>, cursor: &Cursor) -> Result<()> {
    let incoming = reconcile::encode(c.id, &snapshot.accounts)?;
    let scope = app.system_scope(c.firm);
    let tx = app.store().begin(&scope).await?;
    settle(app, &tx, &scope, c, snapshot, cursor, rotated).await?;
    warnings::keep(app, &tx, &scope, c, snapshot).await?;
    let path = Path {
        id: c.id,
        household: c.household,
        member: c.member,
        institution: &c.institution,
        institution_id: c.institution_id,
        url: c.url.as_deref(),
        source: Source::Aggregation,
        fresh: c.fresh_link,
    };
    let done = reconcile::reconcile(app, &tx, &scope, &path, incoming, &snapshot.trades).await?;
    let seen: Vec<AccountId> = done.accounts.iter().map(|(_, id)| *id).collect();
    for gone in store::received::missing(&tx, c.id, &seen, app.now()).await? {
        events::record(app, &tx, &scope, Some(c.household), "account.missing", gone, json!({ "institution": c.institution })).await?;
    }
    for account in done.returned {
        events::record(app, &tx, &scope, Some(c.household), "account.returned", account, json!({ "institution": c.institution })).await?;
    }
    crate::reliability::count(app, &tx, c, None).await?;
    Ok(tx.commit().await?)
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
    // Theirs or ours, whichever permission ends first.
    let given = store::consents::find(db, c.consent).await?.and_then(|p| p.ends_at);
    let ends = s.consent_ends.into_iter().chain(given).min();
    let state = consent_state(ends, now).unwrap_or(ConnectionState::Healthy);
    let due_at = Some(schedule::after_success(now, s.next_expected, app.random().permille()));
    // Under a new key of the connection, in the transaction that stores the answer.
    let sealed = match rotated {
        Some(g) => Some(seal::connection_seal(app, db, c.id, "token", g.token.expose().as_bytes()).await?),
        None => None,
    };
    let success = Success {
        at: now,
        cursor: &cursor.0,
        consent_ends: if state == ConnectionState::Healthy { s.consent_ends } else { ends },
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
    cases::went_well(app, db, scope, c, state, ends).await
}
