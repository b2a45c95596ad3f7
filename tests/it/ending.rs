//! Mute, disconnect, delete: what stops, what stays, what is counted, and that the permission at the provider certainly ends.

use super::story::{Story, stories};
use model::{AccountId, AccountState, Decimal, Span};
use serde_json::json;
use store::connections::Removal;

/// Goes through the question's page and says yes.
async fn act(s: &Story, account: AccountId, how: &str) -> stage::Page {
    let mut adviser = s.adviser().await;
    let ask = adviser.get(format!("/accounts/{account}/{how}")).await;
    let form = ask.form(&format!("/{how}"));
    let mask = s.accounts().await[&account].mask.clone().unwrap_or_default();
    let form = if form.value("typed").is_some() { form.with("typed", mask) } else { form };
    adviser.send(form).await
}

/// What the pages count, added up anew.
async fn counted(s: &Story) -> Decimal {
    let all = s.accounts().await;
    all.values().filter(|a| a.state != AccountState::Muted).filter_map(|a| a.figures.value).sum()
}

/// The total that the portfolio shows; nothing where it shows none.
async fn shown_total(s: &Story) -> Decimal {
    let words = s.portfolio().await.words();
    let after = words.split("Current portfolio").filter_map(|w| w.trim().strip_prefix('$')).next().unwrap_or("0");
    let text: String = after.chars().take_while(|c| c.is_ascii_digit() || ",.".contains(*c)).filter(|c| *c != ',').collect();
    text.parse().expect("an amount")
}

// proves: N64 N65 N66 D8 D9
#[tokio::test]
async fn the_last_live_account_takes_the_permission_with_it_however_often_the_provider_fails() {
    for (how, state) in [("mute", AccountState::Muted), ("disconnect", AccountState::Disconnected), ("delete", AccountState::Deleted)] {
        for s in stories().await {
            s.connect("larchmont work", "Larchmont Workplace").await;
            let c = s.connection().await.id;
            let accounts: Vec<AccountId> = s.accounts().await.into_keys().collect();
            assert_eq!(accounts.len(), 2);
            assert_eq!(shown_total(&s).await, counted(&s).await);

            // The first of two: the other keeps its permission.
            act(&s, accounts[0], how).await;
            s.stage.settle().await;
            assert_eq!((s.live_items().await, s.calls("/item/remove").await), (1, 0), "{how}: one account is left");
            assert_eq!(shown_total(&s).await, counted(&s).await, "{how}: D8, D9");

            // The last: the question says so, and the end is tried until it is confirmed.
            let mut adviser = s.adviser().await;
            adviser.get(format!("/accounts/{}/{how}", accounts[1])).await.must_have("Ngozi’s permission");
            s.fault(json!({ "path": "/item/remove", "code": "INTERNAL_SERVER_ERROR", "times": 3 })).await;
            act(&s, accounts[1], how).await;
            let fetched = s.fetches().await;
            for tries in 1..=4 {
                s.stage.settle().await;
                assert_eq!(s.calls("/item/remove").await, tries, "{how}");
                let confirmed = s.connection_of(c).await.removal == Removal::Confirmed;
                assert_eq!((confirmed, s.live_items().await == 0), (tries == 4, tries == 4), "{how}: try {tries}");
                if how == "mute" && tries < 4 {
                    s.account_page(accounts[1]).await.must_have("Muted");
                }
                s.stage.pass(Span::hours(2)).await;
            }
            s.stage.pass(Span::days(5)).await;
            assert_eq!(s.fetches().await, fetched, "{how}: nothing is read any more");
            assert_eq!(s.calls("/item/remove").await, 4, "{how}: confirmed is confirmed");
            assert!(s.connection_of(c).await.token.is_none(), "{how}: the token is destroyed");
            assert_eq!(shown_total(&s).await, counted(&s).await, "{how}");
            assert_eq!(counted(&s).await.is_zero(), how != "disconnect", "{how}: only what was disconnected still counts");
            if state != AccountState::Deleted {
                assert!(s.accounts().await.values().all(|a| a.state == state && a.figures.value.is_some()), "history stays");
            } else {
                assert_eq!(s.adviser().await.get(format!("/accounts/{}", accounts[0])).await.status, 404);
            }
            s.end().await;
        }
    }
}

// proves: D8 N33
#[tokio::test]
async fn a_fresh_link_brings_back_what_was_muted_as_the_same_account() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let before = s.accounts().await;
        let id = *before.keys().next().expect("an account");
        act(&s, id, "mute").await;
        s.stage.settle().await;
        assert_eq!(s.live_items().await, 0);
        s.connect("sable", "Sable Card").await;
        let after = s.accounts().await;
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        assert_eq!((after[&id].state, s.live_items().await), (AccountState::Live, 1));
        s.end().await;
    }
}
