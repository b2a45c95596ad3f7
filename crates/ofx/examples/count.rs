//! Counts what an OFX file says: `count FILE` piece by piece, `count FILE whole` as one document. For measuring time and memory.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let Some(path) = args.first() else {
        eprintln!("count FILE [whole]");
        return ExitCode::FAILURE;
    };
    match count(path.as_ref(), args.len() > 1) {
        Ok(n) => {
            println!("{n}");
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn count(path: &std::path::Path, whole: bool) -> Result<usize, ofx::Error> {
    let file = std::fs::File::open(path)?;
    if whole {
        let doc = ofx::Document::read(file)?;
        return Ok(doc.statements.iter().map(|s| s.transactions.len() + s.trades.len() + s.positions.len()).sum());
    }
    let mut reader = ofx::Reader::new(file)?;
    let mut n = 0;
    while reader.next()?.is_some() {
        n += 1;
    }
    Ok(n)
}
