//! `heldaway rebuild`: makes the projections again from the log and says what was different, which is nothing.

use crate::config::Config;
use crate::place::Place;
use crate::{Trouble, clock, serve};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let config = Config::read(options.config.as_deref())?;
    let place = Place::hold(&serve::data_folder(&config, options.data))?;
    let app = serve::open(&config, &place, clock::of(None)).await?;
    let report = app::rebuild::run(&app).await?;
    app.store().clone().close().await?;
    for d in &report.differences {
        println!("{} {}: {} {:?}", d.firm, d.entity, d.id, d.what);
    }
    println!("{} rows made again, {} differences.", report.rows, report.differences.len());
    match report.differences.is_empty() {
        true => Ok(()),
        false => Err(Trouble("the projections did not agree with the log; they do now.".into())),
    }
}
