//! How tries at institutions ended: refreshes counted by day as they end, sign-ins read from their attempts.

use crate::{Firm, Param, Result, Row, System, params};
use model::reliability::Ending;
use model::{ConnectionId, Date, Time};

/// Refreshes of one institution that end at once write different rows.
const SLOTS: u128 = 4;

/// Tries at one institution on one day that ended alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub provider: String,
    pub institution: String,
    pub day: Date,
    pub ending: Ending,
    pub n: i64,
}

/// Counts one refresh.
pub async fn count(db: &Firm, id: ConnectionId, provider: &str, institution: &str, day: Date, ending: Ending) -> Result<()> {
    let slot = i64::try_from(id.uuid().as_u128() % SLOTS).unwrap_or(0);
    let sql = "INSERT INTO tries (firm_id, institution, provider, day, ending, slot, n) VALUES ($1, $2, $3, $4, $5, $6, 1) \
               ON CONFLICT (firm_id, institution, provider, day, ending, slot) DO UPDATE SET n = tries.n + 1";
    db.exec(sql, params![db.id(), institution, provider, day, ending.key(), slot]).await?;
    Ok(())
}

fn read(r: &Row) -> Result<Tried> {
    Ok(Tried {
        provider: r.text("provider")?,
        institution: r.text("institution")?,
        day: r.opt_date("day")?.ok_or(crate::Error::Unreadable("day"))?,
        ending: r.word("ending", Ending::from_key)?,
        n: r.int("n")?,
    })
}

/// ` AND institution IN (…)`, or nothing where all are asked for.
fn only(names: Option<&[String]>, values: &mut Vec<crate::Value>) -> String {
    let Some(names) = names else { return String::new() };
    let list: Vec<String> = (values.len() + 1..=values.len() + names.len()).map(|n| format!("${n}")).collect();
    values.extend(names.iter().map(|n| n.as_str().param()));
    format!(" AND institution IN ({})", list.join(", "))
}

/// Refreshes since a day, at all institutions or at those of some names.
pub async fn refreshes(db: &Firm, since: Date, names: Option<&[String]>) -> Result<Vec<Tried>> {
    if names.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    let mut values = params![db.id(), since];
    let only = only(names, &mut values);
    let sql = format!(
        "SELECT provider, institution, day, ending, CAST(sum(n) AS bigint) AS n FROM tries WHERE firm_id = $1 AND day >= $2{only} \
         GROUP BY provider, institution, day, ending ORDER BY institution, provider, day, ending"
    );
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// A sign-in at an institution that has come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub provider: String,
    pub institution: String,
    pub at: Time,
    /// What came between; `None` when it worked.
    pub fault: Option<model::FaultKind>,
}

/// Sign-ins since an instant that worked or that something came between. Those that people left prove nothing.
pub async fn sign_ins(db: &Firm, since: Time, names: Option<&[String]>) -> Result<Vec<SignIn>> {
    if names.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    let mut values = params![db.id(), since];
    let only = only(names, &mut values);
    let sql = format!(
        "SELECT provider, institution, created_at, step, fault FROM attempt WHERE firm_id = $1 AND created_at >= $2 \
         AND step IN ('linked', 'done', 'trouble'){only} ORDER BY institution, created_at"
    );
    let one = |r: &Row| {
        let fault = match r.text("step")?.as_str() {
            "trouble" => {
                let text = r.opt_text("fault")?.unwrap_or_default();
                let said: crate::attempts::Trouble = serde_json::from_str(&text).map_err(|_| crate::Error::Unreadable("fault"))?;
                Some(said.kind)
            }
            _ => None,
        };
        Ok(SignIn { provider: r.text("provider")?, institution: r.text("institution")?, at: r.time("created_at")?, fault })
    };
    db.all(&sql, values).await?.iter().map(one).collect()
}

/// How many connections there are at each institution: (provider, institution, connections).
pub async fn connections(db: &Firm) -> Result<Vec<(String, String, i64)>> {
    let sql = "SELECT provider, institution, CAST(count(*) AS bigint) AS n FROM connection WHERE firm_id = $1 AND removal = 'none' \
               GROUP BY provider, institution ORDER BY institution, provider";
    db.all(sql, params![db.id()]).await?.iter().map(|r| Ok((r.text("provider")?, r.text("institution")?, r.int("n")?))).collect()
}

/// Forgets what nobody counts any more.
pub async fn sweep(db: &System, before: Date) -> Result<u64> {
    db.exec("DELETE FROM tries WHERE day < $1", params![before]).await
}
