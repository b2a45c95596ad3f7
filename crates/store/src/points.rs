//! Points at which a simulation may stop a task for good, as a crash would: before each statement, and around each commit. Compiled in
//! for `sim` alone; a task that nobody has armed passes without a trace.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    /// How many more points the task that is being polled may pass; none when it is not armed.
    static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    static DIED: Cell<bool> = const { Cell::new(false) };
}

/// Ends the task here when its points are used up: it is never polled again.
pub(crate) async fn pass() {
    match LEFT.get() {
        None => {}
        Some(0) => {
            DIED.set(true);
            std::future::pending().await
        }
        Some(n) => LEFT.set(Some(n - 1)),
    }
}

/// A task that dies at the point after `left` others. Ready with `None` when it has.
pub struct Mortal<F: ?Sized> {
    left: u32,
    task: Pin<Box<F>>,
}

impl<F: ?Sized> Mortal<F> {
    pub fn new(task: Pin<Box<F>>, left: u32) -> Mortal<F> {
        Mortal { left, task }
    }
    /// From here on it dies after `left` points.
    pub fn arm(&mut self, left: u32) {
        self.left = left;
    }
}

impl<F: Future + ?Sized> Future for Mortal<F> {
    type Output = Option<F::Output>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        LEFT.set(Some(self.left));
        DIED.set(false);
        let polled = self.task.as_mut().poll(cx);
        self.left = LEFT.replace(None).unwrap_or(0);
        match polled {
            Poll::Ready(out) => Poll::Ready(Some(out)),
            Poll::Pending if DIED.get() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
