//! `heldaway demo`: the product, the rehearsal providers and the workers in one process, with invented firms to look at. Needs nothing and
//! asks nobody. A second start on the same folder goes on where the first one stopped.

mod book;
pub mod households;
mod links;
mod portal;
mod seed;
pub mod staff;
pub mod wire;

use crate::node::{self, Door, Plan};
use crate::place::Place;
use crate::{Trouble, clock};
use app::App;
use app::mail::Transport;
use book::{Book, Ready};
use clap::Args;
use connect::Connector;
use connect::market::{Market, MarketConfig};
use connect::mx::{Mx, MxConfig};
use connect::plaid::{Plaid, PlaidConfig};
use connect::simplefin::{SimpleFin, SimpleFinConfig};
use model::{Clock, Secret, SharedClock, Span, Time};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use url::Url;

/// How many institutions the demo's providers know; about three in four are in the product's own country.
pub const INSTITUTIONS: usize = 16_000;

#[derive(Args)]
pub struct Options {
    /// The folder for everything that the demo keeps
    #[arg(long, default_value = "./heldaway-data", value_name = "DIR")]
    data: PathBuf,
    /// Empty the folder first
    #[arg(long)]
    fresh: bool,
    /// Where the product listens
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Where the rehearsal providers listen
    #[arg(long, default_value = "127.0.0.1:8081", value_name = "ADDR")]
    sandbox: SocketAddr,
    /// A file with an offset in seconds that moves the clock
    #[arg(long, value_name = "FILE")]
    clock_file: Option<PathBuf>,
    /// The world to invent: the same number gives the same world
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Households beside the ones in the pictures
    #[arg(long, default_value_t = 0, value_name = "N")]
    households: u32,
    /// Institutions that the providers know
    #[arg(long, default_value_t = INSTITUTIONS, value_name = "N", hide = true)]
    institutions: usize,
}

/// The clock of the demo while it writes its own past: behind the real one until the seeding is over.
pub struct Rehearsed {
    real: SharedClock,
    behind: AtomicI64,
}

impl Rehearsed {
    pub fn new(real: SharedClock) -> Rehearsed {
        Rehearsed { real, behind: AtomicI64::new(0) }
    }

    fn go_to(&self, behind: Span) {
        self.behind.store(behind.0, Ordering::SeqCst);
    }

    fn real_now(&self) -> Time {
        self.real.now()
    }
}

impl Clock for Rehearsed {
    fn now(&self) -> Time {
        self.real.now() - Span(self.behind.load(Ordering::SeqCst))
    }
}

/// What the seeding works with.
pub struct Stage {
    pub app: App,
    pub plaid: Arc<Plaid>,
    pub clock: Arc<Rehearsed>,
    pub seed: u64,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let place = Place::hold(&options.data)?;
    place.claim_for_demo()?;
    // What was half seeded when a start was cut short is nothing to go on from.
    if options.fresh || (place.has_database() && Book::read(&place).is_none()) {
        place.empty_demo()?;
    }
    book::retract(&place);
    let listener = node::listen(options.listen, "--listen").await?;
    let base = base_url(listener.local_addr()?)?;
    let clock = Arc::new(Rehearsed::new(clock::of(options.clock_file.clone())));
    let running = sandbox::start(sandbox::Config {
        listen: options.sandbox,
        seed: options.seed,
        institutions: options.institutions,
        clock: clock.clone(),
        data: Some(place.path("sandbox")),
        latency_zero: false,
    })
    .await
    .map_err(|e| crate::sandbox::start_trouble(options.sandbox, "--sandbox", e))?;
    let keys = PlaidConfig {
        base: Url::parse(&running.base).map_err(|e| Trouble(e.to_string()))?,
        client_id: running.client_id.clone(),
        secret: Secret::new(running.secret.clone()),
    };
    let keys_base = keys.base.clone();
    let plaid = Arc::new(Plaid::new(keys, clock.clone())?);
    let connectors = [vec![plaid.clone() as Arc<dyn Connector>], others(&running, clock.clone())?].concat();
    let config = app::Config { public_url: base.clone(), demo: true, reachable: true, secure_cookies: false };
    let url = place.database_url();
    let plan = Plan { database: &url, keys: &[place.key()], clock: clock.clone(), connectors, config };
    let app = node::open(plan).await?;
    app.set_post(Transport::Folder(place.path("mail")));
    app.set_market(Arc::new(Market::new(MarketConfig { base: keys_base, key: None }, clock.clone())?));
    let stop = node::stop_signal()?;
    let stage = Stage { app: app.clone(), plaid, clock, seed: options.seed };
    let book = match Book::read(&place) {
        Some(book) => book,
        None => {
            let book = seed::all(&stage, options.households).await?;
            book.write(&place)?;
            book
        }
    };
    wire::trouble(&stage).await;
    app::institutions::rebuild(&app).await?;
    let serving = tokio::spawn(node::run(app.clone(), Door { listener, tls: None, proxies: Vec::new() }, place.anchors(), stop));
    let ready = Ready { place: &place, base: &base, sandbox: &running, clock_file: options.clock_file.as_deref() };
    ready.announce(&app, &book).await?;
    let ended = serving.await.map_err(|e| Trouble(format!("the server ended: {e}")))?;
    book::retract(&place);
    running.stop().await;
    ended
}

/// The rehearsal providers beside the first.
fn others(running: &sandbox::Running, clock: SharedClock) -> Result<Vec<Arc<dyn Connector>>, Trouble> {
    let address = |text: &str| Url::parse(text).map_err(|e| Trouble(e.to_string()));
    let api_key = Secret::new(running.mx_api_key.clone());
    let mx = MxConfig { base: address(&running.base)?, client_id: running.mx_client_id.clone(), api_key };
    let simplefin = SimpleFinConfig { base: address(&running.simplefin)? };
    Ok(vec![Arc::new(Mx::new(mx, clock.clone())?), Arc::new(SimpleFin::new(simplefin, clock))])
}

/// Another site for the browser than the sandbox, so `localhost` and not `127.0.0.1`.
fn base_url(at: SocketAddr) -> Result<Url, Trouble> {
    let host = if at.ip().is_loopback() || at.ip().is_unspecified() { "localhost".to_owned() } else { at.ip().to_string() };
    Url::parse(&format!("http://{host}:{}", at.port())).map_err(|e| Trouble(e.to_string()))
}
