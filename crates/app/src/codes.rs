//! Six digits that prove who is at a browser: mailed to the person, or read out by the adviser. Ten minutes, five tries, bound to the door
//! and to the browser that they were made for; only their hash is kept.

use crate::mail::{self, Letter, letters, mailbox};
use crate::{App, Error, Result};
use model::{HouseholdId, Secret};
use ring::digest::{SHA256, digest};
use store::Firm;
use store::firms::FirmRow;

/// `door`: where it is typed; `browser`: what the database keeps of the browser's cookie.
pub(crate) fn hash(door: &str, browser: &[u8], code: &str) -> Vec<u8> {
    let mut bytes = format!("{door}|").into_bytes();
    bytes.extend_from_slice(browser);
    bytes.extend_from_slice(code.as_bytes());
    digest(&SHA256, &bytes).as_ref().to_vec()
}

pub(crate) fn new(app: &App) -> Secret<String> {
    // Taken modulo, 2^32 values make no code likelier than another by more than one in four thousand.
    Secret::new(format!("{:06}", u32::from_le_bytes(app.random().bytes()) % 1_000_000))
}

/// The digits as they were typed: in groups, with dots or hyphens between.
pub(crate) fn read(typed: &str) -> Result<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
    let six = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
    if six { Ok(digits) } else { Err(Error::field("code", "Enter the six digits of the code")) }
}

/// What a try comes to. `counted`: there was a code that could still be tried.
pub(crate) fn judge(counted: bool, right: bool) -> Result<()> {
    match (counted, right) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::field("code", "That code didn’t match. Enter the newest one.")),
        (false, _) => Err(Error::field("code", "That code no longer works. Send a new one.")),
    }
}

/// Whom a code goes to, and in whose name.
pub(crate) struct To<'a> {
    pub household: HouseholdId,
    /// As the address is written; "" where nobody has proven yet that it is theirs.
    pub name: &'a str,
    pub address: &'a str,
    pub given: &'a str,
    pub adviser: &'a str,
    /// What the code is for and about: `code:link_…`.
    pub purpose: String,
}

/// Writes the letter, in the caller's transaction.
pub(crate) async fn write(app: &App, tx: &Firm, firm: &FirmRow, to: To<'_>, code: &Secret<String>) -> Result<()> {
    let about = letters::About {
        given: to.given,
        adviser: to.adviser,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        code: code.expose(),
        ..letters::About::default()
    };
    let (subject, paragraphs) = letters::compose(&firm.settings, letters::Kind::Code, &about);
    let recipient = mailbox(to.name, to.address)?;
    let letter = Letter {
        household: Some(to.household),
        thread: to.purpose.replace(':', "-"),
        purpose: to.purpose,
        to: recipient.clone(),
        recipient,
        cc: None,
        reply_to: None,
        subject,
        paragraphs,
    };
    mail::write(app, tx, firm, &letter).await.map(|_| ())
}
