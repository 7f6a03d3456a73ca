//! Rates as they add up over the flows, in one setting: what is cold, what is down, whether retries are used.

use super::Divergence;
use super::calls::{Setting, calls_each, is_write, shares};
use super::net::Diverging;
use super::network::{FlowNet, Network};
use super::starters::Runs;
use crate::model::{AttrId, Call, CallId, ComponentId, Flow, FlowId, Kind, Model, VisitId};

/// What adds up.
pub(super) struct Tally<'a> {
    model: &'a Model,
    network: &'a Network,
    setting: Setting<'a>,
    pub(super) components: Vec<Runs>,
    pub(super) writes: Vec<Runs>,
    pub(super) connections: Vec<Runs>,
    /// By connection out of a broker: messages that no step takes out over it.
    left: Vec<Runs>,
    /// By component and by connection: whether a flow of known, or of unknown, rate reaches it.
    known: Vec<bool>,
    unknown: Vec<bool>,
    pub(super) known_connections: Vec<bool>,
    pub(super) unknown_connections: Vec<bool>,
    pub(super) calls: Vec<Vec<Option<f64>>>,
    pub(super) flows: Vec<Option<Runs>>,
    pub(super) divergences: Vec<Divergence>,
    /// Whether any flow's rate is known.
    any: bool,
}

impl<'a> Tally<'a> {
    pub(super) fn new(model: &'a Model, network: &'a Network, setting: Setting<'a>) -> Self {
        let (components, connections) = (model.components.len(), model.connections.len());
        Self {
            model,
            network,
            setting,
            components: vec![Runs::default(); components],
            writes: vec![Runs::default(); components],
            connections: vec![Runs::default(); connections],
            left: vec![Runs::default(); connections],
            known: vec![false; components],
            unknown: vec![false; components],
            known_connections: vec![false; connections],
            unknown_connections: vec![false; connections],
            calls: vec![Vec::new(); model.flows.len()],
            flows: vec![None; model.flows.len()],
            divergences: Vec::new(),
            any: false,
        }
    }

    pub(super) fn count(mut self, runs: &[Vec<Option<Runs>>]) -> Self {
        for id in &self.network.order {
            let roots = runs.get(id.index()).map_or(&[][..], |runs| runs);
            self.flow(*id, roots);
        }
        if !self.network.undelivered.is_empty() {
            self.deliver();
        }
        self
    }

    fn flow(&mut self, id: FlowId, runs: &[Option<Runs>]) {
        let flow = &self.model.flows[id];
        let Some(net) = self.network.flows.get(id.index()) else { return };
        let mut roots: Vec<(usize, Option<Runs>)> = Vec::with_capacity(flow.roots.len());
        for (at, root) in flow.roots.iter().enumerate() {
            let given = runs.get(at).copied().flatten();
            let broker = flow.visits[*root].component;
            let arrived = || self.arrivals(flow, broker);
            roots.push((root.index(), given.or_else(|| net.starts_at_broker.then(arrived).flatten())));
        }
        let total = roots.iter().filter_map(|(_, runs)| *runs).reduce(Runs::plus);
        let coefficients = self.coefficients(flow, net);
        let each = total.map(|_| self.multiples(flow, net, &roots, &coefficients));
        match each {
            Some(Ok((peak, average))) => self.add(id, flow, net, &coefficients, &peak, &average, total),
            Some(Err(diverging)) => {
                let component = |at: &u32| flow.visits[VisitId::from_index(*at as usize)].component;
                let cycle = diverging.circle.iter().map(component).collect();
                self.divergences.push(Divergence { flow: id, cycle, radius: diverging.radius });
                self.mark_unknown(flow);
            }
            None => self.mark_unknown(flow),
        }
    }

    /// What the flows before this one brought to a broker, or this flow's part of it.
    fn arrivals(&self, flow: &Flow, broker: ComponentId) -> Option<Runs> {
        if self.known.get(broker.index()) != Some(&true) {
            return None;
        }
        let all = self.components.get(broker.index()).copied()?;
        if let Some(share) = flow.attrs.share(AttrId::SHARE) {
            return Some(all.times(share));
        }
        if self.model.components[broker].kind != Kind::Queue {
            return Some(all);
        }
        let starts = |other: &&Flow| {
            other.roots.iter().any(|root| other.visits[*root].component == broker)
                && !other.attrs.has(AttrId::SHARE)
                && !other.attrs.has(AttrId::RATE)
        };
        let others = self.model.flows.iter().filter(starts).count();
        Some(all.times(1.0 / others.max(1) as f64))
    }

    fn coefficients(&self, flow: &Flow, net: &FlowNet) -> Vec<f64> {
        let mut share_of = vec![0.0; flow.calls.len()];
        for group in &flow.groups {
            let shares = shares(self.model, &self.network.consumers, flow, group, &self.setting);
            for (call, share) in group.calls.iter().zip(shares) {
                if let Some(slot) = share_of.get_mut(call.index()) {
                    *slot = share;
                }
            }
        }
        let of_call = |id: &CallId| {
            let share = share_of.get(id.index()).copied().unwrap_or(0.0);
            share * calls_each(self.model, &flow.calls[*id].attrs, &self.setting)
        };
        net.calls.iter().map(of_call).collect()
    }

    /// Visits a second, at the peak and on average. One pass where both have the same proportions at all roots.
    fn multiples(
        &self,
        flow: &Flow,
        net: &FlowNet,
        roots: &[(usize, Option<Runs>)],
        coefficients: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), Diverging> {
        let sources = |of: fn(Runs) -> f64| {
            let mut sources = vec![0.0; flow.visits.len()];
            for (at, runs) in roots {
                if let (Some(slot), Some(runs)) = (sources.get_mut(*at), runs) {
                    *slot += of(*runs);
                }
            }
            sources
        };
        let peak = net.net.rates(&sources(|runs| runs.peak), coefficients)?;
        let average = match roots {
            [(_, Some(only))] if only.peak > 0.0 => {
                let part = only.average / only.peak;
                peak.iter().map(|rate| rate * part).collect()
            }
            _ => net.net.rates(&sources(|runs| runs.average), coefficients)?,
        };
        Ok((peak, average))
    }

    #[expect(clippy::too_many_arguments, reason = "one flow's figures, taken apart once")]
    fn add(
        &mut self,
        id: FlowId,
        flow: &Flow,
        net: &FlowNet,
        coefficients: &[f64],
        peak: &[f64],
        average: &[f64],
        total: Option<Runs>,
    ) {
        let at = |index: usize| Runs {
            peak: peak.get(index).copied().unwrap_or(0.0),
            average: average.get(index).copied().unwrap_or(0.0),
        };
        for (visit_id, visit) in flow.visits.enumerate() {
            if !(net.is_fed && visit.via.is_none()) {
                plus(&mut self.components, visit.component.index(), at(visit_id.index()));
            }
            set(&mut self.known, visit.component.index());
        }
        let mut calls = vec![None; flow.calls.len()];
        for (call_id, passed) in net.calls.iter().zip(coefficients) {
            let call = &flow.calls[*call_id];
            let rate = at(call.caller.index()).times(*passed);
            plus(&mut self.connections, call.connection.index(), rate);
            set(&mut self.known_connections, call.connection.index());
            if is_write(&call.attrs) {
                plus(&mut self.writes, flow.visits[call.target].component.index(), rate);
            }
            if let Some(slot) = calls.get_mut(call_id.index()) {
                *slot = Some(rate.peak);
            }
            if let Some(other) = call.attrs.components(AttrId::FALLBACK).first() {
                self.fall_back(flow, call, *other, at(call.caller.index()));
            }
        }
        for (visit, connection) in &net.left {
            plus(&mut self.left, connection.index(), at(*visit as usize));
        }
        if let Some(slot) = self.calls.get_mut(id.index()) {
            *slot = calls;
        }
        if let Some(slot) = self.flows.get_mut(id.index()) {
            *slot = total;
            self.any |= total.is_some();
        }
    }

    /// What a call to a dead component becomes: a call to its fallback.
    fn fall_back(&mut self, flow: &Flow, call: &Call, other: ComponentId, caller: Runs) {
        if self.setting.is_down(flow.visits[call.target].component) && !self.setting.is_down(other) {
            let share = call.attrs.share(AttrId::SHARE).unwrap_or(1.0);
            let each = share * calls_each(self.model, &call.attrs, &self.setting);
            plus(&mut self.components, other.index(), caller.times(each));
            set(&mut self.known, other.index());
        }
    }

    fn mark_unknown(&mut self, flow: &Flow) {
        for visit in &flow.visits {
            set(&mut self.unknown, visit.component.index());
        }
        for call in &flow.calls {
            set(&mut self.unknown_connections, call.connection.index());
        }
    }

    fn deliver(&mut self) {
        let (undelivered, model) = (&self.network.undelivered, self.model);
        let coefficients = undelivered.coefficients(model, &self.network.consumers, &self.setting);
        let peaks: Vec<f64> = self.left.iter().map(|runs| runs.peak).collect();
        let averages: Vec<f64> = self.left.iter().map(|runs| runs.average).collect();
        let carried = |left: &[f64]| undelivered.carry(model, &coefficients, left);
        let (Some(peak), Some(average)) = (carried(&peaks), carried(&averages)) else {
            return;
        };
        for (index, (peak, average)) in peak.components.iter().zip(&average.components).enumerate() {
            if *peak > 0.0 || *average > 0.0 {
                plus(&mut self.components, index, Runs { peak: *peak, average: *average });
                set(&mut self.known, index);
            }
        }
        let rates =
            peak.connections.iter().map(|(id, rate)| (*id, Runs { peak: *rate, average: 0.0 })).chain(
                average.connections.iter().map(|(id, rate)| (*id, Runs { peak: 0.0, average: *rate })),
            );
        for (id, rate) in rates {
            plus(&mut self.connections, id.index(), rate);
            set(&mut self.known_connections, id.index());
            let connection = &model.connections[id];
            if let Some(callee) = connection.callee().filter(|_| is_write(&connection.attrs)) {
                plus(&mut self.writes, callee.index(), rate);
            }
        }
    }

    /// A figure of a component: known, or surely nothing, or unknown.
    pub(super) fn known(&self, list: &[Runs], index: usize) -> Option<Runs> {
        told(list, index, &self.known, &self.unknown, self.any)
    }
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}

fn plus(list: &mut [Runs], index: usize, rate: Runs) {
    if let Some(slot) = list.get_mut(index) {
        *slot = slot.plus(rate);
    }
}

pub(super) fn told(list: &[Runs], index: usize, known: &[bool], unknown: &[bool], any: bool) -> Option<Runs> {
    let flag = |flags: &[bool]| flags.get(index).copied().unwrap_or(false);
    let figure = list.get(index).copied()?;
    (flag(known) || any && !flag(unknown)).then_some(figure)
}
