//! `heldaway check plaid`: tries the operator's keys at the provider and names what is missing.

use crate::config::Config;
use crate::{Trouble, clock, serve};
use clap::{Args, Subcommand};
use connect::Connector;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The keys of the configuration file, against Plaid itself
    Plaid {
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let What::Plaid { config } = options.what;
    let config = Config::read(Some(&config))?;
    let keys = config.plaid.as_ref().ok_or_else(|| Trouble("The configuration file names no Plaid keys ([plaid]).".into()))?;
    let public = config.public_url.clone().ok_or_else(|| Trouble("The configuration file names no public_url.".into()))?;
    let plaid = serve::plaid(keys, clock::of(None))?;
    let return_url = app::setup::return_address(&public)?;
    let found = plaid.check(&return_url).await?;
    for c in &found {
        println!("{} {}: {}", if c.ok { "ok  " } else { "FAIL" }, c.name, c.detail);
    }
    match found.iter().all(|c| c.ok) {
        true => Ok(()),
        false => Err(Trouble(format!("Plaid does not take this as it is. The return address to allow there is {return_url}"))),
    }
}
