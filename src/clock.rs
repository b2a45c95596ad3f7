//! The one file that reads the system's clock. In demo and sandbox a file may move it: it holds an offset in seconds.

use model::{Clock, Time};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How often the offset is looked at, in microseconds.
const LOOK: i64 = 200_000;

pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        system()
    }
}

#[allow(clippy::disallowed_methods, reason = "everything else gets the present time from here")]
fn system() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The system's time plus what a file says.
pub struct OffsetClock {
    file: PathBuf,
    offset: AtomicI64,
    look_at: AtomicI64,
}

impl OffsetClock {
    fn new(file: PathBuf) -> OffsetClock {
        let clock = OffsetClock { file, offset: AtomicI64::new(0), look_at: AtomicI64::new(0) };
        clock.look();
        clock
    }

    /// A file that is missing, or being written, changes nothing.
    fn look(&self) {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        if let Some(micros) = text.trim().parse::<i64>().ok().and_then(|s| s.checked_mul(1_000_000)) {
            self.offset.store(micros, Ordering::SeqCst);
        }
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Time {
        let now = system();
        let look_at = self.look_at.load(Ordering::Relaxed);
        if now.0 >= look_at && self.look_at.compare_exchange(look_at, now.0 + LOOK, Ordering::SeqCst, Ordering::Relaxed).is_ok() {
            self.look();
        }
        Time(now.0.saturating_add(self.offset.load(Ordering::SeqCst)))
    }
}

/// The system's clock, or the movable one where a file was named.
pub fn of(file: Option<PathBuf>) -> Arc<dyn Clock> {
    match file {
        Some(file) => Arc::new(OffsetClock::new(file)),
        None => Arc::new(SystemClock),
    }
}
