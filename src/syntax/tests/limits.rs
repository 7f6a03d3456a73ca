//! Hostile texts: no panic, no overflow of the stack, and the tree covers the text.

use proptest::prelude::*;

use super::{EXAMPLE, FILE, SHOP, dump, tree};
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::{Cache, parse_with};

/// Every span lies in the text at character bounds, within that of its parent, and siblings do not overlap.
fn spans_hold(tree: &Tree, text: &str) {
    let whole = Span::new(FILE, 0, text.len());
    let mut at = 0;
    for item in &tree.items {
        assert!(item.span.start >= at, "statements in order");
        at = item.span.end;
        stmt(item, whole, text);
    }
    for mistake in &tree.mistakes {
        span(mistake.span, whole, text);
        for edit in mistake.fix.iter().flat_map(|fix| &fix.edits) {
            span(edit.span, whole, text);
        }
    }
}

fn span(inner: Span, outer: Span, text: &str) {
    assert!(outer.contains(inner), "{inner:?} in {outer:?} of {text:?}");
    assert!(text.get(inner.range()).is_some(), "{inner:?} at character bounds of {text:?}");
}

fn stmt(item: &Stmt, outer: Span, text: &str) {
    span(item.span, outer, text);
    let within = item.span;
    match &item.kind {
        StmtKind::Attribute(attribute) => {
            span(attribute.key.span, within, text);
            value(&attribute.value, within, text);
        }
        StmtKind::Declaration(declaration) => {
            span(declaration.kind.span, within, text);
            span(declaration.name.span, within, text);
            declaration.block.iter().for_each(|inner| block(inner, within, text));
        }
        StmtKind::Connection(connection) => {
            for ends in &connection.ends {
                span(ends.span, within, text);
                ends.paths.iter().for_each(|path| span(path.span, within, text));
            }
            connection.block.iter().for_each(|inner| block(inner, within, text));
        }
        StmtKind::Objective(objective) => value(&objective.value, within, text),
        StmtKind::Import(import) => span(import.path.span, within, text),
        StmtKind::Policy(_) | StmtKind::Junk => {}
    }
}

fn block(inner: &Block, outer: Span, text: &str) {
    span(inner.span, outer, text);
    let mut at = inner.span.start;
    for item in &inner.items {
        assert!(item.span.start >= at, "statements in order");
        at = item.span.end;
        stmt(item, inner.span, text);
    }
}

fn value(inner: &Value, outer: Span, text: &str) {
    span(inner.span, outer, text);
    match &inner.kind {
        ValueKind::List(list) => list.items.iter().for_each(|item| value(item, inner.span, text)),
        ValueKind::Record(record) => block(record, inner.span, text),
        _ => {}
    }
}

/// Whatever is neither blank nor in the tree was reported: nothing vanishes.
fn nothing_vanishes(tree: &Tree, text: &str) {
    let mut covered = vec![false; text.len()];
    let mut cover = |span: Span| covered[span.range()].iter_mut().for_each(|byte| *byte = true);
    fn leadings(leading: &[Leading], cover: &mut dyn FnMut(Span)) {
        for leading in leading {
            match leading {
                Leading::Blank => {}
                Leading::Comment(comment) | Leading::Doc(comment) => cover(comment.span),
                Leading::Annotation(annotation) => cover(annotation.span),
            }
        }
    }
    for item in &tree.items {
        cover(item.span);
        leadings(&item.leading, &mut cover);
        item.trailing.iter().for_each(|comment| cover(comment.span));
    }
    leadings(&tree.dangling, &mut cover);
    tree.mistakes.iter().for_each(|mistake| cover(mistake.span));
    for (at, c) in text.char_indices().filter(|(at, _)| !covered[*at]) {
        let harmless = c.is_whitespace() || matches!(c, ';' | ',' | '\u{feff}');
        assert!(harmless, "{c:?} at {at} of {text:?} is nowhere in the tree");
    }
}

pub(super) fn holds(text: &str) {
    let tree = tree(text);
    if tree.mistakes.len() < 1000 {
        spans_hold(&tree, text);
        nothing_vanishes(&tree, text);
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    let tokens = "service|zone|region|flow|policy|system|defaults|import|slo|forbid|require|except|a|b|us.api|c.|_x|é|\
        1|2k/s|5m|99%|2..3|-1|1e9|2027-03-01|$5/h|\"s\"|\"|\"\"\"|\"\"|->|~>|=>|->>|--|-|>|<|<=|>=|=|==|:|,|;|||.|\\|\
        {|}|[|]|(|)|{ |} |[|]|@|@allow(x, y = 1)|@tags|#|#pci|*|tech:|tech:x|team:\"a b\"|//|// c|/* c */|/*|*/|/// d|////|\
        \u{0}|\u{202e}|\u{a0}|\u{feff}";
    let mut all: Vec<&'static str> = tokens.split('|').filter(|token| !token.is_empty()).collect();
    all.extend([
        "|", "\n", "\n  ", "\n    ", "\r\n", "\r", "\t", " ", " ", "\n}\n", " {\n  ", "\\\n", "|\n", "\n|",
    ]);
    prop::sample::select(all)
}

pub(crate) fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec((token(), prop::bool::weighted(0.6)), 0..60).prop_map(|tokens| {
        tokens.into_iter().map(|(token, blank)| format!("{token}{}", if blank { " " } else { "" })).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_tree(text in "\\PC{0,80}") {
        holds(&text);
    }

    #[test]
    fn any_tokens_have_a_tree(text in soup()) {
        holds(&text);
    }

    #[test]
    fn a_cache_changes_nothing(one in soup(), two in soup(), three in soup(), new in soup()) {
        let mut cache = Cache::default();
        let text = format!("{one}\nzone a\n{two}\nzone b\n{three}\nzone c\n");
        parse_with(FILE, &text, &mut cache);
        let text = format!("zone z\n{one}\nzone a\n{new}\nzone b\n{three}\nzone c\n");
        let reused = parse_with(FILE, &text, &mut cache);
        let fresh = tree(&text);
        prop_assert_eq!(dump::dump(&reused), dump::dump(&fresh));
        prop_assert_eq!(&reused.mistakes, &fresh.mistakes);
        spans_hold(&reused, &text);
    }

    #[test]
    fn a_spoilt_design_has_a_tree(at in 0usize..3000, len in 0usize..40, new in soup()) {
        let mut text = SHOP.to_owned();
        let start = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let end = (start..=(start + len).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(start);
        text.replace_range(start..end, &new);
        holds(&text);
    }
}

#[test]
fn one_edit_parses_one_statement_anew() {
    let text: String = (0..300).map(|i| format!("service s{i} {{ replicas = 2 }}\n")).collect();
    let mut cache = Cache::default();
    let before = parse_with(FILE, &text, &mut cache);
    assert_eq!(cache.len(), 300);
    let edited = text.replacen("service s150 { replicas = 2", "service s150 { replicas = 3", 1);
    let after = parse_with(FILE, &edited, &mut cache);
    let same = before.items.iter().zip(&after.items).filter(|(a, b)| std::sync::Arc::ptr_eq(a, b)).count();
    assert_eq!(same, 299);
}

#[test]
fn nesting_ends_before_the_stack_does() {
    let nests = [
        ("", "a b {", "}"),
        ("x = ", "{ a = ", " }"),
        ("x = ", "[{ a = ", " }]"),
        ("x = ", "[", "]"),
        ("", "/* ", " */"),
    ];
    for (head, open, close) in nests {
        let inner = if head.is_empty() { "" } else { "1" };
        let text = format!("{head}{}{inner}{}\nzone last\n", open.repeat(1_500), close.repeat(1_500));
        let found = tree(&text);
        let codes: Vec<&str> = found.mistakes.iter().map(|mistake| mistake.code).collect();
        assert_eq!(codes, ["E013"], "{open}");
        assert!(dump::dump(&found).contains("decl zone last"), "{open}");
        tree(&format!("{head}{}", open.repeat(1_500)));
    }
    let deep = format!("{}x = 1{}", "region a { ".repeat(128), "}".repeat(128));
    assert_eq!(tree(&deep).mistakes, [], "128 levels are fine");
}

#[test]
fn long_texts_take_linear_time() {
    // each of these was quadratic in some parser; a megabyte would take minutes
    let patterns = [
        "a|",
        "@",
        "@a\n",
        "a=",
        "a:",
        "-> ",
        "[",
        "]",
        "{",
        "}",
        "}\n",
        "(",
        "\"",
        "\"\"\"\n",
        "/*\n",
        "a.",
        "a b = 1 } ",
        "a { b = 1 ",
        "zone ",
        "? ",
        "a,",
        ";",
        "a\n->\n",
        "forbid a ",
        "\u{0}",
        "é",
        "x = [a\n",
        "// c\n",
        "1 ",
        "#",
        "a -> ",
        "=",
        "x = \"\"\n   ",
    ];
    for pattern in patterns {
        let text = pattern.repeat(20_000 / pattern.len());
        tree(&text);
    }
    let found = tree(&"}\n".repeat(20_500));
    assert!(found.mistakes.iter().any(|mistake| mistake.code == "E044"));
}

#[test]
fn a_file_of_the_examples_ends_anywhere() {
    for (end, _) in EXAMPLE.char_indices().step_by(3) {
        holds(&EXAMPLE[..end]);
    }
}

#[test]
fn a_long_text_is_read_in_parts_as_in_one_go() {
    let of = |i: usize| match i % 7 {
        0 => format!("// behind {i}\n\nservice s{i} {{ replicas = 3 }} // beside\n"),
        1 => format!("s{i} -> s{} {{ timeot = 1s }}\n", i - 1),
        2 => format!("/// told of the next\n@allow(AV001, reason = \"{i}\")\n"),
        3 => format!("region r{i} {{ zone a\n service x {{ replicas = }}\n}}\n"),
        4 => format!("\"\"\"lost {i}\"\"\" ] a => \n"),
        5 => format!("zone z{i}; zone y{i}\n"),
        _ => "\n\n".to_owned(),
    };
    let text: String = (0..4000).map(of).collect();
    let in_one_go = parse_with(FILE, &text, &mut Cache::default());
    assert!(format!("{:?}", tree(&text)) == format!("{in_one_go:?}"));
    assert!(in_one_go.mistakes.len() > 1000, "{}", in_one_go.mistakes.len());
}
