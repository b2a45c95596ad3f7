//! Legal documents on the page of the people: the table, and the form for one.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::income::{Rows, given, whose};
use crate::respond::{Answer, Page, WebError, again, see};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::income::{DocumentRow, DocumentTable, FactForm};
use crate::view::kit::{Field, FieldKind, Pick, Select};
use crate::view::shell::Here;
use crate::view::words;
use app::documents::Typed;
use app::households::Found;
use app::members::People;
use axum::extract::State;
use axum::response::IntoResponse;
use model::documents::{DocumentFact, DocumentKind, not_recorded};
use model::fact::MemberRole;
use model::permission::{Action, may};
use model::{Date, DocumentId, HouseholdId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/documents/new", Audience::Staff, new),
        Route::get("/households/{household}/documents/{document}", Audience::Staff, edit),
        Route::post("/households/{household}/documents/{document}", Audience::Staff, save),
    ]
}

pub(crate) fn table(people: &People) -> DocumentTable {
    let found = &people.found;
    let base = at(found.household.id);
    let edits = may(Action::EditHousehold, found.standing);
    let day = |d: Option<Date>| d.map_or_else(|| "Not recorded".into(), words::day);
    let row = |f: &DocumentFact| DocumentRow {
        kind: f.kind.words().into(),
        who: given(&found.members, f.member),
        signed: day(f.signed),
        kept: if f.kept.is_empty() { "Not recorded".into() } else { f.kept.clone() },
        review: day(f.review),
        due: f.review.is_some_and(|d| d <= people.today),
        edit: if edits { format!("{base}/documents/{}", f.id) } else { String::new() },
    };
    let missing = found.members.iter().filter(|m| m.role == MemberRole::Adult).filter_map(|m| {
        let kinds: Vec<String> = not_recorded(&people.documents, m.id).iter().map(|k| k.words().to_lowercase()).collect();
        (!kinds.is_empty()).then(|| format!("{}: {}", m.given, kinds.join(", ")))
    });
    DocumentTable {
        rows: people.documents.iter().map(row).collect(),
        missing: missing.collect(),
        add: if edits { format!("{base}/documents/new") } else { String::new() },
    }
}

fn form(web: &Web, staff: &Staff, found: &Found, id: DocumentId, t: &Typed, new: bool, wrong: &[app::Field]) -> FactForm {
    let shell = staff.shell(web, Here::Households);
    let mut r = Rows::new(wrong);
    let member = r.select(whose(&found.members, &t.member));
    let kinds = DocumentKind::ALL.iter().map(|k| Pick::new(k.key(), k.words(), k.key() == t.kind)).collect();
    let kind = r.select(Select::new("kind", "Kind", kinds));
    r.rows.push(vec![member, kind]);
    let signed = r.field(Field::new("signed", "Signed on").kind(FieldKind::Date).value(&t.signed).optional());
    let review = r.field(Field::new("review", "Look at it again on").kind(FieldKind::Date).value(&t.review).optional());
    r.rows.push(vec![signed, review]);
    let kept = r.field(Field::new("kept", "Where it is kept").value(&t.kept).optional().hint("Such as Safe at home, or the notary’s name"));
    r.rows.push(vec![kept]);
    let base = at(found.household.id);
    FactForm {
        form: r.form(&shell.csrf, format!("{base}/documents/{id}"), format!("{base}/members"), new),
        shell,
        hh: head(found, Tab::Members),
        title: if new { "Add a legal document".into() } else { "Legal document".into() },
        lead: "What there is and where it is kept. The document itself is not stored here.",
        remove: if new { "" } else { "For what is no longer so. What was recorded before is kept." },
    }
}

async fn editor(web: &Web, staff: &Staff, household: HouseholdId) -> Result<Found, WebError> {
    let found = app::households::find(&web.app, &staff.scope, household).await?;
    if may(Action::EditHousehold, found.standing) {
        Ok(found)
    } else {
        Err(WebError::Refused("Only the household’s own team can do this.".into()))
    }
}

async fn new(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let found = editor(&web, &staff, household).await?;
    let id: DocumentId = web.app.random().id(web.app.now());
    Ok(Page(form(&web, &staff, &found, id, &Typed::default(), true, &[])).into_response())
}

async fn edit(State(web): State<Web>, staff: Staff, At((household, id)): At<(HouseholdId, DocumentId)>) -> Answer {
    let people = app::members::list(&web.app, &staff.scope, household).await?;
    let fact = people.documents.iter().find(|f| f.id == id).ok_or(WebError::NotFound)?;
    let found = editor(&web, &staff, household).await?;
    Ok(Page(form(&web, &staff, &found, id, &Typed::of(fact), false, &[])).into_response())
}

#[derive(serde::Deserialize)]
struct Posted {
    #[serde(default)]
    r#do: String,
    #[serde(flatten)]
    typed: Typed,
}

async fn save(State(web): State<Web>, staff: Staff, At((household, id)): At<(HouseholdId, DocumentId)>, Form(p): Form<Posted>) -> Answer {
    let people = app::members::list(&web.app, &staff.scope, household).await?;
    let there = people.documents.iter().any(|f| f.id == id);
    let back = format!("{}/members", at(household));
    if p.r#do == "remove" {
        app::documents::remove(&web.app, &staff.scope, household, id).await?;
        return Ok(see(back));
    }
    match app::documents::save(&web.app, &staff.scope, household, id, &p.typed).await {
        Ok(()) => Ok(see(back)),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &people.found, id, &p.typed, !there, &wrong))),
        Err(e) => Err(e.into()),
    }
}
