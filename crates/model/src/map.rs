//! The household map: where everything stands on it. A pure function from who there is and what they have to places; words, figures and
//! colours come later, from whoever draws. Two adults stand in the middle with their shelves on wings beside them, what several own hangs
//! on the spine below, children stand at its foot. More than two adults stand in rows. Nothing overlaps, and nothing is left out: what has
//! no room on its shelf is counted in its last tile.

mod fit;
mod foot;
mod shelves;
#[cfg(test)]
mod tests;

pub use fit::{cut, width};
use foot::Foot;
use shelves::{Grid, Hung};

pub const TILE_WIDTH: i32 = 188;
pub const TILE_HEIGHT: i32 = 54;
pub const GAP: i32 = 8;
/// A shelf shows so many tiles; of more, the last one counts the rest.
pub const SHOWN: usize = 6;
/// Half of what is left free for the line in the middle.
const AISLE: i32 = 14;
const EDGE: i32 = 28;
const TOP: i32 = 28;
/// From the top of a row to the middle of its people.
const HEAD: i32 = 76;
/// From there to what hangs below them.
const BELOW: i32 = 122;
/// Up to this height a map is drawn as wide as pages are; a taller one is made wider until it fits a sheet best.
const TALL: i32 = 1100;
const SHEET: (f64, f64) = (960.0, 620.0);

/// What there is to place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Household {
    /// In their order.
    pub people: Vec<Person>,
    /// In their order.
    pub items: Vec<Item>,
    /// How high the totals are.
    pub panel: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub adult: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which shelf, from the top.
    pub shelf: u8,
    /// Places among the people. Several: joint. None: nobody is set.
    pub owners: Vec<usize>,
    /// Its figure is too long for one tile.
    pub wide: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

impl Rect {
    pub fn right(self) -> i32 {
        self.x + self.w
    }
    pub fn bottom(self) -> i32 {
        self.y + self.h
    }
    pub fn overlaps(self, o: Rect) -> bool {
        self.x < o.right() && o.x < self.right() && self.y < o.bottom() && o.y < self.bottom()
    }
}

/// Whose a shelf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Person(usize),
    Joint,
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Item(usize),
    /// So many more than are shown.
    More(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    pub at: Rect,
    pub what: What,
}

/// One shelf with its tiles. Children have theirs in one column without a shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf {
    pub of: Of,
    /// `None`: of several kinds.
    pub kind: Option<u8>,
    /// Where its name and its sum stand; `None` for a child's.
    pub label: Option<Rect>,
    /// The name stands right, the sum left.
    pub mirrored: bool,
    /// From, to, and how high.
    pub line: Option<(i32, i32, i32)>,
    /// Where it meets the trunk.
    pub node: Option<(i32, i32)>,
    pub tiles: Vec<Tile>,
    /// Everything on it, shown or counted.
    pub items: Vec<usize>,
}

/// A person's disc and where the name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    pub person: usize,
    pub x: i32,
    pub y: i32,
    pub r: i32,
    pub label: Rect,
    /// The name stands beside the disc.
    pub child: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawing {
    pub width: i32,
    pub height: i32,
    pub seats: Vec<Seat>,
    pub shelves: Vec<Shelf>,
    /// Paths of the lines between them.
    pub wires: Vec<String>,
    /// The middle of the word "Joint".
    pub joint: Option<(i32, i32)>,
    pub panel: Option<Rect>,
    pub legend: Option<Rect>,
}

/// Places everything. As the pictures have it where that is not too tall; otherwise as large as a sheet of paper takes it.
pub fn lay(household: &Household) -> Drawing {
    let sorted = Sorted::of(household);
    let first = draw(household, &sorted, 2, 2);
    if first.height <= TALL {
        return first;
    }
    let scale = |d: &Drawing| (SHEET.0 / f64::from(d.width)).min(SHEET.1 / f64::from(d.height));
    let others = [(3, 2), (4, 2), (3, 4), (4, 4), (5, 4), (6, 4)].map(|(wing, spine)| draw(household, &sorted, wing, spine));
    others.into_iter().fold(first, |best, d| if scale(&d) > scale(&best) { d } else { best })
}

/// Shelves in their order, each with its items.
type Racks = Vec<(Option<u8>, Vec<usize>)>;

/// Who stands where, and what is whose.
struct Sorted {
    adults: Vec<usize>,
    children: Vec<usize>,
    joint: Racks,
    nobody: Vec<usize>,
    own: Vec<Racks>,
    /// The same in one row, for children.
    flat: Vec<Vec<usize>>,
}

impl Sorted {
    fn of(h: &Household) -> Sorted {
        let (mut adults, mut children): (Vec<usize>, Vec<usize>) = (0..h.people.len()).partition(|p| h.people[*p].adult);
        if adults.is_empty() {
            // Somebody stands in the middle.
            adults = std::mem::take(&mut children);
        }
        let of = |keep: &dyn Fn(&[usize]) -> bool| -> Vec<usize> {
            let known = |i: &Item| i.owners.iter().copied().filter(|o| *o < h.people.len()).collect::<Vec<_>>();
            let mut all: Vec<usize> = (0..h.items.len()).filter(|i| keep(&known(&h.items[*i]))).collect();
            all.sort_by_key(|i| h.items[*i].shelf);
            all
        };
        let racks = |all: &[usize]| -> Racks {
            let by_kind = all.chunk_by(|a, b| h.items[*a].shelf == h.items[*b].shelf);
            by_kind.map(|same| (Some(h.items[same[0]].shelf), same.to_vec())).collect()
        };
        let flat: Vec<Vec<usize>> = (0..h.people.len()).map(|p| of(&|o| o == [p])).collect();
        Sorted {
            adults,
            children,
            joint: racks(&of(&|o| o.len() > 1)),
            nobody: of(&|o| o.is_empty()),
            own: flat.iter().map(|all| racks(all)).collect(),
            flat,
        }
    }
}

/// What is known while a map is drawn.
struct Plan<'a> {
    h: &'a Household,
    out: Drawing,
    middle: i32,
    /// From the middle to the trunks beside it.
    trunk: i32,
    wing: usize,
    spine: usize,
}

fn draw(h: &Household, s: &Sorted, wing: usize, spine: usize) -> Drawing {
    let columns = |n: usize| n as i32 * (TILE_WIDTH + GAP) - GAP;
    let trunk = AISLE + columns(spine / 2) + AISLE;
    let middle = EDGE + columns(wing) + 12 + trunk;
    let mut p = Plan { h, out: Drawing { width: 2 * middle, ..Drawing::default() }, middle, trunk, wing, spine };
    let mut y = TOP;
    let (mut left, mut right) = (TOP, TOP);
    // The line down the middle, where it has come to.
    let mut line = None;
    let alone = s.adults.len() == 1;
    // One adult with one kind of thing has it below, in the middle.
    let own_below = alone && s.own[s.adults[0]].len() == 1 && s.joint.is_empty() && s.nobody.is_empty();
    let goes_on = !s.joint.is_empty() || !s.nobody.is_empty() || !s.children.is_empty() || own_below;
    let rows = s.adults.chunks(2).count();
    let mut center = y;
    for (n, row) in s.adults.chunks(2).enumerate() {
        let at = y + HEAD;
        match row {
            [a, b] => {
                p.seat(*a, middle - 104, at);
                p.seat(*b, middle + 104, at);
                p.wire(format!("M{} {at}H{}", middle - 54, middle + 54));
                left = p.hang(Of::Person(*a), &s.own[*a], true, y, (middle - 154, at));
                right = p.hang(Of::Person(*b), &s.own[*b], false, y, (middle + 154, at));
                line.get_or_insert(at);
                if n == 0 && !s.joint.is_empty() {
                    p.out.joint = Some((middle, at));
                }
            }
            [a] => {
                if let Some(from) = line {
                    p.wire(format!("M{middle} {from}V{}", at - 50));
                }
                p.seat(*a, middle, at);
                let (l, r) = if own_below { (Vec::new(), Vec::new()) } else { p.halves(&s.own[*a]) };
                left = p.hang(Of::Person(*a), &l, true, y, (middle - 50, at));
                right = p.hang(Of::Person(*a), &r, false, y, (middle + 50, at));
                line = Some(at + 104);
            }
            _ => {}
        }
        center = at + BELOW;
        if n + 1 < rows {
            y = left.max(right).max(at + 104) + 20;
        }
    }
    if p.out.joint.is_none() && !s.joint.is_empty() && !s.adults.is_empty() {
        p.out.joint = Some((middle, center));
        center += 24;
    }
    let mut racks: Vec<(Of, Racks)> = Vec::new();
    if own_below {
        racks.push((Of::Person(s.adults[0]), s.own[s.adults[0]].clone()));
    }
    racks.push((Of::Joint, s.joint.clone()));
    if !s.nobody.is_empty() {
        racks.push((Of::Nobody, vec![(None, s.nobody.clone())]));
    }
    let mut last = None;
    for (of, racks) in racks.into_iter().filter(|(_, r)| !r.is_empty()) {
        let hung = p.spine(of, &racks, center);
        last = hung.last().or(last);
        center = hung.bottom;
    }
    // Down to the lowest shelf, or to the children.
    if let (true, Some(from), Some(to)) = (goes_on, line, last) {
        p.wire(format!("M{middle} {from}V{to}"));
    }
    let from = last.or(line).unwrap_or(TOP);
    let foot = Foot { left, right, center, from, had_spine: last.is_some() };
    foot.stand(&mut p, &s.children, &s.flat);
    p.out
}

impl Plan<'_> {
    fn wire(&mut self, path: String) {
        self.out.wires.push(path);
    }

    fn seat(&mut self, person: usize, x: i32, y: i32) {
        let label = Rect { x: x - 98, y: y + 62, w: 196, h: 38 };
        self.out.seats.push(Seat { person, x, y, r: 50, label, child: false });
    }

    /// The shelves of somebody who stands alone, on both wings: what is lower takes the next.
    fn halves(&self, racks: &Racks) -> (Racks, Racks) {
        let (mut l, mut r) = ((0, Racks::new()), (0, Racks::new()));
        for rack in racks {
            let rows = rack.1.len().min(SHOWN).div_ceil(self.wing) as i32;
            let side = if r.0 <= l.0 { &mut r } else { &mut l };
            side.0 += 46 + rows * (TILE_HEIGHT + GAP);
            side.1.push(rack.clone());
        }
        (l.1, r.1)
    }

    /// Shelves on one wing, with their trunk; says how far down they reach.
    fn hang(&mut self, of: Of, racks: &Racks, left: bool, top: i32, from: (i32, i32)) -> i32 {
        if racks.is_empty() {
            return top;
        }
        let trunk = if left { self.middle - self.trunk } else { self.middle + self.trunk };
        let grid = Grid::Wing { left, inner: if left { trunk - 12 } else { trunk + 12 }, trunk, columns: self.wing };
        let hung = shelves::hang(self.h, of, racks, &grid, top);
        if let (Some(first), Some(last)) = (hung.lines.first(), hung.lines.last()) {
            self.wire(format!("M{} {}H{trunk}M{trunk} {}V{}", from.0, from.1, from.1.min(*first), from.1.max(*last)));
        }
        let bottom = hung.bottom;
        self.out.shelves.extend(hung.shelves);
        bottom
    }

    /// Shelves below the people, in the middle.
    fn spine(&mut self, of: Of, racks: &Racks, top: i32) -> Hung {
        let grid = Grid::Spine { middle: self.middle, columns: self.spine };
        let mut hung = shelves::hang(self.h, of, racks, &grid, top);
        self.out.shelves.append(&mut hung.shelves);
        hung
    }
}
