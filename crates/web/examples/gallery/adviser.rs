//! The adviser's pages with the data of the pictures.

use crate::Page;
use crate::sample::{household, larchmont, place, qr, shell};
use model::{AccountKind, ConnectionState};
use web::icons as icon;
use web::view::account::{Account, AsOf, Ask, Fact, Gap, Happened, Position, Refresh};
use web::view::asset_sync::{AssetSync, Launch, Letter, Share, Step};
use web::view::connections::{ConnAccount, ConnCard, ConnRow, Connections, FixBy, HouseholdAccounts};
use web::view::home::{Home, LinkOut, Needs, News, Stale};
use web::view::household::{AccountRow, Kpi, Seg, Synced, Tab, Times, account_colour, account_icon};
use web::view::households::{HouseholdNew, HouseholdRow, Households, Member, MemberRow, Members};
use web::view::kit::{Chip, Field, FieldKind, Kind, Pick, Problems, Select, Thumb};
use web::view::portfolio::{AccountByHand, AccountNew, AssetSyncOffer, Portfolio, type_choices};
use web::view::shell::{Here, Tone};
use web::view::states::{About, Reader, Standing, told};

pub fn pages() -> Vec<Page> {
    let offer = AssetSyncOffer::Yes { href: "asset-sync.html".into() };
    let mut pages = vec![
        ("home", home(false)),
        ("home-empty", home(true)),
        ("households", households(false)),
        ("households-empty", households(true)),
        ("household-new", household_new()),
        ("members", members()),
        ("member", member()),
        ("portfolio", portfolio(offer.clone(), rows()).to_string()),
        ("portfolio-no-plan", portfolio(AssetSyncOffer::NotInPlan, rows()).to_string()),
        ("portfolio-empty", portfolio(offer.clone(), Vec::new()).to_string()),
        ("portfolio-120", portfolio(offer.clone(), rows().into_iter().cycle().take(120).collect()).to_string()),
        ("account-new", account_new(offer)),
        ("account-by-hand", by_hand()),
        ("asset-sync", asset_sync(Launch::Ready, Share::Ready, false)),
        ("asset-sync-shown", asset_sync(shown(), link(), true)),
        ("account", account()),
        ("account-mute", ask()),
        ("household-accounts", household_accounts()),
        ("connections", connections()),
    ];
    let proposed = type_choices("/households/hh_1", "proposed", AssetSyncOffer::No);
    let mut p = portfolio(AssetSyncOffer::No, Vec::new());
    (p.types, p.title, p.start) = (proposed, "Proposed portfolio".into(), None);
    pages.push(("portfolio-proposed", p.to_string()));
    pages
}

fn kpi(name: &str, value: &str, detail: &str) -> Kpi {
    Kpi::new(name, value, detail)
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
        fresh,
    }
    .to_string()
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
        email: Field::new("email", "E-mail").kind(FieldKind::Email).optional(),
        phone: Field::new("phone", "Phone").optional(),
    }
    .to_string()
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

const LINK: &str = "heldaway.alderfinch.example/i#5TB8N-4XQ2R-H7VMC-9WKD3-P6ZJYG";

fn shown() -> Launch {
    Launch::Shown { qr: qr(), href: "start.html".into(), until: "Works for 60 minutes, once.".into() }
}
fn link() -> Share {
    Share::Shown { link: LINK.into(), qr: qr(), until: "Fri 27 Nov, 9:42 AM".into() }
}

fn asset_sync(launch: Launch, share: Share, sent: bool) -> String {
    let step = |done, now, title: &str, text: &str| Step { done, now, title: title.into(), text: text.into() };
    let steps = vec![
        step(true, false, "Created", "Fri 20 Nov, 9:42 AM, by you. Sent by e-mail at 9:44 AM"),
        step(true, false, "Opened", "Fri 20 Nov, 11:05 AM, Safari on a phone"),
        step(false, true, "Connected", "Waiting for Ngozi. You get a notice when an account arrives"),
    ];
    AssetSync {
        shell: shell(Here::Households),
        hh: household(Tab::Portfolio),
        at: "#".into(),
        close: "portfolio.html".into(),
        person: "Ngozi Okafor".into(),
        first: "Ngozi".into(),
        person_key: "m1".into(),
        prospect: false,
        people: vec![Pick::new("m1", "Ngozi Okafor", true), Pick::new("m2", "Erik Lindqvist", false)],
        purpose: String::new(),
        problems: Problems::default(),
        launch,
        share,
        letter: Letter {
            to: "ngozi@okafor.example".into(),
            cc: "maya@alderfinch.example".into(),
            subject: "Connect your accounts for our review".into(),
            paragraphs: vec![
                "Hello Ngozi,".into(),
                "This link lets you connect the accounts you hold elsewhere. Open it, choose Get started, find your institution and sign in there. It takes about two minutes and works until Friday 27 November.".into(),
            ],
            link: LINK.into(),
            dotted: "heldaway.alderfinch.example/i#•••••-•••••-•••••-•••••-••••••".into(),
            closing: vec!["Nobody at Alder & Finch will ask you for a password or a code. Help: help@alderfinch.example or 555-0142. Reply to this message to reach me.".into(), "Maya".into()],
            why_not: String::new(),
            sent: if sent { "Sent today, 9:44 AM".into() } else { String::new() },
        },
        state: sent.then(|| Chip::new(Tone::Info, icon::CLOCK, "Opened, not connected")),
        steps: if sent { steps } else { Vec::new() },
        revocable: sent,
        waiting: false,
        code: String::new(),
        hidden: Vec::new(),
    }
    .to_string()
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
