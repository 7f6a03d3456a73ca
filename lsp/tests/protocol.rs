//! The server as an editor sees it: messages over standard input and output.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but takes no helper of an integration test for one"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// How long a test waits for an answer before it fails; far beyond what one takes.
const PATIENCE: Duration = Duration::from_secs(60);

struct Server {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_archc-lsp"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            loop {
                let mut length = 0;
                let mut line = String::new();
                while output.read_line(&mut line).unwrap_or(0) > 2 {
                    if let Some(value) = line.trim().strip_prefix("Content-Length: ") {
                        length = value.parse().unwrap();
                    }
                    line.clear();
                }
                if length == 0 {
                    return;
                }
                let mut body = vec![0; length];
                output.read_exact(&mut body).unwrap();
                if sender.send(serde_json::from_slice(&body).unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { child, input, messages }
    }

    fn initialized() -> Self {
        let mut server = Self::start();
        server.request(1, "initialize", json!({"processId": null, "rootUri": null, "capabilities": {}}));
        let answer = server.receive(|message| message["id"] == 1);
        assert_eq!(answer["result"]["serverInfo"]["name"], "archc-lsp");
        server.notify("initialized", json!({}));
        server
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    fn request(&mut self, id: u32, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "arch", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    fn receive(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap();
            if wanted(&message) {
                return message;
            }
        }
    }

    /// The findings of a version of a document; later ones come in order.
    fn diagnostics(&self, uri: &str, version: Option<i32>) -> Vec<Value> {
        let message = self.receive(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && version.is_none_or(|version| message["params"]["version"] == version)
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn exit_code(mut self) -> i32 {
        self.notify("exit", Value::Null);
        // the pipe stays open: the server must not wait for its end
        let input = self.input.take();
        let code = self.child.wait().unwrap().code().unwrap();
        drop(input);
        code
    }
}

const URI: &str = "file:///work-of-nobody/x.arch";

#[test]
fn mistakes_come_while_typing_and_go_when_mended() {
    let mut server = Server::initialized();
    server.open(URI, "client c\nservice s\nc -> t\n");
    let found = server.diagnostics(URI, Some(1));
    let mistake = found.iter().find(|it| it["severity"] == 1).unwrap();
    assert_eq!(mistake["range"]["start"], json!({"line": 2, "character": 5}));
    assert_eq!(mistake["source"], "archc");
    let range = json!({"start": {"line": 2, "character": 5}, "end": {"line": 2, "character": 6}});
    server.change(URI, 2, json!([{"range": range, "text": "s"}]));
    let found = server.diagnostics(URI, Some(2));
    assert!(found.iter().all(|it| it["severity"] != 1), "{found:?}");
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert!(server.diagnostics(URI, None).is_empty());
}

#[test]
fn positions_are_utf16_among_emoji_and_crlf() {
    let mut server = Server::initialized();
    server.open(URI, "client c \"😀\"\r\nc -> t \"漢\"\r\n");
    let found = server.diagnostics(URI, Some(1));
    let mistake = found.iter().find(|it| it["severity"] == 1).unwrap();
    assert_eq!(mistake["range"]["start"], json!({"line": 1, "character": 5}));
}

#[test]
fn a_burst_of_edits_keeps_its_order() {
    let mut server = Server::initialized();
    server.open(URI, "");
    for version in 2..302 {
        // each edit writes behind the one before, so any other order is another text
        let at = json!({"line": version - 2, "character": 0});
        let text = format!("service s{version}\n");
        server.change(URI, version, json!([{"range": {"start": at, "end": at}, "text": text}]));
    }
    let at = json!({"line": 300, "character": 0});
    server.change(URI, 302, json!([{"range": {"start": at, "end": at}, "text": "service s2\n"}]));
    let found = server.diagnostics(URI, Some(302));
    let errors: Vec<&Value> = found.iter().filter(|it| it["severity"] == 1).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["range"]["start"], json!({"line": 300, "character": 8}));
    assert_eq!(errors[0]["relatedInformation"][0]["location"]["range"]["start"]["line"], 0);
}

#[test]
fn shutdown_takes_null_an_object_and_nothing() {
    for params in [Some(Value::Null), Some(json!({})), None] {
        let mut server = Server::initialized();
        let mut message = json!({"jsonrpc": "2.0", "id": 7, "method": "shutdown"});
        if let Some(params) = params {
            message["params"] = params;
        }
        server.send(&message);
        let answer = server.receive(|message| message["id"] == 7);
        assert!(answer.get("error").is_none(), "{answer}");
        assert_eq!(server.exit_code(), 0);
    }
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    assert_eq!(Server::initialized().exit_code(), 1);
}

#[test]
fn the_end_of_input_ends_the_server() {
    let mut server = Server::initialized();
    drop(server.input.take());
    assert_eq!(server.child.wait().unwrap().code(), Some(1));
}
