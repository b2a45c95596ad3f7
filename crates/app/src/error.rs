//! What an act can answer instead of its result. Somebody else's household and a missing one are the same `NotFound`.

use model::{Fault, Span};

/// A field and what is wrong with it, in words for the person who typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub message: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not for this actor: nobody can tell which.
    #[error("not found")]
    NotFound,
    /// The form has mistakes; each stands at its field.
    #[error("invalid input")]
    Invalid(Vec<Field>),
    /// It cannot be done in the present state; the sentence says why, for the person.
    #[error("{0}")]
    Refused(String),
    #[error("not in the firm's plan")]
    NotInPlan,
    /// More is asked at once than this machine takes on: again in a moment.
    #[error("busy")]
    Busy,
    #[error("too many tries")]
    TooMany(Span),
    /// The provider or the institution.
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A sealed value could not be opened, or something else that only we can mend.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl Error {
    /// The node is full, or its write path has failed and it is stopping: nobody did anything wrong.
    pub fn is_busy(&self) -> bool {
        matches!(self, Error::Busy | Error::Store(store::Error::Stopped))
    }
    /// Another transaction did the same at the same instant, as a doubled click does. Whoever tries again finds it done.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Error::Store(store::Error::Conflict | store::Error::Met))
    }
    pub fn field(name: &'static str, message: impl Into<String>) -> Error {
        Error::Invalid(vec![Field { name, message: message.into() }])
    }
}

pub type Result<T> = std::result::Result<T, Error>;
