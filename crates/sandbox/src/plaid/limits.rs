//! Requests per minute, by the clock: what one Item and one client may ask of each endpoint.

use model::Time;
use std::collections::HashMap;

/// The most per minute for one Item and for the client, and the code that says so.
#[derive(Clone, Copy)]
pub struct Limit {
    pub item: Option<u32>,
    pub client: u32,
    pub code: &'static str,
}

pub const fn limit(item: u32, client: u32, code: &'static str) -> Option<Limit> {
    Some(Limit { item: Some(item), client, code })
}

pub const fn client_only(client: u32, code: &'static str) -> Option<Limit> {
    Some(Limit { item: None, client, code })
}

#[derive(Default)]
pub struct Windows {
    pub on: bool,
    minute: i64,
    used: HashMap<(&'static str, Option<String>), u32>,
}

impl Windows {
    /// Counts one request; `false` when it is one too many.
    pub fn take(&mut self, path: &'static str, limit: Limit, item: Option<&str>, now: Time) -> bool {
        if !self.on {
            return true;
        }
        let minute = now.as_seconds().div_euclid(60);
        if minute != self.minute {
            self.minute = minute;
            self.used.clear();
        }
        let client = self.used.entry((path, None)).or_default();
        *client += 1;
        if *client > limit.client {
            return false;
        }
        let (Some(most), Some(item)) = (limit.item, item) else { return true };
        let used = self.used.entry((path, Some(item.to_string()))).or_default();
        *used += 1;
        *used <= most
    }
}
