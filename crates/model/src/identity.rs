//! Which of our accounts a provider's account is. An account is ours, what a provider calls it is an alias: a new sign-in, a second
//! connection or a renamed id ends in the same account. Certain matches join by themselves; anything less stays apart, because a
//! wrong join hides an account and two true twins must stay two.

use crate::head::Head;
use crate::{AccountData, AccountId, AccountKind, AccountState, ConnectionId};
use serde::Serialize;

/// One of our accounts that could be meant.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub account: AccountId,
    pub state: AccountState,
    pub institution: String,
    pub name: String,
    pub mask: Option<String>,
    pub kind: AccountKind,
    pub connection: Option<ConnectionId>,
    /// Ids that providers promised to keep.
    pub persistent: Vec<String>,
    pub head: Head,
    /// The provider's id under this very connection, if it has one.
    pub alias: Option<String>,
}

/// A match and why, in words for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Match {
    pub account: AccountId,
    pub score: u32,
    pub reasons: Vec<&'static str>,
}

/// From here on a match joins by itself.
pub const CERTAIN: u32 = 100;

/// How well one account of a snapshot fits one of ours. Below 40 it is no match at all.
pub fn score(institution: &str, found: &AccountData, ours: &Candidate) -> Match {
    let mut m = fit(institution, found, ours);
    // Never enough to join what would not join without it; among equals it is the one that this connection has known.
    if m.score >= CERTAIN && ours.alias.is_some() {
        m.score += 5;
        m.reasons.push("this connection knew it by another id");
    }
    m
}

fn fit(institution: &str, found: &AccountData, ours: &Candidate) -> Match {
    let mut m = Match { account: ours.account, score: 0, reasons: Vec::new() };
    let mut add = |points: u32, why: &'static str| {
        m.score += points;
        m.reasons.push(why);
    };
    if found.persistent_id.as_ref().is_some_and(|p| ours.persistent.contains(p)) {
        add(200, "the provider's lasting id is the same");
        return m;
    }
    let same_institution = fold(institution) == fold(&ours.institution);
    if !same_institution || found.kind != ours.kind {
        return m;
    }
    add(20, "same institution and kind");
    match (&found.mask, &ours.mask) {
        (Some(a), Some(b)) if a == b => add(60, "same last digits"),
        (Some(_), Some(_)) => {
            // Another number is another account, whatever else agrees.
            m.score = 0;
            m.reasons.clear();
            return m;
        }
        _ => {}
    }
    let mut add = |points: u32, why: &'static str| {
        m.score += points;
        m.reasons.push(why);
    };
    // People may have renamed ours: what the institution called it last counts as well.
    let known_as = [fold(&ours.name), fold(&ours.head.name)];
    let official = found.official_name.is_some() && found.official_name == ours.head.official_name;
    if known_as.contains(&fold(&found.name)) || official {
        add(20, "same name");
    }
    if let (Some(new), Some(old)) = (&found.positions, &ours.head.positions) {
        let keys: Vec<String> = new.iter().map(|p| crate::held::security_key(&p.security)).collect();
        let shared = old.iter().filter(|p| keys.contains(&p.security)).count();
        if !old.is_empty() && shared * 4 >= old.len().max(keys.len()) * 3 {
            add(20, "same securities");
        }
    } else if found.value.is_some() && found.value == ours.head.value {
        add(10, "same balance");
    }
    m
}

fn fold(s: &str) -> String {
    s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Assigns the accounts of one snapshot to ours: for each, the account it certainly is, or none. Each of ours is taken once; an alias
/// under this connection always wins; where two fit equally well, neither is guessed unless their figures tell them apart.
pub fn assign(connection: ConnectionId, institution: &str, found: &[AccountData], ours: &[Candidate]) -> Vec<Option<Match>> {
    let mut out: Vec<Option<Match>> = vec![None; found.len()];
    let mut taken: Vec<AccountId> = Vec::new();
    for (i, f) in found.iter().enumerate() {
        let by_alias = ours.iter().find(|c| c.connection == Some(connection) && c.alias.as_deref() == Some(&f.external_id));
        let by_alias = by_alias.or_else(|| ours.iter().find(|c| c.alias.as_deref() == Some(&f.external_id)));
        if let Some(c) = by_alias {
            taken.push(c.account);
            out[i] = Some(Match { account: c.account, score: 1000, reasons: vec!["known under this connection"] });
        }
    }
    // Accounts still named by an alias that this snapshot uses are spoken for; the others compete, best first.
    let mut all: Vec<(usize, Match)> = Vec::new();
    for (i, f) in found.iter().enumerate().filter(|(i, _)| out[*i].is_none()) {
        // A deleted account counts only under the connection that knew it: there it must not come back by another name.
        let alive = |c: &Candidate| c.state != AccountState::Deleted || c.alias.is_some();
        for c in ours.iter().filter(|c| !taken.contains(&c.account) && alive(c)) {
            let m = score(institution, f, c);
            if m.score >= CERTAIN {
                all.push((i, m));
            }
        }
    }
    all.sort_by(|(ia, a), (ib, b)| b.score.cmp(&a.score).then(ia.cmp(ib)).then(a.account.cmp(&b.account)));
    let options = all.clone();
    for (i, m) in all {
        if out[i].is_some() || taken.contains(&m.account) {
            continue;
        }
        // A tie with another free account of ours: two twins. Guessing could swap their histories.
        let rivals = options.iter().filter(|(j, o)| *j == i && o.score == m.score && o.account != m.account && !taken.contains(&o.account));
        if rivals.count() > 0 && m.score < 200 {
            continue;
        }
        taken.push(m.account);
        out[i] = Some(m);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, Id, Time};
    use rust_decimal::Decimal;

    fn found(id: &str, name: &str, mask: &str, value: i64) -> AccountData {
        AccountData {
            external_id: id.into(),
            persistent_id: None,
            name: name.into(),
            official_name: None,
            mask: Some(mask.into()),
            kind: AccountKind::Checking,
            raw_type: "depository/checking".into(),
            currency: Some(Currency::usd()),
            value: Some(Decimal::new(value, 2)),
            available: None,
            limit: None,
            positions: None,
            as_of: Time(0),
            as_of_day: jiff::civil::date(2026, 11, 20),
            terms: vec![],
        }
    }

    fn ours(n: u8, name: &str, mask: &str, connection: Option<ConnectionId>, alias: Option<&str>) -> Candidate {
        Candidate {
            account: Id::new(Time(0), [n; 10]),
            state: AccountState::Live,
            institution: "Bluewater Credit Union".into(),
            name: name.into(),
            mask: Some(mask.into()),
            kind: AccountKind::Checking,
            connection,
            persistent: vec![],
            head: Head::default(),
            alias: alias.map(Into::into),
        }
    }

    fn conn(n: u8) -> ConnectionId {
        Id::new(Time(0), [n; 10])
    }

    // proves: N33
    #[test]
    fn the_same_login_linked_again_ends_in_the_same_accounts() {
        let known = [ours(1, "Joint checking", "0417", Some(conn(1)), None), ours(2, "Joint savings", "0425", Some(conn(1)), None)];
        let new = [found("b", "Joint savings", "0425", 5), found("a", "Joint checking", "0417", 5), found("c", "Holiday", "9999", 1)];
        let got = assign(conn(2), "Bluewater Credit Union", &new, &known);
        assert_eq!(
            got.iter().map(|m| m.as_ref().map(|m| m.account)).collect::<Vec<_>>(),
            [Some(known[1].account), Some(known[0].account), None]
        );
    }

    #[test]
    fn another_number_or_institution_is_another_account() {
        let known = [ours(1, "Checking", "0417", Some(conn(1)), None)];
        assert_eq!(assign(conn(2), "Bluewater Credit Union", &[found("a", "Checking", "0418", 5)], &known), [None]);
        assert_eq!(assign(conn(2), "Northgate Brokerage", &[found("a", "Checking", "0417", 5)], &known), [None]);
    }

    #[test]
    fn true_twins_stay_two_and_are_never_swapped() {
        let c = conn(1);
        let known = [ours(1, "Savings", "0000", Some(c), Some("x")), ours(2, "Savings", "0000", Some(c), Some("y"))];
        let new = [found("y", "Savings", "0000", 5), found("x", "Savings", "0000", 5)];
        let got = assign(c, "Bluewater Credit Union", &new, &known);
        assert_eq!(got.iter().map(|m| m.as_ref().unwrap().account).collect::<Vec<_>>(), [known[1].account, known[0].account]);
        let unknown = [ours(1, "Savings", "0000", None, None), ours(2, "Savings", "0000", None, None)];
        assert_eq!(assign(c, "Bluewater Credit Union", &new, &unknown), [None, None]);
    }

    #[test]
    fn a_changed_provider_id_keeps_the_account() {
        let c = conn(1);
        let known = [ours(1, "Checking", "0417", Some(c), Some("old"))];
        let got = assign(c, "Bluewater Credit Union", &[found("new", "Checking", "0417", 5)], &known);
        assert_eq!(got[0].as_ref().unwrap().account, known[0].account);
    }

    // proves: N33
    #[test]
    fn a_name_that_people_gave_does_not_hide_the_account() {
        let mut renamed = ours(1, "Groceries and rent", "0417", None, None);
        renamed.head.name = "Checking".into();
        let got = assign(conn(2), "Bluewater Credit Union", &[found("x", "Checking", "0417", 5)], &[renamed.clone()]);
        assert_eq!(got[0].as_ref().unwrap().account, renamed.account);
    }

    // proves: N65
    #[test]
    fn a_deleted_account_stays_deleted_under_another_id_and_yields_to_a_new_link() {
        let (old, new) = (conn(1), conn(2));
        let gone = Candidate { state: AccountState::Deleted, ..ours(1, "Checking", "0417", None, Some("old")) };
        let linked_again = ours(2, "Checking", "0417", Some(new), None);
        let got = assign(old, "Bluewater Credit Union", &[found("other", "Checking", "0417", 5)], &[linked_again.clone(), gone.clone()]);
        assert_eq!(got[0].as_ref().unwrap().account, gone.account);
        let from_new = Candidate { alias: None, ..gone };
        let got = assign(new, "Bluewater Credit Union", &[found("other", "Checking", "0417", 5)], &[from_new]);
        assert_eq!(got, [None]);
    }
}
