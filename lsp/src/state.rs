//! What the protocol and the worker share: the open files as they are now, the last analysis, and a bell. Knows no
//! protocol type.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use archc::ide::{Analysis, File, Language, Snapshot};
use tokio::sync::watch;

/// The open files by path.
pub(crate) type OpenFiles = Arc<BTreeMap<Arc<str>, Arc<File>>>;

/// Everything that is shared.
#[derive(Debug)]
pub(crate) struct State {
    shared: Mutex<Shared>,
    changed: Condvar,
    /// The generation of the last analysis.
    analysed: watch::Sender<u64>,
    shut_down: AtomicBool,
}

#[derive(Debug, Default)]
struct Shared {
    open: OpenFiles,
    /// How the client writes the paths of what it has open.
    uris: BTreeMap<Arc<str>, Arc<str>>,
    /// Counts the changes; what was computed for an older count is stale.
    generation: u64,
    /// What happened outside of the open files since the worker looked.
    events: Vec<Event>,
    analysis: Arc<Analysis>,
    stopped: bool,
}

/// What happened outside of the open files.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A file changed on disk, came or went.
    Disk(String),
    /// Anything may have changed on disk.
    AllOfDisk,
    /// The files in the folders are these.
    Listed(Vec<String>),
}

/// What the worker is to look at.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// The open files.
    pub(crate) open: OpenFiles,
    /// How the client writes their paths.
    pub(crate) uris: BTreeMap<Arc<str>, Arc<str>>,
    /// What else happened.
    pub(crate) events: Vec<Event>,
    /// The count of changes.
    pub(crate) generation: u64,
}

impl Default for State {
    fn default() -> Self {
        let (analysed, _) = watch::channel(0);
        Self {
            shared: Mutex::default(),
            changed: Condvar::default(),
            analysed,
            shut_down: AtomicBool::default(),
        }
    }
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
    pub(crate) fn open(&self, uri: &str, path: String, text: String, version: i32, language: Language) {
        let path: Arc<str> = path.into();
        let file = File::new(Arc::clone(&path), text, language).opened(version);
        let mut shared = self.lock();
        shared.uris.insert(Arc::clone(&path), uri.into());
        Arc::make_mut(&mut shared.open).insert(path, Arc::new(file));
        self.touch(shared);
    }

    /// A document has changed. Changes to one that is not open are ignored. `change` reads each edit against the text
    /// before it.
    pub(crate) fn change(&self, path: &str, version: i32, edit: impl FnOnce(&File) -> String) {
        let mut shared = self.lock();
        let Some(file) = shared.open.get(path) else { return };
        let edited = Arc::new(file.edited(edit(file), version));
        Arc::make_mut(&mut shared.open).insert(path.into(), edited);
        self.touch(shared);
    }

    /// A document is closed.
    pub(crate) fn close(&self, path: &str) {
        let mut shared = self.lock();
        shared.uris.remove(path);
        Arc::make_mut(&mut shared.open).remove(path);
        self.touch(shared);
    }

    /// Something happened outside of the open files.
    pub(crate) fn happened(&self, events: impl IntoIterator<Item = Event>) {
        let mut shared = self.lock();
        shared.events.extend(events);
        self.touch(shared);
    }

    /// The files as they are now, with the last analysis.
    pub(crate) fn now(&self) -> Snapshot {
        let shared = self.lock();
        Snapshot::new(shared.generation, Arc::clone(&shared.open), Arc::clone(&shared.analysis))
    }

    /// Waits for an analysis of that generation, or a later one.
    pub(crate) async fn analysed(&self, generation: u64) {
        let mut analysed = self.analysed.subscribe();
        // the sender lives as long as the state
        _ = analysed.wait_for(|analysed| *analysed >= generation).await;
    }

    /// How the client writes a path that it has open.
    pub(crate) fn uri(&self, path: &str) -> Option<Arc<str>> {
        self.lock().uris.get(path).cloned()
    }

    /// Waits until something changed after `generation`; `None` when the server stops.
    pub(crate) fn wait_past(&self, generation: u64) -> Option<Work> {
        let mut shared = self.lock();
        while shared.generation == generation && !shared.stopped {
            shared = self.changed.wait(shared).unwrap_or_else(PoisonError::into_inner);
        }
        let events = std::mem::take(&mut shared.events);
        (!shared.stopped).then(|| Work {
            open: Arc::clone(&shared.open),
            uris: shared.uris.clone(),
            events,
            generation: shared.generation,
        })
    }

    /// Keeps an analysis, for those who ask from now on.
    pub(crate) fn keep(&self, analysis: Arc<Analysis>) {
        let generation = analysis.generation;
        self.lock().analysis = analysis;
        self.analysed.send_replace(generation);
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
