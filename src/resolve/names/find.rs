//! What a path means from where it stands: the search through scopes, from the inside out. Declares nothing.

use super::{EntryId, Lookup, Named, Names, Namespace, Scope};
use crate::syntax::ast;

/// How many places an ambiguity lists.
const LISTED: usize = 8;
/// How many places of an ambiguous first part are tried for the rest of a path.
const TRIED: usize = 16;

impl Names {
    /// What a path means from a scope: from the inside out, at each level first what the level declares, then what is nested
    /// below where only one place declares it.
    pub(crate) fn find(&self, scope: Scope, namespace: Namespace, path: &ast::Path) -> Lookup {
        let mut failure = None;
        let mut level = Some(scope);
        while let Some(scope) = level {
            match self.find_at(Level::Scope(scope), namespace, path) {
                found @ Lookup::Found(_) => return found,
                other => keep_best(&mut failure, other),
            }
            if failure.as_ref().is_some_and(ends_search) {
                break;
            }
            level = self.parent(scope);
        }
        if !failure.as_ref().is_some_and(ends_search) {
            match self.find_at(Level::Imports(self.file_of(scope)), namespace, path) {
                found @ Lookup::Found(_) => return found,
                other => keep_best(&mut failure, other),
            }
        }
        failure.unwrap_or(Lookup::Unknown { part: 0, inside: None })
    }

    fn find_at(&self, level: Level, namespace: Namespace, path: &ast::Path) -> Lookup {
        let unknown = Lookup::Unknown { part: 0, inside: None };
        let Some((first, rest)) = path.parts.split_first() else { return unknown };
        // every part but the last names a group
        let space = if rest.is_empty() { namespace } else { Namespace::Element };
        let Some(name) = self.number(space, &first.name) else { return unknown };
        if let Some(head) = self.declared_by(level, name) {
            return self.descend(head, namespace, rest);
        }
        let heads = self.below(level, name);
        let mut found = Vec::new();
        let mut failure = None;
        for head in heads.iter().take(TRIED) {
            match self.descend(*head, namespace, rest) {
                Lookup::Found(parts) => found.push(parts),
                other => keep_best(&mut failure, other),
            }
        }
        if heads.len() > 1 && (found.len() != 1 || heads.len() > TRIED) {
            if found.is_empty() && heads.len() <= TRIED {
                return failure.unwrap_or(unknown);
            }
            return Lookup::Ambiguous { part: 0, places: heads.into_iter().take(LISTED).collect() };
        }
        found.pop().map(Lookup::Found).or(failure).unwrap_or(unknown)
    }

    /// Follows the parts of a path behind its first, which means `head`.
    fn descend(&self, head: EntryId, namespace: Namespace, rest: &[ast::Ident]) -> Lookup {
        let mut found = Vec::with_capacity(1 + rest.len());
        found.push(head);
        let mut at = head;
        for (i, part) in rest.iter().enumerate() {
            let unknown = Lookup::Unknown { part: i + 1, inside: Some(at) };
            let Some(entry) = self.entry(at) else { return unknown };
            if entry.named == Named::Lost {
                break;
            }
            let Some(inner) = entry.inner else { return unknown };
            let space = if i + 1 == rest.len() { namespace } else { Namespace::Element };
            let name = self.number(space, &part.name);
            if let Some(id) = name.and_then(|name| self.declared_by(Level::Scope(inner), name)) {
                at = id;
                found.push(at);
                continue;
            }
            let below = name.map_or(Vec::new(), |name| self.below(Level::Scope(inner), name));
            match below.as_slice() {
                [] if entry.has_twin => return Lookup::Lost,
                [] => return unknown,
                [only] => at = *only,
                several => {
                    let places = several.iter().copied().take(LISTED).collect();
                    return Lookup::Ambiguous { part: i + 1, places };
                }
            }
            found.push(at);
        }
        Lookup::Found(found)
    }

    /// The entry of a name that a level itself declares.
    fn declared_by(&self, level: Level, name: u32) -> Option<EntryId> {
        let key = match level {
            Level::Scope(scope) => self.key_scope(scope),
            Level::Imports(_) => None,
        };
        let id = self.direct.get(&(key, name)).copied()?;
        self.entry(id).is_some_and(|entry| self.sees(level, entry.scope)).then_some(id)
    }

    /// The entries of a name nested below a level, up to a few.
    fn below(&self, level: Level, name: u32) -> Vec<EntryId> {
        let places = self.places_of(name);
        if let Level::Imports(file) = level
            && places.len() < self.visible(file).len()
        {
            let declared = |id: &&EntryId| self.entry(**id).map(|entry| self.file_of(entry.scope));
            let seen = |id: &&EntryId| {
                declared(id).is_some_and(|scope| self.visible(file).binary_search(&scope).is_ok())
            };
            return places.iter().filter(seen).copied().take(TRIED + 1).collect();
        }
        let mut found = Vec::new();
        let scopes = match &level {
            Level::Scope(scope) => std::slice::from_ref(scope),
            Level::Imports(file) => self.visible(*file),
        };
        for scope in scopes {
            let Some(data) = self.scopes.get(scope.0 as usize) else { continue };
            let from = places.partition_point(|id| id.0 < data.start);
            let inside = places.get(from..).unwrap_or(&[]).iter().take_while(|id| id.0 < data.end);
            found.extend(inside.copied().take(TRIED + 1));
            if found.len() > TRIED {
                break;
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether what `declared` declares belongs to the level itself.
    fn sees(&self, level: Level, declared: Scope) -> bool {
        match level {
            Level::Scope(scope) => declared == scope,
            Level::Imports(file) => self.visible(file).binary_search(&declared).is_ok(),
        }
    }

    /// The top levels of all files are one scope as far as duplicates go: full paths are unique.
    pub(super) fn key_scope(&self, scope: Scope) -> Option<Scope> {
        self.parent(scope).map(|_| scope)
    }
}

#[derive(Clone, Copy)]
enum Level {
    Scope(Scope),
    Imports(Scope),
}

/// Whether looking farther out would hide what was found.
fn ends_search(failure: &Lookup) -> bool {
    matches!(failure, Lookup::Ambiguous { .. } | Lookup::Lost)
}

/// Of several failures the one that got farthest, an ambiguity before an unknown name.
fn keep_best(best: &mut Option<Lookup>, other: Lookup) {
    let rank = |lookup: &Lookup| match lookup {
        Lookup::Found(_) => (3, 0),
        Lookup::Lost => (2, 0),
        Lookup::Ambiguous { part, .. } => (1, *part),
        Lookup::Unknown { part, .. } => (0, *part),
    };
    if best.as_ref().is_none_or(|known| rank(&other) > rank(known)) {
        *best = Some(other);
    }
}
