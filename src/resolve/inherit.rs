//! Nearest wins: fills what an element leaves open from `defaults` and groups (from the inside out), `tech` and `kind`
//! statements, the catalogue, and the language's own defaults. Where the values were written, they were checked.

use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Resolver;
use super::attributes::{On, is_handed_down};
use super::custom::Base;
use super::mistakes::{DUPLICATE_NAME, MISPLACED, UNKNOWN_KIND};
use super::names::Scope;
use super::values::with_nearest;
use crate::model::attributes::words::Replication;
use crate::model::attributes::{AttrId, AttrValue, Attributes, Origin, Target, Value};
use crate::model::catalogue::{Technology, catalogue};
use crate::model::{GroupId, Kind};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Declaration, Tech};

/// What `defaults` of a scope say.
pub(crate) struct Defaults {
    base: Kind,
    custom: Option<usize>,
    tech: Option<TechKey>,
    attrs: Attributes,
    span: Span,
}

/// What a scope gives to what is inside.
#[derive(Default)]
pub(crate) struct Level {
    /// The more specific first.
    defaults: Vec<Defaults>,
    /// Of a group, or of a file-wide `system`.
    handed_down: Option<Attributes>,
}

/// A technology as `defaults` compare it: an entry of the catalogue, else a name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum TechKey {
    Known(&'static str),
    Named(SmolStr),
}

/// Who asks for defaults: a component.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Who {
    pub(crate) kind: Kind,
    pub(crate) custom: Option<usize>,
    pub(crate) tech: Option<TechKey>,
    pub(crate) techs: Vec<usize>,
}

/// Levels by scope, and what was computed from them.
#[derive(Default)]
pub(crate) struct Inheritance {
    levels: FxHashMap<Scope, Level>,
    cache: FxHashMap<(Option<Scope>, Who), Attributes>,
    connections: FxHashMap<Option<Scope>, Attributes>,
}

impl Resolver<'_> {
    /// Reads a `defaults` statement.
    pub(crate) fn read_defaults(&mut self, declaration: &Declaration, scope: Scope) {
        let name = &declaration.name;
        if name.is_missing() {
            return;
        }
        let custom = self.custom_kind(&name.name, name.span.file);
        let base = match custom.and_then(|number| self.customs.kinds.get(number)) {
            Some(kind) => kind.base,
            None => Kind::from_name(&name.name).map_or(Base::Unknown, Base::Component),
        };
        let Base::Component(base) = base else {
            let message = format!("`{}` is no kind of component, so it takes no `defaults`", name.name);
            let near = self.suggestions.nearest(&name.name, Kind::all().map(Kind::as_str));
            self.report(with_nearest(UNKNOWN_KIND.at(name.span, message), name.span, near));
            return;
        };
        let on = On::Target(Target::Component(base));
        let on = if custom.is_some() { On::Kind(Target::Component(base)) } else { on };
        let attrs = self.block_attributes(declaration.block.as_ref(), on, scope, Origin::Defaults);
        let tech = declaration.tech.as_ref().map(|tech| self.tech_key(tech).0);
        let level = self.inheritance.levels.entry(scope).or_default();
        let entry = Defaults { base, custom, tech, attrs, span: name.span };
        let same = |it: &&Defaults| it.base == base && it.custom == custom && it.tech == entry.tech;
        if let Some(first) = level.defaults.iter().find(same) {
            let message = format!("`defaults {}` stands twice in one scope", name.name);
            let told = DUPLICATE_NAME.at(name.span, message).with_help("put all attributes into one of them");
            let told = told.with_related(first.span, "it stands here first");
            self.report(told);
            return;
        }
        let specific = |it: &Defaults| (it.custom.is_some(), it.tech.is_some());
        let at = level.defaults.partition_point(|known| specific(known) >= specific(&entry));
        level.defaults.insert(at, entry);
    }

    /// What a technology counts as, its entry, and the `tech` statements behind it.
    pub(crate) fn tech_key(&mut self, tech: &Tech) -> (TechKey, Option<&'static Technology>, Vec<usize>) {
        let (entry, techs) = self.technology(tech, None);
        let key = match entry {
            Some(entry) => TechKey::Known(&entry.name),
            None => TechKey::Named(tech.name.clone()),
        };
        (key, entry, techs)
    }

    /// Says what a group hands down.
    pub(crate) fn hand_down(&mut self, inner: Scope, attrs: Attributes) {
        if attrs.iter().any(|(id, _)| is_handed_down(id)) {
            self.inheritance.levels.entry(inner).or_default().handed_down = Some(attrs);
        }
    }

    /// Everything that a component in a scope gets when it gives nothing itself.
    pub(crate) fn inherited(&mut self, scope: Scope, who: &Who) -> Attributes {
        let level = self.nearest_level(scope);
        let key = (level, who.clone());
        if let Some(known) = self.inheritance.cache.get(&key) {
            return known.clone();
        }
        let mut attrs = Attributes::default();
        let target = Target::Component(who.kind);
        match level {
            Some(at) => {
                self.fill_level(&mut attrs, at, who);
                match self.names.parent(at) {
                    Some(parent) => attrs.fill_all(&self.inherited(parent, who)),
                    None => attrs.fill_all(&self.beyond_files(at, who)),
                }
            }
            None => attrs = self.by_nature(who),
        }
        // `needs` follows from what is given nearer, so it is never inherited as a computed value
        if let Some(needs) = default_needs(&attrs, who, target) {
            attrs.set(AttrId::NEEDS, needs);
        }
        let attrs = attrs.to_give();
        self.inheritance.cache.insert(key, attrs.clone());
        attrs
    }

    /// A component's own attributes with everything filled in.
    pub(crate) fn complete(&mut self, own: Attributes, scope: Scope, who: &Who) -> Attributes {
        let inherited = self.inherited(scope, who);
        if own.is_empty() {
            return inherited;
        }
        let mut attrs = own;
        let decides = attrs.has(AttrId::REPLICAS) || attrs.has(AttrId::REPLICATION);
        attrs.fill_all(&inherited);
        if decides && let Some(needs) = default_needs(&attrs, who, Target::Component(who.kind)) {
            attrs.set(AttrId::NEEDS, needs);
        }
        attrs
    }

    /// A connection's own attributes with everything filled in.
    pub(crate) fn complete_connection(&mut self, own: Attributes, scope: Scope) -> Attributes {
        let inherited = self.inherited_by_connection(scope);
        if own.is_empty() {
            return inherited;
        }
        let mut attrs = own;
        attrs.fill_all(&inherited);
        attrs
    }

    fn inherited_by_connection(&mut self, scope: Scope) -> Attributes {
        let level = self.nearest_level(scope);
        if let Some(known) = self.inheritance.connections.get(&level) {
            return known.clone();
        }
        let mut attrs = Attributes::default();
        if let Some(at) = level {
            // what a component may have is meant for components
            let meant = |id: AttrId| !id.spec().uses.iter().any(|usage| usage.on.any_component());
            self.fill_handed(&mut attrs, at, |id| {
                meant(id) && id.spec().types_on(Target::Connection).is_some()
            });
            if let Some(parent) = self.names.parent(at) {
                attrs.fill_all(&self.inherited_by_connection(parent));
            }
        }
        fill_language(&mut attrs, Target::Connection);
        let attrs = attrs.to_give();
        self.inheritance.connections.insert(level, attrs.clone());
        attrs
    }

    /// Fills the attributes of a data entity or a flow from the groups around it, and from the language.
    pub(crate) fn complete_statement(&self, own: Attributes, scope: Scope, target: Target) -> Attributes {
        let mut attrs = own;
        let mut at = Some(scope);
        while let Some(scope) = at {
            self.fill_handed(&mut attrs, scope, |id| {
                let for_components = id.spec().uses.iter().any(|usage| usage.on.any_component());
                id.spec().types_on(target).is_some() && (target == Target::Data || !for_components)
            });
            at = self.names.parent(scope);
        }
        fill_language(&mut attrs, target);
        attrs
    }

    fn nearest_level(&self, scope: Scope) -> Option<Scope> {
        let mut at = Some(scope);
        while let Some(scope) = at {
            if self.inheritance.levels.contains_key(&scope) {
                return Some(scope);
            }
            let parent = self.names.parent(scope);
            if parent.is_none() && !self.names.visible(scope).is_empty() {
                return Some(scope);
            }
            at = parent;
        }
        None
    }

    fn fill_level(&self, attrs: &mut Attributes, at: Scope, who: &Who) {
        self.fill_defaults(attrs, at, who);
        let target = Target::Component(who.kind);
        self.fill_handed(attrs, at, |id| id.spec().types_on(target).is_some());
    }

    fn fill_defaults(&self, attrs: &mut Attributes, at: Scope, who: &Who) {
        let Some(level) = self.inheritance.levels.get(&at) else { return };
        for defaults in &level.defaults {
            let fits = match defaults.custom {
                Some(custom) => who.custom == Some(custom),
                None => defaults.base == who.kind,
            };
            if fits && (defaults.tech.is_none() || defaults.tech == who.tech) {
                attrs.fill_all(&defaults.attrs);
            }
        }
    }

    fn fill_handed(&self, attrs: &mut Attributes, at: Scope, fits: impl Fn(AttrId) -> bool) {
        let level = self.inheritance.levels.get(&at);
        let Some(handed) = level.and_then(|level| level.handed_down.as_ref()) else { return };
        for (id, value) in handed.iter().filter(|(id, _)| is_handed_down(*id) && fits(*id)) {
            attrs.fill(id, value);
        }
    }

    /// Behind the file: the `defaults` of its imports, then what kind and technology say.
    fn beyond_files(&self, file: Scope, who: &Who) -> Attributes {
        let mut attrs = Attributes::default();
        for import in self.names.visible(file) {
            self.fill_defaults(&mut attrs, *import, who);
        }
        attrs.fill_all(&self.by_nature(who));
        attrs
    }

    fn by_nature(&self, who: &Who) -> Attributes {
        let mut attrs = Attributes::default();
        let target = Target::Component(who.kind);
        let techs = who.techs.iter().filter_map(|number| self.customs.techs.get(*number));
        let kinds = who.custom.and_then(|number| self.customs.kinds.get(number));
        for given in techs.map(|tech| &tech.attrs).chain(kinds.map(|kind| &kind.attrs)) {
            for (id, value) in given.iter() {
                let own = matches!(id, AttrId::LABEL | AttrId::DESCRIPTION | AttrId::URL);
                if !own && (id == AttrId::ICON || id.spec().types_on(target).is_some()) {
                    attrs.fill(id, value);
                }
            }
        }
        let named = match &who.tech {
            Some(TechKey::Known(name)) => name.to_lowercase(),
            Some(TechKey::Named(name)) => name.to_lowercase(),
            None => String::new(),
        };
        for (id, value) in self.technologies.get(&named).iter().flat_map(|attrs| attrs.iter()) {
            if id.spec().types_on(target).is_some() {
                attrs.fill(id, value);
            }
        }
        if let Some(TechKey::Known(name)) = &who.tech {
            for (id, value) in known_defaults(name).iter() {
                if id.spec().types_on(target).is_some() {
                    attrs.fill(*id, value);
                }
            }
        }
        fill_language(&mut attrs, target);
        attrs
    }

    /// Tells of a `defaults` that no block follows.
    pub(crate) fn empty_defaults(&mut self, declaration: &Declaration) {
        if declaration.block.is_none() && !declaration.name.is_missing() {
            let message = format!("`defaults {}` gives nothing", declaration.name.name);
            let help = "write its attributes into a block: `defaults KIND { … }`";
            self.report(MISPLACED.at(declaration.name.span, message).with_help(help));
        }
    }

    /// The group's attributes as those inside see them.
    pub(crate) fn from_group(attrs: &Attributes, group: GroupId) -> Attributes {
        let mut handed = Attributes::default();
        for (id, value) in attrs.iter() {
            handed.set(id, Value { origin: Origin::Group(group), ..value.clone() });
        }
        handed
    }
}

/// How many replicas must be up where nobody says: a majority where they vote, else one.
fn default_needs(attrs: &Attributes, who: &Who, target: Target) -> Option<Value> {
    AttrId::NEEDS.spec().types_on(target)?;
    if attrs.get(AttrId::NEEDS).is_some_and(|needs| needs.origin != Origin::Kind) {
        return None;
    }
    let consensus = match &who.tech {
        Some(TechKey::Known(name)) => catalogue().find(name).is_some_and(|tech| tech.consensus),
        _ => false,
    };
    let votes = consensus || attrs.word(AttrId::REPLICATION) == Some(Replication::Quorum);
    let replicas = attrs.range(AttrId::REPLICAS).map_or(1, |(low, _)| low);
    let needs = if votes { replicas / 2 + 1 } else { 1 };
    Some(Value { value: AttrValue::Count(needs), origin: Origin::Kind, span: None })
}

/// The language's own defaults.
fn fill_language(attrs: &mut Attributes, target: Target) {
    static TABLE: OnceLock<Vec<(AttrId, Value)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let given = AttrId::all().filter_map(|id| Some((id, id.spec().default?)));
        given.filter_map(|(id, text)| Some((id, read(id, text, Origin::Kind)?))).collect()
    });
    for (id, value) in table.iter().filter(|(id, _)| id.spec().types_on(target).is_some()) {
        attrs.fill(*id, value);
    }
}

/// What the catalogue says of a technology, read when it is first named.
fn known_defaults(name: &'static str) -> Arc<[(AttrId, Value)]> {
    type Known = Mutex<FxHashMap<&'static str, Arc<[(AttrId, Value)]>>>;
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let known = KNOWN.get_or_init(Known::default);
    // a thread that panicked while it held the lock leaves the table as it was
    let mut table = known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(figures) = table.get(name) {
        return Arc::clone(figures);
    }
    let figures: Arc<[(AttrId, Value)]> = catalogue().find(name).map_or(Vec::new(), figures).into();
    table.insert(name, Arc::clone(&figures));
    figures
}

fn figures(tech: &'static Technology) -> Vec<(AttrId, Value)> {
    let figures = tech.defaults.iter().filter_map(|(key, figure)| {
        let id = AttrId::from_name(key)?;
        Some((id, read(id, &figure.value, Origin::Catalogue(&figure.source))?))
    });
    let mut all: Vec<(AttrId, Value)> = figures.collect();
    let own = |value| Value { value, origin: Origin::Catalogue("catalogue"), span: None };
    if tech.managed {
        all.push((AttrId::MANAGED, own(AttrValue::Flag(true))));
    }
    if let Some(vendor) = &tech.vendor {
        all.push((AttrId::VENDOR, own(AttrValue::Text(vendor.into()))));
    }
    all
}

/// A value that the program itself brings, by the rules for those of a file.
fn read(id: AttrId, text: &str, origin: Origin) -> Option<Value> {
    let value = crate::syntax::parse_value(text).ok()?;
    let sources = Sources::default();
    let mut resolver = Resolver::new(&sources);
    let scope = resolver.names.open_file();
    let types = id.spec().uses.iter().map(|usage| usage.types);
    let checked = types.filter_map(|types| resolver.value(id.name(), &value, types, scope)).next()?;
    Some(Value { value: checked, origin, span: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_of_the_catalogue_is_a_value_of_its_attribute() {
        for tech in catalogue().technologies() {
            let extra = usize::from(tech.managed) + usize::from(tech.vendor.is_some());
            assert_eq!(figures(tech).len(), tech.defaults.len() + extra, "{}", tech.name);
        }
    }

    #[test]
    fn every_default_of_the_table_is_a_value_of_its_attribute() {
        for id in AttrId::all() {
            let Some(text) = id.spec().default else { continue };
            assert!(read(id, text, Origin::Kind).is_some(), "{}", id.name());
        }
    }
}
