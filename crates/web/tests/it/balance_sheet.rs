//! The balance sheet of any day: what is known now and what was known then, the same for adviser and client.

use crate::it::family::{Family, by_hand, family, fed, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::portal::{at, signed};
use model::fact::{AccountFact, Fact, ManualValue};
use model::portal::{Area, Right, Rights};
use model::{AccountId, AccountState, ConnectionState, Currency, Span};

/// What is said of an account by now, with a change.
async fn say(house: &House, f: &Family, account: AccountId, change: impl FnOnce(&mut AccountFact)) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let version = store::facts::current(&tx, account.uuid()).await.unwrap().unwrap();
    let Fact::Account(mut fact) = version.fact else { panic!("an account") };
    change(&mut fact);
    app::facts::say(&house.app, &tx, &scope(house), f.household, Fact::Account(fact)).await.unwrap();
    tx.commit().await.unwrap();
}

fn typed(value: &str, currency: &str, as_of: &str) -> Option<ManualValue> {
    let currency: Currency = currency.parse().unwrap();
    Some(ManualValue { value: model::money::decimal(value).unwrap(), currency, as_of: as_of.parse().unwrap(), note: None })
}

// proves: E4 D12 N53
#[tokio::test]
async fn a_late_correction_changes_the_sheet_of_a_past_day_and_never_what_was_known_then() {
    for house in houses().await {
        // The houses share a clock, and the one before moved it.
        house.clock.set(rig::START);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        fed(&house, &f, 5, ConnectionState::Healthy).await;
        let studio = by_hand(&house, &f, 1, "Studio", "120000").await;
        house.clock.advance(Span::days(10));
        say(&house, &f, studio, |a| a.manual = typed("150000", "USD", "2026-11-20")).await;
        let mut maya = house.signed_in(MAYA).await;
        let page = format!("{}/balance-sheet", f.at());
        let now = maya.get(&format!("{page}?day=2026-11-22")).await.body;
        for part in ["$151,100.25", "$150,000", "by what is known now", "22 Nov 2026", "Workplace 401(k)", "Known then"] {
            assert!(now.contains(part), "{part}: {now}");
        }
        let then = maya.get(&format!("{page}?day=2026-11-22&known=then")).await.body;
        for part in ["$121,100.25", "$120,000", "by what was known then"] {
            assert!(then.contains(part), "{part}: {then}");
        }
        assert!(!then.contains("150,000"));
        // By what is known now the first figures are of the day that they are of, though nobody had them yet.
        let first = maya.get(&format!("{page}?day=2026-11-18")).await.body;
        assert!(first.contains("$1,000") && !first.contains("$1,100.25") && !first.contains("Studio"), "{first}");
        // Today is what every other page says.
        let today = maya.get(&page).await.body;
        let folio = maya.get(&format!("{}/portfolio", f.at())).await.body;
        assert!(today.contains("$151,100.25") && folio.contains("$151,100.25"), "{today}");
        assert!(today.contains("As of today, 1 Dec 2026") && today.contains("†") && today.contains("1 out of date"), "{today}");
        assert!(today.contains("not audited") && today.contains("Prepared by Maya Castellanos, 1 Dec 2026"), "{today}");
        // Muted since: not counted now, counted on the day before. Deleted since: on no page, but for what was known then.
        say(&house, &f, studio, |a| a.state = AccountState::Muted).await;
        let muted = maya.get(&page).await.body;
        assert!(muted.contains("Not listed: 1 account, muted") && !muted.contains("$150,000"), "{muted}");
        assert!(maya.get(&format!("{page}?day=2026-11-30")).await.body.contains("$150,000"));
        say(&house, &f, studio, |a| a.state = AccountState::Deleted).await;
        assert!(!maya.get(&format!("{page}?day=2026-11-22")).await.body.contains("Studio"));
        let kept = maya.get(&format!("{page}?day=2026-11-22&known=then")).await.body;
        assert!(kept.contains("$121,100.25") && kept.contains("1 account was deleted or joined"), "{kept}");
        assert!(!kept.contains(&format!("/accounts/{studio}")), "a deleted account has no page");
    }
}

// proves: E4 N53
#[tokio::test]
async fn a_day_that_cannot_be_shown_says_why_at_its_field() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        by_hand(&house, &f, 1, "Studio", "120000").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = format!("{}/balance-sheet", f.at());
        for (asked, said) in [
            ("day=2026-11-01", "Nothing of this household is known before 20 Nov 2026"),
            ("day=2026-11-20&known=then", "This household was entered on 21 Nov 2026"),
            ("day=2027-01-01", "This day has not come yet"),
            ("day=yesterday", "Enter a day, such as"),
        ] {
            let p = maya.get(&format!("{page}?{asked}")).await;
            assert!(p.body.contains(said) && p.body.contains("aria-describedby=\"day-e\""), "{asked}: {}", p.body);
            assert!(p.body.contains("As of today, 21 Nov 2026"), "{asked}");
        }
        assert!(!maya.get(&page).await.body.contains("day-e"));
    }
}

// proves: E4 N53
#[tokio::test]
async fn currencies_stand_side_by_side_and_what_is_unknown_is_counted_in_words() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let flat = by_hand(&house, &f, 1, "Flat in Lund", "2000000").await;
        say(&house, &f, flat, |a| a.manual = typed("2000000", "SEK", "2026-08-14")).await;
        let loan = by_hand(&house, &f, 2, "Home loan", "400000").await;
        say(&house, &f, loan, |a| (a.kind, a.manual) = (model::AccountKind::Mortgage, typed("-400000", "USD", "2026-09-01"))).await;
        let policy = |a: &mut AccountFact| {
            (a.id, a.name, a.manual) = (AccountId::new(rig::START, [77; 10]), "Whole life".into(), None);
            a.kind = model::AccountKind::Insurance;
        };
        say(&house, &f, flat, policy).await;
        let mut maya = house.signed_in(MAYA).await;
        let page = format!("{}/balance-sheet", f.at());
        let p = maya.get(&page).await.body;
        for part in [
            "Net worth in SEK",
            "Net worth in USD",
            "SEK\u{a0}2,000,000",
            "−$400,000",
            "Not counted: 1 account whose value is not known",
            "not provided",
            "class=\"chart\"",
        ] {
            assert!(p.contains(part), "{part}: {p}");
        }
        // Month ends from the first day that anything is known of, and their twin as a table.
        for part in [
            "31 Aug 2026",
            "31 Oct 2026",
            "Show net worth over time as a table",
            "Line chart. Net worth in USD was −$400,000 on 30 Sep 2026",
        ] {
            assert!(p.contains(part), "{part}: {p}");
        }
        assert!(p.contains("1 account on 31 Aug 2026, 2 accounts on 21 Nov 2026"), "{p}");
        assert!(!p.contains("31 Jul 2026") && !p.contains("style="), "{p}");
        for (by, parts) in [("owner", ["Ngozi, net", "By owner"]), ("institution", ["No institution", "By institution"])] {
            let p = maya.get(&format!("{page}?by={by}")).await.body;
            assert!(parts.iter().all(|x| p.contains(x)), "{by}: {p}");
        }
        // A household with nothing says so.
        let empty = family(&house, 2, "Lindqvist", "Erik").await;
        let p = maya.get(&format!("{}/balance-sheet", empty.at())).await.body;
        assert!(p.contains("Nothing that counts is recorded") && p.contains("not known yet") == p.contains("class=\"tot\""), "{p}");
    }
}

// proves: P27 E4
#[tokio::test]
async fn a_client_with_the_right_reads_the_same_sheet_of_the_same_day() {
    for house in houses().await {
        // The houses share a clock, and the one before moved it.
        house.clock.set(rig::START);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        fed(&house, &f, 5, ConnectionState::Healthy).await;
        let studio = by_hand(&house, &f, 1, "Studio", "120000").await;
        house.clock.advance(Span::days(10));
        say(&house, &f, studio, |a| a.manual = typed("150000", "USD", "2026-11-25")).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::View(Area::BalanceSheet)])).await;
        let sheet = format!("{}/balance-sheet", at(&f));
        let then = ngozi.get(&format!("{sheet}?day=2026-11-22")).await.body;
        for part in ["$121,100.25", "As of 22 Nov 2026", "class=\"chart\"", "name=\"day\""] {
            assert!(then.contains(part), "{part}: {then}");
        }
        assert!(then.contains("Maya Castellanos, 1 Dec 2026"), "prepared today: {then}");
        let now = ngozi.get(&sheet).await.body;
        assert!(now.contains("$151,100.25") && !now.contains("known=then"), "{now}");
        let (_, mut erik) = signed(&house, &f, 2, Rights::of([Right::View(Area::Map)])).await;
        assert_eq!(erik.get(&format!("{sheet}?day=2026-11-22")).await.status, 404);
    }
}
