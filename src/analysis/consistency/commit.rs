//! How long a commit waits: the round trip to the last copy that must answer.

use super::quorum::majority;
use super::regions::{Region, RoundTrip, copies_by_region, regions_of, round_trip};
use crate::config::Assumed;
use crate::model::attributes::words::{Mode, Replication};
use crate::model::{AttrId, ComponentId, Model};

/// What a commit waits for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Commit {
    /// How long.
    pub trip: RoundTrip,
    /// Where the leader is; where any replica accepts writes, the caller.
    pub from: Region,
    /// Where the last copy that must answer is.
    pub to: Region,
    /// Copies that must answer…
    pub asked: u64,
    /// …of so many.
    pub copies: u64,
}

/// What a write to a store waits for, with `sync` every copy, else W or a majority; the farthest region of the caller counts.
/// `None` where the place from which the clock runs is not known.
pub fn commit(
    model: &Model,
    assumed: &Assumed,
    store: ComponentId,
    caller: ComponentId,
    replication: Option<Replication>,
) -> Option<Commit> {
    let attrs = &model.components[store].attrs;
    let placed = copies_by_region(model, store);
    let copies: u64 = placed.iter().map(|(_, count)| count).sum();
    let asked = match replication {
        Some(Replication::Sync) => copies,
        _ => attrs.count(AttrId::WRITE_QUORUM).unwrap_or_else(|| majority(copies)).clamp(1, copies.max(1)),
    };
    let anyone = matches!(
        attrs.word::<Mode>(AttrId::MODE),
        Some(Mode::Leaderless | Mode::MultiPrimary | Mode::ActiveActive)
    );
    let starts = match anyone {
        true => regions_of(model, caller),
        false => placed.first().map(|(region, _)| *region).into_iter().collect(),
    };
    let from = |from: Region| {
        let (trip, to) = last_to_answer(model, assumed, from, &placed, asked, !anyone)?;
        Some(Commit { trip, from, to, asked, copies })
    };
    starts.into_iter().filter_map(from).reduce(|a, b| if b.trip.seconds > a.trip.seconds { b } else { a })
}

/// The round trip to the last of the nearest `asked` copies, and where it is. A leader is the first of them, at no distance.
fn last_to_answer(
    model: &Model,
    assumed: &Assumed,
    from: Region,
    placed: &[(Region, u64)],
    asked: u64,
    leads: bool,
) -> Option<(RoundTrip, Region)> {
    let trip = |to: Region| round_trip(model, from, to, assumed.rtt_region, assumed.rtt_far);
    let mut order: Vec<(RoundTrip, Region, u64)> =
        placed.iter().map(|(region, count)| (trip(*region), *region, *count)).collect();
    order.sort_by(|a, b| a.0.seconds.total_cmp(&b.0.seconds));
    if leads && asked <= 1 {
        return Some((RoundTrip { seconds: 0.0, assumed: false }, from));
    }
    let mut answered = 0_u64;
    for (trip, region, count) in order {
        answered = answered.saturating_add(count);
        if answered >= asked {
            return Some((trip, region));
        }
    }
    None
}
