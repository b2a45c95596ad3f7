//! `heldaway ofx FILE`: what an OFX or QFX file says, and what was put right in it.

use crate::trouble::Trouble;
use clap::Args;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// An OFX or QFX file
    file: PathBuf,
    /// One JSON object with everything, decimals as text
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> Result<(), Trouble> {
    let read = File::open(&options.file).map_err(::ofx::Error::from).and_then(::ofx::Document::read);
    let doc = read.map_err(|e| Trouble(format!("{}: {e}", options.file.display())))?;
    let mut out = std::io::stdout().lock();
    if options.json {
        serde_json::to_writer(&mut out, &doc).map_err(|e| Trouble(e.to_string()))?;
        writeln!(out)?;
        return Ok(());
    }
    for s in &doc.statements {
        let account = s.head.account.as_ref().and_then(|a| a.id.as_deref()).unwrap_or("without a number");
        let currency = s.head.currency.as_deref().unwrap_or("no currency");
        let (movements, positions) = (s.transactions.len() + s.trades.len(), s.positions.len());
        writeln!(out, "account {account}, {currency}: {movements} movements, {positions} positions, {} balances", s.balances.len())?;
    }
    writeln!(out, "{} securities, {} listed accounts", doc.securities.len(), doc.accounts.len())?;
    for warning in &doc.warnings {
        writeln!(out, "{warning}")?;
    }
    if doc.cut_short {
        writeln!(out, "The file ends in the middle.")?;
    }
    Ok(())
}
