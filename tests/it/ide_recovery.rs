//! One wrong character in a good design: what is lost, and how much is told. Some of all such edits by default, all of them
//! with `ARCHC_ALL_EDITS=1` (hours without `--release`), with a greater number so many of a kind.

use std::collections::BTreeMap;

use archc::source::FileId;
use archc::syntax::ast::{Block, Stmt, StmtKind, Tree};
use archc::syntax::{Cache, parse, parse_with};

const EXAMPLES: [(&str, &str); 4] = [
    ("chat", include_str!("../../examples/chat/design.arch")),
    ("online-boutique", include_str!("../../examples/online-boutique/design.arch")),
    ("online-shop", include_str!("../../examples/online-shop/design.arch")),
    ("url-shortener", include_str!("../../examples/url-shortener/design.arch")),
];

/// What is put in or written over a character.
const SIGNS: &str = "{}\"[]()=,;:|->.@/*";

/// Edits of a kind that are tried with one text, unless all are.
const TRIED: usize = 120;

/// What a reader would call the elements of a design: declarations, connections, objectives, rules, imports.
fn elements(tree: &Tree) -> BTreeMap<String, usize> {
    fn block(block: Option<&Block>, out: &mut BTreeMap<String, usize>) {
        block.iter().flat_map(|block| &block.items).for_each(|item| stmt(item, out));
    }
    fn stmt(item: &Stmt, out: &mut BTreeMap<String, usize>) {
        let key = match &item.kind {
            StmtKind::Declaration(it) => {
                block(it.block.as_ref(), out);
                it.name.name.to_string()
            }
            StmtKind::Connection(it) => {
                let paths = it.ends.iter().flat_map(|ends| &ends.paths);
                paths.map(|path| path.text()).collect::<Vec<_>>().join(" ")
            }
            StmtKind::Objective(it) => format!("slo {}", it.metric.name),
            StmtKind::Policy(_) => "policy".to_owned(),
            StmtKind::Import(_) => "import".to_owned(),
            StmtKind::Attribute(_) | StmtKind::Junk => return,
        };
        *out.entry(key).or_default() += 1;
    }
    let mut out = BTreeMap::new();
    tree.items.iter().for_each(|item| stmt(item, &mut out));
    out
}

/// What edits of one kind cost.
#[derive(Default)]
struct Cost {
    edits: usize,
    kept: f64,
    mistakes: usize,
    worst: Vec<(f64, usize, String)>,
}

impl Cost {
    fn take(&mut self, whole: &BTreeMap<String, usize>, text: &str, at: usize, cache: &mut Cache) {
        let tree = parse_with(FileId(0), text, cache);
        let now = elements(&tree);
        let total: usize = whole.values().sum();
        let kept: usize =
            whole.iter().map(|(key, count)| (*count).min(now.get(key).copied().unwrap_or(0))).sum();
        let share = kept as f64 / total as f64;
        self.edits += 1;
        self.kept += share;
        self.mistakes += tree.mistakes.len();
        if share < 0.9 || tree.mistakes.len() > 3 {
            let line = text[at..].lines().next().unwrap_or("");
            self.worst.push((
                share,
                tree.mistakes.len(),
                format!("{}⁞{line}", text[..at].rsplit('\n').next().unwrap()),
            ));
        }
    }

    #[track_caller]
    fn stays_within(mut self, what: &str, lost: f64) {
        let (kept, mistakes) = (self.kept / self.edits as f64, self.mistakes as f64 / self.edits as f64);
        println!("{what}: {} edits, {:.2} % kept, {mistakes:.2} mistakes told", self.edits, kept * 100.0);
        self.worst.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (share, mistakes, line) in self.worst.iter().take(12) {
            println!("  {:.0} % kept, {mistakes} told: {line}", share * 100.0);
        }
        assert!(kept >= 1.0 - lost, "{what}: {kept} kept");
        assert!(mistakes <= 2.0, "{what}: {mistakes} mistakes told");
    }
}

/// An edit: where, how many bytes go, what comes.
type Edit = (usize, usize, Option<char>);

fn is_brace(c: char) -> bool {
    matches!(c, '{' | '}')
}

/// The edits of a text by kind: a character lost, put in, written over; a brace lost or too much.
fn edits(text: &str) -> [Vec<Edit>; 4] {
    let mut of: [Vec<Edit>; 4] = Default::default();
    let [lost, put, over, brace] = &mut of;
    for (at, c) in text.char_indices() {
        (if is_brace(c) { &mut *brace } else { &mut *lost }).push((at, c.len_utf8(), None));
        for sign in SIGNS.chars() {
            (if is_brace(sign) { &mut *brace } else { &mut *put }).push((at, 0, Some(sign)));
            if sign != c {
                let braces = is_brace(sign) || is_brace(c);
                (if braces { &mut *brace } else { &mut *over }).push((at, c.len_utf8(), Some(sign)));
            }
        }
    }
    of
}

#[test]
fn a_wrong_character_costs_a_statement() {
    let tried = match std::env::var("ARCHC_ALL_EDITS").map(|value| value.parse()) {
        Ok(Ok(tried @ 2..)) => tried,
        Ok(_) => usize::MAX,
        Err(_) => TRIED,
    };
    let mut costs: [Cost; 4] = Default::default();
    for (name, text) in EXAMPLES {
        let tree = parse(FileId(0), text);
        assert!(tree.mistakes.is_empty(), "{name}");
        let whole = elements(&tree);
        for (cost, edits) in costs.iter_mut().zip(edits(text)) {
            // a stride that has no divisor in common with the number of signs meets them all
            let stride = (edits.len() / tried).max(1) | 1;
            let mut cache = Cache::default();
            for (at, removed, sign) in edits.into_iter().step_by(stride) {
                let sign = sign.map(String::from).unwrap_or_default();
                let edited = format!("{}{sign}{}", &text[..at], &text[at + removed..]);
                cost.take(&whole, &edited, at, &mut cache);
            }
        }
    }
    let [lost, put, over, brace] = costs;
    lost.stays_within("a character lost", 0.05);
    put.stays_within("a sign put in", 0.05);
    over.stays_within("a sign written over a character", 0.05);
    brace.stays_within("a brace lost or too much", 0.10);
}
