//! Accounts that somebody wrote down as `user_custom`: reads Plaid's JSON, `holdings` as one object or as a list.

use crate::plaid::wire::{self, number, number_or_null};
use model::{Date, Decimal};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Custom {
    pub accounts: Vec<CustomAccount>,
    pub mfa: Option<Value>,
    pub force_error: Option<String>,
    pub recaptcha_bad: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomAccount {
    pub key: String,
    pub kind: String,
    pub subtype: String,
    pub written: Value,
}

impl Custom {
    /// `None` when the text is not such a person.
    pub fn read(text: &str) -> Option<Custom> {
        let written: Value = serde_json::from_str(text).ok()?;
        let listed = written.as_object()?.get("override_accounts").map(one_or_many).unwrap_or_default();
        let mut accounts = Vec::new();
        for (n, written) in listed.into_iter().enumerate() {
            let kind = written.get("type")?.as_str()?.to_string();
            let subtype = written.get("subtype").and_then(Value::as_str).unwrap_or(usual_subtype(&kind)).to_string();
            accounts.push(CustomAccount { key: format!("custom-{n}"), kind, subtype, written });
        }
        Some(Custom {
            accounts,
            mfa: written.get("mfa").filter(|m| m.is_object()).cloned(),
            force_error: written.get("force_error").and_then(Value::as_str).filter(|s| !s.is_empty()).map(Into::into),
            recaptcha_bad: written.get("recaptcha").and_then(Value::as_str) == Some("bad"),
        })
    }
}

fn one_or_many(v: &Value) -> Vec<Value> {
    match v {
        Value::Array(list) => list.clone(),
        Value::Object(_) => vec![v.clone()],
        _ => Vec::new(),
    }
}

fn usual_subtype(kind: &str) -> &'static str {
    match kind {
        "investment" => "brokerage",
        "credit" => "credit card",
        "loan" => "mortgage",
        "depository" => "checking",
        _ => "other",
    }
}

impl CustomAccount {
    fn decimal(&self, name: &str) -> Option<Decimal> {
        self.written.get(name).and_then(wire::decimal)
    }

    fn meta(&self, name: &str) -> Option<&str> {
        self.written.get("meta")?.get(name)?.as_str()
    }

    pub fn currency(&self) -> &str {
        self.written.get("currency").and_then(Value::as_str).unwrap_or("USD")
    }

    pub fn name(&self) -> String {
        self.meta("name").map(Into::into).unwrap_or_else(|| format!("Custom {}", self.subtype))
    }

    pub fn mask(&self) -> Option<String> {
        let number = self.written.get("numbers").and_then(|n| n.get("account")).and_then(Value::as_str);
        let tail = number.map(|n| n.chars().skip(n.chars().count().saturating_sub(4)).collect());
        self.meta("mask").map(Into::into).or(tail)
    }

    pub fn official_name(&self) -> Option<&str> {
        self.meta("official_name")
    }

    /// The written balance, or what the holdings come to.
    pub fn current(&self) -> Decimal {
        let held = || one_or_many(&self.written["holdings"]).iter().map(|h| of(h, "institution_price") * of(h, "quantity")).sum();
        self.decimal("starting_balance").unwrap_or_else(held)
    }

    pub fn balances(&self) -> Value {
        let current = self.current();
        let hidden = self.written.get("has_null_available_balance").and_then(Value::as_bool).unwrap_or(false);
        let usual = (self.kind == "depository").then_some(current);
        let available = self.decimal("force_available_balance").or(usual).filter(|_| !hidden);
        let limit = self.written.get("meta").and_then(|m| m.get("limit")).and_then(wire::decimal);
        json!({
            "available": number_or_null(available), "current": number(current), "limit": number_or_null(limit),
            "iso_currency_code": self.currency(), "unofficial_currency_code": null, "last_updated_datetime": null,
        })
    }

    /// Its holdings and their securities, on the wire.
    pub fn holdings(&self, account_id: &str, day: Date) -> Vec<(Value, Value)> {
        one_or_many(&self.written["holdings"]).iter().map(|h| self.holding(h, account_id, day)).collect()
    }

    fn holding(&self, h: &Value, account_id: &str, day: Date) -> (Value, Value) {
        let security = self.security(&h["security"], of(h, "institution_price"), day);
        let as_of = h.get("institution_price_as_of").and_then(Value::as_str).map_or_else(|| day.to_string(), Into::into);
        let currency = h.get("currency").and_then(Value::as_str).unwrap_or(self.currency());
        let holding = json!({
            "account_id": account_id, "security_id": security["security_id"],
            "institution_price": number(of(h, "institution_price")), "institution_price_as_of": as_of, "institution_price_datetime": null,
            "institution_value": number(of(h, "institution_price") * of(h, "quantity")),
            "cost_basis": number_or_null(h.get("cost_basis").and_then(wire::decimal)), "quantity": number(of(h, "quantity")),
            "iso_currency_code": currency, "unofficial_currency_code": null, "vested_quantity": null, "vested_value": null, "tax_lots": [],
        });
        (holding, security)
    }

    fn security(&self, s: &Value, price: Decimal, day: Date) -> Value {
        let part = |name: &str| s.get(name).and_then(Value::as_str);
        let ticker = part("ticker_symbol");
        let cash = ticker.is_some_and(|t| t.starts_with("CUR:"));
        let id = crate::keys::stable(&["custom", &s.to_string()]);
        json!({
            "security_id": id, "isin": part("isin"), "cusip": part("cusip"), "sedol": part("sedol"), "figi": null,
            "institution_security_id": null, "institution_id": null, "proxy_security_id": null,
            "name": part("name"), "ticker_symbol": ticker, "is_cash_equivalent": cash, "type": if cash { "cash" } else { "equity" },
            "subtype": if cash { "cash" } else { "common stock" }, "close_price": number(price), "close_price_as_of": day.to_string(),
            "update_datetime": null, "iso_currency_code": part("currency").unwrap_or("USD"), "unofficial_currency_code": null,
            "market_identifier_code": null, "sector": null, "industry": null, "cfi_code": null, "option_contract": null, "fixed_income": null,
        })
    }

    /// Its investment transactions and their securities, on the wire, within the days.
    pub fn trades(&self, account_id: &str, from: Date, to: Date) -> Vec<(Value, Option<Value>)> {
        let written = one_or_many(&self.written["investment_transactions"]);
        let each = written.iter().enumerate().filter_map(|(n, t)| {
            let date = t.get("date").and_then(Value::as_str)?;
            let day = wire::day(date).filter(|d| (from..=to).contains(d))?;
            let security = t.get("security").filter(|s| s.is_object()).map(|s| self.security(s, of(t, "price"), to));
            let kind = t.get("type").and_then(Value::as_str).filter(|k| ["buy", "sell", "cancel", "cash", "fee", "transfer"].contains(k));
            let wire = json!({
                "investment_transaction_id": crate::keys::stable(&[account_id, "trade", &n.to_string()]), "cancel_transaction_id": null,
                "account_id": account_id, "security_id": security.as_ref().map(|s| s["security_id"].clone()), "date": day.to_string(),
                "transaction_datetime": null, "name": t.get("name").and_then(Value::as_str).unwrap_or("Custom transaction"),
                "quantity": number(of(t, "quantity")), "amount": number(of(t, "price") * of(t, "quantity")), "price": number(of(t, "price")),
                "fees": number_or_null(t.get("fees").and_then(wire::decimal)), "type": kind.unwrap_or("buy"),
                "subtype": t.get("subtype").and_then(Value::as_str).unwrap_or(kind.unwrap_or("buy")),
                "iso_currency_code": self.currency(), "unofficial_currency_code": null,
            });
            Some((wire, security))
        });
        each.collect()
    }

    /// Written bank transactions: day, description, amount.
    pub fn transactions(&self) -> Vec<(Date, String, Decimal)> {
        let written = one_or_many(&self.written["transactions"]);
        let each = written.iter().filter_map(|t| {
            let day = t.get("date_posted").or(t.get("date_transacted"))?.as_str().and_then(wire::day)?;
            let name = t.get("description").and_then(Value::as_str).unwrap_or("Custom transaction").to_string();
            Some((day, name, of(t, "amount")))
        });
        each.collect()
    }
}

fn of(v: &Value, name: &str) -> Decimal {
    v.get(name).and_then(wire::decimal).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_holdings_as_object_and_as_list() {
        let holding =
            r#"{"institution_price": 10.5, "quantity": 3, "currency": "USD", "security": {"ticker_symbol": "ZZQ", "currency": "USD"}}"#;
        for holdings in [holding.to_string(), format!("[{holding}]")] {
            let text = format!(r#"{{"override_accounts": [{{"type": "investment", "subtype": "ira", "holdings": {holdings}}}]}}"#);
            let custom = Custom::read(&text).unwrap();
            let day = "2026-11-20".parse().unwrap();
            let held = custom.accounts[0].holdings("a", day);
            assert_eq!(held.len(), 1);
            assert_eq!(held[0].0["institution_value"].to_string(), "31.5");
            assert_eq!(custom.accounts[0].balances()["current"].to_string(), "31.5");
        }
        assert!(Custom::read("pass_good").is_none());
    }
}
