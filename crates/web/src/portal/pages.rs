//! The pages of one household, each a function of a frame and a lens: the client's own address and the adviser's preview show the same.

use crate::Web;
use crate::respond::{Answer, WebError};
use crate::view::portal::PortalShell;
use app::portal::Lens;
use model::AccountId;

/// A page of one household. Its links begin with the frame's base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the routes that name these come next")]
pub(crate) enum PortalPath {
    Home,
    Map,
    Members,
    Financials,
    BalanceSheet,
    Policies,
    Signals,
    Accounts,
    Account(AccountId),
    Reports,
}

/// Draws a page through a lens; what the lens withholds is not there.
#[allow(dead_code, reason = "the routes that call this come next")]
pub(crate) async fn page(web: &Web, frame: PortalShell, lens: &Lens, path: PortalPath) -> Answer {
    let _ = (web, frame, lens, path);
    Err(WebError::NotFound)
}
