//! The drawing as SVG: attributes and classes alone, no style. What eyes see is in the accessible names.

use super::{Freshness, Map, MapItem, MapShelf};
use crate::icons::{self as icon, Icon};
use model::map::{Rect, Seat, Shelf, TILE_HEIGHT, Tile, What, cut, width};
use std::borrow::Cow;
use std::fmt::{Formatter, Result};

/// As text or attribute.
pub(crate) fn esc(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A figure is never cut: what is too long for its room is set narrower.
pub(super) fn squeeze(text: &str, size: f32, room: f32) -> String {
    if width(text, size) <= room { String::new() } else { format!(r#" textLength="{room:.0}" lengthAdjust="spacingAndGlyphs""#) }
}

/// A name as it fits. One that is written from right to left is kept apart, so that its ellipsis stands at its end.
fn name(text: &str, size: f32, room: f32) -> String {
    esc(&name_plain(text, size, room)).into_owned()
}

/// The same, not yet for the page.
fn name_plain(text: &str, size: f32, room: f32) -> String {
    let kept = cut(text, size, room);
    let back = kept.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'));
    if back { format!("\u{2068}{kept}\u{2069}") } else { kept }
}

pub(super) fn draw(m: &Map, f: &mut Formatter<'_>) -> Result {
    let d = &m.drawing;
    write!(
        f,
        r#"<svg class="map{}" viewBox="0 0 {} {}" role="group" aria-labelledby="map-t map-d"><title id="map-t">Household map of {}</title><desc id="map-d">{}</desc>"#,
        m.size(),
        d.width,
        d.height,
        esc(&m.household),
        esc(&m.about)
    )?;
    for wire in &d.wires {
        write!(f, r#"<path class="wire" d="{wire}"/>"#)?;
    }
    for (shelf, words) in d.shelves.iter().zip(&m.shelves) {
        draw_shelf(m, shelf, words, f)?;
    }
    let mut adults = 0;
    for seat in &d.seats {
        draw_seat(m, seat, &mut adults, f)?;
    }
    if let Some((x, y)) = d.joint {
        write!(
            f,
            r#"<rect class="pill" x="{}" y="{}" width="54" height="26" rx="13"/><text class="lg mid" x="{x}" y="{}">Joint</text>"#,
            x - 27,
            y - 13,
            y + 4
        )?;
    }
    if let Some(at) = d.panel {
        m.panel.draw(at, f)?;
    }
    if let Some(at) = d.legend {
        legend(at, f)?;
    }
    f.write_str("</svg>")
}

fn draw_shelf(m: &Map, shelf: &Shelf, words: &MapShelf, f: &mut Formatter<'_>) -> Result {
    let class = words.kind.class();
    let sum = if words.sum.is_empty() { String::new() } else { format!(", {}", words.sum) };
    write!(f, r#"<g class="{class}" role="group" aria-label="{}">"#, esc(&format!("{}: {}{sum}", words.whose, words.name)))?;
    if let Some(at) = shelf.label {
        label(at, shelf.mirrored, words, f)?;
    }
    if let Some((from, to, y)) = shelf.line {
        write!(f, r#"<path class="shelf" d="M{from} {y}H{to}"/>"#)?;
    }
    if let (Some((x, y)), Some(at)) = (shelf.node, shelf.label) {
        // Two on one line share the place where they meet the trunk.
        if at.x >= x && !shelf.mirrored {
            write!(f, r#"<path class="node" d="M{x} {}a4 4 0 0 1 0 8z"/>"#, y - 4)?;
        } else {
            write!(f, r#"<circle class="node" cx="{x}" cy="{y}" r="4"/>"#)?;
        }
    }
    for tile in &shelf.tiles {
        match tile.what {
            What::Item(n) => match m.items.get(n) {
                Some(item) => draw_tile(tile, item, f)?,
                None => continue,
            },
            What::More(n) => draw_more(tile.at, n, words, f)?,
        }
    }
    f.write_str("</g>")
}

/// Name and sum above a shelf, each as it has room.
fn label(at: Rect, mirrored: bool, words: &MapShelf, f: &mut Formatter<'_>) -> Result {
    let (left, right, y) = (at.x, at.right(), at.y + 12);
    let room = at.w as f32 - 12.0;
    let fits = |n: &str, s: &str| width(n, 12.4) + width(s, 12.0) <= room;
    let pairs = [(words.name, words.sum.as_str()), (words.short, &words.sum), (words.short, &words.sum_short), (words.short, "")];
    let (title, sum) = pairs.into_iter().find(|(n, s)| fits(n, s)).unwrap_or((words.short, ""));
    let (a, b) = if mirrored { (right, left) } else { (left, right) };
    let (end, start) = if mirrored { (" rt", "") } else { ("", " rt") };
    write!(f, r#"<text class="g-name{end}" x="{a}" y="{y}">{}</text>"#, esc(title))?;
    if sum.is_empty() { Ok(()) } else { write!(f, r#"<text class="g-sum{start}" x="{b}" y="{y}">{}</text>"#, esc(sum)) }
}

fn draw_tile(tile: &Tile, i: &MapItem, f: &mut Formatter<'_>) -> Result {
    let Rect { x, y, w, .. } = tile.at;
    let away = if i.held_away { " away" } else { "" };
    let off = if i.freshness == Freshness::Muted { " off" } else { "" };
    write!(f, r#"<g class="tile {}{away}{off}">"#, i.kind.class())?;
    let room = (w - 53 - 12) as f32;
    // The badge stands in the corner above the name, a pencil beside it.
    let beside = if i.freshness == Freshness::ByHand { 11.0 } else { 6.0 };
    let shown = name(&i.name, 12.5, room - beside);
    // Who speaks to the page says what they see of a name that is cut; the whole of it follows.
    let said = if shown == esc(&i.name) {
        i.label()
    } else {
        format!("{} {}, {}", name_plain(&i.name, 12.5, room - beside), i.figure(), i.label())
    };
    let tip = i.tip();
    // Where its page is not shared it is no link, and still reached and read.
    let element = if i.href.is_empty() { "g" } else { "a" };
    write!(f, r#"<{element} class="t""#)?;
    if i.href.is_empty() {
        f.write_str(r#" role="img" tabindex="0""#)?;
    } else {
        write!(f, r#" href="{}""#, esc(&i.href))?;
    }
    write!(f, r#" data-row="{}" data-tip="{}" aria-label="{}">"#, esc(&i.id), esc(&tip), esc(&said))?;
    let round = if i.kind == crate::view::kit::Kind::Income { "26.5" } else { "11" };
    write!(f, r#"<rect class="t-bg" x="{x}.5" y="{y}.5" width="{}" height="{}" rx="{round}"/>"#, w - 1, TILE_HEIGHT - 1)?;
    write!(f, r#"<circle class="t-plate" cx="{}" cy="{}" r="16"/>"#, x + 28, y + TILE_HEIGHT / 2)?;
    stroke("t-ico", i.icon, f64::from(x) + 18.4, f64::from(y) + 17.4, ".8", f)?;
    write!(f, r#"<text class="t-name" x="{}" y="{}">{shown}</text>"#, x + 53, y + 22)?;
    let (unit, unit_room) = match i.unit {
        "" => (String::new(), 0.0),
        unit => (format!(r#"<tspan class="t-unit"> {unit}</tspan>"#), width(unit, 11.5) + 5.0),
    };
    let room = room - unit_room;
    let size = [("", 14.5), (" m", 12.5), (" s", 11.0)].into_iter().find(|(_, s)| width(&i.value, *s) <= room).unwrap_or((" s", 11.0));
    let none = if i.unknown { " none" } else { "" };
    let tight = squeeze(&i.value, size.1, room);
    let value = esc(&i.value);
    match tight.is_empty() {
        true => write!(f, r#"<text class="t-val{}{none}" x="{}" y="{}">{value}{unit}</text>"#, size.0, x + 53, y + 41)?,
        false => write!(f, r#"<text class="t-val{}{none}" x="{}" y="{}"{tight}>{value}</text>"#, size.0, x + 53, y + 41)?,
    }
    if i.freshness == Freshness::ByHand {
        stroke("pen", icon::PENCIL, f64::from(x + w - 23), f64::from(y + 10), ".5", f)?;
    }
    badge(i.freshness, x + w - 9, y + 7, f)?;
    write!(f, "</{element}>")?;
    if !i.acts.is_empty() {
        let (dx, dy) = (x + w - 25, y + TILE_HEIGHT - 26);
        write!(
            f,
            r##"<a class="t-more" href="?view=list#{}" aria-label="{}"><rect class="hit" x="{dx}" y="{dy}" width="24" height="24" rx="6"/><path class="dots" d="M{} {}v.1m0 5v.1m0 5v.1"/></a>"##,
            esc(&i.id),
            esc(&format!("More for {}", i.name)),
            dx + 14,
            dy + 7
        )?;
    }
    f.write_str("</g>")
}

/// What has no room on its shelf: how many, and the way to them.
fn draw_more(at: Rect, n: usize, words: &MapShelf, f: &mut Formatter<'_>) -> Result {
    let Rect { x, y, w, h } = at;
    let said = format!("{n} more in {} of {}, in the list", words.name, words.whose);
    write!(
        f,
        r##"<a class="t more" href="?view=list#{}" aria-label="{}"><rect class="t-bg" x="{x}.5" y="{y}.5" width="{}" height="{}" rx="11"/><text class="t-name mid" x="{}" y="{}">+{n} more</text></a>"##,
        esc(&words.list),
        esc(&said),
        w - 1,
        h - 1,
        x + w / 2,
        y + 31
    )
}

fn draw_seat(m: &Map, s: &Seat, adults: &mut usize, f: &mut Formatter<'_>) -> Result {
    let Some(p) = m.people.get(s.person) else { return Ok(()) };
    let (x, y) = (s.x, s.y);
    let said = if p.about.is_empty() { p.name.clone() } else { format!("{}, {}", p.name, p.about) };
    write!(f, r#"<g role="group" aria-label="{}">"#, esc(&said))?;
    if s.child {
        let room = s.label.w as f32;
        write!(
            f,
            r#"<circle class="p-disc c" cx="{x}" cy="{y}" r="24"/><text class="p-init c s" x="{x}" y="{}.5">{}</text><text class="p-name s st-a" x="{}" y="{}">{}</text><text class="p-sub st-a" x="{}" y="{}">{}</text>"#,
            y + 5,
            esc(&p.initials),
            x + 34,
            if p.about.is_empty() { y + 5 } else { y },
            name(&p.name, 13.5, room),
            x + 34,
            y + 16,
            name(&p.about, 12.0, room)
        )?;
    } else {
        let class = if *adults % 2 == 1 { " b" } else { "" };
        *adults += 1;
        write!(
            f,
            r#"<circle class="p-halo" cx="{x}" cy="{y}" r="56"/><circle class="p-disc{class}" cx="{x}" cy="{y}" r="50"/><text class="p-init{class}" x="{x}" y="{}">{}</text><text class="p-name" x="{x}" y="{}">{}</text><text class="p-sub" x="{x}" y="{}">{}</text>"#,
            y + 9,
            esc(&p.initials),
            y + 76,
            name(&p.name, 15.5, 196.0),
            y + 94,
            name(&p.about, 12.0, 196.0)
        )?;
    }
    f.write_str("</g>")
}

fn stroke(class: &str, i: Icon, x: f64, y: f64, scale: &str, f: &mut Formatter<'_>) -> Result {
    let thick = if class == "pen" { r#" stroke-width="2.8""# } else { "" };
    write!(f, r#"<path class="{class}" transform="translate({x} {y}) scale({scale})" d="{}"{thick}/>"#, i.path())
}

fn badge(c: Freshness, x: i32, y: i32, f: &mut Formatter<'_>) -> Result {
    let Some((tone, path)) = c.badge() else { return Ok(()) };
    let spin = if c == Freshness::Syncing { " spin" } else { "" };
    write!(
        f,
        r#"<g class="{}" transform="translate({x} {y})"><circle class="badge-bg" r="9"/><path class="badge-gl{spin}" d="{path}"/></g>"#,
        tone.class()
    )
}

fn legend(at: Rect, f: &mut Formatter<'_>) -> Result {
    let (x, y) = (at.x, at.y + 14);
    write!(
        f,
        r#"<g role="group" aria-label="Legend"><text class="cap" x="{x}" y="{y}">Reading this map</text><rect class="t-bg" x="{x}.5" y="{}.5" width="27" height="15" rx="5"/><text class="lg" x="{}" y="{}">Managed here</text><path class="pen" transform="translate({} {}) scale(.5)" d="{}" stroke-width="2.8"/><text class="lg" x="{}" y="{}">Entered by hand</text><g class="away k-invest"><rect class="t-bg" x="{x}.5" y="{}.5" width="27" height="15" rx="5"/></g><text class="lg" x="{}" y="{}">Held away</text>"#,
        y + 14,
        x + 38,
        y + 26,
        x + 135,
        y + 16,
        icon::PENCIL.path(),
        x + 158,
        y + 26,
        y + 38,
        x + 38,
        y + 50
    )?;
    for (n, c) in [Freshness::InSync, Freshness::Old, Freshness::Attention, Freshness::Syncing].into_iter().enumerate() {
        let (dx, dy) = ((n as i32 % 2) * 132, (n as i32 / 2) * 24);
        // Nothing turns in a legend.
        if let Some((tone, path)) = c.badge() {
            write!(
                f,
                r#"<g class="{}" transform="translate({} {})"><circle class="badge-bg" r="9"/><path class="badge-gl" d="{path}"/></g><text class="lg" x="{}" y="{}">{}</text>"#,
                tone.class(),
                x + 9 + dx,
                y + 72 + dy,
                x + 26 + dx,
                y + 76 + dy,
                c.word()
            )?;
        }
    }
    f.write_str("</g>")
}
