//! Every form of the language, written well.

use super::{EXAMPLE, picture, tree};

#[test]
fn the_example_of_the_language() {
    assert_eq!(tree(EXAMPLE).mistakes, []);
    insta::assert_snapshot!(picture(EXAMPLE));
}
