//! Everybody who may ask for a page, each in one part; and households for them to ask about.

use crate::it::asset_sync::{make, start};
use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family_of, fed_by, scope};
use crate::it::house::{House, MAYA, PASSWORD, ROBIN, SECRET, maya};
use crate::it::ids;
use app::firms::{NewFirm, Settings};
use app::households::Change;
use app::invitations::ReadyClient;
use app::staff::NewPerson;
use model::fact::HouseholdStatus;
use model::permission::{Role, TeamRole};
use model::plan::Plan;
use model::portal::{Preset, Right, Rights};
use model::{
    AccountId, Actor, CaseId, ConnectionId, ConnectionState, FirmId, FirmScope, HouseholdId, InvitationId, MemberId, PermissionSetId,
    RecoveryId, Secret, Span, SuggestionId, SupportGrantId, UserId,
};
use serde_json::json;

pub const INES: &str = "ines@alderfinch.example";
pub const NORA: &str = "nora@alderfinch.example";
pub const TOM: &str = "tom@otherfirm.example";

pub fn ines() -> UserId {
    UserId::new(rig::START, [13; 10])
}
pub fn nora() -> UserId {
    UserId::new(rig::START, [14; 10])
}
pub fn tom() -> FirmScope {
    FirmScope::new(FirmId::new(rig::START, [2; 10]), Actor::User(UserId::new(rig::START, [21; 10])))
}
fn user(n: u8) -> UserId {
    UserId::new(rig::START, [n; 10])
}

/// Ines, an adviser on no team, and Nora of support.
pub async fn colleague(house: &House) -> UserId {
    staff(house, house.scope.firm(), &[(13, "Ines Moreau", INES, Role::Adviser), (14, "Nora Vance", NORA, Role::Support)]).await;
    ines()
}

pub async fn staff(house: &House, firm: FirmId, people: &[(u8, &str, &str, Role)]) {
    let hash = app::passwords::hash(&house.app, &Secret::new(PASSWORD.into())).await.expect("a hash");
    let tx = house.app.store().begin(&FirmScope::new(firm, Actor::System)).await.expect("a unit");
    for (n, name, email, role) in people {
        let person = NewPerson { id: user(*n), name: (*name).into(), email: (*email).into(), role: *role };
        app::staff::add_ready(&house.app, &tx, &person, &hash, SECRET).await.expect("a person");
    }
    tx.commit().await.expect("saved");
}

pub async fn second_firm(house: &House) {
    let system = FirmScope::new(tom().firm(), Actor::System);
    let tx = house.app.store().begin(&system).await.expect("a unit");
    let new = NewFirm {
        id: tom().firm(),
        name: "Other Firm".into(),
        plan: Plan::Complete,
        time_zone: "America/New_York".into(),
        settings: Settings::default(),
    };
    app::firms::create(&house.app, &tx, &new).await.expect("a firm");
    tx.commit().await.expect("saved");
    staff(house, tom().firm(), &[(21, "Tom Iverson", TOM, Role::Administrator)]).await;
}

/// What an address can be filled with.
#[derive(Clone)]
pub struct World {
    pub household: HouseholdId,
    pub member: MemberId,
    pub account: AccountId,
    pub connection: ConnectionId,
    pub grant: SupportGrantId,
    pub login: UserId,
    pub invitation: InvitationId,
    pub suggestion: SuggestionId,
    pub case: CaseId,
}

impl World {
    pub fn nowhere() -> World {
        World {
            household: HouseholdId::new(rig::START, [250; 10]),
            member: MemberId::new(rig::START, [250; 10]),
            account: AccountId::new(rig::START, [250; 10]),
            connection: ConnectionId::new(rig::START, [250; 10]),
            grant: SupportGrantId::new(rig::START, [250; 10]),
            login: user(250),
            invitation: InvitationId::new(rig::START, [250; 10]),
            suggestion: SuggestionId::new(rig::START, [250; 10]),
            case: CaseId::new(rig::START, [250; 10]),
        }
    }

    /// The names in addresses that are somebody's, and what stands for them.
    pub fn names(&self) -> [(&'static str, String); 9] {
        [
            ("{household}", self.household.to_string()),
            ("{member}", self.member.to_string()),
            ("{account}", self.account.to_string()),
            ("{connection}", self.connection.to_string()),
            ("{grant}", self.grant.to_string()),
            ("{login}", self.login.to_string()),
            ("{invitation}", self.invitation.to_string()),
            ("{suggestion}", self.suggestion.to_string()),
            ("{case}", self.case.to_string()),
        ]
    }
}

/// The names of households that only some may read.
pub const CANARIES: [&str; 3] = ["Zebrafish", "Quagga", "Okapi"];

/// A household that Maya leads, with a team, three clients and support let in: everybody who has a part in it.
pub async fn own(house: &House) -> World {
    // Ids are made of the instant: no two households have one.
    house.clock.advance(Span::millis(2));
    let f = household(house).await;
    let team = vec![(user(15), TeamRole::SubAdviser), (user(16), TeamRole::Delegate)];
    let change = Change { name: CANARIES[0].into(), lead: maya(), team, private: false, next_review: None };
    app::households::change(&house.app, &scope(house), f.household, &change).await.expect("a team");
    let (reader, everything) = (Preset::Reader.rights(), Rights::ALL);
    for (who, rights) in [(101, reader), (102, everything), (103, Preset::Everything.rights().with(Right::Suggest))] {
        share(house, &scope(house), &f, user(who), rights, maya()).await;
    }
    let w = world(house, &f, 200, &scope(house), user(101)).await;
    World { grant: let_in(house, &f).await, ..w }
}

async fn household(house: &House) -> Family {
    let new = app::households::New {
        id: HouseholdId::new(house.app.now(), [201; 10]),
        name: CANARIES[0].into(),
        status: HouseholdStatus::Client,
        lead: None,
        first: "Ada".into(),
        last: CANARIES[0].into(),
        email: "ada@home.example".into(),
    };
    let household = app::households::create(&house.app, &scope(house), &new).await.expect("a household");
    let db = house.app.store().read(&scope(house)).await.expect("a look");
    let member = store::members::of_household(&db, household).await.expect("people")[0].id;
    let current = store::portfolios::of_household(&db, household).await.expect("portfolios")[0].id;
    Family { household, member, current }
}

async fn let_in(house: &House, f: &Family) -> SupportGrantId {
    let id = SupportGrantId::new(house.app.now(), [202; 10]);
    let asked = app::support::Asked { id, login: Some(user(17)), minutes: 60, reason: "A look".into() };
    app::support::give(&house.app, &scope(house), f.household, &asked).await.expect("let in");
    id
}

pub async fn world(house: &House, f: &Family, n: u8, scope: &FirmScope, login: UserId) -> World {
    let (connection, account) = fed_by(house, scope, f, n, ConnectionState::Healthy).await;
    let invitation = ids::invitation(house, scope, (f.household, f.member), n).await;
    let suggestion = ids::suggestion(house, scope, f.household, login, n).await;
    let case = crate::it::cases::case(house, scope, connection).await;
    World { household: f.household, member: f.member, account, connection, login, invitation, suggestion, case, ..World::nowhere() }
}

/// Access of a login that is there already.
async fn share(house: &House, scope: &FirmScope, f: &Family, login: UserId, rights: Rights, by: UserId) {
    let now = house.app.now();
    let tx = house.app.store().begin(scope).await.expect("a unit");
    let access = store::portal::Access {
        household: f.household,
        login,
        member: f.member,
        rights,
        set_name: "Own".into(),
        granted_by: by,
        granted_at: now,
        changed_at: now,
        ended_at: None,
    };
    store::portal::save(&tx, &access).await.expect("access");
    app::events::record(&house.app, &tx, scope, Some(f.household), "portal.granted", login, json!({})).await.expect("an event");
    tx.commit().await.expect("saved");
}

async fn client(house: &House, scope: &FirmScope, f: &Family, n: u8, rights: Rights, by: UserId) {
    let hash = app::passwords::hash(&house.app, &Secret::new(PASSWORD.into())).await.expect("a hash");
    let tx = house.app.store().begin(scope).await.expect("a unit");
    let new = ReadyClient {
        id: user(n),
        name: format!("Client {n}"),
        email: mail(n),
        household: f.household,
        member: f.member,
        rights,
        granted_by: by,
    };
    app::invitations::add_ready_client(&house.app, &tx, scope, &new, &hash, SECRET).await.expect("a login");
    tx.commit().await.expect("saved");
}

fn mail(n: u8) -> String {
    format!("login{n}@home.example")
}

/// The parts, in the order of the table's columns.
pub const PARTS: [(char, &str); 15] = [
    ('a', "administrator who is not on the team"),
    ('l', "lead"),
    ('s', "sub-adviser"),
    ('d', "delegate"),
    ('c', "colleague"),
    ('u', "support"),
    ('g', "support that is let in"),
    ('r', "client who reads the map alone"),
    ('e', "client with every right"),
    ('2', "second client of the household, without connecting"),
    ('o', "client of another household"),
    ('x', "client of another firm"),
    ('t', "administrator of another firm"),
    ('p', "prospect with a link"),
    ('n', "nobody who is signed in"),
];

/// One part's browser, and the page whose form token it posts with.
pub struct Player {
    pub part: char,
    pub browser: Browser,
    pub form: Page,
}

pub struct Cast {
    pub players: Vec<Player>,
    pub own: World,
    /// Of the same firm, private to another team.
    pub private: World,
    /// Of another firm.
    pub foreign: World,
    /// Somebody of the firm's staff who may be sent away.
    pub spare: UserId,
    /// The firm's own set of rights.
    pub set: PermissionSetId,
    /// Of a colleague, waiting for a second administrator.
    pub recovery: RecoveryId,
}

/// Everybody, signed in.
pub async fn cast(house: &House) -> Cast {
    house.clock.advance(Span::seconds(1));
    colleague(house).await;
    second_firm(house).await;
    let more = [
        (15, "Sam Subira", "sam@alderfinch.example", Role::Adviser),
        (16, "Dana Dell", "dana@alderfinch.example", Role::Adviser),
        (17, "Gus Grant", "gus@alderfinch.example", Role::Support),
        (18, "Tess Thorn", "tess@alderfinch.example", Role::Adviser),
        (19, "Vic Spare", "vic@alderfinch.example", Role::Adviser),
    ];
    staff(house, house.scope.firm(), &more).await;
    let tess = FirmScope::new(house.scope.firm(), Actor::User(user(18)));
    let hidden = family_of(house, &tess, 240, CANARIES[1], "Bo").await;
    let change = Change { name: CANARIES[1].into(), lead: user(18), team: Vec::new(), private: true, next_review: None };
    app::households::change(&house.app, &tess, hidden.household, &change).await.expect("private");
    let theirs = family_of(house, &tom(), 241, CANARIES[2], "Cy").await;
    let elsewhere = family_of(house, &tess, 242, "Elsewhere", "Di").await;
    client(house, &tess, &elsewhere, 104, Rights::ALL, user(18)).await;
    client(house, &tom(), &theirs, 105, Rights::ALL, user(21)).await;
    for n in 101..=103 {
        client(house, &tess, &elsewhere, n, Rights::NONE, user(18)).await;
        let tx = house.app.store().begin(&tess).await.expect("a unit");
        let mut access = store::portal::find(&tx, elsewhere.household, user(n)).await.expect("an answer").expect("access");
        access.ended_at = Some(house.app.now());
        store::portal::save(&tx, &access).await.expect("ended");
        tx.commit().await.expect("saved");
    }
    let own = own(house).await;
    let robin = FirmScope::new(house.scope.firm(), Actor::User(crate::it::house::robin()));
    let system = FirmScope::new(house.scope.firm(), Actor::System);
    // Signing in takes half a minute each; the walk begins when nobody has waited long.
    let then = house.app.now();
    let players = players(house, &own).await;
    house.clock.set(then + Span::minutes(3));
    Cast {
        players,
        private: world(house, &hidden, 240, &tess, user(104)).await,
        foreign: world(house, &theirs, 241, &tom(), user(105)).await,
        own,
        spare: user(19),
        set: ids::set(house, &robin, true, 243).await,
        recovery: ids::recovery(house, &system, user(18), user(19), 244).await,
    }
}

async fn players(house: &House, own: &World) -> Vec<Player> {
    let mut players = Vec::new();
    for (part, _) in PARTS {
        let email = match part {
            'a' => ROBIN.to_owned(),
            'l' => MAYA.into(),
            's' => "sam@alderfinch.example".into(),
            'd' => "dana@alderfinch.example".into(),
            'c' => INES.into(),
            'u' => NORA.into(),
            'g' => "gus@alderfinch.example".into(),
            'r' => mail(101),
            'e' => mail(102),
            '2' => mail(103),
            'o' => mail(104),
            'x' => mail(105),
            't' => TOM.into(),
            _ => String::new(),
        };
        let mut browser = if email.is_empty() { house.browser() } else { house.signed_in(&email).await };
        let form = if part == 'p' { prospect(house, &mut browser, own).await } else { form(&mut browser, part).await };
        players.push(Player { part, browser, form });
    }
    players
}

/// A page with a form, whoever reads it.
async fn form(browser: &mut Browser, part: char) -> Page {
    let at = match part {
        'n' => "/sign-in",
        'r' | 'e' | '2' | 'o' | 'x' => "/portal/households",
        _ => "/preferences",
    };
    browser.get(at).await
}

async fn prospect(house: &House, browser: &mut Browser, own: &World) -> Page {
    let f = Family { household: own.household, member: own.member, current: model::PortfolioId::new(rig::START, [250; 10]) };
    let (_, code) = make(&mut house.signed_in(MAYA).await, &f, "share").await;
    let page = start(browser, &code).await;
    browser.follow(&page).await
}
