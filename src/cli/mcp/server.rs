//! The protocol: what a client asks, handed to the tools, and their answers in its words.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, Resource, ResourceContents,
    ResourceTemplate, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use tokio::sync::Semaphore;

use super::answer::Answer;
use super::desk::Desk;
use super::tools;
use crate::cli::rules::{rows, table};
use crate::{guide, rules};

/// Designs that are worked on at once; others wait, so that many requests do not take all memory.
const AT_ONCE: usize = 2;

const LANGUAGE: &str = "archc://language";
const RULES: &str = "archc://rules";
const MARKDOWN: &str = "text/markdown";

const INSTRUCTIONS: &str = "archc checks, draws and analyses software architectures written in the Arch language. Read the tool \
    `language` (or the resource archc://language) before you write a design. Then write it, call `check`, mend the mistakes \
    (E…) first, read `explain` for a finding that you do not know, and check again. Change the design, not the figures: leave out what you \
    do not know, archc says what it could not assess. `estimate`, `report`, `simulate` and `scale` give the numbers, `render` the \
    picture. Nothing is written to disk.";

/// What answers a client.
pub(super) struct Server {
    desk: Arc<Desk>,
    work: Arc<Semaphore>,
}

impl Server {
    pub(super) fn new(desk: Arc<Desk>) -> Self {
        Self { desk, work: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Runs a tool beside the loop that reads messages, so that it can be cancelled.
    async fn work(&self, row: &'static tools::Row, request: CallToolRequestParams) -> CallToolResult {
        let Ok(permit) = Arc::clone(&self.work).acquire_owned().await else {
            return failed("the server is about to end");
        };
        let desk = Arc::clone(&self.desk);
        let arguments = request.arguments.unwrap_or_default();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            row.call(&desk, arguments)
        });
        match done.await {
            Ok(Ok(answer)) => told(answer),
            Ok(Err(message)) => failed(&message),
            Err(_) => failed(
                "archc failed on this design; that is a fault of archc, please report it with the design",
            ),
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let abilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        let own = Implementation::new("archc", env!("CARGO_PKG_VERSION"));
        let mut info = ServerConfig::new(abilities).with_instructions(INSTRUCTIONS);
        info.server_info = own;
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::list()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools::find(name).map(tools::tool)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(row) = tools::find(&request.name) else {
            let message = format!("there is no tool `{}`", request.name);
            return Err(ErrorData::invalid_params(message, None));
        };
        match context.ct.run_until_cancelled(self.work(row, request)).await {
            Some(result) => Ok(result.into()),
            None => Err(ErrorData::internal_error("cancelled", None)),
        }
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let resource = |uri: &str, name: &str, title: &str, description: &str| {
            let named = Resource::new(uri, name).with_title(title);
            named.with_description(description).with_mime_type(MARKDOWN)
        };
        Ok(ListResourcesResult::with_all_items(vec![
            resource(
                LANGUAGE,
                "language",
                "The Arch language",
                "the reference for a model that writes designs",
            ),
            resource(RULES, "rules", "The rules", "code, name, severity and a sentence of each"),
        ]))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let rule = ResourceTemplate::new(format!("{RULES}/{{code}}"), "rule").with_title("A rule in full");
        let rule =
            rule.with_description("by code or name, such as archc://rules/AV001").with_mime_type(MARKDOWN);
        Ok(ListResourceTemplatesResult::with_all_items(vec![rule]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let text = match request.uri.as_str() {
            LANGUAGE => Some(guide::page()),
            RULES => Some(table(&rows())),
            other => other.strip_prefix(RULES).and_then(|rest| rules::explain(rest.strip_prefix('/')?)),
        };
        let Some(text) = text else {
            return Err(ErrorData::resource_not_found(
                format!("there is no resource `{}`", request.uri),
                None,
            ));
        };
        let contents = ResourceContents::text(text, request.uri).with_mime_type(MARKDOWN);
        Ok(ReadResourceResult::new(vec![contents]).into())
    }
}

fn told(answer: Answer) -> CallToolResult {
    let content = match answer.png {
        Some(bytes) => ContentBlock::image(STANDARD.encode(bytes), "image/png"),
        None => ContentBlock::text(answer.text),
    };
    let mut result = CallToolResult::success(vec![content]);
    result.structured_content = answer.data;
    result
}

fn failed(message: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(message)])
}
