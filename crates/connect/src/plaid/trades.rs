//! Movements in investment accounts. Pages are numbered from the newest, so they shift while new ones arrive: what is read twice counts
//! once, and when the total shrinks under the reading it starts over.

use super::accounts::{currency, raw, tidy};
use super::positions::{self, Securities};
use super::wire::{Trade, TradesAnswer};
use super::{Plaid, RequestIds, faults};
use model::{Date, Fault, FaultKind, TradeData};
use serde_json::json;
use std::collections::HashSet;

const PAGE: usize = 500;
/// A history of 50,000 movements is read in one go; nobody has more in two years.
const MOST_PAGES: usize = 100;
const MOST_STARTS: usize = 3;

pub(super) async fn between(plaid: &Plaid, token: &str, from: Date, to: Date, ids: &mut RequestIds) -> Result<Vec<TradeData>, Fault> {
    for _ in 0..MOST_STARTS {
        if let Some(all) = read_once(plaid, token, from, to, ids).await? {
            return Ok(all);
        }
    }
    Err(Fault::new(FaultKind::NotReady, "MOVING_WHILE_READ"))
}

/// `None` when movements vanished while the pages were turned.
async fn read_once(plaid: &Plaid, token: &str, from: Date, to: Date, ids: &mut RequestIds) -> Result<Option<Vec<TradeData>>, Fault> {
    let (mut out, mut seen) = (Vec::new(), HashSet::new());
    let (mut offset, mut least) = (0, 0);
    for _ in 0..MOST_PAGES {
        let body = json!({
            "access_token": token,
            "start_date": from.to_string(),
            "end_date": to.to_string(),
            "options": { "count": PAGE, "offset": offset },
        });
        let answer: TradesAnswer = plaid.ask("/investments/transactions/get", body, ids).await?;
        let page = answer.investment_transactions.0.ok_or_else(faults::unreadable)?;
        let total = answer.total_investment_transactions.and_then(|t| usize::try_from(t).ok()).unwrap_or(0);
        if total < least {
            return Ok(None);
        }
        least = total;
        let turned = page.list.len() + page.unreadable;
        let securities = positions::securities(answer.securities.list);
        out.extend(page.list.into_iter().filter_map(|t| trade(t, &securities)).filter(|t| seen.insert(t.external_id.clone())));
        offset += turned;
        if turned == 0 || offset >= total {
            break;
        }
    }
    Ok(Some(out))
}

fn trade(wire: Trade, securities: &Securities) -> Option<TradeData> {
    let kind = wire.r#type.0.unwrap_or_default();
    Some(TradeData {
        external_id: wire.investment_transaction_id.0.filter(|id| !id.is_empty())?,
        account: wire.account_id.0.filter(|id| !id.is_empty())?,
        cancels: wire.cancel_transaction_id.0.filter(|id| !id.is_empty()),
        day: wire.date.0?,
        name: wire.name.as_deref().and_then(tidy).unwrap_or_default(),
        raw_type: raw(&kind, wire.subtype.as_deref().unwrap_or_default()),
        security: wire.security_id.0.and_then(|id| securities.get(&id).cloned()),
        quantity: *wire.quantity,
        price: *wire.price,
        // The provider counts money that leaves the account as positive, and so do we.
        amount: *wire.amount,
        fees: *wire.fees,
        currency: currency(wire.iso_currency_code.as_deref(), wire.unofficial_currency_code.as_deref()),
    })
}
