//! The reports, drawn through a lens. Each asks for its right before anything is read.

use super::words::See;
use crate::Web;
use crate::household_words::{held_away_share, mask, near, total};
use crate::icons as icon;
use crate::respond::{Answer, Page};
use crate::view::kit::Chip;
use crate::view::map::MapAct;
use crate::view::portal::{
    PortalBalanceSheet, PortalFinancials, PortalMap, PortalMember, PortalMembers, PortalPolicies, PortalShell, PortalSignal, PortalSignals,
};
use crate::view::shell::Tone;
use crate::view::states::Told;
use crate::view::words;
use app::households::Member;
use app::portal::Lens;
use app::portal_reports::{self as read, About, Holdings, Item};
use app::portfolios::Feed;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::Money;
use model::fact::MemberRole;
use model::money::Total;
use model::portal::Area;

fn see<'a>(shell: &'a PortalShell, lens: &'a Lens, h: &'a Holdings) -> See<'a> {
    See { shell, lens, about: &h.about, members: &h.members }
}

/// A side of the balance: nothing there is said as such.
fn side(t: &Total) -> String {
    if t.by_currency.is_empty() && t.unknown == 0 { "None recorded".into() } else { total(t) }
}

pub async fn map(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::Map).await?;
    let insured = h.items.iter().filter(|i| i.account.kind == model::AccountKind::Insurance);
    let insured: Vec<model::AccountId> = insured.map(|i| i.account.id).collect();
    let policies = app::household_map::policies(&web.app, lens, &insured).await?;
    let see = see(&shell, lens, &h);
    let entry = |i: &'_ Item| see.item(i).source;
    let source = crate::map::Source {
        household: &lens.household_name,
        at: see.at("map"),
        members: &h.members,
        entries: h.items.iter().map(|i| crate::map::Entry { account: &i.account, feed: i.feed.as_ref(), source: entry(i) }).collect(),
        policies: &policies,
        now: h.about.now,
        today: h.about.today,
        zone: &h.about.zone,
        choice: shell.choice,
        eyes: &Clients { see: &see, holdings: &h },
    };
    let parts = crate::map::parts(&source);
    let view = PortalMap { report: see.report(Area::Map, Some(&h)), parts, add: see.add(), shell: shell.clone() };
    Ok(Page(view).into_response())
}

/// What a client sees of an item of the map and can do with it: its page where that is shared, and saying that something looks wrong.
struct Clients<'a> {
    see: &'a See<'a>,
    holdings: &'a Holdings,
}

impl crate::map::Eyes for Clients<'_> {
    fn told(&self, feed: &Feed, old: bool) -> Told {
        self.see.told(feed, old)
    }
    fn href(&self, e: &crate::map::Entry<'_>) -> String {
        let item = self.holdings.items.iter().find(|i| i.account.id == e.account.id);
        match item.is_some_and(|i| read::sees(self.see.lens, i)) {
            true => self.see.at(&format!("accounts/{}", e.account.id)),
            false => String::new(),
        }
    }
    fn acts(&self, e: &crate::map::Entry<'_>, _: Option<&Told>) -> Vec<MapAct> {
        if self.see.shell.preview.is_some() {
            return Vec::new();
        }
        let href = self.href(e);
        let open = (!href.is_empty()).then(|| MapAct { icon: icon::RIGHT, word: "Open account".into(), href, sheet: false });
        let href = format!("{}?about={}", self.see.at("wrong"), e.account.id);
        let wrong = MapAct { icon: icon::FLAG, word: "Something looks wrong".into(), href, sheet: false };
        open.into_iter().chain([wrong]).collect()
    }
}

/// "46 years old", "Dependant, 15 years old".
fn describe(m: &Member, about: &About) -> String {
    let years = m.born.and_then(|b| b.until((jiff::Unit::Year, about.today)).ok()).map(|s| s.get_years()).filter(|y| *y >= 0);
    let age = years.map(|y| format!("{y} years old"));
    let role = (m.role == MemberRole::Dependant).then(|| "Dependant".to_owned());
    [role, age].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub async fn financials(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::Financials).await?;
    let see = see(&shell, lens, &h);
    let risk = app::risk::shared(&web.app, lens).await?.filter(|s| !s.all.inputs.positions.is_empty());
    let view = PortalFinancials {
        risk: risk.as_ref().map(crate::risk::shared),
        report: see.report(Area::Financials, Some(&h)),
        groups: h.groups().iter().map(|g| see.group(g)).collect(),
        total: total(&h.sums.total),
        add: see.add(),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

pub async fn balance_sheet(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::BalanceSheet).await?;
    let see = see(&shell, lens, &h);
    let (assets, debts) = h.sides();
    let net = &h.sums.total;
    let several = net.by_currency.len() > 1;
    let totals = net.by_currency.iter().map(|(c, amount)| {
        let name = if several { format!("Net worth in {}", c.code()) } else { "Net worth".into() };
        (name, words::money_short(&Money::new(*amount, c.clone())))
    });
    let totals: Vec<_> = totals.collect();
    let view = PortalBalanceSheet {
        report: see.report(Area::BalanceSheet, Some(&h)),
        kpis: vec![("Net worth", total(net)), ("Assets", side(&assets)), ("Debts", side(&debts)), ("Held away", held_away_share(&h.sums))],
        groups: h.groups().iter().map(|g| see.group(g)).collect(),
        totals: if totals.is_empty() { vec![("Net worth".into(), "not known yet".into())] } else { totals },
        unknown: match net.unknown {
            0 => String::new(),
            n => format!("Not counted: {} whose value is not known.", words::count(n, "account", "accounts")),
        },
        any_old: h.items.iter().any(|i| i.is_old(h.about.today)),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

pub async fn policies(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::Policies).await?;
    let see = see(&shell, lens, &h);
    let known = app::policies::shared(&web.app, lens, &h).await?;
    // How old the other accounts are is no part of this report.
    let own = app::household_list::sums(h.items.iter().map(|i| &i.account), h.about.today);
    let fresh = Holdings { sums: own, ..h.clone() };
    let links = |row: &app::policies::Row| {
        let a = &row.account;
        let opens = h.items.iter().any(|i| i.account.id == a.id && read::sees(lens, i));
        (if opens { see.at(&format!("accounts/{}", a.id)) } else { String::new() }, Some(see.flag(&a.id.to_string(), &a.name)))
    };
    let view = PortalPolicies {
        report: see.report(Area::Policies, Some(&fresh)),
        parts: crate::policies::parts(&known, links),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

pub async fn members(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let (about, members) = read::members(&web.app, lens).await?;
    let see = See { shell: &shell, lens, about: &about, members: &members };
    let row = |m: &Member| {
        let given = |t: &Option<String>| t.clone().unwrap_or_else(|| "Not recorded".into());
        PortalMember {
            initials: words::initials(&m.name),
            name: m.name.clone(),
            about: describe(m, &about),
            facts: vec![
                ("Part", if m.role == MemberRole::Adult { "Adult".into() } else { "Dependant".into() }),
                ("Born", m.born.map_or_else(|| "Not recorded".into(), words::day)),
                ("E-mail", given(&m.email)),
                ("Telephone", given(&m.phone)),
            ],
            wrong: see.flag(&m.id.to_string(), &m.name),
        }
    };
    let rows = members.iter().map(row).collect();
    Ok(Page(PortalMembers { report: see.report(Area::Members, None), members: rows, shell: shell.clone() }).into_response())
}

/// No rule watches income or spending yet: what is told is what is known, the connections and the values that need attention.
pub async fn signals(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::Signals).await?;
    let see = see(&shell, lens, &h);
    let mut out = Vec::new();
    for feed in h.feeds.iter().filter(|f| f.state.needs_attention()) {
        let told = see.told(feed, false);
        out.push(PortalSignal {
            chip: told.chip.clone(),
            title: feed.institution.clone(),
            text: format!("{} {}", told.headline, told.sentence).trim().to_owned(),
            wrong: see.flag(&feed.id.to_string(), &feed.institution),
        });
    }
    for i in h.items.iter().filter(|i| i.account.state.counts()) {
        let known = app::household_list::worth(&i.account).is_some();
        let (word, text) = match (known, i.is_old(h.about.today), i.account.figures.as_of_day) {
            (false, ..) => ("No value", "No value has come yet. It is not counted as nothing; totals say that it is missing.".to_owned()),
            (true, true, Some(day)) => ("Out of date", format!("The last value is as of {}.", near(day, h.about.today))),
            _ => continue,
        };
        out.push(PortalSignal {
            chip: Chip::new(Tone::Warn, icon::CLOCK, word),
            title: format!("{} {}", i.account.name, mask(i.account.mask.as_ref())).trim().to_owned(),
            text,
            wrong: see.flag(Area::Signals.key(), &i.account.name),
        });
    }
    Ok(Page(PortalSignals { report: see.report(Area::Signals, Some(&h)), signals: out, shell: shell.clone() }).into_response())
}

/// The accounts of a report as a file, for whoever may print it. A cell that a spreadsheet could run is made harmless.
pub async fn file(web: &Web, lens: &Lens, area: Area) -> Answer {
    let h = read::export(&web.app, lens, area).await?;
    let shell = PortalShell::default();
    let see = see(&shell, lens, &h);
    let mut out = String::from("Kind,Account,Institution,Last digits,Owner,Value as of,Currency,Value\r\n");
    for g in h.groups() {
        for i in &g.items {
            let a = &i.account;
            let cells = [
                g.shelf.name().to_owned(),
                a.name.clone(),
                a.institution.clone(),
                a.mask.clone().unwrap_or_default(),
                see.owners(&a.owners),
                a.figures.as_of_day.map(|d| d.to_string()).unwrap_or_default(),
                a.figures.currency.as_ref().map(|c| c.code().to_owned()).unwrap_or_default(),
            ];
            let amount = a.figures.value.map(|v| v.to_string()).unwrap_or_default();
            out += &cells.iter().map(|c| crate::portfolios::cell(c)).chain([amount]).collect::<Vec<_>>().join(",");
            out += "\r\n";
        }
    }
    let note = format!("{}. {}", see.fresh(&h), super::words::disclaimer(&h.about));
    out += &crate::portfolios::cell(&note);
    out += "\r\n";
    let name = format!("attachment; filename=\"{}-{}.csv\"", area.key(), h.about.today);

    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, name.as_str())], out).into_response())
}
