//! `heldaway backup`: one file with the data, another with its wrapped keys. The master key is in neither. Works beside a running server.

use crate::config::Config;
use crate::place::{key_beside, sqlite_url, write_whole};
use crate::{Trouble, clock, serve};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use ring::digest::{Context, SHA256};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::backup::KeyRow;
use store::{Open, Store};
use vault::{Randomness, Ring};

/// The first line of the file with the data.
pub const FIRST_LINE: &str = "heldaway backup 1\n";
/// How long the keyring may be kept: what it opens must not outlive a disconnection by longer.
pub const KEYRING_DAYS: u32 = 35;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The file for the data
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The file for the keyring: keep it apart from the data, for 35 days at most
    #[arg(long, value_name = "FILE")]
    keyring: PathBuf,
}

/// What a backup says about itself, on its second line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub made_at: String,
    pub version: String,
    pub schema: i64,
    pub bytes: u64,
    pub sha256: String,
    pub keyring_sha256: String,
    /// The master key that signed this and opens the keyring.
    pub master_key: String,
    pub rows: BTreeMap<String, i64>,
}

/// The keys that belong to one backup.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyring {
    pub made_at: String,
    pub destroy_after_days: u32,
    pub keys: Vec<WrappedKey>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrappedKey {
    pub firm: uuid::Uuid,
    pub owner: uuid::Uuid,
    pub version: i64,
    pub wrapped: String,
    pub created_at: i64,
}

impl WrappedKey {
    fn of(k: &KeyRow) -> WrappedKey {
        let wrapped = BASE64_STANDARD.encode(&k.wrapped);
        WrappedKey { firm: k.firm, owner: k.owner, version: k.version, wrapped, created_at: k.created_at }
    }

    pub fn row(&self) -> Option<KeyRow> {
        let wrapped = BASE64_STANDARD.decode(&self.wrapped).ok()?;
        Some(KeyRow { firm: self.firm, owner: self.owner, version: self.version, wrapped, created_at: self.created_at })
    }
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let config = Config::read(options.config.as_deref())?;
    if config.database.is_some() {
        return Err(Trouble("This installation uses PostgreSQL: back it up with PostgreSQL's own tools.".into()));
    }
    let data = serve::data_folder(&config, options.data);
    let database = data.join("heldaway.db");
    if !database.exists() {
        return Err(Trouble(format!("There is no database in {}.", data.display())));
    }
    for file in [&options.to, &options.keyring] {
        if file.exists() {
            return Err(Trouble(format!("{} is already there; a backup never overwrites one.", file.display())));
        }
    }
    let keys = match config.key_files.is_empty() {
        true => vec![key_beside(&data)],
        false => config.key_files.clone(),
    };
    let ring = Ring::load(&keys, Randomness::system())?;
    let drafts = Drafts::beside(&options.to);
    let manifest = copy(&database, &drafts, &options.keyring, ring.active().to_string()).await?;
    pack(&drafts.bare, &manifest, &ring, &options.to)?;
    let rows: i64 = manifest.rows.values().sum();
    println!("{} holds {rows} rows, {} bytes of data.", options.to.display(), manifest.bytes);
    println!("{} holds their keys: keep it elsewhere and destroy it after {KEYRING_DAYS} days.", options.keyring.display());
    println!("The master key is in neither: keep a copy of it in a third place.");
    Ok(())
}

/// Copies of the database on the way; removed whatever happens.
struct Drafts {
    whole: PathBuf,
    bare: PathBuf,
}

impl Drafts {
    fn beside(to: &Path) -> Drafts {
        let named = |end: &str| {
            let mut name = to.file_name().unwrap_or_default().to_os_string();
            name.push(end);
            to.with_file_name(name)
        };
        let drafts = Drafts { whole: named(".whole.part"), bare: named(".bare.part") };
        drafts.remove();
        drafts
    }

    /// Makes the files empty and for their owner alone: a copy of everything is written into them, wherever they lie.
    fn shut(&self) -> std::io::Result<()> {
        for file in [&self.whole, &self.bare] {
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        }
        Ok(())
    }

    fn remove(&self) {
        for file in [&self.whole, &self.bare] {
            for end in ["", "-wal", "-shm"] {
                let mut name = file.clone().into_os_string();
                name.push(end);
                let _ = fs::remove_file(name);
            }
        }
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        self.remove();
    }
}

async fn open(file: &Path) -> Result<Store, Trouble> {
    Ok(Store::open(Open { url: &sqlite_url(file), clock: clock::of(None), connections: 1 }).await?)
}

/// Copies twice: the second copy is made after the keys were taken out, so that no free page still holds one.
async fn copy(database: &Path, drafts: &Drafts, keyring: &Path, master_key: String) -> Result<Manifest, Trouble> {
    drafts.shut()?;
    let running = open(database).await?;
    running.copy_to(&drafts.whole.display().to_string()).await?;
    running.close().await?;
    let made_at = clock::of(None).now().to_string();
    let whole = open(&drafts.whole).await?;
    let tx = whole.begin_system().await?;
    let keys = store::backup::keys(&tx).await?.iter().map(WrappedKey::of).collect();
    let rows = store::backup::counts(&tx).await?;
    store::backup::remove_keys(&tx).await?;
    tx.commit().await?;
    whole.copy_to(&drafts.bare.display().to_string()).await?;
    whole.close().await?;
    let ring = Keyring { made_at: made_at.clone(), destroy_after_days: KEYRING_DAYS, keys };
    let text = serde_json::to_vec_pretty(&ring).map_err(|e| Trouble(e.to_string()))?;
    write_whole(keyring, &text)?;
    let (bytes, sha256) = hash_of(&mut File::open(&drafts.bare)?)?;
    let (_, keyring_sha256) = hash_of(&mut text.as_slice())?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Manifest { made_at, version, schema: store::SCHEMA, bytes, sha256, keyring_sha256, master_key, rows })
}

/// Length and SHA-256 of what is left to read.
pub fn hash_of(from: &mut impl Read) -> std::io::Result<(u64, String)> {
    let (mut context, mut bytes, mut part) = (Context::new(&SHA256), 0, vec![0; 1 << 16]);
    loop {
        let n = from.read(&mut part)?;
        if n == 0 {
            break;
        }
        bytes += n as u64;
        context.update(&part[..n]);
    }
    let hex = context.finish().as_ref().iter().map(|b| format!("{b:02x}")).collect();
    Ok((bytes, hex))
}

/// What the third line signs the first two with: nobody without the master key can write a backup that restores.
pub fn signing_key(ring: &Ring) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, ring.derive("backup").expose())
}

fn pack(bare: &Path, manifest: &Manifest, ring: &Ring, to: &Path) -> Result<(), Trouble> {
    let mut name = to.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let draft = to.with_file_name(name);
    let _ = fs::remove_file(&draft);
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let line = serde_json::to_string(manifest).map_err(|e| Trouble(e.to_string()))?;
    let head = format!("{FIRST_LINE}{line}\n");
    let tag = BASE64_STANDARD.encode(hmac::sign(&signing_key(ring), head.as_bytes()));
    writeln!(out, "{head}{tag}")?;
    std::io::copy(&mut File::open(bare)?, &mut out)?;
    out.sync_all()?;
    Ok(fs::rename(&draft, to)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn the_copies_on_the_way_are_for_their_owner_alone() {
        let dir = std::env::temp_dir().join(format!("heldaway-drafts-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder");
        let store = open(&dir.join("heldaway.db")).await.expect("a database");
        let drafts = Drafts::beside(&dir.join("data.backup"));
        drafts.shut().expect("two files");
        store.copy_to(&drafts.whole.display().to_string()).await.expect("a copy");
        store.close().await.expect("closed");
        let whole = fs::metadata(&drafts.whole).expect("the copy");
        assert!(whole.len() > 0 && whole.permissions().mode() & 0o777 == 0o600);
        drop(drafts);
        assert_eq!(
            fs::read_dir(&dir).expect("the folder").flatten().filter(|e| e.path().extension().is_some_and(|x| x == "part")).count(),
            0
        );
        let _ = fs::remove_dir_all(&dir);
    }
}
