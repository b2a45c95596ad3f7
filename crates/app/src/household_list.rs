//! The list of households: mine, the firm's, prospects, those that need somebody; searched, sorted and cut into pages.

use crate::{App, Result, policy};
use jiff::tz::TimeZone;
use model::fact::HouseholdStatus;
use model::permission::{Action, Role, may};
use model::sums::{Item, Sums};
use model::{Actor, Date, FirmScope, HouseholdId, Money, UserId};
use store::Firm;
use store::accounts::Account;
use store::connections::Connection;
use store::households::{Filter, Household};
use store::members::Member;

pub use store::households::Sort;

/// Rows on a page.
pub const PAGE: u32 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    #[default]
    Mine,
    Firm,
    Clients,
    Prospects,
    Private,
    /// With the client portal.
    Shared,
    Attention,
}

impl Show {
    pub const ALL: [Show; 7] = [Show::Mine, Show::Firm, Show::Clients, Show::Prospects, Show::Private, Show::Shared, Show::Attention];
    pub fn key(self) -> &'static str {
        match self {
            Show::Mine => "mine",
            Show::Firm => "firm",
            Show::Clients => "clients",
            Show::Prospects => "prospects",
            Show::Private => "private",
            Show::Shared => "shared",
            Show::Attention => "attention",
        }
    }
    pub fn from_key(key: &str) -> Option<Show> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Query {
    pub show: Show,
    pub text: String,
    pub sort: Sort,
    /// From 0.
    pub page: u32,
}

/// One household as the list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub household: Household,
    pub lead: String,
    pub members: Vec<Member>,
    pub sums: Sums,
    /// Connections that need somebody, and those being refreshed.
    pub attention: usize,
    pub refreshing: usize,
    /// Somebody sees it in the client portal.
    pub shared: bool,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub rows: Vec<Listed>,
    /// How many there are of each choice, in the order of [`Show::ALL`], without the search.
    pub counts: [usize; 7],
    /// How many match in all.
    pub matching: usize,
    pub may_add: bool,
    pub today: Date,
    pub zone: TimeZone,
}

/// What one member of staff may see at all, and as what.
struct Seer {
    who: Option<UserId>,
    sees_private: bool,
    may_add: bool,
}

async fn seer(app: &App, db: &Firm, scope: &FirmScope) -> Result<Seer> {
    let standing = policy::check(app, db, scope, Action::ViewHousehold, None).await?;
    let who = match scope.actor() {
        Actor::User(u) => Some(u),
        _ => None,
    };
    Ok(Seer { who, sees_private: standing.role == Role::Administrator, may_add: may(Action::AddHousehold, standing) })
}

/// Whose eyes a list is read with: nobody named sees private households too.
#[crate::boxed]
pub(crate) async fn seen_by(app: &App, db: &Firm, scope: &FirmScope) -> Result<Option<UserId>> {
    let seer = seer(app, db, scope).await?;
    Ok(if seer.sees_private { None } else { seer.who })
}

impl Seer {
    fn filter(&self, show: Show) -> Filter {
        let mut f = Filter { seen_by: if self.sees_private { None } else { self.who }, limit: PAGE, ..Filter::default() };
        match show {
            Show::Mine => f.mine = self.who,
            Show::Firm => {}
            Show::Clients => f.status = Some(HouseholdStatus::Client),
            Show::Private => f.private = true,
            Show::Shared => f.shared = true,
            Show::Prospects => f.status = Some(HouseholdStatus::Prospect),
            Show::Attention => f.attention = true,
        }
        f
    }
}

#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, query: &Query) -> Result<Page> {
    let db = app.store().read(scope).await?;
    let seer = seer(app, &db, scope).await?;
    let mut counts = [0; 7];
    for (n, show) in counts.iter_mut().zip(Show::ALL) {
        *n = store::households::count(&db, &seer.filter(show)).await?;
    }
    let typed = directory::plain(&query.text);
    let words: Vec<String> = typed.split(' ').filter(|w| !w.is_empty()).take(8).map(str::to_owned).collect();
    // A search looks everywhere: nobody remembers which list somebody stands in.
    let show = if words.is_empty() { query.show } else { Show::Firm };
    let filter = Filter { words, sort: query.sort, offset: query.page.saturating_mul(PAGE), ..seer.filter(show) };
    let matching = store::households::count(&db, &filter).await?;
    let zone = policy::zone(&db).await?;
    let today = app.now().date(&zone);
    let rows = listed(app, &db, store::households::list(&db, &filter).await?, today).await?;
    Ok(Page { rows, counts, matching, may_add: seer.may_add, today, zone })
}

/// The households that this reader may see, or those that they lead or work on.
#[crate::boxed]
pub(crate) async fn whose(app: &App, db: &Firm, scope: &FirmScope, mine: bool) -> Result<Filter> {
    Ok(seer(app, db, scope).await?.filter(if mine { Show::Mine } else { Show::Firm }))
}

/// Of some households, the ones that this reader may see, or leads or works on.
#[crate::boxed]
pub(crate) async fn seen_of(app: &App, db: &Firm, scope: &FirmScope, ids: &[HouseholdId], mine: bool) -> Result<Vec<Household>> {
    let whose = whose(app, db, scope, mine).await?;
    let mut out = Vec::new();
    for some in ids.chunks(500) {
        let filter = Filter { among: Some(some.to_vec()), limit: 500, ..whose.clone() };
        out.extend(store::households::list(db, &filter).await?);
    }
    Ok(out)
}

/// Everything the rows show, in a few statements for the whole page.
#[crate::boxed]
pub(crate) async fn listed(app: &App, db: &Firm, households: Vec<Household>, today: Date) -> Result<Vec<Listed>> {
    let ids: Vec<_> = households.iter().map(|h| h.id).collect();
    let members = store::members::of_households(db, &ids).await?;
    let mut accounts = store::accounts::of_households(db, &ids).await?;
    // What is proposed is no possession: the list adds up what the portal's pages add up.
    let current: std::collections::HashSet<_> = store::portfolios::current_of(db, &ids).await?.into_iter().collect();
    accounts.retain(|a| current.contains(&a.portfolio));
    let staff = store::policy::staff(db).await?;
    let connections = store::connections::of_households(db, &ids).await?;
    let shared = store::households::shared(db, &ids).await?;
    let now = app.now();
    Ok(households
        .into_iter()
        .map(|h| {
            let own: Vec<&Connection> = connections.iter().filter(|c| c.household == h.id).collect();
            Listed {
                lead: staff.iter().find(|s| s.id == h.lead).map_or_else(|| "Former staff".into(), |s| s.name.clone()),
                members: members.iter().filter(|m| m.household == h.id).cloned().collect(),
                sums: sums(accounts.iter().filter(|a| a.household == h.id), today),
                attention: own.iter().filter(|c| c.state.needs_attention()).count(),
                refreshing: own.iter().filter(|c| c.lease_until.is_some_and(|t| t > now)).count(),
                shared: shared.contains(&h.id),
                household: h,
            }
        })
        .collect())
}

/// The value of an account, when both figure and currency are known.
pub fn worth(a: &Account) -> Option<Money> {
    Some(Money::new(a.figures.value?, a.figures.currency.clone()?))
}

/// What accounts add up to.
pub fn sums<'a>(accounts: impl IntoIterator<Item = &'a Account>, today: Date) -> Sums {
    let valued: Vec<(&Account, Option<Money>)> = accounts.into_iter().map(|a| (a, worth(a))).collect();
    let items = valued.iter().map(|(a, m)| Item {
        value: m.as_ref(),
        state: a.state,
        custody: a.custody,
        source: a.source,
        as_of_day: a.figures.as_of_day,
    });
    Sums::of(items, today)
}
