//! What changed between two days: every account at both ends, its movements between them, and the difference split by cause in `model`.

use crate::as_of::{Log, Then, log};
use crate::balance_sheet::{Known, begins, checked, total};
use crate::household_list::worth;
use crate::households::{self, Found};
use crate::{App, Error, Result, policy};
use model::as_of::Look;
use model::changed::{Change, Ends, Holding, Movement, Part, Worth, flow, split};
use model::head::Head;
use model::money::Total;
use model::{AccountId, Currency, Date, FirmScope, HouseholdId, Time, TradeData};
use std::collections::{BTreeMap, HashSet};
use store::Firm;
use store::accounts::Account;
use store::firms::FirmRow;

/// One account's part of the difference.
#[derive(Debug, Clone)]
pub struct Line {
    pub account: Account,
    pub changes: Vec<Change>,
}

/// What is wrong with the days that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    pub from: Option<String>,
    pub to: Option<String>,
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub firm: FirmRow,
    pub today: Date,
    pub begins: Date,
    pub from: Date,
    pub to: Date,
    pub wrong: Wrong,
    /// The first day as it was known then, and the last one as it is known now.
    pub before: Total,
    pub after: Total,
    /// Each cause, by currency; causes of nothing are left out.
    pub parts: Vec<(Part, BTreeMap<Currency, rust_decimal::Decimal>)>,
    /// Accounts in which something changed, in the order in which they were entered.
    pub lines: Vec<Line>,
    /// Deleted or joined since: they lead nowhere.
    pub gone: HashSet<AccountId>,
}

/// The last quarter when no first day is named; today when no last one is.
#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, household: HouseholdId, from: &str, to: &str) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let zone = policy::zone(&db).await?;
    let today = app.now().date(&zone);
    let log = log(&db, household).await?;
    let begins = begins(&log, Known::Now, today, &zone)?;
    let (from, to, wrong) = days(from, to, begins, today);
    let last = if to == today { Look::now() } else { Look::on(to, &zone) };
    let [shown, first, last] = at(&log, &db, [Look::then(from, &zone), Look::on(from, &zone), last]).await?;
    let (before, after) = (total(&shown.accounts), total(&last.accounts));
    let lines = lines(&db, &shown, &first, &last).await?;
    let mut parts = Vec::new();
    for part in Part::ALL {
        let mut sums: BTreeMap<Currency, rust_decimal::Decimal> = BTreeMap::new();
        for c in lines.iter().flat_map(|l| &l.changes).filter(|c| c.part == part) {
            let sum = sums.entry(c.currency.clone()).or_default();
            *sum = sum.checked_add(c.amount).ok_or(Error::Internal("a sum of too many digits"))?;
        }
        sums.retain(|_, v| !v.is_zero());
        if !sums.is_empty() {
            parts.push((part, sums));
        }
    }
    let gone = shown.gone.union(&last.gone).chain(&first.gone).copied().collect();
    Ok(View { found, firm: store::firms::own(&db).await?, today, begins, from, to, wrong, before, after, parts, lines, gone })
}

async fn at(log: &Log, db: &Firm, looks: [Look; 3]) -> Result<[Then; 3]> {
    log.at(db, &looks).await?.try_into().map_err(|_| Error::Internal("as many days as were asked"))
}

fn days(from: &str, to: &str, begins: Date, today: Date) -> (Date, Date, Wrong) {
    let mut wrong = Wrong::default();
    let to = checked(to, begins, Known::Now, today).unwrap_or_else(|why| {
        wrong.to = Some(why);
        today
    });
    let quarter = crate::account_view::quarter_end_before(to).unwrap_or(begins).max(begins);
    let from = if from.trim().is_empty() { Ok(quarter) } else { checked(from, begins, Known::Now, today) };
    let from = from.and_then(|d| if d > to { Err("Choose a day before the second one".into()) } else { Ok(d) }).unwrap_or_else(|why| {
        wrong.from = Some(why);
        quarter
    });
    (from, to, wrong)
}

async fn lines(db: &Firm, shown: &Then, first: &Then, last: &Then) -> Result<Vec<Line>> {
    let of = |t: &Then, id: AccountId| t.accounts.iter().find(|a| a.id == id && a.state.counts()).cloned();
    let mut all: Vec<&Account> = last.accounts.iter().chain(&first.accounts).chain(&shown.accounts).collect();
    let mut known = HashSet::new();
    all.retain(|a| known.insert(a.id));
    all.sort_by_key(|a| (a.created_at, a.id));
    let mut out = Vec::new();
    for account in all {
        let (s, f, l) = (of(shown, account.id), of(first, account.id), of(last, account.id));
        let (first, last) = (stood(db, f.as_ref()).await?, stood(db, l.as_ref()).await?);
        let days = f.as_ref().and_then(|a| a.figures.as_of_day).zip(l.as_ref().and_then(|a| a.figures.as_of_day));
        let movements = movements(db, account, &first, &last, days).await?;
        // What was shown matters for its sum alone.
        let shown = s.as_ref().map(plain);
        let ends = Ends { shown, first, last, movements };
        let changes = split(&ends).ok_or(Error::Internal("a sum of too many digits"))?;
        if !changes.is_empty() {
            out.push(Line { account: account.clone(), changes });
        }
    }
    Ok(out)
}

fn plain(a: &Account) -> Worth {
    let worth = worth(a);
    // What came has an instant; what was typed has a day alone.
    let typed = a.figures.as_of.is_none();
    Worth { value: worth.as_ref().map(|m| m.amount), currency: worth.map(|m| m.currency), typed, via: None, holdings: Vec::new() }
}

/// With what it held, where that came with the value.
async fn stood(db: &Firm, account: Option<&Account>) -> Result<Option<Worth>> {
    let Some(a) = account else { return Ok(None) };
    let mut out = plain(a);
    if let (Some(as_of), Some(received)) = (a.figures.as_of, a.figures.received_at)
        && let Some(r) = came(db, a.id, as_of, received).await?
    {
        let head = Head::join(&r.held, &r.worth);
        out.via = Some(r.held.via);
        let holding = |p: model::head::HeadPosition| Holding { security: p.security, quantity: p.quantity, price: p.price, value: p.value };
        out.holdings = head.positions.into_iter().flatten().map(holding).collect();
    }
    Ok(Some(out))
}

/// The row that the figures are of; what stands behind the account by a second path is not looked for.
async fn came(db: &Firm, account: AccountId, as_of: Time, received: Time) -> Result<Option<store::received::Received>> {
    let row = store::received::as_of(db, account, as_of, received).await?;
    Ok(row.filter(|r| r.as_of == as_of && r.received_at == received))
}

/// Of the path that brought both values: what another path tells would count the same movement twice.
async fn movements(
    db: &Firm,
    account: &Account,
    first: &Option<Worth>,
    last: &Option<Worth>,
    days: Option<(Date, Date)>,
) -> Result<Option<Vec<Movement>>> {
    let via = |w: &Option<Worth>| w.as_ref().and_then(|w| w.via);
    let (Some(via), Some((from, to))) = (via(first).filter(|v| via(last) == Some(*v)), days) else { return Ok(None) };
    let told = store::trades::between(db, account.id, via, from, to).await?;
    Ok(told.map(|all| all.into_iter().map(|t| movement(account, t)).collect()))
}

fn movement(account: &Account, t: TradeData) -> Movement {
    // As it came, money out of the account is positive.
    Movement { day: t.day, kind: flow::kind(account.kind, &t.raw_type), amount: t.amount.map(|a| -a), currency: t.currency }
}
