//! Other names of an institution, edited by an administrator: the search knows them at once.

use super::rebuild;
use crate::{App, Error, Result, events, policy};
use model::permission::Action;
use model::{FirmScope, InstitutionId};
use serde_json::json;

const MOST: usize = 40;
const LONGEST: usize = 80;

#[crate::boxed]
pub async fn aliases(app: &App, scope: &FirmScope, id: InstitutionId) -> Result<Vec<String>> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::EditDirectory, None).await?;
    drop(db);
    Ok(store::institutions::aliases(&*app.store().read_system().await?, id).await?)
}

/// Replaces the other names. Empty lines and doubles are dropped.
#[crate::boxed]
pub async fn set_aliases(app: &App, scope: &FirmScope, id: InstitutionId, names: &[String]) -> Result<()> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::EditDirectory, None).await?;
    drop(db);
    super::find(app, id).await?;
    let mut kept: Vec<String> =
        names.iter().map(|n| n.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|n| !n.is_empty()).collect();
    kept.sort();
    kept.dedup();
    if kept.len() > MOST {
        return Err(Error::field("aliases", format!("At most {MOST} other names.")));
    }
    if kept.iter().any(|n| n.chars().count() > LONGEST) {
        return Err(Error::field("aliases", format!("A name has at most {LONGEST} letters.")));
    }
    let tx = app.store().begin_system().await?;
    store::institutions::set_aliases(&tx, id, &kept).await?;
    tx.commit().await?;
    let tx = app.store().begin(scope).await?;
    events::record(app, &tx, scope, None, "institution.renamed", id, json!({ "names": kept.len() })).await?;
    tx.commit().await?;
    rebuild(app).await
}

/// Another name: typed by an administrator, or learned from what people typed before they chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub learned: bool,
}

/// All other names of an institution, as staff see them.
#[crate::boxed]
pub async fn names(app: &App, id: InstitutionId) -> Result<Vec<Name>> {
    let db = app.store().read_system().await?;
    let typed = store::institutions::aliases(&db, id).await?;
    let learned = store::institutions::lessons_of(&db, id).await?;
    let learned = learned.into_iter().filter(|l| !typed.contains(l)).map(|text| Name { text, learned: true }).collect::<Vec<_>>();
    Ok(typed.into_iter().map(|text| Name { text, learned: false }).chain(learned).collect())
}

/// Adds one name.
#[crate::boxed]
pub async fn add_name(app: &App, scope: &FirmScope, id: InstitutionId, name: &str) -> Result<()> {
    let mut all = aliases(app, scope, id).await?;
    all.push(name.to_owned());
    set_aliases(app, scope, id, &all).await
}

/// Takes one name away, typed or learned.
#[crate::boxed]
pub async fn remove_name(app: &App, scope: &FirmScope, id: InstitutionId, name: &str) -> Result<()> {
    let mut all = aliases(app, scope, id).await?;
    all.retain(|n| n != name);
    let tx = app.store().begin_system().await?;
    store::institutions::forget_lesson(&tx, name, id).await?;
    tx.commit().await?;
    set_aliases(app, scope, id, &all).await
}
