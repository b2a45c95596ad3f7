//! Files that people bring, for institutions without a connection: taken, looked at, taken in. They go through the same reconcile and into
//! the same log as what a connection brings, so the same file again changes nothing.

mod bring;
mod statement;
mod tabular;

use crate::portal::{self, Lens};
use crate::sync::reconcile::{self, Path};
use crate::{App, Error, Field, Result, events, policy, seal};
pub use bring::{Brought, bring};
use model::account::{AccountKind, Source};
use model::import::Mapping;
use model::permission::Action;
use model::portal::Right;
use model::{AccountData, Currency, Date, FirmScope, HouseholdId, ImportId, Span, TradeData};
use serde_json::json;
use std::collections::HashMap;
use store::Firm;
pub use store::imports::File;
use store::imports::Source as From;
use store::members::Member;
pub use tabular::{Grid, Said};

/// What a client may bring.
pub const CLIENT_BYTES: usize = 10 << 20;
/// What staff may bring.
pub const STAFF_BYTES: usize = 32 << 20;
/// A file that nobody took in is kept this long.
const KEPT: Span = Span::hours(24);

/// Who brings it.
#[derive(Clone, Copy)]
pub enum By<'a> {
    Staff(&'a FirmScope, HouseholdId),
    /// Through the portal; the lens is the right as it was when the page was opened, and it is looked at again in the transaction.
    Client(&'a Lens),
}

impl By<'_> {
    fn scope(&self) -> &FirmScope {
        match self {
            By::Staff(scope, _) => scope,
            By::Client(lens) => &lens.scope,
        }
    }
    pub fn household(&self) -> HouseholdId {
        match self {
            By::Staff(_, household) => *household,
            By::Client(lens) => lens.household,
        }
    }
    pub fn most(&self) -> usize {
        match self {
            By::Staff(..) => STAFF_BYTES,
            By::Client(_) => CLIENT_BYTES,
        }
    }
    /// Whose reading of a table's columns it is: staff share theirs, a client's stands for nobody else.
    fn reader(&self) -> String {
        match self {
            By::Staff(..) => String::new(),
            By::Client(lens) => lens.login.to_string(),
        }
    }
    async fn may(&self, app: &App, db: &Firm) -> Result<()> {
        match self {
            By::Staff(scope, household) => policy::check(app, db, scope, Action::EditHousehold, Some(*household)).await.map(drop),
            By::Client(lens) => portal::enter_in(db, &lens.scope, lens.household).await?.act(Right::AddFacts),
        }
    }
}

/// Who can be said to own what a file holds.
pub async fn people(app: &App, by: By<'_>) -> Result<Vec<Member>> {
    let db = app.store().read(by.scope()).await?;
    by.may(app, &db).await?;
    Ok(store::members::of_household(&db, by.household()).await?)
}

/// What people say beside the file, where the file does not say it.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub currency: Option<Currency>,
    /// Cards and loans whose balance is a plain number: whether it is owed.
    pub owed: Option<bool>,
    pub table: Option<Said>,
}

/// What a file holds, before anything is changed.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub accounts: Vec<AccountData>,
    pub trades: Vec<TradeData>,
    /// Repairs and doubts, in words with their place.
    pub notes: Vec<String>,
    /// What must be said or put right before it can be taken in.
    pub wrong: Vec<Field>,
    /// Whose file it is by its own word.
    pub origin: Option<String>,
    pub asks_currency: bool,
    pub asks_owed: bool,
}

#[derive(Debug, Clone)]
pub struct View {
    pub file: File,
    pub member: Option<Member>,
    pub found: Found,
    /// Of a table: its columns and how they are read so far.
    pub grid: Option<Grid>,
}

/// What taking a file in has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub accounts: usize,
    pub added: usize,
    /// Rows written to the log of figures.
    pub written: usize,
    pub movements: u64,
}

async fn load(app: &App, db: &Firm, by: By<'_>, id: ImportId) -> Result<(File, Vec<u8>)> {
    let file = store::imports::find(db, id).await?.filter(|f| f.household == by.household()).ok_or(Error::NotFound)?;
    // A client sees what they brought themselves.
    if matches!(by, By::Client(_)) && file.brought_by != by.scope().actor().to_string() {
        return Err(Error::NotFound);
    }
    let Some(sealed) = file.body.as_deref().filter(|_| file.brought_at > app.now() - KEPT) else {
        let why = if file.done_at.is_some() { "This file has been taken in." } else { "This file is no longer here. Choose it again." };
        return Err(Error::Refused(why.into()));
    };
    let body = seal::firm_open(app, db, id.uuid(), "import", sealed).await?.expose().clone();
    Ok((file, body))
}

/// What a file would bring.
pub async fn view(app: &App, by: By<'_>, id: ImportId, answers: &Answers) -> Result<View> {
    let db = app.store().read(by.scope()).await?;
    by.may(app, &db).await?;
    let (file, body) = load(app, &db, by, id).await?;
    let today = policy::today(app, &db).await?;
    let (mut found, grid) = read(app, &db, by, &file, &body, answers, today).await?;
    let source = store::imports::source(&db, file.household, &key(&file.institution)).await?;
    check(&db, &file, source.as_ref(), &mut found).await?;
    let member = store::members::of_household(&db, file.household).await?.into_iter().find(|m| m.id == file.member);
    Ok(View { file, member, found, grid })
}

async fn read(app: &App, db: &Firm, by: By<'_>, file: &File, body: &[u8], answers: &Answers, today: Date) -> Result<(Found, Option<Grid>)> {
    if file.form == "ofx" {
        let mut found = statement::read(body, answers, today);
        blind(app, db, &mut found).await?;
        return Ok((found, None));
    }
    let table = model::import::read(body).map_err(|e| Error::field("file", e))?;
    let own = tabular::heading(&table, &by.reader());
    let saved = match store::imports::mapping(db, &own).await? {
        None => store::imports::mapping(db, &tabular::heading(&table, "")).await?,
        own => own,
    };
    let saved = saved.and_then(|text| serde_json::from_str::<Mapping>(&text).ok()).filter(|m| m.columns.len() == table.heading.len());
    let (found, grid) = tabular::read(&table, saved, answers.table.as_ref(), &file.institution, app.now(), today, own);
    Ok((found, Some(grid)))
}

/// The numbers of accounts stay in the file: what is kept finds them again and tells them to nobody.
async fn blind(app: &App, db: &Firm, found: &mut Found) -> Result<()> {
    let mut names = HashMap::new();
    for a in &mut found.accounts {
        let name = seal::blind(app, db, &a.external_id).await?;
        names.insert(std::mem::replace(&mut a.external_id, name.clone()), name);
    }
    for t in &mut found.trades {
        if let Some(name) = names.get(&t.account) {
            t.account.clone_from(name);
        }
    }
    Ok(())
}

/// One path for all files of an institution, however its name is written.
fn key(institution: &str) -> String {
    directory::plain(institution)
}

/// Whether the file is of the same institution, and its accounts in the same currency, as those known here.
async fn check(db: &Firm, file: &File, source: Option<&From>, found: &mut Found) -> Result<()> {
    if let (Some(before), Some(now)) = (source.and_then(|s| s.origin.as_ref()), found.origin.as_ref())
        && before != now
    {
        let message = format!(
            "This file is of {now}. Earlier files of {} were of {before}: choose the right file, or bring it under its own institution.",
            file.institution
        );
        found.wrong.push(Field { name: "file", message });
    }
    let Some(source) = source else { return Ok(()) };
    let aliases = store::aliases::of_household(db, file.household).await?;
    for a in &found.accounts {
        let known = aliases.iter().find(|l| l.connection == source.id && l.external_id == a.external_id);
        let Some(known) = known else { continue };
        let head = store::accounts::head(db, known.account).await?.unwrap_or_default();
        if let (Some(here), Some(there)) = (&head.currency, &a.currency)
            && here != there
        {
            let message =
                format!("{} is kept in {here} here, and the file says {there}. Nothing is converted: choose the right file.", a.name);
            found.wrong.push(Field { name: "file", message });
        }
    }
    Ok(())
}

/// Takes a file in: everything of it, or nothing.
pub async fn take_in(app: &App, by: By<'_>, id: ImportId, answers: &Answers) -> Result<Outcome> {
    match take_in_once(app, by, id, answers).await {
        Err(e) if e.is_conflict() => take_in_once(app, by, id, answers).await,
        done => done,
    }
}

async fn take_in_once(app: &App, by: By<'_>, id: ImportId, answers: &Answers) -> Result<Outcome> {
    let read_only = app.store().read(by.scope()).await?;
    by.may(app, &read_only).await?;
    let (file, body) = load(app, &read_only, by, id).await?;
    let today = policy::today(app, &read_only).await?;
    let (mut found, grid) = read(app, &read_only, by, &file, &body, answers, today).await?;
    drop(read_only);
    let key = key(&file.institution);
    let tx = app.store().begin(by.scope()).await?;
    by.may(app, &tx).await?;
    let before = store::imports::source(&tx, file.household, &key).await?;
    check(&tx, &file, before.as_ref(), &mut found).await?;
    if found.wrong.is_empty() && found.accounts.is_empty() {
        found.wrong.push(Field { name: "file", message: "This file holds no account.".into() });
    }
    if !found.wrong.is_empty() {
        return Err(Error::Invalid(found.wrong));
    }
    let source = From {
        id: before.as_ref().map_or_else(|| app.random().id(app.now()), |s| s.id),
        institution: before.as_ref().map_or_else(|| file.institution.clone(), |s| s.institution.clone()),
        origin: before.and_then(|s| s.origin).or_else(|| found.origin.clone()),
    };
    store::imports::put_source(&tx, file.household, &key, &source).await?;
    let path = Path {
        id: source.id,
        household: file.household,
        member: file.member,
        institution: &source.institution,
        institution_id: None,
        url: None,
        source: Source::File,
        fresh: true,
    };
    let incoming = reconcile::encode(path.id, &found.accounts)?;
    let done = reconcile::reconcile(app, &tx, by.scope(), &path, incoming, &found.trades).await?;
    if !store::imports::done(&tx, id, app.now()).await? {
        return Err(Error::Refused("This file has been taken in.".into()));
    }
    if let Some(grid) = &grid {
        let mapping = store::to_json(&grid.mapping)?;
        store::imports::save_mapping(&tx, &grid.key, &mapping, &by.scope().actor().to_string(), app.now()).await?;
    }
    let outcome = Outcome { accounts: done.accounts.len(), added: done.added.len(), written: done.written, movements: done.movements };
    let detail = json!({ "institution": source.institution, "accounts": outcome.accounts, "added": outcome.added, "changed": outcome.written, "movements": outcome.movements });
    events::record(app, &tx, by.scope(), Some(file.household), "import.taken_in", id, detail).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// What an account of a file is called, by what it is.
fn named(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Checking => "Checking",
        AccountKind::Savings => "Savings",
        AccountKind::CreditCard => "Credit card",
        AccountKind::Mortgage => "Mortgage",
        AccountKind::StudentLoan => "Student loan",
        AccountKind::Loan => "Loan",
        AccountKind::Retirement => "Retirement account",
        _ => "Brokerage account",
    }
}
