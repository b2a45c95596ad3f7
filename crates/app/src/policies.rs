//! The policy summary as the firm's people see it and as it is shared: the same figures, read once.

use crate::household_list::worth;
use crate::households::{self, Found};
use crate::portal::Lens;
use crate::portal_reports::Holdings;
use crate::{App, Error, Result, policy};
use model::beneficiaries::{BeneficiariesFact, is_needed};
use model::detail::{Detail, Policy};
use model::fact::Fact;
use model::permission::{Action, may};
use model::policies::{Item, Summary};
use model::portal::Area;
use model::{AccountKind, Date, FirmScope, HouseholdId, MemberId, Money, PortfolioKind};
use store::Firm;
use store::accounts::Account;
use store::firms::FirmRow;
use store::members::Member;

/// One policy with what is recorded of it.
#[derive(Debug, Clone)]
pub struct Row {
    pub account: Account,
    pub policy: Option<Policy>,
    /// The day on which somebody said last what is recorded here.
    pub said: Option<Date>,
    /// Who receives it, where anybody was named with a share.
    pub named: Option<BeneficiariesFact>,
}

impl Row {
    /// Its value beside its cover, where it has one.
    pub fn cash_value(&self) -> Option<Money> {
        worth(&self.account)
    }
    /// Somebody has to be named for it.
    pub fn needs_beneficiary(&self) -> bool {
        is_needed(self.account.kind, self.policy.as_ref())
    }
}

#[derive(Debug, Clone)]
pub struct Report {
    pub rows: Vec<Row>,
    pub members: Vec<Member>,
    pub summary: Summary,
    pub today: Date,
    /// Between which days this was said.
    pub said: Option<(Date, Date)>,
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub firm: FirmRow,
    pub report: Report,
    /// Accounts that are no policies: those that need a beneficiary, and those that have one.
    pub others: Vec<Row>,
    pub may_add: bool,
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let portfolios = store::portfolios::of_household(&db, household).await?;
    let current = portfolios.iter().find(|p| p.kind == PortfolioKind::Current).ok_or(Error::NotFound)?;
    let mut accounts = store::accounts::of_household(&db, household).await?;
    // What is proposed insures nobody.
    accounts.retain(|a| a.portfolio == current.id);
    accounts.sort_by_key(|a| (a.created_at, a.id));
    let (accounts, others): (Vec<Account>, Vec<Account>) = accounts.into_iter().partition(|a| a.kind == AccountKind::Insurance);
    let mut named = crate::beneficiaries::of_household(&db, household).await?;
    let others = others.into_iter().map(|a| Row { named: named.remove(&a.id), account: a, policy: None, said: None });
    let others = others.filter(|r| r.named.is_some() || r.needs_beneficiary() && r.account.state.counts()).collect();
    let report = report(app, &db, household, accounts, found.members.clone()).await?;
    let firm = store::firms::own(&db).await?;
    Ok(View { may_add: may(Action::EditHousehold, found.standing), found, firm, report, others })
}

/// The same for a client, of the accounts that their report is made of.
#[crate::boxed]
pub async fn shared(app: &App, lens: &Lens, holdings: &Holdings) -> Result<Report> {
    lens.view(Area::Policies)?;
    let db = app.store().read(&lens.scope).await?;
    let accounts = holdings.items.iter().filter(|i| i.account.kind == AccountKind::Insurance).map(|i| i.account.clone()).collect();
    report(app, &db, lens.household, accounts, holdings.members.clone()).await
}

async fn report(app: &App, db: &Firm, household: HouseholdId, accounts: Vec<Account>, members: Vec<Member>) -> Result<Report> {
    let zone = policy::zone(db).await?;
    let today = app.now().date(&zone);
    let mut named = crate::beneficiaries::of_household(db, household).await?;
    let mut rows = Vec::new();
    for account in accounts {
        let version = store::facts::current(db, account.id.uuid()).await?.filter(|v| v.household == household);
        let said = version.as_ref().map(|v| v.known_from.date(&zone));
        let policy = version.and_then(|v| match v.fact {
            Fact::Account(f) => f.detail.as_ref().and_then(Detail::policy).cloned(),
            _ => None,
        });
        rows.push(Row { named: named.remove(&account.id), account, policy, said });
    }
    let items: Vec<Item<'_>> = rows.iter().map(|r| Item { policy: r.policy.as_ref(), counts: r.account.state.counts() }).collect();
    let people: Vec<MemberId> = members.iter().map(|m| m.id).collect();
    let summary = Summary::of(&items, &people, today);
    let days = || rows.iter().filter(|r| r.policy.is_some()).filter_map(|r| r.said);
    let said = days().min().zip(days().max());
    Ok(Report { rows, members, summary, today, said })
}
