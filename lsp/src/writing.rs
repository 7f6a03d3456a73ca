//! What helps to write: completions, actions, hints and lenses, each as the client takes it.
#![expect(clippy::indexing_slicing, reason = "an object of JSON takes a new member")]

use std::ops::Range;

use archc::ide::actions::{self, Action, ActionKind};
use archc::ide::completion::{self, CompletionKind};
use archc::ide::lenses::{self, Command};
use archc::ide::{Place, hints, hover};
use serde_json::json;

use crate::answers::{Asked, Failure};
use crate::commands::{FINDINGS, SIMULATE};
use crate::server::Json;

type Answer = Result<Json, Failure>;

/// The kinds of actions, as the protocol names them.
pub(crate) const ACTION_KINDS: [&str; 4] = ["quickfix", "refactor.extract", "refactor.rewrite", FIX_ALL];
const FIX_ALL: &str = "source.fixAll.archc";
/// What opens a list of completions beside a letter.
pub(crate) const TRIGGERS: [&str; 9] = [":", "=", ".", "@", "\"", "(", "[", ">", "#"];

/// `textDocument/completion`
pub(crate) fn completion(asked: &Asked) -> Answer {
    let found = completion::completions(&asked.view.snapshot, &asked.path, asked.position()?);
    let uri = asked.writer().uri(&asked.path);
    let item = |(rank, it): (usize, completion::Completion)| {
        let snippet = it.snippet.as_ref().filter(|_| asked.view.abilities.snippets);
        let mut item = json!({
            "label": it.label, "detail": it.detail, "kind": completion_kind(it.kind),
            "sortText": format!("{rank:05}"), "insertTextFormat": if snippet.is_some() { 2 } else { 1 },
            "textEdit": {"range": asked.range(&it.range), "newText": snippet.unwrap_or(&it.new_text)},
        });
        if is_documented(it.kind) {
            item["data"] = json!({"uri": uri.as_deref(), "about": it.element.as_ref().unwrap_or(&it.label)});
        }
        item
    };
    let items: Vec<Json> = found.into_iter().enumerate().map(item).collect();
    Ok(json!({"isIncomplete": false, "items": items}))
}

/// `completionItem/resolve`: the text of the one item that is looked at, which all would be too long for.
pub(crate) fn documented(asked: &Asked) -> Answer {
    let mut item = asked.params.clone();
    let kind = item.get("kind").and_then(Json::as_u64);
    let kind = DOCUMENTED.into_iter().find(|it| Some(u64::from(completion_kind(*it))) == kind);
    let about = asked.params.pointer("/data/about").and_then(Json::as_str);
    let text = kind
        .zip(about)
        .and_then(|(kind, about)| hover::documentation(&asked.view.snapshot, &asked.path, kind, about));
    if let (Some(text), Some(item)) = (text, item.as_object_mut()) {
        item.insert("documentation".to_owned(), json!({"kind": "markdown", "value": text}));
    }
    Ok(item)
}

/// What has a text of its own.
const DOCUMENTED: [CompletionKind; 8] = [
    CompletionKind::Kind,
    CompletionKind::Component,
    CompletionKind::Group,
    CompletionKind::Element,
    CompletionKind::Attribute,
    CompletionKind::Technology,
    CompletionKind::Rule,
    CompletionKind::Word,
];

fn is_documented(kind: CompletionKind) -> bool {
    DOCUMENTED.contains(&kind)
}

fn completion_kind(kind: CompletionKind) -> u8 {
    match kind {
        CompletionKind::Kind => 7,
        CompletionKind::Component => 6,
        CompletionKind::Group => 9,
        CompletionKind::Element => 18,
        CompletionKind::Attribute => 10,
        CompletionKind::Value => 12,
        CompletionKind::Unit => 11,
        CompletionKind::Technology => 22,
        CompletionKind::Rule => 21,
        CompletionKind::Operator => 24,
        CompletionKind::File => 17,
        CompletionKind::Word => 14,
    }
}

/// `textDocument/codeAction`
pub(crate) fn actions(asked: &Asked) -> Answer {
    if !asked.view.abilities.action_literals {
        return Ok(json!([]));
    }
    let range = range(asked)?;
    let only = asked.params.pointer("/context/only").and_then(Json::as_array);
    let is_wanted = |kind: &str| {
        let within = |wanted: &str| {
            wanted.is_empty()
                || kind == wanted
                || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
        };
        only.is_none_or(|only| only.iter().filter_map(Json::as_str).any(within))
    };
    let mut found: Vec<(&str, Action)> = Vec::new();
    if ACTION_KINDS.iter().any(|kind| *kind != FIX_ALL && is_wanted(kind)) {
        let actions = actions::actions(&asked.view.snapshot, &asked.path, range);
        found.extend(actions.into_iter().map(|action| (kind_of(action.kind), action)));
    }
    if is_wanted(FIX_ALL) {
        found.extend(actions::fix_all(&asked.view.snapshot, &asked.path).map(|action| (FIX_ALL, action)));
    }
    found.retain(|(kind, _)| is_wanted(kind));
    Ok(found.iter().map(|(kind, action)| written(asked, kind, action)).collect())
}

fn kind_of(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::QuickFix | ActionKind::FixAll => "quickfix",
        ActionKind::Extract => "refactor.extract",
        ActionKind::Rewrite => "refactor.rewrite",
    }
}

fn written(asked: &Asked, kind: &str, action: &Action) -> Json {
    let writer = asked.writer();
    let told = asked.params.pointer("/context/diagnostics").and_then(Json::as_array);
    let is_mended = |it: &&Json| {
        let (code, range) = (it.get("code").and_then(Json::as_str), it.get("range"));
        let mends =
            |(mended, place): &(&str, Place)| Some(*mended) == code && writer.range(place).as_ref() == range;
        action.mends.iter().any(mends)
    };
    let mended: Vec<Json> = told.into_iter().flatten().filter(is_mended).cloned().collect();
    let mut written =
        json!({"title": action.title, "kind": kind, "edit": writer.workspace_edit(&action.edits)});
    if action.is_preferred {
        written["isPreferred"] = json!(true);
    }
    if !mended.is_empty() {
        written["diagnostics"] = Json::Array(mended);
    }
    written
}

/// `textDocument/inlayHint`
pub(crate) fn hints(asked: &Asked) -> Answer {
    let settings = &asked.view.settings;
    let wanted = hints::Wanted {
        load: settings.load_hints,
        availability: settings.availability_hints,
        latency: settings.budget_hints,
    };
    let hint = |it: &hints::Hint| {
        let at = asked.range(&(it.offset..it.offset))?.get("start")?.clone();
        Some(json!({"position": at, "label": it.text, "tooltip": it.tooltip, "paddingLeft": true}))
    };
    let found = hints::hints(&asked.view.snapshot, &asked.path, range(asked)?, wanted);
    Ok(found.iter().filter_map(hint).collect())
}

/// `textDocument/codeLens`
pub(crate) fn lenses(asked: &Asked) -> Answer {
    let found = lenses::lenses(&asked.view.snapshot, &asked.path);
    Ok(found.iter().filter_map(|it| lens(asked, it)).collect())
}

/// A lens. Our own extension shows what it leads to; of any other client the server is asked, which tells it in a message.
fn lens(asked: &Asked, it: &lenses::Lens) -> Option<Json> {
    let settings = &asked.view.settings;
    let is_ours = asked.view.abilities.has_commands;
    let uri = asked.writer().uri(&asked.path)?;
    let (command, argument) = match &it.command {
        Command::ShowFindings(places) if settings.finding_lenses => match is_ours {
            true => ("workbench.actions.view.problems", Json::Null),
            false => (FINDINGS, json!({"uri": &*uri, "range": around(asked, places)?})),
        },
        Command::Simulate(scenario) if settings.run_lenses => match is_ours {
            true => ("archc.simulate", json!({"uri": &*uri, "scenario": scenario})),
            false => (SIMULATE, json!({"uri": &*uri, "scenario": scenario, "show": true})),
        },
        Command::Preview(view) if settings.run_lenses && is_ours => {
            ("archc.preview", json!({"uri": &*uri, "view": view}))
        }
        Command::PreviewFlow(flow) if settings.run_lenses && is_ours => {
            ("archc.preview", json!({"uri": &*uri, "flow": flow}))
        }
        _ => return None,
    };
    let arguments = if argument.is_null() { json!([]) } else { json!([argument]) };
    let command = json!({"title": it.title, "command": command, "arguments": arguments});
    Some(json!({"range": asked.range(&it.range), "command": command}))
}

/// The range that holds some places of the file.
fn around(asked: &Asked, places: &[Place]) -> Option<Json> {
    let start = places.iter().map(|it| it.range.start).min()?;
    let end = places.iter().map(|it| it.range.end).max()?;
    asked.range(&(start..end))
}

/// The parameter `range`.
pub(crate) fn range(asked: &Asked) -> Result<Range<usize>, Failure> {
    let range = asked.params.get("range").ok_or(Failure::Invalid)?;
    let start = asked.offset(range.get("start"))?;
    Ok(start..asked.offset(range.get("end"))?.max(start))
}
