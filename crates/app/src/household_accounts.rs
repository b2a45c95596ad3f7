//! A household's Accounts page: each connection with its accounts, and what is kept by hand. Ending a whole connection starts here.

use crate::households::{self, Found};
use crate::portfolios::Feed;
use crate::{App, Error, Result, connections, ending, policy, warnings};
use jiff::tz::TimeZone;
use model::permission::Action;
use model::plan::Feature;
use model::{CaseId, ConnectionId, Date, FirmScope, HouseholdId, Time};
use store::accounts::Account;
use store::connections::Removal;

/// One connection and the accounts that it feeds or fed.
#[derive(Debug, Clone)]
pub struct Card {
    pub feed: Feed,
    pub accounts: Vec<Account>,
    pub consent_given: Option<Time>,
    /// What the provider says in its own words.
    pub said: Vec<String>,
    /// Its open case.
    pub case: Option<CaseId>,
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    /// Those that need somebody come first.
    pub cards: Vec<Card>,
    /// Permissions that end: the provider has not confirmed yet.
    pub ending: Vec<(ConnectionId, String)>,
    /// Accounts that no connection feeds.
    pub others: Vec<Account>,
    pub plan_has_asset_sync: bool,
    pub today: Date,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let accounts = store::accounts::of_household(&db, household).await?;
    let (now, zone) = (app.now(), policy::zone(&db).await?);
    let (mut cards, mut said) = (Vec::new(), warnings::of_household(&db, household).await?);
    let cases = store::cases::open_of(&db, &[household]).await?;
    for c in store::connections::of_household(&db, household).await? {
        let case = cases.iter().find(|k| k.connection == Some(c.id)).map(|k| k.id);
        let own = accounts.iter().filter(|a| a.connection == Some(c.id)).cloned().collect();
        let consent = store::consents::find(&db, c.consent).await?;
        let said = said.remove(&c.id).unwrap_or_default();
        cards.push(Card { feed: Feed::of(&c, now), accounts: own, consent_given: consent.map(|c| c.given_at), said, case });
    }
    cards.sort_by_key(|c| (!c.feed.state.needs_attention(), c.feed.institution.to_lowercase()));
    let fed: Vec<ConnectionId> = cards.iter().map(|c| c.feed.id).collect();
    Ok(View {
        found,
        others: accounts.into_iter().filter(|a| a.connection.is_none_or(|c| !fed.contains(&c))).collect(),
        cards,
        ending: store::home::ending(&db, household).await?,
        plan_has_asset_sync: store::policy::terms(&db).await?.plan.includes(Feature::AssetSync),
        today: now.date(&zone),
        zone,
    })
}

/// Asks for newer values of every connection that can bring them. Those that were asked a moment ago are left in peace; says how many run.
#[crate::boxed]
pub async fn refresh_all(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<usize> {
    let ids: Vec<ConnectionId> = {
        let db = app.store().read(scope).await?;
        policy::check(app, &db, scope, Action::Refresh, Some(household)).await?;
        store::connections::of_household(&db, household).await?.into_iter().filter(|c| c.state.may_fetch()).map(|c| c.id).collect()
    };
    let mut asked = 0;
    for id in ids {
        match connections::refresh_by_hand(app, scope, id).await {
            Ok(_) => asked += 1,
            Err(Error::TooMany(_) | Error::Refused(_)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(asked)
}

/// The connection as a question before it ends: whose it is, and the institution.
#[crate::boxed]
pub async fn connection(app: &App, scope: &FirmScope, id: ConnectionId) -> Result<(Found, Feed)> {
    let db = app.store().read(scope).await?;
    let c = store::connections::find(&db, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    let found = households::load(app, &db, scope, c.household).await?;
    Ok((found, Feed::of(&c, app.now())))
}

/// Disconnects every account of a connection and ends the permission; values stay with their dates (D9).
#[crate::boxed]
pub async fn disconnect(app: &App, scope: &FirmScope, id: ConnectionId) -> Result<HouseholdId> {
    let tx = app.store().begin(scope).await?;
    let c = store::connections::find(&tx, id).await?.ok_or(Error::NotFound)?;
    policy::check(app, &tx, scope, Action::EndAccount, Some(c.household)).await?;
    let household = c.household;
    connections::end(app, &tx, scope, id, "connection.disconnected").await?;
    let onward = ending::stop_all(app, &tx, scope, household, id).await?;
    tx.commit().await?;
    for path in onward {
        connections::mark_due(app, scope.firm(), path).await?;
    }
    Ok(household)
}
