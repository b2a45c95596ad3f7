//! A whole file at once, for files that fit into memory.

use crate::account::AccountInfo;
use crate::header::Header;
use crate::item::{Error, Item, Other};
use crate::plan::{Plan, PlanBalance};
use crate::position::Position;
use crate::reader::Reader;
use crate::security::Security;
use crate::statement::{Balance, Head, InvestmentBalance};
use crate::status::{Answer, SignOn};
use crate::trade::Trade;
use crate::transaction::Transaction;
use crate::warning::Warning;
use std::io::Read;

/// Everything that a file says.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Document {
    pub header: Header,
    pub sign_on: Option<SignOn>,
    pub answers: Vec<Answer>,
    pub statements: Vec<Statement>,
    pub securities: Vec<Security>,
    pub accounts: Vec<AccountInfo>,
    pub others: Vec<Other>,
    /// The file ended in the middle.
    pub cut_short: bool,
    pub warnings: Vec<Warning>,
    /// More than [`Document::warnings`] keeps, when there are very many.
    pub warning_count: u64,
}

/// One statement with all that is in it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Statement {
    pub head: Head,
    pub transactions: Vec<Transaction>,
    pub trades: Vec<Trade>,
    pub positions: Vec<Position>,
    pub balances: Vec<Balance>,
    pub investment_balance: Option<InvestmentBalance>,
    pub plan_balance: Option<PlanBalance>,
    pub plan: Option<Plan>,
}

impl Statement {
    fn new(head: Head) -> Statement {
        Statement {
            head,
            transactions: Vec::new(),
            trades: Vec::new(),
            positions: Vec::new(),
            balances: Vec::new(),
            investment_balance: None,
            plan_balance: None,
            plan: None,
        }
    }
}

impl Document {
    /// Reads everything.
    pub fn read(inner: impl Read) -> Result<Document, Error> {
        let mut reader = Reader::new(inner)?;
        let mut doc = Document { header: reader.header().clone(), ..Document::default() };
        while let Some(item) = reader.next()? {
            doc.add(item);
        }
        doc.cut_short = reader.is_cut_short();
        doc.warnings = reader.warnings().to_vec();
        doc.warning_count = reader.warning_count();
        Ok(doc)
    }

    fn add(&mut self, item: Item) {
        match item {
            Item::SignOn(s) => self.sign_on = Some(s),
            Item::Answer(a) => self.answers.push(a),
            Item::Begin(head) => self.statements.push(Statement::new(head)),
            Item::Security(s) => self.securities.push(s),
            Item::Account(a) => self.accounts.push(a),
            Item::Other(o) => self.others.push(o),
            inside => {
                // The reader begins a statement before anything in it.
                let Some(s) = self.statements.last_mut() else { return };
                match inside {
                    Item::Transaction(t) => s.transactions.push(t),
                    Item::Trade(t) => s.trades.push(t),
                    Item::Position(p) => s.positions.push(p),
                    Item::Balance(b) => s.balances.push(b),
                    Item::InvestmentBalance(b) => s.investment_balance = Some(b),
                    Item::PlanBalance(b) => s.plan_balance = Some(b),
                    Item::Plan(p) => s.plan = Some(p),
                    Item::End(head) => s.head = head,
                    _ => {}
                }
            }
        }
    }
}
