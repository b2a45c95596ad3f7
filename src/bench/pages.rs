//! A server on an existing database with many households: how soon it serves, how long pages take, how much memory it needs.

use super::child::Other;
use super::machine;
use super::scratch::Scratch;
use super::visitor::Visitor;
use super::{guest, load};
use crate::{Trouble, clock};
use clap::Args;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct StartOptions {
    /// How many households beside the ones in the pictures
    #[arg(long, default_value_t = 200, value_name = "N")]
    households: u32,
}

#[derive(Args)]
pub struct Options {
    /// How many households beside the ones in the pictures
    #[arg(long, default_value_t = 200, value_name = "N")]
    households: u32,
    /// How often each page is read
    #[arg(long, default_value_t = 60, value_name = "N")]
    rounds: usize,
    /// Requests a second, kept up whatever the answers take; 0 leaves this part out
    #[arg(long, default_value_t = 0, value_name = "N")]
    rate: u32,
    /// For how long
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    seconds: u32,
}

/// How soon it serves after its start, and its memory before anybody came.
pub async fn start(options: StartOptions) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    furnish(dir.path(), options.households)?;
    let mut times = Vec::new();
    let mut resident = 0.0;
    for _ in 0..5 {
        let (server, ms, _) = serve(dir.path()).await?;
        times.push(ms);
        resident = machine::resident_mb(server.id())?;
    }
    times.sort_unstable();
    Ok(json!({
        "bench": "start",
        "households": options.households,
        "database_bytes": fs::metadata(dir.path().join("data/heldaway.db"))?.len(),
        "serving_ms": { "p50": times[times.len() / 2], "max": times[times.len() - 1] },
        "resident_mb": resident,
        "processors": machine::processors(),
    }))
}

/// The pages that an adviser lives in.
pub async fn run(options: Options) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    let demo = furnish(dir.path(), options.households)?;
    let guest = guest::add(dir.path(), &demo).await?;
    let (server, _, at) = serve(dir.path()).await?;
    let mut visitor = Visitor::new(at);
    let lead = &demo["firms"][0]["people"]["lead"];
    let of = |name: &str| lead[name].as_str().unwrap_or_default();
    visitor.sign_in(of("email"), of("password"), of("totp"), clock::of(None).as_ref()).await?;
    let family = &demo["firms"][0]["households"][0];
    let id = |v: &Value| v["id"].as_str().unwrap_or_default().to_owned();
    let fed = family["accounts"].as_array().and_then(|a| a.iter().find(|a| !a["connection"].is_null())).cloned().unwrap_or_default();
    let mut client = guest::sign_in(visitor.at()).await?;
    let portal = format!("/portal/{}", guest.household);
    let pages = [
        ("home", "/".to_owned()),
        ("households", "/households".into()),
        ("portfolio", format!("/households/{}/portfolio", id(family))),
        ("accounts", format!("/households/{}/accounts", id(family))),
        ("account", format!("/accounts/{}", id(&fed))),
        ("connections", "/connections".into()),
        ("portal home", portal.clone()),
    ];
    let mut found = Vec::new();
    for (name, path) in pages {
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..options.rounds {
            let reader = if name == "portal home" { &mut client } else { &mut visitor };
            let answer = reader.get(&path).await?;
            if answer.status != 200 {
                return Err(Trouble(format!("{path} was answered with {}", answer.status)));
            }
            bytes = answer.body.len();
            times.push(answer.micros);
        }
        times.sort_unstable();
        let at = |permille: usize| times[(times.len() - 1) * permille / 1000];
        found.push(json!({ "page": name, "bytes": bytes, "p50_us": at(500), "p99_us": at(990) }));
    }
    let load = match options.rate {
        0 => Value::Null,
        rate => {
            let households = load::households(&mut visitor).await?;
            load::run(rate, options.seconds, &visitor, &households, &client, &portal).await?
        }
    };
    Ok(json!({
        "bench": "pages",
        "households": options.households,
        "rounds": options.rounds,
        "pages": found,
        "load": load,
        "resident_mb": machine::resident_mb(server.id())?,
        "processors": machine::processors(),
    }))
}

/// Lets the demo make a database, takes it over into `data` and its master key beside it. Says what the demo knew.
pub fn furnish(dir: &Path, households: u32) -> Result<Value, Trouble> {
    let made = dir.join("made");
    let (path, many) = (made.display().to_string(), households.to_string());
    let mut demo = Other::start(&["demo", "--data", &path, "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0", "--households", &many])?;
    demo.until("Heldaway is ready")?;
    let known: Value = serde_json::from_slice(&fs::read(made.join("demo.json"))?).map_err(|e| Trouble(e.to_string()))?;
    drop(demo);
    fs::create_dir_all(dir.join("data"))?;
    for end in ["", "-wal", "-shm"] {
        let file = made.join(format!("heldaway.db{end}"));
        if file.exists() {
            fs::copy(file, dir.join(format!("data/heldaway.db{end}")))?;
        }
    }
    fs::rename(dir.join("made.key"), dir.join("data.key"))?;
    Ok(known)
}

/// Starts a server on the database and waits until it answers: (server, milliseconds, address).
pub async fn serve(dir: &Path) -> Result<(Other, u64, String), Trouble> {
    let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let data = dir.join("data").display().to_string();
    let began = Instant::now();
    let server = Other::start(&["serve", "--data", &data, "--listen", &free])?;
    loop {
        if let Ok(answer) = Visitor::new(free.clone()).get("/healthz").await
            && answer.status == 200
        {
            return Ok((server, began.elapsed().as_millis() as u64, free));
        }
        if began.elapsed() > Duration::from_secs(20) {
            return Err(Trouble("the server does not answer".into()));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
