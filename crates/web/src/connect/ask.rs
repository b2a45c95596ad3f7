//! The institution's questions in our own screens: drawn as it defines them, answered by a post that goes nowhere but there. What is typed
//! comes as secrets, is handed on, and stands in no page, redirect, log or error.

use super::ask_words::{note, words};
use super::{Client, find};
use crate::Web;
use crate::at::At;
use crate::csrf;
use crate::icons::{self as icon, Icon};
use crate::respond::{Answer, Page, WebError, again as drawn_again, see};
use crate::view::connect::{Approve, Ask, AskChoice, AskField, AskKind, Place};
use app::Field;
use app::connect_flow::{self as flow, Attempt, CHECKED, Challenge, ChallengeField, ChallengeKind as Kind, FIELDS, FieldRole, Picture};
use app::connect_flow::{Question, Stage, Taken};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse};
use model::link::{Delivery, Purpose};
use model::{AttemptId, Secret};

/// A posted form whose values are secrets from the first moment.
pub struct Typed(Vec<(String, Secret<String>)>);

impl FromRequest<Web> for Typed {
    type Rejection = WebError;
    async fn from_request(request: Request, web: &Web) -> Result<Typed, WebError> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, web).await.map_err(|_| WebError::Unreadable)?;
        let mut typed = Typed(url_decoded(&body));
        // What came over the line is not left lying in memory.
        if let Ok(mut line) = body.try_into_mut() {
            line.fill(0);
        }
        let token = typed.take("csrf").ok_or(WebError::OldForm)?;
        if csrf::fits(web, &headers, token.expose()) { Ok(typed) } else { Err(WebError::OldForm) }
    }
}

fn url_decoded(body: &[u8]) -> Vec<(String, Secret<String>)> {
    let all: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    all.into_iter().map(|(n, v)| (n, Secret::new(v))).collect()
}

impl Typed {
    fn take(&mut self, name: &str) -> Option<Secret<String>> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

/// Takes what was typed to the institution. Whatever becomes of it, the attempt's page says so.
pub async fn answer(State(web): State<Web>, client: Client, At(id): At<AttemptId>, headers: HeaderMap, mut typed: Typed) -> Answer {
    let asked = typed.take("asked").and_then(|n| n.expose().parse().ok()).ok_or(WebError::Unreadable)?;
    let checked = typed.take(CHECKED).is_some();
    match flow::answer(&web.app, &client.v, id, asked, typed.0, checked).await {
        Ok(Taken::Yes) => Ok(see(format!("/c/a/{id}"))),
        Ok(Taken::Late) => Ok(see(format!("/c/a/{id}?late=1"))),
        Err(app::Error::Invalid(wrong)) => {
            let (a, stage) = flow::stage(&web.app, &client.v, id).await?;
            match stage {
                Stage::Ask(q) => draw(&web, &client, &headers, &a, &q, &wrong, false),
                _ => Ok(see(format!("/c/a/{id}"))),
            }
        }
        Err(e) => Err(e.into()),
    }
}

/// The page of a question. `wrong`: fields that were left empty or cannot be right; `late`: the last answer was for another question.
pub(super) fn draw(web: &Web, client: &Client, headers: &HeaderMap, a: &Attempt, q: &Question, wrong: &[Field], late: bool) -> Answer {
    let place = find::of_attempt(&a.institution, a.url.as_deref());
    if q.challenge.kind == Kind::Approval {
        return approve(web, client, headers, a, q, place);
    }
    let words = words(client, a, q);
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let keep_out = client.v.link.life.delivery == Delivery::Launch;
    let error = |n: usize, f: &ChallengeField| {
        let typed = said(FIELDS.get(n).copied().unwrap_or_default());
        if typed.is_empty() && wrong.is_empty() && is_marked(&q.challenge, n, f) { words.rejected.clone() } else { typed }
    };
    let fields = q.challenge.fields.iter().zip(FIELDS).enumerate().map(|(n, (f, name))| AskField {
        name,
        label: if f.label.is_empty() { words.title.clone() } else { f.label.clone() },
        kind: kind(q.challenge.kind, f),
        autocomplete: autocomplete(q.challenge.kind, f, keep_out),
        placeholder: f.placeholder.clone().unwrap_or_default(),
        hint: if f.role == FieldRole::Password && !place.site.is_empty() {
            format!("The one you use at {}", place.site)
        } else {
            String::new()
        },
        error: error(n, f),
        picture: f.picture.as_ref().map(source).unwrap_or_default(),
        // Any way of sending the code will do; of pictures and answers only one is right.
        any: f.options.iter().all(|o| o.picture.is_none() && way_icon(&o.label).is_some()),
        optional: f.optional,
    });
    let fields = fields.collect();
    let must_check = q.must_check && q.challenge.kind == Kind::Credentials;
    let view = Ask {
        shell: client.backed(web, words.step, "/c/search"),
        note: note(a, q, late, wrong.is_empty()),
        fields,
        form: format!("at-{}", a.institution_id.map_or_else(|| a.provider.clone(), |i| i.to_string())),
        action: format!("/c/a/{}/answer", a.id),
        asked: q.asked,
        check: if must_check {
            format!("I have just signed in at {} itself, with what I type here:", a.institution)
        } else {
            String::new()
        },
        check_error: said(CHECKED),
        button: words.button,
        keep_out,
        ways: ways(a, &q.challenge),
        kept: words.kept,
        beware: words.beware,
        again: again(a, q.challenge.kind),
        title: words.title,
        text: words.text,
        quote: quote(a, &q.challenge),
        place,
    };
    Ok(if wrong.is_empty() { Page(view).into_response() } else { drawn_again(view) })
}

/// The institution's own words above the form; those of a field stand at the field.
fn quote(a: &Attempt, c: &Challenge) -> String {
    // What it says about signing in stood on the page before.
    if c.kind == Kind::Credentials && a.purpose == Purpose::Connect {
        return String::new();
    }
    match c.fields.as_slice() {
        [one] if c.prompt.trim().is_empty() && !one.options.is_empty() => one.label.clone(),
        _ => c.prompt.trim().to_owned(),
    }
}

/// Where the mistake is said: at the answers that the institution named, else at the one that is most likely wrong.
fn is_marked(c: &Challenge, n: usize, f: &ChallengeField) -> bool {
    if !c.rejected {
        return false;
    }
    if c.fields.iter().any(|f| f.rejected) {
        return f.rejected;
    }
    let secret = c.fields.iter().rposition(|f| f.secret);
    n == secret.unwrap_or(0)
}

fn kind(of: Kind, f: &ChallengeField) -> AskKind {
    if !f.options.is_empty() {
        let all = f.options.iter().map(|o| AskChoice {
            value: o.value.clone(),
            label: o.label.clone(),
            picture: o.picture.as_ref().map(source).unwrap_or_default(),
            icon: way_icon(&o.label).filter(|_| o.picture.is_none()),
        });
        return AskKind::Choice(all.collect());
    }
    match f.role {
        FieldRole::Code => AskKind::Code,
        _ if of == Kind::Code && f.picture.is_none() => AskKind::Code,
        _ if f.secret => AskKind::Secret,
        _ => AskKind::Text,
    }
}

fn way_icon(label: &str) -> Option<Icon> {
    let l = label.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| l.contains(w));
    if has(&["text", "sms"]) {
        Some(icon::PHONE)
    } else if has(&["call", "phone"]) {
        Some(icon::CALL)
    } else if has(&["mail"]) {
        Some(icon::MAIL)
    } else if has(&["app", "approve"]) {
        Some(icon::OK)
    } else {
        None
    }
}

/// What the browser may fill in. In the adviser's own browser: nothing.
fn autocomplete(of: Kind, f: &ChallengeField, keep_out: bool) -> &'static str {
    match f.role {
        FieldRole::Code => "one-time-code",
        _ if of == Kind::Code && f.picture.is_none() => "one-time-code",
        FieldRole::Username if !keep_out => "username",
        FieldRole::Password if !keep_out => "current-password",
        _ => "off",
    }
}

fn source(p: &Picture) -> String {
    format!("data:{};base64,{}", p.media, p.data)
}

fn ways(a: &Attempt, c: &Challenge) -> Vec<(String, String, bool)> {
    let mut out = Vec::new();
    let mut add = |word: String, href: &Option<String>| {
        if let Some(href) = href {
            out.push((word, href.clone(), true));
        }
    };
    add("Get one".into(), &c.help.start);
    if c.kind == Kind::Credentials {
        add(format!("Forgotten your password? Reset it at {}", a.institution), &c.help.forgot_password);
        add("Forgotten your user name?".into(), &c.help.forgot_username);
        add(format!("Trouble signing in at {}?", a.institution), &c.help.trouble);
    }
    if c.kind == Kind::Code {
        out.extend(anew(a, "No code? Sign in again"));
    }
    out
}

/// Back to the sign-in of an institution that is being connected; a repair begins anew by a post of its own.
fn anew(a: &Attempt, word: &str) -> Option<(String, String, bool)> {
    let institution = a.institution_id.filter(|_| a.purpose == Purpose::Connect)?;
    Some((word.to_owned(), format!("/c/at/{institution}"), false))
}

/// A new code comes with a new sign-in: institutions send none without.
fn again(a: &Attempt, kind: Kind) -> String {
    match (kind, a.purpose) {
        (Kind::Code, Purpose::Repair(c)) => format!("/c/fix/{c}"),
        (Kind::Code, Purpose::FindNew(c)) => format!("/c/more/{c}"),
        _ => String::new(),
    }
}

fn approve(web: &Web, client: &Client, headers: &HeaderMap, a: &Attempt, q: &Question, place: Place) -> Answer {
    use askama::Template;
    let inst = &a.institution;
    let shell = crate::view::shell::FlowShell { reload: Some(5), ..client.backed(web, 4, "/c/search") };
    let prompt = q.challenge.prompt.trim();
    let number: String = if q.challenge.fields.is_empty() { lone_number(prompt) } else { String::new() };
    let view = Approve {
        shell,
        text: match number.is_empty() {
            true => format!("Open the {inst} app on your phone and approve there."),
            false => format!("Open the {inst} app on your phone and approve there. If it shows a number, choose this one."),
        },
        quote: prompt.to_owned(),
        number,
        waiting: format!("Waiting for {inst}"),
        action: format!("/c/a/{}/answer", a.id),
        asked: q.asked,
        ways: anew(a, "Nothing on your phone? Sign in again").into_iter().collect(),
        beware: "Approve only if you started this yourself, just now.".into(),
        place,
    };
    if headers.get("x-fragment").is_some_and(|v| v == "approve") {
        return view.as_wait().render().map(|part| Html(part).into_response()).map_err(|_| WebError::Broken);
    }
    Ok(Page(view).into_response())
}

/// The one number of two or three digits in the institution's words: what the phone asks to choose.
fn lone_number(prompt: &str) -> String {
    let words = prompt.split(|c: char| !c.is_ascii_alphanumeric());
    let numbers: Vec<&str> = words.filter(|w| (2..=3).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit())).collect();
    match numbers.as_slice() {
        [one] => (*one).to_owned(),
        _ => String::new(),
    }
}
