//! A household's connections as cards, and those across households.

use crate::Page;
use crate::sample::{household, larchmont, place, shell};
use model::ConnectionState;
use web::view::account::Refresh;
use web::view::connections::{ConnAccount, ConnCard, ConnRow, Connections, FixBy, HouseholdAccounts};
use web::view::household::{Seg, Tab, Times};
use web::view::kit::{Kind, Pick};
use web::view::shell::Here;
use web::view::states::{About, Reader, Standing, told};

pub fn pages() -> Vec<Page> {
    vec![("household-accounts", household_accounts()), ("connections", connections())]
}

fn card(id: &str, standing: Standing, place: web::view::connect::Place, updated: &str, accounts: Vec<ConnAccount>) -> ConnCard {
    let about = About { institution: place.name.clone(), name: "Ngozi".into(), when: "8:15 AM".into(), ..About::default() };
    let t = told(standing, Reader::Adviser, &about);
    let refresh = match standing {
        Standing::Refreshing => Refresh::Running,
        _ if t.refresh_waits.is_empty() => Refresh::Ready { action: "#".into() },
        _ => Refresh::Waits { why: t.refresh_waits.clone() },
    };
    let fix = match t.act {
        web::view::states::Act::Ask => FixBy::Page { word: t.button.clone(), href: "asset-sync.html".into() },
        web::view::states::Act::Refresh => FixBy::Post { word: t.button.clone(), action: "#".into() },
        _ => FixBy::None,
    };
    ConnCard {
        id: id.into(),
        place,
        chip: t.chip,
        headline: t.headline,
        sentence: t.sentence,
        fix,
        updated: updated.into(),
        attempted: String::new(),
        who: "Ngozi".into(),
        next: String::new(),
        refresh,
        permission: "Ngozi’s permission, until 3 Mar 2027".into(),
        said: Vec::new(),
        accounts,
        disconnect: "account-mute.html".into(),
        ask_more: "asset-sync.html".into(),
        case: "#case".into(),
    }
}

fn held(name: &str, mask: &str, owner: &str, value: &str) -> ConnAccount {
    ConnAccount {
        name: name.into(),
        mask: mask.into(),
        href: "account.html".into(),
        owner: owner.into(),
        value: value.into(),
        as_of: "as of yesterday".into(),
        times: Times { account: name.into(), lines: vec!["Value as of yesterday".into(), "Received today, 6:12 AM".into()] },
        muted: false,
    }
}

fn household_accounts() -> String {
    HouseholdAccounts {
        shell: shell(Here::Households),
        hh: household(Tab::Accounts),
        doubled: None,
        shows: vec![Seg::new("All 8", "#a", true), Seg::new("Needs attention 2", "#n", false), Seg::new("Entered by hand 2", "#h", false)],
        cards: vec![
            card(
                "c1",
                ConnectionState::NeedsCredentials.into(),
                place("Pinecrest Health Savings", "my.pinecresthsa.example", "Pc", Kind::Policy),
                "9 Nov 2026, 6:04 AM",
                vec![held("Health savings account", "••7702", "Ngozi", "$31,270")],
            ),
            card(
                "c2",
                Standing::NoValues,
                place("Meridian Home Loans", "login.meridianhl.example", "Mh", Kind::Property),
                "18 Nov 2026, 6:11 AM",
                vec![held("Mortgage, 14 Orchard Lane", "••5518", "Joint", "−$412,750")],
            ),
            card(
                "c3",
                Standing::OutOfDate,
                place("Northgate Brokerage", "www.northgate.example", "Ng", Kind::Invest),
                "17 Oct 2026, 6:02 AM",
                vec![held("Brokerage", "••2210", "Erik", "$61,450")],
            ),
            card(
                "c4",
                Standing::Refreshing,
                place("Sable Card", "www.sablecard.example", "Sb", Kind::Debt),
                "19 Nov 2026, 6:20 AM",
                vec![held("Sable card", "••6120", "Erik", "−$3,280")],
            ),
            card("c5", Standing::Healthy, larchmont(), "today, 6:12 AM", vec![held("401(k) plan", "••4821", "Ngozi", "$412,380")]),
        ],
        by_hand: vec![held("Swedish pension", "", "Erik", "$88,000"), held("Lindqvist Studio", "", "Erik", "$120,000")],
        send: Some("asset-sync.html".into()),
        together: "household-together.html".into(),
        refresh_all: "#".into(),
        stream: String::new(),
    }
    .to_string()
}

fn connections() -> String {
    let row = |place: web::view::connect::Place, standing: Standing, mover: &str, fix| {
        let about = About { institution: place.name.clone(), name: "Ngozi".into(), when: "8:15 AM".into(), ..About::default() };
        let t = told(standing, Reader::Adviser, &about);
        ConnRow {
            place,
            household: "Okafor–Lindqvist".into(),
            household_href: "household-accounts.html".into(),
            person: "Ngozi".into(),
            chip: t.chip,
            sentence: t.headline,
            updated: "9 Nov 2026, 6:04 AM".into(),
            age: "12 days".into(),
            since: "9 Nov 2026, 6:04 AM".into(),
            mover: mover.into(),
            fix,
        }
    };
    let ask = || FixBy::Page { word: "Ask Ngozi to fix".into(), href: "asset-sync.html".into() };
    Connections {
        shell: shell(Here::Connections),
        only: String::new(),
        everywhere: "connections.html".into(),
        whose: vec![Seg::new("My households", "#m", false), Seg::new("All households", "#h", true)],
        institutions: vec![Pick::new("", "Every institution", true)],
        hidden: Vec::new(),
        nothing: false,
        shows: vec![Seg::new("Needs attention 7", "#n", true), Seg::new("All 48", "#a", false)],
        rows: vec![
            row(
                place("Pinecrest Health Savings", "my.pinecresthsa.example", "Pc", Kind::Policy),
                ConnectionState::NeedsCredentials.into(),
                "Ngozi",
                ask(),
            ),
            row(place("Bluewater Credit Union", "bluewatercu.example", "Bw", Kind::Cash), ConnectionState::NeedsMfa.into(), "Ngozi", ask()),
            row(
                place("Meridian Home Loans", "login.meridianhl.example", "Mh", Kind::Property),
                ConnectionState::InstitutionDown.into(),
                "Meridian",
                FixBy::None,
            ),
            row(larchmont(), Standing::NoValues, "Us", FixBy::Post { word: "Refresh".into(), action: "#".into() }),
        ],
        earlier: None,
        later: None,
        stream: String::new(),
    }
    .to_string()
}
