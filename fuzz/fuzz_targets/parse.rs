//! Any text has a tree; what the formatter makes of it means the same and stays as it is.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none parse`

#![no_main]

use archc::fix::format;
use archc::source::FileId;
use archc::syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let tree = parse(FileId(0), text);
    for mistake in &tree.mistakes {
        assert!(text.get(mistake.span.range()).is_some(), "a mistake points into the text");
    }
    let once = format(&tree, text);
    let again = parse(FileId(0), &once);
    assert_eq!(tree.mistakes.is_empty(), again.mistakes.is_empty(), "{once}");
    assert_eq!(format(&again, &once), once, "formatting a second time changes nothing");
});
