//! What an operator does with the binary: demo, sandbox, backup, restore, rebuild.

use super::program::{Program, demo, demo_json, run, said};
use rig::Dir;
use serde_json::Value;
use stage::Browser;
use std::fs;
use std::path::Path;
use url::Url;

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[tokio::test]
async fn the_demo_is_ready_signs_people_in_goes_on_and_empties_only_its_own() {
    let dir = Dir::new();
    let data = dir.path().join("demo");
    let first = demo(&data, &["--households", "3"]);
    let page = demo_json(&data);
    let base = Url::parse(page["base"].as_str().expect("an address")).expect("an address");
    assert_eq!(base.host_str(), Some("localhost"));
    assert_eq!(Browser::new(base.clone()).get("/healthz").await.status, 200);
    let firms = page["firms"].as_array().expect("firms");
    assert_eq!(firms.len(), 2);
    for part in ["administrator", "lead", "sub_adviser", "delegate", "support"] {
        let person = &firms[0]["people"][part];
        assert!(["email", "password", "totp"].iter().all(|f| person[f].as_str().is_some_and(|v| !v.is_empty())), "{part}");
    }
    let states: Vec<&str> = firms[0]["households"]
        .as_array()
        .expect("households")
        .iter()
        .flat_map(|h| h["connections"].as_array().expect("connections").iter().filter_map(|c| c["state"].as_str()))
        .collect();
    for state in ["healthy", "needs_credentials", "institution_down"] {
        assert!(states.contains(&state), "no connection is {state}: {states:?}");
    }
    // The same folder cannot be used twice at once.
    let second = run(&["demo", "--data", &text(&data), "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0"]);
    assert!(!second.status.success() && said(&second).contains("already works in"), "{}", said(&second));
    assert!(first.stop());
    assert!(!data.join("demo.json").exists(), "addresses of a demo that has ended");

    // A second start goes on with the same people, and signs them in.
    let again = demo(&data, &[]);
    let later = demo_json(&data);
    assert_eq!(later["firms"][0]["households"], page["firms"][0]["households"]);
    let lead = &later["firms"][0]["people"]["lead"];
    let mut browser = Browser::new(Url::parse(later["base"].as_str().expect("an address")).expect("an address"));
    let page = browser.get("/sign-in").await;
    let of = |f: &str| lead[f].as_str().unwrap_or_default().to_owned();
    let page = browser.send(page.form("password").with("email", of("email")).with("password", of("password"))).await;
    page.form("code");
    again.kill();

    // A folder that somebody else filled is left alone.
    let mine = dir.path().join("letters");
    fs::create_dir_all(&mine).expect("a folder");
    fs::write(mine.join("letter.txt"), "Dear Ada").expect("a file");
    let refused = run(&["demo", "--fresh", "--data", &text(&mine), "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0"]);
    assert!(!refused.status.success(), "{}", said(&refused));
    assert_eq!(fs::read_to_string(mine.join("letter.txt")).expect("the letter"), "Dear Ada");
}

#[tokio::test]
async fn a_backup_is_restored_whole_and_a_tampered_one_refused() {
    let dir = Dir::new();
    let (data, archive, keys) = (dir.path().join("demo"), dir.path().join("data.backup"), dir.path().join("keys.backup"));
    // Made while the product runs.
    let running = demo(&data, &[]);
    let made = run(&["backup", "--data", &text(&data), "--to", &text(&archive), "--keyring", &text(&keys)]);
    assert!(made.status.success(), "{}", said(&made));
    running.kill();
    let bytes = fs::read(&archive).expect("the backup");
    let ring: Value = serde_json::from_slice(&fs::read(&keys).expect("the keyring")).expect("JSON");
    let wrapped = base64_of(ring["keys"][0]["wrapped"].as_str().expect("a key"));
    assert!(!ring["keys"].as_array().expect("keys").is_empty() && !contains(&bytes, &wrapped[20..]), "a key lies in the data");
    let kek = dir.path().join("demo.key/kek");
    let secret = fs::read_to_string(&kek).expect("the master key");
    let secret = secret.lines().find_map(|l| l.strip_prefix("key ")).expect("the key itself").to_owned();
    assert!(!contains(&bytes, secret.as_bytes()) && !fs::read_to_string(&keys).expect("text").contains(&secret));

    // One changed byte anywhere, another keyring, a torn file: refused, and nothing is left.
    let into = dir.path().join("restored");
    let restore = |archive: &Path, keys: &Path| {
        run(&["restore", "--from", &text(archive), "--keyring", &text(keys), "--data", &text(&into), "--key", &text(&kek)])
    };
    let bad = dir.path().join("bad.backup");
    for at in [40, bytes.len() / 2, bytes.len() - 1] {
        let mut torn = bytes.clone();
        torn[at] ^= 1;
        fs::write(&bad, torn).expect("a file");
        assert!(!restore(&bad, &keys).status.success(), "byte {at}");
    }
    fs::write(&bad, &bytes[..bytes.len() - 4096]).expect("a file");
    assert!(!restore(&bad, &keys).status.success(), "torn");
    let other = dir.path().join("other.keys");
    fs::write(&other, fs::read_to_string(&keys).expect("text").replace("\"version\": 1", "\"version\": 2")).expect("a file");
    assert!(!restore(&archive, &other).status.success(), "another keyring");
    assert!(!into.join("heldaway.db").exists());

    let done = restore(&archive, &keys);
    assert!(done.status.success(), "{}", said(&done));
    let full = restore(&archive, &keys);
    assert!(!full.status.success() && said(&full).contains("not empty"), "{}", said(&full));

    // The log and its projections agree in the restored place.
    fs::create_dir_all(dir.path().join("restored.key")).expect("a folder");
    fs::copy(&kek, dir.path().join("restored.key/kek")).expect("the master key");
    let rebuilt = run(&["rebuild", "--data", &text(&into)]);
    assert!(rebuilt.status.success() && said(&rebuilt).contains(" 0 differences"), "{}", said(&rebuilt));
}

#[test]
fn the_sandbox_says_where_it_is_in_one_line() {
    let mut sandbox = Program::start(&["sandbox", "--listen", "127.0.0.1:0", "--institutions", "100"]);
    let said: Value = serde_json::from_str(&sandbox.until("{")).expect("one JSON line");
    assert!(said["plaid"]["client_id"].is_string() && said["plaid"]["secret"].is_string());
    assert!(said["base"].as_str().is_some_and(|b| b.starts_with("http://127.0.0.1:")));
    assert!(sandbox.stop());
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

fn base64_of(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.decode(text).expect("base64")
}
