//! The availability of one replica or one domain: given, from failures and repairs, or assumed.

use super::{DomainFacts, DomainKind};
use crate::analysis::assumptions::{Assumptions, DEFAULT, Subject};
use crate::analysis::formulas::availability_of;
use crate::config::Assumed;
use crate::model::{
    AttrId, Attributes, Component, ComponentId, GroupId, GroupKind, Kind, Model, Origin, Value,
};
use crate::units::{format_share, format_time};

/// Whether a component is one variable of its provider's.
pub(super) fn is_managed(component: &Component) -> bool {
    let of_tech = || component.tech.as_ref().and_then(|tech| tech.entry).is_some_and(|entry| entry.managed);
    component.attrs.flag(AttrId::MANAGED).unwrap_or_else(of_tech)
}

/// The availability that the attributes give: itself, or by `mtbf` and `mttr`; with whether any of it is a default.
pub fn own_availability(attrs: &Attributes, assumed: &Assumed) -> Option<(f64, bool)> {
    if let Some(share) = attrs.share(AttrId::AVAILABILITY) {
        return Some((share, !given(attrs, AttrId::AVAILABILITY)));
    }
    let mtbf = attrs.seconds(AttrId::MTBF)?;
    let mttr = attrs.beyond_default(AttrId::MTTR).and_then(|_| attrs.seconds(AttrId::MTTR));
    let all_given = given(attrs, AttrId::MTBF) && given(attrs, AttrId::MTTR);
    Some((availability_of(mtbf, mttr.unwrap_or(assumed.mttr)), !all_given))
}

/// The availability of one replica of a component, or of the whole where it is managed; each default is told.
pub(super) fn of_component(
    id: ComponentId,
    component: &Component,
    managed: bool,
    assumed: &Assumed,
    assumptions: &mut Assumptions,
) -> (f64, bool) {
    let subject = Subject::Component(id);
    if let Some((availability, is_default)) = own_availability(&component.attrs, assumed) {
        record(subject, &component.attrs, assumed, assumptions);
        return (availability, is_default);
    }
    let availability = match () {
        () if managed => assumed.managed,
        () if component.kind == Kind::External => assumed.external,
        () => assumed.replica,
    };
    assumptions.add(subject, AttrId::AVAILABILITY, format_share(availability), DEFAULT);
    (availability, true)
}

/// The availability of a group's own domain.
pub(super) fn of_group(model: &Model, id: GroupId, assumed: &Assumed) -> (f64, bool) {
    let group = &model.groups[id];
    own_availability(&group.attrs, assumed).unwrap_or_else(|| {
        let availability = match group.kind {
            GroupKind::Region => assumed.region,
            GroupKind::Zone => assumed.zone,
            _ => assumed.domain,
        };
        (availability, true)
    })
}

/// Tells what is assumed of a domain.
pub(super) fn record_domain(
    model: &Model,
    assumed: &Assumed,
    domain: &DomainFacts,
    assumptions: &mut Assumptions,
) {
    if !domain.assumed {
        return;
    }
    let subject = match domain.kind {
        DomainKind::Group(id) => Subject::Group(id),
        DomainKind::NamelessZone | DomainKind::NamelessRegion => Subject::Nameless(domain.path.clone()),
    };
    if let DomainKind::Group(id) = domain.kind
        && own_availability(&model.groups[id].attrs, assumed).is_some()
    {
        return record(subject, &model.groups[id].attrs, assumed, assumptions);
    }
    assumptions.add(subject, AttrId::AVAILABILITY, format_share(domain.availability), DEFAULT);
}

fn record(subject: Subject, attrs: &Attributes, assumed: &Assumed, assumptions: &mut Assumptions) {
    if let Some(value) = attrs.get(AttrId::AVAILABILITY) {
        let text = attrs.share(AttrId::AVAILABILITY).map(format_share).unwrap_or_default();
        return tell(subject, AttrId::AVAILABILITY, value, text, assumptions);
    }
    for id in [AttrId::MTBF, AttrId::MTTR] {
        match attrs.beyond_default(id) {
            Some(value) => {
                let text = attrs.seconds(id).map(format_time).unwrap_or_default();
                tell(subject.clone(), id, value, text, assumptions);
            }
            None => assumptions.add(subject.clone(), id, format_time(assumed.mttr), DEFAULT),
        }
    }
}

/// Tells a value unless the file gives it.
fn tell(subject: Subject, id: AttrId, value: &Value, text: String, assumptions: &mut Assumptions) {
    match value.origin {
        Origin::Catalogue(source) => assumptions.add(subject, id, text, source),
        Origin::Kind => assumptions.add(subject, id, text, DEFAULT),
        _ => {}
    }
}

fn given(attrs: &Attributes, id: AttrId) -> bool {
    attrs.get(id).is_some_and(Value::is_given)
}
