//! `heldaway bench`: speed and size as JSON, one object each with field names that stay. What they mean stands in `docs/benchmarks.md`.

mod child;
mod doors;
mod guest;
mod import;
mod live;
mod load;
mod machine;
mod map;
mod matching;
mod ofx;
mod pages;
mod refresh;
mod risk;
mod scratch;
mod search;
mod storm;
mod visitor;

use crate::Trouble;
use clap::{Args, Subcommand};
use serde_json::Value;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
    /// One JSON object instead of lines to read
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum What {
    /// Keeping connections current
    Refresh(refresh::Options),
    /// Telling which of many known accounts a found one is
    Match(matching::Options),
    /// Finding an institution while it is typed
    Search(search::Options),
    /// The pages that advisers live in, over a database with many households
    Pages(pages::Options),
    /// Serving on an existing database, and memory
    Start(pages::StartOptions),
    /// Open pages: how soon a change reaches all of them, and what each costs
    Live(live::Options),
    /// Whether known and unknown addresses can be told apart from outside
    Doors(doors::Options),
    /// Wrong sign-ins from many addresses beside people who read pages
    Storm(storm::Options),
    /// Laying out and drawing a household map
    Map(map::Options),
    /// Risk scores from daily prices
    Risk(risk::Options),
    /// Taking files in
    Import(import::Options),
    /// Reading OFX files
    Ofx(ofx::Options),
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let found = match options.what {
        What::Refresh(o) => refresh::run(o).await?,
        What::Match(o) => matching::run(&o)?,
        What::Map(o) => map::run(&o)?,
        What::Risk(o) => risk::run(&o)?,
        What::Import(o) => import::run(o).await?,
        What::Ofx(o) => ofx::run(&o)?,
        What::Search(o) => search::run(o).await?,
        What::Pages(o) => pages::run(o).await?,
        What::Start(o) => pages::start(o).await?,
        What::Live(o) => live::run(o).await?,
        What::Doors(o) => doors::run(o).await?,
        What::Storm(o) => storm::run(o).await?,
    };
    match options.json {
        true => println!("{found}"),
        false => show(&found, 0),
    }
    Ok(())
}

fn show(value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    let Value::Object(all) = value else { return println!("{indent}{value}") };
    for (name, value) in all {
        match value {
            Value::Object(_) => {
                println!("{indent}{name}:");
                show(value, depth + 1);
            }
            Value::Array(list) if list.iter().any(Value::is_object) => {
                for one in list {
                    println!("{indent}{name}:");
                    show(one, depth + 1);
                }
            }
            plain => println!("{indent}{name}: {plain}"),
        }
    }
}
