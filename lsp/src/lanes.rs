//! Where work is done that takes its time: beside the protocol, in order, and so that what is no longer wanted is not done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;

/// A thread for one kind of slow work: however much of it waits, quick answers are not delayed by more than one piece.
#[derive(Debug)]
pub(crate) struct Lane {
    jobs: Sender<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

/// The work panicked; that was told on standard error.
#[derive(Debug)]
pub(crate) struct Panicked;

impl Lane {
    /// Starts the thread.
    pub(crate) fn start() -> Self {
        let (jobs, queue) = channel::<Job>();
        std::thread::spawn(move || {
            for job in queue {
                // told to who asked, by an answer that never comes
                _ = catch_unwind(AssertUnwindSafe(job));
            }
        });
        Self { jobs }
    }

    /// Does some work after all that waits already. The work may ask whether it is still wanted, and is not begun when it is
    /// not: who waits for it no longer has dropped this future.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                let done = work(&|| !answer.is_closed());
                _ = answer.send(done);
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Panicked)?;
        answered.await.map_err(|_| Panicked)
    }
}

/// Does some quick work on a thread of its own.
pub(crate) async fn quick<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Panicked)
}
