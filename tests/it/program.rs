//! The built binary as an operator runs it.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

pub struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub fn start(arguments: &[&str]) -> Program {
        let mut child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("what it says")).lines();
        Program { child, lines }
    }

    /// Reads on until a line contains this.
    pub fn until(&mut self, text: &str) -> String {
        for line in self.lines.by_ref() {
            let line = line.expect("a line");
            if line.contains(text) {
                return line;
            }
        }
        panic!("it ended without saying “{text}”");
    }

    /// As Ctrl-C does. Says whether it ended well.
    pub fn stop(mut self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("the signal");
        asked.success() && self.child.wait().expect("its end").success()
    }

    /// As a power cut does.
    pub fn kill(mut self) {
        self.child.kill().expect("the signal");
        self.child.wait().expect("its end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heldaway"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program runs")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A demo with few institutions in a folder, on free ports; ready when this returns.
pub fn demo(dir: &Path, more: &[&str]) -> Program {
    let dir = dir.display().to_string();
    let base = ["demo", "--data", &dir, "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0", "--institutions", "300"];
    let mut program = Program::start(&[&base[..], more].concat());
    program.until("Heldaway is ready");
    program
}

/// What the demo says about itself.
pub fn demo_json(dir: &Path) -> serde_json::Value {
    let text = std::fs::read(dir.join("demo.json")).expect("demo.json");
    serde_json::from_slice(&text).expect("JSON")
}
