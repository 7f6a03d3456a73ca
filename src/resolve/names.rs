//! Declared names and their scopes: which element a path means from where it stands.
//!
//! Names are declared in one walk, so what a scope holds is one run of entries and "nested below" is a range. Knows nothing of
//! attributes, and reports nothing itself: a look-up that fails says how.

mod find;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::few::Few;
use crate::model::ElementRef;
use crate::source::Span;

/// The four namespaces: equal names in different ones do not meet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Namespace {
    /// Components and groups.
    Element,
    /// Data entities.
    Data,
    /// Flows.
    Flow,
    /// All other statements.
    Statement,
}

/// The number of a scope: a file, or a group's block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Scope(u32);

/// The number of an entry, in the order of declaration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct EntryId(u32);

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Named {
    /// An element of the model.
    Element(ElementRef),
    /// A statement that nothing refers to by an [`ElementRef`], with its keyword.
    Statement(&'static str),
    /// A `kind` of one's own, by its number.
    Kind(usize),
    /// A `tech` of one's own, by its number.
    Tech(usize),
    /// A declaration that was reported: whoever names it is not reported again.
    Lost,
}

/// A declared name.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// What it stands for.
    pub(crate) named: Named,
    /// Its namespace.
    pub(crate) namespace: Namespace,
    /// The scope that declares it.
    pub(crate) scope: Scope,
    /// The scope that it opens, for a group.
    pub(crate) inner: Option<Scope>,
    /// The name.
    pub(crate) name: SmolStr,
    /// The full path.
    pub(crate) path: SmolStr,
    /// Where it is declared.
    pub(crate) span: Span,
    /// Whether another declaration took the same name: what is not found inside may be in that one.
    pub(crate) has_twin: bool,
}

/// What a look-up gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Lookup {
    /// The entries of the parts of the path, the last of which is meant.
    Found(Vec<EntryId>),
    /// Several places declare the name; the part of the path that is ambiguous.
    Ambiguous {
        /// Which part.
        part: usize,
        /// The places.
        places: Vec<EntryId>,
    },
    /// It may be inside a group whose declaration was reported.
    Lost,
    /// No place declares it.
    Unknown {
        /// The first part that is unknown.
        part: usize,
        /// The entry of the part before it.
        inside: Option<EntryId>,
    },
}

#[derive(Debug)]
struct ScopeData {
    parent: Option<Scope>,
    /// The file's own scope.
    file: Scope,
    start: u32,
    end: u32,
    /// For a file: the files that it imports, directly or not.
    visible: Vec<Scope>,
}

/// All declared names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    scopes: Vec<ScopeData>,
    entries: Vec<Entry>,
    /// For each namespace: the numbers of its names.
    ids: [FxHashMap<SmolStr, u32>; 4],
    /// For each number of a name: its entries, ascending.
    places: Vec<Few<EntryId>>,
    /// By group scope, or `None` for the top level of any file, and number of the name.
    direct: FxHashMap<(Option<Scope>, u32), EntryId>,
}

impl Names {
    /// Opens the scope of a file.
    pub(crate) fn open_file(&mut self) -> Scope {
        self.open_in(None)
    }

    /// Opens the scope that a group's block makes.
    pub(crate) fn open(&mut self, parent: Scope) -> Scope {
        self.open_in(Some(parent))
    }

    fn open_in(&mut self, parent: Option<Scope>) -> Scope {
        let scope = Scope(self.scopes.len() as u32);
        let start = self.entries.len() as u32;
        let file = parent.map_or(scope, |parent| self.file_of(parent));
        self.scopes.push(ScopeData { parent, file, start, end: start, visible: Vec::new() });
        scope
    }

    /// Closes a scope: what is declared from now on is not in it.
    pub(crate) fn close(&mut self, scope: Scope) {
        let end = self.entries.len() as u32;
        if let Some(data) = self.scopes.get_mut(scope.0 as usize) {
            data.end = end;
        }
    }

    /// Says which files a file imports, directly or not.
    pub(crate) fn set_visible(&mut self, file: Scope, visible: Vec<Scope>) {
        if let Some(data) = self.scopes.get_mut(file.0 as usize) {
            data.visible = visible;
            data.visible.sort_unstable();
        }
    }

    /// The scope around.
    pub(crate) fn parent(&self, scope: Scope) -> Option<Scope> {
        self.scopes.get(scope.0 as usize).and_then(|data| data.parent)
    }

    /// The scope of the file that holds a scope.
    pub(crate) fn file_of(&self, scope: Scope) -> Scope {
        self.scopes.get(scope.0 as usize).map_or(scope, |data| data.file)
    }

    /// The files that a file sees beside itself.
    pub(crate) fn visible(&self, file: Scope) -> &[Scope] {
        self.scopes.get(file.0 as usize).map_or(&[], |data| &data.visible)
    }

    /// Declares a name.
    ///
    /// # Errors
    /// The entry that has the name already.
    pub(crate) fn declare(&mut self, entry: Entry) -> Result<EntryId, EntryId> {
        let next = self.places.len() as u32;
        let name = match self.ids.get_mut(entry.namespace as usize) {
            Some(names) => *names.entry(entry.name.clone()).or_insert(next),
            None => next,
        };
        let id = EntryId(self.entries.len() as u32);
        let slot = self.direct.entry((self.key_scope(entry.scope), name));
        match slot {
            std::collections::hash_map::Entry::Occupied(slot) => return Err(*slot.get()),
            std::collections::hash_map::Entry::Vacant(slot) => slot.insert(id),
        };
        match self.places.get_mut(name as usize) {
            Some(places) => places.push(id),
            None => self.places.push(Few::new(id)),
        }
        self.entries.push(entry);
        Ok(id)
    }

    /// Says which scope an entry opens.
    pub(crate) fn set_inner(&mut self, id: EntryId, inner: Scope) {
        if let Some(entry) = self.entries.get_mut(id.0 as usize) {
            entry.inner = Some(inner);
        }
    }

    /// Notes that another declaration took the name of an entry.
    pub(crate) fn set_twin(&mut self, id: EntryId) {
        if let Some(entry) = self.entries.get_mut(id.0 as usize) {
            entry.has_twin = true;
        }
    }

    /// An entry of this table.
    pub(crate) fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.0 as usize)
    }

    /// All entries in the order of declaration.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Every place that declares the name in that namespace, whether it can be seen or not.
    pub(crate) fn anywhere(&self, namespace: Namespace, name: &str) -> &[EntryId] {
        self.number(namespace, name).map_or(&[], |name| self.places_of(name))
    }

    /// Makes room for so many statements.
    pub(crate) fn reserve(&mut self, statements: usize) {
        self.entries.reserve(statements);
        self.places.reserve(statements);
        self.direct.reserve(statements);
    }

    fn number(&self, namespace: Namespace, name: &str) -> Option<u32> {
        self.ids.get(namespace as usize)?.get(name).copied()
    }

    fn places_of(&self, name: u32) -> &[EntryId] {
        self.places.get(name as usize).map_or(&[], Few::as_slice)
    }
}
