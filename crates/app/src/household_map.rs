//! The household map as the firm's people see it: members, what is in the Current portfolio with what feeds it, and what policies cover. The
//! portal's map is read through its lens (`portal_reports`); what policies cover is read here for both.

use crate::household_list::sums;
use crate::households::{self, Found};
use crate::portal::Lens;
use crate::portfolios::{Feed, Line};
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::detail::{Detail, Policy};
use model::fact::{AccountFact, Fact};
use model::plan::Feature;
use model::portal::Area;
use model::sums::Sums;
use model::{AccountId, AccountKind, Date, FirmScope, HouseholdId, PortfolioKind, Time};
use std::collections::HashMap;
use store::Firm;
use store::accounts::Account;
use store::firms::FirmRow;

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub firm: FirmRow,
    /// Of the Current portfolio: what is proposed is no possession (N12).
    pub lines: Vec<Line>,
    pub policies: HashMap<AccountId, Policy>,
    pub sums: Sums,
    pub plan_has_asset_sync: bool,
    pub now: Time,
    pub today: Date,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let portfolios = store::portfolios::of_household(&db, household).await?;
    let current = portfolios.iter().find(|p| p.kind == PortfolioKind::Current).ok_or(Error::NotFound)?;
    let mut accounts = store::accounts::of_household(&db, household).await?;
    accounts.retain(|a| a.portfolio == current.id);
    accounts.sort_by_key(|a| (a.created_at, a.id));
    let connections = store::connections::of_household(&db, household).await?;
    let zone = policy::zone(&db).await?;
    let now = app.now();
    let today = now.date(&zone);
    let sums = sums(&accounts, today);
    let insured: Vec<AccountId> = accounts.iter().filter(|a| a.kind == AccountKind::Insurance).map(|a| a.id).collect();
    let policies = policies_in(&db, household, &insured).await?;
    let feed = |a: &Account| a.connection.and_then(|id| connections.iter().find(|c| c.id == id)).map(|c| Feed::of(c, now));
    let lines = accounts.into_iter().map(|account| Line { feed: feed(&account), account }).collect();
    let firm = store::firms::own(&db).await?;
    let plan_has_asset_sync = store::policy::terms(&db).await?.plan.includes(Feature::AssetSync);
    Ok(View { found, firm, lines, policies, sums, plan_has_asset_sync, now, today, zone })
}

/// What is known of the policies among these accounts, for whoever sees the map.
#[crate::boxed]
pub async fn policies(app: &App, lens: &Lens, of: &[AccountId]) -> Result<HashMap<AccountId, Policy>> {
    lens.view(Area::Map)?;
    let db = app.store().read(&lens.scope).await?;
    policies_in(&db, lens.household, of).await
}

async fn policies_in(db: &Firm, household: HouseholdId, of: &[AccountId]) -> Result<HashMap<AccountId, Policy>> {
    let mut out = HashMap::new();
    for id in of {
        let version = store::facts::current(db, id.uuid()).await?.filter(|v| v.household == household);
        if let Some(Fact::Account(AccountFact { detail: Some(Detail::Policy(p)), .. })) = version.map(|v| v.fact) {
            out.insert(*id, p);
        }
    }
    Ok(out)
}
