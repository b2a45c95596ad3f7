//! `heldaway audit verify`: reads the audit log from its first row to its last and names what does not fit.

use crate::config::Config;
use crate::place::{anchors_in, key_beside, sqlite_url};
use crate::{Trouble, clock, serve};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use store::{Open, Store};
use vault::{Randomness, Ring};

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Every row against the one before, the signatures, and the checkpoints kept outside the database. Works beside a running server
    Verify(Verify),
}

#[derive(Args)]
struct Verify {
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A copy of the checkpoints that was kept elsewhere; without it the one in the data folder
    #[arg(long, value_name = "FILE")]
    anchors: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let What::Verify(options) = options.what;
    let config = Config::read(options.config.as_deref())?;
    let data = serve::data_folder(&config, options.data);
    let database = data.join("heldaway.db");
    if config.database.is_none() && !database.exists() {
        return Err(Trouble(format!("There is no database in {}.", data.display())));
    }
    let keys = match config.key_files.is_empty() {
        true => vec![key_beside(&data)],
        false => config.key_files.clone(),
    };
    let ring = Ring::load(&keys, Randomness::system())?;
    // Read before the database: the chain may have grown since, and fits all the same.
    let file = options.anchors.unwrap_or_else(|| anchors_in(&data));
    let lines = app::audit::read(&file).await?;
    let unreadable: Vec<String> = lines.iter().enumerate().filter(|(_, l)| l.is_none()).map(|(n, _)| (n + 1).to_string()).collect();
    let url = config.database.clone().unwrap_or_else(|| sqlite_url(&database));
    let store = Store::open(Open { url: &url, clock: clock::of(None), connections: 1 }).await?;
    let found = app::audit::verify(&store, &ring, lines.into_iter().flatten().collect()).await?;
    store.close().await?;
    let mut fine = unreadable.is_empty();
    if !fine {
        println!("{}: line {} cannot be read.", file.display(), unreadable.join(", "));
    }
    for f in &found {
        println!("{}: {} events sealed, {} wait{}.", f.firm, f.sealed, f.waiting, oldest(f));
        for trouble in &f.troubles {
            println!("  {trouble}");
        }
        fine &= f.troubles.is_empty();
    }
    match fine {
        true => Ok(()),
        false => Err(Trouble("the audit log is not what this program wrote.".into())),
    }
}

fn oldest(f: &app::audit::Found) -> String {
    f.oldest.as_ref().map_or(String::new(), |e| format!(" since {} ({})", e.at, e.event))
}
