//! What somebody tries who means harm: with a link that was forwarded, after leaving the firm, as a delegate, from another site.

use crate::it::asset_sync::{gone, mailbox, mails, make, peek, start};
use crate::it::browser::Browser;
use crate::it::connecting::client;
use crate::it::family::{Family, family};
use crate::it::house::{House, MAYA, ROBIN, houses, maya, robin};
use crate::it::provider::Provider;
use app::sign_in::{From, give_password};
use model::{Secret, Span};
use store::params;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn link(house: &House) -> model::LinkId {
    let db = house.app.store().read(&house.scope).await.unwrap();
    let sql = "SELECT id FROM link WHERE firm_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1";
    db.one(sql, params![house.scope.firm()]).await.unwrap().expect("a link").id("id").unwrap()
}

async fn change(browser: &mut Browser, f: &Family, fields: &[(&str, &str)]) -> u16 {
    let form = browser.get(&format!("{}/change", f.at())).await;
    browser.post(&format!("{}/change", f.at()), &form, fields).await.status
}

// proves: D2
#[tokio::test]
async fn a_browser_that_waits_for_its_code_cannot_end_the_link_of_the_one_that_is_in() {
    for house in houses().await {
        let f = family(&house, 81, "Okafor", "Ngozi").await;
        let mut adviser = house.signed_in(MAYA).await;
        let (_, code) = make(&mut adviser, &f, "share").await;
        let mut owner = house.browser();
        start(&mut owner, &code).await;
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        store::links::connected(&tx, link(&house).await, house.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let mut stranger = house.browser();
        assert_eq!(start(&mut stranger, &code).await.location(), "/c/code");
        let page = stranger.get("/c/code").await;
        assert_eq!(stranger.post("/c/exit", &page, &[]).await.status, 404);
        assert_eq!(owner.get("/c/search").await.status, 200, "still in");
    }
}

// proves: N9
#[tokio::test]
async fn a_delegate_changes_the_name_but_neither_the_lead_nor_the_team_nor_who_sees_it() {
    for house in houses().await {
        let f = family(&house, 82, "Abara", "Chidi").await;
        let (mut lead, mut delegate) = (house.signed_in(MAYA).await, house.signed_in(ROBIN).await);
        let (maya, robin) = (maya().to_string(), robin().to_string());
        let own = format!("team_{robin}");
        assert_eq!(change(&mut lead, &f, &[("name", "Abara"), ("lead", &maya), (&own, "delegate")]).await, 303);
        assert_eq!(change(&mut delegate, &f, &[("name", "Abara family"), ("lead", &maya), (&own, "delegate")]).await, 303);
        for bad in [
            [("name", "Mine"), ("lead", robin.as_str()), (own.as_str(), "none"), ("private", "")],
            [("name", "Mine"), ("lead", &maya), (&own, "sub_adviser"), ("private", "")],
            [("name", "Mine"), ("lead", &maya), (&own, "delegate"), ("private", "yes")],
        ] {
            assert_eq!(change(&mut delegate, &f, &bad).await, 409, "{bad:?}");
        }
        let page = lead.get(&format!("{}/members", f.at())).await;
        assert!(page.body.contains("Abara family") && page.body.contains("delegate Robin Finch"), "{}", page.body);
    }
}

#[tokio::test]
async fn whoever_left_the_household_or_the_firm_hears_nothing_more_of_its_links() {
    for house in houses().await {
        let f = family(&house, 83, "Okafor", "Ngozi").await;
        let (mut lead, mut helper) = (house.signed_in(MAYA).await, house.signed_in(ROBIN).await);
        let post = mailbox(&house).await;
        let (maya_id, own) = (maya().to_string(), format!("team_{}", robin()));
        change(&mut lead, &f, &[("name", "Okafor"), ("lead", &maya_id), (&own, "sub_adviser")]).await;
        let (_, old) = make(&mut helper, &f, "share").await;
        let (_, kept) = make(&mut helper, &f, "share").await;
        let ask = async || {
            let mut holder = house.browser();
            let page = peek(&mut holder, &old).await;
            assert!(gone(&page));
            assert_eq!(holder.post("/i/ask", &page, &[("code", &old)]).await.status, 200);
            app::jobs::run_due(&house.app, 20).await.unwrap();
            (mails(&post, ROBIN).len(), mails(&post, MAYA).len())
        };
        assert_eq!(ask().await, (1, 0), "whoever made it is told");
        change(&mut lead, &f, &[("name", "Okafor"), ("lead", &maya_id), (&own, "none")]).await;
        assert_eq!(ask().await, (1, 1), "then the lead");

        // Whoever leaves the firm may have kept the secret of a link that nobody opened.
        let (_, shown) = make(&mut lead, &f, "share").await;
        assert!(gone(&peek(&mut house.browser(), &kept).await));
        assert!(peek(&mut house.browser(), &shown).await.body.contains("Get started"));
        let leave = format!("/settings/staff/{maya_id}/leave");
        let page = helper.get(&leave).await;
        assert_eq!(helper.post(&leave, &page, &[("all", &robin().to_string())]).await.status, 303);
        assert!(gone(&peek(&mut house.browser(), &shown).await));
        assert_eq!(ask().await, (2, 1), "then whoever leads now, and never who left");
    }
}

#[tokio::test]
async fn the_links_cookie_is_for_https_alone_as_soon_as_set_up_says_https() {
    for house in houses().await {
        let tx = house.app.store().begin_system().await.unwrap();
        let address = r#"{"url":"https://accounts.alderfinch.example/","way":{"way":"proxy","address":"10.0.0.2"}}"#;
        store::settings::put(&tx, "setup.address", Some(address), None, house.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        app::setup::load(&house.app).await.unwrap();
        let f = family(&house, 84, "Okafor", "Ngozi").await;
        let mut adviser = house.signed_in(MAYA).await;
        let (_, code) = make(&mut adviser, &f, "share").await;
        let done = start(&mut house.browser(), &code).await;
        let cookies: Vec<&String> = done.head.iter().filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie")).map(|(_, v)| v).collect();
        assert!(cookies.iter().any(|c| c.starts_with("__Secure-lsid=") && c.contains("; Secure")), "{cookies:?}");
        assert!(cookies.iter().all(|c| c.contains("; Secure") && c.contains("; HttpOnly")), "{cookies:?}");
        assert_eq!(done.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
    }
}

#[tokio::test]
async fn a_page_of_ours_never_leads_to_an_address_that_another_site_named() {
    let houses = houses().await;
    let at = houses[0].at;
    for referer in
        ["https://evil.example//evil.example/now".to_owned(), format!("http://{at}//evil.example/now"), "https://evil.example/i".into()]
    {
        let mut browser = houses[0].browser();
        browser.more = vec![("Sec-Fetch-Site".into(), "cross-site".into()), ("Referer".into(), referer.clone())];
        let page = browser.post_bare("/sign-in", &[("email", "a@b.example")]).await;
        assert!(page.status == 403 && page.body.contains("out of date"), "{}", page.body);
        assert!(!page.body.contains("evil.example") && page.body.contains("href=\"/\""), "{referer}: {}", page.body);
    }
    let mut browser = houses[0].browser();
    browser.more = vec![("Sec-Fetch-Site".into(), "cross-site".into()), ("Referer".into(), format!("http://{at}/help/two-factor"))];
    assert!(browser.post_bare("/sign-in", &[]).await.body.contains("href=\"/help/two-factor\""));
}

#[tokio::test]
async fn what_is_refused_before_any_page_is_drawn_carries_the_same_headers() {
    let houses = houses().await;
    let mut line = tokio::net::TcpStream::connect(houses[0].at).await.unwrap();
    line.write_all(b"POST /sign-in HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let head = answer.to_ascii_lowercase();
    for part in ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff", "cache-control: no-store"] {
        assert!(head.contains(part), "{part}: {answer}");
    }
}

#[tokio::test]
async fn one_link_sets_out_only_so_often() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let f = family(&house, 85, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let page = client.get("/c/search?q=bank").await;
        let row = page.body.split("class=\"inst-row\"").skip(1).find(|r| !r.contains("chip")).expect("a match").to_owned();
        let href = row.split("class=\"nm\" href=\"").nth(1).and_then(|r| r.split('"').next()).expect("a way").replace("&#38;", "&");
        let notice = client.get(&href).await;
        let action = notice.between("<form class=\"foot\" action=\"", "\"").to_owned();
        let (shown, mut last) = (notice.hidden("shown"), 0);
        for n in 0..61u8 {
            let id = model::AttemptId::new(rig::START, [n; 10]).to_string();
            last = client.post(&action, &notice, &[("attempt", &id), ("q", ""), ("shown", &shown)]).await.status;
        }
        assert_eq!(last, 429);
        house.clock.advance(Span::hours(1));
        let id = model::AttemptId::new(rig::START, [99; 10]).to_string();
        assert_eq!(client.post(&action, &notice, &[("attempt", &id), ("q", ""), ("shown", &shown)]).await.status, 303);
    }
}

#[tokio::test]
async fn an_invitation_that_is_made_again_is_recorded_again() {
    for house in houses().await {
        let mut admin = house.signed_in(ROBIN).await;
        let page = admin.get("/settings/staff").await;
        let id = page.hidden("id");
        for _ in 0..2 {
            let fields = [("id", id.as_str()), ("name", "Tom"), ("email", "tom@alderfinch.example"), ("role", "adviser")];
            assert_eq!(admin.post("/settings/staff", &page, &fields).await.status, 200);
        }
        let db = house.app.store().read(&house.scope).await.unwrap();
        let events = store::events::of_object(&db, &id).await.unwrap();
        assert_eq!(events.iter().filter(|e| e.kind == "staff.invited").count(), 2);
    }
}

#[tokio::test]
async fn an_administrator_cannot_take_a_clients_login_by_inviting_its_id() {
    for house in houses().await {
        let id = model::UserId::new(rig::START, [77; 10]);
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        let sql =
            "INSERT INTO login (firm_id, id, email, email_key, role, name, created_at) VALUES ($1, $2, $3, $3, 'client', 'Ngozi', $4)";
        tx.exec(sql, params![house.scope.firm(), id, "ngozi@home.example", house.app.now()]).await.unwrap();
        tx.commit().await.unwrap();
        let mut admin = house.signed_in(ROBIN).await;
        let page = admin.get("/settings/staff").await;
        let id = id.to_string();
        let fields = [("id", id.as_str()), ("name", "Ngozi"), ("email", "me@alderfinch.example"), ("role", "adviser")];
        let no = admin.post("/settings/staff", &page, &fields).await;
        assert!(no.status == 404 && !no.body.contains("/welcome#"), "{}", no.status);
    }
}

#[tokio::test]
async fn three_hundred_tries_at_one_firm_close_its_door_to_strangers_alone() {
    for house in houses().await {
        let known = app::sign_in::mark(&house.app, MAYA, "");
        let from = async |email: &str, source: &str, mark: &str| {
            let place = From { source, device: "A test", mark, ..From::default() };
            give_password(&house.app, email, Secret::new("a guess among many others".into()), place).await
        };
        for n in 0..300 {
            // Each from another place, at an account that soon is not tried any more.
            let tried = from(if n % 2 == 0 { ROBIN } else { "nobody@alderfinch.example" }, &format!("10.0.0.{n}"), "").await;
            assert!(tried.is_err());
        }
        for email in [MAYA, "somebody@alderfinch.example"] {
            let closed = from(email, "10.1.1.1", "").await.expect_err("closed");
            assert!(matches!(closed, app::Error::TooMany(w) if w > Span::ZERO && w <= Span::minutes(10)), "{email}: {closed}");
        }
        assert!(matches!(from(MAYA, "10.1.1.1", &known).await, Err(app::Error::Invalid(_))), "a known browser still tries");
        assert!(matches!(from("nobody@meridian.example", "10.1.1.2", "").await, Err(app::Error::Invalid(_))), "another firm");
        house.clock.advance(Span::minutes(10));
        assert!(matches!(from(MAYA, "10.1.1.3", "").await, Err(app::Error::Invalid(_))));
    }
}

#[tokio::test]
async fn thirty_two_browsers_at_once_let_one_in() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "share").await;
        let mut tries = Vec::new();
        for n in 0..32 {
            let (app, code) = (house.app.clone(), code.clone());
            tries.push(tokio::spawn(async move { app::connect_flow::redeem(&app, &format!("10.0.0.{n}"), &code, None, "A test").await }));
        }
        let mut entered = 0;
        for t in tries {
            match t.await.unwrap() {
                Ok(app::connect_flow::Entry::In(_)) => entered += 1,
                Ok(app::connect_flow::Entry::Waits(_)) | Err(app::Error::TooMany(_)) => {}
                Ok(app::connect_flow::Entry::Neutral) => panic!("a live link"),
                Err(e) => panic!("{e}"),
            }
        }
        assert_eq!(entered, 1);
    }
}
