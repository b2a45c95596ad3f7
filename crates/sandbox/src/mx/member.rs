//! One sign-in of one user, and how its state moves: by sign-ins, answers, approvals, and time.

use super::challenge::{Ask, Asking};
use super::login::{Later, Plan, REMOVED};
use crate::state::{data_day, published};
use crate::world::{Health, Institution, Person};
use model::{Date, Span, Time};
use serde::{Deserialize, Serialize};

/// A question that nobody answers is dropped after so long.
const PATIENCE: Span = Span::minutes(10);
/// So many wrong answers or passwords in a row, and the institution or the provider closes the door.
const TRIES: u32 = 3;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub guid: String,
    pub id: Option<String>,
    pub email: Option<String>,
    pub metadata: Option<String>,
    pub is_disabled: bool,
    pub removed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub page: String,
    pub back: Option<String>,
}

/// An aggregation under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub signs_in: Time,
    pub done: Time,
    /// The sign-in went well; the accounts are being read.
    pub inside: bool,
    /// A person is there to answer: what is asked will not wait for ever.
    pub attended: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub guid: String,
    pub user_guid: String,
    pub id: Option<String>,
    pub metadata: Option<String>,
    /// The world's id of the institution.
    pub institution: String,
    /// The user name; the password is not kept.
    pub login: String,
    pub plan: Plan,
    pub created: Time,
    pub background: bool,
    pub oauth: bool,
    /// The institution's own page for this sign-in, and where its browser goes afterwards.
    pub window: Option<Window>,
    pub status: String,
    pub job: Option<Job>,
    /// What is still to be answered now, the first first.
    pub asks: Vec<Ask>,
    /// How many of this sign-in's questions were answered.
    pub step: usize,
    /// Counts the sign-ins, so that no question is asked under the same name twice.
    pub turn: u32,
    pub expires: Option<Time>,
    pub wrong: u32,
    pub attempted: Option<Time>,
    pub succeeded: Option<Time>,
    pub aggregations: u32,
    pub removed: bool,
}

/// What a member's state depends on.
pub struct Setting<'a> {
    pub at: &'a Institution,
    pub health: Health,
    pub now: Time,
    /// Nothing takes time.
    pub quick: bool,
    /// Aggregations are rationed.
    pub rationed: bool,
}

impl Member {
    /// What is odd about its data.
    pub fn quirk(&self) -> &str {
        self.plan.quirk.as_deref().or(self.login.strip_prefix("user_")).unwrap_or_default()
    }

    pub fn connected(&self) -> bool {
        matches!(self.status.as_str(), "CONNECTED" | "RECONNECTED" | "IMPORTED" | "DELAYED")
    }

    /// The client has to type the sign-in anew before anything else helps.
    fn barred(&self) -> bool {
        matches!(self.status.as_str(), "PREVENTED" | "DISCONTINUED" | "CLOSED" | "DISABLED")
    }

    pub fn being_aggregated(&self) -> bool {
        self.job.is_some() || matches!(self.status.as_str(), "CHALLENGED" | "PENDING")
    }

    /// New credentials.
    pub fn sign_in(&mut self, login: &str, plan: Plan, status: &str, s: &Setting) {
        if self.status == "PREVENTED" {
            self.wrong = 0;
        }
        self.login = login.into();
        let asks = plan.asks.clone();
        self.plan = plan;
        self.begin(status, asks, true, s);
    }

    /// Starts an aggregation; `status` is shown until it is known whether the sign-in works.
    fn begin(&mut self, status: &str, asks: Vec<Ask>, attended: bool, s: &Setting) {
        self.status = status.into();
        self.asks = asks;
        self.step = 0;
        self.turn += 1;
        self.expires = None;
        self.attempted = Some(s.now);
        self.job = Some(self.job_from(s, Span::seconds(2), attended));
    }

    fn job_from(&self, s: &Setting, door: Span, attended: bool) -> Job {
        let slow = self.quirk() == "slow" || s.health == Health::Degraded;
        let quick = |span: Span| if s.quick { Span(0) } else { span };
        let signs_in = s.now + quick(door);
        let reading = if slow { Span::minutes(3) } else { quick(Span::seconds(2)) };
        Job { signs_in, done: signs_in + reading, inside: false, attended }
    }

    /// Somebody asks for new values. Too soon, or one is running: nothing happens, and that is no error.
    pub fn aggregate(&mut self, attended: bool, s: &Setting) {
        let soon = s.rationed && s.at.id != "mx_mxbank" && self.connected() && self.attempted.is_some_and(|t| s.now - t < Span::hours(3));
        if self.job.is_some() || soon || self.barred() {
            return;
        }
        // Its last aggregation ended at a question that was not answered rightly.
        let again = matches!(self.status.as_str(), "REJECTED" | "EXPIRED" | "CHALLENGED" | "PENDING");
        let mut asks = if again || self.plan.always || self.succeeded.is_none() { self.plan.asks.clone() } else { Vec::new() };
        match self.plan.later.take_if(|_| self.succeeded.is_some()) {
            Some(Later::Asks(later)) => {
                self.plan.asks.clone_from(&later);
                asks = later;
            }
            Some(Later::Ends(status)) => {
                // What an institution or a provider mends by itself is over after one aggregation.
                self.plan.once = matches!(status.as_str(), "FAILED" | "DEGRADED" | "DISCONNECTED" | "DELAYED");
                self.plan.ends = Some(status);
            }
            Some(Later::Quirk(word)) => self.plan.quirk = Some(word),
            None => {}
        }
        let shown = if again { "RESUMED".into() } else { std::mem::take(&mut self.status) };
        self.begin(&shown, asks, attended, s);
    }

    /// The answers were right: on to the next question, or in.
    pub fn answered(&mut self, s: &Setting) {
        if !self.asks.is_empty() {
            self.asks.remove(0);
        }
        self.step += 1;
        self.wrong = 0;
        self.expires = None;
        self.status = "RESUMED".into();
        self.job = Some(self.job_from(s, Span::seconds(1), true));
    }

    /// The answers were wrong.
    pub fn refused(&mut self) {
        self.wrong += 1;
        let status = if self.wrong >= TRIES { "LOCKED" } else { "REJECTED" };
        self.end(status);
    }

    pub fn end(&mut self, status: &str) {
        self.status = status.into();
        self.job = None;
        self.expires = None;
        if status != "REJECTED" && status != "EXPIRED" {
            self.asks.clear();
        }
    }

    /// Lets the time until now have its effect.
    pub fn settle(&mut self, s: &Setting) {
        if self.removed {
            return;
        }
        self.work(s);
        if self.expires.is_some_and(|e| e <= s.now) {
            self.end("EXPIRED");
        }
        self.overnight(s);
    }

    fn work(&mut self, s: &Setting) {
        let Some(job) = self.job.clone().filter(|j| j.signs_in <= s.now) else { return };
        if !job.inside {
            if let Some(status) = self.door(s) {
                return self.end(&status);
            }
            if let Some(ask) = self.asks.first() {
                self.status = if *ask == Ask::Push { "PENDING" } else { "CHALLENGED" }.into();
                self.expires = job.attended.then_some(job.signs_in + PATIENCE);
                self.job = None;
                return;
            }
            if let Some(status) = self.plan.ends.clone() {
                return self.fail(&status);
            }
            let slow = job.done - job.signs_in > Span::minutes(1);
            self.status = if slow { "DELAYED" } else { "CONNECTED" }.into();
            self.job = Some(Job { inside: true, ..job.clone() });
        }
        if job.done <= s.now {
            self.status = "CONNECTED".into();
            self.wrong = 0;
            self.succeeded = Some(job.done);
            self.aggregations += 1;
            self.job = None;
        }
    }

    /// What the institution itself says to everybody.
    fn door(&self, s: &Setting) -> Option<String> {
        match &s.health {
            Health::Down => Some("FAILED".into()),
            Health::Retired => Some("DISCONTINUED".into()),
            Health::Healthy | Health::Degraded | Health::MergedInto(_) => None,
        }
    }

    fn fail(&mut self, status: &str) {
        if std::mem::take(&mut self.plan.once) {
            self.plan.ends = None;
        }
        if status == "DENIED" {
            self.wrong += 1;
            let status = if self.wrong >= TRIES { "PREVENTED" } else { "DENIED" };
            return self.end(status);
        }
        match status {
            REMOVED => self.removed = true,
            // These are no ends: the sign-in worked.
            "CONNECTED" | "RECONNECTED" | "IMPORTED" => {
                self.succeeded = Some(self.attempted.unwrap_or_default());
                self.aggregations += 1;
                self.end(status);
            }
            "CHALLENGED" => {
                self.plan.ends = None;
                self.asks = vec![Ask::Token];
                self.status = "CHALLENGED".into();
                self.job = None;
            }
            other => self.end(other),
        }
    }

    /// Values come once a business day without anybody asking, for members that are well.
    fn overnight(&mut self, s: &Setting) {
        let heals = matches!(self.status.as_str(), "FAILED" | "DEGRADED" | "DISCONNECTED");
        if !self.background || self.job.is_some() || !(self.connected() || heals) {
            return;
        }
        let at = published(data_day(s.now));
        if self.attempted.is_none_or(|t| t >= at) {
            return;
        }
        let then = Setting { now: at, quick: true, rationed: false, health: s.health.clone(), at: s.at };
        self.aggregate(false, &then);
        self.work(&then);
        self.work(s);
    }

    /// The day whose values the accounts show.
    pub fn day(&self) -> Option<Date> {
        let stale = if self.quirk() == "stale" { Span::days(9) } else { Span(0) };
        self.succeeded.map(|t| data_day(t - stale))
    }

    pub fn linked(&self) -> Date {
        self.created.utc_date()
    }

    pub fn asking<'a>(&'a self, at: &'a Institution, person: &'a Person) -> Asking<'a> {
        Asking { member: &self.guid, turn: self.turn, step: self.step, at, person }
    }
}
