//! Who may do what, as a page: the table itself.

use crate::Web;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::permissions::PermissionsPage;
use crate::view::shell::Here;
use crate::view::words::capital;
use axum::extract::State;
use axum::response::IntoResponse;
use model::permission::{Cell, Part, TABLE};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/settings/permissions", Audience::Staff, show)]
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let words = |c: Cell| if c == Cell::No { String::new() } else { c.words().to_owned() };
    let rows = TABLE.iter().map(|l| (l.words.to_owned(), l.cells.map(words).to_vec())).collect();
    let parts = Part::ALL.map(Part::name).to_vec();
    let conditions = Cell::CONDITIONS.map(|c| (capital(c.words()), c.meaning())).to_vec();
    let people = Part::ALL.map(|p| (p.name(), p.meaning())).to_vec();
    Ok(Page(PermissionsPage { shell: staff.shell(&web, Here::Settings), parts, rows, conditions, people }).into_response())
}
