//! One-character edits of good designs: what is lost, and how much is told.

use std::collections::BTreeMap;

use super::{EXAMPLE, FILE, SHOP, tree};
use crate::syntax::ast::{Block, Stmt, StmtKind, Tree};
use crate::syntax::{Cache, parse_with};

/// What a reader would call the elements of a design: declarations, connections, objectives, rules.
fn elements(tree: &Tree) -> BTreeMap<String, usize> {
    fn block(block: Option<&Block>, out: &mut BTreeMap<String, usize>) {
        block.iter().flat_map(|block| &block.items).for_each(|item| stmt(item, out));
    }
    fn stmt(item: &Stmt, out: &mut BTreeMap<String, usize>) {
        let key = match &item.kind {
            StmtKind::Declaration(d) => {
                block(d.block.as_ref(), out);
                // a misspelt kind keeps its element
                d.name.name.to_string()
            }
            StmtKind::Connection(c) => {
                let ends: Vec<String> =
                    c.ends.iter().flat_map(|ends| ends.paths.iter().map(|path| path.text())).collect();
                ends.join(" ")
            }
            StmtKind::Objective(o) => format!("slo {}", o.metric.name),
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

#[derive(Default)]
struct Score {
    edits: usize,
    kept: f64,
    mistakes: usize,
    worst: Vec<(f64, usize, String)>,
    cache: Cache,
}

impl Score {
    fn take(&mut self, whole: &BTreeMap<String, usize>, text: &str, at: usize) {
        let tree = parse_with(FILE, text, &mut self.cache);
        let now = elements(&tree);
        let total: usize = whole.values().sum();
        let kept: usize =
            whole.iter().map(|(key, count)| (*count).min(now.get(key).copied().unwrap_or(0))).sum();
        let share = kept as f64 / total as f64;
        self.edits += 1;
        self.kept += share;
        self.mistakes += tree.mistakes.len();
        let line = text[at.min(text.len())..].lines().next().unwrap_or("");
        let before = text[..at].rsplit('\n').next().unwrap_or("");
        self.worst.push((share, tree.mistakes.len(), format!("{before}⁞{line}")));
    }

    fn show(&mut self, what: &str) -> (f64, f64) {
        let (kept, mistakes) = (self.kept / self.edits as f64, self.mistakes as f64 / self.edits as f64);
        println!("{what}: {} edits, {:.2} % kept, {mistakes:.2} mistakes", self.edits, kept * 100.0);
        self.worst.sort_by(|a, b| (a.0 - a.1 as f64 / 50.0).total_cmp(&(b.0 - b.1 as f64 / 50.0)));
        for (share, mistakes, line) in self.worst.iter().take(25) {
            println!("  {:.0} % {mistakes} {line}", share * 100.0);
        }
        (kept, mistakes)
    }
}

#[test]
fn one_character_less_or_more_costs_one_statement() {
    let (mut deleted, mut inserted, mut braces) = (Score::default(), Score::default(), Score::default());
    // every edit of the short one, some of the long one
    for (text, less, more) in [(EXAMPLE, 1, 5), (SHOP, 3, 11)] {
        assert_eq!(tree(text).mistakes, []);
        let whole = elements(&tree(text));
        for (at, c) in text.char_indices() {
            let brace = matches!(c, '{' | '}');
            if brace || at % less == 0 {
                let mut edited = text.to_owned();
                edited.remove(at);
                let score = if brace { &mut braces } else { &mut deleted };
                score.take(&whole, &edited, at);
            }
            for c in ['{', '}', '"', '[', '='] {
                if at % more != 0 {
                    continue;
                }
                let mut edited = text.to_owned();
                edited.insert(at, c);
                let score = if matches!(c, '{' | '}') { &mut braces } else { &mut inserted };
                score.take(&whole, &edited, at);
            }
        }
    }
    let deleted = deleted.show("a character less");
    let inserted = inserted.show("a character more");
    let braces = braces.show("a brace less or more");
    assert!(deleted.0 >= 0.95 && deleted.1 <= 2.0, "{deleted:?}");
    assert!(inserted.0 >= 0.95 && inserted.1 <= 2.0, "{inserted:?}");
    assert!(braces.0 >= 0.90 && braces.1 <= 2.0, "{braces:?}");
}

/// A design whose statements lie in groups.
const NESTED: &str = "system shop \"Shop\" {
  region eu \"Europe\" {
    zone a
    zone b { availability = 99.9% }

    /// what it does
    service api: go \"The API\" {
      replicas = 2..6
      zones = [a, b]   // both
      p99 = 20ms
    }
    @tags(core)
    database db { stores = [order]  replicas = 3, zones = [a, b] }
    cluster k {
      worker w1 { capacity = 2k/s }
      worker w2 { latency = 3ms
        p99 = 9ms }
      /* by night */ job nightly
      queue q; topic t
    }
    api -> db \"SELECT\" { timeout = 200ms  retries = 1 }
    api ~> q
      ~> w1
    api -> [db, k.w1]
  }
  slo availability >= 99.9%
}
client c { users = 5 }
c -> api
";

#[test]
fn what_is_spliced_is_what_is_parsed() {
    let same = |cache: &mut Cache, text: &str| {
        let (again, fresh) = (parse_with(FILE, text, cache), crate::syntax::parse(FILE, text));
        assert_eq!(format!("{again:?}"), format!("{fresh:?}"), "{text}");
    };
    assert_eq!(tree(NESTED).mistakes, []);
    assert!(NESTED.len() > 600, "large enough to be looked into");
    let pieces = [
        "",
        "x",
        " ",
        "\n",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "/",
        "//",
        "/*",
        "*/",
        "=",
        ",",
        ";",
        "->",
        "|",
        "@x",
        "1",
        "ä",
        "a = 1",
        "\nzone z\n",
        " // c",
        "{ a = 1 }",
        "\r\n",
        "\t",
        "service s",
        "\"\"\"",
        "###",
    ];
    for (at, c) in NESTED.char_indices() {
        for (turn, piece) in pieces.iter().enumerate() {
            // each piece at some places, put in or in the place of a character
            if (at + 7 * turn) % 29 != 0 {
                continue;
            }
            let mut cache = Cache::default();
            same(&mut cache, NESTED);
            let until = if turn % 2 == 0 { at } else { at + c.len_utf8() };
            let edited = format!("{}{piece}{}", &NESTED[..at], &NESTED[until..]);
            same(&mut cache, &edited);
            same(&mut cache, NESTED);
        }
    }
}

#[test]
fn an_edit_in_a_group_is_spliced() {
    let mut cache = Cache::default();
    parse_with(FILE, NESTED, &mut cache);
    let edited = NESTED.replace("capacity = 2k/s", "capacity = 25k/s");
    let again = parse_with(FILE, &edited, &mut cache);
    assert_eq!(format!("{again:?}"), format!("{:?}", crate::syntax::parse(FILE, &edited)));
    assert_eq!(crate::syntax::splice::COUNT.with(std::cell::Cell::get), 1);
}
