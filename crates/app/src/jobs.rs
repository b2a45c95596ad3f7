//! Background work that is not a refresh: plain data in one enum, one exhaustive match, enqueued in the change's transaction.

use crate::{App, Error, Result};
use model::{AttemptId, CaseId, ConnectionId, FirmId, InvitationId, LinkId, MailId, RecoveryId, Span, Time, UserId};
use serde::{Deserialize, Serialize};
use store::jobs::{Claimed, NewJob};
use store::{Firm, System};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Job {
    /// Hands one sealed message to the mail server.
    SendMail { mail: MailId },
    /// Asks the provider whether a link session has ended: the twin of its hook.
    PollAttempt { attempt: AttemptId },
    /// Ends a link when its time is over, so that a clock that is set back revives nothing.
    ExpireLink { link: LinkId },
    /// The same for an invitation to the portal.
    ExpireInvitation { invitation: InvitationId },
    /// Looks whether an institution lets people connect again, and tells the client who asked.
    WatchInstitution { attempt: AttemptId },
    /// Looks whether the first values have come, and tells the client who asked or left.
    TellArrived { attempt: AttemptId },
    /// Looks whether a connection that was down works again, and tells the client who asked.
    TellBack { connection: ConnectionId, asked: Time },
    /// Ends the permission at the provider, again and again until it is confirmed.
    Revoke { connection: ConnectionId },
    /// Reads a provider's directory.
    ImportInstitutions { provider: String },
    /// Writes to whoever has this address, if anybody has: the request that asked must not know.
    Forgot { key: String },
    /// Notes wrong passwords of this address in its owner's log, if it has one: the request that tried must not know.
    NoteRefused { key: String, device: String, network: String },
    /// Ends a way back in when its time is over, so that a clock that is set back revives nothing.
    ExpireRecovery { recovery: RecoveryId },
    /// The day after a client's recovery is over.
    EndHold { user: UserId },
    /// Tells whoever is to be told of a repair case, and hands the move on when somebody's time is over.
    LookAtCase { case: CaseId, turn: i64 },
    /// Reads what is new of price histories from the market-data service.
    RefreshPrices { firm: FirmId },
}

impl Job {
    /// Those of a wish are looked up by it.
    pub(crate) const TELL_BACK: &str = "tell_back";

    fn kind(&self) -> &'static str {
        match self {
            Job::SendMail { .. } => "send_mail",
            Job::PollAttempt { .. } => "poll_attempt",
            Job::ExpireLink { .. } => "expire_link",
            Job::ExpireInvitation { .. } => "expire_invitation",
            Job::WatchInstitution { .. } => "watch_institution",
            Job::TellArrived { .. } => "tell_arrived",
            Job::TellBack { .. } => Job::TELL_BACK,
            Job::Revoke { .. } => "revoke",
            Job::ImportInstitutions { .. } => "import_institutions",
            Job::Forgot { .. } => "forgot",
            Job::NoteRefused { .. } => "note_refused",
            Job::ExpireRecovery { .. } => "expire_recovery",
            Job::EndHold { .. } => "end_hold",
            Job::LookAtCase { .. } => "look_at_case",
            Job::RefreshPrices { .. } => "refresh_prices",
        }
    }
    /// While one with this key waits or runs, a second is not needed.
    fn uniq(&self) -> String {
        match self {
            Job::SendMail { mail } => mail.to_string(),
            Job::PollAttempt { attempt } | Job::WatchInstitution { attempt } | Job::TellArrived { attempt } => attempt.to_string(),
            Job::ExpireLink { link } => link.to_string(),
            Job::ExpireInvitation { invitation } => invitation.to_string(),
            Job::TellBack { connection, .. } | Job::Revoke { connection } => connection.to_string(),
            Job::ImportInstitutions { provider } => provider.clone(),
            Job::Forgot { key } | Job::NoteRefused { key, .. } => crate::sign_in::digest_of(key),
            Job::ExpireRecovery { recovery } => recovery.to_string(),
            Job::EndHold { user } => user.to_string(),
            Job::LookAtCase { case, turn } => format!("{case}:{turn}"),
            Job::RefreshPrices { firm } => firm.to_string(),
        }
    }
    fn row(&self, app: &App, run_at: Time) -> Result<NewJob> {
        let body = serde_json::to_vec(self).map_err(|_| Error::Internal("job body"))?;
        Ok(NewJob { id: app.random().id(app.now()), kind: self.kind(), uniq: Some(self.uniq()), body, run_at })
    }
}

/// Adds a job of this firm in the caller's transaction.
#[crate::boxed]
pub async fn enqueue(app: &App, db: &Firm, job: &Job, run_at: Time) -> Result<()> {
    store::jobs::enqueue(db, &job.row(app, run_at)?, app.now()).await?;
    app.wake();
    Ok(())
}

/// Brings a waiting job forward; adds it when none waits or runs.
#[crate::boxed]
pub async fn hasten(app: &App, db: &Firm, job: &Job) -> Result<()> {
    let now = app.now();
    if !store::jobs::hasten(db, job.kind(), &job.uniq(), now).await? {
        store::jobs::enqueue(db, &job.row(app, now)?, now).await?;
    }
    app.wake();
    Ok(())
}

/// Adds a job of the installation.
#[crate::boxed]
pub async fn enqueue_system(app: &App, db: &System, job: &Job, run_at: Time) -> Result<()> {
    store::jobs::enqueue_system(db, &job.row(app, run_at)?, app.now()).await?;
    app.wake();
    Ok(())
}

/// How a job ended.
pub enum Outcome {
    Done,
    /// Not over yet: come back then.
    Again(Time),
}

async fn perform(app: &App, firm: Option<FirmId>, job: Job) -> Result<Outcome> {
    let own = || firm.ok_or(Error::Internal("a firm's job without a firm"));
    match job {
        Job::SendMail { mail } => crate::mail::deliver(app, own()?, mail).await,
        Job::PollAttempt { attempt } => crate::connect_flow::poll(app, own()?, attempt).await,
        Job::ExpireLink { link } => crate::links::expire(app, own()?, link).await,
        Job::ExpireInvitation { invitation } => crate::invitations::expire(app, own()?, invitation).await,
        Job::WatchInstitution { attempt } => crate::connect_flow::watch(app, own()?, attempt).await,
        Job::TellArrived { attempt } => crate::connect_flow::arrived(app, own()?, attempt).await,
        Job::TellBack { connection, asked } => crate::back::look(app, own()?, connection, asked).await,
        Job::Revoke { connection } => crate::connections::revoke(app, own()?, connection).await,
        Job::ImportInstitutions { provider } => crate::institutions::import(app, &provider).await,
        Job::Forgot { key } => crate::recovery::forgot(app, &key).await,
        Job::NoteRefused { key, device, network } => crate::sign_in::note_refused(app, &key, &device, &network).await,
        Job::ExpireRecovery { recovery } => crate::recovery::expire(app, own()?, recovery).await,
        Job::EndHold { user } => crate::recovery::release(app, own()?, user).await,
        Job::LookAtCase { case, turn } => crate::cases::look(app, own()?, case, turn).await,
        Job::RefreshPrices { .. } => crate::prices::refresh(app, own()?).await,
    }
}

/// How long a job may run before another worker may take it.
pub(crate) const LEASE: Span = Span::minutes(2);
/// Tries after which a job is left for people to look at. Revocations never give up.
const TRIES: i64 = 12;

/// Runs what is due, up to `limit` jobs one after another. Says how many ran.
#[crate::boxed]
pub async fn run_due(app: &App, limit: u32) -> Result<usize> {
    let tx = app.store().begin_system().await?;
    let claimed = store::jobs::claim(&tx, app.now(), LEASE, limit).await?;
    tx.commit().await?;
    let began = app.now();
    for c in &claimed {
        if app.now() - began < Span(LEASE.0 / 2) || still_ours(app, c).await? {
            run(app, c).await?;
        }
    }
    Ok(claimed.len())
}

/// Those before it took long: another worker may have taken it over.
async fn still_ours(app: &App, claimed: &Claimed) -> Result<bool> {
    let tx = app.store().begin_system().await?;
    let ours = store::jobs::extend(&tx, claimed, app.now() + LEASE).await?;
    tx.commit().await?;
    Ok(ours)
}

async fn run(app: &App, claimed: &Claimed) -> Result<()> {
    let outcome = match serde_json::from_slice::<Job>(&claimed.body) {
        Ok(job) => perform(app, claimed.firm, job).await,
        Err(_) => Err(Error::Internal("unreadable job")),
    };
    let tx = app.store().begin_system().await?;
    match outcome {
        Ok(Outcome::Done) => store::jobs::done(&tx, claimed, app.now()).await?,
        Ok(Outcome::Again(at)) => store::jobs::failed(&tx, claimed, "", Some(at), app.now()).await?,
        Err(e) => {
            tracing::warn!(job = %claimed.id, kind = claimed.kind, attempts = claimed.attempts, error = %e, "job failed");
            let for_ever = claimed.kind == "revoke";
            let again = (for_ever || claimed.attempts < TRIES).then(|| app.now() + back_off(app, claimed.attempts));
            store::jobs::failed(&tx, claimed, &e.to_string(), again, app.now()).await?
        }
    };
    Ok(tx.commit().await?)
}

/// Doubling from ten seconds to an hour, spread by half.
fn back_off(app: &App, attempts: i64) -> Span {
    let step = Span::seconds(10).0.saturating_mul(1 << attempts.clamp(0, 12)).min(Span::hours(1).0);
    Span(step / 2 + step / 2 * i64::from(app.random().permille()) / 1000)
}
