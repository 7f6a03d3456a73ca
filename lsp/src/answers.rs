//! The answer to each request, by its method: which texts it needs, where it is worked out, who knows the answer.

use std::sync::Arc;

use archc::ide::File;
use serde_json::json;

use crate::from_proto;
use crate::lanes::{Lane, Panicked, quick};
use crate::positions::Position;
use crate::server::{Json, Outbox};
use crate::state::{State, View};
use crate::to_proto::Writer;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no such request.
    Unknown,
    /// It takes other parameters.
    Invalid,
    /// The text has changed meanwhile.
    Modified,
    /// It cannot be done, and that is why.
    Refused(String),
    /// A fault of ours.
    Fault,
}

/// What answering needs.
#[derive(Debug)]
pub(crate) struct Services {
    state: Arc<State>,
    /// Where pictures are drawn.
    drawing: Lane,
    /// Whether requests are answered that exist for our tests alone.
    is_debugged: bool,
}

/// A request under way.
struct Ask {
    services: Arc<Services>,
    params: Json,
    view: View,
    /// The file that it is about.
    path: Option<String>,
}

/// A request in the hands of who works it out.
pub(crate) struct Asked {
    /// The texts that it is about.
    pub(crate) view: View,
    /// Everything that the client said.
    pub(crate) params: Json,
    /// The file that it is about; empty for one about the whole workspace.
    pub(crate) path: String,
}

impl Services {
    pub(crate) fn new(state: Arc<State>, _outbox: Outbox) -> Self {
        let is_debugged = is_debugged();
        Self { state, drawing: Lane::start(), is_debugged }
    }
}

#[expect(clippy::disallowed_methods, reason = "how our tests ask for requests that no user has")]
fn is_debugged() -> bool {
    std::env::var("ARCHC_LSP_DEBUG").is_ok_and(|value| value == "1")
}

/// The answer to a request that came when the texts were those of `view`.
pub(crate) async fn answer(
    services: &Arc<Services>,
    method: &str,
    params: Json,
    view: View,
) -> Result<Json, Failure> {
    let path = params.pointer("/textDocument/uri").and_then(Json::as_str).map(from_proto::path);
    let ask = Ask { services: Arc::clone(services), params, view, path };
    match method {
        "textDocument/diagnostic" => ask.fresh(findings).await,
        "workspace/diagnostic" => ask.fresh(all_findings).await,
        _ if services.is_debugged => debug(ask, method).await,
        _ => Err(Failure::Unknown),
    }
}

impl Ask {
    /// Works on the texts as they were when the request came; the analysis may be older.
    async fn now(
        self,
        work: impl FnOnce(&Asked) -> Result<Json, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        let asked = Asked { view: self.view, params: self.params, path: self.path.unwrap_or_default() };
        quick(move || work(&asked)).await?
    }

    /// Works on an analysis of the texts as they were when the request came.
    async fn fresh(
        self,
        work: impl FnOnce(&Asked) -> Result<Json, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        let (services, asked) = self.analysed().await?;
        let current = asked.file().cloned();
        let path = asked.path.clone();
        let done = quick(move || work(&asked)).await?;
        services.still(&path, current.as_ref())?;
        done
    }

    /// The same, for work that takes its time; it is told when it is no longer wanted.
    async fn drawn(
        self,
        work: impl FnOnce(&Asked, &dyn Fn() -> bool) -> Result<Json, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        let (services, asked) = self.analysed().await?;
        services.drawing.run(move |is_wanted| work(&asked, is_wanted)).await?
    }

    /// Waits for the analysis of the texts as they were when the request came.
    async fn analysed(self) -> Result<(Arc<Services>, Asked), Failure> {
        let generation = self.view.snapshot.generation();
        let path = self.path.unwrap_or_default();
        let current = opened(&self.view, &path).cloned();
        let view = self.services.state.wait(|now| {
            if !same(opened(&now, &path), current.as_ref()) {
                Some(Err(Failure::Modified))
            } else if now.snapshot.analysis().generation >= generation {
                Some(Ok(now))
            } else {
                None
            }
        });
        let view = view.await?;
        Ok((self.services, Asked { view, params: self.params, path }))
    }
}

impl Services {
    /// Whether a file is still what it was.
    fn still(&self, path: &str, file: Option<&Arc<File>>) -> Result<(), Failure> {
        let was_open = file.filter(|file| file.version().is_some());
        match same(opened(&self.state.view(), path), was_open) {
            true => Ok(()),
            false => Err(Failure::Modified),
        }
    }
}

impl Asked {
    /// The file that it is about, as it is in these texts.
    pub(crate) fn file(&self) -> Option<&Arc<File>> {
        self.view.snapshot.file(&self.path)
    }

    /// The offset in the file that some position among the parameters means.
    pub(crate) fn offset(&self, position: Option<&Json>) -> Result<usize, Failure> {
        let position: Position = position.and_then(from_proto::position).ok_or(Failure::Invalid)?;
        let file = self.file().ok_or(Failure::Invalid)?;
        Ok(self.view.abilities.encoding.offset(file.whole(), position))
    }

    /// How its answer is written.
    pub(crate) fn writer(&self) -> Writer<'_> {
        Writer(&self.view)
    }
}

impl From<Panicked> for Failure {
    fn from(_: Panicked) -> Self {
        Self::Fault
    }
}

fn opened<'v>(view: &'v View, path: &str) -> Option<&'v Arc<File>> {
    view.snapshot.file(path).filter(|file| file.version().is_some())
}

fn same(one: Option<&Arc<File>>, other: Option<&Arc<File>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

fn findings(asked: &Asked) -> Result<Json, Failure> {
    let found = asked.writer().findings(&asked.path);
    let known = asked.params.get("previousResultId").and_then(Json::as_str);
    Ok(report(&found, known))
}

fn all_findings(asked: &Asked) -> Result<Json, Failure> {
    let analysis = asked.view.snapshot.analysis();
    let known = |uri: &str| {
        let ids = asked.params.get("previousResultIds")?.as_array()?;
        ids.iter().find(|id| id.get("uri").and_then(Json::as_str) == Some(uri))?.get("value")?.as_str()
    };
    let of = |path: &Arc<str>| {
        let uri = asked.writer().uri(path)?;
        let mut report = report(&asked.writer().findings(path), known(&uri));
        let version = asked.view.snapshot.file(path).and_then(|file| file.version());
        let fields = report.as_object_mut()?;
        fields.insert("uri".to_owned(), json!(&*uri));
        fields.insert("version".to_owned(), json!(version));
        Some(report)
    };
    let items: Vec<Json> = analysis.paths().filter_map(of).collect();
    Ok(json!({"items": items}))
}

/// A report of findings; short where the client knows them already.
fn report(found: &[Json], known: Option<&str>) -> Json {
    let id = from_proto::fingerprint(found);
    match known == Some(id.as_str()) {
        true => json!({"kind": "unchanged", "resultId": id}),
        false => json!({"kind": "full", "resultId": id, "items": found}),
    }
}

/// Requests that exist for our tests alone.
async fn debug(ask: Ask, method: &str) -> Result<Json, Failure> {
    match method {
        "archc/debug/panic" => {
            #[expect(clippy::panic, reason = "a test asks for one")]
            let work = |_: &Asked| -> Result<Json, Failure> { panic!("as a test wants it") };
            match ask.params.get("where").and_then(Json::as_str) {
                Some("thread") => ask.now(work).await,
                Some("lane") => ask.drawn(move |asked, _| work(asked)).await,
                _ => {
                    let Ask { view, params, .. } = ask;
                    work(&Asked { view, params, path: String::new() })
                }
            }
        }
        // like a drawing that never ends
        "archc/debug/stall" => {
            let stall = |_: &Asked, is_wanted: &dyn Fn() -> bool| {
                while is_wanted() {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                Ok(Json::Null)
            };
            ask.drawn(stall).await
        }
        "archc/debug/untilChanged" => {
            let services = Arc::clone(&ask.services);
            let wait = move |asked: &Asked| {
                while services.still(&asked.path, asked.file()).is_ok() {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                Ok(Json::Null)
            };
            ask.fresh(wait).await
        }
        "archc/debug/text" => {
            let file = ask.path.as_ref().and_then(|path| ask.view.snapshot.file(path));
            Ok(json!({"text": file.map(|file| file.text()), "version": file.and_then(|file| file.version())}))
        }
        _ => Err(Failure::Unknown),
    }
}
