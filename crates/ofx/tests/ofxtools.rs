//! A second opinion: the widely used Python reader, as a program of its own, says the same about the sample files that keep to the
//! standard. `HELDAWAY_PYTHON` names an interpreter that has it; without one the comparison is passed over and says so.

mod common;

use ofx::{BalanceKind, DateTime, Decimal, Document};

fn plain(d: Option<Decimal>) -> String {
    d.map_or_else(|| "-".to_owned(), |d| d.normalize().to_string())
}

fn day(d: Option<DateTime>) -> String {
    let Some(d) = d else { return "-".to_owned() };
    let minutes = d.unix_milliseconds() / 60_000;
    let (days, of_day) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    // The samples' moments lie on their own day in Greenwich, or on the next.
    let own = DateTime { time: None, ..d };
    let next = days != own.unix_milliseconds() / 86_400_000;
    let shown = if next { DateTime { day: d.day + 1, ..own } } else { own };
    format!("{shown} {:02}:{:02}", of_day / 60, of_day % 60)
}

fn ours(name: &str) -> Vec<String> {
    let doc: Document = common::read(name);
    let mut out = Vec::new();
    for s in &doc.statements {
        let account = s.head.account.as_ref().and_then(|a| a.id.as_deref()).unwrap_or("-");
        out.push(format!("statement {account} {}", s.head.currency.as_deref().unwrap_or("-")));
        for t in &s.transactions {
            out.push(format!("transaction {} {} {}", t.id.as_deref().unwrap_or("-"), plain(t.amount), day(t.posted)));
        }
        for t in &s.trades {
            let id = t.id.as_deref().unwrap_or("-");
            out.push(format!("trade {} {id} {} {} {}", t.kind, plain(t.units), plain(t.total), day(t.traded)));
        }
        for p in &s.positions {
            let id = p.security.as_ref().and_then(|s| s.id.as_deref()).unwrap_or("-");
            out.push(format!("position {id} {} {} {}", plain(p.units), plain(p.unit_price), plain(p.market_value)));
        }
        for b in &s.balances {
            let name = if b.kind == BalanceKind::Ledger { "ledgerbal" } else { "availbal" };
            out.push(format!("{name} {} {}", plain(b.amount), day(b.as_of)));
        }
    }
    for s in &doc.securities {
        let id = s.id.as_ref().and_then(|i| i.id.as_deref()).unwrap_or("-");
        out.push(format!("security {id} {} {}", s.name.as_deref().unwrap_or("-"), s.ticker.as_deref().unwrap_or("-")));
    }
    out.sort();
    out
}

#[expect(clippy::disallowed_methods, reason = "where the other reader is installed is the test run's own matter")]
#[test]
fn the_python_reader_says_the_same() {
    let Ok(python) = std::env::var("HELDAWAY_PYTHON") else {
        eprintln!("passed over: HELDAWAY_PYTHON is not set");
        return;
    };
    let script = format!("{}/tests/clients/read.py", env!("CARGO_MANIFEST_DIR"));
    for name in ["bank.ofx", "card.qfx", "investment.ofx", "investment_xml.ofx", "plan.ofx"] {
        let done = std::process::Command::new(&python).args([&script, &common::path(name)]).output().unwrap();
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        let mut theirs: Vec<String> = String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect();
        theirs.sort();
        assert_eq!(ours(name), theirs, "{name}");
    }
}
