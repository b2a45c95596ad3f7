//! Printed codes for the day when a phone is lost: ten, shown once, each good once in the place of one factor. Knows no sessions.

use crate::{App, Result};
use model::{Secret, UserId};
use store::Firm;
use vault::LinkToken;

const PURPOSE: &str = "recovery";
const MANY: usize = 10;

/// Makes ten in the caller's transaction; all earlier ones end. They are shown now and never again.
#[crate::boxed]
pub async fn make(app: &App, tx: &Firm, user: UserId) -> Result<Vec<Secret<String>>> {
    let tokens: Vec<LinkToken> = (0..MANY).map(|_| LinkToken::new(app.random().bytes())).collect();
    let hashes: Vec<[u8; 32]> = tokens.iter().map(|t| t.hash(PURPOSE)).collect();
    store::recovery_codes::replace(tx, user, &hashes).await?;
    Ok(tokens.iter().map(|t| Secret::new(t.code().to_string())).collect())
}

/// Whether the text could be one at all; six digits cannot.
pub(crate) fn looks_like(text: &str) -> bool {
    LinkToken::parse(text).is_ok()
}

/// Uses one up in the caller's transaction.
#[crate::boxed]
pub(crate) async fn spend(app: &App, tx: &Firm, user: UserId, text: &str) -> Result<bool> {
    let Ok(token) = LinkToken::parse(text) else { return Ok(false) };
    Ok(store::recovery_codes::spend(tx, user, &token.hash(PURPOSE), app.now()).await?)
}

/// How many are left.
#[crate::boxed]
pub async fn left(app: &App, scope: &model::FirmScope, user: UserId) -> Result<i64> {
    Ok(store::recovery_codes::left(&*app.store().read(scope).await?, user).await?)
}
