//! The one-use code and the session that it opens. Both end when an administrator exists.

use crate::{App, Error, Result, limits, sessions};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::{Secret, Span, Time};
use serde::{Deserialize, Serialize};
use store::{System, settings};
use vault::LinkToken;

const CODE: &str = "setup.code";
const SESSION: &str = "setup.session";
const PURPOSE: &str = "setup";

#[derive(Serialize, Deserialize)]
struct Session {
    hash: String,
    until: Time,
}

/// A new code for the console, in place of the last one; none once an administrator exists.
#[crate::boxed]
pub async fn begin(app: &App) -> Result<Option<Secret<String>>> {
    if !super::is_needed(app).await? {
        return Ok(None);
    }
    let code = LinkToken::new(app.random().bytes());
    let tx = app.store().begin_system().await?;
    settings::put(&tx, CODE, Some(&BASE64_URL_SAFE_NO_PAD.encode(code.hash(PURPOSE))), None, app.now()).await?;
    tx.commit().await?;
    Ok(Some(Secret::new(code.code().to_string())))
}

/// Spends the code and gives the value for the set-up session's cookie. Wrong and spent codes are `NotFound`.
#[crate::boxed]
pub async fn redeem(app: &App, code: &str, source: &str) -> Result<Secret<String>> {
    limits::take(app, &format!("setup|{source}"), 20, Span::minutes(10)).await?;
    if !super::is_needed(app).await? {
        return Err(Error::NotFound);
    }
    let hash = LinkToken::parse(code).map_err(|_| Error::NotFound)?.hash(PURPOSE);
    let token = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>());
    let tx = app.store().begin_system().await?;
    if !store::setup::spend(&tx, CODE, &BASE64_URL_SAFE_NO_PAD.encode(hash)).await? {
        return Err(Error::NotFound);
    }
    let session = Session { hash: hashed(&token), until: app.now() + Span::days(1) };
    super::put_json(app, &tx, SESSION, &session).await?;
    tx.commit().await?;
    Ok(Secret::new(token))
}

#[crate::boxed]
pub(super) async fn is_session(app: &App, db: &System, token: &str) -> Result<bool> {
    let Some(session) = super::json::<Session>(db, SESSION).await? else { return Ok(false) };
    Ok(token.len() == 43 && session.hash == hashed(token) && app.now() < session.until)
}

#[crate::boxed]
pub(super) async fn end(db: &System) -> Result<()> {
    settings::remove(db, SESSION).await?;
    Ok(settings::remove(db, CODE).await?)
}

fn hashed(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(sessions::hash(token))
}
