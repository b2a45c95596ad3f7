//! The demo's two firms and the people who sign in there. Their passwords are printed, so they protect nothing.

use super::Stage;
use super::book::{FirmPage, Login};
use crate::Trouble;
use app::firms::{NewFirm, Settings};
use app::staff::NewPerson;
use model::permission::Role;
use model::plan::Plan;
use model::{Actor, FirmId, FirmScope, Secret, UserId};

pub struct Firm {
    pub page: FirmPage,
}

impl Firm {
    pub fn who(&self, part: &str) -> UserId {
        self.page.logins.iter().find(|l| l.part == part).map(|l| l.id).expect("a part of this firm")
    }

    pub fn as_who(&self, part: &str) -> FirmScope {
        FirmScope::new(self.page.id, Actor::User(self.who(part)))
    }
}

struct Made<'a> {
    name: &'a str,
    plan: Plan,
    zone: &'a str,
    support: (&'a str, &'a str),
    people: &'a [(&'a str, Role, &'a str, &'a str)],
}

pub async fn alder_finch(stage: &Stage) -> Result<Firm, Trouble> {
    let people = [
        ("administrator", Role::Administrator, "Robin Alder", "robin@alderfinch.example"),
        ("lead", Role::Adviser, "Maya Castellanos", "maya@alderfinch.example"),
        ("sub_adviser", Role::Adviser, "Tom Iverson", "tom@alderfinch.example"),
        ("delegate", Role::Adviser, "Sunniva Park", "sunniva@alderfinch.example"),
        ("support", Role::Support, "Desmond Achterberg", "desmond@alderfinch.example"),
    ];
    let support = ("help@alderfinch.example", "(555) 010-0142");
    let made = Made { name: "Alder & Finch Advisory", plan: Plan::Complete, zone: "America/Chicago", support, people: &people };
    make(stage, &made).await
}

/// A firm whose plan is without Asset Sync.
pub async fn tarn_kettle(stage: &Stage) -> Result<Firm, Trouble> {
    let people = [
        ("administrator", Role::Administrator, "Odile Tarn", "odile@tarnkettle.example"),
        ("lead", Role::Adviser, "Bram Kettle", "bram@tarnkettle.example"),
    ];
    let support = ("hello@tarnkettle.example", "(555) 010-0177");
    let made = Made { name: "Tarn & Kettle", plan: Plan::Essentials, zone: "America/New_York", support, people: &people };
    make(stage, &made).await
}

async fn make(stage: &Stage, made: &Made<'_>) -> Result<Firm, Trouble> {
    let app = &stage.app;
    let id: FirmId = app.random().id(app.now());
    let settings = Settings {
        support_email: made.support.0.into(),
        support_phone: made.support.1.into(),
        disclaimer: "Everything here is invented and only for looking at the product.".into(),
        ..Settings::default()
    };
    let firm = NewFirm { id, name: made.name.into(), plan: made.plan, time_zone: made.zone.into(), settings };
    let scope = app.system_scope(id);
    let tx = app.store().begin(&scope).await?;
    app::firms::create(app, &tx, &firm).await?;
    tx.commit().await?;
    let proofs = futures_util::future::join_all(made.people.iter().map(|p| login(stage, p))).await;
    let mut logins = Vec::new();
    for proof in proofs {
        let (login, hash) = proof?;
        let person = NewPerson { id: login.id, name: login.name.clone(), email: login.email.clone(), role: login.role };
        let tx = app.store().begin(&scope).await?;
        app::staff::add_ready(app, &tx, &person, &hash, &login.totp).await?;
        tx.commit().await?;
        logins.push(login);
    }
    let page = FirmPage { id, name: made.name.into(), plan: made.plan.key().into(), logins, clients: Vec::new(), households: Vec::new() };
    Ok(Firm { page })
}

async fn login(stage: &Stage, (part, role, name, email): &(&str, Role, &str, &str)) -> Result<(Login, String), Trouble> {
    let app = &stage.app;
    let given = name.split(' ').next().unwrap_or(name).to_lowercase();
    let password = format!("{given} looks at a demo");
    let hash = app::passwords::hash(app, &Secret::new(password.clone())).await?;
    let login = Login {
        part: (*part).into(),
        role: *role,
        id: app.random().id(app.now()),
        name: (*name).into(),
        email: (*email).into(),
        password,
        totp: key(stage.seed, email),
    };
    Ok((login, hash))
}

/// Thirty-two letters that are the same for the same seed, so that an authenticator app stays right over a fresh start.
pub fn key(seed: u64, email: &str) -> String {
    let of = email.bytes().fold(seed, |n, b| n.wrapping_mul(1_099_511_628_211) ^ u64::from(b));
    let bytes: [u8; 32] = app::Random::seeded(of).bytes();
    bytes.iter().map(|b| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(b % 32)] as char).collect()
}
