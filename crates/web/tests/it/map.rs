//! The household map over HTTP: the drawing and its list say the same, to the firm's people and to clients; what is chosen, what is unknown,
//! what is not shared.

use crate::it::browser::Page;
use crate::it::family::{Family, by_hand, day, dec, family, fed, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::portal::{at, erik, set_rights, signed};
use app::accounts::{ByHand, equal_shares};
use model::portal::{Area, Preset, Right, Rights};
use model::{AccountId, AccountState, AccountType, ConnectionState, Custody, MemberId, PortfolioKind};

struct New<'a> {
    n: u8,
    of: AccountType,
    kind: &'a str,
    name: &'a str,
    value: &'a str,
    currency: &'a str,
    owners: &'a [MemberId],
    custody: Custody,
}

async fn add(house: &House, f: &Family, new: New<'_>) -> AccountId {
    let typed = ByHand {
        id: AccountId::new(rig::START, [new.n; 10]),
        portfolio: PortfolioKind::Current,
        kind_of: new.of,
        name: new.name.into(),
        kind: new.kind.into(),
        owners: equal_shares(new.owners),
        institution: "Harbor & Vale".into(),
        mask: "9034".into(),
        value: new.value.into(),
        currency: new.currency.into(),
        as_of: "2026-11-19".into(),
        custody: new.custody,
    };
    app::accounts::create(&house.app, &scope(house), f.household, &typed).await.expect("an account")
}

/// Ngozi and Erik: a fed account, a managed one, a joint one, a debt.
async fn pair(house: &House) -> (Family, MemberId) {
    let f = family(house, 1, "Okafor", "Ngozi").await;
    let erik = erik(house, &f).await;
    fed(house, &f, 5, ConnectionState::Healthy).await;
    let (me, both) = ([f.member], [f.member, erik]);
    let managed = New {
        n: 61,
        of: AccountType::FundsStocksOther,
        kind: "brokerage",
        name: "Rollover IRA",
        value: "208900",
        currency: "",
        owners: &me,
        custody: Custody::Managed,
    };
    let joint = New { n: 62, of: AccountType::Bank, kind: "savings", name: "Joint savings", value: "78940.50", owners: &both, ..managed };
    add(house, &f, New { ..managed }).await;
    add(house, &f, joint).await;
    let debt = New {
        n: 63,
        of: AccountType::LoanOrCard,
        kind: "credit_card",
        name: "Sable card",
        value: "3280",
        currency: "",
        owners: &[erik],
        custody: Custody::HeldAway,
    };
    add(house, &f, debt).await;
    (f, erik)
}

/// The drawing, and what comes after it.
fn apart(p: &Page) -> (&str, &str) {
    let from = p.body.find("<svg class=\"map").unwrap_or_else(|| panic!("no drawing: {}", p.body));
    let to = from + p.body[from..].find("</svg></div>").expect("an end");
    (&p.body[from..to], &p.body[to..])
}

// proves: P1 N52 N53 N55 N56
#[tokio::test]
async fn the_map_and_its_list_say_the_same_to_adviser_and_client() {
    for house in houses().await {
        let (f, _) = pair(&house).await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::EverythingPrint.rights()).await;
        let first = maya.get(&f.at()).await;
        assert_eq!(first.location(), format!("{}/map", f.at()), "a household opens with its map");
        for p in [maya.get(&format!("{}/map", f.at())).await, ngozi.get(&format!("{}/map", at(&f))).await] {
            let (drawn, listed) = apart(&p);
            for part in
                ["Workplace 401(k)", "Rollover IRA", "Joint savings", "Sable card", "$1,100.25", "$208,900", "$78,940.50", "−$3,280"]
            {
                assert!(drawn.contains(part), "the drawing has {part}: {drawn}");
                assert!(listed.contains(part), "the list has {part}: {listed}");
            }
            // Net worth, once: 1,100.25 + 208,900 + 78,940.50 − 3,280.
            assert!(drawn.contains("$285,660.75") && listed.contains("$285,660.75"), "{drawn}");
            assert!(drawn.contains("held away −$2,179.75, managed here $287,840.50"), "{drawn}");
            // Custody is a dashed edge for eyes and a word for ears; so is how current it is.
            let tile = |name: &str| drawn.split("<g class=\"tile ").find(|t| t.contains(&format!("aria-label=\"{name}"))).expect("a tile");
            assert!(tile("Workplace 401(k)").starts_with("k-retire away\""), "{}", tile("Workplace 401(k)"));
            assert!(tile("Workplace 401(k)").contains("Larchmont Workplace ••4821, Ngozi, held away, in sync. Synced "));
            assert!(tile("Rollover IRA").starts_with("k-invest\"") && tile("Rollover IRA").contains("managed here, entered by hand"));
            assert!(
                drawn.contains("aria-label=\"Joint: Cash, $78,940.50\"") && drawn.contains("Erik Lindqvist: Debts, −$3,280"),
                "{drawn}"
            );
            for part in ["19 Nov", "not audited", "class=\"disclaimer\"", "Maya Castellanos, 21 Nov 2026"] {
                assert!(p.body.contains(part), "{part}");
            }
            assert!(!p.body.contains("style=\"") && !p.body.contains("<style"), "the content policy forbids inline style");
        }
    }
}

// proves: P1
#[tokio::test]
async fn what_is_chosen_is_shown_and_added_up_and_nothing_else() {
    for house in houses().await {
        let (f, erik) = pair(&house).await;
        let mut maya = house.signed_in(MAYA).await;
        let base = format!("{}/map", f.at());
        let erik = format!("?who={erik}");
        let cases: [(&str, &[&str], &[&str]); 6] = [
            ("?custody=managed", &["Rollover IRA", "Joint savings", "2 of 4 items shown"], &["Sable card", "Workplace 401(k)"]),
            ("?custody=held-away", &["Sable card", "Workplace 401(k)"], &["Rollover IRA"]),
            ("?kind=debts", &["Sable card", "Net worth of what is shown", "−$3,280"], &["Rollover IRA"]),
            ("?state=in-sync", &["Workplace 401(k)"], &["Sable card"]),
            (&erik, &["Sable card", "Joint savings"], &["Rollover IRA"]),
            ("?kind=property", &["Nothing fits what you chose", "Show everything"], &["Sable card", "Rollover IRA"]),
        ];
        for (query, there, gone) in cases {
            let p = maya.get(&format!("{base}{query}")).await;
            let page = p.body.split("data-live-id").nth(1).expect("the page");
            for part in there {
                assert!(page.contains(part), "{query} {part}: {page}");
            }
            for part in gone {
                assert!(!page.contains(part), "{query} {part}");
            }
        }
        // What is not known is no choice, and no mistake.
        let p = maya.get(&format!("{base}?who=nonsense&kind=%00&custody=x&state=y&view=z")).await;
        assert!(p.status == 200 && p.body.contains("Rollover IRA") && !p.body.contains("items shown"));
        // The list alone, without scripts.
        let p = maya.get(&format!("{base}?view=list")).await;
        assert!(!p.body.contains("<svg class=\"map") && p.body.contains("Sable card") && p.body.contains(">Change"), "{}", p.body);
    }
}

// proves: P1
#[tokio::test]
async fn unknown_values_currencies_and_odd_names_are_said_as_they_are() {
    for house in houses().await {
        let (f, _) = pair(&house).await;
        let me = [f.member];
        let sek = New {
            n: 71,
            of: AccountType::FundsStocksOther,
            kind: "brokerage",
            name: "محفظة <b>الاستثمار</b> \"1\" | x",
            value: "123456789012345",
            currency: "SEK",
            owners: &me,
            custody: Custody::HeldAway,
        };
        let large = add(&house, &f, sek).await;
        let (_, unknown) = fed(&house, &f, 9, ConnectionState::NeedsCredentials).await;
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let sql = "UPDATE account SET value = NULL, value_e4 = NULL WHERE firm_id = $1 AND id = $2";
        tx.exec(sql, store::params![tx.id(), unknown]).await.unwrap();
        // More digits than anybody types: a provider sends what it likes.
        let sql = "UPDATE account SET value = '12345678901234567890', value_e4 = NULL WHERE firm_id = $1 AND id = $2";
        tx.exec(sql, store::params![tx.id(), large]).await.unwrap();
        tx.commit().await.unwrap();
        let mut maya = house.signed_in(MAYA).await;
        let p = maya.get(&format!("{}/map", f.at())).await;
        let (drawn, listed) = apart(&p);
        for part in [drawn, listed] {
            assert!(part.contains("SEK\u{a0}12,345,678,901,234,567,890"), "to the last digit: {part}");
            assert!(part.contains("not provided") && !part.contains("<b>الاستثمار"), "{part}");
            assert!(part.contains("$285,660.75"), "dollars by themselves");
        }
        assert!(drawn.contains("Not counted: 1 account without a value."), "{drawn}");
        assert!(drawn.contains("data-tip=\"محفظة &#60;b&#62;الاستثمار&#60;/b&#62; &#34;1&#34; / x|"), "the whole name in the tip");
        assert!(drawn.contains("needs attention") && drawn.contains("rejected"), "{drawn}");
        assert!(maya.get(&format!("{}/map?state=attention", f.at())).await.body.contains("1 of 6 items shown"));
    }
}

// proves: P1
#[tokio::test]
async fn a_household_with_nobody_else_and_nothing_is_drawn_with_the_way_on() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let p = maya.get(&format!("{}/map", f.at())).await;
        let (drawn, listed) = apart(&p);
        assert!(drawn.contains("Ngozi Okafor") && drawn.contains("Not known yet") && !drawn.contains("$0"), "{drawn}");
        assert!(listed.contains("Nothing of their own is recorded"));
        assert!(p.body.contains("Nothing connected yet.") && p.body.contains(&format!("{}/asset-sync", f.at())), "{}", p.body);
    }
}

// proves: P4 P25 P26 P27
#[tokio::test]
async fn a_reader_of_the_map_sees_the_map_and_no_way_beyond_it() {
    for house in houses().await {
        let (f, _) = pair(&house).await;
        let (login, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::View(Area::Map)])).await;
        let page = format!("{}/map", at(&f));
        let p = ngozi.get(&page).await;
        let (drawn, _) = apart(&p);
        assert!(drawn.contains("role=\"img\" tabindex=\"0\"") && drawn.contains("$285,660.75"), "{drawn}");
        for way in ["/accounts/", "/accounts\"", "/balance-sheet", "/policies", "/members", "asset-sync", "/change"] {
            assert!(!p.body.contains(way), "{way}");
        }
        assert!(p.body.contains("data-no-print"), "and is not printed");
        assert_eq!(ngozi.get(&format!("{page}?print=1")).await.status, 404);
        // What the adviser changes shows with the next request.
        by_hand(&house, &f, 1, "Just added", "1000").await;
        assert!(ngozi.get(&page).await.body.contains("$286,660.75"));
        set_rights(&house, &f, login, Rights::of([Right::View(Area::Members)])).await;
        assert_eq!(ngozi.get(&page).await.status, 404);
    }
}

// proves: N12
#[tokio::test]
async fn what_is_proposed_or_muted_is_not_counted() {
    for house in houses().await {
        let (f, _) = pair(&house).await;
        let typed = ByHand {
            id: AccountId::new(rig::START, [81; 10]),
            portfolio: PortfolioKind::Proposed,
            kind_of: AccountType::FundsStocksOther,
            name: "Dream fund".into(),
            kind: "brokerage".into(),
            owners: equal_shares(&[f.member]),
            institution: String::new(),
            mask: String::new(),
            value: "5000000".into(),
            currency: String::new(),
            as_of: day("2026-11-19").to_string(),
            custody: Custody::Managed,
        };
        app::accounts::create(&house.app, &scope(&house), f.household, &typed).await.expect("an account");
        let id = AccountId::new(rig::START, [61; 10]);
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let model::fact::Fact::Account(fact) = store::facts::current(&tx, id.uuid()).await.unwrap().unwrap().fact else {
            panic!("an account")
        };
        let muted = model::fact::AccountFact { state: AccountState::Muted, ..fact };
        app::facts::say(&house.app, &tx, &scope(&house), f.household, model::fact::Fact::Account(muted)).await.unwrap();
        tx.commit().await.unwrap();
        let mut maya = house.signed_in(MAYA).await;
        let p = maya.get(&format!("{}/map", f.at())).await;
        let (drawn, _) = apart(&p);
        assert!(!p.body.contains("Dream fund"), "what is proposed is no possession");
        assert!(drawn.contains("Not counted: 1 muted.") && drawn.contains("$76,760.75"), "{drawn}");
        assert!(drawn.contains("<g class=\"tile k-invest off\">") && dec("76760.75") == dec("285660.75") - dec("208900"));
    }
}
