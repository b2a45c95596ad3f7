//! What a file holds, as the sheet shows it.

use super::{Frame, said};
use crate::accounts::kind_name;
use crate::view::imports::{ImportColumn, ImportRow, ImportSheet, ImportTable};
use crate::view::kit::{Field, FieldKind, Pick, Select};
use crate::view::words;
use app::imports::{Answers, Grid, View};
use model::import::{Days, Role, Rows};
use model::{AccountKind, ImportId, Money};

pub(super) fn sheet(frame: &Frame<'_>, import: ImportId, v: &View, answers: &Answers, wrong: &[app::Field]) -> ImportSheet {
    let found = &v.found;
    let movements = |external: &str| found.trades.iter().filter(|t| t.account == external).count();
    let accounts = found.accounts.iter().map(|a| {
        let money = a.value.zip(a.currency.clone()).map(|(amount, currency)| words::money(&Money { amount, currency }));
        ImportRow {
            name: a.name.clone(),
            kind: kind_name(a.kind),
            value: money.unwrap_or_else(|| "Not in the file".into()),
            as_of: a.as_of_day.to_string(),
            holdings: a.positions.as_ref().map_or_else(|| "–".into(), |p| p.len().to_string()),
            movements: movements(&a.external_id).to_string(),
        }
    });
    let currency = match &v.grid {
        Some(g) => Some(g.mapping.currency.clone()),
        None => found.asks_currency.then(|| answers.currency.clone()),
    };
    let currencies = |chosen: Option<model::Currency>| {
        let mut picks = vec![Pick::new("", "Choose", chosen.is_none())];
        let is = |code: &str| chosen.as_ref().is_some_and(|c| c.code() == code);
        picks.extend(app::accounts::CURRENCIES.iter().map(|(code, text)| Pick::new(*code, format!("{code}, {text}"), is(code))));
        Select::new("currency", "Currency", picks).hint("Never guessed, never converted").error(said(wrong, "currency"))
    };
    let owed = found.asks_owed.then(|| {
        let picks = vec![
            Pick::new("", "Choose", answers.owed.is_none()),
            Pick::new("owed", "It is owed", answers.owed == Some(true)),
            Pick::new("own", "It is in your favour", answers.owed == Some(false)),
        ];
        Select::new("owed", "The balance of cards and loans", picks).error(said(wrong, "owed"))
    });
    let mut about = vec![v.file.institution.clone()];
    about.extend(v.member.as_ref().map(|m| m.name.clone()));
    about.extend(v.grid.as_ref().map(|g| words::count(g.rows, "row", "rows")));
    ImportSheet {
        action: format!("{}/import/{import}", frame.base()),
        csrf: String::new(),
        file: v.file.name.clone(),
        about: about.join(" · "),
        accounts: accounts.collect(),
        notes: found.notes.clone(),
        currency: currency.map(currencies),
        owed,
        table: v.grid.as_ref().map(|g| table(g, wrong)),
        hopeless: found.wrong.iter().any(|f| f.name == "file"),
        again: format!("{}/import", frame.base()),
        cancel: format!("{}/accounts", frame.base()),
    }
}

fn table(g: &Grid, wrong: &[app::Field]) -> ImportTable {
    let m = &g.mapping;
    let column = |(i, heading): (usize, &String)| ImportColumn {
        heading: if heading.is_empty() { format!("Column {}", i + 1) } else { heading.clone() },
        cells: g.sample.iter().map(|row| row.get(i).cloned().unwrap_or_default()).collect(),
        picks: Role::ALL.iter().map(|(role, key, text)| Pick::new(*key, *text, m.columns.get(i) == Some(role))).collect(),
    };
    let kinds = AccountKind::ALL.iter().map(|k| Pick::new(k.key(), kind_name(*k), k.key() == g.kind));
    let pick = |value: &str, text: &str, chosen: bool| Pick::new(value, text, chosen);
    ImportTable {
        remembered: g.remembered,
        error: said(wrong, "columns"),
        rows: Select::new(
            "rows",
            "Each row is",
            vec![
                pick("holdings", "something the account holds", m.rows == Rows::Holdings),
                pick("movements", "a movement in the account", m.rows == Rows::Movements),
            ],
        ),
        days: Select::new(
            "days",
            "Dates are written",
            vec![
                pick("", "Choose", m.days.is_none()),
                pick("ymd", "year first: 2026-11-20", m.days == Some(Days::YearFirst)),
                pick("mdy", "month first: 11/20/2026", m.days == Some(Days::MonthFirst)),
                pick("dmy", "day first: 20.11.2026", m.days == Some(Days::DayFirst)),
            ],
        )
        .error(said(wrong, "days")),
        comma: Select::new(
            "comma",
            "Amounts are written",
            vec![
                pick("", "Choose", m.comma.is_none()),
                pick("point", "with a point: 1,234.56", m.comma == Some(false)),
                pick("comma", "with a comma: 1.234,56", m.comma == Some(true)),
            ],
        )
        .error(said(wrong, "comma")),
        name: Field::new("name", "Name of the account").value(&g.name).error(said(wrong, "name")),
        kind: Select::new("kind", "Kind", std::iter::once(pick("", "Choose", g.kind.is_empty())).chain(kinds).collect())
            .error(said(wrong, "kind")),
        mask: Field::new("mask", "Last four digits").value(&g.mask).optional().error(said(wrong, "mask")),
        as_of: Field::new("as_of", "Day of the holdings").kind(FieldKind::Date).value(&g.as_of).error(said(wrong, "as_of")),
        columns: g.heading.iter().enumerate().map(column).collect(),
    }
}
