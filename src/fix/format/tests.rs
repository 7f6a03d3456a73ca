//! Text in, canonical text out.

use proptest::prelude::*;

use super::format;
use crate::diagnostic::Severity;
use crate::source::FileId;
use crate::syntax::parse;
use crate::syntax::tests::{EXAMPLE, SHOP, dump};

/// The formatted text, which must mean the same, hold every comment, and stay as it is when formatted again.
fn check(text: &str) -> String {
    let tree = parse(FileId(0), text);
    let once = format(&tree, text);
    let again = parse(FileId(0), &once);
    assert_eq!(dump::meaning(&tree), dump::meaning(&again), "the meaning of\n{text}\nas\n{once}");
    assert_eq!(dump::comments(&tree), dump::comments(&again), "the comments of\n{text}\nas\n{once}");
    let twice = format(&again, &once);
    assert_eq!(once, twice, "the form of\n{text}");
    once
}

#[test]
fn the_examples() {
    insta::assert_snapshot!("example", check(EXAMPLE));
    insta::assert_snapshot!("shop", check(SHOP));
}

#[test]
fn careless_texts() {
    let text = "\u{feff}import   \"a.arch\"\r\n\r\n\r\n\r\nservice api:go{replicas=2,needs=1}\r\n\
        @tags( a,b )  @allow(AV001,reason=\"x\") service b \"B\" { // why\r\n  owner=\"me\";public=true  // yes\r\n\r\n}\r\n\
        /* one\r\n   two */ zone c; zone d  // d\r\n\
        a->b~>c   \"x\"{timeout=1s}\r\na\n  // first\n  -> b // second\n  -> [c , // third\n d] // fourth\n\
        x = [ a, b,\n c ]\ny = { a = 1\n bb = { c = [1,2,] } }\n\
        data d {\n  text = \"\"\"\n      one\n        two\n\n   three\n      \"\"\"\n  longer = \"a\"\n\n  k = v\n}\n\
        z = // why\n  \"on the next line\"\n\
        service quite_long_name_of_a_service: some-technology \"And a label\" { description = \"that makes it\"  owner = \"too long\" }\n\
        list = [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccccc, ddddd]\n\
        policy p {\n  forbid a->b except #c\n  require  *.owner=true\n}\n\n// the end\n\n\n";
    insta::assert_snapshot!(check(text));
}

#[test]
fn a_text_with_mistakes_stays_as_it_is() {
    let text = "zone   a\n???\n";
    assert_eq!(format(&parse(FileId(0), text), text), text);
}

/// Pieces that are well formed each by itself, with every sort of blank and comment between them.
fn piece() -> impl Strategy<Value = String> {
    let gap = prop::sample::select(vec![" ", "  ", " /* c */ ", "\t", "      "]);
    let end = prop::sample::select(vec![
        "\n",
        "\n\n\n",
        "; ",
        " // why\n",
        "\r\n",
        " /* a */ // b\n",
        "\n  // own line\n",
        "\n\n/// doc\n",
        "\n/* x */ ",
        "\n/* two\n     lines */ ",
        "\n@tags(a, b) ",
        "\n@allow(AV001,\n  reason = \"x\")\n",
        "\r",
    ]);
    let statement = prop::sample::select(vec![
        "zone~a",
        "service~api~:~go~\"API\"~{~replicas = 2,~needs=1~}",
        "service b {~// first\n~a = 1\n\n~bb = 2 // x\n~}",
        "region us {\nzone a~// a\nzone b // b\n\n\nservice c { }\n// last\n}",
        "a~->~b",
        "a\n~// one\n  ->~b~\"x\"~{ timeout = 1s }",
        "a -> [b,~c]~~>~d | e",
        "a -> [b, // x\n c]",
        "a -> [b,~// x\n c] -> d",
        "x~=~[1,~2]",
        "x = [\n 1, // one\n 2\n // end\n]",
        "y = {~a = 1~}",
        "y = {\na = 1~b = [2]\n}",
        "slo~p99~<=~100ms",
        "forbid~a~->~b~except~#c",
        "require~service.owner~=~true",
        "import~\"a.arch\"",
        "d =~\"a long text, which does not end before the line has come to its very end, and goes on\"",
        "t = \"\"\"\n  a\n    b\n\n  \"\"\"",
        "f -> [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccccccc, ddddddddd] -> e",
        "e = {~}",
        "g = []",
        "z { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb = 2  cccccccccccccccccc = [3] }",
    ]);
    (statement, prop::collection::vec(gap, 8), end).prop_map(|(statement, gaps, end)| {
        let mut out = String::new();
        let mut gaps = gaps.into_iter();
        let mut parts = statement.split('~').peekable();
        while let Some(part) = parts.next() {
            out.push_str(part);
            if parts.peek().is_some() {
                out.push_str(gaps.next().unwrap_or(" "));
            }
        }
        out + end
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_design_keeps_its_meaning(pieces in prop::collection::vec(piece(), 1..6)) {
        let text = format!("{}zone last\n", pieces.concat());
        let well_formed = parse(FileId(0), &text).mistakes.iter().all(|told| told.severity != Severity::Error);
        prop_assume!(well_formed);
        check(&text);
    }

    #[test]
    fn any_tokens_keep_their_meaning(text in crate::syntax::tests::limits::soup()) {
        check(&text);
    }
}
