//! The adviser's first page with the data of the picture.

use crate::Page;
use crate::sample::{kpi, shell};
use web::icons as icon;
use web::view::home::{Home, LinkOut, Needs, News, Stale};
use web::view::household::Seg;
use web::view::kit::{Chip, Thumb};
use web::view::shell::{Here, Tone};

pub fn pages() -> Vec<Page> {
    vec![("home", home(false)), ("home-empty", home(true))]
}

fn home(fresh: bool) -> String {
    let stale = |tone, name: &str, text: &str| Stale { tone, name: name.into(), text: text.into(), href: String::new() };
    let needs = |name: &str, people: &str, stale, mover: &str, why: &str, link: &str| Needs {
        name: name.into(),
        href: "portfolio.html".into(),
        people: people.into(),
        review: "Mon 23 Nov".into(),
        until: "in 3 days".into(),
        stale,
        mover: mover.into(),
        why: why.into(),
        link: link.into(),
        send: None,
    };
    let out = |chip, person: &str, text: &str, until: &str| LinkOut {
        chip,
        person: person.into(),
        href: "asset-sync.html".into(),
        text: text.into(),
        until: until.into(),
    };
    let news = |name: &str, household: &str, text: &str, when: &str| News {
        thumb: Thumb::of(name),
        household: household.into(),
        href: "portfolio.html".into(),
        text: text.into(),
        when: when.into(),
    };
    Home {
        shell: shell(Here::Home),
        greeting: "Good morning, Maya".into(),
        line: "Friday 20 November. What has stopped, what will, and whose move it is.".into(),
        whose: vec![Seg::new("Mine", "#mine", true), Seg::new("Whole firm", "#firm", false)],
        kpis: vec![
            kpi("Waiting for a client", "3", "6 connections, 3 links would fix them").unit("households"),
            kpi("Waiting for an institution", "1", "Meridian, in 2 households"),
            kpi("Links that end this week", "2", "1 not opened yet"),
        ],
        needs: vec![
            needs(
                "Okafor–Lindqvist",
                "Ngozi and Erik",
                vec![
                    stale(Tone::Bad, "Pinecrest Health Savings", "sign-in rejected 9 Nov"),
                    stale(Tone::Warn, "Northgate Brokerage", "35 days old"),
                    stale(Tone::Warn, "Meridian Home Loans", "failing since 8:15 AM"),
                ],
                "Ngozi",
                "her sign-in; the other two are ours to retry",
                "asset-sync.html",
            ),
            needs(
                "Tanaka",
                "Kenji and Mio",
                vec![
                    stale(Tone::Bad, "Sable Card", "sign-in rejected 16 Nov"),
                    stale(Tone::Warn, "Larchmont Workplace", "permission ends 22 Nov"),
                ],
                "Kenji",
                "both, with one link",
                "asset-sync.html",
            ),
            needs(
                "Delacroix",
                "Amélie, prospect",
                vec![stale(Tone::Warn, "Meridian Home Loans", "failing since 8:15 AM")],
                "Meridian",
                "we retry",
                "",
            ),
        ],
        links: vec![
            out(Chip::new(Tone::Info, icon::EYE, "Opened"), "Kenji Tanaka", "Opened Thu 19 Nov, not finished", "Until Tue 24 Nov"),
            out(Chip::new(Tone::Idle, icon::CLOCK, "Not opened"), "Pat Halloran, prospect", "Created Wed 18 Nov", "Until Wed 25 Nov"),
            out(
                Chip::new(Tone::Ok, icon::CHECK, "Connected"),
                "Jo Whitlock",
                "Connected Northgate Brokerage, 2 accounts",
                "Until Mon 23 Nov",
            ),
        ],
        news: vec![
            news("Bluewater Credit", "Okafor–Lindqvist", "Bluewater Credit Union, 3 accounts, new values", "5:58 AM"),
            news("Larchmont Workplace", "Brandt", "Larchmont Workplace, 22 positions, new values", "6:04 AM"),
        ],
        rest: String::new(),
        fresh,
    }
    .to_string()
}
