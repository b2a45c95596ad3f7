//! An invited client's way in: from the link to a sign-in of their own, proven by the mailbox, the adviser's voice or a sign-in they had.

use crate::it::asset_sync::{gone, mailbox, mails, peek};
use crate::it::authenticator::{Authenticator, begin};
use crate::it::family::{family, scope};
use crate::it::house::{House, MAYA, PASSWORD, ROBIN, houses};
use crate::it::invitations::{NGOZI, code_of, digits, draw, enrol, finish, invite, redeem, send, states};
use crate::it::provider::settle;
use model::Span;
use model::fact::MemberRole;
use std::collections::HashSet;

// proves: P7 P9 P11 P14 P15 P16 P17 P18 P31 P36 E5
// goal: G14 G15
#[tokio::test]
async fn from_the_advisers_link_to_the_clients_own_sign_in() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = draw(&mut maya, &f).await;
        assert!(page.body.contains("compliance rules") && page.body.contains(NGOZI), "{}", page.body);
        assert!(!page.body.contains("name=\"password\""), "nobody sets a client’s password");
        let made = send(&mut maya, &f, &page, NGOZI, "reader", &["map.view", "map.print"]).await;
        let code = code_of(&made);
        assert_eq!(code.replace('-', "").len(), 26, "130 bits: {}", made.body);
        // To copy, to scan, to keep as a picture, to send with one's own mail.
        assert!(
            made.body.contains("data-copy=\"lk\"")
                && made.body.contains("<svg")
                && made.body.contains("download=\"portal-invitation.svg\"")
        );
        let mailto = made.between("href=\"mailto:", "\"");
        assert!(mailto.starts_with(NGOZI) && mailto.contains(&code), "{mailto}");
        let words = made.between("<pre class=\"vh\" id=\"et\">", "</pre>").to_lowercase();
        for part in ["one page", "activate", "choose how you sign in", "seven days", "support", "not right", &code.to_lowercase()] {
            assert!(words.contains(part), "{part}: {words}");
        }
        settle(&house).await;
        // What she is told of her own sign-in aside.
        let sent = post.lock().unwrap().iter().filter(|(to, _)| to != MAYA).count();
        assert_eq!(sent, 0, "the product sends nothing: the adviser does");
        // Shown once: the same form again is the same invitation, without its secret.
        let twice = send(&mut maya, &f, &page, NGOZI, "reader", &["map.view", "map.print"]).await;
        assert!(twice.status == 200 && code_of(&twice).is_empty() && twice.body.contains("shown already"), "{}", twice.body);
        let list = maya.get(&format!("{}/portal", f.at())).await;
        assert!(list.body.contains("Created, not opened yet") && !list.body.contains(&code), "{}", list.body);
        assert_eq!(states(&house, &f).await, ["created"]);

        // Scanners read the address and type nothing.
        for agent in ["curl", "Slackbot", "GoogleImageProxy", "Barracuda", "Mimecast"] {
            for _ in 0..3 {
                let mut scanner = house.browser();
                scanner.more.push(("User-Agent".into(), agent.into()));
                let seen = scanner.get("/i").await;
                assert!(seen.status == 200 && !scanner.cookies.contains_key("enrol"));
            }
        }
        assert_eq!(states(&house, &f).await, ["created"]);

        let mut ngozi = house.browser();
        let start = peek(&mut ngozi, &code).await;
        assert!(start.body.contains("Alder &#38; Finch has invited you to its client portal"), "{}", start.body);
        for secret in ["Ngozi", "Okafor", "home.example", "Maya"] {
            assert!(!start.body.contains(secret), "a stranger learns {secret}: {}", start.body);
        }
        assert_eq!(states(&house, &f).await, ["created"], "a look changes nothing");
        let on = ngozi.post("/welcome/portal", &start, &[("code", &code)]).await;
        let page = ngozi.follow(&on).await;
        for secret in ["Ngozi", "Okafor", "home.example", "Maya"] {
            assert!(!page.body.contains(secret), "a stranger learns {secret}: {}", page.body);
        }
        assert_eq!(states(&house, &f).await, ["opened"]);
        let six = digits(&house, &post, NGOZI).await;
        let told: Vec<_> = mails(&post, MAYA).into_iter().filter(|m| !m.subject.contains("Your sign-in")).collect();
        assert!(
            told.len() == 1 && told[0].subject.contains("opened") && !told[0].paragraphs.join(" ").contains(&six),
            "{:?}",
            told[0].subject
        );
        // Before the code nothing goes on, whatever is posted.
        assert_eq!(ngozi.post("/welcome/portal/password", &page, &[("password", PASSWORD)]).await.location(), "/welcome/portal");
        let other = if six == "111111" { "222222" } else { "111111" };
        assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", other)]).await.status, 422);
        assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", &six)]).await.status, 303);
        let short = ngozi.post("/welcome/portal/password", &page, &[("password", "short")]).await;
        assert!(short.status == 422 && short.body.contains("id=\"password-e\""), "{}", short.body);
        let done = finish(&house, &mut ngozi).await;
        let codes: HashSet<&str> = done.body.split("<li>").skip(1).filter_map(|l| l.split('<').next()).collect();
        assert_eq!(codes.len(), 10, "{codes:?}");
        assert!(done.body.contains("data-print"));
        let home = ngozi.get("/portal").await;
        assert_eq!(home.location(), format!("/portal/{}", f.household));
        let home = ngozi.follow(&home).await;
        assert!(home.status == 200 && home.body.contains("Household map"), "{}", home.body);
        assert!(!ngozi.cookies.contains_key("enrol"), "the way in is closed");

        // The adviser sees and is told; the sign-in works with password and code, as everybody's does.
        let list = maya.get(&format!("{}/portal", f.at())).await;
        for part in ["Accepted", "Opened", "Created", "Custom", "See it as"] {
            assert!(list.body.contains(part), "{part}: {}", list.body);
        }
        settle(&house).await;
        assert!(mails(&post, MAYA).last().is_some_and(|m| m.subject.contains("accepted")));
        let half = {
            let mut again = house.browser();
            let page = again.get("/sign-in").await;
            again.post("/sign-in", &page, &[("email", NGOZI), ("password", PASSWORD)]).await
        };
        assert_eq!(half.location(), "/sign-in/code");
        // Spent: the link, and everybody who might hold it.
        assert!(gone(&peek(&mut house.browser(), &code).await));
        no_secret(&house, &[&code, &code.replace('-', "")]).await;
    }
}

/// Nothing that is kept holds the secret.
async fn no_secret(house: &House, secrets: &[&str]) {
    let db = house.app.store().read(&house.scope).await.unwrap();
    for sql in [
        "SELECT detail AS t FROM event WHERE firm_id = $1",
        "SELECT object AS t FROM event WHERE firm_id = $1",
        "SELECT subject AS t FROM mail WHERE firm_id = $1",
        "SELECT device AS t FROM enrolment WHERE firm_id = $1",
        "SELECT set_name AS t FROM invitation WHERE firm_id = $1",
    ] {
        for row in db.all(sql, store::params![house.scope.firm()]).await.unwrap() {
            let text = row.text("t").unwrap();
            assert!(!secrets.iter().any(|s| text.contains(s)), "{sql}: {text}");
        }
    }
    for row in db.all("SELECT hash FROM invitation WHERE firm_id = $1", store::params![house.scope.firm()]).await.unwrap() {
        assert_eq!(row.bytes("hash").unwrap().len(), 32);
    }
}

// proves: P18 P36
// goal: G10
#[tokio::test]
async fn wrong_and_used_codes_open_nothing_and_a_typed_address_is_proven() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let code = invite(&mut maya, &f, "").await;
        let mut ngozi = house.browser();
        let on = redeem(&mut ngozi, &code).await;
        let page = ngozi.follow(&on).await;
        assert!(page.body.contains("Which address"), "{}", page.body);
        assert_eq!(ngozi.post("/welcome/portal/address", &page, &[("email", "nonsense")]).await.status, 422);
        assert_eq!(ngozi.post("/welcome/portal/address", &page, &[("email", "own@mail.example")]).await.status, 303);
        let first = digits(&house, &post, "own@mail.example").await;
        assert!(!mails(&post, "own@mail.example")[0].paragraphs.join(" ").contains("Ngozi"), "an unproven mailbox learns no name");
        // Five wrong tries close the code, also for the right one.
        let wrong = if first == "111111" { "222222" } else { "111111" };
        for _ in 0..5 {
            assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", wrong)]).await.status, 422);
        }
        let late = ngozi.post("/welcome/portal/code", &page, &[("code", &first)]).await;
        assert!(late.status == 422 && late.body.contains("no longer works"), "{}", late.body);
        assert_eq!(ngozi.post("/welcome/portal/code/again", &page, &[]).await.status, 303);
        let second = digits(&house, &post, "own@mail.example").await;
        house.clock.advance(Span::minutes(11));
        assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", &second)]).await.status, 422, "ten minutes are over");
        ngozi.post("/welcome/portal/code/again", &page, &[]).await;
        let third = digits(&house, &post, "own@mail.example").await;
        assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", &third)]).await.status, 303);
        assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", &third)]).await.status, 422, "each works once");
        finish(&house, &mut ngozi).await;
        assert_eq!(states(&house, &f).await, ["accepted"]);
        // The second factor's first code is spent too, and the account belongs to the address that was proven.
        let list = maya.get(&format!("{}/portal", f.at())).await;
        assert!(list.body.contains("own@mail.example"), "{}", list.body);
    }
}

// proves: P36
#[tokio::test]
async fn the_firm_says_how_clients_are_proven() {
    for house in houses().await {
        mailbox(&house).await;
        let mut robin = house.signed_in(ROBIN).await;
        let mut maya = house.signed_in(MAYA).await;
        for (n, proof) in [(1, "spoken"), (2, "none")] {
            let f = family(&house, n, "Okafor", &format!("Ngozi{n}")).await;
            let page = robin.get("/settings/portal").await;
            let all: Vec<String> = model::portal::Right::ALL.iter().map(|r| r.key()).collect();
            let mut fields: Vec<(&str, &str)> = all.iter().map(|r| ("right", r.as_str())).collect();
            fields.push(("proof", proof));
            assert_eq!(robin.post("/settings/portal", &page, &fields).await.status, 303);
            let to = format!("ngozi{n}@home.example");
            let code = invite(&mut maya, &f, &to).await;
            let mut ngozi = house.browser();
            let on = redeem(&mut ngozi, &code).await;
            let page = ngozi.follow(&on).await;
            if proof == "spoken" {
                assert!(page.body.contains("reads a code out"), "{}", page.body);
                let list = maya.get(&format!("{}/portal", f.at())).await;
                let make =
                    list.body.split("action=\"").find(|a| a.contains("/code\"")).and_then(|a| a.split('"').next()).unwrap().to_owned();
                let told = maya.post(&make, &list, &[]).await;
                let six = told.between("<span class=\"num\">", "<").replace(' ', "");
                assert_eq!(six.len(), 6, "{}", told.body);
                assert_eq!(ngozi.post("/welcome/portal/code", &page, &[("code", &six)]).await.status, 303);
            }
            finish(&house, &mut ngozi).await;
            assert_eq!(states(&house, &f).await, ["accepted"], "{proof}");
        }
        // Only administrators set it.
        let page = maya.get("/settings/portal").await;
        assert_eq!(maya.post("/settings/portal", &page, &[("proof", "none")]).await.status, 404);
    }
}

// proves: P35
#[tokio::test]
async fn one_sign_in_gains_households_and_one_household_has_several() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let (f, g) = (family(&house, 1, "Okafor", "Ngozi").await, family(&house, 2, "Parents", "Chike").await);
        let mut maya = house.signed_in(MAYA).await;
        let code = invite(&mut maya, &f, NGOZI).await;
        let mut ngozi = enrol(&house, &post, &code, NGOZI).await;
        // Her parents' household, to the same address: proven by the mailbox, she signs in and gains it.
        let code = invite(&mut maya, &g, NGOZI).await;
        let mut elsewhere = house.browser();
        let on = redeem(&mut elsewhere, &code).await;
        let page = elsewhere.follow(&on).await;
        let six = digits(&house, &post, NGOZI).await;
        assert_eq!(elsewhere.post("/welcome/portal/code", &page, &[("code", &six)]).await.status, 303);
        let form = page;
        let page = elsewhere.get("/welcome/portal").await;
        assert!(page.body.contains("You have a sign-in already") && page.body.contains("/sign-in?next="), "{}", page.body);
        assert_eq!(elsewhere.post("/welcome/portal/join", &form, &[]).await.location(), "/welcome/portal", "not signed in");
        assert_eq!(states(&house, &g).await, ["opened"]);
        // An adviser who is signed in there gains nothing.
        let sid = maya.cookies["sid"].clone();
        elsewhere.cookies.insert("sid".into(), sid);
        assert_eq!(elsewhere.post("/welcome/portal/join", &form, &[]).await.location(), "/welcome/portal");
        let sid = ngozi.cookies["sid"].clone();
        elsewhere.cookies.insert("sid".into(), sid);
        let page = elsewhere.get("/welcome/portal").await;
        let joined = elsewhere.post("/welcome/portal/join", &page, &[]).await;
        assert_eq!(joined.location(), "/portal", "{}", joined.body);
        assert_eq!(elsewhere.post("/welcome/portal/join", &page, &[]).await.status, 410, "once");
        let list = ngozi.get("/portal/households").await;
        assert!(list.body.contains("Okafor") && list.body.contains("Parents"), "{}", list.body);
        // And the other way: a second adult of the first household has a sign-in of their own.
        let typed = app::members::Typed {
            first: "Erik".into(),
            last: "Okafor".into(),
            role: MemberRole::Adult,
            email: "erik@home.example".into(),
            phone: String::new(),
            born: String::new(),
        };
        let erik = model::MemberId::new(rig::START, [91; 10]);
        app::members::add(&house.app, &scope(&house), f.household, erik, &typed).await.unwrap();
        let code = invite(&mut maya, &f, "erik@home.example").await;
        enrol(&house, &post, &code, "erik@home.example").await;
        let list = maya.get(&format!("{}/portal", f.at())).await;
        assert_eq!(list.body.matches("See it as").count(), 2, "{}", list.body);
    }
}

// proves: P18 P31
#[tokio::test]
async fn a_passkey_is_way_enough_and_counts_few_taps() {
    for house in houses().await {
        let origin = format!("http://localhost:{}", house.at.port());
        house.app.set_public_url(origin.parse().expect("an address"));
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let code = invite(&mut maya, &f, NGOZI).await;
        let mut ngozi = house.browser();
        let on = redeem(&mut ngozi, &code).await;
        let page = ngozi.follow(&on).await;
        let mut key = Authenticator::new(&origin);
        // Before the mailbox is proven there is no challenge.
        assert_eq!(ngozi.post("/welcome/portal/passkey/begin", &page, &[]).await.status, 404);
        let six = digits(&house, &post, NGOZI).await;
        ngozi.post("/welcome/portal/code", &page, &[("code", &six)]).await;
        let page = ngozi.get("/welcome/portal").await;
        assert!(page.body.contains("Use a passkey"), "{}", page.body);
        let (ceremony, options) = begin(&mut ngozi, &page, "/welcome/portal/passkey/begin").await;
        let answer = key.create(&options);
        let nonsense = ngozi.post("/welcome/portal/passkey", &page, &[("ceremony", "x"), ("answer", &answer)]).await;
        assert!(nonsense.status == 422 && nonsense.body.contains("Choose how you sign in"), "{}", nonsense.body);
        let done = ngozi.post("/welcome/portal/passkey", &page, &[("ceremony", &ceremony), ("answer", &answer)]).await;
        assert!(done.status == 200 && done.body.matches("<li>").count() == 10, "{}", done.body);
        assert_eq!(ngozi.get("/portal").await.location(), format!("/portal/{}", f.household));
        let mut later = house.browser();
        assert_eq!(crate::it::authenticator::sign_in(&mut later, &mut key).await.status, 303);
        assert_eq!(later.get("/portal").await.location(), format!("/portal/{}", f.household));
        // The same answer again opens nothing.
        assert_eq!(ngozi.post("/welcome/portal/passkey", &page, &[("ceremony", &ceremony), ("answer", &answer)]).await.status, 410);
    }
}
