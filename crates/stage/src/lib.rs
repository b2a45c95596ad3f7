//! The whole product in process, for stories: movable clock, seeded randomness, the rehearsal provider over HTTP, mail in memory, pages over
//! HTTP. A story that leaves a failed job fails. Used by tests alone.

pub mod browser;
mod cast;
mod page;

pub use browser::Browser;
pub use cast::{Firm, Household, Login};
pub use page::{Form, Page};

use app::mail::Transport;
use app::{App, Parts, Random};
use connect::plaid::{Plaid, PlaidConfig};
use model::time::HandClock;
use model::{Clock, Secret, Span, Time};
use rig::Base;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;
use vault::{Randomness, Ring};

/// How many institutions a stage knows: those with fixed ids and a few of the many.
const INSTITUTIONS: usize = 120;
/// More rounds than any story needs.
const ROUNDS: u32 = 200;

/// Messages handed over: (recipient, message).
pub type Mail = Arc<Mutex<Vec<(String, String)>>>;

pub struct Stage {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub base: Base,
    pub sandbox: sandbox::Running,
    pub plaid: Arc<Plaid>,
    /// Where browsers reach the product.
    pub url: Url,
    pub mail: Mail,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
    ended: bool,
}

/// A stage on each database of this run, at [`rig::START`].
pub async fn stages() -> Vec<Stage> {
    let clock = HandClock::at(rig::START);
    let mut out = Vec::new();
    for base in rig::bases(clock.clone()).await {
        out.push(Stage::new(base, HandClock::at(rig::START)).await);
    }
    out
}

impl Stage {
    pub async fn new(base: Base, clock: Arc<HandClock>) -> Stage {
        Stage::with(base, clock, INSTITUTIONS).await
    }

    pub async fn with(base: Base, clock: Arc<HandClock>, institutions: usize) -> Stage {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = sandbox::Config { listen: local, seed: 1, institutions, clock: clock.clone(), data: None, latency_zero: true };
        let sandbox = sandbox::start(config).await.expect("the rehearsal provider starts");
        let keys = PlaidConfig {
            base: Url::parse(&sandbox.base).expect("an address"),
            client_id: sandbox.client_id.clone(),
            secret: Secret::new(sandbox.secret.clone()),
        };
        let plaid = Arc::new(Plaid::new(keys, clock.clone()).expect("a connector"));
        let listener = TcpListener::bind(local).await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let url = Url::parse(&format!("http://localhost:{port}")).expect("an address");
        let parts = Parts {
            store: base.store.clone(),
            clock: clock.clone(),
            random: Random::seeded(7),
            ring: Ring::fleeting(Randomness::seeded(7)),
            connectors: vec![plaid.clone()],
            config: app::Config { public_url: url.clone(), demo: true, reachable: false, secure_cookies: false },
        };
        let app = App::new(parts);
        let mail: Mail = Arc::default();
        app.set_post(Transport::Memory(mail.clone()));
        let (stop, mut stopped) = watch::channel(false);
        let web = web::Web::new(app.clone(), Vec::new());
        let server = tokio::spawn(async move {
            let until = async move {
                let _ = stopped.wait_for(|s| *s).await;
            };
            web::server::serve(web, listener, None, until).await.expect("the server ends well");
        });
        let stage = Stage { app, clock, base, sandbox, plaid, url, mail, stop, server: Some(server), ended: false };
        app::institutions::import(&stage.app, "plaid").await.expect("the directory is read");
        stage
    }

    /// A browser of somebody new.
    pub fn browser(&self) -> Browser {
        Browser::new(self.url.clone())
    }

    /// Runs refreshes and jobs until nothing is due. The clock stands still meanwhile.
    pub async fn settle(&self) {
        for _ in 0..ROUNDS {
            let refreshed = app::sync::refresh_due(&self.app, 32).await.expect("refreshes run");
            let ran = app::jobs::run_due(&self.app, 32).await.expect("jobs run");
            if refreshed + ran == 0 {
                return;
            }
        }
        panic!("something is due again and again");
    }

    /// Moves the clock on; the provider looks at it, and everything that falls due runs.
    pub async fn pass(&self, span: Span) {
        self.clock.advance(span);
        self.plaid.direct("/_control/look", serde_json::json!({})).await.expect("the provider looks at the clock");
        self.settle().await;
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// The messages for somebody, oldest first.
    pub fn letters_to(&self, address: &str) -> Vec<String> {
        let all = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|(to, _)| to == address).map(|(_, message)| message.clone()).collect()
    }

    /// Ends the story: no job may have failed.
    pub async fn end(mut self) {
        self.ended = true;
        let failures = {
            let db = self.app.store().read_system().await.expect("a look");
            store::jobs::failures(&db, 10).await.expect("the failed jobs")
        };
        assert!(failures.is_empty(), "the story leaves failed jobs: {failures:?}");
        let _ = self.stop.send(true);
        if let Some(server) = self.server.take() {
            server.await.expect("the server ends");
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A story that is cut short by its own failure has already said why.
        if !self.ended && !std::thread::panicking() {
            panic!("a story ends with `stage.end().await`, which looks for failed jobs");
        }
    }
}
