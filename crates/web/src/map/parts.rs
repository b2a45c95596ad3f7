//! From what was loaded to what a map shows: chosen, laid out, added up, put into words. The list has the same figures as the drawing.

use crate::household_words::{mask, near, owners_among, total};
use crate::view::household::account_icon;
use crate::view::kit::Kind;
use crate::view::map::{Choice, Freshness, Map, MapAct, MapItem, MapParts, MapPerson, MapShelf, Panel, Part, Purse, Who};
use crate::view::states::Told;
use crate::view::words;
use app::accounts::Account;
use app::households::Member;
use app::portfolios::Feed;
use jiff::tz::TimeZone;
use model::detail::Policy;
use model::fact::MemberRole;
use model::map::{Household, Item, Of, Person, Shelf as Placed, lay, width};
use model::money::Total;
use model::shelf::Shelf;
use model::sums::{Sums, is_out_of_date};
use model::{AccountId, AccountState, Custody, Date, Decimal, Money, Source as Origin, Time};
use std::collections::HashMap;

/// The order of the shelves, from the top.
pub(super) const ORDER: [Shelf; 6] = [Shelf::Retirement, Shelf::Cash, Shelf::Investments, Shelf::Property, Shelf::Policies, Shelf::Debts];

/// Whose eyes see it: what a feed's state says to them, where an item leads them, what they can do with it.
pub(crate) trait Eyes {
    fn told(&self, feed: &Feed, old: bool) -> Told;
    /// "" where it leads nowhere.
    fn href(&self, e: &Entry<'_>) -> String;
    fn acts(&self, e: &Entry<'_>, told: Option<&Told>) -> Vec<MapAct>;
}

pub(crate) struct Entry<'a> {
    pub account: &'a Account,
    pub feed: Option<&'a Feed>,
    /// "Asset Sync", "Added by you".
    pub source: String,
}

pub(crate) struct Source<'a> {
    pub household: &'a str,
    /// The page's own address.
    pub at: String,
    pub members: &'a [Member],
    pub entries: Vec<Entry<'a>>,
    pub policies: &'a HashMap<AccountId, Policy>,
    pub now: Time,
    pub today: Date,
    pub zone: &'a TimeZone,
    pub choice: Choice,
    pub eyes: &'a dyn Eyes,
}

/// One entry with what is known of it.
pub(super) struct Thing<'a> {
    pub account: &'a Account,
    pub shelf: Shelf,
    value: Option<Money>,
    cover: Option<Money>,
    pub whose: Who,
    pub item: MapItem,
}

pub(crate) fn parts(s: &Source<'_>) -> MapParts {
    let all: Vec<Thing<'_>> = s.entries.iter().map(|e| s.thing(e)).collect();
    let sums = |things: &[&Thing<'_>]| app::household_list::sums(things.iter().map(|t| t.account), s.today);
    let everything: Vec<&Thing<'_>> = all.iter().collect();
    let shown: Vec<&Thing<'_>> = all.iter().filter(|t| s.keeps(t)).collect();
    let found = sums(&shown);
    let (assets, debts) = sides(&shown);
    let side = |t: &Total| if t.by_currency.is_empty() && t.unknown == 0 { "none recorded".into() } else { total(t) };
    MapParts {
        tools: s.tools(&all, &sums(&everything), shown.len()),
        listed: s.choice.list,
        totals: vec![("Net worth", total(&found.total)), ("Assets", side(&assets)), ("Debts", side(&debts))],
        cards: s.cards(&shown),
        map: s.map(&shown, &found),
        empty: all.is_empty(),
    }
}

/// What is owned and what is owed.
fn sides(things: &[&Thing<'_>]) -> (Total, Total) {
    let side = |debts: bool| {
        let mut t = Total::default();
        for x in things.iter().filter(|x| x.account.state.counts() && x.account.kind.is_debt() == debts) {
            t.add(x.value.as_ref());
        }
        t
    };
    (side(false), side(true))
}

/// What things of one shelf add up to; of policies without a value, what they cover.
pub(super) fn sum(things: &[&Thing<'_>]) -> Total {
    let mut t = Total::default();
    for x in things.iter().filter(|x| x.account.state.counts()) {
        t.add(x.value.as_ref());
    }
    t
}

pub(super) fn sum_words(things: &[&Thing<'_>]) -> String {
    let t = sum(things);
    let counted: Vec<_> = things.iter().filter(|x| x.account.state.counts()).collect();
    if t.by_currency.is_empty() && !counted.is_empty() && counted.iter().all(|x| x.cover.is_some()) {
        let mut covers = Total::default();
        for x in &counted {
            covers.add(x.cover.as_ref());
        }
        return format!("{} cover", total(&covers));
    }
    if counted.is_empty() { "not counted".into() } else { total(&t) }
}

/// The same where there is little room: a sum is never cut.
fn sum_short(things: &[&Thing<'_>]) -> String {
    let t = sum(things);
    let unknown = if t.unknown > 0 { format!(", {} unknown", t.unknown) } else { String::new() };
    match t.by_currency.len() {
        0 | 1 => String::new(),
        n => format!("{n} currencies{unknown}"),
    }
}

impl Source<'_> {
    fn thing<'a>(&self, e: &Entry<'a>) -> Thing<'a> {
        let a = e.account;
        let old = is_out_of_date(a.source, a.figures.as_of_day, self.today);
        let told = e.feed.map(|f| self.eyes.told(f, old));
        let fresh = self.fresh(e, old);
        let value = app::household_list::worth(a);
        let cover = self.policies.get(&a.id).and_then(|p| Some(Money::new(p.cover?, p.currency.clone())));
        let (shown, unit) = match (&value, &cover) {
            (Some(v), _) => (words::money_short(v), ""),
            (None, Some(c)) => (words::money_short(c), "cover"),
            (None, None) => ("not provided".to_owned(), ""),
        };
        let place = format!("{} {}", a.institution, mask(a.mask.as_ref())).trim().to_owned();
        let shelf = Shelf::of(a.kind);
        let mut times = self.times(e, fresh, told.as_ref());
        times.extend(value.as_ref().and(cover.as_ref()).map(|c| format!("{} cover", words::money_short(c))));
        let item = MapItem {
            id: format!("i-{}", a.id),
            name: a.name.clone(),
            place: if place.is_empty() { e.source.clone() } else { place },
            kind: colour(shelf),
            icon: account_icon(a.kind),
            unknown: value.is_none() && cover.is_none(),
            value: shown,
            unit,
            held_away: a.custody == Custody::HeldAway,
            freshness: fresh,
            owner: match a.owners.as_slice() {
                [] => "owner not set".into(),
                many => owners_among(many, self.members),
            },
            as_of: a.figures.as_of_day.map_or_else(|| "no value yet".into(), words::day),
            times,
            href: self.eyes.href(e),
            acts: self.eyes.acts(e, told.as_ref()),
        };
        let own: Vec<_> = a.owners.iter().filter(|o| self.members.iter().any(|m| m.id == o.member)).collect();
        let whose = match own.as_slice() {
            [] => Who::Nobody,
            [one] => Who::Member(one.member),
            _ => Who::Joint,
        };
        Thing { account: a, shelf, value, cover, whose, item }
    }

    fn fresh(&self, e: &Entry<'_>, old: bool) -> Freshness {
        match (e.account.state, e.feed, e.account.source) {
            (AccountState::Muted | AccountState::Deleted, ..) => Freshness::Muted,
            (AccountState::Disconnected, ..) => Freshness::Ended,
            (_, Some(f), _) if f.refreshing => Freshness::Syncing,
            (_, Some(f), _) if f.state.needs_attention() => Freshness::Attention,
            _ if old => Freshness::Old,
            (_, Some(_), _) => Freshness::InSync,
            (_, None, Origin::Manual) => Freshness::ByHand,
            _ => Freshness::Given,
        }
    }

    /// When it came, of when it is, and what is the matter (D12).
    fn times(&self, e: &Entry<'_>, fresh: Freshness, told: Option<&Told>) -> Vec<String> {
        let f = &e.account.figures;
        let last = f.confirmed_at.max(f.received_at);
        let moment = |t: Time| words::moment(t, self.now, self.zone);
        let came = |word: &str| last.map_or_else(|| "Not synced yet".to_owned(), |t| format!("{word} {}", moment(t)));
        let mut out = match fresh {
            Freshness::InSync => vec![came("Synced")],
            Freshness::Syncing => vec!["Syncing now".into(), came("Last synced")],
            Freshness::Attention | Freshness::Old | Freshness::Ended if e.feed.is_some() => vec![came("Last synced")],
            Freshness::ByHand => vec![last.map_or_else(|| "Entered by hand".into(), |t| format!("Entered by hand {}", moment(t)))],
            Freshness::Muted => vec!["Not counted in any total".into()],
            _ => vec![e.source.clone()],
        };
        out.push(f.as_of_day.map_or_else(|| "No value yet".into(), |d| format!("Value as of {}", near(d, self.today))));
        out.extend(told.filter(|t| t.bar() && fresh == Freshness::Attention).map(|t| t.headline.clone()));
        out
    }

    fn keeps(&self, t: &Thing<'_>) -> bool {
        let c = &self.choice;
        let who = match c.who {
            None => true,
            Some(Who::Member(m)) => t.account.owners.iter().any(|o| o.member == m),
            Some(whose) => t.whose == whose,
        };
        who && c.kind.is_none_or(|k| t.shelf == k)
            && c.custody.is_none_or(|k| t.account.custody == k)
            && c.state.is_none_or(|s| {
                t.item.freshness == s
                    || (s == Freshness::Old
                        && is_out_of_date(t.account.source, t.account.figures.as_of_day, self.today)
                        && t.account.state.counts())
            })
    }

    pub(super) fn person(&self, m: &Member) -> MapPerson {
        MapPerson {
            id: format!("w-{}", m.id),
            name: m.name.clone(),
            about: match (m.role.is_person(), m.born_year) {
                (false, _) => m.role.words().to_owned(),
                (true, Some(y)) if m.born.is_none() => format!("about {} years old", (self.today.year() - y).max(0)),
                _ => crate::members::age(m, self.today),
            },
            initials: words::initials(&m.name),
            adult: m.role == MemberRole::Adult,
        }
    }

    fn map(&self, things: &[&Thing<'_>], sums: &Sums) -> Map {
        let people: Vec<MapPerson> = self.members.iter().map(|m| self.person(m)).collect();
        let panel = self.panel(things, sums);
        let place = |m| self.members.iter().position(|x| x.id == m);
        let item = |t: &&Thing<'_>| Item {
            shelf: ORDER.iter().position(|s| *s == t.shelf).unwrap_or_default() as u8,
            owners: t.account.owners.iter().filter_map(|o| place(o.member)).collect(),
            wide: width(&t.item.value, 11.0) > 116.0,
        };
        let household = Household {
            people: people.iter().map(|p| Person { adult: p.adult }).collect(),
            items: things.iter().map(item).collect(),
            panel: panel.height(),
        };
        let drawing = lay(&household);
        let shelves = drawing.shelves.iter().map(|p| shelf(p, things, &people)).collect();
        let names: Vec<String> = self.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.given.clone()).collect();
        let about = format!(
            "{} in the centre, with what is theirs beside them, joint accounts below, children at the bottom. The list has the same figures.",
            if names.is_empty() { "The members".to_owned() } else { words::and(&names) }
        );
        let items = things.iter().map(|t| t.item.clone()).collect();
        Map { household: self.household.to_owned(), about, drawing, items, people, shelves, panel }
    }

    fn panel(&self, things: &[&Thing<'_>], sums: &Sums) -> Panel {
        let (assets, debts) = sides(things);
        let words_of = |t: &Total, c: &model::Currency| {
            t.by_currency.get(c).map_or_else(|| "none".to_owned(), |a| words::money_short(&Money::new(*a, c.clone())))
        };
        let purses = sums.total.by_currency.keys().map(|c| Purse {
            net: words_of(&sums.total, c),
            assets: words_of(&assets, c),
            debts: words_of(&debts, c),
            held_away: words_of(&sums.held_away, c),
            managed: words_of(&sums.managed, c),
        });
        let mut missing = Vec::new();
        if sums.total.unknown > 0 {
            missing.push(format!("{} without a value", words::count(sums.total.unknown, "account", "accounts")));
        }
        if sums.muted > 0 {
            missing.push(format!("{} muted", sums.muted));
        }
        Panel {
            caption: if self.choice.narrows() { "Net worth of what is shown" } else { "Household net worth" },
            purses: purses.collect(),
            note: if missing.is_empty() { String::new() } else { format!("Not counted: {}.", missing.join(", ")) },
            parts: if sums.total.by_currency.len() == 1 { shares(things) } else { Vec::new() },
        }
    }
}

/// The words of one shelf of the drawing.
fn shelf(p: &Placed, things: &[&Thing<'_>], people: &[MapPerson]) -> MapShelf {
    let on: Vec<&Thing<'_>> = p.items.iter().filter_map(|n| things.get(*n)).copied().collect();
    let (whose, list) = match p.of {
        Of::Person(n) => people.get(n).map(|x| (x.name.clone(), x.id.clone())).unwrap_or_default(),
        Of::Joint => ("Joint".into(), "w-joint".into()),
        Of::Nobody => ("Owner not set".into(), "w-nobody".into()),
    };
    let kind = p.kind.and_then(|k| ORDER.get(usize::from(k))).copied();
    let (name, short) = match (kind, p.of) {
        (Some(s), _) => names(s),
        (None, Of::Nobody) => ("Owner not set", "Owner not set"),
        (None, _) => ("Accounts", "Accounts"),
    };
    let first = on.first().map_or(Kind::Invest, |t| t.item.kind);
    MapShelf { whose, name, short, kind: kind.map_or(first, colour), sum: sum_words(&on), sum_short: sum_short(&on), list }
}

/// As shelves are called on the map, and where there is little room.
pub(super) fn names(s: Shelf) -> (&'static str, &'static str) {
    match s {
        Shelf::Investments => ("Investments and business", "Investments"),
        Shelf::Policies => ("Policies", "Policies"),
        other => (other.name(), other.name()),
    }
}

pub(super) fn colour(s: Shelf) -> Kind {
    crate::portal::shelf_kind(s)
}

/// What each kind is of all that is owned; where something is owed to the household under a kind, it is not drawn.
fn shares(things: &[&Thing<'_>]) -> Vec<Part> {
    let own = |s: Shelf| -> Decimal {
        let on = things.iter().filter(|t| t.shelf == s && t.account.state.counts());
        on.filter_map(|t| t.value.as_ref()).map(|m| m.amount).filter(|a| *a > Decimal::ZERO).sum()
    };
    let kinds = [Shelf::Retirement, Shelf::Investments, Shelf::Property, Shelf::Cash, Shelf::Policies];
    let each = kinds.map(|s| (s, own(s)));
    let whole: Decimal = each.iter().map(|(_, a)| *a).sum();
    let part = |(s, a): (Shelf, Decimal)| {
        let share = a.checked_div(whole)?.checked_mul(Decimal::ONE_THOUSAND)?;
        Some(Part {
            kind: colour(s),
            name: if s == Shelf::Investments { "Invested" } else { names(s).1 },
            share: share.try_into().unwrap_or(0),
            percent: words::share(a, whole),
        })
    };
    each.into_iter().filter(|(_, a)| *a > Decimal::ZERO).filter_map(part).collect()
}
