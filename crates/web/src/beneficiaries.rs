//! Who receives an account or a policy: the form, and the view of all of them on the page of the policies.

use crate::Web;
use crate::account_change::hundredths;
use crate::accounts::kind_name;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{head, share};
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::kit::{Pick, Problem, Problems};
use crate::view::policies::{Beneficiaries, BeneficiaryView, NamedClass, NamedLine, NamedRow};
use crate::view::shell::Here;
use crate::view::words;
use app::beneficiaries::{Line, View};
use app::households::Member;
use app::policies::Row;
use axum::extract::State;
use axum::response::IntoResponse;
use model::AccountId;
use model::beneficiaries::{MOST, Share, Who};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/accounts/{account}/beneficiaries", Audience::Staff, show),
        Route::post("/accounts/{account}/beneficiaries", Audience::Staff, save),
    ]
}

fn called(who: &Who, members: &[Member]) -> String {
    match who {
        Who::Member(id) => members.iter().find(|m| m.id == *id).map_or_else(|| "Former member".into(), |m| m.given.clone()),
        Who::Named(name) => name.clone(),
    }
}

/// "Erik 60 %, Ada 40 %".
fn said(shares: &[Share], members: &[Member]) -> String {
    let one = |s: &Share| format!("{} {}\u{a0}%", called(&s.who, members), share(s.share));
    shares.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Who receives it first; what was noted without shares where nobody has entered any.
pub(crate) fn primary(row: &Row, members: &[Member]) -> Option<String> {
    let noted = || row.policy.as_ref().map(|p| p.beneficiaries.trim().to_owned()).filter(|b| !b.is_empty());
    row.named.as_ref().map(|f| said(&f.primary, members)).filter(|s| !s.is_empty()).or_else(noted)
}

/// Every account and policy that somebody receives, or has to be named for; `links` leads to it and to its form.
pub(crate) fn view(rows: &[Row], members: &[Member], links: impl Fn(&Row) -> (String, String)) -> BeneficiaryView {
    let shown = || rows.iter().filter(|r| r.needs_beneficiary() || primary(r, members).is_some());
    let named = |r: &Row| {
        let (href, change) = links(r);
        let first = primary(r, members);
        let about = match &r.policy {
            Some(p) => {
                let cover = p.covers().map(|m| format!(", {}", words::money_short(&m))).unwrap_or_default();
                format!("{}{cover}", p.kind.words())
            }
            None => kind_name(r.account.kind).to_owned(),
        };
        NamedRow {
            name: r.account.name.clone(),
            href,
            about,
            nobody: first.is_none(),
            contingent: match &r.named {
                Some(f) if !f.contingent.is_empty() => said(&f.contingent, members),
                _ if first.is_some() => "None recorded".into(),
                _ => String::new(),
            },
            primary: first.unwrap_or_else(|| "Not recorded".into()),
            change,
        }
    };
    let rows_of: Vec<NamedRow> = shown().map(named).collect();
    let missing = rows_of.iter().filter(|r| r.nobody).count();
    let mut people: Vec<(String, Vec<String>)> = Vec::new();
    for row in shown() {
        let Some(f) = &row.named else { continue };
        let classes = f.primary.iter().map(|s| (s, "")).chain(f.contingent.iter().map(|s| (s, ", in their stead")));
        for (s, after) in classes {
            let (who, what) = (called(&s.who, members), format!("{} % of {}{after}", share(s.share), row.account.name));
            match people.iter_mut().find(|(name, _)| *name == who) {
                Some((_, all)) => all.push(what),
                None => people.push((who, vec![what])),
            }
        }
    }
    BeneficiaryView {
        rows: rows_of,
        people,
        missing: match missing {
            0 => String::new(),
            1 => "One has no beneficiary recorded here. The institution may have one.".into(),
            n => format!("{n} have no beneficiary recorded here. The institutions may have them."),
        },
    }
}

/// What was typed, by the fields' names.
struct Posted(Vec<(String, String)>);

impl Posted {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
    fn lines(&self, class: &str) -> Vec<Line> {
        let line = |n: usize| {
            let get = |what: &str| self.get(&format!("{class}_{n}_{what}")).trim().to_owned();
            let typed = get("share");
            let typed = typed.trim_end_matches('%').trim();
            Line { who: get("who"), name: get("name"), share: if typed.is_empty() { 0 } else { hundredths(typed) } }
        };
        (1..=MOST).map(line).collect()
    }
    fn of(v: &View) -> Posted {
        let mut out = Vec::new();
        for (class, shares) in [("primary", &v.named.primary), ("contingent", &v.named.contingent)] {
            for (n, s) in shares.iter().enumerate() {
                let key = format!("{class}_{}", n + 1);
                match &s.who {
                    Who::Member(id) => out.push((format!("{key}_who"), id.to_string())),
                    Who::Named(name) => out.push((format!("{key}_name"), name.clone())),
                }
                out.push((format!("{key}_share"), share(s.share)));
            }
        }
        Posted(out)
    }
}

async fn loaded(web: &Web, staff: &Staff, id: AccountId) -> Result<View, WebError> {
    let v = app::beneficiaries::view(&web.app, &staff.scope, id).await?;
    if v.may_edit { Ok(v) } else { Err(WebError::Refused("Only the household’s own team can do this.".into())) }
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    let v = loaded(&web, &staff, id).await?;
    Ok(Page(form(&web, &staff, &v, &Posted::of(&v), &[])).into_response())
}

fn form(web: &Web, staff: &Staff, v: &View, p: &Posted, wrong: &[app::Field]) -> Beneficiaries {
    let class = |key: &'static str, title: &'static str, about: &'static str| {
        let line = |n: usize| {
            let at = format!("{key}_{n}");
            let chosen = p.get(&format!("{at}_who"));
            let mut who = vec![Pick::new("", "Somebody else", chosen.is_empty())];
            who.extend(v.found.members.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == chosen)));
            let (name, share) = (p.get(&format!("{at}_name")).to_owned(), p.get(&format!("{at}_share")).to_owned());
            NamedLine { key: at, n, who, name, share }
        };
        // Two free lines after the last one that is used.
        let used = (1..=MOST).rev().find(|n| ["who", "name", "share"].iter().any(|w| !p.get(&format!("{key}_{n}_{w}")).is_empty()));
        let lines = (1..=(used.unwrap_or(0) + 2).min(MOST)).map(line).collect();
        let error = wrong.iter().find(|f| f.name == key).map(|f| f.message.clone()).unwrap_or_default();
        NamedClass { key, title, about, error, lines }
    };
    let classes = vec![
        class("primary", "Primary beneficiary", "They receive it first. Their shares add up to 100 %."),
        class("contingent", "Contingent beneficiary", "In their stead, where no primary one is left. Their shares add up to 100 % too."),
    ];
    let problem = |c: &NamedClass| (!c.error.is_empty()).then(|| Problem { field: c.key, text: c.error.clone() });
    Beneficiaries {
        shell: staff.shell(web, Here::Households),
        hh: head(&v.found, Tab::Policies),
        title: v.account.name.clone(),
        at: format!("/accounts/{}", v.account.id),
        problems: Problems::of(classes.iter().map(problem)),
        classes,
    }
}

async fn save(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(posted): Form<Vec<(String, String)>>) -> Answer {
    let v = loaded(&web, &staff, id).await?;
    let posted = Posted(posted);
    match app::beneficiaries::save(&web.app, &staff.scope, id, &posted.lines("primary"), &posted.lines("contingent")).await {
        Ok(()) => Ok(see_saying(&web, format!("/accounts/{id}"), "Saved.")),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &v, &posted, &wrong))),
        Err(e) => Err(e.into()),
    }
}
