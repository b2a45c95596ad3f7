//! The one table of routes: method, path, who it is for, handler. The router is folded from it, and the tests walk it.
//! What the table says of the audience is enforced here, before the handler runs.

use crate::session::{administrators_only, clients_only, signed_in_only, staff_only};
use crate::{
    Web, account_acts, account_change, account_page, accounts, asset_sync, assets, connect, connections, csrf, door, headers, help, home,
    hooks, household_accounts, households, join, members, outbox, portal, portfolios, preferences, settings, setup, sign_in, troubles,
};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

/// What a request may carry.
const BODY: usize = 1 << 20;
/// What may come where files are brought; the handler says what is taken.
const UPLOAD: usize = 64 << 20;

/// Who an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody.
    Public,
    /// A client with a link; the handler proves the link's session.
    Link,
    /// Whoever is signed in, staff or client.
    Person,
    /// Clients who are signed in to the portal; the handler proves the right by a lens.
    Client,
    /// Staff who are signed in.
    Staff,
    /// Administrators of the firm; nothing is there for anybody else.
    Administrator,
    /// Whoever holds the set-up session.
    Setup,
    /// Providers; the handler proves the signature.
    Hook,
}

/// One line of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub audience: Audience,
    pub handler: MethodRouter<Web>,
    /// Needs a factor shown within the last five minutes: see `step_up`.
    pub fresh: bool,
}

impl Route {
    pub fn get<H, T>(path: &'static str, audience: Audience, handler: H) -> Route
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        Route { method: Method::GET, path, audience, handler: get(Act::of(handler)), fresh: false }
    }
    pub fn post<H, T>(path: &'static str, audience: Audience, handler: H) -> Route
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        Route { method: Method::POST, path, audience, handler: axum::routing::post(Act::of(handler)), fresh: false }
    }
    /// Asks for a factor again where the last one is older than five minutes.
    pub fn fresh(self) -> Route {
        Route { fresh: true, ..self }
    }
}

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler behind one type: what carries it to the router is compiled once, not for each address.
#[derive(Clone)]
struct Act(Arc<dyn Fn(Request, Web) -> Answering + Send + Sync>);

impl Act {
    fn of<H, T>(handler: H) -> Act
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        Act(Arc::new(move |request, web| Box::pin(handler.clone().call(request, web))))
    }
}

impl Handler<(), Web> for Act {
    type Future = Answering;

    fn call(self, request: Request, web: Web) -> Answering {
        (self.0)(request, web)
    }
}

/// Every feature's routes.
fn all() -> Vec<Route> {
    let own = vec![Route::get(assets::ROUTE, Audience::Public, assets::serve), Route::get("/healthz", Audience::Public, async || "ok\n")];
    [
        own,
        sign_in::routes(),
        asset_sync::routes(),
        connect::routes(),
        hooks::routes(),
        outbox::routes(),
        crate::step_up::routes(),
        crate::recover::routes(),
        crate::recover_client::routes(),
        crate::security::routes(),
        join::routes(),
        crate::joins::routes(),
        crate::manual::routes(),
        crate::invitations::routes(),
        crate::permission_sets::routes(),
        crate::welcome::routes(),
        preferences::routes(),
        portal::routes(),
        crate::search::routes(),
        crate::resources::routes(),
        settings::routes(),
        setup::routes(),
        crate::live::routes(),
        crate::suggestions::routes(),
        crate::looks::routes(),
        crate::support::routes(),
        crate::cases::routes(),
        crate::tickets::routes(),
        crate::handover::routes(),
        crate::permissions::routes(),
        crate::household_change::routes(),
        households::routes(),
        members::routes(),
        crate::map::routes(),
        crate::balance_sheet::routes(),
        portfolios::routes(),
        accounts::routes(),
        account_page::routes(),
        household_accounts::routes(),
        crate::imports::routes(),
        crate::risk::routes(),
        crate::changed::routes(),
        crate::signals::routes(),
        crate::policies::routes(),
        crate::beneficiaries::routes(),
        crate::income::routes(),
        crate::documents::routes(),
        crate::household_together::routes(),
        home::routes(),
        help::routes(),
        connections::routes(),
        account_change::routes(),
        account_acts::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The table without its handlers.
pub fn table() -> Vec<(Method, &'static str, Audience)> {
    all().into_iter().map(|r| (r.method, r.path, r.audience)).collect()
}

/// The router: nothing can be mounted but through the table.
pub fn router(web: Web) -> Router {
    let mut paths: BTreeMap<&'static str, MethodRouter<Web>> = BTreeMap::new();
    for Route { path, audience, handler, fresh, .. } in all() {
        let handler = if fresh { handler.layer(from_fn_with_state(web.clone(), crate::step_up::layer)) } else { handler };
        let handler = match audience {
            Audience::Person | Audience::Client | Audience::Staff => {
                handler.layer(from_fn_with_state((web.clone(), path), crate::looks::layer))
            }
            _ => handler,
        };
        let guarded = match audience {
            Audience::Person => handler.layer(from_fn_with_state(web.clone(), signed_in_only)),
            Audience::Client => handler.layer(from_fn_with_state(web.clone(), clients_only)),
            Audience::Staff => handler.layer(from_fn_with_state(web.clone(), staff_only)),
            Audience::Administrator => handler.layer(from_fn(administrators_only)).layer(from_fn_with_state(web.clone(), staff_only)),
            Audience::Setup => handler.layer(from_fn_with_state(web.clone(), setup::holders_only)),
            Audience::Public | Audience::Link | Audience::Hook => handler,
        };
        let guarded = guarded.layer(tower_http::limit::RequestBodyLimitLayer::new(if path.ends_with("/import") { UPLOAD } else { BODY }));
        let guarded = if audience == Audience::Hook { guarded } else { guarded.layer(from_fn_with_state(web.clone(), csrf::layer)) };
        let before = paths.remove(path).unwrap_or_default();
        paths.insert(path, before.merge(guarded));
    }
    let router = paths.into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler));
    router
        .fallback(async || crate::respond::WebError::NotFound)
        .layer(from_fn_with_state(web.clone(), door::layer))
        .layer(from_fn_with_state(web.clone(), troubles::layer))
        .layer(from_fn_with_state(web.clone(), headers::layer))
        .with_state(web)
}
