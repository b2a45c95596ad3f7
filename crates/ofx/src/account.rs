//! Accounts: whose a statement is, and the list of what a person has.

use crate::record::{Field, Part};
use crate::statement::StatementKind;

/// An account as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Account {
    pub kind: StatementKind,
    /// The account's number, or what stands for it.
    pub id: Option<String>,
    /// The bank's routing number, or the broker's domain.
    pub institution: Option<String>,
    pub branch: Option<String>,
    /// `CHECKING`, `SAVINGS`, `MONEYMRKT`, `CREDITLINE`, `CD`, or a kind of loan.
    pub subtype: Option<String>,
    /// A checksum that some countries use.
    pub key: Option<String>,
}

impl Account {
    pub(crate) fn read(part: Part<'_>, kind: StatementKind) -> Account {
        Account {
            kind,
            id: part.string("ACCTID").or_else(|| part.string("LOANACCTID")),
            institution: part.string("BANKID").or_else(|| part.string("BROKERID")),
            branch: part.string("BRANCHID"),
            subtype: part.string("ACCTTYPE").or_else(|| part.string("LOANACCTTYPE")),
            key: part.string("ACCTKEY"),
        }
    }
}

/// One entry of a list of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AccountInfo {
    pub account: Option<Account>,
    /// What the institution calls it; then the number may be a stand-in.
    pub name: Option<String>,
    pub description: Option<String>,
    /// `AVAIL`, `PEND` or `ACTIVE`.
    pub service_status: Option<String>,
    /// What it is for tax: `401K`, `IRA`, `NORMAL` and so on.
    pub product: Option<String>,
    /// `INDIVIDUAL`, `JOINT`, `TRUST`, `CORPORATE`.
    pub registration: Option<String>,
    pub rest: Vec<Field>,
}

impl AccountInfo {
    /// One entry may describe several services of one account, and so several accounts.
    pub(crate) fn read(part: Part<'_>) -> Vec<AccountInfo> {
        let name = part.string("NAME");
        let description = part.string("DESC");
        let kinds = [
            ("BANKACCTINFO", "BANKACCTFROM", StatementKind::Bank),
            ("CCACCTINFO", "CCACCTFROM", StatementKind::Card),
            ("INVACCTINFO", "INVACCTFROM", StatementKind::Investment),
            ("LOANACCTINFO", "LOANACCTFROM", StatementKind::Loan),
        ];
        let mut out = Vec::new();
        for (info, from, kind) in kinds {
            for p in part.parts(info) {
                out.push(AccountInfo {
                    account: p.part(from).map(|f| Account::read(f, kind)),
                    name: name.clone(),
                    description: description.clone(),
                    service_status: p.string("SVCSTATUS"),
                    product: p.string("USPRODUCTTYPE"),
                    registration: p.string("INVACCTTYPE"),
                    rest: Vec::new(),
                });
            }
        }
        if out.is_empty() {
            let (service_status, product, registration) = (None, None, None);
            out.push(AccountInfo { account: None, name, description, service_status, product, registration, rest: Vec::new() });
        }
        out[0].rest = part.rest();
        out
    }
}
