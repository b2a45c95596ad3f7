//! Portfolios, and a new account in one of them.

use crate::Page;
use crate::sample::{household, kpi, shell};
use model::AccountKind;
use web::view::household::{AccountRow, Seg, Synced, Tab, account_colour, account_icon};
use web::view::kit::{Field, FieldKind, Pick, Problems, Select};
use web::view::portfolio::{AccountByHand, AccountNew, AssetSyncOffer, Portfolio, type_choices};
use web::view::shell::{Here, Tone};

pub fn pages() -> Vec<Page> {
    let offer = AssetSyncOffer::Yes { href: "asset-sync.html".into() };
    let mut p = portfolio(AssetSyncOffer::No, Vec::new());
    (p.types, p.title, p.start) = (type_choices("/households/hh_1", "proposed", AssetSyncOffer::No), "Proposed portfolio".into(), None);
    vec![
        ("portfolio", portfolio(offer.clone(), rows()).to_string()),
        ("portfolio-no-plan", portfolio(AssetSyncOffer::NotInPlan, rows()).to_string()),
        ("portfolio-empty", portfolio(offer.clone(), Vec::new()).to_string()),
        ("portfolio-120", portfolio(offer.clone(), rows().into_iter().cycle().take(120).collect()).to_string()),
        ("portfolio-proposed", p.to_string()),
        ("account-new", account_new(offer)),
        ("account-by-hand", by_hand()),
    ]
}

fn rows() -> Vec<AccountRow> {
    use AccountKind::*;
    let row = |kind, name: &str, place: &str, tone: Option<Tone>, owner: &str, source: &str, away, as_of: &str, value: &str| AccountRow {
        href: "account.html".into(),
        name: name.into(),
        place: place.into(),
        kind: account_colour(kind),
        icon: account_icon(kind),
        synced: tone.map(|tone| Synced {
            tone,
            account: name.into(),
            last: if tone == Tone::Ok { "Last synced today, 6:12 AM" } else { "Last synced 9 Nov, 6:04 AM" }.into(),
            more: vec!["Value as of 19 Nov, market close".into(), "Last attempted today, 9:40 AM: nothing newer".into()],
        }),
        owner: owner.into(),
        source: source.into(),
        held_away: away,
        muted: name == "Old savings",
        as_of: as_of.into(),
        value: value.into(),
    };
    vec![
        row(
            Retirement,
            "Workplace 401(k)",
            "Larchmont Workplace ••4821",
            Some(Tone::Ok),
            "Ngozi",
            "Asset Sync",
            true,
            "19 Nov 2026",
            "$412,380",
        ),
        row(Retirement, "Rollover IRA", "Harbor & Vale ••9034", None, "Ngozi", "Custody feed", false, "19 Nov 2026", "$208,900"),
        row(HealthSavings, "HSA", "Pinecrest Health Savings ••7702", Some(Tone::Bad), "Ngozi", "Asset Sync", true, "6 Nov 2026", "$31,270"),
        row(Retirement, "Swedish pension", "Statement, Sept 2026", None, "Erik", "By hand", true, "30 Sep 2026", "$88,000"),
        row(Brokerage, "Brokerage", "Northgate Brokerage ••2210", Some(Tone::Warn), "Erik", "Asset Sync", true, "16 Oct 2026", "$61,450"),
        row(Business, "Lindqvist Studio", "Book value", None, "Erik", "By hand", true, "2 Oct 2026", "$120,000"),
        row(
            Checking,
            "Joint checking",
            "Bluewater Credit Union ••0417",
            Some(Tone::Ok),
            "Joint",
            "Asset Sync",
            true,
            "20 Nov 2026",
            "$24,610",
        ),
        row(Savings, "Old savings", "Bluewater Credit Union ••0425", None, "Joint", "Asset Sync", true, "2 Mar 2026", "$78,940"),
        row(
            Mortgage,
            "Mortgage, 14 Orchard Lane",
            "Meridian Home Loans ••5518",
            Some(Tone::Ok),
            "Joint",
            "Asset Sync",
            true,
            "18 Nov 2026",
            "−$412,750",
        ),
        row(Education, "529 college plan", "Tessera 529 ••8841", Some(Tone::Ok), "Ada", "Asset Sync", true, "19 Nov 2026", "$64,300"),
    ]
}

fn portfolio(offer: AssetSyncOffer, rows: Vec<AccountRow>) -> Portfolio {
    Portfolio {
        shell: shell(Here::Households),
        hh: household(Tab::Portfolio),
        doubled: None,
        title: "Current portfolio".into(),
        kinds: vec![Seg::new("Current", "portfolio.html", true), Seg::new("Proposed", "portfolio-proposed.html", false)],
        shows: vec![Seg::new("Everything", "#e", true), Seg::new("Held away", "#h", false), Seg::new("Managed here", "#m", false)],
        start: matches!(offer, AssetSyncOffer::Yes { .. }).then(|| "asset-sync.html".into()),
        types: type_choices("/households/hh_1", "current", offer),
        kpis: vec![
            kpi("Current portfolio", "$1,776,390", "14 accounts, 5 owners"),
            kpi("Held away", "$922,650", "52% of the portfolio"),
            kpi("Freshness", "2", "Newest today 6:12 AM · oldest 30 Sep").unit("out of date"),
        ],
        rows,
        total: "$1,776,390".into(),
        has_synced: true,
        stream: String::new(),
    }
}

fn account_new(offer: AssetSyncOffer) -> String {
    let types = type_choices("/households/hh_1", "current", offer);
    AccountNew { shell: shell(Here::Households), hh: household(Tab::Portfolio), title: "Current portfolio".into(), types }.to_string()
}

fn by_hand() -> String {
    let value = Field::new("value", "Value").kind(FieldKind::Amount).value("12,x00").error("Enter an amount, such as 12,500.00");
    AccountByHand {
        shell: shell(Here::Households),
        hh: household(Tab::Portfolio),
        action: "#".into(),
        type_name: "Bank account".into(),
        problems: Problems::of([value.problem()]),
        hidden: vec![("type", "bank".into())],
        name: Field::new("name", "Name of the account").value("Savings in Malmö"),
        kind: Select::new("kind", "Kind", vec![Pick::new("savings", "Savings", true)]),
        owner: Select::new("owner", "Owner", vec![Pick::new("m2", "Erik", true), Pick::new("joint", "Joint", false)]),
        institution: Field::new("institution", "Institution").optional(),
        mask: Field::new("mask", "Last four digits").optional(),
        value,
        currency: Select::new("currency", "Currency", vec![Pick::new("SEK", "SEK, Swedish kronor", true)]),
        as_of: Field::new("as_of", "As of").kind(FieldKind::Date).value("2026-11-20"),
        custody: Select::new("custody", "Custody", vec![Pick::new("away", "Held away", true), Pick::new("here", "Managed here", false)]),
        cancel: "portfolio.html".into(),
    }
    .to_string()
}
