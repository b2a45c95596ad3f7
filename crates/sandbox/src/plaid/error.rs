//! Plaid's error body: which type a code belongs to, with which HTTP status it is answered, and our own words for it.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One error as the API, the Item, a link session or a webhook shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    pub kind: String,
    pub code: String,
    pub message: Box<str>,
    /// `OAUTH_CONSENT_EXPIRED` and its like.
    pub reason: Option<String>,
    /// What a person may be shown; only some errors have it.
    pub display: Option<Box<str>>,
    pub status: u16,
}

impl Trouble {
    pub fn of(code: &str) -> Trouble {
        Trouble {
            kind: kind_of(code).into(),
            code: code.into(),
            message: message_of(code).into(),
            reason: None,
            display: display_of(code).map(Into::into),
            status: status_of(code),
        }
    }

    pub fn because(mut self, reason: &str) -> Trouble {
        self.reason = Some(reason.into());
        self
    }

    pub fn saying(mut self, message: impl Into<String>) -> Trouble {
        self.message = message.into().into_boxed_str();
        self
    }

    pub fn missing(fields: &[String]) -> Trouble {
        Trouble::of("MISSING_FIELDS").saying(format!("the following required fields are missing: {}", fields.join(", ")))
    }

    pub fn unknown(fields: &[String]) -> Trouble {
        Trouble::of("UNKNOWN_FIELDS").saying(format!("the following fields are not recognized by this endpoint: {}", fields.join(", ")))
    }

    pub fn invalid(field: &str, wants: &str) -> Trouble {
        Trouble::of("INVALID_FIELD").saying(format!("{field} must be {wants}"))
    }

    pub fn http_status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST)
    }

    /// The answer's body.
    pub fn body(&self, request_id: &str) -> Value {
        let mut body = self.inside();
        body["request_id"] = json!(request_id);
        body
    }

    /// The same error inside an Item, a link session's exit, or an event.
    pub fn inside(&self) -> Value {
        let mut body = json!({
            "error_type": self.kind,
            "error_code": self.code,
            "error_message": self.message,
            "display_message": self.display,
            "documentation_url": format!("https://sandbox.example/errors/{}", self.code.to_ascii_lowercase()),
            "suggested_action": null,
            "causes": [],
        });
        if let Some(reason) = &self.reason {
            body["error_code_reason"] = json!(reason);
        }
        body
    }

    /// Inside a webhook the status is part of the error.
    pub fn in_webhook(&self) -> Value {
        let mut body = self.inside();
        body["status"] = json!(self.status);
        body
    }
}

fn status_of(code: &str) -> u16 {
    match kind_of(code) {
        "RATE_LIMIT_EXCEEDED" => 429,
        "API_ERROR" if code == "PLANNED_MAINTENANCE" => 503,
        "API_ERROR" => 500,
        _ if code == "NOT_FOUND" => 404,
        _ => 400,
    }
}

pub fn kind_of(code: &str) -> &'static str {
    match code {
        "INSTITUTION_DOWN"
        | "INSTITUTION_NOT_RESPONDING"
        | "INSTITUTION_NOT_AVAILABLE"
        | "INSTITUTION_NO_LONGER_SUPPORTED"
        | "INSTITUTION_REGISTRATION_REQUIRED"
        | "INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT"
        | "UNAUTHORIZED_INSTITUTION"
        | "UNSUPPORTED_RESPONSE"
        | "INTERNAL_SERVER_ERROR_AT_INSTITUTION" => "INSTITUTION_ERROR",
        "INVALID_API_KEYS"
        | "INVALID_ACCESS_TOKEN"
        | "INVALID_PUBLIC_TOKEN"
        | "INVALID_LINK_TOKEN"
        | "INVALID_INSTITUTION"
        | "INVALID_ACCOUNT_ID"
        | "INVALID_PRODUCT"
        | "INVALID_LINK_CUSTOMIZATION"
        | "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
        | "ADDITIONAL_CONSENT_REQUIRED"
        | "USER_PERMISSION_REVOKED"
        | "UNAUTHORIZED_ENVIRONMENT"
        | "UNAUTHORIZED_ROUTE_ACCESS"
        | "DIRECT_INTEGRATION_NOT_ENABLED" => "INVALID_INPUT",
        "MISSING_FIELDS"
        | "UNKNOWN_FIELDS"
        | "INVALID_FIELD"
        | "INVALID_BODY"
        | "INVALID_HEADERS"
        | "NOT_FOUND"
        | "SANDBOX_ONLY"
        | "NO_LONGER_AVAILABLE"
        | "INCOMPATIBLE_API_VERSION" => "INVALID_REQUEST",
        "RATE_LIMIT" | "CREDITS_EXHAUSTED" => "RATE_LIMIT_EXCEEDED",
        "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION" => "TRANSACTIONS_ERROR",
        "INTERNAL_SERVER_ERROR" | "PLANNED_MAINTENANCE" => "API_ERROR",
        "SANDBOX_PRODUCT_NOT_ENABLED" | "SANDBOX_WEBHOOK_INVALID" => "SANDBOX_ERROR",
        "RECAPTCHA_REQUIRED" | "RECAPTCHA_BAD" => "RECAPTCHA_ERROR",
        "OAUTH_STATE_ID_ALREADY_PROCESSED" | "OAUTH_STATE_ID_NOT_FOUND" => "OAUTH_ERROR",
        _ if code.ends_with("_LIMIT") => "RATE_LIMIT_EXCEEDED",
        _ => "ITEM_ERROR",
    }
}

fn message_of(code: &str) -> &'static str {
    match code {
        "INVALID_API_KEYS" => "invalid client_id or secret provided",
        "INVALID_ACCESS_TOKEN" => "could not find matching access token",
        "INVALID_PUBLIC_TOKEN" => "could not find matching public token",
        "INVALID_LINK_TOKEN" => "invalid link_token provided",
        "INVALID_INSTITUTION" => "invalid institution_id provided",
        "INVALID_ACCOUNT_ID" => "one of the account_ids is not part of this Item",
        "INVALID_PRODUCT" => "the product is not known, or not available to this Item",
        "INVALID_WEBHOOK_VERIFICATION_KEY_ID" => "no webhook verification key has this key_id",
        "INVALID_BODY" => "body could not be parsed as JSON",
        "NOT_FOUND" => "not found",
        "ITEM_LOGIN_REQUIRED" => "the sign-in of this Item no longer works; open Link in update mode to restore it",
        "ITEM_NOT_FOUND" => "this Item does not exist, was removed, or the user ended its permission",
        "ITEM_LOCKED" => "the sign-in is locked at the institution",
        "INVALID_CREDENTIALS" => "the credentials were not accepted by the institution",
        "INVALID_MFA" => "the answer to the second factor was not accepted",
        "INVALID_UPDATED_USERNAME" => "the user name differs from the one this Item was made with",
        "USER_PERMISSION_REVOKED" => "the user ended the permission of this Item",
        "NO_INVESTMENT_ACCOUNTS" => "this Item has no investment accounts",
        "NO_LIABILITY_ACCOUNTS" => "this Item has no liability accounts",
        "NO_ACCOUNTS" => "the institution shows no accounts for this sign-in",
        "PRODUCT_NOT_READY" => "the requested product is not yet ready, wait for the webhook or try again later",
        "PRODUCTS_NOT_SUPPORTED" => "the institution does not support the requested products",
        "INSTITUTION_DOWN" => "this institution is not answering now",
        "INSTITUTION_NOT_RESPONDING" => "this institution did not answer in time",
        "INSTITUTION_NO_LONGER_SUPPORTED" => "this institution is no longer supported",
        "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION" => {
            "the data changed while it was being paged through; start again from the first cursor"
        }
        "INTERNAL_SERVER_ERROR" => "an unexpected error occurred",
        "PLANNED_MAINTENANCE" => "planned maintenance is under way",
        "SANDBOX_PRODUCT_NOT_ENABLED" => "the product of this webhook is not enabled for the Item",
        "SANDBOX_WEBHOOK_INVALID" => "the Item has no webhook, or the webhook does not exist for this type",
        _ if code.ends_with("_LIMIT") => "rate limit exceeded, try again later",
        _ => "the request could not be completed",
    }
}

fn display_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "INVALID_CREDENTIALS" => "The institution did not accept this sign-in. Check the user name and the password.",
        "INVALID_MFA" => "The institution did not accept this answer.",
        "ITEM_LOCKED" => "The institution has locked this sign-in. Unlock it on its site first.",
        "ITEM_LOGIN_REQUIRED" => "The institution wants a new sign-in.",
        "USER_SETUP_REQUIRED" => "The institution wants something done on its own site first.",
        "PASSWORD_RESET_REQUIRED" => "The institution wants a new password set on its own site first.",
        "NO_ACCOUNTS" => "The sign-in worked, but the institution shows no accounts for it.",
        "NO_INVESTMENT_ACCOUNTS" => "The institution shows no investment accounts for this sign-in.",
        "NO_LIABILITY_ACCOUNTS" => "The institution shows no loans or cards for this sign-in.",
        "ITEM_NOT_SUPPORTED" => "Accounts of this kind cannot be connected here.",
        "MFA_NOT_SUPPORTED" => "The institution's second factor cannot be answered here.",
        "INVALID_UPDATED_USERNAME" => "This is a different user name than the one connected before.",
        "INSTITUTION_DOWN" | "INSTITUTION_NOT_RESPONDING" | "INSTITUTION_NOT_AVAILABLE" => {
            "The institution is not letting anyone connect right now."
        }
        "INSTITUTION_NO_LONGER_SUPPORTED" => "This institution can no longer be connected.",
        "RECAPTCHA_BAD" => "The check for a human visitor failed.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_know_their_type_and_status() {
        for (code, kind, status) in [
            ("ITEM_LOGIN_REQUIRED", "ITEM_ERROR", 400),
            ("INSTITUTION_DOWN", "INSTITUTION_ERROR", 400),
            ("INVESTMENT_HOLDINGS_GET_LIMIT", "RATE_LIMIT_EXCEEDED", 429),
            ("INTERNAL_SERVER_ERROR", "API_ERROR", 500),
            ("PLANNED_MAINTENANCE", "API_ERROR", 503),
            ("NOT_FOUND", "INVALID_REQUEST", 404),
        ] {
            let t = Trouble::of(code);
            assert_eq!((t.kind.as_str(), t.status), (kind, status), "{code}");
        }
    }
}
