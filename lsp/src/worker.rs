//! Checks what is open on a thread of its own, so that the protocol never waits for an analysis.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr as _;
use std::sync::Arc;

use archc::config::Config;
use archc::ide::Workspace;
use tokio::runtime::Handle;
use tower_lsp::Client;
use tower_lsp::ls_types::{Diagnostic, Uri};

use crate::disk::Disk;
use crate::state::{Snapshot, State};
use crate::{from_proto, to_proto};

/// What is to be published: URI, version of the open text, findings.
type Published = Vec<(Uri, Option<i32>, Vec<Diagnostic>)>;

/// Starts the worker. It ends when the state is stopped.
pub(crate) fn start(client: Client, state: Arc<State>) {
    let runtime = Handle::current();
    std::thread::spawn(move || {
        let mut known = Known::default();
        let mut generation = 0;
        while let Some(snapshot) = state.wait_past(generation) {
            generation = snapshot.generation;
            // a fault of ours must not end the server; the next change tries again with fresh caches
            let checked = catch_unwind(AssertUnwindSafe(|| known.check(&snapshot)));
            let Ok(published) = checked else {
                known = Known { told: std::mem::take(&mut known.told), ..Known::default() };
                continue;
            };
            if !state.is_current(generation) {
                continue;
            }
            for (uri, version, diagnostics) in known.with_cleared(published) {
                runtime.block_on(client.publish_diagnostics(uri, diagnostics, version));
            }
        }
    });
}

/// What the worker remembers between two checks.
#[derive(Default)]
struct Known {
    workspace: Workspace,
    open: BTreeSet<String>,
    /// URIs with findings that the client shows.
    told: BTreeSet<String>,
}

impl Known {
    fn check(&mut self, snapshot: &Snapshot) -> Published {
        let mut now = BTreeSet::new();
        for (uri, open) in &snapshot.open {
            let path = from_proto::path(uri);
            self.workspace.set(&path, Arc::clone(&open.text));
            now.insert(path);
        }
        for gone in self.open.difference(&now) {
            self.workspace.close(gone);
        }
        self.open = now;
        let rows = self.workspace.check(&Disk, &Config::default());
        let mut published = Published::new();
        for (path, row) in rows {
            let open = snapshot.open.iter().find(|(uri, _)| from_proto::path(uri) == path);
            let uri = match open {
                Some((uri, _)) => Uri::from_str(uri).ok(),
                None => Uri::from_file_path(&path),
            };
            let Some(uri) = uri else { continue };
            let diagnostics =
                row.diagnostics.iter().map(|d| to_proto::diagnostic(&row.sources, d, &uri)).collect();
            published.push((uri, open.map(|(_, open)| open.version), diagnostics));
        }
        published
    }

    /// With an empty list for each URI that had findings and has none now.
    fn with_cleared(&mut self, mut published: Published) -> Published {
        let now: BTreeSet<String> = published.iter().map(|(uri, ..)| uri.as_str().to_owned()).collect();
        for gone in self.told.difference(&now) {
            if let Ok(uri) = Uri::from_str(gone) {
                published.push((uri, None, Vec::new()));
            }
        }
        self.told = now;
        published
    }
}
