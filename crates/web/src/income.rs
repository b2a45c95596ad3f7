//! Income on the page of the people: the table, and the form for one.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head, total};
use crate::respond::{Answer, Page, WebError, again, see};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::income::{FactForm, IncomeRow, IncomeTable};
use crate::view::kit::{Field, FieldKind, Pick, Problem, Problems, Select};
use crate::view::manual::{ManualForm, Part};
use crate::view::shell::Here;
use crate::view::words;
use app::households::{Found, Member};
use app::income::Typed;
use app::members::People;
use axum::extract::State;
use axum::response::IntoResponse;
use model::detail::Every;
use model::income::{IncomeFact, IncomeKind, Runs, a_year};
use model::permission::{Action, may};
use model::{Date, HouseholdId, IncomeId, Money};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/income/new", Audience::Staff, new),
        Route::get("/households/{household}/income/{income}", Audience::Staff, edit),
        Route::post("/households/{household}/income/{income}", Audience::Staff, save),
    ]
}

pub(crate) fn given(members: &[Member], id: model::MemberId) -> String {
    members.iter().find(|m| m.id == id).map_or_else(|| "Former member".into(), |m| m.given.clone())
}

pub(crate) fn table(people: &People) -> IncomeTable {
    let found = &people.found;
    let edits = may(Action::EditHousehold, found.standing);
    let base = edits.then(|| format!("{}/income", at(found.household.id)));
    rows(&people.income, &found.members, people.today, base.as_deref())
}

/// The same for whoever reads it; `forms` is where it is changed.
pub(crate) fn rows(income: &[IncomeFact], members: &[Member], today: Date, forms: Option<&str>) -> IncomeTable {
    let row = |f: &IncomeFact| IncomeRow {
        kind: f.kind.words().into(),
        who: given(members, f.member),
        amount: f.amount.map_or_else(
            || "Not recorded".into(),
            |a| format!("{} {}", words::money_short(&Money::new(a, f.currency.clone())), f.every.words()),
        ),
        a_year: f.a_year().map_or_else(|| "Not recorded".into(), |m| words::money_short(&m)),
        when: when(f, today),
        now: f.runs(today) == Runs::Now,
        edit: forms.map(|base| format!("{base}/{}", f.id)).unwrap_or_default(),
    };
    IncomeTable {
        rows: income.iter().map(row).collect(),
        total: total(&a_year(income, today)),
        add: forms.map(|base| format!("{base}/new")).unwrap_or_default(),
    }
}

fn when(f: &IncomeFact, today: Date) -> String {
    match (f.runs(today), f.from, f.until) {
        (Runs::Ended, _, Some(u)) => format!("Ended {}", words::day(u)),
        (Runs::Later, Some(a), _) => format!("From {}", words::day(a)),
        (_, Some(a), Some(u)) => format!("{} to {}", words::day(a), words::day(u)),
        (_, Some(a), None) => format!("Since {}", words::day(a)),
        (_, None, Some(u)) => format!("Until {}", words::day(u)),
        _ => "Now".into(),
    }
}

/// A form of one row of parts after another, with what is wrong at its field.
pub(crate) struct Rows<'a> {
    pub wrong: &'a [app::Field],
    pub rows: Vec<Vec<Part>>,
    pub problems: Vec<Option<Problem>>,
}

impl<'a> Rows<'a> {
    pub fn new(wrong: &'a [app::Field]) -> Rows<'a> {
        Rows { wrong, rows: Vec::new(), problems: Vec::new() }
    }
    fn said(&self, name: &str) -> String {
        self.wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default()
    }
    pub fn field(&mut self, f: Field) -> Part {
        let said = self.said(f.name);
        let f = f.error(said);
        self.problems.push(f.problem());
        Part::field(&f)
    }
    pub fn select(&mut self, s: Select) -> Part {
        let said = self.said(s.name);
        let s = s.error(said);
        self.problems.push(s.problem());
        Part::select(&s)
    }
    pub fn form(self, csrf: &str, action: String, cancel: String, new: bool) -> ManualForm {
        let save = if new { "Add" } else { "Save" };
        let problems = Problems::of(self.problems);
        ManualForm { csrf: csrf.to_owned(), action, hidden: Vec::new(), problems, rows: self.rows, cancel, save }
    }
}

pub(crate) fn whose(members: &[Member], chosen: &str) -> Select {
    let picks = members.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == chosen));
    Select::new("member", "Whose", picks.collect())
}

fn form(web: &Web, staff: &Staff, found: &Found, id: IncomeId, t: &Typed, new: bool, wrong: &[app::Field]) -> FactForm {
    let shell = staff.shell(web, Here::Households);
    let mut r = Rows::new(wrong);
    let member = r.select(whose(&found.members, &t.member));
    let kinds = IncomeKind::ALL.iter().map(|k| Pick::new(k.key(), k.words(), k.key() == t.kind)).collect();
    let kind = r.select(Select::new("kind", "Kind", kinds));
    r.rows.push(vec![member, kind]);
    let amount = Field::new("amount", "Amount before tax").kind(FieldKind::Amount).value(&t.amount).optional();
    let amount = r.field(amount.hint("Empty is not known, never zero"));
    let chosen = Every::from_key(&t.every).unwrap_or(Every::Month);
    let every = Every::ALL.iter().map(|e| Pick::new(e.key(), words::capital(e.words()), *e == chosen)).collect();
    let every = r.select(Select::new("every", "Comes", every));
    r.rows.push(vec![amount, every]);
    let chosen = if t.currency.is_empty() { "USD" } else { t.currency.as_str() };
    let currencies = app::accounts::CURRENCIES.iter().map(|(code, text)| Pick::new(*code, format!("{code}, {text}"), *code == chosen));
    let currency = r.select(Select::new("currency", "Currency", currencies.collect()).hint("Shown as it is: nothing is converted"));
    r.rows.push(vec![currency]);
    let from = r.field(Field::new("from", "First day").kind(FieldKind::Date).value(&t.from).optional());
    let until = Field::new("until", "Last day").kind(FieldKind::Date).value(&t.until).optional();
    let until = r.field(until.hint("What has ended stays on the list"));
    r.rows.push(vec![from, until]);
    let base = at(found.household.id);
    FactForm {
        form: r.form(&shell.csrf, format!("{base}/income/{id}"), format!("{base}/members"), new),
        shell,
        hh: head(found, Tab::Members),
        title: if new {
            "Add income".into()
        } else {
            format!("Income of {}", t.member.parse().map_or_else(|_| String::new(), |m| given(&found.members, m)))
        },
        lead: "What comes in to one person. Every change is kept with its date.",
        remove: if new { "" } else { "For what was never so. What ended has a last day instead." },
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
    let id: IncomeId = web.app.random().id(web.app.now());
    Ok(Page(form(&web, &staff, &found, id, &Typed::default(), true, &[])).into_response())
}

async fn edit(State(web): State<Web>, staff: Staff, At((household, id)): At<(HouseholdId, IncomeId)>) -> Answer {
    let people = app::members::list(&web.app, &staff.scope, household).await?;
    let fact = people.income.iter().find(|f| f.id == id).ok_or(WebError::NotFound)?;
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

async fn save(State(web): State<Web>, staff: Staff, At((household, id)): At<(HouseholdId, IncomeId)>, Form(p): Form<Posted>) -> Answer {
    let people = app::members::list(&web.app, &staff.scope, household).await?;
    let there = people.income.iter().any(|f| f.id == id);
    let back = format!("{}/members", at(household));
    if p.r#do == "remove" {
        app::income::remove(&web.app, &staff.scope, household, id).await?;
        return Ok(see(back));
    }
    match app::income::save(&web.app, &staff.scope, household, id, &p.typed).await {
        Ok(()) => Ok(see(back)),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &people.found, id, &p.typed, !there, &wrong))),
        Err(e) => Err(e.into()),
    }
}
