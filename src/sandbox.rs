//! `heldaway sandbox`: the rehearsal providers alone.

use crate::{Trouble, clock, node};
use clap::Args;
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8081", value_name = "ADDR")]
    listen: SocketAddr,
    /// The world to invent: the same number gives the same world
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// How many institutions to invent
    #[arg(long, default_value_t = crate::demo::INSTITUTIONS, value_name = "N")]
    institutions: usize,
    /// A file with an offset in seconds that moves the clock
    #[arg(long, value_name = "FILE")]
    clock_file: Option<PathBuf>,
    /// A folder that keeps people and tokens over a restart
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Answer at once and without limits, for measuring
    #[arg(long)]
    latency_zero: bool,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let running = sandbox::start(sandbox::Config {
        listen: options.listen,
        seed: options.seed,
        institutions: options.institutions,
        clock: clock::of(options.clock_file),
        data: options.data,
        latency_zero: options.latency_zero,
    })
    .await
    .map_err(|e| start_trouble(options.listen, "--listen", e))?;
    let mut stop = node::stop_signal()?;
    let ready = json!({
        "base": running.base,
        "plaid": { "base": running.base, "client_id": running.client_id, "secret": running.secret },
        "mx": { "base": running.base, "client_id": running.mx_client_id, "api_key": running.mx_api_key },
        "simplefin": { "base": running.simplefin, "setup_token": running.simplefin_token },
    });
    println!("{ready}");
    let _ = stop.wait_for(|s| *s).await;
    running.stop().await;
    Ok(())
}

pub fn start_trouble(at: SocketAddr, option: &str, e: std::io::Error) -> Trouble {
    match e.kind() {
        std::io::ErrorKind::AddrInUse => Trouble(format!("{at} is in use by another program. Choose another with {option}.")),
        _ => Trouble(format!("the sandbox cannot start at {at}: {e}")),
    }
}
