//! Data leaves the jurisdictions in which it has to stay.
//!
//! ## What it finds
//!
//! Data with `residency` that is stored in, copied to (`=>`), sent to, or backed up in (`backup.in`) something whose place is not in
//! the list. The place is the `jurisdiction` of the nearest group around it; else the component's own `residency`; else the
//! name of its region up to the first `-` or `_`, case ignored. `eu` and `eea` cover their members' ISO codes.
//!
//! Who writes sends data to the one that is called; who reads gets it from there; a call that does not say its `access` does
//! both. A step of a flow also carries what the calls below it carry, unless it names its own `reads` or `writes`; what is
//! read behind a message does not come back.
//!
//! ## Why it matters
//!
//! Once a copy stands under another law, deleting it does not undo the transfer. The fine, or the loss of a customer, follows
//! from a line in a diagram that nobody read that way.
//!
//! ## How to mend it
//!
//! Keep it in a home region for each user, or send a pseudonym and name what is sent: `reads = [token]`.
//!
//! ## When it stays silent
//!
//! For persons and clients, who may travel. Where something that keeps the data, or somebody else's system that gets it, has no
//! place, it is not assessed.
//!
//! ## Source
//!
//! General Data Protection Regulation, chapter V.
//!
//! ## Examples
//!
//! ```arch,fail
//! data profile { class = personal  residency = [eu] }
//! region eu-west-1 { database users { stores = [profile] } }
//! region us-east-1 { database copy }
//! eu-west-1.users => us-east-1.copy
//! ```
//!
//! ```arch,fail
//! data profile { residency = [eu] }
//! region europe { jurisdiction = eu; database users { stores = [profile]  backup = { every = 1d  in = america } } }
//! region america { jurisdiction = us }
//! ```
//!
//! ```arch,pass
//! data profile { class = personal  residency = [eu] }
//! data token
//! region eu-west-1 { database users { stores = [profile] }; service accounts }
//! region us-east-1 { service shop }
//! client browser
//! flow buy {
//!   browser -> us-east-1.shop
//!   shop -> accounts { reads = [token] }
//!   accounts -> users { access = read }
//! }
//! ```

use std::collections::BTreeMap;

use super::residency::{Place, covers, place_of_group, places_of};
use super::stored::data_names;
use super::terms::is_personal;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::{Remark, Severity};
use crate::model::attributes::words::Access;
use crate::model::{
    AttrId, AttrValue, Attributes, CallId, ComponentId, Connection, ConnectionId, DataId, ElementRef, FlowId,
    Kind,
};
use crate::source::Span;
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "SE004",
    name: "residency-breach",
    category: Category::Security,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::RESIDENCY), Need::Attribute(AttrId::JURISDICTION)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut bound: Vec<DataId> = Vec::new();
    for (id, data) in ctx.model.data.enumerate() {
        if !data.attrs.texts(AttrId::RESIDENCY).is_empty() {
            bound.push(id);
        } else if is_personal(data) {
            findings.not_assessed(id, AttrId::RESIDENCY);
        }
    }
    if bound.is_empty() {
        return;
    }
    let mut arrivals = Arrivals { ctx, bound, found: BTreeMap::new() };
    arrivals.stored();
    for (id, it) in ctx.model.connections.enumerate() {
        if ctx.calls_of(id).is_empty() {
            arrivals.over(id, it, &it.attrs);
        }
    }
    for flow in ctx.model.flows.ids() {
        arrivals.through(flow);
    }
    arrivals.told(findings);
}

/// Which way data goes over a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Back to the caller.
    Read,
    /// On to the one that is called.
    Written,
}

/// One way in which bound data comes to a component.
struct Arrival {
    data: DataId,
    how: &'static str,
    step: Remark,
    flow: Option<FlowId>,
    place: Option<Place>,
}

struct Arrivals<'c, 'a> {
    ctx: &'c RuleContext<'a>,
    /// Data with `residency`, in order.
    bound: Vec<DataId>,
    found: BTreeMap<ComponentId, Vec<Arrival>>,
}

impl Arrivals<'_, '_> {
    fn add(&mut self, at: ComponentId, data: DataId, how: &'static str, step: Remark, flow: Option<FlowId>) {
        let kind = self.ctx.model.components[at].kind;
        if !matches!(kind, Kind::Person | Kind::Client) {
            self.found.entry(at).or_default().push(Arrival { data, how, step, flow, place: None });
        }
    }

    /// What stands in stores and their backups.
    fn stored(&mut self) {
        for (id, component) in self.ctx.model.components.enumerate() {
            let path = &component.header.path;
            for data in component.attrs.data(AttrId::STORES) {
                if self.bound.binary_search(&data).is_err() {
                    continue;
                }
                let name = &self.ctx.model.data[data].header.path;
                let span = component.header.name_span;
                let step = Remark { span, message: format!("`{path}` stores `{name}`") };
                self.add(id, data, "stored", step, None);
                for place in backup_places(self.ctx, &component.attrs) {
                    let message = format!("`{path}` is backed up in `{}`", place.1);
                    let step = Remark { span, message };
                    let arrival = Arrival { data, how: "backed up", step, flow: None, place: Some(place.0) };
                    self.found.entry(id).or_default().push(arrival);
                }
            }
        }
    }

    /// Over a connection outside the flows, or a copy.
    fn over(&mut self, id: ConnectionId, it: &Connection, attrs: &Attributes) {
        for (data, way) in self.moved(it, attrs) {
            self.arrive(id, it.from_span.to(it.to_span), data, way, None);
        }
    }

    fn arrive(&mut self, id: ConnectionId, span: Span, data: DataId, way: Way, flow: Option<FlowId>) {
        let it = &self.ctx.model.connections[id];
        let how = if it.op == Operator::Replicate { "copied" } else { "sent" };
        let end = if way == Way::Read { it.caller() } else { it.callee() };
        if let Some(end) = end {
            let step = self.ctx.remark(id, span);
            self.add(end, data, how, step, flow);
        }
    }

    /// What bound data a connection moves by itself, and which way.
    fn moved(&self, it: &Connection, attrs: &Attributes) -> Vec<(DataId, Way)> {
        let (reads, writes) = (attrs.data(AttrId::READS), attrs.data(AttrId::WRITES));
        let stores = |end: Option<ComponentId>| {
            end.map_or_else(Vec::new, |end| self.ctx.model.components[end].attrs.data(AttrId::STORES))
        };
        let mut moved: Vec<(DataId, Way)> = Vec::new();
        if it.op == Operator::Replicate {
            let data = if reads.is_empty() && writes.is_empty() { stores(it.caller()) } else { [reads, writes].concat() };
            moved.extend(data.into_iter().map(|data| (data, Way::Written)));
        } else if reads.is_empty() && writes.is_empty() {
            let access = attrs.word::<Access>(AttrId::ACCESS);
            for data in stores(it.callee()) {
                if access != Some(Access::Write) && it.op == Operator::Call {
                    moved.push((data, Way::Read));
                }
                if access != Some(Access::Read) {
                    moved.push((data, Way::Written));
                }
            }
        } else {
            let back = if it.op == Operator::Call { reads } else { Vec::new() };
            moved.extend(back.into_iter().map(|data| (data, Way::Read)));
            moved.extend(writes.into_iter().map(|data| (data, Way::Written)));
        }
        moved.retain(|(data, _)| self.bound.binary_search(data).is_ok());
        moved.sort_unstable();
        moved.dedup();
        moved
    }

    /// Over the steps of a flow, from each that moves data up to the start.
    fn through(&mut self, id: FlowId) {
        let flow = &self.ctx.model.flows[id];
        let mut by_data: BTreeMap<(DataId, Way), Vec<CallId>> = BTreeMap::new();
        let mut leading: Vec<Vec<CallId>> = vec![Vec::new(); flow.visits.len()];
        for (call, made) in flow.calls.enumerate() {
            for moved in self.moved(&self.ctx.model.connections[made.connection], &made.attrs) {
                by_data.entry(moved).or_default().push(call);
            }
            if let Some(calls) = leading.get_mut(made.target.index()) {
                calls.push(call);
            }
        }
        for ((data, way), mut open) in by_data {
            let mut seen = vec![false; flow.calls.len()];
            while let Some(call) = open.pop() {
                let Some(seen) = seen.get_mut(call.index()).filter(|seen| !**seen) else { continue };
                *seen = true;
                let made = &flow.calls[call];
                self.arrive(made.connection, made.span, data, way, Some(id));
                let above = leading.get(made.caller.index()).into_iter().flatten();
                open.extend(above.copied().filter(|call| {
                    let above = &flow.calls[*call];
                    let names = [AttrId::READS, AttrId::WRITES].iter().any(|attr| above.attrs.has(*attr));
                    let answers = self.ctx.model.connections[above.connection].op == Operator::Call;
                    !names && (answers || way == Way::Written)
                }));
            }
        }
    }

    fn told(mut self, findings: &mut Findings<'_>) {
        for (id, arrivals) in std::mem::take(&mut self.found) {
            self.tell(findings, id, arrivals);
        }
    }

    fn tell(&self, findings: &mut Findings<'_>, id: ComponentId, arrivals: Vec<Arrival>) {
        let ctx = self.ctx;
        let component = &ctx.model.components[id];
        let places = places_of(ctx, id);
        if places.is_empty() && (component.kind.is_store() || component.kind == Kind::External) {
            findings.not_assessed(id, AttrId::JURISDICTION);
        }
        let abroad = |arrival: &Arrival| -> Option<Place> {
            let list = ctx.model.data[arrival.data].attrs.texts(AttrId::RESIDENCY);
            let at = arrival.place.as_ref().map_or(places.as_slice(), std::slice::from_ref);
            at.iter().find(|place| !covers(list, place)).cloned()
        };
        let breaches: Vec<(Arrival, Place)> =
            arrivals.into_iter().filter_map(|it| abroad(&it).map(|place| (it, place))).collect();
        let Some((first, place)) = breaches.first() else { return };
        let mut data: Vec<DataId> = breaches.iter().map(|(it, _)| it.data).collect();
        data.sort_unstable();
        data.dedup();
        let list: Vec<&str> =
            ctx.model.data[first.data].attrs.texts(AttrId::RESIDENCY).iter().map(|(law, _)| law.as_str()).collect();
        let path = &component.header.path;
        let how = match first.how {
            "stored" => format!("is stored in `{path}`, whose place is"),
            "backed up" => format!("is backed up from `{path}` to a place that is"),
            how => format!("is {how} to `{path}`, whose place is"),
        };
        let message = format!(
            "{} may be in [{}] only, but {how} `{}`, by {}",
            data_names(ctx, &data),
            list.join(", "),
            place.law,
            place.because
        );
        let mut finding = Finding::new(Severity::Error, id, message)
            .help("keep it in a home region, or send a pseudonym and name what is sent with `reads` and `writes`");
        let mut steps: Vec<Remark> = Vec::new();
        for (arrival, _) in &breaches {
            if !steps.contains(&arrival.step) {
                steps.push(arrival.step.clone());
            }
            finding = finding.hits_all(arrival.flow);
        }
        for data in data {
            finding = finding.and(data);
        }
        findings.push(finding.witness(steps));
    }
}

/// Where the backup of a store is kept, and its name; nothing where that cannot be said.
fn backup_places(ctx: &RuleContext<'_>, attrs: &Attributes) -> Vec<(Place, String)> {
    let field = attrs.record(AttrId::BACKUP).iter().find(|(key, _)| key == "in");
    let Some((_, AttrValue::Ref(reference))) = field else { return Vec::new() };
    let name = ctx.model.element_path(reference.target).to_owned();
    let places = match reference.target {
        ElementRef::Component(id) => places_of(ctx, id),
        ElementRef::Group(id) => place_of_group(ctx, id).into_iter().collect(),
        _ => Vec::new(),
    };
    places.into_iter().map(|place| (place, name.clone())).collect()
}
