//! A file without a name: made, taken out of its folder before anything is written, and gone with whoever holds it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) struct Spool {
    file: File,
    length: u64,
    most: u64,
}

impl Spool {
    /// `most`: what comes beyond it is counted and not kept, and what was kept goes.
    pub fn new(dir: &Path, most: u64) -> io::Result<Spool> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // An empty file of this name can be left by a process that was killed between the two calls.
        for _ in 0..100 {
            let path = dir.join(format!(".upload-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
            match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => {
                    std::fs::remove_file(&path)?;
                    return Ok(Spool { file, length: 0, most });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub fn is_too_long(&self) -> bool {
        self.length > self.most
    }

    pub fn content(mut self) -> io::Result<Vec<u8>> {
        let mut content = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut content)?;
        Ok(content)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.is_too_long();
        self.length += bytes.len() as u64;
        match (before, self.is_too_long()) {
            (false, false) => self.file.write_all(bytes)?,
            (false, true) => self.file.set_len(0)?,
            _ => {}
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
