//! The three grammars: each reads the shared samples, and those for editors know the words of the compiler's tables.
//! What colours the samples in editors is tested by `tests/editors`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use archc::model::attributes::{TABLE, Type};
use archc::model::{GroupKind, Kind, Metric};
use archc::source::FileId;
use archc::units::unit_names;

/// Set to 1, the tests write what they otherwise compare.
const BLESS: &str = "ARCHC_BLESS";
const TEXTMATE: &str = "textmate/arch.tmLanguage.json";
const QUERIES: &str = "tree-sitter/queries/highlights.scm";
/// Kinds of statements that are neither components nor groups.
const STATEMENTS: [&str; 9] =
    ["data", "flow", "scenario", "view", "policy", "decision", "defaults", "kind", "tech"];
/// Where editors look for the queries, and what each calls otherwise.
const EDITORS: [(&str, &[(&str, &str)]); 3] = [
    ("neovim/queries/arch", &[]),
    (
        "helix/queries/arch",
        &[
            ("property", "variable.other.member"),
            ("number", "constant.numeric"),
            ("boolean", "constant.builtin.boolean"),
            ("string.escape", "constant.character.escape"),
            ("comment.documentation", "comment.line.documentation"),
        ],
    ),
    ("zed/languages/arch", &[("comment.documentation", "comment.doc"), ("type.builtin", "type")]),
];
/// Words that act by position.
const POSITIONAL: [&str; 4] = ["import", "slo", "forbid", "require"];
const ANNOTATIONS: [&str; 2] = ["allow", "tags"];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar").join(name)
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// Writes a file when told to, else holds it against what it should be.
fn hold(path: &Path, wanted: &str) {
    if std::env::var(BLESS).is_ok_and(|value| value == "1") {
        std::fs::write(path, wanted).unwrap();
        return;
    }
    assert!(read(path) == wanted, "{} is stale: run `ARCHC_BLESS=1 cargo test grammars`", path.display());
}

/// The lists of words by name, each sorted.
fn lists() -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let kinds = Kind::all().map(Kind::as_str).chain(GroupKind::all().map(GroupKind::as_str));
    let (mut attributes, mut values) = (BTreeSet::new(), BTreeSet::new());
    for spec in TABLE {
        attributes.insert(spec.name);
        for kind in spec.uses.iter().flat_map(|usage| usage.types) {
            gather(kind, &mut attributes, &mut values);
        }
    }
    vec![
        ("kinds", kinds.chain(STATEMENTS).collect()),
        ("attributes", attributes),
        ("values", values),
        ("metrics", Metric::NAMES.iter().map(|(name, _)| *name).collect()),
        ("annotations", ANNOTATIONS.into()),
        ("units", unit_names().collect()),
    ]
}

fn gather(kind: &'static Type, attributes: &mut BTreeSet<&'static str>, values: &mut BTreeSet<&'static str>) {
    match kind {
        Type::Word(words) | Type::Words(words) => values.extend(words.iter()),
        Type::Record(fields) => {
            for field in *fields {
                attributes.insert(field.name);
                field.types.iter().for_each(|kind| gather(kind, attributes, values));
            }
        }
        _ => {}
    }
}

#[test]
fn the_compiler_grammar_knows_every_kind() {
    let grammar = read(&path("arch.pest"));
    let rule = grammar.split("kind_name = _{").nth(1).unwrap().split('}').next().unwrap();
    let found: BTreeSet<&str> = rule.split('"').skip(1).step_by(2).collect();
    let mut wanted = lists().remove(0).1;
    wanted.extend(POSITIONAL);
    assert_eq!(found, wanted);
}

/// The words stand in alternations, `(?:a|b)` or `(a|b)`; one is known as a list by its first word.
#[test]
fn textmate_knows_the_words() {
    let path = path(TEXTMATE);
    let mut text = read(&path);
    for (name, words) in lists() {
        let alternation = |by_length: bool| {
            let mut words: Vec<_> = words.iter().copied().collect();
            if by_length {
                // the first that fits is taken: `ms` before `m`
                words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
            }
            words.join("|")
        };
        let mark = format!("(?#{name})");
        let wanted = format!("{mark}{}", alternation(name == "units"));
        let mut rewritten = String::new();
        let mut parts = text.split(mark.as_str());
        rewritten.push_str(parts.next().unwrap());
        let mut places = 0;
        for part in parts {
            let end = part.find(')').unwrap();
            rewritten.push_str(&wanted);
            rewritten.push_str(&part[end..]);
            places += 1;
        }
        assert!(places > 0, "no list of {name}");
        text = rewritten;
    }
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    hold(&path, &text);
}

#[test]
fn tree_sitter_knows_the_words() {
    let path = path(QUERIES);
    let text = read(&path);
    let mut section = "";
    let mut rewritten = String::new();
    let lists = lists();
    let mut written = BTreeSet::from(["units"]); // a unit is known by its place
    for line in text.lines() {
        if let Some((name, _)) = lists.iter().find(|(name, _)| line == format!("; {name}")) {
            section = name;
        } else if line.is_empty() {
            section = "";
        }
        let listed = lists.iter().find(|(name, _)| *name == section);
        match (listed, line.find(" \""), line.contains("any-of?")) {
            (Some((_, words)), Some(start), true) => {
                written.insert(section);
                rewritten.push_str(&line[..start]);
                words.iter().for_each(|word| rewritten.push_str(&format!(" \"{word}\"")));
                rewritten.push_str("))");
            }
            _ => rewritten.push_str(line),
        }
        rewritten.push('\n');
    }
    assert_eq!(written, lists.iter().map(|(name, _)| *name).collect());
    hold(&path, &rewritten);
    for (editor, names) in EDITORS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors").join(editor).join("highlights.scm");
        hold(&file, &renamed(&rewritten, names));
    }
}

/// The queries with what they capture called otherwise.
fn renamed(queries: &str, names: &[(&str, &str)]) -> String {
    let mut out = String::from("; From grammar/tree-sitter/queries; do not edit\n");
    for (i, part) in queries.split('@').enumerate() {
        let end = part.find(|c: char| !(c.is_ascii_lowercase() || c == '.')).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let renamed = names.iter().find(|(from, _)| *from == name && i > 0).map_or(name, |(_, to)| *to);
        out.push_str(if i > 0 { "@" } else { "" });
        out.push_str(renamed);
        out.push_str(rest);
    }
    out
}

#[test]
fn the_words_that_act_by_position_are_keywords() {
    let grammar = read(&path("tree-sitter/grammar.js"));
    let (textmate, queries) = (read(&path(TEXTMATE)), read(&path(QUERIES)));
    for word in POSITIONAL.into_iter().chain(["except"]) {
        assert!(grammar.contains(&format!("seq(\"{word}\"")), "{word} in grammar.js");
        assert!(queries.contains(&format!("\"{word}\"")), "{word} in highlights.scm");
        assert!(textmate.contains(word), "{word} in TextMate");
    }
}

#[test]
fn the_samples_are_read_without_a_mistake() {
    let mut samples = 0;
    let entries = std::fs::read_dir(path("samples")).unwrap().map(|entry| entry.unwrap().path());
    for path in entries.filter(|path| path.extension().is_some_and(|extension| extension == "arch")) {
        let tree = archc::syntax::parse(FileId(0), &std::fs::read_to_string(&path).unwrap());
        let told: Vec<_> = tree.mistakes.iter().map(|d| &d.message).collect();
        assert!(told.is_empty(), "{}: {told:?}", path.display());
        samples += 1;
    }
    assert!(samples >= 5, "{samples} samples");
}
