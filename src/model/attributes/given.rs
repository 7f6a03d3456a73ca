//! The attributes that an element has: its own, and behind them those that it was given, which it shares with others of its
//! kind. Knows neither how they were written nor how they are inherited.

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::{AttrId, AttrValue, ElementRef, Origin, Reference, Value, Word};
use crate::model::{ComponentId, DataId};
use crate::source::Span;

/// The attributes of an element, by id. Cheap to clone: elements that were given the same share it.
#[derive(Clone, Debug)]
pub struct Attributes {
    own: Arc<Vec<Entry>>,
    /// What stands behind its own; what both have, it has of its own.
    given: Arc<Vec<Entry>>,
    /// A bit for each that there may be: most that are asked for are absent.
    may_have: u64,
}

type Entry = (AttrId, Value);

fn none() -> Arc<Vec<Entry>> {
    static NONE: OnceLock<Arc<Vec<Entry>>> = OnceLock::new();
    Arc::clone(NONE.get_or_init(Arc::default))
}

fn bit(id: AttrId) -> u64 {
    1 << (id.0 % 64)
}

fn find(entries: &[Entry], id: AttrId) -> Result<usize, usize> {
    entries.binary_search_by_key(&id, |(key, _)| *key)
}

impl Default for Attributes {
    fn default() -> Self {
        Self { own: none(), given: none(), may_have: 0 }
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Attributes {
    /// From values of which each attribute has at most one.
    pub fn from_entries(mut entries: Vec<(AttrId, Value)>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_by_key(|(id, _)| *id);
        entries.shrink_to_fit();
        let may_have = entries.iter().fold(0, |bits, (id, _)| bits | bit(*id));
        Self { own: Arc::new(entries), given: none(), may_have }
    }

    /// The value of an attribute.
    pub fn get(&self, id: AttrId) -> Option<&Value> {
        if self.may_have & bit(id) == 0 {
            return None;
        }
        let of = |entries: &'_ Arc<Vec<Entry>>| find(entries, id).ok();
        let entry = match of(&self.own) {
            Some(at) => self.own.get(at),
            None => self.given.get(of(&self.given)?),
        };
        entry.map(|(_, value)| value)
    }

    /// The value of an attribute, unless it is but a default of the kind or the language.
    pub fn beyond_default(&self, id: AttrId) -> Option<&Value> {
        self.get(id).filter(|value| value.origin != Origin::Kind)
    }

    /// Sets an attribute, whatever it was.
    pub fn set(&mut self, id: AttrId, value: Value) {
        self.may_have |= bit(id);
        let at = find(&self.own, id);
        let own = Arc::make_mut(&mut self.own);
        match at {
            Ok(at) => {
                if let Some(entry) = own.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => {
                own.reserve_exact(1);
                own.insert(at, (id, value));
            }
        }
    }

    /// Sets an attribute unless it has a value already: how a farther origin fills what a nearer one left.
    pub fn fill(&mut self, id: AttrId, value: &Value) {
        if !self.has(id) {
            self.set(id, value.clone());
        }
    }

    /// Fills every gap from `farther`.
    pub fn fill_all(&mut self, farther: &Attributes) {
        if self.is_empty() {
            *self = farther.clone();
        } else if self.given.is_empty() && farther.given.is_empty() {
            self.given = Arc::clone(&farther.own);
            self.may_have |= farther.may_have;
        } else {
            for (id, value) in farther.iter() {
                self.fill(id, value);
            }
        }
    }

    /// The same, all of them together: for others to be given.
    #[must_use]
    pub fn to_give(&self) -> Self {
        if self.given.is_empty() {
            return self.clone();
        }
        let entries = self.iter().map(|(id, value)| (id, value.clone()));
        Self { own: Arc::new(entries.collect()), given: none(), may_have: self.may_have }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.may_have == 0
    }

    /// All values in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (AttrId, &Value)> {
        let (mut own, mut given) = (self.own.iter().peekable(), self.given.iter().peekable());
        std::iter::from_fn(move || {
            let (id, value) = match (own.peek(), given.peek()) {
                (Some(nearer), Some(farther)) if nearer.0 > farther.0 => given.next(),
                (Some(nearer), Some(farther)) => {
                    if nearer.0 == farther.0 {
                        given.next();
                    }
                    own.next()
                }
                (Some(_), None) => own.next(),
                (None, _) => given.next(),
            }?;
            Some((*id, value))
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn value(count: u64, origin: Origin) -> Value {
        Value { value: AttrValue::Count(count), origin, span: None }
    }

    fn attributes(all: &[(AttrId, u64)]) -> Attributes {
        Attributes::from_entries(all.iter().map(|(id, count)| (*id, value(*count, Origin::File))).collect())
    }

    fn counts(attrs: &Attributes) -> Vec<(AttrId, u64)> {
        attrs.iter().filter_map(|(id, _)| Some((id, attrs.count(id)?))).collect()
    }

    #[test]
    fn what_is_given_stands_behind_what_it_has_of_its_own() {
        let (needs, replicas, mtbf) = (AttrId::NEEDS, AttrId::REPLICAS, AttrId::MTBF);
        let mut all = [needs, replicas, mtbf];
        all.sort();
        let given = attributes(&[(needs, 1), (replicas, 2), (mtbf, 3)]);
        let mut attrs = attributes(&[(replicas, 7)]);
        attrs.fill_all(&given);
        assert_eq!([needs, replicas, mtbf].map(|id| attrs.count(id)), [Some(1), Some(7), Some(3)]);
        assert_eq!(counts(&attrs).iter().map(|it| it.0).collect::<Vec<_>>(), all);
        assert_eq!(attrs, attributes(&[(needs, 1), (replicas, 7), (mtbf, 3)]));
        assert_eq!(attrs.to_give(), attrs);
        assert_eq!(attrs.count(AttrId::CALLS), None);
    }

    #[test]
    fn what_is_set_or_filled_over_what_was_given_counts() {
        let mut attrs = attributes(&[(AttrId::REPLICAS, 7)]);
        attrs.fill_all(&attributes(&[(AttrId::NEEDS, 1)]));
        attrs.set(AttrId::NEEDS, value(4, Origin::Kind));
        attrs.fill(AttrId::NEEDS, &value(9, Origin::Kind));
        attrs.fill_all(&attributes(&[(AttrId::NEEDS, 5), (AttrId::CALLS, 6)]));
        let of = |id| attrs.count(id);
        assert_eq!([AttrId::NEEDS, AttrId::REPLICAS, AttrId::CALLS].map(of), [Some(4), Some(7), Some(6)]);
        assert_eq!(counts(&attrs).len(), 3);
        let mut empty = Attributes::default();
        assert!(empty.is_empty());
        empty.fill_all(&attrs);
        assert_eq!(empty, attrs);
    }
}
