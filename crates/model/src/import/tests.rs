use super::*;
use proptest::prelude::*;

fn said(csv: &str, change: impl Fn(&mut Mapping)) -> Said {
    let table = read(csv.as_bytes()).unwrap();
    let mut mapping = Mapping::suggest(&table);
    change(&mut mapping);
    mapping.apply(&table, "a")
}

#[test]
fn a_table_suggests_only_what_it_shows_beyond_doubt() {
    let table = read(b"Date,Description,Amount\n11/19/2026,Cafe,-4.50\n11/02/2026,\"Rent, flat\",\"-1,250.00\"\n").unwrap();
    let m = Mapping::suggest(&table);
    assert_eq!((m.rows, m.days, m.comma, m.currency.clone()), (Rows::Movements, Some(Days::MonthFirst), Some(false), None));
    assert_eq!(m.missing(), [("currency", "Choose the currency: the file does not say it")]);
    let doubtful = read(b"Date;Amount\n02.03.2026;1.250\n").unwrap();
    let m = Mapping::suggest(&doubtful);
    assert_eq!((m.days, m.comma), (None, None), "2 March or 3 February, one and a quarter or more than a thousand");
    assert_eq!(m.missing().len(), 3);
}

#[test]
fn commas_days_and_quotes_are_read_as_people_say() {
    let csv = "Datum;Text;Betrag;Saldo\n19.11.2026;\"Bäckerei \"\"M\"\"\";-1.234,56;10,00\n18.11.2026;Gehalt;+99,9;1.244,56\n";
    let s = said(csv, |m| (m.days, m.comma) = (Some(Days::DayFirst), Some(true)));
    assert_eq!(s.trades[0].amount.unwrap().to_string(), "1234.56", "ours: out is plus");
    assert_eq!((s.trades[0].name.as_str(), s.trades[0].day.to_string()), ("Bäckerei \"M\"", "2026-11-19".to_owned()));
    assert_eq!((s.balance.unwrap().to_string(), s.newest.unwrap().to_string()), ("10.00".into(), "2026-11-19".into()));
    assert!(s.unread.is_empty());
}

#[test]
fn what_cannot_be_read_is_named_with_its_row_and_never_guessed() {
    let s = said("Symbol,Quantity,Value\nAAA,10,100.00\nBBB,ten,5\nCCC,1,n/a\n", |m| m.comma = Some(false));
    assert_eq!(s.positions.len(), 2);
    assert_eq!(s.positions[1].value, None);
    let at: Vec<(usize, &str)> = s.unread.iter().map(|u| (u.row, u.column.as_str())).collect();
    assert_eq!(at, [(3, "Quantity"), (4, "Value")]);
}

#[test]
fn two_equal_rows_are_two_movements_and_the_same_file_has_the_same_ids() {
    let csv = "Date,Description,Amount\n2026-11-19,Tram,-2.80\n2026-11-19,Tram,-2.80\n";
    let ids = |s: Said| s.trades.iter().map(|t| t.external_id.clone()).collect::<Vec<_>>();
    let one = ids(said(csv, |_| ()));
    assert_ne!(one[0], one[1]);
    assert_eq!(one, ids(said(csv, |_| ())));
}

#[test]
fn files_that_are_no_tables_say_so() {
    assert!(read(b"").unwrap_err().contains("no columns"));
    assert!(read(b"a,b\n").unwrap_err().contains("no rows"));
    assert!(read(b"a,b\n\"x,1\n").unwrap_err().contains("never closed"));
    assert!(read(b"a,b\n\0\0").unwrap_err().contains("not a text file"));
    assert!(read(format!("a,b\n{},1\n", "x".repeat(5_000)).as_bytes()).unwrap_err().contains("too long"));
}

proptest! {
    #[test]
    fn any_bytes_are_a_table_or_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        if let Ok(table) = read(&bytes) {
            let mut m = Mapping::suggest(&table);
            m.comma = m.comma.or(Some(true));
            let _ = m.apply(&table, "a");
        }
    }
}
