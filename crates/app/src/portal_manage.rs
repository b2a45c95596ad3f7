//! What a client does with what is their own (D3): name and owners of their accounts, and ending an account or a whole connection.

use crate::ending::{self, Ended};
use crate::portal::{self, Lens};
use crate::{App, Error, Field, Result, accounts, connections, events, facts};
use model::account::{AccountState, Source};
use model::fact::{AccountFact, Fact, Owner};
use model::portal::Right;
use model::{AccountId, ConnectionId, text};
use serde_json::json;
use store::FirmTx;
use store::connections::{Connection, Removal};

/// How an account ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Mute,
    Disconnect,
    Delete,
}

impl How {
    pub const ALL: [How; 3] = [How::Mute, How::Disconnect, How::Delete];
    pub fn key(self) -> &'static str {
        match self {
            How::Mute => "mute",
            How::Disconnect => "disconnect",
            How::Delete => "delete",
        }
    }
    pub fn from_key(key: &str) -> Option<How> {
        Self::ALL.into_iter().find(|h| h.key() == key)
    }
    fn state(self) -> AccountState {
        match self {
            How::Mute => AccountState::Muted,
            How::Disconnect => AccountState::Disconnected,
            How::Delete => AccountState::Deleted,
        }
    }
}

/// An account that the client's own sign-in feeds, as it is now; the connection's row is taken first.
async fn own(app: &App, lens: &Lens, id: AccountId) -> Result<(FirmTx, AccountFact)> {
    lens.as_client()?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.need(Right::Connect)?;
    let (household, fact) = ending::taken(&tx, id).await?;
    let fed_by = match fact.connection {
        Some(c) => store::connections::find(&tx, c).await?,
        None => None,
    };
    let theirs = fed_by.is_some_and(|c| c.member == lens.member && c.removal == Removal::None);
    if household != lens.household || !theirs || fact.state != AccountState::Live || fact.source != Source::Aggregation {
        return Err(Error::NotFound);
    }
    Ok((tx, fact))
}

/// Whether an account is the last that its connection feeds: ending it ends the permission too.
#[crate::boxed]
pub async fn is_last(app: &App, lens: &Lens, connection: ConnectionId) -> Result<bool> {
    lens.need(Right::Connect)?;
    let db = app.store().read(&lens.scope).await?;
    Ok(store::connections::feeds(&db, connection).await? <= 1)
}

/// Name and owners: one new version, or what is wrong at which field.
#[crate::boxed]
pub async fn change(app: &App, lens: &Lens, id: AccountId, name: &str, owners: Vec<Owner>) -> Result<()> {
    let (tx, old) = own(app, lens, id).await?;
    let members = store::members::of_household(&tx, lens.household).await?;
    let mut wrong = Vec::new();
    let name = text::line(name, 80);
    if name.is_empty() {
        wrong.push(Field { name: "name", message: "Enter a name for the account".into() });
    }
    if let Some(problem) = accounts::owners_problem(&owners, &members) {
        wrong.push(Field { name: "owner", message: problem.into() });
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let new = AccountFact { name, owners, ..old.clone() };
    let happened = [("account.renamed", new.name != old.name), ("account.owners_set", new.owners != old.owners)];
    if happened.iter().any(|(_, h)| *h) {
        facts::say(app, &tx, &lens.scope, lens.household, Fact::Account(new)).await?;
        for (kind, _) in happened.into_iter().filter(|(_, h)| *h) {
            events::record(app, &tx, &lens.scope, Some(lens.household), kind, id, json!({ "by": "client" })).await?;
        }
    }
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn end(app: &App, lens: &Lens, id: AccountId, how: How) -> Result<Ended> {
    let (tx, before) = own(app, lens, id).await?;
    let ended = ending::end_in(app, &tx, &lens.scope, lens.household, before, how.state()).await?;
    tx.commit().await?;
    Ok(ended)
}

/// One of the client's own connections.
#[crate::boxed]
pub async fn connection(app: &App, lens: &Lens, id: ConnectionId) -> Result<Connection> {
    lens.need(Right::Connect)?;
    let db = app.store().read(&lens.scope).await?;
    let c = store::connections::find(&db, id).await?.filter(|c| c.removal == Removal::None);
    c.filter(|c| c.household == lens.household && c.member == lens.member).ok_or(Error::NotFound)
}

/// Takes the client's own permission back; the values stay with their dates (D9).
#[crate::boxed]
pub async fn disconnect(app: &App, lens: &Lens, id: ConnectionId) -> Result<()> {
    lens.as_client()?;
    connection(app, lens, id).await?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.need(Right::Connect)?;
    connections::end(app, &tx, &lens.scope, id, "connection.disconnected").await?;
    let onward = ending::stop_all(app, &tx, &lens.scope, lens.household, id).await?;
    tx.commit().await?;
    for path in onward {
        connections::mark_due(app, lens.scope.firm(), path).await?;
    }
    Ok(())
}
