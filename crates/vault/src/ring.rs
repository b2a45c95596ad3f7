//! The loaded master keys, one of them active, and what hangs on them directly: firm keys and keys by purpose.

use std::path::Path;

use crate::envelope::{self, Key};
use crate::fault::Fault;
use crate::kek::{Kek, KekId, State};
use crate::keys::{FirmKey, Wrapped, unwrap_firm_key, wrap_firm_key};
use crate::place::hex;
use crate::randomness::Randomness;
use crate::secret::Secret;

pub struct Ring {
    keks: Vec<Kek>,
    active: usize,
    randomness: Randomness,
}

impl Ring {
    pub fn load<P: AsRef<Path>>(paths: &[P], randomness: Randomness) -> Result<Ring, Fault> {
        let keks = paths.iter().map(|p| Kek::load(p.as_ref())).collect::<Result<_, _>>()?;
        Ring::of(keks, randomness)
    }

    /// The key in this file, made first when there is none. Two processes that start at once end with the same key.
    pub fn load_or_create(path: &Path, randomness: Randomness) -> Result<Ring, Fault> {
        match Kek::load(path) {
            Err(Fault::File(_, e)) if e.kind() == std::io::ErrorKind::NotFound => {}
            other => return Ring::of(vec![other?], randomness),
        }
        match Kek::create(path, State::Valid, &randomness) {
            Ok(_) | Err(Fault::Exists(_)) => Ring::load(&[path], randomness),
            Err(e) => Err(e),
        }
    }

    /// A key that lives as long as the process: for tests, and for a demo that keeps nothing.
    pub fn fleeting(randomness: Randomness) -> Ring {
        Ring { keks: vec![Kek::random(State::Valid, &randomness)], active: 0, randomness }
    }

    fn of(keks: Vec<Kek>, randomness: Randomness) -> Result<Ring, Fault> {
        for (at, kek) in keks.iter().enumerate() {
            if keks[..at].iter().any(|k| k.id == kek.id) {
                return Err(Fault::Twice(kek.id.to_string()));
            }
        }
        let valid: Vec<usize> =
            keks.iter().enumerate().filter(|(_, k)| k.state == State::Valid && k.key.is_some()).map(|(at, _)| at).collect();
        match valid[..] {
            [active] => Ok(Ring { keks, active, randomness }),
            _ => Err(Fault::NotOneValid(valid.len())),
        }
    }

    pub fn randomness(&self) -> &Randomness {
        &self.randomness
    }

    /// The key that wraps from now on.
    pub fn active(&self) -> KekId {
        self.keks[self.active].id
    }

    pub fn states(&self) -> impl Iterator<Item = (KekId, State)> {
        self.keks.iter().map(|k| (k.id, k.state))
    }

    /// A new random key for a firm, wrapped; `version` is one more than the firm's last.
    pub fn new_firm_key(&self, firm: &[u8; 16], version: u32) -> Wrapped {
        let key = Secret::new(self.randomness.bytes::<32>());
        self.wrap(firm, version, &key)
    }

    pub fn open_firm_key(&self, firm: &[u8; 16], version: u32, wrapped: &Wrapped) -> Result<FirmKey, Fault> {
        let (_, key) = self.unwrap(firm, version, wrapped)?;
        Ok(FirmKey::new(firm, version, key, self.randomness.clone()))
    }

    /// A key for one purpose ("pepper", "cookie", "audit", ...) out of the active master key.
    pub fn derive(&self, purpose: &str) -> Secret<[u8; 32]> {
        envelope::derive(self.active_key(), purpose)
    }

    /// The same out of a named master key, for what was made before the active one was.
    pub fn derive_under(&self, kek: KekId, purpose: &str) -> Result<Secret<[u8; 32]>, Fault> {
        Ok(envelope::derive(self.usable(&kek.0)?, purpose))
    }

    fn wrap(&self, firm: &[u8; 16], version: u32, key: &Key) -> Wrapped {
        wrap_firm_key(self.active_key(), &self.active().0, firm, version, key, &self.randomness)
    }

    fn unwrap(&self, firm: &[u8; 16], version: u32, wrapped: &Wrapped) -> Result<(KekId, Key), Fault> {
        let id = envelope::key_id(wrapped.as_bytes()).ok_or(Fault::Refused)?;
        Ok((KekId(id), unwrap_firm_key(self.usable(&id)?, &id, firm, version, wrapped)?))
    }

    fn usable(&self, id: &[u8; 16]) -> Result<&Key, Fault> {
        let found = self.keks.iter().find(|k| k.id.0 == *id && k.state.opens());
        found.and_then(|k| k.key.as_ref()).ok_or_else(|| Fault::NoSuchKey(hex(id)))
    }

    fn active_key(&self) -> &Key {
        self.keks[self.active].key.as_ref().expect("the active key was checked when the ring was made")
    }
}
