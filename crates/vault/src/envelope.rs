//! `ver | alg | key id(16) | nonce(12) | ciphertext | tag(16)`. Every byte of it counts: the head is compared, the rest is authenticated.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use zeroize::Zeroize;

use crate::fault::Fault;
use crate::randomness::Randomness;
use crate::secret::Secret;

const VERSION: u8 = 1;
const AES: u8 = 1;
// Algorithm 2 is reserved for XChaCha20-Poly1305.
const HEAD: usize = 2 + 16;
const NONCE: usize = 12;
const TAG: usize = 16;

pub type Key = Secret<[u8; 32]>;

pub fn seal(key: &Key, key_id: &[u8; 16], binding: &[u8], plain: &[u8], randomness: &Randomness) -> Vec<u8> {
    let nonce: [u8; NONCE] = randomness.bytes();
    let mut out = Vec::with_capacity(HEAD + NONCE + plain.len() + TAG);
    out.extend_from_slice(&[VERSION, AES]);
    out.extend_from_slice(key_id);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(plain);
    let body = &mut out[HEAD + NONCE..];
    let tag = cipher(key)
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(binding), body)
        .expect("a message shorter than the cipher's 64 GiB");
    out.extend_from_slice(tag.as_ref());
    out
}

pub fn open(key: &Key, key_id: &[u8; 16], binding: &[u8], envelope: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
    if self::key_id(envelope) != Some(*key_id) {
        return Err(Fault::Refused);
    }
    let nonce: [u8; NONCE] = envelope[HEAD..HEAD + NONCE].try_into().map_err(|_| Fault::Refused)?;
    let mut body = envelope[HEAD + NONCE..].to_vec();
    match cipher(key).open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(binding), &mut body) {
        Ok(plain) => {
            let length = plain.len();
            body.truncate(length);
            Ok(Secret::new(body))
        }
        Err(_) => {
            body.zeroize();
            Err(Fault::Refused)
        }
    }
}

/// The key that an envelope names, when it is an envelope of ours at all.
pub fn key_id(envelope: &[u8]) -> Option<[u8; 16]> {
    if envelope.len() < HEAD + NONCE + TAG || envelope[..2] != [VERSION, AES] {
        return None;
    }
    envelope[2..HEAD].try_into().ok()
}

/// A key for one purpose out of another key, which itself is never used for anything else.
pub fn derive(key: &Key, purpose: &str) -> Key {
    let mut out = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"heldaway")
        .extract(key.expose())
        .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .expect("32 bytes are within HKDF's limit");
    let derived = Secret::new(out);
    out.zeroize();
    derived
}

fn cipher(key: &Key) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).expect("a key of 32 bytes"))
}
