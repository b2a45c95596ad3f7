//! What an account was on a day: which of the versions that people said, and which of the figures that came or were typed. Two clocks are
//! kept apart: of when something is true, and since when it is known. So a late correction changes what is known now, and never what was
//! known then.

use crate::fact::{AccountFact, ManualValue};
use crate::{AccountId, AccountState, Date, Source, Time};
use jiff::tz::TimeZone;

/// One version of what people said about an account.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub fact: &'a AccountFact,
    pub true_from: Date,
    pub known_from: Time,
}

/// One row of what came for an account, without its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came {
    pub seq: i64,
    pub as_of: Time,
    pub received_at: Time,
    /// Since then it is known to be another account's.
    pub withdrawn_at: Option<Time>,
}

/// Of when, by what was known when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// `None`: as it is now, whatever an institution's clock says.
    pub day: Option<Date>,
    until: Time,
    pub known: Time,
}

impl Look {
    pub fn now() -> Look {
        Look { day: None, until: Time(i64::MAX), known: Time(i64::MAX) }
    }
    /// A day to its end, by what is known now.
    pub fn on(day: Date, zone: &TimeZone) -> Look {
        Look { day: Some(day), until: end_of(day, zone), known: Time(i64::MAX) }
    }
    /// The same, by what was known at its end.
    pub fn then(day: Date, zone: &TimeZone) -> Look {
        Look { known: end_of(day, zone), ..Look::on(day, zone) }
    }
    fn has_begun(&self, day: Date) -> bool {
        self.day.is_none_or(|d| day <= d)
    }
}

/// The last microsecond of a day.
pub fn end_of(day: Date, zone: &TimeZone) -> Time {
    let next = day.tomorrow().unwrap_or(day);
    next.to_zoned(zone.clone()).map_or(Time(i64::MAX), |z| Time(z.timestamp().as_microsecond() - 1))
}

/// Where the figures are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure<'a> {
    /// Typed, and when it was first said.
    Typed(&'a ManualValue, Time),
    /// Which of the rows that came.
    Came(usize),
}

/// An account as it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stood<'a> {
    pub fact: &'a AccountFact,
    pub state: AccountState,
    /// `None`: it was there, and no value was known.
    pub figure: Option<Figure<'a>>,
}

/// The versions oldest first; the rows by as-of and, where that is the same, by their number. `None`: it was not there, or not known, or it
/// is deleted by what is known: a deleted account is on no page.
pub fn stood<'a>(said: &[Said<'a>], came: &[Came], look: Look) -> Option<Stood<'a>> {
    let newest = said.iter().rfind(|s| s.known_from <= look.known)?;
    if newest.fact.state == AccountState::Deleted || behind(said, look).is_some() {
        return None;
    }
    let figure = figure(said, came, look);
    let begun = said.iter().rfind(|s| s.known_from <= look.known && look.has_begun(s.true_from));
    if begun.is_none() && figure.is_none() {
        return None;
    }
    // Figures can be older than the first word that was said about them: then the first word holds.
    let holds = if look.day.is_none() { newest } else { begun.or(said.first())? };
    if holds.fact.state == AccountState::Deleted {
        return None;
    }
    Some(Stood { fact: holds.fact, state: state(holds.fact, newest.fact, look), figure })
}

/// The account that this one is known to be by a second path: that one is shown and counted.
pub fn behind(said: &[Said<'_>], look: Look) -> Option<AccountId> {
    said.iter().rfind(|s| s.known_from <= look.known)?.fact.same_as
}

/// The day of a closing can be told after it, or mended.
fn state(holds: &AccountFact, newest: &AccountFact, look: Look) -> AccountState {
    match (holds.closed_on, newest.closed_on) {
        (_, Some(closed)) if look.has_begun(closed) => AccountState::Muted,
        (Some(_), Some(_)) => AccountState::Live,
        _ => holds.state,
    }
}

/// The figures that hold. An account that is kept by hand shows what was typed; a fed one what came, and before its first values what was
/// typed until then.
pub fn figure<'a>(said: &[Said<'a>], came: &[Came], look: Look) -> Option<Figure<'a>> {
    let known = || said.iter().filter(move |s| s.known_from <= look.known);
    let newest = known().next_back()?.fact;
    let here = known().rfind(|s| look.has_begun(s.true_from)).map_or(newest, |s| s.fact);
    let typed = match look.day {
        // Of now: what was said last, as every other page shows it.
        None => {
            newest.manual.as_ref().map(|m| (m, known().find(|s| s.fact.manual.as_ref() == Some(m)).map_or(look.known, |s| s.known_from)))
        }
        Some(day) => typed(known().map(|s| (s.fact, s.known_from)), day),
    };
    let typed = typed.map(|(m, at)| Figure::Typed(m, at));
    let fed = || last(came, look).map(Figure::Came);
    match (here.manual.is_some(), here.source) {
        (true, _) => typed.or_else(fed),
        // What was typed was taken back: unknown from then on.
        (false, Source::Manual) => fed(),
        (false, _) => fed().or(typed),
    }
}

/// The newest as-of that had come by then, of equal ones the one that came last.
fn last(came: &[Came], look: Look) -> Option<usize> {
    let end = came.partition_point(|c| c.as_of <= look.until);
    let holds = |c: &Came| c.received_at <= look.known && c.withdrawn_at.is_none_or(|t| t > look.known);
    came[..end].iter().rposition(holds)
}

/// The typed value that holds on a day: of the newest day not after it, what was said last; and when it was first said.
pub fn typed<'a>(said: impl IntoIterator<Item = (&'a AccountFact, Time)>, day: Date) -> Option<(&'a ManualValue, Time)> {
    let mut best: Option<(&ManualValue, Time)> = None;
    for (fact, known_from) in said {
        let Some(m) = fact.manual.as_ref().filter(|m| m.as_of <= day) else { continue };
        match best {
            // The same value said again (a new name, another owner) is not a new value.
            Some((b, _)) if b == m || m.as_of < b.as_of => {}
            _ => best = Some((m, known_from)),
        }
    }
    best
}

/// The ends of the months before a day, and the day: at most so many, oldest first, none before `from`.
pub fn month_ends(day: Date, from: Date, most: usize) -> Vec<Date> {
    let mut out = vec![day];
    while let (Some(last), true) = (out.last(), out.len() < most) {
        match last.first_of_month().yesterday() {
            Ok(end) if end >= from => out.push(end),
            _ => break,
        }
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests;
