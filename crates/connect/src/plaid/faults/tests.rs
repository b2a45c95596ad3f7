use super::*;
use std::collections::HashSet;

/// The provider's list as it stood when this was written, type by type; each code must be in the table, once.
const LISTED: &[(&str, &str)] = &[
    (
        "ITEM_ERROR",
        "ITEM_LOGIN_REQUIRED INVALID_CREDENTIALS INVALID_MFA INVALID_OTP INVALID_PHONE_NUMBER INVALID_SEND_METHOD INVALID_UPDATED_USERNAME \
         INSUFFICIENT_CREDENTIALS ITEM_LOCKED ITEM_NOT_FOUND ITEM_NOT_SUPPORTED MFA_NOT_SUPPORTED NO_ACCOUNTS NO_INVESTMENT_ACCOUNTS \
         NO_LIABILITY_ACCOUNTS NO_AUTH_ACCOUNTS PASSWORD_RESET_REQUIRED USER_SETUP_REQUIRED USER_INPUT_TIMEOUT PRODUCT_NOT_READY \
         PRODUCT_NOT_ENABLED PRODUCTS_NOT_SUPPORTED ACCESS_NOT_GRANTED ITEM_CONCURRENTLY_DELETED",
    ),
    (
        "INSTITUTION_ERROR",
        "INSTITUTION_DOWN INSTITUTION_NOT_RESPONDING INSTITUTION_NOT_AVAILABLE INSTITUTION_NO_LONGER_SUPPORTED \
         INSTITUTION_REGISTRATION_REQUIRED INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT UNAUTHORIZED_INSTITUTION UNSUPPORTED_RESPONSE",
    ),
    (
        "INVALID_INPUT",
        "INVALID_API_KEYS INVALID_ACCESS_TOKEN INVALID_PUBLIC_TOKEN INVALID_LINK_TOKEN INVALID_INSTITUTION INVALID_ACCOUNT_ID INVALID_PRODUCT \
         INVALID_LINK_CUSTOMIZATION INVALID_WEBHOOK_VERIFICATION_KEY_ID ADDITIONAL_CONSENT_REQUIRED USER_PERMISSION_REVOKED \
         UNAUTHORIZED_ENVIRONMENT UNAUTHORIZED_ROUTE_ACCESS DIRECT_INTEGRATION_NOT_ENABLED",
    ),
    (
        "INVALID_REQUEST",
        "MISSING_FIELDS UNKNOWN_FIELDS INVALID_FIELD INVALID_BODY INVALID_HEADERS NOT_FOUND SANDBOX_ONLY NO_LONGER_AVAILABLE \
         INCOMPATIBLE_API_VERSION",
    ),
    (
        "RATE_LIMIT_EXCEEDED",
        "RATE_LIMIT ACCOUNTS_LIMIT BALANCE_LIMIT ACCOUNTS_BALANCE_GET_LIMIT INVESTMENT_HOLDINGS_GET_LIMIT INVESTMENT_TRANSACTIONS_LIMIT \
         ITEM_GET_LIMIT TRANSACTIONS_SYNC_LIMIT INSTITUTIONS_GET_LIMIT INSTITUTIONS_GET_BY_ID_LIMIT CREDITS_EXHAUSTED",
    ),
    ("TRANSACTIONS_ERROR", "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"),
    ("API_ERROR", "INTERNAL_SERVER_ERROR PLANNED_MAINTENANCE"),
    ("SANDBOX_ERROR", "SANDBOX_PRODUCT_NOT_ENABLED SANDBOX_WEBHOOK_INVALID"),
];

const TYPES: &str = "INVALID_REQUEST INVALID_RESULT INVALID_INPUT INSTITUTION_ERROR RATE_LIMIT_EXCEEDED API_ERROR ITEM_ERROR ASSET_REPORT_ERROR \
    BASE_REPORT_ERROR RECAPTCHA_ERROR OAUTH_ERROR PAYMENT_ERROR BANK_TRANSFER_ERROR INCOME_VERIFICATION_ERROR MICRODEPOSITS_ERROR SANDBOX_ERROR \
    PARTNER_ERROR SIGNAL_ERROR TRANSACTIONS_ERROR TRANSACTION_ERROR TRANSFER_ERROR CHECK_REPORT_ERROR CONSUMER_REPORT_ERROR USER_ERROR";

fn answer(error_type: &str, code: &str) -> Fault {
    let body = format!(
        r#"{{"error_type":"{error_type}","error_code":"{code}","error_message":"m","display_message":"<b>x</b>","request_id":"abc123"}}"#
    );
    of_answer(400, body.as_bytes(), None)
}

#[test]
fn every_listed_code_is_in_the_table_once() {
    let mut seen = HashSet::new();
    for (t, codes) in LISTED {
        for code in codes.split_whitespace() {
            assert!(seen.insert(code));
            let rows: Vec<_> = TABLE.iter().filter(|r| r.1 == code).collect();
            assert_eq!(rows.len(), 1, "{code}");
            assert_eq!(rows[0].0, *t, "{code}");
            let fault = answer(t, code);
            assert_eq!((fault.kind, fault.code.as_str(), fault.request_id.as_deref()), (rows[0].2, code, Some("abc123")));
        }
    }
}

// proves: N67 N68 N69
#[test]
fn trouble_at_the_institution_never_asks_for_a_password() {
    let down = "INSTITUTION_DOWN INSTITUTION_NOT_RESPONDING INSTITUTION_NOT_AVAILABLE UNSUPPORTED_RESPONSE SOMETHING_NEW_OF_2031";
    for code in down.split_whitespace() {
        let fault = answer("INSTITUTION_ERROR", code);
        assert_eq!(fault.kind, InstitutionDown, "{code}");
        assert!(fault.kind.is_transient() && !fault.kind.waits_for_client());
    }
}

// proves: N70
#[test]
fn what_cannot_be_connected_is_said_to_be_so() {
    for code in ["INSTITUTION_NO_LONGER_SUPPORTED", "UNAUTHORIZED_INSTITUTION", "INSTITUTION_REGISTRATION_REQUIRED"] {
        assert_eq!(answer("INSTITUTION_ERROR", code).kind, NotSupported);
    }
    assert_eq!(answer("ITEM_ERROR", "ITEM_NOT_SUPPORTED").kind, NotSupported);
    assert_eq!(answer("ITEM_ERROR", "MFA_NOT_SUPPORTED").kind, NotSupported);
}

#[test]
fn codes_we_do_not_know_go_by_their_type_and_wait_for_nobody() {
    for t in TYPES.split_whitespace() {
        let fault = answer(t, "BRAND_NEW_CODE");
        assert!(!fault.kind.waits_for_client(), "{t}");
        assert_eq!(fault.code, "BRAND_NEW_CODE");
    }
    assert_eq!(answer("RATE_LIMIT_EXCEEDED", "NEW_LIMIT").kind, RateLimited);
    assert_eq!(answer("API_ERROR", "NEW").kind, ProviderDown);
    assert_eq!(answer("INVALID_INPUT", "NEW").kind, Ours);
    assert_eq!(answer("TYPE_OF_2031", "ITEM_LOCKED").kind, Locked, "a known code under an unknown type");
}

#[test]
fn withdrawn_permission_is_told_from_an_old_password() {
    for reason in ["OAUTH_INVALID_TOKEN", "OAUTH_CONSENT_EXPIRED", "OAUTH_USER_REVOKED"] {
        assert_eq!(kind("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", Some(reason)), ConsentRevoked);
    }
    assert_eq!(kind("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", None), NeedsCredentials);
}

#[test]
fn without_a_readable_error_the_status_decides() {
    let wait = Some(Span::seconds(30));
    for body in ["", "<html>busy</html>", "{}", "[]", "{\"error_code\":null}", "{\"error_type\":"] {
        assert_eq!(of_answer(429, body.as_bytes(), wait).kind, RateLimited);
        assert_eq!(of_answer(429, body.as_bytes(), wait).retry_after, wait);
        for status in [301, 400, 401, 403, 404, 500, 502, 503, 504] {
            assert_eq!(of_answer(status, body.as_bytes(), None).kind, ProviderDown, "{status} {body}");
        }
    }
    assert_eq!(of_answer(500, &[0xff, 0xfe], None).kind, ProviderDown);
}

#[test]
fn nothing_of_the_providers_prose_is_carried_along() {
    let fault =
        of_answer(400, br#"{"error_type":"ITEM_ERROR","error_code":"<script>","display_message":"x","request_id":"a<b>\n1"}"#, None);
    assert_eq!((fault.code.as_str(), fault.request_id.as_deref()), ("UNKNOWN", Some("ab1")));
    assert!(!format!("{:?}", answer("ITEM_ERROR", "ITEM_LOCKED")).contains("<b>"));
}
