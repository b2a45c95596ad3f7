//! A household's connections as cards, refreshing them, and ending one.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{self as hw, at, feed_told, given, head, mask, owners};
use crate::respond::{Answer, Page, WebError, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::account::{Ask, Refresh};
use crate::view::connect::Place;
use crate::view::connections::{ConnAccount, ConnCard, FixBy, HouseholdAccounts};
use crate::view::household::{Seg, Tab, Times};
use crate::view::kit::{Problems, Thumb};
use crate::view::shell::Here;
use crate::view::states::{About, Act, Reader, Standing, Told, told};
use crate::view::words;
use app::household_accounts::{Card, View};
use app::portfolios::Feed;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::link::Purpose;
use model::permission::{Action, may};
use model::sums::is_out_of_date;
use model::{AccountState, ConnectionId, HouseholdId, Time};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/accounts", Audience::Staff, show),
        Route::post("/households/{household}/refresh", Audience::Staff, refresh_all),
        Route::post("/connections/{connection}/refresh", Audience::Staff, refresh),
        Route::get("/connections/{connection}/disconnect", Audience::Staff, ask).fresh(),
        Route::post("/connections/{connection}/disconnect", Audience::Staff, disconnect).fresh(),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    show: String,
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Query(choice): Query<Choice>) -> Answer {
    let view = app::household_accounts::view(&web.app, &staff.scope, household).await?;
    let (doubled, d) = crate::joins::beside(&web, &staff, household).await?;
    let mut page = HouseholdAccounts { doubled, ..page(&web, &staff, &view, &choice.show) };
    for a in page.cards.iter_mut().flat_map(|c| &mut c.accounts).chain(&mut page.by_hand) {
        if let Some(id) = a.href.rsplit('/').next().and_then(|id| id.parse().ok()) {
            a.as_of = crate::joins::marked(&a.as_of, &d, id);
        }
    }
    Ok(Page(page).into_response())
}

fn page(web: &Web, staff: &Staff, v: &View, which: &str) -> HouseholdAccounts {
    let base = at(v.found.household.id);
    let here = format!("{base}/accounts");
    let needing = |c: &&Card| c.feed.state.needs_attention();
    let attention = v.cards.iter().filter(needing).count();
    let which = if matches!(which, "attention" | "by-hand") { which } else { "all" };
    let shows = vec![
        Seg::new(format!("All {}", v.cards.len() + v.others.len()), here.clone(), which == "all"),
        Seg::new(format!("Needs attention {attention}"), format!("{here}?show=attention"), which == "attention"),
        Seg::new(format!("Entered by hand {}", v.others.len()), format!("{here}?show=by-hand"), which == "by-hand"),
    ];
    let cards: Vec<&Card> = match which {
        "attention" => v.cards.iter().filter(needing).collect(),
        "by-hand" => Vec::new(),
        _ => v.cards.iter().collect(),
    };
    let ending = v.ending.iter().filter(|_| which == "all").map(|(id, inst)| ending_card(*id, inst));
    let may_refresh = may(Action::Refresh, v.found.standing);
    let any = may_refresh && v.cards.iter().any(|c| c.feed.state.may_fetch());
    HouseholdAccounts {
        shell: staff.shell(web, Here::Households),
        hh: head(&v.found, Tab::Accounts),
        shows: if v.cards.is_empty() && v.others.is_empty() { Vec::new() } else { shows },
        cards: cards.into_iter().map(|c| card(c, v, staff, web.app.now())).chain(ending).collect(),
        by_hand: if which == "attention" { Vec::new() } else { v.others.iter().map(|a| account(a, None, v, web.app.now())).collect() },
        send: (v.plan_has_asset_sync && hw::may_ask(&v.found)).then(|| format!("{base}/asset-sync")),
        together: if hw::may_ask(&v.found) && v.cards.iter().any(|c| app::portal_accounts::needs_client(&c.feed)) {
            format!("{base}/together")
        } else {
            String::new()
        },
        refresh_all: if any { format!("{base}/refresh") } else { String::new() },
        doubled: None,
        stream: crate::live::of(v.found.household.id),
    }
}

fn account(a: &app::accounts::Account, feed: Option<&Feed>, v: &View, now: Time) -> ConnAccount {
    ConnAccount {
        as_of: a.figures.as_of_day.map_or_else(|| "no value yet".into(), |d| format!("as of {}", hw::near(d, v.today))),
        times: Times { account: a.name.clone(), lines: hw::times(a, feed, v.today, now, &v.zone) },
        name: a.name.clone(),
        mask: mask(a.mask.as_ref()),
        href: format!("/accounts/{}", a.id),
        owner: owners(&a.owners, &v.found),
        value: app::household_list::worth(a).map_or_else(|| "not provided".into(), |m| words::money_short(&m)),
        muted: a.state == AccountState::Muted,
    }
}

/// The institution at the head of a card or a row.
pub fn place(feed: &Feed) -> Place {
    let href = feed.url.clone().filter(|u| u.starts_with("https://") || u.starts_with("http://")).unwrap_or_default();
    Place { name: feed.institution.clone(), site: hw::site(&href), thumb: Thumb::of(&feed.institution), href }
}

/// The bar's button, for those who may do what it does.
pub fn fix(household: HouseholdId, feed: &Feed, told: &Told, may_ask: bool, may_refresh: bool) -> FixBy {
    match told.act {
        Act::Ask | Act::Send if may_ask => {
            FixBy::Page { word: told.button.clone(), href: hw::ask_href(household, feed.member, hw::repair(feed, told.act)) }
        }
        Act::Refresh if may_refresh && told.refresh_waits.is_empty() => {
            FixBy::Post { word: told.button.clone(), action: format!("/connections/{}/refresh", feed.id) }
        }
        _ => FixBy::None,
    }
}

fn card(c: &Card, v: &View, staff: &Staff, now: Time) -> ConnCard {
    let (feed, household) = (&c.feed, v.found.household.id);
    let zone = staff.zone();
    let old = c.accounts.iter().any(|a| a.state == AccountState::Live && is_out_of_date(a.source, a.figures.as_of_day, v.today));
    let who = given(feed, &v.found);
    let told = feed_told(feed, old, &who, staff, now);
    let (may_ask, may_refresh) = (hw::may_ask(&v.found), may(Action::Refresh, v.found.standing));
    let refresh = match () {
        _ if !may_refresh => Refresh::None,
        _ if feed.refreshing => Refresh::Running,
        _ if !told.refresh_waits.is_empty() => Refresh::Waits { why: told.refresh_waits.clone() },
        _ => Refresh::Ready { action: format!("/connections/{}/refresh", feed.id) },
    };
    let given_at = c.consent_given.map(|t| format!(", {}", words::day(t.date(&zone)))).unwrap_or_default();
    let ends = feed.consent_ends.map(|t| format!(", until {}", words::day(t.date(&zone)))).unwrap_or_default();
    ConnCard {
        id: feed.id.to_string(),
        place: place(feed),
        headline: told.headline.clone(),
        sentence: told.sentence.clone(),
        fix: fix(household, feed, &told, may_ask, may_refresh),
        chip: told.chip,
        updated: feed.succeeded_at.map(|t| words::moment(t, now, &zone)).unwrap_or_default(),
        attempted: hw::attempted(feed, now, &zone),
        who: who.clone(),
        next: feed
            .next_expected
            .filter(|t| *t > now)
            .map(|t| format!("Next values expected {}", words::moment(t, now, &zone)))
            .unwrap_or_default(),
        refresh,
        permission: format!("{who}’s permission{given_at}{ends}"),
        said: hw::said(&c.said, &feed.institution),
        accounts: c.accounts.iter().map(|a| account(a, Some(feed), v, now)).collect(),
        disconnect: if may(Action::EndAccount, v.found.standing) { format!("/connections/{}/disconnect", feed.id) } else { String::new() },
        case: c.case.map(|id| format!("/cases/{id}")).unwrap_or_default(),
        ask_more: if may_ask && v.plan_has_asset_sync && feed.state.may_fetch() {
            hw::ask_href(household, feed.member, Purpose::FindNew(feed.id))
        } else {
            String::new()
        },
    }
}

/// A connection that was ended here and waits for the provider's confirmation (N66).
fn ending_card(id: ConnectionId, institution: &str) -> ConnCard {
    let about = About { institution: institution.to_owned(), ..About::default() };
    let told = told(Standing::Ending, Reader::Adviser, &about);
    ConnCard {
        id: id.to_string(),
        place: Place { name: institution.to_owned(), site: String::new(), href: String::new(), thumb: Thumb::of(institution) },
        headline: told.headline,
        sentence: told.sentence,
        fix: FixBy::None,
        chip: told.chip,
        updated: String::new(),
        attempted: String::new(),
        who: String::new(),
        next: String::new(),
        refresh: Refresh::None,
        permission: String::new(),
        said: Vec::new(),
        accounts: Vec::new(),
        disconnect: String::new(),
        ask_more: String::new(),
        case: String::new(),
    }
}

async fn refresh_all(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let said = match app::household_accounts::refresh_all(&web.app, &staff.scope, household).await? {
        0 => "Nothing to refresh just now: each was looked at a moment ago or waits for a client.".to_owned(),
        n => format!("Looking at {} now. What is newer shows here.", words::count(n, "connection", "connections")),
    };
    Ok(see_saying(&web, format!("{}/accounts", at(household)), &said))
}

async fn refresh(State(web): State<Web>, staff: Staff, At(id): At<ConnectionId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let (found, feed) = app::household_accounts::connection(&web.app, &staff.scope, id).await?;
    let said = refreshed(&web, &staff, id, &feed).await?;
    Ok(see_saying(&web, format!("{}/accounts", at(found.household.id)), &said))
}

/// Asks for newer values and says what that can bring; one that was asked a moment ago is left in peace.
pub async fn refreshed(web: &Web, staff: &Staff, id: ConnectionId, feed: &Feed) -> Result<String, WebError> {
    let (now, zone) = (web.app.now(), staff.zone());
    match app::connections::refresh_by_hand(&web.app, &staff.scope, id).await {
        Ok(done) => Ok(hw::asked(&done, &feed.institution, now, &zone)),
        Err(app::Error::TooMany(wait)) => Ok(hw::asked_just_now(feed, wait, now, &zone)),
        Err(e) => Err(e.into()),
    }
}

async fn ask(State(web): State<Web>, staff: Staff, At(id): At<ConnectionId>) -> Answer {
    let (found, feed) = app::household_accounts::connection(&web.app, &staff.scope, id).await?;
    if !may(Action::EndAccount, found.standing) {
        return Err(WebError::Refused("Only the lead or a sub-adviser of the household can do this.".into()));
    }
    let (who, inst) = (given(&feed, &found), &feed.institution);
    let view = Ask {
        shell: staff.shell(&web, Here::Households),
        problems: Problems::default(),
        title: format!("Disconnect {inst} and keep history?"),
        paragraphs: vec![
            hw::permission_ends(&web.app, &feed.provider, &format!("{who}’s"), inst),
            "Every value up to today stays, with its date. The accounts count in the totals and are marked as out of date after 7 days."
                .into(),
            format!("To connect them again, {who} needs a fresh link. They come back as these accounts, not second ones."),
        ],
        action: format!("/connections/{id}/disconnect"),
        yes: "Disconnect".into(),
        no: "Keep it as it is".into(),
        back: format!("{}/accounts", at(found.household.id)),
        typed: None,
        danger: true,
    };
    Ok(Page(view).into_response())
}

async fn disconnect(State(web): State<Web>, staff: Staff, At(id): At<ConnectionId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let (_, feed) = app::household_accounts::connection(&web.app, &staff.scope, id).await?;
    let household = app::household_accounts::disconnect(&web.app, &staff.scope, id).await?;
    let page = app::connections::ended_at(&web.app, &feed.provider);
    let said = format!("Disconnected. {}", hw::permission_ending("the", page.as_ref()));
    Ok(see_saying(&web, format!("{}/accounts", at(household)), &said))
}
