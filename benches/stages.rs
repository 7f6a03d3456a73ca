//! What each stage costs on synthetic designs of three sizes: `cargo bench`. Figures and their commands: `README.md`.

use std::fmt::Write as _;
use std::sync::Arc;

use archc::analysis::{self, Case};
use archc::compilation::{Compilation, Session, check};
use archc::config::Config;
use archc::source::{Document, FileId, MemoryLoader};
use archc::{diagram, resolve, rules, syntax};

fn main() {
    divan::main();
}

/// Components of the designs.
const SIZES: [usize; 3] = [20, 200, 1000];

/// A design of `n` components in three zones, two connections for each, and twenty flows.
fn design(n: usize) -> String {
    let mut text = String::from("client c { users = 1M  requests_per_user = 20/day }\n");
    text.push_str("region r {\n  zone a\n  zone b\n  zone c\n");
    for i in 0..n {
        let kind = if i % 5 == 4 { "database" } else { "service" };
        let _ = writeln!(
            text,
            "  {kind} s{i} {{ replicas = 3  zones = [a, b, c]  capacity = 10k/s  latency = 3ms }}"
        );
    }
    text.push_str("}\nc -> r.s0 { timeout = 2s }\n");
    let callers: Vec<usize> = (0..n - 1).filter(|i| i % 5 != 4).collect();
    for i in &callers {
        let _ = writeln!(text, "r.s{i} -> r.s{} {{ timeout = 500ms  retries = 1 }}", i + 1);
        if i + 7 < n {
            let _ = writeln!(text, "r.s{i} -> r.s{} {{ timeout = 500ms }}", i + 7);
        }
    }
    for flow in 0..20.min(n / 10) {
        let _ = writeln!(text, "flow f{flow} {{\n  slo availability >= 99.9%\n  c -> r.s0");
        // calls along the callers' chain: 0, 7, 8, 15 …, so every step hangs below the one before
        let mut at = 0;
        for step in 0..20 {
            let next = if (step + flow) % 2 == 0 { at + 7 } else { at + 1 };
            if next >= n || at % 5 == 4 {
                break;
            }
            let _ = writeln!(text, "  r.s{at} -> r.s{next}");
            at = next;
        }
        text.push_str("}\n");
    }
    text
}

fn compiled(n: usize) -> Compilation {
    check(Document::new("bench.arch", design(n)), &MemoryLoader::default(), &Config::default())
}

#[divan::bench(args = SIZES)]
fn parse(bencher: divan::Bencher<'_, '_>, n: usize) {
    let text = design(n);
    bencher.bench(|| syntax::parse(FileId(0), &text));
}

#[divan::bench(args = SIZES)]
fn resolve(bencher: divan::Bencher<'_, '_>, n: usize) {
    let document = Arc::new(Document::new("bench.arch", design(n)));
    let mut parse = |file, document: &Document| Arc::new(syntax::parse(file, document.text()));
    let files = resolve::imports::load(document, &MemoryLoader::default(), &mut parse);
    bencher.bench(|| resolve::resolve(&files.files, &files.sources));
}

#[divan::bench(args = SIZES)]
fn analyse(bencher: divan::Bencher<'_, '_>, n: usize) {
    let config = Config::default();
    let model = compiled(n).model;
    bencher.bench(|| analysis::analyse(&model, &config, &Case::default()));
}

#[divan::bench(args = SIZES)]
fn rules(bencher: divan::Bencher<'_, '_>, n: usize) {
    let config = Config::default();
    let Compilation { model, facts, .. } = compiled(n);
    bencher.bench(|| rules::check(&model, &facts, &config, &rules::Written::default()));
}

#[divan::bench(args = SIZES)]
fn check_afresh(bencher: divan::Bencher<'_, '_>, n: usize) {
    let text: Arc<str> = design(n).into();
    let (loader, config) = (MemoryLoader::default(), Config::default());
    bencher.bench(|| check(Document::new("bench.arch", Arc::clone(&text)), &loader, &config));
}

#[divan::bench(args = SIZES)]
fn check_after_an_edit(bencher: divan::Bencher<'_, '_>, n: usize) {
    let before = design(n);
    let after: Arc<str> = before.replacen("replicas = 3", "replicas = 12", 1).into();
    let before: Arc<str> = before.into();
    let (loader, config) = (MemoryLoader::default(), Config::default());
    let warm = || {
        let mut session = Session::default();
        session.check(Document::new("bench.arch", Arc::clone(&before)), &loader, &config);
        session
    };
    bencher.with_inputs(warm).bench_local_values(|mut session| {
        session.check(Document::new("bench.arch", Arc::clone(&after)), &loader, &config)
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn render(bencher: divan::Bencher<'_, '_>, n: usize) {
    let compilation = compiled(n);
    bencher.bench(|| {
        let scene = diagram::render(&compilation.model, &diagram::RenderOptions::default());
        diagram::svg::svg(&scene, &diagram::svg::Options::default())
    });
}
