//! "Is this the same account?" on the firm's pages and in the portal, linking by hand, taking apart, closed or moved: what both sides read.

use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, by_hand, family, fed, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::portal::{at, signed};
use model::identity::Reason;
use model::portal::{Area, Right, Rights};
use model::{AccountId, ConnectionId, ConnectionState};
use store::joins::Question;

/// Two accounts that one question is open about.
async fn doubled(house: &House, f: &Family) -> ((ConnectionId, AccountId), (ConnectionId, AccountId)) {
    let (one, two) = (fed(house, f, 1, ConnectionState::Healthy).await, fed(house, f, 2, ConnectionState::Healthy).await);
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    for ((connection, account), external) in [(one, "a1"), (two, "b1")] {
        let alias =
            store::aliases::Alias { connection, external_id: external.into(), account, persistent_id: None, reason: "first seen".into() };
        store::aliases::put(&tx, &alias, None, house.app.now()).await.unwrap();
    }
    let q = Question {
        household: f.household,
        account: two.1,
        other: one.1,
        score: 80,
        reasons: vec![Reason::Institution, Reason::LastDigits],
        asked_at: house.app.now(),
    };
    assert!(store::joins::ask(&tx, &q).await.unwrap());
    tx.commit().await.unwrap();
    (one, two)
}

async fn post(b: &mut Browser, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
    let done = b.post(path, page, fields).await;
    assert_eq!(done.status, 303, "{path}: {}", done.body);
    b.follow(&done).await
}

// proves: N57 D17
#[tokio::test]
async fn the_adviser_sees_what_may_count_twice_answers_once_and_can_take_it_apart() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let ((_, old), (_, new)) = doubled(&house, &f).await;
        let mut maya = house.signed_in(MAYA).await;
        for page in ["portfolio", "accounts"] {
            let p = maya.get(&format!("{}/{page}", f.at())).await;
            assert!(p.body.contains("The totals may hold $1,100.25 twice.") && p.body.contains("may be the same as"), "{page}: {}", p.body);
            assert!(p.body.contains(&format!("{}/same", f.at())), "{page} leads to the answer");
        }
        let p = maya.get(&format!("{}/same", f.at())).await;
        assert!(
            p.body.contains("Is this the same account?") && p.body.contains("the same institution, the same last digits."),
            "{}",
            p.body
        );
        let p = post(&mut maya, &p, &format!("/accounts/{new}/same"), &[("answer", &old.to_string())]).await;
        assert!(p.body.contains("Nothing to decide"), "{}", p.body);
        let p = maya.get(&format!("{}/portfolio", f.at())).await;
        assert!(!p.body.contains("twice") && p.body.matches("Workplace 401(k)</a>").count() == 1, "{}", p.body);
        assert_eq!(maya.get(&format!("/accounts/{new}")).await.status, 404, "behind the other one");
        let p = maya.get(&format!("/accounts/{old}/paths")).await;
        assert!(p.body.contains("by 2 ways") && p.body.contains("Somebody said that it is the same"), "{}", p.body);
        assert!(p.body.contains("Brings the values") && p.body.contains("Second way, not counted again"), "{}", p.body);
        let which = p.between("name=\"do\" value=\"part\"><input type=\"hidden\" name=\"which\" value=\"", "\"").to_owned();
        let p = post(&mut maya, &p, &format!("/accounts/{old}/paths"), &[("do", "part"), ("which", &which)]).await;
        assert!(p.body.contains("Two accounts again"), "{}", p.body);
        let p = maya.get(&format!("{}/portfolio", f.at())).await;
        assert!(!p.body.contains("twice") && p.body.matches("Workplace 401(k)</a>").count() == 2, "asked and answered: {}", p.body);
    }
}

// proves: N57 D3 D17
#[tokio::test]
async fn the_client_answers_about_their_own_sign_ins_and_only_those() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let ((_, old), (_, new)) = doubled(&house, &f).await;
        let rights = Rights::of([Right::Connect, Right::View(Area::Financials)]);
        let (login, mut ngozi) = signed(&house, &f, 1, rights).await;
        let base = at(&f);
        let p = ngozi.get(&format!("{base}/accounts")).await;
        assert!(p.body.contains("The totals may hold $1,100.25 twice.") && p.body.contains(&format!("{base}/same")), "{}", p.body);
        let p = ngozi.get(&format!("{base}/same")).await;
        assert!(p.body.contains("the same institution, the same last digits."), "{}", p.body);
        crate::it::portal::set_rights(&house, &f, login, Rights::of([Right::View(Area::Financials)])).await;
        assert_eq!(ngozi.get(&format!("{base}/same")).await.status, 404);
        let no = ngozi.post(&format!("{base}/accounts/{new}/same"), &p, &[("answer", "another")]).await;
        assert_eq!(no.status, 404, "without the right to connect nobody decides about connections");
        crate::it::portal::set_rights(&house, &f, login, rights).await;
        let p = post(&mut ngozi, &p, &format!("{base}/accounts/{new}/same"), &[("answer", "another")]).await;
        assert!(p.body.contains("Two accounts. Nobody is asked about them again."), "{}", p.body);
        let p = ngozi.get(&format!("{base}/accounts")).await;
        assert!(!p.body.contains("may hold"), "{}", p.body);
        let p = ngozi.get(&format!("{base}/accounts/{old}/paths")).await;
        assert!(p.body.contains("Brings the values") && !p.body.contains("Take apart"), "{}", p.body);
    }
}

// proves: N57
#[tokio::test]
async fn an_account_by_hand_is_linked_and_a_vanished_one_is_asked_about() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let hand = by_hand(&house, &f, 1, "My workplace plan", "900").await;
        let (_, account) = fed(&house, &f, 1, ConnectionState::Healthy).await;
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get(&format!("/accounts/{hand}")).await.body.contains(&format!("/accounts/{hand}/link")));
        let p = maya.get(&format!("/accounts/{hand}/link")).await;
        assert!(p.body.contains("Workplace 401(k)") && p.body.contains("kept by hand, $900"), "{}", p.body);
        let p = post(&mut maya, &p, &format!("/accounts/{hand}/link"), &[("to", &account.to_string())]).await;
        assert!(p.body.contains("My workplace plan") && p.body.contains("$1,100"), "{}", p.body);

        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let times = store::joins::Times { confirmed: None, missing: Some(house.app.now()) };
        store::received::set_times(&tx, hand, times).await.unwrap();
        tx.commit().await.unwrap();
        let p = maya.get(&format!("{}/same", f.at())).await;
        assert!(p.body.contains("Closed or moved?") && p.body.contains("has not shown it since today"), "{}", p.body);
        let p = post(&mut maya, &p, &format!("/accounts/{hand}/gone"), &[("what", "closed")]).await;
        assert!(p.body.contains("Nothing to decide"), "{}", p.body);
        assert!(maya.get(&format!("/accounts/{hand}")).await.body.contains("Closed"));
    }
}

// proves: D3 D14
#[tokio::test]
async fn a_client_neither_sees_nor_puts_away_what_anothers_sign_in_feeds() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let ((mine, old), (theirs, new)) = doubled(&house, &f).await;
        let erik = crate::it::portal::erik(&house, &f).await;
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let sql = "UPDATE connection SET member_id = $3 WHERE firm_id = $1 AND id = $2";
        tx.exec(sql, store::params![scope(&house).firm(), theirs, erik]).await.unwrap();
        let times = store::joins::Times { confirmed: None, missing: Some(house.app.now()) };
        store::received::set_times(&tx, old, times).await.unwrap();
        tx.commit().await.unwrap();
        let (login, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::Connect])).await;
        let base = at(&f);
        // The other account is not shared with her: the adviser alone is asked whether they are one.
        let p = ngozi.get(&format!("{base}/same")).await;
        assert!(p.body.contains("Closed or moved?") && !p.body.contains("the same last digits"), "{}", p.body);
        assert!(!p.body.contains(&new.to_string()), "{}", p.body);
        let no = ngozi.post(&format!("{base}/accounts/{new}/same"), &p, &[("answer", &old.to_string())]).await;
        assert_eq!(no.status, 404, "{}", no.body);
        // Seen or not, it is not hers to put behind her own.
        crate::it::portal::set_rights(&house, &f, login, Rights::of([Right::Connect, Right::View(Area::Financials)])).await;
        let no = ngozi.post(&format!("{base}/accounts/{old}/gone"), &p, &[("what", &new.to_string())]).await;
        assert_eq!(no.status, 404, "{}", no.body);
        assert!(ngozi.get(&format!("{base}/same")).await.body.contains("the same last digits"), "where both are shared she is asked");
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get(&format!("{}/same", f.at())).await.body.contains("the same last digits"));
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        assert!(store::accounts::find(&db, new).await.unwrap().unwrap().same_as.is_none());
        let _ = mine;
    }
}
