//! Securities: what positions and transactions refer to.

use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::statement::currency;
use crate::warning::Notes;
use crate::words::SecurityKind;
use rust_decimal::Decimal;

/// The name of a security that statements use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SecurityId {
    pub id: Option<String>,
    /// `CUSIP` nearly always.
    pub scheme: Option<String>,
}

impl SecurityId {
    pub(crate) fn read(part: Part<'_>) -> SecurityId {
        SecurityId { id: part.string("UNIQUEID"), scheme: part.string("UNIQUEIDTYPE") }
    }
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Security {
    pub kind: SecurityKind,
    pub id: Option<SecurityId>,
    pub name: Option<String>,
    pub ticker: Option<String>,
    /// The institution's own number.
    pub institution_id: Option<String>,
    pub rating: Option<String>,
    pub unit_price: Option<Decimal>,
    pub priced: Option<DateTime>,
    pub currency: Option<String>,
    pub memo: Option<String>,
    /// `COMMON`, `PREFERRED`; `OPENEND`, `CLOSEEND`; and so on.
    pub subtype: Option<String>,
    pub asset_class: Option<String>,
    /// Several classes of a fund, each with its per cent.
    pub asset_mix: Vec<(String, Option<Decimal>)>,
    pub yield_percent: Option<Decimal>,
    pub bond: Option<Bond>,
    pub option: Option<OptionTerms>,
    pub rest: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Bond {
    pub par: Option<Decimal>,
    /// `COUPON` or `ZERO`.
    pub kind: Option<String>,
    /// `TREASURY`, `MUNICIPAL`, `CORPORATE`, `OTHER`.
    pub class: Option<String>,
    pub coupon_percent: Option<Decimal>,
    pub coupon_every: Option<String>,
    pub next_coupon: Option<DateTime>,
    pub matures: Option<DateTime>,
    pub call_price: Option<Decimal>,
    pub call_date: Option<DateTime>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OptionTerms {
    /// `CALL` or `PUT`.
    pub right: Option<String>,
    pub strike: Option<Decimal>,
    pub expires: Option<DateTime>,
    pub shares_per_contract: Option<Decimal>,
    pub underlying: Option<SecurityId>,
}

impl Security {
    pub(crate) fn read(part: Part<'_>, element: &str, notes: &mut Notes) -> Security {
        let info = part.part_or_self("SECINFO");
        let kind = SecurityKind::read(element);
        let id = info.part("SECID").map(SecurityId::read);
        let bond = (kind == SecurityKind::Debt).then(|| bond(part, notes));
        let option = (kind == SecurityKind::Option).then(|| option(part, notes));
        let subtype = ["STOCKTYPE", "MFTYPE", "TYPEDESC"].into_iter().find_map(|n| part.string(n));
        let portion = |p: Part<'_>, notes: &mut Notes| Some((p.string("ASSETCLASS")?, p.amount("PERCENT", notes)));
        Security {
            kind,
            id,
            name: info.string("SECNAME"),
            ticker: info.string("TICKER"),
            institution_id: info.string("FIID"),
            rating: info.string("RATING"),
            unit_price: info.amount("UNITPRICE", notes),
            priced: info.date("DTASOF", notes),
            currency: currency(info),
            memo: info.string("MEMO"),
            subtype,
            asset_class: part.string("ASSETCLASS"),
            asset_mix: part
                .part("MFASSETCLASS")
                .map(|m| m.parts("PORTION").filter_map(|p| portion(p, notes)).collect())
                .unwrap_or_default(),
            yield_percent: part.amount("YLD", notes).or_else(|| info.amount("YLD", notes)),
            bond,
            option,
            rest: part.rest(),
        }
    }
}

fn bond(p: Part<'_>, notes: &mut Notes) -> Bond {
    Bond {
        par: p.amount("PARVALUE", notes),
        kind: p.string("DEBTTYPE"),
        class: p.string("DEBTCLASS"),
        coupon_percent: p.amount("COUPONRT", notes),
        coupon_every: p.string("COUPONFREQ"),
        next_coupon: p.date("DTCOUPON", notes),
        matures: p.date("DTMAT", notes),
        call_price: p.amount("CALLPRICE", notes),
        call_date: p.date("DTCALL", notes),
    }
}

fn option(p: Part<'_>, notes: &mut Notes) -> OptionTerms {
    OptionTerms {
        right: p.string("OPTTYPE"),
        strike: p.amount("STRIKEPRICE", notes),
        expires: p.date("DTEXPIRE", notes),
        shares_per_contract: p.amount("SHPERCTRCT", notes),
        underlying: p.part("SECID").map(SecurityId::read),
    }
}
