//! Every state of the table, at all three providers: reached by a sign-in at the rehearsal, told to both readers, with somebody whose move it
//! is within minutes, and with a password asked for only where the sign-in was refused.

use super::story::{Story, story};
use super::wire;
use connect::mx::{Mx, MxConfig};
use connect::simplefin::{SimpleFin, SimpleFinConfig};
use connect::{Connector, Grant, LinkStart, Purpose, Step};
use model::repair::{Cause, Owner};
use model::{ConnectionId, ConnectionState, ConsentId, FaultKind, MemberId, Secret, Span};
use serde_json::{Value, json};
use stage::Page;
use std::sync::Arc;
use store::consents::Consent;
use url::Url;

const NGOZI: &str = "ngozi@okafor.example";
/// The second provider's test institution: it asks for nothing more than the sign-in.
const BANK: &str = "mxbank";

/// A connection, what it is called in its story, and the state that it must be in.
type Row = (ConnectionId, String, ConnectionState);

/// The story with the other two providers beside the first.
pub async fn three() -> Story {
    let s = story().await;
    let (sandbox, clock) = (&s.stage.sandbox, &s.stage.clock);
    let base = Url::parse(&sandbox.base).expect("an address");
    let mx = MxConfig { base, client_id: sandbox.mx_client_id.clone(), api_key: Secret::new(sandbox.mx_api_key.clone()) };
    s.stage.app.set_connector(Arc::new(Mx::new(mx, clock.clone()).expect("a connector")));
    let bridge = SimpleFinConfig { base: Url::parse(&sandbox.simplefin).expect("an address") };
    s.stage.app.set_connector(Arc::new(SimpleFin::new(bridge, clock.clone())));
    for provider in ["mx", "simplefin"] {
        app::institutions::import(&s.stage.app, provider).await.expect("a directory");
    }
    app::institutions::rebuild(&s.stage.app).await.expect("an index");
    s
}

impl Story {
    fn connector(&self, provider: &str) -> Arc<dyn Connector> {
        self.stage.app.connector(provider).expect("the provider")
    }
    /// A lever of the rehearsal that answers.
    async fn lever(&self, path: &str, body: Value) -> Value {
        let headers = [("plaid-secret", self.stage.sandbox.secret.as_str()), ("content-type", "application/json")];
        let bytes = wire::request("POST", path, &headers, body.to_string().as_bytes());
        let answer = wire::send(self.stage.sandbox.base.trim_start_matches("http://"), &bytes).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }
    fn start(&self, institution: &str) -> LinkStart {
        LinkStart {
            purpose: Purpose::New,
            institution: institution.into(),
            person: format!("person-{}", self.ngozi()),
            firm: "Alder & Finch".into(),
            return_url: self.stage.url.clone(),
            webhook: None,
            language: "en".into(),
            country: "US".into(),
        }
    }
    /// Signs in at an institution of the second provider's.
    pub async fn sign_in_at_mx(&self, user: &str, password: &str, at: &str) -> Grant {
        let c = self.connector("mx");
        let Step::Ask(form, pending) = c.begin(self.start(at)).await.expect("a form") else { panic!("no form") };
        let typed = |f: &connect::ChallengeField| (f.name.clone(), Secret::new(if f.secret { password } else { user }.to_owned()));
        let mut step = c.answer(pending, form.fields.iter().map(typed).collect()).await.expect("an answer");
        // The first way of sending a code, and the rehearsal's code.
        let told = |f: &connect::ChallengeField| {
            let said = f.options.first().map_or("1234", |o| o.value.as_str());
            (f.name.clone(), Secret::new(said.to_owned()))
        };
        loop {
            step = match step {
                Step::Linked(mut grants) => return grants.remove(0),
                Step::Wait(span, pending) => {
                    self.stage.clock.advance(span);
                    c.answer(pending, vec![]).await.expect("an answer")
                }
                Step::Ask(form, pending) => c.answer(pending, form.fields.iter().map(told).collect()).await.expect("an answer"),
                _ => panic!("{user} {password}: not linked"),
            };
        }
    }
    /// Pastes a token of the third one's; says the name in its address, too.
    pub async fn paste(&self, user: &str) -> (Grant, String) {
        let made = self.lever("/_control/simplefin/tokens", json!({ "user": user })).await;
        let c = self.connector("simplefin");
        let Step::Ask(_, pending) = c.begin(self.start("simplefin")).await.expect("a form") else { panic!("no form") };
        let token = Secret::new(made["setup_token"].as_str().expect("a token").to_owned());
        match c.answer(pending, vec![("token".into(), token)]).await.expect("an answer") {
            Step::Linked(mut grants) => (grants.remove(0), made["name"].as_str().expect("a name").to_owned()),
            _ => panic!("{user}: not linked"),
        }
    }
    /// Takes a connection in, as the end of a link does, under a name of its own.
    pub async fn adopt(&self, provider: &str, grant: Grant, name: &str) -> ConnectionId {
        self.adopt_for(self.ngozi(), provider, grant, name).await
    }
    pub async fn adopt_for(&self, member: MemberId, provider: &str, grant: Grant, name: &str) -> ConnectionId {
        let app = &self.stage.app;
        let consent: ConsentId = app.random().id(app.now());
        let tx = app.store().begin(self.scope()).await.expect("a unit");
        let given = Consent {
            id: consent,
            household: self.family.id,
            member,
            connection: None,
            institution: name.into(),
            version: "1".into(),
            shown: "Read-only access.".into(),
            shown_hash: vec![1; 32],
            scope: "accounts".into(),
            given_at: app.now(),
            ends_at: None,
            ended_at: None,
        };
        store::consents::insert(&tx, &given).await.expect("a permission");
        let adopt = app::connections::Adopt {
            household: self.family.id,
            member,
            consent,
            provider: provider.into(),
            institution_id: None,
            institution: name.into(),
            url: None,
            grant,
            attempt: None,
        };
        let id = app::connections::adopt(app, &tx, self.scope(), adopt).await.expect("adopted");
        tx.commit().await.expect("saved");
        id
    }
    async fn by_hand(&self, rows: &[Row]) {
        for (id, name, _) in rows {
            app::connections::refresh_by_hand(&self.stage.app, self.scope(), *id).await.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        }
        self.stage.settle().await;
    }
    /// Lets what the provider is still at come to its end.
    async fn wait(&self) {
        for _ in 0..2 {
            self.stage.clock.advance(Span::seconds(40));
            self.stage.settle().await;
        }
    }

    async fn state_of(&self, id: ConnectionId) -> ConnectionState {
        self.connection_of(id).await.state
    }

    /// How many letters client, lead and administrator have.
    fn letters(&self) -> [usize; 3] {
        [NGOZI, &self.firm.lead.email, &self.firm.administrator.email].map(|to| self.stage.letters_to(to).len())
    }

    /// What is still to be said or named since so many letters; nothing in the end.
    async fn unsaid(&self, rows: &[Row], had: [usize; 3]) -> Vec<String> {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        let all = |to: &str, had: usize| -> Vec<String> {
            let new = self.stage.letters_to(to).into_iter().skip(had).map(|l| app::mail::read(&l));
            new.map(|l| format!("{} {}", l.subject, l.paragraphs.join(" "))).collect()
        };
        let (client, lead) = (all(NGOZI, had[0]), all(&self.firm.lead.email, had[1]));
        let admin = all(&self.firm.administrator.email, had[2]);
        let mut out = Vec::new();
        for (id, name, state) in rows {
            let open = store::cases::of_connection(&db, *id).await.expect("a look");
            let Some(cause) = Cause::of(*state, Span::ZERO) else {
                assert!(open.is_none(), "{name}: {state:?} is nobody's trouble: {open:?}");
                continue;
            };
            let Some(case) = open else {
                out.push(format!("{name}: no case"));
                continue;
            };
            assert!(case.cause == cause && case.due_at > self.stage.now(), "{name}: {case:?}");
            let told = |letters: &[String], words: &str| letters.iter().any(|l| l.contains(words));
            let at_once = cause.tells_client_after() == Some(Span::ZERO);
            let said = match case.owner {
                Owner::Client if at_once => told(&client, name),
                Owner::Adviser => told(&lead, name),
                Owner::Us => told(&admin, "on our own side"),
                // Whoever mends it by itself is named on the pages, and nobody is written to.
                _ => !told(&client, name) && !told(&lead, name),
            };
            if !said {
                out.push(format!("{name}: {:?} knows nothing", case.owner));
            }
        }
        out
    }

    /// Within five minutes of the answer everything that stopped has an owner who knows.
    async fn told_in_time(&self, rows: &[Row], had: [usize; 3]) {
        let began = self.stage.now();
        loop {
            self.stage.settle().await;
            let left = self.unsaid(rows, had).await;
            if left.is_empty() {
                return;
            }
            assert!(self.stage.now() - began < Span::minutes(5), "after five minutes: {left:?}");
            self.stage.clock.advance(Span::minutes(1));
        }
    }

    /// Both readers' Accounts pages: the card of each connection says what the table of words says, and of a password only where one was
    /// refused.
    async fn read_by_both(&self, rows: &[Row]) {
        let login = self.stage.client(&self.family, "Ngozi", model::portal::Rights::ALL).await;
        let client = self.stage.sign_in(&login).await.get(format!("/portal/{}/accounts", self.family.id)).await;
        let adviser = self.adviser().await.get(self.at("/accounts")).await;
        for (id, name, state) in rows {
            assert_eq!(self.state_of(*id).await, *state, "{name}");
            let (chip, yours, theirs) = words(*state);
            for (page, words) in [(&client, yours), (&adviser, theirs)] {
                let card = card(page, *id, name);
                let words = words.replace("{inst}", name);
                assert!(card.contains(chip) && card.contains(&words), "{name} {state:?}: “{chip}” “{words}”\n{card}");
                let asks = card.contains("rejected") || card.contains("enter it again") || card.contains("password changed");
                assert_eq!(asks, *state == ConnectionState::NeedsCredentials, "{name} {state:?} and a password:\n{card}");
            }
        }
        for letter in self.stage.letters_to(NGOZI).iter().map(|l| app::mail::read(l)) {
            for line in letter.paragraphs.iter().filter(|p| p.contains("rejected your sign-in")) {
                let refused: Vec<&String> = rows.iter().filter(|r| r.2 == ConnectionState::NeedsCredentials).map(|r| &r.1).collect();
                for named in line.split("rejected your sign-in").filter_map(|part| part.split(". ").last()).filter(|n| n.trim().len() > 3) {
                    let named = named.trim();
                    let wrongly = rows.iter().any(|r| named == r.1) && !refused.iter().any(|r| *r == named);
                    assert!(!wrongly, "{named} is asked for a password: {line}");
                }
            }
        }
    }
}

/// The words of one connection's card.
fn card(page: &Page, id: ConnectionId, name: &str) -> String {
    let at = page.html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no card of {name} on {}:\n{}", page.url, page.words()));
    let end = page.html[at..].find("</article>").map_or(page.html.len(), |n| at + n);
    let card = Page { html: page.html[at..end].to_owned(), ..page.clone() };
    card.words()
}

/// The table of words, once more and by hand: chip, what the client reads, what the adviser reads.
fn words(state: ConnectionState) -> (&'static str, &'static str, &'static str) {
    use ConnectionState::*;
    match state {
        Healthy => ("Up to date", "Refresh", "Refresh"),
        Linking => ("Connecting", "The first values are on their way", "The first values are on their way"),
        NeedsCredentials => ("Needs a new sign-in", "The institution rejected your sign-in.", "The institution rejected Ngozi’s sign-in."),
        NeedsMfa => ("Wants a code", "{inst} wants to check it’s you.", "{inst} wants a code from Ngozi."),
        Locked => ("Sign-in locked", "{inst} has locked this sign-in.", "{inst} has locked Ngozi’s sign-in."),
        ActionAtInstitution => (
            "Waits at the institution",
            "{inst} wants you to accept something on its site first.",
            "{inst} wants Ngozi to accept something on its site first.",
        ),
        ConsentExpiring => ("Permission ends soon", "Your permission for {inst} ends on", "Ngozi’s permission for {inst} ends on"),
        ConsentRevoked => ("Permission ended", "Your permission for {inst} ended", "Ngozi’s permission for {inst} ended"),
        InstitutionDown => (
            "Institution is down",
            "{inst} isn’t letting anyone connect right now. It isn’t your password",
            "{inst} isn’t letting anyone connect right now.",
        ),
        // What has just begun to fail usually passes.
        ProviderDown => ("No new values", "We couldn’t get the latest values.", "We couldn’t get the latest values."),
        NoAccounts => {
            ("No accounts found", "The sign-in worked, but {inst} shows no accounts", "The sign-in worked, but {inst} shows no accounts")
        }
        NotSupported => {
            ("Not supported", "Our data provider can’t connect {inst} any more.", "Our data provider can’t connect {inst} any more.")
        }
        NotReady => ("Being prepared", "{inst} is still getting the values ready.", "{inst} is still getting the values ready."),
        RateLimited => ("Waiting its turn", "We asked {inst} often enough for now.", "We asked {inst} often enough for now."),
        Ours => ("Broken on our side", "Something broke on our side.", "Something broke on our side."),
        Removed => ("Removed", "No values arrive any more", "No values arrive any more"),
    }
}

/// Words of the second provider's test institution that break a sign-in later, and the state that each leads to.
fn later() -> Vec<(&'static str, ConnectionState)> {
    use ConnectionState::*;
    vec![
        ("CONNECTED", Healthy),
        ("RECONNECTED", Healthy),
        ("IMPORTED", Healthy),
        ("DENIED", NeedsCredentials),
        ("PREVENTED", NeedsCredentials),
        ("REJECTED", NeedsCredentials),
        ("EXPIRED", NeedsCredentials),
        ("IMPAIRED", NeedsCredentials),
        ("mfa_token", NeedsMfa),
        ("mfa_push", NeedsMfa),
        ("LOCKED", Locked),
        ("IMPEDED", ActionAtInstitution),
        ("REMOVED", ConsentRevoked),
        ("DEGRADED", InstitutionDown),
        ("DISCONNECTED", InstitutionDown),
        ("DELAYED", InstitutionDown),
        ("FAILED", InstitutionDown),
        ("DISCONTINUED", NotSupported),
        ("CLOSED", NotSupported),
        ("DISABLED", NotSupported),
        ("none", NoAccounts),
        ("slow", NotReady),
        ("busy", RateLimited),
        ("busy_until", RateLimited),
        ("html", ProviderDown),
        ("error_inside", ProviderDown),
    ]
}

// proves: E34 E36 E39 E43 N67 N68 N69 N70
#[tokio::test]
async fn every_state_of_the_second_provider_is_reached_told_to_both_and_has_an_owner_who_knows_within_minutes() {
    let s = three().await;
    let mut rows: Vec<Row> = Vec::new();
    for (word, state) in later() {
        let grant = s.sign_in_at_mx(&format!("person_{word}"), &format!("later_{word}"), BANK).await;
        let name = format!("House of {}", word.replace('_', " "));
        rows.push((s.adopt("mx", grant, &name).await, name, state));
    }
    let fresh: Vec<Row> = rows.iter().map(|(id, name, _)| (*id, name.clone(), ConnectionState::Linking)).collect();
    s.read_by_both(&fresh).await;
    s.stage.settle().await;
    let well: Vec<Row> = rows.iter().map(|(id, name, _)| (*id, name.clone(), ConnectionState::Healthy)).collect();
    s.told_in_time(&well, [0; 3]).await;
    for (id, name, _) in &rows {
        assert_eq!(s.state_of(*id).await, ConnectionState::Healthy, "{name}: it has worked");
    }

    s.stage.clock.advance(Span::hours(4));
    s.by_hand(&rows).await;
    // The provider is at it: that is no failure of anybody's.
    for (id, name, state) in &rows {
        let c = s.connection_of(*id).await;
        assert_eq!((c.failures, c.failing_since), (0, None), "{name} {state:?}");
    }
    assert_eq!(s.unsaid(&well, [0; 3]).await, Vec::<String>::new());
    s.wait().await;
    let before: Vec<_> = s.accounts().await.into_values().map(|a| (a.id, a.figures.value, a.figures.as_of)).collect();
    s.told_in_time(&rows, [0; 3]).await;
    s.read_by_both(&rows).await;
    let after: Vec<_> = s.accounts().await.into_values().map(|a| (a.id, a.figures.value, a.figures.as_of)).collect();
    assert_eq!(after, before, "figures and their times");
    s.end().await;
}

// proves: E36 E39 E43 N67 N68
#[tokio::test]
async fn every_state_of_the_third_provider_is_reached_told_to_both_and_has_an_owner_who_knows_within_minutes() {
    use ConnectionState::*;
    let s = three().await;
    let (mut rows, mut levers): (Vec<Row>, Vec<(String, Value)>) = (Vec::new(), Vec::new());
    for (word, user, fault, state) in [
        ("well", "user_good", json!(null), Healthy),
        ("a warning", "user_broken", json!(null), Healthy),
        ("no sign-in", "user_barred", json!(null), NeedsCredentials),
        ("nothing left", "user_emptied", json!(null), NoAccounts),
        ("withdrawn", "user_withdrawn", json!("revoke"), ConsentRevoked),
        ("too often", "user_often", json!({ "status": 429 }), RateLimited),
        ("come later", "user_later", json!({ "status": 429, "retry_after": 90 }), RateLimited),
        ("broken", "user_broke", json!({ "status": 500 }), ProviderDown),
        ("a page", "user_page", json!({ "html": true }), ProviderDown),
        ("half", "user_half", json!({ "torn": true }), ProviderDown),
    ] {
        let (grant, bridge) = s.paste(user).await;
        let name = format!("Bridge {word}");
        rows.push((s.adopt("simplefin", grant, &name).await, name, state));
        levers.push((bridge, fault));
    }
    s.stage.settle().await;
    for (id, name, _) in &rows {
        assert_eq!(s.state_of(*id).await, Healthy, "{name}: it has worked");
    }
    s.stage.clock.advance(Span::days(1));
    for (bridge, fault) in levers {
        match fault {
            Value::Null => {}
            Value::String(_) => drop(s.lever(&format!("/_control/simplefin/bridges/{bridge}/revoke"), json!({})).await),
            mut fault => {
                fault["item_id"] = json!(bridge);
                s.fault(fault).await;
            }
        }
    }
    s.by_hand(&rows).await;
    s.told_in_time(&rows, [0; 3]).await;
    s.read_by_both(&rows).await;
    s.end().await;
}

// proves: E39 N68
#[tokio::test]
async fn a_break_right_after_the_sign_in_is_told_within_five_minutes_and_what_never_worked_is_gone() {
    let s = three().await;
    let asked = s.sign_in_at_mx("person_a", "pass_good", BANK).await;
    let gone = s.sign_in_at_mx("person_b", "pass_good", BANK).await;
    s.lever(&format!("/_control/mx/members/{}/status", asked.external_id), json!({ "connection_status": "CHALLENGED" })).await;
    s.lever(&format!("/_control/mx/members/{}/remove", gone.external_id), json!({})).await;
    let mut rows: Vec<Row> = Vec::new();
    for (grant, name, state) in
        [(asked, "House of a new question", ConnectionState::NeedsMfa), (gone, "House of the gone", ConnectionState::Removed)]
    {
        rows.push((s.adopt("mx", grant, name).await, name.into(), state));
    }
    s.stage.settle().await;
    s.told_in_time(&rows, [0; 3]).await;
    s.read_by_both(&rows).await;
    s.end().await;
}

// proves: N68
#[tokio::test]
async fn from_any_break_that_the_first_provider_names_to_an_owner_who_knows_it_takes_at_most_five_minutes() {
    let s = three().await;
    s.connect("sable", "Sable Card").await;
    let c = s.connection().await;
    for (kind, code, meaning) in connect::plaid::faults::TABLE {
        s.stage.clock.advance(Span::days(2));
        let had = s.letters();
        s.fault(json!({ "code": code, "type": kind, "item_id": c.external_id })).await;
        app::connections::mark_due(&s.stage.app, s.scope().firm(), c.id).await.expect("due");
        s.stage.settle().await;
        let state = s.state_of(c.id).await;
        assert_eq!(state.waits_for_client(), meaning.waits_for_client() || *meaning == FaultKind::Removed, "{kind} {code}");
        s.told_in_time(&[(c.id, "Sable Card".into(), state)], had).await;
        s.no_more_faults().await;
        app::connections::mark_due(&s.stage.app, s.scope().firm(), c.id).await.expect("due");
        s.stage.settle().await;
    }
    s.end().await;
}
