//! The directory of institutions, shared by all firms: what providers list, other names that people gave, and what was chosen after which
//! words. Knows nothing of searching.

use crate::Value;
use crate::{Firm, Result, Row, System, params, row::to_json};
use model::{InstitutionId, Time};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    pub id: InstitutionId,
    pub provider: String,
    pub external_id: String,
    pub name: String,
    pub url: Option<String>,
    pub countries: Vec<String>,
    pub products: Vec<String>,
    pub oauth: bool,
    pub colour: Option<String>,
    pub state: Weather,
    pub popularity: i64,
    /// The provider does not list it any more.
    pub retired_at: Option<Time>,
}

/// What may be different in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weather {
    /// One word of the connectors' closed list.
    pub status: String,
    pub notice: Option<String>,
    pub success_percent: Option<i64>,
}

fn read(r: &Row) -> Result<Institution> {
    Ok(Institution {
        id: r.id("id")?,
        provider: r.text("provider")?,
        external_id: r.text("external_id")?,
        name: r.text("name")?,
        url: r.opt_text("url")?,
        countries: r.json("countries")?,
        products: r.json("products")?,
        oauth: r.flag("oauth")?,
        colour: r.opt_text("colour")?,
        state: Weather { status: r.text("status")?, notice: r.opt_text("notice")?, success_percent: r.opt_int("success_percent")? },
        popularity: r.int("popularity")?,
        retired_at: r.opt_time("retired_at")?,
    })
}

/// The whole directory, in a steady order.
pub async fn all(db: &System) -> Result<Vec<Institution>> {
    db.all("SELECT * FROM institution ORDER BY id", vec![]).await?.iter().map(read).collect()
}

pub async fn find(db: &System, id: InstitutionId) -> Result<Option<Institution>> {
    db.one("SELECT * FROM institution WHERE id = $1", params![id]).await?.as_ref().map(read).transpose()
}

/// The one that a provider lists under this id.
pub async fn by_external(db: &System, provider: &str, external_id: &str) -> Result<Option<Institution>> {
    let sql = "SELECT * FROM institution WHERE provider = $1 AND external_id = $2";
    db.one(sql, params![provider, external_id]).await?.as_ref().map(read).transpose()
}

/// Rows of one statement: more parameters are slower on SQLite.
const TOGETHER: usize = 30;

/// Writes what a provider lists. A row that is already there keeps its id, its popularity and its aliases.
pub async fn upsert(db: &System, rows: &[Institution], now: Time) -> Result<()> {
    for chunk in rows.chunks(TOGETHER) {
        let places: Vec<String> = (0..chunk.len()).map(|n| row_of_places(n * COLUMNS)).collect();
        let sql = format!(
            "INSERT INTO institution (id, provider, external_id, name, url, countries, products, oauth, colour, status, notice, \
             success_percent, popularity, changed_at) VALUES {} ON CONFLICT (provider, external_id) DO UPDATE SET name = excluded.name, \
             url = excluded.url, countries = excluded.countries, products = excluded.products, oauth = excluded.oauth, \
             colour = excluded.colour, status = excluded.status, notice = excluded.notice, success_percent = excluded.success_percent, \
             retired_at = NULL, changed_at = excluded.changed_at",
            places.join(", ")
        );
        let mut values: Vec<Value> = Vec::with_capacity(chunk.len() * COLUMNS);
        for i in chunk {
            values.extend(params![
                i.id,
                &i.provider,
                &i.external_id,
                &i.name,
                i.url.as_deref(),
                to_json(&i.countries)?,
                to_json(&i.products)?,
                i.oauth,
                i.colour.as_deref(),
                &i.state.status,
                i.state.notice.as_deref(),
                i.state.success_percent,
                i.popularity,
                now
            ]);
        }
        db.exec(&sql, values).await?;
    }
    Ok(())
}

const COLUMNS: usize = 14;

fn row_of_places(before: usize) -> String {
    let places: Vec<String> = (1..=COLUMNS).map(|n| format!("${}", before + n)).collect();
    format!("({})", places.join(", "))
}

/// What an import that began then has not come across is not listed any more. Says how many.
pub async fn retire_unseen(db: &System, provider: &str, began: Time) -> Result<u64> {
    let sql = "UPDATE institution SET retired_at = $2 WHERE provider = $1 AND changed_at < $2 AND retired_at IS NULL";
    db.exec(sql, params![provider, began]).await
}

/// How many of a provider are listed, and how many of them an import that began then has come across.
pub async fn seen(db: &System, provider: &str, began: Time) -> Result<(i64, i64)> {
    let sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(CASE WHEN changed_at >= $2 THEN 1 ELSE 0 END), 0) AS bigint) AS seen \
               FROM institution WHERE provider = $1 AND retired_at IS NULL";
    let row = db.one(sql, params![provider, began]).await?.ok_or(crate::Error::Gone)?;
    Ok((row.int("n")?, row.int("seen")?))
}

pub async fn set_weather(db: &System, id: InstitutionId, weather: &Weather) -> Result<()> {
    let sql = "UPDATE institution SET status = $2, notice = $3, success_percent = $4 WHERE id = $1";
    db.exec(sql, params![id, &weather.status, weather.notice.as_deref(), weather.success_percent]).await?;
    Ok(())
}

/// Every other name: (institution, alias).
pub async fn all_aliases(db: &System) -> Result<Vec<(InstitutionId, String)>> {
    let rows = db.all("SELECT institution_id, alias FROM institution_alias ORDER BY institution_id, alias", vec![]).await?;
    rows.iter().map(|r| Ok((r.id("institution_id")?, r.text("alias")?))).collect()
}

pub async fn aliases(db: &System, id: InstitutionId) -> Result<Vec<String>> {
    let rows = db.all("SELECT alias FROM institution_alias WHERE institution_id = $1 ORDER BY alias", params![id]).await?;
    rows.iter().map(|r| r.text("alias")).collect()
}

pub async fn set_aliases(db: &System, id: InstitutionId, aliases: &[String]) -> Result<()> {
    db.exec("DELETE FROM institution_alias WHERE institution_id = $1", params![id]).await?;
    for alias in aliases {
        let sql = "INSERT INTO institution_alias (institution_id, alias) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        db.exec(sql, params![id, alias]).await?;
    }
    Ok(())
}

/// Somebody typed this and chose that.
pub async fn learn(db: &System, query: Option<&str>, id: InstitutionId) -> Result<()> {
    db.exec("UPDATE institution SET popularity = popularity + 1 WHERE id = $1", params![id]).await?;
    if let Some(query) = query {
        let sql = "INSERT INTO institution_choice (query, institution_id, times) VALUES ($1, $2, 1) \
                   ON CONFLICT (query, institution_id) DO UPDATE SET times = institution_choice.times + 1";
        db.exec(sql, params![query, id]).await?;
    }
    Ok(())
}

/// A known standing from the start, where no choices have been made yet.
pub async fn set_popularity(db: &System, id: InstitutionId, popularity: i64) -> Result<()> {
    db.exec("UPDATE institution SET popularity = $2 WHERE id = $1", params![id, popularity]).await?;
    Ok(())
}

/// What people chose at least twice after the same words: (query, institution, times). The rest teaches nothing.
pub async fn lessons(db: &System) -> Result<Vec<(String, InstitutionId, i64)>> {
    let sql = "SELECT query, institution_id, times FROM institution_choice WHERE times > 1 ORDER BY times DESC, query LIMIT 20000";
    db.all(sql, vec![]).await?.iter().map(|r| Ok((r.text("query")?, r.id("institution_id")?, r.int("times")?))).collect()
}

/// The institutions that this firm's clients have connected, most first; of equal ones those that are chosen most everywhere.
pub async fn used_at_firm(db: &Firm, limit: u32) -> Result<Vec<InstitutionId>> {
    let sql = "SELECT c.institution_id, COUNT(*) AS n FROM connection c JOIN institution i ON i.id = c.institution_id WHERE c.firm_id = $1 \
               GROUP BY c.institution_id, i.popularity, i.name ORDER BY n DESC, i.popularity DESC, i.name, c.institution_id LIMIT $2";
    db.all(sql, params![db.id(), limit]).await?.iter().map(|r| r.id("institution_id")).collect()
}

/// What people typed at least twice before they chose this one.
pub async fn lessons_of(db: &System, id: InstitutionId) -> Result<Vec<String>> {
    let sql = "SELECT query FROM institution_choice WHERE institution_id = $1 AND times > 1 ORDER BY times DESC, query LIMIT 20";
    db.all(sql, params![id]).await?.iter().map(|r| r.text("query")).collect()
}

pub async fn forget_lesson(db: &System, query: &str, id: InstitutionId) -> Result<u64> {
    db.exec("DELETE FROM institution_choice WHERE query = $1 AND institution_id = $2", params![query, id]).await
}
