//! Signing on and the statuses of answers: what a code asks for, and of whom.

use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::warning::Notes;
use crate::words::Severity;

/// The result of one request.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Status {
    pub code: Option<u32>,
    pub severity: Option<Severity>,
    pub message: Option<String>,
}

/// What a status means for whoever must act. Decided by the code; the severity differs from server to server and counts only for
/// codes that the standard does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Meaning {
    /// Done, or nothing new.
    Good,
    /// The rest of the answer can be used; a part was not to be had.
    Partial,
    /// The sign-in was right and more is asked: a question or a token.
    MoreAsked,
    /// An answer or a token was wrong.
    AnswerWrong,
    /// The user name or the password is not accepted, or this program is not yet approved.
    SignInRefused,
    /// Locked at the institution.
    Locked,
    /// The person must do something at the institution: change the password, call.
    ActAtInstitution,
    /// Under maintenance or in trouble; another time.
    TryLater,
    /// No such account, or it is closed or not permitted.
    AccountRefused,
    /// The server does not do this.
    NotSupported,
    /// Anything else that failed.
    Failed,
}

impl Status {
    pub fn meaning(&self) -> Meaning {
        match self.code {
            Some(0 | 1 | 13000) => Meaning::Good,
            Some(2028 | 12250..=12254) => Meaning::Partial,
            Some(3000 | 15512) => Meaning::MoreAsked,
            Some(3001 | 15513) => Meaning::AnswerWrong,
            Some(15502) => Meaning::Locked,
            Some(15000 | 15511 | 15507 | 13500) => Meaning::ActAtInstitution,
            Some(13505 | 2000) => Meaning::TryLater,
            Some(2001..=2011 | 15508) => Meaning::AccountRefused,
            Some(2021 | 12255 | 15505 | 15506 | 15509) => Meaning::NotSupported,
            Some(15500 | 15510 | 15514..=15516) => Meaning::SignInRefused,
            Some(15001..=15999) => Meaning::SignInRefused,
            _ => match &self.severity {
                Some(Severity::Info) => Meaning::Good,
                Some(Severity::Warn) => Meaning::Partial,
                _ => Meaning::Failed,
            },
        }
    }

    pub(crate) fn read(part: Part<'_>) -> Status {
        Status { code: part.whole("CODE"), severity: part.text("SEVERITY").map(Severity::read), message: part.string("MESSAGE") }
    }
}

/// The answer to signing on. When it failed, the statuses of everything else in the file are copies of that.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SignOn {
    pub status: Option<Status>,
    pub server_time: Option<DateTime>,
    pub language: Option<String>,
    /// The institution as it calls itself.
    pub organization: Option<String>,
    pub institution_id: Option<String>,
    /// When the list of accounts changed last.
    pub accounts_changed: Option<DateTime>,
    pub rest: Vec<Field>,
}

impl SignOn {
    pub(crate) fn read(part: Part<'_>, notes: &mut Notes) -> SignOn {
        // A key for later calls is a secret: it is taken out and not handed on.
        for secret in ["ACCESSKEY", "USERKEY", "SESSCOOKIE"] {
            part.text(secret);
        }
        let fi = part.part("FI");
        SignOn {
            status: part.part("STATUS").map(Status::read),
            server_time: part.date("DTSERVER", notes),
            language: part.string("LANGUAGE"),
            organization: fi.and_then(|f| f.string("ORG")),
            institution_id: fi.and_then(|f| f.string("FID")),
            accounts_changed: part.date("DTACCTUP", notes),
            rest: part.rest(),
        }
    }
}

/// The status of one answer in the file.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Answer {
    /// The element that carries it, such as `STMTTRNRS`.
    pub to: String,
    /// The number of the request.
    pub request: Option<String>,
    pub status: Status,
}
