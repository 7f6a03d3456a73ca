//! The starts of statements: kinds, words, annotations; objectives, policies, imports.

use super::line::Token;
use super::{Asked, CompletionKind};
use crate::ide::cursor::Owner;
use crate::ide::customs::{self, Word};
use crate::ide::hover::{meaning, metric_meaning};
use crate::model::{GroupKind, Kind, Metric};
use crate::rules;
use crate::syntax::ast::StmtKind;

/// The statements about a system, with what to fill in.
const STATEMENTS: [(&str, &str); 9] = [
    ("data", "data ${1:name} {\n\tsize   = ${2:1KB}\n\tgrowth = ${3:1M/month}\n}"),
    ("flow", "flow ${1:name} \"${2:What a request does}\" {\n\t${3:client} -> ${4:service}\n\t$0\n}"),
    ("scenario", "scenario ${1:name} { ${2:load = 10x} }"),
    ("view", "view ${1:name} { ${2:depth = 1} }"),
    ("policy", "policy ${1:name} {\n\tforbid ${2:client -> database}\n}"),
    (
        "decision",
        "decision ${1:name} \"${2:What was decided}\" {\n\tchose   = ${3:this}\n\tover    = [${4:that}]\n\tbecause = \"${5:why}\"\n}",
    ),
    ("defaults", "defaults ${1:service} { $0 }"),
    ("kind", "kind ${1:name}: ${2:service}"),
    ("tech", "tech ${1:name}: ${2:postgres} { $0 }"),
];

/// Comparisons.
const COMPARISONS: [&str; 5] = [">=", "<=", ">", "<", "="];

impl Asked<'_> {
    /// At the start of a statement.
    pub(super) fn statement(&mut self) {
        match self.owner {
            Owner::File | Owner::Group(_) => {
                self.elements_first();
                self.kinds(true);
                for (word, snippet) in STATEMENTS {
                    self.add(
                        CompletionKind::Kind,
                        word,
                        meaning(word).unwrap_or_default(),
                        Some(snippet.to_owned()),
                    );
                }
                if self.owner == Owner::File {
                    let import = Some("import \"$1\"".to_owned());
                    self.add(CompletionKind::Word, "import", meaning("import").unwrap_or_default(), import);
                }
                self.slo();
                if self.owner != Owner::File || self.is_covered() {
                    self.keys();
                }
            }
            Owner::Flow => {
                self.steps();
                self.slo();
                self.keys();
            }
            Owner::Policy => {
                for (word, snippet) in [
                    ("forbid", "forbid ${1:client} -> ${2:database}"),
                    ("require", "require ${1:service.owner}"),
                ] {
                    self.add(
                        CompletionKind::Word,
                        word,
                        meaning(word).unwrap_or_default(),
                        Some(snippet.to_owned()),
                    );
                }
            }
            Owner::Factors => self.elements(|it| it.is_component(), false),
            Owner::Attributes(_) | Owner::Record(_) | Owner::Unknown => self.keys(),
        }
    }

    /// Whether a `system` without a block covers the file, which then may hold attributes.
    fn is_covered(&self) -> bool {
        let mut items = self.trees.first().map_or(&[][..], |tree| tree.items.as_slice()).iter();
        items.any(|stmt| {
            matches!(&stmt.kind, StmtKind::Declaration(it) if it.kind.name == "system" && it.block.is_none())
        })
    }

    fn slo(&mut self) {
        let snippet = Some("slo ${1:availability} >= ${2:99.9%}".to_owned());
        self.add(CompletionKind::Word, "slo", meaning("slo").unwrap_or_default(), snippet);
    }

    /// The kinds: of components, of groups where they may stand, and those of one's own.
    pub(super) fn kinds(&mut self, opens: bool) {
        for kind in Kind::all() {
            let snippet = opens.then(|| format!("{} ${{1:name}}", kind.as_str()));
            self.add(CompletionKind::Kind, kind.as_str(), kind.meaning(), snippet);
        }
        if opens {
            for kind in GroupKind::all() {
                let snippet = match kind {
                    GroupKind::System => "system ${1:name} \"${2:What it is}\"".to_owned(),
                    GroupKind::Zone => "zone ${1:a}".to_owned(),
                    _ => format!("{} ${{1:name}} {{\n\t$0\n}}", kind.as_str()),
                };
                self.add(CompletionKind::Kind, kind.as_str(), kind.meaning(), Some(snippet));
            }
        }
        self.own_kinds(opens);
    }

    pub(super) fn own_kinds(&mut self, opens: bool) {
        let own = customs::all(self.trees, Word::Kind);
        let mut own: Vec<(String, String)> = own
            .iter()
            .map(|(_, it)| {
                let base = it.tech.as_ref().map_or_else(String::new, |tech| tech.name.to_string());
                (it.name.name.to_string(), base)
            })
            .collect();
        own.sort();
        own.dedup();
        for (name, base) in own {
            let snippet = opens.then(|| format!("{name} ${{1:name}}"));
            self.add(CompletionKind::Kind, &name, base, snippet);
        }
    }

    pub(super) fn annotations(&mut self) {
        let allow = Some("allow(${1:RULE}, reason = \"${2:why}\")".to_owned());
        self.add(CompletionKind::Word, "allow", meaning("allow").unwrap_or_default(), allow);
        let tags = Some("tags(${1:tag})".to_owned());
        self.add(CompletionKind::Word, "tags", meaning("tags").unwrap_or_default(), tags);
    }

    /// Inside `@allow(…)`: rules that found something in this file first.
    pub(super) fn allow(&mut self, written: &[Token<'_>]) {
        let is_at_start = matches!(written.last(), None | Some(Token::Sign(",")));
        match written {
            [.., Token::Word("until"), Token::Sign("=")] => {
                self.add(CompletionKind::Value, "2027-12-31", "the last day on which it holds", None);
            }
            _ if is_at_start => {
                let given = |key: &str| written.contains(&Token::Word(key));
                if written.len() > 1 {
                    for (key, snippet) in
                        [("reason", "reason = \"${1:why}\""), ("until", "until = ${1:2027-12-31}")]
                    {
                        if !given(key) {
                            self.add(
                                CompletionKind::Attribute,
                                key,
                                meaning(key).unwrap_or_default(),
                                Some(snippet.to_owned()),
                            );
                        }
                    }
                }
                self.rules();
            }
            _ => {}
        }
    }

    /// The rules, those that found something in this file first; by name where one is typed in small letters.
    pub(super) fn rules(&mut self) {
        let mut here: Vec<&str> =
            self.snapshot.told(self.path).iter().map(|told| told.diagnostic.code).collect();
        // what is said of annotations is mended, not allowed
        here.retain(|code| rules::find(code).is_some_and(|rule| !rule.is_house()));
        here.sort_unstable();
        here.dedup();
        let mut all: Vec<&rules::Rule> = rules::all().collect();
        all.sort_by_key(|rule| (here.binary_search(&rule.code).is_err(), rule.code));
        let by_name = self.line.typed.starts_with(|c: char| c.is_lowercase());
        for rule in all {
            let (label, detail) = if by_name { (rule.name, rule.code) } else { (rule.code, rule.name) };
            self.add(CompletionKind::Rule, label, detail, None);
        }
    }

    pub(super) fn objective(&mut self, written: &[Token<'_>]) {
        match written {
            [] => {
                for (name, metric) in Metric::NAMES {
                    self.add(CompletionKind::Word, name, metric_meaning(*metric), None);
                }
            }
            [Token::Word(_)] => self.comparisons(),
            [Token::Word(metric), Token::Sign(_)] => self.target(metric),
            _ => {}
        }
    }

    pub(super) fn comparisons(&mut self) {
        for sign in COMPARISONS {
            self.add(CompletionKind::Operator, sign, "", None);
        }
    }

    /// Behind `forbid` and `require`.
    pub(super) fn policy(&mut self, all: &[Token<'_>], rest: &[Token<'_>]) {
        let requires = all.first() == Some(&Token::Word("require"));
        match rest {
            [] if requires => self.required(),
            [] | [.., Token::Sign("->" | "~>" | "=>" | "->>")] | [.., Token::Word("except")] => {
                self.selectors()
            }
            [.., Token::Sign(":")] => self.behind_colon(rest),
            [.., Token::Sign("#")] => self.tags(),
            [_] if requires => self.comparisons(),
            [Token::Word(path), Token::Sign(_)] if requires => {
                let key = path.rsplit_once('.').map_or(*path, |(_, key)| key);
                self.value_of(key);
            }
            _ if !requires => {
                let has_operator =
                    rest.iter().any(|token| matches!(token, Token::Sign("->" | "~>" | "=>" | "->>")));
                if has_operator {
                    self.add(CompletionKind::Word, "except", meaning("except").unwrap_or_default(), None);
                } else {
                    self.operators_but_links();
                    self.add(CompletionKind::Operator, "->>", "any path of calls", None);
                }
            }
            _ => {}
        }
    }

    /// The designs of the workspace, relative to this file.
    pub(super) fn imports(&mut self, written: &str, start: usize) {
        let mut paths: Vec<String> = self
            .snapshot
            .analysis()
            .paths()
            .filter(|path| path.ends_with(".arch") && ***path != *self.path)
            .filter_map(|path| relative(self.path, path))
            .collect();
        paths.sort_by_key(|path| (path.matches('/').count(), path.clone()));
        let imported: Vec<&str> = self
            .trees
            .first()
            .map_or(&[][..], |tree| tree.items.as_slice())
            .iter()
            .filter_map(|stmt| match &stmt.kind {
                StmtKind::Import(import) if import.path.value != written => Some(import.path.value.as_str()),
                _ => None,
            })
            .collect();
        for path in paths.iter().filter(|path| !imported.contains(&path.as_str())) {
            self.add_at(start, CompletionKind::File, path, "", path.clone(), None);
        }
    }
}

/// A path as seen from a file; `None` where it lies above its folder, which an import may name too but nobody guesses.
fn relative(from: &str, to: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() {
        return Some(to.trim_start_matches('/').to_owned());
    }
    let mut up = String::new();
    let mut folder = folder;
    loop {
        if let Some(rest) = to.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
            return Some(format!("{up}{rest}"));
        }
        let (above, _) = folder.rsplit_once('/')?;
        folder = above;
        up.push_str("../");
    }
}
