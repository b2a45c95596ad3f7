//! One running node: the application with its workers and its web server, from start to a graceful end.

use crate::Trouble;
use app::{App, Parts, Random};
use connect::Connector;
use model::SharedClock;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Open, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use vault::{Randomness, Ring};

/// Readers beside the writer on SQLite, connections on PostgreSQL.
const CONNECTIONS: u32 = 8;
/// How often the node looks whether a directory should be read again.
const TURN: Duration = Duration::from_secs(60);

/// What an application is made of here.
pub struct Plan<'a> {
    pub database: &'a str,
    /// Made when it is the only one and missing.
    pub keys: &'a [PathBuf],
    pub clock: SharedClock,
    pub connectors: Vec<Arc<dyn Connector>>,
    pub config: app::Config,
}

/// Opens the store and the keys. Nothing runs yet.
pub async fn open(plan: Plan<'_>) -> Result<App, Trouble> {
    let randomness = Randomness::system();
    let ring = match plan.keys {
        [one] => Ring::load_or_create(one, randomness)?,
        several => Ring::load(several, randomness)?,
    };
    let store = Store::open(Open { url: plan.database, clock: plan.clock.clone(), connections: CONNECTIONS }).await?;
    let parts = Parts { store, clock: plan.clock, random: Random::system(), ring, connectors: plan.connectors, config: plan.config };
    Ok(App::new(parts))
}

/// Takes an address, or says who may have it.
pub async fn listen(at: SocketAddr, option: &str) -> Result<TcpListener, Trouble> {
    TcpListener::bind(at).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => Trouble(format!("{at} is in use by another program. Choose another with {option}.")),
        _ => Trouble(format!("{at} cannot be used: {e}")),
    })
}

/// How the node is reached.
pub struct Door {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub proxies: Vec<IpAddr>,
}

/// Serves and works until `stop` turns true, then lets what runs finish. `anchors`: where the audit log's checkpoints go.
pub async fn run(app: App, door: Door, anchors: PathBuf, stop: watch::Receiver<bool>) -> Result<(), Trouble> {
    if let Some(dir) = anchors.parent() {
        app.set_spool(dir.to_owned());
    }
    // Ends last: what happens at the end is sealed, too.
    let (end, ended) = watch::channel(false);
    let sealer = tokio::spawn(app::audit::keep(app.clone(), anchors, ended));
    let worker = tokio::spawn(app::sync::work(app.clone(), stop.clone()));
    let keeper = tokio::spawn(keep(app.clone(), stop.clone()));
    let mut stopped = stop;
    let until = async move {
        let _ = stopped.wait_for(|s| *s).await;
    };
    let served = web::server::serve(web::Web::new(app.clone(), door.proxies), door.listener, door.tls, until).await;
    let _ = worker.await;
    let _ = keeper.await;
    let _ = end.send(true);
    let _ = sealer.await;
    let failed = app.store().is_stopped();
    if failed {
        return Err(Trouble(
            "the database refused a write; what was answered last may not be saved. Look at the disk, then start again.".into(),
        ));
    }
    app.store().clone().close().await?;
    Ok(served?)
}

/// Builds the directory at start and has it read again each day.
async fn keep(app: App, mut stop: watch::Receiver<bool>) {
    if let Err(e) = app::institutions::rebuild(&app).await {
        tracing::error!(error = %e, "the directory could not be built");
    }
    loop {
        if let Err(e) = app::institutions::keep_current(&app).await {
            tracing::error!(error = %e, "the directory could not be looked after");
        }
        if let Err(e) = app::prices::keep_current(&app).await {
            tracing::error!(error = %e, "prices could not be asked for");
        }
        tokio::select! {
            _ = stop.wait_for(|s| *s) => return,
            _ = tokio::time::sleep(TURN) => {}
        }
    }
}

/// Turns true when the operating system asks us to end. From the moment that this returns, nothing is cut off by it.
pub fn stop_signal() -> Result<watch::Receiver<bool>, Trouble> {
    let (tell, told) = watch::channel(false);
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        let _ = tell.send(true);
        // Kept, so that nobody takes the end of this task for a stop.
        std::future::pending::<()>().await;
    });
    Ok(told)
}
