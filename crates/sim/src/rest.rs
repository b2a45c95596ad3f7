//! The end of a world: the faults stop, time goes on, and everything that was promised must have happened.

use crate::provider::Turn;
use crate::sim::{Did, Sim};
use crate::view::View;
use crate::world::{Fail, text};
use model::connection::ConnectionState;
use model::{ConnectionId, Span, schedule};
use std::collections::BTreeSet;

/// Days of calm within which everything comes to rest: a refresh may be due only after a long weekend.
const CALM: i64 = 9;

pub async fn come_to(sim: &mut Sim) -> Result<(), Fail> {
    {
        let mut s = sim.world.provider.state();
        s.logins.iter_mut().for_each(|l| {
            l.trouble = None;
            l.hidden.clear();
        });
    }
    while !sim.runs.is_empty() {
        let did = sim.finish(0, None).await?;
        note(sim, "the last runs end");
        sim.judge(did).await?;
    }
    sim.world.clock.advance(Span::minutes(5));
    drain(sim).await?;
    i2_no_hook_is_lost(sim)?;
    let mut mended = BTreeSet::new();
    let (began, calls) = (sim.world.now(), sim.world.provider.state().calls.len());
    while sim.world.now() - began < Span::days(CALM) {
        repairs(sim, &mut mended).await?;
        drain(sim).await?;
        if settled(sim, calls) {
            break;
        }
        let due = sim.view.conns.values().filter(|c| c.removal == "none").filter_map(|c| c.due_at);
        let jobs = sim.view.jobs.values().filter(|j| j.state == "waiting").map(|j| j.run_at);
        let leases = sim.view.conns.values().filter_map(|c| c.lease_until);
        let now = sim.world.now();
        let next = due.chain(jobs).chain(leases).filter(|t| *t > now).min().unwrap_or(now + Span::hours(1));
        sim.world.clock.set(next.min(now + Span::days(1)) + Span::seconds(1));
    }
    i9_everything_ends(sim)?;
    i11_every_end_is_confirmed(sim)?;
    i2_shows_the_truth(sim)?;
    let app = sim.world.nodes[0].clone();
    let report = app::rebuild::run(&app).await.map_err(text)?;
    if !report.differences.is_empty() {
        return Err(format!("rebuild finds {:?}", report.differences));
    }
    Ok(())
}

/// Whoever is asked to sign in again does, once.
async fn repairs(sim: &mut Sim, mended: &mut BTreeSet<ConnectionId>) -> Result<(), Fail> {
    let waiting: Vec<ConnectionId> =
        sim.view.conns.iter().filter(|(_, c)| c.removal == "none" && waits(&c.state)).map(|(id, _)| *id).collect();
    let waiting: Vec<ConnectionId> = waiting.into_iter().filter(|id| mended.insert(*id)).collect();
    for id in waiting {
        let did = sim.repair(Some(id)).await?;
        note(sim, "the client repairs");
        sim.judge(did).await?;
    }
    Ok(())
}

fn note(sim: &mut Sim, what: &str) {
    let step = format!("{} {} {what}", sim.step + 1, sim.world.now());
    sim.world.trace.step(step);
}

fn waits(state: &str) -> bool {
    ConnectionState::from_key(state).is_some_and(|s| s.waits_for_client() || !s.may_fetch())
}

/// Whether every connection that lives has brought something since, and nothing is left to do.
fn settled(sim: &Sim, calls: usize) -> bool {
    let s = sim.world.provider.state();
    let answered =
        |item: &str| s.calls.iter().skip(calls).any(|k| k.answered.is_some() && k.login.is_some_and(|n| s.logins[n].item == item));
    let fed = sim.view.conns.values().filter(|c| c.removal == "none").all(|c| answered(&c.item));
    fed && sim.view.jobs.values().all(|j| j.state == "done")
}

/// Runs what is due now, refreshes and jobs, until nothing is.
async fn drain(sim: &mut Sim) -> Result<(), Fail> {
    for _ in 0..200 {
        let node = sim.world.dice.below(sim.world.nodes.len());
        let did = sim.start(node, Turn::Good, None).await?;
        let called = did.called.is_some();
        note(sim, "a calm start");
        sim.judge(did).await?;
        if called {
            let did = sim.finish(0, None).await?;
            note(sim, "a calm end");
            sim.judge(did).await?;
        }
        let app = sim.app();
        let jobs = app::jobs::run_due(&app, 4).await.map_err(text)?;
        if jobs > 0 {
            note(sim, "calm jobs");
            sim.judge(Did::default()).await?;
        }
        if !called && jobs == 0 {
            let now = sim.world.now();
            let left = |v: &View| v.conns.values().filter(|c| c.removal == "none" && c.due_at.is_some_and(|t| t <= now)).count();
            if left(&sim.view) == 0 || sim.view.conns.values().any(|c| c.lease_until.is_some_and(|t| t >= now)) {
                return Ok(());
            }
        }
    }
    Err("the engine never comes to rest".into())
}

/// A hook that came while a refresh was under way is answered by another refresh.
fn i2_no_hook_is_lost(sim: &Sim) -> Result<(), Fail> {
    let s = sim.world.provider.state();
    for (id, calls) in &sim.marked {
        let c = &sim.view.conns[id];
        let login = s.logins.iter().position(|l| l.item == c.item);
        let asked = s.calls.iter().skip(*calls).any(|k| k.login == login);
        let consent =
            sim.view.consents.get(&c.consent).is_some_and(|(ends, ended)| ended.is_none() && ends.is_none_or(|t| t > sim.world.now()));
        if c.removal == "none" && consent && c.runs < schedule::RUNS_PER_DAY && c.lease_until.is_none() && !asked {
            return Err(format!("{id}: a hook was lost"));
        }
    }
    Ok(())
}

/// Every job ends; no run is left open; whatever can be fetched has a next time that is near.
fn i9_everything_ends(sim: &Sim) -> Result<(), Fail> {
    for (id, j) in &sim.view.jobs {
        // A case that stays open is looked at again at its own time, and says so.
        let later = j.kind == "look_at_case" && j.state == "waiting";
        if j.state != "done" && !later {
            return Err(format!("{id} {} is {} after the calm: {:?}", j.kind, j.state, j.error));
        }
    }
    let now = sim.world.now();
    for (id, c) in sim.view.conns.iter().filter(|(_, c)| c.removal == "none") {
        if c.lease_until.is_some() {
            return Err(format!("{id}: a run is open after the calm"));
        }
        if !waits(&c.state) && c.due_at.is_none_or(|t| t > now + Span::days(8)) {
            return Err(format!("{id}: {} and never due again ({:?})", c.state, c.due_at));
        }
    }
    Ok(())
}

/// The provider has ended what was ended here, its key and token are gone, and it was told once to the people.
fn i11_every_end_is_confirmed(sim: &Sim) -> Result<(), Fail> {
    let s = sim.world.provider.state();
    for (id, c) in sim.view.conns.iter().filter(|(_, c)| c.removal != "none") {
        let login = s.logins.iter().find(|l| l.item == c.item).ok_or("a connection of no item")?;
        if c.removal != "confirmed" || !login.revoked || c.keys > 0 || c.has_token {
            return Err(format!("{id}: removal {}, revoked {}, keys {}", c.removal, login.revoked, c.keys));
        }
        let told = sim.view.events.values().filter(|e| e.kind == "connection.end_confirmed" && e.object == id.to_string()).count();
        if told != 1 {
            return Err(format!("{id}: the confirmed end was told {told} times"));
        }
        if sim.view.consents.get(&c.consent).is_some_and(|(_, ended)| ended.is_none()) {
            return Err(format!("{id}: ended, and its permission stands"));
        }
    }
    Ok(())
}

/// In the end the state is one that some order of the same events would give: everything that is fed shows the newest truth, and every
/// account that a living sign-in shows is there exactly as people left it.
fn i2_shows_the_truth(sim: &Sim) -> Result<(), Fail> {
    let s = sim.world.provider.state();
    for (id, c) in sim.view.conns.iter().filter(|(_, c)| c.removal == "none") {
        let login = s.logins.iter().find(|l| l.item == c.item).ok_or("a connection of no item")?;
        if login.revoked {
            continue;
        }
        for outside in &login.shows {
            let newest = s.outside[*outside].versions.last().ok_or("no truth")?;
            let ours: Vec<_> =
                sim.view.accts.iter().filter(|(a, acct)| sim.is.get(a) == Some(outside) && acct.household == c.household).collect();
            if ours.is_empty() {
                return Err(format!("{id}: outside account {outside} never arrived"));
            }
            let fed = ours.iter().filter(|(_, a)| a.state == "live" && a.connection == Some(*id));
            for (a, acct) in fed {
                if acct.as_of != Some(newest.as_of) || acct.value != Some(newest.value.to_string()) || acct.missing {
                    return Err(format!("{a} shows {:?} of {:?}, true is {} of {}", acct.value, acct.as_of, newest.value, newest.as_of));
                }
            }
        }
    }
    Ok(())
}
