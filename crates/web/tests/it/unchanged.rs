//! What clients cannot do: nothing of what staff do is there for them, and no figure and no member changes by their hand.

use crate::it::family::{Family, by_hand, family, scope};
use crate::it::house::{House, houses};
use crate::it::portal::{at, signed};
use model::portal::Rights;
use web::routes::{Audience, table};

/// Every version of every fact of a household.
async fn said(house: &House, f: &Family) -> Vec<String> {
    let db = house.app.store().read(&scope(house)).await.unwrap();
    let all = store::facts::of_household(&db, f.household, house.app.now()).await.unwrap();
    let mut all: Vec<String> = all.iter().map(|v| format!("{v:?}")).collect();
    all.sort();
    all
}

// proves: P6 P24 P25 D3
#[tokio::test]
async fn clients_change_neither_figures_nor_members() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let account = by_hand(&house, &f, 1, "Lindqvist Studio", "120000").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::ALL).await;
        let base = at(&f);
        let page = ngozi.get(&format!("{base}/accounts/{account}")).await;
        assert!(page.status == 200 && !page.body.contains("Save the new value"), "{}", page.body);
        assert!(!page.hidden("csrf").is_empty(), "without its token a post proves nothing");
        let before = said(&house, &f).await;
        let typed = [("value", "1"), ("as_of", "2026-11-20")];
        assert_eq!(ngozi.post(&format!("{base}/accounts/{account}"), &page, &typed).await.status, 404);
        assert_eq!(ngozi.post(&format!("{base}/accounts/{account}/remove"), &page, &[]).await.status, 404);
        // Nothing of what staff do is there for them.
        for (method, path, audience) in table() {
            if matches!(audience, Audience::Staff | Audience::Administrator) && !path.ends_with("/live") && path != "/" {
                let path = path.replace("{household}", &f.household.to_string()).replace("{account}", &account.to_string());
                let path = path.replace("{member}", &f.member.to_string());
                // What staff would type, so that an act that is let through happens.
                let typed = [
                    ("name", "Changed"),
                    ("first", "Changed"),
                    ("last", "Changed"),
                    ("role", "adult"),
                    ("born", ""),
                    ("value", "1"),
                    ("as_of", "2026-11-20"),
                    ("typed", "delete"),
                    ("type", "checking"),
                    ("currency", "USD"),
                    ("portfolio", "current"),
                ];
                let p = if method == "GET" { ngozi.get(&path).await } else { ngozi.post(&path, &page, &typed).await };
                assert_eq!(p.status, 404, "{method} {path}");
            }
        }
        assert_eq!(said(&house, &f).await, before, "no figure and no member has another version");
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        assert_eq!(store::accounts::find(&db, account).await.unwrap().unwrap().figures.value, Some(120_000.into()));
    }
}
