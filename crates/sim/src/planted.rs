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
    TwinMade,
    ConsentOutlived,
    BudgetForgotten,
    LeaseForEver,
    WrongHouse,
    MissingUnsaid,
    HalfSaved,
    CountedTwice,
    VanishedEmptied,
    BackAsAnother,
    MovedBeside,
}

impl Bug {
    pub const ALL: [Bug; 24] = [
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
        Bug::TwinMade,
        Bug::ConsentOutlived,
        Bug::BudgetForgotten,
        Bug::LeaseForEver,
        Bug::WrongHouse,
        Bug::MissingUnsaid,
        Bug::HalfSaved,
        Bug::CountedTwice,
        Bug::VanishedEmptied,
        Bug::BackAsAnother,
        Bug::MovedBeside,
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

    /// [`Bug::ConsentIgnored`] and [`Bug::ConsentOutlived`]: while a refresh starts, permissions that were withdrawn or have run out seem
    /// to hold.
    pub async fn permit_all(&mut self, all: bool) -> Result<(), Fail> {
        let (column, null_again) = match self.bug {
            Some(Bug::ConsentIgnored) => ("ended_at", "ended_at IS NOT NULL"),
            Some(Bug::ConsentOutlived) => ("ends_at", "ends_at IS NOT NULL AND ended_at IS NULL"),
            _ => return Ok(()),
        };
        let sql = if all {
            format!("UPDATE consent SET scope = scope || ':' || {column}, {column} = NULL WHERE {null_again}")
        } else {
            format!(
                "UPDATE consent SET {column} = CAST(substr(scope, instr(scope, ':') + 1) AS bigint), \
                 scope = substr(scope, 1, instr(scope, ':') - 1) WHERE instr(scope, ':') > 0"
            )
        };
        self.sql(&sql, params![]).await.map(|_| ())
    }

    /// Makes the mistake where the step gives occasion.
    pub async fn plant(&mut self, did: &Did) -> Result<(), Fail> {
        let Some(bug) = self.bug else { return Ok(()) };
        let fault = did.finished.as_ref().filter(|f| f.answered.is_none()).map(|f| (f.conn, f.call));
        let good = did.finished.as_ref().filter(|f| f.answered.is_some() && !f.died).map(|f| f.conn);
        let now = self.world.now();
        match (bug, fault, did.ends) {
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
                let id: model::EventId = self.world.nodes[0].random().id(now);
                let sql = "INSERT INTO event (firm_id, id, at, actor, household_id, kind, object, detail) \
                           SELECT firm_id, $1, at, actor, household_id, kind, object, detail FROM event WHERE kind = 'connection.changed' LIMIT 1";
                self.sql(sql, params![id]).await?
            }
            (Bug::LogRewritten, ..) => self.sql("UPDATE received SET as_of = as_of + 1 WHERE seq = 1", params![]).await?,
            (Bug::FailureCounted, Some((id, _)), _) => {
                let sql = "UPDATE connection SET succeeded_at = $2 WHERE id = $1 AND removal = 'none'";
                self.sql(sql, params![id, now]).await?
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
                self.sql("UPDATE connection SET due_at = NULL WHERE due_at = $1 AND succeeded_at IS NOT NULL", params![now]).await?
            }
            (Bug::TotalKept, ..) => {
                let sql = "UPDATE account SET value = '1.00' WHERE state = 'muted' AND value <> '1.00' OR seq > 2";
                self.sql(sql, params![]).await?
            }
            (Bug::FactRewritten, ..) => {
                self.sql("UPDATE fact SET known_from = known_from - 1 WHERE known_until IS NOT NULL", params![]).await?
            }
            // What tells an account from its like is lost, and its next new name makes a second one of it.
            (Bug::TwinMade, ..) => {
                self.sql("UPDATE alias SET persistent_id = NULL", params![]).await?;
                self.sql("UPDATE account SET mask = '0000' WHERE mask IS NOT NULL", params![]).await?
            }
            // A crash loop begins each run with the whole day before it.
            (Bug::BudgetForgotten, ..) => {
                let sql = "UPDATE connection SET runs_count = 0, due_at = $1 WHERE removal = 'none' AND lease_until IS NULL";
                self.sql(sql, params![now]).await?
            }
            // Nobody takes over what a dead node held.
            (Bug::LeaseForEver, ..) => {
                let sql = "UPDATE connection SET lease_until = $1 WHERE lease_until IS NOT NULL";
                self.sql(sql, params![now + model::Span::days(365)]).await?
            }
            (Bug::WrongHouse, ..) => {
                let Some(id) = good else { return Ok(()) };
                let sql = "UPDATE account SET household_id = (SELECT h.id FROM household h WHERE h.firm_id = account.firm_id \
                           AND h.id <> account.household_id LIMIT 1) WHERE connection_id = $1";
                self.sql(sql, params![id]).await?
            }
            (Bug::MissingUnsaid, ..) => self.sql("UPDATE account SET missing_since = NULL", params![]).await?,
            // The last account of an answer is left out of what is saved.
            (Bug::HalfSaved, ..) => {
                let Some(id) = good else { return Ok(()) };
                let sql = "UPDATE account SET confirmed_at = confirmed_at - 1 WHERE confirmed_at = $2 AND id = \
                           (SELECT max(a.id) FROM account a WHERE a.connection_id = $1 HAVING count(*) > 1)";
                self.sql(sql, params![id, now]).await?
            }
            // One account that stood twice in an answer is written twice.
            (Bug::CountedTwice, ..) => {
                let twice = |a: &Vec<(usize, usize)>| a.iter().enumerate().find(|(n, x)| a[..*n].contains(x)).map(|(_, x)| x.0);
                let outside = did.finished.as_ref().filter(|f| !f.died).and_then(|f| twice(f.answered.as_ref()?));
                let Some(id) = self.is.iter().find(|(_, o)| Some(**o) == outside).map(|(id, _)| *id) else { return Ok(()) };
                let sql = "INSERT INTO received (firm_id, account_id, seq, as_of, received_at, held_hash, worth) \
                           SELECT firm_id, account_id, seq + 1, as_of, received_at, held_hash, worth FROM received r \
                           WHERE account_id = $1 AND seq = (SELECT max(seq) FROM received x WHERE x.account_id = r.account_id)";
                self.sql(sql, params![id]).await?
            }
            // What is not in an answer is worth nothing.
            (Bug::VanishedEmptied, ..) => self.sql("UPDATE account SET value = '0.00' WHERE missing_since IS NOT NULL", params![]).await?,
            // What vanished is forgotten, and comes back as somebody else.
            (Bug::BackAsAnother, ..) => {
                let gone = "SELECT id FROM account WHERE missing_since IS NOT NULL";
                self.sql(&format!("DELETE FROM alias WHERE account_id IN ({gone})"), params![]).await?;
                self.sql("UPDATE account SET mask = '0000', name = 'Forgotten' WHERE missing_since IS NOT NULL", params![]).await?
            }
            // The account that another one went on as is counted beside it.
            (Bug::MovedBeside, ..) => self.sql("UPDATE account SET same_as = NULL WHERE same_as IS NOT NULL", params![]).await?,
            _ => 0,
        };
        Ok(())
    }
}
