//! How what a household is made of reads on its pages: head, owners, sums, sources, and the words of a feed. Shared by its handlers.

use crate::session::Staff;
use crate::view::household::{AccountRow, HouseholdHead, Synced, Tab, account_colour, account_icon};
use crate::view::kit::Chip;
use crate::view::shell::Tone;
use crate::view::states::{About, Act, Reader, Standing, Told, told};
use crate::view::words;
use app::households::Found;
use app::portfolios::{Feed, Line};
use model::fact::{HouseholdStatus, Owner};
use model::link::Purpose;
use model::money::Total;
use model::permission::{Action, TeamRole, may};
use model::sums::{Sums, is_out_of_date};
use model::{AccountState, ConnectionState, Custody, Date, HouseholdId, Money, Source, Time};

/// `/households/hh_…`.
pub fn at(id: HouseholdId) -> String {
    format!("/households/{id}")
}

pub fn head(found: &Found, tab: Tab) -> HouseholdHead {
    let part = |role: TeamRole| match role {
        TeamRole::Lead => "lead",
        TeamRole::SubAdviser => "sub-adviser",
        TeamRole::Delegate => "delegate",
    };
    HouseholdHead {
        at: at(found.household.id),
        name: found.household.name.clone(),
        prospect: found.household.status == HouseholdStatus::Prospect,
        lead: found.lead.clone(),
        helpers: found.helpers.iter().map(|(name, role)| format!("{} {name}", part(*role))).collect::<Vec<_>>().join(", "),
        attention: found.attention,
        suggestions: found.suggestions,
        tab,
        sees_looks: may(Action::SeeLooks, found.standing),
        lets_in: may(Action::GrantSupport, found.standing),
    }
}

/// "Ngozi", "Joint", "Ngozi 60 %, Erik 40 %" where the shares are not equal.
pub fn owners(owners: &[Owner], found: &Found) -> String {
    owners_among(owners, &found.members)
}

/// The same where only the people are at hand.
pub fn owners_among(owners: &[Owner], members: &[app::households::Member]) -> String {
    let name = |o: &Owner| members.iter().find(|m| m.id == o.member).map_or("Former member", |m| m.given.as_str()).to_owned();
    match owners {
        [] => "Not set".into(),
        [one] => name(one),
        many if many.windows(2).all(|w| (w[0].share - w[1].share).abs() <= 1) => "Joint".into(),
        many => many.iter().map(|o| format!("{} {} %", name(o), share(o.share))).collect::<Vec<_>>().join(", "),
    }
}

/// Hundredths of a per cent as people write them.
pub fn share(hundredths: i64) -> String {
    model::Decimal::new(hundredths, 2).normalize().to_string()
}

/// A sum to the dollar; several currencies beside each other, what is unknown said, nothing known never zero.
pub fn total(t: &Total) -> String {
    let known: Vec<String> = t.by_currency.iter().map(|(c, a)| words::money_short(&Money::new(*a, c.clone()))).collect();
    match (known.is_empty(), t.unknown) {
        (true, 0) => "not yet".into(),
        (true, _) => "not provided".into(),
        (false, 0) => known.join(" + "),
        (false, n) => format!("{} and {n} unknown", known.join(" + ")),
    }
}

/// "52%"; "n/a" where there is nothing to divide, or several currencies.
pub fn held_away_share(sums: &Sums) -> String {
    sums.held_away_share().map_or_else(|| "n/a".into(), |(part, whole)| words::share(part, whole))
}

/// "Newest today · oldest 30 Sep".
pub fn freshness(sums: &Sums, today: Date) -> String {
    match (sums.newest, sums.oldest) {
        (Some(new), Some(old)) if new == old => format!("All {}", near(new, today)),
        (Some(new), Some(old)) => format!("Newest {} · oldest {}", near(new, today), near(old, today)),
        _ => "No values yet".into(),
    }
}

/// "today", "yesterday", "19 Nov".
pub fn near(day: Date, today: Date) -> String {
    match words::days_old(day, today) {
        0 => "today".into(),
        1 => "yesterday".into(),
        _ => words::day_near(day, today),
    }
}

pub fn source(s: Source) -> &'static str {
    match s {
        Source::Aggregation => "Asset Sync",
        Source::Integration => "Custody feed",
        Source::Manual => "By hand",
        Source::File => "From a file",
        Source::Model => "Model",
    }
}

pub fn mask(mask: Option<&String>) -> String {
    mask.filter(|m| !m.is_empty()).map_or_else(String::new, |m| format!("••{m}"))
}

/// For so long a provider that fails is told as "no new values": the next try usually mends it.
const PASSES: model::Span = model::Span::hours(2);

/// How a feed is told: what is under way and how old its values are count in.
pub fn standing(feed: &Feed, old: bool, now: Time) -> Standing {
    match feed.state {
        _ if feed.refreshing => Standing::Refreshing,
        ConnectionState::Healthy if feed.new_accounts => Standing::NewAccounts,
        ConnectionState::Healthy if old => Standing::OutOfDate,
        ConnectionState::ProviderDown if feed.failing_since.is_some_and(|t| now - t < PASSES) => Standing::NoValues,
        s => Standing::from(s),
    }
}

/// What the sentences about a feed name.
pub fn about_feed(feed: &Feed, standing: Standing, given: &str, firm: &str, now: Time, zone: &jiff::tz::TimeZone) -> About {
    let day = |t: Time| words::day(t.date(zone));
    let when = match (standing, feed.state) {
        (Standing::OutOfDate, _) => feed.succeeded_at.map(day),
        (_, ConnectionState::ConsentExpiring | ConnectionState::ConsentRevoked) => feed.consent_ends.map(day),
        (_, ConnectionState::RateLimited) => feed.next_expected.filter(|t| *t > now).map(|t| words::moment(t, now, zone)),
        _ => feed.failing_since.map(|t| words::moment(t, now, zone)),
    };
    let days = feed.succeeded_at.map_or(0, |t| words::days_old(t.date(zone), now.date(zone)));
    About {
        institution: feed.institution.clone(),
        name: given.to_owned(),
        firm: firm.to_owned(),
        when: when.unwrap_or_default(),
        age: if days > 1 { format!("{days} days ago") } else { String::new() },
        rate: String::new(),
        reference: feed.reference.clone().unwrap_or_else(|| "none".into()),
    }
}

/// What a feed says to the adviser, with the age of one account's value counted in.
pub fn feed_told(feed: &Feed, old: bool, given: &str, staff: &Staff, now: Time) -> Told {
    let standing = standing(feed, old, now);
    told(standing, Reader::Adviser, &about_feed(feed, standing, given, &staff.firm, now, &staff.zone()))
}

/// The three times of an account, never mixed (D12): of when the value is, when it came, when it was last asked for.
pub fn times(a: &app::connect_flow::Account, feed: Option<&Feed>, today: Date, now: Time, zone: &jiff::tz::TimeZone) -> Vec<String> {
    let moment = |t: Time| words::moment(t, now, zone);
    let f = &a.figures;
    let mut out = vec![f.as_of_day.map_or_else(|| "No value yet".into(), |d| format!("Value as of {}", near(d, today)))];
    let word = if a.source == Source::Manual { "Entered" } else { "Received" };
    out.extend(f.received_at.map(|t| format!("{word} {}", moment(t))));
    out.extend(f.confirmed_at.filter(|t| f.received_at.is_some_and(|r| *t > r)).map(|t| format!("The same again {}", moment(t))));
    out.extend(feed.and_then(|x| x.attempted_at).map(|t| format!("Last attempted {}", moment(t))));
    out
}

/// A try that came after the last answer: shown beside "Updated", which it does not move.
pub fn attempted(feed: &Feed, now: Time, zone: &jiff::tz::TimeZone) -> String {
    let later = feed.attempted_at.filter(|t| !feed.refreshing && feed.succeeded_at.is_none_or(|s| *t > s));
    later.map(|t| format!("Last attempted {}", words::moment(t, now, zone))).unwrap_or_default()
}

/// What a refresh by hand can bring, in words: never "updated" before it is.
pub fn asked(asked: &app::connections::Asked, inst: &str, now: Time, zone: &jiff::tz::TimeZone) -> String {
    use app::connections::Asked;
    match asked {
        Asked::Running => format!("Refreshing {inst}. New values show here by themselves."),
        Asked::Looking { next_expected: Some(t) } if *t > now => {
            format!(
                "{inst} brings values in its own rhythm: the next are expected {}. We look now all the same.",
                words::moment(*t, now, zone)
            )
        }
        Asked::Looking { .. } => format!("Looking at {inst} now. If it has newer values, they show here."),
    }
}

/// It was asked a moment ago: when it may be asked again, and when newer values are expected.
pub fn asked_just_now(feed: &Feed, wait: model::Span, now: Time, zone: &jiff::tz::TimeZone) -> String {
    let minutes = usize::try_from((wait.as_seconds() + 59) / 60).unwrap_or(1).max(1);
    let next = feed.next_expected.filter(|t| *t > now);
    let next = next.map(|t| format!(" The next values are expected {}.", words::moment(t, now, zone))).unwrap_or_default();
    format!("{} was asked a moment ago. You can ask again in {}.{next}", feed.institution, words::count(minutes, "minute", "minutes"))
}

/// How one connection of a sitting reads.
pub fn turn_words(i: &app::together::Item, told: &Told, now: Time, zone: &jiff::tz::TimeZone) -> (Chip, String) {
    use crate::icons as icon;
    use app::together::Turn;
    let updated = i.feed.succeeded_at.map(|t| format!("Updated {}", words::moment(t, now, zone))).unwrap_or_else(|| "No values yet".into());
    match i.turn {
        Turn::Done => (Chip::new(Tone::Ok, icon::CHECK, "Done"), updated),
        Turn::Coming => (Chip::new(Tone::Info, icon::REFRESH, "Values on their way"), updated),
        Turn::Stuck => (told.chip.clone(), format!("{} {}", told.headline, told.sentence).trim().to_owned()),
        Turn::Waits if told.headline.is_empty() => (Chip::new(Tone::Warn, icon::KEY, "Asks each time"), updated),
        Turn::Waits => (told.chip.clone(), format!("{} {updated}.", told.headline)),
    }
}

/// Whose sign-in feeds an account.
pub fn given(feed: &Feed, found: &Found) -> String {
    found.members.iter().find(|m| m.id == feed.member).map_or_else(|| "the client".into(), |m| m.given.clone())
}

/// The icon's words: when the account was last synced, of when its value is, and what the last try brought (N50, D12).
pub fn synced(line: &Line, found: &Found, staff: &Staff, today: Date, now: Time) -> Option<Synced> {
    let a = &line.account;
    if a.source != Source::Aggregation || a.state != AccountState::Live {
        return None;
    }
    let zone = staff.zone();
    let moment = |t: Time| words::moment(t, now, &zone);
    let last_at = a.figures.confirmed_at.max(a.figures.received_at);
    let last = last_at.map_or_else(|| "Not synced yet".into(), |t| format!("Last synced {}", moment(t)));
    let mut more = Vec::new();
    if let Some(day) = a.figures.as_of_day {
        more.push(format!("Value as of {}", near(day, today)));
    }
    let old = is_out_of_date(a.source, a.figures.as_of_day, today);
    let tone = match &line.feed {
        None => Tone::Warn,
        Some(feed) => {
            let told = feed_told(feed, old, &given(feed, found), staff, now);
            match feed.attempted_at.filter(|t| last_at.is_none_or(|l| *t > l)) {
                _ if told.bar() => more.push(format!("Stopped: {}", told.headline)),
                Some(t) if last_at.is_some() && !feed.refreshing => more.push(format!("Last attempted {}: nothing newer", moment(t))),
                Some(t) => more.push(format!("Last attempted {}", moment(t))),
                None => {}
            }
            told.tone()
        }
    };
    Some(Synced { tone, account: a.name.clone(), last, more })
}

pub fn account_row(line: &Line, found: &Found, staff: &Staff, today: Date, now: Time) -> AccountRow {
    let a = &line.account;
    let place = match (a.institution.as_str(), mask(a.mask.as_ref())) {
        ("", mask) if mask.is_empty() => {
            if a.source == Source::Manual {
                "Entered by hand".into()
            } else {
                String::new()
            }
        }
        (inst, mask) => format!("{inst} {mask}").trim().to_owned(),
    };
    AccountRow {
        href: format!("/accounts/{}", a.id),
        name: a.name.clone(),
        place,
        kind: account_colour(a.kind),
        icon: account_icon(a.kind),
        synced: synced(line, found, staff, today, now),
        owner: owners(&a.owners, found),
        source: source(a.source).into(),
        held_away: a.custody == Custody::HeldAway,
        muted: a.state == AccountState::Muted,
        as_of: a.figures.as_of_day.map_or_else(|| "not yet".into(), words::day),
        value: app::household_list::worth(a).map_or_else(|| "not provided".into(), |m| words::money_short(&m)),
    }
}

/// "work.larchmont.example" from an address.
pub fn site(url: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.split(['/', '?', '#']).next().unwrap_or(bare).to_owned()
}

/// Whether this reader may ask the household's people to connect accounts.
pub fn may_ask(found: &Found) -> bool {
    may(Action::AskClient, found.standing)
}

/// The Asset Sync dialog for one person, for one purpose.
pub fn ask_href(household: HouseholdId, member: model::MemberId, purpose: Purpose) -> String {
    let what = match purpose {
        Purpose::Connect => String::new(),
        Purpose::Repair(c) => format!("&fix={c}"),
        Purpose::RepairAll => "&mend=all".into(),
        Purpose::FindNew(c) => format!("&find={c}"),
    };
    format!("{}/asset-sync?member={member}{what}", at(household))
}

/// What the button of a state that needs the client asks for.
pub fn repair(feed: &Feed, act: Act) -> Purpose {
    match (act, feed.state) {
        (Act::Ask, ConnectionState::Healthy | ConnectionState::NoAccounts) => Purpose::FindNew(feed.id),
        (Act::Ask, _) => Purpose::Repair(feed.id),
        _ => Purpose::Connect,
    }
}

/// What becomes of a permission before it ends: the provider confirms it, or cannot be told, and the people end it on its page.
pub fn permission_ends(app: &app::App, provider: &str, whose: &str, inst: &str) -> String {
    match app::connections::ended_at(app, provider) {
        None => format!("We end {whose} permission at {inst}; the data provider’s confirmation is recorded."),
        Some(page) => format!(
            "We delete our key for {inst}, and nothing can be read with it any more. {inst} takes no message from us: {whose} permission \
             itself is ended at {}.",
            site(page.as_str())
        ),
    }
}

/// The same once somebody has ended it.
pub fn permission_ending(whose: &str, page: Option<&url::Url>) -> String {
    match page {
        None => format!("We are ending {whose} permission at the data provider; its confirmation is recorded."),
        Some(page) => format!("We delete our key now. {} permission itself is ended at {}.", words::capital(whose), site(page.as_str())),
    }
}

/// A provider's own words about a connection, as its words.
pub fn said(words: &[String], institution: &str) -> Vec<String> {
    words.iter().map(|w| format!("{institution} says: “{w}”")).collect()
}
