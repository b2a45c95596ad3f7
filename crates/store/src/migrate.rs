//! Migrations: numbered SQL files, run in order on one connection before the pool opens (a pool keeps stale schemas).

use crate::Result;
use crate::engine::Pool;
use model::Time;

const FILES: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_start.sql")),
    (2, include_str!("../migrations/0002_portal.sql")),
    (3, include_str!("../migrations/0003_audit.sql")),
    (4, include_str!("../migrations/0004_linking.sql")),
    (5, include_str!("../migrations/0005_identity.sql")),
    (7, include_str!("../migrations/0007_cases.sql")),
    (8, include_str!("../migrations/0008_accounts.sql")),
    (9, include_str!("../migrations/0009_warnings.sql")),
    (10, include_str!("../migrations/0010_import.sql")),
    (11, include_str!("../migrations/0011_movements.sql")),
    (12, include_str!("../migrations/0012_prices.sql")),
    (13, include_str!("../migrations/0013_members.sql")),
    (14, include_str!("../migrations/0014_signals.sql")),
];

/// The schema that this binary writes.
pub const VERSION: i64 = FILES[FILES.len() - 1].0;

/// Brings the schema up to date. A database that is newer than this binary is refused.
pub async fn run(db: &Pool, now: Time) -> Result<()> {
    db.script("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL PRIMARY KEY, at bigint NOT NULL)").await?;
    let have = db.number("SELECT max(version) FROM schema_version").await?.unwrap_or(0);
    if have > VERSION {
        return Err(crate::Error::Database(sqlx::Error::Configuration(
            format!("the database has schema {have}, this program knows {VERSION}: use the newer program").into(),
        )));
    }
    for (version, sql) in FILES.iter().filter(|(v, _)| *v > have) {
        let sql = for_engine(sql, db.is_sqlite());
        db.script("BEGIN").await?;
        let done = async {
            for statement in statements(&sql) {
                db.script(&statement).await?;
            }
            if !db.is_sqlite() {
                for statement in row_security(&sql).iter().chain([&APP_ROLE.to_owned()]) {
                    db.script(statement).await?;
                }
            }
            db.script(&format!("INSERT INTO schema_version (version, at) VALUES ({version}, {})", now.0)).await
        }
        .await;
        match done {
            Ok(_) => db.script("COMMIT").await?,
            Err(e) => {
                db.script("ROLLBACK").await?;
                return Err(e);
            }
        };
    }
    Ok(())
}

fn for_engine(sql: &str, sqlite: bool) -> String {
    let (id, bytes, clustered) = if sqlite { ("blob", "blob", " WITHOUT ROWID") } else { ("uuid", "bytea", "") };
    sql.replace("{id}", id).replace("{bytes}", bytes).replace("{clustered}", clustered)
}

fn statements(sql: &str) -> Vec<String> {
    let bare: String = sql.lines().filter(|l| !l.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
    bare.split(";\n").map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

/// The tables of a migration that belong to firms: those with a `firm_id` column that may not be null.
pub fn firm_tables(sql: &str) -> Vec<String> {
    statements(sql)
        .into_iter()
        .filter(|s| s.starts_with("CREATE TABLE") && s.contains("firm_id {id} NOT NULL") || s.contains("firm_id uuid NOT NULL"))
        .filter_map(|s| s.split_whitespace().nth(2).map(str::to_owned))
        .collect()
}

/// Every table of every migration.
pub fn tables() -> Vec<String> {
    let all = FILES.iter().flat_map(|(_, sql)| statements(sql));
    all.filter(|s| s.starts_with("CREATE TABLE")).filter_map(|s| s.split_whitespace().nth(2).map(str::to_owned)).collect()
}

/// All tables of all migrations that the guards watch.
pub fn guarded() -> Vec<String> {
    FILES.iter().flat_map(|(_, sql)| firm_tables(sql)).collect()
}

/// A superuser walks through row-level security, so the pool works as a role that is neither that nor the owner.
/// Where the operator's user may not make roles, that user is the owner, and FORCE binds it.
const APP_ROLE: &str = "DO $$ BEGIN \
  BEGIN CREATE ROLE heldaway_app NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL; END; \
  BEGIN GRANT USAGE ON SCHEMA public TO heldaway_app; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO heldaway_app; \
        REVOKE UPDATE, DELETE ON event FROM heldaway_app; \
        IF to_regclass('audit_seal') IS NOT NULL THEN REVOKE UPDATE, DELETE ON audit_seal, audit_checkpoint FROM heldaway_app; END IF; \
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN NULL; END; END $$";

/// Whether the pool should work as the application role.
pub async fn has_app_role(db: &Pool) -> Result<bool> {
    let sql = "SELECT count(*) AS n FROM pg_roles WHERE rolname = 'heldaway_app' AND pg_has_role(current_user, oid, 'MEMBER')";
    Ok(db.number(sql).await?.unwrap_or(0) > 0)
}

/// Forced row-level security: a row is seen and written only when its firm is the transaction's firm, or by the named system path.
fn row_security(sql: &str) -> Vec<String> {
    let mut out = Vec::new();
    for t in firm_tables(sql) {
        let rule = "current_setting('app.system', true) = 'on' OR firm_id = NULLIF(current_setting('app.firm', true), '')::uuid";
        out.push(format!("ALTER TABLE {t} ENABLE ROW LEVEL SECURITY"));
        out.push(format!("ALTER TABLE {t} FORCE ROW LEVEL SECURITY"));
        out.push(format!("CREATE POLICY own_firm ON {t} USING ({rule}) WITH CHECK ({rule})"));
    }
    out
}
