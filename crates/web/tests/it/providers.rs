//! Several providers at once: one entry for what two of them list, and the bridge whose token a client pastes.

use crate::it::browser::Browser;
use crate::it::family::{client_mail, family, scope};
use crate::it::house::{House, empty, houses};
use crate::it::portal::{at, signed};
use crate::it::provider::settle;
use crate::it::second::{Second, choose, say};
use crate::it::setting_up::with_administrator;
use app::institutions;
use connect::simplefin::{SimpleFin, SimpleFinConfig};
use model::portal::{Preset, Right};
use model::{ConnectionId, ConnectionState, Span};
use serde_json::json;
use std::sync::Arc;

// proves: N58 N59 N67 E16 E17
#[tokio::test]
async fn what_two_providers_list_is_one_entry_reached_by_the_way_that_works() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        institutions::import(&house.app, "plaid").await.unwrap();
        let named = |name: &str| {
            let all = institutions::search(&house.app, "larchmont", 20);
            all.into_iter().filter(|f| f.name == name).map(|f| f.provider).collect::<Vec<_>>()
        };
        // Both list it; signing in at its own page is better than typing it here.
        assert_eq!(named("Larchmont Brokerage"), ["plaid"]);
        // Portals of one brand stay apart: they hold different accounts.
        for portal in ["Larchmont Workplace", "Larchmont Bank", "Larchmont Benefits"] {
            assert_eq!(named(portal).len(), 1, "{portal}");
        }
        // What only the second one lists is found there.
        assert_eq!(institutions::search(&house.app, "corncrake", 1)[0].provider, "mx");

        // Down over there, it is reached the other way, and its other names still find it.
        let found = institutions::search(&house.app, "larchmont brokerage", 1).remove(0);
        institutions::set_aliases(&house.app, &house.scope, found.id, &["Old Larch".to_owned()]).await.unwrap();
        second.lever("/_control/institutions/ins_larchmont_brokerage/health", json!({ "health": "down" })).await;
        house.clock.advance(Span::minutes(11));
        institutions::refresh(&house.app, found.id).await.unwrap();
        assert_eq!(named("Larchmont Brokerage"), ["mx"]);
        assert_eq!(institutions::search(&house.app, "old larch", 1)[0].provider, "mx");
        second.lever("/_control/institutions/ins_larchmont_brokerage/health", json!({ "health": "healthy" })).await;
        house.clock.advance(Span::minutes(11));
        institutions::refresh(&house.app, found.id).await.unwrap();
        assert_eq!(named("Larchmont Brokerage"), ["plaid"], "and back");
    }
}

async fn token(second: &Second, user: &str) -> (String, String) {
    let made = second.lever("/_control/simplefin/tokens", json!({ "user": user })).await;
    (made["setup_token"].as_str().unwrap().to_owned(), made["name"].as_str().unwrap().to_owned())
}

async fn connection(house: &House) -> store::connections::Connection {
    let db = house.app.store().read(&scope(house)).await.unwrap();
    let id: ConnectionId =
        db.all("SELECT id FROM connection WHERE firm_id = $1", store::params![db.id()]).await.unwrap()[0].id("id").unwrap();
    store::connections::find(&db, id).await.unwrap().unwrap()
}

async fn mend(house: &House, ngozi: &mut Browser, base: &str) -> crate::it::browser::Page {
    house.sign_in(ngozi, &client_mail(1)).await;
    let page = ngozi.get(&format!("{base}/accounts")).await;
    let id = connection(house).await.id.to_string();
    let go = ngozi.post(&format!("{base}/connect"), &page, &[("do", "repair"), ("connection", &id)]).await;
    settle(house).await;
    ngozi.follow(&go).await
}

// proves: E36 N32 N33
#[tokio::test]
async fn a_pasted_token_connects_its_warnings_are_shown_and_a_new_one_keeps_the_accounts() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        let bridge = SimpleFinConfig { base: second.simplefin() };
        house.app.set_connector(Arc::new(SimpleFin::new(bridge, house.clock.clone())));
        institutions::import(&house.app, "simplefin").await.unwrap();
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights().with(Right::Connect)).await;
        let base = at(&f);
        let add = ngozi.get(&format!("{base}/accounts/new")).await;
        ngozi.post(&format!("{base}/connect"), &add, &[("do", "connect")]).await;
        let page = choose(&mut ngozi, "SimpleFIN").await;
        assert!(page.body.contains("Paste your token from SimpleFIN"), "{}", page.body);
        let (text, name) = token(&second, "user_broken").await;
        let done = say(&house, &mut ngozi, &page, &[&text]).await;
        assert!(done.body.contains("is connected") && !done.body.contains(&text), "{}", done.body);

        // What the bridge says is shown to both, as its words; the connection works all the same.
        let own = ngozi.get(&format!("{base}/accounts")).await;
        assert!(own.body.contains(" says: “") && own.body.contains("sign in again at the bridge"), "{}", own.body);
        let mut maya = house.signed_in(crate::it::house::MAYA).await;
        let seen = maya.get(&format!("{}/accounts", f.at())).await;
        assert!(seen.body.contains(" says: “") && seen.body.contains("sign in again at the bridge"), "{}", seen.body);
        let first = connection(&house).await;
        assert_eq!(first.state, ConnectionState::Healthy);

        // Withdrawn over there: a new token goes into the same connection.
        second.lever(&format!("/_control/simplefin/bridges/{name}/revoke"), json!({})).await;
        house.clock.advance(Span::days(3));
        settle(&house).await;
        assert_eq!(connection(&house).await.state, ConnectionState::ConsentRevoked);
        let before = app::connections::grant(&house.app, &house.scope, first.id).await.unwrap().1;
        let mut page = mend(&house, &mut ngozi, &base).await;
        if page.body.contains("By choosing Continue") {
            page = crate::it::connecting::agree(&mut ngozi, &page).await;
        }
        assert!(page.body.contains("Paste your token from SimpleFIN"), "{}", page.body);
        let (text, _) = token(&second, "user_broken").await;
        let done = say(&house, &mut ngozi, &page, &[&text]).await;
        assert!(done.body.contains("works again"), "{}", done.body);
        let after = app::connections::grant(&house.app, &house.scope, first.id).await.unwrap().1;
        assert_ne!(after.token.expose(), before.token.expose());
        assert_eq!((after.external_id, connection(&house).await.state), (before.external_id, ConnectionState::Healthy));
    }
}

#[tokio::test]
async fn each_provider_is_entered_checked_and_kept_by_itself() {
    let elsewhere = empty().await.remove(0);
    let second = Second::beside(&elsewhere).await;
    let (base, id, key) = second.mx();
    for house in empty().await {
        house.app.set_other_base("mx", base.parse().unwrap());
        house.app.set_other_base("simplefin", second.simplefin());
        let (mut robin, page) = with_administrator(&house).await;
        let asked = async |robin: &mut Browser, place: &str, id: &str, key: &str| {
            let fields = [("provider", place), ("client_id", id), ("secret", key)];
            robin.post("/setup/keys", &page, &fields).await.status
        };
        // What nobody gave out is not taken into use, and an empty form says what is missing.
        assert_eq!(asked(&mut robin, "mx-other", id, "not-the-key").await, 303);
        assert!(house.app.connector("mx").is_none());
        assert_ne!(asked(&mut robin, "mx-other", "", "").await, 303);
        assert_eq!(asked(&mut robin, "mx-other", id, key).await, 303);
        assert_eq!(asked(&mut robin, "simplefin-other", "", "").await, 303);
        for provider in ["mx", "simplefin"] {
            assert!(house.app.connector(provider).is_some(), "{provider} is in use without a restart");
        }
        let page = robin.get("/setup?change=keys").await;
        assert!(page.body.contains("MX’s wire") && page.body.contains("SimpleFIN’s wire") && !page.body.contains(key), "{}", page.body);
        // A new process finds both.
        app::setup::load(&house.app).await.unwrap();
        let db = house.app.store().read_system().await.unwrap();
        for row in db.all("SELECT value, sealed FROM setting", vec![]).await.unwrap() {
            let text = row.opt_text("value").unwrap().unwrap_or_default();
            let sealed = row.opt_bytes("sealed").unwrap().unwrap_or_default();
            assert!(!text.contains(key) && !String::from_utf8_lossy(&sealed).contains(key));
        }
    }
}
