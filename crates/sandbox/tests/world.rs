//! The generated world: the same from the same seed, wide enough, and exact to the cent.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use rust_decimal::Decimal;
use sandbox::world::{ANCHOR, Account, FIRST_DAY, Health, INSTITUTIONS, InstitutionKind, Mfa, World, is_business_day};
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

fn world() -> World {
    World::generate(42, INSTITUTIONS)
}

fn digest(world: &World) -> u64 {
    let mut h = DefaultHasher::new();
    world.institutions().hash(&mut h);
    world.securities().hash(&mut h);
    for s in world.securities().iter().step_by(7) {
        world.history(s, date(2019, 12, 1), date(2020, 6, 1)).for_each(|c| (c.price, c.day).hash(&mut h));
    }
    for i in world.institutions().iter().step_by(97) {
        for a in world.person(i, "maren").accounts {
            a.hash(&mut h);
            format!("{:?}{:?}", world.holdings(&a, ANCHOR), world.trades(&a, date(2026, 1, 1), ANCHOR)).hash(&mut h);
        }
    }
    h.finish()
}

fn user_good(world: &World, id: &str) -> Vec<Account> {
    world.person(world.institution(id).unwrap(), "user_good").accounts
}

#[test]
fn one_seed_one_world() {
    let first = digest(&world());
    assert_eq!(first, digest(&world()));
    assert_ne!(first, digest(&World::generate(43, INSTITUTIONS)));
}

#[test]
fn more_institutions_keep_the_earlier_ones() {
    let (few, many) = (World::generate(42, 12_000), World::generate(42, 50_000));
    assert_eq!((few.institutions().len(), many.institutions().len()), (12_000, 50_000));
    assert!(few.institutions() == &many.institutions()[..12_000]);
    assert!(many.institutions().iter().all(|i| many.institution(&i.id) == Some(i)));
}

#[test]
fn institutions_are_distinct_and_invented() {
    let world = world();
    let all = world.institutions();
    assert!(all.len() >= 12_000);
    for (what, n) in [
        ("ids", all.iter().map(|i| &i.id).collect::<HashSet<_>>().len()),
        ("urls", all.iter().map(|i| &i.url).collect::<HashSet<_>>().len()),
        ("names", all.iter().map(|i| &i.name).collect::<HashSet<_>>().len()),
    ] {
        assert_eq!(n, all.len(), "{what}");
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    assert!(all.iter().all(|i| i.url.starts_with("https://") && i.url.ends_with(".example") && i.host().chars().all(plain)));
    // A short list of names that people really know.
    let real = [
        "chase",
        "fidelity",
        "vanguard",
        "wells fargo",
        "citibank",
        "schwab",
        "barclays",
        "hsbc",
        "volksbank",
        "sparkasse",
        "ing",
        "santander",
        "plaid",
    ];
    let words = |name: &str| name.to_lowercase();
    assert!(all.iter().all(|i| real.iter().all(|r| words(&i.name) != *r && !(r.len() > 3 && words(&i.name).contains(r)))));
    assert!(all.iter().all(|i| i.routing_numbers.iter().all(|n| n.len() == 9 && n.starts_with("99"))));
}

#[test]
fn institutions_come_in_every_state() {
    let world = world();
    let all = world.institutions();
    let count = |f: &dyn Fn(&sandbox::world::Institution) -> bool| all.iter().filter(|i| f(i)).count();
    assert!(count(&|i| i.health == Health::Degraded) > 100);
    assert!(count(&|i| i.health == Health::Down) > 50);
    assert!(count(&|i| i.health == Health::Retired) > 50);
    assert!(count(&|i| matches!(&i.health, Health::MergedInto(id) if world.institution(id).is_some())) > 50);
    assert!(count(&|i| !i.name.is_ascii()) > 500);
    assert!(count(&|i| i.oauth) > 500);
    assert!(count(&|i| i.consent_days.is_some()) > 500);
    assert!(count(&|i| matches!(i.mfa, Mfa::Code { every_time: true } | Mfa::Device { every_time: true })) > 300);
    assert!(count(&|i| matches!(i.mfa, Mfa::Questions { .. })) > 300 && count(&|i| matches!(i.mfa, Mfa::Selections { .. })) > 300);
    let countries: BTreeSet<&str> = all.iter().flat_map(|i| i.country_codes).copied().collect();
    assert!(["US", "CA", "GB", "IE", "DE", "FR", "ES", "NL"].iter().all(|c| countries.contains(c)), "{countries:?}");
    for id in ["43", "109508", "109509", "109510", "109511", "109512", "116834", "117181", "117650", "127287", "130016", "132241"] {
        assert!(world.institution(&format!("ins_{id}")).is_some(), "ins_{id}");
    }
    assert!(!world.institution("ins_109508").unwrap().oauth && world.institution("ins_127287").unwrap().oauth);
    assert_eq!(world.institution("ins_no"), None);
    assert_eq!(world.institution("ins_0300000"), None);
}

#[test]
fn large_brands_have_several_portals_that_look_alike() {
    let world = world();
    let portals: Vec<_> = world.institutions().iter().filter(|i| i.family == "larchmont").collect();
    assert!(portals.len() >= 3 && portals.iter().map(|i| i.host()).collect::<HashSet<_>>().len() == portals.len());
    let mut kinds = HashSet::new();
    for portal in &portals {
        assert!(portal.name.starts_with("Larchmont "));
        kinds.insert(portal.kind);
    }
    assert!(
        kinds.contains(&InstitutionKind::Workplace) && kinds.contains(&InstitutionKind::Broker) && kinds.contains(&InstitutionKind::Bank)
    );
    let keys = |id: &str| world.person(world.institution(id).unwrap(), "ngozi").accounts.into_iter().map(|a| a.key).collect::<HashSet<_>>();
    assert!(keys("ins_larchmont_workplace").is_disjoint(&keys("ins_larchmont_brokerage")));
    let families: Vec<&str> = world.institutions().iter().map(|i| i.family.as_str()).collect();
    let large = families.chunk_by(|a, b| a == b).filter(|f| f.len() >= 2).count();
    assert!(large > 300, "{large}");
}

#[test]
fn a_merged_institution_shows_what_its_successor_shows() {
    let world = world();
    assert_eq!(user_good(&world, "ins_state_merged"), user_good(&world, "ins_harborvale"));
}

#[test]
fn logos_are_small_pictures() {
    use base64::Engine;
    let world = world();
    for i in world.institutions().iter().step_by(311) {
        let png = base64::engine::general_purpose::STANDARD.decode(i.logo_png_base64()).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() < 700, "{}", i.name);
        assert_eq!(&png[16..24], [0, 0, 0, 152, 0, 0, 0, 152]);
    }
}

#[test]
fn securities_are_many_and_distinct() {
    let world = world();
    let all = world.securities();
    assert!((360..=460).contains(&all.len()), "{}", all.len());
    assert_eq!(all.iter().map(|s| &s.id).collect::<HashSet<_>>().len(), all.len());
    let tickers: Vec<_> = all.iter().filter_map(|s| s.ticker.as_ref()).collect();
    assert_eq!(tickers.iter().collect::<HashSet<_>>().len(), tickers.len());
    let isins: Vec<_> = all.iter().filter_map(|s| s.isin.as_ref()).collect();
    assert_eq!(isins.iter().collect::<HashSet<_>>().len(), isins.len());
    for kind in ["cash", "cryptocurrency", "derivative", "equity", "etf", "fixed income", "mutual fund", "other"] {
        assert!(all.iter().filter(|s| s.kind == kind).count() >= 4, "{kind}");
    }
    for subtype in ["bill", "bond", "municipal bond", "treasury inflation protected securities", "option", "preferred equity"] {
        assert!(all.iter().any(|s| s.subtype == Some(subtype)), "{subtype}");
    }
    assert!(all.iter().any(|s| s.ticker.is_none() && s.subtype == Some("common stock")), "employer stock");
    assert!(all.iter().filter_map(|s| s.option.as_ref()).all(|o| world.ticker(&o.underlying).is_some()));
}

#[test]
fn prices_move_on_business_days_only() {
    let world = world();
    for s in world.securities().iter().step_by(5) {
        let start = s.issued().map_or(FIRST_DAY, |d| d.max(FIRST_DAY));
        let closes: Vec<_> = world.history(s, start, date(2026, 11, 20)).collect();
        if start == FIRST_DAY {
            assert_eq!(closes[0].day, FIRST_DAY, "{}", s.name);
            assert!(closes.len() > 5_200, "{}: {}", s.name, closes.len());
        }
        assert!(closes.iter().all(|c| is_business_day(c.day) && c.price > Decimal::ZERO), "{}", s.name);
        assert!(closes.iter().all(|c| !matches!(c.day.weekday(), Weekday::Saturday | Weekday::Sunday)));
        assert!(closes.windows(2).all(|w| w[0].day < w[1].day));
        if s.kind == "equity" {
            let still = closes.windows(2).filter(|w| w[0].price == w[1].price).count();
            assert!(still * 5 < closes.len(), "{} stood still {still} times", s.name);
        }
        for c in closes.iter().step_by(997) {
            assert_eq!(world.close(s, c.day), Some(*c));
        }
    }
    let busr = world.ticker("BUSR").unwrap();
    assert_eq!(world.close(busr, date(2026, 11, 22)).unwrap().day, date(2026, 11, 20));
    assert_eq!(world.close(busr, date(2006, 1, 2)), None);
}

#[test]
fn markets_fell_in_2008_and_2020() {
    let world = world();
    let busr = world.ticker("BUSR").unwrap();
    let at = |y, m, d| world.close(busr, date(y, m, d)).unwrap().price;
    assert!(at(2009, 3, 9) < at(2007, 10, 9) * Decimal::new(6, 1));
    assert!(at(2020, 3, 23) < at(2020, 2, 19) * Decimal::new(8, 1));
    assert!(at(2026, 11, 19) > at(2020, 2, 19));
}

#[test]
fn the_pictured_plan_is_as_drawn() {
    let world = world();
    let accounts = user_good(&world, "ins_larchmont_workplace");
    let plan = &accounts[0];
    let day = date(2026, 11, 19);
    assert_eq!((plan.mask.as_deref(), plan.subtype), (Some("4821"), "401k"));
    let positions = world.holdings(plan, day);
    let sum: Decimal = positions.iter().map(|p| p.value).sum();
    assert_eq!((sum.to_string(), world.balance(plan, day).current.unwrap().to_string()), ("409679.98".into(), "412380.00".into()));
    assert_eq!((positions[0].price.to_string(), positions[1].price_day), ("31.42".into(), date(2026, 11, 18)));
    assert_eq!((positions[1].cost_basis, positions[0].cost_basis), (None, Some(Decimal::new(14_821_055, 2))));
    assert!(positions[1].vested_quantity.unwrap() < positions[1].quantity);
    let joint: Vec<_> =
        user_good(&world, "ins_bluewater").iter().map(|a| world.balance(a, day).current.unwrap().normalize().to_string()).collect();
    assert_eq!(joint, ["24610", "78940", "14900"]);
    assert_eq!(world.balance(&user_good(&world, "ins_sable")[0], day).current.unwrap().normalize().to_string(), "3280");
}

/// Every kind of account that a few hundred people have.
fn sample(world: &World) -> Vec<Account> {
    let fixed = world.institutions().iter().take(40).flat_map(|i| ["user_good", "tomas"].map(|u| world.person(i, u)));
    let many = world.institutions().iter().step_by(151).map(|i| world.person(i, "ines"));
    fixed.chain(many).flat_map(|p| p.accounts).collect()
}

fn days() -> [Date; 4] {
    [date(2025, 1, 6), date(2026, 9, 14), date(2026, 11, 20), date(2027, 8, 31)]
}

#[test]
fn positions_and_trades_agree_to_the_cent() {
    let world = world();
    let mut trades_seen = BTreeSet::new();
    for a in sample(&world).iter().filter(|a| a.kind == "investment") {
        for pair in days().windows(2).filter(|p| a.opened <= p[0] && a.closed.is_none_or(|c| c > p[1])) {
            let (before, after) = (world.holdings(a, pair[0]), world.holdings(a, pair[1]));
            let trades = world.trades(a, pair[0].saturating_add(1.day()), pair[1]);
            assert!(trades.windows(2).all(|t| t[0].day >= t[1].day), "newest first");
            let held = |positions: &[sandbox::world::Position], id: &str| {
                positions.iter().find(|p| p.security_id == id).map_or(Decimal::ZERO, |p| p.quantity)
            };
            for h in &a.holdings {
                let cash = world.security(&h.security_id).unwrap().kind == "cash";
                let mine = trades.iter().filter(|t| t.security_id.as_ref() == Some(&h.security_id));
                let moved: Decimal = if cash { -trades.iter().map(|t| t.amount).sum::<Decimal>() } else { mine.map(|t| t.quantity).sum() };
                assert_eq!(held(&before, &h.security_id) + moved, held(&after, &h.security_id), "{} {}", a.name, h.security_id);
            }
            trades_seen.extend(trades.iter().map(|t| (t.kind, t.subtype)));
            assert!(trades.iter().filter(|t| t.kind == "cancel").all(|t| t.cancels.is_some()));
        }
        for day in days() {
            let positions = world.holdings(a, day);
            assert!(positions.iter().all(|p| p.quantity > Decimal::ZERO), "{} {day}", a.name);
            assert_eq!(world.balance(a, day).current.unwrap(), positions.iter().map(|p| p.value).sum::<Decimal>() + a.gap);
            for p in positions.iter().filter(|p| !p.tax_lots.is_empty()) {
                assert_eq!(p.tax_lots.iter().map(|l| l.quantity).sum::<Decimal>(), p.quantity);
                assert_eq!(Some(p.tax_lots.iter().map(|l| l.cost_basis).sum::<Decimal>()), p.cost_basis);
                assert!(p.tax_lots.iter().all(|l| l.quantity > Decimal::ZERO), "{}", a.name);
            }
        }
    }
    for kind in ["buy", "sell", "cash", "fee", "cancel"] {
        assert!(trades_seen.iter().any(|t| t.0 == kind), "{kind}");
    }
    assert!(trades_seen.contains(&("cash", "contribution")) && trades_seen.contains(&("buy", "dividend reinvestment")));
}

#[test]
fn bank_balances_and_movements_agree_to_the_cent() {
    let world = world();
    for a in sample(&world).iter().filter(|a| a.kind != "investment") {
        for pair in days().windows(2).filter(|p| a.opened <= p[0]) {
            let at = |day| world.balance(a, day).current.unwrap();
            let moved: Decimal = world.bank_transactions(a, pair[0].saturating_add(1.day()), pair[1]).iter().map(|t| t.amount).sum();
            let owed = a.kind != "depository";
            assert_eq!(at(pair[0]) + if owed { moved } else { -moved }, at(pair[1]), "{} {}", a.name, a.key);
            assert!(at(pair[1]) >= Decimal::ZERO, "{} {}", a.name, at(pair[1]));
        }
    }
}

#[test]
fn transactions_keep_their_ids_whatever_is_asked_for() {
    let world = world();
    let accounts = user_good(&world, "ins_larchmont_brokerage");
    let (all, part) =
        (world.trades(&accounts[0], date(2024, 1, 1), ANCHOR), world.trades(&accounts[0], date(2026, 3, 3), date(2026, 8, 8)));
    assert!(part.iter().all(|t| all.contains(t)) && !part.is_empty());
    assert_eq!(all.iter().map(|t| &t.id).collect::<HashSet<_>>().len(), all.len());
}

#[test]
fn people_have_what_is_hard_to_show() {
    let world = world();
    let all = sample(&world);
    let any = |f: &dyn Fn(&Account) -> bool| all.iter().any(f);
    assert!(any(&|a| a.kind == "investment" && a.holdings.is_empty()), "nothing held");
    assert!(any(&|a| a.opened > ANCHOR) && any(&|a| a.closed.is_some()), "opens and closes");
    assert!(any(&|a| a.currency == "EUR") && any(&|a| !a.official_currency()), "other currencies");
    assert!(any(&|a| a.mask.as_ref().is_none_or(|m| m.len() != 4)), "odd masks");
    assert!(any(&|a| a.null_available) && any(&|a| !a.gap.is_zero()));
    assert!(any(&|a| a.holdings.iter().any(|h| h.vested_percent.is_some_and(|p| p < 100))));
    assert!(all.iter().filter(|a| world.liability(a, ANCHOR).is_some()).count() > 20);
    assert_eq!(all.iter().map(|a| &a.key).collect::<HashSet<_>>().len(), all.len() - merged_twins(&world), "keys are unique");
    let bank = world.institution("ins_109508").unwrap();
    let (linked, next) = (date(2027, 5, 3), date(2027, 5, 4));
    let count = |user: &str, day| world.person(bank, user).accounts_on(linked, day).count();
    assert_eq!(count("user_new_account", linked) + 1, count("user_new_account", next));
    assert_eq!(count("user_closing", next) - 1, count("user_closing", date(2027, 5, 5)));
    assert!(count("user_many", linked) > 24 && count("user_single", linked) == 1);
}

/// Accounts that the sample meets a second time under a merged institution.
fn merged_twins(world: &World) -> usize {
    world
        .institutions()
        .iter()
        .take(40)
        .filter(|i| matches!(i.health, Health::MergedInto(_)))
        .flat_map(|i| ["user_good", "tomas"].map(|u| world.person(i, u).accounts.len()))
        .sum()
}
