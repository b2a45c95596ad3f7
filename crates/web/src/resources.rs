//! Client portal resources (P8, P23): hand-outs that advisers give to clients, made from the same guides as the portal's support centre, and
//! the sample e-mail that goes with an invitation (P16).

use crate::Web;
use crate::at::At;
use crate::guides;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::resources::{Chapter, Giver, HandoutFile, HandoutPage, HandoutRow, Resources, Sample, SharedGuide, SharedGuides};
use crate::view::shell::{Contact, Here};
use app::mail::letters::{self, About, Kind};
use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/guides", Audience::Public, shared),
        Route::get("/guides/{handout}", Audience::Public, shared_one),
        Route::get("/resources", Audience::Staff, list),
        Route::get("/resources/{handout}", Audience::Staff, show),
        Route::get("/resources/{handout}/download", Audience::Staff, download),
    ]
}

/// One hand-out: some guides under one title.
struct Handout {
    slug: &'static str,
    title: &'static str,
    about: &'static str,
    guides: &'static [&'static str],
}

static HANDOUTS: [Handout; 4] = [
    Handout {
        slug: "first-sign-in",
        title: "Your first sign-in",
        about: "From the link to a way in of their own, and back in when a phone is lost",
        guides: &["first-sign-in", "passkeys", "codes", "lost-phone"],
    },
    Handout {
        slug: "using-the-portal",
        title: "Using the client portal",
        about: "What is there, how current it is, who sees it, and what to do when something looks wrong",
        guides: &["what-your-adviser-sees", "keeping-current", "something-looks-wrong", "printing", "who-looked", "sharing"],
    },
    Handout {
        slug: "connecting-accounts",
        title: "Add Accounts: user guide",
        about: "Adding an account, choosing the right sign-in page, and the codes that institutions ask for",
        guides: &["adding-accounts", "right-sign-in-page", "second-step", "ending-a-connection"],
    },
    Handout {
        slug: "fixing-connections",
        title: "Accounts Troubleshooting: user guide",
        about: "A rejected sign-in, no new values, no accounts, a lock or a permission that ended",
        guides: &["keeping-current", "new-sign-in", "no-new-values", "no-accounts", "waits-at-institution", "refresh-together"],
    },
];

fn find(slug: &str) -> Result<&'static Handout, WebError> {
    HANDOUTS.iter().find(|h| h.slug == slug).ok_or(WebError::NotFound)
}

fn chapters(h: &Handout) -> Vec<Chapter> {
    let found = h.guides.iter().filter_map(|g| guides::find(g));
    // Under the chapter's own heading theirs are one step down.
    found.map(|g| Chapter { title: g.title, body: g.body.replace("<h2", "<h3").replace("</h2>", "</h3>") }).collect()
}

async fn list(State(web): State<Web>, staff: Staff) -> Answer {
    let firm = app::firms::own(&web.app, &staff.scope).await?;
    let s = &firm.settings;
    let about = About {
        given: "[first name]",
        adviser: &staff.name,
        firm: &firm.name,
        support_email: &s.support_email,
        support_phone: &s.support_phone,
        until: "[last day]",
        link: "[the client’s own link]",
        ..About::default()
    };
    let (subject, paragraphs) = letters::compose(s, Kind::Invitation, &about);
    let rows = HANDOUTS.iter().map(|h| HandoutRow { title: h.title, about: h.about, href: format!("/resources/{}", h.slug) });
    let view = Resources {
        shell: staff.shell(&web, Here::Help),
        rows: rows.collect(),
        sample: Sample { subject, paragraphs },
        compliance: s.compliance.clone(),
        compliance_link: s.compliance_link.clone(),
        letters: if staff.is_administrator() { "/settings/letters/invitation".into() } else { String::new() },
    };
    Ok(Page(view).into_response())
}

/// Whom clients turn to: the adviser who hands it out, and the firm.
async fn giver(web: &Web, staff: &Staff) -> Result<Giver, WebError> {
    let firm = app::firms::own(&web.app, &staff.scope).await?;
    let card = app::likeness::mine(&web.app, &staff.scope).await?;
    Ok(Giver {
        name: card.name,
        title: card.title.unwrap_or_default(),
        phone: card.phone.unwrap_or_default(),
        email: card.email,
        firm: Contact { firm: firm.name, phone: firm.settings.support_phone, email: firm.settings.support_email },
        disclaimer: firm.settings.disclaimer,
    })
}

async fn show(State(web): State<Web>, staff: Staff, At(slug): At<String>) -> Answer {
    let h = find(&slug)?;
    let shell = staff.shell(&web, Here::Help);
    let download = format!("/resources/{}/download", h.slug);
    let giver = giver(&web, &staff).await?;
    let share = web.app.public_url().join(&format!("/guides/{}", h.slug)).map(String::from).unwrap_or_default();
    Ok(Page(HandoutPage { shell, title: h.title, about: h.about, chapters: chapters(h), giver, download, share }).into_response())
}

/// The same for whoever has the address: no name of anybody, the firm's own contact, nothing that needs a sign-in.
async fn shared_one(State(web): State<Web>, At(slug): At<String>) -> Answer {
    let h = find(&slug)?;
    let shell = crate::troubles::plain(&web, "").await;
    Ok(Page(SharedGuide { shell, title: h.title, about: h.about, chapters: chapters(h) }).into_response())
}

async fn shared(State(web): State<Web>) -> Answer {
    let shell = crate::troubles::plain(&web, "").await;
    let rows = HANDOUTS.iter().map(|h| HandoutRow { title: h.title, about: h.about, href: format!("/guides/{}", h.slug) });
    Ok(Page(SharedGuides { shell, rows: rows.collect() }).into_response())
}

/// One file with everything inside: it opens from a mailbox, without us.
async fn download(State(web): State<Web>, staff: Staff, At(slug): At<String>) -> Answer {
    let h = find(&slug)?;
    let logo = match app::firms::logo(&web.app, staff.scope.firm()).await {
        Ok((mime, body)) => format!("data:{mime};base64,{}", BASE64_STANDARD.encode(body)),
        Err(app::Error::NotFound) => String::new(),
        Err(e) => return Err(e.into()),
    };
    let file = HandoutFile { title: h.title, chapters: chapters(h), giver: giver(&web, &staff).await?, logo };
    let html = file.render().map_err(|_| WebError::Broken)?;
    let name = format!("attachment; filename=\"{}.html\"", h.slug);
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], html).into_response())
}
