//! A house to test in: one firm with an administrator and an adviser, served on a free port from a database of its own.

use crate::it::browser::{Browser, Page};
use app::firms::{NewFirm, Settings};
use app::staff::NewPerson;
use app::{App, Config, Parts, Random};
use model::permission::Role;
use model::plan::Plan;
use model::time::HandClock;
use model::{Actor, FirmId, FirmScope, Secret, Span, UserId};
use rig::{Base, START};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use vault::{Randomness, Ring};

pub const PASSWORD: &str = "seven green lamps at noon";
pub const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
pub const ROBIN: &str = "robin@alderfinch.example";
pub const MAYA: &str = "maya@alderfinch.example";

pub struct House {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub at: SocketAddr,
    pub scope: FirmScope,
    pub base: Base,
    _stop: watch::Sender<bool>,
}

/// One house on each engine of this run, empty or with people.
pub async fn empty() -> Vec<House> {
    open(false).await
}

/// Houses that providers can post their hooks to.
pub async fn reachable() -> Vec<House> {
    let houses = open(true).await;
    for house in &houses {
        house.fill(Plan::Complete).await;
    }
    houses
}

async fn open(reachable: bool) -> Vec<House> {
    let clock = HandClock::at(START);
    let mut houses = Vec::new();
    for base in rig::bases(clock.clone()).await {
        houses.push(serve(base, clock.clone(), reachable).await);
    }
    houses
}

pub async fn houses() -> Vec<House> {
    let houses = empty().await;
    for house in &houses {
        house.fill(Plan::Complete).await;
    }
    houses
}

async fn serve(base: Base, clock: Arc<HandClock>, reachable: bool) -> House {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("an address");
    let parts = Parts {
        store: base.store.clone(),
        clock: clock.clone(),
        random: Random::seeded(7),
        ring: Ring::fleeting(Randomness::system()),
        connectors: Vec::new(),
        config: Config { public_url: format!("http://{at}").parse().expect("an address"), demo: false, reachable, secure_cookies: false },
    };
    let app = App::new(parts);
    let (stop, mut stopped) = watch::channel(false);
    let web = web::Web::new(app.clone(), Vec::new());
    tokio::spawn(web::server::serve(web, listener, None, async move {
        let _ = stopped.changed().await;
    }));
    let firm = FirmId::new(START, [1; 10]);
    House { app, clock, at, scope: FirmScope::new(firm, Actor::User(robin())), base, _stop: stop }
}

pub fn robin() -> UserId {
    UserId::new(START, [11; 10])
}
pub fn maya() -> UserId {
    UserId::new(START, [12; 10])
}

impl House {
    pub async fn fill(&self, plan: Plan) {
        let hash = app::passwords::hash(&self.app, &Secret::new(PASSWORD.into())).await.expect("a hash");
        let scope = FirmScope::new(self.scope.firm(), Actor::System);
        let tx = self.app.store().begin(&scope).await.expect("a unit");
        let new = NewFirm {
            id: scope.firm(),
            name: "Alder & Finch".into(),
            plan,
            time_zone: "America/Chicago".into(),
            settings: Settings::default(),
        };
        app::firms::create(&self.app, &tx, &new).await.expect("a firm");
        for (id, name, email, role) in
            [(robin(), "Robin Finch", ROBIN, Role::Administrator), (maya(), "Maya Castellanos", MAYA, Role::Adviser)]
        {
            let person = NewPerson { id, name: name.into(), email: email.into(), role };
            app::staff::add_ready(&self.app, &tx, &person, &hash, SECRET).await.expect("a person");
        }
        tx.commit().await.expect("saved");
    }

    /// The inside of a second node.
    pub fn other(&self) -> App {
        App::new(Parts {
            store: self.base.store.clone(),
            clock: self.clock.clone(),
            random: Random::seeded(8),
            ring: Ring::fleeting(Randomness::system()),
            connectors: Vec::new(),
            config: self.app.config().clone(),
        })
    }

    /// A second node on the same database: it knows nothing of the first but what stands there. Serves until the sender says stop.
    pub async fn node(&self) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<std::io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("an address");
        let (stop, mut stopped) = watch::channel(false);
        let web = web::Web::new(self.other(), Vec::new());
        let served = tokio::spawn(web::server::serve(web, listener, None, async move {
            let _ = stopped.changed().await;
        }));
        (at, stop, served)
    }

    pub fn browser(&self) -> Browser {
        Browser::at(self.at)
    }

    /// The code that the authenticator app shows now. Each works once, so time goes on first.
    pub fn code(&self) -> String {
        self.clock.advance(Span::seconds(30));
        app::factors::code_at(SECRET, self.app.now()).expect("a code")
    }

    /// Password and code, as a person gives them.
    pub async fn sign_in(&self, browser: &mut Browser, email: &str) -> Page {
        let page = browser.get("/sign-in").await;
        let half = browser.post("/sign-in", &page, &[("email", email), ("password", PASSWORD)]).await;
        let page = browser.follow(&half).await;
        let code = self.code();
        browser.post("/sign-in/code", &page, &[("code", &code)]).await
    }

    /// Signed in with the browser that they use every day: nobody is told of a new one.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser.cookies.insert("device".into(), app::sign_in::mark(&self.app, email, ""));
        let done = self.sign_in(&mut browser, email).await;
        assert_eq!((done.status, done.location()), (303, "/"), "{}", done.body);
        browser
    }
}
