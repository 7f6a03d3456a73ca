//! The event loop: requests arrive, stand in line, are worked on and wait for what they call. What waits for something is a frame,
//! which knows who waits for it; what nobody waits for any more goes on and is forgotten when it is done.

mod frames;
mod steps;
mod tries;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Setting;
use super::lines::{Lines, Manner, Moment};
use super::plan::FlowPlan;
use super::random::Random;
use crate::model::ComponentId;
use frames::{Frame, Kind, NOBODY, Ref};
use tries::Breaker;

/// Frames at a time, and events in all, beyond which the run is given up.
const FRAMES: usize = 1_000_000;
const EVENTS: u64 = 60_000_000;
/// The share of the time at the start that is not measured: lines have to fill first.
const WARM_UP: f64 = 0.1;

/// What a run took.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Record {
    pub(super) seconds: f64,
    pub(super) good: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Event {
    Start { flow: u32, looks: bool },
    Noise(u32),
    Reach(Ref),
    Worked(Ref),
    Late(Ref),
    Again(Ref),
}

#[derive(Clone, Copy, Debug)]
enum Todo {
    /// What a frame waited for has ended.
    Ended(Ref, bool),
    Advance(Ref),
    Attempt(Ref),
}

pub(super) struct Engine<'a> {
    plans: &'a [FlowPlan<'a>],
    up: &'a [bool],
    noise: &'a [(ComponentId, f64)],
    lines: Lines,
    random: Random,
    now: f64,
    /// When measuring begins and arrivals end.
    times: (f64, f64),
    looks: Vec<f64>,
    events: BinaryHeap<Reverse<(Moment, u64, Event)>>,
    number: u64,
    frames: Vec<Frame>,
    free: Vec<u32>,
    todo: Vec<Todo>,
    breakers: Vec<Breaker>,
    records: Vec<Vec<Record>>,
    /// Runs under way that are measured.
    open: u64,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        setting: &Setting<'_>,
        plans: &'a [FlowPlan<'a>],
        up: &'a [bool],
        noise: &'a [(ComponentId, f64)],
        random: Random,
    ) -> Self {
        Self {
            plans,
            up,
            noise,
            lines: Lines::new(setting),
            random,
            now: 0.0,
            times: (0.0, 0.0),
            looks: vec![0.0; plans.len()],
            events: BinaryHeap::new(),
            number: 0,
            frames: Vec::new(),
            free: Vec::new(),
            todo: Vec::new(),
            breakers: vec![Breaker::default(); setting.model.connections.len()],
            records: vec![Vec::new(); plans.len()],
            open: 0,
        }
    }

    pub(super) fn into_records(self) -> Vec<Vec<Record>> {
        self.records
    }

    /// Makes so many runs of each flow. A flow that is rarer than another is looked at beside its own arrivals: such a run waits as it
    /// would, and takes nothing. Whether it came to an end.
    pub(super) fn run(&mut self, runs: u64) -> bool {
        let plans = self.plans;
        let busiest = plans.iter().filter_map(|plan| plan.rate).fold(0.0, f64::max);
        let measured = runs as f64 / if busiest > 0.0 { busiest } else { 1.0 };
        let end = measured / (1.0 - WARM_UP);
        self.times = (end * WARM_UP, end);
        for (index, plan) in plans.iter().enumerate() {
            if matches!(plan.gap, Some(super::Gap::Circle | super::Gap::Large)) {
                continue;
            }
            let flow = index as u32;
            let rate = plan.rate.unwrap_or(0.0);
            if rate > 0.0 {
                self.arrive(Event::Start { flow, looks: false }, rate);
            }
            let short = runs as f64 / measured - rate;
            if plan.gap.is_none() && short > 1e-9 * rate {
                if let Some(slot) = self.looks.get_mut(index) {
                    *slot = short;
                }
                self.arrive(Event::Start { flow, looks: true }, short);
            }
        }
        for (index, (_, rate)) in self.noise.iter().enumerate() {
            self.arrive(Event::Noise(index as u32), *rate);
        }
        self.work_off()
    }

    fn work_off(&mut self) -> bool {
        let mut count = 0;
        while let Some(Reverse((Moment(at), _, event))) = self.events.pop() {
            self.now = at;
            if self.now > self.times.1 && self.open == 0 {
                return true;
            }
            count += 1;
            if count > EVENTS || self.frames.len() - self.free.len() > FRAMES {
                return false;
            }
            self.happen(event);
            self.settle();
        }
        true
    }

    fn schedule(&mut self, at: f64, event: Event) {
        self.number += 1;
        self.events.push(Reverse((Moment(at), self.number, event)));
    }

    /// The next of arrivals at random, unless it comes too late.
    fn arrive(&mut self, event: Event, rate: f64) {
        let at = self.now + self.random.exponential(1.0 / rate);
        if at < self.times.1 {
            self.schedule(at, event);
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Start { flow, looks } => {
                let index = flow as usize;
                let rate = match looks {
                    true => self.looks.get(index).copied().unwrap_or(0.0),
                    false => self.plans.get(index).and_then(|plan| plan.rate).unwrap_or(0.0),
                };
                if rate > 0.0 {
                    self.arrive(event, rate);
                }
                self.start(flow, looks);
            }
            Event::Noise(index) => {
                if let Some((component, rate)) = self.noise.get(index as usize).copied() {
                    self.arrive(event, rate);
                    let manner = Manner { takes: true, waits: true, writes: false };
                    self.lines.serve(component, self.now, manner, &mut self.random);
                }
            }
            Event::Reach(at) => self.reach(at),
            Event::Worked(at) => match self.frame(at).map(|frame| frame.kind) {
                Some(Kind::Instead { .. }) => self.end(at, true),
                Some(_) => self.todo.push(Todo::Advance(at)),
                None => {}
            },
            Event::Late(at) => self.late(at),
            Event::Again(at) => self.todo.push(Todo::Attempt(at)),
        }
    }

    fn settle(&mut self) {
        while let Some(todo) = self.todo.pop() {
            match todo {
                Todo::Ended(at, good) => self.ended(at, good),
                Todo::Advance(at) => self.advance(at),
                Todo::Attempt(at) => self.attempt(at),
            }
        }
    }

    fn start(&mut self, flow: u32, looks: bool) {
        let plans = self.plans;
        let Some(plan) = plans.get(flow as usize) else { return };
        let roots = &plan.flow.roots;
        let pick = ((self.random.uniform() * roots.len() as f64) as usize).min(roots.len().saturating_sub(1));
        let Some(root) = roots.get(pick).copied() else { return };
        let measured = self.now >= self.times.0 && plan.gap.is_none();
        let luck = self.random.bits();
        let blank = Frame {
            kind: Kind::Run { started: self.now, measured },
            parent: NOBODY,
            age: 0,
            alive: true,
            flow,
            luck,
            looks,
        };
        let run = self.spawn(blank.kind, NOBODY, &blank);
        self.open += u64::from(measured);
        let kind = Kind::Visit { visit: root, step: 0, feeds: false, writes: false };
        let visit = self.spawn(kind, run, &blank);
        self.todo.push(Todo::Advance(visit));
    }

    /// A request has come to where it is worked on.
    fn reach(&mut self, at: Ref) {
        let Some(frame) = self.frame(at).copied() else { return };
        let (component, feeds, writes) = match frame.kind {
            Kind::Visit { visit, feeds, writes, .. } => {
                let Some(plan) = self.plans.get(frame.flow as usize) else { return };
                (plan.flow.visits[visit].component, feeds, writes)
            }
            Kind::Instead { component } => (component, false, false),
            _ => return,
        };
        // who is handed a message by a broker that somebody waits for takes it when it can
        let manner = Manner { takes: !frame.looks, waits: !feeds, writes };
        let served = self.lines.serve(component, self.now, manner, &mut self.random);
        self.schedule(served.done, Event::Worked(at));
    }
}
