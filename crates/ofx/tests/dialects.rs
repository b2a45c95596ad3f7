//! What each sample file says.

mod common;

use common::{read, text};
use ofx::{BalanceKind, Meaning, PositionKind, Repair, SecurityKind, Side, Source401k, StatementKind, TradeKind, TransactionKind};

#[test]
fn a_bank_statement() {
    let d = read("bank.ofx");
    assert!(d.warnings.is_empty() && !d.cut_short, "{:?}", d.warnings);
    assert_eq!(d.sign_on.as_ref().unwrap().organization.as_deref(), Some("Bluewater Credit Union"));
    assert_eq!(d.statements.len(), 2);
    let s = &d.statements[0];
    assert_eq!((s.head.kind, s.head.currency.as_deref(), s.head.complete), (StatementKind::Bank, Some("USD"), true));
    let account = s.head.account.as_ref().unwrap();
    assert_eq!((account.id.as_deref(), account.institution.as_deref()), (Some("770010417"), Some("000000018")));
    let amounts: Vec<String> = s.transactions.iter().map(|t| text(t.amount)).collect();
    assert_eq!(amounts, ["-42.17", "-1250.00", "3810.25", "-500.00"]);
    assert_eq!(s.transactions[0].name.as_deref(), Some("Harbor & Vale Grocers"));
    assert_eq!(s.transactions[1].kind, Some(TransactionKind::Check));
    assert_eq!(s.transactions[3].other.as_ref().unwrap().id.as_deref(), Some("770010425"));
    let kinds: Vec<BalanceKind> = s.balances.iter().map(|b| b.kind).collect();
    assert_eq!((kinds, text(s.balances[0].amount)), (vec![BalanceKind::Ledger, BalanceKind::Available], "8120.44".into()));
    assert_eq!(s.head.status.as_ref().unwrap().meaning(), Meaning::Good);
    assert_eq!(s.head.request.as_deref(), Some("1001"));
}

#[test]
fn a_card_and_a_loan() {
    let d = read("card.qfx");
    let s = &d.statements[0];
    assert_eq!((s.head.kind, s.transactions.len()), (StatementKind::Card, 3));
    assert_eq!(s.transactions[0].name.as_deref(), Some("Café Zoë"));
    assert_eq!(s.transactions[2].original_currency.as_deref(), Some("EUR"));
    assert_eq!(text(s.balances[0].amount), "-318.55");
    assert_eq!(d.sign_on.unwrap().rest[0].path, "INTU.BID");
    let d = read("loan.ofx");
    let s = &d.statements[0];
    assert_eq!((s.head.kind, s.balances[0].kind), (StatementKind::Loan, BalanceKind::Principal));
    assert_eq!(s.head.account.as_ref().unwrap().subtype.as_deref(), Some("MORTGAGE"));
    assert_eq!((text(s.balances[0].amount), text(s.transactions[0].amount)), ("-243118.02".into(), "1911.20".into()));
    assert!(s.transactions[0].rest.iter().any(|f| f.path == "LOANTRNAMT/PRINAMT" && f.value == "702.11"));
}

#[test]
fn an_investment_statement_in_both_spellings() {
    let (sgml, xml) = (read("investment.ofx"), read("investment_xml.ofx"));
    assert_eq!((&sgml.statements, &sgml.securities), (&xml.statements, &xml.securities));
    assert!(sgml.warnings.is_empty() && xml.warnings.is_empty(), "{:?}", sgml.warnings);
    let s = &sgml.statements[0];
    let kinds: Vec<TradeKind> = s.trades.iter().map(|t| t.kind.clone()).collect();
    assert_eq!(kinds, [TradeKind::BuyStock, TradeKind::SellFund, TradeKind::Income, TradeKind::Reinvest, TradeKind::Split]);
    let buy = &s.trades[0];
    assert_eq!((text(buy.units), text(buy.unit_price), text(buy.total)), ("40".into(), "25.125".into(), "-1009.95".into()));
    assert_eq!((buy.direction.as_deref(), buy.memo.as_deref()), (Some("BUY"), Some("Bought on the open")));
    assert_eq!((text(s.trades[4].numerator), text(s.trades[4].new_units)), ("2".into(), "40".into()));
    assert_eq!(s.transactions[0].id.as_deref(), Some("t-6"));
    let held: Vec<(PositionKind, String)> = s.positions.iter().map(|p| (p.kind.clone(), text(p.market_value))).collect();
    let values = ["2120.00", "7560.29", "4937.50", "-230.00", "300"];
    let kinds = [PositionKind::Stock, PositionKind::Fund, PositionKind::Debt, PositionKind::Option, PositionKind::Other];
    assert_eq!(held, kinds.into_iter().zip(values.map(String::from)).collect::<Vec<_>>());
    assert_eq!((&s.positions[3].side, &s.positions[4].priced), (&Some(Side::Short), &None), "1990 stands for unknown");
    let b = s.investment_balance.as_ref().unwrap();
    assert_eq!((text(b.cash), text(b.margin), text(b.short), b.named.len()), ("512.33".into(), "-100.00".into(), "230.00".into(), 1));
    assert_eq!(sgml.securities.len(), 5);
    assert_eq!(sgml.securities[1].asset_mix.len(), 2);
    let bond = sgml.securities[2].bond.as_ref().unwrap();
    assert_eq!((text(bond.coupon_percent), bond.matures.unwrap().year), ("4.25".into(), 2031));
    let option = sgml.securities[3].option.as_ref().unwrap();
    assert_eq!((option.right.as_deref(), option.underlying.as_ref().unwrap().id.as_deref()), (Some("CALL"), Some("90000A101")));
    assert_eq!(sgml.securities[3].kind, SecurityKind::Option);
    assert!(sgml.statements[0].positions[0].rest.iter().any(|f| f.path == "REINVDIV"), "nothing is lost");
}

#[test]
fn a_401k() {
    let d = read("plan.ofx");
    let s = &d.statements[0];
    assert_eq!(s.positions[1].source_401k, Some(Source401k::Match));
    let plan = s.plan.as_ref().unwrap();
    assert_eq!((plan.employer.as_deref(), text(plan.vested_percent)), (Some("Larchmont Instruments"), "80".into()));
    assert_eq!((text(plan.vesting[0].1), text(plan.loans[0].balance)), ("100".into(), "4210.77".into()));
    let year = plan.year_to_date.as_ref().unwrap();
    assert_eq!(text(year.contributions.as_ref().unwrap().employer_match), "4500");
    assert_eq!(text(s.plan_balance.as_ref().unwrap().sources.total), "33387.58");
}

#[test]
fn accounts_and_statuses() {
    let d = read("accounts.ofx");
    assert_eq!(d.accounts.len(), 2);
    assert_eq!(d.accounts[1].registration.as_deref(), Some("JOINT"));
    let sign_on = d.sign_on.unwrap();
    // Severity INFO, and still the person must act.
    assert_eq!(sign_on.status.unwrap().meaning(), Meaning::ActAtInstitution);
    assert!(sign_on.rest.is_empty(), "keys are not handed on");
    let d = read("refused.ofx");
    assert_eq!(d.sign_on.unwrap().status.unwrap().meaning(), Meaning::Locked);
    assert_eq!((d.answers[0].to.as_str(), d.answers[0].status.meaning()), ("STMTTRNRS", Meaning::SignInRefused));
}

#[test]
fn what_files_get_wrong_is_repaired_and_named_with_its_place() {
    let d = read("comma.ofx");
    let s = &d.statements[0];
    assert_eq!([text(s.transactions[0].amount), text(s.transactions[1].amount), text(s.balances[0].amount)], ["-1234.56", "99.9", "5.00"]);
    assert_eq!(s.transactions[0].name.as_deref(), Some("Bäckerei Müller"));
    let repairs: Vec<(Repair, u64)> = d.warnings.iter().map(|w| (w.repair, w.place.line)).collect();
    let expected = [(Repair::OddNumber, 12), (Repair::Mislabelled, 12), (Repair::OddNumber, 13), (Repair::OddNumber, 14)];
    assert!(expected.iter().all(|e| repairs.contains(e)), "{repairs:?}");

    let d = read("broken.ofx");
    let s = &d.statements[0];
    assert_eq!(s.head.account.as_ref().unwrap().id.as_deref(), Some("770010417"));
    assert_eq!(s.transactions.iter().map(|t| text(t.amount)).collect::<Vec<_>>(), ["-42.17", "10.00"]);
    assert_eq!(s.transactions[0].name.as_deref(), Some("AT&T < home >"));
    assert_eq!((text(s.balances[0].amount), s.head.complete, d.cut_short), ("8120.44".into(), true, false));
    for repair in [
        Repair::NoHeader,
        Repair::SmallLetters,
        Repair::NotClosed,
        Repair::BareAmpersand,
        Repair::BareLess,
        Repair::StrayClose,
        Repair::OddDate,
    ] {
        assert!(d.warnings.iter().any(|w| w.repair == repair), "{repair:?} in {:?}", d.warnings);
    }

    let d = read("bare.ofx");
    assert_eq!(text(d.statements[0].transactions[0].amount), "-1.00");
    assert!(d.warnings.iter().any(|w| w.repair == Repair::NoStatement));
}

#[test]
fn two_bytes_for_each_character() {
    let (wide, plain) = (read("wide.ofx"), read("bank.ofx"));
    assert_eq!(wide.statements[0].transactions[0].name.as_deref(), Some("Hårbor & Vale Grocers"));
    assert_eq!(wide.statements[1], plain.statements[1]);
}

#[test]
fn what_is_no_ofx_file_is_named() {
    let said = |bytes: &[u8]| ofx::Document::read(bytes).unwrap_err().to_string();
    assert_eq!(said(b""), "the file is empty");
    assert_eq!(said(b" \r\n\t"), "the file is empty");
    assert_eq!(said(b"<!DOCTYPE html><html><body>Sign in</body></html>"), "this is a web page, not an OFX file");
    assert_eq!(said(b"PK\x03\x04abc"), "this file is compressed; an OFX file is plain text");
    assert_eq!(said(b"%PDF-1.7"), "this is a PDF document, not an OFX file");
    assert_eq!(said(b"Date,Amount,Payee\n2026-11-19,1.00,x\n"), "this is a table of columns, not an OFX file");
    assert_eq!(said(b"hello"), "this is not an OFX file");
}
