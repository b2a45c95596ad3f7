//! Where secrets must not be: the database with its log, what the program logs, the adviser's copy of a letter.

use super::story::{Story, shown_link, stories};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The ways in which a secret could lie about: as it is, as hexadecimal, as base64 at any offset.
fn disguises(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|b| format!("{b:02x}")).collect();
    let mut out = vec![secret.to_vec(), hex.clone().into_bytes(), hex.to_uppercase().into_bytes()];
    for skip in 0..3 {
        let shifted = [&vec![0; skip][..], secret].concat();
        for text in [BASE64_STANDARD_NO_PAD.encode(&shifted), BASE64_URL_SAFE_NO_PAD.encode(&shifted)] {
            // The first and last letters also hold bits of what stands beside it.
            out.push(text.as_bytes()[if skip == 0 { 0 } else { 4 }..text.len() - 3].to_vec());
        }
    }
    out
}

/// The first of these that stands in the bytes: one pass, by the first eight of each.
fn found<'a>(bytes: &[u8], needles: &[(&'a str, Vec<u8>)]) -> Option<(&'a str, Vec<u8>)> {
    let first = |b: &[u8]| b.iter().take(8).fold(0u64, |n, b| n << 8 | u64::from(*b));
    let mut by_first: HashMap<u64, Vec<usize>> = HashMap::new();
    // A fragment of a short secret says nothing.
    for (n, (_, needle)) in needles.iter().enumerate().filter(|(_, (_, needle))| needle.len() >= 8) {
        by_first.entry(first(needle)).or_default().push(n);
    }
    let mut seen = 0u64;
    for (at, byte) in bytes.iter().enumerate() {
        seen = seen << 8 | u64::from(*byte);
        let Some(which) = by_first.get(&seen).filter(|_| at >= 7) else { continue };
        if let Some(n) = which.iter().find(|n| bytes[at - 7..].starts_with(&needles[**n].1)) {
            return Some(needles[*n].clone());
        }
    }
    None
}

#[test]
fn a_secret_is_found_in_each_disguise() {
    let secret = b"7KQ2M9D4XTW3NHB8RZ5VC6JYEP";
    for disguise in disguises(secret) {
        let place = [b"before ".as_slice(), &disguise, b" after"].concat();
        assert!(found(&place, &[("it", disguise)]).is_some());
    }
    assert!(found(b"7KQ2M9D4 and so on", &[("it", secret.to_vec())]).is_none());
}

fn base32(text: &str) -> Vec<u8> {
    let bits: String =
        text.bytes().filter_map(|b| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|l| *l == b)).map(|n| format!("{n:05b}")).collect();
    bits.as_bytes().chunks_exact(8).map(|c| c.iter().fold(0, |n, b| n * 2 + (b - b'0'))).collect()
}

/// Everything that the database keeps.
async fn kept(s: &Story) -> Vec<(String, Vec<u8>)> {
    if s.stage.app.store().is_sqlite() {
        let files = std::fs::read_dir(s.stage.base.dir.path()).expect("the folder").flatten();
        return files.map(|f| (f.path().display().to_string(), std::fs::read(f.path()).expect("a file"))).collect();
    }
    let db = s.stage.app.store().read_system().await.expect("a look");
    let mut out = Vec::new();
    for table in db.all("SELECT tablename::text AS n FROM pg_tables WHERE schemaname = 'public'", vec![]).await.expect("tables") {
        let name = table.text("n").expect("a name");
        for row in db.all(&format!("SELECT CAST(t AS text) AS n FROM {name} t"), vec![]).await.expect("rows") {
            out.push((name.clone(), row.text("n").expect("a row").into_bytes()));
        }
    }
    out
}

fn without_folds(letter: &str) -> String {
    letter.replace("=\r\n", "").replace("=23", "#")
}

// proves: N17 N23 G14 G20
#[tokio::test]
async fn no_secret_lies_in_the_database_the_log_or_the_advisers_copy() {
    let log: Arc<Mutex<Vec<u8>>> = Arc::default();
    let filter = Targets::new().with_default(LevelFilter::TRACE).with_target("sandbox", LevelFilter::OFF);
    let writer = Log(log.clone());
    let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone());
    let subscriber = lines.finish().with(filter);
    let _guard = tracing::subscriber::set_default(subscriber);
    for s in stories().await {
        let mut adviser = s.adviser().await;
        let page = adviser.get(s.at(&format!("/asset-sync?person={}", s.ngozi()))).await;
        adviser.send(page.form("/mail")).await;
        s.stage.settle().await;
        let letters = s.stage.letters_to("ngozi@okafor.example");
        let letter = without_folds(letters.last().expect("the client's letter"));
        let at = letter.find("/i#").expect("the link");
        let mailed: String = letter[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/#-".contains(*c)).collect();
        let copies = s.stage.letters_to(&s.firm.lead.email);
        let copy = without_folds(copies.last().expect("the adviser's copy"));
        let code = |link: &str| link.split('#').nth(1).expect("a code").to_owned();
        assert!(!copy.contains(&code(&mailed)) && !copy.contains(&code(&mailed).replace('-', "")), "the copy holds dots instead");

        let (mut client, _) = s.enter(&mailed).await;
        s.connect_in(&mut client, "larchmont work", "Larchmont Workplace").await;
        let page = adviser.get(s.at(&format!("/asset-sync?person={}", s.ngozi()))).await;
        let shared = shown_link(&adviser.send(page.form("/share")).await);
        let c = s.connection().await;
        let (_, grant) = app::connections::grant(&s.stage.app, s.scope(), c.id).await.expect("the token");

        let mut secrets: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        for (name, link) in [("mailed", &mailed), ("shared", &shared)] {
            secrets.insert(if name == "mailed" { "the mailed link" } else { "the shared link" }, code(link).into_bytes());
        }
        let (mailed, shared) = (code(&mailed).replace('-', ""), code(&shared).replace('-', ""));
        secrets.insert("the mailed link without dashes", mailed.into_bytes());
        secrets.insert("the shared link without dashes", shared.into_bytes());
        secrets.insert("the provider's token", grant.token.expose().clone().into_bytes());
        secrets.insert("any token of the provider", b"access-sandbox-".to_vec());
        secrets.insert("any link token of the provider", b"link-sandbox-".to_vec());
        secrets.insert("any public token of the provider", b"public-sandbox-".to_vec());
        secrets.insert("the institution's password", b"pass_good".to_vec());
        secrets.insert("the adviser's password", s.firm.lead.password.clone().into_bytes());
        secrets.insert("the second factor", s.firm.lead.totp.clone().into_bytes());
        secrets.insert("the second factor's bytes", base32(&s.firm.lead.totp));
        secrets.insert("the adviser's session", adviser.cookies["localhost"]["sid"].clone().into_bytes());
        secrets.insert("the client's session", client.cookies["localhost"]["lsid"].clone().into_bytes());

        let mut places = kept(&s).await;
        assert!(places.iter().map(|(_, b)| b.len()).sum::<usize>() > 20_000, "the database is read");
        let logged = log.lock().expect("the log").clone();
        assert!(!logged.is_empty(), "the program logs");
        places.push(("the log".into(), logged));
        let needles: Vec<(&str, Vec<u8>)> = secrets.iter().flat_map(|(name, s)| disguises(s).into_iter().map(|d| (*name, d))).collect();
        for (place, bytes) in &places {
            if let Some((name, disguise)) = found(bytes, &needles) {
                panic!("{name} lies in {place} as {}", String::from_utf8_lossy(&disguise));
            }
        }
        s.end().await;
    }
}
