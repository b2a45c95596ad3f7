//! One bar for everything that needs this person: what it is, the way to mend it, and the way on to the next, until nothing is left.

use super::accounts::refresh_act;
use super::words::{See, place};
use crate::icons as icon;
use crate::view::portal::{PortalAct, PortalBar};
use crate::view::states::{Act, Sentence, Told};
use crate::view::words;
use app::portfolios::Feed;
use model::portal::Right;

/// `here`: the page on which it stands; which of them is shown, the frame says.
pub fn bar(see: &See<'_>, needing: &[&Feed], here: &str) -> Option<PortalBar> {
    let of = needing.len();
    let at = see.shell.need.clamp(1, of.max(1));
    let feed = *needing.get(at - 1)?;
    let told = see.told(feed, false);
    let go = |n: usize, word: &str, icon| PortalAct::link(see.shell, "btn s", word, format!("{here}?need={n}#needs")).icon(icon);
    let fixes = match see.lens.holds(Right::Connect) {
        true => fixes(see, feed, &told),
        false => vec![PortalAct::link(see.shell, "btn s", "Look", format!("{}#{}", see.at("accounts"), feed.id)).about(&feed.institution)],
    };
    let together = of > 1 && see.lens.holds(Right::Connect);
    Some(PortalBar {
        tone: told.tone(),
        at,
        of,
        headline: if told.headline.contains(&feed.institution) {
            told.headline.clone()
        } else {
            format!("{}: {}", feed.institution, told.headline)
        },
        sentence: Sentence::naming(&told.sentence, &feed.institution, &place(feed).href),
        updated: feed
            .succeeded_at
            .map(|t| format!("Last updated {}", words::moment(t, see.about.now, &see.about.zone)))
            .unwrap_or_default(),
        fixes,
        before: (at > 1).then(|| go(at - 1, "Back", icon::LEFT.s())),
        after: (at < of).then(|| go(at + 1, "Next", icon::RIGHT.s())),
        together: together.then(|| together_act(see)),
    })
}

fn together_act(see: &See<'_>) -> PortalAct {
    PortalAct::link(see.shell, "btn s", "All in one go", see.at("together"))
}

/// The way to the list of what always asks.
pub fn together(see: &See<'_>) -> PortalAct {
    PortalAct::link(see.shell, "btn s", "Refresh together", see.at("together"))
}

/// What the bar offers: the way to mend it, and the institution's own page where something is to be done there first.
pub fn fixes(see: &See<'_>, feed: &Feed, told: &Told) -> Vec<PortalAct> {
    let inst = &feed.institution;
    let go = |class: &'static str, word: &str, what: &'static str| {
        PortalAct::post(see.shell, class, word, see.at("connect")).with("do", what).with("connection", feed.id.to_string()).about(inst)
    };
    match told.act {
        Act::Fix => vec![go("btn s primary", "Click to fix", "repair")],
        Act::Open => {
            let href = place(feed).href;
            let open = PortalAct { away: true, ..PortalAct::link(see.shell, "btn s primary", format!("Open {inst}"), href.clone()) };
            let mut acts = vec![go(if href.is_empty() { "btn s primary" } else { "btn s" }, "Click to fix", "repair")];
            if !href.is_empty() {
                acts.insert(0, open.icon(icon::OPEN.s()));
            }
            acts
        }
        Act::Renew => vec![go("btn s primary", "Renew", "repair")],
        Act::FindNew | Act::Choose => vec![go("btn s primary", &told.button, "find")],
        Act::Refresh if told.refresh_waits.is_empty() && !told.headline.is_empty() => {
            let word = if told.button == "Refresh" { "Click to fix" } else { told.button.as_str() };
            vec![refresh_act(see, feed, "btn s primary", word)]
        }
        _ => Vec::new(),
    }
}
