//! The client's signals: connections that need attention, then the findings of the firm's rules in the client's words. The arithmetic is shown
//! where the figures that it holds are shared.

use super::reports::see;
use super::words::See;
use crate::Web;
use crate::household_words::{mask, near};
use crate::icons as icon;
use crate::respond::{Answer, Page};
use crate::view::kit::Chip;
use crate::view::portal::{PortalShell, PortalSignal, PortalSignals};
use crate::view::shell::Tone;
use crate::view::words;
use app::portal::Lens;
use app::portal_reports::{Holdings, Item};
use app::signals::Signal;
use axum::response::IntoResponse;
use model::portal::{Area, Right};
use model::signals::{Mend, Outcome, Step};

pub async fn show(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let (h, found) = app::signals::shared(&web.app, lens).await?;
    let see = see(&shell, lens, &h);
    let mut out = Vec::new();
    for feed in h.feeds.iter().filter(|f| f.state.needs_attention()) {
        let told = see.told(feed, false);
        out.push(PortalSignal {
            chip: told.chip.clone(),
            title: feed.institution.clone(),
            text: format!("{} {}", told.headline, told.sentence).trim().to_owned(),
            steps: Vec::new(),
            wrong: see.flag(&feed.id.to_string(), &feed.institution),
        });
    }
    for s in &found {
        if let Outcome::Finding { measure, arithmetic, at } = &s.outcome {
            match s.rule.key {
                "stale_fed" | "value_missing" => out.extend(items(&see, &h, at)),
                _ => out.push(finding(&see, lens, s, measure, arithmetic)),
            }
        }
    }
    let untold = found.iter().filter(|s| matches!(s.outcome, Outcome::CannotTell { .. })).count();
    let untold = match untold {
        0 => String::new(),
        1 => "1 more thing is looked at and cannot be told yet, because something is not recorded.".into(),
        n => format!("{n} more things are looked at and cannot be told yet, because something is not recorded."),
    };
    Ok(Page(PortalSignals { report: see.report(Area::Signals, Some(&h)), signals: out, untold, shell: shell.clone() }).into_response())
}

/// One account for each value that is old or has not come.
fn items(see: &See<'_>, h: &Holdings, at: &[Mend]) -> Vec<PortalSignal> {
    let today = h.about.today;
    let line = |i: &Item| {
        let (word, text) = match (app::household_list::worth(&i.account), i.account.figures.as_of_day) {
            (Some(_), Some(day)) => ("Out of date", format!("The last value is as of {}.", near(day, today))),
            _ => ("No value", "No value has come yet. It is not counted as nothing; totals say that it is missing.".to_owned()),
        };
        PortalSignal {
            chip: Chip::new(Tone::Warn, icon::CLOCK, word),
            title: format!("{} {}", i.account.name, mask(i.account.mask.as_ref())).trim().to_owned(),
            text,
            steps: Vec::new(),
            wrong: see.flag(Area::Signals.key(), &i.account.name),
        }
    };
    h.items.iter().filter(|i| at.contains(&Mend::Account(i.account.id))).map(line).collect()
}

fn finding(see: &See<'_>, lens: &Lens, s: &Signal, measure: &str, arithmetic: &[Step]) -> PortalSignal {
    let shared = lens.holds(Right::View(Area::Financials));
    let text = match (shared, s.rule.limit) {
        (false, _) => format!("Ask {} about it.", see.about.adviser_name()),
        (true, None) => format!("{}.", words::capital(measure)),
        (true, Some(l)) => format!("{}; {} looks for {}.", words::capital(measure), see.about.firm.name, l.words(s.threshold)),
    };
    PortalSignal {
        chip: Chip::new(Tone::Warn, icon::FLAG, "To look at"),
        title: s.rule.client.to_owned(),
        text,
        steps: if shared { crate::signals::steps(arithmetic) } else { Vec::new() },
        wrong: see.flag(Area::Signals.key(), s.rule.client),
    }
}
