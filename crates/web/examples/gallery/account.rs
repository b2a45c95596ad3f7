//! One account, and the question before it is muted.

use crate::Page;
use crate::sample::{household, shell};
use web::icons as icon;
use web::view::account::{Account, AsOf, Ask, Fact, Gap, Happened, Position, Refresh};
use web::view::household::{Seg, Tab};
use web::view::kit::{Chip, Problems};
use web::view::shell::{Here, Tone};

pub fn pages() -> Vec<Page> {
    vec![("account", account()), ("account-mute", ask())]
}

fn account() -> String {
    let p = |name: &str, about: &str, quantity: &str, price: &str, day: &str, value: &str, cost: &str| Position {
        name: name.into(),
        about: about.into(),
        quantity: quantity.into(),
        price: price.into(),
        price_day: day.into(),
        price_old: day == "18 Nov",
        value: value.into(),
        cost: cost.into(),
    };
    let happened = |when: &str, what: &str, more: &str| Happened { when: when.into(), what: what.into(), more: more.into() };
    Account {
        shell: shell(Here::Households),
        hh: household(Tab::Portfolio),
        at: "/accounts/acct_1".into(),
        more: vec![("#p".into(), "How it arrives", "Each way with its reasons; takes a join apart")],
        name: "Workplace 401(k)".into(),
        mask: "••4821".into(),
        state: Chip::new(Tone::Ok, icon::LINK, "Asset Sync, up to date"),
        held_away: true,
        portfolio: "Current portfolio".into(),
        portfolio_href: "portfolio.html".into(),
        owner: "Ngozi Okafor".into(),
        as_of: AsOf {
            day: "2026-11-20".into(),
            most: "2026-11-20".into(),
            earlier: "#e".into(),
            later: None,
            jumps: vec![Seg::new("Today", "#t", true), Seg::new("30 Sep", "#s", false)],
            past: String::new(),
        },
        refresh: Refresh::Ready { action: "#".into() },
        trouble: None,
        fix: None,
        positions_note: "Values at the close of 19 Nov, unless a date says otherwise".into(),
        positions: vec![
            p("Larchmont Target 2045 Fund", "LTFX · Fund", "6,120.441", "$31.42", "19 Nov", "$192,304.26", "$148,210.55"),
            p("Fennel Robotics Stock Fund", "no ticker · Employer stock", "1,850.000", "$42.10", "18 Nov", "$77,885.00", ""),
            p("Broad US Index Fund, class R", "BUSR · Fund", "512.337", "$148.93", "19 Nov", "$76,302.35", "$51,877.20"),
            p("Cash", "US dollars", "", "", "", "$1,250.00", "n/a"),
        ],
        positions_total: "$409,679.98".into(),
        reported_name: "Total that Larchmont reports".into(),
        reported: "$412,380.00".into(),
        gap: Some(Gap { amount: "$2,700.02".into(), percent: "0.65%".into() }),
        total: "$412,380".into(),
        change: "+$9,940 since 30 September".into(),
        facts: vec![
            Fact::new("Institution", "Larchmont Workplace").more("work.larchmont.example").link("https://work.larchmont.example"),
            Fact::new("Source", "Asset Sync, through Plaid"),
            Fact::new("Permission", "Ngozi, 3 Mar 2026").more("Ends 3 Mar 2027"),
            Fact::new("Value as of", "Thu 19 Nov, market close"),
            Fact::new("Last synced", "Today, 6:12 AM"),
            Fact::new("Received", "Today, 6:12:04 AM"),
            Fact::new("Attempted", "Today, 9:40 AM").more("Nothing newer at Larchmont yet"),
            Fact::new("Next values", "Tomorrow, about 6 AM"),
        ],
        history: vec![
            happened("today, 6:12 AM", "New values as of 19 Nov", "+$1,204"),
            happened("3 Mar 2026, 4:40 PM", "Connected by Ngozi", "$361,022"),
        ],
        can_mute: true,
        can_disconnect: true,
        can_delete: true,
        send_link: String::new(),
        unmute: String::new(),
        edit: String::new(),
        stream: String::new(),
        risk: None,
    }
    .to_string()
}

fn ask() -> String {
    Ask {
        shell: shell(Here::Households),
        problems: Problems::default(),
        title: "Mute Workplace 401(k)?".into(),
        paragraphs: vec![
            "Values stop arriving, and the account leaves the totals. Its history stays.".into(),
            "It is the last live account at Larchmont Workplace, so we also end Ngozi’s permission there and show you when the provider confirms it.".into(),
            "To unmute it, Ngozi needs a fresh link.".into(),
        ],
        action: "#".into(),
        yes: "Mute account".into(),
        no: "Keep it as it is".into(),
        back: "account.html".into(),
        typed: None,
        danger: true,
    }
    .to_string()
}
