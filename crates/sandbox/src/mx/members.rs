//! Members: a user's sign-ins at institutions, their state, their questions, their aggregations.

use super::challenge::Ask;
use super::directory::{find, of_id};
use super::error::Refusal;
use super::institutions::{form, guid, typed};
use super::login::judge;
use super::member::{Member, Setting, Window};
use super::page::paged;
use super::{Answer, Call, Reply, ok};
use crate::plaid::wire::instant;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

fn accepted(body: Value) -> Answer {
    Ok(Reply::Body(StatusCode::ACCEPTED, body))
}

/// Our own words for a state; the wire has a sentence for some.
fn message(m: &Member) -> &'static str {
    match m.status.as_str() {
        "CONNECTED" | "RECONNECTED" | "IMPORTED" => "Connected.",
        "CREATED" | "UPDATED" | "RESUMED" => "Connecting.",
        "PENDING" => "Waiting for an approval outside of this conversation.",
        "CHALLENGED" => "The institution asks for more.",
        "DENIED" => "The institution did not accept the sign-in.",
        "PREVENTED" => "Too many tries were not accepted; new credentials are needed.",
        "REJECTED" => "The institution did not accept the answer.",
        "LOCKED" => "The institution has locked the sign-in.",
        "IMPEDED" => "The institution wants something done on its own site.",
        "EXPIRED" => "Nobody answered in time.",
        "IMPAIRED" => "A credential is missing; the sign-in is needed again.",
        "DEGRADED" => "The connection fails more often than not.",
        "DISCONNECTED" => "The connection to the institution is lost.",
        "DELAYED" => "This takes longer than usual.",
        "FAILED" => "The institution could not be read.",
        "DISCONTINUED" => "The institution is no longer offered.",
        "CLOSED" => "The connection was closed.",
        "DISABLED" => "The connection was switched off.",
        _ => "",
    }
}

pub fn wire(m: &Member, call: &Call) -> Value {
    let at = of_id(&call.state.world, &m.institution);
    let again = matches!(m.status.as_str(), "DENIED" | "PREVENTED" | "IMPAIRED" | "EXPIRED");
    json!({
        "guid": m.guid, "id": m.id, "user_guid": m.user_guid, "user_id": call.user().ok().and_then(|u| u.id),
        "name": at.map(|i| &i.name), "institution_code": at.map(super::directory::code), "institution_guid": at.map(guid),
        "connection_status": m.status, "connection_status_message": message(m), "is_being_aggregated": m.being_aggregated(),
        "aggregated_at": m.attempted.map(instant), "successfully_aggregated_at": m.succeeded.map(instant),
        "is_managed_by_user": true, "is_manual": false, "is_oauth": m.oauth, "oauth_window_uri": m.window.as_ref().map(|w| window_uri(call, w)), "metadata": m.metadata,
        "background_aggregation_is_disabled": !m.background, "needs_updated_credentials": again, "most_recent_job_detail_code": null,
        "most_recent_job_detail_text": null, "most_recent_job_guid": null, "use_cases": ["PFM"],
    })
}

pub fn list(call: &Call) -> Answer {
    let rows = call.members()?.iter().map(|m| wire(m, call)).collect();
    paged(call, "members", rows)
}

pub fn get(call: &Call) -> Answer {
    ok(json!({ "member": wire(&call.member()?, call) }))
}

fn text(of: &Map<String, Value>, name: &str) -> Option<String> {
    of.get(name).and_then(Value::as_str).map(String::from)
}

pub fn create(call: &Call) -> Answer {
    let user = call.user()?;
    let given = call.object("member")?;
    let code = text(given, "institution_code").ok_or_else(|| Refusal::missing("institution_code"))?;
    let at = find(&call.state.world, &code).ok_or_else(|| Refusal::gone("institution"))?;
    let signed = if at.oauth { None } else { Some(typed(at, given.get("credentials"))?) };
    let login = signed.as_ref().map(|s| s.0.clone()).unwrap_or_default();
    let same = |m: &Member| m.institution == at.id && m.login == login && m.succeeded.is_some();
    if call.members()?.iter().any(same) {
        return Err(Refusal::conflict("this user has a member with these credentials already"));
    }
    let id = text(given, "id").filter(|i| !i.is_empty());
    if id.is_some() && call.members()?.iter().any(|m| m.id == id) {
        return Err(Refusal::conflict("a member with this id exists already"));
    }
    let mut member = Member {
        guid: format!("MBR-{}", call.state.keys.uuid("mx member")),
        user_guid: user.guid,
        id,
        metadata: text(given, "metadata"),
        institution: at.id.clone(),
        login,
        plan: Default::default(),
        created: call.now,
        background: given.get("background_aggregation_is_disabled").and_then(Value::as_bool) != Some(true),
        oauth: at.oauth,
        window: at.oauth.then(|| window(call, text(&call.body, "client_redirect_url"))),
        status: if at.oauth { "PENDING" } else { "CREATED" }.into(),
        job: None,
        asks: Vec::new(),
        step: 0,
        turn: 0,
        expires: None,
        wrong: 0,
        attempted: None,
        succeeded: None,
        aggregations: 0,
        removed: false,
    };
    if let Some((login, password)) = signed {
        member.sign_in(&login, judge(at, &login, &password), "CREATED", &call.setting(at));
    }
    let said = wire(&member, call);
    call.state.mx_keep(member);
    accepted(json!({ "member": said }))
}

impl Call {
    fn setting<'a>(&self, at: &'a crate::world::Institution) -> Setting<'a> {
        let rationed = self.state.book().windows.on;
        Setting { at, health: self.state.health(at), now: self.now, quick: self.state.latency_zero, rationed }
    }
}

fn window(call: &Call, back: Option<String>) -> Window {
    Window { page: call.state.keys.opaque(), back: back.filter(|b| b.starts_with("https://") || b.starts_with("http://")) }
}

fn window_uri(call: &Call, w: &Window) -> String {
    format!("{}/oauth/{}", call.state.base, w.page)
}

/// A new window for a sign-in on the institution's own page.
pub fn oauth_window(call: &Call) -> Answer {
    let back = call.asked("client_redirect_url").map(String::from);
    let fresh = window(call, back);
    let after = call.with_member(|m, _| {
        m.oauth.then(|| {
            m.window = Some(fresh);
            m.clone()
        })
    })?;
    let m = after.ok_or_else(|| Refusal::bad("this institution has no page of its own for signing in"))?;
    ok(json!({ "member": { "guid": m.guid, "oauth_window_uri": m.window.as_ref().map(|w| window_uri(call, w)) } }))
}

/// New credentials, or new words beside them.
pub fn update(call: &Call) -> Answer {
    let given = call.object("member")?;
    let before = call.member()?;
    let at = of_id(&call.state.world, &before.institution).ok_or_else(|| Refusal::gone("institution"))?;
    let signed = match given.get("credentials").filter(|c| !c.is_null() && !at.oauth) {
        Some(c) => Some(typed(at, Some(c))?),
        None => None,
    };
    let after = call.with_member(|m, s| {
        if let Some(metadata) = text(given, "metadata") {
            m.metadata = Some(metadata);
        }
        if let Some(off) = given.get("background_aggregation_is_disabled").and_then(Value::as_bool) {
            m.background = !off;
        }
        if let Some((login, password)) = &signed {
            m.sign_in(login, judge(at, login, password), "UPDATED", s);
        }
        m.clone()
    })?;
    ok(json!({ "member": wire(&after, call) }))
}

pub fn delete(call: &Call) -> Answer {
    call.with_member(|m, _| m.removed = true)?;
    Ok(Reply::Nothing)
}

pub fn credentials(call: &Call) -> Answer {
    let member = call.member()?;
    let at = of_id(&call.state.world, &member.institution).ok_or_else(|| Refusal::gone("institution"))?;
    paged(call, "credentials", form(at))
}

/// What the member waits for, as the wire shows it.
fn questions(call: &Call, m: &Member) -> Vec<Value> {
    let Some(at) = of_id(&call.state.world, &m.institution).filter(|_| m.status == "CHALLENGED") else { return Vec::new() };
    let person = call.state.person(at, &m.login);
    m.asks.first().map(|ask: &Ask| ask.wire(&m.asking(at, &person))).unwrap_or_default()
}

pub fn status(call: &Call) -> Answer {
    let m = call.member()?;
    let mut body = json!({
        "guid": m.guid, "connection_status": m.status, "is_authenticated": m.connected(),
        "is_being_aggregated": m.being_aggregated(), "aggregated_at": m.attempted.map(instant),
        "successfully_aggregated_at": m.succeeded.map(instant), "has_processed_accounts": m.succeeded.is_some(),
        "has_processed_account_numbers": false, "has_processed_transactions": m.succeeded.is_some(),
    });
    let asked = questions(call, &m);
    if !asked.is_empty() {
        body["challenges"] = json!(asked);
    }
    ok(json!({ "member": body }))
}

pub fn challenges(call: &Call) -> Answer {
    let asked = questions(call, &call.member()?);
    if asked.is_empty() { Ok(Reply::Nothing) } else { paged(call, "challenges", asked) }
}

pub fn resume(call: &Call) -> Answer {
    let given = call.object("member")?.get("challenges").and_then(Value::as_array).ok_or_else(|| Refusal::missing("challenges"))?;
    let part = |of: &Value, name: &str| of[name].as_str().map(String::from);
    let answers: Option<Vec<(String, String)>> = given.iter().map(|g| Some((part(g, "guid")?, part(g, "value")?))).collect();
    let answers = answers.ok_or_else(|| Refusal::missing("challenges[].guid and value"))?;
    let before = call.member()?;
    let at = of_id(&call.state.world, &before.institution).ok_or_else(|| Refusal::gone("institution"))?;
    let person = call.state.person(at, &before.login);
    let after = call.with_member(|m, s| {
        let ask = m.asks.first().copied().filter(|_| m.status == "CHALLENGED");
        let ask = ask.ok_or_else(|| Refusal::not_now("this member waits for no answer"))?;
        match ask.accepts(&m.asking(at, &person), &answers) {
            None => return Err(Refusal::bad("the answers do not belong to what was asked")),
            Some(true) => m.answered(s),
            Some(false) => m.refused(),
        }
        Ok(m.clone())
    })??;
    accepted(json!({ "member": wire(&after, call) }))
}

pub fn aggregate(call: &Call) -> Answer {
    let after = call.with_member(|m, s| {
        m.aggregate(true, s);
        m.clone()
    })?;
    accepted(json!({ "member": wire(&after, call) }))
}
