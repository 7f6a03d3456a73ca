//! The features that only read: from what was asked to the library's answer, and back. One function for each request.
#![expect(clippy::indexing_slicing, reason = "an object of JSON takes a new member")]

use archc::ide::{formatting, hover, moves, navigation, rename, symbols};
use serde_json::json;

use crate::answers::{Asked, Failure};
use crate::from_proto;
use crate::server::Json;
use crate::to_proto;

type Answer = Result<Json, Failure>;

/// More names than these nobody reads.
const MOST_SYMBOLS: usize = 200;

/// `textDocument/hover`
pub(crate) fn hover(asked: &Asked) -> Answer {
    let found = hover::hover(&asked.view.snapshot, &asked.path, asked.position()?);
    Ok(found.map_or(Json::Null, |it| {
        let range = asked.writer().range(&it.place);
        json!({"contents": {"kind": "markdown", "value": it.markdown}, "range": range})
    }))
}

/// `textDocument/definition`
pub(crate) fn definition(asked: &Asked) -> Answer {
    let found = navigation::definition(&asked.view.snapshot, &asked.path, asked.position()?);
    let Some(found) = found else { return Ok(Json::Null) };
    let writer = asked.writer();
    if !asked.view.abilities.links {
        return Ok(writer.location(&found.name).unwrap_or_default());
    }
    let uri = writer.uri(&found.name.path);
    Ok(json!([{
        "originSelectionRange": writer.range(&found.origin),
        "targetUri": uri.as_deref(),
        "targetRange": writer.range(&found.whole),
        "targetSelectionRange": writer.range(&found.name),
    }]))
}

/// `textDocument/references`
pub(crate) fn references(asked: &Asked) -> Answer {
    let with_declaration = asked.params.pointer("/context/includeDeclaration").and_then(Json::as_bool);
    let (at, with_declaration) = (asked.position()?, with_declaration.unwrap_or(true));
    let places = navigation::references(&asked.view.snapshot, &asked.path, at, with_declaration);
    Ok(places.iter().filter_map(|place| asked.writer().location(place)).collect())
}

/// `textDocument/documentHighlight`
pub(crate) fn highlights(asked: &Asked) -> Answer {
    let found = navigation::highlights(&asked.view.snapshot, &asked.path, asked.position()?);
    let highlight = |it: &navigation::Highlight| json!({"range": asked.range(&it.range), "kind": if it.is_declaration { 3 } else { 2 }});
    Ok(found.iter().map(highlight).collect())
}

/// `textDocument/documentLink`
pub(crate) fn links(asked: &Asked) -> Answer {
    let link = |it: navigation::Link| {
        let target = match &it.to {
            navigation::LinkTarget::File(path) => asked.writer().uri(path)?.to_string(),
            navigation::LinkTarget::Address(address) => address.clone(),
        };
        Some(json!({"range": asked.range(&it.range), "target": target}))
    };
    Ok(navigation::links(&asked.view.snapshot, &asked.path).into_iter().filter_map(link).collect())
}

/// `textDocument/prepareRename`
pub(crate) fn prepare_rename(asked: &Asked) -> Answer {
    let (place, name) =
        rename::prepare(&asked.view.snapshot, &asked.path, asked.position()?).map_err(Failure::Refused)?;
    Ok(json!({"range": asked.writer().range(&place), "placeholder": name}))
}

/// `textDocument/rename`
pub(crate) fn rename(asked: &Asked) -> Answer {
    let name = asked.params.get("newName").and_then(Json::as_str).ok_or(Failure::Invalid)?;
    let edits = rename::rename(&asked.view.snapshot, &asked.path, asked.position()?, name);
    Ok(asked.writer().workspace_edit(&edits.map_err(Failure::Refused)?))
}

/// `workspace/willRenameFiles`: the imports that would lead nowhere afterwards.
pub(crate) fn will_rename(asked: &Asked) -> Answer {
    let edits = moves::mended_imports(&asked.view.snapshot, &from_proto::renamed(&asked.params));
    Ok(if edits.is_empty() { Json::Null } else { asked.writer().workspace_edit(&edits) })
}

/// `textDocument/documentSymbol`
pub(crate) fn document_symbols(asked: &Asked) -> Answer {
    let found = symbols::document_symbols(&asked.view.snapshot, &asked.path);
    if asked.view.abilities.nested_symbols {
        return Ok(found.iter().map(|it| nested(asked, it)).collect());
    }
    let mut flat = Vec::new();
    for symbol in &found {
        flatten(asked, symbol, None, &mut flat);
    }
    Ok(Json::Array(flat))
}

fn nested(asked: &Asked, it: &symbols::DocumentSymbol) -> Json {
    let children: Vec<Json> = it.children.iter().map(|child| nested(asked, child)).collect();
    json!({
        "name": named(&it.name), "detail": it.detail, "kind": to_proto::symbol_kind(it.kind),
        "range": asked.range(&it.range), "selectionRange": asked.range(&it.name_range), "children": children,
    })
}

fn flatten(asked: &Asked, it: &symbols::DocumentSymbol, container: Option<&str>, flat: &mut Vec<Json>) {
    let uri = asked.writer().uri(&asked.path);
    let location = json!({"uri": uri.as_deref(), "range": asked.range(&it.range)});
    let mut symbol =
        json!({"name": named(&it.name), "kind": to_proto::symbol_kind(it.kind), "location": location});
    if let Some(container) = container {
        symbol["containerName"] = json!(container);
    }
    flat.push(symbol);
    for child in &it.children {
        flatten(asked, child, Some(&it.name), flat);
    }
}

/// An editor shows no symbol without a name.
fn named(name: &str) -> &str {
    if name.is_empty() { "…" } else { name }
}

/// `workspace/symbol`
pub(crate) fn workspace_symbols(asked: &Asked) -> Answer {
    let query = asked.params.get("query").and_then(Json::as_str).unwrap_or_default();
    let found = symbols::workspace_symbols(&asked.view.snapshot, query, MOST_SYMBOLS);
    let symbol = |it: &symbols::WorkspaceSymbol| {
        let location = asked.writer().location(&it.place)?;
        let (container, name) = it.path.rsplit_once('.').unwrap_or(("", &it.path));
        Some(
            json!({"name": name, "kind": to_proto::symbol_kind(it.kind), "location": location, "containerName": container}),
        )
    };
    Ok(found.iter().filter_map(symbol).collect())
}

/// `textDocument/formatting` and `textDocument/rangeFormatting`
pub(crate) fn format(asked: &Asked) -> Answer {
    let range = match asked.params.get("range") {
        Some(range) => Some(asked.offset(range.get("start"))?..asked.offset(range.get("end"))?),
        None => None,
    };
    Ok(asked.writer().text_edits(&formatting::format(&asked.view.snapshot, &asked.path, range)))
}

/// `textDocument/onTypeFormatting`
pub(crate) fn format_typed(asked: &Asked) -> Answer {
    let typed = asked.params.get("ch").and_then(Json::as_str).and_then(|typed| typed.chars().next());
    let typed = typed.ok_or(Failure::Invalid)?;
    let edits = formatting::format_typed(&asked.view.snapshot, &asked.path, asked.position()?, typed);
    Ok(asked.writer().text_edits(&edits))
}
