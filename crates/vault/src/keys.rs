//! Firm keys and connection keys. They come out of their wrappings for the moment of use and seal a bounded number of messages.

use std::sync::atomic::{AtomicU32, Ordering};

use ring::{digest, hmac};

use crate::envelope::{self, Key};
use crate::fault::Fault;
use crate::place::{Place, connection_key_binding, firm_key_binding};
use crate::randomness::Randomness;
use crate::secret::Secret;

/// With random nonces of 96 bits this many messages under one key are safe by a wide margin.
const MOST_SEALED: u32 = 1 << 20;

/// A key sealed under the key above it, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped(Vec<u8>);

impl Wrapped {
    pub fn from_bytes(bytes: Vec<u8>) -> Wrapped {
        Wrapped(bytes)
    }
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// One version of a firm's key.
pub struct FirmKey {
    firm: [u8; 16],
    wrapping: Sealer,
    sealing: Sealer,
    index: Key,
    randomness: Randomness,
}

/// The key of one connection (or of one flow between nodes): destroying its wrapping destroys what it sealed.
pub struct ConnectionKey {
    firm: [u8; 16],
    connection: [u8; 16],
    version: u32,
    sealing: Sealer,
    randomness: Randomness,
}

/// A key with its public name and a count of what it sealed since it was opened.
struct Sealer {
    key: Key,
    id: [u8; 16],
    sealed: AtomicU32,
}

impl Sealer {
    fn new(key: Key, name: &[u8]) -> Sealer {
        let mut id = [0; 16];
        id.copy_from_slice(&digest::digest(&digest::SHA256, name).as_ref()[..16]);
        Sealer { key, id, sealed: AtomicU32::new(0) }
    }

    fn seal(&self, binding: &[u8], plain: &[u8], randomness: &Randomness) -> Result<Vec<u8>, Fault> {
        let counted = self.sealed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < MOST_SEALED).then_some(n + 1));
        counted.map_err(|_| Fault::WornOut)?;
        Ok(envelope::seal(&self.key, &self.id, binding, plain, randomness))
    }

    fn open(&self, binding: &[u8], envelope: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
        envelope::open(&self.key, &self.id, binding, envelope)
    }
}

impl FirmKey {
    pub(crate) fn new(firm: &[u8; 16], version: u32, key: Key, randomness: Randomness) -> FirmKey {
        // The master key is not part of a firm key's name: re-wrapping must leave everything below it readable.
        let name = firm_key_binding(firm, version, &[0; 16]);
        FirmKey {
            firm: *firm,
            wrapping: Sealer::new(envelope::derive(&key, "wrap"), &name),
            sealing: Sealer::new(envelope::derive(&key, "seal"), &name),
            index: envelope::derive(&key, "index"),
            randomness,
        }
    }

    pub fn new_connection_key(&self, connection: &[u8; 16], version: u32) -> Result<Wrapped, Fault> {
        let key = Secret::new(self.randomness.bytes::<32>());
        self.wrap(connection, version, &key)
    }

    pub fn open_connection_key(&self, connection: &[u8; 16], version: u32, wrapped: &Wrapped) -> Result<ConnectionKey, Fault> {
        let binding = connection_key_binding(&self.firm, connection, version);
        let key = exactly_32(self.wrapping.open(&binding, wrapped.as_bytes())?)?;
        let sealing = Sealer::new(key, &binding);
        Ok(ConnectionKey { firm: self.firm, connection: *connection, version, sealing, randomness: self.randomness.clone() })
    }

    fn wrap(&self, connection: &[u8; 16], version: u32, key: &Key) -> Result<Wrapped, Fault> {
        let binding = connection_key_binding(&self.firm, connection, version);
        self.wrapping.seal(&binding, key.expose(), &self.randomness).map(Wrapped)
    }

    /// For what belongs to the firm and to no connection: seeds of second factors, webhook secrets, tax ids.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        if *place.firm != self.firm {
            return Err(Fault::Refused);
        }
        self.sealing.seal(&place.binding(), plain, &self.randomness)
    }

    pub fn open(&self, place: &Place<'_>, envelope: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
        if *place.firm != self.firm {
            return Err(Fault::Refused);
        }
        self.sealing.open(&place.binding(), envelope)
    }

    /// Equal texts of one firm give equal indexes; nobody without the key can try texts. The caller brings the text into one form first.
    pub fn blind_index(&self, text: &str) -> [u8; 16] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.index.expose()), text.as_bytes());
        let mut out = [0; 16];
        out.copy_from_slice(&tag.as_ref()[..16]);
        out
    }
}

impl ConnectionKey {
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        self.check(place)?;
        self.sealing.seal(&place.binding(), plain, &self.randomness)
    }

    pub fn open(&self, place: &Place<'_>, envelope: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
        self.check(place)?;
        self.sealing.open(&place.binding(), envelope)
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    fn check(&self, place: &Place<'_>) -> Result<(), Fault> {
        if *place.firm == self.firm && *place.subject == self.connection { Ok(()) } else { Err(Fault::Refused) }
    }
}

pub(crate) fn exactly_32(plain: Secret<Vec<u8>>) -> Result<Key, Fault> {
    <[u8; 32]>::try_from(plain.expose().as_slice()).map(Secret::new).map_err(|_| Fault::Refused)
}

pub(crate) fn wrap_firm_key(kek: &Key, id: &[u8; 16], firm: &[u8; 16], version: u32, key: &Key, randomness: &Randomness) -> Wrapped {
    Wrapped(envelope::seal(&envelope::derive(kek, "wrap"), id, &firm_key_binding(firm, version, id), key.expose(), randomness))
}

pub(crate) fn unwrap_firm_key(kek: &Key, id: &[u8; 16], firm: &[u8; 16], version: u32, wrapped: &Wrapped) -> Result<Key, Fault> {
    exactly_32(envelope::open(&envelope::derive(kek, "wrap"), id, &firm_key_binding(firm, version, id), wrapped.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_wears_out() {
        let randomness = Randomness::seeded(1);
        let sealer = Sealer::new(Secret::new([7; 32]), b"name");
        sealer.sealed.store(MOST_SEALED - 1, Ordering::Relaxed);
        assert!(sealer.seal(b"", b"x", &randomness).is_ok());
        assert!(matches!(sealer.seal(b"", b"x", &randomness), Err(Fault::WornOut)));
    }
}
