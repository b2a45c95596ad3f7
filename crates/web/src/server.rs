//! The HTTP server: limits on headers, bodies, requests and connections; TLS of our own where asked for; a stop that lets requests end.
//! Knows nothing of pages.

use crate::crowd::Crowd;
use crate::door::{Peer, is_proxy};
use crate::patience::Patience;
use crate::{Web, headers, routes};
use axum::Router;
use axum::http::StatusCode;
use futures_util::FutureExt;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

const HEADER: Duration = Duration::from_secs(10);
const BODY_IDLE: Duration = Duration::from_secs(30);
/// For a browser that takes nothing of its answer.
const UNREAD: Duration = Duration::from_secs(30);
const REQUEST: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(9);
const HEADER_BYTES: usize = 32 << 10;
const CONNECTIONS: usize = 4096;

/// Everything between the socket and the table of routes.
pub fn service(web: Web) -> Router {
    routes::router(web.clone())
        .layer(RequestBodyTimeoutLayer::new(BODY_IDLE))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST))
        // What these layers answer by themselves carries the same headers as every other answer.
        .layer(axum::middleware::from_fn_with_state(web, headers::layer))
}

/// Serves until `shutdown` ends, then lets open requests finish for a few seconds.
pub async fn serve(web: Web, listener: TcpListener, tls: Option<TlsAcceptor>, shutdown: impl Future<Output = ()>) -> std::io::Result<()> {
    let service = service(web.clone());
    let crowd = Crowd::default();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (place, accepted) = tokio::select! {
            () = &mut shutdown => break,
            next = next(&places, &listener) => next,
        };
        let (socket, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(e) => {
                // Out of file descriptors, or a client that left: neither ends the server.
                tracing::warn!(error = %e, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = socket.set_nodelay(true);
        let (service, watcher, tls) = (service.clone(), graceful.watcher(), tls.clone());
        // A proxy brings everybody through its one address.
        let own = (!is_proxy(&web, &peer.ip())).then(|| crowd.enter(peer.ip()));
        let stream = Patience::new(socket, UNREAD);
        // What a connection costs in memory while it waits is this future: boxed once, as large as what it is.
        let served: Served = match tls {
            None => Box::pin(talk(stream, peer, service, watcher)),
            Some(tls) => Box::pin(meet(stream, tls, peer, service, watcher)),
        };
        tokio::spawn(async move {
            let _place = place;
            match own {
                None => served.await,
                Some(own) => tokio::select! {
                    () = served => {}
                    () = own.needed() => tracing::debug!("the oldest connection of an address made room"),
                },
            }
        });
    }
    drop(listener);
    web.stop();
    let _ = tokio::time::timeout(STOP, graceful.shutdown()).await;
    Ok(())
}

async fn next(
    places: &Arc<Semaphore>,
    listener: &TcpListener,
) -> (Option<OwnedSemaphorePermit>, std::io::Result<(tokio::net::TcpStream, SocketAddr)>) {
    // The semaphore is never closed, so a permit always comes.
    let place = places.clone().acquire_owned().await.ok();
    (place, listener.accept().await)
}

type Served = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn meet<S>(socket: S, tls: TlsAcceptor, peer: SocketAddr, service: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    match Box::pin(tokio::time::timeout(HEADER, tls.accept(socket))).await {
        Ok(Ok(stream)) => Box::pin(talk(stream, peer, service, watcher)).await,
        Ok(Err(e)) => tracing::debug!(error = %e, "no TLS"),
        Err(_) => tracing::debug!("TLS took too long"),
    }
}

/// Not an `async fn`: that would keep room for everything that it was made of.
fn talk<S>(stream: S, peer: SocketAddr, service: Router, watcher: Watcher) -> impl Future<Output = ()> + Send
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    watcher.watch(connection).map(|done| {
        if let Err(e) = done {
            tracing::debug!(error = %e, "a connection ended early");
        }
    })
}
