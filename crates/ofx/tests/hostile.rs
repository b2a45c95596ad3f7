//! Files that mean harm, and files that met with an accident: never a panic, never a hang, never another value than the file's.

mod common;

use common::{FILES, bytes, large};
use ofx::{Document, Error, Item, Reader, Repair};
use proptest::prelude::*;
use std::io::Read;

/// Every value that a file has, in the file's order.
fn values(file: &[u8]) -> Vec<String> {
    let mut reader = Reader::new(file).unwrap();
    let mut out = Vec::new();
    while let Ok(Some(item)) = reader.next() {
        match item {
            Item::Transaction(t) => out.push(format!("{:?}", (&t.id, t.amount))),
            Item::Trade(t) => out.push(format!("{:?}", (&t.id, t.units, t.total))),
            Item::Position(p) => out.push(format!("{:?}", (p.units, p.market_value))),
            Item::Balance(b) => out.push(format!("{:?}", (b.kind, b.amount))),
            _ => {}
        }
    }
    out
}

fn amounts(doc: &Document) -> Vec<ofx::Decimal> {
    let mut out = Vec::new();
    for s in &doc.statements {
        out.extend(s.transactions.iter().filter_map(|t| t.amount));
        out.extend(s.trades.iter().flat_map(|t| [t.units, t.unit_price, t.total, t.old_units, t.new_units]).flatten());
        out.extend(s.positions.iter().flat_map(|p| [p.units, p.unit_price, p.market_value]).flatten());
        out.extend(s.balances.iter().filter_map(|b| b.amount));
    }
    out
}

#[test]
fn cut_anywhere_a_file_says_only_what_the_whole_one_says() {
    for name in FILES {
        let whole = bytes(name);
        let doc = Document::read(&whole[..]).unwrap();
        let (all, known) = (values(&whole), amounts(&doc));
        for end in 0..whole.len() {
            let cut = match Document::read(&whole[..end]) {
                Ok(cut) => cut,
                Err(Error::Empty | Error::NotOfx(_)) => continue,
                Err(e) => panic!("{name} {end}: {e}"),
            };
            assert!(amounts(&cut).iter().all(|a| known.contains(a)), "{name} cut at {end} says an amount of its own");
            let some = values(&whole[..end]);
            // All but what the end may have cut is there, in order.
            let same = some.iter().zip(&all).take_while(|(a, b)| a == b).count();
            assert!(some.len() - same <= 1, "{name} cut at {end}: {some:?}");
            let closed = cut.statements.iter().all(|s| s.head.complete);
            assert!(closed || cut.cut_short, "{name} cut at {end} and nobody was told");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn whatever_happens_to_a_file_the_reader_ends(which in 0usize..12, changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..5, any::<u8>()), 1..40)) {
        let mut file = bytes(FILES[which]);
        for (at, what, byte) in changes {
            let i = at.index(file.len().max(1)).min(file.len().saturating_sub(1));
            match what {
                0 => file[i] = byte,
                1 => { file.remove(i); }
                2 => file.insert(i, b"<>&/[]\"'\0\xff,."[usize::from(byte) % 12]),
                3 => { let to = (i + usize::from(byte)).min(file.len()); let part = file[i..to].to_vec(); file.splice(i..i, part); }
                _ => { let to = (i + usize::from(byte)).min(file.len()); file.drain(i..to); }
            }
            if file.is_empty() { break; }
        }
        if let Ok(mut reader) = Reader::new(&file[..]) {
            let mut items = 0;
            while let Ok(Some(_)) = reader.next() { items += 1; }
            prop_assert!(items <= file.len());
            prop_assert!(reader.warnings().iter().all(|w| w.place.byte <= 3 * file.len() as u64 && w.place.line >= 1));
        }
    }

    #[test]
    fn any_bytes_at_all(file in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = Document::read(&file[..]);
    }

    #[test]
    fn tags_in_any_order(names in prop::collection::vec(prop::sample::select(vec!["OFX", "STMTRS", "STMTTRN", "TRNAMT", "X", "INVPOS", "SECID", "CURRENCY", "STATUS", "BAL", "SECLIST"]), 0..80), kinds in prop::collection::vec(0u8..4, 80)) {
        let mut file = String::from("<OFX>");
        for (n, k) in names.iter().zip(kinds) {
            match k { 0 => file.push_str(&format!("<{n}>")), 1 => file.push_str(&format!("</{n}>")), 2 => file.push_str(&format!("<{n}>1.5\n")), _ => file.push_str(&format!("<{n}/>")) }
        }
        prop_assert!(Document::read(file.as_bytes()).is_ok());
    }
}

/// Gives one byte at a time, as a bad network does.
struct Drip<'a>(&'a [u8]);
impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(into.len()).min(1);
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

#[test]
fn the_pieces_in_which_a_file_comes_make_no_difference() {
    for name in FILES {
        let whole = bytes(name);
        assert_eq!(Document::read(Drip(&whole)).unwrap(), Document::read(&whole[..]).unwrap(), "{name}");
    }
}

#[test]
fn entities_are_never_expanded() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a "AAAAAAAAAA"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
      <?OFX OFXHEADER="200" VERSION="211"?><OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD</CURDEF><BANKTRANLIST><STMTTRN><TRNAMT>1</TRNAMT><FITID>1</FITID><NAME>&b;&b;</NAME><MEMO>&c;</MEMO></STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"#;
    let doc = Document::read(bomb.as_bytes()).unwrap();
    let t = &doc.statements[0].transactions[0];
    assert_eq!((t.name.as_deref(), t.memo.as_deref()), (Some("&b;&b;"), Some("&c;")));
    assert!(doc.warnings.iter().any(|w| w.repair == Repair::OwnEntity));
    assert!(doc.warnings.iter().any(|w| w.repair == Repair::Declaration));
}

#[test]
fn depth_length_and_number_have_limits() {
    let deep = format!("<OFX><STMTRS><STMTTRN>{}<FITID>1</STMTTRN></STMTRS></OFX>", "<A><B>".repeat(200_000));
    let doc = Document::read(deep.as_bytes()).unwrap();
    assert_eq!(doc.statements[0].transactions.len(), 1);
    assert!(doc.warnings.iter().any(|w| w.repair == Repair::TooDeep));
    let long = format!("<OFX><STMTRS><STMTTRN><FITID>1<MEMO>{}</STMTTRN></STMTRS></OFX>", "x&y".repeat(1_000_000));
    let doc = Document::read(long.as_bytes()).unwrap();
    assert!(doc.statements[0].transactions[0].memo.as_ref().unwrap().len() <= 65_536);
    assert!(doc.warnings.iter().any(|w| w.repair == Repair::TooLong));
    let many = format!("<OFX><STMTRS><STMTTRN><FITID>1{}</STMTTRN></STMTRS></OFX>", "<X>1".repeat(100_000));
    let doc = Document::read(many.as_bytes()).unwrap();
    assert!(doc.statements[0].transactions[0].rest.len() <= 4_096);
    assert!(doc.warnings.iter().any(|w| w.repair == Repair::TooMany));
    let strays = format!("<OFX>{}</OFX>", "</X>".repeat(100_000));
    let doc = Document::read(strays.as_bytes()).unwrap();
    assert_eq!((doc.warnings.len(), doc.warning_count), (1_000, 100_001), "and the missing header");
}

#[test]
fn a_long_file_is_read_piece_by_piece() {
    let file = large(20_000, 1_000);
    let mut reader = Reader::new(file.as_bytes()).unwrap();
    let (mut trades, mut positions) = (0, 0);
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Trade(t) => trades += usize::from(t.total.is_some() && t.units.is_some()),
            Item::Position(p) => positions += usize::from(p.market_value.is_some()),
            _ => {}
        }
    }
    assert_eq!((trades, positions, reader.warning_count()), (20_000, 1_000, 0));
}
