//! Everything that can be changed, torn or moved about a sealed value is refused, and nothing panics.

use proptest::prelude::*;
use vault::{ConnectionKey, Fault, FirmKey, Place, Randomness, Ring, Wrapped};

const FIRM: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];
const CONN: [u8; 16] = [3; 16];
const CONN2: [u8; 16] = [4; 16];

fn ring() -> Ring {
    Ring::fleeting(Randomness::seeded(5))
}

fn firm_key(ring: &Ring, firm: &[u8; 16]) -> FirmKey {
    ring.open_firm_key(firm, 1, &ring.new_firm_key(firm, 1)).expect("own key")
}

fn connection_key(firm: &FirmKey, connection: &[u8; 16]) -> ConnectionKey {
    firm.open_connection_key(connection, 1, &firm.new_connection_key(connection, 1).expect("fresh")).expect("own key")
}

fn place<'a>(firm: &'a [u8; 16], subject: &'a [u8; 16], field: &'a str, version: u32) -> Place<'a> {
    Place { firm, subject, field, version }
}

#[test]
fn what_was_sealed_opens_again_at_its_place() {
    let ring = ring();
    let wrapped = ring.new_firm_key(&FIRM, 1);
    let firm = ring.open_firm_key(&FIRM, 1, &wrapped).expect("own key");
    let conn = firm.new_connection_key(&CONN, 7).expect("fresh");
    let key = firm.open_connection_key(&CONN, 7, &conn).expect("own key");
    let here = place(&FIRM, &CONN, "access_token", 2);
    for plain in [&b""[..], b"access-sandbox-1", &[0; 5000]] {
        let sealed = key.seal(&here, plain).expect("sealed");
        assert_eq!(sealed[..2], [1, 1]);
        assert_eq!(sealed.len(), 2 + 16 + 12 + plain.len() + 16);
        // Through storage and back, with keys opened afresh.
        let again = ring.open_firm_key(&FIRM, 1, &Wrapped::from_bytes(wrapped.as_bytes().to_vec())).expect("own key");
        let again = again.open_connection_key(&CONN, 7, &conn).expect("own key");
        assert_eq!(again.open(&here, &sealed).expect("opens").expose(), plain);
        assert_ne!(key.seal(&here, plain).expect("sealed"), sealed, "a fresh nonce each time");
    }
}

// proves: G22
#[test]
fn a_value_moved_to_another_place_is_refused() {
    let ring = ring();
    let (firm, other) = (firm_key(&ring, &FIRM), firm_key(&ring, &OTHER));
    let (key, key2) = (connection_key(&firm, &CONN), connection_key(&firm, &CONN2));
    let here = place(&FIRM, &CONN, "token", 1);
    let sealed = key.seal(&here, b"secret").expect("sealed");
    let at_firm = firm.seal(&here, b"secret").expect("sealed");
    for there in [
        place(&OTHER, &CONN, "token", 1),
        place(&FIRM, &CONN2, "token", 1),
        place(&FIRM, &CONN, "refresh", 1),
        place(&FIRM, &CONN, "token", 2),
        place(&FIRM, &CONN, "token|1", 1),
    ] {
        assert!(key.open(&there, &sealed).is_err() && key2.open(&there, &sealed).is_err(), "{there:?}");
        assert!(firm.open(&there, &at_firm).is_err() && other.open(&there, &at_firm).is_err(), "{there:?}");
    }
    assert!(firm.open(&here, &sealed).is_err() && key.open(&here, &at_firm).is_err());
    assert!(key.seal(&place(&FIRM, &CONN2, "token", 1), b"x").is_err(), "a connection's key seals for that connection only");
    assert!(firm.seal(&place(&OTHER, &CONN, "token", 1), b"x").is_err());
}

// proves: G22
#[test]
fn a_wrapped_key_moved_to_another_row_is_refused() {
    let ring = ring();
    let wrapped = ring.new_firm_key(&FIRM, 1);
    assert!(ring.open_firm_key(&OTHER, 1, &wrapped).is_err());
    assert!(ring.open_firm_key(&FIRM, 2, &wrapped).is_err());
    assert!(matches!(Ring::fleeting(Randomness::seeded(6)).open_firm_key(&FIRM, 1, &wrapped), Err(Fault::NoSuchKey(_))));
    let (firm, other) = (firm_key(&ring, &FIRM), firm_key(&ring, &OTHER));
    let conn = firm.new_connection_key(&CONN, 1).expect("fresh");
    assert!(firm.open_connection_key(&CONN2, 1, &conn).is_err());
    assert!(firm.open_connection_key(&CONN, 2, &conn).is_err());
    assert!(other.open_connection_key(&CONN, 1, &conn).is_err());
}

// proves: G22
#[test]
fn a_hundred_thousand_mutations_are_refused() {
    let ring = ring();
    let firm = firm_key(&ring, &FIRM);
    let (key, key2) = (connection_key(&firm, &CONN), connection_key(&firm, &CONN2));
    let here = place(&FIRM, &CONN, "token", 1);
    let sealed = key.seal(&here, b"a token of forty letters, more or less..").expect("sealed");
    let strange = key2.seal(&place(&FIRM, &CONN2, "token", 1), b"a token of forty letters, more or less..").expect("sealed");
    let randomness = Randomness::seeded(11);
    let mut refused = 0;
    for round in 0..100_000usize {
        let draw = randomness.bytes::<8>();
        let at = usize::from(u16::from_le_bytes([draw[0], draw[1]])) % sealed.len();
        let mut changed = sealed.clone();
        match round % 6 {
            0 | 1 => changed[at] ^= 1 << (draw[2] % 8),
            2 => changed[at] = changed[at].wrapping_add(draw[2] | 1),
            3 => changed.truncate(at),
            4 => changed.extend_from_slice(&draw[..1 + usize::from(draw[2] % 7)]),
            _ => changed[at..].copy_from_slice(&strange[at..]),
        }
        refused += usize::from(changed == sealed || key.open(&here, &changed).is_err());
    }
    assert_eq!(refused, 100_000);
}

#[test]
fn without_its_wrapping_a_firm_is_unreadable() {
    let ring = ring();
    let lost = firm_key(&ring, &FIRM);
    let here = place(&FIRM, &CONN, "token", 1);
    let conn = lost.new_connection_key(&CONN, 1).expect("fresh");
    let sealed = lost.seal(&here, b"secret").expect("sealed");
    drop(lost);
    let replaced = firm_key(&ring, &FIRM);
    assert!(replaced.open(&here, &sealed).is_err() && replaced.open_connection_key(&CONN, 1, &conn).is_err());
}

#[test]
fn blind_indexes_tell_equals_within_one_firm_only() {
    let ring = ring();
    let (firm, other) = (firm_key(&ring, &FIRM), firm_key(&ring, &OTHER));
    assert_eq!(firm.blind_index("4000123"), firm.blind_index("4000123"));
    assert_ne!(firm.blind_index("4000123"), firm.blind_index("4000124"));
    assert_ne!(firm.blind_index("4000123"), other.blind_index("4000123"));
}

#[test]
fn purposes_do_not_share_a_key() {
    let ring = ring();
    assert_ne!(ring.derive("pepper").expose(), ring.derive("cookie").expose());
    assert_eq!(ring.derive("pepper").expose(), ring.derive("pepper").expose());
    assert_eq!(ring.derive("audit").expose(), ring.derive_under(ring.active(), "audit").expect("active").expose());
}

proptest! {
    // proves: G22
    #[test]
    fn noise_never_opens_and_never_panics(noise in prop::collection::vec(any::<u8>(), 0..120), head in any::<bool>()) {
        let ring = ring();
        let wrapped = ring.new_firm_key(&FIRM, 1);
        let firm = ring.open_firm_key(&FIRM, 1, &wrapped).expect("own key");
        let key = connection_key(&firm, &CONN);
        let here = place(&FIRM, &CONN, "token", 1);
        let mut bytes = noise.clone();
        if head {
            let real = key.seal(&here, b"x").expect("sealed");
            bytes.splice(0..0, real[..18].iter().copied());
        }
        prop_assert!(key.open(&here, &bytes).is_err());
        prop_assert!(firm.open(&here, &bytes).is_err());
        prop_assert!(firm.open_connection_key(&CONN, 1, &Wrapped::from_bytes(bytes.clone())).is_err());
        prop_assert!(ring.open_firm_key(&FIRM, 1, &Wrapped::from_bytes(bytes)).is_err());
    }

    #[test]
    fn places_with_different_fields_never_read_the_same(a in "[a-z|0-9]{0,8}", b in "[a-z|0-9]{0,8}", v in 0u32..20, w in 0u32..20) {
        let ring = ring();
        let key = connection_key(&firm_key(&ring, &FIRM), &CONN);
        let sealed = key.seal(&place(&FIRM, &CONN, &a, v), b"x").expect("sealed");
        prop_assert_eq!(key.open(&place(&FIRM, &CONN, &b, w), &sealed).is_ok(), a == b && v == w);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC{0,60}|[0-9a-z-]{20,40}", random in any::<[u8; 17]>()) {
        let _ = vault::LinkToken::parse(&text);
        let token = vault::LinkToken::new(random);
        for spelling in [token.code(), token.tagged()] {
            prop_assert_eq!(vault::LinkToken::parse(&spelling).map(|t| t.hash("p")), Ok(token.hash("p")));
        }
    }
}
