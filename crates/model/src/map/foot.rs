//! The foot of the map: children below the line in the middle, the totals in the lower right corner, the legend in the lower left one.

use super::shelves::shown;
use super::{GAP, Of, Plan, Rect, Seat, Shelf, TILE_HEIGHT, TILE_WIDTH, Tile};

/// From one child to the next.
const STEP: i32 = 216;
const PANEL_WIDTH: i32 = 364;
const LEGEND: (i32, i32) = (290, 124);
const EDGE: i32 = 24;

pub(super) struct Foot {
    /// How far down the wings and the middle reach.
    pub left: i32,
    pub right: i32,
    pub center: i32,
    /// Where the line to the children begins.
    pub from: i32,
    pub had_spine: bool,
}

impl Foot {
    pub fn stand(&self, p: &mut Plan<'_>, children: &[usize], items: &[Vec<usize>]) {
        let (middle, width) = (p.middle, p.out.width);
        // The middle, between the trunks: a row that has room there stands beside the wings, a longer one below them.
        let (low, high) = (middle - p.trunk, middle + p.trunk);
        let (mut from, mut to) = (low, high);
        let mut y = self.center;
        let most = ((width - 2 * EDGE + STEP - TILE_WIDTH) / STEP).max(2) as usize;
        // Over several rows the line goes down between two of them.
        let each = if children.len() <= most { children.len().max(1) } else { most / 2 * 2 };
        let rows: Vec<&[usize]> = children.chunks(each).collect();
        let mut line = self.from;
        for (n, row) in rows.iter().enumerate() {
            let wide = row.len() as i32 * STEP - (STEP - TILE_WIDTH);
            let first = middle - wide / 2;
            let inside = first >= low && first + wide <= high;
            if !inside {
                y = y.max(self.left).max(self.right);
                (from, to) = (from.min(first), to.max(first + wide + 80));
            }
            let at = y + if n > 0 || self.had_spine || !inside { 50 } else { 42 };
            bus(p, row.len(), first, line, at);
            line = at - 42;
            for (column, child) in row.iter().enumerate() {
                let left = first + column as i32 * STEP;
                // Beside the right wing's trunk, where it reaches so far down.
                let trunk = if self.right > at - 30 { high - 4 } else { high + 8 };
                let end = if inside && column + 1 == row.len() { trunk } else { width - 4 };
                let room = if rows.len() > 1 { 70 } else { 140 }.min(end - left - TILE_WIDTH / 2 - 32);
                y = y.max(stand(p, *child, &items[*child], left, at, room));
            }
            y += 8;
        }
        let bottom = y.max(self.center);
        let mut height = bottom + 8;
        // Beside the middle where there is room, otherwise below it.
        let panel_x = width - EDGE - PANEL_WIDTH;
        let under = if to + 12 > panel_x { bottom + 20 } else { height - p.h.panel - EDGE };
        let panel_y = under.max(self.right + 12).max(super::TOP);
        height = height.max(panel_y + p.h.panel + EDGE);
        let under = if from - 12 < EDGE + LEGEND.0 { bottom + 20 } else { height - LEGEND.1 - 16 };
        let legend_y = under.max(self.left + 12).max(super::TOP);
        height = height.max(legend_y + LEGEND.1 + 16);
        // Both stand on the same ground.
        let legend_y = legend_y.max(height - LEGEND.1 - 16);
        let panel_y = panel_y.max(height - p.h.panel - EDGE);
        p.out.height = height;
        p.out.panel = Some(Rect { x: panel_x, y: panel_y, w: PANEL_WIDTH, h: p.h.panel });
        p.out.legend = Some(Rect { x: EDGE, y: legend_y, w: LEGEND.0, h: LEGEND.1 });
    }
}

/// The line that leads to a row of children.
fn bus(p: &mut Plan<'_>, many: usize, first: i32, from: i32, at: i32) {
    let (middle, top) = (p.middle, at - 42);
    let x = |n: usize| first + n as i32 * STEP + TILE_WIDTH / 2;
    if many == 1 {
        return p.wire(format!("M{middle} {from}V{}", at - 24));
    }
    let (a, b) = (x(0), x(many - 1));
    p.wire(format!("M{middle} {from}V{top}M{a} {}V{}q0-10 10-10H{}q10 0 10 10V{}", at - 24, top + 10, b - 10, at - 24));
    for n in 1..many - 1 {
        p.wire(format!("M{} {top}V{}", x(n), at - 24));
    }
}

/// One child with what is theirs below; says how far down it reaches.
fn stand(p: &mut Plan<'_>, child: usize, items: &[usize], left: i32, at: i32, room: i32) -> i32 {
    let x = left + TILE_WIDTH / 2;
    p.out.seats.push(Seat { person: child, x, y: at, r: 24, label: Rect { x: x + 32, y: at - 14, w: room, h: 34 }, child: true });
    if items.is_empty() {
        return at + 40;
    }
    p.wire(format!("M{x} {}V{}", at + 24, at + 38));
    let mut y = at + 38;
    let tiles = shown(items).into_iter().map(|what| {
        let tile = Tile { at: Rect { x: left, y, w: TILE_WIDTH, h: TILE_HEIGHT }, what };
        y += TILE_HEIGHT + GAP;
        tile
    });
    let tiles = tiles.collect();
    let of = Of::Person(child);
    p.out.shelves.push(Shelf { of, kind: None, label: None, mirrored: false, line: None, node: None, tiles, items: items.to_vec() });
    y
}
