//! Master keys in files: who may read them, what their states allow, and moving from one to the next.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use vault::{Fault, Kek, Place, Randomness, Ring, State};

const FIRM: [u8; 16] = [1; 16];

/// A folder of its own that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("vault-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Folder(path)
    }
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mode(path: &PathBuf) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn random() -> Randomness {
    Randomness::system()
}

#[test]
fn a_new_key_is_for_its_owner_alone_and_is_never_overwritten() {
    let folder = Folder::new("create");
    let path = folder.file("inner/kek");
    let id = Kek::create(&path, State::Valid, &random()).expect("made");
    assert_eq!((mode(&path), mode(&folder.file("inner"))), (0o400, 0o700));
    let text = fs::read(&path).expect("the file");
    assert!(matches!(Kek::create(&path, State::Valid, &random()), Err(Fault::Exists(_))));
    assert_eq!(fs::read(&path).expect("the file"), text);
    assert_eq!(fs::read_dir(folder.file("inner")).expect("the folder").count(), 1, "no draft is left behind");
    assert_eq!(Ring::load(&[&path], random()).expect("loads").active(), id);
    assert_eq!(Ring::load_or_create(&path, random()).expect("loads").active(), id);
}

#[test]
fn two_that_start_at_once_end_with_one_key() {
    let folder = Folder::new("race");
    let path = folder.file("kek");
    let start = || Ring::load_or_create(&path, random()).expect("a ring").active();
    let ids: Vec<_> =
        std::thread::scope(|s| (0..8).map(|_| s.spawn(start)).collect::<Vec<_>>().into_iter().map(|t| t.join().expect("ran")).collect());
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[test]
fn a_file_that_others_may_open_is_refused() {
    let folder = Folder::new("modes");
    let path = folder.file("kek");
    Kek::create(&path, State::Valid, &random()).expect("made");
    for bits in [0o404, 0o440, 0o644, 0o402, 0o401] {
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).expect("chmod");
        assert!(matches!(Ring::load(&[&path], random()), Err(Fault::Exposed(_))), "{bits:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
    assert!(Ring::load(&[&path], random()).is_ok());
}

#[test]
fn what_is_not_a_key_file_is_refused_without_showing_it() {
    let folder = Folder::new("shape");
    let path = folder.file("kek");
    Kek::create(&path, State::Valid, &random()).expect("made");
    let good = fs::read_to_string(&path).expect("the file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
    let upper = good.replace("key ", "KEY ");
    for bad in ["", "x", &good[..good.len() - 3], &format!("{good}more\n"), &good.replace("valid", "good"), &upper, &"k".repeat(5000)] {
        fs::write(&path, bad).expect("write");
        let fault = Ring::load(&[&path], random()).err().expect("refused");
        assert!(matches!(fault, Fault::NotAKey(_)));
        let key = good.lines().last().expect("a line").trim_start_matches("key ");
        assert!(!format!("{fault} {fault:?}").contains(key));
    }
    fs::write(&path, [0xff, 0xfe]).expect("write");
    assert!(matches!(Ring::load(&[&path], random()), Err(Fault::NotAKey(_))));
    assert!(matches!(Ring::load(&[folder.file("none")], random()), Err(Fault::File(..))));
    assert!(matches!(Ring::load(&[&folder.0], random()), Err(Fault::NotAKey(_))));
}

#[test]
fn exactly_one_key_wraps() {
    let folder = Folder::new("one");
    let (a, b) = (folder.file("a"), folder.file("b"));
    Kek::create(&a, State::Valid, &random()).expect("made");
    Kek::create(&b, State::Valid, &random()).expect("made");
    assert!(matches!(Ring::load(&[&a, &b], random()), Err(Fault::NotOneValid(2))));
    assert!(matches!(Ring::load(&[&a, &a], random()), Err(Fault::Twice(_))));
    assert!(matches!(Ring::load::<PathBuf>(&[], random()), Err(Fault::NotOneValid(0))));
}

#[test]
fn after_a_new_master_key_everything_before_it_stays_readable() {
    let folder = Folder::new("rotate");
    let (a, b) = (folder.file("a"), folder.file("b"));
    Kek::create(&a, State::Valid, &random()).expect("made");
    let before = Ring::load(&[&a], random()).expect("loads");
    let wrapped = before.new_firm_key(&FIRM, 1);
    let place = Place { firm: &FIRM, subject: &[9; 16], field: "seed", version: 1 };
    let sealed = before.open_firm_key(&FIRM, 1, &wrapped).expect("own key").seal(&place, b"secret").expect("sealed");

    // Every node has the new key as pending; one of them switches first, the other still opens what that one wraps.
    let new = Kek::create(&b, State::Pending, &random()).expect("made");
    let late = Ring::load(&[&a, &b], random()).expect("loads");
    Kek::change(&b, State::Retained, &random()).expect("changed");
    Kek::change(&a, State::Retained, &random()).expect("changed");
    Kek::change(&b, State::Valid, &random()).expect("changed");
    assert_eq!((mode(&a), mode(&b)), (0o400, 0o400));
    let after = Ring::load(&[&a, &b], random()).expect("loads");
    assert_eq!(after.active(), new);
    let second = after.new_firm_key(&FIRM, 2);
    for ring in [&late, &after] {
        assert_eq!(ring.open_firm_key(&FIRM, 1, &wrapped).expect("opens").open(&place, &sealed).expect("opens").expose(), b"secret");
        assert!(ring.open_firm_key(&FIRM, 2, &second).is_ok());
    }

    Kek::change(&a, State::Revoked, &random()).expect("changed");
    let revoked = Ring::load(&[&a, &b], random()).expect("loads");
    assert!(matches!(revoked.open_firm_key(&FIRM, 1, &wrapped), Err(Fault::NoSuchKey(_))));
    assert!(revoked.open_firm_key(&FIRM, 2, &second).is_ok());
}

#[test]
fn a_destroyed_key_leaves_its_name_only() {
    let folder = Folder::new("destroy");
    let path = folder.file("kek");
    let id = Kek::create(&path, State::Valid, &random()).expect("made");
    let text = fs::read_to_string(&path).expect("the file");
    let key = text.lines().last().expect("a line").trim_start_matches("key ").to_owned();
    Kek::change(&path, State::Destroyed, &random()).expect("changed");
    let left = fs::read_to_string(&path).expect("the file");
    assert!(!left.contains(&key) && left.contains(&id.to_string()));
    let kek = Kek::load(&path).expect("loads");
    assert_eq!((kek.id(), kek.state()), (id, State::Destroyed));
    assert!(Kek::change(&path, State::Valid, &random()).is_err(), "nothing brings it back");
    assert!(matches!(Ring::load(&[&path], random()), Err(Fault::NotOneValid(0))));
}
