//! What can go wrong with keys and envelopes. Never says anything about the content.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the key file {0} is already there; it is never overwritten")]
    Exists(PathBuf),
    #[error("the key file {0} cannot be used: {1}")]
    File(PathBuf, #[source] std::io::Error),
    #[error("others than its owner may open the key file {0}; its mode must be 0400")]
    Exposed(PathBuf),
    #[error("the file {0} is not a key file")]
    NotAKey(PathBuf),
    #[error("two key files hold the same key {0}")]
    Twice(String),
    #[error("exactly one master key must be valid; {0} are")]
    NotOneValid(usize),
    #[error("the master key {0} is not among the loaded ones, or may no longer open anything")]
    NoSuchKey(String),
    /// Changed, torn, moved to another place, or sealed by another key. Which of them is not said.
    #[error("the envelope does not open here")]
    Refused,
    #[error("this key has sealed as much as one key may; a new version is due")]
    WornOut,
}
