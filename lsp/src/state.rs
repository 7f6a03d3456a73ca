//! What the protocol and the worker share: the open files as they are now, the last analysis, what the client can, and a
//! bell. Knows no protocol type.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use archc::ide::{Analysis, File, Language, Snapshot};
use tokio::sync::watch;

use crate::abilities::{Abilities, Settings};

/// The open files by path.
pub(crate) type OpenFiles = Arc<BTreeMap<Arc<str>, Arc<File>>>;
/// How the client writes the paths of what it has open.
pub(crate) type Uris = Arc<BTreeMap<Arc<str>, Arc<str>>>;

/// Everything that is shared.
#[derive(Debug)]
pub(crate) struct State {
    shared: Mutex<Shared>,
    changed: Condvar,
    /// Counts changes of texts and analyses, for those who wait for one.
    ticks: watch::Sender<u64>,
    shut_down: AtomicBool,
}

#[derive(Debug, Default)]
struct Shared {
    open: OpenFiles,
    uris: Uris,
    /// Counts the changes; what was computed for an older count is stale.
    generation: u64,
    /// What happened outside of the open files since the worker looked.
    events: Vec<Event>,
    analysis: Arc<Analysis>,
    abilities: Arc<Abilities>,
    settings: Arc<Settings>,
    folders: Vec<PathBuf>,
    /// The files of the folders are to be listed (anew).
    must_list: bool,
    /// The client is ready to be told things.
    begun: bool,
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
    /// The user wants something else.
    Settings,
    /// The client is to be asked what the user wants.
    AskSettings,
}

/// What a request is answered from.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The texts, and the last analysis.
    pub(crate) snapshot: Snapshot,
    /// How the client writes the paths of what it has open.
    pub(crate) uris: Uris,
    /// What the client can.
    pub(crate) abilities: Arc<Abilities>,
    /// What the user wants.
    pub(crate) settings: Arc<Settings>,
}

/// What the worker is to look at.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// The open files.
    pub(crate) open: OpenFiles,
    /// The folders of the workspace.
    pub(crate) folders: Vec<PathBuf>,
    /// What else happened.
    pub(crate) events: Vec<Event>,
    /// The count of changes.
    pub(crate) generation: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            shared: Mutex::default(),
            changed: Condvar::default(),
            ticks: watch::channel(0).0,
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
        self.ring();
    }

    fn ring(&self) {
        self.changed.notify_all();
        self.ticks.send_modify(|ticks| *ticks += 1);
    }

    /// A document is open, with this text.
    pub(crate) fn open(&self, uri: &str, path: String, text: String, version: i32, language: Language) {
        let path: Arc<str> = path.into();
        let file = File::new(Arc::clone(&path), text, language).opened(version);
        let mut shared = self.lock();
        Arc::make_mut(&mut shared.uris).insert(Arc::clone(&path), uri.into());
        Arc::make_mut(&mut shared.open).insert(path, Arc::new(file));
        self.touch(shared);
    }

    /// A document has changed. Changes to one that is not open are ignored.
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
        Arc::make_mut(&mut shared.uris).remove(path);
        Arc::make_mut(&mut shared.open).remove(path);
        self.touch(shared);
    }

    /// Something happened outside of the open files.
    pub(crate) fn happened(&self, events: impl IntoIterator<Item = Event>) {
        let mut shared = self.lock();
        shared.events.extend(events);
        self.touch(shared);
    }

    /// What the client can, what the user wants, and the folders that it has open.
    pub(crate) fn introduce(&self, abilities: Abilities, settings: Settings, folders: Vec<PathBuf>) {
        let mut shared = self.lock();
        shared.abilities = Arc::new(abilities);
        shared.settings = Arc::new(settings);
        shared.folders = folders;
        shared.must_list = true;
    }

    /// What the client can.
    pub(crate) fn abilities(&self) -> Arc<Abilities> {
        Arc::clone(&self.lock().abilities)
    }

    /// The user wants something else.
    pub(crate) fn set_settings(&self, settings: Settings) {
        self.lock().settings = Arc::new(settings);
        self.happened([Event::Settings]);
    }

    /// Other folders are open.
    pub(crate) fn change_folders(&self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let mut shared = self.lock();
        shared.folders.retain(|folder| !removed.contains(folder) && !added.contains(folder));
        shared.folders.extend(added);
        self.touch(shared);
    }

    /// The files of the folders are to be listed anew.
    pub(crate) fn list_files(&self) {
        self.lock().must_list = true;
        self.changed.notify_all();
    }

    /// Waits until the files of some folders are to be listed; `None` when the server stops.
    pub(crate) fn wait_to_list(&self) -> Option<Vec<PathBuf>> {
        let mut shared = self.lock();
        while !(shared.stopped || shared.must_list && shared.begun) {
            shared = self.changed.wait(shared).unwrap_or_else(PoisonError::into_inner);
        }
        shared.must_list = false;
        (!shared.stopped).then(|| shared.folders.clone())
    }

    /// The client is ready to be told things.
    pub(crate) fn begin(&self) {
        self.lock().begun = true;
        self.ring();
    }

    /// The texts as they are now, with the last analysis.
    pub(crate) fn view(&self) -> View {
        let shared = self.lock();
        let (open, analysis) = (Arc::clone(&shared.open), Arc::clone(&shared.analysis));
        View {
            snapshot: Snapshot::new(shared.generation, open, analysis),
            uris: Arc::clone(&shared.uris),
            abilities: Arc::clone(&shared.abilities),
            settings: Arc::clone(&shared.settings),
        }
    }

    /// Waits until `is_it` says so; it is asked at once and after each change and each analysis.
    pub(crate) async fn wait<T>(&self, mut is_it: impl FnMut(View) -> Option<T>) -> T {
        let mut ticks = self.ticks.subscribe();
        loop {
            if let Some(it) = is_it(self.view()) {
                return it;
            }
            // the sender lives as long as the state
            _ = ticks.changed().await;
        }
    }

    /// Waits until something changed after `generation`; `None` when the server stops.
    pub(crate) fn wait_past(&self, generation: u64) -> Option<Work> {
        let mut shared = self.lock();
        while (shared.generation == generation || !shared.begun) && !shared.stopped {
            shared = self.changed.wait(shared).unwrap_or_else(PoisonError::into_inner);
        }
        let events = std::mem::take(&mut shared.events);
        let (open, folders) = (Arc::clone(&shared.open), shared.folders.clone());
        (!shared.stopped).then_some(Work { open, folders, events, generation: shared.generation })
    }

    /// Keeps an analysis, for those who ask from now on. Gives back the one before: to let go of it takes its time.
    pub(crate) fn keep(&self, analysis: Arc<Analysis>) -> Arc<Analysis> {
        let before = std::mem::replace(&mut self.lock().analysis, analysis);
        self.ticks.send_modify(|ticks| *ticks += 1);
        before
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
