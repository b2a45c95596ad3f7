//! Sets of rights: the three that every firm has, the firm's own, and each adviser's own; above them the firm's ceiling (D11).

use crate::{App, Error, Result, events, policy, portal};
use model::invitation::Proof;
use model::permission::{Action, may};
use model::portal::{Preset, Right, Rights};
use model::{Actor, FirmScope, PermissionSetId, UserId, text};
use serde_json::json;
use store::Firm;
pub use store::portal::Set;

/// One that an adviser can choose, already under the ceiling.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// `reader`, or the set's id.
    pub key: String,
    pub name: String,
    pub rights: Rights,
}

/// What is called so when it fits no set.
pub const CUSTOM: &str = "Custom";

/// The sets that this person can choose from. One of which the ceiling leaves nothing is not offered.
#[crate::boxed]
pub(crate) async fn choices(db: &Firm, who: UserId, ceiling: Rights) -> Result<Vec<Choice>> {
    let presets = Preset::ALL.map(|p| Choice { key: p.key().into(), name: p.name().into(), rights: p.rights() });
    let own = store::portal::sets(db, who).await?.into_iter();
    let own = own.map(|s| Choice { key: s.id.to_string(), name: s.name, rights: s.rights });
    let under = |c: Choice| Choice { rights: c.rights.under(ceiling), ..c };
    Ok(presets.into_iter().chain(own).map(under).filter(|c| c.rights.areas().next().is_some()).collect())
}

/// What rights are called: as the set that was chosen, if they are still its rights; else as any set that has them.
pub(crate) fn name_of<'a>(choices: &'a [Choice], rights: Rights, chosen: &str) -> &'a str {
    let acts = Rights::of([Right::Connect, Right::AddFacts, Right::Suggest]);
    let areas = |r: Rights| Rights::of(r.iter().filter(|x| !acts.holds(*x)));
    // A set that says nothing of acts leaves them to the boxes beside it.
    let fits = |c: &&Choice| c.rights == rights || (c.rights == areas(c.rights) && c.rights == areas(rights));
    let named = choices.iter().find(|c| c.key == chosen).filter(fits).or_else(|| choices.iter().find(fits));
    named.map(|c| c.name.as_str()).or_else(|| rights.preset().map(Preset::name)).unwrap_or(CUSTOM)
}

/// Rights that may be given under this ceiling, or what is wrong with them. `who`: "Ngozi", "a client".
pub(crate) fn check(rights: Rights, ceiling: Rights, who: &str) -> Result<()> {
    if let Some(area) = rights.idle_print() {
        let area = area.name();
        return Err(Error::field(
            "right",
            format!("{area}: {who} cannot print what {who} cannot view. Tick View too, or leave Print out."),
        ));
    }
    if rights.iter().next().is_none() {
        return Err(Error::field("right", "Choose at least one thing to share."));
    }
    if !rights.is_within(ceiling) {
        return Err(Error::field("right", "Some of this is more than your firm shares. An administrator sets how much under Settings."));
    }
    Ok(())
}

/// What the settings page shows.
#[derive(Debug, Clone)]
pub struct Shelf {
    pub firm: Vec<Set>,
    pub own: Vec<Set>,
    pub ceiling: Rights,
    pub proof: Proof,
    /// The actor is an administrator: the ceiling, the proof and the firm's sets are theirs to change.
    pub may_change: bool,
}

fn actor(scope: &FirmScope) -> Result<UserId> {
    match scope.actor() {
        Actor::User(who) => Ok(who),
        _ => Err(Error::NotFound),
    }
}

/// How clients of the firm are proven beside the link.
pub(crate) fn proof(settings: &store::firms::Settings) -> Proof {
    // A word that cannot be read asks for the most.
    Proof::from_key(&settings.portal_proof).unwrap_or_default()
}

#[crate::boxed]
pub async fn shelf(app: &App, scope: &FirmScope) -> Result<Shelf> {
    let db = app.store().read(scope).await?;
    let standing = policy::check(app, &db, scope, Action::AddHousehold, None).await?;
    let (firm, own) = store::portal::sets(&db, actor(scope)?).await?.into_iter().partition(|s| s.owner.is_none());
    let settings = store::firms::own(&db).await?.settings;
    let may_change = may(Action::ManageFirm, standing);
    Ok(Shelf { firm, own, ceiling: portal::ceiling(&settings), proof: proof(&settings), may_change })
}

/// A set as it is typed. The id was made with the form: sent twice, it is one set.
#[derive(Debug, Clone)]
pub struct Typed {
    pub id: PermissionSetId,
    pub name: String,
    pub rights: Rights,
    /// For everybody in the firm, or for the actor alone.
    pub shared: bool,
}

#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, typed: &Typed) -> Result<()> {
    let who = actor(scope)?;
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::AddHousehold, None).await?;
    let sets = store::portal::sets(&tx, who).await?;
    let there = sets.iter().find(|s| s.id == typed.id);
    let owner = match there {
        Some(s) => s.owner,
        None if store::portal::set_exists(&tx, typed.id).await? => return Err(Error::NotFound),
        None => (!typed.shared).then_some(who),
    };
    if owner.is_none() {
        policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    }
    let name = text::line(&typed.name, 60);
    if name.is_empty() {
        return Err(Error::field("name", "Enter a name for the set."));
    }
    let taken = |n: &str| n.to_lowercase() == name.to_lowercase();
    if Preset::ALL.iter().any(|p| taken(p.name())) || taken(CUSTOM) || sets.iter().any(|s| s.id != typed.id && taken(&s.name)) {
        return Err(Error::field("name", "A set with this name is there already. Choose another name."));
    }
    check(typed.rights, portal::ceiling(&store::firms::own(&tx).await?.settings), "a client")?;
    let set = Set { id: typed.id, owner, name, rights: typed.rights, changed_at: app.now() };
    store::portal::save_set(&tx, &set).await?;
    let detail = json!({ "rights": set.rights.to_string(), "firm": owner.is_none() });
    events::record(app, &tx, scope, None, if there.is_some() { "set.changed" } else { "set.made" }, set.id, detail).await?;
    Ok(tx.commit().await?)
}

/// Takes a set out of use. What was granted with it stays as it was granted.
#[crate::boxed]
pub async fn end(app: &App, scope: &FirmScope, id: PermissionSetId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let sets = store::portal::sets(&tx, actor(scope)?).await?;
    let set = sets.iter().find(|s| s.id == id).ok_or(Error::NotFound)?;
    if set.owner.is_none() {
        policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    }
    store::portal::end_set(&tx, id, app.now()).await?;
    events::record(app, &tx, scope, None, "set.ended", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// What the firm lets its advisers share at most, and how its clients are proven. What was granted above the ceiling is not shown any more
/// from the next request on.
#[crate::boxed]
pub async fn save_limits(app: &App, scope: &FirmScope, ceiling: Rights, proof: Proof) -> Result<()> {
    if ceiling != Rights::NONE {
        check(ceiling, Rights::ALL, "a client")?;
    }
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let mut firm = store::firms::own(&tx).await?;
    firm.settings.portal_ceiling = (ceiling != Rights::ALL).then(|| ceiling.to_string());
    firm.settings.portal_proof = proof.key().into();
    store::firms::save(&tx, &firm).await?;
    let detail = json!({ "ceiling": ceiling.to_string(), "proof": proof.key() });
    events::record(app, &tx, scope, None, "firm.portal", scope.firm(), detail).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::portal::Area;

    // proves: P10 P11 D11
    #[test]
    fn rights_are_called_after_their_set_and_nothing_idle_or_above_the_ceiling_is_given() {
        let ours = Rights::of([Right::View(Area::Map), Right::View(Area::BalanceSheet), Right::Connect]);
        let choices = [
            Choice { key: "reader".into(), name: "Reader".into(), rights: Preset::Reader.rights() },
            Choice { key: "set_1".into(), name: "Annual review".into(), rights: ours },
        ];
        assert_eq!(name_of(&choices, ours, "reader"), "Annual review");
        assert_eq!(name_of(&choices, Preset::Reader.rights().with(Right::Connect), "reader"), "Reader");
        assert_eq!(name_of(&choices, ours.with(Right::View(Area::Members)), "set_1"), CUSTOM);
        let idle = Preset::Reader.rights().with(Right::Print(Area::Policies));
        assert!(
            matches!(check(idle, Rights::ALL, "Ngozi"), Err(Error::Invalid(f)) if f[0].name == "right" && f[0].message.contains("Policy"))
        );
        assert!(check(Rights::NONE, Rights::ALL, "Ngozi").is_err() && check(ours, Preset::Everything.rights(), "Ngozi").is_err());
        assert!(check(ours, Rights::ALL, "Ngozi").is_ok());
    }
}
