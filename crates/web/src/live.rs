//! The live stream: tells an open page that it is out of date; the page reads itself again through its own address. A stream ends with the
//! session that opened it.

use crate::Web;
use crate::at::At;
use crate::respond::{Answer, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use model::HouseholdId;
use std::convert::Infallible;
use std::time::Duration;

/// How often a stream looks; a page is never older than this and a moment.
const LOOK: Duration = Duration::from_millis(1500);
/// After so many looks the session is asked for again, and whether its holder still may.
const CHECK: u32 = 10;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/live", Audience::Staff, firm), Route::get("/households/{household}/live", Audience::Staff, household)]
}

/// The address of a household's stream.
pub fn of(household: HouseholdId) -> String {
    format!("/households/{household}/live")
}

struct Watch {
    web: Web,
    staff: Staff,
    household: Option<HouseholdId>,
    last: String,
    looks: u32,
}

async fn firm(State(web): State<Web>, staff: Staff) -> Answer {
    open(web, staff, None).await
}

async fn household(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>) -> Answer {
    open(web, staff, Some(id)).await
}

async fn open(web: Web, staff: Staff, household: Option<HouseholdId>) -> Answer {
    let mut watch = Watch { web, staff, household, last: String::new(), looks: 0 };
    // Whoever may not look learns it here, with an ordinary answer.
    watch.last = watch.look().await?;
    let events = stream::unfold(watch, |mut w| async move { w.next().await.map(|event| (Ok::<_, Infallible>(event), w)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}

impl Watch {
    async fn look(&self) -> Result<String, WebError> {
        Ok(match self.household {
            Some(id) => app::live::household(&self.web.app, &self.staff.scope, id).await?,
            None => app::live::firm(&self.web.app, &self.staff.scope).await?,
        })
    }

    /// The next change; `None` ends the stream: the session is over, or the household is no longer theirs.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::time::sleep(LOOK).await;
            self.looks += 1;
            if self.looks.is_multiple_of(CHECK) && !app::live::still_here(&self.web.app, &self.staff.session.hash).await.ok()? {
                return None;
            }
            let now = self.look().await.ok()?;
            if now != self.last {
                self.last = now;
                return Some(Event::default().data(self.household.map_or_else(|| "all".into(), |id| id.to_string())));
            }
        }
    }
}
