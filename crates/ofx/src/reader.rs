//! The pull reader: one item after the other, in the order of the file, in memory that does not grow with it.

use crate::account::{Account, AccountInfo};
use crate::header::{self, Header, Looks};
use crate::item::{Error, Item, Other};
use crate::lexer::{Lexer, Name};
use crate::names::{self, Nature, nature};
use crate::plan::{Plan, PlanBalance};
use crate::position::Position;
use crate::record::{Field, Record};
use crate::security::Security;
use crate::statement::{Balance, BalanceKind, Head, InvestmentBalance, StatementKind};
use crate::status::{Answer, SignOn, Status};
use crate::trade::Trade;
use crate::transaction::Transaction;
use crate::tree::{Ending, Event, Tree};
use crate::warning::{Repair, Warning};
use std::collections::VecDeque;
use std::io::Read;

/// Reads items out of anything that gives bytes. See the [crate's documentation](crate).
pub struct Reader<R> {
    inner: R,
    core: Core,
}

/// The reader without its file, so that it is compiled once for all kinds of files, here and with this crate's care for speed.
struct Core {
    tree: Tree,
    header: Header,
    looks: Looks,
    record: Record,
    head: Option<Head>,
    begun: bool,
    status: Option<Status>,
    request: Option<String>,
    /// The answer that is open.
    wrapper: Option<Name>,
    queue: VecDeque<Item>,
    done: bool,
}

impl<R: Read> Reader<R> {
    /// Looks at the beginning of the file.
    pub fn new(mut inner: R) -> Result<Reader<R>, Error> {
        let core = Core::new(&mut inner)?;
        Ok(Reader { inner, core })
    }

    pub fn header(&self) -> &Header {
        &self.core.header
    }

    /// The repairs so far; at most a thousand are kept.
    pub fn warnings(&self) -> &[Warning] {
        &self.core.tree.lexer.notes.kept
    }

    /// How many repairs there were, kept or not.
    pub fn warning_count(&self) -> u64 {
        self.core.tree.lexer.notes.count
    }

    /// Whether the file ended in the middle, as far as it was read.
    pub fn is_cut_short(&self) -> bool {
        self.core.tree.cut
    }

    /// The next item; `None` at the end.
    #[allow(clippy::should_implement_trait, reason = "errors come beside items; `Iterator` is implemented as well")]
    pub fn next(&mut self) -> Result<Option<Item>, Error> {
        self.core.next(&mut self.inner)
    }
}

impl Core {
    fn new(from: &mut dyn Read) -> Result<Core, Error> {
        let mut lexer = Lexer::new();
        let start = lexer.peek(from, 4096)?.to_vec();
        if start.iter().all(|b| b.is_ascii_whitespace() || *b == 0) && start.len() < 4096 {
            return Err(Error::Empty);
        }
        let looks = header::looks(&start);
        if matches!(looks, Looks::Compressed | Looks::Pdf) {
            return Err(Error::NotOfx(looks));
        }
        let header = Header::read(&start, &mut lexer.notes);
        lexer.declared = header.declared();
        let (record, queue) = (Record::default(), VecDeque::new());
        let (head, status, request, wrapper) = (None, None, None, None);
        Ok(Core { tree: Tree::new(lexer), header, looks, record, head, begun: false, status, request, wrapper, queue, done: false })
    }

    fn next(&mut self, from: &mut dyn Read) -> Result<Option<Item>, Error> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Ok(Some(item));
            }
            if self.done {
                return Ok(None);
            }
            match self.tree.next(from)? {
                Event::Open(name) => self.open(name),
                Event::Leaf(name) => self.leaf(name),
                Event::Close(name, ending) => self.close(name, ending),
                Event::End => self.end()?,
            }
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        self.done = true;
        // One that has no tag of its own ends where the file ends.
        self.finish_statement(!self.tree.cut);
        if self.tree.known { Ok(()) } else { Err(Error::NotOfx(self.looks)) }
    }

    fn open(&mut self, name: Name) {
        let notes = &mut self.tree.lexer.notes;
        if self.record.is_open() {
            return self.record.open(name, notes);
        }
        let text = name.as_str();
        let nature = nature(text);
        match nature {
            // An element that the standard does not know is not collected before the document has begun.
            Nature::Unknown if !self.tree.known => {}
            Nature::Height(1) => (self.status, self.request, self.wrapper) = (None, None, None),
            Nature::Height(2) if text != "SONRS" && text != "SONRQ" && text != "SECLIST" => {
                self.finish_statement(true);
                (self.status, self.request, self.wrapper) = (None, None, Some(name));
            }
            Nature::Height(h) if h <= names::LIST && !is_record(text) => {
                if let Some(kind) = statement(text) {
                    self.finish_statement(true);
                    let head = Head { status: self.status.clone(), request: self.request.clone(), ..Head::new(kind) };
                    self.head = Some(head);
                }
            }
            _ => self.record.begin(name, self.tree.place),
        }
    }

    fn leaf(&mut self, name: Name) {
        let notes = &mut self.tree.lexer.notes;
        let value = &self.tree.value;
        if self.record.is_open() {
            return self.record.leaf(name, value, notes);
        }
        notes.place = self.tree.place;
        if value.is_empty() {
            return;
        }
        match (&mut self.head, name.as_str()) {
            (None, "TRNUID") => self.request = Some(value.clone()),
            (Some(head), text) => head.leaf(text, value, notes),
            (None, text) if self.tree.known && !matches!(text, "DTACCTUP" | "CLTCOOKIE") => {
                let fields = vec![Field { path: String::new(), value: value.clone() }];
                self.queue.push_back(Item::Other(Other { element: text.to_owned(), fields }));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: Name, ending: Ending) {
        let text = name.as_str();
        if self.record.is_open() {
            let through = ending != Ending::Tag && nature(text) == Nature::Unknown;
            if self.record.close(through) && !self.record.is_empty() {
                self.record_read();
            }
            return;
        }
        if statement(text).is_some() {
            self.finish_statement(ending != Ending::File);
        }
        if self.wrapper == Some(name) {
            (self.status, self.request, self.wrapper) = (None, None, None);
        }
    }

    fn finish_statement(&mut self, complete: bool) {
        if let Some(head) = self.head.take() {
            let head = Head { complete, ..head };
            if !std::mem::take(&mut self.begun) {
                self.queue.push_back(Item::Begin(head.clone()));
            }
            self.queue.push_back(Item::End(head));
        }
    }

    /// A record is whole: what it says, in the form of its kind.
    fn record_read(&mut self) {
        let record = std::mem::take(&mut self.record);
        let notes = &mut self.tree.lexer.notes;
        notes.place = record.place;
        let (name, part) = (record.name(), record.root());
        let mut balance = |kind| Item::Balance(Balance::read(part, kind, notes));
        let item = match name {
            "SONRS" => Item::SignOn(SignOn::read(part, notes)),
            "STATUS" => {
                let status = Status::read(part);
                self.status = Some(status.clone());
                if let Some(head) = &mut self.head {
                    head.status = Some(status.clone());
                }
                let to = self.wrapper.as_ref().map_or("", |w| w.as_str()).to_owned();
                Item::Answer(Answer { to, request: self.request.clone(), status })
            }
            "BANKACCTFROM" | "CCACCTFROM" | "INVACCTFROM" | "LOANACCTFROM" => {
                let kind = account_kind(name);
                let account = Account::read(part, kind);
                let head = self.head.get_or_insert_with(|| Head::new(kind));
                if head.account.is_none() {
                    head.account = Some(account);
                }
                self.record = record;
                return;
            }
            "STMTTRN" | "STMTTRNP" | "LOANSTMTTRN" | "INVBANKTRAN" => Item::Transaction(Transaction::read(part, name, notes)),
            "LEDGERBAL" => balance(BalanceKind::Ledger),
            "AVAILBAL" => balance(BalanceKind::Available),
            "PRINBAL" => balance(BalanceKind::Principal),
            "BAL" => balance(BalanceKind::Named),
            "BALLIST" => {
                let all = Balance::list(part, notes);
                self.begin(StatementKind::Bank, name);
                self.queue.extend(all.into_iter().map(Item::Balance));
                self.record = record;
                return;
            }
            "INVBAL" => Item::InvestmentBalance(InvestmentBalance::read(part, notes)),
            "INV401KBAL" => Item::PlanBalance(PlanBalance::read(part, notes)),
            "INV401K" => Item::Plan(Plan::read(part, notes)),
            "ACCTINFO" => {
                self.queue.extend(AccountInfo::read(part).into_iter().map(Item::Account));
                self.record = record;
                return;
            }
            _ if names::is_trade(name) => Item::Trade(Trade::read(part, name, notes)),
            _ if names::is_position(name) => Item::Position(Position::read(part, name, notes)),
            _ if names::is_security(name) => Item::Security(Security::read(part, name, notes)),
            _ => {
                let fields = record.rest();
                if !fields.is_empty() {
                    self.queue.push_back(Item::Other(Other { element: name.to_owned(), fields }));
                }
                self.record = record;
                return;
            }
        };
        match &item {
            Item::Transaction(_) => self.begin(self.kind_here(name), name),
            Item::Balance(b) if b.kind == BalanceKind::Principal => self.begin(StatementKind::Loan, name),
            Item::Balance(_) => self.begin(self.kind_here(name), name),
            Item::Trade(_) | Item::Position(_) | Item::InvestmentBalance(_) | Item::PlanBalance(_) | Item::Plan(_) => {
                self.begin(StatementKind::Investment, name);
            }
            _ => {}
        }
        self.queue.push_back(item);
        self.record = record;
    }

    /// What kind of statement a record outside any belongs to.
    fn kind_here(&self, name: &str) -> StatementKind {
        match name {
            "INVBANKTRAN" => StatementKind::Investment,
            "LOANSTMTTRN" => StatementKind::Loan,
            _ if self.tree.within("CREDITCARDMSGSRSV1") || self.tree.within("CCSTMTTRNRS") => StatementKind::Card,
            _ if self.tree.within("INVSTMTMSGSRSV1") => StatementKind::Investment,
            _ => StatementKind::Bank,
        }
    }

    /// A statement begins with what is in it, at the latest.
    fn begin(&mut self, kind: StatementKind, element: &str) {
        if self.head.is_none() {
            let place = self.tree.lexer.notes.place;
            self.tree.lexer.notes.add(Repair::NoStatement, place, element, "");
            self.head = Some(Head { status: self.status.clone(), request: self.request.clone(), ..Head::new(kind) });
        }
        if let Some(head) = self.head.as_ref().filter(|_| !self.begun) {
            self.queue.push_back(Item::Begin(head.clone()));
            self.begun = true;
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Item, Error>;
    fn next(&mut self) -> Option<Result<Item, Error>> {
        Reader::next(self).transpose()
    }
}

fn statement(name: &str) -> Option<StatementKind> {
    match name {
        "STMTRS" => Some(StatementKind::Bank),
        "CCSTMTRS" => Some(StatementKind::Card),
        "LOANSTMTRS" => Some(StatementKind::Loan),
        "INVSTMTRS" => Some(StatementKind::Investment),
        _ => None,
    }
}

fn account_kind(name: &str) -> StatementKind {
    match name {
        "CCACCTFROM" => StatementKind::Card,
        "INVACCTFROM" => StatementKind::Investment,
        "LOANACCTFROM" => StatementKind::Loan,
        _ => StatementKind::Bank,
    }
}

/// Elements of the upper heights that are collected whole.
fn is_record(name: &str) -> bool {
    matches!(
        name,
        "SONRS"
            | "SONRQ"
            | "INVBAL"
            | "LEDGERBAL"
            | "AVAILBAL"
            | "PRINBAL"
            | "INV401K"
            | "INV401KBAL"
            | "ACCTINFO"
            | "PROFRS"
            | "MFACHALLENGERS"
            | "CLOSING"
    )
}
