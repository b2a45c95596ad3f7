//! `heldaway bench`: speed and size as JSON, one object each with field names that stay. What they mean stands in `docs/benchmarks.md`.

mod scratch;
mod search;

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
    /// Finding an institution while it is typed
    Search(search::Options),
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let found = match options.what {
        What::Search(o) => search::run(o).await?,
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
