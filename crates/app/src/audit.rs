//! The audit log's seal: each event of a firm is chained to the one before and the end of the chain is signed, about a second after it
//! happened, so that no write waits for another. What was signed is also kept outside the database.

mod anchors;
mod verify;

pub use anchors::{Anchors, read};
pub use verify::{Found, verify};

use crate::{App, Error, Result};
use model::{FirmId, Time};
use ring::digest::{Context, SHA256};
use ring::signature::{Ed25519KeyPair, KeyPair};
use std::path::PathBuf;
use std::time::Duration;
use store::audit::{Checkpoint, Seal};
use store::events::Event;
use tokio::sync::watch;

/// What the first link hangs on.
const BEGINNING: [u8; 32] = [0; 32];
/// Links made in one transaction: others write meanwhile.
const AT_ONCE: u32 = 200;
const NAP: Duration = Duration::from_millis(500);
const PURPOSE: &str = "audit";

/// A checkpoint with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub firm: FirmId,
    pub checkpoint: Checkpoint,
}

/// Hashes parts so that no two lists of parts look alike.
struct Parts(Context);

impl Parts {
    fn of(kind: &str) -> Parts {
        Parts(Context::new(&SHA256)).and(kind.as_bytes())
    }
    fn and(mut self, part: &[u8]) -> Parts {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }
    fn end(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// The hash of one link: the link before, its place, and everything that the event says.
fn link(before: &[u8], firm: FirmId, seq: i64, e: &Event) -> Vec<u8> {
    let household = e.household.map(|h| h.to_string()).unwrap_or_default();
    Parts::of("audit1")
        .and(before)
        .and(firm.uuid().as_bytes())
        .and(&seq.to_be_bytes())
        .and(e.id.uuid().as_bytes())
        .and(&e.at.0.to_be_bytes())
        .and(e.actor.as_bytes())
        .and(household.as_bytes())
        .and(e.kind.as_bytes())
        .and(e.object.as_bytes())
        .and(e.detail.as_bytes())
        .end()
}

/// What a checkpoint's signature is over.
fn statement(firm: FirmId, seq: i64, hash: &[u8], at: Time) -> Vec<u8> {
    Parts::of("checkpoint1").and(firm.uuid().as_bytes()).and(&seq.to_be_bytes()).and(hash).and(&at.0.to_be_bytes()).end()
}

fn signer(seed: &[u8; 32]) -> Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Error::Internal("the audit key"))
}

/// The public half of the key that signs now, for whoever keeps checkpoints elsewhere.
pub fn public_key(ring: &vault::Ring) -> Result<Vec<u8>> {
    Ok(signer(ring.derive(PURPOSE).expose())?.public_key().as_ref().to_vec())
}

/// Seals everything that waits, firm by firm, and says what was signed.
#[crate::boxed]
pub async fn seal(app: &App) -> Result<Vec<Signed>> {
    let firms = store::audit::busy(&*app.store().read_system().await?).await?;
    let mut out = Vec::new();
    for firm in firms {
        loop {
            match seal_some(app, firm).await {
                Ok(Some((signed, more))) => {
                    out.push(signed);
                    if !more {
                        break;
                    }
                }
                // Another node was quicker: it goes on, too.
                Ok(None) => break,
                Err(e) if e.is_conflict() => break,
                Err(e) => return Err(e),
            }
        }
    }
    Ok(out)
}

/// Seals a batch; says whether more may wait.
async fn seal_some(app: &App, firm: FirmId) -> Result<Option<(Signed, bool)>> {
    let tx = app.store().begin(&app.system_scope(firm)).await?;
    let events = store::audit::waiting(&tx, AT_ONCE).await?;
    if events.is_empty() {
        // Another node was quicker. Committed all the same: a unit that is dropped keeps the file locked until the next one.
        tx.commit().await?;
        return Ok(None);
    }
    let (mut seq, mut hash) = store::audit::head(&tx).await?.map_or((0, BEGINNING.to_vec()), |s| (s.seq, s.hash));
    for e in &events {
        seq += 1;
        hash = link(&hash, firm, seq, e);
        store::audit::add(&tx, &Seal { seq, event: e.id, hash: hash.clone() }).await?;
    }
    let at = app.now();
    let ring = app.ring();
    let signature = signer(ring.derive(PURPOSE).expose())?.sign(&statement(firm, seq, &hash, at)).as_ref().to_vec();
    let checkpoint = Checkpoint { seq, hash, at, key: ring.active().0.to_vec(), signature };
    store::audit::add_checkpoint(&tx, &checkpoint).await?;
    tx.commit().await?;
    Ok(Some((Signed { firm, checkpoint }, events.len() == AT_ONCE as usize)))
}

/// Seals what happens until `stop` turns true, then once more; what was signed is appended to a file outside the database.
#[crate::boxed]
pub async fn keep(app: App, file: PathBuf, mut stop: watch::Receiver<bool>) {
    let mut anchors = None;
    loop {
        let stopping = *stop.borrow();
        match turn(&app, &file, &mut anchors).await {
            Ok(()) => {}
            Err(_) if app.store().is_stopped() => return,
            Err(e) => tracing::error!(error = %e, "the audit log could not be sealed"),
        }
        if stopping {
            return;
        }
        tokio::select! {
            _ = stop.changed() => {}
            _ = tokio::time::sleep(NAP) => {}
        }
    }
}

async fn turn(app: &App, file: &std::path::Path, anchors: &mut Option<Anchors>) -> Result<()> {
    if anchors.is_none() {
        let mut begun = Anchors::open(file).await?;
        catch_up(app, &mut begun).await?;
        *anchors = Some(begun);
    }
    let Some(anchors) = anchors else { return Ok(()) };
    for signed in seal(app).await? {
        anchors.add(signed);
    }
    anchors.write().await
}

/// What happened before there was a chain is sealed now; what was signed when the program was cut off goes into the file.
async fn catch_up(app: &App, anchors: &mut Anchors) -> Result<()> {
    let firms = store::firms::all(&*app.store().read_system().await?).await?;
    for firm in firms.into_iter().map(|f| f.id) {
        let tx = app.store().begin(&app.system_scope(firm)).await?;
        if store::audit::head(&tx).await?.is_none() {
            store::audit::gather(&tx).await?;
        }
        let late = store::audit::checkpoints(&tx, anchors.last(firm)).await?;
        tx.commit().await?;
        late.into_iter().for_each(|checkpoint| anchors.add(Signed { firm, checkpoint }));
    }
    Ok(())
}
