//! The checklist as it stands: what is done, what is open, and the form of the open step.

use super::Holding;
use super::forms::Typed;
use crate::respond::WebError;
use crate::view::kit::{Field, FieldKind, Pick, Problem, Problems, Select};
use crate::view::setup::{Checked, Progress, Setup, SetupStep, StepForm};
use crate::view::shell::{Note, Tone};
use crate::view::words;
use crate::{Web, join, zones};
use app::setup::{self, State, Way};

/// What every step needs to draw itself.
struct Here<'a> {
    web: &'a Web,
    holding: &'a Holding,
    state: &'a State,
    typed: &'a Typed,
}

pub(super) async fn view(web: &Web, holding: &Holding, change: &str, typed: &Typed) -> Result<Setup, WebError> {
    let state = setup::state(&web.app, &holding.holder).await?;
    let here = Here { web, holding, state: &state, typed };
    let mut steps = vec![
        address(&here),
        administrator(&here).await?,
        firm(&here),
        support(&here),
        mail(&here),
        keys(&here),
        staff(&here),
        household(&here),
    ];
    let may = |key: &str| holding.holder.is_administrator() || matches!(key, "address" | "administrator");
    let open = steps.iter().position(|s| s.progress != Progress::Done && may(s.key));
    for (at, step) in steps.iter_mut().enumerate() {
        let done = step.progress == Progress::Done;
        let shown = step.key == change && may(step.key) && !(done && step.key == "administrator");
        if !done {
            step.progress = if Some(at) == open || shown { Progress::Open } else { Progress::Later };
        }
        let has_form = step.form.is_some();
        if !shown && Some(at) != open {
            step.form = None;
            step.secret = None;
        }
        // A step that waits for a code keeps it however the page is come to.
        if has_form && step.form.is_none() && may(step.key) && !(done && step.key == "administrator") {
            step.change = format!("/setup?change={0}#{0}", step.key);
        }
        if !may(step.key) {
            step.way = None;
        }
    }
    let firm = state.firm.as_ref().filter(|_| state.firm_saved);
    let ready = holding.holder.is_administrator() && state.firm_saved && state.support_saved;
    let whole = Some(typed.whole.clone()).filter(|t| !t.is_empty()).map(|text| Problem { field: "", text });
    let fields = steps
        .iter()
        .filter_map(|s| s.form.as_ref())
        .flat_map(|f| f.selects.iter().map(Select::problem).chain(f.fields.iter().map(Field::problem)).collect::<Vec<_>>());
    Ok(Setup {
        shell: super::shell(web, &holding.csrf).await,
        title: firm.map_or("Set up Heldaway".into(), |f| format!("Set up {}", f.name)),
        person: holding.staff.as_ref().map_or(String::new(), |s| format!("Signed in as {}, administrator", s.name)),
        problems: Problems::of(std::iter::once(whole).chain(fields)),
        steps,
        finish: ready.then(|| ("Open Heldaway".into(), "/".into())),
    })
}

fn step(key: &'static str, title: &'static str, text: impl Into<String>, done: bool) -> SetupStep {
    let progress = if done { Progress::Done } else { Progress::Later };
    SetupStep { key, title, text: text.into(), progress, note: None, form: None, secret: None, change: String::new(), way: None }
}

fn form(action: &str, fields: Vec<Field>, selects: Vec<Select>, button: &str) -> Option<StepForm> {
    Some(StepForm { action: action.into(), fields, selects, button: button.into(), ..StepForm::default() })
}

impl Here<'_> {
    fn field(&self, name: &'static str, label: &'static str, otherwise: &str) -> Field {
        Field::new(name, label).value(self.typed.value(name, otherwise)).error(self.typed.wrong(name))
    }
    fn select(&self, name: &'static str, label: &'static str, otherwise: &str, picks: &[(&str, &str)]) -> Select {
        let chosen = self.typed.value(name, otherwise);
        Select::new(name, label, picks.iter().map(|(v, t)| Pick::new(*v, *t, *v == chosen)).collect()).error(self.typed.wrong(name))
    }
    fn moment(&self, at: model::Time) -> String {
        let zone = self.holding.staff.as_ref().map_or(jiff::tz::TimeZone::UTC, |s| s.zone());
        words::moment(at, self.web.app.now(), &zone)
    }
}

fn address(h: &Here<'_>) -> SetupStep {
    let saved = h.state.address.as_ref();
    let text = match saved {
        None => "Where browsers reach this installation, over https".into(),
        Some(a) => match &a.way {
            Way::Direct { .. } => format!("{} with a certificate of its own, from the next start on", a.url),
            Way::Proxy { address } => format!("{} through the proxy at {address}", a.url),
        },
    };
    let (way, proxy, certificate, key) = match saved.map(|a| &a.way) {
        Some(Way::Direct { certificate, key }) => ("direct", String::new(), certificate.display().to_string(), key.display().to_string()),
        Some(Way::Proxy { address }) => ("proxy", address.to_string(), String::new(), String::new()),
        None => ("proxy", "127.0.0.1".into(), String::new(), String::new()),
    };
    let url = h
        .field("url", "Public address", saved.map_or("", |a| a.url.as_str()))
        .kind(FieldKind::Url)
        .hint("Like https://accounts.example.com");
    let fields = vec![
        url,
        h.field("proxy", "The proxy’s address", &proxy).hint("From where the proxy connects to this program"),
        h.field("certificate", "Certificate file", &certificate).hint("PEM, on the server; only without a proxy"),
        h.field("key", "Key file", &key).hint("PEM, on the server; only without a proxy"),
    ];
    let ways = [("proxy", "A proxy in front does TLS"), ("direct", "This program does TLS")];
    let mut step = step("address", "Address", text, saved.is_some());
    step.form = form("/setup/address", fields, vec![h.select("way", "TLS", way, &ways).hint("Where https ends")], "Save");
    step
}

async fn administrator(h: &Here<'_>) -> Result<SetupStep, WebError> {
    let (name, email, done) = h.state.administrator.clone().unwrap_or_default();
    let text = match done {
        true => format!("{name}, password and authenticator"),
        false => "The first person who signs in; manages the firm and its staff".into(),
    };
    let mut step = step("administrator", "Administrator", text, done);
    if done {
        return Ok(step);
    }
    if let Some(shown) = setup::waiting_administrator(&h.web.app, &h.holding.holder).await?.filter(|_| h.typed.value("name", "").is_empty())
    {
        step.text = format!("{name}, {email}: the authenticator app is to be confirmed");
        step.secret = Some((join::grouped(shown.secret.expose()), app::qr::svg(shown.address.expose())?));
        let code = Field::new("factor", "Code from the app").kind(FieldKind::Code).error(h.typed.wrong("factor"));
        step.form = form("/setup/administrator/confirm", vec![code], vec![], "Confirm");
        return Ok(step);
    }
    let fields = vec![
        h.field("name", "Name", &name).autocomplete("name"),
        h.field("email", "E-mail", &email).kind(FieldKind::Email).autocomplete("username"),
        h.field("password", "Password", "")
            .kind(FieldKind::Password)
            .autocomplete("new-password")
            .hint("At least 15 characters; a few words in a row are fine"),
    ];
    step.form = form("/setup/administrator", fields, vec![], "Continue");
    Ok(step)
}

fn firm(h: &Here<'_>) -> SetupStep {
    let saved = h.state.firm.as_ref().filter(|_| h.state.firm_saved);
    let text = saved.map_or("Its name, time zone and logo".into(), |f| {
        format!("{}, {}{}", f.name, f.time_zone.replace('_', " "), if h.state.has_logo { ", logo" } else { "" })
    });
    let mut step = step("firm", "Firm", text, saved.is_some());
    let zone = zones::select(h.typed.value("zone", h.state.firm.as_ref().map_or("America/Chicago", |f| &f.time_zone)), None)
        .error(h.typed.wrong("zone"));
    step.form = form("/setup/firm", vec![h.field("name", "Name", saved.map_or("", |f| &f.name))], vec![zone], "Save");
    if let Some(form) = &mut step.form {
        form.multipart = true;
    }
    step
}

fn support(h: &Here<'_>) -> SetupStep {
    let saved = h.state.firm.as_ref().filter(|_| h.state.support_saved).map(|f| &f.settings);
    let text = saved.map_or("Shown to clients on every link page; messages come from it".into(), |s| {
        let phone = if s.support_phone.is_empty() { String::new() } else { format!(" and {}", s.support_phone) };
        format!("{}{phone}, shown to clients on every link page", s.support_email)
    });
    let mut step = step("support", "Support address", text, saved.is_some());
    let fields = vec![
        h.field("support_email", "Support e-mail", saved.map_or("", |s| &s.support_email)).kind(FieldKind::Email),
        h.field("support_phone", "Support phone", saved.map_or("", |s| &s.support_phone)).optional(),
        h.field("disclaimer", "Disclaimer", saved.map_or("", |s| &s.disclaimer))
            .kind(FieldKind::Area)
            .hint("Stands under every report")
            .optional(),
    ];
    step.form = form("/setup/support", fields, vec![], "Save");
    step
}

fn mail(h: &Here<'_>) -> SetupStep {
    let saved = h.state.mail.as_ref();
    let confirmed = h.state.tested.as_ref().and_then(|t| t.confirmed_at.map(|at| (t, at)));
    let text = match saved {
        None => "Sends links to clients; can be left for later".into(),
        Some(_) => crate::settings::way(&h.web.app.post()),
    };
    let mut step = step("mail", "Mail", text, confirmed.is_some());
    step.note = match (&h.state.tested, confirmed) {
        (_, Some((t, at))) => {
            let text = format!("Sent to {} {} and confirmed by its link {}.", t.to, h.moment(t.sent_at), h.moment(at));
            Some(Note::ok(text).titled("The test message arrived."))
        }
        (Some(t), None) => Some(
            Note::info(format!("Sent to {} {}. Open the link in it to confirm.", t.to, h.moment(t.sent_at)))
                .titled("A test message is on its way."),
        ),
        (None, None) => None,
    };
    let asks_server = saved.is_none() || h.typed.value("host", "-") != "-" || (confirmed.is_some());
    if !asks_server {
        let to = h.field("to", "Send a test message to", h.holding.staff.as_ref().map_or("", |s| &s.email)).kind(FieldKind::Email);
        step.form = form("/setup/mail/test", vec![to], vec![], "Send a test message");
        return step;
    }
    let security = match saved.map(|s| s.security) {
        Some(app::mail::Security::StartTls) => "starttls",
        Some(app::mail::Security::None) => "none",
        _ => "tls",
    };
    let fields = vec![
        h.field("host", "Mail server", saved.map_or("", |s| &s.host)),
        h.field("port", "Port", &saved.map_or("465".into(), |s| s.port.to_string())),
        h.field("user", "User", saved.map_or("", |s| &s.user)).optional(),
        h.field("password", "Password", "")
            .kind(FieldKind::Password)
            .hint("Kept sealed, apart from the data; never shown again")
            .optional(),
    ];
    let ways = [("tls", "TLS (port 465)"), ("starttls", "STARTTLS (port 587)"), ("none", "None, on this machine only")];
    step.form = form("/setup/mail", fields, vec![h.select("security", "Encryption", security, &ways)], "Save");
    step
}

fn keys(h: &Here<'_>) -> SetupStep {
    let places = setup::places(&h.web.app);
    let words =
        |k: &setup::Keys| places.iter().find(|p| p.provider == k.provider && p.base == k.base).map_or(k.name, |p| &p.words).to_owned();
    let in_use: Vec<String> = h.state.keys.iter().filter(|k| k.is_accepted()).map(|k| seen(h, k, &words(k))).collect();
    let done = !in_use.is_empty();
    let text = match done {
        true => format!("{}; kept sealed, apart from the data", in_use.join("; ")),
        false => "Checked live with the provider; kept sealed, apart from the data".into(),
    };
    let mut step = step("keys", "Data provider keys", text, done);
    // The form goes on with the one that was looked at last.
    let saved = h.state.keys.iter().max_by_key(|k| k.checks.as_ref().map(|c| c.at));
    let latest = h.state.refused.as_ref().or_else(|| saved.and_then(|k| k.checks.as_ref()));
    let picks: Vec<(&str, &str)> = places.iter().map(|p| (p.key.as_str(), p.words.as_str())).collect();
    let fields = vec![
        h.field("client_id", "Client ID", saved.map_or("", |k| &k.client_id)),
        h.field("secret", "Secret or API key", "")
            .kind(FieldKind::Password)
            .hint("Never shown again after saving; leave it empty to check the saved one"),
    ];
    let place = saved.and_then(|k| places.iter().find(|p| p.provider == k.provider && p.base == k.base));
    let provider = h
        .select("provider", "Provider", place.map_or("production", |p| &p.key), &picks)
        .hint("Several can be in use; each is entered and checked by itself");
    let checks: Vec<Checked> = latest.iter().flat_map(|c| &c.found).map(checked).collect();
    let missing = checks.iter().any(|c| c.tone != Tone::Ok) && saved.is_some() && h.state.refused.is_none();
    step.form = form("/setup/keys", fields, vec![provider], if checks.is_empty() { "Check and save" } else { "Check again" });
    if let Some(form) = &mut step.form {
        form.second = missing.then(|| ("Continue without what is missing".into(), "go-on".into()));
        form.checks = checks;
    }
    step
}

fn seen(h: &Here<'_>, keys: &setup::Keys, words: &str) -> String {
    let at = keys.checks.as_ref().map_or(String::new(), |c| h.moment(c.at));
    format!("{words}, checked {at}")
}

fn checked(check: &setup::Check) -> Checked {
    let title = words::capital(&check.name);
    Checked { tone: if check.ok { Tone::Ok } else { Tone::Bad }, title, text: words::capital(&check.detail) }
}

fn staff(h: &Here<'_>) -> SetupStep {
    let done = h.state.staff > 1;
    let text = match done {
        true => format!("{} people", h.state.staff),
        false => "Invite advisers and support; each sets up their own password and second step".into(),
    };
    let mut step = step("staff", "Staff", text, done);
    step.way = Some((if done { "See staff" } else { "Invite staff" }.into(), "/settings/staff".into()));
    step
}

fn household(h: &Here<'_>) -> SetupStep {
    let done = h.state.households > 0;
    let text = match done {
        true => words::count(usize::try_from(h.state.households).unwrap_or(0), "household", "households"),
        false => "Add one by hand; then start Asset Sync from its portfolio".into(),
    };
    let mut step = step("household", "First household", text, done);
    step.way =
        Some((if done { "See households" } else { "Add household" }.into(), if done { "/households" } else { "/households/new" }.into()));
    step
}
