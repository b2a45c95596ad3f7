//! Connections across households, and whose move it is.

use crate::Web;
use crate::household_accounts::{fix, place};
use crate::household_words::{at, feed_told};
use crate::looks::showing;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::connections::{ConnRow, Connections};
use crate::view::household::Seg;
use crate::view::kit::Pick;
use crate::view::shell::Here;
use crate::view::words;
use app::connections_list::{Entry, List, Mover, Query as Asked, Which};
use app::portfolios::Feed;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::{Span, Time};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/connections", Audience::Staff, show)]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    show: String,
    page: String,
    /// Only those at the institution of this name.
    at: String,
    /// "mine": only in the reader's own households.
    of: String,
}

async fn show(State(web): State<Web>, staff: Staff, Query(choice): Query<Choice>) -> Answer {
    let asked = Asked {
        which: Which::from_key(&choice.show).unwrap_or_default(),
        mine: choice.of == "mine",
        at: Some(choice.at).filter(|a| !a.is_empty()),
        page: choice.page.parse::<usize>().unwrap_or(0).min(100_000),
    };
    let list = app::connections_list::list(&web.app, &staff.scope, &asked).await?;
    let shown: Vec<_> = list.entries.iter().map(|e| e.household.id).collect();
    Ok(showing(Page(view(&web, &staff, &list, &asked)).into_response(), shown))
}

/// The address of a choice.
fn href(asked: &Asked) -> String {
    let page = asked.page.to_string();
    let mut pairs = vec![("show", asked.which.key())];
    pairs.extend(asked.mine.then_some(("of", "mine")));
    pairs.extend(asked.at.as_deref().map(|a| ("at", a)));
    pairs.extend((asked.page > 0).then_some(("page", page.as_str())));
    format!("/connections?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

fn view(web: &Web, staff: &Staff, list: &List, asked: &Asked) -> Connections {
    let now = web.app.now();
    let first = Asked { page: 0, ..asked.clone() };
    let shows = Which::ALL.into_iter().zip(list.counts).map(|(w, n)| {
        let text = match w {
            Which::Attention => "Needs attention",
            Which::Client => "Waiting for a client",
            Which::Institution => "Waiting for an institution",
            Which::Us => "Waiting for us",
            Which::Refreshing => "Refreshing",
            Which::All => "All",
        };
        Seg::new(format!("{text} {n}"), href(&Asked { which: w, ..first.clone() }), w == asked.which)
    });
    let whose = [(true, "My households"), (false, "All households")];
    let at = asked.at.as_deref().unwrap_or_default();
    let names = list.institutions.iter().map(|n| Pick::new(n, n, n == at));
    let hidden = [("show", asked.which.key()), ("of", if asked.mine { "mine" } else { "" })];
    Connections {
        shell: staff.shell(web, Here::Connections),
        only: at.to_owned(),
        everywhere: href(&Asked { at: None, ..first.clone() }),
        shows: shows.collect(),
        whose: whose.map(|(mine, text)| Seg::new(text, href(&Asked { mine, ..first.clone() }), mine == asked.mine)).into(),
        institutions: std::iter::once(Pick::new("", "Every institution", at.is_empty())).chain(names).collect(),
        hidden: hidden.into_iter().filter(|(_, v)| !v.is_empty()).map(|(n, v)| (n, v.to_owned())).collect(),
        rows: list.entries.iter().map(|e| row(e, staff, now)).collect(),
        nothing: list.counts[Which::ALL.len() - 1] == 0 && at.is_empty() && !asked.mine,
        earlier: (asked.page > 0).then(|| href(&Asked { page: asked.page - 1, ..asked.clone() })),
        later: list.more.then(|| href(&Asked { page: asked.page + 1, ..asked.clone() })),
        stream: "/live".into(),
    }
}

/// "Ngozi", "You", "Larchmont".
pub fn mover(m: &Mover) -> String {
    match m {
        Mover::Nobody => "Nobody".into(),
        Mover::Client(given) => given.clone(),
        Mover::Institution(name) => name.clone(),
        Mover::Provider => "The data provider".into(),
        Mover::Adviser => "You".into(),
        Mover::Administrator => "Your administrator".into(),
    }
}

fn row(e: &Entry, staff: &Staff, now: Time) -> ConnRow {
    let feed = Feed::of(&e.connection, now);
    let given = e.member.as_ref().map_or("the client", |m| m.given.as_str());
    let told = feed_told(&feed, false, given, staff, now);
    ConnRow {
        place: place(&feed),
        household: e.household.name.clone(),
        household_href: format!("{}/accounts", at(e.household.id)),
        person: e.member.as_ref().map(|m| m.name.clone()).unwrap_or_default(),
        sentence: if told.bar() { format!("{} {}", told.headline, told.sentence) } else { told.sentence.clone() },
        fix: fix(e.household.id, &feed, &told, e.on_team, e.on_team),
        chip: told.chip,
        updated: feed.succeeded_at.map_or_else(|| "not yet".into(), |t| words::moment(t, now, &staff.zone())),
        age: feed.failing_since.map(|t| age(now - t)).unwrap_or_default(),
        since: feed.failing_since.map(|t| words::moment(t, now, &staff.zone())).unwrap_or_default(),
        mover: mover(&e.mover),
    }
}

/// For how long it has stopped: "40 minutes", "3 hours", "12 days".
fn age(span: Span) -> String {
    let minutes = (span.as_seconds() / 60).max(0);
    let (n, one, many) = match minutes {
        ..60 => (minutes, "minute", "minutes"),
        60..2880 => (minutes / 60, "hour", "hours"),
        _ => (minutes / 1440, "day", "days"),
    };
    words::count(usize::try_from(n).unwrap_or(0), one, many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_reads_in_the_unit_that_matters() {
        let said = [Span::minutes(1), Span::minutes(59), Span::hours(47), Span::days(12)].map(age);
        assert_eq!(said, ["1 minute", "59 minutes", "47 hours", "12 days"]);
    }
}
