//! A world: one store, two or three nodes over it, two firms with two households each, one provider, one clock.

use crate::dice::{Dice, Trace};
use crate::provider::Provider;
use crate::truth::{INSTITUTIONS, Login, Outside};
use app::connections::{self, Adopt};
use app::households::New;
use app::{App, Config, Parts, Random};
use connect::Grant;
use model::fact::HouseholdStatus;
use model::time::HandClock;
use model::{Actor, ConnectionId, ConsentId, FirmScope, HouseholdId, MemberId, Secret, Span, Time, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use store::consents::Consent;
use store::{Open, Store, params};

pub struct Home {
    pub scope: FirmScope,
    pub household: HouseholdId,
    pub members: Vec<MemberId>,
}

pub struct World {
    pub store: Store,
    pub clock: Arc<HandClock>,
    pub provider: Arc<Provider>,
    pub nodes: Vec<App>,
    pub homes: Vec<Home>,
    pub dice: Dice,
    pub trace: Trace,
    pub seed: u64,
    /// Every id of the product that a node makes is out of a seed of its own.
    started: u64,
    kek: PathBuf,
}

pub type Fail = String;

impl World {
    pub async fn new(seed: u64, url: &str, dir: &std::path::Path) -> Result<World, Fail> {
        let clock = HandClock::at(rig::START);
        let store = Store::open(Open { url, clock: clock.clone(), connections: 3 }).await.map_err(text)?;
        let mut dice = Dice::new(seed);
        let count = 2 + dice.below(2);
        let kek = dir.join("kek");
        let mut world = World {
            store,
            clock,
            provider: Provider::new(),
            nodes: vec![],
            homes: vec![],
            dice,
            trace: Trace::default(),
            seed,
            started: 0,
            kek,
        };
        for _ in 0..count {
            let node = world.node()?;
            world.nodes.push(node);
        }
        for firm in 0..2 {
            world.found(firm).await?;
        }
        Ok(world)
    }

    /// A process that has just started: nothing in memory.
    pub fn node(&mut self) -> Result<App, Fail> {
        self.started += 1;
        let seed = self.seed * 1_000 + self.started;
        let ring = vault::Ring::load_or_create(&self.kek, vault::Randomness::seeded(seed)).map_err(|e| format!("{e:?}"))?;
        let public_url = "https://heldaway.example".parse().map_err(|_| "address".to_owned())?;
        Ok(App::new(Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: Random::seeded(seed),
            ring,
            connectors: vec![self.provider.clone()],
            config: Config { public_url, demo: false, reachable: false, secure_cookies: true },
        }))
    }

    pub fn now(&self) -> Time {
        model::Clock::now(&*self.clock)
    }

    async fn found(&mut self, firm: usize) -> Result<(), Fail> {
        let (app, now) = (self.nodes[0].clone(), self.now());
        let id = app.random().id(now);
        let lead: UserId = app.random().id(now);
        let scope = FirmScope::new(id, Actor::User(lead));
        let tx = self.store.begin(&scope).await.map_err(text)?;
        let row = store::firms::FirmRow {
            id,
            name: format!("Firm {firm}"),
            plan: model::plan::Plan::Complete,
            time_zone: "America/Chicago".into(),
            settings: Default::default(),
            created_at: now,
            logo_at: None,
        };
        store::firms::insert(&tx, &row).await.map_err(text)?;
        app::seal::new_firm_key(&app, &tx).await.map_err(text)?;
        let sql =
            "INSERT INTO login (firm_id, id, email, email_key, role, name, created_at) VALUES ($1, $2, $3, $3, 'adviser', 'Lead', $4)";
        tx.exec(sql, params![id, lead, format!("lead{firm}@firm.example"), now]).await.map_err(text)?;
        tx.commit().await.map_err(text)?;
        for n in 0..2 {
            let household = app.random().id(now);
            let new = New {
                id: household,
                name: format!("Household {n}"),
                status: HouseholdStatus::Client,
                lead: None,
                first: "Ada".into(),
                last: "Invented".into(),
                email: String::new(),
            };
            app::households::create(&app, &scope, &new).await.map_err(text)?;
            let second = app::members::Typed {
                first: "Ben".into(),
                last: "Invented".into(),
                role: model::fact::MemberRole::Adult,
                email: String::new(),
                phone: String::new(),
                born: String::new(),
            };
            app::members::add(&app, &scope, household, app.random().id(now), &second).await.map_err(text)?;
            let db = self.store.read(&scope).await.map_err(text)?;
            let members = store::members::of_household(&db, household).await.map_err(text)?.iter().map(|m| m.id).collect();
            self.homes.push(Home { scope, household, members });
        }
        Ok(())
    }

    /// A client signs in somewhere for the first time, or again as a second item: what it shows is some of what is there and maybe new.
    pub fn new_login(&mut self, home: usize, institution: usize) -> usize {
        let now = self.now();
        let dice = &mut self.dice;
        let mut s = self.provider.state();
        let there = |s: &crate::provider::State| -> Vec<usize> {
            (0..s.outside.len()).filter(|a| s.outside[*a].household == home && s.outside[*a].institution == institution).collect()
        };
        let mut shows: BTreeSet<usize> = there(&s).into_iter().filter(|_| dice.chance(700)).collect();
        while shows.is_empty() || (shows.len() < 4 && dice.chance(500)) {
            let number = s.outside.len();
            let outside = Outside::new(number, home, institution, now, dice);
            s.outside.push(outside);
            shows.insert(number);
        }
        let item = format!("item{}", s.logins.len());
        let login = Login {
            token: format!("{item}-t"),
            item,
            household: home,
            member: dice.below(2),
            institution,
            shows,
            hidden: BTreeSet::new(),
            names: BTreeMap::new(),
            previous: None,
            trouble: None,
            revoked: false,
            consent_ends: dice.chance(200).then(|| now + Span::days(20 + dice.below(60) as i64)),
            clings: if dice.chance(400) { 1 + dice.below(3) as u32 } else { 0 },
            loses_goodbye: dice.chance(300),
        };
        s.logins.push(login);
        s.logins.len() - 1
    }
}

/// A sign-in that has just succeeded.
#[derive(Clone)]
pub struct Linked {
    pub scope: FirmScope,
    pub household: HouseholdId,
    pub member: MemberId,
    pub consent: ConsentId,
    pub item: String,
    pub token: String,
    pub institution: usize,
    pub ends: Option<Time>,
}

/// Writes the client's permission and takes the item in, as the connect flow does: one transaction. Twice has one effect.
pub async fn adopt(app: App, l: Linked) -> app::Result<ConnectionId> {
    let tx = app.store().begin(&l.scope).await?;
    if store::consents::find(&tx, l.consent).await?.is_none() {
        store::consents::insert(&tx, &permission(l.consent, l.household, l.member, l.institution, app.now(), l.ends)).await?;
    }
    let a = Adopt {
        household: l.household,
        member: l.member,
        consent: l.consent,
        provider: "sim".into(),
        institution_id: None,
        institution: INSTITUTIONS[l.institution].into(),
        url: None,
        grant: Grant { external_id: l.item, token: Secret::new(l.token), institution: None, consent_ends: None },
        attempt: None,
    };
    let id = connections::adopt(&app, &tx, &l.scope, a).await?;
    tx.commit().await?;
    Ok(id)
}

/// The client has signed in again; with a new permission when the notice was shown again.
pub async fn repair(app: App, scope: FirmScope, id: ConnectionId, again: Option<(HouseholdId, MemberId, usize)>) -> app::Result<()> {
    let now = app.now();
    let tx = app.store().begin(&scope).await?;
    let consent = match again {
        None => None,
        Some((household, member, institution)) => {
            let consent: ConsentId = app.random().id(now);
            store::consents::insert(&tx, &permission(consent, household, member, institution, now, None)).await?;
            Some(consent)
        }
    };
    connections::repaired(&app, &tx, &scope, id, consent).await?;
    Ok(tx.commit().await?)
}

fn permission(id: ConsentId, household: HouseholdId, member: MemberId, institution: usize, now: Time, ends: Option<Time>) -> Consent {
    Consent {
        id,
        household,
        member,
        connection: None,
        institution: INSTITUTIONS[institution].into(),
        version: "1".into(),
        shown: "Read-only access.".into(),
        shown_hash: vec![1; 32],
        scope: "accounts".into(),
        given_at: now,
        ends_at: ends,
        ended_at: None,
    }
}

pub fn text(e: impl std::fmt::Display) -> Fail {
    e.to_string()
}
