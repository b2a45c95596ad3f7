//! What must hold after every step, each invariant of the design under its number. They judge the rows, not the engine's opinion.

use crate::sim::{Did, Sim};
use crate::view::{Acct, Conn, View};
use crate::world::{Fail, text};
use model::{AccountId, ConnectionId, schedule};
use std::collections::BTreeMap;
use store::received::Received;

type Rows<'a> = &'a [(AccountId, Received)];

/// One step as the oracles see it.
pub struct Look<'a> {
    pub sim: &'a Sim,
    pub before: &'a View,
    pub after: &'a View,
    pub did: &'a Did,
    pub rows: Rows<'a>,
}

impl Look<'_> {
    /// People have just said what this account went on as: it shows the other's figures from now on.
    fn is_shown_anew(&self, id: &AccountId) -> bool {
        self.did.joined.is_some_and(|(face, _)| face == *id)
    }
}

type Verdict = Result<(), Fail>;

fn holds(truth: bool, why: impl FnOnce() -> String) -> Verdict {
    if truth { Ok(()) } else { Err(why()) }
}

pub fn all(sim: &mut Sim, before: &View, did: &Did, rows: Rows<'_>) -> Verdict {
    count(sim, before, did)?;
    let look = Look { sim, before, after: &sim.view, did, rows };
    log_only_grows(&look)?;
    failure_moves_nothing(&look)?;
    i1_once(&look)?;
    i3_together(&look)?;
    i4_never_back(&look)?;
    i6_once_per_household(&look)?;
    i8_fenced(&look)?;
    i11_ended_is_ended(&look)?;
    i12_no_storm(&look)?;
    i15_own_firm(&look)?;
    i16_one_event(&look)?;
    i17_consent(&look)?;
    i18_budget(&look)?;
    vanished_stays(&look)?;
    moved_goes_on(&look)
}

/// What was reached, and what was spent: before anything is judged.
fn count(sim: &mut Sim, before: &View, did: &Did) -> Verdict {
    if let Some(c) = did.called {
        let item = &sim.view.conns[&c].item;
        let login = sim.world.provider.state().logins.iter().position(|l| l.item == *item).ok_or("a call for no item")?;
        let day = sim.world.now().utc_date();
        *sim.spent.entry((login, sim.eras, day)).or_default() += 1;
    }
    if let Some(f) = &did.finished {
        if before.conns[&f.conn].epoch != f.epoch {
            sim.saw("a late result was dropped");
        }
        if f.died && before.conns[&f.conn].cursor != sim.view.conns[&f.conn].cursor {
            sim.saw("died after the commit");
        }
    }
    let states: Vec<String> = sim.view.conns.values().map(|c| format!("state {}", c.state)).collect();
    states.into_iter().for_each(|s| sim.saw(s));
    let (mut moved, mut late) = (0, 0);
    for (id, a) in &sim.view.accts {
        if before.accts.get(id).is_some_and(|b| b.connection.is_some() && a.connection.is_some() && b.connection != a.connection) {
            moved += 1;
        }
        let newest = sim.view.log.get(&(*id, a.seq));
        if newest.is_some_and(|r| Some(r.as_of) < a.as_of) && !before.log.contains_key(&(*id, a.seq)) {
            late += 1;
        }
    }
    (0..moved).for_each(|_| sim.saw("an account moved to another connection"));
    (0..late).for_each(|_| sim.saw("a late answer was recorded and not shown"));
    Ok(())
}

/// Nothing is overwritten: rows of the logs are added, and a version's end is the only thing that is ever filled in.
pub fn log_only_grows(l: &Look<'_>) -> Verdict {
    holds(l.before.log.iter().all(|(k, r)| l.after.log.get(k) == Some(r)), || "a row of the log changed".into())?;
    holds(l.before.events.iter().all(|(k, e)| l.after.events.get(k) == Some(e)), || "an event changed".into())?;
    holds(l.before.trades.keys().all(|k| l.after.trades.contains_key(k)), || "a movement vanished".into())?;
    for (id, was) in &l.before.said {
        let is = l.after.said.get(id).ok_or_else(|| format!("{id} vanished"))?;
        let closed = was.known_until.is_none() || was.known_until == is.known_until;
        holds(was.body == is.body && was.known_from == is.known_from && closed, || format!("{id} was rewritten"))?;
        holds(is.known_until.is_none_or(|t| t >= is.known_from), || format!("{id} ends before it begins"))?;
    }
    Ok(())
}

fn figures(a: &Acct) -> impl PartialEq + use<> {
    (a.seq, a.value.clone(), a.as_of, a.received_at, a.confirmed_at)
}

/// Only a good answer moves "last succeeded" and figures, and only those of its own connection.
pub fn failure_moves_nothing(l: &Look<'_>) -> Verdict {
    let good = l.did.finished.as_ref().filter(|f| f.answered.is_some()).map(|f| f.conn);
    for (id, c) in &l.after.conns {
        let same = l.before.conns.get(id).is_none_or(|b| b.succeeded_at == c.succeeded_at);
        holds(same || good == Some(*id), || format!("{id}: succeeded_at moved without a good answer"))?;
    }
    for (id, a) in &l.after.accts {
        let same = l.is_shown_anew(id) || l.before.accts.get(id).is_none_or(|b| figures(b) == figures(a));
        holds(same || (good.is_some() && a.connection == good), || format!("{id}: figures moved without a good answer of its connection"))?;
    }
    Ok(())
}

/// The same figures of the same instant are in the log once, unless something else was said of that instant in between.
pub fn i1_once(l: &Look<'_>) -> Verdict {
    for ((account, seq), new) in l.after.new_log(l.before) {
        let same = l.after.log.range((*account, 0)..(*account, *seq)).filter(|(_, r)| r.as_of == new.as_of).collect::<Vec<_>>();
        let twin = same.iter().rev().find(|(_, r)| r.hash == new.hash && r.worth == new.worth);
        let between = same.iter().any(|((_, n), r)| twin.is_some_and(|((_, t), _)| n > t) && r.hash != new.hash);
        holds(twin.is_none() || between, || format!("{account}: the same answer stands in the log twice"))?;
    }
    Ok(())
}

/// Cursor and rows move in one transaction, whole: every row is one true version, and every account of the answer has been touched.
pub fn i3_together(l: &Look<'_>) -> Verdict {
    let moved: Vec<_> = l.after.conns.iter().filter(|(id, c)| l.before.conns.get(id).is_some_and(|b| b.cursor != c.cursor)).collect();
    holds(moved.len() <= 1, || "two cursors moved at once".into())?;
    let state = l.sim.world.provider.state();
    for (id, c) in &moved {
        let f = l.did.finished.as_ref().filter(|f| f.conn == **id).ok_or_else(|| format!("{id}: the cursor moved without a run"))?;
        holds(c.cursor == state.calls[f.call].cursor, || format!("{id}: a cursor of another answer"))?;
        for (outside, version) in f.answered.iter().flatten() {
            let ours = |id: &AccountId| l.sim.is.get(id) == Some(outside);
            let linked_after = |a: &AccountId| l.sim.fresh.get(id) > l.sim.ended.get(a).or(Some(&0));
            let asleep =
                l.after.accts.iter().find(|(a, acct)| ours(a) && ["muted", "disconnected"].contains(&&*acct.state) && linked_after(a));
            // A deleted one that this connection knows answers in its place, and stays deleted.
            let deleted = l.after.accts.iter().any(|(a, acct)| ours(a) && acct.state == "deleted");
            let fresh = l.before.conns[id].fresh && !deleted;
            holds(!fresh || asleep.is_none(), || format!("{id}: a fresh link did not bring {:?} back", asleep.map(|(a, _)| a)))?;
            let as_of = state.outside[*outside].versions[*version].as_of;
            let mine = l.after.accts.iter().filter(|(a, acct)| l.sim.is.get(a) == Some(outside) && acct.connection == Some(**id));
            for (a, acct) in mine.filter(|(_, acct)| acct.as_of.is_some_and(|t| t <= as_of)) {
                let touched = acct.confirmed_at == Some(l.sim.world.now());
                holds(touched, || format!("{a}: the answer held it and it was not touched"))?;
            }
        }
    }
    for (account, r) in l.rows.iter().filter(|(account, _)| !l.is_shown_anew(account)) {
        holds(moved.iter().any(|(id, _)| **id == r.held.via), || format!("{account}: a row without its cursor"))?;
        let outside = &state.outside[l.sim.is[account]];
        let version = outside.versions.iter().find(|v| v.as_of == r.as_of).ok_or("a row of no true instant")?;
        let held: Vec<i64> = r.held.positions.iter().flatten().map(|p| p.quantity.mantissa() as i64).collect();
        holds(r.worth.value == Some(version.value) && held == version.quantities, || format!("{account}: a row that was never true"))?;
    }
    Ok(())
}

/// The as-of that is shown never goes back, versions rise one by one, and what is shown is the newest of the log.
pub fn i4_never_back(l: &Look<'_>) -> Verdict {
    for (id, a) in &l.after.accts {
        if let Some(b) = l.before.accts.get(id) {
            holds(a.as_of >= b.as_of && a.seq >= b.seq, || format!("{id}: as-of or version went back"))?;
        }
        let rows: Vec<_> = l.after.log.range((*id, 0)..(*id, i64::MAX)).collect();
        holds(rows.iter().enumerate().all(|(n, ((_, seq), _))| *seq == n as i64 + 1), || format!("{id}: a gap in the log"))?;
        holds(a.seq == rows.len() as i64, || format!("{id}: the row counts {} of {}", a.seq, rows.len()))?;
        holds(a.as_of == rows.iter().map(|(_, r)| r.as_of).max(), || format!("{id}: not the newest is shown"))?;
    }
    Ok(())
}

/// What a household counts is what its log says, recomputed by other code from nothing.
pub async fn i5_total(sim: &Sim, home: usize) -> Verdict {
    let home = &sim.world.homes[home];
    let db = sim.world.store.read(&home.scope).await.map_err(text)?;
    let accounts = store::accounts::of_household(&db, home.household).await.map_err(text)?;
    let shown = app::household_list::sums(&accounts, sim.world.now().utc_date()).total;
    let mut plain: BTreeMap<String, model::Decimal> = BTreeMap::new();
    let counts = |a: &Acct| a.household == home.household && a.same_as.is_none() && ["live", "disconnected"].contains(&&*a.state);
    for (id, a) in sim.view.accts.iter().filter(|(_, a)| counts(a)) {
        let history = store::received::history(&db, *id).await.map_err(text)?;
        let Some(newest) = history.iter().max_by_key(|r| (r.as_of, r.seq)) else { continue };
        let value = newest.worth.value.ok_or("a value that was never sent")?;
        *plain.entry("USD".into()).or_default() += value;
        holds(a.value == Some(value.to_string()), || format!("{id}: shows {:?}, the log says {value}", a.value))?;
        let head = store::accounts::head(&db, *id).await.map_err(text)?;
        holds(head == Some(newest.head()), || format!("{id}: the head is not the log's"))?;
    }
    let shown: BTreeMap<String, model::Decimal> = shown.by_currency.iter().map(|(c, d)| (c.code().to_owned(), *d)).collect();
    holds(shown == plain, || format!("total {shown:?}, recomputed {plain:?}"))
}

/// One outside account counts at most once in a household.
pub fn i6_once_per_household(l: &Look<'_>) -> Verdict {
    let mut counted = BTreeMap::new();
    let counts = |a: &Acct| a.same_as.is_none() && ["live", "disconnected"].contains(&&*a.state);
    for (id, a) in l.after.accts.iter().filter(|(_, a)| counts(a)) {
        if let Some(outside) = l.sim.is.get(id) {
            let twin = counted.insert((a.household, *outside), *id);
            holds(twin.is_none(), || format!("outside account {outside} counts twice: {id} and {twin:?}"))?;
        }
    }
    Ok(())
}

/// A result that comes after its lease was lost, or after the end, changes nothing at all.
pub fn i8_fenced(l: &Look<'_>) -> Verdict {
    let Some(f) = &l.did.finished else { return Ok(()) };
    let before = &l.before.conns[&f.conn];
    if before.epoch == f.epoch && before.removal == "none" {
        return Ok(());
    }
    holds(l.after.conns[&f.conn] == *before, || format!("{}: a late result changed the connection", f.conn))?;
    holds(l.rows.iter().all(|(_, r)| r.held.via != f.conn), || format!("{}: a late result was written", f.conn))
}

/// After mute, disconnect, delete or the end of a connection nothing is written for it, until the client links again after that.
pub fn i11_ended_is_ended(l: &Look<'_>) -> Verdict {
    let again = |account: &AccountId, by: Option<ConnectionId>| {
        by.and_then(|c| l.sim.fresh.get(&c)) > l.sim.ended.get(account).or(Some(&0)) || !l.sim.ended.contains_key(account)
    };
    for (account, r) in l.rows.iter().filter(|(account, _)| !l.is_shown_anew(account)) {
        let a = &l.after.accts[account];
        holds(a.state == "live" && a.connection == Some(r.held.via), || {
            format!("{account}: written while {} and fed by another", a.state)
        })?;
        holds(l.before.conns[&r.held.via].removal == "none", || format!("{account}: written by a connection that has ended"))?;
        holds(again(account, a.connection), || format!("{account}: written after a person ended it"))?;
    }
    for (id, b) in &l.before.accts {
        let a = l.after.accts.get(id).ok_or_else(|| format!("{id} vanished"))?;
        holds(b.state != "deleted" || a.state == "deleted", || format!("{id}: deleted and back"))?;
        let back = b.state != "live" && a.state == "live";
        holds(!back || again(id, a.connection), || format!("{id}: {} and back without a fresh link", b.state))?;
    }
    for (id, b) in &l.before.conns {
        let a = &l.after.conns[id];
        let order = ["none", "pending", "confirmed"];
        let at = |c: &Conn| order.iter().position(|o| *o == c.removal);
        holds(at(a) >= at(b), || format!("{id}: ended and back"))?;
        let done = a.removal != "confirmed" || (!a.has_token && a.keys == 0);
        holds(done, || format!("{id}: the end is confirmed and its key is still there"))?;
    }
    Ok(())
}

/// The provider is called for what was due and free, and for nothing else: no jump of the clock makes a storm. What has ended stays so.
pub fn i12_no_storm(l: &Look<'_>) -> Verdict {
    if let Some(id) = l.did.called {
        let c = &l.before.conns[&id];
        holds(c.due_at.is_some_and(|t| t <= l.sim.world.now()), || format!("{id}: called although not due"))?;
    }
    let kept = l.before.consents.iter().filter(|(_, (_, ended))| ended.is_some()).all(|(id, was)| l.after.consents.get(id) == Some(was));
    holds(kept, || "a permission that had ended came back".into())
}

/// Nothing crosses from one firm to another.
pub fn i15_own_firm(l: &Look<'_>) -> Verdict {
    let state = l.sim.world.provider.state();
    for (account, _) in l.rows {
        let (a, outside) = (&l.after.accts[account], &state.outside[l.sim.is[account]]);
        let home = &l.sim.world.homes[outside.household];
        holds(home.household == a.household && home.scope.firm() == a.firm, || format!("{account}: figures of another house"))?;
    }
    Ok(())
}

/// One event for each change of state, and none without a change.
pub fn i16_one_event(l: &Look<'_>) -> Verdict {
    let said =
        |object: &str, kinds: &[&str]| l.after.new_events(l.before).filter(|e| e.object == object && kinds.contains(&&*e.kind)).count();
    for (id, a) in &l.after.conns {
        let Some(b) = l.before.conns.get(id) else {
            holds(said(&id.to_string(), &["connection.added"]) == 1, || format!("{id}: added without one event"))?;
            continue;
        };
        let id = id.to_string();
        let ended = usize::from(a.removal != b.removal && b.removal == "none");
        let confirmed = usize::from(a.removal != b.removal && a.removal == "confirmed");
        let changed = usize::from(a.state != b.state && a.removal == "none");
        let told = (said(&id, &["connection.ended"]), said(&id, &["connection.end_confirmed"]), said(&id, &["connection.changed"]));
        let repaired = said(&id, &["connection.repaired"]);
        holds(told.0 == ended && told.1 == confirmed, || format!("{id}: {} ends and {} confirmations told", told.0, told.1))?;
        holds(told.2 == changed || (told.2 == 0 && repaired == 1), || format!("{id}: {changed} changes, {} told", told.2))?;
    }
    for (id, a) in &l.after.accts {
        let text = id.to_string();
        let Some(b) = l.before.accts.get(id) else {
            holds(said(&text, &["account.added"]) == 1, || format!("{id}: added without one event"))?;
            continue;
        };
        // The one that went behind the other is told of there.
        let behind = a.same_as.is_some() && b.same_as.is_none();
        let changed = usize::from(!behind && (a.state != b.state || a.connection != b.connection || l.is_shown_anew(id)));
        let ways = ["account.muted", "account.disconnected", "account.deleted", "account.joined", "account.path_chosen", "account.moved"];
        let told = said(&text, &ways);
        holds(told == changed, || format!("{id}: {changed} changes, {told} told"))?;
        let (gone, back) = (said(&text, &["account.missing"]), said(&text, &["account.returned"]));
        holds(gone == usize::from(a.missing && !b.missing), || format!("{id}: missing, told {gone} times"))?;
        let returned = usize::from(!a.missing && b.missing);
        holds(back == returned || (back == 0 && changed == 1), || format!("{id}: returned, told {back} times"))?;
    }
    Ok(())
}

/// No fetch without a permission that holds.
pub fn i17_consent(l: &Look<'_>) -> Verdict {
    let Some(id) = l.did.called else { return Ok(()) };
    let c = &l.before.conns[&id];
    let (ends, ended) = l.before.consents.get(&c.consent).copied().unwrap_or((None, Some(l.sim.world.now())));
    let live = ended.is_none() && ends.is_none_or(|t| t > l.sim.world.now());
    holds(live && c.removal == "none", || format!("{id}: fetched without a live permission"))
}

/// The provider is never called more often on one day than the policy says; a repair by the client begins the day anew.
pub fn i18_budget(l: &Look<'_>) -> Verdict {
    for (key, calls) in &l.sim.spent {
        let most = schedule::RUNS_PER_DAY + l.sim.allowed.get(key).copied().unwrap_or(0);
        holds(*calls <= most, || format!("{calls} calls for one item on {}, policy {most}", key.2))?;
    }
    Ok(())
}

/// What an answer leaves out is missing, and nothing else of it changes: no figure, no state, no connection.
fn vanished_stays(l: &Look<'_>) -> Verdict {
    for (id, a) in l.after.accts.iter().filter(|(_, a)| a.missing) {
        let Some(b) = l.before.accts.get(id).filter(|b| !b.missing && !l.is_shown_anew(id)) else { continue };
        let same = figures(a) == figures(b) && (&a.state, a.connection) == (&b.state, b.connection);
        holds(same, || format!("{id}: it vanished, and more than that changed"))?;
    }
    Ok(())
}

/// What went on as another account shows that one's newest value and is counted once.
fn moved_goes_on(l: &Look<'_>) -> Verdict {
    let Some((face, path)) = l.did.joined else { return Ok(()) };
    let (shown, behind, was) = (&l.after.accts[&face], &l.after.accts[&path], &l.before.accts[&path]);
    holds(behind.same_as == Some(face), || format!("{path}: moved, and counted beside {face}"))?;
    // Where the clock was set back in between, the newer of the two is shown.
    let same = was.as_of < l.before.accts[&face].as_of || (&shown.value, shown.as_of) == (&was.value, was.as_of);
    let goes_on = same && shown.connection == was.connection && !shown.missing;
    holds(goes_on, || format!("{face}: it went on as {path} and shows {:?} instead of {:?}", shown.value, was.value))
}
