//! The texts that the client has open, and a bell for the worker that checks them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::from_proto;

/// An open document.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    /// Its text.
    pub(crate) text: Arc<str>,
    /// The client's version of it.
    pub(crate) version: i32,
}

/// Everything that is shared between the protocol and the worker.
#[derive(Debug, Default)]
pub(crate) struct State {
    shared: Mutex<Shared>,
    changed: Condvar,
    shut_down: AtomicBool,
}

#[derive(Debug, Default)]
struct Shared {
    open: BTreeMap<String, Open>,
    /// Counts the changes; what was computed for an older count is stale.
    generation: u64,
    stopped: bool,
}

/// The open documents at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// By URI.
    pub(crate) open: BTreeMap<String, Open>,
    /// The count of changes.
    pub(crate) generation: u64,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        // the data is whole between statements, whoever panicked
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self, mut shared: MutexGuard<'_, Shared>) {
        shared.generation += 1;
        drop(shared);
        self.changed.notify_all();
    }

    /// A document is open, with this text.
    pub(crate) fn open(&self, uri: &Uri, text: String, version: i32) {
        let mut shared = self.lock();
        shared.open.insert(uri.as_str().to_owned(), Open { text: text.into(), version });
        self.touch(shared);
    }

    /// A document has changed. Changes to one that is not open are ignored.
    pub(crate) fn change(&self, uri: &Uri, changes: Vec<TextDocumentContentChangeEvent>, version: i32) {
        let mut shared = self.lock();
        let Some(open) = shared.open.get_mut(uri.as_str()) else { return };
        let mut text = open.text.to_string();
        for change in changes {
            from_proto::apply(&mut text, change);
        }
        *open = Open { text: text.into(), version };
        self.touch(shared);
    }

    /// A document is closed.
    pub(crate) fn close(&self, uri: &Uri) {
        let mut shared = self.lock();
        shared.open.remove(uri.as_str());
        self.touch(shared);
    }

    /// Waits until something changed after `generation`; `None` when the server stops.
    pub(crate) fn wait_past(&self, generation: u64) -> Option<Snapshot> {
        let mut shared = self.lock();
        while shared.generation == generation && !shared.stopped {
            shared = self.changed.wait(shared).unwrap_or_else(PoisonError::into_inner);
        }
        (!shared.stopped).then(|| Snapshot { open: shared.open.clone(), generation: shared.generation })
    }

    /// Whether nothing has changed since.
    pub(crate) fn is_current(&self, generation: u64) -> bool {
        self.lock().generation == generation
    }

    /// Ends the worker.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// The client has asked for a shutdown: its `exit` is then a success.
    pub(crate) fn shut_down(&self) {
        self.shut_down.store(true, Ordering::Release);
    }

    /// Whether it has.
    pub(crate) fn was_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::Acquire)
    }
}
