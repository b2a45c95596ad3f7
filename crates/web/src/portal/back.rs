//! "E-mail me when it's back", beside a connection that is down: there is nothing else that its person could do.

use super::words::See;
use crate::Web;
use crate::at::At;
use crate::connect::dotted;
use crate::csrf::Form;
use crate::icons as icon;
use crate::respond::{Answer, see_saying};
use crate::session::Client;
use crate::view::portal::PortalAct;
use crate::view::states::{Act, Told};
use app::back::{Offer, is_down};
use app::portfolios::Feed;
use axum::extract::State;
use model::{ConnectionId, HouseholdId};

/// What is said beside it, and the button. Offered where there is nothing else to do: what a refresh may still mend says that first.
pub fn tell(see: &See<'_>, feed: &Feed, told: &Told, offer: Option<&Offer>) -> Option<(String, PortalAct)> {
    let asked = |o: &Offer| o.asked.contains(&feed.id);
    let offer = offer.filter(|o| is_down(feed.state) && (told.act == Act::None || asked(o)))?;
    let act = |word: &str, value| {
        let act = PortalAct::post(see.shell, "btn s", word, see.at(&format!("connections/{}/tell", feed.id)));
        act.about(&feed.institution).with("tell", value)
    };
    Some(if asked(offer) {
        (format!("We write to {} when it’s back.", dotted(&offer.mailbox)), act("Don’t write", "no"))
    } else {
        (String::new(), act("E-mail me when it’s back", "yes").icon(icon::MAIL.s()))
    })
}

#[derive(serde::Deserialize)]
pub struct Posted {
    #[serde(default)]
    tell: String,
}

pub async fn ask(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, ConnectionId)>,
    Form(posted): Form<Posted>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let tell = posted.tell == "yes";
    let said = match (app::back::ask(&web.app, &lens, id, tell).await?, tell) {
        (false, _) => "It isn’t down any more.",
        (true, true) => "We write to you when it’s back. There is nothing you need to do until then.",
        (true, false) => "We don’t write. This page shows when it’s back.",
    };
    Ok(see_saying(&web, format!("{}/accounts#{id}", super::at(household)), said))
}
