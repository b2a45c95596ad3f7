//! The institution's sign-in and questions in our own screens, at the second rehearsal provider.

use crate::it::browser::{Browser, Page};
use crate::it::connecting::client;
use crate::it::family::{client_mail, family, scope};
use crate::it::house::{House, ROBIN, houses};
use crate::it::portal::{at, erik, signed};
use crate::it::provider::settle;
use crate::it::second::{Second, choose, form, post, say, take_all};
use model::portal::{Preset, Right};
use model::{ConnectionState, Span};

async fn rows(house: &House, sql: &str) -> Vec<store::Row> {
    house.app.store().read(&house.scope).await.unwrap().all(sql, store::params![house.scope.firm()]).await.unwrap()
}

async fn count(house: &House, table: &str) -> usize {
    rows(house, &format!("SELECT firm_id FROM {table} WHERE firm_id = $1")).await.len()
}

// proves: E14 E19 E23 E24 E25 N17 N40 N41 N43 N44 N45 D18
#[tokio::test]
async fn each_kind_of_question_is_asked_in_the_institutions_own_words_and_leads_to_the_accounts() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;

        let form = choose(&mut client, "Dapplegrey").await;
        assert!(form.body.contains("Sign in to Dapplegrey Investments") && form.body.contains(">Submit<"), "{}", form.body);
        assert!(form.body.contains("Heldaway does not keep it") && form.body.contains("autocomplete=\"current-password\""));
        let question = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
        assert!(question.body.contains("security questions") && question.body.contains("unchanged"), "{}", question.body);
        let device = say(&house, &mut client, &question, &["answer_0_0"]).await;
        assert!(device.body.contains("Where should Dapplegrey Investments send your code?"), "{}", device.body);
        assert!(device.body.contains("Dapplegrey Investments writes") && device.body.contains("Text message to"), "{}", device.body);
        let code = say(&house, &mut client, &device, &["sms"]).await;
        assert!(code.body.contains("autocomplete=\"one-time-code\"") && code.body.contains("Nobody from Alder"), "{}", code.body);
        assert!(code.body.contains("Enter the code that Dapplegrey Investments sent to the phone ending in"), "{}", code.body);
        let which = say(&house, &mut client, &code, &["12 34"]).await;
        let done = take_all(&house, &mut client, &which).await;
        assert!(done.body.contains("Dapplegrey Investments is connected"), "{}", done.body);

        // A form of three fields, as that institution has it.
        let form = choose(&mut client, "Owlbarrow").await;
        assert!(form.body.contains(">Member number<") && form.body.contains(">PIN<"), "{}", form.body);
        let question = say(&house, &mut client, &form, &["1234567", "user_good", "pass_good"]).await;
        assert!(question.body.contains("which of these towns do you know?"), "{}", question.body);
        let which = say(&house, &mut client, &question, &["correct"]).await;
        assert!(take_all(&house, &mut client, &which).await.body.contains("is connected"));
        for (name, sees, answers) in [
            ("Corncrake", "security questions", &["answer_0_0"][..]),
            ("Tallow", "data:image/png;base64,", &["wb"]),
            ("Fernquill", "Choose your picture", &["correct"]),
        ] {
            let form = choose(&mut client, name).await;
            let question = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
            assert!(question.body.contains(sees), "{name}: {}", question.body);
            let which = say(&house, &mut client, &question, answers).await;
            let done = take_all(&house, &mut client, &which).await;
            assert!(done.body.contains("is connected"), "{name}: {}", done.body);
        }

        let form = choose(&mut client, "Hazelpush").await;
        let approve = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
        assert!(approve.body.contains("Approve it on your phone") && approve.body.contains("I have approved it"), "{}", approve.body);
        // Pressed too early, nothing is lost.
        let still = say(&house, &mut client, &approve, &[]).await;
        assert!(still.body.contains("Approve it on your phone"), "{}", still.body);
        for m in second.members().await {
            second.approve(&m).await;
        }
        house.clock.advance(Span::seconds(3));
        settle(&house).await;
        let back = client.get("/c").await;
        let which = client.follow(&back).await;
        let done = take_all(&house, &mut client, &which).await;
        assert!(done.body.contains("Hazelpush Securities is connected"), "{}", done.body);
    }
}

// proves: E20 E21 E22 E40 E41 E42
#[tokio::test]
async fn two_wrong_answers_in_a_row_stop_the_attempt_before_anybody_is_locked_out() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let form = choose(&mut client, "Corncrake").await;
        let kept = rows(&house, "SELECT * FROM consent WHERE firm_id = $1").await;
        let shown = kept[0].text("shown").unwrap();
        assert!(shown.contains("By choosing Continue") && shown.lines().count() > 1, "the institution's facts are part of it: {shown}");
        assert!(!kept[0].text("version").unwrap().is_empty() && kept[0].time("given_at").is_ok());

        let again = say(&house, &mut client, &form, &["ngozi", "heron-7-wrong"]).await;
        assert!(again.body.contains("didn’t accept that sign-in") && again.body.contains(">Try again<"), "{}", again.body);
        assert!(again.body.contains("target=\"_blank\"") && again.body.contains("aria-invalid"), "{}", again.body);
        let stopped = say(&house, &mut client, &again, &["ngozi", "heron-8-wrong"]).await;
        assert!(stopped.body.contains("We stopped after two tries") && stopped.body.contains("Open Corncrake"), "{}", stopped.body);
        assert_eq!(second.members().await.len(), 0, "nothing goes on trying with it");
        for page in [&again, &stopped] {
            assert!(!page.body.contains("heron-7") && !page.body.contains("heron-8") && !page.body.contains("value=\"ngozi\""));
        }
        assert_eq!(count(&house, "connection").await, 0);

        // The next time they say that they have looked at the institution first.
        let form = choose(&mut client, "Corncrake").await;
        assert!(form.body.contains("I have just signed in at"), "{}", form.body);
        let no = post(&mut client, &form, &["user_good", "pass_good"]).await;
        assert!(no.status == 422 && no.body.contains("so that you are not locked out there"), "{}", no.body);
        assert!(!no.body.contains("pass_good") && !no.body.contains("user_good"));
        let asked = form.hidden("asked");
        let fields = [("asked", asked.as_str()), ("f0", "user_good"), ("f1", "pass_good"), ("checked", "yes")];
        let on = client.post(&crate::it::second::form(&form), &form, &fields).await;
        settle(&house).await;
        let question = client.follow(&on).await;
        // A wrong answer says so at its field, and the second one stops as well.
        let wrong = say(&house, &mut client, &question, &["heron-9-wrong"]).await;
        assert!(wrong.body.contains("didn’t accept this answer") && wrong.body.contains("aria-invalid"), "{}", wrong.body);
        let stopped = say(&house, &mut client, &wrong, &["heron-10-wrong"]).await;
        assert!(stopped.body.contains("didn’t accept the answers"), "{}", stopped.body);
    }
}

#[tokio::test]
async fn what_comes_late_twice_or_from_another_tab_changes_nothing_and_nothing_is_lost() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let form = choose(&mut client, "Dapplegrey").await;
        let empty = post(&mut client, &form, &["", ""]).await;
        assert!(empty.status == 422 && empty.body.contains("Type it to go on"), "{}", empty.body);
        let question = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
        // The sign-in once more, from the tab that was left open.
        let late = post(&mut client, &form, &["user_good", "pass_good"]).await;
        assert!(late.location().ends_with("?late=1"));
        let told = client.follow(&late).await;
        assert!(told.body.contains("too late, or sent twice") && told.body.contains("security questions"), "{}", told.body);
        assert_eq!(second.members().await.len(), 1, "one sign-in is one member");
        // Two tabs at once: one of them answers.
        let (a, b) = (form_of(&question), form_of(&told));
        assert_eq!(a, b);
        let on = post(&mut client, &question, &["answer_0_0"]).await;
        let other = post(&mut client, &told, &["answer_0_0"]).await;
        assert!(other.location().ends_with("?late=1") && !on.location().contains("late"));
        settle(&house).await;
        // The client closes the tab in the middle of the second factor and comes back an hour later: the code is too old by then, and the
        // institution asks anew.
        let here = client.get("/c").await;
        let device = client.follow(&here).await;
        assert!(device.body.contains("send your code"), "{}", device.body);
        for _ in 0..40 {
            house.clock.advance(Span::minutes(2));
            settle(&house).await;
        }
        let here = client.get("/c").await;
        let later = client.follow(&here).await;
        assert!(later.status == 200 && !later.body.contains("Something broke"), "{}", later.body);
        let code = post(&mut client, &device, &["sms"]).await;
        assert!(code.location().ends_with("late=1") || code.status == 303, "{}", code.body);
        // Beginning again takes the unfinished one back: one person has one member there.
        let form = choose(&mut client, "Dapplegrey").await;
        assert!(second.members().await.is_empty(), "the unfinished one is taken back");
        let question = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
        let device = say(&house, &mut client, &question, &["answer_0_0"]).await;
        let code = say(&house, &mut client, &device, &["sms"]).await;
        let which = say(&house, &mut client, &code, &["1234"]).await;
        let done = take_all(&house, &mut client, &which).await;
        assert!(done.body.contains("is connected"), "{}", done.body);
        assert_eq!((second.members().await.len(), count(&house, "connection").await), (1, 1));
    }
}

fn form_of(page: &Page) -> (String, String) {
    (form(page), page.hidden("asked"))
}

// proves: D14
#[tokio::test]
async fn the_client_chooses_which_accounts_and_whose_and_the_rest_is_not_stored() {
    for house in houses().await {
        let _second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let other = erik(&house, &f).await;
        let mut client = client(&house, &f).await;
        let form = choose(&mut client, "Corncrake").await;
        let question = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
        let which = say(&house, &mut client, &question, &["answer_0_0"]).await;
        let all = which.body.matches("name=\"add\"").count();
        assert!(all > 1 && which.body.contains(">Joint<") && which.body.contains("isn’t stored"), "{}", which.body);
        assert_eq!((count(&house, "connection").await, count(&house, "account").await), (0, 0), "nothing is stored before they chose");
        let asked = which.hidden("asked");
        let at = crate::it::second::form(&which);
        let none = client.post(&at, &which, &[("asked", &asked)]).await;
        assert!(none.status == 422 && none.body.contains("Choose at least one account"), "{}", none.body);
        let whose = other.to_string();
        let on = client.post(&at, &which, &[("asked", asked.as_str()), ("add", "0"), ("owner_0", whose.as_str())]).await;
        assert_eq!(on.status, 303, "{}", on.body);
        assert_eq!(client.post(&at, &which, &[("asked", asked.as_str()), ("add", "1")]).await.status, 303, "a second click adds nothing");
        settle(&house).await;
        let done = client.follow(&on).await;
        assert!(done.body.contains("Corncrake Investments is connected"), "{}", done.body);
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let accounts = store::accounts::of_household(&db, f.household).await.unwrap();
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts[0].owners, app::accounts::equal_shares(&[other]));
        drop(db);
        // The next refreshes leave it at that.
        house.clock.advance(Span::days(2));
        settle(&house).await;
        assert_eq!(count(&house, "account").await, 1);
        // Find new offers the others.
        let page = client.get("/c/search").await;
        let c = rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await[0].id::<model::id::Connection>("id").unwrap();
        let more = client.post(&format!("/c/more/{c}"), &page, &[]).await;
        house.clock.advance(Span::seconds(6));
        settle(&house).await;
        let mut on = client.follow(&more).await;
        if on.body.contains("security questions") {
            on = say(&house, &mut client, &on, &["answer_0_0"]).await;
        }
        assert_eq!(on.body.matches("name=\"add\"").count(), all - 1, "{}", on.body);
        take_all(&house, &mut client, &on).await;
        assert_eq!(count(&house, "account").await, all);
    }
}

// proves: E28 E39 N31 N33
#[tokio::test]
async fn mending_begins_at_the_step_that_failed_and_keeps_the_accounts() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights().with(Right::Connect)).await;
        let base = at(&f);
        let add = ngozi.get(&format!("{base}/accounts/new")).await;
        let on = ngozi.post(&format!("{base}/connect"), &add, &[("do", "connect")]).await;
        assert_eq!(on.location(), "/c/search", "{}", on.body);
        let form = choose(&mut ngozi, "Candlemoth").await;
        assert!(form.body.contains(">Connect<"), "in the portal the button says Connect: {}", form.body);
        let which = say(&house, &mut ngozi, &form, &["mxuser", "anything"]).await;
        take_all(&house, &mut ngozi, &which).await;
        let accounts = count(&house, "account").await;
        let c = rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await[0].id::<model::id::Connection>("id").unwrap();

        let fix = async |ngozi: &mut Browser, state: &str| {
            second.member("status", state).await;
            app::connections::mark_due(&house.app, house.scope.firm(), c).await.unwrap();
            house.clock.advance(Span::days(1));
            settle(&house).await;
            house.sign_in(ngozi, &client_mail(1)).await;
            let page = ngozi.get(&format!("{base}/accounts")).await;
            let go = ngozi.post(&format!("{base}/connect"), &page, &[("do", "repair"), ("connection", &c.to_string())]).await;
            settle(&house).await;
            ngozi.follow(&go).await
        };
        // The password changed: the sign-in, and nothing else.
        let form = fix(&mut ngozi, "DENIED").await;
        assert!(form.body.contains("needs a new sign-in") && form.body.contains("Your accounts stay the same"), "{}", form.body);
        let done = say(&house, &mut ngozi, &form, &["mxuser", "something-new"]).await;
        assert!(done.body.contains("works again"), "{}", done.body);
        // A question in the middle of a refresh: the question, without the sign-in.
        let question = fix(&mut ngozi, "CHALLENGED").await;
        let state = store::connections::find(&house.app.store().read(&scope(&house)).await.unwrap(), c).await.unwrap().unwrap().state;
        assert_eq!(state, ConnectionState::NeedsMfa);
        assert!(question.body.contains("one-time-code") && !question.body.contains("current-password"), "{}", question.body);
        let done = say(&house, &mut ngozi, &question, &["1234"]).await;
        assert!(done.body.contains("works again"), "{}", done.body);
        assert_eq!((count(&house, "account").await, count(&house, "connection").await), (accounts, 1), "no second copy");
    }
}

#[tokio::test]
async fn switched_off_nothing_is_offered_or_taken_whatever_is_posted() {
    for house in houses().await {
        let second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let form = choose(&mut client, "Corncrake").await;
        let mut robin = house.signed_in(ROBIN).await;
        let settings = robin.get("/settings/institutions").await;
        assert!(settings.body.contains("Clients may type an institution’s sign-in"), "{}", settings.body);
        let off = robin.post("/settings/institutions/typed", &settings, &[]).await;
        assert_eq!(off.status, 303);
        // The page that is open already: what is typed there is dropped.
        let after = say(&house, &mut client, &form, &["user_good", "pass_good"]).await;
        assert!(after.body.contains("can’t be connected") && after.body.contains("by hand"), "{}", after.body);
        assert!(second.members().await.is_empty());
        let search = client.get("/c/search?q=Corncrake").await;
        assert!(search.body.contains("Can’t be connected"), "{}", search.body);
        let href = search.between("class=\"nm\" href=\"", "\"").replace("&#38;", "&");
        let page = client.get(&href).await;
        assert!(page.body.contains("can’t be connected") && !page.body.contains("By choosing Continue"), "{}", page.body);
        let id = model::AttemptId::new(rig::START, [9; 10]).to_string();
        let path = href.split('?').next().unwrap().to_owned();
        let fields = [("attempt", id.as_str()), ("q", ""), ("shown", "")];
        let forced = client.post(&path, &page, &fields).await;
        assert!(forced.status == 200 && forced.body.contains("can’t be connected"), "{} {}", forced.status, forced.body);
        let answer = client.post(&format!("/c/a/{id}/answer"), &page, &[("asked", "1"), ("f0", "user_good"), ("f1", "pass_good")]).await;
        assert_eq!(answer.status, 404);
        assert!(second.members().await.is_empty());
    }
}

/// Everything that the database keeps.
async fn kept(house: &House) -> Vec<u8> {
    if house.app.store().is_sqlite() {
        let files = std::fs::read_dir(house.base.dir.path()).expect("the folder").flatten();
        return files.flat_map(|f| std::fs::read(f.path()).expect("a file")).collect();
    }
    let db = house.app.store().read_system().await.expect("a look");
    let mut out = Vec::new();
    for table in db.all("SELECT tablename::text AS n FROM pg_tables WHERE schemaname = 'public'", vec![]).await.expect("tables") {
        let name = table.text("n").expect("a name");
        for row in db.all(&format!("SELECT CAST(t AS text) AS n FROM {name} t"), vec![]).await.expect("rows") {
            out.extend(row.text("n").expect("a row").into_bytes());
        }
    }
    out
}

// proves: N17
#[tokio::test]
async fn what_was_typed_is_in_no_table_no_mail_and_no_page() {
    let typed = ["kingfisher-login-41", "kingfisher-secret-42", "kingfisher-answer-43"];
    for house in houses().await {
        let second = Second::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let mut pages = Vec::new();
        let form = choose(&mut client, "Candlemoth").await;
        // The test institution takes every password: what follows it is wrong.
        let which = say(&house, &mut client, &form, &[typed[0], typed[1]]).await;
        pages.push(take_all(&house, &mut client, &which).await.body);
        let form = choose(&mut client, "Corncrake").await;
        let again = say(&house, &mut client, &form, &[typed[0], typed[1]]).await;
        let question = say(&house, &mut client, &again, &["user_good", "pass_good"]).await;
        let wrong = say(&house, &mut client, &question, &[typed[2]]).await;
        pages.extend([which.body, again.body, question.body, wrong.body, client.get("/c/later").await.body]);
        let bytes = kept(&house).await;
        let mail: String = second.post.lock().unwrap().iter().map(|(_, m)| m.clone()).collect();
        for secret in typed {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} lies in the database");
            assert!(!mail.contains(secret) && pages.iter().all(|p| !p.contains(secret)), "{secret}");
        }
    }
}
