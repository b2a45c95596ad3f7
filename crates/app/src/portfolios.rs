//! One portfolio of a household as its page shows it: accounts of every source side by side, each counted once, and what they add up to.

use crate::household_list::sums;
use crate::households::{self, Found};
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::plan::Feature;
use model::sums::Sums;
use model::{AccountType, ConnectionState, Custody, Date, FirmScope, HouseholdId, MemberId, PortfolioKind, Time};
use store::accounts::Account;
use store::connections::Connection;
use store::portfolios::Portfolio;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Only {
    #[default]
    Everything,
    HeldAway,
    Managed,
}

impl Only {
    pub const ALL: [Only; 3] = [Only::Everything, Only::HeldAway, Only::Managed];
    pub fn key(self) -> &'static str {
        match self {
            Only::Everything => "all",
            Only::HeldAway => "held-away",
            Only::Managed => "managed",
        }
    }
    pub fn from_key(key: &str) -> Option<Only> {
        Self::ALL.into_iter().find(|o| o.key() == key)
    }
    fn keeps(self, a: &Account) -> bool {
        match self {
            Only::Everything => true,
            Only::HeldAway => a.custody == Custody::HeldAway,
            Only::Managed => a.custody == Custody::Managed,
        }
    }
}

/// What feeds an account, as far as pages tell about it.
#[derive(Debug, Clone)]
pub struct Feed {
    pub id: model::ConnectionId,
    pub institution: String,
    pub state: ConnectionState,
    pub refreshing: bool,
    pub attempted_at: Option<Time>,
    pub succeeded_at: Option<Time>,
    pub failing_since: Option<Time>,
    pub consent_ends: Option<Time>,
    pub next_expected: Option<Time>,
    /// Whose sign-in it is.
    pub member: MemberId,
    /// The institution's own page.
    pub url: Option<String>,
    pub provider: String,
    pub new_accounts: bool,
    /// What support asks for.
    pub reference: Option<String>,
}

impl Feed {
    pub fn of(c: &Connection, now: Time) -> Feed {
        Feed {
            id: c.id,
            institution: c.institution.clone(),
            state: c.state,
            refreshing: c.lease_until.is_some_and(|t| t > now),
            attempted_at: c.attempted_at,
            succeeded_at: c.succeeded_at,
            failing_since: c.failing_since,
            consent_ends: c.consent_ends,
            next_expected: c.next_expected,
            member: c.member,
            url: c.url.clone(),
            provider: c.provider.clone(),
            new_accounts: c.new_accounts,
            reference: c.fault.as_ref().and_then(|f| f.request_id.clone()),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Line {
    pub account: Account,
    pub feed: Option<Feed>,
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub portfolio: Portfolio,
    /// The household's portfolios, in order.
    pub kinds: Vec<PortfolioKind>,
    pub only: Only,
    pub lines: Vec<Line>,
    /// Of the lines that are shown.
    pub sums: Sums,
    /// Of the whole portfolio.
    pub whole: Sums,
    pub plan_has_asset_sync: bool,
    pub today: Date,
    pub zone: TimeZone,
}

impl View {
    /// Asset Sync is offered for funds in Current alone (N11 to N14).
    pub fn offers_asset_sync(&self) -> bool {
        AccountType::FundsStocksOther.offers_asset_sync(self.portfolio.kind)
    }
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, household: HouseholdId, kind: PortfolioKind, only: Only) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let portfolios = store::portfolios::of_household(&db, household).await?;
    let portfolio = portfolios.iter().find(|p| p.kind == kind).cloned().ok_or(Error::NotFound)?;
    let mut accounts = store::accounts::of_household(&db, household).await?;
    accounts.retain(|a| a.portfolio == portfolio.id);
    let connections = store::connections::of_household(&db, household).await?;
    let zone = policy::zone(&db).await?;
    let (now, today) = (app.now(), app.now().date(&zone));
    let whole = sums(&accounts, today);
    accounts.retain(|a| only.keeps(a));
    let sums = sums(&accounts, today);
    accounts.sort_by_key(|a| place(a, &found));
    let lines = accounts
        .into_iter()
        .map(|account| Line {
            feed: account.connection.and_then(|id| connections.iter().find(|c| c.id == id)).map(|c| Feed::of(c, now)),
            account,
        })
        .collect();
    let plan_has_asset_sync = store::policy::terms(&db).await?.plan.includes(Feature::AssetSync);
    let kinds = portfolios.iter().map(|p| p.kind).collect();
    Ok(View { found, portfolio, kinds, only, lines, sums, whole, plan_has_asset_sync, today, zone })
}

/// One person's accounts after another's, joint ones after the adults', in the order in which they came.
fn place(a: &Account, found: &Found) -> (i64, bool, Time) {
    let of = |m| found.members.iter().find(|x| x.id == m).map_or(i64::MAX, |x| x.place);
    let last = a.owners.iter().map(|o| of(o.member)).max().unwrap_or(i64::MAX);
    (last, a.owners.len() > 1, a.created_at)
}
