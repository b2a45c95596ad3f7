//! Migrations: numbered SQL files, run in order on one connection before the pool opens (a pool keeps stale schemas).

use crate::Result;
use model::Time;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

const FILES: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_start.sql")),
    (2, include_str!("../migrations/0002_portal.sql")),
    (3, include_str!("../migrations/0003_audit.sql")),
];

/// The schema that this binary writes.
pub const VERSION: i64 = FILES[FILES.len() - 1].0;

/// Brings the schema up to date. A database that is newer than this binary is refused.
pub async fn run(db: &DatabaseConnection, now: Time) -> Result<()> {
    let backend = db.get_database_backend();
    db.execute_unprepared("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL PRIMARY KEY, at bigint NOT NULL)").await?;
    let row = db.query_one_raw(Statement::from_string(backend, "SELECT max(version) AS v FROM schema_version")).await?;
    let have: i64 = row.and_then(|r| r.try_get::<Option<i64>>("", "v").ok().flatten()).unwrap_or(0);
    if have > VERSION {
        return Err(crate::Error::Database(sea_orm::DbErr::Custom(format!(
            "the database has schema {have}, this program knows {VERSION}: use the newer program"
        ))));
    }
    for (version, sql) in FILES.iter().filter(|(v, _)| *v > have) {
        let sql = for_backend(sql, backend);
        db.execute_unprepared("BEGIN").await?;
        let done = async {
            for statement in statements(&sql) {
                db.execute_unprepared(&statement).await?;
            }
            if backend == DbBackend::Postgres {
                for statement in row_security(&sql).iter().chain([&APP_ROLE.to_owned()]) {
                    db.execute_unprepared(statement).await?;
                }
            }
            db.execute_unprepared(&format!("INSERT INTO schema_version (version, at) VALUES ({version}, {})", now.0)).await
        }
        .await;
        match done {
            Ok(_) => db.execute_unprepared("COMMIT").await?,
            Err(e) => {
                db.execute_unprepared("ROLLBACK").await?;
                return Err(e.into());
            }
        };
    }
    Ok(())
}

fn for_backend(sql: &str, backend: DbBackend) -> String {
    let (id, bytes, clustered) = match backend {
        DbBackend::Postgres => ("uuid", "bytea", ""),
        _ => ("blob", "blob", " WITHOUT ROWID"),
    };
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
pub async fn has_app_role(db: &DatabaseConnection) -> Result<bool> {
    let sql = "SELECT count(*) AS n FROM pg_roles WHERE rolname = 'heldaway_app' AND pg_has_role(current_user, oid, 'MEMBER')";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(row.and_then(|r| r.try_get::<i64>("", "n").ok()).unwrap_or(0) > 0)
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
