//! Mistakes that the engine does not make, made in its place behind its back: the oracles must find every one, or they prove nothing.

use crate::sim::{Did, Sim};
use crate::world::{Fail, text};
use store::params;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    LateShown,
    FencingDropped,
    MuteForgotten,
    EventTwice,
    ConsentIgnored,
    LogRewritten,
    FailureCounted,
    CursorEarly,
    KeyKept,
    RevokeForgotten,
    HookLost,
    TotalKept,
    FactRewritten,
}

impl Bug {
    pub const ALL: [Bug; 13] = [
        Bug::LateShown,
        Bug::FencingDropped,
        Bug::MuteForgotten,
        Bug::EventTwice,
        Bug::ConsentIgnored,
        Bug::LogRewritten,
        Bug::FailureCounted,
        Bug::CursorEarly,
        Bug::KeyKept,
        Bug::RevokeForgotten,
        Bug::HookLost,
        Bug::TotalKept,
        Bug::FactRewritten,
    ];
}

impl Sim {
    pub async fn sql(&self, sql: &str, values: Vec<store::Value>) -> Result<u64, Fail> {
        let tx = self.world.store.begin_system().await.map_err(text)?;
        let n = tx.exec(sql, values).await.map_err(text)?;
        tx.commit().await.map_err(text)?;
        Ok(n)
    }

    /// [`Bug::FencingDropped`]: whoever comes late finds its own epoch on the row.
    pub async fn unfence(&mut self, id: model::ConnectionId, epoch: i64) -> Result<(), Fail> {
        if self.bug == Some(Bug::FencingDropped) {
            let sql = "UPDATE connection SET lease_epoch = $2 WHERE id = $1 AND removal = 'none'";
            self.sql(sql, params![id, epoch]).await?;
        }
        Ok(())
    }

    /// [`Bug::ConsentIgnored`]: while a refresh starts every permission seems to hold.
    pub async fn permit_all(&mut self, all: bool) -> Result<(), Fail> {
        if self.bug == Some(Bug::ConsentIgnored) {
            let sql = if all {
                "UPDATE consent SET scope = scope || ':' || ended_at, ended_at = NULL WHERE ended_at IS NOT NULL"
            } else {
                "UPDATE consent SET ended_at = CAST(substr(scope, instr(scope, ':') + 1) AS bigint), scope = substr(scope, 1, instr(scope, ':') - 1) \
                 WHERE instr(scope, ':') > 0"
            };
            self.sql(sql, params![]).await?;
        }
        Ok(())
    }

    /// Makes the mistake where the step gives occasion.
    pub async fn plant(&mut self, did: &Did) -> Result<(), Fail> {
        let Some(bug) = self.bug else { return Ok(()) };
        let fault = did.finished.as_ref().filter(|f| f.answered.is_none()).map(|f| (f.conn, f.call));
        let n = match (bug, fault, did.ends) {
            (Bug::LateShown, ..) => {
                let sql = "UPDATE account SET as_of = (SELECT min(as_of) FROM received r WHERE r.account_id = account.id) \
                           WHERE seq > 1 AND as_of > (SELECT min(as_of) FROM received r WHERE r.account_id = account.id)";
                self.sql(sql, params![]).await?
            }
            (Bug::MuteForgotten, _, Some(id)) => {
                let was = self.view.accts.get(&id).and_then(|a| a.connection);
                let sql = "UPDATE account SET state = 'live', connection_id = $2 WHERE id = $1 AND state <> 'live'";
                self.sql(sql, params![id, was]).await?
            }
            (Bug::EventTwice, ..) => {
                let id: model::EventId = self.world.nodes[0].random().id(self.world.now());
                let sql = "INSERT INTO event (firm_id, id, at, actor, household_id, kind, object, detail) \
                           SELECT firm_id, $1, at, actor, household_id, kind, object, detail FROM event WHERE kind = 'connection.changed' LIMIT 1";
                self.sql(sql, params![id]).await?
            }
            (Bug::LogRewritten, ..) => self.sql("UPDATE received SET as_of = as_of + 1 WHERE seq = 1", params![]).await?,
            (Bug::FailureCounted, Some((id, _)), _) => {
                let sql = "UPDATE connection SET succeeded_at = $2 WHERE id = $1 AND removal = 'none'";
                self.sql(sql, params![id, self.world.now()]).await?
            }
            (Bug::CursorEarly, Some((id, call)), _) => {
                let cursor = self.world.provider.state().calls[call].cursor.clone();
                self.sql("UPDATE connection SET cursor = $2 WHERE id = $1", params![id, cursor]).await?
            }
            (Bug::KeyKept, ..) => {
                let sql = "INSERT INTO keyring (firm_id, owner_id, version, wrapped, created_at) \
                           SELECT firm_id, id, 99, '', 0 FROM connection WHERE removal = 'confirmed' \
                           AND NOT EXISTS (SELECT 1 FROM keyring k WHERE k.owner_id = connection.id)";
                self.sql(sql, params![]).await?
            }
            (Bug::RevokeForgotten, ..) => self.sql("DELETE FROM job WHERE kind = 'revoke' AND state = 'waiting'", params![]).await?,
            (Bug::HookLost, ..) => {
                let late = self.world.now();
                self.sql("UPDATE connection SET due_at = NULL WHERE due_at = $1 AND succeeded_at IS NOT NULL", params![late]).await?
            }
            (Bug::TotalKept, ..) => {
                let sql = "UPDATE account SET value = '1.00' WHERE state = 'muted' AND value <> '1.00' OR seq > 2";
                self.sql(sql, params![]).await?
            }
            (Bug::FactRewritten, ..) => {
                self.sql("UPDATE fact SET known_from = known_from - 1 WHERE known_until IS NOT NULL", params![]).await?
            }
            _ => 0,
        };
        self.planted |= n > 0;
        Ok(())
    }
}
