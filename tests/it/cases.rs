//! Repair cases through the whole product: every break has one, somebody whose move it is, a word to them, and an end.

use super::hooks::{Catcher, deliver, listen};
use super::story::{Story, Visit, get_started, sign_in_at, stories, story};
use connect::plaid::faults::TABLE;
use model::repair::{Cause, End, Owner};
use model::{FaultKind, Span};
use serde_json::json;
use stage::Page;
use store::cases::Case;

const NGOZI: &str = "ngozi@okafor.example";

impl Story {
    pub async fn open_cases(&self) -> Vec<Case> {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        store::cases::open(&db).await.expect("cases")
    }
    pub async fn only_case(&self) -> Case {
        let mut all = self.open_cases().await;
        assert_eq!(all.len(), 1, "one case: {all:?}");
        all.remove(0)
    }
    pub async fn case(&self, id: model::CaseId) -> Case {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        store::cases::find(&db, id).await.expect("a look").expect("the case")
    }
    /// As a hook does it: look now.
    pub async fn look(&self) {
        for c in self.connections().await {
            app::connections::mark_due(&self.stage.app, self.scope().firm(), c.id).await.expect("due");
        }
        self.stage.settle().await;
    }
    /// Letters that the product wrote to Ngozi by itself.
    pub fn notices(&self) -> Vec<String> {
        let all = self.stage.letters_to(NGOZI).into_iter().map(|l| app::mail::read(&l));
        all.filter(|l| l.subject.contains("need") || l.subject.contains("ends soon"))
            .map(|l| format!("{}\n{}", l.subject, l.paragraphs.join("\n")))
            .collect()
    }
    /// Letters that told the lead of a case.
    pub fn told_lead(&self) -> Vec<String> {
        self.stage.letters_to(&self.firm.lead.email).into_iter().filter(|l| l.contains("repair case is your move")).collect()
    }
    pub async fn case_page(&self, id: model::CaseId) -> Page {
        self.adviser().await.get(format!("/cases/{id}")).await
    }
}

/// The link that a letter carries.
fn link_in(letter: &str) -> String {
    let at = letter.find("/i#").unwrap_or_else(|| panic!("no link in {letter}"));
    letter[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/#-".contains(*c)).collect()
}

// proves: E35 E39 E41 E42 N69
#[tokio::test]
async fn a_break_has_one_case_an_owner_and_a_notice_within_minutes_and_closes_with_the_next_good_refresh() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        assert!(s.open_cases().await.is_empty() && s.notices().is_empty());
        let catcher = Catcher::new().await;
        let item = listen(&s, &catcher).await;
        s.stage.clock.advance(Span::hours(5));
        let broke = s.stage.now();
        s.direct(&format!("/_control/items/{item}/break"), json!({ "code": "ITEM_LOGIN_REQUIRED", "webhook": true })).await;
        let hook = catcher.hook(&["ITEM_LOGIN_REQUIRED"]).await;
        assert_eq!(deliver(&s, &hook).await, 200);
        s.stage.settle().await;
        let case = s.only_case().await;
        assert_eq!((case.cause, case.owner, case.closed), (Cause::Credentials, Owner::Client, None));
        let notices = s.notices();
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(notices[0].contains("Larchmont Workplace rejected your sign-in") && !notices[0].contains("401(k)"), "{}", notices[0]);
        assert!(s.stage.now() - broke <= Span::minutes(5), "a named owner and a word to them");
        let page = s.case_page(case.id).await;
        page.must_have("Ngozi").must_have("Ngozi enters the new sign-in for Larchmont Workplace.").must_have("Ngozi was told");
        page.must_have("ITEM_LOGIN_REQUIRED");

        // The same again, and another cause: the same case, and each thing is said once.
        for _ in 0..2 {
            s.stage.pass(Span::hours(9)).await;
            s.look().await;
        }
        assert_eq!((s.only_case().await.id, s.notices().len()), (case.id, 1));
        s.break_item(&item, "ITEM_LOCKED").await;
        s.look().await;
        let changed = s.only_case().await;
        assert_eq!((changed.id, changed.cause), (case.id, Cause::Locked));
        let told = s.notices();
        assert!(told.len() == 2 && told[1].contains("has locked your sign-in"), "{told:?}");

        // Its link opens at the step that failed.
        let (mut client, leaving) = s.enter(&link_in(&told[1])).await;
        assert!(leaving.url.path().starts_with("/c/a/"), "{}", leaving.url);
        let waiting = sign_in_at(&mut client, &leaving, &Visit::default()).await;
        s.confirm(&mut client, &waiting).await.must_have("Larchmont Workplace works again");
        assert!(s.open_cases().await.is_empty());
        assert_eq!(s.case(case.id).await.closed.map(|(_, by)| by), Some(End::Mended));
        s.case_page(case.id).await.must_have("Mended by the client").must_have("Ngozi signed in again");
        assert_eq!(s.notices().len(), 2);
        s.end().await;
    }
}

// proves: N67 N68 E36
#[tokio::test]
async fn what_heals_by_itself_falls_silent_by_itself_and_bothers_no_client() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        let item = s.connection().await.external_id;
        // Asked too often: no case at all, unless it lasts for more than a day.
        s.fault(json!({ "code": "RATE_LIMIT", "status": 429, "item_id": item })).await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        assert!(s.open_cases().await.is_empty());
        s.no_more_faults().await;
        s.look().await;
        // Down for half a day: somebody is named, nobody is written to, and it closes.
        s.fault(json!({ "code": "INSTITUTION_DOWN", "item_id": item })).await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        let case = s.only_case().await;
        assert_eq!((case.cause, case.owner), (Cause::InstitutionDown, Owner::Institution));
        s.case_page(case.id)
            .await
            .must_have("Larchmont Workplace")
            .must_have("Nobody needs to do anything.")
            .must_have("You can report it from");
        s.no_more_faults().await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        assert_eq!(s.case(case.id).await.closed.map(|(_, by)| by), Some(End::Healed));
        assert!(s.notices().is_empty() && s.told_lead().is_empty());
        s.end().await;
    }
}

// proves: E46 E47 E48 E49 N71 D22
#[tokio::test]
async fn a_long_downtime_comes_to_the_adviser_who_reports_it_with_references_and_nothing_else() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        let c = s.connection().await;
        let value = s.accounts().await.values().filter_map(|a| a.figures.value).map(|v| v.to_string()).next().expect("a value");
        s.fault(json!({ "code": "INSTITUTION_NOT_RESPONDING", "item_id": c.external_id })).await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        let case = s.only_case().await;
        let mut adviser = s.adviser().await;
        let early = adviser.get(format!("/cases/{}", case.id)).await;
        assert!(!early.has("Report a problem"), "most of it heals by itself");
        s.stage.pass(Span::days(3)).await;
        assert_eq!(s.only_case().await.owner, Owner::Adviser);
        let told = s.told_lead();
        assert_eq!(told.len(), 1, "told once that it is their move");
        assert!(s.notices().is_empty(), "and the client never");

        let mut adviser = s.adviser().await;
        let page = adviser.get(format!("/cases/{}", case.id)).await;
        page.must_have("It has lasted too long to wait for.");
        let form = adviser.get(page.link("Report a problem")).await;
        form.must_have("Before you report");
        let refused = adviser.send(form.form("/report").with("words", "Account 4400119822 shows nothing").press("See the message")).await;
        assert_eq!(refused.status, 422, "numbers stay out");
        let words = "Ngozi Okafor sees an error page since Monday.";
        let seen = adviser.send(form.form("/report").with("words", words).press("See the message")).await;
        seen.must_have("As it will be sent").must_have("[client] sees an error page since Monday.").must_have("INSTITUTION_NOT_RESPONDING");
        assert!(s.stage.letters_to(&s.firm.administrator.email).is_empty(), "nothing has left before it was seen");
        let send = seen.form("Send to Data Support").press("Send to Data Support");
        let ticket = adviser.send(send.clone()).await;
        ticket.must_have("Reported by Maya Castellanos");
        adviser.send(send).await;
        s.stage.settle().await;
        let letters: Vec<String> = s.stage.letters_to(&s.firm.administrator.email).into_iter().filter(|l| l.contains("ticket")).collect();
        assert_eq!(letters.len(), 1, "the same form twice is one ticket");
        let letter = app::mail::read(&letters[0]);
        let whole = format!("{}\n{}", letter.subject, letter.paragraphs.join("\n"));
        for there in [&c.external_id, &c.id.to_string(), "INSTITUTION_NOT_RESPONDING", "Provider’s request: ", "Last worked: "] {
            assert!(whole.contains(there), "{there}: {whole}");
        }
        let (_, grant) = app::connections::grant(&s.stage.app, s.scope(), c.id).await.expect("the token");
        for not in ["Ngozi", "Okafor", NGOZI, grant.token.expose(), &value, "401(k)"] {
            assert!(!whole.contains(not), "{not}: {whole}");
        }
        assert_eq!(s.only_case().await.owner, Owner::Us);
        let again = adviser.get(format!("/cases/{}/report", case.id)).await;
        assert!(again.url.path().starts_with("/tickets/"), "one ticket at a time");

        // Data Support reads and answers it, and sees no household by it.
        let nora = s.stage.staff(s.firm.id, "Nora Vance", model::permission::Role::Support).await;
        let mut support = s.stage.sign_in(&nora).await;
        let list = support.get("/").await;
        list.must_have("Larchmont Workplace");
        let page = support.get(list.link("Larchmont Workplace")).await;
        assert!(!page.has("Okafor") && !page.has("Ngozi"), "{}", page.words());
        assert_eq!(support.get(format!("/cases/{}", case.id)).await.status, 404);
        assert_eq!(support.get("/cases").await.status, 404);
        let noted = support.send(page.form("/tickets/").with("words", "The provider has found it.").with("state", "answered")).await;
        noted.must_have("The provider has found it.").must_have("Answered");
        assert_eq!(s.only_case().await.owner, Owner::Adviser);
        s.no_more_faults().await;
        s.look().await;
        assert!(s.open_cases().await.is_empty());
        s.end().await;
    }
}

// proves: E38 N61
#[tokio::test]
async fn a_sign_in_that_was_mended_elsewhere_closes_its_case() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let catcher = Catcher::new().await;
        let item = listen(&s, &catcher).await;
        s.break_item(&item, "ITEM_LOGIN_REQUIRED").await;
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        let case = s.only_case().await;
        s.direct(&format!("/_control/items/{item}/mend"), json!({})).await;
        let (_, grant) = app::connections::grant(&s.stage.app, s.scope(), s.connection().await.id).await.expect("the token");
        let fire = json!({ "access_token": grant.token.expose(), "webhook_type": "ITEM", "webhook_code": "LOGIN_REPAIRED" });
        s.direct("/sandbox/item/fire_webhook", fire).await;
        let hook = catcher.hook(&["LOGIN_REPAIRED"]).await;
        assert_eq!(deliver(&s, &hook).await, 200);
        s.stage.settle().await;
        assert_eq!(s.case(case.id).await.closed.map(|(_, by)| by), Some(End::Elsewhere));
        s.case_page(case.id).await.must_have("Mended elsewhere");
        s.end().await;
    }
}

// proves: N61 N62 D4
#[tokio::test]
async fn one_link_leads_through_everything_that_needs_a_person() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        s.connect("sable", "Sable Card").await;
        for c in s.connections().await {
            s.break_item(&c.external_id, "ITEM_LOGIN_REQUIRED").await;
        }
        s.stage.clock.advance(Span::hours(6));
        s.look().await;
        assert_eq!(s.open_cases().await.len(), 2);
        let by_itself = s.notices();
        let mut adviser = s.adviser().await;
        let home = adviser.get("/").await;
        adviser.send(home.form("/mend")).await.must_have("The link is on its way.");
        s.stage.settle().await;
        let all = s.notices();
        assert_eq!(all.len(), by_itself.len() + 1, "one click, one message");
        let letter = all.last().expect("the letter").clone();
        assert!(letter.contains("leads you through them one"), "{letter}");
        let link = link_in(&letter);
        // The page for a stranger names nobody and no institution.
        let mut stranger = s.stage.browser();
        let door = stranger.get("/i").await;
        let peek = stranger.send(door.form("/i").with("code", link.split('#').nth(1).unwrap_or_default())).await;
        assert!(peek.has("need a new sign-in") && !peek.has("Ngozi") && !peek.has("Larchmont"), "{}", peek.words());
        let mut client = s.stage.browser();
        let page = get_started(&mut client, &link).await;
        let first = if page.url.path() == "/c/code" { s.prove(&mut client, &page).await } else { page };
        assert!(first.url.path().starts_with("/c/a/"), "begins with the first: {}", first.url);
        let waiting = sign_in_at(&mut client, &first, &Visit::default()).await;
        let done = s.confirm(&mut client, &waiting).await;
        done.must_have("works again").must_have("Next: ");
        let second = client.send(done.form("/c/fix/")).await;
        let waiting = sign_in_at(&mut client, &second, &Visit::default()).await;
        let done = s.confirm(&mut client, &waiting).await;
        assert!(done.has("works again") && !done.has("Next: "), "{}", done.words());
        assert!(s.open_cases().await.is_empty());
        s.end().await;
    }
}

// proves: E40 N68 E39
#[tokio::test]
async fn nobody_is_ever_wrongly_asked_for_a_password_whatever_the_provider_says() {
    let s = story().await;
    s.connect("sable", "Sable Card").await;
    let c = s.connection().await;
    for (kind, code, meaning) in TABLE {
        let before = s.notices().len();
        s.stage.clock.advance(Span::days(2));
        s.fault(json!({ "code": code, "type": kind, "item_id": c.external_id })).await;
        s.look().await;
        let new: Vec<String> = s.notices().split_off(before);
        let asked = new.iter().any(|l| l.contains("rejected your sign-in"));
        // Who may be asked is said here a second time, by hand, so that a change of the table is noticed.
        let theirs = ["ITEM_LOGIN_REQUIRED", "INVALID_CREDENTIALS", "INSUFFICIENT_CREDENTIALS", "INVALID_UPDATED_USERNAME"].contains(code);
        assert_eq!(asked, theirs, "{kind} {code}: {new:?}");
        assert!(new.len() <= 1, "{kind} {code}: {new:?}");
        if !meaning.waits_for_client() && !matches!(meaning, FaultKind::Removed | FaultKind::NoAccounts) {
            assert!(new.is_empty(), "{kind} {code} is none of the client's business: {new:?}");
        }
        let silent = matches!(meaning, FaultKind::NotReady | FaultKind::RateLimited);
        assert_eq!(s.open_cases().await.len(), usize::from(!silent), "{kind} {code}");
        s.no_more_faults().await;
        s.look().await;
        assert!(s.open_cases().await.is_empty(), "{kind} {code}: the next good refresh ends it");
    }
    s.end().await;
}
