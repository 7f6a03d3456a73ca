//! From a path in the text to an element of the model, with the mistake told where there is none. Records what refers to what.

use super::Resolver;
use super::mistakes::{AMBIGUOUS_NAME, UNKNOWN_NAME, WRONG_ELEMENT};
use super::names::{EntryId, Lookup, Named, Namespace, Scope};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::attributes::RefKind;
use crate::model::{ElementRef, GroupKind, Kind, Reference};
use crate::syntax::ast;

/// Of a look-up: an element, a failure to be told, or one that was told already.
pub(crate) enum Referred {
    /// The element.
    To(Reference),
    /// A declaration that was reported, or a path of which a part is missing: nothing more is to be said.
    Lost,
    /// The mistake, ready to be told.
    Mistaken(Box<Diagnostic>),
}

impl Resolver<'_> {
    /// The element that a path means from a scope, recorded as a reference; `None` once the mistake is told.
    pub(crate) fn refer(&mut self, scope: Scope, path: &ast::Path, kind: RefKind) -> Option<Reference> {
        match self.try_refer(scope, path, kind) {
            Referred::To(reference) => Some(reference),
            Referred::Lost => None,
            Referred::Mistaken(mistake) => {
                self.report(*mistake);
                None
            }
        }
    }

    /// As [`Resolver::refer`], but leaves the mistake to the caller.
    pub(crate) fn try_refer(&mut self, scope: Scope, path: &ast::Path, kind: RefKind) -> Referred {
        self.try_refer_as(scope, path, kind, describe(kind))
    }

    /// As [`Resolver::try_refer`], with the word for what is wanted.
    pub(crate) fn try_refer_as(
        &mut self,
        scope: Scope,
        path: &ast::Path,
        kind: RefKind,
        wanted: &'static str,
    ) -> Referred {
        if path.parts.iter().any(ast::Ident::is_missing) {
            return Referred::Lost;
        }
        let namespace = namespace_of(kind);
        let found = match self.names.find(scope, namespace, path) {
            Lookup::Found(found) => found,
            Lookup::Lost => return Referred::Lost,
            Lookup::Ambiguous { part, places } => {
                return Referred::Mistaken(Box::new(self.ambiguous(path, part, &places)));
            }
            Lookup::Unknown { part, inside } => {
                return Referred::Mistaken(Box::new(self.unknown(scope, path, (part, inside), kind, wanted)));
            }
        };
        let last = found.last().and_then(|id| self.names.entry(*id)).map(|entry| entry.named);
        let Some(Named::Element(target)) = last else { return Referred::Lost };
        if let Some(mistake) = self.misfit(path, target, kind) {
            return Referred::Mistaken(Box::new(mistake));
        }
        for (id, part) in found.iter().zip(&path.parts) {
            if let Some(Named::Element(element)) = self.names.entry(*id).map(|entry| entry.named) {
                self.model.references.push((part.span, element));
            }
        }
        Referred::To(Reference { target, span: path.span })
    }

    fn ambiguous(&self, path: &ast::Path, part: usize, places: &[EntryId]) -> Diagnostic {
        let name = path.parts.get(part).map_or("", |ident| &ident.name);
        let entries: Vec<_> = places.iter().filter_map(|id| self.names.entry(*id)).collect();
        let list: Vec<String> = entries.iter().map(|entry| format!("`{}`", entry.path)).collect();
        let span = path.parts.get(part).map_or(path.span, |ident| ident.span);
        let message = format!("`{name}` could be any of {}", list.join(", "));
        let mut told =
            AMBIGUOUS_NAME.at(span, message).with_help("write the full path of the one that is meant");
        for entry in entries {
            told = told.with_related(entry.span, format!("`{}` is declared here", entry.path));
        }
        told
    }

    fn unknown(
        &self,
        scope: Scope,
        path: &ast::Path,
        (part, inside): (usize, Option<EntryId>),
        kind: RefKind,
        wanted: &'static str,
    ) -> Diagnostic {
        let Some(ident) = path.parts.get(part) else {
            return UNKNOWN_NAME.at(path.span, "a name is missing");
        };
        let name = ident.name.as_str();
        let message = match inside.and_then(|id| self.names.entry(id)) {
            Some(entry) => format!("nothing in `{}` is called `{name}`", entry.path),
            None => format!("no {} is called `{name}`", bare(wanted)),
        };
        let told = UNKNOWN_NAME.at(ident.span, message);
        if let Some(id) = self.names.anywhere(namespace_of(kind), name).first()
            && let Some(entry) = self.names.entry(*id)
        {
            return self.out_of_sight(told, scope, path, entry);
        }
        if let Some((what, entry)) = self.elsewhere(kind, name) {
            return told
                .with_help(format!("`{name}` is {what}; here {wanted} is wanted"))
                .with_related(entry.span, "declared here");
        }
        let space = if part + 1 == path.parts.len() { namespace_of(kind) } else { Namespace::Element };
        let Some(near) = self.nearest_name(space, name) else {
            let word = match kind {
                RefKind::Data => "data",
                RefKind::Flow => "flow",
                RefKind::Zone => "zone",
                RefKind::Region => "region",
                RefKind::Group => "group",
                RefKind::Cache => "cache",
                RefKind::Component | RefKind::Element | RefKind::Compensated => "service",
            };
            return told
                .with_help(format!("declare it, as in `{word} {name}`, or name one that is declared"));
        };
        self.did_you_mean(told, scope, path, part, space, near)
    }

    /// The name exists, but not where this scope can see it.
    fn out_of_sight(
        &self,
        told: Diagnostic,
        scope: Scope,
        path: &ast::Path,
        entry: &super::names::Entry,
    ) -> Diagnostic {
        let told = told.with_related(entry.span, format!("`{}` is declared here", entry.path));
        let file = self.names.file_of(scope);
        if self.names.file_of(entry.scope) != file
            && !self.names.visible(file).contains(&self.names.file_of(entry.scope))
        {
            return told.with_help(
                "that file is not imported here: names come from the file itself and its imports",
            );
        }
        let title = format!("write `{}`", entry.path);
        told.with_help(format!("did you mean `{}`?", entry.path)).with_fix(
            title,
            Applicability::Unsafe,
            path.span,
            entry.path.as_str(),
        )
    }

    fn did_you_mean(
        &self,
        told: Diagnostic,
        scope: Scope,
        path: &ast::Path,
        part: usize,
        space: Namespace,
        near: &str,
    ) -> Diagnostic {
        let mut mended = path.clone();
        if let Some(ident) = mended.parts.get_mut(part) {
            ident.name = near.into();
        }
        let (text, is_sure) = match self.names.find(scope, space, &mended) {
            Lookup::Found(_) => (mended.text(), self.is_slip(path, part, space, near)),
            _ => {
                let first = self.names.anywhere(space, near).first().and_then(|id| self.names.entry(*id));
                (first.map_or_else(|| near.to_owned(), |entry| entry.path.to_string()), false)
            }
        };
        let applicability = if is_sure { Applicability::Safe } else { Applicability::Unsafe };
        told.with_help(format!("did you mean `{text}`?")).with_fix(
            format!("write `{text}`"),
            applicability,
            path.span,
            text,
        )
    }

    /// Whether a part of a path surely is a slip of that name.
    fn is_slip(&self, path: &ast::Path, part: usize, space: Namespace, near: &str) -> bool {
        let entries = self.names.entries().filter(|entry| entry.namespace == space);
        let names = entries.map(|entry| entry.name.as_str());
        path.parts.get(part).is_some_and(|written| self.suggestions.is_slip(&written.name, near, names))
    }

    fn nearest_name(&self, namespace: Namespace, name: &str) -> Option<&str> {
        let entries = self.names.entries().filter(|entry| entry.namespace == namespace);
        self.suggestions.nearest(name, entries.map(|entry| entry.name.as_str()))
    }

    /// Something of another namespace with that name.
    fn elsewhere(&self, kind: RefKind, name: &str) -> Option<(String, &super::names::Entry)> {
        let spaces = [Namespace::Element, Namespace::Data, Namespace::Flow, Namespace::Statement];
        let others = spaces.into_iter().filter(|space| *space != namespace_of(kind));
        let first = others.filter_map(|space| self.names.anywhere(space, name).first()).next()?;
        let entry = self.names.entry(*first)?;
        let what = match entry.named {
            Named::Element(element) => self.describe_element(element),
            Named::Statement(word) => format!("a `{word}`"),
            Named::Kind(_) => "a `kind`".to_owned(),
            Named::Tech(_) => "a `tech`".to_owned(),
            Named::Lost => return None,
        };
        Some((what, entry))
    }

    /// What an element is, with its article.
    pub(crate) fn describe_element(&self, element: ElementRef) -> String {
        match element {
            ElementRef::Component(id) => format!("a `{}`", self.model.components[id].kind_name),
            ElementRef::Group(id) => format!("a `{}`", self.model.groups[id].kind.as_str()),
            ElementRef::Data(_) => "data".to_owned(),
            ElementRef::Flow(_) => "a `flow`".to_owned(),
            ElementRef::Scenario(_) => "a `scenario`".to_owned(),
        }
    }

    fn misfit(&self, path: &ast::Path, target: ElementRef, kind: RefKind) -> Option<Diagnostic> {
        let fits = match (kind, target) {
            (RefKind::Component | RefKind::Compensated, ElementRef::Component(_)) => true,
            (RefKind::Group, ElementRef::Group(_)) => true,
            (RefKind::Element, ElementRef::Component(_) | ElementRef::Group(_)) => true,
            (RefKind::Zone, ElementRef::Group(id)) => self.model.groups[id].kind == GroupKind::Zone,
            (RefKind::Region, ElementRef::Group(id)) => self.model.groups[id].kind == GroupKind::Region,
            (RefKind::Cache, ElementRef::Component(id)) => {
                matches!(self.model.components[id].kind, Kind::Cache | Kind::Cdn)
            }
            (RefKind::Data, ElementRef::Data(_)) | (RefKind::Flow, ElementRef::Flow(_)) => true,
            _ => false,
        };
        if fits {
            return None;
        }
        let (is, wanted) = (self.describe_element(target), describe(kind));
        let message = format!("`{}` is {is}; here {wanted} is wanted", path.text());
        Some(WRONG_ELEMENT.at(path.span, message))
    }
}

fn namespace_of(kind: RefKind) -> Namespace {
    match kind {
        RefKind::Data => Namespace::Data,
        RefKind::Flow => Namespace::Flow,
        _ => Namespace::Element,
    }
}

/// What may be referred to, with its article.
pub(super) fn describe(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Component | RefKind::Compensated => "a component",
        RefKind::Group => "a group",
        RefKind::Element => "a component or group",
        RefKind::Zone => "a zone",
        RefKind::Region => "a region",
        RefKind::Cache => "a cache",
        RefKind::Data => "a data entity",
        RefKind::Flow => "a flow",
    }
}

/// Without its article.
fn bare(wanted: &str) -> &str {
    wanted.strip_prefix("a ").unwrap_or(wanted)
}
