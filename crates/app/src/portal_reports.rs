//! What the portal shows of a household, read through a lens: each report asks for its right before anything is read (P25, P38).

use crate::household_list::{sums, worth};
use crate::portal::Lens;
use crate::portfolios::Feed;
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::money::Total;
use model::portal::{Area, Right};
use model::shelf::Shelf;
use model::sums::{Sums, is_out_of_date};
use model::{AccountId, AccountKind, Date, MemberId, PortfolioKind, Time};
use store::Firm;
use store::accounts::Account;
use store::firms::FirmRow;
use store::members::Member;
pub use store::portal_home::Adviser;

/// What every page of the portal may say, whatever is shared.
#[derive(Debug, Clone)]
pub struct About {
    pub firm: FirmRow,
    /// Who answers for the household; nobody when the lead has left and none was named.
    pub adviser: Option<Adviser>,
    /// Where their photograph is; "" when there is none.
    pub likeness: String,
    /// Whose portal it is.
    pub member: Member,
    pub zone: TimeZone,
    pub today: Date,
    pub now: Time,
}

impl About {
    /// What pages call the adviser: the first name, or the firm's.
    pub fn adviser_name(&self) -> &str {
        self.adviser.as_ref().map_or(self.firm.name.as_str(), |a| a.name.split_whitespace().next().unwrap_or(&a.name))
    }
}

/// An account with what feeds it.
#[derive(Debug, Clone)]
pub struct Item {
    pub account: Account,
    pub feed: Option<Feed>,
    /// Somebody of the household entered it themselves.
    pub added_by: Option<MemberId>,
}

impl Item {
    pub fn is_old(&self, today: Date) -> bool {
        is_out_of_date(self.account.source, self.account.figures.as_of_day, today)
    }
}

/// The accounts that a report is made of.
#[derive(Debug, Clone)]
pub struct Holdings {
    pub about: About,
    pub members: Vec<Member>,
    pub items: Vec<Item>,
    /// Every connection of the household, those without accounts too.
    pub feeds: Vec<Feed>,
    pub sums: Sums,
}

/// A shelf and what stands on it.
#[derive(Debug, Clone)]
pub struct Group {
    pub shelf: Shelf,
    pub items: Vec<Item>,
    pub total: Total,
}

impl Holdings {
    /// The same of another day: what counted then, with the figures of then.
    pub fn on(self, sheet: &crate::balance_sheet::Sheet) -> Holdings {
        let item = |a: &Account| {
            let now = self.items.iter().find(|i| i.account.id == a.id);
            Item { account: a.clone(), feed: now.and_then(|i| i.feed.clone()), added_by: now.and_then(|i| i.added_by) }
        };
        let mut items: Vec<Item> = sheet.accounts.iter().filter(|a| a.state.counts()).map(item).collect();
        let place = |i: &Item| self.items.iter().position(|x| x.account.id == i.account.id).unwrap_or(usize::MAX);
        items.sort_by_key(place);
        Holdings { items, sums: sheet.sums.clone(), members: sheet.members.clone(), ..self }
    }
    /// By kind, in the order of the pictures; empty shelves are left out.
    pub fn groups(&self) -> Vec<Group> {
        groups(&self.items)
    }
    /// What is owned and what is owed, each by currency, unknown ones counted on their own side.
    pub fn sides(&self) -> (Total, Total) {
        let side = |debts: bool| total(self.items.iter().filter(|i| i.account.kind.is_debt() == debts));
        (side(false), side(true))
    }
    /// Each person with what is theirs alone; `None` holds what belongs to several.
    pub fn by_owner(&self) -> Vec<(Option<&Member>, Vec<Item>)> {
        let own = |m: Option<MemberId>| {
            let fits = |i: &&Item| match (i.account.owners.as_slice(), m) {
                ([one], Some(m)) => one.member == m,
                ([_], None) => false,
                (_, m) => m.is_none(),
            };
            self.items.iter().filter(fits).cloned().collect::<Vec<_>>()
        };
        let joint = (None, own(None));
        let each = self.members.iter().map(|m| (Some(m), own(Some(m.id))));
        std::iter::once(joint).filter(|(_, items)| !items.is_empty()).chain(each).collect()
    }
}

pub fn groups(items: &[Item]) -> Vec<Group> {
    let of = |shelf: Shelf| items.iter().filter(|i| Shelf::of(i.account.kind) == shelf).cloned().collect::<Vec<_>>();
    let group = |shelf| {
        let items = of(shelf);
        Group { shelf, total: total(&items), items }
    };
    Shelf::ALL.into_iter().map(group).filter(|g| !g.items.is_empty()).collect()
}

/// What counts of these, by currency; unknown is counted, never zero, and muted accounts are left out.
pub fn total<'a>(items: impl IntoIterator<Item = &'a Item>) -> Total {
    let mut total = Total::default();
    for i in items.into_iter().filter(|i| i.account.state.counts()) {
        total.add(worth(&i.account).as_ref());
    }
    total
}

#[crate::boxed]
pub async fn about(app: &App, lens: &Lens) -> Result<About> {
    let db = app.store().read(&lens.scope).await?;
    about_in(app, &db, lens).await
}

#[crate::boxed]
pub(crate) async fn about_in(app: &App, db: &Firm, lens: &Lens) -> Result<About> {
    let household = store::households::find(db, lens.household).await?.ok_or(Error::NotFound)?;
    let member = store::members::find(db, lens.member).await?.filter(|m| m.household == lens.household).ok_or(Error::NotFound)?;
    let zone = policy::zone(db).await?;
    let now = app.now();
    Ok(About {
        firm: store::firms::own(db).await?,
        adviser: store::portal_home::adviser(db, household.lead).await?,
        likeness: crate::likeness::card(db, household.lead).await?.map(|c| crate::likeness::address(&c)).unwrap_or_default(),
        member,
        today: now.date(&zone),
        zone,
        now,
    })
}

/// Everything, for those who have asked for the right already.
#[crate::boxed]
pub(crate) async fn load(app: &App, lens: &Lens) -> Result<Holdings> {
    let db = app.store().read(&lens.scope).await?;
    let about = about_in(app, &db, lens).await?;
    let current = store::portfolios::of_household(&db, lens.household).await?.into_iter().find(|p| p.kind == PortfolioKind::Current);
    let mut accounts = store::accounts::of_household(&db, lens.household).await?;
    // What is proposed is no possession.
    accounts.retain(|a| current.as_ref().is_some_and(|p| p.id == a.portfolio));
    let members = store::members::of_household(&db, lens.household).await?;
    let added = store::portal_home::added_by_clients(&db, lens.household).await?;
    let feeds: Vec<Feed> = store::connections::of_household(&db, lens.household).await?.iter().map(|c| Feed::of(c, about.now)).collect();
    let sums = sums(&accounts, about.today);
    let place = |a: &Account| {
        let of = |m| members.iter().position(|x| x.id == m).unwrap_or(usize::MAX);
        (a.owners.iter().map(|o| of(o.member)).max().unwrap_or(usize::MAX), a.owners.len() > 1, a.created_at, a.id)
    };
    accounts.sort_by_key(place);
    let items = accounts
        .into_iter()
        .map(|account| Item {
            feed: account.connection.and_then(|c| feeds.iter().find(|f| f.id == c).cloned()),
            added_by: added.iter().find(|(id, _)| *id == account.id).map(|(_, m)| *m),
            account,
        })
        .collect();
    Ok(Holdings { about, members, items, feeds, sums })
}

/// A report that is made of the household's accounts.
#[crate::boxed]
pub async fn report(app: &App, lens: &Lens, area: Area) -> Result<Holdings> {
    lens.view(area)?;
    let mut all = load(app, lens).await?;
    if area == Area::Policies {
        all.items.retain(|i| i.account.kind == AccountKind::Insurance);
    }
    Ok(all)
}

/// The same as a file to take along: for whoever may print it, and not while a recovery is fresh.
#[crate::boxed]
pub async fn export(app: &App, lens: &Lens, area: Area) -> Result<Holdings> {
    lens.need(Right::Print(area))?;
    report(app, lens, area).await
}

#[crate::boxed]
pub async fn members(app: &App, lens: &Lens) -> Result<(About, Vec<Member>)> {
    lens.view(Area::Members)?;
    let db = app.store().read(&lens.scope).await?;
    Ok((about_in(app, &db, lens).await?, store::members::of_household(&db, lens.household).await?))
}

/// Whether an account may be looked at by itself: the financials are shared, or it is the client's own.
pub fn sees(lens: &Lens, item: &Item) -> bool {
    lens.holds(Right::View(Area::Financials)) || is_own(lens, item)
}

/// What the client owns (D3): what their sign-in feeds, and what they entered.
pub fn is_own(lens: &Lens, item: &Item) -> bool {
    let fed = item.feed.as_ref().is_some_and(|f| f.member == lens.member);
    (fed && lens.holds(Right::Connect)) || (item.added_by == Some(lens.member) && lens.holds(Right::AddFacts))
}

/// One account with what it holds.
#[derive(Debug, Clone)]
pub struct One {
    pub about: About,
    pub members: Vec<Member>,
    pub item: Item,
    pub head: Option<model::head::Head>,
    pub own: bool,
}

#[crate::boxed]
pub async fn account(app: &App, lens: &Lens, id: AccountId) -> Result<One> {
    let all = load(app, lens).await?;
    let item = all.items.into_iter().find(|i| i.account.id == id && sees(lens, i)).ok_or(Error::NotFound)?;
    let db = app.store().read(&lens.scope).await?;
    let head = store::accounts::head(&db, id).await?;
    Ok(One { about: all.about, members: all.members, own: is_own(lens, &item), item, head })
}
