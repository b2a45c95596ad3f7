//! Hooks from outside: refused unless the provider signed exactly these bytes within the last five minutes. What they say is a hint; figures
//! come from a fetch. One header, one algorithm: what the token itself says about how to check it decides nothing.

use super::wire::{Hook, Jwk, KeyAnswer};
use super::{Plaid, faults};
use crate::lenient::Read;
use crate::{HookRequest, Signal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Fault, FaultKind, Span, Time};
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Mutex;

const LARGEST_BODY: usize = 256 << 10;
const LARGEST_TOKEN: usize = 4 << 10;
const AGE: Span = Span::minutes(5);
/// A key is asked for anew after this long, so that one that was withdrawn is noticed.
const KEY_KEPT: Span = Span::hours(6);
/// A kid that does not exist is not asked for again for a while.
const REFUSAL_KEPT: Span = Span::minutes(5);
const MOST_KEYS: usize = 256;

/// The provider's public keys by kid.
#[derive(Default)]
pub(super) struct Keys(Mutex<HashMap<String, Looked>>);

struct Looked {
    at: Time,
    /// `None` for a kid that the provider does not vouch for.
    point: Option<Vec<u8>>,
}

impl Looked {
    fn is_fresh(&self, now: Time) -> bool {
        now - self.at < if self.point.is_some() { KEY_KEPT } else { REFUSAL_KEPT }
    }
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: String,
    #[serde(default)]
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    request_body_sha256: String,
}

fn refused(code: &str) -> Fault {
    Fault::new(FaultKind::Ours, code)
}

pub(super) async fn read(plaid: &Plaid, request: &HookRequest) -> Result<Vec<Signal>, Fault> {
    if request.body.len() > LARGEST_BODY {
        return Err(refused("HOOK_TOO_LARGE"));
    }
    verify(plaid, request).await?;
    let text = std::str::from_utf8(&request.body).map_err(|_| refused("HOOK_UNREADABLE"))?;
    Ok(signals(Hook::read(text).ok_or_else(|| refused("HOOK_UNREADABLE"))?))
}

async fn verify(plaid: &Plaid, request: &HookRequest) -> Result<(), Fault> {
    let mut tokens = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("plaid-verification"));
    let token = match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) if token.len() <= LARGEST_TOKEN => token.as_str(),
        _ => return Err(refused("HOOK_NOT_SIGNED")),
    };
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, signature] = parts[..] else { return Err(refused("HOOK_BAD_TOKEN")) };
    let signed = &token[..head.len() + 1 + claims.len()];
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| refused("HOOK_BAD_TOKEN"));

    let head: Head = serde_json::from_slice(&decode(head)?).map_err(|_| refused("HOOK_BAD_TOKEN"))?;
    if head.alg != "ES256" || head.crit.is_some() {
        return Err(refused("HOOK_ALGORITHM"));
    }
    let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| refused("HOOK_BAD_TOKEN"))?;
    let signature = decode(signature)?;
    let issued = claims.iat.checked_mul(1_000_000).map(Time).ok_or_else(|| refused("HOOK_TIME"))?;
    if (request.now - issued).0.unsigned_abs() > AGE.0.unsigned_abs() {
        return Err(refused("HOOK_TIME"));
    }
    let hash: String = digest(&SHA256, &request.body).as_ref().iter().map(|b| format!("{b:02x}")).collect();
    if !same(hash.as_bytes(), claims.request_body_sha256.as_bytes()) {
        return Err(refused("HOOK_BODY"));
    }
    let point = key(plaid, &head.kid, request.now).await?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &signature).map_err(|_| refused("HOOK_SIGNATURE"))
}

/// Takes as long for a near miss as for a far one.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

async fn key(plaid: &Plaid, kid: &str, now: Time) -> Result<Vec<u8>, Fault> {
    if kid.is_empty() || kid.len() > 64 || !kid.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        return Err(refused("HOOK_KEY"));
    }
    let held = plaid.keys.0.lock().unwrap_or_else(|e| e.into_inner()).get(kid).filter(|l| l.is_fresh(now)).map(|l| l.point.clone());
    if let Some(point) = held {
        return point.ok_or_else(|| refused("HOOK_KEY"));
    }
    let point = match plaid.ask::<KeyAnswer>("/webhook_verification_key/get", json!({ "key_id": kid }), &mut vec![]).await {
        Ok(answer) => point(answer.key.0.ok_or_else(faults::unreadable)?, kid),
        Err(fault) if fault.code == "INVALID_WEBHOOK_VERIFICATION_KEY_ID" => None,
        // Ours or theirs for the moment: the sender tries again.
        Err(fault) => return Err(fault),
    };
    let mut keys = plaid.keys.0.lock().unwrap_or_else(|e| e.into_inner());
    if keys.len() >= MOST_KEYS {
        keys.retain(|_, l| l.point.is_some());
    }
    keys.insert(kid.into(), Looked { at: now, point: point.clone() });
    point.ok_or_else(|| refused("HOOK_KEY"))
}

/// The point of a P-256 key that is in force and is the one we asked for.
fn point(key: Jwk, kid: &str) -> Option<Vec<u8>> {
    let is = |field: &Option<String>, value: &str| field.as_deref() == Some(value);
    let fit = is(&key.alg, "ES256") && is(&key.crv, "P-256") && is(&key.kty, "EC") && is(&key.kid, kid);
    if !fit || key.r#use.as_deref().is_some_and(|u| u != "sig") || key.expired_at.is_some() {
        return None;
    }
    let half = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok().filter(|b| b.len() == 32);
    Some([vec![4], half(&key.x)?, half(&key.y)?].concat())
}

/// One line a row of the provider's table; what is not in it says nothing.
fn signals(hook: Hook) -> Vec<Signal> {
    let (kind, code) = (hook.webhook_type.as_deref().unwrap_or_default(), hook.webhook_code.as_deref().unwrap_or_default());
    let item = hook.item_id.0.filter(|id| !id.is_empty());
    let signal = match (kind, code) {
        ("HOLDINGS" | "LIABILITIES", "DEFAULT_UPDATE")
        | ("INVESTMENTS_TRANSACTIONS", "DEFAULT_UPDATE" | "HISTORICAL_UPDATE")
        | ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE")
        // One account of several was taken out of the permission: the fetch finds it missing.
        | ("ITEM", "USER_ACCOUNT_REVOKED") => item.map(|external_id| Signal::Changed { external_id }),
        ("ITEM", "ERROR") => {
            let fault = hook.error.as_ref().map_or_else(|| refused("UNKNOWN"), |e| e.fault());
            item.map(|external_id| Signal::Broken { external_id, fault })
        }
        ("ITEM", "LOGIN_REPAIRED") => item.map(|external_id| Signal::Repaired { external_id }),
        ("ITEM", "NEW_ACCOUNTS_AVAILABLE") => item.map(|external_id| Signal::NewAccounts { external_id }),
        ("ITEM", "PENDING_DISCONNECT") => item.map(|external_id| Signal::ConsentEnding { external_id, at: *hook.disconnect_time }),
        ("ITEM", "PENDING_EXPIRATION") => item.map(|external_id| Signal::ConsentEnding { external_id, at: *hook.consent_expiration_time }),
        ("ITEM", "USER_PERMISSION_REVOKED") => item.map(|external_id| Signal::ConsentRevoked { external_id }),
        ("LINK", "SESSION_FINISHED" | "ITEM_ADD_RESULT") => finished(hook.link_token.0),
        ("LINK", "EVENTS") => {
            let over = hook.events.iter().any(|e| matches!(e.event_name.as_deref(), Some("HANDOFF" | "EXIT")));
            over.then_some(hook.link_token.0).and_then(finished)
        }
        ("DASHBOARD_CONFIGURED_ALERT", "INSTITUTION_STATUS_ALERT_TRIGGERED") => {
            hook.institution_id.0.map(|institution| Signal::InstitutionStatus { institution })
        }
        _ => None,
    };
    signal.into_iter().collect()
}

fn finished(link_token: Option<String>) -> Option<Signal> {
    link_token.filter(|t| !t.is_empty()).map(|link_token| Signal::LinkFinished { link_token })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(kind: &str, code: &str, more: &str) -> Option<Signal> {
        let json = format!(r#"{{"webhook_type":"{kind}","webhook_code":"{code}","environment":"sandbox"{more}}}"#);
        signals(Hook::read(&json).unwrap()).pop()
    }

    #[test]
    fn every_row_of_the_table() {
        let item = r#","item_id":"i1""#;
        let external_id = || "i1".to_string();
        for (kind, code) in [
            ("HOLDINGS", "DEFAULT_UPDATE"),
            ("INVESTMENTS_TRANSACTIONS", "DEFAULT_UPDATE"),
            ("INVESTMENTS_TRANSACTIONS", "HISTORICAL_UPDATE"),
            ("LIABILITIES", "DEFAULT_UPDATE"),
            ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE"),
            ("ITEM", "USER_ACCOUNT_REVOKED"),
        ] {
            assert_eq!(signal(kind, code, item), Some(Signal::Changed { external_id: external_id() }), "{kind} {code}");
        }
        let locked = r#","item_id":"i1","error":{"error_type":"ITEM_ERROR","error_code":"ITEM_LOCKED","status":400}"#;
        assert_eq!(
            signal("ITEM", "ERROR", locked),
            Some(Signal::Broken { external_id: external_id(), fault: Fault::new(FaultKind::Locked, "ITEM_LOCKED") })
        );
        assert_eq!(signal("ITEM", "LOGIN_REPAIRED", item), Some(Signal::Repaired { external_id: external_id() }));
        assert_eq!(signal("ITEM", "NEW_ACCOUNTS_AVAILABLE", item), Some(Signal::NewAccounts { external_id: external_id() }));
        assert_eq!(signal("ITEM", "USER_PERMISSION_REVOKED", item), Some(Signal::ConsentRevoked { external_id: external_id() }));
        let at = Time::parse("2026-12-01T00:00:00Z");
        let ends = Some(Signal::ConsentEnding { external_id: external_id(), at });
        assert_eq!(signal("ITEM", "PENDING_DISCONNECT", r#","item_id":"i1","disconnect_time":"2026-12-01T00:00:00Z""#), ends);
        assert_eq!(signal("ITEM", "PENDING_EXPIRATION", r#","item_id":"i1","consent_expiration_time":"2026-12-01T00:00:00Z""#), ends);
        let link = Some(Signal::LinkFinished { link_token: "l1".into() });
        assert_eq!(signal("LINK", "SESSION_FINISHED", r#","link_token":"l1","status":"SUCCESS""#), link);
        assert_eq!(signal("LINK", "ITEM_ADD_RESULT", r#","link_token":"l1""#), link);
        assert_eq!(signal("LINK", "EVENTS", r#","link_token":"l1","events":[{"event_name":"OPEN"},{"event_name":"HANDOFF"}]"#), link);
        let institution = Some(Signal::InstitutionStatus { institution: "ins_1".into() });
        assert_eq!(signal("DASHBOARD_CONFIGURED_ALERT", "INSTITUTION_STATUS_ALERT_TRIGGERED", r#","institution_id":"ins_1""#), institution);
    }

    #[test]
    fn what_is_not_in_the_table_says_nothing() {
        assert_eq!(signal("ITEM", "WEBHOOK_UPDATE_ACKNOWLEDGED", r#","item_id":"i1""#), None);
        assert_eq!(signal("ITEM", "SOMETHING_NEW", r#","item_id":"i1""#), None);
        assert_eq!(signal("TELEPORT", "DEFAULT_UPDATE", r#","item_id":"i1""#), None);
        assert_eq!(signal("HOLDINGS", "DEFAULT_UPDATE", ""), None);
        assert_eq!(signal("HOLDINGS", "DEFAULT_UPDATE", r#","item_id":7"#), None);
        assert_eq!(signal("LINK", "EVENTS", r#","link_token":"l1","events":[{"event_name":"OPEN"}]"#), None);
    }
}
