//! The accounts of the invented Okafor–Lindqvist family at the institutions on the design's pictures, for `user_good` and for the family's
//! own user names (`ngozi`, `erik`). Quantities give the pictures' values at the close of the reference day.

use super::people::Draw;
use super::{Account, Address, Basis, Flow, Liability};
use jiff::civil::date;
use rust_decimal::Decimal;

impl Draw<'_> {
    pub(crate) fn pictured(&mut self) -> Option<Vec<Account>> {
        if !matches!(self.user, "user_good" | "ngozi" | "erik") {
            return None;
        }
        Some(match self.at.id.as_str() {
            "ins_larchmont_workplace" => vec![self.ngozis_plan(), self.ngozis_stock()],
            "ins_bluewater" => self.bluewater(),
            "ins_pinecrest" => vec![self.pinecrest()],
            "ins_meridian" => vec![self.meridian()],
            "ins_northgate" => vec![self.northgate()],
            "ins_sable" => vec![self.sable()],
            "ins_kestrel" => vec![self.kestrel()],
            "ins_tessera" => vec![self.tessera(1, "8841", "64300"), self.tessera(2, "8842", "41700")],
            _ => return None,
        })
    }

    fn face(&mut self, slug: &str, name: &str, mask: &str, kind: (&'static str, &'static str)) -> Account {
        let mut account = self.account(slug, name, kind.0, kind.1);
        (account.mask, account.opened) = (Some(mask.into()), date(2019, 3, 1));
        account
    }

    fn ngozis_plan(&mut self) -> Account {
        let mut plan = self.face("plan", "Workplace 401(k)", "4821", ("investment", "401k"));
        let rows: [(&str, i64, u32, i64, u32); 7] = [
            ("LTFX", 6_120_441, 3, 14_821_055, 45),
            ("fennel", 1_850_000, 3, 0, 0),
            ("BUSR", 512_337, 3, 5_187_720, 25),
            ("IDXR", 1_204_118, 3, 3_304_000, 18),
            ("CBXR", 1_610_220, 3, 1_812_275, 12),
            ("stable", 9_841_120, 3, 0, 0),
            ("CUR:USD", 125_000, 2, 0, 0),
        ];
        for (slug, quantity, decimals, basis, share) in rows {
            let mut holding = self.hold(slug, Decimal::new(quantity, decimals));
            holding.share = share;
            if basis > 0 {
                holding.basis = Basis::Total(Decimal::new(basis, 2));
            }
            if slug == "fennel" {
                (holding.price_lag, holding.vested_percent) = (1, Some(80));
            }
            plan.holdings.push(holding);
        }
        plan.gap = Decimal::new(270_002, 2);
        plan.flow = Flow::Payroll { monthly: Decimal::from(1_850), day: 15 };
        plan.null_available = true;
        plan
    }

    fn ngozis_stock(&mut self) -> Account {
        let mut plan = self.face("stock", "Employee stock plan", "0093", ("investment", "stock plan"));
        let mut stock = self.hold("fennel", Decimal::new(432_399, 3));
        (stock.price_lag, stock.vested_percent) = (1, Some(60));
        plan.holdings.push(stock);
        plan.null_available = true;
        plan
    }

    fn bluewater(&mut self) -> Vec<Account> {
        let mut checking = self.face("checking", "Joint checking", "0417", ("depository", "checking"));
        (checking.anchor, checking.flow) = (Decimal::from(24_610), Flow::Household { monthly: Decimal::from(9_400) });
        let mut savings = self.face("savings", "Joint savings", "0425", ("depository", "savings"));
        (savings.anchor, savings.flow) = (Decimal::from(78_940), Flow::Saver { monthly: Decimal::from(400) });
        let mut car = self.face("auto", "Car loan", "1180", ("loan", "auto"));
        (car.anchor, car.flow) = (Decimal::from(14_900), Flow::Loan { principal: Decimal::from(310), day: 3 });
        vec![checking, savings, car]
    }

    /// One holding that comes to exactly `total`, at a price that moves, the rest in cash.
    fn fund_and_cash(&mut self, account: &mut Account, slug: &str, total: Decimal) {
        let world = self.world;
        let id = super::catalogue::id(world.seed(), slug);
        let price = world.security(&id).and_then(|s| world.close(s, super::ANCHOR)).map_or(Decimal::ONE, |c| c.price);
        let quantity = (total * Decimal::new(9, 1) / price).round_dp(3);
        let cash = total - super::events::to_cents(quantity * price);
        let mut fund = self.hold(slug, quantity);
        (fund.share, fund.basis) = (100, Basis::Total((total * Decimal::new(7, 1)).round_dp(2)));
        account.holdings = vec![fund, self.hold("CUR:USD", cash)];
    }

    fn pinecrest(&mut self) -> Account {
        let mut hsa = self.face("hsa", "Health savings account", "7702", ("investment", "hsa"));
        self.fund_and_cash(&mut hsa, "BUSR", Decimal::from(31_270));
        hsa.flow = Flow::Payroll { monthly: Decimal::from(290), day: 1 };
        hsa
    }

    fn meridian(&mut self) -> Account {
        let mut loan = self.face("mortgage", "Mortgage, 14 Orchard Lane", "5518", ("loan", "mortgage"));
        (loan.anchor, loan.flow) = (Decimal::from(412_750), Flow::Loan { principal: Decimal::from(1_140), day: 1 });
        let mut terms = self.mortgage_terms(loan.anchor);
        if let Liability::Mortgage(m) = &mut terms {
            let (city, region, postal_code) = ("Brindlemere".into(), "VT".into(), "05099".into());
            m.property = Address { street: "14 Orchard Lane".into(), city, region, postal_code, country: "US" };
        }
        loan.liability = Some(terms);
        loan
    }

    fn northgate(&mut self) -> Account {
        let mut account = self.face("brokerage", "Brokerage", "2210", ("investment", "brokerage"));
        self.fund_and_cash(&mut account, "LTFX", Decimal::from(61_450));
        account.flow = Flow::Investor;
        account
    }

    fn sable(&mut self) -> Account {
        let mut card = self.card("card", "Sable card");
        (card.mask, card.opened) = (Some("6120".into()), date(2019, 3, 1));
        (card.anchor, card.flow, card.limit) =
            (Decimal::from(3_280), Flow::Card { monthly: Decimal::from(3_400) }, Some(Decimal::from(15_000)));
        card
    }

    fn kestrel(&mut self) -> Account {
        let mut loan = self.face("student1", "Student loan", "3356", ("loan", "student"));
        (loan.anchor, loan.flow) = (Decimal::from(18_420), Flow::Loan { principal: Decimal::from(165), day: 12 });
        loan.liability = Some(self.student_terms(1, "repayment", loan.anchor));
        loan
    }

    fn tessera(&mut self, n: u32, mask: &str, total: &str) -> Account {
        let mut plan = self.face(&format!("529-{n}"), "529 college plan", mask, ("investment", "529"));
        self.fund_and_cash(&mut plan, if n == 1 { "LTBX" } else { "LTCX" }, total.parse().unwrap_or_default());
        plan.flow = Flow::Payroll { monthly: Decimal::from(250), day: 5 };
        plan
    }
}
