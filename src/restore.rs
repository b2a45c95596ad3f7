//! `heldaway restore`: verifies a backup from its first to its last byte and puts it into an empty folder. What was tampered with is refused.

use crate::backup::{FIRST_LINE, Keyring, Manifest, hash_of, signing_key};
use crate::place::{Place, sqlite_url};
use crate::{Trouble, clock};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use ring::hmac;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::backup::KeyRow;
use store::{Open, Store};
use vault::{Randomness, Ring, Wrapped};

/// A manifest is short; whoever sends more sends something else.
const LONGEST_LINE: u64 = 1 << 20;

#[derive(Args)]
pub struct Options {
    /// The file with the data
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The file with its keyring
    #[arg(long, value_name = "FILE")]
    keyring: PathBuf,
    /// An empty folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The master key that was in use then; without it the one beside the folder
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<(), Trouble> {
    let place = Place::hold(&options.data)?;
    if fs::read_dir(&options.data)?.flatten().any(|e| e.file_name() != "lock") {
        return Err(Trouble(format!("{} is not empty; a backup is restored into an empty folder.", options.data.display())));
    }
    let key = options.key.unwrap_or_else(|| place.key());
    let ring = Ring::load(&[&key], Randomness::system())?;
    let (manifest, mut file) = verified(&options.from, &ring)?;
    let keys = keyring(&options.keyring, &manifest)?;
    fits(&ring, &keys)?;
    let draft = place.path("restoring.db");
    let done = put(&mut file, &draft, &manifest, &keys).await;
    if done.is_err() {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(place.path(&format!("restoring.db{end}")));
        }
    }
    done?;
    fs::rename(&draft, place.database())?;
    println!("Restored what was backed up at {}: {} rows, whole and unchanged.", manifest.made_at, manifest.rows.values().sum::<i64>());
    if key != place.key() {
        println!("Put the master key at {} (mode 0400), or name it in the configuration, before you start.", place.key().display());
    }
    println!("Everybody signs in again; links that were out have ended.");
    Ok(())
}

fn refused(why: &str) -> Trouble {
    Trouble(format!("This backup is refused: {why}."))
}

/// The manifest, and the file at the first byte of the data, after every byte of it has been read and compared.
fn verified(from: &Path, ring: &Ring) -> Result<(Manifest, File), Trouble> {
    let mut file = File::open(from).map_err(|e| Trouble(format!("{} cannot be read: {e}", from.display())))?;
    let mut reader = BufReader::new((&mut file).take(LONGEST_LINE));
    let (mut first, mut second, mut third) = (String::new(), String::new(), String::new());
    reader.read_line(&mut first).map_err(|_| refused("it is no backup"))?;
    if first != FIRST_LINE {
        return Err(refused("it is no backup of this program"));
    }
    reader.read_line(&mut second).map_err(|_| refused("its description cannot be read"))?;
    let manifest: Manifest = serde_json::from_str(&second).map_err(|_| refused("its description cannot be read"))?;
    if manifest.schema > store::SCHEMA {
        return Err(refused("a newer program made it; use that one"));
    }
    if manifest.master_key != ring.active().to_string() {
        return Err(Trouble("This backup was made under another master key.".into()));
    }
    reader.read_line(&mut third).map_err(|_| refused("its signature cannot be read"))?;
    let tag = BASE64_STANDARD.decode(third.trim_end()).map_err(|_| refused("its signature cannot be read"))?;
    hmac::verify(&signing_key(ring), format!("{first}{second}").as_bytes(), &tag).map_err(|_| refused("its description was changed"))?;
    let begin = (first.len() + second.len() + third.len()) as u64;
    file.seek(SeekFrom::Start(begin))?;
    let (bytes, sha256) = hash_of(&mut file)?;
    if bytes != manifest.bytes || sha256 != manifest.sha256 {
        return Err(refused("its data are not what was written"));
    }
    file.seek(SeekFrom::Start(begin))?;
    Ok((manifest, file))
}

fn keyring(file: &Path, manifest: &Manifest) -> Result<Vec<KeyRow>, Trouble> {
    let text = fs::read(file).map_err(|e| Trouble(format!("{} cannot be read: {e}", file.display())))?;
    if hash_of(&mut text.as_slice())?.1 != manifest.keyring_sha256 {
        return Err(refused("this keyring is not the one that was made with it"));
    }
    let ring: Keyring = serde_json::from_slice(&text).map_err(|_| refused("its keyring cannot be read"))?;
    ring.keys.iter().map(|k| k.row().ok_or_else(|| refused("its keyring cannot be read"))).collect()
}

/// Opens every firm's key.
fn fits(ring: &Ring, keys: &[KeyRow]) -> Result<(), Trouble> {
    for k in keys.iter().filter(|k| k.firm == k.owner) {
        let version = u32::try_from(k.version).map_err(|_| refused("its keyring cannot be read"))?;
        let wrapped = Wrapped::from_bytes(k.wrapped.clone());
        ring.open_firm_key(k.firm.as_bytes(), version, &wrapped).map_err(|_| refused("the master key does not open its keyring"))?;
    }
    Ok(())
}

async fn put(file: &mut File, draft: &Path, manifest: &Manifest, keys: &[KeyRow]) -> Result<(), Trouble> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    std::io::copy(file, &mut out)?;
    out.sync_all()?;
    let clock = clock::of(None);
    let now = clock.now();
    let store =
        Store::open(Open { url: &sqlite_url(draft), clock, connections: 1 }).await.map_err(|_| refused("its database cannot be opened"))?;
    let tx = store.begin_system().await?;
    if !store::backup::is_whole(&tx).await? {
        return Err(refused("its database is damaged"));
    }
    let rows = store::backup::counts(&tx).await?;
    if manifest.rows.iter().any(|(table, n)| rows.get(table) != Some(n)) {
        return Err(refused("rows are missing or too many"));
    }
    for key in keys {
        store::backup::put_key(&tx, key).await?;
    }
    store::backup::end_the_past(&tx, now).await?;
    tx.commit().await?;
    Ok(store.close().await?)
}
