//! Signing in and out.

use crate::Web;
use crate::door::Door;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::troubles::plain;
use crate::view::kit::Problems;
use crate::view::sign_in::SignIn;
use axum::extract::{Query, State};
use axum::response::IntoResponse;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/sign-in", Audience::Public, show)]
}

#[derive(serde::Deserialize)]
struct Way {
    #[serde(default)]
    next: String,
}

async fn show(State(web): State<Web>, door: Door, Query(way): Query<Way>) -> Answer {
    let (email, password) = SignIn::fields("", "", "");
    let shell = plain(&web, &door.csrf).await;
    let view = SignIn { shell, problems: Problems::default(), said: None, email, password, next: own_path(&way.next) };
    Ok(Page(view).into_response())
}

/// A path on this host, or nothing: nobody is sent elsewhere after signing in.
fn own_path(next: &str) -> String {
    let fine = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if fine { next.to_owned() } else { String::new() }
}
