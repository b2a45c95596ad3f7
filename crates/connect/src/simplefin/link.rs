//! Linking: one field for the setup token, one claim. A claim can be had once, so what comes back is the grant and is saved before
//! anything else.

use super::wire::Info;
use super::{LIMITS, SimpleFin, fetch, kind};
use crate::lenient::Read;
use crate::{Answers, Challenge, ChallengeField, ChallengeKind, Grant, Help, LinkStart, Pending, Purpose, Step};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use model::{Fault, FaultKind, Secret};
use reqwest::Method;
use reqwest::header::HeaderMap;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const FIELD: &str = "token";
/// A claim that was refused is not made better by trying.
const MOST_WRONG: u8 = 2;
const LONGEST_TOKEN: usize = 4_000;

#[derive(Default, Serialize, Deserialize)]
struct Attempt {
    /// Of the connection that gets a new address.
    keeps: Option<String>,
    wrong: u8,
}

pub(super) async fn begin(at: &SimpleFin, start: LinkStart) -> Result<Step, Fault> {
    let grant = match start.purpose {
        Purpose::New => return Ok(ask(at, Attempt::default(), "")),
        Purpose::Repair(grant) | Purpose::FindNew(grant) => grant,
    };
    // It may have been mended over there, where accounts are chosen, too.
    match fetch::look(at, &grant).await {
        Ok(set) if set.is_barred().is_none() => Ok(Step::Linked(vec![grant])),
        Err(fault) if !matches!(fault.kind, FaultKind::ConsentRevoked | FaultKind::NeedsCredentials) => Err(fault),
        _ => {
            let words = "Sign in again at SimpleFIN. Where it gives you a new setup token, paste it here.";
            Ok(ask(at, Attempt { keeps: Some(grant.external_id), wrong: 0 }, words))
        }
    }
}

fn ask(at: &SimpleFin, attempt: Attempt, words: &str) -> Step {
    let rejected = attempt.wrong > 0;
    let field =
        ChallengeField { secret: true, rejected, placeholder: Some("aHR0cHM6Ly9…".into()), ..ChallengeField::text(FIELD, "Setup token") };
    let challenge = Challenge {
        rejected,
        tries_left: Some(MOST_WRONG - attempt.wrong),
        help: Help { start: Some(at.at("create").into()), ..Help::default() },
        ..Challenge::new(ChallengeKind::Token, words, vec![field])
    };
    Step::Ask(challenge, Pending(serde_json::to_string(&attempt).unwrap_or_default()))
}

pub(super) async fn answer(at: &SimpleFin, pending: Pending, answers: Answers) -> Result<Step, Fault> {
    let mut attempt: Attempt = serde_json::from_str(&pending.0).map_err(|_| Fault::new(FaultKind::Ours, "BAD_PENDING"))?;
    let Some((_, typed)) = answers.iter().find(|(name, _)| name == FIELD) else { return Ok(ask(at, attempt, "")) };
    let target = claim_address(typed.expose()).and_then(|url| at.guard.read(&url).ok());
    let Some(target) = target else {
        attempt.wrong += 1;
        if attempt.wrong >= MOST_WRONG {
            return Ok(Step::Ended(Fault::new(FaultKind::NeedsCredentials, "NO_TOKEN")));
        }
        return Ok(ask(at, attempt, "This is not a setup token. Copy the whole text that SimpleFIN shows."));
    };
    let reply = at.guard.ask(Method::POST, &target, HeaderMap::new(), vec![], LIMITS).await;
    let reply = reply.map_err(|_| Fault::new(FaultKind::ProviderDown, "NO_ANSWER"))?;
    match reply.status {
        200..=299 => {
            let text = Zeroizing::new(String::from_utf8(reply.body).map_err(|_| unreadable())?);
            let address = text.trim();
            at.access(address).ok_or_else(unreadable)?;
            let external_id = attempt.keeps.unwrap_or_else(|| name_of(address));
            Ok(Step::Linked(vec![Grant { external_id, token: Secret::new(address.to_owned()), institution: None, consent_ends: None }]))
        }
        403 | 404 | 410 => {
            attempt.wrong += 1;
            if attempt.wrong >= MOST_WRONG {
                return Ok(Step::Ended(Fault::new(FaultKind::NeedsCredentials, "CLAIM_REFUSED")));
            }
            let words = "This setup token was used before, or is wrong. If nobody you know used it, switch it off at SimpleFIN: \
                         whoever did can read these accounts. Then make a new one and paste it here.";
            Ok(ask(at, attempt, words))
        }
        status => Err(Fault::new(kind(status), format!("HTTP_{status}"))),
    }
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::ProviderDown, "UNREADABLE_ANSWER")
}

/// The address that a setup token stands for: Base64, as people copy it.
fn claim_address(typed: &str) -> Option<Zeroizing<String>> {
    if typed.len() > LONGEST_TOKEN {
        return None;
    }
    let clean: Zeroizing<String> = Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace()).collect());
    let ways = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
    let bytes = ways.into_iter().find_map(|way| way.decode(clean.as_bytes()).ok())?;
    String::from_utf8(bytes).ok().map(Zeroizing::new)
}

/// A name for the connection that says nothing about the address.
fn name_of(address: &str) -> String {
    let hash = digest(&SHA256, address.as_bytes());
    format!("sfin-{}", hash.as_ref()[..12].iter().map(|b| format!("{b:02x}")).collect::<String>())
}

impl SimpleFin {
    /// What the server speaks.
    pub(super) async fn versions(&self) -> Result<String, Fault> {
        let target = self.guard.read(self.at("info").as_str()).map_err(|_| Fault::new(FaultKind::Ours, "BAD_ADDRESS"))?;
        let body = self.get(&target, HeaderMap::new()).await?;
        let info = std::str::from_utf8(&body).ok().and_then(Info::read).ok_or_else(unreadable)?;
        let said: Vec<String> = info.versions.iter().filter_map(|v| crate::said::plain(v, 20)).take(8).collect();
        if said.is_empty() { Err(unreadable()) } else { Ok(said.join(", ")) }
    }
}
