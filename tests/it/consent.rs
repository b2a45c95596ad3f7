//! A permission that ends by date: said ahead, nothing read after it, renewed by the client for the same accounts.

use super::story::{Story, Visit, sign_in_at, stories};
use model::{ConnectionState as C, Span};
use stage::Page;

/// Through the adviser's link to the end of the renewal.
async fn renew(s: &Story) -> Page {
    let c = s.connection().await;
    let (mut client, mut page) = s.enter(&s.share(&format!("&fix={}", c.id)).await).await;
    if page.has("What we will read") {
        page = client.send(page.form("/c/renew/").press("Continue")).await;
    }
    let waiting = sign_in_at(&mut client, &page, &Visit::default()).await;
    s.confirm(&mut client, &waiting).await
}

// proves: N29 N30 N31 N32
#[tokio::test]
async fn an_institution_that_ends_its_permission_by_date_is_said_ahead_and_renewed_in_place() {
    for s in stories().await {
        s.connect("quarterday", "Quarterday Investments").await;
        let before = s.accounts().await;
        let id = *before.keys().next().expect("an account");
        s.stage.pass(Span::days(50)).await;
        assert_eq!(s.connection().await.state, C::Healthy);
        s.stage.pass(Span::days(12)).await;
        assert_eq!(s.connection().await.state, C::ConsentExpiring);
        s.account_page(id)
            .await
            .must_have("Ngozi’s permission for Quarterday Investments ends on")
            .must_have("Values keep arriving until then.");
        s.stage.pass(Span::days(30)).await;
        assert_eq!(s.connection().await.state, C::ConsentRevoked);
        s.account_page(id).await.must_have("Ngozi’s permission for Quarterday Investments ended");
        let (calls, figures) = (s.fetches().await, s.accounts().await[&id].figures.clone());
        for _ in 0..3 {
            s.stage.pass(Span::days(2)).await;
        }
        assert_eq!(s.fetches().await, calls, "nothing is read without a permission");
        assert_eq!(s.accounts().await[&id].figures, figures);
        renew(&s).await.must_have("Quarterday Investments works again");
        assert_eq!(s.accounts().await.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        assert_eq!((s.connection().await.state, s.live_items().await), (C::Healthy, 1));
        s.stage.pass(Span::days(3)).await;
        assert!(s.fetches().await > calls);
        s.end().await;
    }
}

// proves: N29 N31
#[tokio::test]
async fn our_own_permission_ends_after_its_year_and_is_given_anew_before_anything_is_read() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let before = s.accounts().await;
        let calls = s.fetches().await;
        s.stage.pass(Span::days(366)).await;
        assert_eq!(s.connection().await.state, C::ConsentRevoked);
        assert_eq!(s.fetches().await, calls, "no call after the permission's end");
        renew(&s).await.must_have("Sable Card works again");
        assert_eq!(s.accounts().await.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        assert_eq!(s.connection().await.state, C::Healthy);
        s.end().await;
    }
}
