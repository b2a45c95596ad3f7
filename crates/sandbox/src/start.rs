//! Starting and stopping: several sandboxes can run in one process, each with its own world and memory.

use crate::journal::Journal;
use crate::keys::Keys;
use crate::plaid::webhooks::Signer;
use crate::state::{Shared, State};
use crate::world::World;
use crate::{server, tick};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use model::SharedClock;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

pub struct Config {
    /// Port 0 takes any free one.
    pub listen: SocketAddr,
    pub seed: u64,
    pub institutions: usize,
    pub clock: SharedClock,
    /// A folder that keeps items, tokens and people over a restart; without it they end with the process.
    pub data: Option<PathBuf>,
    /// Answers come at once and nothing is limited per minute.
    pub latency_zero: bool,
}

/// A sandbox that runs until it is stopped or dropped.
pub struct Running {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    pub client_id: String,
    pub secret: String,
    /// The second provider's keys; its host is the same.
    pub mx_client_id: String,
    pub mx_api_key: String,
    /// Where the third one's setup tokens are made: `http://127.0.0.1:PORT/simplefin`.
    pub simplefin: String,
    /// A setup token that can be claimed again and again.
    pub simplefin_token: String,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Ends the server; connections that are open are cut.
    pub async fn stop(mut self) {
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

pub async fn start(config: Config) -> io::Result<Running> {
    let listener = TcpListener::bind(config.listen).await?;
    let at = listener.local_addr()?;
    // Whoever listens everywhere is reached on this machine.
    let base = if at.ip().is_unspecified() { format!("http://127.0.0.1:{}", at.port()) } else { format!("http://{at}") };
    let (seed, institutions) = (config.seed, config.institutions);
    let world = tokio::task::spawn_blocking(move || World::generate(seed, institutions)).await.map_err(io::Error::other)?;
    let state = remember(config, world, &base)?;
    let running = Running {
        base,
        client_id: state.keys.client_id.clone(),
        secret: state.keys.secret.clone(),
        mx_client_id: state.keys.mx_client_id.clone(),
        mx_api_key: state.keys.mx_api_key.clone(),
        simplefin: state.simplefin_base(),
        simplefin_token: state.simplefin_demo_token(),
        tasks: vec![tokio::spawn(serve(listener, state.clone())), tokio::spawn(tick::run(state, client()?))],
    };
    Ok(running)
}

fn remember(config: Config, world: World, base: &str) -> io::Result<Shared> {
    let now = config.clock.now();
    let (journal, left) = match &config.data {
        Some(folder) => Journal::open(folder)?,
        None => Default::default(),
    };
    let signer = match &left.signer {
        Some((pkcs8, created)) => Signer::from_text(pkcs8, *created)?,
        None => {
            let signer = Signer::new(now.as_seconds())?;
            journal.signer(&signer.pkcs8, signer.created);
            signer
        }
    };
    let keys = Keys::new(config.seed, now.0);
    Ok(Arc::new(State::new(base.into(), world, config.clock, keys, signer, journal, left.book, config.latency_zero)))
}

/// Serves until it is dropped, and every connection with it.
async fn serve(listener: TcpListener, state: Shared) {
    let service = TowerToHyperService::new(server::router(state));
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let _ = stream.set_nodelay(true);
                open.spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone()));
            }
            Some(_) = open.join_next() => {}
        }
    }
}

/// For webhooks. They go where the product's own configuration says, so there is nothing to guard against.
fn client() -> io::Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(io::Error::other)
}
