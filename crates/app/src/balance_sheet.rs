//! What a household owns and owes on any day, and its net worth at the ends of the months before: for the firm's people here, for clients
//! through a lens in `portal_reports`. Both are made of the same parts.

use crate::as_of::{Log, Then, log};
use crate::household_list::{sums, worth};
use crate::households::{self, Found};
use crate::portal::Lens;
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::as_of::{Look, month_ends};
use model::money::Total;
use model::portal::Area;
use model::sums::{Sums, is_out_of_date};
use model::{AccountId, Date, FirmScope, HouseholdId, text};
use std::collections::HashSet;
use store::Firm;
use store::accounts::Account;
use store::firms::FirmRow;
use store::members::Member;

/// So many month ends at most, the day itself among them.
pub const MONTHS: usize = 24;

/// By what is known now, or by what was known at the end of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Known {
    #[default]
    Now,
    Then,
}

/// What the date control sent.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub day: String,
    pub known: Known,
}

#[derive(Debug, Clone)]
pub struct Sheet {
    pub day: Date,
    pub known: Known,
    pub today: Date,
    /// The first day that can be asked for.
    pub begins: Date,
    /// What is wrong with the day that was asked for: today is shown.
    pub wrong: Option<String>,
    /// Those that count, in the order in which they were entered.
    pub accounts: Vec<Account>,
    pub members: Vec<Member>,
    /// Deleted or joined since, of what was known then.
    pub gone: HashSet<AccountId>,
    pub sums: Sums,
    /// Oldest first; the last is the day.
    pub months: Vec<(Date, Total)>,
    /// How many accounts have a value at the first of them, and on the day.
    pub valued: (usize, usize),
}

impl Sheet {
    /// What is owned and what is owed, each by currency, unknown ones counted on their own side.
    pub fn sides(&self) -> (Total, Total) {
        let side = |debts: bool| total(self.accounts.iter().filter(|a| a.kind.is_debt() == debts));
        (side(false), side(true))
    }
    pub fn is_old(&self, a: &Account) -> bool {
        is_out_of_date(a.source, a.figures.as_of_day, self.day)
    }
}

/// What counts of these, by currency.
pub fn total<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> Total {
    let mut total = Total::default();
    for a in accounts.into_iter().filter(|a| a.state.counts()) {
        total.add(worth(a).as_ref());
    }
    total
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub firm: FirmRow,
    pub sheet: Sheet,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, household: HouseholdId, asked: &Asked) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let zone = policy::zone(&db).await?;
    let sheet = sheet(&db, household, asked, app.now().date(&zone), &zone).await?;
    Ok(View { found, firm: store::firms::own(&db).await?, sheet, zone })
}

/// For a client: by what is known now, since what was taken back is nobody's to show.
#[crate::boxed]
pub async fn shared(app: &App, lens: &Lens, day: &str) -> Result<Sheet> {
    lens.view(Area::BalanceSheet)?;
    let db = app.store().read(&lens.scope).await?;
    let zone = policy::zone(&db).await?;
    let asked = Asked { day: day.into(), known: Known::Now };
    sheet(&db, lens.household, &asked, app.now().date(&zone), &zone).await
}

async fn sheet(db: &Firm, household: HouseholdId, asked: &Asked, today: Date, zone: &TimeZone) -> Result<Sheet> {
    let log = log(db, household).await?;
    let begins = begins(&log, asked.known, today, zone)?;
    let (day, wrong) = match checked(&asked.day, begins, asked.known, today) {
        Ok(day) => (day, None),
        Err(why) => (today, Some(why)),
    };
    let look = |d: Date| match asked.known {
        _ if d == today => Look::now(),
        Known::Now => Look::on(d, zone),
        Known::Then => Look::then(d, zone),
    };
    let days = month_ends(day, begins, MONTHS);
    let looks: Vec<Look> = days.iter().map(|d| look(*d)).collect();
    let mut all = log.at(db, &looks).await?;
    if let Some(now) = all.last_mut().filter(|_| day == today) {
        // Of today it is what every other page shows, to the letter.
        now.accounts = possessions(db, household).await?;
    }
    let months = days.iter().zip(&all).map(|(d, then)| (*d, total(&then.accounts))).collect();
    let known = |t: Option<&Then>| t.map_or(0, |t| t.accounts.iter().filter(|a| a.state.counts() && worth(a).is_some()).count());
    let valued = (known(all.first()), known(all.last()));
    let Then { accounts, members, gone } = all.pop().unwrap_or_default();
    let sums = sums(&accounts, day);
    Ok(Sheet { day, known: asked.known, today, begins, wrong, accounts, members, gone, sums, months, valued })
}

/// What the household has now: what is proposed is no possession.
async fn possessions(db: &Firm, household: HouseholdId) -> Result<Vec<Account>> {
    let current = store::portfolios::current_of(db, &[household]).await?;
    let mut accounts = store::accounts::of_household(db, household).await?;
    accounts.retain(|a| current.contains(&a.portfolio));
    accounts.sort_by_key(|a| (a.created_at, a.id));
    Ok(accounts)
}

/// By what was known then, nothing was before somebody spoke of the household; by what is known now, its values can be older than that.
pub(crate) fn begins(log: &Log, known: Known, today: Date, zone: &TimeZone) -> Result<Date> {
    let (said, first) = log.begins(zone);
    let begins = if known == Known::Then { said } else { first };
    begins.map(|d| d.min(today)).ok_or(Error::NotFound)
}

/// The day that was asked for; today when none was.
pub(crate) fn checked(typed: &str, begins: Date, known: Known, today: Date) -> std::result::Result<Date, String> {
    if typed.trim().is_empty() {
        return Ok(today);
    }
    let Some(day) = text::day(typed) else { return Err("Enter a day, such as 2026-09-30".into()) };
    let name = begins.strftime("%-d %b %Y");
    match known {
        _ if day > today => Err("This day has not come yet. Choose today or an earlier day".into()),
        Known::Now if day < begins => Err(format!("Nothing of this household is known before {name}. Choose that day or a later one")),
        Known::Then if day < begins => {
            Err(format!("This household was entered on {name}: nothing was known before. Choose that day or a later one"))
        }
        _ => Ok(day),
    }
}
