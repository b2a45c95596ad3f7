//! One refresh: where the member stands, whether the provider should look now, and what it has.
//!
//! An error of the member wins over figures that were there before: it is the answer, unless the provider heard from the institution after
//! our last fetch; then the figures are taken once, and the next fetch answers with the error.

use super::status::{self, Standing};
use super::wire::{Account, AccountsAnswer, Holding, HoldingsAnswer, Member, Pagination};
use super::{Mx, Names, RequestIds, accounts, challenge, faults, link, member, positions};
use crate::lenient::Read;
use crate::{Cursor, Fetch, Grant};
use model::{Fault, FaultKind, Snapshot, Span, Time};
use reqwest::Method;
use serde::{Deserialize, Serialize};

const LOOK_AGAIN: Span = Span::seconds(5);
/// The provider looks once a day by itself; later than this it is asked to.
const STALE: Span = Span::hours(20);
/// Between two looks at one member: sooner, the provider does nothing.
const THROTTLE: Span = Span::hours(3);
const AT_ONCE: usize = 1_000;
const MOST_PAGES: usize = 50;

/// What the last fetch learned.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
struct Place {
    /// When the provider had heard from the institution.
    heard: Option<Time>,
    /// When we asked it to look.
    asked: Option<Time>,
}

impl Place {
    fn read(cursor: &Cursor) -> Place {
        serde_json::from_str(&cursor.0).unwrap_or_default()
    }
    fn cursor(&self) -> Cursor {
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }
}

pub(super) async fn fetch(mx: &Mx, grant: Grant, cursor: Cursor, by_hand: bool, now: Time) -> Result<Fetch, Fault> {
    let (names, mut place, mut ids) = (Names::of(&grant)?, Place::read(&cursor), RequestIds::new());
    let mut there = member::status(mx, &names, &mut ids).await?;
    if !is_busy(&there) && wants_a_look(&there, by_hand, now) {
        let after = member::aggregate(mx, &names, &mut ids).await?;
        if is_busy(&after) {
            return Ok(Fetch::Wait(LOOK_AGAIN, link::in_the_middle(names, grant.institution, None)));
        }
        place.asked = Some(now);
        there = member::status(mx, &names, &mut ids).await?;
    }
    let heard = there.successfully_aggregated_at.0.map(|t| t.min(now));
    let word = there.connection_status.as_deref();
    let standing = status::of(word);
    let pushed = word == Some("PENDING") && heard.is_some();
    match standing {
        Standing::Challenged | Standing::Working if standing == Standing::Challenged || pushed => {
            let open = if pushed { vec![] } else { member::questions(mx, &names, there).await? };
            let asked = challenge::questions(open);
            let pending = link::in_the_middle(names, grant.institution, Some(&asked));
            return Ok(Fetch::Ask(asked, pending));
        }
        _ if is_busy(&there) => return Ok(Fetch::Wait(LOOK_AGAIN, link::in_the_middle(names, grant.institution, None))),
        Standing::Broken(kind) if !brings_news(heard, place.heard) => return Err(Fault::new(kind, status::code(word))),
        Standing::Unheard => tracing::info!(status = status::code(word), "a member's status that is not known yet"),
        _ => {}
    }
    let accounts = read(mx, &names, heard, now, &mut ids).await?;
    place.heard = heard;
    let snapshot = Snapshot { accounts, provider_updated: heard, request_ids: ids, ..Snapshot::default() };
    Ok(Fetch::Done { snapshot, grant, cursor: place.cursor() })
}

fn is_busy(member: &Member) -> bool {
    let standing = status::of(member.connection_status.as_deref());
    standing == Standing::Working || (member.is_being_aggregated.unwrap_or(false) && standing != Standing::Challenged)
}

/// Never while only the client can help: a sign-in that was refused is not tried again with the same words.
fn wants_a_look(member: &Member, by_hand: bool, now: Time) -> bool {
    let may = match status::of(member.connection_status.as_deref()) {
        Standing::Well | Standing::Unheard => true,
        Standing::Broken(kind) => kind == FaultKind::InstitutionDown,
        Standing::Working | Standing::Challenged => false,
    };
    let within = |since: Option<Time>, span: Span| since.is_some_and(|t| t <= now && now - t < span);
    may && (by_hand || !within(*member.successfully_aggregated_at, STALE)) && !within(*member.aggregated_at, THROTTLE)
}

/// When the provider heard from the institution after our last fetch, an error of the member does not hide what it heard.
fn brings_news(heard: Option<Time>, seen: Option<Time>) -> bool {
    heard.is_some() && heard > seen
}

async fn read(mx: &Mx, names: &Names, heard: Option<Time>, now: Time, ids: &mut RequestIds) -> Result<Vec<model::AccountData>, Fault> {
    let wires: Vec<Account> = pages(mx, "/users/{}/members/{}/accounts", names, ids, |text| {
        let answer = AccountsAnswer::read(text)?;
        Some((answer.accounts.0?.list, answer.pagination.0))
    })
    .await?;
    let mut out = Vec::new();
    let mut kept = Vec::new();
    for wire in wires {
        if let Some(account) = accounts::account(wire.clone(), heard, now) {
            // One account twice in an answer is one account.
            if out.iter().all(|a: &model::AccountData| a.external_id != account.external_id) {
                out.push(account);
                kept.push(wire);
            }
        }
    }
    if out.is_empty() {
        return Err(Fault::new(FaultKind::NoAccounts, "NO_ACCOUNTS"));
    }
    if out.iter().any(|a| a.positions.is_some()) {
        let held: Vec<Holding> = pages(mx, "/users/{}/members/{}/investment_holdings", names, ids, |text| {
            let answer = HoldingsAnswer::read(text)?;
            Some((answer.investment_holdings.0?.list, answer.pagination.0))
        })
        .await?;
        positions::place(&mut out, held);
        for (account, wire) in out.iter_mut().zip(&kept) {
            if let Some(cash) = positions::cash(wire, account) {
                account.positions.get_or_insert_default().push(cash);
            }
        }
    }
    Ok(out)
}

/// All pages of a list. A page that cannot be read fails the whole: half a portfolio is none.
async fn pages<T>(
    mx: &Mx,
    route: &'static str,
    names: &Names,
    ids: &mut RequestIds,
    read: impl Fn(&str) -> Option<(Vec<T>, Option<Pagination>)>,
) -> Result<Vec<T>, Fault> {
    let mut all = Vec::new();
    for page in 1..=MOST_PAGES {
        let query = format!("?page={page}&records_per_page={AT_ONCE}");
        let sent = mx.send(Method::GET, (route, &[&names.user, &names.member]), &query, None, ids).await?;
        let (list, pagination) = std::str::from_utf8(&sent.body).ok().and_then(&read).ok_or_else(faults::unreadable)?;
        let empty = list.is_empty();
        all.extend(list);
        let last = pagination.and_then(|p| p.total_pages.0).is_none_or(|n| i64::try_from(page).unwrap_or(i64::MAX) >= n);
        if last || empty {
            return Ok(all);
        }
    }
    Err(Fault::new(FaultKind::ProviderDown, "TOO_MANY_PAGES"))
}
