//! `workspace/executeCommand`: what an editor runs on a design. Each command takes one argument and changes no file.
//!
//! | command | takes | gives |
//! |---|---|---|
//! | `archc.lsp.simulate` | `{uri, position?, scenario?, show?}` | `{text, holds}` |
//! | `archc.lsp.findings` | `{uri, range}` | `{text}`, which is shown too |
//! | `archc.lsp.explain` | the code or name of a rule | `{text}` in Markdown |
//! | `archc.lsp.export` | `{uri, position?, format, view?, flow?, overlay?, theme?}` | `{text}` in that format |
//!
//! What is to be shown is told in a message too: a client that runs a lens looks at no answer.

use archc::ide::commands;
use archc::ide::preview::{self, Picked};
use serde_json::json;

use crate::answers::{Ask, Asked, Failure};
use crate::from_proto;
use crate::outgoing::ShowMessage;
use crate::server::Json;

/// Their names. No client has commands of these names itself.
pub(crate) const NAMES: [&str; 4] = [SIMULATE, FINDINGS, EXPLAIN, EXPORT];
/// Runs a scenario, or everything.
pub(crate) const SIMULATE: &str = "archc.lsp.simulate";
/// Tells the findings of a range.
pub(crate) const FINDINGS: &str = "archc.lsp.findings";
const EXPLAIN: &str = "archc.lsp.explain";
const EXPORT: &str = "archc.lsp.export";

/// Answers the request.
pub(crate) async fn answer(mut ask: Ask) -> Result<Json, Failure> {
    let command = ask.params.get("command").and_then(Json::as_str).unwrap_or_default().to_owned();
    let argument = ask.params.pointer("/arguments/0").cloned().unwrap_or_default();
    if command == EXPLAIN {
        let rule = argument.as_str().ok_or(Failure::Invalid)?;
        return commands::explain(rule).map(|text| json!({"text": text})).map_err(Failure::Refused);
    }
    ask.path = argument.get("uri").and_then(Json::as_str).map(from_proto::path);
    ask.params = argument;
    let services = std::sync::Arc::clone(&ask.services);
    let is_shown = command == FINDINGS || ask.params.get("show").and_then(Json::as_bool) == Some(true);
    let answer = match command.as_str() {
        SIMULATE => ask.studied(simulate).await,
        FINDINGS => ask.fresh(findings).await,
        EXPORT => ask.studied(export).await,
        _ => Err(Failure::Refused(format!("there is no command `{command}`"))),
    }?;
    if let Some(text) = answer.get("text").filter(|_| is_shown) {
        services.outbox.tell_soon::<ShowMessage>(json!({"type": INFORMATION, "message": text}));
    }
    Ok(answer)
}

/// The kind of a message that is neither a mistake nor a warning.
const INFORMATION: u8 = 3;

fn findings(asked: &Asked) -> Result<Json, Failure> {
    let range = crate::writing::range(asked)?;
    let line = |told: &archc::ide::Told<'_>| {
        let (it, place) = (told.diagnostic, told.design.place(told.diagnostic.span)?);
        let line = asked.writer().range(&place)?.pointer("/start/line")?.as_u64()? + 1;
        let severity = it.severity.as_str();
        range.contains(&place.range.start).then(|| format!("{line}: {severity}[{}] {}", it.code, it.message))
    };
    let lines: Vec<String> = asked.view.snapshot.told(&asked.path).iter().filter_map(line).collect();
    Ok(json!({"text": lines.join("\n")}))
}

fn simulate(asked: &Asked) -> Result<Json, Failure> {
    let scenario = asked.params.get("scenario").and_then(Json::as_str);
    let found = commands::run(design(asked)?, scenario).map_err(Failure::Refused)?;
    Ok(json!({"text": found.text, "holds": found.holds}))
}

fn export(asked: &Asked) -> Result<Json, Failure> {
    let format = asked.params.get("format").and_then(Json::as_str).unwrap_or("svg");
    let text = commands::export(design(asked)?, format, &picked(&asked.params)).map_err(Failure::Refused)?;
    Ok(json!({"text": text}))
}

fn design(asked: &Asked) -> Result<&archc::ide::Design, Failure> {
    let at = match asked.params.get("position") {
        Some(position) => asked.offset(Some(position))?,
        None => 0,
    };
    let held = preview::design(&asked.view.snapshot, &asked.path, at);
    held.map(|held| held.design.as_ref())
        .ok_or_else(|| Failure::Refused("there is no design in this file".to_owned()))
}

/// What of a picture the reader picked.
pub(crate) fn picked(params: &Json) -> Picked {
    let word = |key: &str| params.get(key).and_then(Json::as_str).map(str::to_owned);
    let open = params.get("open").and_then(Json::as_array).into_iter().flatten();
    let open = open.filter_map(Json::as_str).map(str::to_owned).collect();
    Picked { view: word("view"), flow: word("flow"), overlay: word("overlay"), theme: word("theme"), open }
}
