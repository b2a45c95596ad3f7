//! Which institutions ask for their sign-in in our own screens, and whether the firm wants that. Switched off, such an institution is shown as
//! one that cannot be connected, and nothing that is typed is taken, by whatever way it comes.

use crate::App;
use crate::institutions::{Found, Status};
use model::{FaultKind, FirmScope, InstitutionId, MemberId, Span};
use store::Firm;
use store::firms::FirmRow;

/// Why an attempt ended when the firm switched the route off.
pub const SWITCHED_OFF: &str = "SWITCHED_OFF";
/// A sign-in that was wrong twice stands for as long between the client and the next try.
const REMEMBERED: Span = Span::hours(24);

/// Whether the client types the sign-in here rather than at the institution or at the provider's page.
pub fn typed_here(app: &App, inst: &Found) -> bool {
    !inst.oauth && app.connector(&inst.provider).is_some_and(|c| c.card().own_screens)
}

/// Whether sign-ins are typed here at all: then the first page must not say that they never reach us.
pub fn any_typed_here(app: &App, firm: &FirmRow) -> bool {
    firm.settings.own_screens && app.connectors().iter().any(|c| c.card().own_screens)
}

/// The firm's switch, for those who see the settings; `None` where no provider here takes sign-ins on our pages.
#[crate::boxed]
pub async fn typed_setting(app: &App, scope: &FirmScope) -> crate::Result<Option<bool>> {
    let firm = store::firms::own(&*app.store().read(scope).await?).await?;
    Ok(app.connectors().iter().any(|c| c.card().own_screens).then_some(firm.settings.own_screens))
}

/// Whether answers for this provider are taken.
pub(super) fn takes(app: &App, firm: &FirmRow, provider: &str) -> bool {
    firm.settings.own_screens || !app.connector(provider).is_some_and(|c| c.card().own_screens)
}

/// The institution as this firm's clients see it.
pub(super) fn seen_by(app: &App, firm: &FirmRow, mut inst: Found) -> Found {
    if !firm.settings.own_screens && typed_here(app, &inst) {
        inst.status = Status::NotSupported;
        inst.notice = None;
    }
    inst
}

/// Two providers may reach one page of an institution: it stands there once, by the way that works now, and of those by the one that leaves
/// the sign-in at the institution.
pub(super) fn once_each(app: &App, found: impl Iterator<Item = Found>) -> Vec<Found> {
    let rank = |f: &Found| (f.retired, matches!(f.status, Status::NotSupported), matches!(f.status, Status::Down), typed_here(app, f));
    let mut out: Vec<Found> = Vec::new();
    for f in found {
        let twin = out.iter_mut().find(|o| !f.site.is_empty() && o.site == f.site && o.name == f.name && o.provider != f.provider);
        match twin {
            Some(twin) if rank(&f) < rank(twin) => *twin = f,
            Some(_) => {}
            None => out.push(f),
        }
    }
    out
}

/// Whether this person's sign-in there was not accepted lately: then they look at the institution itself before they type it again (E40-E42).
#[crate::boxed]
pub(super) async fn was_rejected(app: &App, db: &Firm, member: MemberId, institution: Option<InstitutionId>) -> crate::Result<bool> {
    use store::attempts::Step;
    let Some(institution) = institution else { return Ok(false) };
    let over = store::attempts::over_at(db, member, institution, app.now() - REMEMBERED).await?;
    let telling = over.iter().find(|a| matches!(a.step, Step::Linked | Step::Done | Step::Trouble));
    Ok(telling.and_then(|a| a.fault.as_ref()).is_some_and(|f| f.kind == FaultKind::NeedsCredentials))
}
