//! Passwords: Argon2id over a peppered form, one hash per core at a time. Knows no accounts and keeps nothing.

use crate::{App, Error, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use model::Secret;
use ring::hmac;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;

const MEMORY: u32 = 47_104;
const PASSES: u32 = 1;
/// Waiting for a core; whoever comes then is asked to come again.
const QUEUE: usize = 64;

static CORES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, with the id of the master key that the pepper came from in front.
#[crate::boxed]
pub async fn hash(app: &App, password: &Secret<String>) -> Result<String> {
    let kek = app.ring().active();
    let salt: [u8; 16] = app.random().bytes();
    let pepper = app.ring().derive("pepper");
    app.count_hash();
    let out = derive(peppered(pepper.expose(), password.expose()), salt, MEMORY, PASSES).await?;
    let (salt, out) = (BASE64_STANDARD_NO_PAD.encode(salt), BASE64_STANDARD_NO_PAD.encode(out));
    Ok(format!("{kek}$argon2id$v=19$m={MEMORY},t={PASSES},p=1${salt}${out}"))
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    No,
    Yes,
    /// It fits, and was made with weaker parameters or an older key: hash it again.
    Outdated,
}

/// Compares; without a hash the same work is done and nothing fits, so that nobody learns from the time whether an account exists.
#[crate::boxed]
pub async fn fits(app: &App, password: &Secret<String>, hash: Option<&str>) -> Result<Fits> {
    let known = hash.map(|h| read(h).ok_or(Error::Internal("unreadable password hash"))).transpose()?;
    let Some(known) = known else {
        let pepper = app.ring().derive("pepper");
        app.count_hash();
        derive(peppered(pepper.expose(), password.expose()), [0; 16], MEMORY, PASSES).await?;
        return Ok(Fits::No);
    };
    let pepper = app.ring().derive_under(known.kek, "pepper").map_err(|_| Error::Internal("the pepper's key is gone"))?;
    app.count_hash();
    let out = derive(peppered(pepper.expose(), password.expose()), known.salt, known.memory, known.passes).await?;
    let same = known.out.len() == out.len() && out.iter().zip(&known.out).fold(0, |d, (a, b)| d | (a ^ b)) == 0;
    let current = known.memory >= MEMORY && known.passes >= PASSES && known.kek == app.ring().active();
    Ok(match (same, current) {
        (false, _) => Fits::No,
        (true, true) => Fits::Yes,
        (true, false) => Fits::Outdated,
    })
}

struct Known {
    kek: vault::KekId,
    memory: u32,
    passes: u32,
    salt: [u8; 16],
    out: Vec<u8>,
}

fn read(text: &str) -> Option<Known> {
    let parts: Vec<&str> = text.split('$').collect();
    let [kek, "argon2id", "v=19", cost, salt, out] = parts[..] else { return None };
    let mut numbers = cost.split(',').filter_map(|p| p.split_once('=')).filter_map(|(_, n)| n.parse().ok());
    let kek: Option<Vec<u8>> = (0..16).map(|i| u8::from_str_radix(kek.get(2 * i..2 * i + 2)?, 16).ok()).collect();
    Some(Known {
        kek: vault::KekId(kek?.try_into().ok()?),
        memory: numbers.next()?,
        passes: numbers.next()?,
        salt: BASE64_STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?,
        out: BASE64_STANDARD_NO_PAD.decode(out).ok()?,
    })
}

/// The same text typed on different keyboards is the same password.
fn peppered(pepper: &[u8], password: &str) -> [u8; 32] {
    let mut text: String = password.nfc().collect();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pepper), text.as_bytes());
    text.zeroize();
    let mut out = [0; 32];
    out.copy_from_slice(tag.as_ref());
    out
}

/// Somebody waits; dropping it says that they no longer do.
struct Waits;
impl Drop for Waits {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn derive(mut input: [u8; 32], salt: [u8; 16], memory: u32, passes: u32) -> Result<Vec<u8>> {
    let before = WAITING.fetch_add(1, Ordering::SeqCst);
    let waits = Waits;
    if before >= QUEUE {
        return Err(Error::Busy);
    }
    let core = CORES.acquire().await.map_err(|_| Error::Busy)?;
    drop(waits);
    let done = tokio::task::spawn_blocking(move || {
        let params = Params::new(memory, passes, 1, Some(32)).map_err(|_| Error::Internal("password parameters"))?;
        let mut out = vec![0; 32];
        let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(&input, &salt, &mut out);
        input.zeroize();
        hashed.map_err(|_| Error::Internal("password hash"))?;
        Ok(out)
    })
    .await;
    drop(core);
    done.map_err(|_| Error::Internal("password hash"))?
}

/// What is wrong with a new password, for the person who chose it. `words`: the firm's and the person's own.
pub fn complaint(password: &str, short_allowed: bool, words: &[&str]) -> Option<String> {
    let normal: String = password.nfc().collect();
    let length = normal.chars().count();
    let least = if short_allowed { 8 } else { 15 };
    if length < least {
        return Some(format!("Use at least {least} characters; a few words in a row are fine."));
    }
    if length > 256 {
        return Some("Use at most 256 characters.".into());
    }
    let folded: String = normal.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let own = words.iter().flat_map(|w| w.split(|c: char| !c.is_alphanumeric())).filter(|w| w.chars().count() >= 4).map(str::to_lowercase);
    let rest = own.chain(COMMON.iter().map(|w| (*w).to_owned())).fold(folded.clone(), |rest, word| rest.replace(&word, ""));
    let mut kinds: Vec<char> = folded.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let too_plain = kinds.len() < 5 || is_run(&folded) || rest.chars().count() < 4;
    too_plain.then(|| "This one is easy to guess: it is made of names, common words or a row of keys. Choose another.".into())
}

/// Each character follows the one before it: `123456789`, `abcdefgh`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = codes.windows(2).filter(|w| (w[1] - w[0]).abs() <= 1).count();
    codes.len() > 1 && steps * 10 >= (codes.len() - 1) * 8
}

/// What guesses begin with. A password that is nothing but these, however often, is refused.
const COMMON: [&str; 35] = [
    "correcthorsebatterystaple",
    "password",
    "passwort",
    "letmein",
    "welcome",
    "qwertyuiop",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "qwerty",
    "qwertz",
    "azerty",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "superman",
    "trustno",
    "administrator",
    "admin",
    "master",
    "login",
    "secret",
    "change",
    "changeme",
    "hello",
    "heldaway",
    "adviser",
    "advisor",
    "finance",
    "1234567890",
    "123456",
];

#[cfg(test)]
mod tests {
    use super::*;

    // goal: G8
    #[tokio::test]
    async fn one_hash_a_core_sixty_four_wait_and_the_rest_are_asked_to_come_again() {
        const { assert!(MEMORY >= 47_104 && PASSES >= 1) };
        // Every core hashes for somebody else while the two hundred come.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let elsewhere = CORES.acquire_many(u32::try_from(cores).unwrap()).await.unwrap();
        let all: Vec<_> = (0..200u8).map(|n| tokio::spawn(derive([n; 32], [n; 16], 64, 1))).collect();
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(all.iter().filter(|a| a.is_finished()).count(), 200 - QUEUE, "refused at once, and nobody hashes beside the cores");
        drop(elsewhere);
        let (mut done, mut busy) = (0, 0);
        for one in all {
            match one.await.unwrap() {
                Ok(_) => done += 1,
                Err(Error::Busy) => busy += 1,
                Err(e) => panic!("{e}"),
            }
        }
        assert_eq!((done, busy), (QUEUE, 200 - QUEUE));
        assert!(derive([1; 32], [1; 16], 64, 1).await.is_ok(), "nobody waits for ever");
    }

    #[test]
    fn a_new_password_is_long_and_not_what_guesses_begin_with() {
        let words = ["Alder & Finch", "robin@alderfinch.example"];
        for poor in [
            "short",
            "alderfinchrobin",
            "passwordpassword1",
            "aaaaaaaaaaaaaaaaaaaa",
            "12345678901234567890",
            "Alder Finch Password",
            "qwertyuiopasdfgh",
        ] {
            assert!(complaint(poor, false, &words).is_some(), "{poor}");
        }
        for fine in ["seven green lamps at noon", "Überraschung im Garten", "7f!Kd0-wm2-Pq-9x"] {
            assert_eq!(complaint(fine, false, &words), None, "{fine}");
        }
        assert_eq!(complaint("kT7-pb2x", true, &words), None);
        assert!(complaint("kT7-pb2x", false, &words).is_some());
    }
}
