//! Negative controls: well-made small designs of different shapes, on which the tool claims nothing; and each of them spoilt in
//! one place, which the rule for that tells first.

use archc::compilation::check;
use archc::config::Config;
use archc::source::{Document, MemoryLoader};

/// A control, what is spoilt in it, by what, and the rule that tells.
const CONTROLS: &[(&str, &str, &str, &str)] = &[
    ("batch", "access = read }", "access = read  encrypted = false }", "SE002"),
    ("cache_aside", "timeout = 30ms", "timeout = 5s", "RS002"),
    ("degrades", "optional = true  fallback = default  circuit_breaker = true", "retries = 6", "RS005"),
    (
        "events",
        "transaction = outbox }\nbook => changes",
        "transaction = local }\norders ~> changes",
        "CS007",
    ),
    ("governed", "door -> accounts", "teller -> book { timeout = 1s }\ndoor -> accounts", "PO001"),
    ("monolith", "access = read_write", "access = read_write  retries = 30", "RS004"),
    ("observed", "watches = [cart", "fails_with = [cart]  watches = [cart", "OB003"),
    ("quorum", "[entry]", "[entry]  rpo = 1min", "DR003"),
    ("residency", "region eu-north", "region us-north", "SE004"),
    ("saga", "compensates = flights", "optional = true", "CS007"),
    ("sockets", "write_quorum       = 2", "write_quorum       = 1", "CS002"),
    ("sourced", "dead_letter        = true", "dead_letter        = false", "MQ002"),
    ("static_site", "reader -> edge", "reader -> pages", "SE001"),
    ("three_tier", "users = 1M", "users = 100M", "CP001"),
    ("two_regions", "region us", "external old\nregion us", "CX004"),
    ("worker_queue", "dead_letter        = true", "dead_letter = false", "MQ002"),
];

fn control(name: &str) -> String {
    let path = format!("{}/tests/data/controls/{name}.arch", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Each finding as `severity[code] subjects: message`.
fn told(text: String) -> Vec<String> {
    let found = check(Document::new("x.arch", text), &MemoryLoader::default(), &Config::default());
    let line = |it: archc::diagnostic::Diagnostic| {
        format!("{}[{}] {}: {}", it.severity.as_str(), it.code, it.subjects.join(", "), it.message)
    };
    found.diagnostics.into_iter().map(line).collect()
}

#[test]
fn of_a_well_made_design_nothing_is_claimed() {
    for (name, ..) in CONTROLS {
        assert_eq!(told(control(name)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn of_a_spoilt_one_it_is_told() {
    for (name, good, bad, code) in CONTROLS {
        let text = control(name);
        assert!(text.contains(good), "{name}: {good}");
        let told = told(text.replace(good, bad));
        assert!(told.iter().any(|it| it.contains(&format!("[{code}]"))), "{name}: {code} in {told:#?}");
        assert!(!told.iter().any(|it| it.starts_with("error[E")), "{name}: {told:#?}");
    }
}
