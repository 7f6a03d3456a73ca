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
