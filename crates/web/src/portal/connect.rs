//! Adding an account from the portal (E7-E11): the choice, the way into the connect flow for whoever is signed in, and the form by hand.

use super::words::See;
use crate::Web;
use crate::accounts::kind_name;
use crate::at::At;
use crate::csrf::Form;
use crate::door::Source;
use crate::icons as icon;
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::session::Client;
use crate::view::kit::{Field, FieldKind, Pick, Problems, Select};
use crate::view::portal::{PortalAct, PortalAdd, PortalByHand, PortalHere, PortalShell};
use app::accounts::{ByHand, equal_shares};
use app::households::Member;
use app::portal::Lens;
use app::portal_reports::About;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use model::fact::{MemberRole, Owner};
use model::link::Purpose;
use model::portal::Right;
use model::{AccountId, AccountKind, AccountType, ConnectionId, Custody, HouseholdId, PortfolioKind};

pub async fn choose(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (connects, adds) = (lens.holds(Right::Connect), lens.holds(Right::AddFacts));
    if !connects && !adds {
        return Err(WebError::NotFound);
    }
    let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    let connect =
        PortalAct::post(&shell, "btn primary l", "Connect", format!("{}/connect", shell.base)).icon(icon::LINK.s()).with("do", "connect");
    let token = app::connect_flow::token_entry(&web.app).filter(|_| connects).map(|entry| {
        let act = PortalAct::post(&shell, "btn l", "Use a token", format!("{}/connect", shell.base)).icon(icon::KEY.s());
        (entry.name, act.with("do", "token"))
    });
    let by_hand = PortalAct::link(&shell, "btn l", "Enter it by hand", format!("{}/accounts/by-hand", shell.base)).icon(icon::PENCIL.s());
    let back = if app::portal_accounts::opens(&lens) { format!("{}/accounts", shell.base) } else { shell.base.clone() };
    let view = PortalAdd {
        connect: connects.then_some(connect),
        token,
        by_hand: adds.then_some(by_hand),
        back,
        guide: "/portal/support/adding-accounts",
        firm: client.firm.clone(),
        shell,
    };
    Ok(Page(view).into_response())
}

#[derive(serde::Deserialize)]
pub struct Asked {
    r#do: String,
    #[serde(default)]
    connection: String,
}

/// Into the connect flow: the link is made and opened at once, its session goes into the flow's own cookie.
pub async fn go(
    State(web): State<Web>,
    client: Client,
    source: Source,
    At(household): At<HouseholdId>,
    Form(asked): Form<Asked>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let id = || asked.connection.parse::<ConnectionId>().map_err(|_| WebError::NotFound);
    let purpose = match asked.r#do.as_str() {
        "connect" | "token" => Purpose::Connect,
        "repair" => Purpose::Repair(id()?),
        "find" => Purpose::FindNew(id()?),
        _ => return Err(WebError::Unreadable),
    };
    let value = app::connect_flow::open(&web.app, &lens, purpose, &source.device).await?;
    // The flow decides where it goes on: search, what was connected earlier, or the step that failed.
    let mut answer = match app::connect_flow::token_entry(&web.app).filter(|_| asked.r#do == "token") {
        Some(entry) => see(format!("/c/at/{}", entry.id)),
        None => crate::connect::enter(&web, value.expose()).await?,
    };
    answer.headers_mut().append(SET_COOKIE, crate::connect::set_cookie(&web, value.expose()));
    Ok(answer)
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Posted {
    id: String,
    name: String,
    kind: String,
    owner: String,
    value: String,
    currency: String,
    as_of: String,
    institution: String,
    mask: String,
}

pub async fn by_hand(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (about, members) = app::portal_accounts::form(&web.app, &lens).await?;
    let id: AccountId = web.app.random().id(web.app.now());
    let posted = Posted { id: id.to_string(), as_of: about.today.to_string(), owner: lens.member.to_string(), ..Posted::default() };
    let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    Ok(Page(form(shell, &lens, &about, &members, &posted, &[])).into_response())
}

pub async fn add(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (about, members) = app::portal_accounts::form(&web.app, &lens).await?;
    let kind = AccountKind::from_key(&posted.kind);
    let typed = ByHand {
        id: posted.id.parse().map_err(|_| WebError::Unreadable)?,
        portfolio: PortfolioKind::Current,
        kind_of: AccountType::ALL.into_iter().find(|t| kind.is_some_and(|k| t.kinds().contains(&k))).unwrap_or(AccountType::Bank),
        name: posted.name.clone(),
        kind: posted.kind.clone(),
        owners: owners(&members, &posted.owner),
        institution: posted.institution.clone(),
        mask: posted.mask.clone(),
        value: posted.value.clone(),
        currency: posted.currency.clone(),
        as_of: posted.as_of.clone(),
        custody: Custody::HeldAway,
    };
    match app::portal_accounts::add(&web.app, &lens, &typed).await {
        Ok(_) => Ok(see_saying(&web, format!("{}/accounts", super::at(household)), "Added. Your adviser sees it, and that it was you.")),
        Err(app::Error::Invalid(wrong)) => {
            let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
            Ok(again(form(shell, &lens, &about, &members, &posted, &wrong)))
        }
        Err(e) => Err(e.into()),
    }
}

const JOINT: &str = "joint";

fn owners(members: &[Member], chosen: &str) -> Vec<Owner> {
    if chosen == JOINT {
        let adults: Vec<_> = members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.id).collect();
        return equal_shares(&adults);
    }
    chosen.parse().map(|id| equal_shares(&[id])).unwrap_or_default()
}

fn form(shell: PortalShell, lens: &Lens, about: &About, members: &[Member], p: &Posted, wrong: &[app::Field]) -> PortalByHand {
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let see = See { shell: &shell, lens, about, members };
    let kinds = AccountType::ALL.iter().flat_map(|t| t.kinds()).map(|k| Pick::new(k.key(), kind_name(*k), k.key() == p.kind)).collect();
    let mut people: Vec<Pick> = members.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == p.owner)).collect();
    if members.iter().filter(|m| m.role == MemberRole::Adult).count() > 1 {
        people.push(Pick::new(JOINT, "Joint, in equal shares", p.owner == JOINT));
    }
    let name = Field::new("name", "Name").value(&p.name).hint("As you call it, such as Holiday savings").error(said("name"));
    let kind = Select::new("kind", "Kind", kinds).error(said("kind"));
    let owner = Select::new("owner", "Owner", people).error(said("owner"));
    let value = Field::new("value", "Value, or amount owed").kind(FieldKind::Amount).value(&p.value).error(said("value"));
    let chosen = if p.currency.is_empty() { "USD" } else { p.currency.as_str() };
    let currencies = app::accounts::CURRENCIES.iter().map(|(code, text)| Pick::new(*code, format!("{code}, {text}"), *code == chosen));
    let currency = Select::new("currency", "Currency", currencies.collect()).error(said("currency"));
    let as_of = Field::new("as_of", "As of").kind(FieldKind::Date).value(&p.as_of).error(said("as_of"));
    let institution = Field::new("institution", "Institution").value(&p.institution).optional().error(said("institution"));
    let mask = Field::new("mask", "Last four digits").value(&p.mask).optional().error(said("mask"));
    PortalByHand {
        action: see.at("accounts/by-hand"),
        id: p.id.clone(),
        problems: Problems::of([
            name.problem(),
            kind.problem(),
            owner.problem(),
            value.problem(),
            currency.problem(),
            as_of.problem(),
            institution.problem(),
            mask.problem(),
        ]),
        name,
        kind,
        owner,
        value,
        currency,
        as_of,
        institution,
        mask,
        cancel: see.at("accounts"),
        adviser: about.adviser_name().to_owned(),
        shell: shell.clone(),
    }
}
