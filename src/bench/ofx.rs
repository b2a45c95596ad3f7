//! Reading investment statements: processor time by the megabyte, memory, and whether twice the file takes twice the time.

use super::machine;
use crate::Trouble;
use clap::Args;
use serde_json::{Value, json};
use std::io::Read;

#[derive(Args)]
pub struct Options {
    /// Transactions of the statement that memory is measured with
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    transactions: usize,
    #[arg(long, default_value_t = 5_000, value_name = "N")]
    positions: usize,
    /// Transactions of the longest statement
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    longest: usize,
}

pub fn run(o: &Options) -> Result<Value, Trouble> {
    let mut sizes = Vec::new();
    // The smallest first: what is resident only grows.
    for n in [o.longest / 10, o.longest / 3, o.longest] {
        sizes.push(one(n, o.positions)?);
    }
    let streamed_mb = machine::resident_mb(std::process::id())?;
    let whole = ::ofx::Document::read(Statement::new(o.transactions, o.positions)).map_err(|e| Trouble(e.to_string()))?;
    let whole_mb = machine::resident_mb(std::process::id())?;
    let held = whole.statements.iter().map(|s| s.trades.len() + s.positions.len()).sum::<usize>();
    Ok(json!({
        "bench": "ofx",
        "sizes": sizes,
        "streamed_resident_mb": streamed_mb,
        "whole": { "transactions": o.transactions, "positions": o.positions, "read": held, "resident_mb": whole_mb },
    }))
}

fn one(transactions: usize, positions: usize) -> Result<Value, Trouble> {
    let mut length = 0;
    // Making the file costs time as well: it is measured alone and taken off.
    let before = machine::cpu()?;
    let mut file = Statement::new(transactions, positions);
    let mut sink = vec![0; 64 << 10];
    loop {
        match file.read(&mut sink)? {
            0 => break,
            n => length += n,
        }
    }
    let making = machine::cpu()? - before;
    let before = machine::cpu()?;
    let mut reader = ::ofx::Reader::new(Statement::new(transactions, positions)).map_err(|e| Trouble(e.to_string()))?;
    let mut items = 0;
    while reader.next().map_err(|e| Trouble(e.to_string()))?.is_some() {
        items += 1;
    }
    let reading = (machine::cpu()? - before).saturating_sub(making).as_secs_f64().max(0.001);
    let mb = length as f64 / 1e6;
    Ok(json!({
        "transactions": transactions,
        "mb": machine::round(mb),
        "items": items,
        "cpu_seconds": machine::round(reading),
        "mb_per_cpu_second": machine::round(mb / reading),
        "cpu_us_per_transaction": machine::round(reading * 1e6 / transactions.max(1) as f64),
    }))
}

/// A statement that is made while it is read, so that its text is in nobody's memory.
struct Statement {
    transactions: usize,
    positions: usize,
    next: usize,
    piece: Vec<u8>,
    at: usize,
}

impl Statement {
    fn new(transactions: usize, positions: usize) -> Statement {
        Statement { transactions, positions, next: 0, piece: Vec::new(), at: 0 }
    }

    fn line(&self, n: usize) -> Option<String> {
        let (t, p) = (self.transactions, self.positions);
        Some(match n {
            0 => "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nCHARSET:1252\n\n<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><INVSTMTRS><DTASOF>20261120<CURDEF>USD<INVACCTFROM><BROKERID>bench.example<ACCTID>1</INVACCTFROM><INVTRANLIST>\n".into(),
            n if n <= t => format!(
                "<BUYSTOCK><INVBUY><INVTRAN><FITID>t{n}<DTTRADE>20261005120000[-5:EST]<MEMO>Bought on the open</INVTRAN><SECID><UNIQUEID>9{:08}<UNIQUEIDTYPE>CUSIP</SECID><UNITS>{}<UNITPRICE>25.125<COMMISSION>4.95<TOTAL>-100.{:02}<SUBACCTSEC>CASH<SUBACCTFUND>CASH</INVBUY><BUYTYPE>BUY</BUYSTOCK>\n",
                n % p.max(1),
                n % 90 + 1,
                n % 100
            ),
            n if n == t + 1 => "</INVTRANLIST><INVPOSLIST>\n".into(),
            n if n <= t + 1 + p => format!(
                "<POSSTOCK><INVPOS><SECID><UNIQUEID>9{n:08}<UNIQUEIDTYPE>CUSIP</SECID><HELDINACCT>CASH<POSTYPE>LONG<UNITS>80<UNITPRICE>26.50<MKTVAL>2120.00<DTPRICEASOF>20261120</INVPOS></POSSTOCK>\n"
            ),
            n if n == t + p + 2 => "</INVPOSLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>\n".into(),
            _ => return None,
        })
    }
}

impl Read for Statement {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() {
            self.piece.clear();
            self.at = 0;
            while self.piece.len() < 32 << 10 {
                let Some(line) = self.line(self.next) else { break };
                self.piece.extend_from_slice(line.as_bytes());
                self.next += 1;
            }
        }
        let n = into.len().min(self.piece.len() - self.at);
        into[..n].copy_from_slice(&self.piece[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
