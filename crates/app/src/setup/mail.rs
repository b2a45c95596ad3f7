//! The mail server: sealed, used at once, and proven by a message whose link comes back.

use super::Holder;
use crate::mail::{self, Letter, Security, Smtp, Transport};
use crate::{App, Error, Field, Result, events, firms, limits, policy, seal};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::permission::Action;
use model::{FirmId, FirmScope, MailId, Secret, Span, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use store::System;
use vault::LinkToken;

const SMTP: &str = "mail.smtp";
const PURPOSE: &str = "mail-test";

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    host: String,
    port: u16,
    security: Security,
    user: String,
    password: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.password);
    }
}

/// What may be shown of it again.
#[derive(Debug, Clone)]
pub struct SmtpShown {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
}

/// A test message and whether its link came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tested {
    hash: String,
    pub mail: MailId,
    pub to: String,
    pub sent_at: Time,
    pub confirmed_at: Option<Time>,
}

/// Each firm has its own last test.
fn test_name(firm: FirmId) -> String {
    format!("mail.test.{firm}")
}

#[crate::boxed]
pub(super) async fn tested(db: &System, firm: FirmId) -> Result<Option<Tested>> {
    super::json(db, &test_name(firm)).await
}

async fn kept(app: &App, db: &System) -> Result<Option<Kept>> {
    let Some(open) = seal::system_get(app, db, SMTP).await? else { return Ok(None) };
    serde_json::from_slice(open.expose()).map(Some).map_err(|_| Error::Internal("an unreadable setting"))
}

#[crate::boxed]
pub(super) async fn shown(app: &App, db: &System) -> Result<Option<SmtpShown>> {
    let kept = kept(app, db).await?;
    Ok(kept.map(|k| SmtpShown { host: k.host.clone(), port: k.port, security: k.security, user: k.user.clone() }))
}

#[crate::boxed]
pub(super) async fn load(app: &App, db: &System) -> Result<()> {
    if let Some(kept) = kept(app, db).await? {
        apply(app, &kept);
    }
    Ok(())
}

fn apply(app: &App, kept: &Kept) {
    let password = Secret::new(kept.password.clone());
    let smtp = Smtp { host: kept.host.clone(), port: kept.port, security: kept.security, user: kept.user.clone(), password };
    app.set_post(Transport::Smtp(Arc::new(smtp)));
}

/// As it was typed. Without a password the saved one stays.
#[derive(Debug)]
pub struct NewSmtp {
    pub host: String,
    pub port: String,
    pub security: String,
    pub user: String,
    pub password: Secret<String>,
}

#[crate::boxed]
pub async fn save_mail(app: &App, holder: &Holder, new: NewSmtp) -> Result<()> {
    let firm = holder.firm()?.firm();
    let mut wrong = Vec::new();
    let host = new.host.trim().to_lowercase();
    if host.is_empty() || host.len() > 253 || !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c)) {
        wrong.push(Field { name: "host", message: "Enter the mail server’s name, like smtp.example.com.".into() });
    }
    let port = new.port.trim().parse::<u16>().ok().filter(|p| *p > 0);
    if port.is_none() {
        wrong.push(Field { name: "port", message: "Enter the port: 465 with TLS, 587 with STARTTLS.".into() });
    }
    let security = match new.security.as_str() {
        "starttls" => Security::StartTls,
        "none" => Security::None,
        _ => Security::Tls,
    };
    if security == Security::None && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1") {
        wrong.push(Field { name: "security", message: "Without encryption only a server on this same machine can be used.".into() });
    }
    let (Some(port), true) = (port, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let before = kept(app, &*app.store().read_system().await?).await?;
    let same = before.filter(|k| new.password.expose().is_empty() && k.host == host && k.user == new.user.trim());
    let password = same.map_or_else(|| new.password.expose().clone(), |k| k.password.clone());
    let kept = Kept { host, port, security, user: new.user.trim().to_owned(), password };
    let text = serde_json::to_vec(&kept).map(Secret::new).map_err(|_| Error::Internal("a setting that cannot be written"))?;
    let tx = app.store().begin_system().await?;
    seal::system_put(app, &tx, SMTP, text.expose()).await?;
    store::settings::remove(&tx, &test_name(firm)).await?;
    tx.commit().await?;
    apply(app, &kept);
    // Whoever carries the mail reads the links in it, so the log says who changed that.
    let scope = holder.firm()?;
    let tx = app.store().begin(&scope).await?;
    events::record(app, &tx, &scope, None, "firm.mail_server", firm, json!({ "host": kept.host })).await?;
    Ok(tx.commit().await?)
}

/// Sends a message to an address whose link, opened, proves the way.
#[crate::boxed]
pub async fn test_mail(app: &App, scope: &FirmScope, to: &str) -> Result<()> {
    policy::check(app, &*app.store().read(scope).await?, scope, Action::ManageFirm, None).await?;
    if matches!(app.post(), Transport::Off) {
        return Err(Error::Refused("Mail is not set up yet.".into()));
    }
    limits::take(app, &format!("mail-test|{}", scope.firm()), 10, Span::hours(1)).await?;
    let to = mail::mailbox("", to)?;
    let firm = firms::own(app, scope).await?;
    let token = LinkToken::new(app.random().bytes());
    let base = app.public_url();
    let link = format!("{}/mail-test#{}", base.as_str().trim_end_matches('/'), token.code().as_str());
    let paragraphs = vec![
        format!("This is the test message of {}.", firm.name),
        "Open this link to confirm that it arrived:".into(),
        link,
        "If you expected no such message, ignore it.".into(),
    ];
    let letter = Letter {
        household: None,
        purpose: "mail-test".into(),
        recipient: to.clone(),
        to: to.clone(),
        cc: None,
        reply_to: None,
        subject: "Test message".into(),
        paragraphs,
        thread: format!("mail-test-{}", app.now().as_millis()),
    };
    let tx = app.store().begin(scope).await?;
    let mail = mail::write(app, &tx, &firm, &letter).await?;
    tx.commit().await?;
    let hash = BASE64_URL_SAFE_NO_PAD.encode(token.hash(PURPOSE));
    let tested = Tested { hash, mail, to: to.email.to_string(), sent_at: app.now(), confirmed_at: None };
    let tx = app.store().begin_system().await?;
    super::put_json(app, &tx, &test_name(scope.firm()), &tested).await?;
    Ok(tx.commit().await?)
}

/// The link of the test message came back.
#[crate::boxed]
pub async fn confirm_mail(app: &App, code: &str) -> Result<()> {
    let hash = BASE64_URL_SAFE_NO_PAD.encode(LinkToken::parse(code).map_err(|_| Error::NotFound)?.hash(PURPOSE));
    let db = app.store().read_system().await?;
    for firm in store::firms::all(&db).await? {
        let Some(mut tested) = tested(&db, firm.id).await?.filter(|t| t.hash == hash) else { continue };
        drop(db);
        tested.confirmed_at.get_or_insert(app.now());
        let tx = app.store().begin_system().await?;
        super::put_json(app, &tx, &test_name(firm.id), &tested).await?;
        return Ok(tx.commit().await?);
    }
    Err(Error::NotFound)
}

/// The firm's last test message.
#[crate::boxed]
pub async fn mail_tested(app: &App, scope: &FirmScope) -> Result<Option<Tested>> {
    tested(&*app.store().read_system().await?, scope.firm()).await
}
