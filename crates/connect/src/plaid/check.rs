//! A live look at the operator's keys: accepted or not, each product on or off, the return address, and how news will arrive.

use super::Plaid;
use super::wire::{InstitutionsAnswer, LinkToken};
use crate::Check;
use model::{Fault, FaultKind};
use serde_json::{Value, json};
use url::{Host, Url};

const PRODUCTS: [(&str, &str); 3] = [
    ("investments", "positions, trades"),
    ("liabilities", "terms of cards and loans"),
    ("transactions", "fresh balances of bank accounts"),
];

pub(super) async fn check(plaid: &Plaid, return_url: &Url) -> Result<Vec<Check>, Fault> {
    let mut out = vec![keys(plaid).await?];
    if !out[0].ok {
        return Ok(out);
    }
    for (product, what_for) in PRODUCTS {
        let on = verdict(probe(plaid, json!({ "products": [product] })).await)?;
        out.push(match on {
            None => told(product, true, format!("on: {what_for}")),
            Some(code) => {
                told(product, false, format!("{what_for}: Plaid answers {code}; ask Plaid to switch the product on for these keys"))
            }
        });
    }
    out.push(return_address(plaid, return_url).await?);
    out.push(told("webhooks", true, webhooks(return_url)));
    Ok(out)
}

fn told(name: &str, ok: bool, detail: impl Into<String>) -> Check {
    Check { name: name.into(), ok, detail: detail.into() }
}

/// A trouble that passes is no verdict on the keys; anything else is, by its code.
fn verdict<T>(answer: Result<T, Fault>) -> Result<Option<String>, Fault> {
    match answer {
        Ok(_) => Ok(None),
        Err(fault) if matches!(fault.kind, FaultKind::ProviderDown | FaultKind::RateLimited) => Err(fault),
        Err(fault) => Ok(Some(fault.code)),
    }
}

async fn keys(plaid: &Plaid) -> Result<Check, Fault> {
    let body = json!({ "count": 1, "offset": 0, "country_codes": ["US"] });
    let answer = plaid.ask::<InstitutionsAnswer>("/institutions/get", body, &mut vec![]).await;
    let total = answer.as_ref().ok().and_then(|a| *a.total).unwrap_or(0);
    Ok(match verdict(answer)? {
        None => told("keys", true, format!("accepted; {total} institutions in the directory")),
        Some(code) => told("keys", false, format!("not accepted: Plaid answers {code}; compare client id, secret and environment")),
    })
}

async fn return_address(plaid: &Plaid, return_url: &Url) -> Result<Check, Fault> {
    if return_url.scheme() != "https" && !is_here(return_url) {
        return Ok(told("return address", false, format!("not https, and browsers come back over https alone: {return_url}")));
    }
    let more = json!({ "products": ["investments"], "hosted_link": { "completion_redirect_uri": return_url.as_str() } });
    let mut answer = probe(plaid, more.clone()).await;
    // Keys without investments can still have a return address.
    if answer.as_ref().is_err_and(|f| f.code == "INVALID_PRODUCT") {
        answer = probe(plaid, json!({ "products": ["transactions"], "hosted_link": more["hosted_link"] })).await;
    }
    let page = answer.as_ref().ok().and_then(|a| a.hosted_link_url.0.clone());
    Ok(match verdict(answer)? {
        None if page.is_some() => told("return address", true, format!("accepted: {return_url}")),
        None => told("return address", false, "Plaid does not hand out hosted pages for these keys; ask it to switch on Hosted Link"),
        Some(code) => told("return address", false, format!("Plaid answers {code}; allow {return_url} in Plaid's dashboard")),
    })
}

/// A link token that nobody opens: it costs nothing and ends by itself.
async fn probe(plaid: &Plaid, more: Value) -> Result<LinkToken, Fault> {
    let mut body = json!({
        "client_name": "Check of keys",
        "language": "en",
        "country_codes": ["US"],
        "user": { "client_user_id": "check-of-keys" },
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    plaid.ask("/link/token/create", body, &mut vec![]).await
}

fn webhooks(return_url: &Url) -> String {
    match return_url.scheme() == "https" && !is_here(return_url) {
        true => {
            "sent to this installation when the address can be reached from outside; without them everything is asked for instead".into()
        }
        false => "this address cannot be reached from outside, so everything is asked for instead: news arrive a little later".into(),
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
