//! Other processes of this program: the provider, so that its work is not counted as ours, and servers to be visited.

use crate::Trouble;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Ends with whoever holds it.
pub struct Other(Child);

impl Other {
    /// Starts this program again with these arguments.
    pub fn start(arguments: &[&str]) -> Result<Other, Trouble> {
        let own = std::env::current_exe()?;
        let child = Command::new(own).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        Ok(Other(child))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// The first line that it says.
    pub fn first_line(&mut self) -> Result<String, Trouble> {
        self.until("")
    }

    /// Reads on until a line contains this.
    pub fn until(&mut self, text: &str) -> Result<String, Trouble> {
        let said = self.0.stdout.take().ok_or_else(|| Trouble("nothing to listen to".into()))?;
        let mut reader = BufReader::new(said);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Err(Trouble("the other process ended at once".into()));
            }
            if line.contains(text) {
                // Read to its end elsewhere: a program whose listener is gone would fail when it says more.
                std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
                return Ok(line);
            }
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
