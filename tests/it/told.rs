//! Who is told of a case, and how often: the client, the adviser, nobody.

use super::story::stories;
use model::Span;
use model::repair::{Cause, Owner};
use store::mail::State;

// proves: E46
#[tokio::test]
async fn a_client_who_does_not_answer_becomes_the_advisers_move_once() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let item = s.connection().await.external_id;
        s.break_item(&item, "ITEM_LOGIN_REQUIRED").await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        for _ in 0..8 {
            s.stage.pass(Span::days(1)).await;
        }
        let case = s.only_case().await;
        assert_eq!((case.owner, s.notices().len()), (Owner::Adviser, 1), "never told twice");
        let letters = s.told_lead();
        assert_eq!(letters.len(), 1, "{letters:?}");
        s.case_page(case.id).await.must_have("Ngozi has not answered.").must_have("The adviser’s move now");
        s.adviser().await.get("/cases?owner=adviser").await.must_have("Sable Card");
        s.adviser().await.get("/").await.must_have("Ngozi has not answered");
        s.end().await;
    }
}

// proves: E46 N29
#[tokio::test]
async fn the_end_of_a_permission_is_said_thirty_seven_and_one_days_ahead_and_once_each() {
    for s in stories().await {
        s.connect("quarterday", "Quarterday Investments").await;
        let mut told = Vec::new();
        for day in 1..=95_i64 {
            s.stage.pass(Span::days(1)).await;
            let now = s.notices().len();
            if told.last().is_none_or(|(_, n)| *n != now) && now > 0 {
                told.push((day, now));
            }
        }
        let days: Vec<i64> = told.iter().map(|(d, _)| *d).collect();
        assert_eq!(told.len(), 4, "{days:?}: {:?}", s.notices());
        let all = s.notices();
        assert!(all[..3].iter().all(|l| l.contains("Your permission for Quarterday Investments ends on")), "{all:?}");
        assert!(all[3].contains("has ended"), "{all:?}");
        assert!((days[1] - days[0] - 23).abs() <= 1 && (days[2] - days[1] - 6).abs() <= 1, "{days:?}");
        assert_eq!(s.only_case().await.cause, Cause::PermissionEnded, "the same case, another cause");
        s.end().await;
    }
}

// proves: E49 E46
#[tokio::test]
async fn clients_have_no_ticket_but_ask_their_adviser_with_the_connection_it_is_about() {
    let clients =
        |audience| matches!(audience, web::routes::Audience::Client | web::routes::Audience::Link | web::routes::Audience::Person);
    for (method, path, audience) in web::routes::table() {
        assert!(
            !clients(audience) || !["ticket", "report", "case"].iter().any(|w| path.contains(&format!("/{w}"))) || path.contains("reports"),
            "{method} {path}"
        );
    }
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let c = s.connection().await;
        s.break_item(&c.external_id, "ITEM_LOGIN_REQUIRED").await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        let case = s.only_case().await;
        let ngozi = s.stage.client(&s.family, "Ngozi", model::portal::Rights::ALL).await;
        let mut browser = s.stage.sign_in(&ngozi).await;
        let page = browser.get(format!("/portal/{}/accounts", s.family.id)).await;
        assert!(!page.has("ticket") && !page.has("Report a problem"), "{}", page.words());
        page.must_have("Ask Maya");
        for path in [format!("/cases/{}", case.id), format!("/cases/{}/report", case.id), "/tickets".into()] {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
        }
        let form = browser.get(format!("/portal/{}/wrong?about={}", s.family.id, c.id)).await;
        browser.send(form.form("/wrong").with("words", "It asks me again and again")).await;
        s.stage.settle().await;
        let letters = s.stage.letters_to(&s.firm.lead.email);
        assert!(letters.iter().any(|l| app::mail::read(l).paragraphs.iter().any(|p| p.contains("Sable Card"))), "{letters:?}");
        s.case_page(case.id).await.must_have("Ngozi says that something looks wrong");
        s.end().await;
    }
}

// proves: E46
#[tokio::test]
async fn a_firm_that_writes_to_nobody_still_has_its_cases_and_the_portal_says_it() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let c = s.connection().await;
        app::firms::set_sends_mail(&s.stage.app, &s.firm.administrator.scope, false).await.expect("off");
        s.break_item(&c.external_id, "ITEM_LOGIN_REQUIRED").await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        let case = s.only_case().await;
        assert!(s.notices().is_empty());
        s.case_page(case.id).await.must_have("e-mail from this system is switched off");
        // What was not said then is not said later either.
        app::firms::set_sends_mail(&s.stage.app, &s.firm.administrator.scope, true).await.expect("on");
        s.stage.pass(Span::days(1)).await;
        assert!(s.notices().is_empty());
        let mails = {
            let db = s.stage.app.store().read(s.scope()).await.expect("a look");
            store::mail::of_purpose(&db, &format!("case:{}", case.id)).await.expect("mail")
        };
        assert!(mails.iter().all(|m| m.state == State::Sent));
        s.end().await;
    }
}
