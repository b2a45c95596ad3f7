//! The household map: for the firm's people here, for clients through a lens in `portal::reports`. Both are made of the same parts.

mod cards;
mod choice;
mod parts;
mod tools;

pub(crate) use choice::Asked;
pub(crate) use parts::{Entry, Eyes, Source, parts};

use crate::Web;
use crate::at::At;
use crate::household_words::{self as hw, at, feed_told, given, head};
use crate::icons as icon;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::map::{HouseholdMap, MapAct};
use crate::view::shell::Here;
use crate::view::states::{Act, Told};
use crate::view::words;
use app::household_map::View;
use app::portfolios::Feed;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::permission::{Action, may};
use model::{HouseholdId, Source as Origin};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/households/{household}/map", Audience::Staff, show)]
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Query(asked): Query<Asked>) -> Answer {
    let view = app::household_map::view(&web.app, &staff.scope, household).await?;
    let base = at(household);
    let eyes = Firm { view: &view, staff: &staff };
    let source = Source {
        household: &view.found.household.name,
        at: format!("{base}/map"),
        members: &view.found.members,
        entries: view
            .lines
            .iter()
            .map(|l| Entry { account: &l.account, feed: l.feed.as_ref(), source: hw::source(l.account.source).into() })
            .collect(),
        policies: &view.policies,
        now: view.now,
        today: view.today,
        zone: &view.zone,
        choice: asked.choice(),
        eyes: &eyes,
    };
    let parts = parts(&source);
    let start = (view.plan_has_asset_sync && hw::may_ask(&view.found)).then(|| format!("{base}/asset-sync"));
    let page = HouseholdMap {
        hh: head(&view.found, Tab::Map),
        parts,
        firm: view.firm.name.clone(),
        prepared: format!("{}, {}", staff.name, words::day(view.today)),
        disclaimer: disclaimer(&view.firm.settings.disclaimer),
        start,
        stream: crate::live::of(household),
        shell: staff.shell(&web, Here::Households),
    };
    Ok(Page(page).into_response())
}

/// Ruling 12: on every report. The firm's own words where it has some.
pub(crate) fn disclaimer(own: &str) -> String {
    match own.trim() {
        "" => "Values come from connected institutions, the custody feed and figures typed by hand. They are not audited and are not an offer \
               or advice."
            .into(),
        own => own.to_owned(),
    }
}

/// What the firm's people see of an item and can do with it.
struct Firm<'a> {
    view: &'a View,
    staff: &'a Staff,
}

impl Eyes for Firm<'_> {
    fn told(&self, feed: &Feed, old: bool) -> Told {
        feed_told(feed, old, &given(feed, &self.view.found), self.staff, self.view.now)
    }
    fn href(&self, e: &Entry<'_>) -> String {
        format!("/accounts/{}", e.account.id)
    }
    fn acts(&self, e: &Entry<'_>, told: Option<&Told>) -> Vec<MapAct> {
        let found = &self.view.found;
        let mut out = vec![MapAct { icon: icon::RIGHT, word: "Open account".into(), href: self.href(e), sheet: false }];
        if let (Some(feed), Some(told)) = (e.feed, told)
            && matches!(told.act, Act::Ask | Act::Send)
            && self.view.plan_has_asset_sync
            && hw::may_ask(found)
        {
            let href = hw::ask_href(found.household.id, feed.member, hw::repair(feed, told.act));
            out.push(MapAct { icon: icon::MAIL, word: told.button.clone(), href, sheet: true });
        }
        if e.feed.is_some() {
            out.push(MapAct {
                icon: icon::PLUG,
                word: "Its connection".into(),
                href: format!("{}/accounts", at(found.household.id)),
                sheet: false,
            });
        }
        if e.account.source == Origin::Manual && may(Action::EditHousehold, found.standing) {
            out.push(MapAct {
                icon: icon::PENCIL,
                word: "Change".into(),
                href: format!("/accounts/{}/change", e.account.id),
                sheet: false,
            });
        }
        out
    }
}
