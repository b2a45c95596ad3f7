//! What the sandbox invents: API keys that depend on the seed alone, and identifiers that depend on seed, start and order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Keys {
    pub client_id: String,
    pub secret: String,
    pub mx_client_id: String,
    pub mx_api_key: String,
    seed: u64,
    started: i64,
    next: AtomicU64,
}

impl Keys {
    /// `started` keeps two runs of one seed apart, so that a new run never reuses an identifier of an earlier one.
    pub fn new(seed: u64, started: i64) -> Keys {
        let of = |what: &str| hex(&hash(&[b"keys", what.as_bytes(), &seed.to_be_bytes()]));
        Keys {
            client_id: format!("sandbox{}", &of("client")[..17]),
            secret: format!("sandbox{}", &of("secret")[..23]),
            mx_client_id: format!("sandbox-mx-{}", &of("mx client")[..17]),
            mx_api_key: format!("sandbox-mx-{}", &of("mx key")[..32]),
            seed,
            started,
            next: AtomicU64::new(0),
        }
    }

    fn fresh(&self, what: &str) -> [u8; 32] {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        hash(&[b"id", what.as_bytes(), &self.seed.to_be_bytes(), &self.started.to_be_bytes(), &n.to_be_bytes()])
    }

    /// 37 letters and digits, the look of an Item's identifier.
    pub fn id(&self, what: &str) -> String {
        letters(&self.fresh(what), 37)
    }

    pub fn uuid(&self, what: &str) -> String {
        uuid_of(&self.fresh(what))
    }

    pub fn token(&self, what: &str) -> String {
        format!("{what}-sandbox-{}", self.uuid(what))
    }

    pub fn request_id(&self) -> String {
        letters(&self.fresh("request"), 15)
    }

    pub fn opaque(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.fresh("page"))
    }
}

/// An identifier that is the same whenever it is made from the same parts.
pub fn stable(parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|p| p.as_bytes()).collect();
    letters(&hash(&parts), 37)
}

/// The same, as a uuid.
pub fn stable_uuid(parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|p| p.as_bytes()).collect();
    uuid_of(&hash(&parts))
}

pub fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut all = digest::Context::new(&digest::SHA256);
    for p in parts {
        all.update(&(p.len() as u64).to_be_bytes());
        all.update(p);
    }
    let mut out = [0; 32];
    out.copy_from_slice(all.finish().as_ref());
    out
}

/// The first eight bytes of the hash, for choices that must come out alike each time.
pub fn dice(parts: &[&[u8]]) -> u64 {
    let h = hash(parts);
    u64::from_be_bytes([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]])
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn uuid_of(h: &[u8; 32]) -> String {
    let t = hex(&h[..16]);
    format!("{}-{}-4{}-a{}-{}", &t[..8], &t[8..12], &t[13..16], &t[17..20], &t[20..32])
}

fn letters(h: &[u8; 32], len: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
    let more = digest::digest(&digest::SHA256, h);
    h.iter().chain(more.as_ref()).take(len).map(|b| ALPHABET[*b as usize % ALPHABET.len()] as char).collect()
}
