//! Requests at a steady rate, sent whether or not earlier ones were answered: what a slow answer delays is counted too.

use super::visitor::Visitor;
use crate::Trouble;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Addresses of many households, from the pages of the list.
pub async fn households(visitor: &mut Visitor) -> Result<Vec<String>, Trouble> {
    let mut found: Vec<String> = Vec::new();
    for page in 0..20 {
        let text = visitor.get(&format!("/households?show=firm&page={page}")).await?.body;
        for part in text.split("href=\"/households/hh_").skip(1) {
            let id: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.push(format!("/households/hh_{id}/portfolio"));
        }
    }
    found.sort();
    found.dedup();
    if found.is_empty() { Err(Trouble("the list shows no household".into())) } else { Ok(found) }
}

/// Half of the requests read households' pages, all different ones, half the portal's first page.
pub async fn run(rate: u32, seconds: u32, staff: &Visitor, pages: &[String], client: &Visitor, portal: &str) -> Result<Value, Trouble> {
    let began = Instant::now();
    let gap = Duration::from_secs(1) / rate;
    let mut all = tokio::task::JoinSet::new();
    for n in 0..rate * seconds {
        let due = began + gap * n;
        tokio::time::sleep_until(due.into()).await;
        let is_portal = n % 2 == 1;
        let (mut reader, path) = match is_portal {
            true => (client.clone(), portal.to_owned()),
            false => (staff.clone(), pages[(n as usize / 2) % pages.len()].clone()),
        };
        all.spawn(async move {
            let fine = reader.get(&path).await.is_ok_and(|a| a.status == 200);
            (is_portal, fine, due.elapsed().as_micros() as u64)
        });
    }
    let (mut of_staff, mut of_portal, mut errors) = (Vec::new(), Vec::new(), 0u64);
    while let Some(done) = all.join_next().await {
        let (is_portal, fine, micros) = done.map_err(|e| Trouble(e.to_string()))?;
        errors += u64::from(!fine);
        if is_portal { of_portal.push(micros) } else { of_staff.push(micros) }
    }
    Ok(json!({
        "rate": rate,
        "seconds": seconds,
        "different_households": pages.len(),
        "errors": errors,
        "household_page_us": percentiles(&mut of_staff),
        "portal_home_us": percentiles(&mut of_portal),
    }))
}

pub fn percentiles(times: &mut [u64]) -> Value {
    times.sort_unstable();
    let at = |permille: usize| times.get(times.len().saturating_sub(1) * permille / 1000).copied().unwrap_or_default();
    json!({ "p50": at(500), "p99": at(990), "max": at(1000) })
}
