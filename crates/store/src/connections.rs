//! Connections: due time, lease and epoch stand on the row, so that a refresh costs one claim and one apply.

use crate::{Error, Firm, Result, Row, System, params};
use model::connection::ConnectionState;
use model::{AccountId, ConnectionId, ConsentId, FaultKind, FirmId, HouseholdId, InstitutionId, MemberId, Span, Time};

#[derive(Debug, Clone)]
pub struct Connection {
    pub firm: FirmId,
    pub id: ConnectionId,
    pub household: HouseholdId,
    /// Whose sign-in it is.
    pub member: MemberId,
    pub consent: ConsentId,
    pub provider: String,
    pub institution_id: Option<InstitutionId>,
    pub institution: String,
    pub url: Option<String>,
    /// The provider's id.
    pub external_id: String,
    /// Sealed under the connection's own key; gone once removed.
    pub token: Option<Vec<u8>>,
    pub key_version: i64,
    pub cursor: String,
    pub state: ConnectionState,
    /// The provider's code and request id of the fault that the state stands for.
    pub fault: Option<FaultNote>,
    pub consent_ends: Option<Time>,
    pub new_accounts: bool,
    pub failures: i64,
    pub attempted_at: Option<Time>,
    pub succeeded_at: Option<Time>,
    pub failing_since: Option<Time>,
    pub next_expected: Option<Time>,
    pub due_at: Option<Time>,
    pub by_hand: bool,
    /// Linked or repaired by the client since the last good refresh: muted and disconnected accounts it brings come back to life.
    pub fresh_link: bool,
    pub lease_until: Option<Time>,
    pub lease_epoch: i64,
    pub removal: Removal,
    pub created_at: Time,
}

/// What a ticket will need: never a secret or a balance.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FaultNote {
    pub kind: FaultKind,
    pub code: String,
    pub request_id: Option<String>,
    /// How often in a row the provider was still at it: a wait is no failure, and has a count of its own.
    #[serde(default)]
    pub waits: u32,
}

/// How far the end of a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    None,
    /// Ended here; the provider has not confirmed yet.
    Pending,
    Confirmed,
}

impl Removal {
    pub fn key(self) -> &'static str {
        match self {
            Removal::None => "none",
            Removal::Pending => "pending",
            Removal::Confirmed => "confirmed",
        }
    }
    fn from_key(key: &str) -> Option<Removal> {
        [Removal::None, Removal::Pending, Removal::Confirmed].into_iter().find(|r| r.key() == key)
    }
}

pub(crate) fn read(r: &Row) -> Result<Connection> {
    let fault = r.opt_text("fault")?;
    Ok(Connection {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        consent: r.id("consent_id")?,
        provider: r.text("provider")?,
        institution_id: r.opt_id("institution_id")?,
        institution: r.text("institution")?,
        url: r.opt_text("url")?,
        external_id: r.text("external_id")?,
        token: r.opt_bytes("token")?,
        key_version: r.int("key_version")?,
        cursor: r.text("cursor")?,
        state: r.word("state", ConnectionState::from_key)?,
        fault: fault.map(|f| serde_json::from_str(&f)).transpose().map_err(|_| Error::Unreadable("fault"))?,
        consent_ends: r.opt_time("consent_ends")?,
        new_accounts: r.flag("new_accounts")?,
        failures: r.int("failures")?,
        attempted_at: r.opt_time("attempted_at")?,
        succeeded_at: r.opt_time("succeeded_at")?,
        failing_since: r.opt_time("failing_since")?,
        next_expected: r.opt_time("next_expected")?,
        due_at: r.opt_time("due_at")?,
        by_hand: r.flag("by_hand")?,
        fresh_link: r.flag("fresh_link")?,
        lease_until: r.opt_time("lease_until")?,
        lease_epoch: r.int("lease_epoch")?,
        removal: r.word("removal", Removal::from_key)?,
        created_at: r.time("created_at")?,
    })
}

pub async fn insert(db: &Firm, c: &Connection) -> Result<()> {
    let sql = "INSERT INTO connection (firm_id, id, household_id, member_id, consent_id, provider, institution_id, institution, url, external_id, \
               token, key_version, cursor, state, consent_ends, due_at, removal, created_at, fresh_link) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'none', $17, $18)";
    let values = params![
        db.id(),
        c.id,
        c.household,
        c.member,
        c.consent,
        &c.provider,
        c.institution_id,
        &c.institution,
        c.url.clone(),
        &c.external_id,
        c.token.clone(),
        c.key_version,
        &c.cursor,
        c.state.key(),
        c.consent_ends,
        c.due_at,
        c.created_at,
        c.fresh_link,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: ConnectionId) -> Result<Option<Connection>> {
    db.one("SELECT * FROM connection WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// Connections of a household that have not ended, oldest first.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Connection>> {
    let sql = "SELECT * FROM connection WHERE firm_id = $1 AND household_id = $2 AND removal = 'none' ORDER BY created_at, id";
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// All connections of the firm that have not ended, for the list across households.
pub async fn of_firm(db: &Firm) -> Result<Vec<Connection>> {
    let sql = "SELECT * FROM connection WHERE firm_id = $1 AND removal = 'none' ORDER BY created_at, id";
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// The connections of some households.
pub async fn of_households(db: &Firm, ids: &[HouseholdId]) -> Result<Vec<Connection>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = crate::households::within(ids, 2);
    values.insert(0, crate::Param::param(db.id()));
    let sql =
        format!("SELECT * FROM connection WHERE firm_id = $1 AND household_id IN ({list}) AND removal = 'none' ORDER BY created_at, id");
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// The connection that a provider knows by this id, whatever its firm: a hook names nothing else.
pub async fn by_external(db: &System, provider: &str, external_id: &str) -> Result<Option<Connection>> {
    let sql = "SELECT * FROM connection WHERE provider = $1 AND external_id = $2";
    db.one(sql, params![provider, external_id]).await?.as_ref().map(read).transpose()
}

/// The firm's own connection that the provider knows by this id.
pub async fn known(db: &Firm, provider: &str, external_id: &str) -> Result<Option<ConnectionId>> {
    let sql = "SELECT id FROM connection WHERE firm_id = $1 AND provider = $2 AND external_id = $3";
    db.one(sql, params![db.id(), provider, external_id]).await?.map(|r| r.id("id")).transpose()
}

/// Limits of one claim.
pub struct Claim<'a> {
    pub now: Time,
    pub lease: Span,
    pub limit: u32,
    /// Refreshes of one institution at once, over all firms.
    pub per_institution: u32,
    /// Runs of one connection on one day.
    pub runs_per_day: i64,
    pub today: &'a str,
}

/// Takes what is due and not leased, firms in turn, institutions within their limit. Counts the run before it starts, so that a crash
/// loop cannot exceed the day's allowance. While it runs its due time is the end of its lease: anything earlier was asked meanwhile.
/// A lease that ends later than two leases from now was given by a clock that has been set back since: its holder is gone.
pub async fn claim(db: &System, c: &Claim<'_>) -> Result<Vec<Connection>> {
    let sql = "UPDATE connection SET lease_until = $2, due_at = $2, lease_epoch = lease_epoch + 1, attempted_at = $1, \
                 runs_count = CASE WHEN runs_day = $4 THEN runs_count + 1 ELSE 1 END, runs_day = $4 \
               WHERE (firm_id, id) IN ( \
                 SELECT firm_id, id FROM (SELECT firm_id, id, due_at, \
                     ROW_NUMBER() OVER (PARTITION BY firm_id ORDER BY by_hand DESC, due_at, id) AS turn, \
                     ROW_NUMBER() OVER (PARTITION BY institution ORDER BY by_hand DESC, due_at, id) AS queue, \
                     (SELECT COUNT(*) FROM connection r WHERE r.institution = d.institution AND r.lease_until >= $1 AND r.lease_until <= $7) AS running \
                   FROM connection d WHERE due_at IS NOT NULL AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1 OR lease_until > $7) \
                     AND removal = 'none' \
                     AND NOT (runs_day = $4 AND runs_count >= $5)) w \
                 WHERE queue + running <= $6 ORDER BY turn, due_at LIMIT $3) \
               AND (lease_until IS NULL OR lease_until < $1 OR lease_until > $7) RETURNING *";
    let too_far = c.now + c.lease + c.lease;
    let values = params![c.now, c.now + c.lease, c.limit, c.today, c.runs_per_day, c.per_institution, too_far];
    db.all(sql, values).await?.iter().map(read).collect()
}

/// The clock has been set back: what was planned from later than now keeps its distance, so that nothing waits for the lost days and
/// nothing comes all at once.
pub async fn after_set_back(db: &System, now: Time) -> Result<u64> {
    let sql = "UPDATE connection SET due_at = $1 + (due_at - attempted_at) WHERE attempted_at > $1 AND due_at > attempted_at";
    db.exec(sql, params![now]).await
}

/// Those that have used up their day wait for the next: their due time moves, so that the schedule does not look at them again and again.
pub async fn put_off(db: &System, now: Time, today: &str, runs_per_day: i64, until: Time) -> Result<u64> {
    let sql = "UPDATE connection SET due_at = $4 WHERE due_at IS NOT NULL AND due_at <= $1 AND runs_day = $2 AND runs_count >= $3 \
               AND (lease_until IS NULL OR lease_until < $1)";
    db.exec(sql, params![now, today, runs_per_day, until]).await
}

/// What a run leaves on the row.
pub struct Outcome<'a> {
    pub state: ConnectionState,
    pub fault: Option<&'a FaultNote>,
    pub due_at: Option<Time>,
    pub failures: i64,
    pub failing_since: Option<Time>,
    /// Only a success moves these.
    pub success: Option<Success<'a>>,
}

pub struct Success<'a> {
    pub at: Time,
    pub cursor: &'a str,
    pub consent_ends: Option<Time>,
    pub next_expected: Option<Time>,
    pub new_accounts: bool,
    /// A rotated token, sealed, and the version of the key that sealed it.
    pub token: Option<(Vec<u8>, i64)>,
}

/// Ends a run: only the holder of the lease's epoch may, and only while the connection has not ended. Otherwise `Gone`, and the
/// caller's transaction must be dropped. What a hook or a person asked for while it ran stays due.
pub async fn settle(db: &Firm, id: ConnectionId, epoch: i64, o: &Outcome<'_>) -> Result<()> {
    let fault = o.fault.map(crate::row::to_json).transpose()?;
    let mut sql = "UPDATE connection SET state = $4, fault = $5, failures = $7, failing_since = $8, lease_until = NULL, \
                   due_at = CASE WHEN due_at < lease_until AND (CAST($6 AS bigint) IS NULL OR due_at < $6) THEN due_at ELSE $6 END, \
                   by_hand = (by_hand AND due_at < lease_until)"
        .to_owned();
    let mut values = params![db.id(), id, epoch, o.state.key(), fault, o.due_at, o.failures, o.failing_since];
    if let Some(s) = &o.success {
        sql += ", succeeded_at = $9, cursor = $10, consent_ends = $11, next_expected = $12, new_accounts = $13, fresh_link = FALSE";
        values.extend(params![s.at, s.cursor, s.consent_ends, s.next_expected, s.new_accounts]);
    }
    sql += " WHERE firm_id = $1 AND id = $2 AND lease_epoch = $3 AND removal = 'none'";
    if db.exec(&sql, values).await? != 1 {
        return Err(Error::Gone);
    }
    if let Some((token, version)) = o.success.as_ref().and_then(|s| s.token.as_ref()) {
        crate::keyring::set_token(db, id, token.clone(), *version).await?;
    }
    Ok(())
}

/// Makes it due at `at` if it is not due earlier. Ended connections stay ended; what waits for the client stays waiting unless `even_waiting`.
pub async fn make_due(db: &Firm, id: ConnectionId, at: Time, by_hand: bool) -> Result<bool> {
    // A run's own due time is the end of its lease: one microsecond less says that somebody asked meanwhile, however late it is.
    let sql = "UPDATE connection SET by_hand = (by_hand OR $4), due_at = CASE WHEN due_at IS NULL OR due_at > $3 THEN $3 \
               WHEN due_at = lease_until THEN due_at - 1 ELSE due_at END \
               WHERE firm_id = $1 AND id = $2 AND removal = 'none'";
    Ok(db.exec(sql, params![db.id(), id, at, by_hand]).await? == 1)
}

pub async fn set_state(db: &Firm, id: ConnectionId, state: ConnectionState, fault: Option<&FaultNote>, due_at: Option<Time>) -> Result<()> {
    let fault = fault.map(crate::row::to_json).transpose()?;
    let sql = "UPDATE connection SET state = $3, fault = $4, due_at = $5 WHERE firm_id = $1 AND id = $2 AND removal = 'none'";
    db.exec(sql, params![db.id(), id, state.key(), fault, due_at]).await?;
    Ok(())
}

pub async fn set_consent(db: &Firm, id: ConnectionId, consent: ConsentId) -> Result<()> {
    db.exec("UPDATE connection SET consent_id = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, consent]).await.map(|_| ())
}

/// The client has just signed in again: the state is open, and the next refresh is due now. A run that began before knows nothing of
/// it and can no longer commit.
pub async fn set_fresh_link(db: &Firm, id: ConnectionId, now: Time) -> Result<()> {
    let sql = "UPDATE connection SET fresh_link = $3, due_at = $4, failures = 0, state = 'linking', fault = NULL, runs_count = 0, \
               lease_until = NULL, lease_epoch = lease_epoch + 1 \
               WHERE firm_id = $1 AND id = $2 AND removal = 'none'";
    db.exec(sql, params![db.id(), id, true, now]).await?;
    db.exec("DELETE FROM held_back WHERE firm_id = $1 AND connection_id = $2", params![db.id(), id]).await?;
    Ok(())
}

/// A person has just ended an account: sign-ins that came before that, and have not been refreshed since, do not bring it back.
pub async fn hold_back(db: &Firm, household: HouseholdId, account: AccountId) -> Result<()> {
    let sql = "INSERT INTO held_back (firm_id, connection_id, account_id) SELECT firm_id, id, $3 FROM connection \
               WHERE firm_id = $1 AND household_id = $2 AND fresh_link = TRUE ON CONFLICT DO NOTHING";
    db.exec(sql, params![db.id(), household, account]).await?;
    Ok(())
}

pub async fn is_held_back(db: &Firm, id: ConnectionId, account: AccountId) -> Result<bool> {
    let sql = "SELECT 1 AS n FROM held_back WHERE firm_id = $1 AND connection_id = $2 AND account_id = $3";
    Ok(db.one(sql, params![db.id(), id, account]).await?.is_some())
}

/// Takes the connection's row for this unit: a result that is being applied is finished first, and the next one waits.
pub async fn hold(db: &Firm, id: ConnectionId) -> Result<()> {
    db.exec("UPDATE connection SET removal = removal WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await.map(|_| ())
}

/// Ends it here and at once: no later run can commit, whatever it holds (the epoch moves too).
pub async fn end(db: &Firm, id: ConnectionId) -> Result<bool> {
    let sql = "UPDATE connection SET removal = 'pending', state = 'removed', due_at = NULL, lease_until = NULL, lease_epoch = lease_epoch + 1 \
               WHERE firm_id = $1 AND id = $2 AND removal = 'none'";
    Ok(db.exec(sql, params![db.id(), id]).await? == 1)
}

/// The provider has confirmed the end: the token goes too. False when that was known.
pub async fn confirm_end(db: &Firm, id: ConnectionId) -> Result<bool> {
    let sql = "UPDATE connection SET removal = 'confirmed', token = NULL WHERE firm_id = $1 AND id = $2 AND removal = 'pending'";
    Ok(db.exec(sql, params![db.id(), id]).await? == 1)
}

/// How many accounts a connection still feeds.
pub async fn feeds(db: &Firm, id: ConnectionId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM account WHERE firm_id = $1 AND connection_id = $2 AND state = 'live'";
    db.one(sql, params![db.id(), id]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// The next instant at which a refresh is due.
pub async fn next_due(db: &System) -> Result<Option<Time>> {
    let row = db.one("SELECT min(due_at) AS at FROM connection WHERE due_at IS NOT NULL AND removal = 'none'", vec![]).await?;
    row.map_or(Ok(None), |r| r.opt_time("at"))
}

/// Takes the household's row for this unit: whoever else would add accounts to it waits.
pub async fn lock_household(db: &Firm, household: HouseholdId) -> Result<()> {
    db.exec("UPDATE household SET name = name WHERE firm_id = $1 AND id = $2", params![db.id(), household]).await?;
    Ok(())
}
