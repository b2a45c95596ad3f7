//! Writes every view with invented data into a folder, to be looked at in a browser: `cargo run -p web --example gallery -- OUT`.

mod account;
mod asset_sync;
mod client;
mod connections;
mod home;
mod households;
mod portfolio;
mod rest;
mod sample;

use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

/// A page's file name and its text.
pub type Page = (&'static str, String);

fn main() -> io::Result<()> {
    let out = std::env::args().nth(1).unwrap_or_else(|| "gallery".into());
    let out = Path::new(&out);
    fs::create_dir_all(out.join("assets"))?;
    for (href, body) in web::assets::all() {
        fs::write(out.join(href.trim_start_matches('/')), body)?;
    }
    let ideas = [
        home::pages,
        households::pages,
        portfolio::pages,
        asset_sync::pages,
        account::pages,
        connections::pages,
        client::pages,
        rest::pages,
    ];
    for (name, html) in ideas.into_iter().flat_map(|pages| pages()) {
        fs::write(out.join(format!("{name}.html")), html)?;
        writeln!(io::stdout(), "{name}")?;
    }
    Ok(())
}
