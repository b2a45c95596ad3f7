//! The invented firm, its people and institutions.

use web::view::connect::Place;
use web::view::household::{HouseholdHead, Kpi, Tab};
use web::view::kit::{Kind, Thumb};
use web::view::shell::{Contact, FlowShell, Here, PlainShell, Shell, Theme};

pub fn shell(here: Here) -> Shell {
    Shell {
        firm: "Alder & Finch".into(),
        person: "Maya Castellanos".into(),
        initials: "MC".into(),
        here,
        attention: 3,
        csrf: "sample".into(),
        ..Shell::default()
    }
}

pub fn contact() -> Contact {
    Contact { firm: "Alder & Finch".into(), phone: "555-0142".into(), email: "help@alderfinch.example".into() }
}

pub fn plain() -> PlainShell {
    PlainShell { firm: "Alder & Finch".into(), contact: contact(), csrf: "sample".into(), ..PlainShell::default() }
}

pub fn flow(step: u8) -> FlowShell {
    FlowShell {
        logo: None,
        contact: contact(),
        theme: Theme::System,
        csrf: "sample".into(),
        step,
        back: (step > 1).then(|| "#back".into()),
        close: (step > 1).then(|| "#close".into()),
        leave: "",
        close_word: "Save and continue later",
        sandbox: false,
        reload: None,
    }
}

pub fn household(tab: Tab) -> HouseholdHead {
    HouseholdHead {
        at: "/households/hh_1".into(),
        name: "Okafor–Lindqvist".into(),
        prospect: false,
        lead: "Maya Castellanos".into(),
        helpers: "sub-adviser Tom Iverson".into(),
        attention: 2,
        suggestions: 1,
        sees_looks: true,
        lets_in: true,
        tab,
    }
}

pub fn place(name: &str, site: &str, letters: &str, kind: Kind) -> Place {
    let thumb = Thumb { letters: letters.into(), kind, image: String::new() };
    Place { name: name.into(), site: site.into(), href: format!("https://{site}"), thumb }
}

pub fn larchmont() -> Place {
    place("Larchmont Workplace", "work.larchmont.example", "LW", Kind::Retire)
}

/// A pattern that looks like a code and opens nothing.
pub fn qr() -> String {
    let mut path = String::new();
    for y in 0..29u32 {
        for x in 0..29u32 {
            let corner = |cx: u32, cy: u32| {
                let (dx, dy) = (x.wrapping_sub(cx), y.wrapping_sub(cy));
                (dx < 7 && dy < 7).then(|| matches!(dx, 0 | 6) || matches!(dy, 0 | 6) || ((2..5).contains(&dx) && (2..5).contains(&dy)))
            };
            let on = corner(0, 0).or_else(|| corner(22, 0)).or_else(|| corner(0, 22)).unwrap_or((x * x * 7 + y * 13 + x * y * 5) % 11 < 5);
            if on {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    format!(r#"<svg viewBox="0 0 29 29" shape-rendering="crispEdges" aria-hidden="true"><path d="{path}"/></svg>"#)
}

pub fn kpi(name: &str, value: &str, detail: &str) -> Kpi {
    Kpi::new(name, value, detail)
}
