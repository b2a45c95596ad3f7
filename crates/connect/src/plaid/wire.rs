//! The provider's answers as they are on the wire; private to this connector. All fields may be absent: only what is used is named.

use super::faults::WireError;
use crate::lenient::{Many, Maybe, readable};
use model::{Date, Decimal, Time};
use serde::Deserialize;

/// Every answer carries a reference for the provider's support.
pub(super) trait Answered {
    fn request_id(&self) -> Option<&str>;
}

macro_rules! answers {
    ($($t:ty),+ $(,)?) => {$(
        readable!($t);
        impl Answered for $t {
            fn request_id(&self) -> Option<&str> {
                self.request_id.as_deref()
            }
        }
    )+};
}

/// Wire structs are long lists of optional fields; this keeps one line a field.
macro_rules! wire {
    ($($(#[$m:meta])* $name:ident { $($field:ident: $t:ty),* $(,)? })+) => {$(
        $(#[$m])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name { $(pub $field: $t),* }
    )+};
}

type Text = Maybe<String>;
type Amount = Maybe<Decimal>;
type Day = Maybe<Date>;
type Instant = Maybe<Time>;

wire! {
    Nothing { request_id: Text }
    LinkToken { link_token: Text, hosted_link_url: Text, expiration: Instant, request_id: Text }
    LinkState { link_sessions: Many<Session>, expiration: Instant, request_id: Text }
    Session { finished_at: Instant, events: Many<Event>, results: Maybe<Results>, on_success: Maybe<Success>, exit: Maybe<Exit>, on_exit: Maybe<Exit> }
    Event { event_name: Text }
    Results { item_add_results: Many<Added> }
    Added { public_token: Text, institution: Maybe<InstitutionRef> }
    /// The older form of a result.
    Success { public_token: Text, metadata: Maybe<SuccessMeta> }
    SuccessMeta { institution: Maybe<InstitutionRef> }
    InstitutionRef { institution_id: Text }
    Exit { error: Maybe<WireError>, metadata: Maybe<ExitMeta> }
    ExitMeta { status: Text }
    PublicToken { public_token: Text, request_id: Text }
    Exchanged { access_token: Text, item_id: Text, request_id: Text }
    Rotated { new_access_token: Text, request_id: Text }

    ItemAnswer { item: Maybe<Item>, status: Maybe<ItemStatus>, request_id: Text }
    Item {
        item_id: Text, institution_id: Text, error: Maybe<WireError>, billed_products: Many<String>, products: Many<String>,
        consent_expiration_time: Instant,
    }
    ItemStatus { investments: Maybe<Updates>, transactions: Maybe<Updates> }
    Updates { last_successful_update: Instant }

    AccountsAnswer { accounts: Maybe<Many<Account>>, request_id: Text }
    Account {
        account_id: Text, balances: Maybe<Balances>, mask: Text, name: Text, official_name: Text, r#type: Text, subtype: Text,
        persistent_account_id: Text,
    }
    Balances {
        available: Amount, current: Amount, limit: Amount, iso_currency_code: Text, unofficial_currency_code: Text,
        last_updated_datetime: Instant,
    }

    HoldingsAnswer { accounts: Maybe<Many<Account>>, holdings: Maybe<Many<Holding>>, securities: Many<Security>, request_id: Text }
    Holding {
        account_id: Text, security_id: Text, institution_price: Amount, institution_price_as_of: Day, institution_value: Amount,
        cost_basis: Amount, quantity: Amount, vested_quantity: Amount, vested_value: Amount, tax_lots: Many<TaxLot>,
    }
    TaxLot {
        institution_lot_id: Text, original_purchase_datetime: Day, quantity: Amount, purchase_price: Amount, cost_basis: Amount,
        position_type: Text,
    }
    Security {
        security_id: Text, isin: Text, cusip: Text, figi: Text, name: Text, ticker_symbol: Text, is_cash_equivalent: Maybe<bool>, r#type: Text,
        subtype: Text, iso_currency_code: Text, unofficial_currency_code: Text, option_contract: Maybe<OptionContract>,
        fixed_income: Maybe<FixedIncome>,
    }
    OptionContract { contract_type: Text, expiration_date: Day, strike_price: Amount, underlying_security_ticker: Text }
    FixedIncome { yield_rate: Maybe<YieldRate>, maturity_date: Day, issue_date: Day, face_value: Amount }
    YieldRate { percentage: Amount, r#type: Text }

    TradesAnswer {
        investment_transactions: Maybe<Many<Trade>>, securities: Many<Security>, total_investment_transactions: Maybe<i64>, request_id: Text,
    }
    Trade {
        investment_transaction_id: Text, cancel_transaction_id: Text, account_id: Text, security_id: Text, date: Day, name: Text,
        quantity: Amount, amount: Amount, price: Amount, fees: Amount, r#type: Text, subtype: Text, iso_currency_code: Text,
        unofficial_currency_code: Text,
    }

    LiabilitiesAnswer { accounts: Maybe<Many<Account>>, liabilities: Maybe<Liabilities>, request_id: Text }
    Liabilities { credit: Many<Credit>, mortgage: Many<Mortgage>, student: Many<Student> }
    Credit {
        account_id: Text, aprs: Many<Apr>, is_overdue: Maybe<bool>, last_payment_amount: Amount, last_payment_date: Day,
        last_statement_balance: Amount, last_statement_issue_date: Day, minimum_payment_amount: Amount, next_payment_due_date: Day,
    }
    Apr { apr_percentage: Amount, apr_type: Text }
    Mortgage {
        account_id: Text, interest_rate: Maybe<InterestRate>, loan_type_description: Text, loan_term: Text, maturity_date: Day,
        next_monthly_payment: Amount, next_payment_due_date: Day, last_payment_amount: Amount, last_payment_date: Day, origination_date: Day,
        origination_principal_amount: Amount, past_due_amount: Amount, escrow_balance: Amount, ytd_interest_paid: Amount,
        ytd_principal_paid: Amount,
    }
    InterestRate { percentage: Amount, r#type: Text }
    Student {
        account_id: Text, interest_rate_percentage: Amount, is_overdue: Maybe<bool>, loan_name: Text, loan_status: Maybe<LoanStatus>,
        repayment_plan: Maybe<RepaymentPlan>, expected_payoff_date: Day, minimum_payment_amount: Amount, next_payment_due_date: Day,
        last_payment_amount: Amount, last_payment_date: Day, origination_date: Day, origination_principal_amount: Amount,
        outstanding_interest_amount: Amount, ytd_interest_paid: Amount, ytd_principal_paid: Amount,
    }
    LoanStatus { r#type: Text }
    RepaymentPlan { r#type: Text, description: Text }

    InstitutionsAnswer { institutions: Maybe<Many<Institution>>, total: Maybe<i64>, request_id: Text }
    InstitutionAnswer { institution: Maybe<Institution>, request_id: Text }
    Institution {
        institution_id: Text, name: Text, products: Many<String>, country_codes: Many<String>, url: Text, primary_color: Text, logo: Text,
        oauth: Maybe<bool>, connection_availability: Text, status: Maybe<InstitutionState>,
    }
    InstitutionState { item_logins: Maybe<ProductState>, investments_updates: Maybe<ProductState>, health_incidents: Many<Incident> }
    ProductState { status: Text, breakdown: Maybe<Breakdown> }
    Breakdown { success: Amount }
    Incident { title: Text, end_date: Instant }

    KeyAnswer { key: Maybe<Jwk>, request_id: Text }
    Jwk { alg: Text, crv: Text, kid: Text, kty: Text, r#use: Text, x: Text, y: Text, expired_at: Maybe<i64> }

    Hook {
        webhook_type: Text, webhook_code: Text, item_id: Text, error: Maybe<WireError>, link_token: Text, events: Many<Event>,
        institution_id: Text, disconnect_time: Instant, consent_expiration_time: Instant,
    }
}

answers!(
    Nothing,
    LinkToken,
    LinkState,
    PublicToken,
    Exchanged,
    Rotated,
    ItemAnswer,
    AccountsAnswer,
    HoldingsAnswer,
    TradesAnswer,
    LiabilitiesAnswer,
    InstitutionsAnswer,
    InstitutionAnswer,
    KeyAnswer,
);
readable!(
    Session,
    Event,
    Results,
    Added,
    Success,
    SuccessMeta,
    InstitutionRef,
    Exit,
    ExitMeta,
    Item,
    ItemStatus,
    Updates,
    Account,
    Balances,
    Holding,
    TaxLot,
    Security,
    OptionContract,
    FixedIncome,
    YieldRate,
    Trade,
    Liabilities,
    Credit,
    Apr,
    Mortgage,
    InterestRate,
    Student,
    LoanStatus,
    RepaymentPlan,
    Institution,
    InstitutionState,
    ProductState,
    Breakdown,
    Incident,
    Jwk,
    Hook,
);
