//! `heldaway risk --explain HOUSEHOLD`: every input of a household's risk score and what came of it. `docs/risk.py` computes the score again
//! from the JSON.

use crate::config::Config;
use crate::place::Place;
use crate::{Trouble, clock, serve};
use app::risk::{Scores, Told};
use clap::Args;
use model::HouseholdId;
use model::risk::{How, percent};
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// The household, by its id (hh_…)
    #[arg(long, value_name = "HOUSEHOLD")]
    explain: HouseholdId,
    /// Everything as one JSON object, each close included
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder with the database
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let config = Config::read(options.config.as_deref())?;
    let place = Place::hold(&serve::data_folder(&config, options.data))?;
    let app = serve::open(&config, &place, clock::of(None)).await?;
    let firms = store::firms::all(&*app.store().read_system().await?).await?;
    let mut found = None;
    for firm in firms {
        match app::risk::household(&app, &app.system_scope(firm.id), options.explain).await {
            Ok(view) => found = Some(view.scores),
            Err(app::Error::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
    }
    app.store().clone().close().await?;
    let scores = found.ok_or_else(|| Trouble(format!("There is no household {}.", options.explain)))?;
    match options.json {
        true => println!("{}", app::risk::explained(&scores)),
        false => show(&scores),
    }
    Ok(())
}

fn show(scores: &Scores) {
    say("All accounts", &scores.all);
    if let Some(managed) = &scores.managed {
        say("Managed alone", managed);
    }
    for o in &scores.outside {
        println!("not part of it: {}: {}", o.name, o.why);
    }
    println!("--json prints each close as well.");
}

fn say(name: &str, told: &Told) {
    let o = &told.outcome;
    match &o.score {
        Ok(s) => println!(
            "{name}: {} (between {} and {}), loss {}, {} windows, as of {}, method {}",
            s.score,
            s.low,
            s.high,
            percent(s.downside),
            s.windows,
            o.as_of,
            o.method
        ),
        Err(why) => println!("{name}: no score. {}", why.words()),
    }
    let coverage = o.coverage.map_or_else(|| "none".into(), |c| format!("{c}%"));
    println!("  coverage {coverage}: {} of {} {}, {} without a value", o.modelled, o.in_scope, o.currency, o.unvalued);
    for p in &o.parts {
        let value = p.value.map_or_else(|| "no value".into(), |v| v.to_string());
        let how = match &p.how {
            How::Still => "stands still".into(),
            How::Modelled { own_windows, stand_in_windows } => format!("{own_windows} own windows, {stand_in_windows} by its class"),
            How::Not { why } => format!("not modelled: {}", why.words()),
        };
        let security = p.position.security.as_deref().unwrap_or("-");
        println!("  {} · {} ({security}): {value}, {how}", p.position.account_name, p.position.name);
    }
    for (key, h) in &told.inputs.histories {
        println!("  {key}: {} closes in {}, from {}", h.closes.len(), h.currency, h.source);
    }
}
