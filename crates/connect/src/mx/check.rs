//! A live look at the operator's keys: accepted or not, investments there or not, and how news will arrive.

use super::wire::{InstitutionsAnswer, UsersAnswer};
use super::{Mx, faults};
use crate::Check;
use model::{Fault, FaultKind};
use reqwest::Method;
use url::Url;

pub(super) async fn check(mx: &Mx, _return_url: &Url) -> Result<Vec<Check>, Fault> {
    let mut out = vec![keys(mx).await?];
    if !out[0].ok {
        return Ok(out);
    }
    out.push(users(mx).await?);
    out.push(investments(mx).await?);
    out.push(told("address", mx.base.scheme() == "https" || crate::said::is_here(&mx.base), "sign-ins pass through this address alone"));
    out.push(told("webhooks", true, "not needed: everything is asked for; MX signs no webhook, so none is taken"));
    Ok(out)
}

fn told(name: &str, ok: bool, detail: impl Into<String>) -> Check {
    Check { name: name.into(), ok, detail: detail.into() }
}

/// A trouble that passes is no verdict on the keys; anything else is, by its code.
fn verdict<T>(answer: Result<T, Fault>) -> Result<Result<T, String>, Fault> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(fault) if matches!(fault.kind, FaultKind::ProviderDown | FaultKind::RateLimited | FaultKind::NotReady) => Err(fault),
        Err(fault) => Ok(Err(fault.code)),
    }
}

async fn list(mx: &Mx, query: &str) -> Result<i64, Fault> {
    let answer: InstitutionsAnswer = mx.send(Method::GET, ("/institutions", &[]), query, None, &mut vec![]).await?.read()?;
    let found = answer.institutions.0.ok_or_else(faults::unreadable)?.list.len();
    Ok(answer.pagination.as_ref().and_then(|p| p.total_entries.0).unwrap_or(i64::try_from(found).unwrap_or(0)))
}

async fn keys(mx: &Mx) -> Result<Check, Fault> {
    Ok(match verdict(list(mx, "?page=1&records_per_page=10").await)? {
        Ok(total) => told("keys", true, format!("accepted; {total} institutions in the directory")),
        Err(code) => told("keys", false, format!("not accepted: MX answers {code}; compare client ID, API key and environment")),
    })
}

async fn users(mx: &Mx) -> Result<Check, Fault> {
    let answer = match mx.send(Method::GET, ("/users", &[]), "?page=1&records_per_page=10", None, &mut vec![]).await {
        Ok(sent) => sent.read::<UsersAnswer>().map(|_| ()),
        Err(fault) => Err(fault),
    };
    Ok(match verdict(answer)? {
        Ok(()) => told("users", true, "can be read and made"),
        Err(code) => told("users", false, format!("MX answers {code}; allow this installation’s address in MX’s dashboard")),
    })
}

async fn investments(mx: &Mx) -> Result<Check, Fault> {
    Ok(match verdict(list(mx, "?page=1&records_per_page=10&supported_products=investments").await)? {
        Ok(0) => told("investments", false, "no institution gives holdings with these keys; ask MX to switch investments on"),
        Ok(n) => told("investments", true, format!("on: {n} institutions give holdings")),
        Err(code) => told("investments", false, format!("MX answers {code}; ask MX to switch investments on for these keys")),
    })
}
