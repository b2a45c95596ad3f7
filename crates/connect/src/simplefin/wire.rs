//! The server's answers as they are on the wire, in both versions of the protocol; private to this connector.

use crate::lenient::{Many, Maybe, Read, readable};
use model::{Decimal, Time};
use serde::Deserialize;

type Text = Maybe<String>;
type Amount = Maybe<Decimal>;

/// Unix seconds, as a number or in quotes; 0 says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seconds(pub Time);

impl Read for Seconds {
    fn read(json: &str) -> Option<Self> {
        let seconds: i64 = json.trim_matches('"').split('.').next()?.parse().ok()?;
        (1..=99_999_999_999).contains(&seconds).then(|| Seconds(Time::from_seconds(seconds)))
    }
}

macro_rules! wire {
    ($($(#[$m:meta])* $name:ident { $($(#[$f:meta])* $field:ident: $t:ty),* $(,)? })+) => {
        $(
            $(#[$m])*
            #[derive(Debug, Clone, Default, Deserialize)]
            #[serde(default)]
            pub(super) struct $name { $($(#[$f])* pub $field: $t),* }
        )+
        readable!($($name),+);
    };
}

wire! {
    Info { versions: Many<String> }
    Set { errors: Many<String>, errlist: Many<Trouble>, connections: Many<Connection>, accounts: Maybe<Many<Account>> }
    /// One trouble of the second version; its sentence goes by two names.
    Trouble { code: Text, message: Text, msg: Text, conn_id: Text }
    Connection { conn_id: Text, name: Text, org_name: Text }
    Org { domain: Text, name: Text }
    Account {
        id: Text, name: Text, org: Maybe<Org>, conn_id: Text, currency: Text, balance: Amount,
        #[serde(rename = "available-balance")] available: Amount,
        #[serde(rename = "balance-date")] date: Maybe<Seconds>,
        holdings: Maybe<Many<Holding>>,
    }
    Holding {
        id: Text, symbol: Text, description: Text, currency: Text, shares: Amount, market_value: Amount, cost_basis: Amount,
        purchase_price: Amount,
    }
}
