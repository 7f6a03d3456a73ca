//! The protocol crate has one home: to swap it for a sibling touches that file alone.
#![expect(clippy::disallowed_methods, reason = "a test of a server has files and waits for answers")]

use std::path::Path;

#[test]
fn the_protocol_crate_is_named_in_one_file() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut naming = Vec::new();
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
        if code.join("\n").contains("tower_lsp") {
            naming.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
        // nothing but the protocol may stand on standard output: `main` speaks only where nobody speaks the protocol
        let prints = code.iter().any(|line| line.contains("println!(") || line.contains("io::stdout()"));
        let may_print = ["main.rs", "server.rs"].iter().any(|name| path.ends_with(name));
        assert!(!prints || may_print, "{} writes to standard output", path.display());
    }
    assert_eq!(naming, ["server.rs"]);
}
