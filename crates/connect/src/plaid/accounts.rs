//! The provider's accounts in our words. Debts become negative; a type nobody has heard of stays readable and is `Other`.

use super::wire::{Account, Balances};
use crate::said::mask;
pub(super) use crate::said::{day_of, tidy};
use model::{AccountData, AccountKind, Currency, Time};

/// When the provider last heard from the institution, by what it says for the whole connection.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    pub investments: Option<Time>,
    pub transactions: Option<Time>,
}

impl Heard {
    pub fn latest(self) -> Option<Time> {
        self.investments.max(self.transactions)
    }
}

/// The figures' own time: what the account says, then what the connection says for this kind of account, then for any kind, and only
/// when nobody says anything the moment of the answer. Never in the future.
fn as_of(balances: &Balances, investment: bool, heard: Heard, now: Time) -> Time {
    let by_kind = if investment { heard.investments } else { heard.transactions };
    balances.last_updated_datetime.0.or(by_kind).or(heard.latest()).unwrap_or(now).min(now)
}

pub(super) fn account(wire: Account, heard: Heard, now: Time) -> Option<AccountData> {
    let external_id = wire.account_id.0.filter(|id| !id.is_empty())?;
    let (kind_word, subtype) = (wire.r#type.0.unwrap_or_default(), wire.subtype.0.unwrap_or_default());
    let balances = wire.balances.0.unwrap_or_default();
    let owed = matches!(kind_word.as_str(), "credit" | "loan");
    let as_of = as_of(&balances, is_investment(&kind_word), heard, now);
    let name = wire.name.as_deref().and_then(tidy).or_else(|| wire.official_name.as_deref().and_then(tidy));
    Some(AccountData {
        name: name.unwrap_or_else(|| "Account".into()),
        official_name: wire.official_name.as_deref().and_then(tidy),
        mask: wire.mask.as_deref().and_then(mask),
        kind: kind(&kind_word, &subtype),
        raw_type: raw(&kind_word, &subtype),
        currency: currency(balances.iso_currency_code.as_deref(), balances.unofficial_currency_code.as_deref()),
        value: balances.current.map(|c| if owed { -c } else { c }),
        available: *balances.available,
        limit: *balances.limit,
        positions: is_investment(&kind_word).then(Vec::new),
        as_of,
        as_of_day: day_of(as_of),
        terms: vec![],
        persistent_id: wire.persistent_account_id.0.filter(|id| !id.is_empty()),
        external_id,
    })
}

pub(super) fn is_investment(kind: &str) -> bool {
    matches!(kind, "investment" | "brokerage")
}

pub(super) fn raw(kind: &str, subtype: &str) -> String {
    let joined = if subtype.is_empty() { kind.to_string() } else { format!("{kind}/{subtype}") };
    tidy(&joined).unwrap_or_default()
}

/// One of the two is set: the official code, or the provider's own for what has none.
pub(super) fn currency(iso: Option<&str>, unofficial: Option<&str>) -> Option<Currency> {
    [iso, unofficial].into_iter().flatten().find_map(|c| c.parse().ok())
}

pub fn kind(kind: &str, subtype: &str) -> AccountKind {
    use AccountKind::*;
    let subtype = subtype.to_ascii_lowercase();
    match (kind, subtype.as_str()) {
        ("depository", "checking" | "prepaid" | "ebt" | "limited purpose checking") => Checking,
        ("depository", "savings" | "cd" | "money market") => Savings,
        ("depository" | "investment" | "brokerage", "hsa" | "health reimbursement arrangement") => HealthSavings,
        ("depository", _) => Cash,
        ("credit", _) => CreditCard,
        ("loan", "mortgage" | "home equity") => Mortgage,
        ("loan", "student") => StudentLoan,
        ("loan", _) => Loan,
        ("investment" | "brokerage", "529" | "education savings account" | "resp") => Education,
        ("investment" | "brokerage", "fixed annuity" | "variable annuity" | "other annuity") => Annuity,
        ("investment" | "brokerage", "life insurance" | "other insurance") => Insurance,
        ("investment" | "brokerage", "crypto exchange" | "non-custodial wallet") => Crypto,
        ("investment", "line of credit") => Loan,
        ("investment" | "brokerage", s) if RETIREMENT.contains(&s) => Retirement,
        ("investment" | "brokerage", _) => Brokerage,
        _ => Other,
    }
}

const RETIREMENT: &[&str] = &[
    "401a",
    "401k",
    "403b",
    "457b",
    "ira",
    "keogh",
    "lif",
    "lira",
    "lrif",
    "lrsp",
    "pension",
    "prif",
    "profit sharing plan",
    "qshr",
    "rdsp",
    "retirement",
    "rlif",
    "roth",
    "roth 401k",
    "roth 403b",
    "roth 457b",
    "roth pension",
    "roth profit sharing plan",
    "roth thrift savings plan",
    "rrif",
    "rrsp",
    "sarsep",
    "sep ira",
    "simple ira",
    "sipp",
    "thrift savings plan",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::Read;
    use model::Decimal;

    fn read(json: &str) -> AccountData {
        account(Account::read(json).unwrap(), Heard::default(), Time::from_seconds(1_790_000_000)).unwrap()
    }

    #[test]
    fn debts_are_negative_and_what_is_owned_is_not() {
        let card = read(
            r#"{"account_id":"a","type":"credit","subtype":"credit card","balances":{"current":410.25,"limit":5000,"iso_currency_code":"USD"}}"#,
        );
        assert_eq!(
            (card.kind, card.value, card.limit),
            (AccountKind::CreditCard, Some(Decimal::new(-41025, 2)), Some(Decimal::from(5000)))
        );
        let overpaid = read(r#"{"account_id":"a","type":"credit","balances":{"current":-10}}"#);
        assert_eq!(overpaid.value, Some(Decimal::from(10)));
        let loan = read(r#"{"account_id":"a","type":"loan","subtype":"student","balances":{"current":65262.0}}"#);
        assert_eq!((loan.kind, loan.value.unwrap().to_string().as_str()), (AccountKind::StudentLoan, "-65262.0"));
        let broker = read(r#"{"account_id":"a","type":"investment","subtype":"brokerage","balances":{"current":12.5}}"#);
        assert_eq!((broker.value, broker.positions), (Some(Decimal::new(125, 1)), Some(vec![])));
    }

    #[test]
    fn words_of_tomorrow_stay_readable() {
        let new =
            read(r#"{"account_id":"a","type":"hologram","subtype":"blue","balances":{"current":"lots"},"name":7,"mask":"000012345"}"#);
        assert_eq!((new.kind, new.raw_type.as_str(), new.value, new.name.as_str()), (AccountKind::Other, "hologram/blue", None, "Account"));
        assert_eq!((new.mask.as_deref(), new.positions), (Some("2345"), None));
        assert_eq!(kind("investment", "403B"), AccountKind::Retirement);
        assert_eq!(kind("investment", "moon fund"), AccountKind::Brokerage);
    }

    #[test]
    fn the_nearest_time_wins_and_none_lies_ahead() {
        let (now, t) = (Time::from_seconds(1_000_000), Time::from_seconds);
        let heard = Heard { investments: Some(t(500_000)), transactions: Some(t(700_000)) };
        let own = Balances { last_updated_datetime: crate::lenient::Maybe(Some(t(600_000))), ..Balances::default() };
        let none = Balances::default();
        assert_eq!(as_of(&own, true, heard, now), t(600_000));
        assert_eq!(as_of(&none, true, heard, now), t(500_000));
        assert_eq!(as_of(&none, false, heard, now), t(700_000));
        assert_eq!(as_of(&none, false, Heard { transactions: None, ..heard }, now), t(500_000));
        assert_eq!(as_of(&none, true, Heard::default(), now), now);
        assert_eq!(as_of(&own, true, heard, t(550_000)), t(550_000));
    }
}
