//! Every error of the provider as a `Fault`: what must happen next, and by whom. Decided by type and code, by the HTTP status only where
//! there is no readable error. Texts of the provider are not carried along: they are neither trusted nor shown.

use crate::lenient::{Maybe, Read, readable};
use model::FaultKind::*;
use model::{Fault, FaultKind, Span, Time};
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireError {
    error_type: Maybe<String>,
    error_code: Maybe<String>,
    error_code_reason: Maybe<String>,
    request_id: Maybe<String>,
}
readable!(WireError);

/// Type, code, meaning. The order within a type is the provider's own list.
pub const TABLE: &[(&str, &str, FaultKind)] = &[
    ("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", NeedsCredentials),
    ("ITEM_ERROR", "INVALID_CREDENTIALS", NeedsCredentials),
    ("ITEM_ERROR", "INVALID_MFA", NeedsMfa),
    ("ITEM_ERROR", "INVALID_OTP", NeedsMfa),
    ("ITEM_ERROR", "INVALID_PHONE_NUMBER", NeedsMfa),
    ("ITEM_ERROR", "INVALID_SEND_METHOD", NeedsMfa),
    ("ITEM_ERROR", "INVALID_UPDATED_USERNAME", NeedsCredentials),
    ("ITEM_ERROR", "INSUFFICIENT_CREDENTIALS", NeedsCredentials),
    ("ITEM_ERROR", "ITEM_LOCKED", Locked),
    ("ITEM_ERROR", "ITEM_NOT_FOUND", Removed),
    ("ITEM_ERROR", "ITEM_NOT_SUPPORTED", NotSupported),
    ("ITEM_ERROR", "MFA_NOT_SUPPORTED", NotSupported),
    ("ITEM_ERROR", "NO_ACCOUNTS", NoAccounts),
    ("ITEM_ERROR", "NO_INVESTMENT_ACCOUNTS", NoAccounts),
    ("ITEM_ERROR", "NO_LIABILITY_ACCOUNTS", NoAccounts),
    ("ITEM_ERROR", "NO_AUTH_ACCOUNTS", NoAccounts),
    ("ITEM_ERROR", "PASSWORD_RESET_REQUIRED", ActionAtInstitution),
    ("ITEM_ERROR", "USER_SETUP_REQUIRED", ActionAtInstitution),
    ("ITEM_ERROR", "USER_INPUT_TIMEOUT", NeedsMfa),
    ("ITEM_ERROR", "PRODUCT_NOT_READY", NotReady),
    ("ITEM_ERROR", "PRODUCT_NOT_ENABLED", Ours),
    ("ITEM_ERROR", "PRODUCTS_NOT_SUPPORTED", NotSupported),
    ("ITEM_ERROR", "PRODUCT_NOT_SUPPORTED", NotSupported),
    // The client left this kind of data out of the permission.
    ("ITEM_ERROR", "ACCESS_NOT_GRANTED", ConsentRevoked),
    ("ITEM_ERROR", "ITEM_CONCURRENTLY_DELETED", Removed),
    ("INSTITUTION_ERROR", "INSTITUTION_DOWN", InstitutionDown),
    ("INSTITUTION_ERROR", "INSTITUTION_NOT_RESPONDING", InstitutionDown),
    ("INSTITUTION_ERROR", "INSTITUTION_NOT_AVAILABLE", InstitutionDown),
    ("INSTITUTION_ERROR", "INSTITUTION_NO_LONGER_SUPPORTED", NotSupported),
    ("INSTITUTION_ERROR", "INSTITUTION_REGISTRATION_REQUIRED", NotSupported),
    ("INSTITUTION_ERROR", "INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT", NotSupported),
    ("INSTITUTION_ERROR", "UNAUTHORIZED_INSTITUTION", NotSupported),
    // The institution changed its interface and the provider has not caught up (N69).
    ("INSTITUTION_ERROR", "UNSUPPORTED_RESPONSE", InstitutionDown),
    ("INVALID_INPUT", "INVALID_API_KEYS", Ours),
    // Not `Removed`: keys of another environment say the same, and that must not end every connection.
    ("INVALID_INPUT", "INVALID_ACCESS_TOKEN", Ours),
    ("INVALID_INPUT", "INVALID_PUBLIC_TOKEN", Ours),
    ("INVALID_INPUT", "INVALID_LINK_TOKEN", Ours),
    ("INVALID_INPUT", "INVALID_INSTITUTION", NotSupported),
    ("INVALID_INPUT", "INVALID_ACCOUNT_ID", Ours),
    ("INVALID_INPUT", "INVALID_PRODUCT", Ours),
    ("INVALID_INPUT", "INVALID_LINK_CUSTOMIZATION", Ours),
    ("INVALID_INPUT", "INVALID_WEBHOOK_VERIFICATION_KEY_ID", Ours),
    ("INVALID_INPUT", "ADDITIONAL_CONSENT_REQUIRED", ConsentRevoked),
    ("INVALID_INPUT", "USER_PERMISSION_REVOKED", ConsentRevoked),
    ("INVALID_INPUT", "UNAUTHORIZED_ENVIRONMENT", Ours),
    ("INVALID_INPUT", "UNAUTHORIZED_ROUTE_ACCESS", Ours),
    ("INVALID_INPUT", "DIRECT_INTEGRATION_NOT_ENABLED", Ours),
    ("INVALID_REQUEST", "MISSING_FIELDS", Ours),
    ("INVALID_REQUEST", "UNKNOWN_FIELDS", Ours),
    ("INVALID_REQUEST", "INVALID_FIELD", Ours),
    ("INVALID_REQUEST", "INVALID_BODY", Ours),
    ("INVALID_REQUEST", "INVALID_HEADERS", Ours),
    ("INVALID_REQUEST", "NOT_FOUND", Ours),
    ("INVALID_REQUEST", "SANDBOX_ONLY", Ours),
    ("INVALID_REQUEST", "NO_LONGER_AVAILABLE", Ours),
    ("INVALID_REQUEST", "INCOMPATIBLE_API_VERSION", Ours),
    ("RATE_LIMIT_EXCEEDED", "RATE_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "ACCOUNTS_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "BALANCE_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "ACCOUNTS_BALANCE_GET_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "INVESTMENT_HOLDINGS_GET_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "INVESTMENT_TRANSACTIONS_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "ITEM_GET_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "TRANSACTIONS_SYNC_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "INSTITUTIONS_GET_LIMIT", RateLimited),
    ("RATE_LIMIT_EXCEEDED", "INSTITUTIONS_GET_BY_ID_LIMIT", RateLimited),
    // Waiting does not help: the firm's contract with the provider is used up.
    ("RATE_LIMIT_EXCEEDED", "CREDITS_EXHAUSTED", Ours),
    ("TRANSACTIONS_ERROR", "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION", NotReady),
    ("API_ERROR", "INTERNAL_SERVER_ERROR", ProviderDown),
    ("API_ERROR", "PLANNED_MAINTENANCE", ProviderDown),
    ("SANDBOX_ERROR", "SANDBOX_PRODUCT_NOT_ENABLED", Ours),
    ("SANDBOX_ERROR", "SANDBOX_WEBHOOK_INVALID", Ours),
];

/// For codes that are not in the table yet. None of these asks the client for a password: a code we do not know is no reason to.
fn by_type(error_type: &str) -> FaultKind {
    match error_type {
        "INSTITUTION_ERROR" | "RECAPTCHA_ERROR" => InstitutionDown,
        "RATE_LIMIT_EXCEEDED" => RateLimited,
        "API_ERROR" | "INVALID_RESULT" | "OAUTH_ERROR" => ProviderDown,
        "TRANSACTIONS_ERROR" | "TRANSACTION_ERROR" => NotReady,
        _ => Ours,
    }
}

pub fn kind(error_type: &str, code: &str, reason: Option<&str>) -> FaultKind {
    if reason.is_some_and(|r| r.starts_with("OAUTH_")) {
        return ConsentRevoked;
    }
    let known = TABLE.iter().find(|(t, c, _)| *c == code && (*t == error_type || error_type.is_empty()));
    // Codes move between types without notice; a known code under another type still means what it says.
    let known = known.or_else(|| TABLE.iter().find(|(_, c, _)| *c == code));
    known.map_or_else(|| by_type(error_type), |(_, _, kind)| *kind)
}

impl WireError {
    pub fn fault(&self) -> Fault {
        let text = |m: &Maybe<String>| m.0.clone().unwrap_or_default();
        let (kind_of, code) = (text(&self.error_type), text(&self.error_code));
        let mut fault = Fault::new(kind(&kind_of, &code, self.error_code_reason.as_deref()), tidy(&code));
        fault.request_id = self.request_id.as_deref().map(|id| id.chars().filter(char::is_ascii_alphanumeric).take(64).collect());
        fault
    }
    fn is_error(&self) -> bool {
        self.error_code.is_some() || self.error_type.is_some()
    }
}

/// A code goes into logs and tickets, so only the alphabet of codes does.
fn tidy(code: &str) -> String {
    let fine = !code.is_empty() && code.len() <= 80 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if fine { code.into() } else { "UNKNOWN".into() }
}

/// What an answer that is not a success means.
pub(super) fn of_answer(status: u16, body: &[u8], retry_after: Option<Span>) -> Fault {
    let error = std::str::from_utf8(body).ok().and_then(WireError::read).filter(WireError::is_error);
    let mut fault = match error {
        Some(e) => e.fault(),
        None if status == 429 => Fault::new(RateLimited, "HTTP_429"),
        None => Fault::new(ProviderDown, format!("HTTP_{status}")),
    };
    fault.retry_after = retry_after;
    fault
}

pub(super) fn unreadable() -> Fault {
    Fault::new(ProviderDown, "UNREADABLE_ANSWER")
}

/// When the values are newer than those seen last, an error of the connection does not hide them.
pub(super) fn brings_news(updated: Option<Time>, seen: Option<Time>) -> bool {
    match (updated, seen) {
        (Some(updated), Some(seen)) => updated > seen,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests;
