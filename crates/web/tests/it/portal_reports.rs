//! What the portal's reports say: unknown is not zero, freshness and disclaimer on each, nothing invented.

use crate::it::family::{by_hand, client_mail, family, fed, scope};
use crate::it::house::houses;
use crate::it::portal::{at, client_of, erik, set_rights, signed};
use app::accounts::{ByHand, equal_shares};
use model::portal::{Area, Preset, Right, Rights};
use model::{AccountId, AccountType, ConnectionState, Custody, PortfolioKind};

fn typed(n: u8, kind_of: AccountType, kind: &str, name: &str, value: &str, owner: model::MemberId) -> ByHand {
    ByHand {
        id: AccountId::new(rig::START, [n; 10]),
        portfolio: PortfolioKind::Current,
        kind_of,
        name: name.into(),
        kind: kind.into(),
        owners: equal_shares(&[owner]),
        institution: "Granite Life".into(),
        mask: "1182".into(),
        value: value.into(),
        currency: String::new(),
        as_of: "2026-11-19".into(),
        custody: Custody::HeldAway,
    }
}

// proves: P1 P22 P27
#[tokio::test]
async fn every_report_carries_its_freshness_and_its_disclaimer() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        fed(&house, &f, 5, ConnectionState::Healthy).await;
        let loan = typed(61, AccountType::LoanOrCard, "mortgage", "Mortgage", "400000", f.member);
        app::accounts::create(&house.app, &scope(&house), f.household, &loan).await.unwrap();
        let (login, mut ngozi) = signed(&house, &f, 1, Preset::EverythingPrint.rights()).await;
        for area in Area::ALL {
            let p = ngozi.get(&format!("{}/{}", at(&f), area.key())).await;
            assert!(p.body.contains("not audited") && p.body.contains("class=\"disclaimer\""), "{area:?}");
            assert!(p.body.contains("Maya Castellanos, 21 Nov 2026"), "{area:?}: who prepared it, and when");
            assert!(["Newest", "All ", "No values yet", "As of "].iter().any(|w| p.body.contains(w)), "{area:?} says how fresh it is");
            assert!(p.body.contains("Something looks wrong"), "{area:?}");
        }
        let sheet = ngozi.get(&format!("{}/balance-sheet", at(&f))).await;
        for part in ["$1,100.25", "−$400,000", "−$398,899.75", "Workplace 401(k)", "Total debts", "19 Nov 2026"] {
            assert!(sheet.body.contains(part), "{part}: {}", sheet.body);
        }
        let map = ngozi.get(&format!("{}/map", at(&f))).await;
        for part in ["Net worth", "Retirement", "Debts", "Held away", "Ngozi Okafor", "Larchmont Workplace ••4821"] {
            assert!(map.body.contains(part), "{part}: {}", map.body);
        }
        set_rights(&house, &f, login, Preset::Reader.rights()).await;
        let reader = ngozi.get(&format!("{}/map", at(&f))).await;
        assert!(!reader.body.contains(&format!("{}/accounts/", at(&f))), "a Reader's map leads to no page that is not shared");
        // The firm's own words stand in the place of ours.
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let mut firm = store::firms::own(&tx).await.unwrap();
        firm.settings.disclaimer = "Alder & Finch is a registered adviser.".into();
        store::firms::save(&tx, &firm).await.unwrap();
        tx.commit().await.unwrap();
        assert!(ngozi.get(&format!("{}/map", at(&f))).await.body.contains("Alder &#38; Finch is a registered adviser."));
    }
}

// proves: P25
#[tokio::test]
async fn what_is_unknown_is_said_and_never_taken_for_nothing() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let home = ngozi.get(&at(&f)).await;
        assert!(home.body.contains("Nothing yet") && !home.body.contains("$0"), "{}", home.body);
        let (_, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let sql = "UPDATE account SET value = NULL, value_e4 = NULL WHERE firm_id = $1 AND id = $2";
        tx.exec(sql, store::params![tx.id(), account]).await.unwrap();
        tx.commit().await.unwrap();
        let home = ngozi.get(&at(&f)).await;
        assert!(home.body.contains("Not known yet") && home.body.contains("1 account is without a value"), "{}", home.body);
        by_hand(&house, &f, 1, "Studio", "120000").await;
        let home = ngozi.get(&at(&f)).await;
        assert!(home.body.contains("$120,000") && home.body.contains("not counted"), "{}", home.body);
        let sheet = ngozi.get(&format!("{}/balance-sheet", at(&f))).await;
        assert!(sheet.body.contains("not provided") && sheet.body.contains("Not counted: 1 account"), "{}", sheet.body);
        assert!(sheet.body.contains("None recorded"), "no debts are not debts of zero");
    }
}

// proves: P27
#[tokio::test]
async fn policies_signals_and_members_say_what_there_is() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        erik(&house, &f).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let base = at(&f);
        let none = ngozi.get(&format!("{base}/policies")).await;
        assert!(none.body.contains("No policies are recorded yet") && none.body.contains("Ask Maya"), "{}", none.body);
        let quiet = ngozi.get(&format!("{base}/signals")).await;
        assert!(quiet.body.contains("Nothing needs attention"), "{}", quiet.body);
        let people = ngozi.get(&format!("{base}/members")).await;
        assert!(people.body.contains("Erik Lindqvist") && people.body.contains("erik@home.example"), "{}", people.body);

        let policy = typed(62, AccountType::Insurance, "insurance", "Whole life", "18000", f.member);
        app::accounts::create(&house.app, &scope(&house), f.household, &policy).await.unwrap();
        by_hand(&house, &f, 1, "Studio", "120000").await;
        let some = ngozi.get(&format!("{base}/policies")).await;
        assert!(some.body.contains("Whole life") && some.body.contains("$18,000") && !some.body.contains("Studio"), "{}", some.body);
        fed(&house, &f, 5, ConnectionState::InstitutionDown).await;
        let told = ngozi.get(&format!("{base}/signals")).await;
        assert!(told.body.contains("isn’t letting anyone connect") && !told.body.contains("Studio"), "{}", told.body);
        // A week later the value is out of date, and is said to be.
        house.clock.advance(model::Span::days(9));
        let mut ngozi = house.signed_in(&client_mail(1)).await;
        let old = ngozi.get(&format!("{base}/signals")).await;
        assert!(old.body.contains("Out of date") && old.body.contains("The last value is as of 19 Nov"), "{}", old.body);
        let sheet = ngozi.get(&format!("{base}/balance-sheet")).await;
        assert!(sheet.body.contains("older than 7 days") && sheet.body.contains("†"), "{}", sheet.body);
    }
}

// proves: D17
#[tokio::test]
async fn accounts_is_one_step_from_everywhere_and_says_of_when_each_value_is() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::ALL).await;
        let base = at(&f);
        for path in ["", "/map", "/reports", "/balance-sheet", "/accounts"] {
            let p = ngozi.get(&format!("{base}{path}")).await;
            assert!(p.body.contains(&format!("<li><a href=\"{base}/accounts\"")), "{path}");
        }
        let page = ngozi.get(&format!("{base}/accounts")).await;
        assert!(page.body.contains("Organizer ·</span> Accounts") && page.body.contains("Add account"), "{}", page.body);
        assert!(page.body.contains("as of 19 Nov") && page.body.contains("Updated"), "{}", page.body);
        let one = ngozi.get(&format!("{base}/accounts/{account}")).await;
        for part in ["Larchmont Target 2045 Fund", "$1,100.25", "Value as of", "19 Nov 2026", "Connected"] {
            assert!(one.body.contains(part), "{part}: {}", one.body);
        }
    }
}

// proves: P35 D14
#[tokio::test]
async fn each_adult_is_greeted_and_shown_what_is_shared_with_them() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let erik = erik(&house, &f).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        client_of(&house, &f, 2, erik, Rights::of([Right::View(Area::Members)])).await;
        let mut other = house.signed_in(&client_mail(2)).await;
        assert!(ngozi.get(&at(&f)).await.body.contains("Good morning, Ngozi"));
        let home = other.get(&at(&f)).await;
        assert!(home.body.contains("Good morning, Erik") && !home.body.contains("Household net worth"), "{}", home.body);
    }
}
