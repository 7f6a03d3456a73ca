//! What the first word of a declaration means: a built-in kind, a `kind` of one's own, a statement. And the `kind` and `tech`
//! statements themselves.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Resolver;
use super::attributes::On;
use super::mistakes::{BAD_BASE, UNKNOWN_KIND, UNKNOWN_TECH};
use super::values::with_nearest;
use crate::model::attributes::Target;
use crate::model::catalogue::{Technology, catalogue};
use crate::model::{Attributes, GroupKind, Kind, Origin};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Declaration, Ident, Stmt, StmtKind, Tech};

/// What a declaration declares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Base {
    /// A component.
    Component(Kind),
    /// A group.
    Group(GroupKind),
    /// One of the statements about the system.
    Statement(&'static str),
    /// Nothing known; that was told.
    Unknown,
}

/// The statements about the system.
const STATEMENTS: [&str; 9] =
    ["data", "flow", "scenario", "view", "policy", "decision", "defaults", "kind", "tech"];

/// What people write for a kind, and its name here.
const SYNONYMS: &[(&str, &str)] = &[
    ("db", "database"),
    ("store", "database"),
    ("lb", "load_balancer"),
    ("balancer", "load_balancer"),
    ("server", "service"),
    ("backend", "service"),
    ("microservice", "service"),
    ("api", "service"),
    ("app", "client"),
    ("browser", "client"),
    ("frontend", "client"),
    ("user", "person"),
    ("actor", "person"),
    ("lambda", "function"),
    ("bucket", "object_store"),
    ("blob", "object_store"),
    ("search", "search_index"),
    ("cron", "job"),
    ("batch", "job"),
    ("consumer", "worker"),
    ("bus", "topic"),
    ("log", "stream"),
    ("ingress", "gateway"),
    ("vault", "secret_store"),
    ("datacenter", "region"),
    ("vpc", "network"),
    ("subnet", "network"),
    ("domain", "context"),
    ("entity", "data"),
    ("adr", "decision"),
    ("rule", "policy"),
];

/// A `kind` of one's own.
pub(crate) struct CustomKind<'a> {
    name: SmolStr,
    pub(crate) base: Base,
    file: usize,
    declaration: &'a Declaration,
    pub(crate) attrs: Attributes,
}

/// A `tech` of one's own.
pub(crate) struct CustomTech<'a> {
    pub(crate) name: SmolStr,
    file: usize,
    declaration: &'a Declaration,
    pub(crate) attrs: Attributes,
}

/// All `kind` and `tech` statements.
#[derive(Default)]
pub(crate) struct Customs<'a> {
    pub(crate) kinds: Vec<CustomKind<'a>>,
    pub(crate) techs: Vec<CustomTech<'a>>,
    kinds_by_name: FxHashMap<SmolStr, Vec<usize>>,
    techs_by_name: FxHashMap<SmolStr, Vec<usize>>,
    by_place: FxHashMap<Span, usize>,
}

impl Customs<'_> {
    /// The `kind` whose name stands there.
    pub(crate) fn kind_at(&self, span: Span) -> Option<usize> {
        self.by_place.get(&span).copied()
    }

    /// The `tech` whose name stands there.
    pub(crate) fn tech_at(&self, span: Span) -> Option<usize> {
        self.by_place.get(&span).copied()
    }
}

impl<'a> Resolver<'a> {
    /// Collects the `kind` and `tech` statements of a file, before anything is declared.
    pub(crate) fn collect_customs(&mut self, items: impl Iterator<Item = &'a Stmt>, file: usize) {
        for stmt in items {
            let StmtKind::Declaration(declaration) = &stmt.kind else { continue };
            match declaration.kind.name.as_str() {
                "kind" => self.collect_kind(declaration, file),
                "tech" => {
                    let number = self.customs.techs.len();
                    let name = declaration.name.name.clone();
                    self.customs.by_place.insert(declaration.name.span, number);
                    self.customs.techs_by_name.entry(name.clone()).or_default().push(number);
                    let attrs = Attributes::default();
                    self.customs.techs.push(CustomTech { name, file, declaration, attrs });
                }
                _ => {
                    if let Some(block) = &declaration.block {
                        self.collect_customs(block.items.iter(), file);
                    }
                }
            }
        }
    }

    fn collect_kind(&mut self, declaration: &'a Declaration, file: usize) {
        let name = declaration.name.name.clone();
        if declaration.name.is_missing() {
            return;
        }
        if builtin(&name).is_some()
            || ["import", "slo", "forbid", "require", "except"].contains(&name.as_str())
        {
            let message = format!("`{name}` has a meaning of its own and cannot be the name of a `kind`");
            self.report(BAD_BASE.at(declaration.name.span, message).with_help("choose another name"));
            return;
        }
        let base = match &declaration.tech {
            Some(tech) => self.kind_base(&name, tech),
            None => {
                let message = format!("`kind {name}` does not say which kind it is made from");
                let help = format!("write `kind {name}: service`, with any built-in kind");
                self.report(BAD_BASE.at(declaration.name.span, message).with_help(help));
                Base::Unknown
            }
        };
        let number = self.customs.kinds.len();
        self.customs.by_place.insert(declaration.name.span, number);
        self.customs.kinds_by_name.entry(name.clone()).or_default().push(number);
        self.customs.kinds.push(CustomKind { name, base, file, declaration, attrs: Attributes::default() });
    }

    fn kind_base(&mut self, name: &str, tech: &Tech) -> Base {
        match builtin(&tech.name) {
            Some(base @ (Base::Component(_) | Base::Group(_))) => base,
            _ if tech.name.is_empty() => Base::Unknown,
            _ => {
                let message =
                    format!("`{}` is no built-in kind, so `{name}` cannot be made from it", tech.name);
                if self.customs.kinds_by_name.contains_key(&tech.name) {
                    let help = "make it from the built-in kind behind that one";
                    self.report(BAD_BASE.at(tech.span, message).with_help(help));
                    return Base::Unknown;
                }
                let kinds = Kind::all().map(Kind::as_str).chain(GroupKind::all().map(GroupKind::as_str));
                let near = self.nearest_kind(&tech.name, kinds);
                self.report(with_nearest(BAD_BASE.at(tech.span, message), tech.span, near.as_deref()));
                near.and_then(|near| builtin(&near)).unwrap_or(Base::Unknown)
            }
        }
    }

    /// What a declaration declares, and by which `kind` of one's own.
    pub(crate) fn base_of(&mut self, declaration: &Declaration) -> (Base, Option<usize>) {
        let name = &declaration.kind.name;
        if let Some(base) = builtin(name) {
            return (base, None);
        }
        if let Some(number) = self.custom_kind(name, declaration.kind.span.file)
            && let Some(kind) = self.customs.kinds.get(number)
        {
            return (kind.base, Some(number));
        }
        (self.unknown_kind(&declaration.kind, declaration), None)
    }

    /// The `kind` of that name that a file sees: its own before those of its imports.
    pub(crate) fn custom_kind(&self, name: &str, file: FileId) -> Option<usize> {
        let numbers = self.customs.kinds_by_name.get(name)?;
        self.seen(numbers, file, |number| self.customs.kinds.get(number).map(|kind| kind.file))
    }

    /// The `tech` of that name that a file sees.
    pub(crate) fn custom_tech(&self, name: &str, file: FileId) -> Option<usize> {
        let numbers = self.customs.techs_by_name.get(name)?;
        self.seen(numbers, file, |number| self.customs.techs.get(number).map(|tech| tech.file))
    }

    fn seen(&self, numbers: &[usize], file: FileId, home: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        let here = self.file_number(file)?;
        let own = numbers.iter().copied().find(|number| home(*number) == Some(here));
        let visible = |number: &usize| home(*number).is_some_and(|file| self.file_sees(here, file));
        own.or_else(|| numbers.iter().copied().find(visible))
    }

    fn unknown_kind(&mut self, kind: &Ident, declaration: &Declaration) -> Base {
        let name = kind.name.as_str();
        if kind.is_missing() {
            return Base::Unknown;
        }
        let told = UNKNOWN_KIND.at(kind.span, format!("there is no kind `{name}`"));
        if let Some(tech) = catalogue().find(name) {
            let of = tech.kinds.first().map_or("service", String::as_str);
            let thing = if declaration.name.is_missing() { "NAME" } else { declaration.name.name.as_str() };
            let help = format!("`{name}` is a technology: write `{of} {thing}: {name}`");
            self.report(told.with_help(help));
            return builtin(of).unwrap_or(Base::Unknown);
        }
        let own = self.customs.kinds.iter().map(|kind| kind.name.as_str());
        let near = self.nearest_kind(name, all_words().map(|word| -> &str { word }).chain(own));
        let told = match &near {
            Some(_) => with_nearest(told, kind.span, near.as_deref()),
            None => told.with_help("a `kind` statement makes one: `kind NAME: service`"),
        };
        self.report(told);
        let Some(near) = near else { return Base::Unknown };
        let custom =
            || self.custom_kind(&near, kind.span.file).and_then(|number| self.customs.kinds.get(number));
        builtin(&near).or_else(|| custom().map(|kind| kind.base)).unwrap_or(Base::Unknown)
    }

    fn nearest_kind<'w>(&self, name: &str, words: impl Iterator<Item = &'w str>) -> Option<String> {
        let lower = name.to_lowercase();
        let synonym = SYNONYMS.iter().find(|(word, _)| *word == lower).map(|(_, kind)| (*kind).to_owned());
        synonym.or_else(|| self.suggestions.nearest(name, words).map(str::to_owned))
    }

    /// Reads the attributes of the `kind` and `tech` statements.
    pub(crate) fn read_customs(&mut self) {
        for number in 0..self.customs.kinds.len() {
            let Some((base, file, declaration)) =
                self.customs.kinds.get(number).map(|kind| (kind.base, kind.file, kind.declaration))
            else {
                continue;
            };
            let on = match base {
                Base::Component(kind) => On::Kind(Target::Component(kind)),
                Base::Group(_) => On::GroupKind,
                _ => continue,
            };
            let origin = Origin::Custom(declaration.name.name.clone());
            let Some(scope) = self.file_scope(file) else { continue };
            let attrs = self.block_attributes(declaration.block.as_ref(), on, scope, origin);
            if let Some(kind) = self.customs.kinds.get_mut(number) {
                kind.attrs = attrs;
            }
        }
        for number in 0..self.customs.techs.len() {
            let Some((file, declaration)) =
                self.customs.techs.get(number).map(|tech| (tech.file, tech.declaration))
            else {
                continue;
            };
            let Some(scope) = self.file_scope(file) else { continue };
            let origin = Origin::Custom(declaration.name.name.clone());
            let attrs = self.block_attributes(declaration.block.as_ref(), On::Tech, scope, origin);
            if let Some(base) = &declaration.tech {
                self.technology(base, Some(number));
            }
            if let Some(tech) = self.customs.techs.get_mut(number) {
                tech.attrs = attrs;
            }
        }
    }

    /// The entry of the catalogue and the `tech` statements behind a technology, from the nearest on. A note asks where the
    /// name is a letter or two from a known one.
    pub(crate) fn technology(
        &mut self,
        tech: &Tech,
        within: Option<usize>,
    ) -> (Option<&'static Technology>, Vec<usize>) {
        let mut customs: Vec<usize> = Vec::new();
        let mut name = tech.name.clone();
        while let Some(number) = self.custom_tech(&name, tech.span.file) {
            // `tech postgres: postgres` refines the catalogue's entry; a circle ends where it closes
            if customs.contains(&number) || within == Some(number) {
                break;
            }
            customs.push(number);
            let base = self.customs.techs.get(number).and_then(|custom| custom.declaration.tech.as_ref());
            let Some(base) = base else { return (None, customs) };
            name = base.name.clone();
        }
        let entry = catalogue().find(&name);
        if entry.is_none() && customs.is_empty() {
            self.ask_technology(tech);
        }
        (entry, customs)
    }

    fn ask_technology(&mut self, tech: &Tech) {
        if tech.name.chars().count() < 4 || !self.asked_techs.insert(tech.name.clone()) {
            return;
        }
        let own = self.customs.techs.iter().map(|tech| tech.name.as_str());
        let known = catalogue().names().map(|name| -> &str { name }).chain(own);
        let Some(near) = self.suggestions.nearest_within(&tech.name, known, 2) else { return };
        let message = format!("`{}` is not in the catalogue, so nothing is assumed of it", tech.name);
        let near = near.to_owned();
        let text = if tech.quoted { format!("\"{near}\"") } else { near.clone() };
        let told = UNKNOWN_TECH.note_at(tech.span, message).with_help(format!("did you mean `{near}`?"));
        let told = told.with_fix(
            format!("write `{near}`"),
            crate::diagnostic::Applicability::Unsafe,
            tech.span,
            text,
        );
        self.report(told);
    }
}

/// What a word means by itself.
fn builtin(name: &str) -> Option<Base> {
    static BASES: OnceLock<FxHashMap<&'static str, Base>> = OnceLock::new();
    let bases = BASES.get_or_init(|| {
        let kinds = Kind::all().map(|kind| (kind.as_str(), Base::Component(kind)));
        let groups = GroupKind::all().map(|kind| (kind.as_str(), Base::Group(kind)));
        let statements = STATEMENTS.iter().map(|word| (*word, Base::Statement(word)));
        kinds.chain(groups).chain(statements).collect()
    });
    bases.get(name).copied()
}

fn all_words() -> impl Iterator<Item = &'static str> {
    Kind::all().map(Kind::as_str).chain(GroupKind::all().map(GroupKind::as_str)).chain(STATEMENTS)
}
