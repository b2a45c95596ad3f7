//! The households of the pictures, and as many generated ones as are asked for: people, portfolios, accounts by hand. All invented.

use super::Stage;
use super::staff::Firm;
use crate::Trouble;
use app::accounts::{ByHand, equal_shares};
use app::households::{Change, New};
use app::members::Typed;
use model::fact::{HouseholdStatus, MemberRole};
use model::permission::TeamRole;
use model::{AccountType, Custody, Date, FirmScope, HouseholdId, MemberId, PortfolioKind};

/// A household with its people by their first names.
pub struct Made {
    pub id: HouseholdId,
    pub people: Vec<(String, MemberId)>,
}

impl Made {
    pub fn person(&self, given: &str) -> MemberId {
        self.people.iter().find(|(g, _)| g == given).map(|(_, id)| *id).expect("somebody of this household")
    }
}

/// How a household is written down: (first, last, born) of each person; who has no mail address is a child.
pub struct Plan<'a> {
    pub name: &'a str,
    pub status: HouseholdStatus,
    pub people: &'a [(&'a str, &'a str, &'a str)],
    pub adults: usize,
    /// Days from today to the next review.
    pub review_in: Option<i64>,
    pub team: &'a [(&'a str, TeamRole)],
}

pub async fn make(stage: &Stage, firm: &Firm, scope: &FirmScope, plan: &Plan<'_>) -> Result<Made, Trouble> {
    let app = &stage.app;
    let id: HouseholdId = app.random().id(app.now());
    let (first, last, _) = plan.people[0];
    let new = New {
        id,
        name: plan.name.into(),
        status: plan.status,
        lead: None,
        first: first.into(),
        last: last.into(),
        email: mail(first, last),
    };
    app::households::create(app, scope, &new).await?;
    for (place, (first, last, born)) in plan.people.iter().enumerate() {
        let adult = place < plan.adults;
        let typed = Typed {
            first: (*first).into(),
            last: (*last).into(),
            role: if adult { MemberRole::Adult } else { MemberRole::Dependant },
            email: if adult { mail(first, last) } else { String::new() },
            phone: String::new(),
            born: (*born).into(),
        };
        match place {
            0 => {
                let there = members(stage, scope, id).await?;
                app::members::change(app, scope, id, there[0].1, &typed).await?;
            }
            _ => app::members::add(app, scope, id, app.random().id(app.now()), &typed).await?,
        }
    }
    if plan.review_in.is_some() || !plan.team.is_empty() {
        let lead = match scope.actor() {
            model::Actor::User(u) => u,
            _ => firm.who("lead"),
        };
        let change = Change {
            name: plan.name.into(),
            lead,
            team: plan.team.iter().map(|(part, role)| (firm.who(part), *role)).collect(),
            private: false,
            next_review: plan.review_in.map(|n| today(stage).saturating_add(jiff::Span::new().days(n))),
        };
        app::households::change(app, scope, id, &change).await?;
    }
    Ok(Made { id, people: members(stage, scope, id).await? })
}

async fn members(stage: &Stage, scope: &FirmScope, id: HouseholdId) -> Result<Vec<(String, MemberId)>, Trouble> {
    let db = stage.app.store().read(scope).await?;
    Ok(store::members::of_household(&db, id).await?.into_iter().map(|m| (m.given, m.id)).collect())
}

/// "ngozi@okafor.example".
pub fn mail(first: &str, last: &str) -> String {
    let plain = |t: &str| directory::plain(t).chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    format!("{}@{}.example", plain(first), plain(last))
}

fn today(stage: &Stage) -> Date {
    stage.clock.real_now().utc_date()
}

/// One account by hand: (name, kind, institution, mask, value, days old, owners, managed here).
pub type Hand<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, i64, &'a [&'a str], bool);

pub async fn by_hand(stage: &Stage, scope: &FirmScope, made: &Made, hand: &Hand<'_>) -> Result<(), Trouble> {
    let (name, kind, institution, mask, value, days_old, owners, managed) = *hand;
    let kind_of = AccountType::ALL.into_iter().find(|t| t.kinds().iter().any(|k| k.key() == kind)).unwrap_or(AccountType::FundsStocksOther);
    let owners: Vec<MemberId> = owners.iter().map(|o| made.person(o)).collect();
    // A day before today even where the firm's today is yesterday's date in UTC.
    let day = stage.app.now().utc_date().saturating_sub(jiff::Span::new().days(days_old.max(1)));
    let typed = ByHand {
        id: stage.app.random().id(stage.app.now()),
        portfolio: PortfolioKind::Current,
        kind_of,
        name: name.into(),
        kind: kind.into(),
        owners: equal_shares(&owners),
        institution: institution.into(),
        mask: mask.into(),
        value: value.into(),
        currency: "USD".into(),
        as_of: day.to_string(),
        custody: if managed { Custody::Managed } else { Custody::HeldAway },
    };
    app::accounts::create(&stage.app, scope, made.id, &typed).await?;
    Ok(())
}

const FIRST: [&str; 24] = [
    "Ilse", "Marek", "Adaeze", "Hollis", "Yuna", "Teodor", "Brigid", "Cassius", "Noor", "Wendell", "Petra", "Silvan", "Odalys", "Rufus",
    "Mirela", "Anselm", "Keiko", "Dashiell", "Ottoline", "Bashir", "Linnea", "Corwin", "Zenobia", "Fitz",
];
const LAST: [&str; 24] = [
    "Abernall",
    "Birkovic",
    "Castwell",
    "Dunmarrow",
    "Eastgrove",
    "Fennimore",
    "Grinshaw",
    "Hallowby",
    "Inverlock",
    "Jessamine",
    "Kilbrandt",
    "Lathbury",
    "Merrivale",
    "Northwick",
    "Oakhaven",
    "Penhallow",
    "Quillfeather",
    "Ravensdale",
    "Summerhayes",
    "Thornquist",
    "Underhay",
    "Vantreight",
    "Westerholm",
    "Yarborow",
];

/// A generated household: a name, one or two adults, some accounts by hand.
pub async fn generated(stage: &Stage, firm: &Firm, scope: &FirmScope, n: u32) -> Result<(), Trouble> {
    let dice = app::Random::seeded(stage.seed.wrapping_mul(7919).wrapping_add(u64::from(n)));
    let d: [u8; 8] = dice.bytes();
    let last =
        format!("{}{}", LAST[usize::from(d[0]) % 24], if n < 24 { String::new() } else { format!("-{}", LAST[usize::from(d[1]) % 24]) });
    let (a, b) = (FIRST[usize::from(d[2]) % 24], FIRST[(usize::from(d[2]) + 1 + usize::from(d[3]) % 22) % 24]);
    let couple = !d[4].is_multiple_of(3);
    let mut people = vec![(a, last.as_str(), "1971-05-04")];
    if couple {
        people.push((b, last.as_str(), "1973-11-19"));
    }
    let status = if d[5].is_multiple_of(8) { HouseholdStatus::Prospect } else { HouseholdStatus::Client };
    let plan = Plan { name: &last, status, adults: people.len(), people: &people, review_in: Some(i64::from(d[6])), team: &[] };
    let made = make(stage, firm, scope, &plan).await?;
    let value = |k: u64| format!("{}.{:02}", 4_000 + (u64::from(d[7]) * 613 + k * 1_771) % 480_000, (u64::from(d[1]) + k) % 100);
    let (one, two, three) = (value(1), value(2), value(3));
    let owners: Vec<&str> = if couple { vec![a, b] } else { vec![a] };
    let hands: [Hand<'_>; 3] = [
        ("Rollover IRA", "retirement", "Harbor & Vale Custody", "3301", &one, i64::from(d[0] % 60), &owners[..1], true),
        ("Brokerage", "brokerage", "Harbor & Vale Custody", "3302", &two, i64::from(d[2] % 40), &owners, true),
        ("Savings", "savings", "Bluewater Credit Union", "3303", &three, i64::from(d[3] % 90), &owners, false),
    ];
    for hand in &hands[..usize::from(1 + d[4] % 3)] {
        by_hand(stage, scope, &made, hand).await?;
    }
    Ok(())
}
