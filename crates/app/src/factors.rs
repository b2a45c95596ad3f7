//! The second factor: time-based codes, each good once. Knows no sessions and no pages.

use crate::{App, Result, recovery_codes, seal};
use model::{Secret, Time, UserId};
use store::Firm;
use store::logins::{self, Login};
use totp_rs::{Builder, Totp};

const FIELD: &str = "totp";

/// A new seed.
pub(crate) fn new_seed(app: &App) -> Secret<Vec<u8>> {
    Secret::new(app.random().bytes::<20>().to_vec())
}

#[crate::boxed]
pub(crate) async fn sealed(app: &App, db: &Firm, user: UserId, seed: &Secret<Vec<u8>>) -> Result<Vec<u8>> {
    seal::firm_seal(app, db, user.uuid(), FIELD, seed.expose()).await
}

#[crate::boxed]
pub(crate) async fn opened(app: &App, db: &Firm, user: UserId, sealed: &[u8]) -> Result<Secret<Vec<u8>>> {
    seal::firm_open(app, db, user.uuid(), FIELD, sealed).await
}

fn totp(seed: &Secret<Vec<u8>>) -> Totp {
    // Our seeds have the length that the standard wants; the parameters are those every authenticator knows.
    Builder::new().with_secret(seed.expose().clone()).build_noncompliant()
}

/// The step that a code belongs to, one step early or late forgiven.
pub(crate) fn step(seed: &Secret<Vec<u8>>, code: &str, now: Time) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    totp(seed).check(&digits, now.as_seconds().max(0) as u64).map(|s| s as i64)
}

/// Uses up what somebody typed as their second factor, in the caller's transaction: six digits of the app, or a printed code. Each works once.
#[crate::boxed]
pub(crate) async fn show(app: &App, tx: &Firm, login: &Login, typed: &str) -> Result<bool> {
    if recovery_codes::looks_like(typed) {
        return recovery_codes::spend(app, tx, login.id, typed).await;
    }
    let Some(sealed) = &login.totp else { return Ok(false) };
    let seed = opened(app, tx, login.id, sealed).await?;
    match step(&seed, typed, app.now()) {
        Some(step) => Ok(logins::use_step(tx, login.id, step).await?),
        None => Ok(false),
    }
}

/// What the authenticator app shows at an instant: for rehearsals and tests.
pub fn code_at(secret: &str, now: Time) -> Option<String> {
    let seed = Secret::new(from_base32(secret)?);
    Some(totp(&seed).generate(now.as_seconds().max(0) as u64).to_string())
}

/// Shown once: the key as text and as the address that a QR code holds.
#[derive(Debug)]
pub struct Shown {
    pub secret: Secret<String>,
    pub address: Secret<String>,
}

pub(crate) fn shown(seed: &Secret<Vec<u8>>, firm: &str, email: &str) -> Shown {
    let secret = to_base32(seed.expose());
    let escaped = |t: &str| url::form_urlencoded::byte_serialize(t.replace(':', " ").as_bytes()).collect::<String>().replace('+', "%20");
    let (firm, email) = (escaped(firm), escaped(email));
    let address = format!("otpauth://totp/{firm}:{email}?secret={secret}&issuer={firm}");
    Shown { secret: Secret::new(secret), address: Secret::new(address) }
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn to_base32(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|b| (0..8).rev().map(move |i| b >> i & 1)).collect();
    bits.chunks(5).map(|c| ALPHABET[usize::from(c.iter().fold(0, |n, b| n << 1 | b) << (5 - c.len()))] as char).collect()
}

pub(crate) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let letters = text.bytes().filter(|b| !matches!(b, b' ' | b'='));
    let places: Option<Vec<u8>> = letters.map(|b| ALPHABET.iter().position(|a| *a == b.to_ascii_uppercase()).map(|p| p as u8)).collect();
    let bits: Vec<u8> = places?.into_iter().flat_map(|p| (0..5).rev().map(move |i| p >> i & 1)).collect();
    Some(bits.chunks_exact(8).map(|c| c.iter().fold(0, |n, b| n << 1 | b)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_example() {
        let seed = Secret::new(b"12345678901234567890".to_vec());
        let text = to_base32(seed.expose());
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(from_base32(&text).as_ref(), Some(seed.expose()));
        assert_eq!(code_at(&text, Time::from_seconds(59)).as_deref(), Some("287082"));
        assert_eq!(step(&seed, "287 082", Time::from_seconds(59 + 30)), Some(1));
        assert_eq!(step(&seed, "287082", Time::from_seconds(59 + 61)), None);
    }
}
