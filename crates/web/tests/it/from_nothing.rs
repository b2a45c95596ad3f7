//! A real firm from an empty store to one account that a provider keeps current: the set-up's own pages and no shortcut.

use crate::it::asset_sync::{make, start};
use crate::it::browser::Browser;
use crate::it::connecting::{choose, out};
use crate::it::family::Family;
use crate::it::house::{House, empty};
use crate::it::provider::{Provider, settle};
use crate::it::setting_up::with_administrator;

async fn keys(robin: &mut Browser, id: &str, secret: &str, more: &[(&str, &str)]) -> crate::it::browser::Page {
    let page = robin.get("/setup?change=keys").await;
    let all: Vec<(&str, &str)> =
        [("provider", "other"), ("client_id", id), ("secret", secret)].into_iter().chain(more.iter().copied()).collect();
    robin.post("/setup/keys", &page, &all).await
}

async fn household(house: &House, robin: &mut Browser) -> Family {
    let form = robin.get("/households/new").await;
    let id = form.hidden("id");
    let fields = [
        ("id", id.as_str()),
        ("name", "Okafor"),
        ("first", "Ngozi"),
        ("last", "Okafor"),
        ("email", "ngozi@home.example"),
        ("status", "client"),
    ];
    let made = robin.post("/households/new", &form, &fields).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let household = id.parse().expect("an id");
    let db = house.app.store().read_system().await.expect("a look");
    let firm = store::firms::all(&db).await.expect("firms").remove(0).id;
    let db = house.app.store().read(&model::FirmScope::new(firm, model::Actor::System)).await.expect("a look");
    let member = store::members::of_household(&db, household).await.expect("people")[0].id;
    let current = store::portfolios::of_household(&db, household).await.expect("portfolios")[0].id;
    Family { household, member, current }
}

#[tokio::test]
async fn from_an_empty_folder_to_one_account_that_keeps_current() {
    let elsewhere = empty().await.remove(0);
    let provider = Provider::beside(&elsewhere).await;
    let (base, id, secret) = provider.keys();
    for house in empty().await {
        house.app.set_other_base("plaid", base.parse().expect("an address"));
        let (mut robin, page) = with_administrator(&house).await;
        let body = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--xx\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\
             Alder & Finch\r\n--xx\r\nContent-Disposition: form-data; name=\"zone\"\r\n\r\nAmerica/Chicago\r\n--xx--\r\n",
            page.hidden("csrf")
        );
        assert_eq!(robin.send("POST", "/setup/firm", "multipart/form-data; boundary=xx", body.as_bytes()).await.status, 303);
        assert_eq!(robin.post("/setup/support", &page, &[("support_email", "help@alderfinch.example")]).await.status, 303);

        let no = keys(&mut robin, id, "not-the-secret", &[]).await;
        assert_eq!(no.status, 303, "{}", no.body);
        let page = robin.get("/setup?change=keys").await;
        assert!(page.body.contains("INVALID_API_KEYS") && !page.body.contains("not-the-secret"), "{}", page.body);
        assert!(house.app.connector("plaid").is_none(), "refused keys are not taken into use");
        assert_eq!(keys(&mut robin, id, secret, &[("then", "go-on")]).await.status, 303);
        let page = robin.get("/setup").await;
        assert!(page.body.contains("kept sealed, apart from the data") && !page.body.contains(secret), "{}", page.body);
        assert!(house.app.connector("plaid").is_some(), "in use without a restart");
        settle(&house).await;
        app::institutions::rebuild(&house.app).await.expect("the directory that the keys brought");

        let f = household(&house, &mut robin).await;
        let (_, code) = make(&mut robin, &f, "share").await;
        let mut client = house.browser();
        assert_eq!(start(&mut client, &code).await.location(), "/c/search");
        let leaving = choose(&mut client, "bank").await;
        let back = provider.visit(&out(&leaving), "pass_good", "").await;
        let on = client.get(&back[back.find("/c/return").expect("our return address")..]).await;
        settle(&house).await;
        let done = client.follow(&on).await;
        assert!(done.body.contains("is connected"), "{}", done.body);
        let accounts = robin.get(&format!("{}/accounts", f.at())).await;
        assert!(accounts.status == 200 && accounts.body.contains("$"), "{}", accounts.body);
        assert!(robin.get("/setup").await.body.contains("1 household"));

        // A new process finds the keys where set-up left them.
        app::setup::load(&house.app).await.expect("what was saved");
        let db = house.app.store().read_system().await.expect("a look");
        let rows = db.all("SELECT value, sealed FROM setting", vec![]).await.expect("settings");
        for row in rows {
            let sealed = row.opt_bytes("sealed").expect("bytes").unwrap_or_default();
            assert!(
                !String::from_utf8_lossy(&sealed).contains(secret)
                    && !row.opt_text("value").expect("text").unwrap_or_default().contains(secret)
            );
        }
    }
}
