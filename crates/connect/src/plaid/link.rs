//! Linking: the client goes to the provider's own page with the institution already chosen, and comes back. Whether a hook came or not,
//! the outcome is read from the link token.
//!
//! What is pending is one stage, *visiting*: link token, its end, and for a repair the grant that stays. Results can be read again and
//! again, but a public token is exchanged once. So the exchange and its grant are one step, and the caller saves the grant before anything
//! else. After a crash between the two the exchange is refused: the step says so (`LINK_RESULT_SPENT`), and the client connects once more.

use super::wire::{Exchanged, ItemAnswer, LinkState, LinkToken, Session};
use super::{Plaid, faults, institutions};
use crate::{Grant, InstitutionStatus, LinkStart, Pending, Purpose, Step};
use model::{Fault, FaultKind, Secret, Span, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

/// How long the provider's page can be opened. Ours is the link that lives for a week; each click makes a fresh one of these.
const PAGE_LIVES: i64 = 4 * 3600;
const LOOK_AGAIN: Span = Span::seconds(2);
const LANGUAGES: &[&str] = &["da", "nl", "en", "et", "fr", "de", "hi", "it", "lv", "lt", "no", "pl", "pt", "ro", "es", "sv", "vi"];

#[derive(Serialize, Deserialize)]
struct Visiting {
    link_token: String,
    expires: Option<Time>,
    /// Set for a repair and for more accounts: nothing is exchanged afterwards.
    keeps: Option<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    external_id: String,
    token: String,
    institution: Option<String>,
}

pub(super) async fn begin(plaid: &Plaid, start: LinkStart) -> Result<Step, Fault> {
    let country = start.country.to_ascii_uppercase();
    let mut body = json!({
        "client_name": shown_name(&start.firm),
        "language": LANGUAGES.iter().find(|l| **l == start.language).unwrap_or(&"en"),
        "country_codes": [country],
        "user": { "client_user_id": start.person },
        "hosted_link": { "completion_redirect_uri": start.return_url.as_str(), "url_lifetime_seconds": PAGE_LIVES },
    });
    if let Some(webhook) = &start.webhook {
        body["webhook"] = json!(webhook.as_str());
    }
    let keeps = match start.purpose {
        Purpose::New => {
            let card = institutions::one(plaid, &start.institution, &country, false).await?;
            if card.status == InstitutionStatus::NotSupported {
                return Err(Fault::new(FaultKind::NotSupported, "INSTITUTION_NOT_SUPPORTED"));
            }
            for (field, products) in products(&card.products)? {
                body[field] = json!(products);
            }
            body["institution_data"] = json!({ "institution_id": start.institution });
            None
        }
        Purpose::Repair(grant) => Some(again(&mut body, grant)),
        Purpose::FindNew(grant) => {
            body["update"] = json!({ "account_selection_enabled": true });
            Some(again(&mut body, grant))
        }
    };
    let made: LinkToken = plaid.ask("/link/token/create", body, &mut vec![]).await?;
    let link_token = made.link_token.0.ok_or_else(faults::unreadable)?;
    let page =
        made.hosted_link_url.0.and_then(|u| Url::parse(&u).ok()).filter(|u| fit_to_visit(u, &plaid.base)).ok_or_else(faults::unreadable)?;
    let visiting = Visiting { link_token, expires: *made.expiration, keeps };
    Ok(Step::Visit(page, pending(&visiting)))
}

/// Update mode: the same Item, no products, no new token.
fn again(body: &mut Value, grant: Grant) -> Kept {
    body["access_token"] = json!(grant.token.expose());
    Kept { token: grant.token.expose().clone(), external_id: grant.external_id, institution: grant.institution }
}

/// What the Item must have, shall have where there is any, and may have. A product in the first list refuses every institution and every
/// sign-in without it, so exactly one stands there, and it is one that this institution has: investments if it can, as they are what this
/// is for. Cards and loans come along; transactions only keep cash balances fresh where investments lead.
fn products(offered: &[String]) -> Result<Vec<(&'static str, Vec<&'static str>)>, Fault> {
    let has = |p: &str| offered.iter().any(|o| o == p);
    let base = ["investments", "transactions", "liabilities"].into_iter().find(|p| has(p));
    let base = base.ok_or_else(|| Fault::new(FaultKind::NotSupported, "NO_USABLE_PRODUCT"))?;
    let mut out = vec![("products", vec![base])];
    if base != "liabilities" && has("liabilities") {
        out.push(("required_if_supported_products", vec!["liabilities"]));
    }
    if base == "investments" && has("transactions") {
        out.push(("optional_products", vec!["transactions"]));
    }
    Ok(out)
}

/// The provider shows at most thirty characters and replaces a longer name by its own words.
fn shown_name(firm: &str) -> String {
    let name: String = firm.trim().chars().take(30).collect();
    if name.trim().is_empty() { "Asset Sync".into() } else { name.trim().into() }
}

fn fit_to_visit(page: &Url, base: &Url) -> bool {
    page.has_host() && (page.scheme() == "https" || (page.scheme() == "http" && base.scheme() == "http"))
}

fn pending(visiting: &Visiting) -> Pending {
    Pending(serde_json::to_string(visiting).unwrap_or_default())
}

pub(super) async fn outcome(plaid: &Plaid, pending_in: Pending) -> Result<Step, Fault> {
    let visiting: Visiting = serde_json::from_str(&pending_in.0).map_err(|_| Fault::new(FaultKind::Ours, "BAD_PENDING"))?;
    let state: LinkState = match plaid.ask("/link/token/get", json!({ "link_token": visiting.link_token }), &mut vec![]).await {
        Ok(state) => state,
        // Some hours after its end the provider forgets a link: nothing more can come of it.
        Err(fault) if fault.code == "INVALID_LINK_TOKEN" => return Ok(Step::Left),
        Err(fault) => return Err(fault),
    };
    let sessions = &state.link_sessions.list;
    if let Some(kept) = &visiting.keeps {
        if sessions.iter().any(is_repaired) {
            return confirmed(plaid, kept).await;
        }
    } else {
        let tokens: Vec<(String, Option<String>)> = sessions.iter().flat_map(added).collect();
        if !tokens.is_empty() {
            return exchange(plaid, tokens).await;
        }
    }
    let over = visiting.expires.or(*state.expiration).is_some_and(|end| end <= plaid.now());
    match sessions.last() {
        Some(last) if sessions.iter().all(is_over) => Ok(departure(last)),
        _ if over => Ok(Step::Left),
        _ => Ok(Step::Wait(LOOK_AGAIN, pending_in)),
    }
}

/// The public tokens of a session, with the institution that it turned out to be.
fn added(session: &Session) -> Vec<(String, Option<String>)> {
    let place = |i: Option<&super::wire::InstitutionRef>| i.and_then(|i| i.institution_id.0.clone());
    let results = session.results.iter().flat_map(|r| r.item_add_results.iter());
    let mut out: Vec<_> = results.filter_map(|a| Some((a.public_token.0.clone()?, place(a.institution.as_ref())))).collect();
    if out.is_empty() {
        let old = session.on_success.as_ref();
        out.extend(old.and_then(|s| Some((s.public_token.0.clone()?, place(s.metadata.as_ref()?.institution.as_ref())))));
    }
    out.retain(|(token, _)| !token.is_empty());
    out
}

fn is_over(session: &Session) -> bool {
    session.finished_at.is_some() || session.exit.is_some() || session.on_exit.is_some()
}

/// In update mode there is no result to read: the session ended, and not by leaving.
fn is_repaired(session: &Session) -> bool {
    let happened = |name: &str| session.events.iter().any(|e| e.event_name.as_deref() == Some(name));
    let left = session.exit.is_some() || session.on_exit.is_some() || happened("EXIT");
    happened("HANDOFF") || session.on_success.is_some() || !added(session).is_empty() || (session.finished_at.is_some() && !left)
}

fn departure(session: &Session) -> Step {
    let Some(exit) = session.exit.as_ref().or(session.on_exit.as_ref()) else { return Step::Left };
    if let Some(error) = exit.error.as_ref() {
        return Step::Ended(error.fault());
    }
    match exit.metadata.as_ref().and_then(|m| m.status.as_deref()) {
        Some(status @ ("institution_not_found" | "institution_not_supported")) => {
            Step::Ended(Fault::new(FaultKind::NotSupported, status.to_ascii_uppercase()))
        }
        _ => Step::Left,
    }
}

async fn exchange(plaid: &Plaid, tokens: Vec<(String, Option<String>)>) -> Result<Step, Fault> {
    let mut grants = Vec::new();
    for (public_token, institution) in tokens {
        let answer = plaid.ask::<Exchanged>("/item/public_token/exchange", json!({ "public_token": public_token }), &mut vec![]).await;
        let grant = answer.and_then(|e| match (e.item_id.0, e.access_token.0) {
            (Some(external_id), Some(token)) => Ok(Grant { external_id, token: Secret::new(token), institution, consent_ends: None }),
            _ => Err(faults::unreadable()),
        });
        match grant {
            Ok(grant) => grants.push(grant),
            // What was exchanged already must be saved, so it goes back whatever happens to the rest.
            Err(fault) if !grants.is_empty() => tracing::warn!(code = fault.code, "one of several connections was not exchanged"),
            Err(fault) if fault.code == "INVALID_PUBLIC_TOKEN" => {
                let spent = Fault { request_id: fault.request_id, ..Fault::new(FaultKind::ProviderDown, "LINK_RESULT_SPENT") };
                return Ok(Step::Ended(spent));
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(Step::Linked(grants))
}

/// A repair counts when the connection itself says that it is well.
async fn confirmed(plaid: &Plaid, kept: &Kept) -> Result<Step, Fault> {
    let answer: ItemAnswer = plaid.ask("/item/get", json!({ "access_token": kept.token }), &mut vec![]).await?;
    let item = answer.item.0.ok_or_else(faults::unreadable)?;
    if let Some(error) = item.error.as_ref().map(|e| e.fault()).filter(|f| f.code != "NEW_ACCOUNTS_AVAILABLE") {
        return Ok(Step::Ended(error));
    }
    let grant = Grant {
        external_id: kept.external_id.clone(),
        token: Secret::new(kept.token.clone()),
        institution: item.institution_id.0.or(kept.institution.clone()),
        consent_ends: *item.consent_expiration_time,
    };
    Ok(Step::Linked(vec![grant]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(offered: &[&str]) -> Result<Vec<(&'static str, Vec<&'static str>)>, Fault> {
        products(&offered.iter().map(|s| s.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn one_product_is_required_and_the_institution_has_it() {
        let broker = lists(&["auth", "investments", "transactions"]).unwrap();
        assert_eq!(broker, [("products", vec!["investments"]), ("optional_products", vec!["transactions"])]);
        let bank = lists(&["transactions", "liabilities", "auth"]).unwrap();
        assert_eq!(bank, [("products", vec!["transactions"]), ("required_if_supported_products", vec!["liabilities"])]);
        assert_eq!(lists(&["liabilities"]).unwrap(), [("products", vec!["liabilities"])]);
        assert_eq!(lists(&["payment_initiation"]).unwrap_err().kind, FaultKind::NotSupported);
        let all = lists(&["investments", "transactions", "liabilities"]).unwrap();
        let mut named: Vec<_> = all.iter().flat_map(|(_, p)| p).collect();
        named.sort();
        named.dedup();
        assert_eq!(named.len(), 3, "no product stands in two lists");
    }

    #[test]
    fn names_are_cut_where_the_provider_would_replace_them() {
        assert_eq!(shown_name("Alder & Finch"), "Alder & Finch");
        assert_eq!(shown_name(&"ü".repeat(40)).chars().count(), 30);
        assert_eq!(shown_name("  "), "Asset Sync");
    }
}
