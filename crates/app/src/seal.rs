//! Sealing: what must not lie on the disk in clear goes through here, under the firm's key or a connection's own. Bound to its place:
//! swapped between firms, owners or fields it does not open. A destroyed connection key takes its tokens with it.

use crate::{App, Error, Result};
use model::{ConnectionId, FirmId, Secret};
use std::sync::Arc;
use store::{Firm, System};
use uuid::Uuid;
use vault::{ConnectionKey, FirmKey, Place, Wrapped};

fn broken(_: vault::Fault) -> Error {
    // Which key and why is the vault's secret to keep: the log must not help an attacker.
    Error::Internal("a sealed value could not be opened")
}

fn version_of(n: i64) -> Result<u32> {
    u32::try_from(n).map_err(|_| Error::Internal("key version"))
}

fn place<'a>(firm: &'a Uuid, subject: &'a Uuid, field: &'a str, version: u32) -> Place<'a> {
    Place { firm: firm.as_bytes(), subject: subject.as_bytes(), field, version }
}

/// The firm's key, made with the firm and kept open in memory.
async fn firm_key(app: &App, db: &Firm) -> Result<Arc<FirmKey>> {
    if let Some(key) = app.firm_keys().get(&db.id()) {
        return Ok(key);
    }
    let firm = db.id().uuid();
    let (version, wrapped) = store::keyring::newest(db, firm).await?.ok_or(Error::Internal("the firm has no key"))?;
    let wrapped = Wrapped::from_bytes(wrapped);
    let key = Arc::new(app.ring().open_firm_key(firm.as_bytes(), version_of(version)?, &wrapped).map_err(broken)?);
    app.firm_keys().put(db.id(), key.clone());
    Ok(key)
}

/// Makes the firm's key, in the transaction that makes the firm.
#[crate::boxed]
pub async fn new_firm_key(app: &App, db: &Firm) -> Result<()> {
    let firm = db.id().uuid();
    let wrapped = app.ring().new_firm_key(firm.as_bytes(), 1);
    Ok(store::keyring::insert(db, firm, 1, wrapped.as_bytes(), app.now()).await?)
}

/// Seals under the firm's key. `subject`: the row that the value belongs to.
#[crate::boxed]
pub async fn firm_seal(app: &App, db: &Firm, subject: Uuid, field: &str, plain: &[u8]) -> Result<Vec<u8>> {
    let firm = db.id().uuid();
    firm_key(app, db).await?.seal(&place(&firm, &subject, field, 1), plain).map_err(broken)
}

#[crate::boxed]
pub async fn firm_open(app: &App, db: &Firm, subject: Uuid, field: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>> {
    let firm = db.id().uuid();
    let open = firm_key(app, db).await?.open(&place(&firm, &subject, field, 1), sealed).map_err(broken)?;
    Ok(Secret::new(open.expose().clone()))
}

/// A name for what may not be kept in clear and must be found again: equal texts of one firm give equal names, and without the firm's key
/// nobody can try texts.
#[crate::boxed]
pub async fn blind(app: &App, db: &Firm, text: &str) -> Result<String> {
    let tag = firm_key(app, db).await?.blind_index(text);
    Ok(tag.iter().map(|b| format!("{b:02x}")).collect())
}

async fn connection_key(app: &App, db: &Firm, connection: ConnectionId, version: i64) -> Result<ConnectionKey> {
    let wrapped = store::keyring::version(db, connection.uuid(), version).await?.ok_or(Error::Internal("the connection's key is gone"))?;
    let key = firm_key(app, db).await?;
    key.open_connection_key(connection.uuid().as_bytes(), version_of(version)?, &Wrapped::from_bytes(wrapped)).map_err(broken)
}

/// Seals under a new key of the connection's own and destroys the earlier ones: (sealed, version).
#[crate::boxed]
pub async fn connection_seal(app: &App, db: &Firm, connection: ConnectionId, field: &str, plain: &[u8]) -> Result<(Vec<u8>, i64)> {
    let owner = connection.uuid();
    let version = store::keyring::newest(db, owner).await?.map_or(0, |(v, _)| v) + 1;
    let wrapped = firm_key(app, db).await?.new_connection_key(owner.as_bytes(), version_of(version)?).map_err(broken)?;
    store::keyring::destroy(db, owner).await?;
    store::keyring::insert(db, owner, version, wrapped.as_bytes(), app.now()).await?;
    let key = connection_key(app, db, connection, version).await?;
    let firm = db.id().uuid();
    let sealed = key.seal(&place(&firm, &owner, field, version_of(version)?), plain).map_err(broken)?;
    Ok((sealed, version))
}

#[crate::boxed]
pub async fn connection_open(
    app: &App,
    db: &Firm,
    connection: ConnectionId,
    version: i64,
    field: &str,
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>> {
    let key = connection_key(app, db, connection, version).await?;
    let (firm, owner) = (db.id().uuid(), connection.uuid());
    let open = key.open(&place(&firm, &owner, field, version_of(version)?), sealed).map_err(broken)?;
    Ok(Secret::new(open.expose().clone()))
}

/// Destroys the connection's key: its token cannot be read again, here or in a copy of the data.
#[crate::boxed]
pub async fn connection_destroy(db: &Firm, connection: ConnectionId) -> Result<()> {
    Ok(store::keyring::destroy(db, connection.uuid()).await?)
}

/// The installation's own key stands in the settings as a firm's key does, under no firm's id.
const SYSTEM: Uuid = Uuid::nil();
const SYSTEM_KEY: &str = "key.system";

async fn system_key(app: &App, db: &System) -> Result<Option<Arc<FirmKey>>> {
    if let Some(key) = app.firm_keys().get(&FirmId::from_uuid(SYSTEM)) {
        return Ok(Some(key));
    }
    let Some(wrapped) = store::settings::sealed(db, SYSTEM_KEY).await? else { return Ok(None) };
    let key = Arc::new(app.ring().open_firm_key(SYSTEM.as_bytes(), 1, &Wrapped::from_bytes(wrapped)).map_err(broken)?);
    app.firm_keys().put(FirmId::from_uuid(SYSTEM), key.clone());
    Ok(Some(key))
}

/// Seals a setting of the installation under its name: provider keys, the mail server's password.
#[crate::boxed]
pub async fn system_put(app: &App, db: &System, name: &str, plain: &[u8]) -> Result<()> {
    if system_key(app, db).await?.is_none() {
        let wrapped = app.ring().new_firm_key(SYSTEM.as_bytes(), 1);
        store::settings::put(db, SYSTEM_KEY, None, Some(wrapped.as_bytes()), app.now()).await?;
    }
    let key = system_key(app, db).await?.ok_or(Error::Internal("no system key"))?;
    let sealed = key.seal(&place(&SYSTEM, &SYSTEM, name, 1), plain).map_err(broken)?;
    Ok(store::settings::put(db, name, None, Some(&sealed), app.now()).await?)
}

/// A sealed setting in clear.
#[crate::boxed]
pub async fn system_get(app: &App, db: &System, name: &str) -> Result<Option<Secret<Vec<u8>>>> {
    let Some(sealed) = store::settings::sealed(db, name).await? else { return Ok(None) };
    let key = system_key(app, db).await?.ok_or(Error::Internal("no system key"))?;
    let open = key.open(&place(&SYSTEM, &SYSTEM, name, 1), &sealed).map_err(broken)?;
    Ok(Some(Secret::new(open.expose().clone())))
}
