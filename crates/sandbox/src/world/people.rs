//! Who signs in: from an institution and a user name to a person with accounts, always the same ones.

use super::institutions::{Health, Institution, InstitutionKind as Kind};
use super::random::Stream;
use super::{
    ANCHOR, Account, Address, Basis, CreditTerms, Flow, Holding, Liability, MortgageTerms, Person, Selection, StudentTerms, World,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

const QUESTIONS: [&str; 8] = [
    "What was the name of your first school?",
    "What street did you live on in third grade?",
    "What was the colour of your first bicycle?",
    "In what town did your parents meet?",
    "What was your first pet called?",
    "Who was your favourite teacher?",
    "What is your oldest cousin’s first name?",
    "What was the first dish you learned to cook?",
];
const STREETS: [&str; 8] =
    ["Orchard Lane", "Thistle Row", "Quarry Street", "Linnet Avenue", "Mill Fold", "Heron Walk", "Saffron Close", "Teasel Road"];
const TOWNS: [(&str, &str, &str); 6] = [
    ("Brindlemere", "VT", "05099"),
    ("Quillhollow", "OH", "44099"),
    ("Thistlevane", "OR", "97099"),
    ("Ambryfold", "MN", "55099"),
    ("Umberwick", "NC", "28099"),
    ("Pewterdell", "WA", "98099"),
];

/// Draws the parts of one person's accounts.
pub(crate) struct Draw<'a> {
    pub world: &'a World,
    pub at: &'a Institution,
    pub user: &'a str,
    pub r: Stream,
}

impl World {
    /// What `user_name` sees at `institution`. An institution that was merged shows what the one it went into shows.
    pub fn person(&self, institution: &Institution, user_name: &str) -> Person {
        let mut at = institution;
        for _ in 0..8 {
            match &at.health {
                Health::MergedInto(id) => at = self.institution(id).unwrap_or(at),
                _ => break,
            }
        }
        let kind = format!("{:?}", at.kind);
        let r = Stream::of(self.seed, &["person", &at.family, &kind, user_name]);
        let mut draw = Draw { world: self, at, user: user_name, r };
        let mut accounts = draw.pictured().unwrap_or_else(|| draw.accounts());
        draw.special(&mut accounts);
        let mut r = Stream::of(self.seed, &["contact", user_name]);
        let mut questions: Vec<String> = QUESTIONS.iter().map(|q| q.to_string()).collect();
        questions.rotate_left(r.below(8) as usize);
        Person { accounts, phone_ending: r.digits(4), email_masked: email(user_name), questions, selections: selections(&mut r) }
    }
}

fn email(user: &str) -> String {
    let first = user.chars().find(|c| c.is_ascii_alphanumeric()).unwrap_or('s').to_ascii_lowercase();
    format!("{first}•••@sandbox.example")
}

fn selections(r: &mut Stream) -> Vec<Selection> {
    let ask =
        |prompt: &str, options: &[&str]| Selection { prompt: prompt.into(), options: options.iter().map(|o| o.to_string()).collect() };
    let mut all = vec![
        ask("Have you ever lived on Teasel Road?", &["Yes", "No"]),
        ask("Which of these cars have you owned?", &["Quenby Sprint", "Foxglade Estate", "Neither"]),
        ask("Is your account older than five years?", &["Yes", "No"]),
        ask("Which town did you open the account in?", &["Brindlemere", "Quillhollow", "Umberwick"]),
    ];
    all.rotate_left(r.below(4) as usize);
    all
}

impl Draw<'_> {
    fn accounts(&mut self) -> Vec<Account> {
        match self.at.kind {
            _ if self.at.offers_everything() => self.everything(),
            Kind::Bank | Kind::CreditUnion => self.bank(),
            Kind::Broker | Kind::Custodian => self.broker(),
            Kind::Workplace => self.workplace(),
            Kind::Card => vec![self.card("card", "Everyday card"), self.card("card2", "Travel card")],
            Kind::Lender => self.lender(),
            Kind::StudentLender => (1..=2).map(|n| self.student(n)).collect(),
            Kind::CollegeSavings => (1..=2).map(|n| self.college(n)).collect(),
            Kind::HealthSavings => self.health(),
            Kind::Crypto => self.crypto(),
            Kind::Insurance => self.insurance(),
        }
    }

    /// User names with an effect on which accounts there are, and when.
    fn special(&mut self, accounts: &mut Vec<Account>) {
        let Some(first) = accounts.first().cloned() else { return };
        let again = |n: usize, name: String| Account {
            key: Stream::of(self.world.seed, &["again", &first.key, &n.to_string()]).letters(32),
            mask: Some(format!("{:04}", 7000 + n)),
            name,
            ..first.clone()
        };
        match self.user {
            "user_new_account" => accounts.push(Account { opens_after_link: Some(1), ..again(1, format!("New {}", first.name)) }),
            "user_closing" => accounts.push(Account { closes_after_link: Some(2), ..again(2, format!("Closing {}", first.name)) }),
            "user_many" => accounts.extend((3..=26).map(|n| again(n, format!("{} {}", first.name, n - 1)))),
            "user_single" => accounts.truncate(1),
            _ => {}
        }
    }

    pub(crate) fn account(&mut self, slug: &str, name: &str, kind: &'static str, subtype: &'static str) -> Account {
        let at = self.at;
        // A few institutions send two characters, letters, or nothing.
        let mask = match self.r.below(60) {
            0 => None,
            1 => Some(format!("X{}", self.r.digits(1))),
            2 => Some(format!("{}K", self.r.digits(3))),
            _ => Some(self.r.digits(4)),
        };
        let opened = date(2019, 1, 2).saturating_add(jiff::Span::new().days(self.r.between(0, 1_400)));
        Account {
            key: Stream::of(self.world.seed, &["account", &at.id, self.user, slug]).letters(32),
            name: name.into(),
            official_name: Some(format!("{} {name} (Sandbox)", at.name)),
            mask,
            kind,
            subtype,
            currency: at.currency,
            holder: "personal",
            limit: None,
            margin_loan: None,
            anchor: Decimal::ZERO,
            null_available: false,
            gap: Decimal::ZERO,
            holdings: vec![],
            flow: Flow::Still,
            liability: None,
            opened,
            closed: None,
            opens_after_link: None,
            closes_after_link: None,
        }
    }

    /// An amount in cents between two whole amounts.
    pub(crate) fn money(&mut self, low: i64, high: i64) -> Decimal {
        Decimal::new(self.r.between(low * 100, high * 100), 2)
    }
    pub(crate) fn hold(&self, slug: &str, quantity: Decimal) -> Holding {
        let security_id = super::catalogue::id(self.world.seed, slug);
        Holding { security_id, quantity, basis: Basis::Unknown, share: 0, vested_percent: None, price_lag: 0 }
    }
    pub(crate) fn cash(&mut self, currency: &str, low: i64, high: i64) -> Holding {
        let amount = self.money(low, high);
        self.hold(&format!("CUR:{currency}"), amount)
    }

    /// One of each kind, as the vendors' own test institutions show.
    fn everything(&mut self) -> Vec<Account> {
        let mut out = self.bank();
        out.extend(self.broker());
        out.extend(self.workplace());
        out.extend(self.health());
        out.extend(self.lender());
        out.push(self.student(1));
        out
    }

    fn bank(&mut self) -> Vec<Account> {
        let mut checking = self.account("checking", "Everyday checking", "depository", "checking");
        checking.anchor = self.money(1_800, 26_000);
        checking.flow = Flow::Household { monthly: (checking.anchor / Decimal::TWO).round() };
        let mut savings = self.account("savings", "Savings", "depository", "savings");
        savings.anchor = self.money(4_000, 90_000);
        savings.flow = Flow::Saver { monthly: (savings.anchor / Decimal::from(200)).round() };
        savings.null_available = self.r.chance(15);
        let mut out = vec![checking, savings];
        if self.r.chance(35) {
            let mut cd = self.account("cd", "12-month certificate", "depository", "cd");
            (cd.anchor, cd.null_available) = (Decimal::new(self.r.between(2, 40) * 500_000, 2), true);
            out.push(cd);
        }
        if self.r.chance(50) {
            out.push(self.card("card", "Rewards card"));
        }
        if self.at.kind == Kind::CreditUnion || self.r.chance(25) {
            out.push(self.loan("auto", "Car loan", "auto", 4_000, 38_000, 52));
        }
        if self.r.chance(20) {
            // One that is found only later.
            let mut new = self.account("market", "Money market", "depository", "money market");
            new.anchor = self.money(500, 20_000);
            new.opened = ANCHOR.saturating_add(jiff::Span::new().days(self.r.between(12, 240)));
            out.push(new);
        }
        out
    }

    pub(crate) fn card(&mut self, slug: &str, name: &str) -> Account {
        let mut card = self.account(slug, name, "credit", "credit card");
        card.flow = Flow::Card { monthly: self.money(400, 3_800).round() };
        card.limit = Some(Decimal::new(self.r.between(8, 40) * 50_000, 2));
        card.liability = Some(Liability::Credit(CreditTerms {
            purchase_apr: Decimal::new(self.r.between(1_399, 2_699), 2),
            cash_apr: Decimal::new(2_999, 2),
            transfer_apr: self.r.chance(40).then(|| Decimal::new(self.r.between(0, 1_899), 2)),
            overdue: self.r.chance(4),
        }));
        card
    }

    pub(crate) fn loan(&mut self, slug: &str, name: &str, subtype: &'static str, low: i64, high: i64, months: i64) -> Account {
        let mut loan = self.account(slug, name, "loan", subtype);
        loan.anchor = self.money(low, high);
        loan.flow = Flow::Loan { principal: (loan.anchor / Decimal::from(months)).round(), day: self.r.between(1, 25) as i8 };
        loan
    }

    pub(crate) fn address(&mut self) -> Address {
        let (city, region, postal_code) = *self.r.pick(&TOWNS);
        let street = format!("{} {}", self.r.between(1, 240), self.r.pick(&STREETS));
        Address { street, city: city.into(), region: region.into(), postal_code: postal_code.into(), country: "US" }
    }

    pub(crate) fn mortgage_terms(&mut self, owed: Decimal) -> Liability {
        let originated = date(2017 + self.r.below(5) as i16, 1 + self.r.below(12) as i8, 1);
        Liability::Mortgage(MortgageTerms {
            account_number: self.r.digits(12),
            rate_percent: Decimal::new(self.r.between(2_625, 5_875) / 125 * 125, 3),
            fixed: self.r.chance(85),
            term_years: *self.r.pick(&[15, 30, 30]),
            originated,
            original_principal: (owed * Decimal::new(self.r.between(118, 135), 2) / Decimal::from(500)).round() * Decimal::from(500),
            escrow: self.r.chance(80).then(|| Decimal::new(self.r.between(90_000, 620_000), 2)),
            has_pmi: *self.r.pick(&[Some(false), Some(false), Some(true), None]),
            property: self.address(),
        })
    }

    fn lender(&mut self) -> Vec<Account> {
        let mut mortgage = self.loan("mortgage", "Mortgage", "mortgage", 120_000, 620_000, 290);
        mortgage.liability = Some(self.mortgage_terms(mortgage.anchor));
        let mut out = vec![mortgage];
        if self.r.chance(40) {
            out.push(self.loan("heloc", "Home equity line", "home equity", 6_000, 80_000, 110));
        }
        out
    }

    pub(crate) fn student(&mut self, n: u32) -> Account {
        let mut loan = self.loan(&format!("student{n}"), &format!("Student loan {n}"), "student", 3_000, 32_000, 130);
        let status = *self.r.pick(&["repayment", "repayment", "repayment", "deferment", "in grace"]);
        if status != "repayment" {
            loan.flow = Flow::Still;
        }
        loan.liability = Some(self.student_terms(n, status, loan.anchor));
        loan
    }

    pub(crate) fn student_terms(&mut self, n: u32, status: &'static str, owed: Decimal) -> Liability {
        Liability::Student(StudentTerms {
            account_number: self.r.digits(10),
            name: format!("Direct loan {n}, unsubsidised"),
            guarantor: "Department of Invented Education".into(),
            rate_percent: Decimal::new(self.r.between(375, 705), 2),
            originated: date(2012 + self.r.below(10) as i16, 9, 1),
            original_principal: (owed * Decimal::new(self.r.between(125, 180), 2)).round(),
            status,
            plan: *self.r.pick(&[
                ("standard", "Standard repayment"),
                ("graduated", "Graduated repayment"),
                ("income-based repayment", "Income-based"),
            ]),
            sequence: n,
            servicer: self.address(),
        })
    }

    fn opened_before(years: i16) -> Date {
        ANCHOR.saturating_sub(years.years())
    }

    /// A lot or two, some years back.
    pub(crate) fn lots(&mut self) -> Basis {
        let days = (0..=self.r.below(3)).map(|_| Self::opened_before(9).saturating_add(jiff::Span::new().days(self.r.between(0, 600))));
        let mut days: Vec<Date> = days.collect();
        days.sort();
        Basis::Lots(days)
    }
}
