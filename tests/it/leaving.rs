//! What clients do on the way: leave in the middle, answer wrongly, sign in twice, look for more and come back, delete; and what goes on when
//! one of two ways to an account ends.

use super::states::three;
use super::story::{Story, choose};
use model::portal::Rights;
use model::{AccountState, ConnectionState, Span};
use serde_json::{Value, json};
use stage::{Browser, Page};
use store::connections::Removal;

const HERE: (&str, &str) = ("corncrake", "Corncrake Investments");

impl Story {
    /// Ngozi in the portal, on her way to search.
    async fn arriving(&self) -> (Browser, String) {
        let login = self.stage.client(&self.family, "Ngozi", Rights::ALL).await;
        let base = format!("/portal/{}", self.family.id);
        (self.stage.sign_in(&login).await, base)
    }
    async fn adding(&self, b: &mut Browser, base: &str) {
        let add = b.get(format!("{base}/accounts/new")).await;
        let page = b.send(add.form("/connect").with("do", "connect")).await;
        assert!(page.status == 200 && page.url.path().starts_with("/c/"), "{} {}", page.url, page.words());
    }
    /// Answers what is asked and lets everything settle: the page that follows.
    async fn say(&self, b: &mut Browser, page: &Page, answers: &[&str]) -> Page {
        let form = answers.iter().enumerate().fold(page.form("asked"), |f, (n, a)| f.with(&format!("f{n}"), *a));
        let form = if page.html.contains("name=\"checked\"") { form.with("checked", "yes") } else { form };
        let on = b.send(form).await;
        assert_eq!(on.status, 200, "{}", on.words());
        self.stage.settle().await;
        b.get(on.url.as_str()).await
    }
    /// Takes every account that was found.
    async fn take_all(&self, b: &mut Browser, page: &Page) -> Page {
        page.must_have("Which accounts should");
        let n = page.html.matches("name=\"add\"").count();
        let form = (0..n).fold(page.form("asked").without("add"), |f, n| f.and("add", n.to_string()));
        let on = b.send(form).await;
        self.stage.settle().await;
        b.get(on.url.as_str()).await
    }
    async fn mx_members(&self) -> Vec<Value> {
        let all = super::wire::direct(&self.stage.sandbox, "GET", "/_control/mx/members").await;
        all["members"].as_array().expect("members").iter().filter(|m| m["removed"] == json!(false)).cloned().collect()
    }
}

// proves: E24 E39 N17
#[tokio::test]
async fn whoever_leaves_in_the_middle_or_answers_wrongly_three_times_is_locked_out_of_nothing_and_has_connected_nothing() {
    let s = three().await;
    let (mut b, base) = s.arriving().await;
    s.adding(&mut b, &base).await;
    let form = choose(&mut b, HERE.0, HERE.1).await;
    let question = s.say(&mut b, &form, &["user_good", "pass_good"]).await;
    question.must_have("security questions");
    drop(b);
    s.stage.pass(Span::days(1)).await;
    assert!(s.connections().await.is_empty() && s.accounts().await.is_empty(), "nothing came of it");
    assert!(s.stage.letters_to("ngozi@okafor.example").iter().all(|l| !l.contains("rejected")), "and nobody is blamed");

    // Three wrong answers in all: we stop after two, and the third begins anew.
    let (mut b, base) = s.arriving().await;
    s.adding(&mut b, &base).await;
    let form = choose(&mut b, HERE.0, HERE.1).await;
    let mut page = s.say(&mut b, &form, &["user_good", "pass_good"]).await;
    for wrong in ["heron-1-wrong", "heron-2-wrong"] {
        page = s.say(&mut b, &page, &[wrong]).await;
    }
    page.must_have("didn’t accept the answers");
    assert!(s.mx_members().await.is_empty(), "nothing goes on trying with it");
    let form = choose(&mut b, HERE.0, HERE.1).await;
    let question = s.say(&mut b, &form, &["user_good", "pass_good"]).await;
    let third = s.say(&mut b, &question, &["heron-3-wrong"]).await;
    third.must_have("didn’t accept this answer");
    assert!(s.mx_members().await.iter().all(|m| m["connection_status"] != json!("LOCKED")), "nobody is locked out by us");
    let which = s.say(&mut b, &third, &["answer_0_0"]).await;
    let done = s.take_all(&mut b, &which).await;
    done.must_have("Corncrake Investments is connected");
    assert!(!done.html.contains("heron-"));
    assert_eq!((s.connections().await.len(), s.mx_members().await.len()), (1, 1));

    // The same sign-in once more: one connection, one member, the same accounts.
    let before: Vec<_> = s.accounts().await.into_keys().collect();
    s.adding(&mut b, &base).await;
    let form = choose(&mut b, HERE.0, HERE.1).await;
    let mut page = s.say(&mut b, &form, &["user_good", "pass_good"]).await;
    if page.has("security questions") {
        page = s.say(&mut b, &page, &["answer_0_0"]).await;
    }
    if page.has("Which accounts should") {
        page = s.take_all(&mut b, &page).await;
    }
    page.must_have("Corncrake Investments");
    s.stage.settle().await;
    assert_eq!(s.accounts().await.into_keys().collect::<Vec<_>>(), before, "no second copy");
    assert_eq!((s.connections().await.len(), s.mx_members().await.len()), (1, 1));
    s.end().await;
}

// proves: E33 E44 E45 N63
#[tokio::test]
async fn a_client_who_looks_for_more_and_leaves_comes_back_to_the_bar_which_still_says_so() {
    let s = three().await;
    let (mut b, base) = s.arriving().await;
    s.adding(&mut b, &base).await;
    let form = choose(&mut b, "candlemoth", "Candlemoth Rehearsal Bank").await;
    let which = s.say(&mut b, &form, &["user_new_account", "pass_good"]).await;
    s.take_all(&mut b, &which).await.must_have("is connected");
    let first = s.accounts().await.len();
    for _ in 0..4 {
        s.stage.pass(Span::days(1)).await;
    }
    assert_eq!(s.accounts().await.len(), first, "what the client has not chosen is not stored");
    let (mut b, base) = s.arriving().await;
    let bar = b.get(format!("{base}/accounts")).await;
    bar.must_have("Candlemoth Rehearsal Bank shows new accounts.");
    s.adviser().await.get(s.at("/accounts")).await.must_have("Only Ngozi can choose which of them you see.");
    let find = bar.forms().into_iter().find(|f| f.value("do") == Some("find")).expect("the bar’s button");
    let looking = b.send(find.clone()).await;
    s.stage.clock.advance(Span::seconds(6));
    s.stage.settle().await;
    let which = b.get(looking.url.as_str()).await;
    which.must_have("Which accounts should");
    // The cross leads back, and nothing has changed.
    let back = b.get(which.links().into_iter().find(|(_, u)| u.path().ends_with("/accounts")).expect("a way back").1).await;
    back.must_have("Candlemoth Rehearsal Bank shows new accounts.");
    assert_eq!(s.accounts().await.len(), first);
    // The second time they choose, and the bar falls silent.
    let looking = b.send(find).await;
    s.stage.clock.advance(Span::seconds(6));
    s.stage.settle().await;
    let which = b.get(looking.url.as_str()).await;
    s.take_all(&mut b, &which).await;
    s.stage.settle().await;
    assert!(s.accounts().await.len() > first);
    let quiet = b.get(format!("{base}/accounts")).await;
    assert!(!quiet.has("shows new accounts"), "{}", quiet.words());
    s.end().await;
}

// proves: N65 D3 D9
#[tokio::test]
async fn a_client_deletes_their_own_and_it_leaves_every_page_and_the_provider_at_once() {
    let s = three().await;
    let (mut b, base) = s.arriving().await;
    s.adding(&mut b, &base).await;
    let form = choose(&mut b, "candlemoth", "Candlemoth Rehearsal Bank").await;
    let which = s.say(&mut b, &form, &["user_single", "pass_good"]).await;
    s.take_all(&mut b, &which).await.must_have("is connected");
    let (id, account) = s.accounts().await.into_iter().next().expect("an account");
    let c = s.connection().await.id;
    let ask = b.get(format!("{base}/accounts/{id}/end/delete")).await;
    ask.must_have("The account and its history leave every page now, Maya’s too.").must_have("your last account");
    let done = b.send(ask.form("/end/delete")).await;
    done.must_have("Deleted.");
    s.stage.settle().await;
    assert!(s.accounts().await.is_empty());
    for page in [b.get(format!("{base}/accounts")).await, s.adviser().await.get(s.at("/accounts")).await, s.portfolio().await] {
        assert!(page.status == 200 && !page.has(&account.name), "{}: {}", page.url, page.words());
    }
    assert_eq!(s.adviser().await.get(format!("/accounts/{id}")).await.status, 404);
    let (mut b, base) = s.arriving().await;
    assert_eq!(b.get(format!("{base}/accounts/{id}")).await.status, 404);
    assert_eq!(s.connection_of(c).await.removal, Removal::Confirmed);
    assert!(s.mx_members().await.is_empty(), "it has ended over there");
    let db = s.stage.app.store().read(s.scope()).await.expect("a look");
    let kept = store::accounts::find(&db, id).await.expect("a look").expect("a record that it existed");
    assert_eq!(kept.state, AccountState::Deleted);
    drop(db);
    s.end().await;
}

// proves: N57 N66 D8
#[tokio::test]
async fn what_two_sign_ins_bring_goes_on_by_the_other_when_one_of_them_ends() {
    let s = three().await;
    s.connect("larchmont brok", "Larchmont Brokerage").await;
    let first = s.connection().await.id;
    let before = s.accounts().await;
    // Erik signs in to the same at another provider, and brings the values from then on.
    let grant = s.sign_in_at_mx("ngozi", "pass_good", "larchmont_brokerage").await;
    let second = s.adopt_for(s.family.member("Erik"), "mx", grant, "Larchmont Brokerage").await;
    s.stage.settle().await;
    let fed = s.accounts().await;
    // Without last digits another person's is asked about, and stays where it is.
    let both: Vec<_> = before.iter().filter(|(_, a)| a.mask.is_some()).map(|(id, _)| *id).collect();
    assert!(both.len() > 2 && both.iter().all(|id| fed[id].connection == Some(second)), "one account, two ways: {fed:?}");
    assert_eq!(s.connections().await.len(), 2, "his does not end hers");

    let mut adviser = s.adviser().await;
    let ask = adviser.get(format!("/connections/{second}/disconnect")).await;
    adviser.send(ask.form("/disconnect")).await.must_have("Disconnected.");
    s.stage.settle().await;
    let after = s.accounts().await;
    for (id, a) in after.iter().filter(|(id, _)| both.contains(id)) {
        assert_eq!((a.state, a.connection), (AccountState::Live, Some(first)), "{}: it goes on by her sign-in", a.name);
        assert_eq!(a.figures.value, before[id].figures.value);
    }
    assert_eq!(s.connection_of(second).await.removal, Removal::Confirmed);
    for _ in 0..4 {
        s.stage.pass(Span::days(1)).await;
    }
    let later = s.accounts().await;
    assert!(
        both.iter().map(|id| (id, &later[id])).all(|(id, a)| a.figures.as_of > after[id].figures.as_of),
        "and its values are new each day"
    );
    // The last way takes the values with it, and they stay as they are.
    let mut adviser = s.adviser().await;
    let ask = adviser.get(format!("/connections/{first}/disconnect")).await;
    adviser.send(ask.form("/disconnect")).await;
    s.stage.settle().await;
    assert!(s.accounts().await.values().all(|a| a.state == AccountState::Disconnected && a.figures.value.is_some()));
    s.end().await;
}

// proves: N66 D8
#[tokio::test]
async fn what_cannot_be_told_over_there_is_said_truly() {
    let s = three().await;
    let (grant, _) = s.paste("user_single").await;
    let c = s.adopt("simplefin", grant, "SimpleFIN, rehearsed").await;
    s.stage.settle().await;
    let id = *s.accounts().await.keys().next().expect("an account");
    let mut adviser = s.adviser().await;
    let ask = adviser.get(format!("/connections/{c}/disconnect")).await;
    ask.must_have("We delete our key").must_have("takes no message from us").must_have("is ended at 127.0.0.1");
    assert!(!ask.has("confirmation is recorded"), "{}", ask.words());
    let done = adviser.send(ask.form("/disconnect")).await;
    done.must_have("We delete our key now. The permission itself is ended at 127.0.0.1");
    s.stage.settle().await;
    let gone = s.connection_of(c).await;
    assert!(gone.token.is_none() && gone.removal == Removal::Confirmed && gone.state == ConnectionState::Removed);
    let page = s.account_page(id).await;
    page.must_have("We deleted our key").must_have("SimpleFIN, rehearsed itself ends it at 127.0.0.1");
    assert!(!page.has("Confirmed by the data provider"), "{}", page.words());
    s.end().await;
}
