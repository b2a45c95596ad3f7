//! Tickets to Data Support: their states, and what must not stand in one.

/// Where a ticket stands, as whoever keeps it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// Reported; nobody has taken it up yet.
    Open,
    /// Data Support waits for somebody else: the provider, the institution.
    Waiting,
    /// Data Support has answered: the adviser's move.
    Answered,
    Solved,
}

impl TicketState {
    pub const ALL: [TicketState; 4] = [TicketState::Open, TicketState::Waiting, TicketState::Answered, TicketState::Solved];
    pub fn key(self) -> &'static str {
        match self {
            TicketState::Open => "open",
            TicketState::Waiting => "waiting",
            TicketState::Answered => "answered",
            TicketState::Solved => "solved",
        }
    }
    pub fn from_key(key: &str) -> Option<TicketState> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
    /// It is Data Support's move.
    pub fn is_theirs(self) -> bool {
        matches!(self, TicketState::Open | TicketState::Waiting)
    }
}

/// What of somebody's words does not belong into a ticket: an account number, a code, an amount. Says why, for whoever typed it.
pub fn unfit(words: &str) -> Option<&'static str> {
    let mut run = 0;
    let mut fours = 0;
    let mut before = ' ';
    for c in words.chars().chain([' ']) {
        if c.is_ascii_digit() {
            if matches!(before, '$' | '€' | '£') {
                return Some("Leave amounts out: Data Support needs none");
            }
            run += 1;
        } else {
            fours = if run == 4 { fours + 1 } else { 0 };
            run = if run >= 6 || fours >= 3 { return Some("Leave numbers of accounts and codes out: Data Support needs none") } else { 0 };
            if !matches!(c, ' ' | '-') {
                fours = 0;
            }
        }
        before = c;
    }
    None
}

/// The words without these people: Data Support finds the sign-in by its connection. A whole name is found however it is written; one word
/// of it as it is written or in capitals, because in small letters many are words like any others.
pub fn without_names(words: &str, names: &[String]) -> String {
    let mut names: Vec<Vec<char>> = names.iter().map(|n| n.trim().chars().collect()).filter(|n: &Vec<char>| n.len() > 1).collect();
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    let words: Vec<char> = words.chars().collect();
    let fits = |name: &[char], said: &[char]| {
        let in_capitals = said.iter().all(|c| !c.is_lowercase());
        let any = in_capitals || name.contains(&' ');
        name.iter().zip(said).all(|(a, b)| a == b || (any && a.to_lowercase().eq(b.to_lowercase())))
    };
    let (mut out, mut at) = (String::new(), 0);
    while let Some(c) = words.get(at) {
        let begins = at == 0 || !words[at - 1].is_alphanumeric();
        let name = names.iter().find(|n| {
            let rest = &words[at..];
            begins && rest.get(..n.len()).is_some_and(|said| fits(n, said)) && !rest.get(n.len()).is_some_and(|c| c.is_alphanumeric())
        });
        match name {
            Some(n) => {
                out.push_str("[client]");
                at += n.len();
            }
            None => {
                out.push(*c);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: E49
    #[test]
    fn numbers_of_accounts_codes_amounts_and_names_stay_out() {
        for words in ["account 4400119822", "card 4400 1122 3344 5566", "code 481902 came", "it shows $1,200", "€5 less"] {
            assert!(unfit(words).is_some(), "{words}");
        }
        for words in ["since 2026-11-17, error 500", "the 401(k) at Larchmont", "3 of 12 accounts", ""] {
            assert!(unfit(words).is_none(), "{words}");
        }
        let names = ["Ngozi Okafor".to_owned(), "Ngozi".into(), "Okafor".into(), "Al".into()];
        assert_eq!(
            without_names("Ngozi Okafor signs in; Ngozi's code, Al. Also; NGOZI, ngozi okafor, al", &names),
            "[client] signs in; [client]'s code, [client]. Also; [client], [client], al"
        );
    }

    #[test]
    fn keys_read_back() {
        for s in TicketState::ALL {
            assert_eq!(TicketState::from_key(s.key()), Some(s));
        }
    }
}
