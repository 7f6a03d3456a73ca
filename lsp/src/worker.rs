//! Checks what is open on a thread of its own, so that the protocol never waits for an analysis.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use archc::ide::{Analysis, Workspace};

use crate::disk::Disk;
use crate::server::Outbox;
use crate::state::{Event, OpenFiles, State, Work};

/// Starts the worker. It ends when the state is stopped.
pub(crate) fn start(outbox: Outbox, state: Arc<State>) {
    std::thread::spawn(move || {
        let mut known = Known::default();
        let mut generation = 0;
        while let Some(work) = state.wait_past(generation) {
            generation = work.generation;
            known.take(&work);
            let is_stale = || !state.is_current(generation);
            // a fault of ours must not end the server; the next change tries again with fresh caches
            let check = AssertUnwindSafe(|| known.workspace.check(&known.disk, generation, &is_stale));
            let Ok(checked) = catch_unwind(check) else {
                known = Known { told: known.told, ..Known::default() };
                continue;
            };
            let Some(analysis) = checked.filter(|_| !is_stale()) else { continue };
            state.keep(Arc::clone(&analysis));
            known.tell(&outbox, &work, &analysis);
        }
    });
}

/// What the worker remembers between two checks.
#[derive(Default)]
struct Known {
    workspace: Workspace,
    disk: Disk,
    open: OpenFiles,
    /// Paths whose findings the client shows, by how they are written.
    told: BTreeMap<Arc<str>, Arc<str>>,
}

impl Known {
    /// Hands to the workspace what happened since the last check.
    fn take(&mut self, work: &Work) {
        for event in &work.events {
            match event {
                Event::Disk(path) => self.workspace.changed_on_disk(path),
                Event::AllOfDisk => self.workspace.reread(),
                Event::Listed(files) => {
                    self.workspace.list(files.iter().map(|path| Arc::from(path.as_str())).collect());
                }
            }
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

    /// Tells the findings, and of each path that had some and has none now.
    fn tell(&mut self, outbox: &Outbox, work: &Work, analysis: &Analysis) {
        let with_findings = analysis.paths().filter(|path| analysis.has_findings(path));
        let paths: BTreeSet<&Arc<str>> = with_findings.chain(work.open.keys()).collect();
        let mut now = BTreeMap::new();
        for path in paths {
            let uri = work.uris.get(path).cloned().or_else(|| crate::to_proto::uri(path));
            let Some(uri) = uri else { continue };
            let version = work.open.get(path).and_then(|file| file.version());
            outbox.findings(&uri, version, analysis, path);
            now.insert(Arc::clone(path), uri);
        }
        for (path, uri) in &self.told {
            if now.get(path) != Some(uri) {
                outbox.nothing(uri);
            }
        }
        self.told = now;
    }
}
