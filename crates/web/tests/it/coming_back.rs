//! The client comes back: to what stopped, to what ended, after the week, after a worker died, and for more.

use crate::it::asset_sync::{make, start};
use crate::it::connecting::{agree, choose, client, listed, rows, through};
use crate::it::family::family;
use crate::it::house::{MAYA, houses};
use crate::it::provider::{Provider, settle};
use model::Span;

// proves: N30 N31 N33 N63
#[tokio::test]
async fn a_stopped_connection_is_mended_in_place_by_a_link_that_lands_there() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut first = client(&house, &f).await;
        let leaving = choose(&mut first, "bank").await;
        through(&house, &provider, &mut first, &leaving, "pass_good", "").await;
        let before = rows(&house, "SELECT id FROM account WHERE firm_id = $1 ORDER BY id").await.len();
        let c = rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await[0].id::<model::id::Connection>("id").unwrap();
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        store::connections::set_state(&tx, c, model::ConnectionState::NeedsCredentials, None, None).await.unwrap();
        tx.commit().await.unwrap();

        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync?fix={c}", f.at())).await;
        assert!(page.body.contains("needs a new sign-in"), "{}", page.body);
        let fields = [("person", page.hidden("person")), ("link", page.hidden("link")), ("purpose", page.hidden("purpose"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let made = maya.post(&format!("{}/asset-sync/share", f.at()), &page, &fields).await;
        let code = made.between("/i#", "<").to_owned();
        let mut client = house.browser();
        let asked = start(&mut client, &code).await;
        assert_eq!(asked.location(), "/c/code", "who they are comes before what they connected");
        assert_eq!(client.get("/c/earlier").await.location(), "/c/code");
        let page = client.get("/c/code").await;
        settle(&house).await;
        let letter = provider.mail_to("ngozi@home.example").pop().expect("a code");
        let right =
            letter.paragraphs.iter().find_map(|p| p.split(' ').next().filter(|w| w.len() == 6 && w.parse::<u32>().is_ok())).unwrap();
        let on = client.post("/c/code", &page, &[("code", right)]).await;
        assert!(on.location().starts_with("/c/a/"), "it lands at the step that failed: {}", on.location());
        let leaving = client.follow(&on).await;
        assert!(leaving.body.contains("Your accounts stay the same"), "{}", leaving.body);
        let done = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(done.body.contains("works again"), "{}", done.body);
        assert_eq!(rows(&house, "SELECT id FROM account WHERE firm_id = $1 ORDER BY id").await.len(), before, "no second copy");
        let earlier = client.get("/c/earlier").await;
        assert!(earlier.status == 200 && earlier.body.contains("Welcome back, Ngozi"), "{}", earlier.body);
    }
}

#[tokio::test]
async fn an_ended_permission_is_agreed_to_anew_and_the_old_one_ends() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        let c = rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await[0].id::<model::id::Connection>("id").unwrap();
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        store::connections::set_state(&tx, c, model::ConnectionState::ConsentRevoked, None, None).await.unwrap();
        tx.commit().await.unwrap();
        let page = client.get("/c/earlier").await;
        assert!(page.body.contains(">Renew<"), "{}", page.body);
        let on = client.post(&format!("/c/fix/{c}"), &page, &[]).await;
        assert_eq!(on.location(), format!("/c/renew/{c}"));
        let notice = client.follow(&on).await;
        let leaving = agree(&mut client, &notice).await;
        let done = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(done.body.contains("works again"), "{}", done.body);
        let consents = rows(&house, "SELECT * FROM consent WHERE firm_id = $1 ORDER BY given_at, id").await;
        let open = consents.iter().filter(|r| r.opt_time("ended_at").unwrap().is_none()).count();
        assert_eq!((consents.len(), open), (2, 1), "one permission holds");
    }
}

// proves: D2
#[tokio::test]
async fn after_the_week_what_began_in_time_may_finish_and_nothing_new_begins() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        house.clock.advance(Span::seconds(7 * 24 * 3600 - 60));
        let leaving = choose(&mut client, "bank").await;
        house.clock.advance(Span::minutes(30));
        settle(&house).await;
        let (id, _, _) = listed(&house);
        let notice = client.get(&format!("/c/at/{id}")).await;
        let (attempt, shown) = (notice.hidden("attempt"), notice.hidden("shown"));
        let late = client.post(&format!("/c/at/{id}"), &notice, &[("attempt", &attempt), ("shown", &shown)]).await;
        assert_eq!(late.status, 404, "nothing new begins");
        let done = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(done.body.contains("is connected"), "{}", done.body);
        house.clock.advance(Span::minutes(32));
        assert_eq!(client.get("/c/search").await.status, 410, "an hour later the browser is out");
    }
}

#[tokio::test]
async fn an_attempt_whose_worker_died_can_be_tried_again() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        choose(&mut client, "bank").await;
        let id = rows(&house, "SELECT id FROM attempt WHERE firm_id = $1").await[0].id::<model::id::Attempt>("id").unwrap();
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        let sql = "UPDATE attempt SET step = 'starting', pending = NULL WHERE firm_id = $1";
        tx.exec(sql, store::params![house.scope.firm()]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(client.get(&format!("/c/a/{id}")).await.body.contains("Waiting for"));
        house.clock.advance(Span::minutes(2));
        settle(&house).await;
        let page = client.get(&format!("/c/a/{id}")).await;
        assert!(page.body.contains("It isn’t your password") && page.body.contains("Try again"), "{}", page.body);
        let leaving = choose(&mut client, "bank").await;
        assert!(through(&house, &provider, &mut client, &leaving, "pass_good", "").await.body.contains("is connected"));
    }
}

// proves: N62 N63
#[tokio::test]
async fn a_returning_client_proves_themselves_and_adds_to_what_they_have() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut first = client(&house, &f).await;
        let leaving = choose(&mut first, "bank").await;
        let done = through(&house, &provider, &mut first, &leaving, "pass_good", "").await;
        first.post("/c/exit", &done, &[]).await;

        house.app.set_post(app::mail::Transport::Off);
        let mut maya = house.signed_in(MAYA).await;
        let (page, code) = make(&mut maya, &f, "share").await;
        let mut client = house.browser();
        assert_eq!(start(&mut client, &code).await.location(), "/c/code");
        let asked = client.get("/c/code").await;
        assert!(asked.body.contains("Before this page shows what you connected earlier"), "{}", asked.body);
        // No mail goes out, so the adviser reads a code out.
        let at = format!("{}/asset-sync", f.at());
        let dialog = maya.get(&at).await;
        assert!(dialog.body.contains("waits for a code"), "{}", dialog.body);
        let person = dialog.hidden("person");
        let read = maya
            .post(&format!("{at}/code"), &dialog, &[("person", &person), ("link", &dialog.hidden("link")), ("purpose", "connect")])
            .await;
        let right = read.between("<span class=\"num\">", "</span>").replace(' ', "");
        assert_eq!(client.post("/c/code", &asked, &[("code", &right)]).await.location(), "/c/earlier");
        let earlier = client.get("/c/earlier").await;
        assert!(earlier.body.contains("Welcome back, Ngozi") && earlier.body.contains("Add another account"), "{}", earlier.body);
        assert!(earlier.body.contains("/c/more/"), "find new is there for the client");
        drop(page);
    }
}
