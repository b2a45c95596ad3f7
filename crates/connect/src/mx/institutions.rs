//! The provider's directory, and what an institution asks for at its door.

use super::wire::{Institution, InstitutionAnswer, InstitutionsAnswer};
use super::{Mx, faults};
use crate::said::{plain, tidy, web_address};
use crate::{Help, InstitutionCard, InstitutionPage, InstitutionStatus, Page};
use model::{Fault, FaultKind};
use reqwest::Method;

/// The most that the provider sends at once.
const AT_ONCE: u32 = 100;
const LONGEST_NOTICE: usize = 1_000;

/// One page of ours is several of the provider's.
pub(super) async fn page(mx: &Mx, page: Page) -> Result<InstitutionPage, Fault> {
    let (first, wanted) = (page.offset / AT_ONCE, page.count.clamp(1, 1_000).div_ceil(AT_ONCE));
    let (mut institutions, mut total) = (Vec::new(), page.offset);
    for n in first..first + wanted {
        let query = format!("?page={}&records_per_page={AT_ONCE}", n + 1);
        let answer: InstitutionsAnswer = mx.send(Method::GET, ("/institutions", &[]), &query, None, &mut vec![]).await?.read()?;
        let list = answer.institutions.0.ok_or_else(faults::unreadable)?.list;
        let said = answer.pagination.as_ref().and_then(|p| p.total_entries.0).and_then(|t| u32::try_from(t).ok());
        let got = list.len() as u32;
        total = said.unwrap_or(total.max(n * AT_ONCE + got));
        institutions.extend(list.into_iter().filter_map(card));
        if got == 0 || (n + 1) * AT_ONCE >= total {
            break;
        }
    }
    Ok(InstitutionPage { institutions, total })
}

pub(super) async fn one(mx: &Mx, code: &str) -> Result<Institution, Fault> {
    let answer: Result<InstitutionAnswer, Fault> = mx.read(Method::GET, ("/institutions/{}", &[code]), None, &mut vec![]).await;
    match answer {
        Ok(answer) => answer.institution.0.ok_or_else(faults::unreadable),
        Err(fault) if fault.kind == FaultKind::Removed => Err(Fault { kind: FaultKind::NotSupported, ..fault }),
        Err(fault) => Err(fault),
    }
}

/// The provider has no word on how an institution is doing: only whether it is offered at all. Its logos are addresses, which we do not
/// follow.
pub(super) fn card(wire: Institution) -> Option<InstitutionCard> {
    let external_id = wire.code.0.clone().filter(|c| super::fit(c).is_ok())?;
    let off = wire.is_disabled_by_client.unwrap_or(false) || wire.is_hidden.unwrap_or(false);
    Some(InstitutionCard {
        name: wire.name.as_deref().and_then(tidy).unwrap_or_else(|| external_id.clone()),
        url: wire.url.as_deref().and_then(web_address),
        countries: vec![wire.iso_country_code.0.clone().unwrap_or_else(|| "US".into())],
        products: wire.supported_products.list.clone(),
        oauth: wire.supports_oauth.unwrap_or(false),
        colour: None,
        logo: None,
        status: if off { InstitutionStatus::NotSupported } else { InstitutionStatus::Unknown },
        notice: notice(&wire),
        success_percent: None,
        external_id,
    })
}

/// What the institution wants to be read before signing in, one fact a line.
pub(super) fn notice(wire: &Institution) -> Option<String> {
    let said = wire.instructional_text.iter().chain(wire.instructional_text_steps.list.iter());
    let mut lines: Vec<String> = Vec::new();
    for line in said.filter_map(|t| plain(t, LONGEST_NOTICE)) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

pub(super) fn help(wire: &Institution) -> Help {
    let at = |text: Option<&str>| text.and_then(web_address);
    Help {
        start: None,
        forgot_username: at(wire.forgot_username_url.as_deref()),
        forgot_password: at(wire.forgot_password_url.as_deref()),
        trouble: at(wire.trouble_signing_in_url.as_deref()),
    }
}
