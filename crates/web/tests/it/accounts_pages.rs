//! The accounts pages of client and adviser: one bar for what needs somebody, three times, each state in words, what each may change and end.

use crate::it::family::{Family, client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use crate::it::portal::{at, client_of, erik, signed};
use app::accounts::{ByHand, equal_shares};
use model::link::Purpose;
use model::portal::{Area, Right, Rights};
use model::{AccountId, AccountState, AccountType, ConnectionId, ConnectionState, Custody, PortfolioKind, Span, Time};

/// The state as a run would leave it; a fault has begun to fail now, a success has come now.
pub async fn state(house: &House, id: ConnectionId, state: ConnectionState) {
    let now = house.app.now();
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    store::connections::set_state(&tx, id, state, None, None).await.unwrap();
    let well = state == ConnectionState::Healthy;
    let sql = "UPDATE connection SET attempted_at = $3, failing_since = $4, succeeded_at = COALESCE($5, succeeded_at) WHERE firm_id = $1 AND id = $2";
    let (failing, success) = (Some(now).filter(|_| !well), Some(now).filter(|_| well));
    tx.exec(sql, store::params![scope(house).firm(), id, now, failing, success]).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn set(house: &House, sql: &str, id: ConnectionId, value: Time) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let sql = format!("UPDATE connection SET {sql} = $3 WHERE firm_id = $1 AND id = $2");
    tx.exec(&sql, store::params![scope(house).firm(), id, value]).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn called(house: &House, id: ConnectionId, name: &str) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let sql = "UPDATE connection SET institution = $3 WHERE firm_id = $1 AND id = $2";
    tx.exec(sql, store::params![scope(house).firm(), id, name]).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn own() -> Rights {
    Rights::of([Right::Connect, Right::AddFacts, Right::View(Area::Financials), Right::View(Area::Map)])
}

/// The bar's part of a page; "" without one.
fn bar(body: &str) -> &str {
    body.find("id=\"needs\"").map_or("", |n| &body[n..n + body[n..].find("</section>").unwrap_or(0)])
}

// proves: E27 E29 E34 E37 E39 E40 E41 E42 D17
#[tokio::test]
async fn one_bar_steps_through_everything_that_needs_the_client_until_nothing_is_left() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (a, _) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (b, _) = fed(&house, &f, 6, ConnectionState::Healthy).await;
        called(&house, b, "Pinecrest Health Savings").await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let base = at(&f);
        for page in [base.clone(), format!("{base}/accounts")] {
            assert_eq!(bar(&ngozi.get(&page).await.body), "", "nothing needs her on {page}");
        }
        state(&house, a, ConnectionState::NeedsCredentials).await;
        state(&house, b, ConnectionState::NeedsMfa).await;
        for page in [base.clone(), format!("{base}/accounts")] {
            let first = ngozi.get(&page).await.body;
            assert!(bar(&first).contains("1 of 2") && bar(&first).contains("Click to fix"), "{}", bar(&first));
            assert!(bar(&first).contains(&format!("href=\"{page}?need=2#needs\"")), "{}", bar(&first));
            let second = ngozi.get(&format!("{page}?need=2")).await.body;
            assert!(bar(&second).contains("2 of 2") && !bar(&second).contains("need=3"), "{}", bar(&second));
            let both = format!("{}{}", bar(&first), bar(&second));
            assert!(both.contains("The institution rejected your sign-in") && both.contains("Pinecrest Health Savings wants to check"));
            // Her own check: the name leads to the institution's own page in a new tab.
            let own =
                "sign in at <a href=\"https://work.larchmont.example/sign-in\" target=\"_blank\" rel=\"noopener noreferrer\">Larchmont";
            assert!(both.contains(own), "{both}");
        }
        state(&house, a, ConnectionState::Healthy).await;
        let left = ngozi.get(&format!("{base}/accounts?need=2")).await.body;
        assert!(bar(&left).contains("Pinecrest") && !bar(&left).contains(" of 2") && !bar(&left).contains("Next"), "{}", bar(&left));
        state(&house, b, ConnectionState::Healthy).await;
        for page in [base.clone(), format!("{base}/accounts")] {
            assert_eq!(bar(&ngozi.get(&page).await.body), "", "it falls silent by itself");
        }
    }
}

// proves: E4 E30 E31 D12
#[tokio::test]
async fn as_of_received_and_attempted_stand_apart_and_a_failed_try_moves_none_but_its_own() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (id, _) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        house.clock.advance(Span::hours(3));
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let mut maya = house.signed_in(MAYA).await;
        let pages = [format!("{}/accounts", at(&f)), format!("{}/accounts", f.at())];
        state(&house, id, ConnectionState::InstitutionDown).await;
        let attempted = house.app.now();
        let zone = jiff::tz::TimeZone::get("America/Chicago").unwrap();
        let hour = |t: Time| web::view::words::moment(t, house.app.now(), &zone);
        let came = {
            let db = house.app.store().read(&scope(&house)).await.unwrap();
            store::connections::find(&db, id).await.unwrap().unwrap().succeeded_at.unwrap()
        };
        for (who, page) in [(&mut ngozi, &pages[0]), (&mut maya, &pages[1])] {
            let body = who.get(page).await.body;
            let shown = body.split("class=\"conn-meta\"").nth(1).unwrap_or_default();
            assert!(shown.contains(&format!("Updated <span class=\"num\">{}<", hour(came))), "{page}: {shown}");
            assert!(shown.contains(&format!("Last attempted {}", hour(attempted))), "{page}: {shown}");
            let tip = body.split("data-tip=\"Value as of").nth(1).and_then(|t| t.split('"').next()).unwrap_or_default();
            assert!(tip.contains("|Received ") && tip.contains(&format!("|Last attempted {}", hour(attempted))), "{page}: {tip}");
        }
    }
}

// proves: E33 E34 E36 E38 E43 E44 E45 D4 D5 D12 N32 N67 N68 N69 N70
#[tokio::test]
async fn every_state_is_told_to_client_and_adviser_and_only_the_client_finds_new() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (id, _) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let mut maya = house.signed_in(MAYA).await;
        use ConnectionState as C;
        let needs =
            [C::NeedsCredentials, C::NeedsMfa, C::Locked, C::ActionAtInstitution, C::ConsentExpiring, C::ConsentRevoked, C::NoAccounts];
        for s in ConnectionState::ALL {
            state(&house, id, s).await;
            let client = ngozi.get(&format!("{}/accounts", at(&f))).await;
            let adviser = maya.get(&format!("{}/accounts", f.at())).await;
            assert_eq!((client.status, adviser.status), (200, 200), "{s:?}");
            let chip = web::view::states::told(s.into(), web::view::states::Reader::Client, &Default::default()).chip.text;
            // What has just begun to fail at the provider is told as "no new values": the next try usually mends it.
            let chip = if s == C::ProviderDown { "No new values".to_owned() } else { chip };
            for p in [&client, &adviser] {
                assert!(p.body.contains(&chip), "{s:?}: {chip} is not on the page");
                assert!(!p.body.contains("Oops") && !p.body.to_lowercase().contains("please"), "{s:?}");
            }
            assert_eq!(!bar(&client.body).is_empty(), needs.contains(&s), "{s:?}: the bar");
            assert!(
                !adviser.body.contains(">Find new<") && !adviser.body.contains("Find new accounts<"),
                "{s:?}: the adviser finds nothing new"
            );
            if s.may_fetch() && s != C::Linking {
                assert!(client.body.contains("Find new"), "{s:?}");
                assert!(
                    adviser.body.contains(&format!("&amp;find={id}")) || adviser.body.contains(&format!("&#38;find={id}")),
                    "{s:?}: ask my client"
                );
            }
            if s.waits_for_client() {
                assert!(
                    client.body.contains("wait for your new sign-in") && adviser.body.contains("Refresh waits for Ngozi’s new sign-in")
                );
                assert!(adviser.body.contains("Ask Ngozi to fix"), "{s:?}");
            } else {
                assert!(!client.body.contains("rejected your sign-in") && !adviser.body.contains("new sign-in"), "{s:?}: nobody is asked");
            }
        }
        state(&house, id, C::Healthy).await;
        let quiet = ngozi.get(&format!("{}/accounts", at(&f))).await.body;
        assert!(quiet.contains("Up to date") && !quiet.contains("class=\"fixbar\""), "what has healed is silent");
    }
}

// proves: E32 E38 D5
#[tokio::test]
async fn a_refresh_says_when_newer_values_are_expected_and_never_that_it_updated() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (id, _) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let mut maya = house.signed_in(MAYA).await;
        set(&house, "next_expected", id, house.app.now() + Span::hours(20)).await;
        set(&house, "attempted_at", id, house.app.now()).await;
        let theirs = format!("{}/accounts", at(&f));
        let page = ngozi.get(&theirs).await;
        let asked = ngozi.post(&format!("{}/connections/{id}/refresh", at(&f)), &page, &[]).await;
        let said = ngozi.follow(&asked).await.body;
        assert!(said.contains("was asked a moment ago. You can ask again in 5 minutes. The next values are expected"), "{said}");
        house.clock.advance(Span::minutes(6));
        let page = maya.get(&format!("{}/accounts", f.at())).await;
        let asked = maya.post(&format!("/connections/{id}/refresh"), &page, &[]).await;
        let said = maya.follow(&asked).await.body;
        assert!(said.contains("the next are expected") && !said.contains("Updated now"), "{said}");
    }
}

// proves: D3 D8 D9 D14 E46
#[tokio::test]
async fn a_client_names_shares_mutes_disconnects_and_deletes_their_own_and_nobody_elses() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let other = erik(&house, &f).await;
        let (id, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        client_of(&house, &f, 2, other, own()).await;
        let mut erik = house.signed_in(&client_mail(2)).await;
        let one = format!("{}/accounts/{account}", at(&f));
        for path in [format!("{one}/change"), format!("{one}/end/mute"), format!("{}/connections/{id}/disconnect", at(&f))] {
            assert_eq!(erik.get(&path).await.status, 404, "{path} is hers");
            let form = erik.get(&at(&f)).await;
            assert_eq!(erik.post(&path, &form, &[]).await.status, 404, "{path} is hers");
        }
        let form = ngozi.get(&format!("{one}/change")).await;
        let (hers, his) = (format!("share_{}", f.member), format!("share_{other}"));
        let wrong = ngozi.post(&format!("{one}/change"), &form, &[("name", "Work plan"), (&hers, "60"), (&his, "30")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("The shares add up to 100 %"), "{}", wrong.body);
        let saved = ngozi.post(&format!("{one}/change"), &form, &[("name", "Work plan"), (&hers, "60"), (&his, "40")]).await;
        assert_eq!(saved.location(), one, "{}", saved.body);
        let shown = ngozi.follow(&saved).await.body;
        assert!(shown.contains("Work plan") && shown.contains("Ngozi 60 %, Erik 40 %"), "{shown}");

        let ask = ngozi.get(&format!("{one}/end/disconnect")).await;
        assert!(ask.body.contains("keep its history?") && ask.body.contains("we also end your permission there"), "{}", ask.body);
        let done = ngozi.post(&format!("{one}/end/disconnect"), &ask, &[]).await;
        assert!(ngozi.follow(&done).await.body.contains("ending your permission at the data provider"));
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let a = store::accounts::find(&db, account).await.unwrap().unwrap();
        assert_eq!(a.state, AccountState::Disconnected);
        assert!(a.figures.value.is_some(), "the values stay");
        assert_ne!(store::connections::find(&db, id).await.unwrap().unwrap().removal, store::connections::Removal::None);
        drop(db);
        // A whole connection, and a muted account: each says what ends before it does.
        let (second, muted) = fed(&house, &f, 6, ConnectionState::Healthy).await;
        let ask = ngozi.get(&format!("{}/accounts/{muted}/end/mute", at(&f))).await;
        assert!(ask.body.contains("leaves the totals"), "{}", ask.body);
        let ask = ngozi.get(&format!("{}/connections/{second}/disconnect", at(&f))).await;
        assert!(ask.body.contains("Every value up to today stays"), "{}", ask.body);
        ngozi.post(&format!("{}/connections/{second}/disconnect", at(&f)), &ask, &[]).await;
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        assert_eq!(store::accounts::find(&db, muted).await.unwrap().unwrap().state, AccountState::Disconnected);
        let events = store::events::of_household(&db, f.household, 50).await.unwrap();
        assert!(events.iter().any(|e| e.kind == "account.disconnected" && e.actor.starts_with("user_")), "it says who did it");
    }
}

// proves: N9 P6
#[tokio::test]
async fn whoever_may_only_look_is_shown_no_form_that_would_be_refused() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (id, account) = fed(&house, &f, 5, ConnectionState::NeedsCredentials).await;
        let mut robin = house.signed_in(ROBIN).await;
        let mut maya = house.signed_in(MAYA).await;
        let forms = [
            format!("{}/accounts/new", f.at()),
            format!("{}/accounts/by-hand?type=bank", f.at()),
            format!("{}/members/{}", f.at(), f.member),
            format!("/connections/{id}/disconnect"),
            format!("/accounts/{account}/change"),
        ];
        for path in &forms {
            assert_eq!(maya.get(path).await.status, 200, "{path}");
            let refused = robin.get(path).await;
            assert!(refused.status == 409 && refused.body.contains("Only the "), "{path}: {}", refused.status);
        }
        for path in ["/portfolio", "/accounts", "/together"] {
            let page = robin.get(&format!("{}{path}", f.at())).await;
            let main = page.body.split("id=\"main\"").nth(1).unwrap_or_default();
            assert!(page.status == 200 && !main.contains("method=\"post\""), "{path}: {main}");
            assert!(!main.contains("New account") && !main.contains("Ask Ngozi") && !main.contains("Begin with"), "{path}: {main}");
        }
    }
}

// proves: D2 E7
#[tokio::test]
async fn adding_an_account_in_the_portal_leaves_the_advisers_link_alone() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let to = app::links::For { household: f.household, member: f.member, purpose: Purpose::Connect };
        let link = house.app.random().id(house.app.now());
        app::asset_sync::share(&house.app, &scope(&house), &to, link).await.unwrap().expect("a link");
        let add = ngozi.get(&format!("{}/accounts/new", at(&f))).await;
        for _ in 0..2 {
            assert_eq!(ngozi.post(&format!("{}/connect", at(&f)), &add, &[("do", "connect")]).await.location(), "/c/search");
        }
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let theirs = store::links::find(&db, link).await.unwrap().unwrap();
        assert_eq!(theirs.life.ended, None, "the link that was sent works on");
        assert_eq!(store::links::newest(&db, f.member, Purpose::Connect).await.unwrap().unwrap().id, link);
        let own = store::links::newest_of_portal(&db, f.member, Purpose::Connect).await.unwrap().unwrap();
        assert_eq!((own.purpose, own.life.ended), (Purpose::Connect, None));
    }
}

async fn typed(house: &House, f: &Family, n: u8, portfolio: PortfolioKind, value: &str, currency: &str) -> AccountId {
    let typed = ByHand {
        id: AccountId::new(rig::START, [n; 10]),
        portfolio,
        kind_of: AccountType::Bank,
        name: format!("Account {n}"),
        kind: "savings".into(),
        owners: equal_shares(&[f.member]),
        institution: String::new(),
        mask: String::new(),
        value: value.into(),
        currency: currency.into(),
        as_of: "2026-11-20".into(),
        custody: Custody::HeldAway,
    };
    app::accounts::create(&house.app, &scope(house), f.household, &typed).await.unwrap()
}

// proves: E4
#[tokio::test]
async fn the_list_of_households_adds_up_what_the_portal_adds_up_and_says_so() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        typed(&house, &f, 31, PortfolioKind::Current, "1500", "USD").await;
        typed(&house, &f, 32, PortfolioKind::Proposed, "900000", "USD").await;
        let mut maya = house.signed_in(MAYA).await;
        let list = maya.get("/households").await.body;
        assert!(list.contains("$1,500") && !list.contains("901,500") && list.contains("those of the Current portfolio"), "{list}");
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let accounts = ngozi.get(&format!("{}/accounts", at(&f))).await.body;
        assert!(accounts.contains("$1,500") && !accounts.contains("900,000"), "{accounts}");
    }
}

// proves: D3 E11
#[tokio::test]
async fn a_client_enters_an_account_in_its_own_currency() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let path = format!("{}/accounts/by-hand", at(&f));
        let form = ngozi.get(&path).await;
        let (id, owner) = (form.hidden("id"), f.member.to_string());
        let fields = [
            ("id", id.as_str()),
            ("name", "Sparkonto"),
            ("kind", "savings"),
            ("owner", &owner),
            ("value", "88000"),
            ("currency", "SEK"),
            ("as_of", "2026-11-20"),
        ];
        let added = ngozi.post(&path, &form, &fields).await;
        assert_eq!(added.status, 303, "{}", added.body);
        assert!(ngozi.get(&format!("{}/accounts", at(&f))).await.body.contains("SEK\u{a0}88,000"));
    }
}
