//! Latency by trial: how many runs of each flow are made, and percentiles with their intervals from what they took.

use super::engine::{Engine, Record};
use super::plan::{FlowPlan, others, plan};
use super::random::Random;
use super::trips::Trips;
use super::world::World;
use super::{CONFIDENCE_Z, Gap, Measured, Setting, Times};

/// The percentiles that are measured, in thousandths.
const SHARES: [u16; 5] = [500, 900, 950, 990, 999];
/// Runs of one flow, one after another, are cut into so many parts: neighbours in a line are not independent, such parts nearly are.
const PARTS: usize = 20;
/// Student's quantile for 99 % with one less.
const PARTS_T: f64 = 2.860_934_6;
/// Visits that all runs together may make.
const VISITS: f64 = 8e6;

/// The times of every flow.
pub(super) fn measure(setting: &Setting<'_>, seed: u64, requests: u64) -> Vec<Result<Times, Gap>> {
    let world = World::of_case(setting.model, setting.placement, setting.case);
    let mut up = Vec::new();
    world.up(&world.base(), &mut up);
    let mut trips = Trips::new(setting);
    let plans: Vec<FlowPlan<'_>> = setting
        .model
        .flows
        .enumerate()
        .map(|(id, flow)| {
            let rate = setting.load.flow(id).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
            plan(setting, &up, &mut trips, flow, rate)
        })
        .collect();
    let runs = runs_each(&plans, requests);
    let noise = others(setting, &plans);
    let mut engine = Engine::new(setting, &plans, &up, &noise, Random::new(seed, 1));
    let settled = engine.run(runs);
    let records = engine.into_records();
    plans
        .iter()
        .zip(records)
        .map(|(plan, records)| match plan.gap {
            Some(gap) => Err(gap),
            None if !settled || records.len() < PARTS => Err(Gap::Unsettled),
            None => Ok(times(&records)),
        })
        .collect()
}

/// So many runs of each flow that all of them make no more than so many visits.
fn runs_each(plans: &[FlowPlan<'_>], requests: u64) -> u64 {
    let visits: f64 = plans.iter().filter(|plan| plan.gap.is_none()).map(|plan| plan.visits).sum();
    let most = if visits > 0.0 { VISITS / visits } else { VISITS };
    (requests as f64).min(most).max(200.0) as u64
}

fn times(records: &[Record]) -> Times {
    let count = records.len() as f64;
    let failed = records.iter().filter(|record| !record.good).count() as f64 / count;
    let half = spread(records, failed, |record| !record.good);
    let mut sorted: Vec<f64> = records.iter().map(|record| record.seconds).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = (share * count).ceil().clamp(1.0, count) as usize - 1;
        sorted.get(rank).copied().unwrap_or(0.0)
    };
    let percentile = |thousandths: &u16| {
        let share = f64::from(*thousandths) / 1000.0;
        let value = at(share);
        let half = spread(records, share, |record| record.seconds <= value);
        (*thousandths, Measured { value, lower: at(share - half), upper: at((share + half).min(1.0)) })
    };
    Times {
        runs: records.len() as u64,
        failed: Measured { value: failed, lower: (failed - half).max(0.0), upper: (failed + half).min(1.0) },
        percentiles: SHARES.iter().map(percentile).collect(),
    }
}

/// Half the interval of a share: the wider of that of independent runs and that of the parts.
fn spread(records: &[Record], share: f64, counts: impl Fn(&Record) -> bool) -> f64 {
    let count = records.len() as f64;
    let alone = CONFIDENCE_Z * (share * (1.0 - share) / count).max(0.0).sqrt();
    let size = (records.len() / PARTS).max(1);
    let parts: Vec<f64> = records
        .chunks_exact(size)
        .take(PARTS)
        .map(|part| part.iter().filter(|record| counts(record)).count() as f64 / size as f64)
        .collect();
    let mean = parts.iter().sum::<f64>() / parts.len() as f64;
    let variance =
        parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>() / (parts.len() as f64 - 1.0).max(1.0);
    alone.max(PARTS_T * (variance / parts.len() as f64).sqrt())
}
