//! Households to test with: made through the acts, and one account that a provider fed, written as the sync engine writes it.

use crate::it::house::{House, PASSWORD, SECRET, maya};
use app::accounts::{ByHand, equal_shares};
use app::facts::say;
use app::households::New;
use app::invitations::ReadyClient;
use model::fact::{AccountFact, Fact, HouseholdStatus};
use model::portal::Rights;
use model::{
    AccountData, AccountId, AccountKind, AccountState, AccountType, Actor, ConnectionId, ConnectionState, ConsentId, Currency, Custody,
    Date, Decimal, FirmScope, HouseholdId, MemberId, PortfolioId, PortfolioKind, PositionData, Secret, SecurityData, SecurityKind, Source,
    Time, UserId,
};
use store::connections::{Connection, Removal};
use store::consents::Consent;

pub struct Family {
    pub household: HouseholdId,
    pub member: MemberId,
    pub current: PortfolioId,
}

impl Family {
    pub fn at(&self) -> String {
        format!("/households/{}", self.household)
    }
}

pub fn scope(house: &House) -> FirmScope {
    FirmScope::new(house.scope.firm(), Actor::User(maya()))
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}
pub fn dec(text: &str) -> Decimal {
    model::money::decimal(text).expect("a decimal")
}

/// A household that Maya leads, with one adult.
pub async fn family(house: &House, n: u8, name: &str, first: &str) -> Family {
    family_of(house, &scope(house), n, name, first).await
}

pub async fn family_of(house: &House, scope: &FirmScope, n: u8, name: &str, first: &str) -> Family {
    let new = New {
        id: HouseholdId::new(rig::START, [n; 10]),
        name: name.into(),
        status: HouseholdStatus::Client,
        lead: None,
        first: first.into(),
        last: name.into(),
        email: format!("{}@home.example", first.to_lowercase()),
    };
    let household = app::households::create(&house.app, scope, &new).await.expect("a household");
    let db = house.app.store().read(scope).await.expect("a look");
    let member = store::members::of_household(&db, household).await.expect("people")[0].id;
    let current = store::portfolios::of_household(&db, household).await.expect("portfolios")[0].id;
    Family { household, member, current }
}

/// The address at which [`client`]'s nth signs in, with the house's password and second factor.
pub fn client_mail(n: u8) -> String {
    format!("client{n}@home.example")
}

/// A login of the portal for the family's first adult, with these rights there.
pub async fn client(house: &House, f: &Family, n: u8, rights: Rights) -> UserId {
    let app = &house.app;
    let id = UserId::new(rig::START, [100 + n; 10]);
    let hash = app::passwords::hash(app, &Secret::new(PASSWORD.into())).await.expect("a hash");
    let tx = app.store().begin(&scope(house)).await.expect("a unit");
    let name = store::members::find(&tx, f.member).await.expect("an answer").expect("the member").name;
    let new = ReadyClient { id, name, email: client_mail(n), household: f.household, member: f.member, rights, granted_by: maya() };
    app::invitations::add_ready_client(app, &tx, &scope(house), &new, &hash, SECRET).await.expect("a login");
    tx.commit().await.expect("saved");
    id
}

pub async fn by_hand(house: &House, f: &Family, n: u16, name: &str, value: &str) -> AccountId {
    let mut random = [200; 10];
    random[8..].copy_from_slice(&n.to_be_bytes());
    let typed = ByHand {
        id: AccountId::new(rig::START, random),
        portfolio: PortfolioKind::Current,
        kind_of: AccountType::FundsStocksOther,
        name: name.into(),
        kind: "brokerage".into(),
        owners: equal_shares(&[f.member]),
        institution: String::new(),
        mask: String::new(),
        value: value.into(),
        currency: String::new(),
        as_of: "2026-11-20".into(),
        custody: Custody::HeldAway,
    };
    app::accounts::create(&house.app, &scope(house), f.household, &typed).await.expect("an account")
}

/// A connection of the family's first adult in a state, with one fed account that holds a fund and cash.
pub async fn fed(house: &House, f: &Family, n: u8, state: ConnectionState) -> (ConnectionId, AccountId) {
    fed_by(house, &scope(house), f, n, state).await
}

pub async fn fed_by(house: &House, scope: &FirmScope, f: &Family, n: u8, state: ConnectionState) -> (ConnectionId, AccountId) {
    let app = &house.app;
    let now = app.now();
    let (connection, consent, account) = (ConnectionId::new(now, [n; 10]), ConsentId::new(now, [n; 10]), AccountId::new(now, [n; 10]));
    let tx = app.store().begin(scope).await.expect("a unit");
    let given = Consent {
        id: consent,
        household: f.household,
        member: f.member,
        connection: Some(connection),
        institution: "Larchmont Workplace".into(),
        version: "1".into(),
        shown: "Larchmont Workplace shares balances and positions.".into(),
        shown_hash: vec![1; 32],
        scope: "accounts".into(),
        given_at: now,
        ends_at: None,
        ended_at: None,
    };
    store::consents::insert(&tx, &given).await.expect("a consent");
    store::connections::insert(&tx, &row(scope, f, connection, consent, state, now)).await.expect("a connection");
    let sql = "UPDATE connection SET attempted_at = $3, succeeded_at = $3 WHERE firm_id = $1 AND id = $2";
    tx.exec(sql, store::params![scope.firm(), connection, now]).await.expect("times");
    let fact = AccountFact {
        id: account,
        portfolio: f.current,
        name: "Workplace 401(k)".into(),
        institution: "Larchmont Workplace".into(),
        mask: Some("4821".into()),
        kind: AccountKind::Retirement,
        source: Source::Aggregation,
        custody: Custody::HeldAway,
        state: AccountState::Live,
        owners: equal_shares(&[f.member]),
        connection: Some(connection),
        manual: None,
        detail: None,
        closed_on: None,
        same_as: None,
    };
    say(app, &tx, scope, f.household, Fact::Account(fact)).await.expect("an account");
    for (seq, day, total, price) in [(1, "2026-11-17", "1000.00", "9.00"), (2, "2026-11-19", "1100.25", "10.00")] {
        receive(&tx, connection, account, seq, day, total, price, now).await;
    }
    tx.commit().await.expect("saved");
    (connection, account)
}

fn row(scope: &FirmScope, f: &Family, id: ConnectionId, consent: ConsentId, state: ConnectionState, now: Time) -> Connection {
    Connection {
        firm: scope.firm(),
        id,
        household: f.household,
        member: f.member,
        consent,
        provider: "plaid".into(),
        institution_id: None,
        institution: "Larchmont Workplace".into(),
        url: Some("https://work.larchmont.example/sign-in".into()),
        external_id: id.to_string(),
        token: None,
        key_version: 1,
        cursor: String::new(),
        state,
        fault: None,
        consent_ends: None,
        new_accounts: false,
        failures: 0,
        attempted_at: None,
        succeeded_at: None,
        failing_since: None,
        next_expected: None,
        due_at: None,
        by_hand: false,
        fresh_link: false,
        lease_until: None,
        lease_epoch: 0,
        removal: Removal::None,
        created_at: now,
    }
}

#[allow(clippy::too_many_arguments, reason = "one row of the log, said in one line")]
pub async fn receive(db: &store::Firm, via: ConnectionId, account: AccountId, seq: i64, on: &str, total: &str, price: &str, now: Time) {
    let position = |name: &str, kind, quantity: &str, price: &str, cost: Option<&str>| PositionData {
        security: SecurityData {
            external_id: name.into(),
            name: Some(name.into()),
            ticker: (kind != SecurityKind::Cash).then(|| "LTFX".into()),
            isin: None,
            cusip: None,
            figi: None,
            kind,
            raw_type: "mutual fund".into(),
            currency: Some(Currency::usd()),
            cash_equivalent: kind == SecurityKind::Cash,
            detail: None,
        },
        quantity: dec(quantity),
        price: Some(dec(price)),
        price_day: Some(day(on)),
        value: Some(dec(quantity) * dec(price)),
        cost_basis: cost.map(dec),
        vested_quantity: None,
        vested_value: None,
        lots: Vec::new(),
    };
    let as_of = Time::parse(&format!("{on}T21:00:00Z")).expect("an instant");
    let data = AccountData {
        external_id: "a1".into(),
        persistent_id: None,
        name: "Workplace 401(k)".into(),
        official_name: None,
        mask: Some("4821".into()),
        kind: AccountKind::Retirement,
        raw_type: "401k".into(),
        currency: Some(Currency::usd()),
        value: Some(dec(total)),
        available: None,
        limit: None,
        positions: Some(vec![
            position("Larchmont Target 2045 Fund", SecurityKind::MutualFund, "100", price, None),
            position("US dollars", SecurityKind::Cash, "50", "1", None),
        ]),
        as_of,
        as_of_day: day(on),
        terms: Vec::new(),
    };
    let (held, worth) = model::held::split(via, &data);
    let encoded = store::received::encode(&held, &worth, as_of).expect("encoded");
    store::received::append(db, account, seq, &encoded, None, now).await.expect("appended");
    let head = model::head::Head::join(&held, &worth);
    store::received::project(db, account, seq, &encoded, &head, day(on), now).await.expect("projected");
    store::received::index(db, account, &held).await.expect("indexed");
}

/// A new value of an account that is kept by hand, as its form saves it.
pub async fn valued(house: &House, account: AccountId, value: &str, day: &str) {
    let db = house.app.store().read(&scope(house)).await.expect("a look");
    let a = store::accounts::find(&db, account).await.expect("a look").expect("the account");
    drop(db);
    app::accounts::change(&house.app, &scope(house), account, &a.name, a.owners, Some((value, day))).await.expect("valued");
}
