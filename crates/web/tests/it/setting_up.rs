//! A real firm, from an empty store to a house that is in use: every step over real HTTP.

use crate::it::browser::{Browser, Page};
use crate::it::house::{House, empty};
use app::mail::Transport;
use std::sync::{Arc, Mutex};

const CHOSEN: &str = "eleven quiet rivers in may";

async fn code(house: &House) -> String {
    app::setup::begin(&house.app).await.expect("a code").expect("nobody is there yet").expose().clone()
}

async fn begun(house: &House) -> (Browser, Page) {
    let code = code(house).await;
    let mut robin = house.browser();
    let door = robin.get("/sign-in").await;
    assert_eq!(door.location(), "/setup");
    let door = robin.follow(&door).await;
    let first = robin.post("/setup/begin", &door, &[("code", &code)]).await;
    let page = robin.follow(&first).await;
    assert!(page.body.contains("0 of 8 done"), "{}", page.body);
    (robin, page)
}

/// Until the administrator is signed in.
pub async fn with_administrator(house: &House) -> (Browser, Page) {
    let (mut robin, page) = begun(house).await;
    let fields = [("name", "Robin Finch"), ("email", "robin@alderfinch.example"), ("password", CHOSEN)];
    let done = robin.post("/setup/administrator", &page, &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let page = robin.follow(&done).await;
    let secret = page.between("id=\"totp\" tabindex=\"0\">", "<").replace(' ', "");
    let factor = app::factors::code_at(&secret, house.app.now()).expect("a code");
    let done = robin.post("/setup/administrator/confirm", &page, &[("factor", &factor)]).await;
    assert_eq!((done.status, done.location()), (303, "/setup"), "{}", done.body);
    let page = robin.get("/setup").await;
    assert!(page.body.contains("Signed in as Robin Finch, administrator"), "{}", page.body);
    (robin, page)
}

#[tokio::test]
async fn the_code_works_once_and_only_for_its_holder() {
    for house in empty().await {
        let old = code(&house).await;
        let code = code(&house).await;
        let mut first = house.browser();
        let door = first.get("/setup").await;
        assert_eq!(first.post("/setup/begin", &door, &[("code", &old)]).await.status, 422, "a new start ends the old code");
        assert_eq!(first.post("/setup/begin", &door, &[("code", &code)]).await.status, 303);
        let mut second = house.browser();
        let door = second.get("/setup").await;
        let late = second.post("/setup/begin", &door, &[("code", &code)]).await;
        assert!(late.status == 422 && late.body.contains("used already"));
        assert_eq!(second.post("/setup/administrator", &door, &[("name", "Eve")]).await.status, 404);
    }
}

#[tokio::test]
async fn once_an_administrator_exists_nobody_else_gets_in() {
    for house in empty().await {
        let (mut robin, _) = with_administrator(&house).await;
        assert!(app::setup::begin(&house.app).await.expect("an answer").is_none());
        assert!(!robin.cookies.contains_key("setup"));
        let mut stranger = house.browser();
        let door = stranger.get("/setup").await;
        assert_eq!(door.location(), "/sign-in?next=%2Fsetup");
        let page = stranger.get("/sign-in").await;
        assert_eq!(stranger.post("/setup/firm", &page, &[]).await.status, 404);
        assert_eq!(robin.get("/setup").await.status, 200);
        assert_eq!(robin.get("/settings/staff").await.status, 200);
    }
}

#[tokio::test]
async fn a_firm_is_set_up_step_by_step_and_each_step_is_kept() {
    for house in empty().await {
        let (mut robin, page) = with_administrator(&house).await;
        let no = robin.post("/setup/address", &page, &[("url", "http://plain.example"), ("way", "proxy"), ("proxy", "somewhere")]).await;
        assert!(no.status == 422 && no.body.contains("with https") && no.body.contains("from which the proxy connects"), "{}", no.body);
        let address = [("url", "https://accounts.alderfinch.example"), ("way", "proxy"), ("proxy", "10.0.0.2")];
        assert_eq!(robin.post("/setup/address", &page, &address).await.status, 303);
        assert_eq!(house.app.public_url().as_str(), "https://accounts.alderfinch.example/");

        let body = |logo: &[u8]| {
            let part = |name: &str, value: &str| format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            let fields = [part("csrf", &page.hidden("csrf")), part("name", "Alder & Finch"), part("zone", "America/Denver")].concat();
            let file = "--xx\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\n\r\n";
            [fields.as_bytes(), file.as_bytes(), logo, b"\r\n--xx--\r\n"].concat()
        };
        let no = robin.send("POST", "/setup/firm", "multipart/form-data; boundary=xx", &body(b"<svg onload=x>")).await;
        assert!(no.status == 422 && no.body.contains("PNG or JPEG"), "{}", no.body);
        let yes = robin.send("POST", "/setup/firm", "multipart/form-data; boundary=xx", &body(&crate::it::likeness::png())).await;
        assert_eq!(yes.status, 303, "{}", yes.body);
        let support = [("support_email", "help@alderfinch.example"), ("support_phone", "555-0142"), ("disclaimer", "Not advice.")];
        assert_eq!(robin.post("/setup/support", &page, &support).await.status, 303);

        let page = robin.get("/setup").await;
        for part in ["Set up Alder &#38; Finch", "4 of 8 done", "Open Heldaway", "10.0.0.2", "logo", "555-0142"] {
            assert!(page.body.contains(part), "{part} {}", page.body);
        }
        let firm = app::firms::own(&house.app, &robin_scope(&house).await).await.expect("the firm");
        let logo = robin.get(&format!("/logo/{}", firm.id)).await;
        assert_eq!((logo.status, logo.header("content-type")), (200, Some("image/png")));
    }
}

async fn robin_scope(house: &House) -> model::FirmScope {
    let db = house.app.store().read_system().await.expect("a read");
    let firm = store::firms::all(&db).await.expect("firms").remove(0);
    model::FirmScope::new(firm.id, model::Actor::System)
}

#[tokio::test]
async fn the_mail_server_is_proven_by_a_message_whose_link_comes_back() {
    for house in empty().await {
        let (mut robin, page) = with_administrator(&house).await;
        let no = robin.post("/setup/mail", &page, &[("host", "smtp.alderfinch.example"), ("port", "25"), ("security", "none")]).await;
        assert!(no.status == 422 && no.body.contains("only a server on this same machine"), "{}", no.body);
        let server =
            [("host", "smtp.alderfinch.example"), ("port", "465"), ("security", "tls"), ("user", "robin"), ("password", "mail secret")];
        assert_eq!(robin.post("/setup/mail", &page, &server).await.status, 303);
        assert!(matches!(house.app.post(), Transport::Smtp(s) if s.password.expose() == "mail secret"));
        let page = robin.get("/setup?change=mail").await;
        assert!(!page.body.contains("mail secret") && page.body.contains("Send a test message"), "{}", page.body);

        let sent = Arc::new(Mutex::new(Vec::new()));
        house.app.set_post(Transport::Memory(sent.clone()));
        assert_eq!(robin.post("/setup/mail/test", &page, &[("to", "robin@alderfinch.example")]).await.status, 303);
        app::jobs::run_due(&house.app, 10).await.expect("the worker");
        let message = sent.lock().unwrap().pop().expect("a message").1;
        let message = message.replace("=\r\n", "");
        let code = message.split_once("/mail-test#").map(|(_, rest)| rest[..31].to_owned()).expect("a link");
        assert!(!robin.get("/setup?change=mail").await.body.contains("The test message arrived"));
        let mut elsewhere = house.browser();
        let door = elsewhere.get("/mail-test").await;
        assert_eq!(elsewhere.post("/mail-test", &door, &[("code", "7KQ2M-9D4XT")]).await.status, 422);
        assert_eq!(elsewhere.post("/mail-test", &door, &[("code", &code)]).await.status, 200);
        assert!(robin.get("/setup").await.body.contains("The test message arrived"));
        let page = robin.get("/settings/mail").await;
        assert!(page.body.contains("Arrived "), "{}", page.body);
        assert_eq!(robin.post("/settings/mail/test", &page, &[]).await.status, 303);
        assert!(robin.get("/settings/mail").await.body.contains("not confirmed yet"));
    }
}

#[tokio::test]
async fn what_was_set_up_is_there_after_a_restart_and_secrets_do_not_lie_open() {
    for house in empty().await {
        let (mut robin, page) = with_administrator(&house).await;
        let server = [
            ("host", "smtp.alderfinch.example"),
            ("port", "587"),
            ("security", "starttls"),
            ("user", "robin"),
            ("password", "mail secret"),
        ];
        assert_eq!(robin.post("/setup/mail", &page, &server).await.status, 303);
        house.app.set_post(Transport::Off);
        app::setup::load(&house.app).await.expect("what was saved");
        assert!(matches!(house.app.post(), Transport::Smtp(s) if s.port == 587 && s.password.expose() == "mail secret"));
        let db = house.app.store().read_system().await.expect("a read");
        let rows = db.all("SELECT name, value, sealed FROM setting", vec![]).await.expect("settings");
        for row in &rows {
            let sealed = row.opt_bytes("sealed").expect("bytes").unwrap_or_default();
            let text = format!("{:?}{}", row.opt_text("value").expect("text"), String::from_utf8_lossy(&sealed));
            assert!(!text.contains("mail secret") && !text.contains("smtp.alderfinch"), "{text}");
        }
        assert!(rows.iter().any(|r| r.text("name").expect("a name") == "mail.smtp"));
    }
}
