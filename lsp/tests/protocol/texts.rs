//! Texts and places in them: edits in order, versions, columns as the client counts them.

use serde_json::{Value, json};

use crate::client::{Client, errors};

const URI: &str = "file:///nowhere/x.arch";

#[test]
fn mistakes_come_while_typing_and_go_when_mended() {
    let client = Client::plain();
    client.open(URI, "client c\nservice s\nc -> t\n");
    let found = client.findings_of(URI, 1);
    let mistake = errors(&found)[0];
    assert_eq!(mistake["range"]["start"], json!({"line": 2, "character": 5}));
    assert_eq!((&mistake["source"], &mistake["code"]), (&json!("archc"), &json!("E112")));
    let range = json!({"start": {"line": 2, "character": 5}, "end": {"line": 2, "character": 6}});
    client.change(URI, 2, json!([{"range": range, "text": "s"}]));
    assert!(errors(&client.findings_of(URI, 2)).is_empty());
    client.close(URI);
    // there is no such file on disk
    client.findings(URI, <[Value]>::is_empty);
}

#[test]
fn a_burst_of_edits_keeps_its_order() {
    let client = Client::plain();
    client.open(URI, "");
    let mut expected = String::new();
    for version in 2..302 {
        // each edit writes behind the one before, so any other order is another text
        let at = json!({"line": version - 2, "character": 0});
        let text = format!("service s{version} \"é😀\"\n");
        client.change(URI, version, json!([{"range": {"start": at, "end": at}, "text": text}]));
        expected += &text;
    }
    assert_eq!(client.text(URI), (expected, 301));
    let at = json!({"line": 300, "character": 0});
    client.change(URI, 302, json!([{"range": {"start": at, "end": at}, "text": "service s2\n"}]));
    let mut last = 0;
    loop {
        let told = client.receive(|message| message["method"] == "textDocument/publishDiagnostics");
        let version = told["params"]["version"].as_i64().unwrap();
        assert!(version >= last, "{version} after {last}");
        last = version;
        if version < 302 {
            continue;
        }
        let found = told["params"]["diagnostics"].as_array().unwrap();
        let errors = errors(found);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0]["range"]["start"], json!({"line": 300, "character": 8}));
        return;
    }
}

#[test]
fn columns_are_counted_as_agreed() {
    let text = "client c \"😀\"\r\nservice s \"漢字😀\" { replicas = x }\r\nc -> t \"é\"\r\n";
    for (offered, agreed, column) in [
        (json!(["utf-16"]), "utf-16", 30),
        (json!(["utf-8", "utf-16"]), "utf-8", 36),
        (json!(["utf-32"]), "utf-16", 30),
        (Value::Null, "utf-16", 30),
    ] {
        let capabilities = json!({"general": {"positionEncodings": offered}});
        let client = Client::start();
        let answer = client.ask("initialize", json!({"capabilities": capabilities}));
        assert_eq!(answer["result"]["capabilities"]["positionEncoding"], agreed);
        client.notify("initialized", json!({}));
        client.open(URI, text);
        let found = client.findings_of(URI, 1);
        let errors = errors(&found);
        assert_eq!(errors[0]["range"]["start"], json!({"line": 1, "character": column}), "{errors:?}");
        assert_eq!(errors[1]["range"]["start"], json!({"line": 2, "character": 5}));
        // an edit behind the emoji hits the `x`
        let range =
            json!({"start": {"line": 1, "character": column}, "end": {"line": 1, "character": column + 1}});
        client.change(URI, 2, json!([{"range": range, "text": "3"}]));
        assert_eq!(client.text(URI).0, text.replace("= x", "= 3"));
    }
}

#[test]
fn edits_past_the_end_and_of_unknown_files_are_survived() {
    let client = Client::plain();
    client.change("file:///nowhere/unknown.arch", 2, json!([{"text": "x"}]));
    client.open(URI, "service a");
    let range = json!({"start": {"line": 7, "character": 9}, "end": {"line": 99, "character": 0}});
    client.change(
        URI,
        5,
        json!([{"range": range, "text": "\nservice b"}, {"range": null, "text": "service c"}]),
    );
    assert_eq!(client.text(URI), ("service c".to_owned(), 5));
    client.close("file:///nowhere/unknown.arch");
    assert_eq!(client.text(URI).1, 5);
}

#[test]
fn other_places_of_a_finding_are_told_to_who_can_show_them() {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}});
    let client = Client::with(json!({"capabilities": capabilities}));
    client.open(URI, "service a\nservice a\n");
    let found = client.findings_of(URI, 1);
    let twice = errors(&found)[0];
    let other = &twice["relatedInformation"][0]["location"];
    assert_eq!((&other["uri"], &other["range"]["start"]["line"]), (&json!(URI), &json!(0)));
    let plain = Client::plain();
    plain.open(URI, "service a\nservice a\n");
    let found = plain.findings_of(URI, 1);
    assert!(errors(&found)[0].get("relatedInformation").is_none());
}

#[test]
fn a_document_without_a_file_is_checked_under_its_own_uri() {
    let client = Client::plain();
    for uri in ["untitled:Untitled-1", "file:///no where/ü.arch", "file:///no%20where/%C3%BC%2B.arch"] {
        client.open(uri, "service a\nservice a\n");
        assert_eq!(errors(&client.findings_of(uri, 1)).len(), 1, "{uri}");
    }
}

#[test]
fn what_is_asked_for_is_not_told() {
    let client = Client::with(json!({"capabilities": {}, "initializationOptions": {"diagnostics": "pull"}}));
    client.open(URI, "service a\nservice a\n");
    let document = json!({"textDocument": {"uri": URI}});
    let answer = client.ask("textDocument/diagnostic", document.clone());
    let (id, items) = (&answer["result"]["resultId"], &answer["result"]["items"]);
    assert_eq!(errors(items.as_array().unwrap()).len(), 1);
    let mut again = document;
    again["previousResultId"] = id.clone();
    assert_eq!(client.ask("textDocument/diagnostic", again)["result"]["kind"], "unchanged");
    let known = json!({"previousResultIds": [{"uri": URI, "value": id}]});
    let answer = client.ask("workspace/diagnostic", known);
    assert_eq!(answer["result"]["items"][0]["kind"], "unchanged");
    assert_eq!(answer["result"]["items"][0]["uri"], URI);
}
