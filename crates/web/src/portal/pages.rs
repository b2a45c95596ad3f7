//! The pages of one household, each a function of a frame and a lens: the client's own address and the adviser's preview show the same.

use super::words::{See, card, shelf_icon, shelf_kind};
use super::{account, accounts, reports};
use crate::Web;
use crate::household_words::total;
use crate::icons as icon;
use crate::respond::{Answer, Page, WebError};
use crate::view::portal::{PortalAnswer, PortalHere, PortalHome, PortalKind, PortalReport, PortalReports, PortalShell, PortalWorth};
use crate::view::shell::Tone;
use crate::view::words;
use app::portal::Lens;
use app::portal_home::{Home, Worth};
use axum::response::IntoResponse;
use model::AccountId;
use model::portal::{Area, Right};
use model::suggestion::SuggestionState;

/// A page of one household. Its links begin with the frame's base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortalPath {
    Home,
    Map,
    Members,
    Financials,
    BalanceSheet,
    Policies,
    Signals,
    Accounts,
    Account(AccountId),
    Reports,
}

impl PortalPath {
    /// The area that the page is; `None` for pages that stand on several rights.
    pub(crate) fn area(self) -> Option<Area> {
        Some(match self {
            PortalPath::Map => Area::Map,
            PortalPath::Members => Area::Members,
            PortalPath::Financials => Area::Financials,
            PortalPath::BalanceSheet => Area::BalanceSheet,
            PortalPath::Policies => Area::Policies,
            PortalPath::Signals => Area::Signals,
            PortalPath::Home | PortalPath::Accounts | PortalPath::Account(_) | PortalPath::Reports => return None,
        })
    }

    /// Where it stands in the menu.
    pub(crate) fn here(self) -> PortalHere {
        match self {
            PortalPath::Home => PortalHere::Home,
            PortalPath::Map => PortalHere::Map,
            PortalPath::Accounts | PortalPath::Account(_) => PortalHere::Accounts,
            _ => PortalHere::Reports,
        }
    }

    /// Whether it may be put on paper: an area by its own right; pages that show figures of several, by any of theirs.
    fn prints(self, lens: &Lens) -> bool {
        let any = |areas: &[Area]| areas.iter().any(|a| lens.holds(Right::Print(*a)));
        match self.area() {
            Some(a) => any(&[a]),
            None if self == PortalPath::Home => any(&[Area::Map, Area::Financials, Area::BalanceSheet]),
            None => any(&[Area::Financials]),
        }
    }
}

/// Draws a page through a lens; what the lens withholds is not there.
pub(crate) async fn page(web: &Web, frame: PortalShell, lens: &Lens, path: PortalPath) -> Answer {
    let shell = PortalShell { no_print: !path.prints(lens), ..frame };
    match path {
        PortalPath::Home => home(web, shell, lens).await,
        PortalPath::Accounts => accounts::show(web, shell, lens).await,
        PortalPath::Account(id) => account::one(web, shell, lens, id, None).await,
        PortalPath::Reports => list(web, shell, lens).await,
        PortalPath::Members => reports::members(web, shell, lens).await,
        PortalPath::Map => reports::map(web, shell, lens).await,
        PortalPath::Financials => reports::financials(web, shell, lens).await,
        PortalPath::BalanceSheet => reports::balance_sheet(web, shell, lens).await,
        PortalPath::Policies => reports::policies(web, shell, lens).await,
        PortalPath::Signals => super::signals::show(web, shell, lens).await,
    }
}

async fn home(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let v = app::portal_home::view(&web.app, lens).await?;
    let members = v.worth.as_ref().map(|w| w.holdings.members.clone()).unwrap_or_default();
    let see = See { shell: &shell, lens, about: &v.about, members: &members };
    let hour = v.about.now.zoned(&v.about.zone).hour();
    let part = match hour {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    let view = PortalHome {
        greeting: format!("Good {part}, {}", v.about.member.given),
        add: see.add(),
        bar: super::needs::bar(&see, &v.needing.iter().collect::<Vec<_>>(), &shell.base),
        answers: answers(&v),
        worth: v.worth.as_ref().map(|w| worth(&see, w)),
        adviser: card(&v.about),
        reports: shared(lens, &shell.base),
        wrong: see.wrong("home", ""),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

fn answers(v: &Home) -> Vec<PortalAnswer> {
    let by = v.about.adviser_name();
    let row = |s: &app::suggestions::Suggestion| PortalAnswer {
        tone: Tone::Info,
        title: match s.state {
            SuggestionState::Declined => format!("{by} has answered: {}.", s.about),
            _ => format!("{by} has done it: {}.", s.about),
        },
        text: s.answer.clone().unwrap_or_default(),
    };
    v.answers.iter().map(row).collect()
}

fn worth(see: &See<'_>, w: &Worth) -> PortalWorth {
    let known = model::money::Total { unknown: 0, ..w.net.clone() };
    let net = match (w.net.by_currency.is_empty(), w.net.unknown) {
        (true, 0) => "Nothing yet".into(),
        (true, _) => "Not known yet".into(),
        _ => total(&known),
    };
    let unknown = match w.net.unknown {
        0 => String::new(),
        n => format!("{} without a value, not counted", words::count(n, "account is", "accounts are")),
    };
    let row = |g: &app::portal_reports::Group| PortalKind {
        name: g.shelf.name(),
        kind: shelf_kind(g.shelf),
        icon: shelf_icon(g.shelf),
        items: words::count(g.items.len(), "item", "items"),
        value: total(&g.total),
    };
    PortalWorth {
        net,
        unknown,
        freshness: see.fresh(&w.holdings),
        rows: w.groups.iter().map(row).collect(),
        map: see.lens.holds(Right::View(Area::Map)).then(|| see.at("map")),
    }
}

/// The reports that are shared, with the way to print those that may be printed.
pub(super) fn shared(lens: &Lens, base: &str) -> Vec<PortalReport> {
    let report = |area: Area| {
        let (about, icon) = match area {
            Area::Map => ("Your people in the middle, what you own and owe around them", icon::USERS),
            Area::Signals => ("What needs attention today", icon::BELL),
            Area::Members => ("Who belongs to the household, and what is recorded of them", icon::USERS),
            Area::Financials => ("Every account with its owner, value, day and source", icon::LIST),
            Area::BalanceSheet => ("Assets, debts and net worth", icon::CHART),
            Area::Policies => ("Your insurance", icon::UMBRELLA),
        };
        let href = format!("{base}/{}", area.key());
        let print = lens.holds(Right::Print(area)).then(|| format!("{href}?print=1"));
        PortalReport { name: area.name(), about, icon, href, print }
    };
    lens.rights().areas().map(report).collect()
}

async fn list(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let reports = shared(lens, &shell.base);
    if reports.is_empty() {
        return Err(WebError::NotFound);
    }
    let about = app::portal_reports::about(&web.app, lens).await?;
    Ok(Page(PortalReports { shell, reports, adviser: about.adviser_name().to_owned() }).into_response())
}
