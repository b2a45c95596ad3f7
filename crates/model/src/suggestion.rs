//! What a client tells the adviser through the portal: that something looks wrong, or how it could be. A draft until it is answered.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionKind {
    /// Something looks wrong (P37). Every client may say so.
    Wrong,
    /// A change that the client would like, as a draft.
    Change,
}

impl SuggestionKind {
    pub const ALL: [SuggestionKind; 2] = [SuggestionKind::Wrong, SuggestionKind::Change];
    pub fn key(self) -> &'static str {
        match self {
            SuggestionKind::Wrong => "wrong",
            SuggestionKind::Change => "change",
        }
    }
    pub fn from_key(key: &str) -> Option<SuggestionKind> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionState {
    /// The adviser has not answered.
    Open,
    Accepted,
    Declined,
}

impl SuggestionState {
    pub const ALL: [SuggestionState; 3] = [SuggestionState::Open, SuggestionState::Accepted, SuggestionState::Declined];
    pub fn key(self) -> &'static str {
        match self {
            SuggestionState::Open => "open",
            SuggestionState::Accepted => "accepted",
            SuggestionState::Declined => "declined",
        }
    }
    pub fn from_key(key: &str) -> Option<SuggestionState> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}
