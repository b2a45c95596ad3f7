//! The main job: the adviser asks, the client connects, positions arrive, and they stay current with nobody doing anything.

use super::client;
use model::Span;
use model::plan::Plan;

// proves: N11 N18 N20 N35 N37 N39 N44 N45 N46 N48 N50 N56 D5
#[tokio::test]
async fn a_clients_accounts_arrive_and_keep_themselves_current() {
    for stage in stage::stages().await {
        let firm = stage.firm("Alder & Finch", Plan::Complete).await;
        let family = stage.household(&firm.lead, "Okafor–Lindqvist", &[("Ngozi", "Okafor"), ("Erik", "Lindqvist")]).await;
        let mut adviser = stage.sign_in(&firm.lead).await;

        // The adviser asks.
        let page = adviser.get(format!("/households/{}/asset-sync?person={}", family.id, family.member("Ngozi"))).await;
        page.must_have("Asset Sync for Ngozi Okafor");
        let page = adviser.send(page.form("/share")).await;
        let link = client::shown_link(&page);

        // The client connects.
        let (mut browser, page) = client::open(&stage, &link).await;
        page.must_have("Where is the account?");
        let leaving = client::choose(&mut browser, "larchmnt work", "Larchmont Workplace").await;
        let waiting = client::sign_in_at(&mut browser, &leaving, "ngozi").await;
        let done = client::confirm(&stage, &mut browser, &waiting).await;
        done.must_have("Workplace 401(k)").must_have("Add another account").must_have("Exit");

        // Positions are in the household, with their source and time.
        let portfolio = adviser.get(format!("/households/{}/portfolio", family.id)).await;
        portfolio.must_have("Workplace 401(k)").must_have("Larchmont Workplace").must_have("Held away").must_have("Asset Sync");
        let first = total(&portfolio.words());
        let account = adviser.get(portfolio.link("Workplace 401(k)")).await;
        account.must_have("LTFX");

        // Days pass; nobody does anything.
        for _ in 0..4 {
            stage.pass(Span::days(1)).await;
        }
        let mut adviser = stage.sign_in(&firm.lead).await;
        let later = adviser.get(format!("/households/{}/portfolio", family.id)).await;
        assert_ne!(total(&later.words()), first, "the values have not moved");
        stage.end().await;
    }
}

/// The first amount of money on a page.
fn total(words: &str) -> String {
    let at = words.find('$').expect("an amount");
    words[at..].chars().take_while(|c| c.is_ascii_digit() || "$,.".contains(*c)).collect()
}
