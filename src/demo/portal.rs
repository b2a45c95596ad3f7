//! The demo's clients: sign-ins of the portal whose passwords are printed, one invitation that is out and one that ran out.

use super::Stage;
use super::households::{Made, mail};
use super::staff::key;
use crate::Trouble;
use app::invitations::{New, ReadyClient};
use model::portal::{Preset, Right, Rights};
use model::{Actor, FirmScope, MemberId, Secret};

/// How one of them signs in.
pub struct Proofs {
    pub member: MemberId,
    pub password: String,
    pub totp: String,
}

/// What somebody may see who sees everything, prints it, and does what a client can.
pub fn all() -> Rights {
    Rights::ALL
}

/// Everything to look at, and their own accounts.
pub fn looking() -> Rights {
    Preset::Everything.rights().with(Right::Connect).with(Right::Suggest)
}

/// The map alone.
pub fn map() -> Rights {
    Preset::Reader.rights().with(Right::Suggest)
}

pub async fn client(stage: &Stage, scope: &FirmScope, made: &Made, (given, last): (&str, &str), rights: Rights) -> Result<Proofs, Trouble> {
    let app = &stage.app;
    let Actor::User(granted_by) = scope.actor() else { return Err(Trouble("nobody grants access".into())) };
    let (member, email) = (made.person(given), mail(given, last));
    let (password, totp) = (format!("{} looks at a demo", given.to_lowercase()), key(stage.seed, &email));
    let hash = app::passwords::hash(app, &Secret::new(password.clone())).await?;
    let id = app.random().id(app.now());
    let new = ReadyClient { id, name: format!("{given} {last}"), email, household: made.id, member, rights, granted_by };
    let tx = app.store().begin(scope).await?;
    app::invitations::add_ready_client(app, &tx, scope, &new, &hash, &totp).await?;
    tx.commit().await?;
    Ok(Proofs { member, password, totp })
}

/// An invitation whose link nobody keeps: it stands in the household's list.
pub async fn invite(stage: &Stage, scope: &FirmScope, made: &Made, (given, last): (&str, &str)) -> Result<(), Trouble> {
    let new = New {
        id: stage.app.random().id(stage.app.now()),
        household: made.id,
        member: made.person(given),
        email: mail(given, last),
        rights: Preset::Reader.rights().with(Right::Connect),
        set: Preset::Reader.key().into(),
    };
    app::invitations::create(&stage.app, scope, &new).await?;
    Ok(())
}
