//! Paging, as every list has it.

use super::{Answer, Call, ok};
use serde_json::{Value, json};

const USUAL: usize = 25;

/// One page of a list under its name. A page size that is not to be had counts as none given.
pub fn paged(call: &Call, name: &str, all: Vec<Value>) -> Answer {
    let total = all.len();
    let (page, size) = asked(call);
    let rows: Vec<Value> = all.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    ok(json!({ name: rows, "pagination": pagination(page, size, total) }))
}

/// Which page, counted from one, and how many rows on each.
pub fn asked(call: &Call) -> (usize, usize) {
    let number = |name: &str| call.asked(name).and_then(|n| n.parse::<usize>().ok());
    let size = number("records_per_page").filter(|n| (10..=1000).contains(n)).unwrap_or(USUAL);
    (number("page").unwrap_or(1).max(1), size)
}

pub fn pagination(page: usize, size: usize, total: usize) -> Value {
    json!({ "current_page": page, "per_page": size, "total_entries": total, "total_pages": total.div_ceil(size).max(1) })
}
