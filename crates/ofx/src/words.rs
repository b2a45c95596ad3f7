//! The standard's closed lists of words. A word that is on no list is kept as it came.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A word of the file's own.
            Unlisted(Box<str>),
        }
        impl $name {
            pub(crate) fn read(text: &str) -> $name {
                $(if text.eq_ignore_ascii_case($text) { return $name::$variant; })*
                $name::Unlisted(text.into())
            }
            /// As it stands in files.
            pub fn as_str(&self) -> &str {
                match self { $($name::$variant => $text,)* $name::Unlisted(text) => text }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// How bad a status is.
    Severity { Info = "INFO", Warn = "WARN", Error = "ERROR", }
}

words! {
    /// What kind of movement a bank, card or loan transaction is.
    TransactionKind {
        Credit = "CREDIT", Debit = "DEBIT", Interest = "INT", Dividend = "DIV", Fee = "FEE", ServiceCharge = "SRVCHG", Deposit = "DEP",
        CashMachine = "ATM", PointOfSale = "POS", Transfer = "XFER", Check = "CHECK", Payment = "PAYMENT", Cash = "CASH",
        DirectDeposit = "DIRECTDEP", DirectDebit = "DIRECTDEBIT", Repeating = "REPEATPMT", Hold = "HOLD", Other = "OTHER",
        LateFee = "LATE", Advance = "ADVANCE", Balloon = "BALLOON",
    }
}

words! {
    /// What kind of movement an investment transaction is: the name of its element.
    TradeKind {
        BuyDebt = "BUYDEBT", BuyFund = "BUYMF", BuyOption = "BUYOPT", BuyOther = "BUYOTHER", BuyStock = "BUYSTOCK",
        CloseOption = "CLOSUREOPT", Income = "INCOME", Expense = "INVEXPENSE", JournalFund = "JRNLFUND", JournalSecurity = "JRNLSEC",
        MarginInterest = "MARGININTEREST", Reinvest = "REINVEST", ReturnOfCapital = "RETOFCAP", SellDebt = "SELLDEBT",
        SellFund = "SELLMF", SellOption = "SELLOPT", SellOther = "SELLOTHER", SellStock = "SELLSTOCK", Split = "SPLIT",
        Transfer = "TRANSFER",
    }
}

words! {
    /// What kind of position it is: the name of its element.
    PositionKind { Stock = "POSSTOCK", Fund = "POSMF", Debt = "POSDEBT", Option = "POSOPT", Other = "POSOTHER", }
}

words! {
    /// What kind of security it is: the name of its element.
    SecurityKind { Stock = "STOCKINFO", Fund = "MFINFO", Debt = "DEBTINFO", Option = "OPTINFO", Other = "OTHERINFO", }
}

words! {
    /// Long or short.
    Side { Long = "LONG", Short = "SHORT", }
}

words! {
    /// The part of an account that something lies in.
    SubAccount { Cash = "CASH", Margin = "MARGIN", Short = "SHORT", Other = "OTHER", }
}

words! {
    /// Where money in a 401(k) comes from.
    Source401k {
        PreTax = "PRETAX", AfterTax = "AFTERTAX", Match = "MATCH", ProfitSharing = "PROFITSHARING", Rollover = "ROLLOVER",
        OtherVested = "OTHERVEST", OtherNonvested = "OTHERNONVEST",
    }
}
