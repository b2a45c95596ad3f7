//! Whether a movement crosses the border of its account. Providers and files name movements in their own words; what is named by none of
//! them is unclear, and is never guessed.

use crate::AccountKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From outside, or to the outside: a deposit, a withdrawal, a transfer, a contribution.
    Flow,
    /// Between the cash and the securities of the account, its income and its costs.
    Inside,
    Unclear,
}

/// By the words in which a movement arrived: `type/subtype` of an aggregator, or the name of an OFX aggregate or transaction type.
pub fn kind(account: AccountKind, raw: &str) -> Kind {
    let raw = raw.to_lowercase();
    let (kind, sub) = raw.split_once('/').unwrap_or((raw.as_str(), ""));
    // In a bank account, on a card and in a loan all but interest and fees comes from outside.
    if !account.is_investment() {
        return match kind {
            "" => Kind::Unclear,
            "int" | "interest" | "fee" | "srvchg" | "div" => Kind::Inside,
            _ => Kind::Flow,
        };
    }
    match (kind, sub) {
        ("cash", "contribution" | "deposit" | "withdrawal" | "distribution" | "transfer" | "pending credit" | "pending debit") => {
            Kind::Flow
        }
        ("transfer", "split" | "spin off" | "merger" | "stock distribution" | "assignment" | "exercise" | "expire" | "adjustment") => {
            Kind::Inside
        }
        ("transfer" | "invbanktran" | "dep" | "directdep" | "xfer" | "credit" | "debit", _) => Kind::Flow,
        ("buy", "contribution" | "assignment") | ("sell", "distribution") => Kind::Flow,
        ("buy" | "sell" | "fee" | "cancel", _) => Kind::Inside,
        (
            "cash",
            "dividend" | "interest" | "qualified dividend" | "non-qualified dividend" | "interest receivable" | "return of principal",
        ) => Kind::Inside,
        ("cash", s) if ["tax", "fee", "gain", "expense", "interest", "dividend"].iter().any(|w| s.contains(w)) => Kind::Inside,
        ("income" | "reinvest" | "retofcap" | "split" | "margininterest" | "invexpense" | "closureopt" | "jrnlsec" | "jrnlfund", _) => {
            Kind::Inside
        }
        (k, _) if k.starts_with("buy") || k.starts_with("sell") => Kind::Inside,
        _ => Kind::Unclear,
    }
}
