//! Any text is checked from end to end, a report and the findings in every format included; it ends before the layout.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none findings`

#![no_main]

use archc::compilation::check;
use archc::config::Config;
use archc::emit::{self, Findings, Summary};
use archc::report;
use archc::source::{Document, MemoryLoader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let found = check(Document::new("fuzz.arch", text), &MemoryLoader::default(), &Config::default());
    let findings = Findings { sources: &found.sources, diagnostics: &found.diagnostics };
    assert_eq!(emit::concise(findings).lines().count(), found.diagnostics.len());
    let _ = emit::json(&[findings], Summary::default(), None);
    for flow in found.facts.reliability.flows.iter() {
        assert!((0.0..=1.0).contains(&flow.value), "an availability is a share");
        assert!(flow.lower <= flow.value && flow.value <= flow.upper + 1e-12, "the value lies in its interval");
    }
    let _ = report::markdown(&report::report(&found));
});
