//! The set-up of a real firm: a one-use code from the console, then a checklist whose every step is saved and can be come back to.
//! Until an administrator exists the holder of the code's session may do it; afterwards the administrator.

mod address;
mod begin;
mod first;
mod keys;
mod mail;

pub use address::{Address, Way, save_address, saved_address};
pub use begin::{begin, redeem};
pub use first::{confirm_administrator, save_administrator, save_firm, save_support, waiting_administrator};
pub use keys::{Keys, Place, keys_saved, places, return_address, save_keys};
pub use mail::{NewSmtp, SmtpShown, Tested, confirm_mail, mail_tested, save_mail, test_mail};

use crate::firms::FirmRow;
use crate::{App, Error, Result, policy};
pub use connect::Check;
use model::permission::{Action, Role};
use model::{Actor, FirmScope, Time};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{System, settings};

/// Somebody who may set up: with the code's session, or as the administrator.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    scope: Option<FirmScope>,
}

impl Holder {
    /// Whether it is the administrator, signed in.
    pub fn is_administrator(&self) -> bool {
        self.scope.is_some()
    }
    /// The administrator's scope.
    pub fn firm(&self) -> Result<FirmScope> {
        self.scope.ok_or_else(|| Error::Refused("Set up the administrator first.".into()))
    }
}

/// Proves the holder. An installation of several firms, and the rehearsal, have no set-up.
#[crate::boxed]
pub async fn holder(app: &App, session: &str, staff: Option<&FirmScope>) -> Result<Holder> {
    if app.config().demo {
        return Err(Error::NotFound);
    }
    let db = app.store().read_system().await?;
    let several = store::firms::all(&db).await?.len() > 1;
    if store::setup::administrators(&db).await? == 0 {
        let live = !several && begin::is_session(app, &db, session).await?;
        return if live { Ok(Holder { scope: None }) } else { Err(Error::NotFound) };
    }
    drop(db);
    let scope = *staff.filter(|_| !several).ok_or(Error::NotFound)?;
    let read = app.store().read(&scope).await?;
    policy::check(app, &read, &scope, Action::ManageFirm, None).await?;
    Ok(Holder { scope: Some(scope) })
}

/// Whether nobody can sign in yet: the first page is the set-up's.
#[crate::boxed]
pub async fn is_needed(app: &App) -> Result<bool> {
    Ok(!app.config().demo && store::setup::administrators(&*app.store().read_system().await?).await? == 0)
}

/// How far the set-up has come.
#[derive(Debug)]
pub struct State {
    pub address: Option<Address>,
    pub firm: Option<FirmRow>,
    /// Name and address of the first administrator, and whether both factors are proven.
    pub administrator: Option<(String, String, bool)>,
    pub firm_saved: bool,
    pub support_saved: bool,
    pub has_logo: bool,
    pub mail: Option<SmtpShown>,
    pub tested: Option<Tested>,
    /// Every data provider that was entered here.
    pub keys: Vec<Keys>,
    /// The last look, where it was at keys that were not accepted.
    pub refused: Option<Checks>,
    pub staff: i64,
    pub households: i64,
}

/// What the provider said about the keys, and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checks {
    pub at: Time,
    pub found: Vec<Check>,
    /// The administrator goes on with what is missing.
    pub accepted: bool,
}

#[crate::boxed]
pub async fn state(app: &App, _holder: &Holder) -> Result<State> {
    let db = app.store().read_system().await?;
    let firm = store::firms::all(&db).await?.into_iter().next();
    let (keys, refused) = keys_saved(app, &db).await?;
    let mut state = State {
        address: json(&db, address::NAME).await?,
        administrator: None,
        firm_saved: settings::text(&db, first::FIRM).await?.is_some(),
        support_saved: settings::text(&db, first::SUPPORT).await?.is_some(),
        has_logo: false,
        mail: mail::shown(app, &db).await?,
        tested: match &firm {
            Some(f) => mail::tested(&db, f.id).await?,
            None => None,
        },
        keys,
        refused,
        staff: store::setup::staff(&db).await?,
        households: store::setup::households(&db).await?,
        firm,
    };
    drop(db);
    if let Some(firm) = &state.firm {
        let read = app.store().read(&FirmScope::new(firm.id, Actor::System)).await?;
        let all = store::logins::staff(&read).await?;
        let mut administrators: Vec<_> = all.into_iter().filter(|l| l.role == Role::Administrator).collect();
        administrators.sort_by_key(|l| l.created_at);
        state.administrator = administrators.into_iter().next().map(|l| (l.name, l.email, l.enrolled_at.is_some()));
        state.has_logo = store::firms::picture(&read, "logo").await?.is_some();
    }
    Ok(state)
}

/// Takes what was saved into use: at start.
#[crate::boxed]
pub async fn load(app: &App) -> Result<()> {
    let db = app.store().read_system().await?;
    if let Some(address) = json::<Address>(&db, address::NAME).await? {
        address::apply(app, &address);
        if address.url.scheme() == "https" {
            app.set_secure_cookies();
        }
    }
    mail::load(app, &db).await?;
    keys::load(app, &db).await
}

async fn json<T: DeserializeOwned>(db: &System, name: &str) -> Result<Option<T>> {
    let Some(text) = settings::text(db, name).await? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| Error::Internal("an unreadable setting"))
}

async fn put_json<T: Serialize>(app: &App, db: &System, name: &str, value: &T) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|_| Error::Internal("a setting that cannot be written"))?;
    Ok(settings::put(db, name, Some(&text), None, app.now()).await?)
}

/// Addresses as text.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use url::Url;

    pub fn serialize<S: Serializer>(url: &Url, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(url)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Url, D::Error> {
        Url::parse(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}
