//! Repair cases: why a connection has stopped, whose move it is, what comes next and until when. Pure: what is known comes in, the move
//! comes out. What heals by itself names nobody until it has had its time.

mod kinds;

pub use kinds::{Cause, End, Owner, Step, words};

use crate::connection::ConnectionState;
use crate::{Span, Time};

/// How long the client has before the adviser is asked to talk to them.
pub const CLIENT: Span = Span::days(3);
/// How long an institution or a provider may be down before somebody reports it.
pub const DOWN: Span = Span::days(3);
/// What is late heals by itself within this; before that there is no case at all.
pub const LATE: Span = Span::days(1);
/// How long the adviser, or our own side, has.
pub const STAFF: Span = Span::days(2);
/// Before the end of a permission the adviser takes over from the client.
const BEFORE_END: Span = Span::days(7);
/// A client is told this many days before a permission ends.
pub const ENDING: [i64; 3] = [30, 7, 1];

impl Cause {
    /// The cause behind a state, and `None` where nothing has stopped or it heals by itself. `failing`: for how long it has been failing.
    pub fn of(state: ConnectionState, failing: Span) -> Option<Cause> {
        use ConnectionState as C;
        Some(match state {
            C::Healthy => return None,
            C::Linking | C::NotReady | C::RateLimited => return (failing >= LATE).then_some(Cause::Delayed),
            C::NeedsCredentials => Cause::Credentials,
            C::NeedsMfa => Cause::Code,
            C::Locked => Cause::Locked,
            C::ActionAtInstitution => Cause::AtInstitution,
            C::ConsentExpiring => Cause::PermissionEnding,
            C::ConsentRevoked => Cause::PermissionEnded,
            C::InstitutionDown => Cause::InstitutionDown,
            C::ProviderDown => Cause::ProviderDown,
            C::NoAccounts => Cause::NoAccounts,
            C::NotSupported => Cause::NotSupported,
            C::Ours => Cause::Ours,
            C::Removed => Cause::Removed,
        })
    }
    /// Nothing but a sign-in of the client's brings values again.
    pub fn waits_for_client(self) -> bool {
        matches!(self, Cause::Credentials | Cause::Code | Cause::Locked | Cause::AtInstitution | Cause::PermissionEnded)
    }
    /// How long after its beginning the client is told; `None` for what is none of their business.
    pub fn tells_client_after(self) -> Option<Span> {
        match self {
            // New accounts can take a day.
            Cause::NoAccounts => Some(LATE),
            c if c.waits_for_client() => Some(Span::ZERO),
            _ => None,
        }
    }
    /// How long after its beginning it can be reported to Data Support; `None` where they can do nothing.
    pub fn reportable_after(self) -> Option<Span> {
        match self {
            Cause::Bounced => None,
            Cause::InstitutionDown | Cause::ProviderDown => Some(DOWN),
            Cause::NoAccounts | Cause::Ours => Some(LATE),
            _ => Some(Span::ZERO),
        }
    }
}

/// What is known of an open case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub cause: Cause,
    /// Since when it has been this cause.
    pub since: Time,
    pub consent_ends: Option<Time>,
    /// When the client signed in again, or the provider said that it was mended.
    pub mended: Option<Time>,
    /// When it was reported to Data Support, while they have it.
    pub reported: Option<Time>,
}

/// Whose move it is, what they do, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub owner: Owner,
    pub step: Step,
    pub due: Time,
}

/// The move as things stand now.
pub fn next(k: &Known, now: Time) -> Move {
    let turn = |owner, step, due| Move { owner, step, due };
    if let Some(t) = k.mended.filter(|t| now < *t + LATE) {
        return turn(Owner::Provider, Step::AwaitValues, t + LATE);
    }
    if let Some(t) = k.reported {
        return turn(Owner::Us, Step::AwaitAnswer, t + STAFF);
    }
    let staged = |owner, step, until: Time, then| {
        if now < until { turn(owner, step, until) } else { turn(Owner::Adviser, then, until + STAFF) }
    };
    match k.cause {
        Cause::PermissionEnding => {
            let ends = k.consent_ends.unwrap_or(k.since + CLIENT);
            if now < ends - BEFORE_END { turn(Owner::Client, Step::Renew, ends) } else { turn(Owner::Adviser, Step::Call, ends) }
        }
        Cause::PermissionEnded => staged(Owner::Client, Step::Renew, k.since + CLIENT, Step::Call),
        Cause::NoAccounts if now < k.since + LATE => turn(Owner::Institution, Step::Wait, k.since + LATE),
        Cause::NoAccounts => staged(Owner::Client, Step::FindNew, k.since + LATE + CLIENT, Step::Call),
        c if c.waits_for_client() => staged(Owner::Client, Step::Mend, k.since + CLIENT, Step::Call),
        Cause::InstitutionDown => staged(Owner::Institution, Step::Wait, k.since + DOWN, Step::Report),
        Cause::ProviderDown | Cause::Delayed => staged(Owner::Provider, Step::Wait, k.since + DOWN, Step::Report),
        Cause::Ours => staged(Owner::Us, Step::OurSide, k.since + LATE, Step::Report),
        Cause::NotSupported => turn(Owner::Adviser, Step::ByHand, k.since + STAFF),
        Cause::Removed => turn(Owner::Adviser, Step::FreshLink, k.since + STAFF),
        _ => turn(Owner::Adviser, Step::Address, k.since + STAFF),
    }
}

/// The next instant at which the move is another one, or the client is to be told: when to look again.
pub fn look_at(k: &Known, now: Time) -> Option<Time> {
    let ends = k.consent_ends.filter(|_| k.cause == Cause::PermissionEnding);
    let told = ends.into_iter().flat_map(|e| ENDING.map(|d| e - Span::days(d)).into_iter().chain([e - BEFORE_END]));
    let from_since = [LATE, CLIENT, DOWN, Span(LATE.0 + CLIENT.0)].map(|s| k.since + s);
    told.chain(from_since).chain(k.mended.map(|t| t + LATE)).filter(|t| *t > now).min()
}

/// Of the days before the end of a permission on which a client is told, the one that has come; none after the end.
pub fn ending(ends: Time, now: Time) -> Option<i64> {
    ENDING.into_iter().rev().find(|d| now < ends && ends - now <= Span::days(*d))
}

/// Whether it can be reported now; otherwise when, if ever.
pub fn reportable(k: &Known, now: Time) -> Result<(), Option<Time>> {
    match k.cause.reportable_after().map(|s| k.since + s) {
        None => Err(None),
        Some(at) if at > now => Err(Some(at)),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Time = Time::from_seconds(1_795_275_000);

    fn known(cause: Cause) -> Known {
        Known { cause, since: T, consent_ends: None, mended: None, reported: None }
    }

    // proves: N67 N68 N69
    #[test]
    fn every_state_that_stops_something_names_somebody_at_once_and_what_heals_by_itself_names_nobody() {
        for state in ConnectionState::ALL {
            let cause = Cause::of(state, Span::ZERO);
            let silent = matches!(
                state,
                ConnectionState::Healthy | ConnectionState::Linking | ConnectionState::NotReady | ConnectionState::RateLimited
            );
            assert_eq!(cause.is_none(), silent, "{state:?}");
            if let Some(c) = cause {
                let ends = (c == Cause::PermissionEnding).then_some(T + Span::days(25));
                let m = next(&Known { consent_ends: ends, ..known(c) }, T);
                assert!(m.due > T, "{state:?}");
                assert_eq!(m.owner == Owner::Client, state.waits_for_client() || c == Cause::PermissionEnding, "{state:?}");
            }
        }
        assert_eq!(Cause::of(ConnectionState::RateLimited, LATE), Some(Cause::Delayed));
    }

    // proves: N67 N68
    #[test]
    fn a_client_is_told_only_what_a_client_can_mend() {
        for c in Cause::ALL {
            assert_eq!(c.tells_client_after().is_some(), c.waits_for_client() || *c == Cause::NoAccounts, "{c:?}");
        }
        for c in [Cause::InstitutionDown, Cause::ProviderDown, Cause::Delayed, Cause::Ours] {
            for days in 0..40 {
                let m = next(&known(c), T + Span::days(days));
                assert_ne!(m.owner, Owner::Client, "{c:?} after {days} days");
                let words = words(c, m.step, "Ngozi", "Larchmont");
                assert!(!words.contains("sign") && !words.contains("password"), "{words}");
            }
        }
    }

    // proves: E46 E47
    #[test]
    fn what_is_not_answered_or_does_not_heal_comes_to_the_adviser() {
        for (cause, first, step) in [
            (Cause::Credentials, Owner::Client, Step::Call),
            (Cause::Code, Owner::Client, Step::Call),
            (Cause::InstitutionDown, Owner::Institution, Step::Report),
            (Cause::ProviderDown, Owner::Provider, Step::Report),
        ] {
            let k = known(cause);
            assert_eq!(next(&k, T + CLIENT - Span::micros(1)).owner, first, "{cause:?}");
            let m = next(&k, T + CLIENT);
            assert_eq!((m.owner, m.step), (Owner::Adviser, step), "{cause:?}");
        }
        assert_eq!(reportable(&known(Cause::InstitutionDown), T), Err(Some(T + DOWN)));
        assert_eq!(reportable(&known(Cause::InstitutionDown), T + DOWN), Ok(()));
        assert_eq!(reportable(&known(Cause::Credentials), T), Ok(()));
        assert_eq!(reportable(&known(Cause::Bounced), T + DOWN), Err(None));
        // While Data Support has it, and while values are awaited, nobody else is asked.
        let k = Known { reported: Some(T), ..known(Cause::InstitutionDown) };
        assert_eq!(next(&k, T + Span::days(9)).owner, Owner::Us);
        let k = Known { mended: Some(T), ..known(Cause::Credentials) };
        assert_eq!(next(&k, T).step, Step::AwaitValues);
        assert_eq!(next(&k, T + LATE).step, Step::Mend);
    }

    #[test]
    fn the_move_is_another_one_only_when_somebody_looks() {
        for cause in Cause::ALL {
            for ends in [None, Some(T + Span::days(30))] {
                let k = Known { consent_ends: ends, mended: Some(T + Span::hours(5)), ..known(*cause) };
                let mut now = T + Span::hours(5);
                while let Some(then) = look_at(&k, now) {
                    let (a, b) = (next(&k, now), next(&k, then - Span::micros(1)));
                    assert_eq!((a.owner, a.step), (b.owner, b.step), "{cause:?}");
                    now = then;
                }
                let (a, b) = (next(&k, now), next(&k, now + Span::days(400)));
                assert_eq!((a.owner, a.step), (b.owner, b.step), "{cause:?}");
            }
        }
    }

    // proves: E46
    #[test]
    fn the_end_of_a_permission_is_told_thirty_seven_and_one_days_ahead() {
        let ends = T + Span::days(90);
        let told = |days: i64| ending(ends, ends - Span::days(days));
        assert_eq!(
            [told(31), told(30), told(8), told(7), told(2), told(1), told(0)],
            [None, Some(30), Some(30), Some(7), Some(7), Some(1), None]
        );
        let k = Known { consent_ends: Some(ends), ..known(Cause::PermissionEnding) };
        let mut at = ends - Span::days(31);
        let mut seen = Vec::new();
        while let Some(t) = look_at(&k, at) {
            seen.extend(ending(ends, t));
            at = t;
        }
        seen.dedup();
        assert_eq!(seen, ENDING);
        assert_eq!(next(&k, ends - Span::days(8)).owner, Owner::Client);
        assert_eq!(next(&k, ends - Span::days(6)).owner, Owner::Adviser);
    }

    #[test]
    fn keys_read_back() {
        for c in Cause::ALL {
            assert_eq!(Cause::from_key(c.key()), Some(*c));
        }
        for o in Owner::ALL {
            assert_eq!(Owner::from_key(o.key()), Some(*o));
        }
        for e in End::ALL {
            assert_eq!(End::from_key(e.key()), Some(*e));
        }
    }
}
