//! One refresh: which calls are needed, in which order, and what of it is news.
//!
//! As-of: the account's own time if it gives one; else the latest success that the provider names for this kind of account, then for the
//! connection; only when nobody says anything, the moment of the answer. The day of the prices is the latest day among the positions.
//!
//! An error of the connection wins over cached figures: it is the answer, unless the provider heard from the institution after our last
//! fetch; then the figures are taken once, and the next fetch answers with the error.

use super::accounts::{self, Heard};
use super::wire::{Account, AccountsAnswer, HoldingsAnswer, Item, ItemAnswer, ItemStatus, LiabilitiesAnswer, Nothing, Updates};
use super::{Plaid, RequestIds, faults, positions, terms, trades};
use crate::{Cursor, Fetch, Grant};
use jiff::ToSpan;
use model::{Date, Fault, FaultKind, Snapshot, Span, Time, TradeData};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

const A_DAY: Span = Span::hours(24);
const A_MONTH: Span = Span::days(30);
/// Institutions correct and backdate movements for a while.
const OVERLAP_DAYS: i64 = 14;
/// As far back as the provider goes.
const HISTORY_DAYS: i64 = 730;

/// What the last fetch learned, so that this one asks less.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
struct Place {
    /// When the provider had heard from the institution, for any kind of data and for investments.
    heard: Option<Time>,
    investments: Option<Time>,
    has_investments: bool,
    /// The provider was asked and had none: not asked again for a day.
    no_investments: Option<Time>,
    no_liabilities: Option<Time>,
    no_refresh: Option<Time>,
    /// When the full list of accounts was compared, and whether the other answers named them all.
    compared: Option<Time>,
    names_all: bool,
    trades_to: Option<Date>,
    trades_read: Option<Time>,
}

impl Place {
    fn read(cursor: &Cursor) -> Place {
        serde_json::from_str(&cursor.0).unwrap_or_default()
    }
    fn cursor(&self) -> Cursor {
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }
}

fn within(since: Option<Time>, span: Span, now: Time) -> bool {
    since.is_some_and(|t| t <= now && now - t < span)
}

/// The answers of one connection, before they are put together.
#[derive(Default)]
struct Answers {
    holdings: Option<HoldingsAnswer>,
    liabilities: Option<LiabilitiesAnswer>,
    accounts: Option<AccountsAnswer>,
}

pub(super) async fn fetch(plaid: &Plaid, grant: Grant, cursor: Cursor, by_hand: bool, now: Time) -> Result<Fetch, Fault> {
    let mut place = Place::read(&cursor);
    let mut ids = RequestIds::new();
    let token = grant.token.expose().as_str();
    let asked = by_hand && ask_for_news(plaid, token, &mut place, now, &mut ids).await;

    let answer: ItemAnswer = plaid.ask("/item/get", json!({ "access_token": token }), &mut ids).await?;
    let item = answer.item.0.ok_or_else(faults::unreadable)?;
    if !grant.external_id.is_empty() && item.item_id.as_deref().is_some_and(|id| id != grant.external_id) {
        return Err(Fault::new(FaultKind::Ours, "OTHER_CONNECTION"));
    }
    let heard = heard(answer.status.0.unwrap_or_default());
    let new_accounts = health(&item, heard, &place)?;
    let quiet = heard.latest() == place.heard;

    let answers = gather(plaid, token, &item, &mut place, by_hand, now, &mut ids).await?;
    let trades = match answers.holdings {
        Some(_) => movements(plaid, token, heard, &mut place, now, &mut ids).await,
        None => vec![],
    };
    place.heard = heard.latest();
    place.has_investments = answers.holdings.is_some();
    let next_expected = match place.has_investments {
        true if asked && quiet => Some(now + Span::minutes(2)),
        true => Some(model::calendar::next_morning_after_business_day(now)),
        false => None,
    };
    let snapshot = Snapshot {
        accounts: assemble(answers, heard, now)?,
        trades,
        provider_updated: heard.latest().map(|t| t.min(now)),
        consent_ends: *item.consent_expiration_time,
        next_expected,
        new_accounts,
        warnings: vec![],
        request_ids: ids,
    };
    let grant = Grant { consent_ends: *item.consent_expiration_time, institution: item.institution_id.0.or(grant.institution), ..grant };
    Ok(Fetch::Done { snapshot, grant, cursor: place.cursor() })
}

/// Asks for a fresh pull where that exists. True when the provider took the request.
async fn ask_for_news(plaid: &Plaid, token: &str, place: &mut Place, now: Time, ids: &mut RequestIds) -> bool {
    if !place.has_investments || within(place.no_refresh, A_MONTH, now) {
        return false;
    }
    match plaid.ask::<Nothing>("/investments/refresh", json!({ "access_token": token }), ids).await {
        Ok(_) => {
            place.no_refresh = None;
            true
        }
        Err(fault) => {
            // Not with this institution, not with this contract. Any other trouble shows in the calls that follow.
            if matches!(fault.kind, FaultKind::NotSupported | FaultKind::Ours | FaultKind::NoAccounts) {
                place.no_refresh = Some(now);
            }
            false
        }
    }
}

fn heard(status: ItemStatus) -> Heard {
    let last = |u: Option<Updates>| u.and_then(|u| u.last_successful_update.0);
    Heard { investments: last(status.investments.0), transactions: last(status.transactions.0) }
}

/// Whether the connection's own error ends this fetch. Otherwise: whether the provider knows of accounts not shared yet.
fn health(item: &Item, heard: Heard, place: &Place) -> Result<bool, Fault> {
    let Some(fault) = item.error.as_ref().map(|e| e.fault()) else { return Ok(false) };
    if fault.code == "NEW_ACCOUNTS_AVAILABLE" {
        return Ok(true);
    }
    if faults::brings_news(heard.latest(), place.heard) { Ok(false) } else { Err(fault) }
}

async fn gather(
    plaid: &Plaid,
    token: &str,
    item: &Item,
    place: &mut Place,
    by_hand: bool,
    now: Time,
    ids: &mut RequestIds,
) -> Result<Answers, Fault> {
    let body = || json!({ "access_token": token });
    let has = |product: &str| item.billed_products.iter().chain(item.products.iter()).any(|p| p == product);
    let wanted = |product: &str, none: Option<Time>| has(product) && (by_hand || !within(none, A_DAY, now));
    let mut out = Answers::default();
    if wanted("investments", place.no_investments) {
        out.holdings = optional(plaid.ask("/investments/holdings/get", body(), ids).await)?;
        place.no_investments = out.holdings.is_none().then_some(now);
    }
    if wanted("liabilities", place.no_liabilities) {
        out.liabilities = match plaid.ask("/liabilities/get", body(), ids).await {
            Err(Fault { kind: FaultKind::NotReady, .. }) => None,
            answer => {
                let answer = optional(answer)?;
                place.no_liabilities = answer.is_none().then_some(now);
                answer
            }
        };
    }
    let named: Vec<&str> = named(&out).filter_map(|a| a.account_id.as_deref()).collect();
    if named.is_empty() || by_hand || !place.names_all || !within(place.compared, A_DAY, now) {
        let all: AccountsAnswer = plaid.ask("/accounts/get", body(), ids).await?;
        let list = all.accounts.as_ref().ok_or_else(faults::unreadable)?;
        place.names_all = !named.is_empty() && list.iter().all(|a| a.account_id.as_deref().is_none_or(|id| named.contains(&id)));
        place.compared = Some(now);
        out.accounts = Some(all);
    }
    Ok(out)
}

/// None of this kind at this connection is an answer, not a failure.
fn optional<T>(answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(fault) if matches!(fault.kind, FaultKind::NoAccounts | FaultKind::NotSupported) && fault.code != "NO_ACCOUNTS" => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn named(answers: &Answers) -> impl Iterator<Item = &Account> {
    let holdings = answers.holdings.as_ref().and_then(|h| h.accounts.as_deref());
    let liabilities = answers.liabilities.as_ref().and_then(|l| l.accounts.as_deref());
    holdings.into_iter().chain(liabilities).flatten()
}

/// Movements since the last time, read when there may be new ones. They can wait: without them the figures still stand.
async fn movements(plaid: &Plaid, token: &str, heard: Heard, place: &mut Place, now: Time, ids: &mut RequestIds) -> Vec<TradeData> {
    let news = heard.investments.is_some() && heard.investments != place.investments;
    if !news && within(place.trades_read, A_DAY, now) {
        return vec![];
    }
    let today = accounts::day_of(now);
    let from = match place.trades_to {
        Some(day) => day.saturating_sub(OVERLAP_DAYS.days()),
        None => today.saturating_sub(HISTORY_DAYS.days()),
    };
    match trades::between(plaid, token, from.min(today), today, ids).await {
        Ok(trades) => {
            (place.trades_to, place.trades_read, place.investments) = (Some(today), Some(now), heard.investments);
            trades
        }
        Err(fault) => {
            tracing::info!(code = fault.code, "movements are read next time");
            vec![]
        }
    }
}

fn assemble(answers: Answers, heard: Heard, now: Time) -> Result<Vec<model::AccountData>, Fault> {
    let Answers { holdings, liabilities, accounts } = answers;
    let (mut out, mut seen) = (Vec::new(), HashMap::new());
    let mut add = |list: Option<Vec<Account>>| {
        for a in list.into_iter().flatten().filter_map(|a| accounts::account(a, heard, now)) {
            if seen.insert(a.external_id.clone(), ()).is_none() {
                out.push(a);
            }
        }
    };
    let (mut held, mut securities) = (None, positions::Securities::new());
    if let Some(h) = holdings {
        add(Some(h.accounts.0.ok_or_else(faults::unreadable)?.list));
        held = Some(h.holdings.0.ok_or_else(faults::unreadable)?.list);
        securities = positions::securities(h.securities.list);
    }
    let terms = liabilities.map(|l| {
        add(l.accounts.0.map(|a| a.list));
        l.liabilities.0.unwrap_or_default()
    });
    add(accounts.and_then(|a| a.accounts.0).map(|a| a.list));
    if out.is_empty() {
        return Err(Fault::new(FaultKind::NoAccounts, "NO_ACCOUNTS"));
    }
    match held {
        Some(held) => positions::place(&mut out, held, &securities),
        // Nobody sent positions, so nobody said that there are none.
        None => out.iter_mut().for_each(|a| a.positions = None),
    }
    if let Some(terms) = terms {
        terms::place(&mut out, terms);
    }
    Ok(out)
}
