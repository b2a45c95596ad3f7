//! Which elements hold others, and at which height they stand. Heights are what repairs missing closing tags: an element never stands
//! inside one of its own height or of a lower one.

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Holds others at a fixed height of the document.
    Height(u8),
    /// Holds others, anywhere.
    Group,
    /// Holds others, or a value where people abbreviate.
    Either,
    /// Holds a value.
    Leaf,
    /// Not known here: it shows what it is.
    Unknown,
}

pub(crate) const STATEMENT: u8 = 3;
pub(crate) const LIST: u8 = 4;

pub(crate) fn nature(name: &str) -> Nature {
    use Nature::*;
    match name {
        "OFX" => Height(0),
        "SONRS" | "SONRQ" | "SECLIST" => Height(2),
        "STMTRS" | "CCSTMTRS" | "INVSTMTRS" | "LOANSTMTRS" | "ACCTINFORS" | "PROFRS" | "SECLISTRS" | "STMTENDRS" | "CCSTMTENDRS"
        | "MFACHALLENGERS" => Height(STATEMENT),
        "BANKTRANLIST" | "BANKTRANLISTP" | "CCTRANLIST" | "LOANTRANLIST" | "INVTRANLIST" | "INVPOSLIST" | "INVOOLIST" | "INVBAL"
        | "LEDGERBAL" | "AVAILBAL" | "PRINBAL" | "INV401K" | "INV401KBAL" | "ACCTINFO" | "CLOSING" => Height(LIST),
        "STMTTRN" | "STMTTRNP" | "LOANSTMTTRN" => Height(6),
        "CURRENCY" | "ORIGCURRENCY" => Either,
        _ if is_trade(name) || is_position(name) || is_security(name) || is_order(name) => Height(5),
        "STATUS" | "FI" | "SECID" | "SECINFO" | "INVTRAN" | "INVBUY" | "INVSELL" | "INVPOS" | "OO" | "BANKACCTFROM" | "CCACCTFROM"
        | "INVACCTFROM" | "LOANACCTFROM" | "BANKACCTTO" | "CCACCTTO" | "INVACCTTO" | "LOANACCTTO" | "PAYEE" | "BALLIST" | "BAL"
        | "PORTION" | "FIPORTION" | "MFASSETCLASS" | "FIMFASSETCLASS" | "BANKACCTINFO" | "CCACCTINFO" | "INVACCTINFO" | "LOANACCTINFO"
        | "MATCHINFO" | "CONTRIBINFO" | "CONTRIBSECURITY" | "VESTINFO" | "LOANINFO" | "INV401KSUMMARY" | "YEARTODATE" | "INCEPTODATE"
        | "PERIODTODATE" | "CONTRIBUTIONS" | "WITHDRAWALS" | "EARNINGS" | "SECREVIEW" | "MSGSETLIST" | "SIGNONINFOLIST" | "SIGNONINFO"
        | "EXTDPMT" | "IMAGEDATA" | "LOANPMTINFO" | "LOANTRNAMT" | "ESCROWBAL" | "MFACHALLENGE" => Group,
        _ if is_leaf(name) => Leaf,
        _ if ends(name, &["MSGSRSV1", "MSGSRQV1", "MSGSRSV2", "MSGSRQV2", "MSGSRSV3"]) => Height(1),
        _ if ends(name, &["TRNRS", "TRNRQ"]) => Height(2),
        _ => Unknown,
    }
}

fn ends(name: &str, with: &[&str]) -> bool {
    with.iter().any(|w| name.ends_with(w))
}

pub(crate) fn is_trade(name: &str) -> bool {
    matches!(
        name,
        "BUYDEBT"
            | "BUYMF"
            | "BUYOPT"
            | "BUYOTHER"
            | "BUYSTOCK"
            | "CLOSUREOPT"
            | "INCOME"
            | "INVEXPENSE"
            | "JRNLFUND"
            | "JRNLSEC"
            | "MARGININTEREST"
            | "REINVEST"
            | "RETOFCAP"
            | "SELLDEBT"
            | "SELLMF"
            | "SELLOPT"
            | "SELLOTHER"
            | "SELLSTOCK"
            | "SPLIT"
            | "TRANSFER"
            | "INVBANKTRAN"
    )
}

pub(crate) fn is_position(name: &str) -> bool {
    matches!(name, "POSSTOCK" | "POSMF" | "POSDEBT" | "POSOPT" | "POSOTHER")
}

pub(crate) fn is_security(name: &str) -> bool {
    matches!(name, "STOCKINFO" | "MFINFO" | "DEBTINFO" | "OPTINFO" | "OTHERINFO")
}

pub(crate) fn is_order(name: &str) -> bool {
    matches!(
        name,
        "OOBUYDEBT"
            | "OOBUYMF"
            | "OOBUYOPT"
            | "OOBUYOTHER"
            | "OOBUYSTOCK"
            | "OOSELLDEBT"
            | "OOSELLMF"
            | "OOSELLOPT"
            | "OOSELLOTHER"
            | "OOSELLSTOCK"
            | "SWITCHMF"
    )
}

/// Elements with a value, so that an empty one without its closing tag is not taken for a group.
fn is_leaf(name: &str) -> bool {
    matches!(
        name,
        "TRNUID"
            | "CLTCOOKIE"
            | "CURDEF"
            | "DTASOF"
            | "DTSTART"
            | "DTEND"
            | "MKTGINFO"
            | "CODE"
            | "SEVERITY"
            | "MESSAGE"
            | "DTSERVER"
            | "LANGUAGE"
            | "DTPROFUP"
            | "DTACCTUP"
            | "DTUSERUP"
            | "ORG"
            | "FID"
            | "SESSCOOKIE"
            | "ACCESSKEY"
            | "USERKEY"
            | "TSKEYEXPIRE"
            | "BANKID"
            | "BRANCHID"
            | "ACCTID"
            | "ACCTTYPE"
            | "ACCTKEY"
            | "BROKERID"
            | "LOANACCTID"
            | "LOANACCTTYPE"
            | "TRNTYPE"
            | "LOANTRNTYPE"
            | "DTPOSTED"
            | "DTUSER"
            | "DTAVAIL"
            | "TRNAMT"
            | "FITID"
            | "CORRECTFITID"
            | "CORRECTACTION"
            | "SRVRTID"
            | "CHECKNUM"
            | "REFNUM"
            | "SIC"
            | "PAYEEID"
            | "NAME"
            | "EXTDNAME"
            | "MEMO"
            | "BALAMT"
            | "DTTRADE"
            | "DTSETTLE"
            | "REVERSALFITID"
            | "UNIQUEID"
            | "UNIQUEIDTYPE"
            | "UNITS"
            | "UNITPRICE"
            | "MKTVAL"
            | "AVGCOSTBASIS"
            | "DTPRICEASOF"
            | "HELDINACCT"
            | "POSTYPE"
            | "INV401KSOURCE"
            | "TOTAL"
            | "COMMISSION"
            | "TAXES"
            | "FEES"
            | "LOAD"
            | "MARKUP"
            | "MARKDOWN"
            | "WITHHOLDING"
            | "SUBACCTSEC"
            | "SUBACCTFUND"
            | "BUYTYPE"
            | "SELLTYPE"
            | "SELLREASON"
            | "INCOMETYPE"
            | "SECNAME"
            | "TICKER"
            | "FIID"
            | "RATING"
            | "YLD"
            | "AVAILCASH"
            | "MARGINBALANCE"
            | "SHORTBALANCE"
            | "BUYPOWER"
            | "DESC"
            | "BALTYPE"
            | "VALUE"
            | "CURSYM"
            | "CURRATE"
            | "CASHADVBALAMT"
            | "INTRATE"
            | "SVCSTATUS"
            | "USPRODUCTTYPE"
            | "INVACCTTYPE"
            | "CHECKING"
            | "PHONE"
    )
}
