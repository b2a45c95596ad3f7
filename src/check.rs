//! `heldaway check plaid|mx|simplefin`: tries the operator's keys at the provider and names what is missing.

use crate::config::Config;
use crate::{Trouble, clock, serve};
use clap::{Args, ValueEnum};
use connect::registry;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// Whose keys to try, against the provider itself
    provider: Provider,
    /// The configuration file with the keys
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Provider {
    Plaid,
    Mx,
    #[value(name = "simplefin")]
    SimpleFin,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let key = match options.provider {
        Provider::Plaid => "plaid",
        Provider::Mx => "mx",
        Provider::SimpleFin => "simplefin",
    };
    let name = registry::provider(key).map_or(key, |p| p.name);
    let config = Config::read(Some(&options.config))?;
    let connector = serve::connector(&config, key, clock::of(None))?;
    let connector = connector.ok_or_else(|| Trouble(format!("The configuration file does not name {name} ([{key}]).")))?;
    let public = config.public_url.clone().ok_or_else(|| Trouble("The configuration file names no public_url.".into()))?;
    let return_url = app::setup::return_address(&public)?;
    let found = connector.check(&return_url).await?;
    for c in &found {
        println!("{} {}: {}", if c.ok { "ok  " } else { "FAIL" }, c.name, c.detail);
    }
    match found.iter().all(|c| c.ok) {
        true => Ok(()),
        false => Err(Trouble(format!("{name} does not take this as it is. The return address to allow there is {return_url}"))),
    }
}
