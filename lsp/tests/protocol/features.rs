//! One question for each feature, as a client asks it: what comes back has the protocol's shape and the right places.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///nowhere/x.arch";
const SHOP: &str = "region us {\n  service api \"😀 API\"\n  database db\n}\nclient c\nc -> api\napi -> db \"read\"\n\
    flow buy { c -> api -> db }\nview small { hide = [us.db] }\n";

fn shop(capabilities: Value) -> Client {
    let client = Client::with(json!({"capabilities": capabilities}));
    client.open(URI, SHOP);
    client
}

/// Parameters that name a place.
fn at(line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}})
}

fn range(a: u32, b: u32, c: u32, d: u32) -> Value {
    json!({"start": {"line": a, "character": b}, "end": {"line": c, "character": d}})
}

fn result(client: &Client, method: &str, params: Value) -> Value {
    let answer = client.ask(method, params);
    assert!(answer.get("error").is_none(), "{method}: {answer}");
    answer["result"].clone()
}

#[test]
fn a_name_leads_to_its_declaration_and_back() {
    let client = shop(json!({}));
    let hover = result(&client, "textDocument/hover", at(5, 6));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("😀 API"), "{hover}");
    assert_eq!(hover["range"], range(5, 5, 5, 8));
    let place = json!({"uri": URI, "range": range(1, 10, 1, 13)});
    assert_eq!(result(&client, "textDocument/definition", at(5, 6)), place);
    let mut asked = at(1, 11);
    asked["context"] = json!({"includeDeclaration": true});
    let places = result(&client, "textDocument/references", asked);
    assert_eq!(places.as_array().unwrap().len(), 4, "{places}");
    let marks = result(&client, "textDocument/documentHighlight", at(1, 11));
    assert_eq!((marks.as_array().unwrap().len(), &marks[0]["kind"]), (4, &json!(3)));
    let linked = shop(json!({"textDocument": {"definition": {"linkSupport": true}}}));
    let links = result(&linked, "textDocument/definition", at(5, 6));
    assert_eq!(links[0]["originSelectionRange"], range(5, 5, 5, 8));
    assert_eq!(links[0]["targetSelectionRange"], range(1, 10, 1, 13));
}

#[test]
fn a_rename_is_prepared_done_everywhere_or_refused() {
    let client = shop(json!({}));
    assert_eq!(result(&client, "textDocument/prepareRename", at(5, 6))["placeholder"], "api");
    assert_eq!(client.ask("textDocument/prepareRename", at(1, 3))["error"]["code"], -32803);
    let mut asked = at(5, 6);
    asked["newName"] = json!("front");
    let edits = result(&client, "textDocument/rename", asked.clone());
    assert_eq!(edits["changes"][URI].as_array().unwrap().len(), 4, "{edits}");
    asked["newName"] = json!("no name");
    assert_eq!(client.ask("textDocument/rename", asked.clone())["error"]["code"], -32803);
    let versioned = shop(json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    asked["newName"] = json!("front");
    let edits = result(&versioned, "textDocument/rename", asked);
    assert_eq!(edits["documentChanges"][0]["textDocument"], json!({"uri": URI, "version": 1}));
}

#[test]
fn symbols_are_nested_where_the_client_takes_that() {
    let document = json!({"textDocument": {"uri": URI}});
    let nested = json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let outline = result(&shop(nested), "textDocument/documentSymbol", document.clone());
    assert_eq!(outline[0]["children"][0]["name"], "api");
    assert_eq!(outline[0]["children"][0]["selectionRange"], range(1, 10, 1, 13));
    let client = shop(json!({}));
    let flat = result(&client, "textDocument/documentSymbol", document);
    assert_eq!((&flat[1]["name"], &flat[1]["containerName"]), (&json!("api"), &json!("us")));
    let found = result(&client, "workspace/symbol", json!({"query": "api"}));
    assert_eq!(found[0]["location"]["range"], range(1, 10, 1, 13));
}

#[test]
fn formatting_edits_what_it_changes() {
    let client = Client::plain();
    client.open(URI, "service   a\n\nservice b {\nreplicas = 2\n}\n");
    let document = json!({"uri": URI});
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let all =
        result(&client, "textDocument/formatting", json!({"textDocument": document, "options": options}));
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    let asked = json!({"textDocument": document, "range": range(0, 0, 0, 3), "options": options});
    let some = result(&client, "textDocument/rangeFormatting", asked);
    assert_eq!(some, json!([{"range": range(0, 0, 0, 11), "newText": "service a"}]));
    let mut asked = at(3, 0);
    asked["ch"] = json!("\n");
    let typed = result(&client, "textDocument/onTypeFormatting", asked);
    assert_eq!(typed, json!([{"range": range(3, 0, 3, 0), "newText": "  "}]));
}

#[test]
fn the_preview_keeps_the_last_good_picture() {
    let client = shop(json!({}));
    let ask = || result(&client, "arch/preview", json!({"textDocument": {"uri": URI}}));
    let good = ask();
    assert!(good["svg"].as_str().unwrap().starts_with("<svg"));
    assert_eq!((&good["broken"], &good["version"]), (&json!(false), &json!(1)));
    assert_eq!((&good["views"], &good["flows"]), (&json!(["small"]), &json!(["buy"])));
    let elements = good["elements"].as_array().unwrap();
    let api = elements.iter().find(|it| it["id"] == "us.api").unwrap();
    assert_eq!((&api["uri"], &api["range"]["start"]["line"]), (&json!(URI), &json!(1)));

    client.change(URI, 2, json!([{"range": range(5, 0, 5, 8), "text": "c -> nobody"}]));
    let broken = ask();
    assert_eq!((&broken["broken"], &broken["version"]), (&json!(true), &json!(2)));
    assert_eq!(broken["svg"], good["svg"]);
    client.change(URI, 3, json!([{"range": range(5, 0, 5, 11), "text": "c -> db"}]));
    let mended = ask();
    assert_eq!(mended["broken"], json!(false));
    assert_ne!(mended["svg"], good["svg"]);

    let picked = json!({"textDocument": {"uri": URI}, "view": "small", "overlay": "load", "theme": "dark"});
    let small = result(&client, "arch/preview", picked);
    assert!(small["elements"].as_array().unwrap().iter().all(|it| it["id"] != "us.db"));
    let flow = result(&client, "arch/preview", json!({"textDocument": {"uri": URI}, "flow": "buy"}));
    assert_ne!(flow["svg"], mended["svg"]);
    let wrong = client.ask("arch/preview", json!({"textDocument": {"uri": URI}, "view": "none"}));
    assert_eq!(wrong["error"]["code"], -32803);
}

#[test]
fn the_preview_closes_the_groups_of_a_large_design() {
    let client = shop(json!({}));
    let services: String = (0..70).map(|i| format!("  service s{i}\n")).collect();
    client.open("file:///large.arch", &format!("group g {{\n{services}}}\nclient c\nc -> g.s0\n"));
    let ask = |open: Value| {
        let preview = json!({"textDocument": {"uri": "file:///large.arch"}, "open": open});
        result(&client, "arch/preview", preview)
    };
    let closed = ask(json!([]));
    assert_eq!(closed["closed"], json!(["g"]));
    assert_eq!(closed["notes"], json!(["1 group is closed, for the whole is too much to read"]));
    assert_eq!(closed["elements"].as_array().unwrap().len(), 3);
    let open = ask(json!(["g"]));
    assert_eq!((&open["closed"], &open["notes"]), (&json!([]), &json!([])));
    assert_eq!(open["elements"].as_array().unwrap().len(), 73);
    assert_eq!(ask(json!("g"))["closed"], json!(["g"]));
}

#[test]
fn commands_run_on_the_open_text() {
    let client = shop(json!({}));
    let run = |command: &str, argument: Value| {
        client.ask("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))
    };
    let told = run("archc.lsp.explain", json!("AV001"));
    assert!(told["result"]["text"].as_str().unwrap().contains("AV001"));
    assert_eq!(run("archc.lsp.explain", json!("XX999"))["error"]["code"], -32803);
    let told = run("archc.lsp.simulate", json!({"uri": URI}));
    assert!(told["result"]["text"].as_str().unwrap().contains("buy"), "{told}");
    let told = run("archc.lsp.export", json!({"uri": URI, "format": "mermaid"}));
    assert!(told["result"]["text"].as_str().unwrap().contains("😀 API"), "{told}");
    assert_eq!(run("archc.lsp.fly", json!({"uri": URI}))["error"]["code"], -32803);
}

#[test]
fn what_nobody_opened_has_no_answer_and_no_fault() {
    let client = Client::plain();
    let nowhere =
        json!({"textDocument": {"uri": "file:///nowhere/y.arch"}, "position": {"line": 3, "character": 3}});
    for method in ["textDocument/documentSymbol", "textDocument/formatting", "textDocument/documentLink"] {
        assert_eq!(result(&client, method, nowhere.clone()), json!([]), "{method}");
    }
    for method in ["textDocument/hover", "textDocument/definition", "arch/preview"] {
        assert_eq!(result(&client, method, nowhere.clone()), Value::Null, "{method}");
    }
    assert_eq!(client.ask("textDocument/hover", json!({}))["error"]["code"], -32602);
}

#[test]
fn everything_that_is_announced_is_answered() {
    let client = Client::start();
    let greeting = client.ask("initialize", json!({"capabilities": {}}));
    client.notify("initialized", json!({}));
    client.open(URI, SHOP);
    let can = &greeting["result"]["capabilities"];
    let document = json!({"uri": URI});
    let place = json!({"line": 5, "character": 6});
    let whole = range(0, 0, 9, 0);
    let asked = json!({
        "textDocument": document, "position": place, "positions": [place], "range": whole, "query": "", "ch": "\n",
        "context": {"diagnostics": [], "includeDeclaration": true}, "newName": "other",
        "options": {"tabSize": 2, "insertSpaces": true},
    });
    for (ability, method) in [
        ("hoverProvider", "textDocument/hover"),
        ("definitionProvider", "textDocument/definition"),
        ("declarationProvider", "textDocument/declaration"),
        ("referencesProvider", "textDocument/references"),
        ("documentHighlightProvider", "textDocument/documentHighlight"),
        ("documentLinkProvider", "textDocument/documentLink"),
        ("renameProvider", "textDocument/rename"),
        ("documentSymbolProvider", "textDocument/documentSymbol"),
        ("workspaceSymbolProvider", "workspace/symbol"),
        ("documentFormattingProvider", "textDocument/formatting"),
        ("documentRangeFormattingProvider", "textDocument/rangeFormatting"),
        ("documentOnTypeFormattingProvider", "textDocument/onTypeFormatting"),
        ("completionProvider", "textDocument/completion"),
        ("codeActionProvider", "textDocument/codeAction"),
        ("inlayHintProvider", "textDocument/inlayHint"),
        ("codeLensProvider", "textDocument/codeLens"),
        ("semanticTokensProvider", "textDocument/semanticTokens/full"),
        ("semanticTokensProvider", "textDocument/semanticTokens/range"),
        ("foldingRangeProvider", "textDocument/foldingRange"),
        ("selectionRangeProvider", "textDocument/selectionRange"),
        ("callHierarchyProvider", "textDocument/prepareCallHierarchy"),
    ] {
        assert!(!can[ability].is_null(), "{ability}");
        assert!(!result(&client, method, asked.clone()).is_null(), "{method}");
    }
}

#[test]
fn a_quick_fix_mends_the_finding_that_it_is_offered_for() {
    let client = shop(json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}}));
    client.change(URI, 2, json!([{"text": "service api\ndatabase db\napi -> bd\n"}]));
    let found = client.findings_of(URI, 2);
    let unknown = found.iter().find(|it| it["code"] == "E112").unwrap();
    let context = json!({"diagnostics": [unknown], "only": ["quickfix"]});
    let asked = json!({"textDocument": {"uri": URI}, "range": unknown["range"], "context": context});
    let actions = result(&client, "textDocument/codeAction", asked);
    let fix = actions.as_array().unwrap().iter().find(|it| it["isPreferred"] == true).unwrap();
    assert_eq!(fix["diagnostics"][0]["code"], "E112");
    let edit = &fix["edit"]["changes"][URI][0];
    client.change(URI, 3, json!([{"range": edit["range"], "text": edit["newText"]}]));
    assert!(client.findings_of(URI, 3).iter().all(|it| it["code"] != "E112"));
}

#[test]
fn completions_and_tokens_follow_the_text_as_it_is() {
    let client = shop(json!({}));
    client.change(URI, 2, json!([{"range": range(6, 0, 6, 16), "text": "api -> d"}]));
    let found = result(&client, "textDocument/completion", at(6, 8));
    let items = found["items"].as_array().unwrap();
    let db = items.iter().find(|it| it["label"] == "db" || it["label"] == "us.db").unwrap();
    assert_eq!(db["textEdit"]["range"], range(6, 7, 6, 8));
    let document = json!({"textDocument": {"uri": URI}});
    let first = result(&client, "textDocument/semanticTokens/full", document.clone());
    client.change(URI, 3, json!([{"range": range(0, 0, 0, 0), "text": "client new\n"}]));
    let mut again = document;
    again["previousResultId"] = first["resultId"].clone();
    let delta = result(&client, "textDocument/semanticTokens/full/delta", again);
    // `client new` stands before everything else; its first word is as long as the one that was there
    let data = delta["edits"][0]["data"].as_array().unwrap();
    assert_eq!((data.len(), &delta["edits"][0]["deleteCount"]), (10, &json!(0)), "{delta}");
}

#[test]
fn a_completion_is_documented_when_it_is_looked_at() {
    let client = shop(json!({}));
    client.change(URI, 2, json!([{"range": range(6, 0, 6, 16), "text": "api -> d"}]));
    let of = |items: &Value, label: &str| {
        let found = items["items"].as_array().unwrap().iter().find(|it| it["label"] == label);
        found.unwrap_or_else(|| panic!("no {label}")).clone()
    };
    let resolved = |item: &Value| {
        assert!(item.get("documentation").is_none(), "told only when it is looked at: {item}");
        let whole = result(&client, "completionItem/resolve", item.clone());
        assert_eq!((&whole["label"], &whole["textEdit"]), (&item["label"], &item["textEdit"]));
        whole["documentation"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let found = result(&client, "textDocument/completion", at(6, 8));
    assert!(resolved(&of(&found, "db")).contains("database us.db"));
    client.change(URI, 3, json!([{"range": range(2, 13, 2, 13), "text": ": "}]));
    let found = result(&client, "textDocument/completion", at(2, 15));
    assert!(resolved(&of(&found, "postgres")).contains("| `"), "figures with their sources");
    client.change(URI, 4, json!([{"range": range(2, 2, 2, 15), "text": "@allow()"}]));
    let found = result(&client, "textDocument/completion", at(2, 9));
    assert!(resolved(&of(&found, "AV001")).contains("single-point-of-failure"));
    let odd = result(&client, "completionItem/resolve", json!({"label": "x", "data": 7}));
    assert_eq!(odd, json!({"label": "x", "data": 7}));
}

#[test]
fn a_lens_does_something_in_every_client() {
    let text = format!("{SHOP}scenario rush {{ load = 10x }}\nservice api\n");
    let lenses = |client: &Client| {
        client.open(URI, &text);
        result(client, "textDocument/codeLens", json!({"textDocument": {"uri": URI}}))
            .as_array()
            .unwrap()
            .clone()
    };
    let titled = |lenses: &[Value], title: &str| {
        let found = lenses.iter().find(|it| it["command"]["title"].as_str().unwrap().contains(title));
        found.unwrap_or_else(|| panic!("no {title} in {lenses:?}"))["command"].clone()
    };
    // one that knows nothing but the protocol: the server tells its user
    let client = Client::plain();
    let plain = lenses(&client);
    let known = ["archc.lsp.simulate", "archc.lsp.findings"];
    for lens in &plain {
        assert!(known.contains(&lens["command"]["command"].as_str().unwrap()), "{lens}");
    }
    for (title, told) in [("simulate", "rush"), ("1 warning", "warning[")] {
        let mut command = titled(&plain, title);
        command.as_object_mut().unwrap().remove("title");
        let answer = result(&client, "workspace/executeCommand", command);
        let message = client.receive(|message| message["method"] == "window/showMessage");
        assert!(message["params"]["message"].as_str().unwrap().contains(told), "{message}");
        assert_eq!((&message["params"]["type"], &message["params"]["message"]), (&json!(3), &answer["text"]));
    }
    // our extension, which has a window for it
    let ours = Client::with(json!({"capabilities": {}, "initializationOptions": {"preview": {}}}));
    let ours = lenses(&ours);
    let expected = json!([{"uri": URI, "scenario": "rush"}]);
    assert!(ours.iter().any(|it| it["command"]["arguments"] == expected), "{ours:?}");
    let sequence = titled(&ours, "sequence");
    assert_eq!(sequence["command"], "archc.preview");
    assert_eq!(sequence["arguments"], json!([{"uri": URI, "flow": "buy"}]));
    let small = json!([{"uri": URI, "view": "small"}]);
    assert!(ours.iter().any(|it| it["command"]["arguments"] == small), "{ours:?}");
}
