//! Households from the first form to the account page, as an adviser goes.

use crate::it::family::{by_hand, family, fed, scope, valued};
use crate::it::house::{House, MAYA, empty, houses};
use model::plan::Plan;
use model::{ConnectionState, Span};

const NEW: [(&str, &str); 5] =
    [("name", "Okafor–Lindqvist"), ("first", "Ngozi"), ("last", "Okafor"), ("email", "ngozi@okafor.example"), ("status", "prospect")];

fn with_id<'a>(id: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("id", id)].into_iter().chain(fields.iter().copied()).collect()
}

// proves: N3 N11 N13 D15
#[tokio::test]
async fn a_prospect_goes_from_the_form_to_the_portfolio_and_becomes_a_client_without_being_linked_again() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let form = maya.get("/households/new").await;
        let id = form.hidden("id");
        let made = maya.post("/households/new", &form, &with_id(&id, &NEW)).await;
        let at = made.location().to_owned();
        assert_eq!((made.status, at.as_str()), (303, format!("/households/{id}").as_str()));
        // The same form again, as a double click sends it, makes no second household.
        assert_eq!(maya.post("/households/new", &form, &with_id(&id, &NEW)).await.location(), at);
        let list = maya.get("/households?q=ngozi").await;
        assert_eq!(list.body.matches("Okafor–Lindqvist</a>").count(), 1, "{}", list.body);
        assert!(list.body.contains("Prospect"));

        let portfolio = maya.get(&format!("{at}/portfolio")).await;
        assert!(portfolio.body.contains("Funds, Stocks, and Other") && portfolio.body.contains("Nothing here yet"));
        assert!(portfolio.body.contains(&format!("{at}/asset-sync")), "a prospect is asked like a client");

        let hand = house.app.store().read(&house.scope).await.unwrap();
        let before = store::facts::all_current(&hand).await.unwrap().len();
        drop(hand);
        let members = maya.get(&format!("{at}/members")).await;
        assert!(members.body.contains("Now a client"));
        assert_eq!(maya.post(&format!("{at}/client"), &members, &[]).await.status, 303);
        let list = maya.get("/households?show=prospects").await;
        assert!(!list.body.contains("Okafor–Lindqvist</a>"));
        let hand = house.app.store().read(&house.scope).await.unwrap();
        assert_eq!(store::facts::all_current(&hand).await.unwrap().len(), before, "the same records, one word changed");
    }
}

#[tokio::test]
async fn a_wrong_form_says_what_is_wrong_at_its_field_and_keeps_what_was_typed() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let form = maya.get("/households/new").await;
        let id = form.hidden("id");
        let wrong = [("name", " \u{202E} "), ("first", ""), ("last", "<script>"), ("email", "a@b\r\nBcc: x@y.example")];
        let no = maya.post("/households/new", &form, &with_id(&id, &wrong)).await;
        assert_eq!(no.status, 422);
        assert!(no.body.contains("<title>Error: "), "{}", no.body);
        for said in ["Enter the household’s name", "Enter the first name", "Enter a mail address", "&#60;script&#62;"] {
            assert!(no.body.contains(said), "{said}: {}", no.body);
        }
        assert_eq!(no.hidden("id"), id, "the id stays with the form");
        assert!(maya.get("/households").await.body.contains("Add your first household"), "nothing was saved");
    }
}

// proves: N2 N12 N14
#[tokio::test]
async fn the_menu_offers_asset_sync_for_funds_in_current_each_time_and_says_when_the_plan_lacks_it() {
    for house in houses().await {
        let f = family(&house, 21, "Abara", "Chidi").await;
        let mut maya = house.signed_in(MAYA).await;
        for accounts in 0..3 {
            let page = maya.get(&format!("{}/accounts/new?portfolio=current", f.at())).await;
            assert_eq!(page.body.matches("/asset-sync\"").count(), 1, "with {accounts} accounts: {}", page.body);
            by_hand(&house, &f, accounts, "Brokerage", "10").await;
        }
        let proposed = maya.get(&format!("{}/accounts/new?portfolio=proposed", f.at())).await;
        assert!(proposed.status == 200 && !proposed.body.contains("asset-sync"));
        assert!(!maya.get(&format!("{}/portfolio/proposed", f.at())).await.body.contains("asset-sync"));
    }
    for house in empty().await {
        house.fill(Plan::Essentials).await;
        let f = family(&house, 21, "Abara", "Chidi").await;
        let page = house.signed_in(MAYA).await.get(&format!("{}/portfolio", f.at())).await;
        assert!(page.body.contains("is not in your firm’s plan") && !page.body.contains("/asset-sync\""), "{}", page.body);
    }
}

// proves: N56
#[tokio::test]
async fn an_account_by_hand_is_kept_with_every_value_it_ever_had() {
    for house in houses().await {
        let f = family(&house, 22, "Brandt", "Lotte").await;
        let mut maya = house.signed_in(MAYA).await;
        let form = maya.get(&format!("{}/accounts/new?portfolio=current&type=loan", f.at())).await;
        let (id, owner) = (form.hidden("id"), f.member.to_string());
        let base = [
            ("portfolio", "current"),
            ("type", "loan"),
            ("name", "Car loan"),
            ("kind", "loan"),
            ("owner", &owner),
            ("custody", "held_away"),
        ];
        let mut wrong = with_id(&id, &base);
        wrong.extend([("value", "12,34"), ("as_of", "2030-01-01"), ("mask", "12345")]);
        let no = maya.post(&format!("{}/accounts/by-hand", f.at()), &form, &wrong).await;
        assert_eq!(no.status, 422);
        for said in ["Enter an amount such as", "Enter a day up to today", "at most the last four"] {
            assert!(no.body.contains(said), "{said}");
        }
        let mut right = with_id(&id, &base);
        right.extend([("value", "14,900.50"), ("as_of", "2026-10-02"), ("mask", "1180")]);
        for _ in 0..2 {
            assert_eq!(maya.post(&format!("{}/accounts/by-hand", f.at()), &form, &right).await.status, 303);
        }
        let page = maya.get(&format!("{}/portfolio", f.at())).await;
        assert_eq!(page.body.matches("Car loan</a>").count(), 1, "posted twice, kept once");
        assert!(page.body.contains("−$14,900") && page.body.contains("By hand") && page.body.contains("Held away"), "{}", page.body);

        let change = maya.get(&format!("/accounts/{id}/change")).await;
        assert!(change.body.contains("14900.50"), "owed amounts are typed without a sign");
        let share = format!("share_{}", f.member);
        let fields = [("name", "Car loan"), ("value", "14,000"), ("as_of", "2026-11-15"), (share.as_str(), "100")];
        assert_eq!(maya.post(&format!("/accounts/{id}/change"), &change, &fields).await.status, 303);
        assert!(maya.get(&format!("/accounts/{id}")).await.body.contains("−$14,000.00"));
        let past = maya.get(&format!("/accounts/{id}?day=2026-11-01")).await;
        assert!(past.body.contains("−$14,900.50") && past.body.contains("As it was on 1 Nov 2026"), "{}", past.body);
        assert!(maya.get(&format!("/accounts/{id}?day=2026-10-01")).await.body.contains("No value"));
        assert_eq!(maya.get(&format!("/accounts/{id}?day=not-a-day")).await.status, 200);
    }
}

#[tokio::test]
async fn shares_of_a_joint_account_add_up_to_the_whole() {
    for house in houses().await {
        let f = family(&house, 23, "Okafor", "Ngozi").await;
        let account = by_hand(&house, &f, 1, "Joint brokerage", "100").await;
        let mut maya = house.signed_in(MAYA).await;
        let form = maya.get(&format!("{}/members/new", f.at())).await;
        let to = form.between("form class=\"card\" action=\"", "\"").to_owned();
        let erik = to.rsplit('/').next().unwrap().to_owned();
        for _ in 0..2 {
            assert_eq!(maya.post(&to, &form, &[("first", "Erik"), ("last", "Lindqvist"), ("role", "adult")]).await.status, 303);
        }
        assert_eq!(maya.get(&format!("{}/members", f.at())).await.body.matches("Erik Lindqvist</b>").count(), 1);
        let change = maya.get(&format!("/accounts/{account}/change")).await;
        let (ngozi, erik) = (format!("share_{}", f.member), format!("share_{erik}"));
        let post = |n: &'static str, e: &'static str| {
            [("name", "Joint brokerage"), ("value", "100"), ("as_of", "2026-11-20"), (ngozi.as_str(), n), (erik.as_str(), e)]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        };
        for (n, e) in [("50", "49.99"), ("150", "-50"), ("", ""), ("33.333", "66.667"), ("half", "50")] {
            let fields = post(n, e);
            let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let no = maya.post(&format!("/accounts/{account}/change"), &change, &fields).await;
            assert_eq!(no.status, 422, "{n} {e}");
        }
        let fields = post("66.67", "33.33 %");
        let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(maya.post(&format!("/accounts/{account}/change"), &change, &fields).await.status, 303);
        assert!(maya.get(&format!("{}/portfolio", f.at())).await.body.contains("Ngozi 66.67 %, Erik 33.33 %"));
    }
}

// proves: N4 N7 N49 N50 N52 N53 N55
#[tokio::test]
async fn a_synced_account_stands_beside_a_managed_one_with_its_icon_its_positions_and_any_day() {
    for house in houses().await {
        let f = family(&house, 24, "Tanaka", "Kenji").await;
        let (_, account) = fed(&house, &f, 31, ConnectionState::Healthy).await;
        by_hand(&house, &f, 1, "Rollover IRA", "899.75").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/portfolio", f.at())).await;
        assert!(page.body.contains("aria-label=\"Asset Sync, Workplace 401(k). Last synced today"), "{}", page.body);
        assert!(page.body.contains("data-tip=\"Last synced today"), "the same words when pointed at");
        assert_eq!(page.body.matches("class=\"synced").count(), 1, "only what Asset Sync keeps current carries it");
        assert!(page.body.contains("$2,000"), "exactly 1,100.25 and 899.75");

        let one = maya.get(&format!("/accounts/{account}")).await;
        for said in [
            "Larchmont Target 2045 Fund",
            "LTFX · Fund",
            "$10.00",
            "$1,000.00",
            "not provided",
            "$1,050.00",
            "$1,100.25",
            "$50.25",
            "4.57%",
        ] {
            assert!(one.body.contains(said), "{said}: {}", one.body);
        }
        let past = maya.get(&format!("/accounts/{account}?day=2026-11-18")).await;
        assert!(past.body.contains("$9.00") && past.body.contains("$1,000.00") && !past.body.contains("$1,100.25"), "{}", past.body);
        assert!(maya.get(&format!("/accounts/{account}?as_of=2026-11-01")).await.body.contains("No value on this day"));
    }
}

// proves: N32
#[tokio::test]
async fn what_has_stopped_is_told_with_its_reason_and_refresh_waits() {
    for house in houses().await {
        let f = family(&house, 25, "Halloran", "Pat").await;
        let (connection, account) = fed(&house, &f, 32, ConnectionState::NeedsCredentials).await;
        let mut maya = house.signed_in(MAYA).await;
        let place = format!("{}/asset-sync?member={}&#38;fix={connection}", f.at(), f.member);
        for path in [format!("/accounts/{account}"), format!("{}/accounts", f.at()), "/connections".into()] {
            let page = maya.get(&path).await;
            assert!(page.body.contains("The institution rejected Pat’s sign-in."), "{path}: {}", page.body);
            assert!(page.body.contains(&place), "{path} leads to a link that mends it in place: {}", page.body);
            assert!(!page.body.contains("/refresh\""), "{path}: refresh waits for the client");
        }
        let home = maya.get("/").await;
        assert!(home.body.contains(&place), "the one trouble is mended in place");
        assert!(home.body.contains("Larchmont Workplace") && home.body.contains("<b class=\"strong\">Pat</b>"), "{}", home.body);
        let list = maya.get("/households?show=attention").await;
        assert!(list.body.contains("1 stopped"));
        let form = maya.get(&format!("{}/members", f.at())).await;
        let no = maya.post(&format!("/accounts/{account}/refresh"), &form, &[]).await;
        assert_eq!(no.status, 409, "a post that the page does not offer is refused with the reason");
    }
}

// proves: N64 N65 N66
#[tokio::test]
async fn muting_and_deleting_ask_first_and_say_what_ends() {
    for house in houses().await {
        let f = family(&house, 26, "Vance", "Roosevelt").await;
        let (connection, account) = fed(&house, &f, 33, ConnectionState::Healthy).await;
        let hand = by_hand(&house, &f, 1, "Brokerage", "500").await;
        let mut maya = house.signed_in(MAYA).await;
        let ask = maya.get(&format!("/accounts/{account}/mute")).await;
        assert!(
            ask.body.contains("It is the last live account at Larchmont Workplace, so we also end Roosevelt’s permission there"),
            "{}",
            ask.body
        );
        let done = maya.post(&format!("/accounts/{account}/mute"), &ask, &[]).await;
        let page = maya.follow(&done).await;
        assert!(page.body.contains("We are ending the permission") && page.body.contains("Muted"), "{}", page.body);
        let portfolio = maya.get(&format!("{}/portfolio", f.at())).await;
        assert!(
            portfolio.body.contains("1 muted") && portfolio.body.contains("<td class=\"num\">$500</td>"),
            "out of the total: {}",
            portfolio.body
        );
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        assert_ne!(store::connections::find(&db, connection).await.unwrap().unwrap().removal, store::connections::Removal::None);
        drop(db);

        let ask = maya.get(&format!("/accounts/{hand}/delete")).await;
        assert_eq!(maya.post(&format!("/accounts/{hand}/delete"), &ask, &[("typed", "")]).await.status, 422);
        assert_eq!(maya.post(&format!("/accounts/{hand}/delete"), &ask, &[("typed", "delete")]).await.status, 303);
        assert_eq!(maya.get(&format!("/accounts/{hand}")).await.status, 404);
        assert!(!maya.get(&format!("{}/portfolio", f.at())).await.body.contains(&hand.to_string()));
    }
}

#[tokio::test]
async fn one_adult_without_accounts_and_a_hundred_and_twenty_accounts_are_both_cared_for() {
    for house in houses().await {
        let (small, large) = (family(&house, 27, "Quiet", "Ines").await, family(&house, 28, "Wide", "Hugo").await);
        for n in 0..120 {
            by_hand(&house, &large, n, &format!("Account {n}"), "1000.10").await;
        }
        let mut maya = house.signed_in(MAYA).await;
        for page in ["portfolio", "members", "accounts"] {
            assert_eq!(maya.get(&format!("{}/{page}", small.at())).await.status, 200);
        }
        assert!(maya.get(&format!("{}/accounts", small.at())).await.body.contains("Nothing connected yet"));
        let wide = maya.get(&format!("{}/portfolio", large.at())).await;
        assert!(wide.body.contains("120 accounts, 1 owner") && wide.body.contains("$120,012"), "every cent counted");
        let file = maya.get(&format!("{}/portfolio/current/accounts.csv", large.at())).await;
        assert_eq!((file.status, file.body.lines().count()), (200, 121));
        assert!(maya.get("/households").await.body.contains("No accounts yet"));
    }
}

// proves: N10 N24 N42
#[tokio::test]
async fn help_has_every_topic_the_example_code_screen_and_the_moving_picture() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let contents = maya.get("/help").await;
        for topic in web::view::help::Topic::ALL {
            assert!(contents.body.contains(&format!("/help/{}", topic.slug())));
            assert_eq!(maya.get(&format!("/help/{}", topic.slug())).await.status, 200, "{topic:?}");
        }
        let code = maya.get("/help/two-factor").await.body;
        assert!(
            code.contains("Enter the code Larchmont texted you") && code.contains(">4819<"),
            "an example that the adviser can describe"
        );
        assert!(maya.get("/help/where-it-is").await.body.contains(web::assets::film_href()));
        let film = maya.get(web::assets::film_href()).await;
        let told = (film.header("content-type"), film.header("content-length").and_then(|n| n.parse().ok()));
        assert_eq!(told, (Some("image/gif"), Some(include_bytes!("../../assets/asset-sync.gif").len())));
        assert_eq!(maya.get("/help/nothing").await.status, 404);
    }
}

/// Everything a household's pages are made of can be made again from the log.
#[tokio::test]
async fn a_rebuild_finds_no_difference_and_mends_what_was_tampered_with() {
    for house in houses().await {
        every_kind_of_change(&house).await;
        let clean = app::rebuild::run(&house.app).await.unwrap();
        assert!(clean.rows >= 7 && clean.differences.is_empty(), "{clean:?}");
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let firm = house.scope.firm();
        for sql in [
            "UPDATE household SET name = 'Wrong' WHERE firm_id = $1",
            "UPDATE account SET value = '1' WHERE firm_id = $1 AND source = 'manual'",
            "UPDATE account SET head = '{}', value = '9' WHERE firm_id = $1 AND source = 'aggregation'",
            "DELETE FROM holding WHERE firm_id = $1 AND place = 0",
            "DELETE FROM portfolio WHERE firm_id = $1 AND kind = 'proposed'",
        ] {
            tx.exec(sql, store::params![firm]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = app::rebuild::run(&house.app).await.unwrap();
        let mut kinds: Vec<&str> = found.differences.iter().map(|d| d.entity).collect();
        kinds.sort();
        assert_eq!(kinds, ["account", "figures", "household", "portfolio"], "{found:?}");
        assert!(app::rebuild::run(&house.app).await.unwrap().differences.is_empty());
    }
}

async fn every_kind_of_change(house: &House) {
    let f = family(house, 29, "Delacroix", "Amélie").await;
    let scope = scope(house);
    let account = by_hand(house, &f, 1, "Assurance vie", "1250.5").await;
    house.clock.advance(Span::minutes(5));
    valued(house, account, "1300", "2026-11-20").await;
    app::accounts::rename(&house.app, &scope, account, "Assurance-vie").await.unwrap();
    app::households::set_status(&house.app, &scope, f.household, model::fact::HouseholdStatus::Prospect).await.unwrap();
    let child = app::members::Typed {
        first: "Zoé".into(),
        last: String::new(),
        role: model::fact::MemberRole::Dependant,
        email: String::new(),
        phone: String::new(),
        born: "2015-04-01".into(),
    };
    let id = model::MemberId::new(rig::START, [77; 10]);
    app::members::add(&house.app, &scope, f.household, id, &child).await.unwrap();
    app::members::leave(&house.app, &scope, f.household, id).await.unwrap();
    fed(house, &f, 34, ConnectionState::Healthy).await;
}
