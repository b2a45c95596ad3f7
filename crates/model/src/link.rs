//! The rules of a link that lets one person connect accounts: how long it works, what ends it, what the adviser is told about it.
//! Knows nothing of secrets, cookies or mail.

use crate::id::ConnectionId;
use crate::{Span, Time};
use std::fmt;

/// What a link is for. There is one live link for each person and purpose; a new one replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Connect,
    /// Lands at the step that failed of this connection (N30).
    Repair(ConnectionId),
    /// Leads through everything of this person's that needs them, one after the other.
    RepairAll,
    /// Lets the client choose more accounts of this connection (D4).
    FindNew(ConnectionId),
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::Connect => f.write_str("connect"),
            Purpose::Repair(c) => write!(f, "repair:{c}"),
            Purpose::RepairAll => f.write_str("repair_all"),
            Purpose::FindNew(c) => write!(f, "find_new:{c}"),
        }
    }
}

impl Purpose {
    pub fn from_key(key: &str) -> Option<Purpose> {
        match key.split_once(':') {
            None => [Purpose::Connect, Purpose::RepairAll].into_iter().find(|p| p.to_string() == key),
            Some(("repair", c)) => c.parse().ok().map(Purpose::Repair),
            Some(("find_new", c)) => c.parse().ok().map(Purpose::FindNew),
            Some(_) => None,
        }
    }
    /// The connection that it is about.
    pub fn connection(self) -> Option<ConnectionId> {
        match self {
            Purpose::Connect | Purpose::RepairAll => None,
            Purpose::Repair(c) | Purpose::FindNew(c) => Some(c),
        }
    }
}

/// How a link reaches the person (D1): one engine, three deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The person is with the adviser.
    Launch,
    /// The adviser pastes it into a message of their own.
    Share,
    /// The product writes to the person, the adviser in cc.
    Mail,
    /// The person is signed in to the portal and goes on from there: made and opened in one act, its secret shown to nobody.
    Portal,
}

impl Delivery {
    pub const ALL: [Delivery; 4] = [Delivery::Launch, Delivery::Share, Delivery::Mail, Delivery::Portal];
    pub fn key(self) -> &'static str {
        match self {
            Delivery::Launch => "launch",
            Delivery::Share => "share",
            Delivery::Mail => "mail",
            Delivery::Portal => "portal",
        }
    }
    pub fn from_key(key: &str) -> Option<Delivery> {
        Self::ALL.into_iter().find(|d| d.key() == key)
    }
    /// How long it can be opened (N25). Days are of exactly 24 hours (D2).
    pub fn lifetime(self) -> Span {
        match self {
            Delivery::Launch | Delivery::Portal => Span::minutes(60),
            Delivery::Share | Delivery::Mail => Span::days(7),
        }
    }
    /// A second browser may take over with a code from the mailbox. Never for Launch now: there the adviser sees who it is; nor for the
    /// portal, where the person is signed in.
    pub fn moves(self) -> bool {
        !matches!(self, Delivery::Launch | Delivery::Portal)
    }
}

/// What ended a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Replaced,
    Revoked,
    /// The client chose Exit after a connection.
    Finished,
    Expired,
}

impl End {
    pub const ALL: [End; 4] = [End::Replaced, End::Revoked, End::Finished, End::Expired];
    pub fn key(self) -> &'static str {
        match self {
            End::Replaced => "replaced",
            End::Revoked => "revoked",
            End::Finished => "finished",
            End::Expired => "expired",
        }
    }
    pub fn from_key(key: &str) -> Option<End> {
        Self::ALL.into_iter().find(|e| e.key() == key)
    }
}

/// A step that began while the link worked may be finished for this long afterwards (ruling 2).
pub const TO_FINISH: Span = Span::minutes(60);
/// A code for a second browser works this long.
pub const CODE: Span = Span::minutes(10);
/// And bears this many tries.
pub const CODE_TRIES: i64 = 5;

/// The times of one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub delivery: Delivery,
    pub expires_at: Time,
    pub ended: Option<(Time, End)>,
}

impl Life {
    /// It can be opened: the last instant of the week is out.
    pub fn opens(&self, now: Time) -> bool {
        self.ended.is_none() && now < self.expires_at
    }
    /// What began at `begun` may go on: while the link works, or for an hour after a link ran out that worked when it began.
    /// A link that somebody ended carries nothing.
    pub fn carries(&self, begun: Time, now: Time) -> bool {
        match self.ended {
            None | Some((_, End::Expired)) => self.opens(now) || (begun < self.expires_at && now < self.expires_at + TO_FINISH),
            Some(_) => false,
        }
    }
}

/// What the adviser is told about a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Made, not opened yet.
    Waiting,
    Opened,
    Connected,
    Finished,
    /// Ran out and was never opened (N28).
    ExpiredUnused,
    Expired,
    Revoked,
    Replaced,
}

/// The state of a link that was opened at `opened` and brought a connection at `connected`.
pub fn state(life: &Life, opened: Option<Time>, connected: Option<Time>, now: Time) -> State {
    match life.ended {
        Some((_, End::Replaced)) => State::Replaced,
        Some((_, End::Revoked)) => State::Revoked,
        Some((_, End::Finished)) => State::Finished,
        _ if connected.is_some() => State::Connected,
        Some((_, End::Expired)) if opened.is_none() => State::ExpiredUnused,
        None if now >= life.expires_at && opened.is_none() => State::ExpiredUnused,
        Some((_, End::Expired)) => State::Expired,
        None if now >= life.expires_at => State::Expired,
        None if opened.is_some() => State::Opened,
        None => State::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Time = Time::from_seconds(1_795_275_000);

    fn life(delivery: Delivery) -> Life {
        Life { delivery, expires_at: MADE + delivery.lifetime(), ended: None }
    }

    // proves: N25 N26 N27 D2
    #[test]
    fn a_week_is_half_open() {
        for d in [Delivery::Share, Delivery::Mail] {
            let l = life(d);
            let end = MADE + Span::hours(7 * 24);
            assert!(l.opens(MADE) && l.opens(end - Span::micros(1)));
            assert!(!l.opens(end) && !l.opens(end + Span::days(350)));
        }
        for d in [Delivery::Launch, Delivery::Portal] {
            assert!(!life(d).opens(MADE + Span::minutes(60)) && !d.moves());
        }
    }

    // proves: D2
    #[test]
    fn what_began_in_time_has_an_hour_and_nothing_else_has() {
        let l = life(Delivery::Share);
        let end = l.expires_at;
        assert!(l.carries(end - Span::micros(1), end + Span::minutes(60) - Span::micros(1)));
        assert!(!l.carries(end - Span::micros(1), end + Span::minutes(60)));
        assert!(!l.carries(end, end + Span::seconds(1)));
        let expired = Life { ended: Some((end, End::Expired)), ..l };
        assert!(expired.carries(end - Span::hours(1), end + Span::minutes(1)));
        // A clock that is set back does not revive a link that has ended.
        assert!(!expired.opens(MADE));
        for by in [End::Replaced, End::Revoked, End::Finished] {
            assert!(!Life { ended: Some((MADE, by)), ..l }.carries(MADE, MADE));
        }
    }

    // proves: N26 N28
    #[test]
    fn the_adviser_sees_which_end_it_was() {
        let l = life(Delivery::Mail);
        let late = l.expires_at;
        assert_eq!(state(&l, None, None, MADE), State::Waiting);
        assert_eq!(state(&l, Some(MADE), None, MADE), State::Opened);
        assert_eq!(state(&l, None, None, late), State::ExpiredUnused);
        assert_eq!(state(&l, Some(MADE), None, late), State::Expired);
        assert_eq!(state(&l, Some(MADE), Some(MADE), late), State::Connected);
        for (end, want) in [(End::Replaced, State::Replaced), (End::Revoked, State::Revoked), (End::Finished, State::Finished)] {
            assert_eq!(state(&Life { ended: Some((MADE, end)), ..l }, Some(MADE), None, MADE), want);
        }
        assert_eq!(state(&Life { ended: Some((late, End::Expired)), ..l }, None, None, late), State::ExpiredUnused);
    }

    #[test]
    fn a_purpose_reads_back() {
        let c = ConnectionId::new(MADE, [3; 10]);
        for p in [Purpose::Connect, Purpose::Repair(c), Purpose::RepairAll, Purpose::FindNew(c)] {
            assert_eq!(Purpose::from_key(&p.to_string()), Some(p));
        }
        assert_eq!(Purpose::from_key("repair"), None);
        assert_eq!(Purpose::from_key("repair:acct_1"), None);
    }
}
