//! Master keys (key-encryption keys) in files of their own, outside the data: made once, never overwritten, readable by their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::envelope::Key;
use crate::fault::Fault;
use crate::place::{hex, unhex};
use crate::randomness::Randomness;
use crate::secret::Secret;

const FIRST_LINE: &str = "heldaway master key 1";
/// No key file is longer.
const FILE_BYTES: u64 = 512;

/// Public name of a master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KekId(pub [u8; 16]);

impl std::fmt::Display for KekId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What a master key may still be used for. Every node loads a new key as pending before any node makes it valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Opens, does not wrap yet.
    Pending,
    /// Wraps and opens; one key only.
    Valid,
    /// Opens what is not re-wrapped yet.
    Retained,
    /// Opens nothing; the key is still in its file and can be retained again.
    Revoked,
    /// The file remembers the name alone.
    Destroyed,
}

const STATES: [(State, &str); 5] = [
    (State::Pending, "pending"),
    (State::Valid, "valid"),
    (State::Retained, "retained"),
    (State::Revoked, "revoked"),
    (State::Destroyed, "destroyed"),
];

impl State {
    pub fn opens(self) -> bool {
        matches!(self, State::Pending | State::Valid | State::Retained)
    }
    pub fn name(self) -> &'static str {
        STATES.iter().find(|(s, _)| *s == self).map_or("", |(_, name)| name)
    }
}

pub struct Kek {
    pub(crate) id: KekId,
    pub(crate) state: State,
    pub(crate) key: Option<Key>,
}

impl Kek {
    pub fn id(&self) -> KekId {
        self.id
    }

    pub fn state(&self) -> State {
        self.state
    }

    pub(crate) fn random(state: State, randomness: &Randomness) -> Kek {
        Kek { id: KekId(randomness.bytes()), state, key: Some(Secret::new(randomness.bytes())) }
    }

    /// Makes a new master key in a new file; missing folders are made for the owner alone.
    pub fn create(path: &Path, state: State, randomness: &Randomness) -> Result<KekId, Fault> {
        let kek = Kek::random(state, randomness);
        let fail = |e| Fault::File(path.to_owned(), e);
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fail)?;
        }
        let draft = kek.write_draft(path, randomness).map_err(fail)?;
        // A link appears complete or not at all and never replaces a key that somebody else has just made.
        let made = fs::hard_link(&draft, path);
        let removed = fs::remove_file(&draft);
        match made {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(Fault::Exists(path.to_owned())),
            other => other.and(removed).and_then(|()| sync_folder(path)).map_err(fail)?,
        }
        Ok(kek.id)
    }

    pub fn load(path: &Path) -> Result<Kek, Fault> {
        let fail = |e| Fault::File(path.to_owned(), e);
        let file = File::open(path).map_err(fail)?;
        // The opened file is asked, not the path: it cannot be exchanged in between.
        let about = file.metadata().map_err(fail)?;
        if !about.is_file() || about.len() > FILE_BYTES {
            return Err(Fault::NotAKey(path.to_owned()));
        }
        if about.permissions().mode() & 0o077 != 0 {
            return Err(Fault::Exposed(path.to_owned()));
        }
        let mut text = Zeroizing::new(String::with_capacity(FILE_BYTES as usize));
        match file.take(FILE_BYTES).read_to_string(&mut text) {
            Ok(_) => Kek::parse(&text).ok_or_else(|| Fault::NotAKey(path.to_owned())),
            Err(e) if e.kind() == ErrorKind::InvalidData => Err(Fault::NotAKey(path.to_owned())),
            Err(e) => Err(fail(e)),
        }
    }

    /// Writes the key's new state into its file; destroying it leaves no key there.
    pub fn change(path: &Path, state: State, randomness: &Randomness) -> Result<(), Fault> {
        let mut kek = Kek::load(path)?;
        if kek.state == State::Destroyed {
            return Err(Fault::NoSuchKey(kek.id.to_string()));
        }
        kek.state = state;
        let fail = |e| Fault::File(path.to_owned(), e);
        if state == State::Destroyed {
            kek.key = None;
            blank(path).map_err(fail)?;
        }
        let draft = kek.write_draft(path, randomness).map_err(fail)?;
        fs::rename(&draft, path).and_then(|()| sync_folder(path)).map_err(fail)
    }

    fn write_draft(&self, path: &Path, randomness: &Randomness) -> Result<PathBuf, Error> {
        let name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
        let draft = path.with_file_name(format!(".{name}.{}", hex(&randomness.bytes::<8>())));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o400).open(&draft)?;
        let written = file.write_all(self.text().as_bytes()).and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a key is of no use to us and of some to others.
            let _ = fs::remove_file(&draft);
        }
        written.map(|()| draft)
    }

    fn text(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(self.key.as_ref().map_or(String::new(), |k| hex(k.expose())));
        Zeroizing::new(format!("{FIRST_LINE}\nid {}\nstate {}\nkey {}\n", self.id, self.state.name(), *key))
    }

    fn parse(text: &str) -> Option<Kek> {
        let mut lines = text.lines();
        let mut after = |word: &str| lines.next().and_then(|l| l.strip_prefix(word));
        if after(FIRST_LINE) != Some("") {
            return None;
        }
        let id = KekId(unhex(after("id ")?)?);
        let name = after("state ")?;
        let state = STATES.iter().find(|(_, n)| *n == name)?.0;
        let key = after("key ")?;
        let key = if state == State::Destroyed { None } else { Some(Secret::new(unhex(key)?)) };
        lines.next().is_none().then_some(Kek { id, state, key })
    }
}

/// Overwrites before the file is replaced. Worth what the disk makes of it; the operating guide says so.
fn blank(path: &Path) -> Result<(), Error> {
    let length = fs::metadata(path)?.len() as usize;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(&vec![b'0'; length])?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
