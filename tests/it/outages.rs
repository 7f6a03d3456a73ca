//! Designs as they stood before public outages: the rule that names the cause is among the first five findings, and silent on
//! the mended design. Each file names its source.

use archc::compilation::check;
use archc::config::Config;
use archc::source::{Document, MemoryLoader};

/// The folder's name for an outage, the rule that names its cause, and the element at fault.
const OUTAGES: &[(&str, &str, &str)] = &[
    ("atlassian-2022", "DR004", "us.tenants"),
    ("aws-ebs-retries", "RS007", "us.membership"),
    ("cloudflare-2019", "DR005", "firewall"),
    ("dynamodb-2015", "RS007", "us.metadata"),
    ("facebook-2010", "CP005", "us.master"),
    ("facebook-2021", "AV002", "backbone"),
    ("fastly-2021", "DR005", "pop"),
    ("github-2018", "CS008", "mysql"),
    ("gitlab-2017", "DR001", "azure.db"),
    ("google-2025", "AV009", "control"),
    ("google-2025", "DR005", "control"),
    ("kinesis-2020", "CP006", "us_east.front"),
    ("ovh-2021", "DR002", "sbg.db"),
    ("roblox-2021", "AV009", "dc.consul"),
    ("roblox-2021", "OB003", "dc.telemetry"),
    ("s3-2017", "OB003", "us_east.dashboard"),
    ("slack-2022", "CP005", "us.vitess"),
];

/// Code, subjects and message of each finding, in the order told.
fn findings(name: &str) -> Vec<(String, Vec<String>, String)> {
    let path = format!("{}/tests/data/outages/{name}.arch", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let found = check(Document::new("x.arch", text), &MemoryLoader::default(), &Config::default());
    let told = found.diagnostics.into_iter();
    told.map(|it| (it.code.to_owned(), it.subjects, it.message)).collect()
}

#[test]
fn the_cause_of_an_outage_is_among_the_first_five_findings() {
    for (name, code, subject) in OUTAGES {
        let told = findings(&format!("{name}.before"));
        let names =
            |it: &&(String, Vec<String>, String)| it.0 == *code && it.1.iter().any(|path| path == subject);
        assert!(told.iter().take(5).any(|it| names(&it)), "{name}: {code} on {subject}\n{told:#?}");
    }
}

#[test]
fn the_mended_design_is_free_of_it() {
    for (name, code, _) in OUTAGES {
        let told = findings(&format!("{name}.after"));
        assert!(told.iter().all(|it| it.0 != *code && !it.0.starts_with('E')), "{name}: {code}\n{told:#?}");
    }
}
