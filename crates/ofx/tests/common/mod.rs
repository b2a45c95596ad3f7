//! The sample files: invented, one for each dialect.
#![allow(dead_code, reason = "each test file uses some of it")]

use ofx::Document;

pub const FILES: [&str; 12] = [
    "accounts.ofx",
    "bank.ofx",
    "bare.ofx",
    "broken.ofx",
    "card.qfx",
    "comma.ofx",
    "investment.ofx",
    "investment_xml.ofx",
    "loan.ofx",
    "plan.ofx",
    "refused.ofx",
    "wide.ofx",
];

pub fn path(name: &str) -> String {
    format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))
}

pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

pub fn read(name: &str) -> Document {
    Document::read(&bytes(name)[..]).unwrap()
}

pub fn text(d: Option<ofx::Decimal>) -> String {
    d.map_or_else(|| "-".to_owned(), |d| d.to_string())
}

/// An investment statement of so many transactions and positions.
pub fn large(trades: usize, positions: usize) -> String {
    let mut s = String::from(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nCHARSET:1252\n\n<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><INVSTMTRS><DTASOF>20261120<CURDEF>USD<INVACCTFROM><BROKERID>b.example<ACCTID>1</INVACCTFROM><INVTRANLIST>\n",
    );
    for n in 0..trades {
        s.push_str(&format!("<BUYSTOCK><INVBUY><INVTRAN><FITID>t{n}<DTTRADE>20261005</INVTRAN><SECID><UNIQUEID>90000A101<UNIQUEIDTYPE>CUSIP</SECID><UNITS>{}<UNITPRICE>25.125<TOTAL>-100.{:02}<SUBACCTSEC>CASH<SUBACCTFUND>CASH</INVBUY><BUYTYPE>BUY</BUYSTOCK>\n", n % 90 + 1, n % 100));
    }
    s.push_str("</INVTRANLIST><INVPOSLIST>\n");
    for n in 0..positions {
        s.push_str(&format!("<POSSTOCK><INVPOS><SECID><UNIQUEID>9{n:08}<UNIQUEIDTYPE>CUSIP</SECID><HELDINACCT>CASH<POSTYPE>LONG<UNITS>80<UNITPRICE>26.50<MKTVAL>2120.00<DTPRICEASOF>20261120</INVPOS></POSSTOCK>\n"));
    }
    s.push_str("</INVPOSLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>\n");
    s
}
