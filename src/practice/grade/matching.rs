//! Which data and which flows of a design answer which of a brief: by what they do and how much of it, and by their names, loosely. A
//! design may call everything otherwise, cut one flow into several, or let one do what the brief asks of two.

use std::collections::BTreeSet;

use crate::analysis::Facts;
use crate::compilation::Compilation;
use crate::model::{AttrId, ComponentId, Data, DataId, Flow, FlowId, Header, Kind, Objective};

/// From here on two things are taken for the same.
const ALIKE: f64 = 0.3;
/// A further flow that answers the same must be this much alike in name, or in its objectives.
const PART: f64 = 0.5;

/// What answers what.
#[derive(Clone, Debug, Default)]
pub(super) struct Matches {
    /// By data of the brief.
    pub(super) data: Vec<Option<DataId>>,
    /// By flow of the brief: the flows that answer it, the likest first; none where nothing does.
    pub(super) flows: Vec<Vec<FlowId>>,
    /// By flow of the brief that nothing of its own answers: the flow of another that does with its data what it asks.
    pub(super) shared: Vec<Option<FlowId>>,
    /// Load of the flows of the design that answer one of the brief, over what the brief asks of these, at the peak.
    pub(super) load: Option<f64>,
}

/// A design beside a brief.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) brief: &'a Compilation,
    pub(super) design: &'a Compilation,
}

impl Matches {
    pub(super) fn new(sides: Sides<'_>) -> Self {
        let data = sides.data();
        let mut matches = Self { data, ..Self::default() };
        let (asked, given) = (&sides.brief.model.flows, &sides.design.model.flows);
        let score = |row: usize, column: usize| {
            sides.flow(&matches.data, FlowId::from_index(row), FlowId::from_index(column)).total()
        };
        let found = assigned(asked.len(), given.len(), score);
        let mut free: BTreeSet<FlowId> = given.ids().filter(|id| sides.is_started(*id)).collect();
        for id in found.iter().flatten() {
            free.remove(&FlowId::from_index(*id));
        }
        matches.flows = found.iter().map(|it| it.map(FlowId::from_index).into_iter().collect()).collect();
        sides.add_parts(&mut matches, free);
        matches.shared = asked.ids().map(|id| sides.shared(&matches, id)).collect();
        matches.load = sides.load(&matches);
        matches
    }

    /// The data of the design that answers one of the brief.
    pub(super) fn of_data(&self, id: DataId) -> Option<DataId> {
        self.data.get(id.index()).copied().flatten()
    }

    /// The flows of the design that answer one of the brief.
    pub(super) fn of_flow(&self, id: FlowId) -> &[FlowId] {
        self.flows.get(id.index()).map_or(&[], Vec::as_slice)
    }

    /// The same; where there is none, the one of another that does it too.
    pub(super) fn served_by(&self, id: FlowId) -> Vec<FlowId> {
        let own = self.of_flow(id);
        if own.is_empty() {
            self.shared.get(id.index()).copied().flatten().into_iter().collect()
        } else {
            own.to_vec()
        }
    }
}

/// How much two flows are alike, each part from 0 to 1; `None` where it cannot be said.
#[derive(Clone, Copy, Debug, Default)]
struct Likeness {
    name: f64,
    rate: Option<f64>,
    data: Option<f64>,
    objectives: Option<f64>,
}

impl Likeness {
    fn total(self) -> f64 {
        let others = 0.45 * self.name + 0.2 * self.rate.unwrap_or(0.0) + 0.1 * self.objectives.unwrap_or(0.0);
        // a flow that names no data is known by the rest alone
        self.data.map_or(others / 0.75, |data| others + 0.25 * data)
    }
}

impl Sides<'_> {
    fn data(self) -> Vec<Option<DataId>> {
        let (asked, given) = (&self.brief.model.data, &self.design.model.data);
        let score = |row: usize, column: usize| {
            alike_data(&asked[DataId::from_index(row)], &given[DataId::from_index(column)])
        };
        let found = assigned(asked.len(), given.len(), score);
        found.into_iter().map(|it| it.map(DataId::from_index)).collect()
    }

    /// How much a flow of the design is like one of the brief.
    fn flow(self, data: &[Option<DataId>], asked: FlowId, given: FlowId) -> Likeness {
        let (one, other) = (&self.brief.model.flows[asked], &self.design.model.flows[given]);
        let rates = rate(&self.brief.facts, asked).zip(rate(&self.design.facts, given));
        Likeness {
            name: alike(&one.header, &other.header),
            rate: rates.map(|(a, b)| closeness(a, b)),
            data: touched(self, data, asked, given),
            objectives: alike_objectives(one, &other.objectives),
        }
    }

    /// Whether somebody outside starts it: the load of the others comes from within.
    fn is_started(self, id: FlowId) -> bool {
        let model = &self.design.model;
        let flow = &model.flows[id];
        flow.roots.iter().any(|root| model.components[flow.visits[*root].component].kind.is_actor())
    }

    /// Flows that nothing is matched with join the one that they are a part of, where its rate comes nearer by it.
    fn add_parts(self, matches: &mut Matches, free: BTreeSet<FlowId>) {
        for given in free {
            let Some(more) = rate(&self.design.facts, given) else { continue };
            let mut best: Option<(f64, FlowId)> = None;
            for asked in self.brief.model.flows.ids() {
                let alike = self.flow(&matches.data, asked, given);
                let is_part = alike.name >= PART || alike.objectives >= Some(PART);
                let does = alike.data.unwrap_or(1.0) >= PART;
                let total = alike.total();
                if is_part
                    && does
                    && self.is_nearer(matches, asked, more)
                    && best.is_none_or(|(most, _)| total > most)
                {
                    best = Some((total, asked));
                }
            }
            if let Some(flows) = best.and_then(|(_, asked)| matches.flows.get_mut(asked.index())) {
                flows.push(given);
            }
        }
    }

    fn is_nearer(self, matches: &Matches, asked: FlowId, more: f64) -> bool {
        let flows = matches.of_flow(asked);
        let Some(target) = rate(&self.brief.facts, asked).filter(|_| !flows.is_empty()) else { return false };
        let sum: f64 = flows.iter().filter_map(|id| rate(&self.design.facts, *id)).sum();
        closeness(target, sum + more) > closeness(target, sum)
    }

    /// A flow that answers another requirement and does all that this one asks with its data.
    fn shared(self, matches: &Matches, asked: FlowId) -> Option<FlowId> {
        if !matches.of_flow(asked).is_empty() {
            return None;
        }
        let given = matches.flows.iter().flatten().copied();
        let whole = |id: &FlowId| touched(self, &matches.data, asked, *id).is_some_and(|share| share > 0.99);
        given.filter(whole).min()
    }

    /// Of what is answered alone, for a flow that is missing is no lighter load on the others; or of it all, where one flow does what
    /// the brief asks of several: whichever comes nearer.
    fn load(self, matches: &Matches) -> Option<f64> {
        let (mut asked, mut given) = (0.0, 0.0);
        let all: f64 = self.brief.model.flows.ids().filter_map(|id| rate(&self.brief.facts, id)).sum();
        for id in self.brief.model.flows.ids() {
            let own = matches.of_flow(id);
            let served: Option<f64> = own.iter().map(|it| rate(&self.design.facts, *it)).sum();
            // what the flow of another purpose does too is a part of that one's rate
            let is_done = !matches.served_by(id).is_empty();
            if let (Some(one), Some(other), true) = (rate(&self.brief.facts, id), served, is_done) {
                asked += one;
                given += other;
            }
        }
        let base = if closeness(all, given) > closeness(asked, given) { all } else { asked };
        (base > 0.0).then(|| given / base)
    }
}

/// Runs a second at the peak.
pub(super) fn rate(facts: &Facts, id: FlowId) -> Option<f64> {
    facts.load.flow(id).and_then(|load| load.peak)
}

/// The share of what a flow of the brief does with data that a flow of the design does too; `None` where the brief names none.
fn touched(sides: Sides<'_>, data: &[Option<DataId>], asked: FlowId, given: FlowId) -> Option<f64> {
    let wanted = deeds(sides.brief, asked);
    let done = kept(sides.design, given);
    let has = |(id, writes): &&(DataId, bool)| match data.get(id.index()).copied().flatten() {
        Some(own) => does(&done, own, *writes),
        None => !*writes && is_made(sides.brief, *id, &done),
    };
    (!wanted.is_empty()).then(|| wanted.iter().filter(has).count() as f64 / wanted.len() as f64)
}

/// Whether something is done with data: who may write it may look at it too.
pub(super) fn does(done: &BTreeSet<(DataId, bool)>, data: DataId, writes: bool) -> bool {
    done.contains(&(data, writes)) || !writes && done.contains(&(data, true))
}

/// Whether data of the brief that can be made again, and that a design does not keep, is made from something which is read.
pub(super) fn is_made(brief: &Compilation, data: DataId, done: &BTreeSet<(DataId, bool)>) -> bool {
    brief.model.data[data].attrs.is_true(AttrId::DERIVED) && done.iter().any(|(_, writes)| !*writes)
}

/// What a flow of a brief does with data, as its calls name it: each with whether it writes.
pub(super) fn deeds(brief: &Compilation, id: FlowId) -> BTreeSet<(DataId, bool)> {
    let mut all = BTreeSet::new();
    for call in &brief.model.flows[id].calls {
        for (attr, writes) in [(AttrId::READS, false), (AttrId::WRITES, true)] {
            all.extend(call.attrs.data(attr).into_iter().map(|data| (data, writes)));
        }
    }
    all
}

/// What a flow of a design does with what keeps data: a box that says it reads reads nothing.
pub(super) fn kept(side: &Compilation, id: FlowId) -> BTreeSet<(DataId, bool)> {
    let model = &side.model;
    let keeps = |component: ComponentId| {
        let it = &model.components[component];
        it.kind.is_store() || it.kind.is_broker() || it.kind == Kind::Cache || it.attrs.has(AttrId::STORES)
    };
    let mut all = BTreeSet::new();
    for it in side.facts.consistency.flow(id).map_or(&[][..], |flow| &flow.accesses) {
        if keeps(it.component) {
            all.extend(
                [(it.reads, false), (it.writes, true)]
                    .into_iter()
                    .filter(|it| it.0)
                    .map(|how| (it.data, how.1)),
            );
        }
    }
    // a call that does not say what it does may do both
    let flow = &model.flows[id];
    for call in flow.calls.iter().filter(|call| !SAYS.iter().any(|attr| call.attrs.has(*attr))) {
        for end in [call.caller, call.target].map(|visit| flow.visits[visit].component) {
            for data in model.components[end].attrs.data(AttrId::STORES) {
                all.extend([(data, false), (data, true)]);
            }
        }
    }
    all
}

/// What tells of a call whether it reads or writes.
const SAYS: [AttrId; 3] = [AttrId::ACCESS, AttrId::READS, AttrId::WRITES];

fn alike_data(one: &Data, other: &Data) -> f64 {
    let figure = |data: &Data, id: AttrId| {
        data.attrs.bytes(id).or_else(|| data.attrs.per_second(id)).or_else(|| data.attrs.bytes_per_second(id))
    };
    let near = |id: AttrId| figure(one, id).zip(figure(other, id)).map_or(0.0, |(a, b)| closeness(a, b));
    let same = |id: AttrId| {
        let value = |data: &Data| data.attrs.get(id).map(|it| it.value.clone());
        f64::from(u8::from(value(one).is_some() && value(one) == value(other)))
    };
    0.5 * alike(&one.header, &other.header)
        + 0.2 * near(AttrId::SIZE)
        + 0.2 * near(AttrId::GROWTH)
        + 0.05 * same(AttrId::CONSISTENCY)
        + 0.05 * same(AttrId::CLASS)
}

/// The share of a flow's objectives that another has with the same target.
fn alike_objectives(asked: &Flow, given: &[Objective]) -> Option<f64> {
    let same = |it: &&Objective| {
        given.iter().any(|other| other.metric == it.metric && closeness(it.target, other.target) > 0.999)
    };
    let all = asked.objectives.len();
    (all > 0).then(|| asked.objectives.iter().filter(same).count() as f64 / all as f64)
}

/// 1 where two figures are equal, their ratio else.
pub(super) fn closeness(one: f64, other: f64) -> f64 {
    if one == other {
        return 1.0;
    }
    let (low, high) = (one.min(other), one.max(other));
    if low > 0.0 && high.is_finite() { low / high } else { 0.0 }
}

/// How much two names are alike, labels included: the words that they share.
fn alike(one: &Header, other: &Header) -> f64 {
    let name = |it: &Header| words(&it.name);
    let label = |it: &Header| words(it.label.as_deref().unwrap_or_default());
    let both = |it: &Header| name(it).union(&label(it)).cloned().collect::<BTreeSet<_>>();
    shared_words(&name(one), &name(other))
        .max(shared_words(&label(one), &label(other)))
        .max(shared_words(&both(one), &both(other)))
}

fn shared_words(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * one.intersection(other).count() as f64 / all as f64 }
}

/// Words that tell nothing apart.
const EMPTY: &[&str] = &[
    "a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "its", "new", "of", "on", "one", "or",
    "s", "that", "the", "to", "what", "who", "with",
];

fn words(text: &str) -> BTreeSet<String> {
    let all = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    all.filter(|word| !word.is_empty() && !EMPTY.contains(&word.as_str())).map(|word| stem(&word)).collect()
}

/// A word without its commonest endings.
fn stem(word: &str) -> String {
    let ending = |end: &str| word.strip_suffix(end).filter(|stem| stem.chars().count() >= 3);
    ["ing", "es", "ed", "s", "e"].into_iter().find_map(ending).unwrap_or(word).to_owned()
}

/// Pairs of rows and columns, the likest pair first, each row and column once; below [`ALIKE`] nothing is a pair.
fn assigned(rows: usize, columns: usize, score: impl Fn(usize, usize) -> f64) -> Vec<Option<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let score = score(row, column);
            if score >= ALIKE {
                pairs.push((score, row, column));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found = vec![None; rows];
    let mut taken = vec![false; columns];
    for (_, row, column) in pairs {
        if let (Some(slot @ None), Some(taken @ false)) = (found.get_mut(row), taken.get_mut(column)) {
            *slot = Some(column);
            *taken = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_alike_whatever_their_ending() {
        assert_eq!(words("Reading the feeds"), words("read_feed"));
        assert_eq!(words("What is it?"), BTreeSet::new());
    }

    #[test]
    fn the_likest_pair_goes_first() {
        let table = [[0.9, 0.8], [0.95, 0.1], [0.2, 0.2]];
        assert_eq!(assigned(3, 2, |row, column| table[row][column]), [Some(1), Some(0), None]);
        assert_eq!(assigned(0, 2, |_, _| 1.0), []);
    }

    #[test]
    fn figures_are_near_by_their_ratio() {
        assert_eq!(closeness(0.0, 0.0), 1.0);
        assert_eq!(closeness(2.0, 4.0), 0.5);
        assert_eq!(closeness(0.0, 4.0), 0.0);
    }
}
