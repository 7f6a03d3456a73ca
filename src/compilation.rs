//! A design checked: all stages in order, and what they found. Does no I/O: files come through a [`Loader`].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::{self, Case, Facts};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::resolve::imports::Files;
use crate::resolve::{self, roots::roots};
use crate::rules::{self, Allowed, NotAssessed, Written};
use crate::source::{Document, FileId, Loader, Sources, Span};
use crate::syntax::ast::{StmtKind, Tree};
use crate::syntax::{self, Cache};

/// A design and everything found out about it. Plain data, to be shared between threads.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The documents, the root first.
    pub sources: Sources,
    /// Their trees, in the same order.
    pub trees: Vec<Arc<Tree>>,
    /// The design.
    pub model: Model,
    /// What the analysis says of it.
    pub facts: Facts,
    /// Mistakes and findings, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings an `@allow` silences.
    pub suppressed: usize,
    /// What could not be judged, and which attribute would settle it.
    pub unassessed: Vec<rules::Unassessed>,
    /// The findings that an `@allow` silences.
    pub allowed: Vec<Allowed>,
}

impl Compilation {
    /// What could not be judged, by name.
    pub fn not_assessed(&self) -> Vec<NotAssessed> {
        rules::not_assessed(&self.model, &self.facts, &self.unassessed)
    }
}

/// Checks a design from its root on.
pub fn check(root: impl Into<Arc<Document>>, loader: &dyn Loader, config: &Config) -> Compilation {
    // nothing is kept for another time
    let mut parse = |file, document: &Document| Arc::new(syntax::parse(file, document.text()));
    checked(root.into(), loader, config, &mut parse)
}

fn checked(
    root: Arc<Document>,
    loader: &dyn Loader,
    config: &Config,
    parse: &mut resolve::imports::Parse<'_>,
) -> Compilation {
    let Files { sources, files, mistakes } = resolve::imports::load(root, loader, parse);
    let (model, resolving) = resolve::resolve_with(&files, &sources, &config.technologies);
    let facts = analysis::analyse(&model, config, &Case::default());
    let placed = config.placed(sources.iter().map(|(_, document)| document.path()));
    let written = Written { sources: Some(&sources), trees: files.iter().map(|file| &*file.tree).collect() };
    let outcome = rules::check(&model, &facts, &placed, &written);
    let mut diagnostics = mistakes;
    diagnostics.extend(files.iter().flat_map(|file| file.tree.mistakes.iter().cloned()));
    let resolving = without_echoes(&diagnostics, resolving, &sources);
    diagnostics.extend(resolving);
    diagnostics.extend(outcome.findings);
    Diagnostic::sort(&mut diagnostics);
    Compilation {
        sources,
        trees: files.into_iter().map(|file| file.tree).collect(),
        model,
        facts,
        diagnostics,
        suppressed: outcome.suppressed,
        unassessed: outcome.unassessed,
        allowed: outcome.allowed,
    }
}

/// Remembers parses between checks, so that an edit costs the statement that it touches. An empty one is always right.
#[derive(Debug, Default)]
pub struct Session {
    /// By path, and for a block of Markdown by where it starts.
    caches: BTreeMap<(String, usize), Cache>,
}

impl Session {
    /// Checks a design from its root on.
    pub fn check(
        &mut self,
        root: impl Into<Arc<Document>>,
        loader: &dyn Loader,
        config: &Config,
    ) -> Compilation {
        let mut parse = |file, document: &Document| Arc::new(self.parse(file, document));
        checked(root.into(), loader, config, &mut parse)
    }

    /// Checks a design whose root somebody has parsed, as the first file.
    pub(crate) fn check_parsed(
        &mut self,
        (root, tree): (Arc<Document>, &Arc<Tree>),
        loader: &dyn Loader,
        config: &Config,
    ) -> Compilation {
        let mut parse = |file, document: &Document| match file == tree.file {
            true => Arc::clone(tree),
            false => Arc::new(self.parse(file, document)),
        };
        checked(root, loader, config, &mut parse)
    }

    /// Which of the documents of a folder are designs of their own: the positions of those that no other one imports, and
    /// of a circle of imports that nothing else imports the first by path.
    pub fn roots(&mut self, documents: &[Arc<Document>], loader: &dyn Loader) -> Vec<usize> {
        let paths: Vec<&str> = documents.iter().map(|document| document.path()).collect();
        // a block of Markdown cannot be imported
        let files = documents.iter().enumerate().filter(|(_, document)| !document.is_embedded());
        let by_path: BTreeMap<&str, usize> = files.map(|(i, document)| (document.path(), i)).collect();
        let imports: Vec<Vec<usize>> = documents
            .iter()
            .map(|document| {
                let tree = self.parse(FileId(0), document);
                let imported = tree.items.iter().filter_map(|stmt| match &stmt.kind {
                    StmtKind::Import(import) => loader.resolve(document.path(), &import.path.value).ok(),
                    _ => None,
                });
                imported.filter_map(|path| by_path.get(path.as_str()).copied()).collect()
            })
            .collect();
        roots(&paths, &imports)
    }

    fn parse(&mut self, file: FileId, document: &Document) -> Tree {
        let place = if document.is_embedded() { document.file_offset(0) } else { 0 };
        let cache = self.caches.entry((document.path().to_owned(), place)).or_default();
        syntax::parse_with(file, document.text(), cache)
    }
}

/// Codes of what is said of a remnant: a lost name or sign leaves an attribute that nothing knows.
const ECHOES: [&str; 3] = ["E106", "E117", "E119"];
/// A mistake over more than this is no single word, and hides nothing.
const WORD: usize = 200;

/// What resolving told, without what only repeats a mistake of the same words, or of the word before.
fn without_echoes(syntax: &[Diagnostic], resolving: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    if resolving.is_empty() || syntax.is_empty() {
        return resolving;
    }
    let mut words: Vec<Span> = syntax.iter().map(|it| it.span).filter(|span| span.len() <= WORD).collect();
    words.sort_unstable();
    let is_echo = |it: &Diagnostic| {
        let before = words.partition_point(|span| (span.file, span.start) <= (it.span.file, it.span.start));
        let Some(word) = before.checked_sub(1).and_then(|at| words.get(at)) else { return false };
        let (start, end) = (word.end.min(it.span.start), it.span.start);
        let between = Span { start, end, ..it.span };
        word.file == it.span.file && sources.slice(between).chars().all(|c| matches!(c, ' ' | '\t'))
    };
    resolving.into_iter().filter(|it| !(ECHOES.contains(&it.code) && is_echo(it))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryLoader;

    fn loader(files: &[(&str, &str)]) -> MemoryLoader {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text)));
        MemoryLoader { files: files.collect() }
    }

    #[test]
    fn a_compilation_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Compilation>();
        shared::<Session>();
    }

    #[test]
    fn mistakes_of_all_stages_stand_in_the_order_of_the_text() {
        let text = "service a {\n  replicas = 3 zones\n}\nservice a\na -> b\nimport \"none.arch\"\n";
        let found = check(Document::new("a.arch", text), &loader(&[]), &Config::default());
        let codes: Vec<&str> =
            found.diagnostics.iter().map(|it| it.code).filter(|c| c.starts_with('E')).collect();
        assert_eq!(codes.len(), 4, "{:?}", found.diagnostics);
        assert_eq!(&codes[1..], ["E109", "E112", "E101"]);
    }

    #[test]
    fn a_session_finds_what_a_fresh_check_finds() {
        let config = Config::default();
        let mut session = Session::default();
        let first = "service api { replicas = 2 }\ndatabase db\napi -> db\n";
        let second = "service api { replicas = 2 }\n\ndatabase dbs\napi -> db\n";
        for text in [first, second, first] {
            let again = session.check(Document::new("a.arch", text), &loader(&[]), &config);
            let fresh = check(Document::new("a.arch", text), &loader(&[]), &config);
            assert_eq!(again.diagnostics, fresh.diagnostics);
            assert_eq!(format!("{:?}", again.model), format!("{:?}", fresh.model));
        }
    }

    /// The lines of a design in which edits meet: a group with much in it, calls, flows, comments.
    fn lines() -> Vec<String> {
        let mut lines: Vec<String> =
            ["client c { rate = 10/s }", "region r {", "  zone a", "  zone b"].map(String::from).into();
        lines.extend((0..24).map(|i| format!("  service s{i} {{ replicas = 2  latency = {i}ms }} // {i}")));
        lines.extend(["}", "c -> r.s0 { timeout = 2s }"].map(String::from));
        lines.extend((0..23).map(|i| format!("r.s{i} -> r.s{} {{ timeout = {}00ms }}", i + 1, 25 - i)));
        lines.extend(["flow f {", "  c -> r.s0", "  r.s0 -> r.s1", "  r.s1 -> r.s2", "}"].map(String::from));
        lines
    }

    #[test]
    fn whatever_is_edited_a_session_finds_what_a_fresh_check_finds() {
        let (config, loader) = (Config::default(), loader(&[]));
        for held in [false, true] {
            let (mut session, mut lines, mut state) = (Session::default(), lines(), 7u64);
            let mut random = |below: usize| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as usize % below
            };
            // an editor may still look at the last check, or not
            let mut last = None;
            for _ in 0..60 {
                let at = random(lines.len());
                match random(6) {
                    0 => lines.insert(at, format!("service t{} {{ replicas = 3 }}", random(9))),
                    1 => drop(lines.remove(at)),
                    2 => lines[at] = lines[at].replace("replicas = 2", "replicas = 12"),
                    3 => lines[at] = lines[at].replace("ms", "s"),
                    4 => lines.insert(at, "// é".to_owned()),
                    _ => lines[at].push_str(["", " ", "{", "}", " // x"][random(5)]),
                }
                let document = || Document::new("a.arch", lines.join("\n"));
                let again = session.check(document(), &loader, &config);
                let fresh = check(document(), &loader, &config);
                assert_eq!(again.diagnostics, fresh.diagnostics, "{}", lines.join("\n"));
                assert_eq!(again.not_assessed(), fresh.not_assessed());
                assert_eq!(format!("{:?}", again.model), format!("{:?}", fresh.model));
                assert_eq!(format!("{:?}", again.trees), format!("{:?}", fresh.trees));
                last = held.then_some(again);
            }
            drop(last);
        }
    }

    #[test]
    fn what_others_import_is_no_root_and_a_block_of_markdown_is_one() {
        let texts = [("a.arch", "service a"), ("b.arch", "import \"a.arch\""), ("c.md", "import \"b.arch\"")];
        let loader = loader(&texts);
        let mut documents: Vec<Arc<Document>> =
            texts.iter().take(2).map(|(path, text)| Arc::new(Document::new(*path, *text))).collect();
        assert_eq!(Session::default().roots(&documents, &loader), [1]);
        let block = Document::embedded("c.md", texts[2].1, texts[2].1, vec![(0, 0)]);
        documents.push(Arc::new(block));
        assert_eq!(Session::default().roots(&documents, &loader), [2]);
    }

    #[test]
    fn a_remnant_of_a_mistake_is_not_told_again() {
        for (text, codes) in [
            ("service a {\n  latency = 10 ms\n}\n", vec!["E021"]),
            ("database db = postgres\n", vec!["E018"]),
            ("service a {\n  latency = 10 ms\n  capcity = 1/s\n}\n", vec!["E021", "E117"]),
            ("service a { replicas = 3,\n  capcity = 1/s\n}\n", vec!["E026", "E117"]),
        ] {
            let found = check(Document::new("a.arch", text), &loader(&[]), &Config::default());
            let told: Vec<&str> =
                found.diagnostics.iter().filter(|it| it.is_mistake()).map(|it| it.code).collect();
            assert_eq!(told, codes, "{text}");
        }
    }
}
