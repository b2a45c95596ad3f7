//! What an investment account holds.

use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::security::SecurityId;
use crate::statement::currency;
use crate::warning::Notes;
use crate::words::{PositionKind, Side, Source401k, SubAccount};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Position {
    pub kind: PositionKind,
    pub security: Option<SecurityId>,
    pub held_in: Option<SubAccount>,
    pub side: Option<Side>,
    /// Shares, face value of bonds, contracts of options. Negative when short.
    pub units: Option<Decimal>,
    /// Per share; bonds: per cent of par; options: the premium of one underlying share.
    pub unit_price: Option<Decimal>,
    /// What the institution says it is worth. Never computed here.
    pub market_value: Option<Decimal>,
    /// Average cost; for one unit in practice.
    pub average_cost: Option<Decimal>,
    /// `None` also where the file says 1 January 1990, which stands for "unknown".
    pub priced: Option<DateTime>,
    pub currency: Option<String>,
    pub memo: Option<String>,
    pub source_401k: Option<Source401k>,
    /// Of an option: `NAKED` or `COVERED`.
    pub secured: Option<String>,
    pub rest: Vec<Field>,
}

impl Position {
    pub(crate) fn read(part: Part<'_>, element: &str, notes: &mut Notes) -> Position {
        let p = part.part_or_self("INVPOS");
        let unknown = |d: &DateTime| (d.year, d.month, d.day) == (1990, 1, 1);
        Position {
            kind: PositionKind::read(element),
            security: p.part("SECID").map(SecurityId::read),
            held_in: p.text("HELDINACCT").map(SubAccount::read),
            side: p.text("POSTYPE").map(Side::read),
            units: p.needed("UNITS", notes),
            unit_price: p.amount("UNITPRICE", notes),
            market_value: p.needed("MKTVAL", notes),
            average_cost: p.amount("AVGCOSTBASIS", notes),
            priced: p.date("DTPRICEASOF", notes).filter(|d| !unknown(d)),
            currency: currency(p),
            memo: p.string("MEMO"),
            source_401k: p.text("INV401KSOURCE").map(Source401k::read),
            secured: part.string("SECURED"),
            rest: part.rest(),
        }
    }
}
