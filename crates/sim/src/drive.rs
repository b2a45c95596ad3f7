//! Drives the engine's own futures: to the provider's gate, past it, to a crash at a chosen point, or to their end.

use crate::provider::Turn;
use crate::sim::{Did, Finished, Sim};
use crate::view::View;
use crate::world::{Fail, text};
use app::App;
use model::ConnectionId;
use std::future::Future;
use std::pin::Pin;
use store::points::Mortal;

type Task = dyn Future<Output = app::Result<()>>;

/// A refresh that waits at the provider's gate.
pub struct Run {
    pub node: usize,
    pub call: usize,
    pub conn: ConnectionId,
    pub epoch: i64,
    task: Mortal<Task>,
}

/// How far a task may go before it dies; far enough to live for ever when nobody wants its death.
const FOR_EVER: u32 = u32::MAX - 1;

pub enum Ended {
    Well,
    /// Refused with words for a person.
    Refused,
    Died,
}

impl Sim {
    /// Claims one due connection on a node and goes as far as the provider's gate.
    pub async fn start(&mut self, node: usize, turn: Turn, die: Option<u32>) -> Result<Did, Fail> {
        let calls = {
            let salt = self.world.dice.next();
            let mut s = self.world.provider.state();
            s.turn = Some((turn, salt));
            s.calls.len()
        };
        let app = self.world.nodes[node].clone();
        let task: Pin<Box<Task>> = Box::pin(async move { app::sync::refresh_due(&app, 1).await.map(|_| ()) });
        let mut task = Mortal::new(task, die.unwrap_or(FOR_EVER));
        let provider = self.world.provider.clone();
        self.permit_all(true).await?;
        let mut did = Did::default();
        tokio::select! {
            biased;
            out = &mut task => match out {
                None => {
                    drop(task);
                    self.saw("a crash before the fetch");
                    self.flush().await?;
                }
                // Nothing due, or refused before the provider was asked.
                Some(done) => done.map_err(|e| format!("refresh_due: {e:?}"))?,
            },
            _ = provider.arrived.notified() => {
                let item = {
                    let s = provider.state();
                    let n = s.calls[calls].login.ok_or("the provider got a token that it never gave")?;
                    s.logins[n].item.clone()
                };
                let view = View::load(&self.world.store).await?;
                let (id, c) = view.conns.iter().find(|(_, c)| c.item == item).ok_or("a call for no connection")?;
                self.runs.push(Run { node, call: calls, conn: *id, epoch: c.epoch, task });
                did.called = Some(*id);
            }
        }
        provider.state().turn = None;
        self.permit_all(false).await?;
        Ok(did)
    }

    /// Opens the gate for one run and lets it end, or die on the way.
    pub async fn finish(&mut self, n: usize, die: Option<u32>) -> Result<Did, Fail> {
        let Run { node: _, call, conn, epoch, task } = self.runs.remove(n);
        let mut task = task;
        if let Some(left) = die {
            task.arm(left);
        }
        self.unfence(conn, epoch).await?;
        self.world.provider.release(call);
        let died = match (&mut task).await {
            None => true,
            Some(done) => {
                done.map_err(|e| format!("refresh_one: {e:?}"))?;
                false
            }
        };
        drop(task);
        if died {
            self.saw("a crash after the fetch");
            self.flush().await?;
        }
        let answered = self.world.provider.state().calls[call].answered.clone();
        Ok(Did { finished: Some(Finished { conn, epoch, call, died, answered }), ..Did::default() })
    }

    /// An act of a person or a hook, or a job: to its end, or dead on the way.
    pub async fn act(&mut self, act: impl Future<Output = app::Result<()>> + 'static, die: Option<u32>) -> Result<Ended, Fail> {
        let task: Pin<Box<Task>> = Box::pin(act);
        let done = Mortal::new(task, die.unwrap_or(FOR_EVER)).await;
        match done {
            None => {
                self.saw("a crash in an act");
                self.flush().await?;
                Ok(Ended::Died)
            }
            Some(Ok(())) => Ok(Ended::Well),
            Some(Err(app::Error::NotFound | app::Error::Refused(_) | app::Error::TooMany(_))) => Ok(Ended::Refused),
            Some(Err(e)) => Err(format!("an act failed: {e:?}")),
        }
    }

    /// What the dead had handed to the group that commits together is in it: nobody knows, and it is saved.
    async fn flush(&self) -> Result<(), Fail> {
        let tx = self.world.store.begin_system().await.map_err(text)?;
        tx.commit().await.map_err(text)
    }

    /// The process of a node is gone with all that it was doing; another takes its place.
    pub fn crash(&mut self, node: usize) -> Result<(), Fail> {
        self.runs.retain(|r| r.node != node);
        self.world.nodes[node] = self.world.node()?;
        self.saw("a node crashed");
        Ok(())
    }

    pub fn app(&mut self) -> App {
        let n = self.world.dice.below(self.world.nodes.len());
        self.world.nodes[n].clone()
    }

    /// Now and then a number of points after which a task dies.
    pub fn death(&mut self, permille: u64) -> Option<u32> {
        let dies = self.world.dice.chance(permille);
        dies.then(|| self.world.dice.below(30) as u32)
    }
}
