//! Attributes: the one table of what may be written (`table`), and values once they are checked.
//!
//! Checking, completion, hover and the generated reference all read [`table::TABLE`]. A value in an [`Attributes`] has the
//! type that the table gives; where it came from stands beside it.

mod given;
pub mod table;
mod targets;
pub mod words;

use std::sync::Arc;

use smol_str::SmolStr;

use super::{ComponentId, DataId, FlowId, GroupId, ScenarioId, Selector};
use crate::source::Span;
use crate::units::{Bandwidth, Cost, Date, Factor, Money, Rate, Share, Size, Time};

pub use given::Attributes;
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
