//! What stands across households and across one person's connections: the list by state and owner, how institutions work, one sitting.

use crate::it::accounts_pages::{called, own, set, state};
use crate::it::browser::Browser;
use crate::it::family::{Family, client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use crate::it::portal::{at, signed};
use model::{ConnectionId, ConnectionState, Span};

async fn other_household(house: &House, n: u8, name: &str) -> Family {
    family(house, n, name, "Folake").await
}

// proves: E34 E46
#[tokio::test]
async fn connections_across_households_are_filtered_by_state_owner_and_institution_and_cut_into_pages() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let g = other_household(&house, 2, "Adeyemi").await;
        let (a, _) = fed(&house, &f, 5, ConnectionState::NeedsCredentials).await;
        let (b, _) = fed(&house, &g, 6, ConnectionState::InstitutionDown).await;
        let (c, _) = fed(&house, &g, 7, ConnectionState::NotSupported).await;
        called(&house, b, "Meridian Home Loans").await;
        set(&house, "failing_since", a, house.app.now() - Span::days(12)).await;
        set(&house, "failing_since", b, house.app.now() - Span::hours(3)).await;
        let mut maya = house.signed_in(MAYA).await;
        let all = maya.get("/connections?show=all").await.body;
        assert!(all.contains("Needs attention 3") && all.contains("All 3") && all.contains("Waiting for a client 1"), "{all}");
        let rows = |body: &str| body.matches("<tr><th scope=\"row\">").count();
        assert_eq!(rows(&all), 3);
        let first = maya.get("/connections").await.body;
        assert!(first.find("12 days").unwrap() < first.find("3 hours").unwrap(), "what has stopped longest comes first");
        for (show, text) in [("client", "Okafor"), ("institution", "Meridian"), ("us", "Not supported")] {
            let some = maya.get(&format!("/connections?show={show}")).await.body;
            assert!(rows(&some) == 1 && some.contains(text), "{show}: {some}");
        }
        let there = maya.get("/connections?show=all&at=Meridian+Home+Loans").await.body;
        assert!(rows(&there) == 1 && there.contains("Connections at Meridian Home Loans"), "{there}");
        // An administrator works on neither household: nothing is theirs, and nothing is theirs to do.
        let mut robin = house.signed_in(ROBIN).await;
        assert_eq!(rows(&robin.get("/connections?show=all&of=mine").await.body), 0);
        assert!(!robin.get("/connections?show=all").await.body.contains("Ask Ngozi"));
        let _ = c;
        for n in 20..72 {
            fed(&house, &f, n, ConnectionState::Healthy).await;
        }
        let page = maya.get("/connections?show=all").await.body;
        assert!(rows(&page) == 50 && page.contains("page=1") && page.contains("All 55"), "{}", rows(&page));
        assert_eq!(rows(&maya.get("/connections?show=all&page=1").await.body), 5);
    }
}

/// The figure of the first page under this name.
fn waiting(home: &str, name: &str) -> String {
    let (_, after) = home.split_once(&format!("<dt>{name}</dt><dd class=\"v num\">")).unwrap_or_default();
    after.split([' ', '<']).next().unwrap_or_default().to_owned()
}

// proves: E46
#[tokio::test]
async fn what_waits_for_the_reader_is_counted_where_a_row_names_them() {
    use model::repair::{Cause, Owner};
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (connection, _) = fed(&house, &f, 5, ConnectionState::NeedsCredentials).await;
        let g = other_household(&house, 2, "Adeyemi").await;
        let (down, _) = fed(&house, &g, 6, ConnectionState::InstitutionDown).await;
        called(&house, down, "Meridian Home Loans").await;
        let mut maya = house.signed_in(MAYA).await;
        let home = maya.get("/").await.body;
        let figures = ["Waiting for a client", "Waiting for you", "Waiting for an institution"];
        assert_eq!(figures.map(|n| waiting(&home, n)), ["1", "0", "1"], "{home}");
        assert!(home.contains("One connection, with one link") && home.contains("Meridian Home Loans, in 1 household"), "{home}");
        assert!(!home.contains("<b class=\"strong\">You</b>"), "{home}");
        // She has not answered: now it is her adviser's move, in the row and in the figure.
        let now = house.app.now();
        let case = store::cases::Case {
            id: model::CaseId::new(rig::START, [9; 10]),
            household: f.household,
            member: f.member,
            connection: Some(connection),
            institution: "Larchmont Workplace".into(),
            cause: Cause::Credentials,
            since: now,
            owner: Owner::Adviser,
            due_at: now,
            consent_ends: None,
            mended: None,
            mends: 0,
            reported_at: None,
            turn: 0,
            opened_at: now,
            closed: None,
        };
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        assert!(store::cases::insert(&tx, &case).await.unwrap());
        tx.commit().await.unwrap();
        let home = maya.get("/").await.body;
        assert_eq!(figures.map(|n| waiting(&home, n)), ["0", "1", "1"], "{home}");
        assert!(home.contains("<b class=\"strong\">You</b>"), "{home}");
        let beside = maya.get(&format!("{}/accounts", f.at())).await.body;
        assert!(beside.contains(&format!("/cases/{}", case.id)), "the card leads to the case: {beside}");
        // In the whole firm somebody else's client is not theirs to call.
        let mut robin = house.signed_in(ROBIN).await;
        let all = robin.get("/?whose=all").await.body;
        assert_eq!(waiting(&all, "Waiting for you"), "0", "{all}");
    }
}

async fn tried(house: &House, name: &str, n: usize, ending: model::reliability::Ending) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    for k in 0..n {
        let id = ConnectionId::new(rig::START, [k as u8; 10]);
        store::tries::count(&tx, id, "plaid", name, house.app.now().utc_date(), ending).await.unwrap();
    }
    tx.commit().await.unwrap();
}

// proves: N67 N68 N69
#[tokio::test]
async fn reliability_is_counted_from_our_own_tries_and_says_when_they_are_too_few() {
    for house in houses().await {
        use model::reliability::Ending;
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get("/settings/reliability").await.body.contains("Nothing tried yet"));
        tried(&house, "Meridian Home Loans", 12, Ending::Worked).await;
        tried(&house, "Meridian Home Loans", 12, Ending::Institution).await;
        tried(&house, "Larchmont Workplace", 19, Ending::Worked).await;
        tried(&house, "Larchmont Workplace", 40, Ending::Client).await;
        let page = maya.get("/settings/reliability").await.body;
        let of = |name: &str| page.split("<tr>").find(|r| r.contains(name)).unwrap_or_default().to_owned();
        assert!(of("Meridian").contains("Fails often") && of("Meridian").contains("50%"), "{}", of("Meridian"));
        assert!(of("Larchmont").contains("Too few to judge") && of("Larchmont").contains("n/a"), "{}", of("Larchmont"));
        assert!(page.contains("With fewer than 20 tries we don’t judge"), "{page}");
        tried(&house, "Larchmont Workplace", 1, Ending::Worked).await;
        let page = maya.get("/settings/reliability").await.body;
        let row = page.split("<tr>").find(|r| r.contains("Larchmont")).unwrap_or_default();
        assert!(row.contains("Works well") && row.contains("100%"), "a client’s wrong passwords do not count: {row}");
        let bad = maya.get("/settings/reliability?show=problems").await.body;
        assert!(bad.contains("Meridian") && !bad.contains("Larchmont"), "{bad}");
        // After thirty days nothing is left of it.
        house.clock.advance(Span::days(31));
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get("/settings/reliability").await.body.contains("Nothing tried yet"));
    }
}

async fn sitting(ngozi: &mut Browser, f: &Family) -> String {
    ngozi.get(&format!("{}/together", at(f))).await.body
}

// proves: E24 E32
#[tokio::test]
async fn what_always_asks_is_cleared_in_one_sitting_that_survives_closing() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (a, _) = fed(&house, &f, 5, ConnectionState::NeedsMfa).await;
        let (b, _) = fed(&house, &f, 6, ConnectionState::NeedsCredentials).await;
        fed(&house, &f, 7, ConnectionState::Healthy).await;
        called(&house, b, "Pinecrest Health Savings").await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let page = ngozi.get(&format!("{}/together", at(&f))).await;
        assert!(page.body.contains("0 of 2 done") && page.body.contains(">Begin<"), "{}", page.body);
        ngozi.post(&format!("{}/together", at(&f)), &page, &[]).await;
        let first = sitting(&mut ngozi, &f).await;
        assert!(first.contains("value=\"repair\"") && first.contains("Do this one"), "{first}");
        house.clock.advance(Span::minutes(2));
        state(&house, a, ConnectionState::Healthy).await;
        // Another browser, tomorrow: the list goes on where it was, for her and for her adviser.
        house.clock.advance(Span::hours(20));
        let mut again = house.signed_in(&client_mail(1)).await;
        let half = sitting(&mut again, &f).await;
        assert!(half.contains("1 of 2 done") && half.contains("Pinecrest") && half.contains("Done"), "{half}");
        let mut maya = house.signed_in(MAYA).await;
        let beside = maya.get(&format!("{}/together", f.at())).await;
        assert!(beside.body.contains("1 of 2 done") && beside.body.contains("Open for Ngozi"), "{}", beside.body);
        state(&house, b, ConnectionState::Healthy).await;
        let done = again.get(&format!("{}/together", at(&f))).await;
        assert!(done.body.contains("2 of 2 done") && done.body.contains(">Finish<"), "{}", done.body);
        let end = again.post(&format!("{}/together/end", at(&f)), &done, &[]).await;
        assert!(again.follow(&end).await.body.contains("2 of 2 refreshed in this sitting."));
        assert!(sitting(&mut again, &f).await.contains("Nothing to do"));
        // The adviser begins one beside her; who may only look does not.
        state(&house, a, ConnectionState::NeedsMfa).await;
        let beside = maya.get(&format!("{}/together", f.at())).await;
        let whom = f.member.to_string();
        maya.post(&format!("{}/together", f.at()), &beside, &[("member", &whom)]).await;
        assert!(sitting(&mut again, &f).await.contains("Start"));
        let mut robin = house.signed_in(ROBIN).await;
        let looks = robin.get(&format!("{}/together", f.at())).await;
        assert_eq!(robin.post(&format!("{}/together/end", f.at()), &looks, &[("member", &whom)]).await.status, 409);
    }
}
