//! Which institutions are to be had here: some of those that the first provider lists too, and a few that only this one has.

use crate::keys::dice;
use crate::state::State;
use crate::world::{Institution, World};

/// Institutions of the pictures that this provider does not reach.
const NOT_HERE: [&str; 3] = ["ins_sable", "ins_tessera", "ins_granite_life"];

/// Does this provider list it?
fn listed(i: &Institution) -> bool {
    let numbered = i.id.strip_prefix("ins_").and_then(|n| n.parse::<u32>().ok()).filter(|n| *n >= 300_000);
    match numbered {
        // A little more than half of the composed ones.
        Some(_) => dice(&[b"mx", i.id.as_bytes()]) % 100 < 55,
        None => !NOT_HERE.contains(&i.id.as_str()),
    }
}

/// What this provider calls it.
pub fn code(i: &Institution) -> String {
    let rest = i.id.strip_prefix("ins_").or_else(|| i.id.strip_prefix("mx_")).unwrap_or(&i.id);
    if rest.bytes().all(|b| b.is_ascii_digit()) { format!("n{rest}") } else { rest.to_string() }
}

/// All of them by name, worked out once.
pub fn all(state: &State) -> impl Iterator<Item = &Institution> {
    let world = &state.world;
    let ids = state.mx_listing.get_or_init(|| {
        let mut all: Vec<&Institution> = world.elsewhere().iter().chain(world.institutions().iter().filter(|i| listed(i))).collect();
        all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        all.into_iter().map(|i| i.id.clone()).collect()
    });
    ids.iter().filter_map(|id| of_id(world, id))
}

pub fn find<'a>(world: &'a World, code: &str) -> Option<&'a Institution> {
    if let Some(only) = world.elsewhere().iter().find(|i| i.id.strip_prefix("mx_") == Some(code)) {
        return Some(only);
    }
    let number = code.strip_prefix('n').filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    world.institution(&format!("ins_{}", number.unwrap_or(code))).filter(|i| listed(i))
}

/// The institution of a member, by the world's own id.
pub fn of_id<'a>(world: &'a World, id: &str) -> Option<&'a Institution> {
    world.institution(id).or_else(|| world.elsewhere().iter().find(|i| i.id == id))
}
