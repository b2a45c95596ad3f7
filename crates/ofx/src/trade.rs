//! Investment transactions: buying, selling, income, splits and transfers.

use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::security::SecurityId;
use crate::statement::{currency, original_currency};
use crate::warning::{Notes, Repair};
use crate::words::{Source401k, SubAccount, TradeKind};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Trade {
    pub kind: TradeKind,
    /// The institution's own number.
    pub id: Option<String>,
    pub traded: Option<DateTime>,
    pub settled: Option<DateTime>,
    pub security: Option<SecurityId>,
    /// Shares, face value of bonds, contracts of options; negative when sold.
    pub units: Option<Decimal>,
    /// Per share; bonds: per cent of par.
    pub unit_price: Option<Decimal>,
    /// Signed from the account's view: negative is money out.
    pub total: Option<Decimal>,
    pub commission: Option<Decimal>,
    pub taxes: Option<Decimal>,
    pub fees: Option<Decimal>,
    pub load: Option<Decimal>,
    pub withholding: Option<Decimal>,
    /// `BUY`, `BUYTOCOVER`, `SELL`, `SELLSHORT`, `BUYTOOPEN` and so on.
    pub direction: Option<String>,
    /// `CGLONG`, `CGSHORT`, `DIV`, `INTEREST`, `MISC`.
    pub income: Option<String>,
    /// `ASSIGN`, `EXERCISE`, `EXPIRE` of an option; `IN` or `OUT` of a transfer.
    pub action: Option<String>,
    /// Of a split: units before and after, and the ratio.
    pub old_units: Option<Decimal>,
    pub new_units: Option<Decimal>,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    pub currency: Option<String>,
    pub original_currency: Option<String>,
    pub memo: Option<String>,
    pub sub_account_security: Option<SubAccount>,
    pub sub_account_fund: Option<SubAccount>,
    /// The movement that this one takes back.
    pub reverses: Option<String>,
    pub source_401k: Option<Source401k>,
    pub rest: Vec<Field>,
}

impl Trade {
    pub(crate) fn read(part: Part<'_>, element: &str, notes: &mut Notes) -> Trade {
        // The common fields lie in INVBUY or INVSELL where it is one; the others have them at their top.
        let p = part.part("INVBUY").or_else(|| part.part("INVSELL")).unwrap_or(part);
        let head = p.part("INVTRAN").or_else(|| part.part("INVTRAN")).unwrap_or(p);
        let direction = ["BUYTYPE", "SELLTYPE", "OPTBUYTYPE", "OPTSELLTYPE"].into_iter().find_map(|n| part.string(n));
        let t = Trade {
            kind: TradeKind::read(element),
            id: head.string("FITID"),
            traded: head.date("DTTRADE", notes),
            settled: head.date("DTSETTLE", notes),
            security: p.part("SECID").map(SecurityId::read),
            units: p.amount("UNITS", notes),
            unit_price: p.amount("UNITPRICE", notes),
            total: p.amount("TOTAL", notes),
            commission: p.amount("COMMISSION", notes),
            taxes: p.amount("TAXES", notes),
            fees: p.amount("FEES", notes),
            load: p.amount("LOAD", notes),
            withholding: p.amount("WITHHOLDING", notes),
            direction,
            income: part.string("INCOMETYPE"),
            action: part.string("OPTACTION").or_else(|| part.string("TFERACTION")),
            old_units: part.amount("OLDUNITS", notes),
            new_units: part.amount("NEWUNITS", notes),
            numerator: part.amount("NUMERATOR", notes),
            denominator: part.amount("DENOMINATOR", notes),
            currency: currency(p),
            original_currency: original_currency(p),
            memo: head.string("MEMO"),
            sub_account_security: p.text("SUBACCTSEC").map(SubAccount::read),
            sub_account_fund: p.text("SUBACCTFUND").map(SubAccount::read),
            reverses: head.string("REVERSALFITID"),
            source_401k: p.text("INV401KSOURCE").map(Source401k::read),
            rest: part.rest(),
        };
        if t.id.is_none() {
            notes.add(Repair::MissingField, notes.place, "FITID", element);
        }
        t
    }
}
