//! The way back in for somebody who lost what proves them: a pure state machine. Whatever is lost, two methods that are independent of each
//! other must have been shown before anything new is set, and support has no part in it (P31).

use serde::{Deserialize, Serialize};

/// What was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lost {
    /// The password alone: the second factor stays and is asked for.
    Password,
    /// The second factor, or everything.
    Factors,
}

impl Lost {
    pub const ALL: [Lost; 2] = [Lost::Password, Lost::Factors];
    pub fn key(self) -> &'static str {
        match self {
            Lost::Password => "password",
            Lost::Factors => "factors",
        }
    }
    pub fn from_key(key: &str) -> Option<Lost> {
        Self::ALL.into_iter().find(|l| l.key() == key)
    }
}

/// Whose way it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Whose {
    Client,
    Staff,
}

/// Who begins or approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hand {
    /// Whoever lost it.
    Oneself,
    /// The lead of a household that the client sees.
    Lead,
    Administrator,
    /// A second administrator, not the one who began.
    OtherAdministrator,
    /// Whoever runs the server, at its command line.
    Operator,
    Support,
}

impl Hand {
    pub const ALL: [Hand; 6] = [Hand::Oneself, Hand::Lead, Hand::Administrator, Hand::OtherAdministrator, Hand::Operator, Hand::Support];
}

/// One independent proof of who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// The link that only this mailbox was sent.
    Mailbox,
    /// A code of the authenticator, or a printed one.
    Factor,
    /// A code read out by somebody of the firm who knows the person.
    Spoken,
}

/// Something happens to a way back in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    Begin(Lost, Whose, Hand),
    Approve(Hand),
    Show(Method),
}

/// How far somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Way {
    begun: Option<(Lost, Whose)>,
    approved: bool,
    mailbox: bool,
    factor: bool,
    spoken: bool,
}

impl Way {
    /// What comes next; `None` where this cannot happen.
    pub fn step(self, step: Step) -> Option<Way> {
        match (self.begun, step) {
            (None, Step::Begin(lost, whose, hand)) => {
                let (may, approved) = match (lost, whose, hand) {
                    (Lost::Password, _, Hand::Oneself) => (true, true),
                    (Lost::Factors, Whose::Client, Hand::Lead | Hand::Administrator) => (true, true),
                    (Lost::Factors, Whose::Staff, Hand::Administrator) => (true, false),
                    (Lost::Factors, Whose::Staff, Hand::Operator) => (true, true),
                    _ => (false, false),
                };
                may.then_some(Way { begun: Some((lost, whose)), approved, ..self })
            }
            (Some((Lost::Factors, Whose::Staff)), Step::Approve(Hand::OtherAdministrator | Hand::Operator)) if !self.approved => {
                Some(Way { approved: true, ..self })
            }
            // Nothing is sent, and so nothing can be shown, before it is approved.
            (Some(_), Step::Show(Method::Mailbox)) if self.approved => Some(Way { mailbox: true, ..self }),
            (Some((Lost::Password, _)), Step::Show(Method::Factor)) if self.mailbox => Some(Way { factor: true, ..self }),
            (Some((Lost::Factors, _)), Step::Show(Method::Spoken)) if self.mailbox => Some(Way { spoken: true, ..self }),
            _ => None,
        }
    }

    pub fn methods(self) -> usize {
        [self.mailbox, self.factor, self.spoken].into_iter().filter(|m| *m).count()
    }

    /// Whether something new may be set now.
    pub fn may_set(self) -> bool {
        match self.begun {
            Some((Lost::Password, _)) => self.approved && self.mailbox && self.factor,
            Some((Lost::Factors, _)) => self.approved && self.mailbox && self.spoken,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn steps() -> Vec<Step> {
        let mut all = Vec::new();
        for lost in Lost::ALL {
            for whose in [Whose::Client, Whose::Staff] {
                all.extend(Hand::ALL.map(|h| Step::Begin(lost, whose, h)));
            }
        }
        all.extend(Hand::ALL.map(Step::Approve));
        all.extend([Method::Mailbox, Method::Factor, Method::Spoken].map(Step::Show));
        all
    }

    /// Every path to something new, without walking in circles.
    fn paths(way: Way, path: &mut Vec<Step>, found: &mut BTreeSet<Vec<Step>>) {
        if way.may_set() {
            found.insert(path.clone());
        }
        for step in steps() {
            let Some(next) = way.step(step).filter(|n| *n != way) else { continue };
            path.push(step);
            paths(next, path, found);
            path.pop();
        }
    }

    // proves: P31
    // goal: G12
    #[test]
    fn every_path_back_in_shows_two_methods_and_none_is_supports() {
        let mut found = BTreeSet::new();
        paths(Way::default(), &mut Vec::new(), &mut found);
        assert!(found.len() >= 7, "{found:?}");
        for path in &found {
            let shown: BTreeSet<_> = path.iter().filter(|s| matches!(s, Step::Show(_))).collect();
            assert!(shown.len() >= 2, "{path:?}");
            let hands: Vec<Hand> = path
                .iter()
                .filter_map(|s| match s {
                    Step::Begin(_, _, h) | Step::Approve(h) => Some(*h),
                    Step::Show(_) => None,
                })
                .collect();
            assert!(!hands.contains(&Hand::Support), "{path:?}");
            if let Some(Step::Begin(Lost::Factors, whose, _)) = path.first() {
                assert_ne!(hands[0], Hand::Oneself, "nobody begins this alone: {path:?}");
                assert!(*whose == Whose::Client || hands.len() == 2 || hands == [Hand::Operator], "{path:?}");
            }
        }
    }
}
