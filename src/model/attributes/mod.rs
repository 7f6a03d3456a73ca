//! Attributes: the one table of what may be written (`table`), and values once they are checked.
//!
//! Checking, completion, hover and the generated reference all read [`table::TABLE`]. A value in an [`Attributes`] has the
//! type that the table gives; where it came from stands beside it.

pub mod table;
mod targets;
pub mod words;

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::{ComponentId, DataId, FlowId, GroupId, ScenarioId, Selector};
use crate::source::Span;
use crate::units::{Bandwidth, Cost, Date, Factor, Money, Rate, Share, Size, Time};

pub use table::{AttrId, Spec, TABLE, Use};
pub use targets::{Target, Targets};
pub use words::Word;

/// A type that a value may have.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Type {
    /// A string.
    Text,
    /// A string or a bare word: a name that nothing else declares, such as a vendor.
    Name,
    /// A list of strings or bare words.
    Names,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Count,
    /// Any number.
    Number,
    /// `2..20`
    Range,
    /// A time.
    Time,
    /// A number over a time.
    Rate,
    /// A size.
    Size,
    /// Bits a second, or a size over a time.
    Bandwidth,
    /// A percentage, or a number from 0 to 1.
    Share,
    /// `10x`
    Factor,
    /// Money, once.
    Money,
    /// Money over time.
    Cost,
    /// A day.
    Date,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A list of a few words.
    Words(&'static [&'static str]),
    /// The name of an element.
    Ref(RefKind),
    /// A list of names of elements.
    Refs(RefKind),
    /// A list of selectors.
    Selectors,
    /// One selector.
    Selector,
    /// A record with these fields.
    Record(&'static [Field]),
    /// A record of path = factor.
    Factors,
    /// A list of rule codes or names.
    Rules,
}

/// A field of a record.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What its value may be.
    pub types: &'static [Type],
    /// What it means.
    pub meaning: &'static str,
}

/// What a name may refer to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefKind {
    /// A component.
    Component,
    /// A group.
    Group,
    /// A component or a group.
    Element,
    /// A zone.
    Zone,
    /// A region.
    Region,
    /// A cache.
    Cache,
    /// A data entity.
    Data,
    /// A flow.
    Flow,
    /// A connection's callee that this call undoes: a component.
    Compensated,
}

/// An element that a name resolved to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ElementRef {
    /// A component.
    Component(ComponentId),
    /// A group.
    Group(GroupId),
    /// A data entity.
    Data(DataId),
    /// A flow.
    Flow(FlowId),
    /// A scenario.
    Scenario(ScenarioId),
}

/// A resolved name and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// What it names.
    pub target: ElementRef,
    /// The name in the source.
    pub span: Span,
}

/// A checked value.
#[derive(Clone, PartialEq, Debug)]
pub enum AttrValue {
    /// A string, or a name that nothing declares.
    Text(SmolStr),
    /// A list of these.
    Texts(Arc<[(SmolStr, Span)]>),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Count(u64),
    /// Any number.
    Number(f64),
    /// Lower and upper end, inclusive.
    Range(u64, u64),
    /// A time.
    Time(Time),
    /// A rate.
    Rate(Rate),
    /// A size.
    Size(Size),
    /// A bandwidth.
    Bandwidth(Bandwidth),
    /// A share.
    Share(Share),
    /// A factor.
    Factor(Factor),
    /// Money, once.
    Money(Money),
    /// Money over time.
    Cost(Cost),
    /// A day.
    Date(Date),
    /// One of the words of its type.
    Word(&'static str),
    /// Several of them.
    Words(Arc<[&'static str]>),
    /// An element.
    Ref(Reference),
    /// Elements, in the order written, each once.
    Refs(Arc<[Reference]>),
    /// Selectors.
    Selectors(Arc<[Selector]>),
    /// A record.
    Record(Arc<[(SmolStr, AttrValue)]>),
    /// Factors by component.
    Factors(Arc<[(Reference, Factor)]>),
}

/// Where a value came from. Nearest wins, in this order.
#[derive(Clone, PartialEq, Debug)]
pub enum Origin {
    /// Written on the element itself.
    File,
    /// From a `defaults` statement.
    Defaults,
    /// From a group around the element.
    Group(GroupId),
    /// From a `tech` or `kind` statement of the file.
    Custom(SmolStr),
    /// From the technology catalogue, with its source.
    Catalogue(&'static str),
    /// From the kind, or the language's own default.
    Kind,
}

/// A value with its origin.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// The value.
    pub value: AttrValue,
    /// Where it came from.
    pub origin: Origin,
    /// Where it is written, unless it comes from the catalogue or the kind.
    pub span: Option<Span>,
}

impl Value {
    /// Whether the file gives it (itself, by `defaults`, by a group or by its own `tech` and `kind`).
    pub fn is_given(&self) -> bool {
        !matches!(self.origin, Origin::Catalogue(_) | Origin::Kind)
    }
}

/// The attributes of an element, by id. Cheap to clone: elements that were given the same share them.
#[derive(Clone, PartialEq, Debug)]
pub struct Attributes {
    entries: Arc<Vec<(AttrId, Value)>>,
}

impl Default for Attributes {
    fn default() -> Self {
        static NONE: OnceLock<Arc<Vec<(AttrId, Value)>>> = OnceLock::new();
        Self { entries: Arc::clone(NONE.get_or_init(Arc::default)) }
    }
}

impl Attributes {
    /// From values of which each attribute has at most one.
    pub fn from_entries(mut entries: Vec<(AttrId, Value)>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_by_key(|(id, _)| *id);
        Self { entries: Arc::new(entries) }
    }

    /// The value of an attribute.
    pub fn get(&self, id: AttrId) -> Option<&Value> {
        let i = self.entries.binary_search_by_key(&id, |(key, _)| *key).ok()?;
        self.entries.get(i).map(|(_, value)| value)
    }

    /// The value of an attribute, unless it is but a default of the kind or the language.
    pub fn beyond_default(&self, id: AttrId) -> Option<&Value> {
        self.get(id).filter(|value| value.origin != Origin::Kind)
    }

    /// Sets an attribute, whatever it was.
    pub fn set(&mut self, id: AttrId, value: Value) {
        match self.entries.binary_search_by_key(&id, |(key, _)| *key) {
            Ok(i) => {
                if let Some(entry) = Arc::make_mut(&mut self.entries).get_mut(i) {
                    entry.1 = value;
                }
            }
            Err(i) => Arc::make_mut(&mut self.entries).insert(i, (id, value)),
        }
    }

    /// Sets an attribute unless it has a value already: how a farther origin fills what a nearer one left.
    pub fn fill(&mut self, id: AttrId, value: &Value) {
        if let Err(i) = self.entries.binary_search_by_key(&id, |(key, _)| *key) {
            Arc::make_mut(&mut self.entries).insert(i, (id, value.clone()));
        }
    }

    /// Fills every gap from `farther`.
    pub fn fill_all(&mut self, farther: &Attributes) {
        if self.entries.is_empty() {
            self.entries = Arc::clone(&farther.entries);
            return;
        }
        let mut merged = Vec::with_capacity(self.entries.len() + farther.entries.len());
        let mut own = self.entries.iter().peekable();
        for entry in farther.entries.iter() {
            while let Some(nearer) = own.next_if(|(id, _)| *id < entry.0) {
                merged.push(nearer.clone());
            }
            match own.next_if(|(id, _)| *id == entry.0) {
                Some(nearer) => merged.push(nearer.clone()),
                None => merged.push(entry.clone()),
            }
        }
        merged.extend(own.cloned());
        self.entries = Arc::new(merged);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All values in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (AttrId, &Value)> {
        self.entries.iter().map(|(id, value)| (*id, value))
    }

    /// Whether the attribute has a value.
    pub fn has(&self, id: AttrId) -> bool {
        self.get(id).is_some()
    }

    /// A flag; `None` where it is absent or no flag.
    pub fn flag(&self, id: AttrId) -> Option<bool> {
        match self.get(id)?.value {
            AttrValue::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// Whether a flag is given and true.
    pub fn is_true(&self, id: AttrId) -> bool {
        self.flag(id) == Some(true)
    }

    /// One of a few words, as its enum.
    pub fn word<W: Word>(&self, id: AttrId) -> Option<W> {
        match self.get(id)?.value {
            AttrValue::Word(word) => W::from_word(word),
            _ => None,
        }
    }

    /// A list of words, as their enum.
    pub fn words<W: Word>(&self, id: AttrId) -> Option<Vec<W>> {
        match &self.get(id)?.value {
            AttrValue::Words(words) => Some(words.iter().filter_map(|word| W::from_word(word)).collect()),
            _ => None,
        }
    }

    /// A whole number.
    pub fn count(&self, id: AttrId) -> Option<u64> {
        match self.get(id)?.value {
            AttrValue::Count(count) => Some(count),
            _ => None,
        }
    }

    /// A range; a count is a range of one.
    pub fn range(&self, id: AttrId) -> Option<(u64, u64)> {
        match self.get(id)?.value {
            AttrValue::Range(low, high) => Some((low, high)),
            AttrValue::Count(count) => Some((count, count)),
            _ => None,
        }
    }

    /// A number, whole or not.
    pub fn number(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Number(number) => Some(number),
            AttrValue::Count(count) => Some(count as f64),
            _ => None,
        }
    }

    /// A time in seconds.
    pub fn seconds(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Time(time) => Some(time.0),
            _ => None,
        }
    }

    /// A rate per second.
    pub fn per_second(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Rate(rate) => Some(rate.0),
            _ => None,
        }
    }

    /// A size in bytes.
    pub fn bytes(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Size(size) => Some(size.0),
            _ => None,
        }
    }

    /// A bandwidth in bytes per second.
    pub fn bytes_per_second(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Bandwidth(bandwidth) => Some(bandwidth.0),
            _ => None,
        }
    }

    /// A share from 0 to 1.
    pub fn share(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Share(share) => Some(share.0),
            _ => None,
        }
    }

    /// A factor.
    pub fn factor(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Factor(factor) => Some(factor.0),
            _ => None,
        }
    }

    /// Money over time, for a month.
    pub fn cost_per_month(&self, id: AttrId) -> Option<f64> {
        match self.get(id)?.value {
            AttrValue::Cost(cost) => Some(cost.per_month),
            _ => None,
        }
    }

    /// A string or name.
    pub fn text(&self, id: AttrId) -> Option<&str> {
        match &self.get(id)?.value {
            AttrValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A list of strings or names.
    pub fn texts(&self, id: AttrId) -> &[(SmolStr, Span)] {
        match self.get(id).map(|value| &value.value) {
            Some(AttrValue::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The elements that an attribute names: one or a list; empty where absent.
    pub fn refs(&self, id: AttrId) -> Vec<Reference> {
        match self.get(id).map(|value| &value.value) {
            Some(AttrValue::Ref(reference)) => vec![*reference],
            Some(AttrValue::Refs(references)) => references.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The components that an attribute names.
    pub fn components(&self, id: AttrId) -> Vec<ComponentId> {
        let component = |reference: &Reference| match reference.target {
            ElementRef::Component(id) => Some(id),
            _ => None,
        };
        self.refs(id).iter().filter_map(component).collect()
    }

    /// The data entities that an attribute names.
    pub fn data(&self, id: AttrId) -> Vec<DataId> {
        let data = |reference: &Reference| match reference.target {
            ElementRef::Data(id) => Some(id),
            _ => None,
        };
        self.refs(id).iter().filter_map(data).collect()
    }

    /// A record's fields; empty where absent.
    pub fn record(&self, id: AttrId) -> &[(SmolStr, AttrValue)] {
        match self.get(id).map(|value| &value.value) {
            Some(AttrValue::Record(fields)) => fields,
            _ => &[],
        }
    }
}
