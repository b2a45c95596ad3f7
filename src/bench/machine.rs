//! What the machine says about this process and its disk.

use crate::Trouble;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The kernel counts processor time in hundredths of a second on every Linux we run on.
const TICK: Duration = Duration::from_millis(10);

/// Processor time of this process so far, in user and in kernel; children are not counted.
pub fn cpu() -> Result<Duration, Trouble> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The name in brackets may hold spaces, so fields are counted behind it.
    let fields: Vec<&str> = text.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<u32>().ok()).unwrap_or(0);
    Ok(TICK * (ticks(11) + ticks(12)))
}

/// Resident memory of a process, in MB.
pub fn resident_mb(process: u32) -> Result<f64, Trouble> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
    let kb: f64 = line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0.0);
    Ok((kb / 1024.0 * 10.0).round() / 10.0)
}

/// How long the disk under a folder takes to make 4 kB durable: the median and the slowest of a hundred, in microseconds.
pub fn fsync_us(dir: &Path) -> Result<(u64, u64), Trouble> {
    let mut file = File::create(dir.join("fsync"))?;
    let mut times = Vec::new();
    for _ in 0..50 {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[7; 4096])?;
        let began = Instant::now();
        file.sync_data()?;
        times.push(began.elapsed().as_micros() as u64);
    }
    times.sort_unstable();
    Ok((times[times.len() / 2], times[times.len() - 1]))
}

pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Two digits behind the point are all that a measurement is worth.
pub fn round(n: f64) -> f64 {
    (n * 100.0).round() / 100.0
}
