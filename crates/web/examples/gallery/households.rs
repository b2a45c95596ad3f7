//! The list of households, a new one, and its people.

use crate::Page;
use crate::sample::{household, shell};
use web::icons as icon;
use web::view::household::{Seg, Tab};
use web::view::households::{HouseholdNew, HouseholdRow, Households, Member, MemberRow, Members};
use web::view::kit::{Chip, Field, FieldKind, Pick, Problems, Select};
use web::view::shell::{Here, Tone};

pub fn pages() -> Vec<Page> {
    vec![
        ("households", households(false)),
        ("households-empty", households(true)),
        ("household-new", household_new()),
        ("members", members()),
        ("member", member()),
    ]
}

fn households(fresh: bool) -> String {
    let row = |name: &str, initials: &str, people: &str, prospect, state, freshness: &str, away: &str, value: &str| HouseholdRow {
        href: "portfolio.html".into(),
        name: name.into(),
        initials: initials.into(),
        people: people.into(),
        prospect,
        lead: "Maya Castellanos".into(),
        state,
        freshness: freshness.into(),
        review: "Wed 2 Dec".into(),
        private: prospect,
        shared: !prospect,
        held_away: away.into(),
        value: value.into(),
    };
    let ok = || Chip::new(Tone::Ok, icon::CHECK, "In sync");
    let rows = vec![
        row(
            "Abara",
            "CR",
            "Chidi, Ruth and 3 children",
            false,
            Chip::new(Tone::Warn, icon::ALERT, "1 stopped"),
            "Newest today · oldest 18 Nov",
            "41%",
            "$1,482,300",
        ),
        row("Brandt", "L", "Lotte", false, ok(), "Newest today · oldest 31 Oct", "63%", "$918,450"),
        row(
            "Delacroix",
            "A",
            "Amélie",
            true,
            Chip::new(Tone::Warn, icon::CLOCK, "1 out of date"),
            "Newest 19 Nov · oldest 30 Sep",
            "100%",
            "$640,200",
        ),
        row(
            "Halloran",
            "PD",
            "Pat and Dee",
            true,
            Chip::new(Tone::Idle, icon::CLOCK, "No accounts yet"),
            "Link works until 25 Nov",
            "n/a",
            "not yet",
        ),
        row(
            "Okafor–Lindqvist",
            "NE",
            "Ngozi, Erik and 2 children",
            false,
            Chip::new(Tone::Bad, icon::STOP, "3 out of date"),
            "Newest today · oldest 14 Aug",
            "26%",
            "$2,252,040",
        ),
        row(
            "Vance",
            "R",
            "Roosevelt",
            false,
            Chip::new(Tone::Info, icon::REFRESH, "Syncing"),
            "Newest today · oldest 12 Nov",
            "74%",
            "$377,640",
        ),
    ];
    Households {
        shell: shell(Here::Households),
        line: "The 9 you lead or help with, of 48 in the firm.".into(),
        shows: vec![
            Seg::new("Mine 9", "#m", true),
            Seg::new("Firm 48", "#f", false),
            Seg::new("Prospects 2", "#p", false),
            Seg::new("Needs attention 4", "#n", false),
        ],
        show_key: "mine".into(),
        sorts: vec![Pick::new("name", "Name", true), Pick::new("oldest", "Oldest value", false), Pick::new("value", "Value", false)],
        rows: if fresh { Vec::new() } else { rows },
        earlier: None,
        later: (!fresh).then(|| "#2".into()),
        range: if fresh { String::new() } else { "1 to 6 of 9".into() },
        may_add: true,
        fresh,
    }
    .to_string()
}

fn household_new() -> String {
    // Shown with a mistake in it.
    let name = Field::new("name", "Household").hint("As your firm files it, such as a surname").error("Enter a name for the household");
    HouseholdNew {
        shell: shell(Here::Households),
        problems: Problems::of([name.problem()]),
        id: String::new(),
        name,
        first: Field::new("first", "First name").value("Ngozi"),
        last: Field::new("last", "Last name").value("Okafor"),
        email: Field::new("email", "E-mail").kind(FieldKind::Email).optional().hint("Needed to send links and codes"),
        status: Select::new("status", "Status", vec![Pick::new("client", "Client", true), Pick::new("prospect", "Prospect", false)]),
        lead: Select::new("lead", "Lead adviser", vec![Pick::new("u1", "Maya Castellanos", true)]),
    }
    .to_string()
}

fn members() -> String {
    let row = |name: &str, initials: &str, about: &str, email: &str, connections: &str, adult: bool| MemberRow {
        name: name.into(),
        initials: initials.into(),
        about: about.into(),
        email: email.into(),
        status: adult.then(|| Chip::bare(Tone::Idle, "Client")),
        connections: connections.into(),
        link: if adult { "asset-sync.html".into() } else { String::new() },
        edit: "member.html".into(),
    };
    Members {
        shell: shell(Here::Households),
        hh: household(Tab::Members),
        rows: vec![
            row("Ngozi Okafor", "NO", "Adult", "ngozi@okafor.example", "3 connections, 1 needs attention", true),
            row("Erik Lindqvist", "EL", "Adult", "", "2 connections", true),
            row("Ada Okafor", "AO", "Child, born 2014", "", "", false),
        ],
        may_add: true,
        becomes_client: String::new(),
        change: "#".into(),
        income: Default::default(),
        documents: Default::default(),
    }
    .to_string()
}

fn member() -> String {
    Member {
        shell: shell(Here::Households),
        hh: household(Tab::Members),
        title: "Add a member".into(),
        action: "#".into(),
        leave: String::new(),
        problems: Problems::default(),
        first: Field::new("first", "First name"),
        last: Field::new("last", "Last name"),
        role: Select::new("role", "Place in the household", vec![Pick::new("adult", "Adult", true), Pick::new("child", "Child", false)]),
        born: Field::new("born", "Date of birth").kind(FieldKind::Date).optional(),
        born_year: Field::new("born_year", "Or the year, about").optional(),
        email: Field::new("email", "E-mail").kind(FieldKind::Email).optional(),
        phone: Field::new("phone", "Phone").optional(),
    }
    .to_string()
}
