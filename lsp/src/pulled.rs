//! Findings for a client that asks for them.

use std::sync::Arc;

use serde_json::json;

use crate::answers::{Asked, Failure};
use crate::from_proto;
use crate::server::Json;
use crate::to_proto::Finding;

/// `textDocument/diagnostic`
pub(crate) fn findings(asked: &Asked) -> Result<Json, Failure> {
    let found = asked.writer().findings(&asked.path);
    let known = asked.params.get("previousResultId").and_then(Json::as_str);
    Ok(report(&found, known))
}

/// `workspace/diagnostic`
pub(crate) fn all_findings(asked: &Asked) -> Result<Json, Failure> {
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
fn report(found: &[Finding<'_>], known: Option<&str>) -> Json {
    let id = from_proto::fingerprint(&found);
    match known == Some(id.as_str()) {
        true => json!({"kind": "unchanged", "resultId": id}),
        false => json!({"kind": "full", "resultId": id, "items": found}),
    }
}
