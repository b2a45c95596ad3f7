//! The letters as they are checked and filled.

use super::*;

#[test]
fn what_is_filled_in_is_not_read_again_and_nothing_leaves_a_gap() {
    let about = About { given: "{code} Ngozi", code: "123456", firm: "A & F", ..About::default() };
    assert_eq!(fill("Hello {first name}, {help} from { Firm }.", &about), "Hello {code} Ngozi, from A & F.");
    assert_eq!(fill("{help} Reply", &about), "Reply");
    assert_eq!(fill("an {open brace", &about), "an {open brace");
}

// proves: P16
#[test]
fn every_letter_of_ours_passes_its_own_check_and_fills_every_placeholder() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_key(kind.key()), Some(kind));
        assert!(check(kind, &kind.ours()).is_ok(), "{kind:?}");
        let (subject, paragraphs) = compose(&Settings::default(), kind, &invented("Alder & Finch"));
        let whole = format!("{subject}\n{}", paragraphs.join("\n"));
        assert!(!whole.contains('{') && !whole.contains("  "), "{whole}");
        if kind.needs(Slot::Link) {
            let (_, before, after) = around_link(&Settings::default(), kind, &invented("Alder & Finch"));
            assert!(!before.is_empty() && before.len() + after.len() + 1 == paragraphs.len(), "{kind:?}");
        }
    }
    // What the sample to a client must say (P16): one page, activate, credentials, seven days, support, corrections.
    let (_, sample) = compose(&Settings::default(), Kind::Invitation, &invented("Alder & Finch"));
    let sample = sample.join("\n").to_lowercase();
    for part in ["one page", "activate", "choose how you sign in", "seven days", "support", "not right"] {
        assert!(sample.contains(part), "{part}: {sample}");
    }
}

#[test]
fn a_wording_that_lost_its_link_is_not_sent() {
    let mut settings = Settings::default();
    settings.letters.insert("connect".into(), Wording { subject: "Hi".into(), body: "No link here".into() });
    assert_eq!(wording(&settings, Kind::Connect), Kind::Connect.ours());
    settings.letters.insert("connect".into(), Wording { subject: "Hi".into(), body: "Here:\n\n{link}".into() });
    assert_eq!(around_link(&settings, Kind::Connect, &About::default()), ("Hi".into(), vec!["Here:".into()], vec![]));
}
