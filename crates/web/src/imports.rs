//! Accounts from a file, for staff and for clients: choose it, see what it holds, say what it does not say, take it in.

mod sheet;

use self::sheet::sheet;
use crate::Web;
use crate::at::At;
use crate::csrf::{self, Form};
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Client, Staff};
use crate::upload::{self, Upload};
use crate::view::household::Tab;
use crate::view::imports::{ImportForm, ImportNew, ImportSheet, ImportShow};
use crate::view::imports::{PortalImportNew, PortalImportShow};
use crate::view::kit::{Field, Pick, Problem, Problems, Select};
use crate::view::portal::PortalHere;
use crate::view::shell::Here;
use crate::view::words;
use app::households::Member;
use app::imports::{Answers, Brought, By, Outcome, Said};
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use model::import::{Days, Mapping, Role, Rows};
use model::{HouseholdId, ImportId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/import", Audience::Staff, new),
        Route::post("/households/{household}/import", Audience::Staff, bring),
        Route::get("/households/{household}/import/{import}", Audience::Staff, show),
        Route::post("/households/{household}/import/{import}", Audience::Staff, answer),
        Route::get("/portal/{household}/import", Audience::Client, client_new),
        Route::post("/portal/{household}/import", Audience::Client, client_bring),
        Route::get("/portal/{household}/import/{import}", Audience::Client, client_show),
        Route::post("/portal/{household}/import/{import}", Audience::Client, client_answer),
    ]
}

/// In whose frame the sheets stand.
enum Frame<'a> {
    Staff(&'a Staff, HouseholdId),
    Client(&'a Client, &'a app::portal::Lens),
}

impl Frame<'_> {
    fn by(&self) -> By<'_> {
        match self {
            Frame::Staff(staff, household) => By::Staff(&staff.scope, *household),
            Frame::Client(_, lens) => By::Client(lens),
        }
    }
    fn base(&self) -> String {
        match self {
            Frame::Staff(_, household) => at(*household),
            Frame::Client(_, lens) => crate::portal::at(lens.household),
        }
    }

    async fn opened(&self, web: &Web, form: ImportForm, problems: Problems, wrong: bool) -> Answer {
        match self {
            Frame::Staff(staff, household) => {
                let found = app::households::find(&web.app, &staff.scope, *household).await?;
                let shell = staff.shell(web, Here::Households);
                let form = ImportForm { csrf: shell.csrf.clone(), ..form };
                let view = ImportNew { hh: head(&found, Tab::Accounts), problems, form, shell };
                Ok(if wrong { again(view) } else { Page(view).into_response() })
            }
            Frame::Client(client, lens) => {
                let shell = crate::portal::shell(web, client, lens, PortalHere::Accounts).await?;
                let form = ImportForm { csrf: shell.csrf.clone(), ..form };
                let view = PortalImportNew { problems, form, shell };
                Ok(if wrong { again(view) } else { Page(view).into_response() })
            }
        }
    }

    async fn show(&self, web: &Web, sheet: ImportSheet, problems: Problems, wrong: bool) -> Answer {
        match self {
            Frame::Staff(staff, household) => {
                let found = app::households::find(&web.app, &staff.scope, *household).await?;
                let shell = staff.shell(web, Here::Households);
                let sheet = ImportSheet { csrf: shell.csrf.clone(), ..sheet };
                let view = ImportShow { hh: head(&found, Tab::Accounts), problems, sheet, shell };
                Ok(if wrong { again(view) } else { Page(view).into_response() })
            }
            Frame::Client(client, lens) => {
                let shell = crate::portal::shell(web, client, lens, PortalHere::Accounts).await?;
                let sheet = ImportSheet { csrf: shell.csrf.clone(), ..sheet };
                let view = PortalImportShow { problems, sheet, shell };
                Ok(if wrong { again(view) } else { Page(view).into_response() })
            }
        }
    }
}

async fn new(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    choose(&web, &Frame::Staff(&staff, household)).await
}

async fn client_new(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    choose(&web, &Frame::Client(&client, &lens)).await
}

async fn choose(web: &Web, frame: &Frame<'_>) -> Answer {
    let people = app::imports::people(&web.app, frame.by()).await?;
    frame.opened(web, form(frame, &people, "", "", &[]), Problems::default(), false).await
}

fn said(wrong: &[app::Field], name: &str) -> String {
    let all: Vec<&str> = wrong.iter().filter(|f| f.name == name).map(|f| f.message.as_str()).collect();
    all.join(". ")
}

fn form(frame: &Frame<'_>, people: &[Member], institution: &str, owner: &str, wrong: &[app::Field]) -> ImportForm {
    let mut picks = vec![Pick::new("", "Choose", owner.is_empty())];
    picks.extend(people.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == owner)));
    ImportForm {
        action: format!("{}/import", frame.base()),
        csrf: String::new(),
        file_error: said(wrong, "file"),
        most: format!("At most {} MB.", frame.by().most() >> 20),
        institution: Field::new("institution", "Institution")
            .value(institution)
            .hint("An OFX or QFX file names it; a CSV file does not")
            .error(said(wrong, "institution"))
            .optional(),
        owner: Select::new("owner", "Whose accounts they are", picks).error(said(wrong, "owner")),
        cancel: format!("{}/accounts", frame.base()),
    }
}

async fn bring(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, request: Request) -> Answer {
    take_file(&web, &Frame::Staff(&staff, household), request).await
}

async fn client_bring(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, request: Request) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    take_file(&web, &Frame::Client(&client, &lens), request).await
}

async fn take_file(web: &Web, frame: &Frame<'_>, request: Request) -> Answer {
    let by = frame.by();
    let people = app::imports::people(&web.app, by).await?;
    let headers = request.headers().clone();
    let mut given = match upload::stream(web, request, by.most()).await? {
        Some(upload) if csrf::fits(web, &headers, upload.field("csrf")) => upload,
        Some(_) => return Err(WebError::OldForm),
        // Nothing is done with it, so nobody needs to have meant it.
        None => Upload::default(),
    };
    let too_long = given.fields_are_none() || given.file.as_ref().is_some_and(|f| f.len() > by.most());
    if too_long {
        given.file = None;
    }
    let (institution, owner) = (given.field("institution").to_owned(), given.field("owner").to_owned());
    let name = given.name.clone().unwrap_or_else(|| "the file".into());
    let brought = Brought { name: &name, body: given.file.as_deref().unwrap_or_default(), institution: &institution, member: &owner };
    let wrong = if too_long {
        let message =
            format!("This file is larger than {} MB. Choose a shorter time at the institution, or ask your adviser.", by.most() >> 20);
        vec![app::Field { name: "file", message }]
    } else {
        match app::imports::bring(&web.app, by, &brought).await {
            Ok(id) => return Ok(see(format!("{}/import/{id}", frame.base()))),
            Err(app::Error::Invalid(wrong)) => wrong,
            Err(e) => return Err(e.into()),
        }
    };
    let problems = Problems(wrong.iter().map(|f| Problem { field: f.name, text: f.message.clone() }).collect());
    frame.opened(web, form(frame, &people, &institution, &owner, &wrong), problems, true).await
}

async fn show(State(web): State<Web>, staff: Staff, At((household, import)): At<(HouseholdId, ImportId)>) -> Answer {
    look(&web, &Frame::Staff(&staff, household), import, &Answers::default(), false).await
}

async fn client_show(State(web): State<Web>, client: Client, At((household, import)): At<(HouseholdId, ImportId)>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    look(&web, &Frame::Client(&client, &lens), import, &Answers::default(), false).await
}

async fn look(web: &Web, frame: &Frame<'_>, import: ImportId, answers: &Answers, asked: bool) -> Answer {
    let view = app::imports::view(&web.app, frame.by(), import, answers).await?;
    // What is still to be said is no mistake before anybody has said anything.
    let wrong: Vec<app::Field> = view.found.wrong.iter().filter(|f| asked || f.name == "file").cloned().collect();
    let problems =
        Problems(wrong.iter().map(|f| Problem { field: if f.name == "file" { "" } else { f.name }, text: f.message.clone() }).collect());
    let bad = asked && !wrong.is_empty();
    frame.show(web, sheet(frame, import, &view, answers, &wrong), problems, bad).await
}

type Posted = Vec<(String, String)>;

async fn answer(
    State(web): State<Web>,
    staff: Staff,
    At((household, import)): At<(HouseholdId, ImportId)>,
    Form(posted): Form<Posted>,
) -> Answer {
    take(&web, &Frame::Staff(&staff, household), import, &posted).await
}

async fn client_answer(
    State(web): State<Web>,
    client: Client,
    At((household, import)): At<(HouseholdId, ImportId)>,
    Form(posted): Form<Posted>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    take(&web, &Frame::Client(&client, &lens), import, &posted).await
}

async fn take(web: &Web, frame: &Frame<'_>, import: ImportId, posted: &Posted) -> Answer {
    let answers = answers(posted);
    if value(posted, "do") != "take" {
        return look(web, frame, import, &answers, true).await;
    }
    match app::imports::take_in(&web.app, frame.by(), import, &answers).await {
        Ok(done) => Ok(see_saying(web, format!("{}/accounts", frame.base()), &told(&done))),
        Err(app::Error::Invalid(_)) => look(web, frame, import, &answers, true).await,
        Err(e) => Err(e.into()),
    }
}

fn told(done: &Outcome) -> String {
    if done.written == 0 && done.movements == 0 {
        return "Nothing new: this file says what is known already.".into();
    }
    let movements = usize::try_from(done.movements).unwrap_or(usize::MAX);
    let mut parts = vec![words::count(done.accounts, "account", "accounts")];
    if done.added > 0 {
        parts.push(format!("{} new", done.added));
    }
    if movements > 0 {
        parts.push(words::count(movements, "new movement", "new movements"));
    }
    format!("Taken in: {}.", parts.join(", "))
}

fn value<'a>(posted: &'a Posted, name: &str) -> &'a str {
    posted.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
}

fn answers(posted: &Posted) -> Answers {
    let of = |name: &str| value(posted, name).to_owned();
    let currency = app::accounts::CURRENCIES.iter().find(|(c, _)| *c == of("currency")).and_then(|(c, _)| c.parse().ok());
    let owed = match value(posted, "owed") {
        "owed" => Some(true),
        "own" => Some(false),
        _ => None,
    };
    let columns: Vec<Role> =
        posted.iter().filter(|(n, _)| n == "column").map(|(_, v)| Role::from_key(v).unwrap_or(Role::Nothing)).collect();
    let table = (!columns.is_empty()).then(|| Said {
        mapping: Mapping {
            rows: if value(posted, "rows") == "movements" { Rows::Movements } else { Rows::Holdings },
            columns,
            days: match value(posted, "days") {
                "ymd" => Some(Days::YearFirst),
                "mdy" => Some(Days::MonthFirst),
                "dmy" => Some(Days::DayFirst),
                _ => None,
            },
            comma: match value(posted, "comma") {
                "point" => Some(false),
                "comma" => Some(true),
                _ => None,
            },
            currency: currency.clone(),
        },
        name: of("name"),
        kind: of("kind"),
        mask: of("mask"),
        as_of: of("as_of"),
    });
    Answers { currency, owed, table }
}
