//! Shelves one below another, narrow ones side by side, each with its tiles in rows.

use super::{AISLE, GAP, Household, Of, Racks, Rect, SHOWN, Shelf, TILE_HEIGHT, TILE_WIDTH, Tile, What};

const STEP: i32 = TILE_WIDTH + GAP;
/// From a shelf's name to its line, and from there to its tiles.
const NAME: i32 = 20;
const DROP: i32 = 8;
const BETWEEN: i32 = 18;

/// Where columns are.
pub(super) enum Grid {
    /// Counted from the trunk outwards.
    Wing { left: bool, inner: i32, trunk: i32, columns: usize },
    /// Counted from the left, half of them on each side of the line in the middle.
    Spine { middle: i32, columns: usize },
}

impl Grid {
    fn columns(&self) -> usize {
        match self {
            Grid::Wing { columns, .. } | Grid::Spine { columns, .. } => *columns,
        }
    }

    /// From and to of so many columns.
    fn span(&self, column: usize, many: usize) -> (i32, i32) {
        let (a, b) = (column as i32, (column + many.max(1) - 1) as i32);
        match self {
            Grid::Wing { left: false, inner, .. } => (inner + a * STEP, inner + b * STEP + TILE_WIDTH),
            Grid::Wing { left: true, inner, .. } => (inner - b * STEP - TILE_WIDTH, inner - a * STEP),
            Grid::Spine { middle, columns } => {
                let half = (*columns / 2) as i32;
                let x = |c: i32| if c < half { middle - AISLE - (half - c) * STEP + GAP } else { middle + AISLE + (c - half) * STEP };
                (x(a), x(b) + TILE_WIDTH)
            }
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Hung {
    pub shelves: Vec<Shelf>,
    /// How high each line is.
    pub lines: Vec<i32>,
    pub bottom: i32,
}

impl Hung {
    pub fn last(&self) -> Option<i32> {
        self.lines.last().copied()
    }
}

/// One shelf before it has a place: cells by column and row, how many columns each takes, and what is in it.
struct Block {
    kind: Option<u8>,
    items: Vec<usize>,
    cells: Vec<(usize, usize, usize, What)>,
    columns: usize,
    rows: usize,
}

impl Block {
    fn of(h: &Household, kind: Option<u8>, items: &[usize], columns: usize) -> Block {
        let wide = |what: What| match what {
            What::Item(i) if h.items[i].wide && columns > 1 => 2,
            _ => 1,
        };
        let all: Vec<What> = shown(items);
        let needs: usize = all.iter().map(|w| wide(*w)).sum();
        let columns = columns.min(needs).max(1);
        let (mut column, mut row, mut cells) = (0, 0, Vec::with_capacity(all.len()));
        for what in all {
            let many = wide(what).min(columns);
            if column + many > columns {
                (column, row) = (0, row + 1);
            }
            cells.push((column, row, many, what));
            column += many;
        }
        Block { kind, items: items.to_vec(), cells, columns, rows: row + 1 }
    }
}

/// All of them, or the first ones and how many more there are.
pub(super) fn shown(items: &[usize]) -> Vec<What> {
    if items.len() <= SHOWN {
        return items.iter().copied().map(What::Item).collect();
    }
    let (first, rest) = items.split_at(SHOWN - 1);
    first.iter().copied().map(What::Item).chain([What::More(rest.len())]).collect()
}

pub(super) fn hang(h: &Household, of: Of, racks: &Racks, grid: &Grid, top: i32) -> Hung {
    let columns = grid.columns();
    // On wings as the pictures have them each shelf has a line of its own.
    let packs = matches!(grid, Grid::Spine { .. }) || columns > 2;
    let mut out = Hung { bottom: top, ..Hung::default() };
    let mut lines: Vec<Vec<(usize, Block)>> = Vec::new();
    for (kind, items) in racks {
        let block = Block::of(h, *kind, items, columns);
        let used = lines.last().map_or(columns, |l| l.iter().map(|(_, b)| b.columns).sum());
        match lines.last_mut() {
            Some(line) if packs && used + block.columns <= columns => line.push((used, block)),
            _ => lines.push(vec![(0, block)]),
        }
    }
    let mut y = top;
    for line in lines {
        let alone = line.len() == 1;
        let rows = line.iter().map(|(_, b)| b.rows).max().unwrap_or(1);
        for (column, block) in line {
            // Alone on its line it takes all of it, so that its name and its sum have room.
            let wide = if alone { columns } else { block.columns };
            out.shelves.push(place(of, block, column, wide, grid, y));
        }
        out.lines.push(y + NAME);
        y += NAME + DROP + rows as i32 * (TILE_HEIGHT + GAP) - GAP + BETWEEN;
    }
    out.bottom = y;
    out
}

fn place(of: Of, block: Block, column: usize, wide: usize, grid: &Grid, y: i32) -> Shelf {
    let (from, to) = grid.span(column, wide);
    let sh = y + NAME;
    let (line, node, mirrored) = match grid {
        Grid::Wing { left: true, trunk, .. } => ((from, *trunk, sh), (*trunk, sh), false),
        Grid::Wing { trunk, .. } => ((*trunk, to, sh), (*trunk, sh), true),
        Grid::Spine { middle, .. } => ((from.min(*middle), to.max(*middle), sh), (*middle, sh), false),
    };
    let tile = |(c, r, many, what): (usize, usize, usize, What)| {
        let (x, end) = grid.span(column + c, many);
        let top = sh + DROP + r as i32 * (TILE_HEIGHT + GAP);
        Tile { at: Rect { x, y: top, w: end - x, h: TILE_HEIGHT }, what }
    };
    Shelf {
        of,
        kind: block.kind,
        label: Some(Rect { x: from, y, w: to - from, h: NAME - 2 }),
        mirrored,
        line: Some(line),
        node: Some(node),
        tiles: block.cells.into_iter().map(tile).collect(),
        items: block.items,
    }
}
