//! Every form of the language, written well.

use super::{EXAMPLE, SHOP, picture, tree};

#[test]
fn the_example_of_the_language() {
    assert_eq!(tree(EXAMPLE).mistakes, []);
    insta::assert_snapshot!(picture(EXAMPLE));
}

#[test]
fn commas_in_an_annotation_part_its_arguments_alone() {
    let text =
        "region us {\n  zone a\n  @allow(AV004, reason = \"for now\", until = 2028-01-01)\n  service q\n}\n";
    assert_eq!(tree(text).mistakes, []);
}

#[test]
fn a_design_with_every_form() {
    assert_eq!(tree(SHOP).mistakes, []);
    insta::assert_snapshot!(picture(SHOP));
}

/// The codes of the mistakes of a text, and its picture.
fn told(text: &str) -> (Vec<&'static str>, String) {
    let tree = tree(text);
    (tree.mistakes.iter().map(|mistake| mistake.code).collect(), super::dump::dump(&tree))
}

#[test]
fn a_line_of_separators_is_no_statement() {
    for text in
        [";// x\nzone a\n", ";\n;; // x\n\nzone a\n", "; /* x */ ; zone a\n", "zone a\n;// x\n", ";\n"]
    {
        let (mistakes, picture) = told(text);
        assert_eq!(mistakes, [""; 0], "{text:?}");
        assert!(!picture.contains("junk"), "{text:?}\n{picture}");
        assert_eq!(picture.matches("x").count(), text.matches('x').count(), "{text:?}\n{picture}");
    }
    assert_eq!(told(";// x\nzone a\n").1, "comment \"// x\"\ndecl zone a\n");
    assert_eq!(told("zone a\n;// x\n").1, "decl zone a\ncomment \"// x\"\n");
    assert_eq!(told(",// x").0, ["E026"]);
    assert!(!told(",// x").1.contains("junk"));
}

#[test]
fn what_stands_behind_the_last_statement_of_a_line_belongs_to_the_next_line() {
    let (mistakes, picture) = told("zone a; @tags(x)\nzone b\n");
    assert_eq!(mistakes, [""; 0]);
    assert_eq!(picture, "decl zone a\n@tags(x)\ndecl zone b\n");
    assert_eq!(told("zone a\nzone b; @tags(x)\n").0, ["E038"]);
}

#[test]
fn commas_part_attributes_on_a_line_and_nothing_else() {
    for fine in ["a = 1, b = 2\n", "x = { a = 1, b = 2 }\n", "x = [1, 2,]\n", "a = 1, @tags(x) b = 2\n"] {
        assert_eq!(told(fine).0, [""; 0], "{fine:?}");
    }
    for (text, fixed) in [
        (", a = 1\n", " a = 1\n"),
        ("a = 1,\nb = 2\n", "a = 1\nb = 2\n"),
        ("a = 1\n, b = 2\n", "a = 1\n b = 2\n"),
        ("x = { a = 1, }\n", "x = { a = 1 }\n"),
        ("x = { , a = 1 }\n", "x = {  a = 1 }\n"),
        ("a = 1,, b = 2\n", "a = 1, b = 2\n"),
        ("a = 1; , b = 2\n", "a = 1;  b = 2\n"),
        ("zone a, zone b\n", "zone a; zone b\n"),
        ("a = 1, zone b\n", "a = 1; zone b\n"),
        ("@tags(x), zone b\n", "@tags(x) zone b\n"),
        ("zone b ,\n", "zone b \n"),
        (",\n", "\n"),
    ] {
        let found = tree(text).mistakes;
        assert_eq!(found.iter().map(|mistake| mistake.code).collect::<Vec<_>>(), ["E026"], "{text:?}");
        let edit = &found[0].fix.as_ref().unwrap().edits[0];
        let mut edited = text.to_owned();
        edited.replace_range(edit.span.range(), &edit.new_text);
        assert_eq!(edited, fixed);
    }
}

#[test]
fn no_text_is_no_value() {
    assert_eq!(crate::syntax::parse_value("").unwrap_err().code, "E014");
    assert_eq!(crate::syntax::parse_value(" // c").unwrap_err().code, "E014");
    assert!(crate::syntax::parse_value("2k/s").is_ok());
}

#[test]
fn a_long_text_is_read_in_pieces_as_a_whole() {
    // more words than one piece holds, without a separator, with blocks that are read by themselves
    let services: String =
        (0..5_000).map(|i| format!("service s{i} {{ a = [{i}, \"x\"] b = 1 }} ; ")).collect();
    let text = format!("region r {{ zone a; {services} }}; {} // end\nzone last\n", "a = 1 ".repeat(30_000));
    let tree = tree(&text);
    assert_eq!(tree.mistakes, []);
    assert_eq!(tree.items.len(), 30_002);
    let picture = super::dump::dump(&tree);
    assert_eq!(picture.matches("  decl service s").count(), 5_000);
    assert!(picture.contains("  decl service s4999 {\n    a = [4999, \"x\"]\n    b = 1\n  }\n}\n"));
    assert!(
        picture.ends_with("a = 1  <- \"// end\"\ndecl zone last\n"),
        "{}",
        &picture[picture.len() - 60..]
    );
    super::limits::holds(&text);
}

#[test]
fn more_than_can_be_kept_is_one_mistake() {
    let text = format!("x = [{}]; zone a\nzone b\n", "1,".repeat(70_000));
    let (mistakes, picture) = told(&text);
    assert_eq!(mistakes, ["E045"]);
    assert!(picture.ends_with("decl zone a\ndecl zone b\n"), "a statement without an end costs itself alone");
    let (mistakes, _) = told(&"a = 1\n".repeat(150_001));
    assert_eq!(mistakes, ["E045"]);
}
