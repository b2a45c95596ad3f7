//! Other names of institutions: typed by people, learned from choices.

use crate::it::family::{family, fed, scope};
use crate::it::house::{MAYA, ROBIN, houses};
use crate::it::provider::Provider;
use model::ConnectionState;

#[tokio::test]
async fn a_name_that_an_administrator_adds_is_found_and_one_that_is_removed_is_not() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let known = app::institutions::search(&house.app, "bank", 1).remove(0);
        let at = "/settings/institutions?q=zanzibarian+nickname";
        let mut robin = house.signed_in(ROBIN).await;
        assert!(!robin.get(at).await.body.contains(&known.name));
        let page = robin.get(&format!("/settings/institutions?q={}", known.name.replace(' ', "+"))).await;
        let names = format!("/settings/institutions/{}/names", known.id);
        assert!(page.body.contains(&names), "{}", page.body);
        let done = robin.post(&names, &page, &[("alias", "Zanzibarian Nickname")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let page = robin.get(at).await;
        assert!(page.body.contains(&known.name) && page.body.contains("Zanzibarian Nickname"), "{}", page.body);

        let mut maya = house.signed_in(MAYA).await;
        let seen = maya.get(at).await;
        assert!(seen.body.contains("Zanzibarian Nickname") && !seen.body.contains("names/remove"), "{}", seen.body);
        assert_eq!(maya.post(&names, &seen, &[("alias", "Mine")]).await.status, 404);

        let gone = robin.post(&format!("{names}/remove?name=Zanzibarian+Nickname"), &page, &[]).await;
        assert_eq!(gone.status, 303);
        assert!(!robin.get(at).await.body.contains(&known.name));
    }
}

#[tokio::test]
async fn what_people_type_before_they_choose_is_learned_and_can_be_forgotten() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let known = app::institutions::search(&house.app, "bank", 1).remove(0);
        for _ in 0..3 {
            app::institutions::learn(&house.app, "umpqualla", known.id).await.expect("learned");
        }
        app::institutions::rebuild(&house.app).await.expect("an index");
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/institutions?q=umpqualla").await;
        assert!(page.body.contains(&known.name) && page.body.contains("(learned)"), "{}", page.body);
        let gone = robin.post(&format!("/settings/institutions/{}/names/remove?name=umpqualla", known.id), &page, &[]).await;
        assert_eq!(gone.status, 303);
        assert!(!robin.get("/settings/institutions?q=umpqualla").await.body.contains("(learned)"));
    }
}

#[tokio::test]
async fn of_institutions_that_a_firm_uses_alike_those_chosen_most_everywhere_come_first() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let used: Vec<_> = app::institutions::search(&house.app, "bank", 3).into_iter().map(|i| i.id).collect();
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        for (n, institution) in (10..).zip(&used) {
            let (connection, _) = fed(&house, &f, n, ConnectionState::Healthy).await;
            let tx = house.app.store().begin(&scope(&house)).await.unwrap();
            let sql = "UPDATE connection SET institution_id = $3 WHERE firm_id = $1 AND id = $2";
            tx.exec(sql, store::params![scope(&house).firm(), connection, *institution]).await.unwrap();
            tx.commit().await.unwrap();
        }
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let tx = house.app.store().begin_system().await.unwrap();
            for (n, popularity) in order.into_iter().zip([90, 60, 30]) {
                store::institutions::set_popularity(&tx, used[n], popularity).await.unwrap();
            }
            tx.commit().await.unwrap();
            let shown = app::institutions::popular(&house.app, &scope(&house), 3).await.unwrap();
            let shown: Vec<_> = shown.iter().map(|i| i.id).collect();
            assert_eq!(shown, order.map(|n| used[n]), "{order:?}");
        }
    }
}
