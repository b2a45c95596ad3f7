//! The portal's first page: what needs the client, what the household is worth where that is shared, and what their adviser answered.

use crate::portal::Lens;
use crate::portal_accounts;
use crate::portal_reports::{self, About, Group, Holdings};
use crate::portfolios::Feed;
use crate::{App, Result};
use model::money::Total;
use model::portal::{Area, Right};
use model::suggestion::SuggestionState;
use store::suggestions::Suggestion;

#[derive(Debug, Clone)]
pub struct Home {
    pub about: About,
    /// The client's own connections whose next move is theirs.
    pub needing: Vec<Feed>,
    /// `None` where no report that says it is shared.
    pub worth: Option<Worth>,
    /// What the adviser answered lately, newest first.
    pub answers: Vec<Suggestion>,
}

#[derive(Debug, Clone)]
pub struct Worth {
    pub net: Total,
    pub groups: Vec<Group>,
    pub holdings: Holdings,
}

/// The figures stand on each of these: whoever is shown one of them may be told what it adds up to.
fn tells_worth(lens: &Lens) -> bool {
    [Area::Map, Area::Financials, Area::BalanceSheet].into_iter().any(|a| lens.holds(Right::View(a)))
}

#[crate::boxed]
pub async fn view(app: &App, lens: &Lens) -> Result<Home> {
    let all = portal_reports::load(app, lens).await?;
    let own = |f: &&Feed| f.member == lens.member && portal_accounts::needs_client(f);
    let may = lens.holds(Right::Connect) || lens.holds(Right::View(Area::Financials));
    let needing = if may { all.feeds.iter().filter(own).cloned().collect() } else { Vec::new() };
    let db = app.store().read(&lens.scope).await?;
    let mut answers = store::suggestions::of_login(&db, lens.household, lens.login, 20).await?;
    let recent = model::Span::days(14);
    answers.retain(|s| s.state != SuggestionState::Open && s.answered_at.is_some_and(|t| all.about.now - t < recent));
    answers.truncate(3);
    let worth = tells_worth(lens).then(|| Worth { net: all.sums.total.clone(), groups: all.groups(), holdings: all.clone() });
    Ok(Home { about: all.about, needing, worth, answers })
}
