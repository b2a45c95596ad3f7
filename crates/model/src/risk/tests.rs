use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn usd() -> Currency {
    Currency::usd()
}

/// A made-up walk on weekdays. `calm` divides its steps.
fn walk(seed: u64, calm: i64, from: &str, to: &str) -> History {
    let (mut state, mut units, mut closes) = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, 1_000_000i64, Vec::new());
    let (mut at, end) = (day(from), day(to));
    while at <= end {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let step = ((state >> 33) as i64 % 4_001 - 1_990) / calm;
        units = (units + units * step / 100_000).clamp(1_000, 1_000_000_000);
        if at.weekday().to_monday_one_offset() <= 5 {
            closes.push(Close { day: at, close: Decimal::new(units, 4) });
        }
        at = at.tomorrow().unwrap();
    }
    History { name: "Walk".into(), currency: usd(), source: "test".into(), closes }
}

fn held(key: &str, class: Option<AssetClass>, value: i64) -> Position {
    Position {
        account: "a".into(),
        account_name: "Brokerage".into(),
        managed: true,
        security: Some(key.into()),
        name: key.into(),
        class,
        value: Some(value.into()),
        currency: Some(usd()),
    }
}

fn cash(value: i64) -> Position {
    Position { security: None, name: "Cash".into(), class: Some(AssetClass::Cash), ..held("cash", None, value) }
}

fn inputs(positions: Vec<Position>, histories: &[(&str, History)]) -> Inputs {
    let histories = histories.iter().map(|(k, h)| ((*k).to_owned(), h.clone())).collect();
    Inputs { method: METHOD.into(), as_of: day("2026-11-20"), currency: usd(), positions, histories }
}

fn whole(seed: u64, calm: i64) -> History {
    walk(seed, calm, "2006-01-03", "2026-11-20")
}

/// The same a second time, slowly, with calendar days in a map: nothing of `measure` is used.
fn again(key: &str, i: &Inputs) -> f64 {
    let closes: BTreeMap<Date, f64> = i.histories[key].closes.iter().map(|c| (c.day, c.close.to_string().parse().unwrap())).collect();
    let at = |d: Date| {
        let (found, close) = closes.range(..=d).next_back()?;
        (found.until(d).unwrap().get_days() <= 10).then_some(*close)
    };
    let mut all = Vec::new();
    let mut d = day("2008-01-01");
    loop {
        let end = d.checked_add(jiff::Span::new().days(182)).unwrap();
        if end > i.as_of {
            break;
        }
        if d.weekday().to_monday_one_offset() <= 5
            && let (Some(from), Some(to)) = (at(d), at(end))
        {
            all.push(to / from - 1.0);
        }
        d = d.tomorrow().unwrap();
    }
    all.sort_by(f64::total_cmp);
    let place = (all.len() - 1) as f64 * 0.025;
    let below = place as usize;
    -(all[below] + (all[below + 1] - all[below]) * (place - below as f64))
}

#[test]
fn one_security_comes_out_as_anybody_computes_it() {
    let i = inputs(vec![held("x", None, 100)], &[("x", whole(7, 1))]);
    let found = score(&i);
    let s = found.score.clone().unwrap();
    assert!((s.downside - again("x", &i)).abs() < 1e-12, "{} {}", s.downside, again("x", &i));
    assert_eq!(found.coverage, Some(Decimal::new(1000, 1)));
    assert!(s.low <= s.score && s.score <= s.high && s.stand_in.is_none() && s.not_modelled.is_none());
    assert_eq!((s.first, s.last), (day("2008-01-01"), day("2026-11-20")));
}

#[test]
fn cash_stands_still_and_halves_what_it_is_half_of() {
    let half = score(&inputs(vec![held("x", None, 100), cash(100)], &[("x", whole(7, 1))])).score.unwrap();
    let all = score(&inputs(vec![held("x", None, 100)], &[("x", whole(7, 1))])).score.unwrap();
    assert!((half.downside * 2.0 - all.downside).abs() < 1e-12 && half.score < all.score);
    assert_eq!(score(&inputs(vec![cash(5)], &[])).score.unwrap().score, 1);
}

#[test]
fn the_curve_never_falls_and_goes_from_1_to_99() {
    assert_eq!((of_downside(-0.3), of_downside(0.0), of_downside(0.2), of_downside(0.25), of_downside(5.0)), (1, 1, 55, 63, 99));
    let all: Vec<u8> = (0..2_000).map(|n| of_downside(f64::from(n) / 2_000.0)).collect();
    assert!(all.is_sorted() && (1..=99).all(|s| all.contains(&s)), "every score can be reached");
}

#[test]
fn a_short_history_is_carried_by_its_class_and_the_interval_says_so() {
    let young = walk(9, 1, "2022-01-03", "2026-11-20");
    let alone = score(&inputs(vec![held("y", Some(AssetClass::Equity), 100)], &[("y", young.clone())]));
    assert!(matches!(&alone.parts[0].how, How::Not { why: Why::TooShort { percent: 20..30 } }), "{:?}", alone.parts[0].how);
    assert_eq!(alone.score, Err(Nothing::NothingModelled));
    let carried = score(&inputs(vec![held("y", Some(AssetClass::Equity), 100)], &[("y", young), ("class:equity", whole(3, 1))]));
    let How::Modelled { own_windows, stand_in_windows } = carried.parts[0].how else { panic!("{:?}", carried.parts[0]) };
    let s = carried.score.unwrap();
    assert_eq!(own_windows + stand_in_windows, s.windows);
    let (calmer, wilder) = s.stand_in.unwrap();
    assert!(calmer < s.downside && s.downside < wilder && s.low <= of_downside(calmer) && s.high >= of_downside(wilder));
}

#[test]
fn what_cannot_be_modelled_is_named_and_never_guessed() {
    let eur: Currency = "EUR".parse().unwrap();
    let h = [("x", whole(7, 1))];
    let all = vec![
        held("x", None, 600),
        held("fund", None, 100),
        held("share", Some(AssetClass::Equity), 100),
        Position { value: None, ..held("x", None, 0) },
        Position { currency: Some(eur.clone()), ..held("x", None, 50) },
        Position { security: None, name: "Not explained".into(), ..held("x", None, 200) },
        Position { value: Some(Decimal::MAX), ..held("x", None, 0) },
    ];
    let found = score(&inputs(all, &h));
    let why = |name: &str, value: Option<i64>| {
        let fits = |p: &&Part| p.position.name == name && value.is_none_or(|v| p.position.value == Some(v.into()));
        found.parts.iter().find(fits).map(|p| p.how.clone()).unwrap()
    };
    assert_eq!(why("fund", None), How::Not { why: Why::UnknownSecurity });
    assert_eq!(why("share", None), How::Not { why: Why::NoStandIn { class: AssetClass::Equity } });
    assert_eq!(why("x", Some(50)), How::Not { why: Why::NoRate { currency: eur } });
    assert_eq!(why("Not explained", None), How::Not { why: Why::Unexplained });
    assert!(found.parts.iter().any(|p| p.how == How::Not { why: Why::NoValue }));
    assert!(found.parts.iter().any(|p| p.how == How::Not { why: Why::TooLarge }));
    // 600 of 600 + 100 + 100 + 200; three have no value here.
    assert_eq!((found.coverage, found.modelled, found.in_scope, found.unvalued), (Some(Decimal::new(600, 1)), 600.into(), 1000.into(), 3));
    let s = found.score.unwrap();
    let (still, half) = s.not_modelled.unwrap();
    assert!((still - s.downside * 0.6).abs() < 1e-12 && (half - (s.downside * 0.6 + 0.2)).abs() < 1e-12);
}

#[test]
fn coverage_is_cut_and_not_rounded_up() {
    let found = score(&inputs(vec![held("x", None, 99_999), held("fund", None, 1)], &[("x", whole(7, 1))]));
    assert_eq!(found.coverage.unwrap().to_string(), "99.9");
}

#[test]
fn another_currency_moves_with_its_rate() {
    let eur: Currency = "EUR".parse().unwrap();
    let p = Position { currency: Some(eur.clone()), ..held("x", None, 100) };
    let in_eur = History { currency: eur.clone(), ..whole(7, 1) };
    let rate = whole(5, 3);
    let found = score(&inputs(vec![p, Position { currency: Some(eur), ..cash(1) }], &[("x", in_eur), ("rate:EUR", rate.clone())]));
    let today = rate.closes.last().unwrap().close;
    assert_eq!(found.in_scope, today * Decimal::from(101));
    assert!(found.parts.iter().all(|p| matches!(p.how, How::Modelled { .. })) && found.score.is_ok());
}

#[test]
fn splits_gaps_and_doubled_days_are_told_and_left_out() {
    let mut h = whole(7, 1);
    let split = h.closes.iter().position(|c| c.day >= day("2015-06-01")).unwrap();
    for c in &mut h.closes[..split] {
        c.close *= Decimal::from(2);
    }
    let twice = h.closes[split + 10];
    h.closes.push(twice);
    h.closes.push(Close { close: twice.close + Decimal::ONE, ..h.closes[split + 20] });
    h.closes.push(Close { close: Decimal::ZERO, day: day("2018-01-06") });
    h.closes.retain(|c| c.day < day("2019-03-01") || c.day > day("2019-05-01"));
    let found = score(&inputs(vec![held("x", None, 100)], &[("x", h.clone())]));
    let odd = &found.parts[0].odd;
    assert!(odd.iter().any(|o| matches!(o, Oddity::Split { day: d, .. } if *d == day("2015-06-01"))), "{odd:?}");
    assert!(odd.iter().any(|o| matches!(o, Oddity::Twice { days: 1, .. })));
    assert!(odd.iter().any(|o| matches!(o, Oddity::Disagree { days: 1, .. })));
    assert!(odd.iter().any(|o| matches!(o, Oddity::NotPositive { days: 1, .. })));
    assert!(odd.iter().any(|o| matches!(o, Oddity::Gap { .. })));
    assert!(odd.iter().all(|o| !o.words().is_empty()));
    assert!(matches!(found.parts[0].how, How::Not { why: Why::TooShort { .. } }), "half the windows are left");
    let carried = score(&inputs(vec![held("x", Some(AssetClass::Equity), 100)], &[("x", h), ("class:equity", whole(3, 1))]));
    assert!(matches!(carried.parts[0].how, How::Modelled { stand_in_windows: 1_900.., .. }), "{:?}", carried.parts[0].how);
}

#[test]
fn a_short_position_is_a_short_position() {
    let hedged =
        score(&inputs(vec![held("x", None, 200), held("y", None, -100)], &[("x", whole(7, 1)), ("y", whole(7, 1))])).score.unwrap();
    let plain = score(&inputs(vec![held("x", None, 200)], &[("x", whole(7, 1))])).score.unwrap();
    assert!((hedged.downside - plain.downside).abs() < 1e-12);
    let debt = score(&inputs(vec![held("x", None, 100), held("y", None, -100)], &[("x", whole(7, 1)), ("y", whole(8, 1))]));
    assert_eq!(debt.score, Err(Nothing::NotPositive));
}

#[test]
fn before_there_are_four_years_there_is_no_score() {
    let early = Inputs { as_of: day("2011-01-03"), ..inputs(vec![held("x", None, 1)], &[("x", whole(7, 1))]) };
    assert!(matches!(score(&early).score, Err(Nothing::TooFewWindows { windows: 500..700 })));
    let before = Inputs { as_of: day("2007-01-03"), ..early };
    assert!(score(&before).score.is_err());
}

#[test]
fn a_year_packs_small_and_comes_back_exact() {
    let h = whole(7, 1);
    let years: BTreeMap<i16, Vec<Close>> = h.closes.iter().fold(BTreeMap::new(), |mut all, c| {
        all.entry(c.day.year()).or_insert_with(Vec::new).push(*c);
        all
    });
    let mut bytes = 0;
    for (year, closes) in &years {
        let packed = pack::pack(*year, closes).unwrap();
        bytes += packed.len();
        assert_eq!(&pack::unpack(*year, &packed).unwrap(), closes);
    }
    assert!(bytes < h.closes.len() * 4, "{bytes} bytes for {} days", h.closes.len());
    assert!(pack::pack(2025, &years[&2024]).is_none() && pack::unpack(2024, &[9, 9]).is_none() && pack::unpack(2024, &[]).is_none());
    assert!(pack::unpack(2024, &[1, 2, 0x80]).is_none(), "cut short");
}

#[test]
fn a_file_is_read_row_by_row_and_each_reject_has_its_line() {
    let text = "Security,Date,Close,Currency,Class\n\
        vti,2026-11-18,100.5,,equity\n\
        VTI,2026-11-19,101,,\n\
        VTI,2026-11-19,101,,\n\
        VTI,2026-11-20,50,,\n\
        VTI,2026-11-20,51,,\n\
        VTI,2026-13-01,1,,\n\
        VTI,2027-01-04,1,,\n\
        VTI,2026-11-17,-3,,\n\
        ,2026-11-17,3,,\n\
        VTI,2026-11-16,12345678901234567890,,\n\
        rate:eur,2026-11-19,1.08,,\n\
        class:shares,2026-11-19,7,,\n\
        class:boats,2026-11-19,7,,\n\
        VTI,2026-11-13,1,EUR,\n";
    let read = file::histories(text.as_bytes(), &usd(), day("2026-11-20")).unwrap();
    assert_eq!((read.rows, read.twice), (14, 1));
    let lines: Vec<usize> = read.rejects.iter().map(|r| r.line).collect();
    assert_eq!(lines, [5, 6, 7, 8, 9, 10, 11, 14, 15], "{:?}", read.rejects);
    let keys: Vec<&str> = read.series.iter().map(|s| s.key.as_str()).collect();
    assert_eq!(keys, ["class:equity", "rate:EUR", "ticker:VTI"]);
    assert_eq!((read.series[2].closes.len(), read.series[2].class), (2, Some(AssetClass::Equity)));
    for bad in ["a,b\n1,2\n", "security,date\nx,2026-01-01\n", "security,ticker,date,close\n1,1,1,1\n", "x"] {
        assert!(file::histories(bad.as_bytes(), &usd(), day("2026-11-20")).is_err(), "{bad}");
    }
}

#[test]
fn splits_and_distributions_of_a_file_are_adjusted_for() {
    let text = "ticker,date,close,split,distribution\nX,2026-11-16,200,,\nX,2026-11-17,100,2,0\nX,2026-11-18,99,,1\n";
    let read = file::histories(text.as_bytes(), &usd(), day("2026-11-20")).unwrap();
    let closes: Vec<String> = read.series[0].closes.iter().map(|c| c.close.normalize().to_string()).collect();
    assert!(read.series[0].adjusted && read.rejects.is_empty());
    assert_eq!(closes, ["99", "99", "99"]);
}

fn seeded() -> ProptestConfig {
    ProptestConfig { cases: 8, rng_seed: RngSeed::Fixed(20_081_126), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn more_of_the_risky_and_less_cash_is_never_a_lower_score(seed in 0u64..500, value in 1i64..1_000_000, parts in 1i64..20) {
        let h = [("x", whole(seed, 1 + (seed % 4) as i64))];
        let of = |risky: i64| score(&inputs(vec![held("x", None, value * risky), cash(value * (20 - risky) + 1)], &h)).score.unwrap();
        let (less, more) = (of(parts - 1), of(parts));
        if more.downside > 0.0 {
            prop_assert!(less.score <= more.score && less.downside <= more.downside);
        }
    }

    #[test]
    fn neither_the_order_nor_the_size_of_money_matters(a in 0u64..500, b in 0u64..500, values in prop::collection::vec(1i64..1_000_000, 4), by in 1i64..1_000) {
        let h = [("x", whole(a, 1)), ("y", whole(b, 2)), ("class:equity", whole(3, 1))];
        let all = |by: i64| vec![
            held("x", None, values[0] * by),
            held("y", None, values[1] * by),
            held("z", Some(AssetClass::Equity), values[2] * by),
            held("fund", None, values[3] * by),
        ];
        let plain = score(&inputs(all(1), &h));
        let mut turned = all(1);
        turned.reverse();
        prop_assert_eq!(&score(&inputs(turned, &h)), &plain);
        let larger = score(&inputs(all(by), &h));
        prop_assert_eq!(larger.coverage, plain.coverage);
        let (p, l) = (plain.score.unwrap(), larger.score.unwrap());
        prop_assert!((p.downside - l.downside).abs() < 1e-9 && p.score.abs_diff(l.score) <= 1);
        let sum = Decimal::from(values.iter().sum::<i64>());
        let share = Decimal::from(values[..3].iter().sum::<i64>()) * Decimal::ONE_HUNDRED / sum;
        prop_assert_eq!(plain.coverage.unwrap(), share.trunc_with_scale(1));
        prop_assert!(p.low <= p.score && p.score <= p.high && (1..=99).contains(&p.low) && p.high <= 99);
    }
}
