//! The book in `docs/`: its generated pages are fresh, its designs have no mistakes, what it says that commands print they print, its
//! links lead somewhere and its contents leave no page out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use archc::compilation::check;
use archc::config::Config;
use archc::guide::book;
use archc::markdown::{Fenced, fenced_blocks};
use archc::rules;
use archc::source::MemoryLoader;

use crate::program::{archc, stderr, stdout};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn blesses() -> bool {
    std::env::var("ARCHC_BLESS").is_ok_and(|value| value == "1")
}

/// A file of the repository, with the line ends of git.
fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// Every page below a folder, by path.
fn pages(below: &str) -> Vec<PathBuf> {
    let mut open = vec![root().join(below)];
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|it| it == "md") {
            found.insert(path);
        }
    }
    found.into_iter().collect()
}

/// What is in the book.
fn chapters() -> Vec<PathBuf> {
    pages("docs").into_iter().filter(|path| !path.ends_with("SUMMARY.md")).collect()
}

#[test]
fn the_pages_made_from_tables_are_fresh() {
    for (name, page) in [("language.md", book::language()), ("technologies.md", book::technologies())] {
        let path = root().join("docs").join(name);
        if blesses() {
            std::fs::write(&path, page).unwrap();
            continue;
        }
        assert!(!page.contains("{version}") && !page.contains("{attributes}"), "a table was not filled in");
        assert!(read(&path) == page, "docs/{name} is stale: run `ARCHC_BLESS=1 cargo test --test it book`");
    }
}

#[test]
fn the_reference_names_all_there_is() {
    let page = book::language();
    let attributes = archc::model::attributes::TABLE.iter().map(|spec| spec.name);
    let kinds = archc::model::Kind::all().map(archc::model::Kind::as_str);
    for word in attributes.chain(kinds).chain(archc::units::unit_names()) {
        assert!(page.contains(&format!("`{word}`")), "`{word}` is missing");
    }
    for (code, name, _) in rules::doc::mistakes() {
        assert!(page.contains(&format!("| {code} | {name} |")), "{code} is missing");
    }
    let page = book::technologies();
    for it in archc::model::catalogue::catalogue().technologies() {
        assert_eq!(page.matches(&format!("\n### {}\n", it.name)).count(), 1, "{}", it.name);
    }
}

/// The pages of the rules as the contents list them.
fn listed_rules() -> String {
    let line = |rule: &rules::Rule| format!("  - [{} {}](rules/{}.md)\n", rule.code, rule.name, rule.code);
    rules::all().map(line).collect()
}

/// What the contents end with, where there is a gallery: its pages by name, the one that tells of all first.
fn listed_gallery() -> String {
    let folder = root().join("docs/gallery");
    if !folder.is_dir() {
        return String::new();
    }
    let line = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = read(path);
        let title = text
            .lines()
            .find_map(|line| line.strip_prefix("# "))
            .unwrap_or_else(|| panic!("{name} has no heading"));
        let indent = if name == "README.md" { "" } else { "  " };
        format!("{indent}- [{title}](gallery/{name})\n")
    };
    let (head, rest): (Vec<PathBuf>, Vec<PathBuf>) =
        pages("docs/gallery").into_iter().partition(|path| path.ends_with("README.md"));
    format!("\n# Gallery\n\n{}", head.iter().chain(&rest).map(line).collect::<String>())
}

#[test]
fn the_contents_leave_no_page_out() {
    let path = root().join("docs/SUMMARY.md");
    let mut text = read(&path);
    let head = "- [All rules](rules/README.md)\n";
    let (before, behind) = text.split_once(head).unwrap();
    let rest: String = behind.split_inclusive('\n').skip_while(|line| line.starts_with("  - [")).collect();
    let rest = rest.split("\n# Gallery\n").next().unwrap();
    let wanted = format!("{before}{head}{}{rest}{}", listed_rules(), listed_gallery());
    if blesses() {
        std::fs::write(&path, &wanted).unwrap();
        text = wanted;
    } else {
        assert!(text == wanted, "docs/SUMMARY.md is stale: run `ARCHC_BLESS=1 cargo test --test it book`");
    }
    let folder = root().join("docs");
    let listed: Vec<PathBuf> = links(&text).into_iter().map(|(_, to)| folder.join(to)).collect();
    let all: BTreeSet<&PathBuf> = listed.iter().collect();
    assert_eq!(all.len(), listed.len(), "a page stands twice in docs/SUMMARY.md");
    for page in chapters() {
        assert!(all.contains(&page), "docs/SUMMARY.md does not list {}", page.display());
    }
}

/// The arch blocks of a page.
fn designs(path: &Path) -> Vec<Fenced> {
    let text: Arc<str> = read(path).into();
    fenced_blocks(&path.display().to_string(), &text)
}

#[test]
fn every_design_of_the_book_has_no_mistake() {
    let mut faults = Vec::new();
    let mut count = 0;
    let readme = |path: &PathBuf| path.ends_with("README.md") && !hidden(path);
    let others = ["editors", "examples"].into_iter().flat_map(pages).filter(readme);
    let others = others.chain([root().join("README.md")]);
    for path in chapters().into_iter().chain(others) {
        for block in designs(&path) {
            count += 1;
            let at = format!("{}, block {count}", path.display());
            assert!(block.is_closed, "{at} has no end");
            let found = check(block.document, &MemoryLoader::default(), &Config::default());
            let mistakes = found.diagnostics.iter().filter(|it| it.is_mistake());
            faults.extend(mistakes.map(|it| format!("{at}: {} {}", it.code, it.message)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 30, "only {count} designs were found");
}

/// Whether it is not ours: what a package manager brought.
fn hidden(path: &Path) -> bool {
    path.components().any(|it| it.as_os_str() == "node_modules" || it.as_os_str() == "target")
}

/// What stands outside of fences, with code in a line blanked.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fence: Option<String> = None;
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let inside = line.trim_start_matches([' ', '>']);
        let marks: String = inside.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        match &fence {
            Some(open) if inside.trim_end() == marks && marks.starts_with(open.as_str()) => fence = None,
            Some(_) => {}
            None if marks.len() >= 3 => fence = Some(marks),
            None => out.push((i + 1, without_code(line))),
        }
    }
    out
}

fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let marks: String = rest[start..].chars().take_while(|c| *c == '`').collect();
        let behind = &rest[start + marks.len()..];
        let Some(end) = behind.find(&marks) else { break };
        out.push_str(&rest[..start]);
        out.push('·');
        rest = &behind[end + marks.len()..];
    }
    out + rest
}

/// The targets of a page's links and pictures, each with its line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in prose(text) {
        for (start, _) in line.match_indices("](") {
            let behind = &line[start + 2..];
            let to = behind.split([')', ' ']).next().unwrap_or_default();
            found.push((at, to.trim_matches(['<', '>']).to_owned()));
        }
    }
    found
}

/// The anchors that a page has, as mdBook and the usual hosts name them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let heading = line.trim_start_matches('#');
        if fenced || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let name: String = heading.trim().to_lowercase().chars().filter_map(anchor_letter).collect();
        let times = seen.entry(name.clone()).or_insert(0);
        found.insert(if *times == 0 { name } else { format!("{name}-{times}") });
        *times += 1;
    }
    found
}

fn anchor_letter(c: char) -> Option<char> {
    match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c),
        _ => None,
    }
}

/// A path without `..` in it.
fn straight(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

/// Whether the book has it: `tests/book/pages.py` puts the pages of the examples beside the gallery.
fn is_in_book(path: &Path) -> bool {
    path.starts_with(root().join("docs"))
        || path.starts_with(root().join("examples"))
            && path.extension().is_some_and(|it| it == "md" || it == "svg")
}

/// What is wrong with the links of a page. A page of the book leads to nothing outside of it: it is read where the rest is not.
fn broken(path: &Path) -> Vec<String> {
    let text = read(path);
    let docs = root().join("docs");
    let mut faults = Vec::new();
    for (line, to) in links(&text) {
        if to.contains("://") || to.starts_with("mailto:") {
            continue;
        }
        let (file, anchor) =
            to.split_once('#').map_or((to.as_str(), None), |(file, anchor)| (file, Some(anchor)));
        let target =
            if file.is_empty() { path.to_owned() } else { straight(&path.parent().unwrap().join(file)) };
        let fault = match anchor {
            _ if !target.exists() => Some("leads nowhere"),
            _ if path.starts_with(&docs) && !is_in_book(&target) => Some("leads out of the book"),
            _ if path.starts_with(&docs) && target.is_dir() => {
                Some("leads to a folder, which a book cannot show")
            }
            Some(anchor) if !anchors(&read(&target)).contains(anchor) => Some("names no heading there"),
            _ => None,
        };
        faults.extend(fault.map(|fault| format!("{}:{line}: `{to}` {fault}", path.display())));
    }
    faults
}

#[test]
fn every_link_leads_somewhere() {
    let top = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let top = top.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let below = ["docs", "examples", "editors"].into_iter().flat_map(pages);
    let all: Vec<PathBuf> = top.chain(below).filter(|path| !hidden(path)).collect();
    let faults: Vec<String> = all.iter().flat_map(|path| broken(path)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let count: usize = all.iter().map(|path| links(&read(path)).len()).sum();
    assert!(count > 200, "only {count} links were found");
}

mod sessions;
