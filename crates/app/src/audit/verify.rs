//! Verifies the audit log from its first row to its last, against itself, against its signatures and against the checkpoints that lie
//! outside the database. Changes nothing, and works beside a running server.

use super::{BEGINNING, PURPOSE, Signed, link, signer, statement};
use crate::Result;
use model::{Actor, FirmId, FirmScope};
use ring::signature::{ED25519, KeyPair, UnparsedPublicKey};
use std::collections::{BTreeMap, HashMap};
use store::audit::{Checkpoint, Unsealed};
use store::{Firm, Store};
use vault::{KekId, Ring};

const PAGE: u32 = 5_000;
/// Troubles told of one firm: one changed byte early on is one, a lost table is not a million.
const MOST: usize = 50;

/// What was found of one firm.
#[derive(Debug, Clone)]
pub struct Found {
    pub firm: FirmId,
    pub sealed: i64,
    /// Happened, and waits for the sealer: how many, and the oldest.
    pub waiting: usize,
    pub oldest: Option<Unsealed>,
    /// What does not fit, the first row first.
    pub troubles: Vec<String>,
}

impl Found {
    fn say(&mut self, text: String) {
        if self.troubles.len() < MOST {
            self.troubles.push(text);
        }
    }
}

/// `anchors` have to be read before: the chain may grow meanwhile, the file of an earlier moment fits it all the same.
#[crate::boxed]
pub async fn verify(store: &Store, ring: &Ring, anchors: Vec<Signed>) -> Result<Vec<Found>> {
    let mut outside: BTreeMap<FirmId, BTreeMap<i64, Checkpoint>> = BTreeMap::new();
    let mut keys = Keys { ring, known: HashMap::new() };
    let mut forged: BTreeMap<FirmId, Vec<String>> = BTreeMap::new();
    for Signed { firm, checkpoint } in anchors {
        if !keys.vouch(firm, &checkpoint) {
            forged
                .entry(firm)
                .or_default()
                .push(format!("the file's checkpoint of row {} is not signed by this installation", checkpoint.seq));
        }
        outside.entry(firm).or_default().insert(checkpoint.seq, checkpoint);
    }
    let mut firms: Vec<FirmId> = store::firms::all(&*store.read_system().await?).await?.into_iter().map(|f| f.id).collect();
    firms.extend(outside.keys());
    firms.sort_unstable();
    firms.dedup();
    let mut out = Vec::new();
    for firm in firms {
        let db = store.read(&FirmScope::new(firm, Actor::System)).await?;
        let mut found = Found { firm, sealed: 0, waiting: 0, oldest: None, troubles: forged.remove(&firm).unwrap_or_default() };
        chain(&db, &mut keys, &outside.remove(&firm).unwrap_or_default(), &mut found).await?;
        tail(&db, &mut found).await?;
        out.push(found);
    }
    Ok(out)
}

/// Public keys by the master key that they come from.
struct Keys<'a> {
    ring: &'a Ring,
    known: HashMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Keys<'_> {
    fn vouch(&mut self, firm: FirmId, c: &Checkpoint) -> bool {
        let ring = self.ring;
        let public = self.known.entry(c.key.clone()).or_insert_with(|| {
            let kek = KekId(c.key.as_slice().try_into().ok()?);
            let seed = ring.derive_under(kek, PURPOSE).ok()?;
            Some(signer(seed.expose()).ok()?.public_key().as_ref().to_vec())
        });
        let Some(public) = public else { return false };
        UnparsedPublicKey::new(&ED25519, public).verify(&statement(firm, c.seq, &c.hash, c.at), &c.signature).is_ok()
    }
}

/// Walks the chain.
async fn chain(db: &Firm, keys: &mut Keys<'_>, outside: &BTreeMap<i64, Checkpoint>, found: &mut Found) -> Result<()> {
    let mut inside = checkpoints(db, keys, 0, found).await?;
    // The hash that the next link hangs on; unknown after a gap.
    let mut before = Some(BEGINNING.to_vec());
    loop {
        let page = store::audit::page(db, found.sealed, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        let end = last.seq;
        for (seal, event) in page {
            if seal.seq != found.sealed + 1 {
                found.say(format!("row {} is missing, up to row {}", found.sealed + 1, seal.seq - 1));
                before = None;
            }
            match (event, &before) {
                (None, _) => found.say(format!("row {}: its event {} was removed", seal.seq, seal.event)),
                (Some(e), Some(before)) if link(before, db.id(), seal.seq, &e) != seal.hash => {
                    found.say(format!("row {}: event {} is not what was sealed", seal.seq, seal.event));
                }
                (Some(_), _) => {}
            }
            for (c, whose) in [(inside.get(&seal.seq), "signed"), (outside.get(&seal.seq), "kept outside the database")] {
                if c.is_some_and(|c| c.hash != seal.hash) {
                    found.say(format!("row {} is not the one that was {whose}", seal.seq));
                }
            }
            found.sealed = seal.seq;
            before = Some(seal.hash);
        }
        if inside.last_key_value().is_none_or(|(seq, _)| *seq < end) {
            // The sealer may have gone on since.
            inside.extend(checkpoints(db, keys, inside.last_key_value().map_or(0, |(seq, _)| *seq), found).await?);
        }
    }
    let signed = inside.last_key_value().map_or(0, |(seq, _)| *seq);
    if signed < found.sealed {
        found.say(format!("row {} and those after it were never signed", signed + 1));
    }
    for (end, whose) in [(signed, "was signed"), (outside.last_key_value().map_or(0, |(seq, _)| *seq), "is kept outside the database")] {
        if end > found.sealed {
            found.say(format!("row {} and those after it were cut off: row {end} {whose}", found.sealed + 1));
        }
    }
    Ok(())
}

async fn checkpoints(db: &Firm, keys: &mut Keys<'_>, after: i64, found: &mut Found) -> Result<BTreeMap<i64, Checkpoint>> {
    let all = store::audit::checkpoints(db, after).await?;
    for c in all.iter().filter(|c| !keys.vouch(db.id(), c)) {
        found.say(format!("the checkpoint of row {} is not signed by this installation", c.seq));
    }
    Ok(all.into_iter().map(|c| (c.seq, c)).collect())
}

/// What happened and is not sealed yet; whatever the product wrote, the sealer knows of.
async fn tail(db: &Firm, found: &mut Found) -> Result<()> {
    for e in store::audit::unsealed(db).await? {
        if e.waits {
            found.waiting += 1;
            found.oldest.get_or_insert(e);
        } else {
            found.say(format!("event {} of {} was put in by something else than this program, or its row was removed", e.event, e.at));
        }
    }
    for event in store::audit::lost(db).await? {
        found.say(format!("event {event} was removed before it was sealed"));
    }
    Ok(())
}
