//! Text in, canonical text out.

use super::format;
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
