//! The firm's own face and words: logo, statements, letters; and the adviser's lists.

use crate::it::asset_sync::{mailbox, mails, make};
use crate::it::family::{by_hand, client, client_mail, family, fed, scope, valued};
use crate::it::house::{House, MAYA, ROBIN, houses, maya};
use crate::it::likeness::{png, send_file};
use app::households::Change;
use model::ConnectionState;
use model::portal::Preset;

// proves: P22
#[tokio::test]
async fn the_logo_stands_at_the_head_of_every_frame_and_goes_again() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        client(&house, &f, 1, Preset::Reader.rights()).await;
        let mut ngozi = house.browser();
        house.sign_in(&mut ngozi, &client_mail(1)).await;
        let page = robin.get("/settings").await;
        assert!(!page.body.contains("/logo/"));
        let no = send_file(&mut robin, "/settings/logo", &page, "logo", b"<svg>").await;
        assert!(no.status == 422 && no.body.contains("Choose a PNG or JPEG picture"), "{}", no.body);
        assert_eq!(send_file(&mut robin, "/settings/logo", &page, "logo", &png()).await.status, 303);
        let page = robin.get("/settings").await;
        let href = page.between("<img class=\"logo\" src=\"", "\"").to_owned();
        let head = format!("<img class=\"logo\" src=\"{href}\"");
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get("/").await.body.contains(&head), "the rail");
        assert!(house.browser().get("/no-such-page").await.body.contains(&head), "plain pages");
        assert!(ngozi.get("/portal/households").await.body.contains(&head), "the portal");
        let (_, link) = make(&mut maya, &f, "share").await;
        let mut stranger = house.browser();
        let door = stranger.get("/i").await;
        assert!(door.body.contains(&head), "the connect flow");
        assert!(stranger.post("/i", &door, &[("code", &link)]).await.body.contains(&head));
        let shown = house.browser().get(&href).await;
        assert!(shown.status == 200 && !shown.body.contains("at home"));

        assert_eq!(maya.post("/settings/logo/remove", &page, &[]).await.status, 404, "administrators alone");
        assert_eq!(robin.post("/settings/logo/remove", &page, &[]).await.status, 303);
        assert!(!maya.get("/").await.body.contains("/logo/"));
        assert_eq!(house.browser().get(&href).await.status, 404);
    }
}

// proves: P16
#[tokio::test]
async fn a_letter_is_worded_previewed_and_goes_out_like_that_and_never_without_its_link() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let list = robin.get("/settings/letters").await;
        for kind in app::mail::letters::Kind::ALL {
            let at = format!("/settings/letters/{}", kind.key());
            assert!(list.body.contains(&format!("href=\"{at}\"")), "{kind:?}");
            let page = robin.get(&at).await;
            assert!(
                page.status == 200
                    && page.body.contains("with invented people")
                    && !page.between("id=\"preview\"", "</section>").contains('{')
            );
        }
        let at = "/settings/letters/connect";
        let page = robin.get(at).await;
        for (body, why) in [
            ("Open it soon.", "without {link}"),
            ("Open {link} soon.", "paragraph of its own"),
            ("{link}\r\n\r\n{adress}", "{adress} is no placeholder"),
        ] {
            let no = robin.post(at, &page, &[("act", "save"), ("subject", "Accounts"), ("body", body)]).await;
            assert!(no.status == 422 && no.body.contains(why) && no.body.contains("aria-invalid"), "{body}: {}", no.body);
        }
        let own = "Good day {first name} <b>,\r\n\r\n{link}\r\n\r\nYours,\r\n{adviser’s first name}";
        let fields = |act| [("act", act), ("subject", "Accounts for {firm}"), ("body", own)];
        let shown = robin.post(at, &page, &fields("preview")).await;
        assert!(shown.status == 200 && shown.body.contains("Good day Ngozi &#60;b&#62;,"), "{}", shown.body);
        assert!(!robin.get(at).await.body.contains("Good day"), "a preview saves nothing");
        assert_eq!(robin.post(at, &page, &fields("save")).await.status, 303);
        let state = [("mail_disclaimer", "Alder & Finch never asks for passwords."), ("compliance_link", "javascript:alert(1)")];
        let no = robin.post("/settings/statements", &page, &state).await;
        assert!(no.status == 422 && no.body.contains("begins with https://"), "{}", no.body);
        assert_eq!(robin.post("/settings/statements", &page, &state[..1]).await.status, 303);

        let post = mailbox(&house).await;
        // The adviser's dialog shows the firm's words, and they are what is sent.
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let dialog = maya.get(&format!("{}/asset-sync", f.at())).await;
        for part in ["Accounts for Alder &#38; Finch", "Good day Ngozi &#60;b&#62;,", "never asks for passwords"] {
            assert!(dialog.body.contains(part), "{part}: {}", dialog.body);
        }
        make(&mut maya, &f, "mail").await;
        app::jobs::run_due(&house.app, 20).await.unwrap();
        let sent = mails(&post, "ngozi@home.example").remove(0);
        assert_eq!((sent.subject.as_str(), sent.paragraphs[0].as_str()), ("Accounts for Alder & Finch", "Good day Ngozi <b>,"));
        assert!(sent.paragraphs[1].contains("/i#") && sent.paragraphs[3] == "Alder & Finch never asks for passwords.", "{sent:?}");
        assert_eq!(maya.post(at, &dialog, &fields("save")).await.status, 404, "administrators alone");
        assert_eq!(robin.post(at, &page, &[("act", "reset")]).await.status, 303);
        let back = maya.get(&format!("{}/asset-sync", f.at())).await;
        assert!(back.body.contains("Connect your accounts for our review") && back.body.contains("never asks for passwords"));
        assert_eq!(robin.get("/settings/letters/nonsense").await.status, 404);
    }
}

async fn plan(house: &House, f: &crate::it::family::Family, name: &str, on: Option<&str>, private: bool) {
    let next_review = on.map(crate::it::family::day);
    let change = Change { name: name.into(), next_review, lead: maya(), team: Vec::new(), private };
    app::households::change(&house.app, &scope(house), f.household, &change).await.expect("changed");
}

// proves: N9
#[tokio::test]
async fn the_first_page_plans_by_the_next_review_and_says_whose_move_it_is() {
    for house in houses().await {
        let today = house.app.now().date(&jiff::tz::TimeZone::get("America/Chicago").unwrap());
        let in_days = |n: i64| today.checked_add(jiff::Span::new().days(n)).unwrap().to_string();
        let late = family(&house, 1, "Tanaka", "Kenji").await;
        let soon = family(&house, 2, "Okafor", "Ngozi").await;
        let ready = family(&house, 3, "Brandt", "Lotte").await;
        let far = family(&house, 4, "Vance", "Roosevelt").await;
        plan(&house, &late, "Tanaka", Some(&in_days(20)), false).await;
        plan(&house, &soon, "Okafor", Some(&in_days(2)), false).await;
        plan(&house, &ready, "Brandt", Some(&in_days(5)), false).await;
        plan(&house, &far, "Vance", Some(&in_days(60)), false).await;
        fed(&house, &soon, 11, ConnectionState::NeedsCredentials).await;
        let typed = by_hand(&house, &late, 1, "Rented house", "88000").await;
        let mut browser = house.signed_in(MAYA).await;
        let page = browser.get("/").await;
        let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text}: {}", page.body));
        assert!(at(">Okafor</a>") < at(">Brandt</a>") && at(">Brandt</a>") < at(">Tanaka</a>"));
        assert!(!page.body.contains(">Vance</a>"), "not within thirty days, and nothing stopped");
        let rows: Vec<&str> = page.body.split("<tr>").filter(|r| r.contains("</th><td>") || r.contains("scope=\"row\"")).collect();
        let row = |name: &str| rows.iter().find(|r| r.contains(&format!(">{name}</a>"))).unwrap_or_else(|| panic!("{name}"));
        assert!(
            row("Okafor").contains("in 2 days")
                && row("Okafor").contains("<b class=\"strong\">Ngozi</b>")
                && row("Okafor").contains("Send one link")
        );
        assert!(row("Brandt").contains("Nothing") && row("Brandt").contains("ready for the review"));
        assert!(page.body.contains("2 ready today"), "{}", page.body);
        // What is typed in grows old on the way to the review: then it is ours to type anew.
        valued(&house, typed, "88000", "2026-09-01").await;
        let page = browser.get("/").await;
        assert!(page.body.contains("Rented house") && page.body.contains("101 days old by then"), "{}", page.body);
        assert!(page.body.contains("type the new value"));
    }
}

#[tokio::test]
async fn the_list_shows_mine_the_firms_the_private_and_the_shared_ones() {
    for house in houses().await {
        let one = family(&house, 1, "Abara", "Chidi").await;
        let two = family(&house, 2, "Brandt", "Lotte").await;
        family(&house, 3, "Vance", "Roosevelt").await;
        plan(&house, &one, "Abara", Some("2026-12-02"), true).await;
        client(&house, &two, 1, Preset::Reader.rights()).await;
        let mut browser = house.signed_in(MAYA).await;
        for (show, names) in
            [("private", &["Abara"][..]), ("shared", &["Brandt"]), ("clients", &["Abara", "Brandt", "Vance"]), ("prospects", &[])]
        {
            let page = browser.get(&format!("/households?show={show}")).await;
            for name in ["Abara", "Brandt", "Vance"] {
                assert_eq!(page.body.contains(&format!("{name}</a>")), names.contains(&name), "{show} {name}: {}", page.body);
            }
            for seg in ["Mine 3", "Firm 3", "Clients 3", "Prospects 0", "Private 1", "In the portal 1"] {
                assert!(page.body.contains(seg), "{seg}");
            }
        }
        let page = browser.get("/households?show=firm").await;
        assert!(page.body.contains("Wed 2 Dec") && page.body.contains("Not planned"), "{}", page.body);
        let mut robin = house.signed_in(ROBIN).await;
        assert!(robin.get("/households?show=mine").await.body.contains("Mine 0"));
        // An end of sharing counts at once.
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let access = store::portal::of_household(&tx, two.household).await.unwrap().remove(0);
        store::portal::save(&tx, &store::portal::Access { ended_at: Some(house.app.now()), ..access }).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!browser.get("/households?show=shared").await.body.contains("Brandt</a>"));
    }
}

#[tokio::test]
async fn an_amount_by_hand_keeps_the_currency_it_was_typed_in() {
    for house in houses().await {
        let f = family(&house, 1, "Lindqvist", "Erik").await;
        let mut browser = house.signed_in(MAYA).await;
        let form = browser.get(&format!("{}/accounts/by-hand?type=bank", f.at())).await;
        assert!(form.body.contains("SEK, Swedish kronor") && form.body.contains("nothing is converted"), "{}", form.body);
        let member = f.member.to_string();
        let id = form.hidden("id");
        let kind = form
            .between("name=\"kind\"", "</select>")
            .split("value=\"")
            .nth(1)
            .and_then(|r| r.split('"').next())
            .unwrap_or_default()
            .to_owned();
        let fields = |currency: &'static str| {
            vec![
                ("id", id.clone()),
                ("portfolio", "current".into()),
                ("type", "bank".into()),
                ("name", "Sparkonto".into()),
                ("kind", kind.clone()),
                ("owner", member.clone()),
                ("value", "1,250.50".into()),
                ("currency", currency.to_owned()),
                ("as_of", "2026-11-19".into()),
            ]
        };
        let at = format!("{}/accounts/by-hand", f.at());
        let odd = fields("XXX");
        let odd: Vec<(&str, &str)> = odd.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let no = browser.post(&at, &form, &odd).await;
        assert!(no.status == 422 && no.body.contains("Choose a currency of the list"), "{}", no.body);
        let yes = fields("SEK");
        let yes: Vec<(&str, &str)> = yes.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(browser.post(&at, &form, &yes).await.status, 303);
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let account = store::accounts::of_household(&db, f.household).await.unwrap().remove(0);
        drop(db);
        assert_eq!(account.figures.currency.as_ref().map(|c| c.code()), Some("SEK"));
        // A new value stays in the account's own currency.
        valued(&house, account.id, "1300", "2026-11-19").await;
        let change = browser.get(&format!("/accounts/{}/change", account.id)).await;
        assert!(change.body.contains("In Swedish kronor"), "{}", change.body);
        assert!(browser.get(&format!("{}/portfolio", f.at())).await.body.contains("SEK"));
    }
}
