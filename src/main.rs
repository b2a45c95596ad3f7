//! The binary: configuration, command line, start-up, shutdown, demo. Everything else lives in the crates.

mod audit;
mod backup;
mod bench;
mod check;
mod clock;
mod config;
mod demo;
mod node;
mod ofx;
mod place;
mod rebuild;
mod recover;
mod restore;
mod risk;
mod sandbox;
mod serve;
mod trouble;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;
use trouble::Trouble;

#[derive(Parser)]
#[command(name = "heldaway", version, about = "A self-hosted home for advisory firms and the accounts their clients hold elsewhere")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Log one JSON object a line
    #[arg(long, global = true)]
    log_json: bool,
    /// What to log: error, warn, info, debug, or a filter by module
    #[arg(long, global = true, default_value = "warn,app=info,heldaway=info", value_name = "FILTER", hide_default_value = true)]
    log: String,
}

#[derive(Subcommand)]
enum Command {
    /// Everything at once to look at: invented firms, households, institutions and prices
    Demo(demo::Options),
    /// The rehearsal providers alone
    Sandbox(sandbox::Options),
    /// A real firm's installation
    Serve(serve::Options),
    /// Make the projections again from the log
    Rebuild(rebuild::Options),
    /// Copy the data into one file, and its keyring into another
    Backup(backup::Options),
    /// Verify a backup and put it into an empty folder
    Restore(restore::Options),
    /// Begin the way back in for somebody of the staff, where no second administrator can agree
    Recover(recover::Options),
    /// Verify the audit log
    Audit(audit::Options),
    /// Try keys at a provider
    Check(check::Options),
    /// Say what an OFX or QFX file holds
    Ofx(ofx::Options),
    /// Say what a household’s risk score was made from
    Risk(risk::Options),
    /// Measure speed and size
    Bench(bench::Options),
    /// Say which version this is
    Version,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Sandbox and connectors share one TLS provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Trouble::from)
        .and_then(|runtime| runtime.block_on(run(cli)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("heldaway: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Trouble> {
    // Only `serve` reads its configuration before it logs: the file may ask for JSON.
    let config = match &cli.command {
        Command::Serve(options) => config::Config::read(options.config.as_deref())?,
        _ => config::Config::default(),
    };
    log(&cli.log, cli.log_json || config.log_json)?;
    match cli.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Sandbox(options) => sandbox::run(options).await,
        Command::Serve(options) => serve::run(options, config).await,
        Command::Rebuild(options) => rebuild::run(options).await,
        Command::Backup(options) => backup::run(options).await,
        Command::Restore(options) => restore::run(options).await,
        Command::Recover(options) => recover::run(options).await,
        Command::Audit(options) => audit::run(options).await,
        Command::Check(options) => check::run(options).await,
        Command::Ofx(options) => ofx::run(&options),
        Command::Risk(options) => risk::run(options).await,
        Command::Bench(options) => bench::run(options).await,
        Command::Version => {
            println!("heldaway {} (schema {})", env!("CARGO_PKG_VERSION"), store::SCHEMA);
            Ok(())
        }
    }
}

/// Logs to stderr; stdout belongs to what a command answers.
fn log(filter: &str, json: bool) -> Result<(), Trouble> {
    let filter: Targets = filter.parse().map_err(|e| Trouble(format!("--log: {e}")))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match json {
        true => tracing_subscriber::registry().with(lines.json().with_filter(filter)).init(),
        false => tracing_subscriber::registry().with(lines.with_filter(filter)).init(),
    }
    Ok(())
}
