//! The totals in the corner of the map: for each currency its own, exact, and never added to another's.

use super::svg::{esc, squeeze};
use crate::view::kit::Kind;
use model::map::{Rect, width};
use std::fmt::{Formatter, Result};

/// So many currencies have their totals on the drawing; the list has all.
const SHOWN: usize = 3;
const ROOM: f32 = 324.0;

/// The totals of one currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Purse {
    pub net: String,
    pub assets: String,
    pub debts: String,
    pub held_away: String,
    pub managed: String,
}

/// A kind's part of what is owned.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub kind: Kind,
    pub name: &'static str,
    /// In thousandths.
    pub share: i32,
    pub percent: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    pub caption: &'static str,
    pub purses: Vec<Purse>,
    /// "2 accounts without a value are not counted."; "" when all have one.
    pub note: String,
    /// Where everything is of one currency.
    pub parts: Vec<Part>,
}

enum Row<'a> {
    Caption(&'a str),
    Net(&'a str),
    /// The totals of one of several currencies.
    Sum(&'a str),
    Pair([(&'static str, &'a str); 2]),
    One(&'static str, &'a str),
    Note(&'a str),
    Bar,
    Parts(&'a [Part]),
}

impl Row<'_> {
    fn height(&self) -> i32 {
        match self {
            Row::Caption(_) => 22,
            Row::Net(_) => 36,
            Row::Sum(_) => 26,
            Row::Pair(_) | Row::One(..) | Row::Note(_) => 20,
            Row::Bar => 30,
            Row::Parts(_) => 22,
        }
    }
}

impl Panel {
    fn rows(&self) -> Vec<Row<'_>> {
        let mut out = vec![Row::Caption(self.caption)];
        let several = self.purses.len() > 1;
        if self.purses.is_empty() {
            out.push(Row::Sum("Not known yet"));
        }
        for p in self.purses.iter().take(SHOWN) {
            out.push(if several { Row::Sum(&p.net) } else { Row::Net(&p.net) });
            for pair in
                [[("Assets", p.assets.as_str()), ("Debts", p.debts.as_str())], [("Held away", &p.held_away), ("Managed here", &p.managed)]]
            {
                let wide = |(name, value): &(&str, &str)| width(name, 12.0) + width(value, 13.0) + 8.0;
                if wide(&pair[0]) + wide(&pair[1]) + 12.0 <= ROOM {
                    out.push(Row::Pair(pair));
                } else {
                    out.extend(pair.map(|(name, value)| Row::One(name, value)));
                }
            }
        }
        if self.purses.len() > SHOWN {
            out.push(Row::Note("More currencies stand in the list."));
        }
        if !self.note.is_empty() {
            out.push(Row::Note(&self.note));
        }
        if !self.parts.is_empty() {
            out.push(Row::Bar);
            out.extend(self.parts.chunks(2).map(Row::Parts));
        }
        out
    }

    pub fn height(&self) -> i32 {
        self.rows().iter().map(Row::height).sum::<i32>() + 26
    }

    fn label(&self) -> String {
        let said = self
            .purses
            .iter()
            .map(|p| format!("{}, assets {}, debts {}, held away {}, managed here {}", p.net, p.assets, p.debts, p.held_away, p.managed));
        let said: Vec<String> = said.collect();
        let said = if said.is_empty() { "not known yet".into() } else { said.join("; ") };
        format!("{}: {said}. {}", self.caption, self.note).trim().to_owned()
    }

    pub(super) fn draw(&self, at: Rect, f: &mut Formatter<'_>) -> Result {
        let Rect { x, y, w, h } = at;
        write!(
            f,
            r#"<g role="group" aria-label="{}"><rect class="panel" x="{x}" y="{y}" width="{w}" height="{h}" rx="14"/>"#,
            esc(&self.label())
        )?;
        let (left, right) = (x + 20, x + w - 20);
        let mut top = y + 13;
        for row in self.rows() {
            let base = top + row.height() - 6;
            match &row {
                Row::Caption(t) => write!(f, r#"<text class="cap" x="{left}" y="{base}">{t}</text>"#)?,
                Row::Net(t) => {
                    let (class, size) = [("big", 31.0), ("big m", 24.0), ("big s", 18.0)]
                        .into_iter()
                        .find(|(_, s)| width(t, *s) <= ROOM)
                        .unwrap_or(("big s", 18.0));
                    write!(f, r#"<text class="{class}" x="{left}" y="{}"{}>{}</text>"#, base - 2, squeeze(t, size, ROOM), esc(t))?;
                }
                Row::Sum(t) => write!(f, r#"<text class="big s" x="{left}" y="{base}"{}>{}</text>"#, squeeze(t, 18.0, ROOM), esc(t))?,
                Row::Pair([a, b]) => {
                    let pair = |(name, value): &(&str, &str)| format!(r#"{name} <tspan class="lgb" dx="4">{}</tspan>"#, esc(value));
                    write!(
                        f,
                        r#"<text class="lg" x="{left}" y="{base}">{}</text><text class="lg rt" x="{right}" y="{base}">{}</text>"#,
                        pair(a),
                        pair(b)
                    )?;
                }
                Row::One(name, value) => {
                    let room = ROOM - width(name, 12.0) - 12.0;
                    write!(
                        f,
                        r#"<text class="lg" x="{left}" y="{base}">{name}</text><text class="lgb rt" x="{right}" y="{base}"{}>{}</text>"#,
                        squeeze(value, 13.0, room),
                        esc(value)
                    )?;
                }
                Row::Note(t) => write!(f, r#"<text class="lg" x="{left}" y="{base}"{}>{}</text>"#, squeeze(t, 12.0, ROOM), esc(t))?,
                Row::Bar => self.bar(left, base - 12, f)?,
                Row::Parts(two) => {
                    for (n, p) in two.iter().enumerate() {
                        let cx = left + n as i32 * 172;
                        let class = p.kind.class();
                        write!(
                            f,
                            r#"<circle class="node {class}" cx="{}" cy="{}" r="4.5"/><text class="lg" x="{}" y="{base}">{}</text><text class="lg rt st" x="{}" y="{base}">{}</text>"#,
                            cx + 5,
                            base - 4,
                            cx + 16,
                            p.name,
                            cx + 148,
                            p.percent
                        )?;
                    }
                }
            }
            top += row.height();
        }
        f.write_str("</g>")
    }

    fn bar(&self, left: i32, y: i32, f: &mut Formatter<'_>) -> Result {
        let full = ROOM as i32 - 2 * (self.parts.len() as i32 - 1);
        let mut x = left;
        for p in &self.parts {
            // What is there is seen, however small it is.
            let w = (full * p.share / 1000).max(2);
            write!(f, r#"<rect class="seg-r {}" x="{x}" y="{y}" width="{w}" height="12" rx="2"/>"#, p.kind.class())?;
            x += w + 2;
        }
        Ok(())
    }
}
