//! Reading and checking requests, writing numbers and dates. Knows JSON, not endpoints.

use super::error::Trouble;
use model::{Date, Decimal, Time};
use serde_json::{Map, Value};

/// What a request field may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    Day,
    Whole(i64, i64),
    Flag,
    Texts,
    Parts(&'static [Field]),
    /// Something this server takes without looking inside.
    Anything,
}

#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

pub const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

/// Checks a body: what is missing first, then what nobody asked for, then what has the wrong form.
pub fn check(body: &Map<String, Value>, fields: &[Field]) -> Result<(), Trouble> {
    let mut missing = Vec::new();
    let mut unknown = Vec::new();
    walk(body, fields, "", &mut missing, &mut unknown);
    if !missing.is_empty() {
        return Err(Trouble::missing(&missing));
    }
    if !unknown.is_empty() {
        return Err(Trouble::unknown(&unknown));
    }
    forms(body, fields, "")
}

fn walk(body: &Map<String, Value>, fields: &[Field], prefix: &str, missing: &mut Vec<String>, unknown: &mut Vec<String>) {
    for f in fields {
        match body.get(f.name) {
            None | Some(Value::Null) if f.required => missing.push(format!("{prefix}{}", f.name)),
            Some(Value::Object(inner)) => {
                if let Kind::Parts(parts) = f.kind {
                    walk(inner, parts, &format!("{prefix}{}.", f.name), missing, unknown);
                }
            }
            _ => {}
        }
    }
    for name in body.keys() {
        let known = fields.iter().any(|f| f.name == name) || (prefix.is_empty() && (name == "client_id" || name == "secret"));
        if !known {
            unknown.push(format!("{prefix}{name}"));
        }
    }
}

fn forms(body: &Map<String, Value>, fields: &[Field], prefix: &str) -> Result<(), Trouble> {
    for f in fields {
        let Some(v) = body.get(f.name).filter(|v| !v.is_null()) else { continue };
        let name = format!("{prefix}{}", f.name);
        match f.kind {
            Kind::Text if v.as_str().is_some_and(|s| !s.is_empty() || !f.required) => {}
            Kind::Text => return Err(Trouble::invalid(&name, "a properly formatted, non-empty string")),
            Kind::Day if v.as_str().and_then(day).is_some() => {}
            Kind::Day => return Err(Trouble::invalid(&name, "a date such as 2026-01-31")),
            Kind::Whole(low, high) => match v.as_i64() {
                Some(n) if (low..=high).contains(&n) => {}
                _ => return Err(Trouble::invalid(&name, &format!("a whole number from {low} to {high}"))),
            },
            Kind::Flag if v.is_boolean() => {}
            Kind::Flag => return Err(Trouble::invalid(&name, "a boolean")),
            Kind::Texts if v.as_array().is_some_and(|a| a.iter().all(Value::is_string)) => {}
            Kind::Texts => return Err(Trouble::invalid(&name, "an array of strings")),
            Kind::Parts(parts) => match v.as_object() {
                Some(inner) => forms(inner, parts, &format!("{name}."))?,
                None => return Err(Trouble::invalid(&name, "an object")),
            },
            Kind::Anything => {}
        }
    }
    Ok(())
}

pub fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// An instant to the second, as Plaid writes it.
pub fn instant(t: Time) -> String {
    Time::from_seconds(t.as_seconds()).to_string()
}

/// A decimal as a JSON number, digit for digit.
pub fn number(d: Decimal) -> Value {
    d.normalize().to_string().parse().map(Value::Number).unwrap_or(Value::Null)
}

pub fn number_or_null(d: Option<Decimal>) -> Value {
    d.map_or(Value::Null, number)
}

/// A JSON number (or a string of digits) read back as a decimal.
pub fn decimal(v: &Value) -> Option<Decimal> {
    match v {
        Value::Number(n) => model::money::decimal(&n.to_string()),
        Value::String(s) => model::money::decimal(s),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        must("access_token", Kind::Text),
        may("options", Kind::Parts(&[may("account_ids", Kind::Texts), may("count", Kind::Whole(1, 500))])),
    ];

    fn told(body: Value) -> String {
        match check(body.as_object().unwrap(), FIELDS) {
            Ok(()) => "ok".into(),
            Err(t) => format!("{} {}", t.code, t.message),
        }
    }

    #[test]
    fn says_exactly_what_is_wrong() {
        assert_eq!(told(json!({})), "MISSING_FIELDS the following required fields are missing: access_token");
        assert_eq!(told(json!({"access_token": "a", "secret": "s"})), "ok");
        assert!(told(json!({"access_token": "a", "options": {"x": 1}})).ends_with("not recognized by this endpoint: options.x"));
        assert!(told(json!({"access_token": 5})).starts_with("INVALID_FIELD access_token must be"));
        assert!(
            told(json!({"access_token": "a", "options": {"count": 501}})).contains("options.count must be a whole number from 1 to 500")
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        for digits in ["0.1", "123456789012345.678901", "-0.0000001"] {
            let d = model::money::decimal(digits).unwrap();
            assert_eq!(number(d).to_string(), digits);
            assert_eq!(decimal(&number(d)), Some(d));
        }
    }
}
