//! A file comes in: looked at for what it is, kept sealed, nothing changed yet.

use super::{By, KEPT, people};
use crate::{App, Error, Field, Result, events, limits, seal};
use model::{ImportId, MemberId, Span, text};
use serde_json::json;
use store::imports::File;

/// So many files of one person wait to be taken in; the one that waits longest makes room.
const WAITING: u32 = 5;

/// A chosen file.
pub struct Brought<'a> {
    pub name: &'a str,
    pub body: &'a [u8],
    pub institution: &'a str,
    pub member: &'a str,
}

/// Takes a file and keeps it, sealed, until it is taken in or its day is over. Nothing is changed yet.
pub async fn bring(app: &App, by: By<'_>, brought: &Brought<'_>) -> Result<ImportId> {
    let members = people(app, by).await?;
    let mut wrong = Vec::new();
    let mut no = |name, message: &str| wrong.push(Field { name, message: message.into() });
    let member = brought.member.parse::<MemberId>().ok().filter(|m| members.iter().any(|x| x.id == *m));
    if member.is_none() {
        no("owner", "Choose whose accounts they are");
    }
    let mut institution = text::line(brought.institution, 80);
    let read = if brought.body.is_empty() { Err("Choose a file".to_owned()) } else { form(brought.body) };
    let form = match read {
        Ok((form, named)) => {
            if institution.is_empty() {
                institution = named.map(|n| text::line(&n, 80)).unwrap_or_default();
            }
            if institution.is_empty() {
                no("institution", "Enter the institution: the file does not name it");
            }
            form
        }
        Err(sentence) => {
            no("file", &sentence);
            ""
        }
    };
    let Some(member) = member.filter(|_| wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    if let By::Client(lens) = by {
        limits::take(app, &format!("import:{}", lens.login), 20, Span::hours(1)).await?;
    }
    let id: ImportId = app.random().id(app.now());
    let tx = app.store().begin(by.scope()).await?;
    by.may(app, &tx).await?;
    store::imports::forget(&tx, app.now() - KEPT).await?;
    let body = seal::firm_seal(app, &tx, id.uuid(), "import", brought.body).await?;
    let file = File {
        id,
        household: by.household(),
        member,
        brought_by: by.scope().actor().to_string(),
        name: text::line(brought.name, 120),
        institution,
        form: form.into(),
        body: Some(body),
        brought_at: app.now(),
        done_at: None,
    };
    store::imports::insert(&tx, &file).await?;
    store::imports::keep_newest(&tx, &file.brought_by, WAITING).await?;
    events::record(app, &tx, by.scope(), Some(by.household()), "import.brought", id, json!({ "institution": file.institution })).await?;
    tx.commit().await?;
    Ok(id)
}

/// What kind of file it is, and the institution that it names; or why it cannot be read.
fn form(body: &[u8]) -> std::result::Result<(&'static str, Option<String>), String> {
    match ofx::Reader::new(body).and_then(|mut reader| {
        // The first item comes soon or never: it says whether there is one at all.
        let mut named = None;
        while let Some(item) = reader.next()? {
            match item {
                ofx::Item::SignOn(s) => named = s.organization,
                ofx::Item::Begin(_) | ofx::Item::End(_) => break,
                _ => {}
            }
        }
        Ok(named)
    }) {
        Ok(named) => Ok(("ofx", named)),
        Err(ofx::Error::NotOfx(ofx::Looks::Table | ofx::Looks::Unlike)) => model::import::read(body).map(|_| ("csv", None)),
        Err(ofx::Error::Empty) => Err("This file is empty. Download it again at the institution.".into()),
        Err(ofx::Error::NotOfx(ofx::Looks::WebPage)) => {
            Err("This is a web page, not a file of accounts. The sign-in at the institution may have ended: sign in there and download it again.".into())
        }
        Err(ofx::Error::NotOfx(ofx::Looks::Compressed)) => {
            Err("This file is packed, or is a spreadsheet’s own format. Unpack it, or save the spreadsheet as CSV.".into())
        }
        Err(ofx::Error::NotOfx(ofx::Looks::Pdf)) => Err("This is a PDF. Choose the download named OFX, QFX, Quicken or CSV.".into()),
        Err(ofx::Error::NotOfx(ofx::Looks::Qif)) => Err("This is a QIF file, which names no account. Choose OFX, QFX or CSV.".into()),
        Err(e) => Err(e.to_string()),
    }
}
