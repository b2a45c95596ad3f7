//! Accounts that a path does not know yet: ours by another name, or new. Certain ones join; doubtful ones are kept apart and asked about.

use super::reconcile::Path;
use crate::{App, Error, Result, connections, events, facts, joins};
use model::account::{AccountState, Custody, PortfolioKind, Source};
use model::fact::{AccountFact, Fact, Owner};
use model::identity::{self, Candidate, Match, Reason, Seeker, Verdict};
use model::{AccountData, AccountId, ConnectionId, FirmScope};
use serde_json::json;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::Firm;
use store::aliases::{Alias, Known};
use store::connections::Removal;
use store::joins::Question;
use store::received::Newest;

/// `present`: accounts that the answer holds by known names.
pub(super) async fn adopt(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    path: &Path<'_>,
    strangers: &[&AccountData],
    present: &[AccountId],
    added: &mut Vec<AccountId>,
) -> Result<HashMap<String, Newest>> {
    // Two connections of one household may bring the same new account at once: the household's row is the lock.
    store::connections::lock_household(db, path.household).await?;
    let candidates = candidates(db, path).await?;
    let verdicts = identity::assign(&seeker(db, path).await?, strangers, &candidates, present);
    let newest: HashMap<_, _> =
        store::received::newest_of_household(db, path.household).await?.into_iter().map(|n| (n.account, n)).collect();
    let choices = store::chosen::of(db, path.id).await?;
    let mut out = HashMap::new();
    for (data, verdict) in strangers.iter().zip(verdicts) {
        // What the client left out when they chose is not stored; what they have not seen yet waits for them.
        let waits = matches!(verdict, Verdict::New(_)) && !choices.may_store(&data.external_id);
        if waits && !choices.leaves_out(&data.external_id) {
            store::chosen::tell_new(db, path.id).await?;
        }
        if waits || choices.leaves_out(&data.external_id) {
            continue;
        }
        let (account, reason, feeds, own) = match verdict {
            Verdict::Ours(m) => {
                let own = own_path(db, path, m.account, strangers).await?;
                let feeds = rejoin(app, db, scope, path, &m).await?;
                (m.account, words(&m.reasons), feeds, own)
            }
            Verdict::New(doubts) => {
                let own = choices.of(&data.external_id).map(|c| c.owners.clone()).filter(|o| !o.is_empty());
                let id = create(app, db, scope, path, data, own).await?;
                added.push(id);
                ask(app, db, scope, path, id, &doubts).await?;
                (id, "first seen".to_owned(), true, None)
            }
        };
        let alias = Alias {
            connection: path.id,
            external_id: data.external_id.clone(),
            account,
            persistent_id: data.persistent_id.clone(),
            reason,
        };
        store::aliases::put(db, &alias, own, app.now()).await?;
        store::aliases::end_others(db, path.id, account, own, &alias.external_id, app.now()).await?;
        if !feeds {
            continue;
        }
        let blank = Newest { account, seq: 0, as_of: None, hash: None, worth: None };
        out.insert(alias.external_id, newest.get(&account).cloned().unwrap_or(blank));
    }
    Ok(out)
}

/// Reasons as one line for people.
pub(crate) fn words(reasons: &[Reason]) -> String {
    reasons.iter().map(|r| identity::told(*r)).collect::<Vec<_>>().join(", ")
}

async fn seeker(db: &Firm, path: &Path<'_>) -> Result<Seeker> {
    let mut institutions = vec![path.institution.to_owned()];
    if let Some(id) = path.institution_id {
        institutions.extend(store::joins::directory_names(db, id).await?);
    }
    institutions.extend(store::joins::other_names(db, path.institution).await?);
    Ok(Seeker { path: path.id, institutions, site: path.url.and_then(site), member: Some(path.member) })
}

/// The host of an institution's page.
fn site(page: &str) -> Option<String> {
    let host = url::Url::parse(page).ok()?.host_str()?.to_lowercase();
    Some(host.strip_prefix("www.").map_or(host.clone(), str::to_owned))
}

async fn candidates(db: &Firm, path: &Path<'_>) -> Result<Vec<Candidate>> {
    let aliases = store::aliases::of_household(db, path.household).await?;
    let mut accounts = store::accounts::of_household(db, path.household).await?;
    let mut sites: HashMap<ConnectionId, Option<String>> = HashMap::new();
    // A deleted account that this path knows may come under a new name: it must be known again, and stay deleted.
    for l in &aliases {
        if l.connection == path.id && !accounts.iter().any(|a| a.id == l.account) {
            accounts.extend(store::accounts::find(db, l.account).await?.filter(|a| a.same_as.is_none()));
        }
        if let Entry::Vacant(unknown) = sites.entry(l.connection) {
            let page = store::connections::find(db, l.connection).await?.and_then(|c| c.url);
            unknown.insert(page.as_deref().and_then(site));
        }
    }
    // What is proposed or a model is no possession that could be found anywhere.
    let current = store::portfolios::of_household(db, path.household).await?.into_iter().find(|p| p.kind == PortfolioKind::Current);
    let mut out = Vec::new();
    for a in accounts.into_iter().filter(|a| a.source != Source::Model && current.as_ref().is_some_and(|p| p.id == a.portfolio)) {
        let own: Vec<&Alias> = aliases.iter().filter(|l| l.account == a.id).collect();
        let head = match a.source {
            Source::Manual => {
                model::head::Head { value: a.figures.value, currency: a.figures.currency.clone(), ..model::head::Head::default() }
            }
            _ => store::accounts::head(db, a.id).await?.unwrap_or_default(),
        };
        out.push(Candidate {
            account: a.id,
            state: a.state,
            source: a.source,
            site: own.iter().find_map(|l| sites.get(&l.connection).cloned().flatten()),
            institution: a.institution,
            name: a.name,
            mask: a.mask,
            kind: a.kind,
            owners: a.owners.iter().map(|o| o.member).collect(),
            persistent: own.iter().filter_map(|l| l.persistent_id.clone()).collect(),
            head,
            aliases: own.iter().filter(|l| l.connection == path.id).map(|l| l.external_id.clone()).collect(),
        });
    }
    behind(db, path, &mut out).await?;
    Ok(out)
}

/// What stands behind an account is that account by another number or name: whoever brings that one brings this one.
async fn behind(db: &Firm, path: &Path<'_>, out: &mut Vec<Candidate>) -> Result<()> {
    let joins = store::joins::of_household(db, path.household).await?;
    let faces = out.len();
    for j in joins.iter().filter(|j| j.before.path.source != Source::Manual) {
        let mut shown = j.face;
        while let Some(above) = joins.iter().find(|a| a.path == shown) {
            shown = above.face;
        }
        let Some(face) = out[..faces].iter().find(|c| c.account == shown).cloned() else { continue };
        let other = &j.before.path;
        out.push(Candidate {
            source: other.source,
            institution: other.institution.clone(),
            name: other.name.clone(),
            mask: other.mask.clone(),
            kind: other.kind,
            ..face
        });
    }
    Ok(())
}

/// Of an account that people made of two: whose path the new name continues. That of the name that it stands for, or of the sign-in
/// that fed the account until now.
async fn own_path(db: &Firm, path: &Path<'_>, account: AccountId, strangers: &[&AccountData]) -> Result<Option<AccountId>> {
    let known = store::aliases::of_account(db, account).await?;
    if known.iter().all(|k| k.own.is_none()) {
        return Ok(None);
    }
    let feeder = store::accounts::find(db, account).await?.and_then(|a| a.connection);
    let by_name = known.iter().find(|k| k.alias.connection == path.id && strangers.iter().any(|s| s.external_id == k.alias.external_id));
    let here = |k: &&Known| k.ended_at.is_none() && k.alias.connection == path.id;
    let fed = |k: &&Known| k.ended_at.is_none() && Some(k.alias.connection) == feeder;
    Ok(by_name.or_else(|| known.iter().find(here)).or_else(|| known.iter().find(fed)).and_then(|k| k.own))
}

/// The account is ours already: this path feeds it from now on, if it may. A connection that feeds nothing any more ends.
/// What people ended, or what another connection feeds, moves only when the client has signed in after that; deleted stays deleted.
async fn rejoin(app: &App, db: &Firm, scope: &FirmScope, path: &Path<'_>, m: &Match) -> Result<bool> {
    let account = m.account;
    let Some(version) = store::facts::current(db, account.uuid()).await? else { return Err(Error::Internal("account without a fact")) };
    let Fact::Account(mut fact) = version.fact else { return Err(Error::Internal("account fact")) };
    let before = fact.connection;
    if path.source == Source::File {
        return Ok(matches!(fact.state, AccountState::Live | AccountState::Disconnected) && fact.source != Source::Manual);
    }
    if before == Some(path.id) && fact.state == AccountState::Live {
        return Ok(true);
    }
    let deleted = fact.state == AccountState::Deleted;
    if deleted || !path.fresh || store::connections::is_held_back(db, path.id, account).await? {
        return Ok(false);
    }
    // People have chosen which of two paths brings the values: it goes on while it works.
    if fact.state == AccountState::Live && joins::path_chosen(db, account, before, path.id).await? {
        return Ok(false);
    }
    fact.connection = Some(path.id);
    fact.state = AccountState::Live;
    fact.source = Source::Aggregation;
    fact.closed_on = None;
    facts::say(app, db, scope, path.household, Fact::Account(fact)).await?;
    let detail = json!({ "connection": path.id, "before": before, "institution": path.institution, "reasons": m.reasons });
    events::record(app, db, scope, Some(path.household), "account.joined", account, detail).await?;
    if let Some(old) = before.filter(|b| *b != path.id)
        && store::connections::feeds(db, old).await? == 0
        && let Some(c) = store::connections::find(db, old).await?
        && c.removal == Removal::None
        && c.member == path.member
    {
        connections::end(app, db, scope, old, "linked again").await?;
    }
    Ok(true)
}

async fn create(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    path: &Path<'_>,
    data: &AccountData,
    owners: Option<Vec<Owner>>,
) -> Result<AccountId> {
    let id: AccountId = app.random().id(app.now());
    let portfolio = store::portfolios::of_household(db, path.household).await?;
    let portfolio = portfolio.into_iter().find(|p| p.kind == PortfolioKind::Current).ok_or(Error::Internal("no Current portfolio"))?;
    let fact = AccountFact {
        id,
        portfolio: portfolio.id,
        name: data.name.clone(),
        institution: path.institution.to_owned(),
        mask: data.mask.clone(),
        kind: data.kind,
        source: path.source,
        custody: Custody::HeldAway,
        state: AccountState::Live,
        owners: owners.unwrap_or_else(|| vec![Owner { member: path.member, share: 10_000 }]),
        connection: (path.source != Source::File).then_some(path.id),
        manual: None,
        detail: None,
        closed_on: None,
        same_as: None,
    };
    facts::say(app, db, scope, path.household, Fact::Account(fact)).await?;
    let mut detail = json!({ "institution": path.institution, "kind": data.kind.key() });
    if path.source != Source::File {
        detail["connection"] = json!(path.id);
    }
    events::record(app, db, scope, Some(path.household), "account.added", id, detail).await?;
    Ok(id)
}

/// "Is this the same account?", once for each pair.
async fn ask(app: &App, db: &Firm, scope: &FirmScope, path: &Path<'_>, account: AccountId, doubts: &[Match]) -> Result<()> {
    for d in doubts {
        let q = Question {
            household: path.household,
            account,
            other: d.account,
            score: d.score,
            reasons: d.reasons.clone(),
            asked_at: app.now(),
        };
        if store::joins::ask(db, &q).await? {
            let detail = json!({ "other": d.account, "score": d.score, "reasons": d.reasons });
            events::record(app, db, scope, Some(path.household), "account.same_asked", account, detail).await?;
        }
    }
    Ok(())
}
