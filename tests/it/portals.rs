//! One brand with several sign-in pages, accounts that come later, and a prospect who becomes a client.

use super::story::{Story, Visit, choose, get_started, shown_link, sign_in_at, stories};
use model::Span;
use model::fact::HouseholdStatus;

// proves: N58 N59 N60 N61 N62
#[tokio::test]
async fn each_portal_of_a_brand_is_its_own_connection() {
    for s in stories().await {
        let (mut client, _) = s.connect("larchmont work", "Larchmont Workplace").await;
        let page = client.get("/c/search?q=larchmont").await;
        for (name, site) in
            [("Brokerage", "www.larchmont.example"), ("Workplace", "work.larchmont.example"), ("Bank", "bank.larchmont.example")]
        {
            assert!(page.words().replace(' ', "").contains(&format!("Larchmont{name}")), "{name}:\n{}", page.words());
            let opens = page.links().into_iter().any(|(_, u)| u.host_str() == Some(site));
            assert!(opens, "{site} can be opened to look: {:?}", page.links());
        }
        let first = s.accounts().await;
        s.connect_in(&mut client, "larchmont brokerage", "Larchmont Brokerage").await.must_have("Larchmont Brokerage is connected");
        let (all, connections) = (s.accounts().await, s.connections().await);
        assert_eq!(connections.len(), 2);
        assert!(all.len() > first.len() && first.keys().all(|id| all.contains_key(id)));
        s.portfolio().await.must_have("Workplace 401(k)").must_have("Larchmont Brokerage");
        s.end().await;
    }
}

// proves: N61 N62 N63 D4
#[tokio::test]
async fn an_account_left_out_at_first_comes_later_by_a_link_that_opens_there() {
    for s in stories().await {
        let (mut client, _) = s.enter(&s.share("").await).await;
        let leaving = choose(&mut client, "larchmont work", "Larchmont Workplace").await;
        let waiting = sign_in_at(&mut client, &leaving, &Visit { without: &[1], ..Visit::default() }).await;
        s.confirm(&mut client, &waiting).await.must_have("Larchmont Workplace is connected");
        let before = s.accounts().await;
        assert_eq!(before.len(), 1, "what was not ticked is not shared");
        s.stage.pass(Span::days(4)).await;
        assert_eq!(s.accounts().await.len(), 1);
        let c = s.connection().await;
        let (mut client, page) = s.enter(&s.share(&format!("&find={}", c.id)).await).await;
        page.must_have("Choose the accounts to add on the next page.");
        let waiting = find_all(&mut client, &page).await;
        s.confirm(&mut client, &waiting).await.must_have("Larchmont Workplace is up to date");
        let after = s.accounts().await;
        assert!(after.len() == 2 && before.keys().all(|id| after.contains_key(id)));
        assert_eq!((s.connection().await.id, s.live_items().await), (c.id, 1));
        s.end().await;
    }
}

/// Signs in and ticks every account.
async fn find_all(client: &mut stage::Browser, leaving: &stage::Page) -> stage::Page {
    let (_, away) = leaving.links().into_iter().find(|(_, u)| u.path().starts_with("/link/")).expect("the way out");
    let mut page = client.get(away).await;
    for _ in 0..8 {
        if page.url.host_str() == Some("localhost") {
            break;
        }
        let mut form = super::story::answered(&page, &Visit::default());
        if page.url.path().ends_with("/accounts") {
            form = form.without("account");
            let keys = page
                .html
                .match_indices("name=\"account\" value=\"")
                .map(|(n, m)| page.html[n + m.len()..].split('"').next().unwrap_or_default().to_owned());
            form = keys.collect::<Vec<_>>().into_iter().fold(form, |f, k| f.and("account", k));
        }
        page = client.send(form).await;
    }
    page
}

// proves: N3 N15 D15
#[tokio::test]
async fn a_prospect_connects_alike_and_becomes_a_client_with_nothing_linked_again() {
    for s in stories().await {
        let mut adviser = s.adviser().await;
        let page = adviser.get("/households/new").await;
        let form = page.form("/households/new").with("name", "Halloran").with("status", HouseholdStatus::Prospect.key());
        let made = adviser.send(form.with("first", "Ngozi").with("last", "Okafor").with("email", "ngozi@okafor.example")).await;
        made.must_have("Prospect");
        let household: model::HouseholdId = made.url.path().split('/').nth(2).and_then(|i| i.parse().ok()).expect("an id");
        let mut s = s;
        s.family = household_of(&s, household).await;
        let (_, done) = s.connect("sable", "Sable Card").await;
        done.must_have("Sable Card is connected");
        let (accounts, c) = (s.accounts().await, s.connection().await);
        s.portfolio().await.must_have("Prospect").must_have("Sable Card");
        let mut adviser = s.adviser().await;
        let page = adviser.get(s.at("/portfolio")).await;
        let page = if page.has_form("/client") { page } else { adviser.get(s.at("/members")).await };
        let page = if page.has_form("/client") { page } else { adviser.get(s.at("/change")).await };
        adviser.send(page.form("/client")).await;
        assert!(!s.portfolio().await.has("Prospect"));
        s.stage.pass(Span::days(4)).await;
        assert_eq!((s.connection().await.id, s.live_items().await, s.items().await.len()), (c.id, 1, 1));
        let after = s.accounts().await;
        assert_eq!(after.keys().collect::<Vec<_>>(), accounts.keys().collect::<Vec<_>>());
        assert!(after.values().all(|a| a.figures.received_at > accounts[&a.id].figures.received_at
            || a.figures.confirmed_at > accounts[&a.id].figures.confirmed_at));
        s.end().await;
    }
}

async fn household_of(s: &Story, id: model::HouseholdId) -> stage::Household {
    let db = s.stage.app.store().read(s.scope()).await.expect("a look");
    let members = store::members::of_household(&db, id).await.expect("its people");
    stage::Household { id, members: members.into_iter().map(|m| (m.given, m.id)).collect() }
}

// proves: N20 D2 D23
#[tokio::test]
async fn of_many_browsers_at_a_launched_door_one_is_in_and_nobody_is_asked_for_a_code() {
    for s in stories().await {
        let mut adviser = s.adviser().await;
        let page = adviser.get(s.at(&format!("/asset-sync?person={}", s.ngozi()))).await;
        let link = shown_link(&adviser.send(page.form("/launch")).await);
        let mut doors = Vec::new();
        // Fewer than the limit of one address, all at once.
        for _ in 0..9 {
            let (mut browser, link) = (s.stage.browser(), link.clone());
            doors.push(tokio::spawn(async move { get_started(&mut browser, &link).await }));
        }
        let (mut inside, mut refused) = (0, 0);
        for door in doors {
            let page = door.await.expect("an answer");
            match page.status {
                200 if page.url.path() == "/c/search" => inside += 1,
                410 => refused += 1,
                _ => panic!("{} {}", page.url, page.words()),
            }
        }
        assert_eq!((inside, refused), (1, 8));
        s.end().await;
    }
}
