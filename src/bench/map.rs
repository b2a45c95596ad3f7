//! The household map: laid out and drawn as SVG, processor time for each.

use super::machine;
use crate::Trouble;
use clap::Args;
use model::map::{Household, Item, Person, lay};
use serde_json::{Value, json};
use std::time::Instant;
use web::icons;
use web::view::kit::Kind;
use web::view::map::{Freshness, Map, MapAct, MapItem, MapPerson, MapShelf, Panel, Part, Purse};

#[derive(Args)]
pub struct Options {
    #[arg(long, default_value_t = 60, value_name = "N")]
    items: usize,
    #[arg(long, default_value_t = 6, value_name = "N")]
    members: usize,
    #[arg(long, default_value_t = 1000, value_name = "N")]
    rounds: usize,
}

pub fn run(o: &Options) -> Result<Value, Trouble> {
    let rounds = o.rounds.max(1);
    let (mut laying, mut drawing) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    let (mut bytes, mut size) = (0, (0, 0));
    let before = machine::cpu()?;
    for _ in 0..rounds {
        let (household, items, people, panel) = made(o);
        let began = Instant::now();
        let placed = lay(&household);
        laying.push(began.elapsed());
        size = (placed.width, placed.height);
        let shelves = placed.shelves.iter().map(|_| shelf()).collect();
        let map = Map { household: "Okafor–Lindqvist".into(), about: String::new(), drawing: placed, items, people, shelves, panel };
        let began = Instant::now();
        bytes = std::hint::black_box(map.to_string()).len();
        drawing.push(began.elapsed());
    }
    let cpu = machine::cpu()? - before;
    laying.sort_unstable();
    drawing.sort_unstable();
    let us = |t: std::time::Duration| machine::round(t.as_secs_f64() * 1e6);
    let last = (rounds * 99 / 100).min(rounds - 1);
    Ok(json!({
        "bench": "map",
        "items": o.items,
        "members": o.members,
        "rounds": rounds,
        "lay_us": { "median": us(laying[rounds / 2]), "p99": us(laying[last]) },
        "draw_us": { "median": us(drawing[rounds / 2]), "p99": us(drawing[last]) },
        // With the making of what is drawn.
        "cpu_us_per_map": machine::round(cpu.as_secs_f64() * 1e6 / rounds as f64),
        "svg_bytes": bytes,
        "width": size.0,
        "height": size.1,
    }))
}

fn shelf() -> MapShelf {
    MapShelf {
        whose: "Ngozi Okafor".into(),
        name: "Retirement",
        short: "Retirement",
        kind: Kind::Retire,
        sum: "$717,420".into(),
        sum_short: String::new(),
        list: "w-1".into(),
    }
}

fn made(o: &Options) -> (Household, Vec<MapItem>, Vec<MapPerson>, Panel) {
    let members = o.members.max(1);
    let people = (0..members).map(|n| MapPerson {
        id: format!("w-{n}"),
        name: format!("Ngozi {n} Okafor"),
        about: "46 years old".into(),
        initials: "NO".into(),
        adult: n < 2,
    });
    let items = (0..o.items).map(|n| MapItem {
        id: format!("i-{n}"),
        name: format!("Workplace 401(k) number {n}"),
        place: "Larchmont Workplace ••4821".into(),
        kind: Kind::ALL[n % Kind::ALL.len()],
        icon: icons::RETIRE,
        value: "$412,380.25".into(),
        unit: "",
        unknown: false,
        held_away: n % 2 == 0,
        freshness: Freshness::ALL[n % Freshness::ALL.len()],
        owner: "Ngozi".into(),
        as_of: "19 Nov 2026".into(),
        times: vec!["Synced today, 6:12 AM".into(), "Value as of yesterday".into()],
        href: format!("/accounts/acct_{n}"),
        acts: vec![MapAct { icon: icons::RIGHT, word: "Open account".into(), href: format!("/accounts/acct_{n}"), sheet: false }],
    });
    let panel = Panel {
        caption: "Household net worth",
        purses: vec![Purse {
            net: "$2,252,040".into(),
            assets: "$2,701,390".into(),
            debts: "−$449,350".into(),
            held_away: "$714,650".into(),
            managed: "$853,740".into(),
        }],
        note: String::new(),
        parts: vec![Part { kind: Kind::Retire, name: "Retirement", share: 360, percent: "36%".into() }; 4],
    };
    let owners = |n: usize| if n.is_multiple_of(4) && members > 1 { vec![0, 1] } else { vec![n % members] };
    let household = Household {
        people: (0..members).map(|n| Person { adult: n < 2 }).collect(),
        items: (0..o.items).map(|n| Item { shelf: (n % 6) as u8, owners: owners(n), wide: false }).collect(),
        panel: panel.height(),
    };
    (household, items.collect(), people.collect(), panel)
}
