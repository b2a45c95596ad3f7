//! One portfolio of a household, and the New account menu.

use super::household::{AccountRow, HouseholdHead, Kpi, Seg, Tab};
use super::prelude::*;
use model::AccountType;

/// One line of the New account menu (N13, N14): the type, and the ways that exist for it here.
#[derive(Clone, Debug)]
pub struct TypeChoice {
    /// The value in addresses: "funds".
    pub key: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub icon: crate::icons::Icon,
    pub asset_sync: AssetSyncOffer,
    /// The form for entering it by hand.
    pub by_hand: String,
    /// Its OFX, QFX or CSV file, where institutions give one; files bring accounts into the current portfolio.
    pub from_file: String,
}

/// Whether a type offers Asset Sync (N2, N11, N12, N14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetSyncOffer {
    /// Another type or another portfolio: no button.
    No,
    /// A plan without it: a sentence, never a dead button.
    NotInPlan,
    Yes {
        href: String,
    },
}

/// The menu's lines. `asset_sync` is the address of the dialog where this portfolio and plan offer it.
pub fn type_choices(household_at: &str, portfolio: &str, offer: AssetSyncOffer) -> Vec<TypeChoice> {
    AccountType::ALL
        .into_iter()
        .map(|t| {
            let (name, about, icon) = match t {
                AccountType::FundsStocksOther => ("Funds, Stocks, and Other", "Brokerage, retirement, health savings, 529", icon::TREND),
                AccountType::Bank => ("Bank account", "Checking, savings, deposits", icon::WALLET),
                AccountType::LoanOrCard => ("Loan or credit card", "Counts as a debt", icon::CARD),
                AccountType::Property => ("Property", "Home, land, vehicle", icon::PROPERTY),
                AccountType::Business => ("Business interest", "Book or appraised value", icon::CASE),
                AccountType::Insurance => ("Insurance policy", "Cover, premium, cash value", icon::UMBRELLA),
            };
            let asset_sync = if t == AccountType::FundsStocksOther { offer.clone() } else { AssetSyncOffer::No };
            let form = match t {
                AccountType::Property | AccountType::LoanOrCard | AccountType::Insurance => "facts/new",
                _ => "accounts/by-hand",
            };
            let by_hand = format!("{household_at}/{form}?portfolio={portfolio}&type={}", t.key());
            let files = matches!(t, AccountType::FundsStocksOther | AccountType::Bank | AccountType::LoanOrCard) && portfolio == "current";
            let from_file = if files { format!("{household_at}/import") } else { String::new() };
            TypeChoice { key: t.key(), name, about, icon, asset_sync, by_hand, from_file }
        })
        .collect()
}

#[derive(Debug, Template)]
#[template(path = "portfolio.html")]
pub struct Portfolio {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// "Current portfolio".
    pub title: String,
    /// Current and Proposed.
    pub kinds: Vec<Seg>,
    /// Everything, Held away, Managed here.
    pub shows: Vec<Seg>,
    pub types: Vec<TypeChoice>,
    pub kpis: Vec<Kpi>,
    pub rows: Vec<AccountRow>,
    pub total: String,
    /// What the totals may hold twice.
    pub doubled: Option<super::joins::SameNote>,
    /// An account carries the icon: say what it means.
    pub has_synced: bool,
    /// Where an empty portfolio starts; the Asset Sync dialog where it is offered.
    pub start: Option<String>,
    /// The live stream's address.
    pub stream: String,
}

/// The type step as a page of its own (no script, or a link to it).
#[derive(Debug, Template)]
#[template(path = "account_new.html")]
pub struct AccountNew {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// "Current portfolio".
    pub title: String,
    pub types: Vec<TypeChoice>,
}

/// An account entered by hand.
#[derive(Debug, Template)]
#[template(path = "account_by_hand.html")]
pub struct AccountByHand {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub action: String,
    /// "Bank account".
    pub type_name: String,
    pub problems: Problems,
    /// Values that travel along: portfolio and type.
    pub hidden: Vec<(&'static str, String)>,
    pub name: Field,
    pub kind: Select,
    pub owner: Select,
    pub institution: Field,
    pub mask: Field,
    pub value: Field,
    pub currency: Select,
    pub as_of: Field,
    pub custody: Select,
    pub cancel: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(offer: AssetSyncOffer) -> String {
        let hh = HouseholdHead::default();
        AccountNew { shell: Shell::default(), hh, title: "portfolio".into(), types: type_choices("/h", "p", offer) }.to_string()
    }

    // proves: N2 N12 N13 N14
    #[test]
    fn the_button_is_there_once_where_it_is_offered_and_never_dead() {
        let yes = menu(AssetSyncOffer::Yes { href: "/h/asset-sync".into() });
        assert_eq!(yes.matches("href=\"/h/asset-sync\"").count(), 1);
        let (before, after) = yes.split_once("href=\"/h/asset-sync\"").unwrap();
        assert!(before.contains("Funds, Stocks, and Other") && !before.contains("Bank account") && after.contains("Bank account"));
        let plan = menu(AssetSyncOffer::NotInPlan);
        assert!(plan.contains("is not in your firm’s plan") && !plan.contains("/asset-sync"));
        assert!(!menu(AssetSyncOffer::No).contains("Asset Sync, which") && !menu(AssetSyncOffer::No).contains("/asset-sync"));
        assert_eq!(yes.matches("By hand").count(), AccountType::ALL.len());
    }
}
