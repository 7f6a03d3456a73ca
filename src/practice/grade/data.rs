//! Does each reader see what the data needs, and does what may not be lost survive: the brief's needs against what the design gives.

use super::matching::deeds;
use super::requirements::keepers;
use super::{Criterion, Graded, Line};
use crate::model::attributes::Word as _;
use crate::model::attributes::words::Consistency as Level;
use crate::model::{AttrId, ComponentId, DataId, FlowId, Header};
use crate::units::format_time;

const POINTS: f64 = 10.0;
const CONSISTENCY: f64 = 6.0;
const DURABILITY: f64 = 4.0;
/// What data wins in something of which nothing tells what it loses.
const HELD: f64 = 0.5;
/// What a level wins that cannot be derived.
const UNKNOWN: f64 = 0.3;

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
        let (share, found) = match seen(graded, asked, id) {
            None => (0.0, "no flow of yours leads to it".to_owned()),
            Some(None) => (UNKNOWN, "cannot be derived".to_owned()),
            Some(Some(level)) if level >= need => (1.0, name(level)),
            Some(Some(level)) => (0.0, format!("only {}", name(level))),
        };
        let win = "ask the primary or a majority (`read_quorum + write_quorum > replicas`), and no cache or copy on the way";
        lines.push(Line::new(what, Graded::weight(header), share, found, win));
    }
    lines
}

/// What the flows for a flow of the brief see of its data at worst: nothing where none touches it.
fn seen(graded: &Graded<'_>, asked: FlowId, data: DataId) -> Option<Option<Level>> {
    let own = graded.matches.of_data(data)?;
    let facts = &graded.trial.compilation.facts;
    let served = graded.matches.served_by(asked);
    let all =
        served.iter().filter_map(|id| facts.consistency.flow(*id)?.data.iter().find(|it| it.data == own));
    let levels: Vec<Option<Level>> = all.map(|it| it.level).collect();
    levels.into_iter().min()
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
    let stores = keepers(graded, own).into_iter().filter_map(|id| Some((id, *facts.recovery.of(id)?)));
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

fn worst(it: &crate::analysis::recovery::StoreRecovery) -> f64 {
    it.lost_by_delete.unwrap_or(f64::INFINITY)
}
