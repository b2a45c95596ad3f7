//! The live streams: tell an open page that it is out of date; the page reads itself again through its own address. A stream ends with the
//! session that opened it, with the right to see the page, and with the node.

use crate::Web;
use crate::at::At;
use crate::respond::Answer;
use crate::routes::{Audience, Route};
use crate::session::{Client, Staff};
use app::live::{About, Stream};
use app::sessions::Session;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use model::{HouseholdId, Time};
use std::convert::Infallible;
use std::time::Duration;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/live", Audience::Staff, firm),
        Route::get("/households/{household}/live", Audience::Staff, household),
        Route::get("/portal/{household}/live", Audience::Client, portal),
    ]
}

/// The address of a household's stream.
pub fn of(household: HouseholdId) -> String {
    format!("/households/{household}/live")
}

/// The instant that the page shows, in microseconds: what came after it is told at once.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Since {
    since: String,
}

impl Since {
    /// A browser that comes back after a broken line says the last word that reached it.
    fn time(&self, headers: &HeaderMap) -> Option<Time> {
        let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).filter(|v| !v.is_empty());
        last.unwrap_or(&self.since).parse().ok().map(Time)
    }
}

async fn firm(State(web): State<Web>, staff: Staff, Query(since): Query<Since>, headers: HeaderMap) -> Answer {
    open(web, &staff.session, About::Firm, since.time(&headers)).await
}

async fn household(
    State(web): State<Web>,
    staff: Staff,
    At(id): At<HouseholdId>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Answer {
    open(web, &staff.session, About::Household(id), since.time(&headers)).await
}

async fn portal(State(web): State<Web>, client: Client, At(id): At<HouseholdId>, Query(since): Query<Since>, headers: HeaderMap) -> Answer {
    open(web, &client.session, About::Portal(id), since.time(&headers)).await
}

/// Whoever may not look learns it here, with an ordinary answer.
async fn open(web: Web, session: &Session, about: About, since: Option<Time>) -> Answer {
    let stream = Stream::open(&web.app, &session.scope, &session.hash, session.role, about, since).await?;
    let word = match about {
        About::Firm => "all".to_owned(),
        About::Household(id) | About::Portal(id) => id.to_string(),
    };
    let events = stream::unfold((Box::new(stream), web, word), |(mut stream, web, word)| async move {
        let at = tokio::select! {
            at = stream.next() => at?,
            () = web.stopping() => return None,
        };
        let event = Event::default().id(at.0.to_string()).data(&word);
        Some((Ok::<_, Infallible>(event), (stream, web, word)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}
