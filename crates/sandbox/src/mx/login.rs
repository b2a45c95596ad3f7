//! What a user name and a password lead to: questions, a state at the end, a state at a later aggregation. None of the words is secret.

use super::challenge::Ask;
use crate::world::{Institution, Mfa};
use serde::{Deserialize, Serialize};

/// Every state a connection can be in, as the wire spells them.
pub const STATUSES: [&str; 22] = [
    "CREATED",
    "PREVENTED",
    "DENIED",
    "CHALLENGED",
    "REJECTED",
    "LOCKED",
    "CONNECTED",
    "IMPEDED",
    "RECONNECTED",
    "DEGRADED",
    "DISCONNECTED",
    "DISCONTINUED",
    "CLOSED",
    "DELAYED",
    "FAILED",
    "UPDATED",
    "DISABLED",
    "IMPORTED",
    "RESUMED",
    "EXPIRED",
    "IMPAIRED",
    "PENDING",
];

/// What happens at the first aggregation after a sign-in that went well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Later {
    Ends(String),
    Asks(Vec<Ask>),
    /// From then on its data has that quirk.
    Quirk(String),
}

/// What a sign-in leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub asks: Vec<Ask>,
    /// They are asked at every aggregation.
    pub always: bool,
    /// The state in which it ends instead of connecting.
    pub ends: Option<String>,
    /// It ends so once; the next aggregation works again.
    pub once: bool,
    pub later: Option<Later>,
    /// What is odd about its data; without one the user name may say it.
    pub quirk: Option<String>,
}

/// What can be odd about data, as user names and passwords spell it.
const QUIRKS: [&str; 10] = ["none", "emptied", "doubled", "rekeyed", "stale", "slow", "html", "error_inside", "busy", "busy_until"];
/// The member is gone, as if the person had ended it at the provider.
pub const REMOVED: &str = "REMOVED";

impl Plan {
    fn ends(status: &str) -> Plan {
        Plan { ends: Some(status.into()), ..Plan::default() }
    }
}

fn known(word: &str) -> Option<&'static str> {
    STATUSES.iter().find(|s| **s == word).copied()
}

/// What the institution asks of everybody.
fn usual(at: &Institution) -> (Vec<Ask>, bool) {
    let own: &[Ask] = match at.id.as_str() {
        "mx_corncrake" => &[Ask::Text],
        "mx_owlbarrow" => &[Ask::Options],
        "mx_tallowwick" => &[Ask::Image],
        "mx_fernquill" => &[Ask::Pictures],
        "mx_hazelpush" => &[Ask::Push],
        "mx_dapplegrey" => &[Ask::Text, Ask::Device, Ask::Token],
        _ => &[],
    };
    match at.mfa {
        _ if !own.is_empty() => (own.to_vec(), false),
        Mfa::None => (Vec::new(), false),
        Mfa::Device { every_time } => (vec![Ask::Device, Ask::Token], every_time),
        Mfa::Code { every_time } => (vec![Ask::Token], every_time),
        Mfa::Questions { rounds, per_round } => (vec![Ask::Questions(per_round.into()); rounds.into()], false),
        Mfa::Selections { rounds, .. } => (vec![Ask::Options; rounds.into()], false),
    }
}

/// `mfa_options_token_push`: one after the other.
fn asked_by(password: &str) -> Option<Vec<Ask>> {
    let words = password.strip_prefix("mfa_")?;
    if words == "device" {
        return Some(vec![Ask::Device, Ask::Token]);
    }
    if let Some(counts) = words.strip_prefix("questions_") {
        let (rounds, each) = counts.split_once('_')?;
        let count = |n: &str| n.parse::<usize>().ok().map(|n| n.clamp(1, 9));
        return Some(vec![Ask::Questions(count(each)?); count(rounds)?]);
    }
    words.split('_').map(Ask::named).collect()
}

/// Judges a sign-in. The test institution takes any password that means nothing else, as the vendor's does.
pub fn judge(at: &Institution, user: &str, password: &str) -> Plan {
    let test_bank = at.id == "mx_mxbank";
    let (asks, always) = usual(at);
    if user.trim().is_empty() {
        return Plan::ends("DENIED");
    }
    if let Some(word) = password.strip_prefix("error_") {
        return Plan { asks, ..Plan::ends(known(word).unwrap_or_else(|| of_code(word))) };
    }
    if let Some(rest) = password.strip_prefix("later_") {
        let later = match rest {
            REMOVED => Some(Later::Ends(REMOVED.into())),
            _ if QUIRKS.contains(&rest) => Some(Later::Quirk(rest.into())),
            _ => known(rest).map(|s| Later::Ends(s.into())).or_else(|| asked_by(rest).map(Later::Asks)),
        };
        return match later {
            Some(later) => Plan { asks, always, later: Some(later), ..Plan::default() },
            None => Plan::ends("DENIED"),
        };
    }
    if let Some(asks) = asked_by(password) {
        return Plan { asks, ..Plan::default() };
    }
    if test_bank && let Some(plan) = of_test_bank(password) {
        return plan;
    }
    let right = password == "pass_good" || (test_bank && !password.is_empty());
    if right { Plan { asks, always, ..Plan::default() } } else { Plan::ends("DENIED") }
}

/// The other provider's words for the same trouble, so that one list of logins serves both.
fn of_code(code: &str) -> &'static str {
    match code {
        "INVALID_CREDENTIALS" | "INSUFFICIENT_CREDENTIALS" | "INVALID_UPDATED_USERNAME" => "DENIED",
        "ITEM_LOGIN_REQUIRED" => "IMPAIRED",
        "ITEM_LOCKED" => "LOCKED",
        "INVALID_MFA" => "REJECTED",
        "USER_SETUP_REQUIRED" | "PASSWORD_RESET_REQUIRED" => "IMPEDED",
        "ITEM_NOT_SUPPORTED" | "MFA_NOT_SUPPORTED" => "DISABLED",
        "INSTITUTION_NO_LONGER_SUPPORTED" => "DISCONTINUED",
        _ => "FAILED",
    }
}

/// The passwords that the vendor documents for its test institution.
fn of_test_bank(password: &str) -> Option<Plan> {
    let asks = match password {
        "challenge" => Ask::Text,
        "options" => Ask::Options,
        "image" => Ask::Image,
        "BAD_REQUEST" | "SERVER_ERROR" | "UNAVAILABLE" => return Some(Plan::ends("FAILED")),
        "UNAUTHORIZED" | "INVALID" => return Some(Plan::ends("DENIED")),
        word => return known(word).map(Plan::ends),
    };
    Some(Plan { asks: vec![asks], ..Plan::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    #[test]
    fn passwords_lead_where_the_table_says() {
        let world = World::generate(7, 60);
        let at = |id: &str| super::super::directory::of_id(&world, id).unwrap();
        let good = |id: &str| judge(at(id), "user_good", "pass_good");
        assert_eq!(good("mx_mxbank"), Plan::default());
        assert_eq!(good("mx_dapplegrey").asks, [Ask::Text, Ask::Device, Ask::Token]);
        assert!(good("mx_marrowby").always && good("ins_pinecrest").always);
        assert_eq!(judge(at("ins_northgate"), "user_good", "wrong").ends.as_deref(), Some("DENIED"));
        assert_eq!(judge(at("mx_mxbank"), "mxuser", "anything"), Plan::default());
        assert_eq!(judge(at("mx_mxbank"), "mxuser", "BAD_REQUEST").ends.as_deref(), Some("FAILED"));
        for status in STATUSES {
            assert_eq!(judge(at("ins_northgate"), "user_good", &format!("error_{status}")).ends.as_deref(), Some(status));
        }
        let chain = judge(at("ins_northgate"), "user_good", "mfa_options_token_push");
        assert_eq!(chain.asks, [Ask::Options, Ask::Token, Ask::Push]);
        assert_eq!(judge(at("ins_northgate"), "u", "later_IMPEDED").later, Some(Later::Ends("IMPEDED".into())));
        assert_eq!(judge(at("ins_northgate"), "u", "later_mfa_token").later, Some(Later::Asks(vec![Ask::Token])));
        assert_eq!(judge(at("ins_northgate"), "u", "mfa_nonsense").ends.as_deref(), Some("DENIED"));
    }
}
