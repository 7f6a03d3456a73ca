//! `docs/gallery`: each system of the examples with its picture, figures, findings and source; generated, committed, and
//! stale when a design or what archc says of it has changed since.
#![expect(clippy::disallowed_methods, reason = "a test may read and write the files of its own package")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use archc::canon::{self, System};
use archc::compilation::{Compilation, check};
use archc::config::Config;
use archc::report::{self, Report};
use archc::source::{Document, MemoryLoader};
use archc::units::{Date, format_rate, format_share, format_time};

/// Set to 1, the tests write what they otherwise compare.
const BLESS: &str = "ARCHC_BLESS";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery")
}

/// The pages by file name: the index and one for each system.
fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        canon::systems().iter().map(|system| (format!("{}.md", system.name), page(system))).collect();
    pages.insert("README.md".to_owned(), index());
    pages
}

fn index() -> String {
    let mut out = "# Gallery\n\nEvery system of [the examples](../../examples/README.md), as archc draws it. A picture leads to its source, \
                   its figures and its findings. Written by `ARCHC_BLESS=1 cargo test gallery`.\n"
        .to_owned();
    let mut last = "";
    for system in canon::systems() {
        if system.group != last {
            let _ = write!(out, "\n## {}\n", system.group);
            last = system.group;
        }
        let (name, title) = (system.name, system.title);
        let _ = write!(
            out,
            "\n### [{title}]({name}.md)\n\n{}\n\n[![{title}](../../examples/{name}/design.svg)]({name}.md)\n",
            system.summary
        );
    }
    out
}

fn page(system: &System) -> String {
    let (name, title) = (system.name, system.title);
    let design = compiled("design.arch", system.design());
    let report = report::report(&design);
    let mut out = format!(
        "# {title}\n\n{} [Its page](../../examples/{name}/README.md) has the numbers, whose they are, and what was traded for what.\n\n\
         ![{title}, drawn by archc](../../examples/{name}/design.svg)\n",
        system.summary
    );
    figures(&report, &mut out);
    out.push_str("\n## Findings\n\n");
    findings(&design, &mut out);
    allowed(&report, &mut out);
    for (file, text) in system.files.iter().filter(|(file, _)| is_drawing(file)) {
        let compilation = compiled(file, text);
        let _ = write!(out, "\n## Findings of `{file}`\n\n");
        findings(&compilation, &mut out);
    }
    let _ = write!(out, "\n## Source\n\n```arch\n{}```\n", system.design().replace("\r\n", "\n"));
    out
}

/// Whether a file is another design of the system: its first drawing, a step on the way. A brief is none.
fn is_drawing(file: &str) -> bool {
    file != "design.arch" && file != "brief.arch"
}

fn compiled(name: &str, text: &str) -> Compilation {
    let config = Config { today: Date::read("2026-11-22"), ..Config::default() };
    check(Document::new(name, text.replace("\r\n", "\n")), &MemoryLoader::default(), &config)
}

fn figures(report: &Report<'_>, out: &mut String) {
    out.push_str("\n## Figures\n\n| flow | at the peak | available | down in a year | median | 99 of 100 | first to be full |\n");
    out.push_str("| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
    let time = |milliseconds: Option<f64>| milliseconds.map(|it| format_time(it / 1e3)).unwrap_or_default();
    for flow in &report.flows {
        let availability = flow.availability.as_ref();
        let first = match (flow.first_to_break, flow.headroom) {
            (Some(path), Some(headroom)) => format!("`{path}`, at {headroom:.1} times this"),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {first} |",
            flow.label.unwrap_or(flow.name),
            flow.rate_per_s.map(format_rate).unwrap_or_default(),
            availability.map(|it| format_share(it.value)).unwrap_or_default(),
            availability.map(|it| format_time(it.downtime_minutes_per_year * 60.0)).unwrap_or_default(),
            time(flow.latency_ms.p50),
            time(flow.latency_ms.p99),
        );
    }
    let judged = |met| report.flows.iter().flat_map(|flow| &flow.slos).filter(|slo| slo.met == met).count();
    let (met, failed, open) = (judged(Some(true)), judged(Some(false)), judged(None));
    if met + failed + open > 0 {
        let _ = writeln!(out, "\nObjectives: {met} met, {failed} failed, {open} not computed.");
    }
}

/// One line for each rule, in the order in which `archc check` comes to it.
fn findings(compilation: &Compilation, out: &mut String) {
    let mut lines: Vec<(&str, &str, usize, &str)> = Vec::new();
    for found in &compilation.diagnostics {
        let severity = found.severity.as_str();
        match lines.iter_mut().find(|(code, worst, ..)| *code == found.code && *worst == severity) {
            Some((.., count, _)) => *count += 1,
            None => lines.push((found.code, severity, 1, &found.message)),
        }
    }
    if lines.is_empty() {
        out.push_str("None.\n");
        return;
    }
    out.push_str("| rule | severity | findings | the first |\n| --- | --- | ---: | --- |\n");
    for (code, severity, count, message) in lines {
        let _ = writeln!(
            out,
            "| [`{code}`](../rules/{code}.md) | {severity} | {count} | {} |",
            message.replace('|', "\\|")
        );
    }
}

fn allowed(report: &Report<'_>, out: &mut String) {
    if report.allowed.is_empty() {
        return;
    }
    out.push_str(
        "\nAllowed in the file:\n\n| rule | about | because | decision |\n| --- | --- | --- | --- |\n",
    );
    for it in &report.allowed {
        let code = it.code;
        let decisions: Vec<_> = it.decisions.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            out,
            "| [`{code}`](../rules/{code}.md) | `{}` | {} | {} |",
            it.subject,
            it.reason.unwrap_or_default().replace('|', "\\|"),
            decisions.join(", ")
        );
    }
}

#[test]
fn the_pages_of_the_gallery_are_fresh() {
    let (folder, wanted) = (folder(), pages());
    if std::env::var(BLESS).is_ok_and(|value| value == "1") {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &wanted {
            std::fs::write(folder.join(name), text).unwrap();
        }
        return;
    }
    let found = std::fs::read_dir(&folder).map_or(0, std::iter::Iterator::count);
    assert_eq!(found, wanted.len(), "docs/gallery is stale: run `ARCHC_BLESS=1 cargo test gallery`");
    for (name, text) in &wanted {
        let found = std::fs::read_to_string(folder.join(name)).unwrap_or_default().replace("\r\n", "\n");
        assert!(found == *text, "docs/gallery/{name} is stale: run `ARCHC_BLESS=1 cargo test gallery`");
    }
}

#[test]
fn each_page_has_a_picture_figures_and_its_source() {
    for system in canon::systems() {
        let page = page(system);
        for part in [
            format!("](../../examples/{}/design.svg)", system.name),
            "\n## Figures\n".into(),
            "\n```arch\n".into(),
        ] {
            assert!(page.contains(&part), "{}: {part}", system.name);
        }
        assert!(page.ends_with("```\n") && page.lines().filter(|line| line.starts_with("```")).count() == 2);
    }
}
