//! Every route tried by everybody who has no business there. What belongs to another firm, what is private to another team and what does
//! not exist answer alike, and nothing that was refused happens. A route whose address holds a name unknown to `World` fails the test.

use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family, family_of, fed_by};
use crate::it::house::{House, MAYA, PASSWORD, ROBIN, SECRET, houses, robin};
use app::firms::{NewFirm, Settings};
use app::staff::NewPerson;
use axum::http::Method;
use model::permission::Role;
use model::plan::Plan;
use model::{AccountId, Actor, ConnectionId, ConnectionState, FirmId, FirmScope, HouseholdId, MemberId, Secret, UserId};
use web::routes::{Audience, table};

const TOM: &str = "tom@otherfirm.example";
const INES: &str = "ines@alderfinch.example";
const NORA: &str = "nora@alderfinch.example";

/// What an address can be filled with.
#[derive(Clone, Copy)]
struct World {
    household: HouseholdId,
    member: MemberId,
    account: AccountId,
    connection: ConnectionId,
}

impl World {
    fn nowhere() -> World {
        World {
            household: HouseholdId::new(rig::START, [250; 10]),
            member: MemberId::new(rig::START, [250; 10]),
            account: AccountId::new(rig::START, [250; 10]),
            connection: ConnectionId::new(rig::START, [250; 10]),
        }
    }

    /// The address with its names filled in; the names that are not known here stay.
    fn fill(&self, path: &str) -> String {
        path.replace("{household}", &self.household.to_string())
            .replace("{member}", &self.member.to_string())
            .replace("{account}", &self.account.to_string())
            .replace("{connection}", &self.connection.to_string())
            .replace("{kind}", "current")
            .replace("{topic}", "two-factor")
    }
}

/// Whether an address is about somebody's household.
fn is_private(path: &str) -> bool {
    ["{household}", "{member}", "{account}", "{connection}"].iter().any(|n| path.contains(n))
}

struct Scene {
    own: World,
    /// In the same firm, for its own team alone.
    private: World,
    foreign: World,
}

async fn scene(house: &House) -> Scene {
    let own = family(house, 41, "Own", "Ada").await;
    let hidden = family_of(house, &house.scope, 42, "Hidden", "Bo").await;
    let change = app::households::Change { name: "Hidden".into(), lead: robin(), team: Vec::new(), private: true, next_review: None };
    app::households::change(&house.app, &house.scope, hidden.household, &change).await.expect("private");
    let tom = FirmScope::new(FirmId::new(rig::START, [2; 10]), Actor::User(UserId::new(rig::START, [21; 10])));
    second_firm(house, &tom).await;
    let theirs = family_of(house, &tom, 43, "Theirs", "Cy").await;
    Scene {
        own: world(house, &own, 51, &crate::it::family::scope(house)).await,
        private: world(house, &hidden, 52, &house.scope).await,
        foreign: world(house, &theirs, 53, &tom).await,
    }
}

async fn world(house: &House, f: &Family, n: u8, scope: &FirmScope) -> World {
    let (connection, account) = fed_by(house, scope, f, n, ConnectionState::Healthy).await;
    World { household: f.household, member: f.member, account, connection }
}

async fn second_firm(house: &House, tom: &FirmScope) {
    let hash = app::passwords::hash(&house.app, &Secret::new(PASSWORD.into())).await.expect("a hash");
    let system = FirmScope::new(tom.firm(), Actor::System);
    let tx = house.app.store().begin(&system).await.expect("a unit");
    let new = NewFirm {
        id: tom.firm(),
        name: "Other Firm".into(),
        plan: Plan::Complete,
        time_zone: "America/New_York".into(),
        settings: Settings::default(),
    };
    app::firms::create(&house.app, &tx, &new).await.expect("a firm");
    add(house, &tx, 21, "Tom Iverson", TOM, Role::Administrator, &hash).await;
    tx.commit().await.expect("saved");
    let tx = house.app.store().begin(&FirmScope::new(house.scope.firm(), Actor::System)).await.expect("a unit");
    add(house, &tx, 13, "Ines Moreau", INES, Role::Adviser, &hash).await;
    add(house, &tx, 14, "Nora Vance", NORA, Role::Support, &hash).await;
    tx.commit().await.expect("saved");
}

async fn add(house: &House, tx: &store::Firm, n: u8, name: &str, email: &str, role: Role, hash: &str) {
    let person = NewPerson { id: UserId::new(rig::START, [n; 10]), name: name.into(), email: email.into(), role };
    app::staff::add_ready(&house.app, tx, &person, hash, SECRET).await.expect("a person");
}

/// The same answer, but for what is told apart by request and page.
fn bare(p: &Page, w: &World) -> String {
    let mut text = p.body.clone();
    for (id, name) in [
        (w.household.to_string(), "household"),
        (w.member.to_string(), "member"),
        (w.account.to_string(), "account"),
        (w.connection.to_string(), "connection"),
    ] {
        text = text.replace(&id, name);
    }
    let reference = p.between("req_", "<").to_owned();
    if !reference.is_empty() {
        text = text.replace(&reference, "");
    }
    format!("{} {} {text}", p.status, p.location())
}

async fn try_it(browser: &mut Browser, form: &Page, method: &Method, path: &str) -> Page {
    if *method == Method::GET { browser.get(path).await } else { browser.post(path, form, &[]).await }
}

fn done(p: &Page) -> bool {
    (200..400).contains(&p.status)
}

#[tokio::test]
async fn strangers_find_nothing_and_change_nothing() {
    for house in houses().await {
        let scene = scene(&house).await;
        let unknown: Vec<&str> =
            table().into_iter().map(|(_, path, _)| path).filter(|p| is_private(p) && scene.own.fill(p).contains('{')).collect();
        assert!(unknown.is_empty(), "say what fills these: {unknown:?}");

        let (mut maya, mut ines, mut nora, mut tom) =
            (house.signed_in(MAYA).await, house.signed_in(INES).await, house.signed_in(NORA).await, house.signed_in(TOM).await);
        let mut anonymous = house.browser();
        let before = facts(&house, &scene).await;
        let forms =
            [maya.get("/preferences").await, ines.get("/preferences").await, nora.get("/preferences").await, tom.get("/preferences").await];
        for (method, path, audience) in table() {
            let staff = matches!(audience, Audience::Staff | Audience::Administrator);
            if staff && (!path.contains('{') || is_private(path)) {
                let p = anonymous.send(method.as_str(), &scene.own.fill(path), "application/x-www-form-urlencoded", b"").await;
                assert!(p.status == 303 && p.location().starts_with("/sign-in"), "{method} {path} without a session: {}", p.status);
            }
            if audience == Audience::Administrator && !path.contains('{') {
                let p = try_it(&mut maya, &forms[0], &method, path).await;
                assert_eq!(p.status, 404, "{method} {path} is for administrators alone");
            }
            if !is_private(path) || !staff {
                continue;
            }
            let nowhere = World::nowhere();
            let missing = try_it(&mut maya, &forms[0], &method, &nowhere.fill(path)).await;
            assert!(!done(&missing), "{method} {path} of nothing: {}", missing.status);
            for (w, whose) in [(&scene.private, "another team"), (&scene.foreign, "another firm")] {
                let p = try_it(&mut maya, &forms[0], &method, &w.fill(path)).await;
                assert_eq!(bare(&p, w), bare(&missing, &nowhere), "{method} {path} of {whose}");
            }
            let p = try_it(&mut tom, &forms[3], &method, &scene.own.fill(path)).await;
            assert!(!done(&p), "{method} {path} by the administrator of another firm: {}", p.status);
            let p = try_it(&mut nora, &forms[2], &method, &scene.own.fill(path)).await;
            assert!(!done(&p), "{method} {path} by support, who sees no client data: {}", p.status);
            if method != Method::GET {
                let p = try_it(&mut ines, &forms[1], &method, &scene.own.fill(path)).await;
                assert!(!done(&p), "{method} {path} by a colleague who is not on the team: {}", p.status);
            }
            if path.contains("{member}") && path.contains("{household}") {
                let mixed = World { member: scene.foreign.member, ..scene.own };
                let p = try_it(&mut maya, &forms[0], &Method::GET, &mixed.fill(path)).await;
                assert!(!done(&p), "{method} {path} with somebody else's member: {}", p.status);
            }
        }
        assert_eq!(facts(&house, &scene).await, before, "nothing that was refused happened");
    }
}

/// The lead reaches every page that strangers do not.
#[tokio::test]
async fn the_lead_reads_every_page_of_their_own_household() {
    for house in houses().await {
        let scene = scene(&house).await;
        let mut maya = house.signed_in(MAYA).await;
        for (method, path, audience) in table() {
            // A stream does not end by itself.
            if method == Method::GET && audience == Audience::Staff && is_private(path) && !path.ends_with("/live") {
                let p = maya.get(&scene.own.fill(path)).await;
                assert!(done(&p), "{path}: {}", p.status);
            }
        }
        // Support, administrators and the team of a private household keep their own ways.
        assert_eq!(house.signed_in(NORA).await.get("/households").await.status, 404);
        assert_eq!(house.signed_in(ROBIN).await.get(&scene.private.fill("/households/{household}/portfolio")).await.status, 200);
    }
}

/// Versions of every household of the scene.
async fn facts(house: &House, scene: &Scene) -> usize {
    let mut n = 0;
    for (w, firm) in
        [(&scene.own, house.scope.firm()), (&scene.private, house.scope.firm()), (&scene.foreign, FirmId::new(rig::START, [2; 10]))]
    {
        let scope = FirmScope::new(firm, Actor::System);
        let db = house.app.store().read(&scope).await.expect("a look");
        n += store::facts::of_household(&db, w.household, house.app.now()).await.expect("versions").len();
        n += store::events::of_household(&db, w.household, 1000).await.expect("events").len();
    }
    n
}
