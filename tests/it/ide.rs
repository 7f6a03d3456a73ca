//! Editor features over text fixtures: `<|>` is the cursor, `//- path` opens a file, `^^^` below a line points into it.
//! Expectations stand in the tests; `UPDATE_EXPECT=1` writes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use archc::ide::{File, FileEdit, Language, Place, Snapshot, Workspace};
use archc::source::MemoryLoader;

/// A workspace, and the place of the cursor where it has one.
pub(crate) struct Fixture {
    pub(crate) snapshot: Snapshot,
    pub(crate) path: String,
    pub(crate) offset: usize,
    /// Of two cursors, where the second is: a selection.
    pub(crate) end: usize,
}

const CURSOR: &str = "<|>";

impl Fixture {
    /// Every file open.
    pub(crate) fn new(text: &str) -> Self {
        Self::with_closed(text, &[])
    }

    /// With some files that are closed.
    pub(crate) fn with_closed(text: &str, closed: &[&str]) -> Self {
        let (mut at, mut open, mut disk) = (None, BTreeMap::new(), MemoryLoader::default());
        let mut workspace = Workspace::default();
        for (path, text) in files(text) {
            let mut plain = text.clone();
            let mut places = Vec::new();
            while let Some(place) = plain.find(CURSOR) {
                plain.replace_range(place..place + CURSOR.len(), "");
                places.push(place);
            }
            if let Some(first) = places.first() {
                at = Some((path.clone(), *first, *places.last().unwrap()));
            }
            let path: Arc<str> = path.as_str().into();
            if closed.contains(&&*path) {
                disk.files.insert(path.to_string(), plain.into());
                continue;
            }
            let language = Language::of(&path).unwrap();
            let file = Arc::new(File::new(Arc::clone(&path), plain, language).opened(1));
            workspace.open(Arc::clone(&file));
            open.insert(path, file);
        }
        workspace.list(disk.files.keys().map(|path| Arc::from(path.as_str())).collect());
        let analysis = workspace.check(&disk, 1, &|| false).unwrap();
        let first = files(text).into_iter().next().map_or_else(String::new, |(path, _)| path);
        let (path, offset, end) = at.unwrap_or((first, 0, 0));
        Self { snapshot: Snapshot::new(1, Arc::new(open), analysis), path, offset, end }
    }

    pub(crate) fn text(&self) -> &str {
        self.snapshot.file(&self.path).unwrap().text()
    }

    /// A place as `path:line:column text`.
    pub(crate) fn show(&self, place: &Place) -> String {
        let file = self.snapshot.file(&place.path).unwrap();
        let at = file.whole().position(place.range.start);
        format!("{}:{}:{} {:?}", place.path, at.line, at.column, &file.text()[place.range.clone()])
    }

    pub(crate) fn show_all(&self, places: &[Place]) -> String {
        places.iter().map(|place| self.show(place) + "\n").collect()
    }

    /// What edits make of each file that they touch.
    pub(crate) fn edited(&self, edits: &[FileEdit]) -> String {
        let mut by_file: BTreeMap<&str, Vec<FileEdit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(&edit.place.path).or_default().push(edit.clone());
        }
        let one = by_file.len() == 1;
        let mut out = String::new();
        for (path, edits) in by_file {
            if !one {
                out.push_str(&format!("//- {path}\n"));
            }
            out.push_str(&archc::ide::edits::apply(self.snapshot.file(path).unwrap().text(), &edits));
        }
        out
    }
}

/// The files of a fixture: `//- path` opens one; without it all is `a.arch`.
fn files(text: &str) -> Vec<(String, String)> {
    if !text.contains("//- ") {
        return vec![("a.arch".to_owned(), text.to_owned())];
    }
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("//- "), files.last_mut()) {
            (Some(path), _) => files.push((path.trim().to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => {}
        }
    }
    files
}

/// The example that most tests look at.
pub(crate) const SHOP: &str = r#"system shop "Shop"

/// What a customer buys.
data order { size = 2KB  growth = 1M/month }

client browser "Web" { users = 1M  requests_per_user = 20/day }

region eu {
  zone a
  zone b

  load_balancer lb: aws-alb
  /// Takes orders.
  service api: go "Shop API" {
    replicas = 2..6
    zones    = [a, b]
    capacity = 500/s
    latency  = 4ms
    p99      = 20ms
  }
  cache hot: redis { replicas = 2  zones = [a, b]  hit_ratio = 90%  latency = 0.5ms }
  database orders: postgres { stores = [order]  replicas = 2  zones = [a, b]  capacity = 2k/s  latency = 5ms }
}

browser -> lb -> api
api -> hot "GET" { timeout = 20ms  access = read }
api -> orders "SELECT" { timeout = 200ms  retries = 1  access = read  behind = hot }

flow buy "Buy" {
  slo availability >= 99.9%
  slo p99 <= 200ms
  browser -> lb -> api
  api -> hot "GET"
  api -> orders "SELECT"
}
"#;

/// The example with a cursor: behind `needle` in the first line that holds `line`.
pub(crate) fn shop_at(line: &str, needle: &str) -> String {
    let start = SHOP.find(line).unwrap();
    let at = start + SHOP[start..].find(needle).unwrap() + 1;
    format!("{}{CURSOR}{}", &SHOP[..at], &SHOP[at..])
}
