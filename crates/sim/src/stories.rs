//! What the seeds have found, told as short stories: each failed once, and its mistake must not come back.

use crate::provider::Turn;
use crate::run;
use crate::sim::Sim;
use crate::world::{Fail, text};
use model::{AccountId, ConnectionId, FaultKind, FirmScope, Span, schedule};

/// A world in which one client has linked and everything has arrived; `then` tells the story.
fn story(then: impl AsyncFnOnce(&mut Sim, ConnectionId) -> Result<(), Fail>) {
    let dir = run::folder();
    let url = format!("sqlite://{}", dir.join("story.db").display());
    let told = run::alone(async {
        let mut sim = Sim::open(7, None, &url, &dir).await?;
        let n = sim.world.new_login(0, 0);
        let did = sim.link_as(0, 0, n).await?;
        sim.judge(did).await?;
        refresh(&mut sim, Turn::Good).await?;
        let id = *sim.view.conns.keys().next().ok_or("no connection")?;
        then(&mut sim, id).await
    });
    let _ = std::fs::remove_dir_all(dir);
    told.unwrap_or_else(|why| panic!("{why}"));
}

async fn start(sim: &mut Sim, node: usize, turn: Turn) -> Result<bool, Fail> {
    let did = sim.start(node, turn, None).await?;
    let called = did.called.is_some();
    sim.judge(did).await?;
    Ok(called)
}

async fn finish(sim: &mut Sim) -> Result<(), Fail> {
    let did = sim.finish(0, None).await?;
    sim.judge(did).await
}

async fn refresh(sim: &mut Sim, turn: Turn) -> Result<(), Fail> {
    if !start(sim, 0, turn).await? {
        return Err("nothing was due".into());
    }
    finish(sim).await
}

async fn hook(sim: &mut Sim, id: ConnectionId) -> Result<(), Fail> {
    let did = sim.hook_for(id).await?;
    sim.judge(did).await
}

async fn repair(sim: &mut Sim, id: ConnectionId) -> Result<(), Fail> {
    let did = sim.repair(Some(id)).await?;
    sim.judge(did).await
}

async fn mute(sim: &mut Sim) -> Result<AccountId, Fail> {
    let (id, _) = sim.view.accts.iter().next().ok_or("no account")?;
    let (id, app, scope): (AccountId, _, FirmScope) = (*id, sim.world.nodes[0].clone(), sim.world.homes[0].scope);
    app::ending::mute(&app, &scope, id).await.map_err(text)?;
    sim.judge(Default::default()).await?;
    Ok(id)
}

fn is(sim: &Sim, id: ConnectionId, state: &str) -> Result<(), Fail> {
    let c = &sim.view.conns[&id];
    if c.state == state { Ok(()) } else { Err(format!("{} instead of {state}", c.state)) }
}

// proves: N8 D5
#[test]
fn a_hook_that_comes_during_a_refresh_is_answered_by_another() {
    story(async |sim, id| {
        for late in [Span::ZERO, Span::minutes(6)] {
            hook(sim, id).await?;
            start(sim, 0, Turn::Good).await?;
            sim.world.clock.advance(late);
            hook(sim, id).await?;
            finish(sim).await?;
            refresh(sim, Turn::Good).await?;
            assert!(!start(sim, 0, Turn::Good).await?, "one answer is enough");
        }
        Ok(())
    });
}

// proves: N33
#[test]
fn a_refresh_that_began_before_the_repair_does_not_undo_it() {
    story(async |sim, id| {
        hook(sim, id).await?;
        start(sim, 0, Turn::Fault(FaultKind::NeedsCredentials)).await?;
        repair(sim, id).await?;
        finish(sim).await?;
        is(sim, id, "linking")?;
        refresh(sim, Turn::Good).await?;
        is(sim, id, "healthy")
    });
}

// proves: D8 N64
#[test]
fn what_was_muted_after_the_sign_in_stays_muted_until_the_next() {
    story(async |sim, id| {
        repair(sim, id).await?;
        let account = mute(sim).await?;
        if sim.view.conns[&id].removal == "none" {
            refresh(sim, Turn::Good).await?;
            assert_eq!(sim.view.accts[&account].state, "muted");
            repair(sim, id).await?;
            refresh(sim, Turn::Good).await?;
            assert_eq!(sim.view.accts[&account].state, "live");
            return Ok(());
        }
        Err("the story needs a second account".into())
    });
}

// proves: D12
#[test]
fn a_late_answer_is_kept_once_and_never_shown() {
    story(async |sim, id| {
        sim.world.clock.advance(Span::hours(1));
        sim.world.provider.state().outside.iter_mut().for_each(|o| o.moves(rig::START + Span::hours(1), &mut crate::dice::Dice::new(1)));
        sim.world
            .provider
            .state()
            .outside
            .iter_mut()
            .for_each(|o| o.moves(rig::START + Span::hours(1) + Span(1), &mut crate::dice::Dice::new(2)));
        hook(sim, id).await?;
        refresh(sim, Turn::Good).await?;
        for _ in 0..3 {
            hook(sim, id).await?;
            refresh(sim, Turn::Late).await?;
        }
        let rows = |sim: &Sim| sim.view.log.len();
        let before = rows(sim);
        hook(sim, id).await?;
        refresh(sim, Turn::Late).await?;
        assert_eq!(rows(sim), before);
        Ok(())
    });
}

#[test]
fn a_worker_that_slept_past_its_lease_cannot_commit() {
    story(async |sim, id| {
        hook(sim, id).await?;
        start(sim, 0, Turn::Good).await?;
        sim.world.clock.advance(Span::minutes(5));
        sim.truth_moves();
        assert!(start(sim, 1, Turn::Good).await?, "another node takes it over");
        let zombie = sim.finish(0, None).await?;
        sim.judge(zombie).await?;
        assert!(sim.view.conns[&id].lease_until.is_some(), "the new holder still holds it");
        finish(sim).await
    });
}

#[test]
fn a_crash_loop_stays_within_the_day() {
    story(async |sim, id| {
        let calls = |sim: &Sim| sim.world.provider.state().calls.len() as i64;
        for _ in 0..20 {
            hook(sim, id).await?;
            start(sim, 0, Turn::Good).await?;
            sim.crash(0)?;
            sim.world.clock.advance(Span::minutes(5));
        }
        assert_eq!(calls(sim), schedule::RUNS_PER_DAY);
        sim.world.clock.advance(Span::days(1));
        refresh(sim, Turn::Good).await?;
        is(sim, id, "healthy")
    });
}

#[test]
fn a_clock_that_was_set_back_makes_nobody_wait_for_the_lost_days() {
    story(async |sim, id| {
        sim.world.clock.advance(Span::days(31));
        refresh(sim, Turn::Good).await?;
        sim.world.clock.set(rig::START + Span::hours(2));
        sim.eras += 1;
        start(sim, 0, Turn::Good).await?;
        let due = sim.view.conns[&id].due_at.ok_or("never due")?;
        assert!(due > sim.world.now() && due < sim.world.now() + Span::days(8), "{due}");
        Ok(())
    });
}
