//! Rules over random designs: what holds for every finding whatever the design says.

use std::fmt::Write as _;

use archc::compilation::{self, Compilation};
use archc::config::Config;
use archc::rules;
use archc::source::{Document, MemoryLoader};
use proptest::prelude::*;

const DEPLOYED: &[&str] = &[
    "replicas = 1",
    "replicas = 3",
    "replicas = 2..8",
    "zones = [a, b]",
    "zones = 2",
    "availability = 99.9%",
    "managed = true",
    "capacity = 100/s",
    "latency = 10ms",
    "fails_with = [c0]",
];
const KEEPER: &[&str] = &[
    "stores = [d0]",
    "stores = [d0, d1]",
    "mode = leaderless",
    "mode = primary_replica",
    "mode = sharded",
    "mode = multi_primary",
    "replication = async",
    "replication = quorum",
    "replication_factor = 3",
    "read_quorum = 1",
    "write_quorum = 2",
    "shards = 16",
    "zipf = 1.1",
    "key_count = 1000",
    "skew = 90%",
    "backup = none",
    "backup = 1h",
    "consistency = strong",
    "conflict = lww",
    "max_connections = 100",
    "hit_ratio = 90%",
];
const CALL: &[&str] = &[
    "timeout = 1s",
    "timeout = 100ms",
    "retries = 3",
    "retries = 0",
    "backoff = exponential",
    "retry_budget = 10%",
    "circuit_breaker = true",
    "optional = true",
    "fallback = cached",
    "idempotent = false",
    "idempotent = true",
    "access = write",
    "access = read",
    "calls = 3",
    "fanout = 4",
    "share = 20%",
    "pool = 50",
    "writes = [d0]",
    "transaction = saga",
    "phase = start",
];
const KINDS: &[&str] = &[
    "service", "service", "worker", "function", "gateway", "database", "cache", "queue", "stream", "external",
];

/// The choices of one random design: bytes to take from.
struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Choices<'_> {
    fn next(&mut self, below: usize) -> usize {
        let byte = self.bytes.get(self.at % self.bytes.len().max(1)).copied().unwrap_or(0);
        self.at += 1;
        (usize::from(byte) + self.at / self.bytes.len().max(1) * 31) % below.max(1)
    }

    /// A block of some of the attributes; each key once.
    fn block(&mut self, from: &[&[&str]]) -> String {
        let mut chosen: Vec<&str> = Vec::new();
        for list in from {
            for _ in 0..self.next(4) {
                let attribute = list[self.next(list.len())];
                let key = |text: &str| text.split(' ').next().unwrap().to_owned();
                if !chosen.iter().any(|known| key(known) == key(attribute)) {
                    chosen.push(attribute);
                }
            }
        }
        if chosen.is_empty() { String::new() } else { format!(" {{ {} }}", chosen.join("  ")) }
    }
}

fn design(bytes: &[u8]) -> String {
    let mut choices = Choices { bytes, at: 0 };
    let mut text = String::from("client c0 { users = 1M  requests_per_user = 20/day }\n");
    text += "data d0 { consistency = strong  class = payment  size = 1KB }\ndata d1 { loss_ok = true }\n";
    text += "region eu {\nzone a\nzone b\n";
    let count = 2 + choices.next(9);
    for i in 1..=count {
        let kind = KINDS[choices.next(KINDS.len())];
        let keeps = ["database", "cache", "queue", "stream"].contains(&kind);
        let block = if keeps { choices.block(&[DEPLOYED, KEEPER]) } else { choices.block(&[DEPLOYED]) };
        writeln!(text, "{kind} c{i}{block}").unwrap();
    }
    text += "}\n";
    let mut known = Vec::new();
    for _ in 0..choices.next(16) {
        let (from, to) = (choices.next(count + 1), 1 + choices.next(count));
        let op = ["->", "->", "->", "~>", "=>"][choices.next(5)];
        if known.contains(&(from, op, to)) {
            continue;
        }
        known.push((from, op, to));
        writeln!(text, "c{from} {op} c{to}{}", choices.block(&[CALL])).unwrap();
    }
    for i in 0..choices.next(3) {
        writeln!(text, "flow f{i} {{").unwrap();
        text += [
            "slo availability >= 99.99%\n",
            "slo p99 <= 200ms\n",
            "criticality = high\n",
            "criticality = low\n",
        ][choices.next(4)];
        let mut from = 0;
        for _ in 0..1 + choices.next(6) {
            let to = 1 + choices.next(count);
            let op = ["->", "->", "~>"][choices.next(3)];
            writeln!(text, "  c{from} {op} c{to}{}", choices.block(&[CALL])).unwrap();
            from = if choices.next(3) == 0 { from } else { to };
        }
        text += "}\n";
    }
    text
}

/// The same design with its components declared the other way round.
fn reordered(text: &str) -> String {
    let is_component = |line: &&str| KINDS.iter().any(|kind| line.starts_with(&format!("{kind} c")));
    let mut components: Vec<&str> = text.lines().filter(is_component).collect();
    let lines = text.lines().map(|line| if is_component(&line) { components.pop().unwrap() } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

fn compile(text: &str) -> Compilation {
    compilation::check(Document::new("design.arch", text), &MemoryLoader::default(), &Config::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_finding_keeps_the_rules_of_findings(bytes in proptest::collection::vec(any::<u8>(), 8..200)) {
        let text = design(&bytes);
        let found = compile(&text);
        let again = compile(&text);
        prop_assert_eq!(&found.diagnostics, &again.diagnostics, "the same input, the same findings");
        for rule in rules::all() {
            let needs: Vec<_> = rule.needs.iter().map(|need| need.words()).collect();
            let own: Vec<_> = found.diagnostics.iter().filter(|it| it.code == rule.code).collect();
            for it in &own {
                prop_assert!(it.severity <= rule.severity(), "{it:#?}\n{text}");
                prop_assert!((it.span.end as usize) <= text.len());
                prop_assert!(!it.message.ends_with('.') && !it.message.is_empty(), "{}", it.message);
                let first = it.message.chars().next().unwrap();
                prop_assert!(!first.is_uppercase(), "{}", it.message);
                prop_assert!(!it.message.contains("NaN"), "{text}{}", it.message);
                prop_assert_eq!(it.name, rule.name);
            }
            let mut subjects: Vec<_> = own.iter().map(|it| it.subjects.first()).collect();
            let count = subjects.len();
            subjects.dedup();
            prop_assert!(rule.is_house() || subjects.len() == count, "{} twice on one subject\n{text}", rule.code);
            for open in found.not_assessed().iter().filter(|open| open.code == rule.code) {
                prop_assert!(needs.contains(&open.attribute), "{} does not say that it needs {}", rule.code, open.attribute);
            }
        }
        let told = |compilation: &Compilation| {
            let line = |it: &archc::diagnostic::Diagnostic| {
                let mut subjects = it.subjects.clone();
                subjects.sort();
                (it.code, it.severity, subjects)
            };
            let mut told: Vec<_> = compilation.diagnostics.iter().map(line).collect();
            told.sort();
            told
        };
        prop_assert_eq!(told(&found), told(&compile(&reordered(&text))), "the order of declarations counts\n{}", text);
        let places: Vec<_> = found.diagnostics.iter().map(|it| it.sort_key()).collect();
        prop_assert!(places.is_sorted());
    }
}
