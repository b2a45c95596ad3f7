//! What each client may see: sets, single rights, the firm's ceiling, changes that count at the next request, and the adviser's preview.

use crate::it::asset_sync::peek;
use crate::it::browser::{Browser, Page};
use crate::it::cast::{INES, colleague};
use crate::it::family::{Family, client, client_mail, family, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use crate::it::invitations::{code_of, draw, invite, send};
use crate::it::portal::{client_of, erik};
use model::UserId;
use model::portal::{Area, Preset, Right, Rights};

/// Posts a form of rights as the browser would without scripts.
async fn post(browser: &mut Browser, path: &str, page: &Page, set: &str, rights: Rights, more: &[(&str, &str)]) -> Page {
    let (was_set, was) = (page.hidden("was_set"), page.hidden("was"));
    let keys: Vec<String> = rights.iter().map(|r| r.key()).collect();
    let mut fields = vec![("was_set", was_set.as_str()), ("was", &was), ("set", set)];
    fields.extend(keys.iter().map(|k| ("right", k.as_str())));
    fields.extend_from_slice(more);
    browser.post(path, page, &fields).await
}

async fn granted(house: &House, f: &Family, login: UserId) -> Rights {
    let db = house.app.store().read(&house.scope).await.unwrap();
    store::portal::find(&db, f.household, login).await.unwrap().unwrap().rights
}

async fn events(house: &House, kind: &str) -> usize {
    let db = house.app.store().read(&house.scope).await.unwrap();
    let sql = "SELECT id FROM event WHERE firm_id = $1 AND kind = $2";
    db.all(sql, store::params![house.scope.firm(), kind]).await.unwrap().len()
}

/// Says what the firm shares at most.
async fn ceiling(house: &House, most: Rights) {
    let mut robin = house.signed_in(ROBIN).await;
    let page = robin.get("/settings/portal").await;
    let saved = post(&mut robin, "/settings/portal", &page, "", most, &[("proof", "mailbox")]).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
}

fn reader() -> Rights {
    Preset::Reader.rights()
}

// proves: P2 P4 P5 P10 P11 P28 D11
#[tokio::test]
async fn sets_and_single_rights_are_granted_as_they_are_chosen() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, reader()).await;
        let mut maya = house.signed_in(MAYA).await;
        let at = format!("{}/portal/{login}/rights", f.at());
        for (set, wanted) in
            [("everything", Preset::Everything.rights()), ("everything-print", Preset::EverythingPrint.rights()), ("reader", reader())]
        {
            let page = maya.get(&at).await;
            let was = granted(&house, &f, login).await;
            let saved = post(&mut maya, &at, &page, set, was, &[]).await;
            assert_eq!(saved.status, 303, "{}", saved.body);
            assert_eq!(granted(&house, &f, login).await, wanted, "{set}");
        }
        // A box that is ticked counts without a set, and each alone.
        for right in Right::ALL {
            let page = maya.get(&at).await;
            let only = match right {
                Right::Print(a) => Rights::of([right, Right::View(a)]),
                _ => Rights::of([right]),
            };
            let saved = post(&mut maya, &at, &page, &page_set(&page), only, &[]).await;
            assert_eq!(saved.status, 303, "{right:?}: {}", saved.body);
            assert_eq!(granted(&house, &f, login).await, only);
        }
        // Printing without looking is refused at the field, and what was typed stays.
        let page = maya.get(&at).await;
        let before = granted(&house, &f, login).await;
        let idle = Rights::of([Right::Print(Area::Policies)]);
        let no = post(&mut maya, &at, &page, &page_set(&page), idle, &[]).await;
        assert!(no.status == 422 && no.body.contains("id=\"right-e\"") && no.body.contains("cannot print what"), "{}", no.body);
        assert!(no.body.contains("value=\"policies.print\" aria-label=\"Print Policy summary\" checked"), "{}", no.body);
        assert_eq!(granted(&house, &f, login).await, before);
        // Nothing at all is no access: ending it is another button.
        let no = post(&mut maya, &at, &page, &page_set(&page), Rights::NONE, &[]).await;
        assert_eq!(no.status, 422);
        // A set and boxes that say different things are asked about.
        let page = maya.get(&at).await;
        let other = if page_set(&page) == "reader" { "everything" } else { "reader" };
        let no = post(&mut maya, &at, &page, other, Rights::of([Right::View(Area::Members), Right::View(Area::Signals)]), &[]).await;
        assert!(no.status == 422 && no.body.contains("Both the set and the boxes"), "{}", no.body);
        assert!(events(&house, "portal.changed").await > 3);
    }
}

/// The set that the form starts from.
fn page_set(page: &Page) -> String {
    page.hidden("was_set")
}

// proves: P9 P26
#[tokio::test]
async fn a_right_that_is_taken_counts_at_the_next_request_in_every_tab() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Preset::Everything.rights()).await;
        let mut one = house.signed_in(&client_mail(1)).await;
        let mut two = house.browser();
        two.cookies = one.cookies.clone();
        let (map, members) = (format!("/portal/{}/map", f.household), format!("/portal/{}/members", f.household));
        assert_eq!((one.get(&members).await.status, two.get(&members).await.status), (200, 200));
        let mut maya = house.signed_in(MAYA).await;
        let at = format!("{}/portal/{login}/rights", f.at());
        let page = maya.get(&at).await;
        let stale = maya.get(&at).await;
        post(&mut maya, &at, &page, "reader", Preset::Everything.rights(), &[]).await;
        assert_eq!((one.get(&members).await.status, two.get(&members).await.status), (404, 404));
        assert_eq!(one.get(&map).await.status, 200);
        assert!(!one.get(&format!("/portal/{}", f.household)).await.body.contains("/members"));
        // The other tab of the adviser saves what it shows: a change like any other, never a silent mix.
        post(&mut maya, &at, &stale, &page_set(&stale), Preset::Everything.rights().with(Right::Suggest), &[]).await;
        assert_eq!(granted(&house, &f, login).await, Preset::Everything.rights().with(Right::Suggest));
        // Ended: asked once, done at once, and a second press finds it done.
        let sure = maya.get(&format!("{}/portal/{login}/end", f.at())).await;
        assert!(sure.body.contains("End access now"), "{}", sure.body);
        for _ in 0..2 {
            assert_eq!(maya.post(&format!("{}/portal/{login}/end", f.at()), &sure, &[]).await.status, 303);
        }
        assert_eq!(events(&house, "portal.ended").await, 1);
        for path in [&map, &members, &format!("/portal/{}", f.household)] {
            assert_eq!((one.get(path).await.status, two.get(path).await.status), (404, 404), "{path}");
        }
        assert_eq!(maya.get(&at).await.status, 404);
        let list = maya.get(&format!("{}/portal", f.at())).await;
        assert!(list.body.contains("Nobody sees this household") && list.body.contains("Ended:"), "{}", list.body);
    }
}

// proves: D11
#[tokio::test]
async fn nobody_shares_above_the_ceiling_and_lowering_it_hides_at_once() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let g = family(&house, 2, "Tanaka", "Kenji").await;
        let login = client(&house, &f, 1, Preset::EverythingPrint.rights()).await;
        let mut ngozi = house.signed_in(&client_mail(1)).await;
        let (map, members) = (format!("/portal/{}/map", f.household), format!("/portal/{}/members", f.household));
        assert_eq!(ngozi.get(&members).await.status, 200);
        ceiling(&house, reader().with(Right::View(Area::Signals))).await;
        assert_eq!((ngozi.get(&map).await.status, ngozi.get(&members).await.status), (200, 404));
        let mut maya = house.signed_in(MAYA).await;
        let list = maya.get(&format!("{}/portal", f.at())).await;
        assert!(list.body.contains("your firm’s limit"), "{}", list.body);
        // Not offered, and refused where it is posted all the same.
        let page = draw(&mut maya, &g).await;
        assert!(!page.body.contains("members.view") && page.body.contains("not shared"), "{}", page.body);
        let no = send(&mut maya, &g, &page, "", "custom", &["map.view", "members.view"]).await;
        assert!(no.status == 422 && no.body.contains("more than your firm shares") && code_of(&no).is_empty(), "{}", no.body);
        let at = format!("{}/portal/{login}/rights", f.at());
        let page = maya.get(&at).await;
        let no = post(&mut maya, &at, &page, "custom", Preset::Everything.rights(), &[]).await;
        assert_eq!(no.status, 422);
        // A set gives what the ceiling leaves of it.
        let page = draw(&mut maya, &g).await;
        let made = send(&mut maya, &g, &page, "", "everything", &["map.view"]).await;
        assert_eq!(made.status, 200, "{}", made.body);
        // Raised again, what was granted shows again: nothing was lost.
        ceiling(&house, Rights::ALL).await;
        assert_eq!(ngozi.get(&members).await.status, 200);
        // No adviser sets it.
        let page = maya.get("/settings/portal").await;
        assert!(!page.body.contains("action=\"/settings/portal\""), "{}", page.body);
    }
}

// proves: P10 D11
#[tokio::test]
async fn sets_of_the_firm_and_of_each_adviser_are_made_changed_and_taken_out_of_use() {
    for house in houses().await {
        colleague(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (mut robin, mut maya, mut ines) = (house.signed_in(ROBIN).await, house.signed_in(MAYA).await, house.signed_in(INES).await);
        let review = reader().with(Right::View(Area::BalanceSheet)).with(Right::Connect);
        let new = robin.get("/settings/portal/sets/new").await;
        let ours = new.between("action=\"/settings/portal/sets/", "\"").to_owned();
        let saved =
            post(&mut robin, &format!("/settings/portal/sets/{ours}"), &new, "", review, &[("name", "Annual review"), ("shared", "1")])
                .await;
        assert_eq!(saved.status, 303, "{}", saved.body);
        let new = maya.get("/settings/portal/sets/new").await;
        let own = new.between("action=\"/settings/portal/sets/", "\"").to_owned();
        let at = format!("/settings/portal/sets/{own}");
        assert_eq!(post(&mut maya, &at, &new, "", review, &[("name", "Reader")]).await.status, 422, "a name that is taken");
        assert_eq!(
            post(&mut maya, &at, &new, "", review, &[("name", "For the firm"), ("shared", "1")]).await.status,
            404,
            "not hers to make"
        );
        assert_eq!(
            post(&mut maya, &at, &new, "", reader().with(Right::View(Area::Members)), &[("name", "Map and people")]).await.status,
            303
        );
        // Everybody chooses the firm's; one's own is one's own.
        let mine = draw(&mut maya, &f).await;
        assert!(mine.body.contains("Annual review") && mine.body.contains("Map and people"), "{}", mine.body);
        let theirs = ines.get("/settings/portal").await;
        assert!(theirs.body.contains("Annual review") && !theirs.body.contains("Map and people"), "{}", theirs.body);
        for path in [format!("/settings/portal/sets/{own}"), format!("/settings/portal/sets/{ours}")] {
            assert_eq!(ines.get(&path).await.status, 404, "{path}");
            let form = theirs_form(&mut ines).await;
            assert_eq!(post(&mut ines, &path, &form, "", reader(), &[("name", "Taken")]).await.status, 404, "{path}");
        }
        // Granted with it, the set's name stands beside the person.
        let login = client(&house, &f, 1, reader()).await;
        let at = format!("{}/portal/{login}/rights", f.at());
        let page = maya.get(&at).await;
        assert_eq!(post(&mut maya, &at, &page, &ours, reader(), &[]).await.status, 303);
        assert_eq!(granted(&house, &f, login).await, review);
        assert!(maya.get(&format!("{}/portal", f.at())).await.body.contains("Annual review"));
        // Out of use: no longer offered; what was granted stays.
        let page = robin.get("/settings/portal").await;
        assert_eq!(robin.post(&format!("/settings/portal/sets/{ours}/end"), &page, &[]).await.status, 303);
        assert!(!draw(&mut maya, &family(&house, 3, "Brandt", "Lotte").await).await.body.contains("Annual review"));
        assert_eq!(granted(&house, &f, login).await, review);
    }
}

async fn theirs_form(browser: &mut Browser) -> Page {
    browser.get("/settings/portal/sets/new").await
}

// proves: P2 P25 P38
#[tokio::test]
async fn the_preview_shows_what_the_client_sees_and_does_nothing() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, reader()).await;
        let mut ngozi = house.signed_in(&client_mail(1)).await;
        let mut maya = house.signed_in(MAYA).await;
        let base = format!("{}/portal/{login}/preview", f.at());
        let home = maya.get(&base).await;
        assert!(home.status == 200 && home.body.contains("This is what") && !home.body.contains("/sign-out"), "{}", home.body);
        for (page, status) in
            [("map", 200), ("members", 404), ("financials", 404), ("balance-sheet", 404), ("policies", 404), ("nonsense", 404)]
        {
            let (seen, own) =
                (maya.get(&format!("{base}/{page}")).await.status, ngozi.get(&format!("/portal/{}/{page}", f.household)).await.status);
            assert_eq!((seen, own), (status, status), "{page}");
        }
        // The client's own addresses are not the adviser's, and nothing can be posted in a preview.
        assert_eq!(maya.get(&format!("/portal/{}", f.household)).await.status, 404);
        let form = maya.get("/preferences").await;
        assert!(maya.post(&format!("{base}/wrong"), &form, &[("words", "x")]).await.status >= 400);
        // A colleague of a private household's team sees no preview either; a stranger's login is nobody.
        assert_eq!(maya.get(&format!("{}/portal/{}/preview", f.at(), UserId::new(rig::START, [9; 10]))).await.status, 404);
        let change = app::households::Change {
            name: "Okafor".into(),
            lead: crate::it::house::maya(),
            team: Vec::new(),
            private: true,
            next_review: None,
        };
        app::households::change(&house.app, &scope(&house), f.household, &change).await.unwrap();
        colleague(&house).await;
        let mut ines = house.signed_in(INES).await;
        assert_eq!(ines.get(&base).await.status, 404);
        assert_eq!(ines.get(&format!("{}/portal", f.at())).await.status, 404);
    }
}

// proves: P9
#[tokio::test]
async fn who_leaves_the_household_sees_nothing_of_it_any_more() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let member = erik(&house, &f).await;
        client_of(&house, &f, 2, member, reader()).await;
        let mut browser = house.signed_in(&client_mail(2)).await;
        let map = format!("/portal/{}/map", f.household);
        assert_eq!(browser.get(&map).await.status, 200);
        let mut maya = house.signed_in(MAYA).await;
        let code = invite(&mut maya, &f, "ngozi@home.example").await;
        app::members::leave(&house.app, &scope(&house), f.household, member).await.unwrap();
        assert_eq!(browser.get(&map).await.status, 404);
        assert_eq!(events(&house, "portal.ended").await, 1);
        assert_eq!(peek(&mut house.browser(), &code).await.status, 200, "hers is untouched");
    }
}
