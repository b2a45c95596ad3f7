//! Movements of money: in bank, card and loan statements, and the cash movements of investment accounts.

use crate::account::Account;
use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::statement::{StatementKind, currency, original_currency};
use crate::warning::{Notes, Repair};
use crate::words::{SubAccount, TransactionKind};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Transaction {
    pub kind: Option<TransactionKind>,
    /// The institution's own number, which says whether a movement was read before. Some institutions use one twice.
    pub id: Option<String>,
    pub posted: Option<DateTime>,
    /// When the person did it.
    pub initiated: Option<DateTime>,
    pub available: Option<DateTime>,
    /// Signed from the account's view: negative is money out.
    pub amount: Option<Decimal>,
    pub currency: Option<String>,
    /// The currency that the amount was converted from.
    pub original_currency: Option<String>,
    pub name: Option<String>,
    pub memo: Option<String>,
    pub check_number: Option<String>,
    pub reference: Option<String>,
    /// The movement that this one corrects, and how: `REPLACE` or `DELETE`.
    pub corrects: Option<String>,
    pub correction: Option<String>,
    /// The account at the other end.
    pub other: Option<Box<Account>>,
    /// Not posted yet.
    pub pending: bool,
    /// In an investment account: the part of it that the money lies in.
    pub sub_account: Option<SubAccount>,
    pub rest: Vec<Field>,
}

impl Transaction {
    pub(crate) fn read(part: Part<'_>, element: &str, notes: &mut Notes) -> Transaction {
        // In an investment account the movement is wrapped once more.
        let sub_account = part.text("SUBACCTFUND").map(SubAccount::read);
        let p = part.part_or_self("STMTTRN");
        let kind = p.text("TRNTYPE").or_else(|| p.text("LOANTRNTYPE")).map(TransactionKind::read);
        let payee = p.part("PAYEE");
        let to = [
            ("BANKACCTTO", StatementKind::Bank),
            ("CCACCTTO", StatementKind::Card),
            ("LOANACCTTO", StatementKind::Loan),
            ("INVACCTTO", StatementKind::Investment),
        ];
        let t = Transaction {
            kind,
            id: p.string("FITID"),
            posted: p.date("DTPOSTED", notes),
            initiated: p.date("DTUSER", notes),
            available: p.date("DTAVAIL", notes),
            amount: p.needed("TRNAMT", notes),
            currency: currency(p),
            original_currency: original_currency(p),
            name: p.string("NAME").or_else(|| payee.and_then(|y| y.string("NAME"))).or_else(|| p.string("EXTDNAME")),
            memo: p.string("MEMO"),
            check_number: p.string("CHECKNUM"),
            reference: p.string("REFNUM"),
            corrects: p.string("CORRECTFITID"),
            correction: p.string("CORRECTACTION"),
            other: to.into_iter().find_map(|(name, kind)| p.part(name).map(|a| Box::new(Account::read(a, kind)))),
            pending: element == "STMTTRNP",
            sub_account,
            rest: part.rest(),
        };
        if t.id.is_none() && !t.pending {
            notes.add(Repair::MissingField, notes.place, "FITID", element);
        }
        t
    }
}
