//! One attempt's page: the way out to the sign-in, the wait, whose the accounts are, the confirmation, or what came between. One address,
//! drawn from where the attempt stands, so that reload, Back and coming back tomorrow all work.

use super::{Client, ask, find, trouble, which};
use crate::Web;
use crate::at::At;
use crate::respond::{Answer, Page, WebError, see};
use crate::view::connect::{Added, Done, Found, Leaving, Owners, Place, Progress, Stage as Waited, Trouble};
use crate::view::household::{account_colour, account_icon};
use crate::view::kit::{Pick, Problems};
use crate::view::shell::FlowShell;
use crate::view::words;
use app::connect_flow::{self as flow, Account, Attempt, Member, Owned, Stage};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse};
use model::link::Purpose;
use model::{AttemptId, ConnectionState, FaultKind};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// The client has come back from the provider's page.
    back: String,
    /// What they typed was for another question.
    late: String,
}

/// The provider's page sends the browser here.
pub async fn back(State(web): State<Web>, client: Client) -> Answer {
    Ok(match flow::returned(&web.app, &client.v).await? {
        Some(id) => see(format!("/c/a/{id}?back=1")),
        None => see("/c"),
    })
}

pub async fn show(State(web): State<Web>, client: Client, At(id): At<AttemptId>, headers: HeaderMap, Query(asked): Query<Asked>) -> Answer {
    let (a, stage) = flow::stage(&web.app, &client.v, id).await?;
    let head = find::of_attempt(&a.institution, a.url.as_deref());
    let wait = |w: Wait| draw_wait(&web, &client, &headers, &a, head.clone(), w);
    match stage {
        Stage::Visit { page, provider } if asked.back.is_empty() => {
            let view = Leaving {
                shell: client.backed(&web, 3, "/c/search"),
                place: head,
                href: page,
                provider,
                repair: repair(&a),
                more: more(&a),
                other: "/c/search".into(),
            };
            Ok(Page(view).into_response())
        }
        Stage::Visit { .. } => wait(Wait::Institution { page: true }),
        Stage::Waiting { page } => wait(Wait::Institution { page }),
        Stage::Ask(q) => ask::draw(&web, &client, &headers, &a, &q, &[], !asked.late.is_empty()),
        Stage::Choose { found, members, asked } => which::draw(&web, &client, &a, &found, &members, asked),
        Stage::Collecting { slow } => wait(Wait::Values(slow)),
        Stage::Owners { accounts, members } => {
            Ok(Page(owners(&web, &client, &a, head, &accounts, &members, Problems::default())).into_response())
        }
        Stage::Done { accounts } => {
            let next = next(&web, &client).await?;
            Ok(Page(Done { next, ..done(&web, &client, &a, &accounts) }).into_response())
        }
        Stage::NoAccounts => Ok(Page(trouble::no_accounts(&web, &client, &a)).into_response()),
        Stage::Left => Ok(Page(trouble::left(&web, &client, &a)).into_response()),
        Stage::Trouble { kind, reference } => {
            let view = trouble::page(&web, &client, &a, kind, &reference);
            // Where there is nothing to mend, the account can be kept by hand meanwhile.
            let hand = match kind {
                FaultKind::InstitutionDown | FaultKind::NotSupported => find::hand_way(&web, &client).await?,
                _ => None,
            };
            Ok(Page(Trouble { second: hand.or(view.second), ..view }).into_response())
        }
    }
}

fn repair(a: &Attempt) -> String {
    match a.purpose {
        Purpose::Connect | Purpose::RepairAll | Purpose::FindNew(_) => String::new(),
        Purpose::Repair(_) => format!("{} needs a new sign-in. Your accounts stay the same.", a.institution),
    }
}

fn more(a: &Attempt) -> String {
    match a.purpose {
        Purpose::FindNew(_) => format!("Choose the accounts to add on the next page. What you have from {} stays.", a.institution),
        _ => String::new(),
    }
}

/// What is being waited for.
enum Wait {
    /// `page`: the sign-in is at the provider's page, and the client may go back there.
    Institution {
        page: bool,
    },
    Values(Option<ConnectionState>),
}

fn draw_wait(web: &Web, client: &Client, headers: &HeaderMap, a: &Attempt, place: Place, wait: Wait) -> Answer {
    let name = place.name.clone();
    let values = matches!(wait, Wait::Values(_));
    let page = matches!(wait, Wait::Institution { page: true });
    let stage = |title: String, done: bool, now: bool| Waited { title, text: String::new(), done, now };
    let (waiting, text) = match wait {
        Wait::Institution { page: false } => (
            format!("Waiting for {name}"),
            "This page goes on by itself. You can leave it and come back; what you typed is kept nowhere.".to_owned(),
        ),
        Wait::Institution { page: true } => (
            format!("Waiting for {name}"),
            "This page goes on by itself as soon as your sign-in is through. You can leave it and come back.".to_owned(),
        ),
        Wait::Values(None) => (
            format!("Waiting for the values from {name}"),
            "Usually about a minute, sometimes a few. You can leave this page: your accounts arrive without it.".to_owned(),
        ),
        Wait::Values(Some(_)) => (
            format!("{name} answers slowly"),
            "Your sign-in worked and nothing is lost. We keep trying by ourselves; you can leave this page.".to_owned(),
        ),
    };
    // Somebody who waits for values may go and be told; asked for once, the page says so.
    let tell = flow::mailbox_of(&web.app, &client.v).filter(|_| values).map(|m| (trouble::dotted(&m), a.tell_when_back));
    let shell = FlowShell { reload: Some(5), ..client.shell(web, if values { 5 } else { 4 }) };
    let view = Progress {
        shell,
        title: if values { "Getting your accounts".into() } else { format!("Connecting {name}") },
        text,
        stages: vec![
            stage(if values { format!("Signed in at {name}") } else { format!("Signing in at {name}") }, values, !values),
            stage("Accounts and balances".into(), false, values),
            stage("Shown to your adviser".into(), false, false),
        ],
        waiting,
        percent: None,
        tell,
        tell_action: format!("/c/a/{}/tell", a.id),
        next: String::new(),
        // Without an end at the provider yet, the way back to its page; later the next thing to do.
        background: match (values, page) {
            (true, _) => "/c/search".into(),
            (false, false) => "/c".into(),
            (false, true) => format!("/c/a/{}", a.id),
        },
        background_word: match (values, page) {
            (true, _) => "Carry on in the background",
            (false, false) => "Look again now",
            (false, true) => "Back to the sign-in page",
        },
        place,
    };
    if headers.get("x-fragment").is_some_and(|v| v == "wait") {
        return view.as_wait().render().map(|part| Html(part).into_response()).map_err(|_| WebError::Broken);
    }
    Ok(Page(view).into_response())
}

fn value(a: &Account) -> String {
    app::household_list::worth(a).map_or_else(|| "not provided".into(), |m| words::money_short(&m))
}

fn mask(a: &Account) -> String {
    crate::household_words::mask(a.mask.as_ref())
}

/// The values of the select: one person, or two adults with half each.
pub const JOINT: &str = "joint";

pub(super) fn owners(
    web: &Web,
    client: &Client,
    a: &Attempt,
    place: Place,
    accounts: &[Owned],
    members: &[Member],
    problems: Problems,
) -> Owners {
    let picks = |account: &Account| {
        let own = |m: &Member| account.owners.len() == 1 && account.owners[0].member == m.id;
        let mut picks: Vec<Pick> = members.iter().map(|m| Pick::new(m.id.to_string(), m.given.clone(), own(m))).collect();
        if adults(members).len() > 1 {
            picks.push(Pick::new(JOINT, "Joint", account.owners.len() > 1));
        }
        picks
    };
    let found = accounts.iter().map(|o| Found {
        key: o.account.id.to_string(),
        name: o.account.name.clone(),
        mask: mask(&o.account),
        value: value(&o.account),
        ticked: true,
        known: o.known,
        owners: picks(&o.account),
    });
    Owners {
        shell: client.shell(web, 5),
        place,
        title: "Whose accounts are these?".into(),
        problems,
        found: found.collect(),
        action: format!("/c/a/{}/owners", a.id),
    }
}

pub(super) fn adults(members: &[Member]) -> Vec<model::MemberId> {
    members.iter().filter(|m| m.role == model::fact::MemberRole::Adult).map(|m| m.id).collect()
}

fn done(web: &Web, client: &Client, a: &Attempt, accounts: &[Account]) -> Done {
    let n = words::count(accounts.len(), "account", "accounts");
    let (title, text) = match a.purpose {
        Purpose::Connect | Purpose::RepairAll => {
            (format!("{} is connected", a.institution), format!("{n} in your household. They update by themselves."))
        }
        Purpose::Repair(_) => (format!("{} works again", a.institution), format!("{n}, the same as before. They update by themselves.")),
        Purpose::FindNew(_) => (format!("{} is up to date", a.institution), format!("{n} in your household from there now.")),
    };
    let added = accounts.iter().map(|x| Added {
        name: x.name.clone(),
        mask: mask(x),
        value: value(x),
        kind: account_colour(x.kind),
        icon: account_icon(x.kind),
    });
    Done {
        shell: client.shell(web, 6),
        title,
        text,
        added: added.collect(),
        portals: format!(
            "Missing an account? Large firms have several sign-in pages. If {} has another one that you use, connect it too.",
            a.institution
        ),
        another: "/c/search".into(),
        next: None,
        exit: "/c/exit".into(),
    }
}

/// A link for everything leads to the next that needs the person.
async fn next(web: &Web, client: &Client) -> Result<Option<(String, String)>, WebError> {
    if client.v.link.purpose != Purpose::RepairAll {
        return Ok(None);
    }
    let next = flow::next_to_mend(&web.app, &client.v).await?;
    Ok(next.map(|c| (format!("Next: {}", c.institution), format!("/c/fix/{}", c.id))))
}
