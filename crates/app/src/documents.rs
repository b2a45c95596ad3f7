//! Legal documents of the people of a household: which there are, where they are kept, when to look at them again.

use crate::{App, Error, Field, Result, events, facts, policy};
use model::documents::{DocumentFact, DocumentKind};
use model::fact::Fact;
use model::permission::Action;
use model::{Date, DocumentId, FirmScope, HouseholdId, MemberId, text};
use serde_json::json;
use store::Firm;

/// As typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    pub member: String,
    pub kind: String,
    pub signed: String,
    pub kept: String,
    pub review: String,
}

impl Typed {
    pub fn of(f: &DocumentFact) -> Typed {
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        Typed {
            member: f.member.to_string(),
            kind: f.kind.key().into(),
            signed: day(f.signed),
            kept: f.kept.clone(),
            review: day(f.review),
        }
    }

    fn fact(&self, id: DocumentId, members: &[MemberId], today: Date) -> std::result::Result<DocumentFact, Vec<Field>> {
        let mut wrong = Vec::new();
        let mut no = |name, message: &str| wrong.push(Field { name, message: message.into() });
        let member = self.member.parse::<MemberId>().ok().filter(|m| members.contains(m));
        if member.is_none() {
            no("member", "Choose whose document it is");
        }
        let kind = DocumentKind::from_key(&self.kind);
        if kind.is_none() {
            no("kind", "Choose what kind of document it is");
        }
        let mut day = |name: &'static str, typed: &str| {
            let day = (!typed.trim().is_empty()).then(|| text::day(typed));
            if day == Some(None) {
                no(name, "Enter a day, or leave it empty");
            }
            day.flatten()
        };
        let (signed, review) = (day("signed", &self.signed), day("review", &self.review));
        if signed.is_some_and(|d| d > today) {
            no("signed", "This lies in the future: leave it empty until it is signed");
        }
        match (member, kind) {
            (Some(member), Some(kind)) if wrong.is_empty() => {
                Ok(DocumentFact { id, member, kind, signed, kept: text::line(&self.kept, 120), review, active: true })
            }
            _ => Err(wrong),
        }
    }
}

pub(crate) async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<DocumentFact>> {
    let all = store::facts::current_of_kind(db, household, "document").await?;
    let mut out: Vec<DocumentFact> = all
        .into_iter()
        .filter_map(|v| match v.fact {
            Fact::Document(f) if f.active => Some(f),
            _ => None,
        })
        .collect();
    out.sort_by_key(|f| f.id);
    Ok(out)
}

/// Adds or changes: the id was made with the form.
#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, household: HouseholdId, id: DocumentId, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?;
    let members: Vec<MemberId> = store::members::of_household(&tx, household).await?.iter().map(|m| m.id).collect();
    let new = typed.fact(id, &members, policy::today(app, &tx).await?).map_err(Error::Invalid)?;
    if old.as_ref() != Some(&new) {
        let kind = if old.is_none() { "document.added" } else { "document.changed" };
        facts::say(app, &tx, scope, household, Fact::Document(new)).await?;
        events::record(app, &tx, scope, Some(household), kind, id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// Off the list.
#[crate::boxed]
pub async fn remove(app: &App, scope: &FirmScope, household: HouseholdId, id: DocumentId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?.ok_or(Error::NotFound)?;
    if old.active {
        facts::say(app, &tx, scope, household, Fact::Document(DocumentFact { active: false, ..old })).await?;
        events::record(app, &tx, scope, Some(household), "document.removed", id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

async fn current(db: &Firm, household: HouseholdId, id: DocumentId) -> Result<Option<DocumentFact>> {
    match store::facts::current(db, id.uuid()).await? {
        None => Ok(None),
        Some(v) if v.household == household => match v.fact {
            Fact::Document(f) => Ok(Some(f)),
            _ => Err(Error::NotFound),
        },
        Some(_) => Err(Error::NotFound),
    }
}
