//! What investment accounts hold, by the kind of institution they are at.

use super::people::Draw;
use super::{ANCHOR, Account, Basis, Flow, Holding, Security};
use jiff::ToSpan;
use rust_decimal::Decimal;

const PLAN_FUNDS: [&str; 5] = ["LTFX", "BUSR", "IDXR", "CBXR", "stable"];

impl Draw<'_> {
    /// `count` different securities that `fit`, in the institution's currency where there are any.
    fn choose(&mut self, count: usize, fit: impl Fn(&Security) -> bool) -> Vec<String> {
        let world = self.world;
        let mut ids: Vec<&Security> = world.securities().iter().filter(|s| fit(s) && s.currency == self.at.currency).collect();
        if ids.len() < count {
            ids = world.securities().iter().filter(|s| fit(s)).collect();
        }
        let mut out = vec![];
        while out.len() < count && !ids.is_empty() {
            out.push(ids.swap_remove(self.r.below(ids.len() as u64) as usize).id.clone());
        }
        out
    }

    /// So many units as come to about `worth` on the reference day.
    fn worth(&mut self, id: String, worth: i64) -> Holding {
        let world = self.world;
        let (price, decimals, face) = match world.security(&id) {
            Some(s) => (world.close(s, ANCHOR).map_or(Decimal::ONE, |c| c.price), s.quantity_decimals(), s.option.is_some()),
            None => (Decimal::ONE, 2, false),
        };
        let wanted = Decimal::new(worth * self.r.between(40, 160), 2) / price.max(Decimal::new(1, 2));
        // Options come in hundreds.
        let quantity = if face {
            Decimal::from((wanted.trunc().mantissa() / 100).clamp(1, 40) as i64 * 100)
        } else {
            wanted.round_dp(decimals).max(Decimal::ONE)
        };
        Holding { security_id: id, quantity, basis: Basis::Unknown, share: 0, vested_percent: None, price_lag: 0 }
    }

    fn hold_each(&mut self, ids: Vec<String>, worth: i64) -> Vec<Holding> {
        ids.into_iter()
            .map(|id| {
                let mut holding = self.worth(id, worth);
                holding.basis = match self.r.below(10) {
                    0 | 1 => Basis::Unknown,
                    2 | 3 => Basis::Total(Decimal::new(worth * self.r.between(50, 110), 2)),
                    _ => self.lots(),
                };
                holding
            })
            .collect()
    }

    fn home_stock(s: &Security) -> bool {
        s.kind == "equity" && s.mic.is_some()
    }

    pub(crate) fn broker(&mut self) -> Vec<Account> {
        let (name, subtype, second, third) = match self.at.currency {
            "CAD" => ("Investment account", "brokerage", ("RRSP", "rrsp"), ("TFSA", "tfsa")),
            "GBP" => ("General account", "brokerage", ("SIPP", "sipp"), ("Stocks and shares ISA", "isa")),
            "EUR" => ("Depot", "brokerage", ("Pension plan", "pension"), ("Savings plan", "mutual fund")),
            _ => ("Brokerage", "brokerage", ("Rollover IRA", "ira"), ("Roth IRA", "roth")),
        };
        let currency = self.at.currency;
        let mut main = self.account("brokerage", name, "investment", subtype);
        let stocks = self.choose(6, Self::home_stock);
        let funds = self.choose(2, |s| s.kind == "etf");
        main.holdings = self.hold_each(stocks, 9_000);
        main.holdings.extend(self.hold_each(funds, 30_000));
        if currency == "USD" {
            let bonds = self.choose(2, |s| {
                s.subtype.is_some_and(|t| t.ends_with("bond")) && s.ends().is_some_and(|e| e > ANCHOR.saturating_add(3.years()))
            });
            main.holdings.extend(self.hold_each(bonds, 20_000));
            let options = self.choose(1, |s| s.option.is_some());
            main.holdings.extend(options.into_iter().map(|id| self.worth(id, 1_500)).collect::<Vec<_>>());
        }
        main.holdings.push(self.cash(currency, 900, 24_000));
        main.margin_loan = self.r.chance(15).then(|| Decimal::new(250_000, 2));
        main.flow = Flow::Investor;
        let mut out = vec![main];
        for (slug, (name, subtype)) in [("second", second), ("third", third)] {
            let mut account = self.account(slug, name, "investment", subtype);
            let funds = self.choose(3, |s| matches!(s.kind, "mutual fund" | "etf") && !s.cash_equivalent);
            account.holdings = self.hold_each(funds, 40_000);
            account.holdings.push(self.cash(currency, 1_000, 6_000));
            account.flow = Flow::Investor;
            account.gap = if self.r.chance(10) { self.money(15, 900) } else { Decimal::ZERO };
            out.push(account);
        }
        if self.r.chance(30) {
            // Opened and never used.
            out.push(self.account("empty", "Unfunded brokerage", "investment", "brokerage"));
        }
        if currency == "USD" && self.r.chance(25) {
            let mut euro = self.account("euro", "Euro account", "investment", "brokerage");
            let stocks = self.choose_in("EUR", 3);
            euro.holdings = self.hold_each(stocks, 8_000);
            euro.holdings.push(self.cash("EUR", 1_500, 9_000));
            (euro.currency, euro.flow) = ("EUR", Flow::Investor);
            out.push(euro);
        }
        if self.r.chance(20) {
            let mut old = self.account("old", "Legacy custodial", "investment", "ugma");
            let funds = self.choose(1, |s| s.kind == "mutual fund" && !s.cash_equivalent);
            old.holdings = self.hold_each(funds, 9_000);
            old.closed = Some(ANCHOR.saturating_add(jiff::Span::new().days(self.r.between(20, 300))));
            out.push(old);
        }
        out
    }

    fn choose_in(&mut self, currency: &str, count: usize) -> Vec<String> {
        let mut ids: Vec<String> =
            self.world.securities().iter().filter(|s| Self::home_stock(s) && s.currency == currency).map(|s| s.id.clone()).collect();
        (0..count.min(ids.len())).map(|_| ids.swap_remove(self.r.below(ids.len() as u64) as usize)).collect()
    }

    pub(crate) fn workplace(&mut self) -> Vec<Account> {
        let (name, subtype) =
            *self.r.pick(&[("Workplace 401(k)", "401k"), ("Workplace 401(k)", "401k"), ("403(b) plan", "403B"), ("457(b) plan", "457b")]);
        let mut plan = self.account("plan", name, "investment", subtype);
        let worth = self.r.between(6, 70) * 1_000;
        for (slug, share) in PLAN_FUNDS.into_iter().zip([50, 25, 15, 10, 0]) {
            let id = super::catalogue::id(self.world.seed, slug);
            let mut holding = self.worth(id, worth);
            (holding.share, holding.vested_percent) = (share, Some(*self.r.pick(&[100, 100, 80, 60])));
            holding.basis = if slug == "stable" { Basis::Unknown } else { Basis::Total(Decimal::new(worth * self.r.between(60, 100), 2)) };
            plan.holdings.push(holding);
        }
        plan.holdings.push(self.cash("USD", 200, 2_500));
        plan.flow = Flow::Payroll { monthly: Decimal::from(worth / 60), day: *self.r.pick(&[1, 10, 15, 28]) };
        plan.gap = if self.r.chance(25) { self.money(20, 3_000) } else { Decimal::ZERO };
        plan.null_available = true;
        let mut out = vec![plan];
        if self.r.chance(60) {
            out.push(self.stock_plan("emp-osm"));
        }
        if self.r.chance(25) {
            let mut roth = self.account("roth", "Roth 401(k)", "investment", "roth 401k");
            let id = super::catalogue::id(self.world.seed, "LTFX");
            roth.holdings.push(self.worth(id, 12_000));
            roth.null_available = true;
            out.push(roth);
        }
        out
    }

    pub(crate) fn stock_plan(&mut self, slug: &str) -> Account {
        let mut plan = self.account("stock", "Employee stock plan", "investment", "stock plan");
        let quantity = Decimal::from(self.r.between(120, 2_400));
        let mut stock = self.hold(slug, quantity);
        (stock.vested_percent, stock.price_lag) = (Some(self.r.between(20, 90) as u32), 1);
        plan.holdings.push(stock);
        plan.null_available = true;
        plan
    }

    pub(crate) fn college(&mut self, n: u32) -> Account {
        let mut plan = self.account(&format!("529-{n}"), "529 college plan", "investment", "529");
        let worth = self.r.between(3, 40) * 1_000;
        let funds = self.choose(2, |s| s.subtype == Some("fund of funds"));
        plan.holdings = self.hold_each(funds, worth);
        for (holding, share) in plan.holdings.iter_mut().zip([60, 40]) {
            (holding.share, holding.basis) = (share, Basis::Total(Decimal::from(worth)));
        }
        plan.flow = Flow::Payroll { monthly: Decimal::from(worth / 80), day: 5 };
        plan
    }

    pub(crate) fn health(&mut self) -> Vec<Account> {
        let mut cash = self.account("hsa", "Health savings account", "depository", "hsa");
        cash.anchor = self.money(600, 9_000);
        cash.flow = Flow::Saver { monthly: (cash.anchor / Decimal::from(200)).round() };
        let mut invested = self.account("hsa-invest", "HSA investments", "investment", "hsa");
        let funds = self.choose(2, |s| s.kind == "mutual fund" && !s.cash_equivalent);
        invested.holdings = self.hold_each(funds, 9_000);
        invested.null_available = true;
        vec![cash, invested]
    }

    pub(crate) fn crypto(&mut self) -> Vec<Account> {
        let mut wallet = self.account("wallet", "Coin wallet", "investment", "crypto exchange");
        let coins = self.choose(4, |s| s.kind == "cryptocurrency");
        wallet.holdings = coins.into_iter().map(|id| self.worth(id, 4_000)).collect();
        wallet.holdings.push(self.cash("USD", 10, 900));
        let mut out = vec![wallet];
        if self.r.chance(50) {
            // An account in no official currency.
            let mut vault = self.account("vault", "Quill Dollar vault", "investment", "non-custodial wallet");
            let amount = self.money(100, 9_000);
            (vault.currency, vault.gap, vault.null_available) = ("USDQ", amount, true);
            out.push(vault);
        }
        out
    }

    pub(crate) fn insurance(&mut self) -> Vec<Account> {
        let mut annuity = self.account("annuity", "Variable annuity", "investment", "variable annuity");
        let funds = self.choose(2, |s| s.kind == "mutual fund" && !s.cash_equivalent);
        annuity.holdings = self.hold_each(funds, 30_000);
        annuity.null_available = true;
        let mut life = self.account("life", "Whole life policy", "investment", "life insurance");
        let value = self.money(2_000, 60_000);
        // Only a value is reported, with no position behind it.
        (life.gap, life.null_available) = (value, true);
        vec![annuity, life]
    }
}
