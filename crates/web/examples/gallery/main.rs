//! Writes every view with invented data into a folder, to be looked at in a browser: `cargo run -p web --example gallery -- OUT`.

mod adviser;
mod client;
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
    for (name, html) in adviser::pages().into_iter().chain(client::pages()).chain(rest::pages()) {
        fs::write(out.join(format!("{name}.html")), html)?;
        writeln!(io::stdout(), "{name}")?;
    }
    Ok(())
}
