//! Every mistake of the table, at the place that a person would point to.

use std::fmt::Write as _;

use super::{dump, tree};
use crate::syntax::mistakes::ALL;

/// Texts with one mistake each (where a line says otherwise, that many).
const TEXTS: &[&str] = &[
    // a comma in a number, a list of declarations in a component, a flow without its block
    "service a { availability = 99,9% }\nzone b\n",
    "flow f {\n  slo availability >= 99,95%\n  a -> b\n}\n",
    "service a { capacity = 2,500/s  latency = 5ms }\n",
    "service a {\n  zone a, b, c\n}\nzone b\n",
    "flow buy\na -> b\n",
    // unreadable
    "= 3 4\nzone a\n",
    "lo p99 <= 100ms\n",
    "p99 <= 100ms\n",
    "data d {\n  description = \"\"\n    text\n  \"\"\"\n}\nzone b\n",
    "??? what\nzone a\n",
    "a.b.c.\nzone a\n",
    "foo\nzone a\n",
    // strings and comments
    "service api \"Redirect API {\n  replicas = 2\n}\nzone a\n",
    "service api {\n  owner = \"x\n  replicas = 2\n}\n",
    "cache a { owner = \"x  replicas = 2 }\nzone b\n",
    "zone a \"A\"\"\nzone b\n",
    "zone a /* open\nzone b\n",
    "data d {\n  description = \"\"\"\n    text\n    more\n  size = 3KB\n}\nzone b\n",
    "data d {\n  description = \"\"\"text\"\"\"\n}\n",
    "zone a \"\"\"\n  A\n  \"\"\"\n",
    "zone a \"x\\q\"\n",
    "zone a \"\\u{110000}\"\n",
    // characters
    "zone a\u{0}b\n",
    "zone a\u{0}\u{200b}b\n",
    "zone \u{0}\nzone b\n",
    "zone \u{202e}a\n// bidi \u{2066} in a comment\n",
    "zone\u{a0}a\nzone b\u{200b}\n",
    // braces
    "service a {\n  replicas = 2\nservice b { replicas = 3 }\n",
    "service a\n  replicas = 2\n}\nservice b\n",
    "cache a replicas = 2 }\nservice b\n",
    "service a { replicas = 2 } }\nservice b\n",
    "}\nservice b\n",
    "service a: { go {\n  replicas = 2\n}\nservice b\n",
    "service a\n{\n  replicas = 2\n}\n",
    "region us {\n  service a {\n    replicas = 2\n  service b\n}\nzone c\n",
    // brackets
    "service a {\n  zones = [a, b\n  replicas = 2\n}\n",
    "service a { zones = [a, b  replicas = 2 }\n",
    "service a { zones = a, b]  replicas = 2 }\n",
    "a -> [b, c\nzone a\n",
    "a -> b]\n",
    "a -> b, c]\n",
    "service a { zones = ] }\n",
    "x = [[[[[[[[[1]]]]]]]]]\n",
    // values
    "service a {\n  replicas =\n  needs = 1\n}\n",
    "service a { replicas =  needs = 1 }\n",
    "service a { replicas = ? }\n",
    "service a { replicas 2  needs = 1 }\n",
    "service a {\n  mode sharded\n  public\n}\n",
    "service a { description \"x\" }\n",
    "service a { = 2 }\n",
    "service a { owner = the big team  replicas = 2 }\n",
    "service a { latency = 5 ms }\n",
    "service a { latency = -5ms }\n",
    "service a { capacity = 1e5 }\n",
    "service a { capacity = 1e400 }\n",
    "service a { latency = 5m }\n",
    "service a { storage = 5kB }\n",
    "service a { latency = 5secs }\n",
    "service a { capacity = 5k/sec }\n",
    "service a { capacity = 1.2.3 }\n",
    "service a { replicas = 20..2 }\n",
    "service a { replicas = 2.. }\n",
    "decision d { date = 2027-02-30 }\n",
    "service a { zones = [a b, c,, d] }\n",
    "service a { us.replicas = 2 }\n",
    "service a { replicas == 2 }\n",
    "service a { replicas = 2,, needs = 1 }\n",
    // heads
    "service {\n  replicas = 2\n}\n",
    "service: go\n",
    "serviceapi: go\n",
    "service 1api\n",
    "service us.api\n",
    "us.api x\n",
    "service api go \"API\"\n",
    "service api Redirect API {\n  replicas = 2\n}\n",
    "service api: \"API\" \"x\" \"y\"\n",
    "service api \"API\": go\n",
    "service api: c++\n",
    "service api:\n",
    "service api = {\n  replicas = 2\n}\n",
    "zone a zone b\n",
    "zone a, zone b\n",
    "zone a { } zone b\n",
    "zone a \"A\" 3\n",
    // connections
    "a ->\nzone b\n",
    "-> b\n",
    "a -> | b\n",
    "a -> []\n",
    "a > b\n",
    "a - b\n",
    "a --> b\n",
    "a → b\n",
    "a <- b\n",
    "a ->> b ~>> c\n",
    "a -> [b, c] | d\n",
    "a -> [b c]\n",
    "a -> b POST it\n",
    "a -> b { timeout = 1s } c\n",
    // containers
    "service a {\n  service b\n}\n",
    "a -> b { c -> d }\n",
    "x = { a -> b }\n",
    "zone a\nsystem s\n",
    "system s\nsystem t\n",
    // the forms by position
    "import foo\n",
    "import \"a\" b\n",
    "slo p99\n",
    "slo p99 100ms\n",
    "slo p99 =< 100ms\n",
    "slo p99 <=\n",
    "forbid a b\n",
    "forbid a ->\n",
    "forbid a -> b except\n",
    "forbid \"a\" -> b\n",
    "forbid # -> b\n",
    "require service\n",
    "require service.\n",
    "require service.owner =\n",
    // annotations, doc comments
    "@allow(AV001\nzone a\n",
    "@(x)\nzone a\n",
    "@allow(AV001 AV002, until = )\nzone a\n",
    "zone a\n@tags(x)\n",
    "zone a /// behind\n",
    "zone a {\n  /// nothing\n}\n/// nothing\n",
];

#[test]
fn each_mistake_is_told_once_where_it_is() {
    let mut out = String::new();
    for text in TEXTS {
        let tree = tree(text);
        let _ = writeln!(out, "{}", text.trim_end());
        let _ = writeln!(out, "──── tree");
        let _ = write!(out, "{}", dump::dump(&tree));
        let _ = writeln!(out, "──── mistakes");
        let _ = writeln!(out, "{}", dump::mistakes(&tree, text));
    }
    // a raw NUL would make the snapshot a binary file
    insta::assert_snapshot!(out.replace('\0', "␀"));
}

#[test]
fn the_table_of_mistakes() {
    let lines: Vec<String> =
        ALL.iter().map(|mistake| format!("{} {}: {}", mistake.code, mistake.name, mistake.meaning)).collect();
    insta::assert_snapshot!(lines.join("\n"));
    let codes: Vec<&str> = ALL.iter().map(|mistake| mistake.code).collect();
    assert!(codes.is_sorted(), "in the order of their codes, each once");
    let seen: Vec<&str> =
        TEXTS.iter().flat_map(|text| tree(text).mistakes).map(|mistake| mistake.code).collect();
    let unseen: Vec<&&str> = codes.iter().filter(|code| !seen.contains(code)).collect();
    assert_eq!(unseen, [&"E044", &"E045"], "each has a text above, but for those that need a very long one");
}

#[test]
fn many_open_blocks_are_one_mistake() {
    let codes = |text: &str| tree(text).mistakes.iter().map(|told| told.code).collect::<Vec<_>>();
    assert_eq!(codes(&"group g { ".repeat(10_000)), ["E006", "E013"]);
    assert_eq!(codes(&"group g { ".repeat(3)), ["E006"; 3]);
}
