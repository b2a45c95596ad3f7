//! The reports, drawn through a lens. Each asks for its right before anything is read.

use super::words::See;
use crate::Web;
use crate::balance_sheet::side;
use crate::household_words::{held_away_share, total};
use crate::icons as icon;
use crate::respond::{Answer, Page};
use crate::view::map::MapAct;
use crate::view::portal::{PortalBalanceSheet, PortalFinancials, PortalMap, PortalMember, PortalMembers, PortalPolicies, PortalShell};
use crate::view::states::Told;
use crate::view::words;
use app::households::Member;
use app::portal::Lens;
use app::portal_reports::{self as read, About, Holdings, Item};
use app::portfolios::Feed;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::fact::MemberRole;
use model::portal::Area;

pub(super) fn see<'a>(shell: &'a PortalShell, lens: &'a Lens, h: &'a Holdings) -> See<'a> {
    See { shell, lens, about: &h.about, members: &h.members }
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

/// The day, or about which year; not known is said.
fn born(m: &Member) -> String {
    match (m.born, m.born_year) {
        (Some(day), _) => words::day(day),
        (None, Some(year)) => format!("About {year}"),
        (None, None) => "Not recorded".into(),
    }
}

/// "46 years old", "Dependant, 15 years old".
fn describe(m: &Member, about: &About) -> String {
    let age = Some(crate::members::age(m, about.today)).filter(|a| !a.is_empty());
    let role = match m.role {
        MemberRole::Adult => None,
        MemberRole::Dependant => Some("Dependant".to_owned()),
        other => Some(other.words().to_owned()),
    };
    [role, age].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub async fn financials(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::Financials).await?;
    let see = see(&shell, lens, &h);
    let risk = app::risk::shared(&web.app, lens).await?.filter(|s| !s.all.inputs.positions.is_empty());
    let income = app::income::shared(&web.app, lens).await?;
    let view = PortalFinancials {
        income: (!income.is_empty()).then(|| crate::income::rows(&income, &h.members, h.about.today, None)),
        risk: risk.as_ref().map(crate::risk::shared),
        report: see.report(Area::Financials, Some(&h)),
        groups: h.groups().iter().map(|g| see.group(g)).collect(),
        total: total(&h.sums.total),
        add: see.add(),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

/// Of any day, by what is known now.
pub async fn balance_sheet(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let h = read::report(&web.app, lens, Area::BalanceSheet).await?;
    let sheet = app::balance_sheet::shared(&web.app, lens, &shell.day).await?;
    let h = h.on(&sheet);
    let see = see(&shell, lens, &h);
    let (assets, debts) = h.sides();
    let here = see.at("balance-sheet");
    let link = |d: model::Date| if d == sheet.today { here.clone() } else { format!("{here}?day={d}") };
    let group = |g: &read::Group| {
        let mut out = see.group(g);
        for (shown, i) in out.items.iter_mut().zip(&g.items) {
            shown.old = sheet.is_old(&i.account);
        }
        out
    };
    let view = PortalBalanceSheet {
        report: see.report(Area::BalanceSheet, Some(&h)),
        control: crate::balance_sheet::control(&sheet, &here, Vec::new(), link),
        as_of: crate::balance_sheet::as_of(&sheet),
        charts: crate::balance_sheet::charts(&sheet),
        kpis: vec![
            ("Net worth", total(&h.sums.total)),
            ("Assets", side(&assets)),
            ("Debts", side(&debts)),
            ("Held away", held_away_share(&h.sums)),
        ],
        groups: h.groups().iter().map(group).collect(),
        totals: crate::balance_sheet::net(&h.sums.total),
        notes: crate::balance_sheet::notes(&sheet),
        any_old: h.items.iter().any(|i| sheet.is_old(&i.account)),
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
        named: crate::beneficiaries::view(&known.rows, &known.members, |row| (links(row).0, String::new())),
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
                ("Part", if m.role == MemberRole::Dependant { "Dependant".into() } else { m.role.words().into() }),
                ("Born", born(m)),
                ("E-mail", given(&m.email)),
                ("Telephone", given(&m.phone)),
            ]
            .into_iter()
            .filter(|(name, _)| *name != "Born" || m.role.is_person())
            .collect(),
            wrong: see.flag(&m.id.to_string(), &m.name),
        }
    };
    let rows = members.iter().map(row).collect();
    Ok(Page(PortalMembers { report: see.report(Area::Members, None), members: rows, shell: shell.clone() }).into_response())
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
