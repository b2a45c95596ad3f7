//! The client portal through the client's eyes: each right opens exactly its area, two adults, two households, and what the adviser changes
//! shows with the next request.

use crate::it::browser::Browser;
use crate::it::family::{Family, by_hand, client, client_mail, family, fed, scope, valued};
use crate::it::house::{House, MAYA, PASSWORD, SECRET, houses, maya};
use app::invitations::ReadyClient;
use model::fact::MemberRole;
use model::portal::{Area, Preset, Right, Rights};
use model::{ConnectionState, MemberId, Secret, UserId};

/// A client of the family, signed in.
pub async fn signed(house: &House, f: &Family, n: u8, rights: Rights) -> (UserId, Browser) {
    let id = client(house, f, n, rights).await;
    (id, house.signed_in(&client_mail(n)).await)
}

pub fn at(f: &Family) -> String {
    format!("/portal/{}", f.household)
}

/// Other rights for a login, as the adviser's page writes them.
pub async fn set_rights(house: &House, f: &Family, login: UserId, rights: Rights) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let mut access = store::portal::find(&tx, f.household, login).await.unwrap().unwrap();
    access.rights = rights;
    store::portal::save(&tx, &access).await.unwrap();
    tx.commit().await.unwrap();
}

/// Another adult of the household.
pub async fn erik(house: &House, f: &Family) -> MemberId {
    let id = MemberId::new(rig::START, [77; 10]);
    let typed = app::members::Typed {
        first: "Erik".into(),
        last: "Lindqvist".into(),
        role: MemberRole::Adult,
        email: "erik@home.example".into(),
        phone: String::new(),
        born: String::new(),
    };
    app::members::add(&house.app, &scope(house), f.household, id, &typed).await.unwrap();
    id
}

/// A login of one member in one household.
pub async fn client_of(house: &House, f: &Family, n: u8, member: MemberId, rights: Rights) -> UserId {
    let id = UserId::new(rig::START, [100 + n; 10]);
    let hash = app::passwords::hash(&house.app, &Secret::new(PASSWORD.into())).await.unwrap();
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let name = store::members::find(&tx, member).await.unwrap().unwrap().name;
    let new = ReadyClient { id, name, email: client_mail(n), household: f.household, member, rights, granted_by: maya() };
    app::invitations::add_ready_client(&house.app, &tx, &scope(house), &new, &hash, SECRET).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The pages that a right opens.
fn opened(right: Right) -> Vec<String> {
    match right {
        Right::View(a) => {
            let mut pages = vec![a.key().to_owned(), "reports".into()];
            if a == Area::Financials {
                pages.push("accounts".into());
            }
            pages
        }
        Right::Connect => vec!["accounts".into(), "accounts/new".into()],
        Right::AddFacts => vec!["accounts".into(), "accounts/new".into(), "accounts/by-hand".into()],
        Right::Print(_) | Right::Suggest => Vec::new(),
    }
}

// proves: P5 P10 P25 P26 P27 P28 P38 E8
#[tokio::test]
async fn each_single_right_opens_exactly_its_area_in_pages_menu_print_and_files() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        by_hand(&house, &f, 1, "Lindqvist Studio", "120000").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Rights::NONE).await;
        let base = at(&f);
        let mut all: Vec<String> = Area::ALL.map(|a| a.key().to_owned()).into();
        all.extend(["reports", "accounts", "accounts/new", "accounts/by-hand"].map(String::from));
        for right in Right::ALL {
            set_rights(&house, &f, login, Rights::of([right])).await;
            let open = opened(right);
            let home = ngozi.get(&base).await;
            assert_eq!(home.status, 200, "the first page is always there");
            for path in &all {
                let p = ngozi.get(&format!("{base}/{path}")).await;
                assert_eq!(p.status == 200, open.contains(path), "{right:?} opens {path}: {}", p.status);
                if p.status == 200 && !path.contains('/') {
                    assert!(p.body.contains("data-no-print"), "{right:?} prints nothing");
                }
                // No menu item, no link leads to what is not there.
                let linked = home.body.contains(&format!("href=\"{base}/{path}\""));
                assert!(!linked || open.contains(path), "{right:?} links to {path}");
            }
            for a in Area::ALL {
                assert_eq!(ngozi.get(&format!("{base}/{}?print=1", a.key())).await.status, 404, "{right:?} {a:?}");
            }
            for file in ["financials.csv", "balance-sheet.csv"] {
                assert_eq!(ngozi.get(&format!("{base}/{file}")).await.status, 404, "{right:?} {file}");
            }
            let worth = matches!(right, Right::View(Area::Map | Area::Financials | Area::BalanceSheet));
            assert_eq!(home.body.contains("$120,000"), worth, "{right:?} tells what the household is worth");
            assert_eq!(home.body.contains("Add account"), matches!(right, Right::Connect | Right::AddFacts), "{right:?}");
        }
    }
}

// proves: P11 P38
#[tokio::test]
async fn printing_is_a_right_of_its_own_on_paper_and_in_files() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        by_hand(&house, &f, 1, "Lindqvist Studio", "120000").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Rights::NONE).await;
        let base = at(&f);
        for area in Area::ALL {
            set_rights(&house, &f, login, Preset::Everything.rights().with(Right::Print(area))).await;
            let home = ngozi.get(&base).await;
            for other in Area::ALL {
                let path = format!("{base}/{}", other.key());
                let (read, print) = (ngozi.get(&path).await, ngozi.get(&format!("{path}?print=1")).await);
                assert_eq!(read.status, 200);
                assert_eq!(print.status == 200, other == area, "{other:?} with printing {area:?}");
                assert_eq!(read.body.contains("data-print"), other == area, "{other:?} with printing {area:?}");
                assert_eq!(read.body.contains("data-no-print"), other != area, "{other:?} with printing {area:?}");
                assert_eq!(home.body.contains(&format!("{path}?print=1")), other == area, "{other:?} with printing {area:?}");
            }
            for file in [Area::Financials, Area::BalanceSheet] {
                let p = ngozi.get(&format!("{base}/{}.csv", file.key())).await;
                assert_eq!(p.status == 200, file == area, "{file:?} with printing {area:?}");
                if p.status == 200 {
                    assert!(p.body.contains("Lindqvist Studio") && p.body.contains("not audited"), "{}", p.body);
                }
            }
        }
        // Printing without looking is nothing.
        set_rights(&house, &f, login, Rights::of([Right::Print(Area::Financials)])).await;
        assert_eq!(ngozi.get(&format!("{base}/financials.csv")).await.status, 404);
        // A recovery that is fresh takes nothing along.
        set_rights(&house, &f, login, Preset::EverythingPrint.rights()).await;
        hold(&house, login).await;
        let held = ngozi.get(&format!("{base}/financials.csv")).await;
        assert!(held.status == 409 && held.body.contains("nothing is exported"), "{}", held.body);
    }
}

pub async fn hold(house: &House, login: UserId) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let until = house.app.now() + model::Span::hours(24);
    let sql = "UPDATE login SET held_until = $3 WHERE firm_id = $1 AND id = $2";
    tx.exec(sql, store::params![tx.id(), login, until]).await.unwrap();
    tx.commit().await.unwrap();
}

// proves: P24 P26 D10
#[tokio::test]
async fn what_the_adviser_changes_and_withholds_counts_with_the_next_request() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let account = by_hand(&house, &f, 1, "Lindqvist Studio", "120000").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let map = format!("{}/map", at(&f));
        assert!(ngozi.get(&map).await.body.contains("$120,000"));
        valued(&house, account, "130,500.25", "2026-11-21").await;
        let now = ngozi.get(&map).await;
        assert!(now.body.contains("$130,500.25") && !now.body.contains("$120,000"), "no cache stands between");
        assert_eq!(now.header("cache-control"), Some("no-store"));
        set_rights(&house, &f, login, Rights::of([Right::View(Area::Members)])).await;
        assert_eq!(ngozi.get(&map).await.status, 404);
        assert!(!ngozi.get(&at(&f)).await.body.contains("130,500"));
        // The firm's ceiling counts as soon as it is lowered.
        set_rights(&house, &f, login, Preset::Everything.rights()).await;
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let mut firm = store::firms::own(&tx).await.unwrap();
        firm.settings.portal_ceiling = Some(Preset::Reader.rights().to_string());
        store::firms::save(&tx, &firm).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ngozi.get(&map).await.status, 200);
        assert_eq!(ngozi.get(&format!("{}/balance-sheet", at(&f))).await.status, 404);
    }
}

// proves: P35 D14
#[tokio::test]
async fn one_login_of_two_households_keeps_them_apart_and_chooses() {
    for house in houses().await {
        let (own, other) = (family(&house, 1, "Okafor", "Ngozi").await, family(&house, 2, "Adeyemi", "Folake").await);
        by_hand(&house, &own, 1, "Studio", "120000").await;
        by_hand(&house, &other, 2, "Cottage", "75000").await;
        let (login, mut ngozi) = signed(&house, &own, 1, Preset::Everything.rights()).await;
        assert_eq!(ngozi.get("/portal").await.location(), at(&own));
        let foreign = ngozi.get(&format!("{}/map", at(&other))).await;
        let missing = ngozi.get(&format!("/portal/{}/map", model::HouseholdId::new(rig::START, [250; 10]))).await;
        assert_eq!((foreign.status, missing.status), (404, 404));
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let now = house.app.now();
        let access = store::portal::Access {
            household: other.household,
            login,
            member: other.member,
            rights: Preset::Reader.rights(),
            set_name: "Reader".into(),
            granted_by: maya(),
            granted_at: now,
            changed_at: now,
            ended_at: None,
        };
        store::portal::save(&tx, &access).await.unwrap();
        tx.commit().await.unwrap();
        let list = ngozi.get("/portal").await;
        assert!(list.body.contains("Okafor") && list.body.contains("Adeyemi"), "{}", list.body);
        let theirs = ngozi.get(&format!("{}/map", at(&other))).await;
        assert!(theirs.body.contains("Cottage") && !theirs.body.contains("Studio"), "{}", theirs.body);
        assert_eq!(ngozi.get(&format!("{}/balance-sheet", at(&other))).await.status, 404, "each household has its own rights");
        assert_eq!(ngozi.get(&format!("{}/balance-sheet", at(&own))).await.status, 200);
    }
}

// proves: D14
#[tokio::test]
async fn the_other_adult_sees_the_accounts_of_a_connection_and_cannot_touch_it() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let erik = erik(&house, &f).await;
        let (connection, account) = fed(&house, &f, 5, ConnectionState::NeedsCredentials).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::ALL).await;
        client_of(&house, &f, 2, erik, Rights::ALL).await;
        let mut other = house.signed_in(&client_mail(2)).await;
        let base = at(&f);
        let own = ngozi.get(&format!("{base}/accounts")).await;
        assert!(own.body.contains("Click to fix") && own.body.contains("rejected your sign-in"), "{}", own.body);
        assert!(own.body.contains("id=\"needs\""), "{}", own.body);
        assert!(ngozi.get(&base).await.body.contains("Larchmont Workplace: The institution rejected your sign-in"));
        let seen = other.get(&format!("{base}/accounts")).await;
        assert!(seen.body.contains("Workplace 401(k)") && seen.body.contains("$1,100.25"), "{}", seen.body);
        assert!(seen.body.contains("rejected Ngozi’s sign-in") && seen.body.contains("Only Ngozi can enter"), "{}", seen.body);
        assert!(!seen.body.contains("Click to fix") && !seen.body.contains("Find new<"), "{}", seen.body);
        assert!(!other.get(&base).await.body.contains("Larchmont"), "a banner is for whoever can mend it");
        let id = connection.to_string();
        for what in ["repair", "find"] {
            let p = other.post(&format!("{base}/connect"), &seen, &[("do", what), ("connection", &id)]).await;
            assert_eq!(p.status, 404, "{what}");
        }
        assert_eq!(other.post(&format!("{base}/connections/{id}/refresh"), &seen, &[]).await.status, 404);
        // Without the financials the other adult sees nothing of it.
        set_rights(&house, &f, UserId::new(rig::START, [102; 10]), Rights::of([Right::Connect])).await;
        assert!(!other.get(&format!("{base}/accounts")).await.body.contains("Larchmont"));
        assert_eq!(other.get(&format!("{base}/accounts/{account}")).await.status, 404);
    }
}

// proves: D14
#[tokio::test]
async fn a_client_ends_their_own_access_at_once_and_nobody_elses() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let erik = erik(&house, &f).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        client_of(&house, &f, 2, erik, Preset::Reader.rights()).await;
        let mut other = house.signed_in(&client_mail(2)).await;
        let base = at(&f);
        let shared = ngozi.get(&format!("{base}/access")).await;
        assert!(shared.body.contains("End my access") && shared.body.contains("ended by Maya"), "{}", shared.body);
        let ask = ngozi.get(&format!("{base}/leave")).await;
        let gone = ngozi.post(&format!("{base}/leave"), &ask, &[]).await;
        assert_eq!(gone.location(), "/portal/households");
        assert_eq!(ngozi.get(&base).await.status, 404);
        assert_eq!(ngozi.get(&format!("{base}/map")).await.status, 404);
        assert_eq!(other.get(&format!("{base}/map")).await.status, 200);
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let events = store::events::of_household(&db, f.household, 50).await.unwrap();
        assert!(events.iter().any(|e| e.kind == "portal.left"), "the adviser's log says so");
    }
}

// proves: P19 P20 P21 P22 P34
#[tokio::test]
async fn the_support_centre_is_behind_the_likeness_is_searched_and_names_the_adviser_alone() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Reader.rights()).await;
        let home = ngozi.get(&at(&f)).await;
        let menu = home.between("<details class=\"menu\">", "</details>");
        assert!(menu.contains("href=\"/portal/support\"") && menu.contains("Support documentation"), "{menu}");
        assert!(
            home.body.contains("Maya Castellanos") && home.body.contains(&format!("mailto:{MAYA}")),
            "the adviser is on the first page"
        );
        let support = ngozi.get("/portal/support").await;
        for g in web::guides::all() {
            assert!(support.body.contains(&format!("/portal/support/{}", g.slug)), "{}", g.slug);
            let guide = ngozi.get(&format!("/portal/support/{}", g.slug)).await;
            assert!(guide.status == 200 && guide.body.contains(g.body) && guide.body.contains(MAYA), "{}", g.slug);
            // Nobody of the operator's is offered, and no ticket.
            assert!(!guide.body.to_lowercase().contains("ticket"), "{}", g.slug);
        }
        let found = ngozi.get("/portal/support?q=forgot").await;
        assert!(found.body.contains("lost-phone") && !found.body.contains("/portal/support/printing\""), "{}", found.body);
        assert!(ngozi.get("/portal/support?q=zebra").await.body.contains("No guide matches"));
        assert_eq!(ngozi.get("/portal/support/nothing").await.status, 404);
        assert_eq!(house.signed_in(MAYA).await.get("/portal/support").await.status, 404, "staff have help of their own");
        assert_eq!(house.browser().get("/portal/support").await.status, 303);
    }
}
