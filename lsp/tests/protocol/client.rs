//! A client for the tests: it speaks over the server's standard input and output, and sees to it that no server is left.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a test waits for an answer before it fails; far beyond what one takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server and what it has said.
pub(crate) struct Client {
    child: Child,
    pub(crate) input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came while something else was waited for.
    kept: RefCell<VecDeque<Value>>,
    next: Cell<i64>,
}

impl Client {
    /// A server that nobody has greeted.
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_archc-lsp"))
            .env("ARCHC_LSP_DEBUG", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
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
                    // nothing but the protocol may stand on the server's output
                    length = line.trim().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
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
        Self { child, input, messages, kept: RefCell::default(), next: Cell::new(1) }
    }

    /// A server that knows a client without any ability, and no folder.
    pub(crate) fn plain() -> Self {
        Self::with(json!({"processId": null, "rootUri": null, "capabilities": {}}))
    }

    /// A server that was introduced with these parameters.
    pub(crate) fn with(params: Value) -> Self {
        let client = Self::start();
        let answer = client.ask("initialize", params);
        assert_eq!(answer["result"]["serverInfo"]["name"], "archc-lsp", "{answer}");
        client.notify("initialized", json!({}));
        client
    }

    /// Sends bytes as they are.
    pub(crate) fn send_raw(&self, bytes: &[u8]) {
        let mut input = self.input.as_ref().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    /// Sends a message.
    pub(crate) fn send(&self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a request and gives its id.
    pub(crate) fn request(&self, method: &str, params: Value) -> i64 {
        let id = self.next.replace(self.next.get() + 1);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn ask(&self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id)
    }

    /// Sends a notification.
    pub(crate) fn notify(&self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Opens a document, with version 1.
    pub(crate) fn open(&self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "arch", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Edits a document.
    pub(crate) fn change(&self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Closes a document.
    pub(crate) fn close(&self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// The first message, of those that came and were not waited for before all others, that is wanted. Requests of the
    /// server are answered on the way.
    pub(crate) fn receive(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = self.kept.borrow().iter().position(&wanted);
        if let Some(at) = found {
            return self.kept.borrow_mut().remove(at).unwrap();
        }
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("a message of the server");
            if message.get("method").is_some() && message.get("id").is_some() {
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            }
            if wanted(&message) {
                return message;
            }
            self.kept.borrow_mut().push_back(message);
        }
    }

    /// How many messages of a method came that nobody waited for.
    pub(crate) fn said(&self, method: &str) -> usize {
        self.kept.borrow().iter().filter(|message| message["method"] == method).count()
    }

    /// The answer to a request.
    pub(crate) fn answer(&self, id: i64) -> Value {
        self.receive(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Waits for findings of a document that are as wanted; those told before are dropped.
    pub(crate) fn findings(&self, uri: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        loop {
            let message = self.receive(|message| {
                message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
            });
            let found = message["params"]["diagnostics"].as_array().unwrap();
            if wanted(found) {
                return found.clone();
            }
        }
    }

    /// The findings of a version of a document.
    pub(crate) fn findings_of(&self, uri: &str, version: i32) -> Vec<Value> {
        let message = self.receive(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The text that the server has of a document, and its version.
    pub(crate) fn text(&self, uri: &str) -> (String, i64) {
        let answer = self.ask("archc/debug/text", json!({"textDocument": {"uri": uri}}));
        let result = &answer["result"];
        (result["text"].as_str().unwrap().to_owned(), result["version"].as_i64().unwrap())
    }

    /// Sends `exit` and waits for the end, while the pipe stays open.
    pub(crate) fn exit_code(mut self) -> i32 {
        self.notify("exit", Value::Null);
        let input = self.input.take();
        let code = self.child.wait().unwrap().code().unwrap();
        drop(input);
        code
    }

    /// Closes the pipe and waits for the end.
    pub(crate) fn hang_up(mut self) -> i32 {
        drop(self.input.take());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Client {
    /// No test leaves a server behind: it ends by itself when its input does.
    fn drop(&mut self) {
        drop(self.input.take());
        if std::thread::panicking() {
            _ = self.child.kill();
        }
        _ = self.child.wait();
    }
}

/// The errors among some findings.
pub(crate) fn errors(found: &[Value]) -> Vec<&Value> {
    found.iter().filter(|it| it["severity"] == 1).collect()
}
