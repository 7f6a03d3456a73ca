//! `archc mcp` as a client sees it: JSON-RPC over its standard input and output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::program::folder;

const SHOP: &str = "client c { users = 1M  requests_per_user = 20/day  peak_factor = 3 }
service api { replicas = 1  capacity = 100/s  latency = 5ms  p99 = 20ms }
database db: postgres
c -> api { timeout = 1s }
api -> db
flow buy { slo availability >= 99.99%
  c -> api -> db }
scenario rush { load = 10x }
";

const TOOLS: [&str; 10] = [
    "check",
    "render",
    "report",
    "estimate",
    "simulate",
    "scale",
    "explain",
    "rules",
    "language",
    "technologies",
];

struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
}

impl Client {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_archc"))
            .arg("mcp")
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output, next: 1 }
    }

    /// A server that was greeted, in the version that most clients speak.
    fn greeted(folder: &Path) -> Self {
        let mut client = Self::start(folder, &[]);
        let answer = client.initialize("2025-06-18");
        assert_eq!(answer["result"]["protocolVersion"], "2025-06-18", "{answer}");
        client
    }

    fn initialize(&mut self, version: &str) -> Value {
        let who = json!({"name": "test", "version": "1"});
        let params = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": who});
        let answer = self.ask("initialize", params);
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        answer
    }

    fn send(&mut self, message: &Value) {
        self.send_raw(&format!("{message}\n"));
    }

    fn send_raw(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        input.flush().unwrap();
    }

    /// The next message; nothing but messages may stand on the output.
    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    fn request(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next;
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let answer = self.receive();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// The result of a tool.
    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// The data of a tool that did its work.
    fn data(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], false, "{result}");
        assert!(!result["content"][0]["text"].as_str().unwrap().is_empty());
        result["structuredContent"].clone()
    }

    /// Why a tool did not do its work.
    fn refusal(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Closes the input and waits for the end.
    fn close(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_tells_its_tools_and_ends_with_its_input() {
    let folder = folder(&[]);
    let mut client = Client::greeted(folder.path());
    let list = client.ask("tools/list", json!({}))["result"]["tools"].clone();
    let names: Vec<&str> =
        list.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, TOOLS);
    for tool in list.as_array().unwrap() {
        assert!(tool["description"].as_str().unwrap().len() > 60, "{tool}");
        let schema = &tool["inputSchema"];
        assert_eq!(schema["type"], "object", "{tool}");
        assert_eq!(schema["additionalProperties"], false, "{tool}");
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(property["description"].as_str().is_some_and(|it| it.len() > 10), "{name}: {property}");
            assert!(property["type"].is_string() && property.get("format").is_none(), "{name}: {property}");
        }
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
    }
    let check = &list[0]["inputSchema"]["properties"];
    assert!(check["text"].is_object() && check["path"].is_object() && check["select"].is_object());
    assert_eq!(client.close(), Some(0));
}

#[test]
fn it_takes_the_version_of_its_client_or_offers_its_own() {
    let folder = folder(&[]);
    for (asked, given) in
        [("2024-11-05", "2024-11-05"), ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25")]
    {
        let mut client = Client::start(folder.path(), &[]);
        let answer = client.initialize(asked);
        assert_eq!(answer["result"]["protocolVersion"], given, "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "archc");
        assert!(answer["result"]["instructions"].as_str().unwrap().contains("`language`"));
        assert_eq!(client.close(), Some(0));
    }
}

#[test]
fn tools_work_on_a_text_and_on_a_file_alike() {
    let folder = folder(&[("shop.arch", SHOP)]);
    let mut client = Client::greeted(folder.path());
    for design in [json!({"text": SHOP}), json!({"path": "shop.arch"})] {
        let with = |more: Value| {
            let mut all = design.as_object().unwrap().clone();
            all.extend(more.as_object().unwrap().clone());
            Value::Object(all)
        };
        let found = client.data("check", design.clone());
        assert_eq!(found["version"], 1);
        assert!(found["summary"]["errors"].as_u64().unwrap() > 0, "{found}");
        let one = client.data("check", with(json!({"limit": 1})));
        assert_eq!(one["diagnostics"].as_array().unwrap().len(), 1);
        assert_eq!(one["diagnostics"][0]["severity"], "error");
        assert_eq!(one["summary"], found["summary"]);
        let none = client.data("check", with(json!({"select": ["PO"]})));
        assert_eq!(none["diagnostics"], json!([]));
        let report = client.data("report", design.clone());
        assert_eq!(report["flows"][0]["name"], "buy");
        assert!(!client.data("estimate", design.clone())["sections"].as_array().unwrap().is_empty());
        let simulated = client.data("simulate", with(json!({"scenario": ["rush"]})));
        assert_eq!(simulated["holds"], false, "{simulated}");
        let sizes = client.data("scale", with(json!({"users": [1000, 1_000_000]})));
        assert_eq!(sizes["sizes"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn pictures_come_as_text_and_as_images() {
    let folder = folder(&[]);
    let mut client = Client::greeted(folder.path());
    let svg = client.data("render", json!({"text": SHOP}));
    assert!(svg["picture"].as_str().unwrap().starts_with("<svg"), "{svg}");
    let scene = client.data("render", json!({"text": SHOP, "format": "json"}));
    assert_eq!(scene["picture"]["nodes"].as_array().unwrap().len(), 3);
    let sequence = client.data("render", json!({"text": SHOP, "flow": "buy", "format": "mermaid"}));
    assert!(sequence["picture"].as_str().unwrap().starts_with("sequenceDiagram"), "{sequence}");
    let tree = client.data("render", json!({"text": SHOP, "picture": "fault-tree", "overlay": "load"}));
    assert!(tree["picture"].as_str().unwrap().contains("</svg>"));
    #[cfg(feature = "png")]
    {
        let png = client.call("render", json!({"text": SHOP, "format": "png"}));
        assert_eq!(png["content"][0]["type"], "image", "{png}");
        assert_eq!(png["content"][0]["mimeType"], "image/png");
        // the first bytes of every PNG
        assert!(png["content"][0]["data"].as_str().unwrap().starts_with("iVBORw0KGgo"));
    }
}

#[test]
fn it_tells_what_it_knows() {
    let folder = folder(&[]);
    let mut client = Client::greeted(folder.path());
    let rule = client.data("explain", json!({"rule": "single-point-of-failure"}));
    assert_eq!(rule["code"], "AV001");
    assert!(rule["markdown"].as_str().unwrap().contains("How to mend it"));
    assert!(client.data("explain", json!({"rule": "E112"}))["markdown"].is_string());
    let rules = client.data("rules", json!({}))["rules"].as_array().unwrap().len();
    let some = client.data("rules", json!({"category": "AV"}))["rules"].as_array().unwrap().len();
    assert!(some > 5 && rules > some, "{some} of {rules}");
    let page = client.data("language", json!({}));
    assert!(page["markdown"].as_str().unwrap().starts_with("# The Arch language"));
    let section = client.data("language", json!({"section": "flows"}));
    assert!(section["markdown"].as_str().unwrap().starts_with("## Flows\n"));
    let postgres = client.data("technologies", json!({"name": "Postgres"}));
    assert!(postgres["defaults"][0]["source"]["title"].is_string(), "{postgres}");
    let databases = client.data("technologies", json!({"kind": "database"}));
    assert!(databases["technologies"].as_array().unwrap().iter().any(|it| it["name"] == postgres["name"]));

    let resources = client.ask("resources/list", json!({}))["result"]["resources"].clone();
    assert_eq!(resources[0]["uri"], "archc://language");
    for uri in ["archc://language", "archc://rules", "archc://rules/AV001"] {
        let read = client.ask("resources/read", json!({"uri": uri}));
        assert!(read["result"]["contents"][0]["text"].as_str().unwrap().len() > 500, "{uri}");
    }
    assert!(client.ask("resources/read", json!({"uri": "archc://rulesAV001"})).get("error").is_some());
    assert!(client.ask("resources/read", json!({"uri": "file:///etc/hostname"})).get("error").is_some());
}

#[test]
fn what_cannot_be_done_is_said_to_the_model_and_the_server_goes_on() {
    let folder = folder(&[("archc.toml", "[nonsense]\n")]);
    let mut client = Client::greeted(folder.path());
    let refused = [
        ("check", json!({}), "name a design"),
        ("check", json!({"text": 5}), "the arguments do not fit"),
        ("check", json!({"text": "", "limits": 5}), "unknown field `limits`"),
        ("check", json!({"text": "service a"}), "nonsense"),
        ("report", json!({"path": "no.arch"}), "there is no such file"),
        ("report", json!({"path": "."}), "is a folder"),
        ("explain", json!({"rule": "AV01"}), "did you mean `AV001`?"),
        ("rules", json!({"category": "beauty"}), "there is no category `beauty`; there is availability"),
        ("language", json!({"section": "poetry"}), "there is no section `poetry`"),
        ("technologies", json!({"name": "postgress"}), "did you mean `postgres`?"),
        ("technologies", json!({"kind": "thing"}), "there is no kind `thing`"),
        ("simulate", json!({"text": "", "losses": 3}), "`losses` is 0, 1 or 2"),
    ];
    for (tool, arguments, why) in refused {
        let said = client.refusal(tool, arguments.clone());
        assert!(said.contains(why), "{tool} {arguments}: {said}");
    }
    let unknown = client.ask("tools/call", json!({"name": "delete_everything", "arguments": {}}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    let method = client.ask("tools/destroy", json!({}));
    assert_eq!(method["error"]["code"], -32601, "{method}");
    // what is no message at all costs nothing but itself
    client.send_raw("{ no json\n\n[]\n\u{0}\n");
    client.send_raw("{\"jsonrpc\": \"2.0\", \"id\": 77, \"method\": 5}\n");
    std::fs::remove_file(folder.path().join("archc.toml")).unwrap();
    let id =
        client.request("tools/call", json!({"name": "check", "arguments": {"text": "service a { x = 1 }"}}));
    let answer = std::iter::repeat_with(|| client.receive()).find(|message| message["id"] == id).unwrap();
    assert_eq!(answer["result"]["structuredContent"]["diagnostics"][0]["file"], "<text>", "{answer}");
}

#[test]
fn only_what_stands_below_the_roots_is_read() {
    let outer = folder(&[
        ("secret.arch", "service secret\n"),
        ("inner/own.arch", "service own\n"),
        ("inner/sly.arch", "import \"../secret.arch\"\nservice sly\n"),
        ("inner/other/x.arch", "service x\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
    ]);
    let inner = outer.path().join("inner");
    let secret = outer.path().join("secret.arch").to_string_lossy().into_owned();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, inner.join("link.arch")).unwrap();
        std::os::unix::fs::symlink("loop", inner.join("loop")).unwrap();
    }
    let mut client = Client::greeted(&inner);
    for path in
        ["../secret.arch", "..", "other/../../secret.arch", secret.as_str(), "/etc/hostname", "/dev/zero"]
    {
        let said = client.refusal("check", json!({"path": path}));
        assert!(said.contains("outside the folders"), "{path}: {said}");
    }
    #[cfg(unix)]
    for path in ["link.arch", "loop/x.arch"] {
        client.refusal("check", json!({"path": path}));
    }
    // neither by an import of a file, nor by one of a text
    for design in [json!({"path": "sly.arch"}), json!({"text": "import \"../secret.arch\""})] {
        let found = client.data("check", design);
        let told = found["diagnostics"].to_string();
        assert!(told.contains("outside") && !told.contains("service secret"), "{told}");
    }
    let all = client.data("check", json!({"path": "."}));
    assert!(!all.to_string().contains("link.arch"), "{all}");
    assert!(all["summary"]["files"].as_u64().unwrap() >= 3, "{all}");
    assert_eq!(client.close(), Some(0));

    let mut client = Client::start(&inner, &["--root", "other", "--root", ".."]);
    client.initialize("2025-06-18");
    client.data("check", json!({"path": "../secret.arch"}));
    let ended = Client::start(&inner, &["--root", "nowhere"]).close();
    assert_eq!(ended, Some(2));
}

#[test]
fn a_cancelled_call_is_not_answered_and_the_next_one_is() {
    let folder = folder(&[]);
    let mut client = Client::greeted(folder.path());
    // far more work than it takes to read the cancellation that stands behind it
    let mut text = String::from("client c { users = 1M  requests_per_user = 20/day }\n");
    for i in 0..150 {
        text.push_str(&format!("service s{i} {{ capacity = 5k/s  latency = 1ms  p99 = 5ms }}\n"));
    }
    text.push_str("flow f {\n  slo availability >= 99.99%\n");
    for i in 0..150 {
        text.push_str(&format!("  c -> s{i}\n"));
    }
    text.push_str("}\n");
    let arguments = json!({"name": "simulate", "arguments": {"text": text, "losses": 2}});
    let call = json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": arguments});
    let gone = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 99}});
    client.send_raw(&format!("{call}\n{gone}\n"));
    let rule = client.data("explain", json!({"rule": "AV001"}));
    assert_eq!(rule["code"], "AV001");
}

#[test]
fn a_client_that_leaves_or_speaks_something_else_ends_the_server() {
    let folder = folder(&[]);
    assert_eq!(Client::start(folder.path(), &[]).close(), Some(0));
    let mut hasty = Client::start(folder.path(), &[]);
    hasty.send_raw("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\"");
    assert_eq!(hasty.close(), Some(0));
    // what was asked before the input ended is answered
    let mut client = Client::greeted(folder.path());
    let id = client.request("tools/call", json!({"name": "report", "arguments": {"text": SHOP}}));
    drop(client.input.take());
    assert_eq!(client.receive()["id"], id);
    assert_eq!(client.child.wait().unwrap().code(), Some(0));
}
