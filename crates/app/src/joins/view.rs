//! What pages say about accounts that are one or may be one: each path with its reasons, each open question with both sides.

use super::gone::{self, Vanished};
use super::{because, current, is_there, question};
use crate::households::{self, Found};
use crate::portal::Lens;
use crate::portal_reports::{self, About};
use crate::{App, Error, Result, household_list, policy};
use jiff::tz::TimeZone;
use model::account::AccountState;
use model::money::Total;
use model::permission::{Action, may};
use model::{AccountId, ConnectionId, Date, FirmScope, HouseholdId, JoinId, MemberId, Money, Time};
use store::Firm;
use store::accounts::Account;
use store::joins::{Join, Question};
use store::members::Member;

/// One of two accounts that may be the same, as it is told about.
#[derive(Debug, Clone)]
pub struct Side {
    pub account: Account,
    pub value: Option<Money>,
    /// "the same institution, the same last digits"; "" for the account that is asked about.
    pub because: String,
}

/// One question: a new account and those that it may be.
#[derive(Debug, Clone)]
pub struct Asked {
    pub account: Side,
    pub others: Vec<Side>,
    pub asked_at: Time,
}

/// What waits for an answer in one household.
#[derive(Debug, Clone, Default)]
pub struct Doubled {
    pub asked: Vec<Asked>,
    pub vanished: Vec<Vanished>,
}

impl Doubled {
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.vanished.is_empty()
    }
    /// What the totals may hold twice: the new accounts' values, which are counted until somebody says.
    pub fn twice(&self) -> Total {
        let mut total = Total::default();
        for a in self.asked.iter().filter(|a| a.account.account.state.counts() && a.others.iter().any(|o| o.account.state.counts())) {
            total.add(a.account.value.as_ref());
        }
        total
    }
    /// The account that this one may be.
    pub fn twin(&self, id: AccountId) -> Option<&Account> {
        let of = |a: &'_ Asked| a.account.account.id == id;
        self.asked.iter().find(|a| of(a)).and_then(|a| a.others.first()).map(|o| &o.account)
    }
}

async fn side(db: &Firm, id: AccountId, because: String) -> Result<Side> {
    let account = store::accounts::find(db, id).await?.ok_or(Error::NotFound)?;
    Ok(Side { value: household_list::worth(&account), account, because })
}

#[crate::boxed]
pub(crate) async fn grouped(db: &Firm, questions: Vec<Question>, vanished: Vec<Vanished>) -> Result<Doubled> {
    let mut asked: Vec<Asked> = Vec::new();
    for q in questions {
        let other = side(db, q.other, because(&q.reasons)).await?;
        match asked.iter_mut().find(|a| a.account.account.id == q.account) {
            Some(a) => a.others.push(other),
            None => asked.push(Asked { account: side(db, q.account, String::new()).await?, others: vec![other], asked_at: q.asked_at }),
        }
    }
    Ok(Doubled { asked, vanished })
}

/// The page of the firm's own people.
#[derive(Debug, Clone)]
pub struct Page {
    pub found: Found,
    pub doubled: Doubled,
    pub may_edit: bool,
    pub today: Date,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn page(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<Page> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let doubled = of(&db, household).await?;
    let zone = policy::zone(&db).await?;
    Ok(Page { may_edit: may(Action::EditHousehold, found.standing), doubled, found, today: app.now().date(&zone), zone })
}

/// What waits in a household; for pages that show its accounts, so that what may be counted twice is said beside the totals.
#[crate::boxed]
pub(crate) async fn of(db: &Firm, household: HouseholdId) -> Result<Doubled> {
    grouped(db, store::joins::open(db, household).await?, gone::open(db, household).await?).await
}

/// The same for a page that has its household already.
#[crate::boxed]
pub async fn doubled(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<Doubled> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ViewHousehold, Some(household)).await?;
    of(&db, household).await
}

/// What waits for this client's answer, and what a page of theirs begins with.
#[crate::boxed]
pub async fn own(app: &App, lens: &Lens) -> Result<(About, Vec<Member>, Doubled)> {
    let db = app.store().read(&lens.scope).await?;
    let about = portal_reports::about_in(app, &db, lens).await?;
    let doubled = grouped(&db, question::of_client(&db, lens).await?, gone::of_client(&db, lens).await?).await?;
    Ok((about, store::members::of_household(&db, lens.household).await?, doubled))
}

/// How a path ended up here, and how it is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// People joined it.
    Join(JoinId),
    /// The program joined it.
    Split(ConnectionId),
    /// It is the account's first, or the only one.
    Never,
}

/// One way by which an account arrives.
#[derive(Debug, Clone)]
pub struct Line {
    /// `None`: files, or an ended connection.
    pub connection: Option<ConnectionId>,
    pub institution: String,
    pub provider: String,
    pub whose: Option<MemberId>,
    pub since: Time,
    pub because: String,
    /// It brings the values.
    pub feeds: bool,
    pub works: bool,
    pub apart: Apart,
    /// `link`, `moved`, `same`, or "" for what the program joined or began with.
    pub kind: String,
}

#[derive(Debug, Clone)]
pub struct Paths {
    pub account: Account,
    pub lines: Vec<Line>,
    pub members: Vec<Member>,
    pub household_name: String,
    pub may_edit: bool,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn paths(app: &App, scope: &FirmScope, account: AccountId) -> Result<(Found, Paths)> {
    let db = app.store().read(scope).await?;
    let (household, _) = current(&db, account).await?;
    let found = households::load(app, &db, scope, household).await?;
    let zone = policy::zone(&db).await?;
    let mut p = load(&db, account, zone).await?;
    p.may_edit = may(Action::EditHousehold, found.standing);
    p.household_name = found.household.name.clone();
    Ok((found, p))
}

/// The same for the client, where the account is shown to them.
#[crate::boxed]
pub async fn paths_of_client(app: &App, lens: &Lens, account: AccountId) -> Result<(About, Paths)> {
    let one = portal_reports::account(app, lens, account).await?;
    let db = app.store().read(&lens.scope).await?;
    Ok((one.about.clone(), load(&db, account, one.about.zone.clone()).await?))
}

async fn load(db: &Firm, id: AccountId, zone: TimeZone) -> Result<Paths> {
    let account = store::accounts::find(db, id).await?.ok_or(Error::NotFound)?;
    let joins = store::joins::of_account(db, id).await?;
    let known = store::aliases::of_account(db, id).await?;
    let mut lines: Vec<Line> = Vec::new();
    for k in known.iter().filter(|k| k.ended_at.is_none()) {
        let join = joins.iter().find(|j| Some(j.path) == k.own);
        if lines.iter().any(|l| l.connection == Some(k.alias.connection) && join.is_none_or(|j| l.apart == Apart::Join(j.id))) {
            continue;
        }
        let c = store::connections::find(db, k.alias.connection).await?;
        let there = is_there(db, k.alias.connection).await?;
        let first = lines.is_empty();
        let apart = match join {
            Some(j) => Apart::Join(j.id),
            None if first || c.is_none() => Apart::Never,
            None => Apart::Split(k.alias.connection),
        };
        lines.push(Line {
            connection: Some(k.alias.connection).filter(|_| there),
            institution: c.as_ref().map_or_else(|| account.institution.clone(), |c| c.institution.clone()),
            provider: c.as_ref().map(|c| c.provider.clone()).unwrap_or_default(),
            whose: c.as_ref().map(|c| c.member),
            since: join.map_or(k.first_seen, |j| j.joined_at),
            because: join.map_or_else(|| k.alias.reason.clone(), |j| because(&j.reasons)),
            feeds: account.connection == Some(k.alias.connection) && account.state == AccountState::Live && feeds(join, &joins, &known),
            works: match &c {
                Some(c) => there && !c.state.needs_attention(),
                None => true,
            },
            apart,
            kind: join.map(|j| j.kind.clone()).unwrap_or_default(),
        });
    }
    // A join whose names have all ended still stands behind the account.
    for j in &joins {
        if lines.iter().any(|l| l.apart == Apart::Join(j.id)) {
            continue;
        }
        lines.push(Line {
            connection: None,
            institution: j.before.path.institution.clone(),
            provider: String::new(),
            whose: None,
            since: j.joined_at,
            because: because(&j.reasons),
            feeds: false,
            works: false,
            apart: Apart::Join(j.id),
            kind: j.kind.clone(),
        });
    }
    let members = store::members::of_household(db, account.household).await?;
    Ok(Paths { account, lines, members, household_name: String::new(), may_edit: false, zone })
}

/// Where one sign-in brings an account under two names, the join says which of them.
fn feeds(join: Option<&Join>, joins: &[Join], known: &[store::aliases::Known]) -> bool {
    match join {
        Some(j) => j.before.feeds || !known.iter().any(|k| k.own.is_none() && k.ended_at.is_none()),
        None => !joins.iter().any(|j| j.before.feeds),
    }
}
