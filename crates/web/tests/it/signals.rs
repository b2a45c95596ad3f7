//! Attention signals: on the household's page with their arithmetic, drafted, tried and published by the firm, and in the client's words.

use crate::it::family::{Family, by_hand, client, client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use model::ConnectionState;
use model::portal::{Area, Right, Rights};

fn at(f: &Family) -> String {
    format!("{}/signals", f.at())
}

async fn kinds(house: &House) -> Vec<String> {
    let db = house.app.store().read(&scope(house)).await.expect("a look");
    let sql = "SELECT kind FROM event WHERE firm_id = $1 AND kind LIKE 'signals.%' ORDER BY at, id";
    let rows = db.all(sql, store::params![scope(house).firm()]).await.expect("events");
    rows.iter().map(|r| r.text("kind").expect("a word")).collect()
}

/// The form as a browser sends it: every rule on, one threshold typed.
async fn draft(robin: &mut crate::it::browser::Browser, but: &[&str], rule: &str, value: &str) -> crate::it::browser::Page {
    let page = robin.get("/settings/signals").await;
    let mut fields: Vec<(&str, &str)> = model::signals::pack().filter(|r| !but.contains(&r.key)).map(|r| ("on", r.key)).collect();
    fields.push((rule, value));
    robin.post("/settings/signals", &page, &fields).await
}

// proves: P27
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_household_reads_what_was_found_what_is_missing_and_what_is_fine() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let bare = maya.get(&at(&f)).await;
        assert!(bare.body.contains("Nothing to look at yet") && !bare.body.contains("Cannot be told"), "{}", bare.body);

        let (_, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        by_hand(&house, &f, 1, "Studio fund", "120000").await;
        let page = maya.get(&at(&f)).await;
        assert!(page.body.contains("No findings") && page.body.contains("Cannot be told"), "{}", page.body);
        // Exactly what is missing, and the way to mend it.
        assert!(page.body.contains(">What Studio fund holds</a>"), "{}", page.body);
        assert!(page.body.contains(&format!("href=\"/accounts/{account}\"")) && page.body.contains("From 1 account, oldest value 19 Nov"));
    }
}

// proves: P27
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_is_out_of_date_is_found_with_its_days() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        fed(&house, &f, 5, ConnectionState::Healthy).await;
        house.clock.advance(model::Span::days(9));
        let mut maya = house.signed_in(MAYA).await;
        let old = maya.get(&at(&f)).await;
        for part in [
            "Values that come by themselves are out of date",
            "at most 7 days, the product’s own",
            "19 Nov 2026 to ",
            "Rule stale_fed, version 1",
        ] {
            assert!(old.body.contains(part), "{part}: {}", old.body);
        }
    }
}

// proves: P27
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_threshold_is_a_draft_then_tried_on_the_whole_book_then_published() {
    for house in houses().await {
        let (f, quiet) = (family(&house, 1, "Okafor", "Ngozi").await, family(&house, 2, "Brandt", "Ines").await);
        fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (mut robin, mut maya) = (house.signed_in(ROBIN).await, house.signed_in(MAYA).await);
        for (value, sentence) in [("lots", "“lots” is no number"), ("101", "between 0 and 100"), ("-1", "between 0 and 100")] {
            let page = draft(&mut robin, &[], "cash_drag", value).await;
            assert!(
                page.status == 422 && page.body.contains(sentence) && page.body.contains("id=\"cash_drag-e\""),
                "{value}: {}",
                page.body
            );
        }
        assert!(kinds(&house).await.is_empty(), "a mistake saves nothing");
        assert_eq!(robin.get("/settings/signals/try").await.status, 303, "no draft, nothing to try");

        // 50 of 1,100.25 are cash.
        assert_eq!(draft(&mut robin, &["cost_basis"], "cash_drag", "4").await.status, 303);
        assert!(maya.get(&at(&f)).await.body.contains("No findings"), "a draft changes nothing for anybody");
        let tried = robin.get("/settings/signals/try").await;
        for part in ["over 2 households", "At most 10%", "At most 4%", "Would be found", ">Okafor</a>"] {
            assert!(tried.body.contains(part), "{part}: {}", tried.body);
        }
        assert!(!tried.body.contains(">Brandt</a>"), "{}", tried.body);
        assert_eq!(maya.get("/settings/signals/try").await.status, 404);
        assert!(!maya.get("/settings/signals").await.body.contains("Save as a draft"));
        assert_eq!(robin.post("/settings/signals/publish", &tried, &[]).await.status, 303);

        let found = maya.get(&at(&f)).await;
        for part in [
            "Much of the investments lies in cash",
            "about 4.54%",
            "at most 4%, set by your firm",
            "$50 ÷ $1,100.25",
            "Switched off by your firm",
        ] {
            assert!(found.body.contains(part), "{part}: {}", found.body);
        }
        assert!(maya.get(&at(&quiet)).await.body.contains("Nothing to look at yet"));
        let settings = robin.get("/settings/signals").await;
        assert!(settings.body.contains("published: On, at most 4%, set by your firm") && settings.body.contains("drafted:"));

        // A draft that is taken back stays in the history; what was published holds.
        draft(&mut robin, &["cost_basis"], "cash_drag", "3").await;
        let page = robin.get("/settings/signals").await;
        assert!(page.body.contains("A draft for one rule waits."), "{}", page.body);
        robin.post("/settings/signals/drop", &page, &[]).await;
        let after = robin.get("/settings/signals").await;
        assert!(after.body.contains("took back: On, at most 3%") && !after.body.contains("waits."), "{}", after.body);
        assert!(maya.get(&at(&f)).await.body.contains("at most 4%, set by your firm"));
        let told = kinds(&house).await;
        let count = |kind: &str| told.iter().filter(|k| *k == kind).count();
        assert_eq!((count("signals.drafted"), count("signals.published"), count("signals.dropped")), (3, 2, 1), "{told:?}");
    }
}

// proves: P27 P25
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_reads_findings_in_their_own_words_and_figures_where_those_are_shared() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        fed(&house, &f, 5, ConnectionState::Healthy).await;
        let mut robin = house.signed_in(ROBIN).await;
        draft(&mut robin, &[], "cash_drag", "4").await;
        let page = robin.get("/settings/signals").await;
        robin.post("/settings/signals/publish", &page, &[]).await;
        client(&house, &f, 1, Rights::of([Right::View(Area::Signals), Right::View(Area::Financials)])).await;
        client(&house, &f, 2, Rights::of([Right::View(Area::Signals)])).await;
        let path = format!("/portal/{}/signals", f.household);
        let all = house.signed_in(&client_mail(1)).await.get(&path).await;
        for part in ["Much of your investments lies in cash", "About 4.54%; ", "looks for at most 4%.", "$50 ÷ $1,100.25"] {
            assert!(all.body.contains(part), "{part}: {}", all.body);
        }
        let some = house.signed_in(&client_mail(2)).await.get(&path).await;
        assert!(some.body.contains("Much of your investments lies in cash") && some.body.contains("Ask Maya about it."), "{}", some.body);
        assert!(!some.body.contains("$50") && !some.body.contains("4.54%"), "{}", some.body);
    }
}
