//! Connecting from the portal, at the rehearsal provider's real pages: who is signed in needs no link, no mail and no code.

use crate::it::browser::{Browser, Page};
use crate::it::connecting::{choose, out};
use crate::it::family::{Family, client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::portal::{at, hold, set_rights, signed};
use crate::it::provider::{Provider, settle};
use model::link::{Delivery, Purpose};
use model::portal::{Area, Preset, Right, Rights};
use model::{ConnectionId, ConnectionState, Span};

async fn through(house: &House, provider: &Provider, client: &mut Browser, leaving: &Page) -> Page {
    let back = provider.visit(&out(leaving), "pass_good", "").await;
    let on = client.get(&back[back.find("/c/return").unwrap()..]).await;
    settle(house).await;
    client.follow(&on).await
}

async fn begin(client: &mut Browser, f: &Family) -> Page {
    let add = client.get(&format!("{}/accounts/new", at(f))).await;
    client.post(&format!("{}/connect", at(f)), &add, &[("do", "connect")]).await
}

async fn connection(house: &House) -> ConnectionId {
    let db = house.app.store().read(&scope(house)).await.unwrap();
    let sql = "SELECT id FROM connection WHERE firm_id = $1";
    db.one(sql, store::params![db.id()]).await.unwrap().unwrap().id("id").unwrap()
}

// proves: E5 E7 E8 E9 E10 E11 D3 D18
#[tokio::test]
async fn a_client_who_is_signed_in_connects_from_home_and_comes_back_to_their_accounts() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights().with(Right::Connect).with(Right::AddFacts)).await;
        let base = at(&f);
        for page in [base.clone(), format!("{base}/accounts")] {
            assert!(ngozi.get(&page).await.body.contains(&format!("href=\"{base}/accounts/new\"")), "{page}");
        }
        let add = ngozi.get(&format!("{base}/accounts/new")).await;
        assert!(
            add.body.contains("I have an online login to this account")
                && add.body.contains(">Connect<")
                && add.body.contains("No online login")
        );
        let guide = add.between("small muted\"><a href=\"", "\"").to_owned();
        assert_eq!(ngozi.get(&guide).await.status, 200, "{guide}");
        let on = begin(&mut ngozi, &f).await;
        assert_eq!(on.location(), "/c/search", "{}", on.body);
        let search = ngozi.follow(&on).await;
        assert!(
            search.body.contains(&format!("{base}/accounts/by-hand")) && search.body.contains("Back to your accounts"),
            "{}",
            search.body
        );
        assert!(provider.mail_to("ngozi@home.example").is_empty(), "no mail, no code");
        let leaving = choose(&mut ngozi, "bank").await;
        // A second tab that begins again goes on with the same link.
        assert!(begin(&mut ngozi, &f).await.location().starts_with("/c/a/"));
        let done = through(&house, &provider, &mut ngozi, &leaving).await;
        assert!(done.body.contains("is connected"), "{}", done.body);
        let exit = ngozi.post("/c/exit", &done, &[]).await;
        assert_eq!(exit.location(), format!("{base}/accounts"));
        let accounts = ngozi.follow(&exit).await;
        assert!(accounts.body.contains("Up to date") && accounts.body.contains("Find new"), "{}", accounts.body);

        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let link = store::links::newest_of_portal(&db, f.member, Purpose::Connect).await.unwrap().unwrap();
        assert_eq!(
            (link.life.delivery, link.made_by, link.life.expires_at),
            (Delivery::Portal, login, link.created_at + Span::minutes(60))
        );
        let c = store::connections::of_household(&db, f.household).await.unwrap();
        assert!(c.len() == 1 && c[0].member == f.member);
        assert!(store::consents::find(&db, c[0].consent).await.unwrap().unwrap().shown.contains("By choosing Continue"));
    }
}

// proves: D14 E5
#[tokio::test]
async fn repair_find_new_and_refresh_are_the_clients_own_and_go_straight_to_the_step() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::Connect])).await;
        let base = at(&f);
        begin(&mut ngozi, &f).await;
        let leaving = choose(&mut ngozi, "bank").await;
        through(&house, &provider, &mut ngozi, &leaving).await;
        let id = connection(&house).await;
        let accounts = ngozi.get(&format!("{base}/accounts")).await;
        let again = ngozi.post(&format!("{base}/connections/{id}/refresh"), &accounts, &[]).await;
        assert_eq!(again.location(), format!("{base}/accounts"));
        assert!(ngozi.follow(&again).await.body.contains("was asked a moment ago"), "it was looked at a moment ago");
        house.clock.advance(Span::minutes(6));
        let again = ngozi.post(&format!("{base}/connections/{id}/refresh"), &accounts, &[]).await;
        assert_eq!(again.location(), format!("{base}/accounts"), "{}", again.body);
        let find = ngozi.post(&format!("{base}/connect"), &accounts, &[("do", "find"), ("connection", &id.to_string())]).await;
        assert!(find.location().starts_with("/c/a/"), "{} {}", find.status, find.location());

        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        store::connections::set_state(&tx, id, ConnectionState::NeedsCredentials, None, None).await.unwrap();
        tx.commit().await.unwrap();
        let accounts = ngozi.get(&format!("{base}/accounts")).await;
        assert!(accounts.body.contains("Click to fix") && accounts.body.contains("Refresh and Find new wait"), "{}", accounts.body);
        let refused = ngozi.post(&format!("{base}/connections/{id}/refresh"), &accounts, &[]).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        let fix = ngozi.post(&format!("{base}/connect"), &accounts, &[("do", "repair"), ("connection", &id.to_string())]).await;
        let leaving = ngozi.follow(&fix).await;
        assert!(leaving.body.contains("Your accounts stay the same"), "{}", leaving.body);
        let done = through(&house, &provider, &mut ngozi, &leaving).await;
        assert!(done.body.contains("works again"), "{}", done.body);
    }
}

// proves: P25 D3
#[tokio::test]
async fn without_the_right_the_session_or_the_time_nobody_connects() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let base = at(&f);
        let home = ngozi.get(&base).await;
        assert!(!home.body.contains("Add account"));
        assert_eq!(ngozi.post(&format!("{base}/connect"), &home, &[("do", "connect")]).await.status, 404);
        set_rights(&house, &f, login, Rights::of([Right::Connect])).await;
        assert_eq!(begin(&mut ngozi, &f).await.location(), "/c/search");
        assert_eq!(ngozi.get("/c/search").await.status, 200);
        // A right that was taken away ends the flow with the next request.
        set_rights(&house, &f, login, Rights::of([Right::View(Area::Map)])).await;
        assert_eq!(ngozi.get("/c/search").await.status, 410);
        set_rights(&house, &f, login, Rights::of([Right::Connect])).await;
        assert_eq!(ngozi.get("/c/search").await.status, 200);
        // The flow's cookie without the person's own session opens nothing.
        let mut thief = house.browser();
        thief.cookies = ngozi.cookies.clone();
        thief.cookies.remove("sid");
        assert_eq!(thief.get("/c/search").await.location(), "/sign-in?next=%2Fc%2Fsearch");
        let g = family(&house, 2, "Adeyemi", "Folake").await;
        let (_, folake) = signed(&house, &g, 2, Rights::ALL).await;
        thief.cookies.insert("sid".into(), folake.cookies["sid"].clone());
        assert_eq!(thief.get("/c/search").await.status, 404, "somebody else's session neither");
        hold(&house, login).await;
        let held = begin(&mut ngozi, &f).await;
        assert!(held.status == 409 && held.body.contains("no new account is connected"), "{} {}", held.status, held.body);
    }
}

// proves: E11 D3
#[tokio::test]
async fn an_account_by_hand_is_the_clients_own_and_the_adviser_sees_who_added_it() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::AddFacts])).await;
        let base = at(&f);
        let add = ngozi.get(&format!("{base}/accounts/new")).await;
        assert!(!add.body.contains("I have an online login") && add.body.contains("Enter it by hand"), "{}", add.body);
        let form = ngozi.get(&format!("{base}/accounts/by-hand")).await;
        let id = form.hidden("id");
        let member = f.member.to_string();
        let mut typed = vec![
            ("id", id.as_str()),
            ("name", "Holiday savings"),
            ("kind", "savings"),
            ("owner", member.as_str()),
            ("value", "lots"),
            ("currency", "USD"),
            ("as_of", "2026-11-20"),
            ("institution", ""),
            ("mask", ""),
        ];
        let wrong = ngozi.post(&format!("{base}/accounts/by-hand"), &form, &typed).await;
        assert!(wrong.status == 422 && wrong.body.contains("Holiday savings"), "{}", wrong.body);
        typed[4].1 = "2,500";
        for _ in 0..2 {
            assert_eq!(ngozi.post(&format!("{base}/accounts/by-hand"), &form, &typed).await.location(), format!("{base}/accounts"));
        }
        let page = ngozi.get(&format!("{base}/accounts")).await;
        // Its name, and once more in the words of its three times.
        assert_eq!(page.body.matches("accounts/acct_").count(), 1, "{}", page.body);
        assert!(page.body.contains("Added by you") && page.body.contains("$2,500"), "{}", page.body);
        // The adviser sees it with the others, and by whom.
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get(&format!("{}/portfolio", f.at())).await.body.contains("Holiday savings"));
        let theirs = maya.get(&format!("/accounts/{id}")).await;
        assert!(theirs.body.contains("Added by hand in the portal") && theirs.body.contains("by Ngozi Okafor"), "{}", theirs.body);
        // Theirs to value again and to take back.
        let one = ngozi.get(&format!("{base}/accounts/{id}")).await;
        let at = format!("{base}/accounts/{id}");
        assert_eq!(ngozi.post(&at, &one, &[("value", ""), ("as_of", "2026-11-20")]).await.status, 422);
        assert_eq!(ngozi.post(&at, &one, &[("value", "2,600"), ("as_of", "2026-11-21")]).await.status, 303);
        assert!(ngozi.get(&at).await.body.contains("$2,600"));
        set_rights(&house, &f, login, Rights::of([Right::View(Area::Financials)])).await;
        assert_eq!(ngozi.post(&at, &one, &[("value", "1"), ("as_of", "2026-11-21")]).await.status, 404, "the right is asked for each time");
        set_rights(&house, &f, login, Rights::of([Right::AddFacts])).await;
        assert_eq!(ngozi.post(&format!("{at}/remove"), &one, &[]).await.status, 303);
        assert!(!ngozi.get(&format!("{base}/accounts")).await.body.contains("Holiday savings"));
        let _ = (fed(&house, &f, 5, ConnectionState::Healthy).await, client_mail(1));
        assert!(!ngozi.get(&format!("{base}/accounts")).await.body.contains("Larchmont"), "what the adviser's link brought is not shared");
    }
}
