//! Accounts: what people decided about each, and the figures that stand beside it. Decisions and figures are written apart, because
//! they come from different logs.

use crate::households::within;
use crate::{Error, Firm, Param, Result, Row, params, row::to_json};
use model::fact::Owner;
use model::head::Head;
use model::{AccountId, AccountKind, AccountState, ConnectionId, Currency, Custody, Date, Decimal, HouseholdId, PortfolioId, Source, Time};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub id: AccountId,
    pub household: HouseholdId,
    pub portfolio: PortfolioId,
    pub connection: Option<ConnectionId>,
    pub name: String,
    pub institution: String,
    pub mask: Option<String>,
    pub kind: AccountKind,
    pub source: Source,
    pub custody: Custody,
    pub state: AccountState,
    pub owners: Vec<Owner>,
    /// Muted since it was closed on this day.
    pub closed_on: Option<Date>,
    /// The account that it is by a second path: no page shows it by itself.
    pub same_as: Option<AccountId>,
    pub figures: Figures,
    pub created_at: Time,
}

/// What the account is worth, and the three times that are never mixed (D12); the time of the last attempt is the connection's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    pub currency: Option<Currency>,
    /// `None` = not provided, never zero.
    pub value: Option<Decimal>,
    /// True at the institution.
    pub as_of: Option<Time>,
    pub as_of_day: Option<Date>,
    pub received_at: Option<Time>,
    /// The last time the same figures came again.
    pub confirmed_at: Option<Time>,
    /// Absent from the last answers: missing, never deleted.
    pub missing_since: Option<Time>,
}

const COLUMNS: &str = "id, household_id, portfolio_id, connection_id, name, institution, mask, kind, source, custody, state, owners, currency, \
                       value, as_of, as_of_day, received_at, confirmed_at, missing_since, created_at, \
                       closed_on, same_as";

/// A closed word as it stands in a column: the same word as in the log.
fn word<T: Serialize>(value: &T) -> Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}
fn from_word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

fn read(r: &Row) -> Result<Account> {
    Ok(Account {
        id: r.id("id")?,
        household: r.id("household_id")?,
        portfolio: r.id("portfolio_id")?,
        connection: r.opt_id("connection_id")?,
        name: r.text("name")?,
        institution: r.text("institution")?,
        mask: r.opt_text("mask")?,
        kind: r.word("kind", AccountKind::from_key)?,
        source: r.word("source", from_word)?,
        custody: r.word("custody", from_word)?,
        state: r.word("state", from_word)?,
        owners: r.json("owners")?,
        closed_on: r.opt_date("closed_on")?,
        same_as: r.opt_id("same_as")?,
        figures: Figures {
            currency: r.opt_text("currency")?.map(|c| c.parse().map_err(|_| Error::Unreadable("currency"))).transpose()?,
            value: r.opt_decimal("value")?,
            as_of: r.opt_time("as_of")?,
            as_of_day: r.opt_date("as_of_day")?,
            received_at: r.opt_time("received_at")?,
            confirmed_at: r.opt_time("confirmed_at")?,
            missing_since: r.opt_time("missing_since")?,
        },
        created_at: r.time("created_at")?,
    })
}

pub async fn find(db: &Firm, id: AccountId) -> Result<Option<Account>> {
    let row = db.one(&format!("SELECT {COLUMNS} FROM account WHERE firm_id = $1 AND id = $2"), params![db.id(), id]).await?;
    row.as_ref().map(read).transpose()
}

/// The current positions with their values; an account that nothing has come for yet has an empty one.
pub async fn head(db: &Firm, id: AccountId) -> Result<Option<Head>> {
    let Some(row) = db.one("SELECT head FROM account WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await? else { return Ok(None) };
    if row.text("head")? == "{}" { Ok(Some(Head::default())) } else { Ok(Some(row.json("head")?)) }
}

/// The accounts of a household that pages show, each once; deleted ones, and those behind another, are on none.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Account>> {
    of_households(db, &[household]).await
}

pub async fn of_households(db: &Firm, households: &[HouseholdId]) -> Result<Vec<Account>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = within(households, 2);
    values.insert(0, db.id().param());
    let sql = format!(
        "SELECT {COLUMNS} FROM account WHERE firm_id = $1 AND household_id IN ({list}) AND state <> 'deleted' AND same_as IS NULL ORDER BY created_at, id"
    );
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// Every account that a connection feeds or fed, deleted ones too.
pub async fn of_connection(db: &Firm, connection: ConnectionId) -> Result<Vec<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE firm_id = $1 AND connection_id = $2 ORDER BY created_at, id");
    db.all(&sql, params![db.id(), connection]).await?.iter().map(read).collect()
}

pub async fn all(db: &Firm) -> Result<Vec<Account>> {
    db.all(&format!("SELECT {COLUMNS} FROM account WHERE firm_id = $1 ORDER BY id"), params![db.id()]).await?.iter().map(read).collect()
}

/// Writes what people decided. The figures of an account that is there already stay as they are.
pub async fn save(db: &Firm, a: &Account) -> Result<()> {
    let sql = "INSERT INTO account (firm_id, id, household_id, portfolio_id, connection_id, name, institution, mask, kind, source, custody, \
               state, owners, created_at, closed_on, same_as) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
               ON CONFLICT (firm_id, id) DO UPDATE SET portfolio_id = $4, connection_id = $5, name = $6, institution = $7, mask = $8, kind = $9, \
               source = $10, custody = $11, state = $12, owners = $13, closed_on = $15, same_as = $16";
    let values = params![
        db.id(),
        a.id,
        a.household,
        a.portfolio,
        a.connection,
        &a.name,
        &a.institution,
        a.mask.as_deref(),
        a.kind.key(),
        word(&a.source)?,
        word(&a.custody)?,
        word(&a.state)?,
        to_json(&a.owners)?,
        a.created_at,
        a.closed_on,
        a.same_as
    ];
    db.exec(sql, values).await?;
    Ok(())
}

/// Writes the figures of an account whose figures people type.
pub async fn save_typed(db: &Firm, id: AccountId, f: &Figures) -> Result<()> {
    let sql = "UPDATE account SET currency = $3, value = $4, value_e4 = $5, as_of = $6, as_of_day = $7, received_at = $8 WHERE firm_id = $1 AND id = $2";
    let currency = f.currency.as_ref().map(|c| c.code().to_owned());
    db.exec(sql, params![db.id(), id, currency, f.value, f.value.and_then(e4), f.as_of, f.as_of_day, f.received_at]).await?;
    Ok(())
}

/// Ten-thousandths for sorting in SQL; `None` when it would have to be rounded or does not fit.
pub fn e4(value: Decimal) -> Option<i64> {
    let scaled = value.checked_mul(Decimal::from(10_000))?.normalize();
    if scaled.scale() == 0 { i64::try_from(scaled.mantissa()).ok() } else { None }
}
