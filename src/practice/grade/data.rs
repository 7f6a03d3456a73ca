//! Does each reader see what the data needs, and does what may not be lost survive: the brief's needs against what the design gives.

use super::matching::deeds;
use super::requirements::keepers;
use super::{Criterion, Graded, Line};
use crate::analysis::consistency::SeenData;
use crate::analysis::recovery::{StoreRecovery, store};
use crate::model::attributes::Word as _;
use crate::model::attributes::words::{Consistency as Level, Replication};
use crate::model::{AttrId, ComponentId, DataId, FlowId, Header, Kind};
use crate::units::format_time;

const POINTS: f64 = 10.0;
const CONSISTENCY: f64 = 6.0;
const DURABILITY: f64 = 4.0;
/// What data wins in something of which nothing tells what it loses.
const HELD: f64 = 0.5;
/// What a level wins that cannot be derived.
const UNKNOWN: f64 = 0.3;
/// What a strong answer wins where a linearizable one is asked for: it differs in the moment of a takeover alone.
const NEARLY: f64 = 0.7;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let mut seen = Vec::new();
    for (flow, header) in graded.asked_flows() {
        seen.extend(reads(graded, flow, header));
    }
    // where an old answer will do for all, it does; what is not kept shows nothing
    if seen.is_empty() {
        let kept: Vec<bool> = graded.asked_data().map(|(id, _)| home(graded, id).is_some()).collect();
        let share = kept.iter().filter(|it| **it).count() as f64 / kept.len().max(1) as f64;
        let found = "eventual consistency is all that its readers need";
        seen.push(Line::new(
            "readers see what they need",
            1.0,
            share,
            found,
            "keep the data of the brief in stores",
        ));
    }
    let all: f64 = seen.iter().map(|it| it.of).sum();
    let scaled =
        |line: Line, factor: f64| Line { points: line.points * factor, of: line.of * factor, ..line };
    let mut lines: Vec<Line> = seen.into_iter().map(|it| scaled(it, CONSISTENCY / all)).collect();
    let survives: Vec<Line> = graded.asked_data().filter_map(|(id, it)| survives(graded, id, it)).collect();
    let all: f64 = survives.iter().map(|it| it.of).sum();
    lines.extend(survives.into_iter().map(|it| scaled(it, DURABILITY / all)));
    Criterion::new("data", "What the data needs", POINTS, lines)
}

/// The data that a flow of the brief touches and that needs more than an eventual answer: what the design's flows see of it.
fn reads(graded: &Graded<'_>, asked: FlowId, header: &Header) -> Vec<Line> {
    let brief = &graded.sides.brief.model;
    let mut ids: Vec<DataId> = deeds(graded.sides.brief, asked).into_iter().map(|it| it.0).collect();
    ids.dedup();
    let mut lines = Vec::new();
    for id in ids {
        let data = &brief.data[id];
        let Some(need) = data.attrs.word::<Level>(AttrId::CONSISTENCY).filter(|it| *it > Level::Eventual)
        else {
            continue;
        };
        let name = |level: Level| level.as_str().replace('_', " ");
        let what = format!("{}: {} is {}", header.title(), data.header.title(), name(need));
        let (share, found) =
            seen(graded, asked, id, need).unwrap_or((0.0, "no flow of yours leads to it".to_owned()));
        let win = if share == UNKNOWN {
            "say how what keeps it copies (`replicas`, `replication`, quorums), or what its readers see (`consistency`)"
        } else {
            "ask the primary or a majority (`read_quorum + write_quorum > replicas`), and no cache or copy on the way"
        };
        lines.push(Line::new(what, Graded::weight(header), share, found, win));
    }
    lines
}

/// What the flows for a flow of the brief see of its data at worst: nothing where none touches it.
fn seen(graded: &Graded<'_>, asked: FlowId, data: DataId, need: Level) -> Option<(f64, String)> {
    let own = graded.matches.of_data(data)?;
    let facts = &graded.trial.compilation.facts;
    let served = graded.matches.served_by(asked);
    let all = served
        .iter()
        .filter_map(|id| Some((*id, facts.consistency.flow(*id)?.data.iter().find(|it| it.data == own)?)));
    all.map(|(flow, it)| judged(graded, flow, it, need)).min_by(|a, b| a.0.total_cmp(&b.0))
}

/// Whether a flow of the brief is answered by what may be wrong: it is known to see less of its data than is needed.
pub(super) fn may_be_wrong(graded: &Graded<'_>, asked: FlowId) -> bool {
    let needs = |id: &DataId| {
        let need = graded.sides.brief.model.data[*id].attrs.word::<Level>(AttrId::CONSISTENCY)?;
        seen(graded, asked, *id, need)
    };
    let all = deeds(graded.sides.brief, asked);
    all.iter().filter_map(|(id, _)| needs(id)).any(|(share, _)| share == 0.0)
}

/// What a flow sees against what is needed.
fn judged(graded: &Graded<'_>, flow: FlowId, seen: &SeenData, need: Level) -> (f64, String) {
    let consistency = &graded.trial.compilation.facts.consistency;
    let name = |level: Level| level.as_str().replace('_', " ");
    let accesses = consistency.flow(flow).map_or(&[][..], |it| &it.accesses);
    let of_data = || accesses.iter().filter(|it| it.data == seen.data);
    let Some(level) = seen.level else {
        // a log is what its writers agree upon: what reads it comes later, and in its order
        let is_logged = of_data().all(|it| !it.reads && is_agreed_log(graded, it.component));
        return if is_logged {
            (1.0, "acknowledged by a majority of a log".to_owned())
        } else {
            (UNKNOWN, "cannot be derived".to_owned())
        };
    };
    let places: Vec<ComponentId> = match seen.weakest.as_slice() {
        [] => of_data().map(|it| it.component).collect(),
        weakest => weakest.iter().map(|it| it.0).collect(),
    };
    let meets = |id: &ComponentId| consistency.of(*id).is_some_and(|it| it.meets(need));
    match level {
        level if level >= need || !places.is_empty() && places.iter().all(meets) => (1.0, name(level)),
        Level::Strong => (NEARLY, "strong, one step short".to_owned()),
        level => (0.0, format!("only {}", name(level))),
    }
}

/// Whether a broker acknowledges what most of its copies have.
fn is_agreed_log(graded: &Graded<'_>, id: ComponentId) -> bool {
    let (model, facts) = (&graded.trial.compilation.model, &graded.trial.compilation.facts);
    let it = &model.components[id];
    let copying = it.attrs.word::<Replication>(AttrId::REPLICATION);
    let copies = it.attrs.count(AttrId::REPLICATION_FACTOR).or_else(|| it.attrs.count(AttrId::REPLICAS));
    let most = it.attrs.count(AttrId::WRITE_QUORUM).zip(copies).is_some_and(|(w, n)| w > n / 2);
    let agrees = matches!(copying, Some(Replication::Quorum | Replication::Sync)) && copies > Some(1) || most;
    it.kind.is_broker() && (agrees || facts.placement.of(id).is_some_and(|it| it.managed))
}

/// The best of what keeps data of the brief.
fn home(graded: &Graded<'_>, id: DataId) -> Option<ComponentId> {
    keepers(graded, graded.matches.of_data(id)?).first().copied()
}

/// Whether data that may not be lost survives a node and a wrong delete; nothing of what may be lost or made again.
fn survives(graded: &Graded<'_>, id: DataId, header: &Header) -> Option<Line> {
    let attrs = &graded.sides.brief.model.data[id].attrs;
    let may_go = attrs.is_true(AttrId::LOSS_OK) || attrs.is_true(AttrId::DERIVED);
    if may_go {
        return None;
    }
    let limit = attrs.seconds(AttrId::RPO);
    let what = match limit {
        Some(0.0) => format!("no {} is lost", header.title()),
        Some(limit) => format!("at most {} of {} is lost", format_time(limit), header.title()),
        None => format!("{} survives", header.title()),
    };
    let weight = Graded::weight(header);
    let facts = &graded.trial.compilation.facts;
    let model = &graded.sides.design.model;
    let Some(own) = graded.matches.of_data(id) else {
        return Some(Line::new(what, weight, 0.0, "it is not there", "declare it and keep it in a store"));
    };
    let stores = keepers(graded, own).into_iter().filter_map(|id| Some((id, recovery(graded, id)?)));
    let Some((store, recovery)) = stores.min_by(|a, b| worst(&a.1).total_cmp(&worst(&b.1))) else {
        let share = if home(graded, id).is_some() { HELD } else { 0.0 };
        let found = "no store keeps it of which is known what it loses";
        return Some(Line::new(what, weight, share, found, "keep it in what survives a restart"));
    };
    let managed = facts.placement.of(store).is_some_and(|it| it.managed);
    let with_node = match (recovery.lost_with_node, limit) {
        (Some(lost), Some(limit)) => f64::from(u8::from(lost <= limit)),
        (Some(_), None) => 1.0,
        // a managed service does not tell its copies, and has them
        (None, _) => {
            if managed {
                1.0
            } else {
                0.0
            }
        }
    };
    let by_delete = f64::from(u8::from(recovery.lost_by_delete.is_some()));
    let told = |lost: Option<f64>| lost.map_or_else(|| "unknown".to_owned(), format_time);
    let found = format!(
        "`{}`: {} lost with a node, {} by a wrong delete",
        model.path(store),
        if managed && recovery.lost_with_node.is_none() {
            "nothing".to_owned()
        } else {
            told(recovery.lost_with_node)
        },
        told(recovery.lost_by_delete)
    );
    let win = match with_node < 1.0 {
        true => {
            "give it copies that are written before the acknowledgement: `replicas`, `replication = sync` or `quorum`"
        }
        false => "give it a `backup`: every copy repeats a wrong delete",
    };
    Some(Line::new(what, weight, 0.6 * with_node + 0.4 * by_delete, found, win))
}

/// What something loses that keeps data: a registry or a queue does, a copy that may be gone is none.
fn recovery(graded: &Graded<'_>, id: ComponentId) -> Option<StoreRecovery> {
    let (model, facts) = (&graded.trial.compilation.model, &graded.trial.compilation.facts);
    let it = &model.components[id];
    let is_copy = matches!(it.kind, Kind::Cache | Kind::Cdn) && !it.attrs.is_true(AttrId::DURABLE);
    facts.recovery.of(id).copied().or_else(|| (!is_copy).then(|| store(it, facts.placement.of(id))))
}

fn worst(it: &StoreRecovery) -> f64 {
    it.lost_by_delete.unwrap_or(f64::INFINITY)
}
