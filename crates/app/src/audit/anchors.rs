//! Checkpoints outside the database: one line of JSON each, appended and never changed. Whoever copies the file elsewhere can prove later
//! that nothing was cut off.

use super::Signed;
use crate::{Error, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use model::{FirmId, Time};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use store::audit::Checkpoint;
use tokio::io::AsyncWriteExt;

#[derive(Serialize, Deserialize)]
struct Line {
    firm: FirmId,
    seq: i64,
    hash: String,
    at: i64,
    key: String,
    signature: String,
}

impl Line {
    fn of(s: &Signed) -> Line {
        let c = &s.checkpoint;
        let text = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
        Line { firm: s.firm, seq: c.seq, hash: text(&c.hash), at: c.at.0, key: text(&c.key), signature: text(&c.signature) }
    }
    fn signed(&self) -> Option<Signed> {
        let bytes = |text: &str| BASE64_STANDARD.decode(text).ok();
        let (hash, key, signature) = (bytes(&self.hash)?, bytes(&self.key)?, bytes(&self.signature)?);
        Some(Signed { firm: self.firm, checkpoint: Checkpoint { seq: self.seq, hash, at: Time(self.at), key, signature } })
    }
}

/// Every line of a file; `None` stands for one that cannot be read. No file is an empty one.
#[crate::boxed]
pub async fn read(file: &Path) -> Result<Vec<Option<Signed>>> {
    let text = match tokio::fs::read_to_string(file).await {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(trouble(e)),
    };
    Ok(text.lines().map(|l| serde_json::from_str::<Line>(l).ok().and_then(|l| l.signed())).collect())
}

fn trouble(e: std::io::Error) -> Error {
    tracing::error!(error = %e, "the file of the audit log's checkpoints");
    Error::Internal("the file of the audit log's checkpoints")
}

/// The file as it grows.
pub struct Anchors {
    file: PathBuf,
    last: HashMap<FirmId, i64>,
    /// Not in the file yet.
    due: Vec<Signed>,
}

impl Anchors {
    #[crate::boxed]
    pub async fn open(file: &Path) -> Result<Anchors> {
        let mut last = HashMap::new();
        for s in read(file).await?.into_iter().flatten() {
            let known = last.entry(s.firm).or_insert(0);
            *known = s.checkpoint.seq.max(*known);
        }
        Ok(Anchors { file: file.to_owned(), last, due: Vec::new() })
    }

    /// The last row of a firm that the file knows; 0 for none.
    pub fn last(&self, firm: FirmId) -> i64 {
        self.last.get(&firm).copied().unwrap_or(0)
    }

    pub fn add(&mut self, signed: Signed) {
        self.due.push(signed);
    }

    /// Appends what is due. What could not be written stays due.
    #[crate::boxed]
    pub async fn write(&mut self) -> Result<()> {
        if self.due.is_empty() {
            return Ok(());
        }
        // A line that a crash cut short must not swallow the next one.
        let whole = tokio::fs::read(&self.file).await.map_or(true, |b| b.last().is_none_or(|b| *b == b'\n'));
        let mut text = if whole { String::new() } else { "\n".to_owned() };
        for s in &self.due {
            text += &serde_json::to_string(&Line::of(s)).map_err(|_| Error::Internal("a checkpoint"))?;
            text.push('\n');
        }
        append(&self.file, text.as_bytes()).await.map_err(trouble)?;
        for s in self.due.drain(..) {
            self.last.insert(s.firm, s.checkpoint.seq);
        }
        Ok(())
    }
}

async fn append(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut out = tokio::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(file).await?;
    out.write_all(bytes).await?;
    out.sync_data().await
}
