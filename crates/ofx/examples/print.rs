//! Prints what an OFX file says, item by item, and what was repaired.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("print FILE");
        return ExitCode::FAILURE;
    };
    match print(path.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn print(path: &std::path::Path) -> Result<(), ofx::Error> {
    let mut reader = ofx::Reader::new(std::fs::File::open(path)?)?;
    while let Some(item) = reader.next()? {
        println!("{item:?}");
    }
    for warning in reader.warnings() {
        println!("{warning}");
    }
    Ok(())
}
