//! The adviser's side: made, replaced, taken back, a code read out. The product does not send an invitation: the adviser does (P14).

use super::{Invitation, KIND, end};
use crate::jobs::{self, Job};
use crate::mail::{self, letters};
use crate::{App, Error, Result, events, limits, links, permission_sets, policy, portal, sign_in};
use model::invitation::{End, LASTS, Life, Proof, why_not};
use model::permission::Action;
use model::portal::Rights;
use model::{Actor, FirmScope, HouseholdId, InvitationId, MemberId, Secret, Span, Time, text};
use serde_json::json;
use store::Firm;
use store::members::Member;
use vault::LinkToken;

/// What the form says. The id was made with it: sent twice, it is one invitation.
#[derive(Debug, Clone)]
pub struct New {
    pub id: InvitationId,
    pub household: HouseholdId,
    pub member: MemberId,
    /// Only this address can use it; "" lets any sign up.
    pub email: String,
    pub rights: Rights,
    /// The key of the set that was chosen.
    pub set: String,
}

/// An invitation as it is shown once, right after it was made.
pub struct Shown {
    pub address: Secret<String>,
    /// An SVG picture of the address.
    pub qr: Secret<String>,
    pub until: Time,
    pub letter: Letter,
}

/// The text that the adviser sends with their own mail (P14, P16).
pub struct Letter {
    pub to: String,
    pub subject: String,
    /// With the link in its place.
    pub paragraphs: Vec<String>,
    /// Opens the adviser's mail programme with all of it.
    pub mailto: Secret<String>,
}

/// The person, when the actor may invite them.
#[crate::boxed]
pub(super) async fn whom(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<Member> {
    policy::check(app, db, scope, Action::AskClient, Some(household)).await?;
    let found = store::members::find(db, member).await?.filter(|m| m.household == household && m.active);
    found.ok_or(Error::NotFound)
}

/// Makes an invitation; the person's earlier one ends. `None`: the same form again, whose secret was shown already.
#[crate::boxed]
pub async fn create(app: &App, scope: &FirmScope, new: &New) -> Result<Option<Shown>> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    let email = match new.email.trim() {
        "" => None,
        typed => Some(text::email(typed).ok_or_else(|| {
            Error::field("email", "Enter an address such as name@home.example, or leave it empty to let any address sign up.")
        })?),
    };
    {
        let db = app.store().read(scope).await?;
        whom(app, &db, scope, new.household, new.member).await?;
    }
    count(app, scope, me, email.as_deref(), new.member).await?;
    let tx = app.store().begin(scope).await?;
    let member = whom(app, &tx, scope, new.household, new.member).await?;
    if let Some(there) = store::invitations::find(&tx, new.id).await? {
        return if there.member == new.member && there.household == new.household { Ok(None) } else { Err(Error::NotFound) };
    }
    if let Some(why) = why_not(member.role, member.born, policy::today(app, &tx).await?) {
        return Err(Error::Refused(format!("{} cannot be invited. {why}.", member.given)));
    }
    let seen = store::portal::of_household(&tx, new.household).await?;
    if seen.iter().any(|a| a.member == member.id && a.ended_at.is_none()) {
        return Err(Error::Refused(format!("{} has access already. Change what they see instead.", member.given)));
    }
    let firm = store::firms::own(&tx).await?;
    let ceiling = portal::ceiling(&firm.settings);
    permission_sets::check(new.rights, ceiling, &member.given)?;
    let now = app.now();
    if let Some(old) = store::invitations::live(&tx, new.household, member.id).await? {
        let why = if old.life.lives(now) { End::Replaced } else { End::Expired };
        end(app, &tx, scope, &old, why).await?;
    }
    let choices = permission_sets::choices(&tx, me, ceiling).await?;
    let token = LinkToken::new(app.random().bytes());
    let i = Invitation {
        firm: tx.id(),
        id: new.id,
        household: new.household,
        member: member.id,
        email,
        proof: permission_sets::proof(&firm.settings),
        rights: new.rights,
        set_name: permission_sets::name_of(&choices, new.rights, &new.set).to_owned(),
        made_by: me,
        created_at: now,
        life: Life { expires_at: now + LASTS, opened_at: None, ended: None },
        opened_on: None,
        accepted_at: None,
        login: None,
    };
    store::invitations::insert(&tx, &i, &token.hash(KIND)).await?;
    jobs::enqueue(app, &tx, &Job::ExpireInvitation { invitation: i.id }, i.life.expires_at).await?;
    let detail = json!({ "member": member.id, "rights": i.rights.to_string(), "set": i.set_name, "bound": i.email.is_some() });
    events::record(app, &tx, scope, Some(new.household), "invitation.created", i.id, detail).await?;
    let address = links::address(app, &token);
    let letter = letter(&tx, scope, &firm, &member, &i, &address).await?;
    tx.commit().await?;
    app.wake();
    let qr = crate::qr::svg(&address)?;
    Ok(Some(Shown { address: Secret::new(address.to_string()), qr: Secret::new(qr), until: i.life.expires_at, letter }))
}

/// Invitations are counted for each person, adviser and firm (G19).
async fn count(app: &App, scope: &FirmScope, me: model::UserId, email: Option<&str>, member: MemberId) -> Result<()> {
    let whom = email.map_or_else(|| member.to_string(), |e| sign_in::digest_of(&sign_in::email_key(e)));
    limits::take(app, &format!("invite-to|{}|{whom}", scope.firm()), 3, Span::hours(1)).await?;
    limits::take(app, &format!("invite-by|{me}"), 30, Span::hours(1)).await?;
    limits::take(app, &format!("invite-at|{}", scope.firm()), 500, Span::days(1)).await
}

async fn letter(
    db: &Firm,
    scope: &FirmScope,
    firm: &store::firms::FirmRow,
    member: &Member,
    i: &Invitation,
    address: &str,
) -> Result<Letter> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    let adviser = store::links::staff(db, me).await?.map(|(name, _)| name).unwrap_or_default();
    let until = i.life.expires_at.date(&policy::zone(db).await?).strftime("%A %-d %B").to_string();
    let about = letters::About {
        given: &member.given,
        adviser: &adviser,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        until: &until,
        link: address,
        ..letters::About::default()
    };
    let (subject, mut paragraphs) = letters::compose(&firm.settings, letters::Kind::Invitation, &about);
    paragraphs.extend(mail::disclaimer(firm));
    let to = i.email.clone().or_else(|| member.email.clone()).unwrap_or_default();
    let escaped = |t: &str| url::form_urlencoded::byte_serialize(t.as_bytes()).collect::<String>().replace('+', "%20");
    let mailto =
        format!("mailto:{}?subject={}&body={}", escaped(&to).replace("%40", "@"), escaped(&subject), escaped(&paragraphs.join("\r\n\r\n")));
    Ok(Letter { to, subject, paragraphs, mailto: Secret::new(mailto) })
}

/// Takes it back. Nothing to take back is fine.
#[crate::boxed]
pub async fn revoke(app: &App, scope: &FirmScope, household: HouseholdId, id: InvitationId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::AskClient, Some(household)).await?;
    let i = store::invitations::find(&tx, id).await?.filter(|i| i.household == household).ok_or(Error::NotFound)?;
    let ran_out = matches!(i.life.ended, Some((_, End::Expired)));
    if ran_out {
        // Its browser may still be finishing: taken back means that it is not.
        store::invitations::end_enrolments(&tx, id, app.now()).await?;
    }
    end(app, &tx, scope, &i, End::Revoked).await?;
    Ok(tx.commit().await?)
}

/// Whether a code may be read out for this invitation: where the firm asks for that, or cannot send one.
pub(super) fn may_read_out(app: &App, firm: &store::firms::FirmRow, proof: Proof) -> bool {
    match proof {
        Proof::Spoken => true,
        Proof::Mailbox => mail::why_not(app, firm).is_some(),
        Proof::Nothing => false,
    }
}

/// A code to read out to the person whose browser waits.
#[crate::boxed]
pub async fn read_out(app: &App, scope: &FirmScope, household: HouseholdId, id: InvitationId) -> Result<Secret<String>> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::AskClient, Some(household)).await?;
    let i = store::invitations::find(&tx, id).await?.filter(|i| i.household == household).ok_or(Error::NotFound)?;
    if !may_read_out(app, &store::firms::own(&tx).await?, i.proof) {
        return Err(Error::Refused("Your firm asks for a code to the mailbox: the client gets it there.".into()));
    }
    let now = app.now();
    let mut waits = store::invitations::enrolments(&tx, id).await?.into_iter();
    let waits = waits.find(|e| e.proved_at.is_none() && e.email.is_some() && i.life.carries(e.created_at, now));
    let e = waits.ok_or_else(|| Error::Refused("No browser waits for a code. Ask them to open the link first.".into()))?;
    let code = super::proof::give(app, &tx, &e).await?;
    events::record(app, &tx, scope, Some(household), "invitation.code_read_out", id, json!({ "member": i.member })).await?;
    tx.commit().await?;
    Ok(code)
}
