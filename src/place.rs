//! The data folder: what lies where in it, that one program uses it at a time, and that the master key is beside it and never inside.

use crate::Trouble;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Marks a folder as the demo's own: only such a one is ever emptied.
const DEMO_MARK: &str = "heldaway-demo";

/// A data folder that this program holds until it is dropped.
pub struct Place {
    dir: PathBuf,
    _lock: File,
}

impl Place {
    /// Makes the folder where needed, for its owner alone, and holds it.
    pub fn hold(dir: &Path) -> Result<Place, Trouble> {
        let fail = |e: std::io::Error| Trouble(format!("{} cannot be used: {e}", dir.display()));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(fail)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(dir.join("lock")).map_err(fail)?;
        match lock.try_lock() {
            Ok(()) => Ok(Place { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Trouble(format!("Another heldaway already works in {}.", dir.display()))),
            Err(TryLockError::Error(e)) => Err(fail(e)),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.path("heldaway.db")
    }

    pub fn anchors(&self) -> PathBuf {
        anchors_in(&self.dir)
    }

    /// The database's address. Its file is for its owner alone, however open the folder is; SQLite gives its log the same rights.
    pub fn database_url(&self) -> String {
        // What cannot be made or changed here fails a moment later, when it is opened.
        if OpenOptions::new().append(true).create(true).mode(0o600).open(self.database()).is_ok() {
            let _ = fs::set_permissions(self.database(), fs::Permissions::from_mode(0o600));
        }
        sqlite_url(&self.database())
    }

    pub fn has_database(&self) -> bool {
        self.database().exists()
    }

    pub fn key(&self) -> PathBuf {
        key_beside(&self.dir)
    }

    pub fn is_demo(&self) -> bool {
        self.path(DEMO_MARK).exists()
    }

    /// Claims the folder for the demo. One that holds something else is refused.
    pub fn claim_for_demo(&self) -> Result<(), Trouble> {
        if self.is_demo() {
            return Ok(());
        }
        if self.foreign()? {
            return Err(Trouble(format!(
                "{} holds something that the demo did not put there. Name another folder with --data.",
                self.dir.display()
            )));
        }
        fs::write(self.path(DEMO_MARK), "Made by `heldaway demo`; `--fresh` empties this folder.\n")
            .map_err(|e| Trouble(format!("{} cannot be written: {e}", self.dir.display())))
    }

    fn foreign(&self) -> Result<bool, Trouble> {
        let all = fs::read_dir(&self.dir).map_err(|e| Trouble(format!("{} cannot be read: {e}", self.dir.display())))?;
        Ok(all.flatten().any(|e| e.file_name() != "lock"))
    }

    /// Removes everything but the lock and the mark, from the demo's own folder alone.
    pub fn empty_demo(&self) -> Result<(), Trouble> {
        let fail = |e: std::io::Error| Trouble(format!("{} cannot be emptied: {e}", self.dir.display()));
        if !self.is_demo() {
            return Err(Trouble(format!("{} is not a folder of the demo, so it is not emptied.", self.dir.display())));
        }
        for entry in fs::read_dir(&self.dir).map_err(fail)?.flatten() {
            if entry.file_name() == "lock" || entry.file_name() == DEMO_MARK {
                continue;
            }
            let path = entry.path();
            match entry.file_type().map_err(fail)?.is_dir() {
                true => fs::remove_dir_all(&path).map_err(fail)?,
                false => fs::remove_file(&path).map_err(fail)?,
            }
        }
        Ok(())
    }
}

/// The audit log's checkpoints outside the database. Copy it elsewhere, line by line, to prove later that nothing was cut off.
pub fn anchors_in(dir: &Path) -> PathBuf {
    dir.join("audit.anchors")
}

pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// `DIR.key/kek`: beside the folder, so that a copy of the data is not a copy of the key.
pub fn key_beside(dir: &Path) -> PathBuf {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let mut name = dir.file_name().unwrap_or_default().to_os_string();
    name.push(".key");
    dir.with_file_name(name).join("kek")
}

/// Writes a file whole or not at all, for its owner alone.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension("draft");
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_lies_beside_the_data_and_never_inside() {
        assert_eq!(key_beside(Path::new("/srv/heldaway")), Path::new("/srv/heldaway.key/kek"));
        assert!(!key_beside(Path::new("./data/")).starts_with(std::path::absolute("./data/").expect("a path")));
    }

    #[test]
    fn the_database_is_for_its_owner_alone_in_an_open_folder_too() {
        let dir = std::env::temp_dir().join(format!("heldaway-own-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder");
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).expect("open to all");
        fs::write(dir.join("heldaway.db"), "").expect("a file");
        fs::set_permissions(dir.join("heldaway.db"), fs::Permissions::from_mode(0o644)).expect("open to all");
        let place = Place::hold(&dir).expect("a free folder");
        for _ in 0..2 {
            place.database_url();
            assert_eq!(fs::metadata(place.database()).expect("the file").permissions().mode() & 0o777, 0o600);
            fs::remove_file(place.database()).expect("its file");
        }
        let _ = fs::remove_dir_all(&dir);
    }

    #[test]
    fn only_the_demos_own_folder_is_emptied() {
        let dir = std::env::temp_dir().join(format!("heldaway-place-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a folder");
        fs::write(dir.join("letters.txt"), "mine").expect("a file");
        let place = Place::hold(&dir).expect("a free folder");
        assert!(Place::hold(&dir).is_err(), "held twice");
        assert!(place.claim_for_demo().is_err() && place.empty_demo().is_err());
        assert!(dir.join("letters.txt").exists());
        fs::remove_file(dir.join("letters.txt")).expect("its file");
        place.claim_for_demo().expect("an empty folder");
        fs::write(dir.join("heldaway.db"), "x").expect("a file");
        place.empty_demo().expect("its own folder");
        assert!(!dir.join("heldaway.db").exists() && place.is_demo());
        let _ = fs::remove_dir_all(&dir);
    }
}
