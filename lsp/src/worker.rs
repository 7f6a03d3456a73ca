//! Checks what is open on a thread of its own, so that the protocol never waits for an analysis, and tells what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use archc::ide::{Analysis, Design, File, Snapshot, Workspace};
use serde_json::json;
use tokio::sync::oneshot;

use crate::answers::is_debugged;
use crate::disk::{self, Disk};
use crate::from_proto;
use crate::outgoing::{
    Configuration, PublishDiagnostics, RefreshFindings, RefreshHints, RefreshLenses, RegisterCapability,
};
use crate::server::{Json, Outbox};
use crate::state::{Event, OpenFiles, State, View, Work};
use crate::to_proto::{self, Writer};

/// Starts the worker, and the thread that lists the files of the folders for it. They end when the state is stopped.
pub(crate) fn start(outbox: Outbox, state: Arc<State>) {
    let listing = Arc::clone(&state);
    let asking = outbox.clone();
    std::thread::spawn(move || {
        let mut is_first = true;
        while let Some(folders) = listing.wait_to_list() {
            if std::mem::take(&mut is_first) && listing.abilities().watches_files {
                asking.ask::<RegisterCapability>(to_proto::watchers(), drop);
            }
            // a fault in a foreign library must not end the listing for good
            if let Ok(files) = catch_unwind(|| disk::list(&folders)) {
                listing.happened([Event::Listed(files)]);
            }
        }
    });
    std::thread::spawn(move || {
        let mut known = Known::default();
        let mut generation = 0;
        let mut first = First::Awaited;
        while let Some(work) = state.wait_past(generation) {
            generation = work.generation;
            first.begin(&outbox, &state, &work);
            known.take(&work);
            let is_stale = || !state.is_current(generation);
            // a fault of ours must not end the server; the next change tries again with fresh caches
            let check = AssertUnwindSafe(|| known.workspace.check(&known.disk, generation, &is_stale));
            let Ok(checked) = catch_unwind(check) else {
                known = Known { told: known.told, listed: known.listed, ..Known::default() };
                known.workspace.list(known.listed.clone());
                continue;
            };
            if work.events.iter().any(|event| matches!(event, Event::AskSettings)) {
                ask_settings(&outbox, &state);
            }
            let Some(analysis) = checked else { continue };
            let before = state.keep(Arc::clone(&analysis));
            first.end();
            if !is_stale() {
                let tell = AssertUnwindSafe(|| known.tell(&outbox, &state, &work, &analysis));
                // what could not be told is told with the next change
                _ = catch_unwind(tell);
            }
            drop(before);
        }
    });
}

/// The first check of all files, which may take its time.
enum First {
    Awaited,
    /// Under way, shown until the sender is dropped; and whether the files are known.
    Shown(oneshot::Sender<()>, bool),
    Done,
}

/// A check that is quicker is not worth a word.
const PATIENCE: Duration = Duration::from_millis(500);

impl First {
    fn begin(&mut self, outbox: &Outbox, state: &State, work: &Work) {
        if matches!(self, Self::Awaited) {
            *self = if state.abilities().shows_progress {
                let (shown, done) = oneshot::channel();
                let patience = if is_debugged() { Duration::ZERO } else { PATIENCE };
                outbox.show_progress("archc: checking the workspace", patience, done);
                Self::Shown(shown, false)
            } else {
                Self::Done
            };
        }
        if let Self::Shown(_, is_listed) = self {
            *is_listed |= work.events.iter().any(|event| matches!(event, Event::Listed(_)));
        }
    }

    /// A check has come to its end; if all files were known, so has the first.
    fn end(&mut self) {
        match std::mem::replace(self, Self::Done) {
            // nobody listens where it was over before it was worth a word
            Self::Shown(shown, true) => _ = shown.send(()),
            other => *self = other,
        }
    }
}

/// What the worker remembers between two checks.
#[derive(Default)]
struct Known {
    workspace: Workspace,
    disk: Disk,
    open: OpenFiles,
    listed: BTreeSet<Arc<str>>,
    /// What the client shows, by path.
    told: BTreeMap<Arc<str>, Shown>,
    /// Something happened that no editor knows of.
    must_refresh: bool,
}

/// What the client shows of a file.
struct Shown {
    uri: Arc<str>,
    /// What it was made from: while that is there, it need not be told again.
    file: Weak<File>,
    designs: Vec<Weak<Design>>,
    is_empty: bool,
}

impl Known {
    /// Hands to the workspace what happened since the last check.
    fn take(&mut self, work: &Work) {
        self.workspace.set_today(disk::today());
        if self.disk.folders != work.folders {
            self.disk.folders.clone_from(&work.folders);
            self.workspace.reread();
        }
        for event in &work.events {
            match event {
                Event::Disk(path) => self.workspace.changed_on_disk(path),
                Event::AllOfDisk => self.workspace.reread(),
                Event::Settings | Event::AskSettings => {}
                Event::Listed(files) => {
                    self.listed = files.iter().map(|path| Arc::from(path.as_str())).collect();
                    self.workspace.list(self.listed.clone());
                }
            }
            self.must_refresh = true;
        }
        for path in self.open.keys().filter(|path| !work.open.contains_key(*path)) {
            self.workspace.close(path);
        }
        for (path, file) in work.open.iter() {
            if !self.open.get(path).is_some_and(|known| Arc::ptr_eq(known, file)) {
                self.workspace.open(Arc::clone(file));
            }
        }
        self.open = Arc::clone(&work.open);
    }

    /// Tells what is not told yet, and takes back what was told of files that have nothing now.
    fn tell(&mut self, outbox: &Outbox, state: &State, work: &Work, analysis: &Arc<Analysis>) {
        let snapshot = Snapshot::new(work.generation, Arc::clone(&work.open), Arc::clone(analysis));
        let view = View { snapshot, ..state.view() };
        if !view.abilities.pulls {
            self.publish(outbox, &view, analysis);
        }
        let many_open = || {
            let open = |document: &&Arc<archc::source::Document>| work.open.contains_key(document.path());
            let of = |design: &Arc<Design>| {
                design.compilation.sources.iter().map(|(_, it)| it).filter(open).count()
            };
            analysis.designs.iter().any(|design| of(design) > 1)
        };
        if self.must_refresh || many_open() {
            self.must_refresh = false;
            refresh(outbox, &view);
        }
    }

    fn publish(&mut self, outbox: &Outbox, view: &View, analysis: &Analysis) {
        let writer = Writer(view);
        let with_findings = analysis.paths().filter(|path| analysis.has_findings(path));
        let open = view.snapshot.open().map(|file| Arc::from(file.path()));
        let paths: BTreeSet<Arc<str>> = with_findings.cloned().chain(open).collect();
        for path in &paths {
            let uri = view.uris.get(path).cloned().or_else(|| to_proto::uri(path));
            let (Some(uri), Some(file)) = (uri, view.snapshot.file(path)) else { continue };
            let designs: Vec<Weak<Design>> = analysis.designs_with(path).map(Arc::downgrade).collect();
            let shown = self.told.get(path);
            if shown.is_some_and(|shown| shown.still_holds(&uri, file, &designs)) {
                continue;
            }
            let diagnostics = writer.findings_text(path);
            let is_empty = diagnostics == "[]";
            // a closed file without findings that the client knows nothing of
            if !(is_empty && file.version().is_none() && shown.is_none()) {
                let (uri, version) = (&*uri, file.version());
                outbox.tell::<PublishDiagnostics>(published(uri, version, &diagnostics));
            }
            if let Some(gone) = shown.filter(|shown| shown.uri != uri && !shown.is_empty) {
                outbox.tell::<PublishDiagnostics>(published(&gone.uri, None, "[]"));
            }
            let file = Arc::downgrade(file);
            self.told.insert(Arc::clone(path), Shown { uri, file, designs, is_empty });
        }
        self.told.retain(|path, shown| {
            let stays = paths.contains(path);
            if !stays && !shown.is_empty {
                outbox.tell::<PublishDiagnostics>(published(&shown.uri, None, "[]"));
            }
            stays
        });
    }
}

impl Shown {
    fn still_holds(&self, uri: &Arc<str>, file: &Arc<File>, designs: &[Weak<Design>]) -> bool {
        let same = |(one, other): (&Weak<Design>, &Weak<Design>)| one.ptr_eq(other);
        self.uri == *uri
            && self.file.ptr_eq(&Arc::downgrade(file))
            && self.designs.len() == designs.len()
            && self.designs.iter().zip(designs).all(same)
    }
}

/// What was found in a file, as JSON.
fn published(uri: &str, version: Option<i32>, diagnostics: &str) -> String {
    let version = version.map_or(String::new(), |version| format!(r#""version":{version},"#));
    format!(r#"{{"uri":{},{version}"diagnostics":{diagnostics}}}"#, json!(uri))
}

/// Asks the client for what its user wants.
fn ask_settings(outbox: &Outbox, state: &Arc<State>) {
    let state = Arc::clone(state);
    outbox.ask::<Configuration>(json!({"items": [{"section": "archc"}]}), move |answer| {
        if let Some(settings) = answer.get(0).and_then(from_proto::settings) {
            state.set_settings(settings);
        }
    });
}

/// Has the client ask anew for what it shows of files that nobody edited.
fn refresh(outbox: &Outbox, view: &View) {
    let wanted = view.abilities.refreshes;
    if wanted.hints {
        outbox.ask::<RefreshHints>(Json::Null, drop);
    }
    if wanted.lenses {
        outbox.ask::<RefreshLenses>(Json::Null, drop);
    }
    if wanted.findings && view.abilities.pulls {
        outbox.ask::<RefreshFindings>(Json::Null, drop);
    }
}
