//! How the portal says things: to this client, of their own sign-ins and of another adult's, in the firm's time zone.

use crate::household_words::{about_feed, freshness, mask, near, site, standing, times, total};
use crate::icons as icon;
use crate::view::connect::Place;
use crate::view::household::{Times, account_colour, account_icon};
use crate::view::kit::{Chip, Kind, Thumb};
use crate::view::portal::{AdviserCard, PortalAct, PortalGroup, PortalItem, PortalShell, ReportFrame};
use crate::view::shell::Tone;
use crate::view::states::{Reader, Told, told};
use crate::view::words;
use app::households::Member;
use app::portal::Lens;
use app::portal_reports::{About, Adviser, Group, Holdings, Item};
use app::portfolios::Feed;
use model::fact::Owner;
use model::portal::{Area, Right};
use model::shelf::Shelf;
use model::{AccountState, Custody, Source};

/// Through whose eyes, in whose household, in which frame.
pub struct See<'a> {
    pub shell: &'a PortalShell,
    pub lens: &'a Lens,
    pub about: &'a About,
    pub members: &'a [Member],
}

impl See<'_> {
    pub fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.shell.base)
    }

    /// "Something looks wrong", with what it is about (P37). In rows the flag alone is seen.
    pub fn wrong(&self, key: &str, name: &str) -> PortalAct {
        let href = format!("{}?about={key}", self.at("wrong"));
        PortalAct::link(self.shell, "btn quiet s", "Something looks wrong", href).icon(icon::FLAG.s()).about(name)
    }
    pub fn flag(&self, key: &str, name: &str) -> PortalAct {
        let href = format!("{}?about={key}", self.at("wrong"));
        let about = format!("Something looks wrong: {name}");
        PortalAct::link(self.shell, "btn quiet icon s flag", "", href).icon(icon::FLAG.s()).about(about)
    }

    /// *Add account* (E8): for those who may connect or enter.
    pub fn add(&self) -> Option<PortalAct> {
        let may = self.lens.holds(Right::Connect) || self.lens.holds(Right::AddFacts);
        may.then(|| PortalAct::link(self.shell, "btn primary noprint", "Add account", self.at("accounts/new")).icon(icon::PLUS.s()))
    }

    pub fn given(&self, feed: &Feed) -> String {
        self.members.iter().find(|m| m.id == feed.member).map_or_else(|| "another person".into(), |m| m.given.clone())
    }

    /// "Ngozi", "Joint", "Ngozi 60 %, Erik 40 %".
    pub fn owners(&self, owners: &[Owner]) -> String {
        crate::household_words::owners_among(owners, self.members)
    }

    pub fn own(&self, feed: &Feed) -> bool {
        feed.member == self.lens.member
    }

    /// What a connection's state says: to the client where it is theirs, of the other person where it is not (D14).
    pub fn told(&self, feed: &Feed, old: bool) -> Told {
        let now = self.about.now;
        let standing = standing(feed, old, now);
        let names = about_feed(feed, standing, &self.given(feed), &self.about.firm.name, now, &self.about.zone);
        told(standing, if self.own(feed) { Reader::Client } else { Reader::Adviser }, &names)
    }

    pub fn item(&self, i: &Item) -> PortalItem {
        let a = &i.account;
        let today = self.about.today;
        let place = format!("{} {}", a.institution, mask(a.mask.as_ref())).trim().to_owned();
        let by = i.added_by.and_then(|m| self.members.iter().find(|x| x.id == m));
        let source = match (by, a.source) {
            (Some(m), _) if m.id == self.lens.member => "Added by you".to_owned(),
            (Some(m), _) => format!("Added by {}", m.given),
            (None, Source::Aggregation) => "Connected".into(),
            (None, Source::Manual) => format!("Kept by {}", self.about.adviser_name()),
            (None, s) => crate::household_words::source(s).into(),
        };
        let old = i.is_old(today);
        let chip = match (&i.feed, a.state) {
            (_, AccountState::Muted) => Some(Chip::new(Tone::Idle, icon::MUTE, "Not counted")),
            (_, AccountState::Disconnected) => Some(Chip::new(Tone::Idle, icon::UNLINK, "Disconnected")),
            (Some(f), _) if f.refreshing => Some(Chip::new(Tone::Info, icon::REFRESH, "Refreshing")),
            (Some(f), _) if f.state.waits_for_client() => Some(Chip::new(Tone::Bad, icon::STOP, "Needs attention")),
            _ if old => Some(Chip::new(Tone::Warn, icon::CLOCK, "Out of date")),
            _ => None,
        };
        let opens = app::portal_reports::sees(self.lens, i);
        PortalItem {
            name: a.name.clone(),
            place: if place.is_empty() { source.clone() } else { place },
            kind: account_colour(a.kind),
            icon: account_icon(a.kind),
            owner: self.owners(&a.owners),
            value: value(i),
            as_of: a.figures.as_of_day.map_or_else(|| "no value yet".into(), words::day),
            old,
            times: Times { account: a.name.clone(), lines: times(a, i.feed.as_ref(), today, self.about.now, &self.about.zone) },
            source,
            held_away: a.custody == Custody::HeldAway,
            chip,
            href: if opens { self.at(&format!("accounts/{}", a.id)) } else { String::new() },
            wrong: self.flag(&a.id.to_string(), &a.name),
        }
    }

    pub fn group(&self, g: &Group) -> PortalGroup {
        PortalGroup {
            name: g.shelf.name(),
            kind: shelf_kind(g.shelf),
            items: g.items.iter().map(|i| self.item(i)).collect(),
            total: total(&g.total),
        }
    }

    /// Head and foot of a report.
    pub fn report(&self, area: Area, holdings: Option<&Holdings>) -> ReportFrame {
        let (about, day) = (self.about, words::day(self.about.today));
        let who = about.adviser.as_ref().map_or(about.firm.name.as_str(), |a| a.name.as_str());
        let print = self.lens.holds(Right::Print(area));
        let file = print && matches!(area, Area::Financials | Area::BalanceSheet);
        ReportFrame {
            name: area.name(),
            household: self.lens.household_name.clone(),
            firm: about.firm.name.clone(),
            prepared: format!("{who}, {day}"),
            freshness: holdings.map_or_else(|| format!("As of {day}"), |h| self.fresh(h)),
            disclaimer: disclaimer(about),
            print,
            file: (file && self.shell.preview.is_none()).then(|| self.at(&format!("{}.csv", area.key()))),
            wrong: self.wrong(area.key(), ""),
            adviser: about.adviser_name().to_owned(),
        }
    }

    pub fn fresh(&self, h: &Holdings) -> String {
        let line = freshness(&h.sums, self.about.today);
        let line = line.strip_prefix("All ").map_or(line.clone(), |day| format!("All values as of {day}"));
        match h.sums.out_of_date {
            0 => line,
            n => format!("{line} · {n} out of date"),
        }
    }
}

pub fn value(i: &Item) -> String {
    app::household_list::worth(&i.account).map_or_else(|| "not provided".into(), |m| words::money_short(&m))
}

/// Ruling 12: on every report. The firm's own words where it has some.
pub fn disclaimer(about: &About) -> String {
    let own = about.firm.settings.disclaimer.trim();
    if own.is_empty() {
        "Values come from connected institutions, the custody feed and figures you gave us. They are not audited and are not an offer or \
         advice."
            .into()
    } else {
        own.to_owned()
    }
}

pub fn shelf_kind(s: Shelf) -> Kind {
    match s {
        Shelf::Retirement => Kind::Retire,
        Shelf::Property => Kind::Property,
        Shelf::Investments => Kind::Invest,
        Shelf::Cash => Kind::Cash,
        Shelf::Policies => Kind::Policy,
        Shelf::Debts => Kind::Debt,
    }
}

pub fn shelf_icon(s: Shelf) -> icon::Icon {
    match s {
        Shelf::Retirement => icon::RETIRE,
        Shelf::Property => icon::PROPERTY,
        Shelf::Investments => icon::TREND,
        Shelf::Cash => icon::WALLET,
        Shelf::Policies => icon::UMBRELLA,
        Shelf::Debts => icon::CARD,
    }
}

/// Whom a client reaches: the lead, or the firm itself when nobody leads.
pub fn card(about: &About) -> AdviserCard {
    let settings = &about.firm.settings;
    let dial = |p: &str| p.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    match &about.adviser {
        Some(a) => AdviserCard { picture: about.likeness.clone(), ..staff_card(a, &settings.support_phone) },
        None => AdviserCard {
            name: about.firm.name.clone(),
            title: "Your adviser’s firm".into(),
            initials: words::initials(&about.firm.name),
            picture: String::new(),
            email: settings.support_email.clone(),
            dial: dial(&settings.support_phone),
            phone: settings.support_phone.clone(),
        },
    }
}

fn staff_card(a: &Adviser, firm_phone: &str) -> AdviserCard {
    let phone = a.phone.clone().unwrap_or_else(|| firm_phone.to_owned());
    AdviserCard {
        name: a.name.clone(),
        title: a.title.clone().unwrap_or_else(|| "Your adviser".into()),
        initials: words::initials(&a.name),
        picture: String::new(),
        email: a.email.clone(),
        dial: phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        phone,
    }
}

pub fn place(feed: &Feed) -> Place {
    let href = feed.url.clone().filter(|u| u.starts_with("https://") || u.starts_with("http://")).unwrap_or_default();
    Place { name: feed.institution.clone(), site: site(&href), thumb: Thumb::of(&feed.institution), href }
}

/// "Value as of today", for one account.
pub fn as_of(i: &Item, about: &About) -> String {
    i.account.figures.as_of_day.map_or_else(|| "no value yet".into(), |d| near(d, about.today))
}
