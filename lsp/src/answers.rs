//! The answer to each request, by its method: which texts it needs, where it is worked out, who knows the answer.

use std::sync::Arc;

use archc::ide::{File, Place};

use crate::from_proto;
use crate::lanes::{Lane, Panicked, quick};
use crate::positions::Position;
use crate::preview::Pictures;
use crate::server::{Json, Outbox};
use crate::state::{State, View};
use crate::structure::Remembered;
use crate::to_proto::Writer;
use crate::{commands, debug, features, preview, pulled, structure, writing};

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
    /// What the client is told beside the answer.
    pub(crate) outbox: Outbox,
    /// Where pictures are drawn.
    drawing: Lane,
    /// Where scenarios are run, and whatever else may take seconds.
    study: Lane,
    /// What was drawn last.
    pub(crate) pictures: Pictures,
    /// The tokens that the client was given.
    tokens: Remembered,
    /// Whether requests are answered that exist for our tests alone.
    is_debugged: bool,
}

/// A request under way.
pub(crate) struct Ask {
    /// What answering needs.
    pub(crate) services: Arc<Services>,
    /// Everything that the client said.
    pub(crate) params: Json,
    /// The texts when it came.
    pub(crate) view: View,
    /// The file that it is about.
    pub(crate) path: Option<String>,
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
    pub(crate) fn new(state: Arc<State>, outbox: Outbox) -> Self {
        Self {
            state,
            outbox,
            drawing: Lane::start(),
            study: Lane::start(),
            pictures: Pictures::default(),
            tokens: Remembered::default(),
            is_debugged: is_debugged(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how our tests ask for requests that no user has")]
pub(crate) fn is_debugged() -> bool {
    std::env::var("ARCHC_LSP_DEBUG").is_ok_and(|value| value == "1")
}

/// The answer to a request that came when the texts were those of `view`.
pub(crate) async fn answer(
    services: &Arc<Services>,
    method: &str,
    params: Json,
    view: View,
) -> Result<Json, Failure> {
    let uri = ["/textDocument/uri", "/item/uri", "/data/uri"]
        .into_iter()
        .find_map(|pointer| params.pointer(pointer));
    let path = uri.and_then(Json::as_str).map(from_proto::path);
    let ask = Ask { services: Arc::clone(services), params, view, path };
    match method {
        "textDocument/hover" => ask.fresh(features::hover).await,
        "textDocument/definition" | "textDocument/declaration" => ask.fresh(features::definition).await,
        "textDocument/references" => ask.fresh(features::references).await,
        "textDocument/documentHighlight" => ask.fresh(features::highlights).await,
        "textDocument/documentLink" => ask.now(features::links).await,
        "textDocument/prepareRename" => ask.fresh(features::prepare_rename).await,
        "textDocument/rename" => ask.fresh(features::rename).await,
        "textDocument/documentSymbol" => ask.now(features::document_symbols).await,
        "workspace/symbol" => ask.fresh(features::workspace_symbols).await,
        "textDocument/formatting" | "textDocument/rangeFormatting" => ask.now(features::format).await,
        "textDocument/onTypeFormatting" => ask.now(features::format_typed).await,
        "textDocument/completion" => ask.now(writing::completion).await,
        "completionItem/resolve" => ask.fresh(writing::documented).await,
        "workspace/willRenameFiles" => ask.fresh(features::will_rename).await,
        "textDocument/codeAction" => ask.fresh(writing::actions).await,
        "textDocument/inlayHint" => ask.fresh(writing::hints).await,
        "textDocument/codeLens" => ask.fresh(writing::lenses).await,
        "textDocument/semanticTokens/full" | "textDocument/semanticTokens/full/delta" => {
            let services = Arc::clone(services);
            ask.now(move |asked| structure::tokens(asked, &services.tokens)).await
        }
        "textDocument/semanticTokens/range" => ask.now(structure::tokens_of_range).await,
        "textDocument/foldingRange" => ask.now(structure::folds).await,
        "textDocument/selectionRange" => ask.now(structure::selections).await,
        "textDocument/prepareCallHierarchy" => ask.fresh(structure::call_item).await,
        "callHierarchy/incomingCalls" => ask.fresh(structure::incoming).await,
        "callHierarchy/outgoingCalls" => ask.fresh(structure::outgoing).await,
        "workspace/executeCommand" => commands::answer(ask).await,
        "arch/preview" => preview::answer(ask).await,
        "textDocument/diagnostic" => ask.fresh(pulled::findings).await,
        "workspace/diagnostic" => ask.fresh(pulled::all_findings).await,
        _ if services.is_debugged => debug::answer(ask, method).await,
        _ => Err(Failure::Unknown),
    }
}

impl Ask {
    /// Works on the texts as they were when the request came; the analysis may be older.
    pub(crate) async fn now(
        self,
        work: impl FnOnce(&Asked) -> Result<Json, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        let asked = Asked { view: self.view, params: self.params, path: self.path.unwrap_or_default() };
        quick(move || work(&asked)).await?
    }

    /// Works on an analysis of the texts as they were when the request came.
    pub(crate) async fn fresh(
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
    pub(crate) async fn drawn(
        self,
        work: impl FnOnce(&Asked, &dyn Fn() -> bool) -> Result<Json, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        let (services, asked) = self.analysed().await?;
        services.drawing.run(move |is_wanted| work(&asked, is_wanted)).await?
    }

    /// The same, for work that may take seconds.
    pub(crate) async fn studied(
        self,
        work: impl FnOnce(&Asked) -> Result<Json, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        let (services, asked) = self.analysed().await?;
        services.study.run(move |_| work(&asked)).await?
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
    pub(crate) fn still(&self, path: &str, file: Option<&Arc<File>>) -> Result<(), Failure> {
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
        // nothing is found in a file that nobody opened
        let Some(file) = self.file() else { return Ok(0) };
        Ok(self.view.abilities.encoding.offset(file.whole(), position))
    }

    /// The offset that the parameter `position` means.
    pub(crate) fn position(&self) -> Result<usize, Failure> {
        self.offset(self.params.get("position"))
    }

    /// The lines and columns of a range of bytes of its file.
    pub(crate) fn range(&self, range: &std::ops::Range<usize>) -> Option<Json> {
        self.writer().range(&Place::new(self.path.as_str(), range.clone()))
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
