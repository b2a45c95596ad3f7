//! The client's Accounts page: their own connections to refresh and mend, and, where the financials are shared, everybody's to read.
//! What a client enters by hand is a fact of their own (D3).

use crate::accounts::{self, ByHand};
use crate::connections::{self, Asked};
use crate::portal::{self, Lens};
use crate::portal_reports::{self, About, Item};
use crate::portfolios::Feed;
use crate::{App, Error, Result, back, ending, events, facts, policy, warnings};
use model::fact::{AccountFact, Fact};
use model::money::Total;
use model::portal::{Area, Right};
use model::{AccountId, AccountState, ConnectionId, ConnectionState, Custody, PortfolioKind, Source};
use serde_json::json;
use store::FirmTx;
use store::connections::Removal;
use store::members::Member;
use store::portal_home::ADDED;

/// A connection with the accounts that it feeds.
#[derive(Debug, Clone)]
pub struct Card {
    pub feed: Feed,
    pub items: Vec<Item>,
    /// It is the client's own: they consented, they mend it (D14).
    pub own: bool,
    /// What the provider says in its own words.
    pub said: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Accounts {
    pub about: About,
    pub members: Vec<Member>,
    /// Those that need the client come first.
    pub cards: Vec<Card>,
    /// Accounts that no connection feeds.
    pub others: Vec<Item>,
    pub held_away: Total,
    /// A word by mail when what is down is back.
    pub back: Option<back::Offer>,
}

/// Whether the next move is the client's: a sign-in, a permission, a choice.
pub fn needs_client(feed: &Feed) -> bool {
    let there = matches!(feed.state, ConnectionState::ConsentExpiring | ConnectionState::NoAccounts);
    feed.state.waits_for_client() || there || (feed.state == ConnectionState::Healthy && feed.new_accounts)
}

/// Whether there is an Accounts page for this client at all.
pub fn opens(lens: &Lens) -> bool {
    [Right::View(Area::Financials), Right::Connect, Right::AddFacts].into_iter().any(|r| lens.holds(r))
}

#[crate::boxed]
pub async fn view(app: &App, lens: &Lens) -> Result<Accounts> {
    if !opens(lens) {
        return Err(Error::NotFound);
    }
    let all = portal_reports::load(app, lens).await?;
    let everything = lens.holds(Right::View(Area::Financials));
    let own = |f: &Feed| f.member == lens.member && lens.holds(Right::Connect);
    let of = |f: &Feed| all.items.iter().filter(|i| i.feed.as_ref().is_some_and(|x| x.id == f.id)).cloned().collect();
    let shown = all.feeds.iter().filter(|f| everything || own(f));
    let said = warnings::of_household(&*app.store().read(&lens.scope).await?, lens.household).await?;
    let says = |f: &Feed| said.get(&f.id).cloned().unwrap_or_default();
    let mut cards: Vec<Card> = shown.map(|f| Card { items: of(f), own: own(f), said: says(f), feed: f.clone() }).collect();
    cards.sort_by_key(|c| (!(c.own && needs_client(&c.feed)), !c.feed.state.needs_attention(), !c.own, c.feed.institution.to_lowercase()));
    let others: Vec<Item> = all.items.iter().filter(|i| i.feed.is_none() && portal_reports::sees(lens, i)).cloned().collect();
    let away = cards.iter().flat_map(|c| &c.items).chain(&others).filter(|i| i.account.custody == Custody::HeldAway);
    let held_away = portal_reports::total(away);
    let own: Vec<&Feed> = cards.iter().filter(|c| c.own).map(|c| &c.feed).collect();
    let back = back::offer(app, lens, &own).await?;
    Ok(Accounts { about: all.about, members: all.members, cards, others, held_away, back })
}

/// Newer values of one of the client's own connections.
#[crate::boxed]
pub async fn refresh(app: &App, lens: &Lens, id: ConnectionId) -> Result<Asked> {
    // Nothing new is connected by it: whoever is held after a recovery may.
    lens.as_client()?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.need(Right::Connect)?;
    let c = store::connections::find(&tx, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    if c.household != lens.household || c.member != lens.member {
        return Err(Error::NotFound);
    }
    connections::ask_refresh(app, tx, &lens.scope, c).await
}

/// The people among whom an owner is chosen.
#[crate::boxed]
pub async fn form(app: &App, lens: &Lens) -> Result<(About, Vec<Member>)> {
    lens.need(Right::AddFacts)?;
    let db = app.store().read(&lens.scope).await?;
    Ok((portal_reports::about_in(app, &db, lens).await?, store::members::of_household(&db, lens.household).await?))
}

/// An account that the client enters: their own fact, held away, in the Current portfolio, marked with who added it.
#[crate::boxed]
pub async fn add(app: &App, lens: &Lens, typed: &ByHand) -> Result<AccountId> {
    lens.act(Right::AddFacts)?;
    match add_once(app, lens, typed).await {
        Err(e) if e.is_conflict() => add_once(app, lens, typed).await,
        done => done,
    }
}

async fn add_once(app: &App, lens: &Lens, typed: &ByHand) -> Result<AccountId> {
    let tx = app.store().begin(&lens.scope).await?;
    // The rights as they are now: they may have been taken away since the page was read.
    portal::enter_in(&tx, &lens.scope, lens.household).await?.act(Right::AddFacts)?;
    if let Some(there) = store::facts::current(&tx, typed.id.uuid()).await? {
        let same = there.household == lens.household && there.actor == lens.scope.actor().to_string();
        return if same && matches!(there.fact, Fact::Account(_)) { Ok(typed.id) } else { Err(Error::NotFound) };
    }
    let portfolios = store::portfolios::of_household(&tx, lens.household).await?;
    let portfolio = portfolios.iter().find(|p| p.kind == PortfolioKind::Current).ok_or(Error::NotFound)?;
    let members = store::members::of_household(&tx, lens.household).await?;
    let today = policy::today(app, &tx).await?;
    let typed = ByHand { custody: Custody::HeldAway, portfolio: PortfolioKind::Current, ..typed.clone() };
    let fact = accounts::checked(&typed, portfolio.id, &members, today)?;
    facts::say(app, &tx, &lens.scope, lens.household, Fact::Account(fact)).await?;
    let detail = json!({ "member": lens.member, "type": typed.kind_of.key() });
    events::record(app, &tx, &lens.scope, Some(lens.household), ADDED, typed.id, detail).await?;
    tx.commit().await?;
    Ok(typed.id)
}

/// A new value for an account that the client entered. The adviser's own accounts stay the adviser's (P6).
#[crate::boxed]
pub async fn set_value(app: &App, lens: &Lens, id: AccountId, value: &str, as_of: &str) -> Result<()> {
    let (tx, old) = own_fact(app, lens, id).await?;
    let today = policy::today(app, &tx).await?;
    let manual = accounts::manual(value, as_of, Some(old.kind), today).map_err(Error::Invalid)?;
    let manual = accounts::in_the_same(manual, &old);
    if old.manual.as_ref() != Some(&manual) {
        let day = manual.as_of.to_string();
        let new = AccountFact { manual: Some(manual), ..old };
        facts::say(app, &tx, &lens.scope, lens.household, Fact::Account(new)).await?;
        events::record(app, &tx, &lens.scope, Some(lens.household), "account.valued", id, json!({ "as_of": day })).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes back an account that the client entered: off every page, its history kept.
#[crate::boxed]
pub async fn remove(app: &App, lens: &Lens, id: AccountId) -> Result<()> {
    let (tx, old) = own_fact(app, lens, id).await?;
    ending::stop(app, &tx, &lens.scope, lens.household, old, AccountState::Deleted).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub(crate) async fn own_fact(app: &App, lens: &Lens, id: AccountId) -> Result<(FirmTx, AccountFact)> {
    lens.act(Right::AddFacts)?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.act(Right::AddFacts)?;
    let own = store::portal_home::added_by_clients(&tx, lens.household).await?.contains(&(id, lens.member));
    let version = store::facts::current(&tx, id.uuid()).await?.filter(|v| own && v.household == lens.household).ok_or(Error::NotFound)?;
    match version.fact {
        Fact::Account(f) if f.source == Source::Manual && f.state == AccountState::Live => Ok((tx, f)),
        _ => Err(Error::NotFound),
    }
}
