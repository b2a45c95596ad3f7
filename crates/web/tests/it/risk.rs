//! The risk score: from prices that were brought or read, over held-away and managed accounts, told with every input.

use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, client, client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use crate::it::provider::Provider;
use app::accounts::{ByHand, equal_shares};
use connect::market::{Market, MarketConfig};
use jiff::ToSpan;
use model::portal::{Area, Right, Rights};
use model::risk::{Inputs, Outcome};
use model::{AccountId, AccountType, ConnectionState, Custody, Date, PortfolioKind};
use std::collections::BTreeMap;
use std::sync::Arc;

fn at(text: &str) -> Date {
    text.parse().expect("a day")
}

/// Weekdays of a made-up walk until the day of the tests, as a file.
fn walk(security: &str, seed: u64, from: &str) -> String {
    let (mut state, mut cents, mut day, mut out) = (seed | 1, 100_000i64, at(from), String::new());
    while day <= at("2026-11-20") {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        cents = (cents + cents * ((state >> 33) as i64 % 401 - 199) / 10_000).max(1_000);
        if day.weekday().to_monday_one_offset() <= 5 {
            out += &format!("{security},{day},{}.{:02}\n", cents / 100, cents % 100);
        }
        day = day.saturating_add(1.day());
    }
    out
}

async fn choose(robin: &mut Browser, body: &str) -> Page {
    let csrf = robin.get("/settings/prices").await.hidden("csrf");
    let field = |name: &str, value: &str| format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let file = format!("--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"prices.csv\"\r\n\r\n{body}\r\n--xx--\r\n");
    let whole = field("csrf", &csrf) + &field("currency", "USD") + &file;
    robin.send("POST", "/settings/prices/import", "multipart/form-data; boundary=xx", whole.as_bytes()).await
}

async fn bring(robin: &mut Browser, body: &str) -> Page {
    let chosen = choose(robin, body).await;
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    let sheet = robin.get(chosen.location()).await;
    robin.post(chosen.location(), &sheet, &[]).await
}

/// Cash that the firm looks after itself.
async fn managed_cash(house: &House, f: &Family, value: &str) -> AccountId {
    let typed = ByHand {
        id: AccountId::new(rig::START, [210; 10]),
        portfolio: PortfolioKind::Current,
        kind_of: AccountType::Bank,
        name: "Sweep account".into(),
        kind: "checking".into(),
        owners: equal_shares(&[f.member]),
        institution: String::new(),
        mask: String::new(),
        value: value.into(),
        currency: String::new(),
        as_of: "2026-11-20".into(),
        custody: Custody::Managed,
    };
    app::accounts::create(&house.app, &scope(house), f.household, &typed).await.expect("an account")
}

/// The printed inputs computed again with calendar days in maps: nothing of the product's arithmetic is used.
fn again(i: &Inputs) -> f64 {
    let series = |key: &str| -> BTreeMap<Date, f64> {
        i.histories.get(key).into_iter().flat_map(|h| &h.closes).map(|c| (c.day, c.close.to_string().parse().expect("a number"))).collect()
    };
    let on = |s: &BTreeMap<Date, f64>, d: Date| {
        let (day, close) = s.range(..=d).next_back()?;
        (day.until(d).expect("a span").get_days() <= 10).then_some(*close)
    };
    let value = |p: &model::risk::Position| p.value.expect("a value").to_string().parse::<f64>().expect("a number");
    let held: Vec<_> = i.positions.iter().filter(|p| p.class.is_some()).collect();
    let sum: f64 = held.iter().map(|p| value(p)).sum();
    let own: Vec<_> = held.iter().map(|p| series(p.security.as_deref().unwrap_or_default())).collect();
    let class: Vec<_> = held.iter().map(|p| series(&p.class.map(|c| c.stand_in()).unwrap_or_default())).collect();
    let (mut d, mut all) = (at("2008-01-01"), Vec::new());
    while d.saturating_add(182.days()) <= i.as_of {
        let end = d.saturating_add(182.days());
        let one = |n: usize| -> Option<f64> {
            if held[n].class.is_some_and(|c| c.key() == "cash") {
                return Some(0.0);
            }
            let of = |s: &BTreeMap<Date, f64>| Some(on(s, end)? / on(s, d)? - 1.0);
            of(&own[n]).or_else(|| of(&class[n]))
        };
        if d.weekday().to_monday_one_offset() <= 5 {
            let parts: Option<Vec<f64>> = (0..held.len()).map(|n| Some(value(held[n]) / sum * one(n)?)).collect();
            all.extend(parts.map(|p| p.iter().sum::<f64>()));
        }
        d = d.tomorrow().expect("a day");
    }
    all.sort_by(f64::total_cmp);
    let place = (all.len() - 1) as f64 * 0.025;
    let below = place as usize;
    -(all[below] + (all[below + 1] - all[below]) * (place - below as f64))
}

#[derive(serde::Deserialize)]
struct One {
    inputs: Inputs,
    outcome: Outcome,
}

#[derive(serde::Deserialize)]
struct Explained {
    all: One,
    managed: Option<One>,
}

async fn explained(browser: &mut Browser, path: &str) -> Explained {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    serde_json::from_str(&page.body).expect("every input")
}

// proves: N52 N53 N54
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_score_holds_what_is_held_away_and_anybody_can_compute_it_again() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let (_, away) = fed(&house, &f, 1, ConnectionState::Healthy).await;
        managed_cash(&house, &f, "1000").await;
        let (mut robin, mut maya) = (house.signed_in(ROBIN).await, house.signed_in(MAYA).await);
        let portfolio = format!("{}/portfolio", f.at());
        assert!(!maya.get(&portfolio).await.body.contains("Risk score"), "no prices, no score, no empty figure");
        assert!(maya.get(&format!("{}/risk", f.at())).await.body.contains("No price histories yet"));
        // The fund is young: its class carries it before 2016.
        let fund = walk("ticker:LTFX", 5, "2016-01-04").replacen('\n', ",mixed\n", 1);
        let file = format!("security,date,close,class\n{fund}{}", walk("class:mixed", 9, "2007-12-03"));
        assert_eq!(bring(&mut robin, &file).await.status, 303);
        let said = explained(&mut maya, &format!("{}/risk.json", f.at())).await;
        let all = said.all.outcome.score.clone().expect("a score");
        assert!((again(&said.all.inputs) - all.downside).abs() < 1e-9, "{} {}", again(&said.all.inputs), all.downside);
        let managed = said.managed.expect("both kinds").outcome.score.expect("a score");
        assert!(managed.score == 1 && all.score > 1 && all.low <= all.score && all.score <= all.high, "{all:?}");
        assert!(all.stand_in.is_some(), "the class stands in before 2016");
        let page = maya.get(&portfolio).await;
        let words = [
            format!("{} <span class=\"small muted\">between {} to {}", all.score, all.low, all.high),
            "1 for the managed ones alone".into(),
        ];
        assert!(["Workplace 401(k)", "Sweep account", "Held away", "Managed here"].iter().all(|w| page.body.contains(w)));
        assert!(page.body.contains("Risk score, all accounts") && words.iter().all(|w| page.body.contains(w)), "{}", page.body);
        let how = maya.get(&format!("{}/risk", f.at())).await;
        for word in ["ticker:LTFX", "class:mixed", "Sweep account", "Shares and bonds mixed stand in for", "The interval", "prices.csv"] {
            assert!(how.body.contains(word), "{word}: {}", how.body);
        }
        // The account alone is riskier than with cash beside it.
        let own = explained(&mut maya, &format!("/accounts/{away}/risk.json")).await;
        let alone = own.all.outcome.score.expect("a score");
        assert!(alone.downside > all.downside && (again(&own.all.inputs) - alone.downside).abs() < 1e-9);
        let account = maya.get(&format!("/accounts/{away}")).await;
        assert!(
            account.body.contains("How this was computed") && account.body.contains(&format!(">{}</b>", alone.score)),
            "{}",
            account.body
        );
        // Out of the totals is out of the score.
        app::ending::mute(&house.app, &scope(&house), away).await.expect("muted");
        let after = explained(&mut maya, &format!("{}/risk.json", f.at())).await;
        assert_eq!(after.all.outcome.score.expect("a score").score, 1);
    }
}

// proves: N54
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_come_from_the_service_and_a_client_sees_the_score_with_the_financials_alone() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let base = format!("http://{}", provider.at()).parse().expect("an address");
        house.app.set_market(Arc::new(Market::new(MarketConfig { base, key: None }, house.clock.clone()).expect("a service")));
        let f = family(&house, 1, "Brandt", "Ines").await;
        fed(&house, &f, 1, ConnectionState::Healthy).await;
        app::prices::keep_current(&house.app).await.expect("asked");
        while app::jobs::run_due(&house.app, 8).await.expect("jobs run") > 0 {}
        let mut maya = house.signed_in(MAYA).await;
        let kept = maya.get("/settings/prices").await;
        assert!(
            kept.body.contains("ticker:LTFX") && kept.body.contains("class:equity") && kept.body.contains("Market 127.0.0.1"),
            "{}",
            kept.body
        );
        let said = explained(&mut maya, &format!("{}/risk.json", f.at())).await;
        let score = said.all.outcome.score.expect("a score");
        assert!(score.score > 20 && score.windows > 4_500, "{score:?}");
        // The same day again brings nothing new and is no event.
        let events = || async {
            let db = house.app.store().read(&scope(&house)).await.expect("a look");
            let sql = "SELECT count(*) AS n FROM event WHERE firm_id = $1 AND kind = 'prices.refreshed'";
            db.one(sql, store::params![scope(&house).firm()]).await.expect("a count").expect("a row").int("n").expect("a number")
        };
        let before = events().await;
        app::prices::refresh(&house.app, scope(&house).firm()).await.expect("read again");
        assert_eq!((before, events().await), (1, 1));
        // A client with the financials sees it; one with the map alone does not.
        client(&house, &f, 1, Rights::NONE.with(Right::View(Area::Financials))).await;
        client(&house, &f, 2, Rights::NONE.with(Right::View(Area::Map))).await;
        let at = format!("/portal/{}/financials", f.household);
        let mut sees = house.signed_in(&client_mail(1)).await;
        let page = sees.get(&at).await;
        assert!(page.body.contains("Risk score") && page.body.contains(&format!(">{}</b>", score.score)), "{}", page.body);
        assert!(!page.body.contains("risk.json") && sees.get(&format!("{}/risk", f.at())).await.status >= 300);
        let mut other = house.signed_in(&client_mail(2)).await;
        assert_eq!(other.get(&at).await.status, 404);
        assert!(!other.get(&format!("/portal/{}/map", f.household)).await.body.contains("Risk score"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_prices_is_shown_with_its_rejects_before_it_changes_anything() {
    for house in houses().await {
        let (mut robin, mut maya) = (house.signed_in(ROBIN).await, house.signed_in(MAYA).await);
        for (bad, sentence) in [("", "Choose a file"), ("hello", "no columns"), ("a,b\n1,2\n", "No column is called")] {
            let page = choose(&mut robin, bad).await;
            assert!(page.status == 422 && page.body.contains(sentence), "{bad}: {}", page.body);
        }
        let file = "ticker,date,close\nVTI,2026-11-18,100\nVTI,2026-11-19,101\nVTI,2026-11-19,102\nVTI,2027-01-01,3\nVTI,2026-11-20,103\n";
        let chosen = choose(&mut robin, file).await;
        let sheet = robin.get(chosen.location()).await;
        for word in ["Lines 3, 4 say different things", "has not come yet", "ticker:VTI", "Nothing is changed yet"] {
            assert!(sheet.body.contains(word), "{word}: {}", sheet.body);
        }
        assert!(!maya.get("/settings/prices").await.body.contains("ticker:VTI"));
        assert_eq!(maya.get(chosen.location()).await.status, 404, "an adviser brings no prices");
        let done = robin.post(chosen.location(), &sheet, &[]).await;
        assert!(robin.get(done.location()).await.body.contains("Taken in: 1 history, 2 new closes."));
        assert_eq!(robin.post(chosen.location(), &sheet, &[]).await.status, 409, "a file is taken in once");
        assert!(maya.get("/settings/prices").await.body.contains("18 Nov 2026 to 20 Nov 2026"));
        // Another close for a day that is kept is shown before it replaces it; another currency is refused.
        let chosen = choose(&mut robin, "ticker,date,close\nVTI,2026-11-18,99\n").await;
        let sheet = robin.get(chosen.location()).await;
        assert!(sheet.body.contains("18 Nov 2026: 100 is kept, 99 replaces it."), "{}", sheet.body);
        let chosen = choose(&mut robin, "ticker,date,close,currency\nVTI,2026-11-17,99,EUR\n").await;
        let sheet = robin.get(chosen.location()).await;
        assert!(sheet.body.contains("Remove the history first") && !sheet.body.contains("Take it in"));
        let page = robin.get("/settings/prices").await;
        assert_eq!(robin.post("/settings/prices/remove", &page, &[("security", "ticker:VTI")]).await.status, 303);
        assert!(robin.get("/settings/prices").await.body.contains("No price histories yet"));
    }
}
