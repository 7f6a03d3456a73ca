//! A design with more users: everything that their number brings grows with it. Changes a model, analyses nothing.

use crate::model::{AttrId, AttrValue, Attributes, Model, Origin, Value};
use crate::units::{Bandwidth, Rate};

/// The users of all actors together.
pub(crate) fn users(model: &Model) -> u64 {
    let of = model
        .components
        .iter()
        .filter(|it| it.kind.is_actor())
        .filter_map(|it| it.attrs.count(AttrId::USERS));
    of.fold(0, u64::saturating_add)
}

/// The design with its load times a factor.
pub(crate) fn grown(design: &Model, factor: f64) -> Model {
    let mut model = design.clone();
    for id in model.components.ids() {
        let component = &mut model.components[id];
        if component.kind.is_actor() {
            multiply(&mut component.attrs, AttrId::USERS, factor);
            multiply(&mut component.attrs, AttrId::RATE, factor);
        }
    }
    for id in model.flows.ids() {
        multiply(&mut model.flows[id].attrs, AttrId::RATE, factor);
    }
    for id in model.data.ids() {
        multiply(&mut model.data[id].attrs, AttrId::GROWTH, factor);
    }
    model
}

fn multiply(attrs: &mut Attributes, id: AttrId, factor: f64) {
    let Some(value) = attrs.get(id) else { return };
    let grown = match value.value {
        AttrValue::Count(count) => AttrValue::Count((count as f64 * factor).round() as u64),
        AttrValue::Rate(rate) => AttrValue::Rate(Rate(rate.0 * factor)),
        AttrValue::Bandwidth(bytes) => AttrValue::Bandwidth(Bandwidth(bytes.0 * factor)),
        _ => return,
    };
    let value = Value { value: grown, ..value.clone() };
    attrs.set(id, value);
}

/// Writes an attribute as the file would.
pub(super) fn write(attrs: &mut Attributes, id: AttrId, value: AttrValue) {
    attrs.set(id, Value { value, origin: Origin::File, span: None });
}
