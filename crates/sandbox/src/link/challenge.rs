//! What a password leads to: nothing more, a second factor, or an error. The answers are words of the sandbox, none of them secret.

use crate::custom::Custom;
use crate::plaid::error::Trouble;
use crate::world::{Mfa, Person};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What has yet to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// Choose where the code goes, then type it.
    Device,
    /// A code without a choice.
    Code,
    Questions {
        rounds: usize,
        each: usize,
        round: usize,
    },
    Selections {
        rounds: usize,
        each: usize,
        options: usize,
        round: usize,
        /// `mfa_selections` alone wants a plain *Yes*.
        yes: bool,
    },
}

/// How a password is taken.
pub enum Taken {
    Right { challenge: Option<Challenge>, custom: Option<Custom> },
    Wrong,
    Refused(Trouble),
}

/// The code every device receives.
pub const CODE: &str = "1234";

impl Challenge {
    pub fn of(mfa: Mfa) -> Option<Challenge> {
        match mfa {
            Mfa::None => None,
            Mfa::Device { .. } => Some(Challenge::Device),
            Mfa::Code { .. } => Some(Challenge::Code),
            Mfa::Questions { rounds, per_round } => Some(Challenge::Questions { rounds: rounds.into(), each: per_round.into(), round: 0 }),
            Mfa::Selections { rounds, per_round } => {
                Some(Challenge::Selections { rounds: rounds.into(), each: per_round.into(), options: 3, round: 0, yes: false })
            }
        }
    }

    fn of_password(password: &str) -> Option<Challenge> {
        if password == "mfa_device" {
            return Some(Challenge::Device);
        }
        let counts = |rest: &str| -> Vec<usize> { rest.split('_').filter_map(|n| n.parse().ok()).map(|n: usize| n.clamp(1, 9)).collect() };
        if let Some(rest) = password.strip_prefix("mfa_questions_") {
            let [rounds, each] = counts(rest)[..] else { return None };
            return Some(Challenge::Questions { rounds, each, round: 0 });
        }
        if password == "mfa_selections" {
            return Some(Challenge::Selections { rounds: 1, each: 1, options: 2, round: 0, yes: true });
        }
        let [rounds, each, options] = counts(password.strip_prefix("mfa_selections_")?)[..] else { return None };
        Some(Challenge::Selections { rounds, each, options, round: 0, yes: false })
    }

    fn of_custom(mfa: &Value) -> Option<Challenge> {
        let count = |name: &str| mfa.get(name).and_then(Value::as_u64).unwrap_or(1).clamp(1, 9) as usize;
        match mfa.get("type")?.as_str()? {
            "device" => Some(Challenge::Device),
            "questions" => Some(Challenge::Questions { rounds: count("question_rounds"), each: count("questions_per_round"), round: 0 }),
            "selections" => {
                let (rounds, each) = (count("selection_rounds"), count("selections_per_question"));
                Some(Challenge::Selections { rounds, each: 1, options: each.max(2), round: 0, yes: false })
            }
            _ => None,
        }
    }

    pub fn round(&self) -> usize {
        match self {
            Challenge::Questions { round, .. } | Challenge::Selections { round, .. } => *round,
            _ => 0,
        }
    }

    /// The prompts of the present round, each with its choices; no choices means free text.
    pub fn prompts(&self, person: &Person) -> Vec<(String, Vec<String>)> {
        match self {
            Challenge::Questions { each, round, .. } => (0..*each)
                .map(|n| {
                    let at = round * each + n;
                    let prompt = person.questions.get(at).cloned().unwrap_or_else(|| format!("Question {} of round {}", n + 1, round + 1));
                    (prompt, Vec::new())
                })
                .collect(),
            Challenge::Selections { yes: true, .. } => vec![("Is this sign-in yours?".into(), vec!["Yes".into(), "No".into()])],
            Challenge::Selections { each, options, round, .. } => (0..*each)
                .map(|n| {
                    let prompt = person.selections.get(round * each + n).map(|s| s.prompt.clone());
                    let prompt = prompt.unwrap_or_else(|| format!("Choice {} of round {}", n + 1, round + 1));
                    (prompt, (0..*options).map(|o| format!("answer_{round}_{n}_{o}")).collect())
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Is this what the institution waits for?
    pub fn accepts(&self, answers: &[String]) -> bool {
        let clean = |s: &str| s.trim().to_string();
        match self {
            Challenge::Device | Challenge::Code => {
                let typed: String = answers.concat().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
                typed == CODE
            }
            Challenge::Questions { each, round, .. } => {
                answers.len() == *each && answers.iter().enumerate().all(|(n, a)| clean(a) == format!("answer_{round}_{n}"))
            }
            Challenge::Selections { yes: true, .. } => answers.len() == 1 && clean(&answers[0]) == "Yes",
            Challenge::Selections { each, round, .. } => {
                answers.len() == *each && answers.iter().enumerate().all(|(n, a)| clean(a) == format!("answer_{round}_{n}_0"))
            }
        }
    }

    /// The next round, if there is one.
    pub fn next(&self) -> Option<Challenge> {
        let mut next = self.clone();
        match &mut next {
            Challenge::Questions { rounds, round, .. } | Challenge::Selections { rounds, round, .. } if *round + 1 < *rounds => *round += 1,
            _ => return None,
        }
        Some(next)
    }
}

/// Judges a sign-in. `usual` is what the institution asks of everybody.
pub fn judge(user: &str, password: &str, usual: Mfa) -> Taken {
    let plain = |custom| Taken::Right { challenge: Challenge::of(usual), custom };
    if let Some(code) = password.strip_prefix("error_").filter(|c| c.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')) {
        return if code == "INVALID_CREDENTIALS" { Taken::Wrong } else { Taken::Refused(Trouble::of(code)) };
    }
    if let Some(challenge) = Challenge::of_password(password) {
        return Taken::Right { challenge: Some(challenge), custom: None };
    }
    if user == "user_custom" {
        return match Custom::read(password) {
            None => Taken::Wrong,
            Some(c) if c.recaptcha_bad => Taken::Refused(Trouble::of("RECAPTCHA_BAD")),
            Some(c) => match &c.force_error {
                Some(code) => Taken::Refused(Trouble::of(code)),
                None => Taken::Right { challenge: c.mfa.as_ref().and_then(Challenge::of_custom).or(Challenge::of(usual)), custom: Some(c) },
            },
        };
    }
    if let Ok(Value::Object(o)) = serde_json::from_str::<Value>(password) {
        return match o.get("recaptcha").and_then(Value::as_str) {
            Some("good") => plain(None),
            Some("bad") => Taken::Refused(Trouble::of("RECAPTCHA_BAD")),
            _ => Taken::Wrong,
        };
    }
    let right = password == "pass_good" || (user == "user_transactions_dynamic" && !password.is_empty());
    if right && !user.trim().is_empty() { plain(None) } else { Taken::Wrong }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(password: &str) -> Option<Challenge> {
        match judge("user_good", password, Mfa::None) {
            Taken::Right { challenge, .. } => challenge,
            _ => None,
        }
    }

    #[test]
    fn passwords_lead_where_the_table_says() {
        assert!(matches!(judge("user_good", "pass_good", Mfa::None), Taken::Right { challenge: None, .. }));
        assert!(matches!(judge("ngozi.okafor", "pass_good", Mfa::None), Taken::Right { challenge: None, .. }));
        assert!(matches!(judge("user_good", "wrong", Mfa::None), Taken::Wrong));
        assert!(matches!(judge("user_good", "error_ITEM_LOCKED", Mfa::None), Taken::Refused(t) if t.code == "ITEM_LOCKED"));
        assert!(matches!(judge("user_good", r#"{"recaptcha":"bad"}"#, Mfa::None), Taken::Refused(t) if t.code == "RECAPTCHA_BAD"));
        assert!(matches!(judge("user_transactions_dynamic", "x", Mfa::None), Taken::Right { .. }));
        assert_eq!(challenge("mfa_device"), Some(Challenge::Device));
        let two = challenge("mfa_questions_2_1").unwrap();
        assert!(two.accepts(&["answer_0_0".into()]) && !two.accepts(&["answer_1_0".into()]));
        assert!(two.next().unwrap().accepts(&["answer_1_0".into()]) && two.next().unwrap().next().is_none());
        assert!(challenge("mfa_selections").unwrap().accepts(&["Yes".into()]));
        assert!(challenge("mfa_selections_1_2_3").unwrap().accepts(&["answer_0_0_0".into(), "answer_0_1_0".into()]));
        assert!(Challenge::Device.accepts(&["12 34".into()]));
    }
}
