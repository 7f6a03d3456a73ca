//! Folders and closed files: imports, Markdown, configuration, what changes on disk.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, errors};

/// Folders with files, and a client that has them open.
struct Folders {
    root: TempDir,
    client: Client,
}

impl Folders {
    /// `folders` are opened; `files` are written first.
    fn new(folders: &[&str], files: &[(&str, &str)]) -> Self {
        let root = TempDir::new().unwrap();
        for folder in folders {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for (path, text) in files {
            write(&root.path().join(path), text);
        }
        let folder = |name: &&str| json!({"uri": uri(&root.path().join(name)), "name": name});
        let folders: Vec<Value> = folders.iter().map(folder).collect();
        let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
        let client = Client::with(json!({"capabilities": capabilities, "workspaceFolders": folders}));
        Self { root, client }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn uri(&self, path: &str) -> String {
        uri(&self.path(path))
    }

    /// Waits until a file has so many errors.
    fn errors(&self, path: &str, count: usize) -> Vec<Value> {
        let found = self.client.findings(&self.uri(path), |found| errors(found).len() == count);
        errors(&found).into_iter().cloned().collect()
    }

    /// Writes a file and tells of it as a client does that watches.
    fn change(&self, path: &str, text: &str) {
        let kind = if self.path(path).exists() { 2 } else { 1 };
        write(&self.path(path), text);
        self.tell(path, kind);
    }

    fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap();
        self.tell(path, 3);
    }

    fn tell(&self, path: &str, kind: u8) {
        let change = json!({"uri": self.uri(path), "type": kind});
        self.client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A mistake in one line.
const WRONG: &str = "service a\nservice a\n";

#[test]
fn files_that_nobody_opened_are_checked_in_all_folders() {
    let files = [("one/a.arch", WRONG), ("two/deep/b.arch", WRONG), ("two/.gitignore", "gone.arch\n")];
    let folders = Folders::new(&["one", "two"], &files);
    folders.errors("one/a.arch", 1);
    folders.errors("two/deep/b.arch", 1);
    // it asked to be told when files change
    folders.client.receive(|message| message["method"] == "client/registerCapability");

    folders.change("one/a.arch", "service a\n");
    folders.errors("one/a.arch", 0);
    folders.change("one/new.arch", WRONG);
    folders.errors("one/new.arch", 1);
    folders.remove("one/new.arch");
    folders.errors("one/new.arch", 0);

    let gone = json!({"event": {"added": [], "removed": [{"uri": folders.uri("two"), "name": "two"}]}});
    folders.client.notify("workspace/didChangeWorkspaceFolders", gone);
    folders.errors("two/deep/b.arch", 0);
}

#[test]
fn an_open_text_counts_before_the_file_until_it_is_closed() {
    let folders = Folders::new(&["w"], &[("w/a.arch", WRONG)]);
    folders.errors("w/a.arch", 1);
    folders.client.open(&folders.uri("w/a.arch"), "service a\n");
    folders.errors("w/a.arch", 0);
    folders.client.close(&folders.uri("w/a.arch"));
    folders.errors("w/a.arch", 1);
}

#[test]
fn imports_reach_over_files_and_are_followed_when_files_come_and_go() {
    let files = [("w/a.arch", "import \"lib/b.arch\"\nclient c\nc -> api\n")];
    let folders = Folders::new(&["w"], &files);
    // neither the file nor what it would declare
    let missing = folders.errors("w/a.arch", 2);
    assert_eq!((&missing[0]["code"], &missing[1]["code"]), (&json!("E101"), &json!("E112")));
    folders.change("w/lib/b.arch", "service api\n");
    folders.errors("w/a.arch", 0);
    // an edit in the imported file, which is open, is one of the design that imports it
    folders.client.open(&folders.uri("w/lib/b.arch"), "service apis\n");
    folders.errors("w/a.arch", 1);
    folders.client.change(&folders.uri("w/lib/b.arch"), 2, json!([{"text": "service api\nservice api\n"}]));
    folders.errors("w/lib/b.arch", 1);
    folders.client.close(&folders.uri("w/lib/b.arch"));
    folders.errors("w/lib/b.arch", 0);

    // it is called otherwise now
    std::fs::rename(folders.path("w/lib/b.arch"), folders.path("w/lib/c.arch")).unwrap();
    let renamed = json!({"oldUri": folders.uri("w/lib/b.arch"), "newUri": folders.uri("w/lib/c.arch")});
    folders.client.notify("workspace/didRenameFiles", json!({"files": [renamed]}));
    folders.errors("w/a.arch", 2);
}

#[test]
fn imports_follow_files_that_are_renamed() {
    let files = [
        ("w/a.arch", "import \"lib/b.arch\"\nclient c\nc -> api\n"),
        ("w/lib/b.arch", "import \"../x.arch\"\nservice api\n"),
        ("w/x.arch", ""),
    ];
    let folders = Folders::new(&["w"], &files);
    folders.client.findings(&folders.uri("w/a.arch"), |found| errors(found).is_empty());
    let ask = |old: &str, new: &str| {
        let renamed = json!({"oldUri": folders.uri(old), "newUri": folders.uri(new)});
        folders.client.ask("workspace/willRenameFiles", json!({"files": [renamed]}))["result"].clone()
    };
    let quoted = |line: u32, from: u32, to: u32, text: &str| {
        let at = |character| json!({"line": line, "character": character});
        json!([{"range": {"start": at(from), "end": at(to)}, "newText": text}])
    };
    let edits = ask("w/lib", "w/parts");
    assert_eq!(edits["changes"], json!({folders.uri("w/a.arch"): quoted(0, 8, 18, "parts/b.arch")}));
    let edits = ask("w/lib/b.arch", "w/c.arch");
    let expected = json!({
        folders.uri("w/a.arch"): quoted(0, 8, 18, "c.arch"),
        folders.uri("w/lib/b.arch"): quoted(0, 8, 17, "x.arch"),
    });
    assert_eq!(edits["changes"], expected);
    assert_eq!(ask("w/none.arch", "w/other.arch"), Value::Null);

    // done as a client does it: the edits, then the files
    folders.change("w/a.arch", "import \"c.arch\"\nclient c\nc -> api\n");
    folders.change("w/lib/b.arch", "import \"x.arch\"\nservice api\n");
    std::fs::rename(folders.path("w/lib/b.arch"), folders.path("w/c.arch")).unwrap();
    let renamed = json!({"oldUri": folders.uri("w/lib/b.arch"), "newUri": folders.uri("w/c.arch")});
    folders.client.notify("workspace/didRenameFiles", json!({"files": [renamed]}));
    let settled = folders
        .client
        .ask("textDocument/diagnostic", json!({"textDocument": {"uri": folders.uri("w/a.arch")}}));
    assert!(errors(settled["result"]["items"].as_array().unwrap()).is_empty(), "{settled}");
}

#[test]
fn the_first_check_is_shown_where_it_takes_its_time() {
    let root = TempDir::new().unwrap();
    write(&root.path().join("a.arch"), WRONG);
    let params = |can: bool| json!({"capabilities": {"window": {"workDoneProgress": can}}, "workspaceFolders": [{"uri": uri(root.path()), "name": "w"}]});
    // in tests the server takes every first check for a long one
    let client = Client::with(params(true));
    let created = client.receive(|message| message["method"] == "window/workDoneProgress/create");
    for kind in ["begin", "end"] {
        let told = client.receive(|message| message["method"] == "$/progress");
        assert_eq!(
            (&told["params"]["value"]["kind"], &told["params"]["token"]),
            (&json!(kind), &created["params"]["token"])
        );
    }
    client.findings(&uri(&root.path().join("a.arch")), |found| !found.is_empty());
    // another check is no first one, and a client that shows nothing is told nothing
    client.open("file:///nowhere/x.arch", WRONG);
    client.findings("file:///nowhere/x.arch", |found| !found.is_empty());
    assert_eq!(client.said("$/progress"), 0);
    let client = Client::with(params(false));
    client.findings(&uri(&root.path().join("a.arch")), |found| !found.is_empty());
    assert_eq!(client.said("window/workDoneProgress/create"), 0);
}

#[test]
fn blocks_of_markdown_are_checked_where_they_stand() {
    let text = "# 😀\n\n> ```arch\n> service a\n> service a\n> ```\n\n```rust\nfn f() {}\n```\n";
    let folders = Folders::new(&["w"], &[("w/README.md", text)]);
    let found = folders.errors("w/README.md", 1);
    assert_eq!(found[0]["range"]["start"], json!({"line": 4, "character": 10}));
    let mended = text.replacen("> service a\n", "> service b\n", 1);
    folders.client.open(&folders.uri("w/README.md"), &mended);
    folders.errors("w/README.md", 0);
}

#[test]
fn the_nearest_configuration_is_in_force_and_its_mistakes_are_told() {
    let design = "client c\nservice s\nc -> s\n";
    let folders = Folders::new(&["w"], &[("w/deep/a.arch", design)]);
    let uri = folders.uri("w/deep/a.arch");
    let found = folders.client.findings(&uri, |found| !found.is_empty());
    let code = found[0]["code"].as_str().unwrap().to_owned();
    folders.change("w/archc.toml", &format!("[rules]\n{code} = \"off\"\n"));
    folders.client.findings(&uri, |found| found.iter().all(|it| it["code"] != code.as_str()));
    // an open one counts as it stands in the editor
    folders.client.open(&folders.uri("w/archc.toml"), "[rules]\nnonsense = \"off\"\n");
    let wrong = folders.errors("w/archc.toml", 1);
    assert_eq!(wrong[0]["range"]["start"]["line"], 1);
    folders.client.findings(&uri, |found| found.iter().any(|it| it["code"] == code.as_str()));
    folders.client.close(&folders.uri("w/archc.toml"));
    folders.errors("w/archc.toml", 0);
    folders.client.findings(&uri, |found| found.iter().all(|it| it["code"] != code.as_str()));
}
