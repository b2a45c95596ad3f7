//! One search over households, people and institutions, however they are spelled. Nobody finds what they may not see.

use crate::institutions::{self, Found as Listed};
use crate::{App, Error, Result, household_list};
use model::FirmScope;
pub use store::search::{Hit, Place};

#[derive(Debug, Default)]
pub struct Found {
    pub households: Vec<Hit>,
    pub people: Vec<Hit>,
    /// Institutions that clients of the firm have connected.
    pub connected: Vec<Place>,
    /// Others that can be connected.
    pub listed: Vec<Listed>,
}

impl Found {
    pub fn is_empty(&self) -> bool {
        self.households.is_empty() && self.people.is_empty() && self.connected.is_empty() && self.listed.is_empty()
    }
}

/// Up to `limit` of each kind. Support, who sees no client data, finds nothing.
#[crate::boxed]
pub async fn find(app: &App, scope: &FirmScope, typed: &str, limit: usize) -> Result<Found> {
    let db = app.store().read(scope).await?;
    let seen_by = match household_list::seen_by(app, &db, scope).await {
        Ok(who) => who,
        Err(Error::NotFound | Error::Refused(_)) => return Ok(Found::default()),
        Err(e) => return Err(e),
    };
    let plain = directory::plain(typed);
    let words: Vec<String> = plain.split(' ').filter(|w| !w.is_empty()).take(8).map(str::to_owned).collect();
    if words.is_empty() {
        return Ok(Found::default());
    }
    let most = u32::try_from(limit).unwrap_or(u32::MAX);
    let fits = |name: &str| {
        let name = directory::plain(name);
        words.iter().all(|w| name.contains(w.as_str()))
    };
    let mut connected = store::search::places(&db, seen_by).await?;
    connected.retain(|p| fits(&p.name));
    let known: Vec<String> = connected.iter().map(|p| p.name.clone()).collect();
    connected.truncate(limit);
    // One letter fits half the directory.
    let listed = if plain.chars().count() < 2 { Vec::new() } else { institutions::search(app, typed, limit + known.len().min(20)) };
    Ok(Found {
        households: store::search::households(&db, seen_by, &words, most).await?,
        people: store::search::people(&db, seen_by, &words, most).await?,
        connected,
        listed: listed.into_iter().filter(|f| !known.contains(&f.name)).take(limit).collect(),
    })
}
