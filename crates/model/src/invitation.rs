//! The rules of an invitation to the client portal: how long it works, who may be invited, how the person is proven, what became of it.

use crate::fact::MemberRole;
use crate::{Date, Span, Time};

/// Exactly seven times 24 hours from creation; the last instant is out (P12, D2).
pub const LASTS: Span = Span::days(7);
/// One browser has this long from opening an invitation to the end (D2).
pub const TO_FINISH: Span = Span::minutes(60);

/// How somebody shows, beside holding the link, that they are who was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proof {
    /// A code to the mailbox that becomes the sign-in's address.
    #[default]
    Mailbox,
    /// A code that the adviser reads out.
    Spoken,
    /// The link alone.
    Nothing,
}

impl Proof {
    pub const ALL: [Proof; 3] = [Proof::Mailbox, Proof::Spoken, Proof::Nothing];
    pub fn key(self) -> &'static str {
        match self {
            Proof::Mailbox => "mailbox",
            Proof::Spoken => "spoken",
            Proof::Nothing => "none",
        }
    }
    pub fn from_key(key: &str) -> Option<Proof> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }
    pub fn words(self) -> &'static str {
        match self {
            Proof::Mailbox => "A code sent to their mailbox",
            Proof::Spoken => "A code that the adviser reads out",
            Proof::Nothing => "Nothing beside the link",
        }
    }
}

/// What ended an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Accepted,
    Expired,
    Revoked,
    Replaced,
}

impl End {
    pub const ALL: [End; 4] = [End::Accepted, End::Expired, End::Revoked, End::Replaced];
    pub fn key(self) -> &'static str {
        match self {
            End::Accepted => "accepted",
            End::Expired => "expired",
            End::Revoked => "revoked",
            End::Replaced => "replaced",
        }
    }
    pub fn from_key(key: &str) -> Option<End> {
        Self::ALL.into_iter().find(|e| e.key() == key)
    }
}

/// What the adviser is told (P36).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Created,
    Opened,
    Accepted,
    Expired,
    Revoked,
    Replaced,
}

/// The times of one invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub expires_at: Time,
    /// When a browser was last let in.
    pub opened_at: Option<Time>,
    pub ended: Option<(Time, End)>,
}

impl Life {
    pub fn lives(&self, now: Time) -> bool {
        self.ended.is_none() && now < self.expires_at
    }
    /// Whether another browser may be let in: one at a time, and the next only when the hour of the one before is over.
    pub fn opens(&self, now: Time) -> bool {
        self.lives(now) && self.opened_at.is_none_or(|t| t + TO_FINISH <= now)
    }
    /// Who was let in while it lived may finish within the hour, also when the week ends meanwhile.
    pub fn carries(&self, begun: Time, now: Time) -> bool {
        let not_taken_back = matches!(self.ended, None | Some((_, End::Expired)));
        not_taken_back && begun < self.expires_at && begun <= now && now < begun + TO_FINISH
    }
    pub fn state(&self, now: Time) -> State {
        match self.ended {
            Some((_, End::Accepted)) => State::Accepted,
            Some((_, End::Expired)) => State::Expired,
            Some((_, End::Revoked)) => State::Revoked,
            Some((_, End::Replaced)) => State::Replaced,
            None if now >= self.expires_at => State::Expired,
            None if self.opened_at.is_some() => State::Opened,
            None => State::Created,
        }
    }
}

/// Why somebody cannot have a sign-in of their own; `None` when they can. Children and dependants see nothing of the portal themselves.
pub fn why_not(role: MemberRole, born: Option<Date>, today: Date) -> Option<&'static str> {
    let grown = born.map(|b| b.checked_add(jiff::Span::new().years(18)).is_ok_and(|d| d <= today));
    match (role, grown) {
        (MemberRole::Trust | MemberRole::Business, _) => Some("Not a person: no sign-in"),
        (_, Some(false)) => Some("Under 18: no sign-in of their own"),
        (MemberRole::Adult, _) | (_, Some(true)) => None,
        (_, None) => Some("A dependant whose date of birth is not recorded: no sign-in of their own"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(1_800_000_000 + seconds)
    }
    const WEEK: i64 = 7 * 24 * 3600;

    // proves: P12 P36
    #[test]
    fn seven_days_are_half_open_and_one_browser_is_in_at_a_time() {
        let life = Life { expires_at: at(0) + LASTS, opened_at: None, ended: None };
        assert!(life.opens(at(0)) && life.opens(at(WEEK - 1)) && !life.opens(at(WEEK)) && !life.opens(at(50 * WEEK)));
        assert_eq!((life.state(at(0)), life.state(at(WEEK))), (State::Created, State::Expired));
        let opened = Life { opened_at: Some(at(WEEK - 60)), ..life };
        assert!(!opened.opens(at(WEEK - 59)), "somebody is in");
        assert!(opened.carries(at(WEEK - 60), at(WEEK + 3_539)), "who came in time finishes");
        assert!(!opened.carries(at(WEEK - 60), at(WEEK + 3_540)));
        assert!(!opened.carries(at(WEEK), at(WEEK + 1)), "who came late does not");
        assert!(!opened.carries(at(WEEK - 60), at(WEEK - 61)), "a clock set back revives nothing");
        let early = Life { opened_at: Some(at(60)), ..life };
        assert!(early.opens(at(60 + 3_600)), "an hour without a sign-in frees it");
        for why in [End::Accepted, End::Revoked, End::Replaced] {
            let ended = Life { ended: Some((at(5), why)), ..early };
            assert!(!ended.opens(at(10)) && !ended.carries(at(60), at(70)) && !ended.lives(at(0)), "{why:?}");
            assert_eq!(End::from_key(why.key()), Some(why));
        }
    }

    #[test]
    fn children_are_not_invited() {
        let day = |t: &str| t.parse::<Date>().ok();
        let today = day("2026-11-20").unwrap_or_default();
        assert!(why_not(MemberRole::Dependant, day("2008-11-21"), today).is_some());
        assert!(why_not(MemberRole::Adult, day("2008-11-21"), today).is_some());
        assert!(why_not(MemberRole::Dependant, day("2008-11-20"), today).is_none());
        assert!(why_not(MemberRole::Dependant, None, today).is_some());
        assert!(why_not(MemberRole::Adult, None, today).is_none());
        assert!(why_not(MemberRole::Trust, day("1961-01-01"), today).is_some() && why_not(MemberRole::Business, None, today).is_some());
        for p in Proof::ALL {
            assert_eq!(Proof::from_key(p.key()), Some(p));
        }
    }
}
