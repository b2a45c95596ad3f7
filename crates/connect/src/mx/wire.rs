//! The provider's answers as they are on the wire; private to this connector. All fields may be absent: only what is used is named.

use crate::lenient::{Many, Maybe, readable};
use model::{Date, Decimal, Time};
use serde::Deserialize;

macro_rules! wire {
    ($($(#[$m:meta])* $name:ident { $($field:ident: $t:ty),* $(,)? })+) => {
        $(
            $(#[$m])*
            #[derive(Debug, Clone, Default, Deserialize)]
            #[serde(default)]
            pub(super) struct $name { $(pub $field: $t),* }
        )+
        readable!($($name),+);
    };
}

type Text = Maybe<String>;
type Amount = Maybe<Decimal>;
type Day = Maybe<Date>;
type Instant = Maybe<Time>;
type Flag = Maybe<bool>;
type Number = Maybe<i64>;

wire! {
    ErrorAnswer { error: Maybe<ErrorBody> }
    ErrorBody { code: Maybe<CodeText>, guid: Text, r#type: Text }
    Pagination { total_entries: Number, total_pages: Number }

    InstitutionsAnswer { institutions: Maybe<Many<Institution>>, pagination: Maybe<Pagination> }
    InstitutionAnswer { institution: Maybe<Institution> }
    Institution {
        code: Text, name: Text, url: Text, supports_oauth: Flag, supported_products: Many<String>, instructional_text: Text,
        instructional_text_steps: Many<String>, forgot_password_url: Text, forgot_username_url: Text, trouble_signing_in_url: Text,
        is_disabled_by_client: Flag, is_hidden: Flag, iso_country_code: Text,
    }
    CredentialsAnswer { credentials: Maybe<Many<Credential>> }
    Credential { guid: Text, field_name: Text, field_type: Text, label: Text, r#type: Text, display_order: Number, optional: Flag, options: Many<Choice> }

    UserAnswer { user: Maybe<User> }
    UsersAnswer { users: Maybe<Many<User>> }
    User { guid: Text, id: Text }

    MemberAnswer { member: Maybe<Member> }
    MembersAnswer { members: Maybe<Many<Member>> }
    /// A member, and its status, which is a part of it with the questions that are open.
    Member {
        guid: Text, institution_code: Text, connection_status: Text, is_being_aggregated: Flag, is_oauth: Flag, is_authenticated: Flag,
        aggregated_at: Instant, successfully_aggregated_at: Instant, oauth_window_uri: Text, challenges: Many<Question>,
    }
    ChallengesAnswer { challenges: Maybe<Many<Question>> }
    Question {
        guid: Text, label: Text, field_name: Text, r#type: Text, options: Many<Choice>, image_data: Text, image_options: Many<Choice>,
    }
    Choice { guid: Text, label: Text, value: Text, data_uri: Text }

    AccountsAnswer { accounts: Maybe<Many<Account>>, pagination: Maybe<Pagination> }
    Account {
        guid: Text, name: Text, nickname: Text, account_number: Text, r#type: Text, subtype: Text, currency_code: Text, balance: Amount,
        available_balance: Amount, available_credit: Amount, credit_limit: Amount, cash_balance: Amount, cash_surrender_value: Amount,
        death_benefit: Amount, pay_out_amount: Amount, total_account_value: Amount, is_closed: Flag, imported_at: Instant,
        apr: Amount, apy: Amount, interest_rate: Amount, minimum_payment: Amount, payment_due_at: Day, last_payment: Amount,
        last_payment_at: Day, matures_on: Day, started_on: Day, original_balance: Amount, statement_balance: Amount, property_type: Text,
    }
    HoldingsAnswer { investment_holdings: Maybe<Many<Holding>>, pagination: Maybe<Pagination> }
    Holding {
        guid: Text, account_guid: Text, symbol: Text, description: Text, holding_type: Text, currency_code: Text, quantity: Amount,
        current_price: Amount, current_price_as_of: Day, market_value: Amount, cost_basis: Amount, purchase_price: Amount,
        vested_quantity: Amount, vested_value: Amount, coupon_yield: Amount, maturity_date: Day, issue_date: Day, face_value: Amount,
        strike_price: Amount, put_or_call: Text, expiration: Day,
    }
}

/// A code that is a number in one place and a word in another.
#[derive(Debug, Clone)]
pub(super) struct CodeText(pub String);

impl crate::lenient::Read for CodeText {
    fn read(json: &str) -> Option<Self> {
        let text = json.trim_matches('"');
        (text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then(|| CodeText(text.to_ascii_uppercase()))
    }
}
