//! The provider's directory. Logos come through its API as bytes and are never fetched by address.

use super::wire::{Institution, InstitutionAnswer, InstitutionState, InstitutionsAnswer, ProductState};
use super::{Plaid, faults};
use crate::{InstitutionCard, InstitutionPage, InstitutionStatus, Page};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Decimal, Fault, Time};
use rust_decimal::prelude::ToPrimitive;
use serde_json::json;
use url::Url;

const LARGEST_PAGE: u32 = 500;
const LARGEST_LOGO: usize = 512 << 10;

pub(super) async fn page(plaid: &Plaid, page: Page) -> Result<InstitutionPage, Fault> {
    let body = json!({
        "count": page.count.clamp(1, LARGEST_PAGE),
        "offset": page.offset,
        "country_codes": ["US"],
        "options": { "include_optional_metadata": true },
    });
    let answer: InstitutionsAnswer = plaid.ask("/institutions/get", body, &mut vec![]).await?;
    let list = answer.institutions.0.ok_or_else(faults::unreadable)?;
    let now = plaid.now();
    let institutions: Vec<_> = list.list.into_iter().filter_map(|i| card(i, now)).collect();
    let total = answer.total.and_then(|t| u32::try_from(t).ok()).unwrap_or(page.offset + institutions.len() as u32);
    Ok(InstitutionPage { institutions, total })
}

pub(super) async fn one(plaid: &Plaid, id: &str, country: &str, with_logo: bool) -> Result<InstitutionCard, Fault> {
    let body = json!({
        "institution_id": id,
        "country_codes": [country],
        "options": { "include_optional_metadata": with_logo, "include_status": true },
    });
    let answer: InstitutionAnswer = plaid.ask("/institutions/get_by_id", body, &mut vec![]).await?;
    answer.institution.0.and_then(|i| card(i, plaid.now())).ok_or_else(faults::unreadable)
}

fn card(wire: Institution, now: Time) -> Option<InstitutionCard> {
    let external_id = wire.institution_id.0.filter(|id| !id.is_empty())?;
    let name = super::accounts::tidy(&wire.name.0?)?;
    let state = wire.status.0.unwrap_or_default();
    let success = state.item_logins.as_ref().and_then(success);
    Some(InstitutionCard {
        external_id,
        name,
        url: wire.url.0.filter(|u| Url::parse(u).is_ok_and(|u| matches!(u.scheme(), "https" | "http") && u.has_host())),
        countries: wire.country_codes.list,
        products: wire.products.list,
        oauth: wire.oauth.unwrap_or(false),
        colour: wire.primary_color.0.filter(|c| c.len() == 7 && c.starts_with('#') && c[1..].bytes().all(|b| b.is_ascii_hexdigit())),
        logo: wire.logo.0.and_then(|l| logo(&l)),
        status: match wire.connection_availability.as_deref() {
            Some("NOT_SUPPORTED") => InstitutionStatus::NotSupported,
            _ => status(&state, success),
        },
        notice: notice(&state, now),
        success_percent: success.and_then(|s| (s * Decimal::ONE_HUNDRED).round().to_u8()),
    })
}

/// A PNG of a sensible size, or none at all.
fn logo(base64: &str) -> Option<Vec<u8>> {
    if base64.len() > LARGEST_LOGO * 4 / 3 {
        return None;
    }
    STANDARD.decode(base64).ok().filter(|png| png.starts_with(b"\x89PNG\r\n\x1a\n"))
}

fn success(state: &ProductState) -> Option<Decimal> {
    let share = state.breakdown.as_ref()?.success.0?;
    (Decimal::ZERO..=Decimal::ONE).contains(&share).then_some(share)
}

/// Signing in counts, as that is what the client is about to do. The provider's own word is deprecated in favour of the shares.
fn status(state: &InstitutionState, success: Option<Decimal>) -> InstitutionStatus {
    let word = state.item_logins.as_ref().and_then(|s| s.status.as_deref());
    match (success, word) {
        (Some(s), _) if s < Decimal::new(10, 2) => InstitutionStatus::Down,
        (_, Some("DOWN")) => InstitutionStatus::Down,
        (Some(s), _) if s < Decimal::new(85, 2) => InstitutionStatus::Degraded,
        (_, Some("DEGRADED")) => InstitutionStatus::Degraded,
        (Some(_), _) | (_, Some("HEALTHY")) => InstitutionStatus::Healthy,
        _ => InstitutionStatus::Unknown,
    }
}

/// The latest incident that has not ended.
fn notice(state: &InstitutionState, now: Time) -> Option<String> {
    let open = state.health_incidents.iter().rfind(|i| i.end_date.is_none_or(|end| end > now))?;
    open.title.as_deref().and_then(super::accounts::tidy)
}
