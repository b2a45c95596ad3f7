//! The events of an investment account in a provider's words, with stable ids.

use super::events::{Event, What};
use super::random::Stream;
use super::{Account, Trade, World};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

impl World {
    /// The investment transactions of `from..=to`, newest first.
    pub fn trades(&self, account: &Account, from: Date, to: Date) -> Vec<Trade> {
        // One week more on the old side, so that a cancellation can name what it takes back.
        let events = self.events(account, from.saturating_sub(8.days()), to);
        let mut out: Vec<Trade> = vec![];
        let mut last_fee = None;
        for event in &events {
            let id = self.trade_id(account, event);
            let cancels = if event.what == What::CancelFee { last_fee.take() } else { None };
            if event.what == What::Fee {
                last_fee = Some(id.clone());
            }
            if event.day >= from {
                out.push(self.trade(account, event, id, cancels));
            }
        }
        out.reverse();
        out
    }

    fn trade_id(&self, account: &Account, event: &Event) -> String {
        let day = event.day.to_string();
        Stream::of(self.seed, &["trade", &account.key, &day, &event.ordinal.to_string()]).letters(37)
    }

    fn trade(&self, account: &Account, event: &Event, id: String, cancels: Option<String>) -> Trade {
        let security = event.holding.and_then(|n| self.security(&account.holdings[n].security_id));
        let of = security.map_or("", |s| s.name.as_str());
        let (kind, subtype, name) = match event.what {
            What::Contribution => ("cash", "contribution", "Payroll contribution".to_owned()),
            What::Deposit => ("cash", "deposit", "Electronic deposit".into()),
            What::Buy => ("buy", "buy", format!("Buy {of}")),
            What::Dividend => ("cash", "dividend", format!("Dividend {of}")),
            What::Interest => ("cash", "interest", format!("Interest {of}")),
            What::Reinvest => ("buy", "dividend reinvestment", format!("Reinvest {of}")),
            What::PaidOut => ("cash", "withdrawal", "Income paid to bank".into()),
            What::FeeSale => ("sell", "sell", format!("Sell {of} for fees")),
            What::Fee => ("fee", "account fee", "Account fee".into()),
            What::CancelFee => ("cancel", "account fee", "Cancelled: Account fee".into()),
            What::Redemption => ("sell", "sell", format!("Repaid at maturity {of}")),
            What::Expiry => ("transfer", "expire", format!("Expired {of}")),
        };
        // Cash without a security still names the currency's own.
        let cash = || {
            account.holdings.iter().find(|h| self.security(&h.security_id).is_some_and(|s| s.kind == "cash")).map(|h| h.security_id.clone())
        };
        let brokered = account.subtype == "brokerage" && event.what == What::Buy;
        Trade {
            id,
            security_id: security.map(|s| s.id.clone()).or_else(cash),
            day: event.day,
            name,
            quantity: event.quantity,
            amount: event.amount,
            price: event.price,
            fees: if brokered { Some(Decimal::new(0, 2)) } else { None },
            kind,
            subtype,
            cancels,
        }
    }
}
