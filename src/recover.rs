//! `heldaway recover`: the way back in for staff of a firm that has no second administrator to agree. A link goes to the person's mailbox, and
//! the code is printed here to be read out; neither is enough alone.

use crate::config::Config;
use crate::place::Place;
use crate::{Trouble, clock, serve};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// The address that the person signs in with
    email: String,
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let config = Config::read(options.config.as_deref())?;
    let place = Place::hold(&serve::data_folder(&config, options.data))?;
    let app = serve::open(&config, &place, clock::of(None)).await?;
    let begun = app::recovery::operator(&app, &options.email).await;
    app.store().clone().close().await?;
    let spoken = match begun {
        Ok(spoken) => spoken,
        Err(app::Error::NotFound) => return Err(Trouble("Nobody of the staff signs in with this address.".into())),
        Err(e) => return Err(Trouble(e.to_string())),
    };
    println!("Read this code out to {}: {}", spoken.name, spoken.code.expose());
    println!("It works for ten minutes. Start the server now: it sends a link to {}, which asks for the code.", spoken.email);
    Ok(())
}
