//! The connect flow with the data of the pictures.

use crate::Page;
use crate::sample::{contact, flow, larchmont, place};
use web::icons as icon;
use web::view::connect::*;
use web::view::kit::{Chip, Field, FieldKind, Kind, Pick, Problems};
use web::view::shell::{FlowShell, Tone};

pub fn pages() -> Vec<Page> {
    vec![
        ("door", Door { shell: flow(0), action: "#".into() }.to_string()),
        (
            "type-code",
            TypeCode {
                shell: flow(0),
                action: "#".into(),
                code: "7KQ2M-9D4X".into(),
                error: "Check the code: a letter may be missing".into(),
            }
            .to_string(),
        ),
        (
            "start",
            Start {
                shell: flow(1),
                action: "#".into(),
                hidden: Vec::new(),
                until: "This link works for one week.".into(),
                purpose: String::new(),
                typed: true,
            }
            .to_string(),
        ),
        ("search", search("", Vec::new())),
        ("results", search("larch", matches())),
        ("results-none", search("zzz bank", Vec::new())),
        ("notice", notice()),
        ("leaving", leaving()),
        ("progress", progress()),
        ("choose", choose()),
        ("done", done()),
        (
            "thanks",
            Thanks {
                shell: FlowShell { close: None, back: None, ..flow(0) },
                text: "Your accounts stay connected. Maya has been told.".into(),
            }
            .to_string(),
        ),
        ("none-found", none_found()),
        ("down", down()),
        ("rejected", rejected()),
        ("expired", expired(false)),
        ("expired-asked", expired(true)),
        ("mailbox-code", mailbox_code()),
        ("returning", returning()),
    ]
}

fn tiles() -> Vec<Tile> {
    [
        ("Bluewater Credit Union", "bluewatercu.example", "Bw", Kind::Cash),
        ("Larchmont Workplace", "work.larchmont.example", "LW", Kind::Retire),
        ("Larchmont Brokerage", "larchmont.example", "LB", Kind::Retire),
        ("Northgate Brokerage", "northgate.example", "Ng", Kind::Invest),
        ("Meridian Home Loans", "login.meridianhl.example", "Mh", Kind::Property),
        ("Sable Card", "sablecard.example", "Sb", Kind::Debt),
    ]
    .into_iter()
    .map(|(name, site, letters, kind)| Tile { place: place(name, site, letters, kind), href: "notice.html".into() })
    .collect()
}

fn found(name: &str, site: &str, letters: &str, about: &str, query: &str) -> Match {
    Match {
        place: place(name, site, letters, Kind::Retire),
        href: "notice.html".into(),
        name: marked(name, query),
        site: marked(site, query),
        about: about.into(),
        record: String::new(),
        trouble: (letters == "LK").then(|| Chip::new(Tone::Warn, icon::CLOCK, "Slow today")),
    }
}

fn matches() -> Vec<Match> {
    vec![
        found("Larchmont Brokerage", "www.larchmont.example", "LB", "Brokerage accounts and IRAs", "larch"),
        found("Larchmont Workplace", "work.larchmont.example", "LW", "Workplace plans: 401(k), stock plans", "larch"),
        found("Larchmont Bank", "bank.larchmont.example", "LK", "Checking and savings", "larch"),
    ]
}

fn search(query: &str, matches: Vec<Match>) -> String {
    Search {
        shell: flow(2),
        action: "#".into(),
        query: query.into(),
        tiles_title: "Used by people at your firm".into(),
        tiles: tiles(),
        portals: matches.len() > 1,
        matches,
        more: false,
        token: String::new(),
        by_hand: String::new(),
    }
    .to_string()
}

fn notice() -> String {
    Notice {
        shell: flow(3),
        place: larchmont(),
        title: "A note from Larchmont Workplace".into(),
        facts: vec![
            "Larchmont asks for a code by text the first time you connect, and again about every 90 days.".into(),
            "If you have never signed in online, register at work.larchmont.example first.".into(),
        ],
        reads: vec![
            "Account names and last four digits".into(),
            "Balances and holdings".into(),
            "Contributions in the last 24 months".into(),
        ],
        consent: "By continuing you let Alder & Finch read this, until you or they end it. You can end it at any time.".into(),
        record: "98 of 100 tries at Alder & Finch worked in the last 30 days.".into(),
        trouble: String::new(),
        action: "#".into(),
        hidden: Vec::new(),
        other: "search.html".into(),
    }
    .to_string()
}

fn leaving() -> String {
    Leaving {
        shell: flow(3),
        place: larchmont(),
        href: "https://provider.example/link".into(),
        provider: "Plaid".into(),
        repair: String::new(),
        more: String::new(),
        other: "search.html".into(),
    }
    .to_string()
}

fn progress() -> String {
    let stage = |title: &str, text: &str, done, now| Stage { title: title.into(), text: text.into(), done, now };
    Progress {
        shell: FlowShell { back: None, ..flow(5) },
        place: larchmont(),
        title: "Getting your accounts".into(),
        text: "Usually about a minute, sometimes a few. You can leave this page.".into(),
        stages: vec![
            stage("Signed in", "", true, false),
            stage("Found 2 accounts", "", true, false),
            stage("Reading holdings", "14 of 22 funds", false, true),
            stage("Checking the totals", "", false, false),
        ],
        waiting: "Waiting for Larchmont".into(),
        percent: Some(65),
        tell: Some(("n•••@okafor.example".into(), false)),
        tell_action: "#".into(),
        next: String::new(),
        background: "thanks.html".into(),
        background_word: "Carry on in the background",
    }
    .to_string()
}

fn choose() -> String {
    let owners = || vec![Pick::new("m1", "Ngozi", true), Pick::new("m2", "Erik", false), Pick::new("joint", "Joint", false)];
    let found = |key: &str, name: &str, mask: &str, value: &str| Found {
        key: key.into(),
        name: name.into(),
        mask: mask.into(),
        value: value.into(),
        ticked: true,
        known: false,
        owners: owners(),
    };
    Choose {
        shell: flow(6),
        place: larchmont(),
        title: "Which accounts should Maya see?".into(),
        problems: Problems::default(),
        found: vec![found("a1", "401(k) plan", "••4821", "$412,380"), found("a2", "Employee stock plan", "••0093", "$18,204")],
        action: "#".into(),
        asked: 1,
    }
    .to_string()
}

fn done() -> String {
    let added =
        |name: &str, mask: &str, value: &str, kind, icon| Added { name: name.into(), mask: mask.into(), value: value.into(), kind, icon };
    Done {
        shell: FlowShell { back: None, close: None, ..flow(6) },
        title: "Larchmont Workplace is connected".into(),
        text: "2 accounts added to your household. They update every night.".into(),
        added: vec![
            added("401(k) plan", "••4821", "$412,380", Kind::Retire, icon::RETIRE),
            added("Employee stock plan", "••0093", "$18,204", Kind::Invest, icon::TREND),
        ],
        portals: String::new(),
        another: "search.html".into(),
        next: None,
        exit: "#".into(),
    }
    .to_string()
}

fn trouble(tone: Tone, icon: icon::Icon, title: &str, text: &str) -> Trouble {
    Trouble {
        shell: flow(3),
        tone,
        icon,
        title: title.into(),
        text: text.into(),
        instead: Vec::new(),
        tell: None,
        tell_action: "#".into(),
        first: None,
        second: None,
        reference: String::new(),
    }
}

fn page(word: &str) -> Option<Way> {
    Some(Way::Page { word: word.into(), href: "search.html".into() })
}

fn none_found() -> String {
    let title = "Larchmont Brokerage shows no accounts for this sign-in";
    let text = "The sign-in worked. New accounts can take a day to appear, and workplace plans are on a separate site.";
    Trouble {
        instead: vec![found("Larchmont Workplace", "work.larchmont.example", "LW", "Workplace plans: 401(k), stock plans", "")],
        first: Some(Way::Post { word: "Find new accounts".into(), action: "#".into() }),
        second: page("Choose a different institution"),
        ..trouble(Tone::Info, icon::SEARCH, title, text)
    }
    .to_string()
}

fn down() -> String {
    let text = "Their site has been failing since 8:15 this morning. It isn’t your password, and there’s nothing you need to change.";
    Trouble {
        tell: Some(("E-mail me when Meridian is back".into(), "n•••••@okafor.example".into())),
        first: page("Connect another institution"),
        ..trouble(Tone::Warn, icon::ALERT, "Meridian isn’t letting anyone connect right now", text)
    }
    .to_string()
}

fn rejected() -> String {
    let text = "This usually means the password changed. Check that you can sign in there, then try again here.";
    Trouble {
        first: Some(Way::Post { word: "Try again".into(), action: "#".into() }),
        second: Some(Way::Site { word: "Open Larchmont Workplace".into(), href: "https://work.larchmont.example".into() }),
        reference: "7KQ2M9".into(),
        ..trouble(Tone::Bad, icon::STOP, "The institution rejected your sign-in", text)
    }
    .to_string()
}

fn expired(asked: bool) -> String {
    let shell = FlowShell { contact: contact(), ..flow(0) };
    Expired { shell, ask: "#".into(), hidden: Vec::new(), code: "type-code.html".into(), asked }.to_string()
}

fn mailbox_code() -> String {
    MailboxCode {
        shell: flow(0),
        problems: Problems::default(),
        code: Field::new("code", "6-digit code")
            .kind(FieldKind::Code)
            .hint("Works for 10 minutes. Opening it here signs out the other browser."),
        action: "#".into(),
        again: "#".into(),
        by_voice: false,
        earlier: false,
    }
    .to_string()
}

fn returning() -> String {
    let earlier = |place: Place, about: &str, ok: bool| Earlier {
        place,
        about: about.into(),
        chip: if ok { Chip::new(Tone::Ok, icon::CHECK, "Up to date") } else { Chip::new(Tone::Bad, icon::STOP, "Needs a new sign-in") },
        fix: if ok { String::new() } else { "#".into() },
        fix_word: "Fix".into(),
        find_new: if ok { "#".into() } else { String::new() },
    };
    Returning {
        shell: FlowShell { back: None, ..flow(2) },
        title: "Welcome back, Ngozi".into(),
        text: "Here is what you connected. Fix what stopped, or add more.".into(),
        earlier: vec![
            earlier(place("Pinecrest Health Savings", "my.pinecresthsa.example", "Pc", Kind::Policy), "Health savings ••7702", false),
            earlier(larchmont(), "401(k) plan ••4821", true),
            earlier(place("Tessera 529", "tessera529.example", "T5", Kind::Cash), "Two 529 plans", true),
        ],
        another: "search.html".into(),
        exit: "#".into(),
    }
    .to_string()
}
