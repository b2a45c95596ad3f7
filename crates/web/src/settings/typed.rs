//! The firm's switch for sign-ins that are typed in our own screens.

use crate::Web;
use crate::csrf::Form;
use crate::respond::{Answer, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use axum::extract::State;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/settings/institutions/typed", Audience::Administrator, save)]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    typed: String,
}

async fn save(State(web): State<Web>, staff: Staff, Form(given): Form<Given>) -> Answer {
    let on = given.typed == "yes";
    app::firms::set_own_screens(&web.app, &staff.scope, on).await?;
    let said = if on {
        "Clients may type an institution’s sign-in on your pages."
    } else {
        "No sign-in is taken on your pages now. Those institutions are shown as not connectable."
    };
    Ok(see_saying(&web, "/settings/institutions", said))
}
