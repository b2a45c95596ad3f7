//! The main job: the adviser asks, the client connects, positions arrive, and they stay current with nobody doing anything.

use super::client;
use super::story::stories;
use model::calendar::is_business_day;
use model::plan::Plan;
use model::{Decimal, Span};

// proves: E1 E3 N11 N18 N20 N35 N37 N39 N44 N45 N46 N48 N50 N56 D5
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

// proves: E3 D5
#[tokio::test]
async fn each_business_day_brings_its_values_on_the_next_morning_and_a_click_asks_in_between() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        // Saturday morning; Thanksgiving is in the week that begins. Morning comes at six in New York, an hour and a half later at most.
        for _ in 0..9 {
            let (before, day) = (s.connection().await.succeeded_at, s.stage.now().utc_date());
            s.stage.pass(Span::days(1)).await;
            let c = s.connection().await;
            assert_eq!(c.succeeded_at > before, is_business_day(day), "the morning after {day}");
            let hours = c.due_at.expect("a next time") - s.stage.now();
            assert!(hours > Span::ZERO && hours <= Span::days(3), "{day}: {hours:?}");
        }
        let id = *s.accounts().await.keys().next().expect("an account");
        let mut adviser = s.adviser().await;
        let page = adviser.get(format!("/accounts/{id}")).await;
        let before = s.connection().await.attempted_at;
        adviser.send(page.form("/refresh")).await.must_have("New values show here by themselves.");
        s.stage.settle().await;
        let asked = s.connection().await.attempted_at;
        assert!(asked > before && asked == Some(s.stage.now()), "a click asks now");
        let page = adviser.get(format!("/accounts/{id}")).await;
        adviser.send(page.form("/refresh")).await;
        s.stage.settle().await;
        assert_eq!(s.connection().await.attempted_at, asked, "once in five minutes");
        s.end().await;
    }
}

/// The amounts in bold of the page's first table: each position, their sum, what is reported, the gap.
fn amounts(html: &str) -> Vec<Decimal> {
    let table = html.split("<table").nth(1).and_then(|t| t.split("</table>").next()).expect("positions");
    let cells = table.split("<td class=\"num strong\">").skip(1).filter_map(|c| c.split('<').next());
    cells.map(|c| c.replace(['$', ','], "").parse().unwrap_or_else(|_| panic!("{c} is no amount"))).collect()
}

// proves: N7
#[tokio::test]
async fn what_is_reported_beyond_positions_and_cash_stands_there_to_the_cent() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        let by_name = s.accounts().await.into_values().map(|a| (a.name.clone(), a.id)).collect::<std::collections::HashMap<_, _>>();
        let page = s.account_page(by_name["Workplace 401(k)"]).await;
        let all = amounts(&page.html);
        let [positions @ .., sum, reported, gap] = &all[..] else { panic!("{all:?}") };
        assert_eq!(positions.len(), 7, "six funds and cash: {all:?}");
        assert_eq!(positions.iter().sum::<Decimal>(), *sum);
        assert_eq!((*gap, reported - sum), (Decimal::new(270_002, 2), *gap));
        let percent = (gap * Decimal::ONE_HUNDRED / reported).round_dp(2);
        page.must_have("Positions and cash").must_have("Total that Larchmont Workplace reports");
        page.must_have(&format!("Gap, not explained by the positions $2,700.02 {percent}%"));
        // Where nothing is missing nothing is said.
        let whole = s.account_page(by_name["Employee stock plan"]).await;
        let all = amounts(&whole.html);
        assert!(all.len() == 3 && all.iter().all(|a| *a == all[0]) && !whole.has("Gap, not explained"), "{all:?}");
        s.end().await;
    }
}

/// The first amount of money on a page.
fn total(words: &str) -> String {
    let at = words.find('$').expect("an amount");
    words[at..].chars().take_while(|c| c.is_ascii_digit() || "$,.".contains(*c)).collect()
}
