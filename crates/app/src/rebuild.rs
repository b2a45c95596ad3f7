//! Makes the projections again from the log and says what differs. What it finds it puts right, so a second run finds nothing.

use crate::facts::{self, Row};
use crate::{App, Result};
use model::FirmId;
use model::fact::Fact;
use std::collections::{HashMap, HashSet};
use store::Firm;
use store::accounts::Figures;
use store::facts::Version;
use uuid::Uuid;

/// One row of a projection that was not what the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub firm: FirmId,
    /// `household`, `member`, `portfolio`, `account`, `figures`.
    pub entity: &'static str,
    pub id: Uuid,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Missing,
    Different,
    /// No version stands behind it.
    Extra,
}

#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Rows that were made again.
    pub rows: usize,
    pub differences: Vec<Difference>,
}

/// Every firm, one transaction each.
#[crate::boxed]
pub async fn run(app: &App) -> Result<Report> {
    let system = app.store().read_system().await?;
    let firms = store::rebuild::firms(&system).await?;
    drop(system);
    let mut report = Report::default();
    for firm in firms {
        let tx = app.store().begin(&app.system_scope(firm)).await?;
        one(&tx, &mut report).await?;
        tx.commit().await?;
    }
    Ok(report)
}

async fn one(db: &Firm, report: &mut Report) -> Result<()> {
    let first = store::rebuild::first_known(db).await?;
    let mut there = rows(db).await?;
    let versions = store::facts::all_current(db).await?;
    for version in &versions {
        let since = first.get(&version.entity_id).copied().unwrap_or(version.known_from);
        let Some(mut made) = Row::of(version, since) else { continue };
        let had = there.remove(&version.entity_id);
        fed_figures(&mut made, had.as_ref());
        report.rows += 1;
        let what = match &had {
            None => What::Missing,
            Some(row) if *row != made => What::Different,
            Some(_) => continue,
        };
        report.differences.push(Difference { firm: db.id(), entity: version.fact.entity(), id: version.entity_id, what });
        facts::save(db, &made).await?;
    }
    fed(db, report, &versions).await?;
    let mut extra: Vec<(Uuid, Row)> = there.into_iter().collect();
    // What refers goes before what it refers to.
    extra.sort_by_key(|(id, row)| (std::cmp::Reverse(rank(row)), *id));
    for (id, row) in extra {
        report.differences.push(Difference { firm: db.id(), entity: entity(&row), id, what: What::Extra });
        store::rebuild::remove(db, entity(&row), id).await?;
    }
    Ok(())
}

/// Figures, positions and the index of holdings, made again from what providers said.
async fn fed(db: &Firm, report: &mut Report, versions: &[Version]) -> Result<()> {
    // Figures that people type stand in their own log.
    let is_typed = |v: &&Version| matches!(&v.fact, Fact::Account(a) if a.manual.is_some());
    let typed: HashSet<Uuid> = versions.iter().filter(is_typed).map(|v| v.entity_id).collect();
    for (account, seq) in store::rebuild::received(db).await? {
        if typed.contains(&account.uuid()) {
            continue;
        }
        let Some((made, from)) = store::rebuild::made(db, account, seq).await? else { continue };
        report.rows += 1;
        if store::rebuild::shown(db, account).await?.as_ref() != Some(&made) {
            let what = What::Different;
            report.differences.push(Difference { firm: db.id(), entity: "figures", id: account.uuid(), what });
            store::rebuild::show(db, account, &made, &from).await?;
        }
    }
    Ok(())
}

/// The figures of a fed account come from what providers said, not from what people said: they are compared there.
fn fed_figures(made: &mut Row, had: Option<&Row>) {
    if let (Row::Account(made), Some(Row::Account(had))) = (made, had)
        && made.figures == Figures::default()
    {
        made.figures = had.figures.clone();
    }
}

async fn rows(db: &Firm) -> Result<HashMap<Uuid, Row>> {
    let mut out = HashMap::new();
    out.extend(store::households::all(db).await?.into_iter().map(|h| (h.id.uuid(), Row::Household(h))));
    out.extend(store::members::all(db).await?.into_iter().map(|m| (m.id.uuid(), Row::Member(m))));
    out.extend(store::portfolios::all(db).await?.into_iter().map(|p| (p.id.uuid(), Row::Portfolio(p))));
    out.extend(store::accounts::all(db).await?.into_iter().map(|a| (a.id.uuid(), Row::Account(a))));
    Ok(out)
}

fn entity(row: &Row) -> &'static str {
    match row {
        Row::Household(_) => "household",
        Row::Member(_) => "member",
        Row::Portfolio(_) => "portfolio",
        Row::Account(_) => "account",
    }
}

fn rank(row: &Row) -> u8 {
    match row {
        Row::Household(_) => 0,
        Row::Member(_) => 1,
        Row::Portfolio(_) => 2,
        Row::Account(_) => 3,
    }
}
