//! "E-mail me when it's back" on the Accounts page.

use crate::it::accounts_pages::{own, set, state};
use crate::it::browser::{Browser, Page};
use crate::it::family::{client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::portal::{at, client_of, erik, signed};
use model::{ConnectionState, Span};
use std::sync::{Arc, Mutex};

type Post = Arc<Mutex<Vec<(String, String)>>>;

/// Some minutes later, with the jobs that are due and without refreshes: the state is what the test says. Whoever is signed in looks again, so
/// that their session lasts.
async fn later(house: &House, who: &mut Browser, page: &str) {
    house.clock.advance(Span::minutes(6));
    while app::jobs::run_due(&house.app, 20).await.unwrap() > 0 {}
    who.get(page).await;
}

fn written(post: &Post) -> Vec<app::mail::Seen> {
    let all = post.lock().unwrap();
    all.iter().filter(|(to, _)| to == "ngozi@home.example").map(|(_, m)| app::mail::read(m)).collect()
}

fn offered(page: &Page) -> bool {
    page.body.contains("E-mail me when it’s back")
}

// proves: N68 E34
#[tokio::test]
async fn a_client_asks_on_the_accounts_page_to_be_told_and_is_told_once() {
    for house in houses().await {
        let post = Post::default();
        house.app.set_post(app::mail::Transport::Memory(post.clone()));
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (id, _) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        let (page, tell) = (format!("{}/accounts", at(&f)), format!("{}/connections/{id}/tell", at(&f)));
        let quiet = ngozi.get(&page).await;
        assert!(!offered(&quiet), "nothing is down");
        // What is not down is not waited for.
        let said = ngozi.post(&tell, &quiet, &[("tell", "yes")]).await;
        assert!(ngozi.follow(&said).await.body.contains("isn’t down any more"));

        for down in [ConnectionState::InstitutionDown, ConnectionState::ProviderDown] {
            let before = written(&post).len();
            state(&house, id, down).await;
            // A provider that has just begun to fail is refreshed first; told as down, there is nothing else to do.
            set(&house, "failing_since", id, house.app.now() - Span::hours(3)).await;
            let form = ngozi.get(&page).await;
            assert!(offered(&form) && !form.body.contains("Click to fix"), "{down:?}");
            let asked = ngozi.post(&tell, &form, &[("tell", "yes")]).await;
            let said = ngozi.follow(&asked).await;
            assert!(said.body.contains("We write to n•••@home.example when it’s back"), "{}", said.body);
            assert!(!offered(&said) && said.body.contains("Don’t write"), "{}", said.body);
            // The same wish twice is one.
            ngozi.post(&tell, &form, &[("tell", "yes")]).await;
            later(&house, &mut ngozi, &page).await;
            assert_eq!(written(&post).len(), before, "still down");
            state(&house, id, ConnectionState::Healthy).await;
            later(&house, &mut ngozi, &page).await;
            let told = written(&post);
            assert_eq!(told.len(), before + 1, "{down:?}");
            assert!(told[before].subject.contains("works again") && told[before].reply_to.contains(MAYA), "{:?}", told[before].subject);
            later(&house, &mut ngozi, &page).await;
            assert_eq!(written(&post).len(), before + 1, "told once");
        }

        // Taken back: nobody is written to.
        let before = written(&post).len();
        state(&house, id, ConnectionState::InstitutionDown).await;
        let form = ngozi.get(&page).await;
        ngozi.post(&tell, &form, &[("tell", "yes")]).await;
        let asked = ngozi.get(&page).await;
        ngozi.post(&tell, &asked, &[("tell", "no")]).await;
        assert!(offered(&ngozi.get(&page).await), "it can be asked for again");
        state(&house, id, ConnectionState::Healthy).await;
        later(&house, &mut ngozi, &page).await;
        assert_eq!(written(&post).len(), before);
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let events = store::events::of_household(&db, f.household, 50).await.unwrap();
        let count = |kind: &str| events.iter().filter(|e| e.kind == kind).count();
        assert_eq!((count("connection.watched"), count("connection.unwatched")), (3, 1));
    }
}

// proves: N68 D14
#[tokio::test]
async fn only_whose_sign_in_it_is_may_ask_and_only_where_mail_reaches_them() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let other = erik(&house, &f).await;
        let (id, _) = fed(&house, &f, 5, ConnectionState::InstitutionDown).await;
        let (_, mut ngozi) = signed(&house, &f, 1, own()).await;
        client_of(&house, &f, 2, other, own()).await;
        let mut erik = house.signed_in(&client_mail(2)).await;
        let (page, tell) = (format!("{}/accounts", at(&f)), format!("{}/connections/{id}/tell", at(&f)));
        // Without a post office nothing is promised.
        assert!(!offered(&ngozi.get(&page).await));
        house.app.set_post(app::mail::Transport::Memory(Post::default()));
        let hers = ngozi.get(&page).await;
        assert!(offered(&hers));
        let his = erik.get(&page).await;
        assert!(!offered(&his), "it is hers");
        assert_eq!(erik.post(&tell, &his, &[("tell", "yes")]).await.status, 404);
    }
}
