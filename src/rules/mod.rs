//! The rules: facts in, findings out. This file is the catalogue: a line for each rule, which has a file of its own.
//!
//! A rule is a value ([`Rule`]) in a file whose head documents it: what it finds, why that matters, how to mend it, with
//! examples that are run as its tests ([`doc`]). What all rules have in common stands in [`Findings`] (grouping, levels,
//! assumptions), `suppress` (silencing, `@allow`) and [`terms`] (the words of the catalogue).
//!
//! To add a rule: write its file, add its line below, and run the tests once with `ARCHC_BLESS=1`.

mod caches;
pub mod configuration;
mod context;
mod decisions;
mod demand;
pub mod doc;
mod edits;
mod feeds;
mod findings;
mod gather;
mod index;
mod metadata;
mod outage;
mod patience;
mod policy;
mod recovery;
mod requirement;
mod residency;
mod secrets;
mod stored;
mod suppress;
pub mod terms;
mod timing;
mod unassessed;
mod walk;
mod writing;

use crate::analysis::Facts;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::parallel;

pub use context::{RuleContext, Usage};
pub use decisions::decision_owns;
pub use doc::explain;
pub use edits::Written;
pub use findings::{Finding, Findings, Subject};
pub use metadata::{Category, Need, Rule, Threshold};
pub use suppress::Allowed;
pub use unassessed::{NotAssessed, Unassessed, not_assessed};

/// Declares the module of each rule and lists it with its documentation: what `build.rs` read in its file.
macro_rules! rules {
    ($($name:ident)+) => {
        $(mod $name;)+

        static REGISTER: &[(&Rule, doc::Head)] = &[
            $((
                &$name::RULE,
                doc::Head {
                    text: include_str!(concat!(env!("OUT_DIR"), "/rules/", stringify!($name), ".md")),
                    fix: include_str!(concat!(env!("OUT_DIR"), "/rules/", stringify!($name), ".fix")),
                },
            )),+
        ];
    };
}

rules! {
    av001_single_point_of_failure
    av002_shared_failure_domain
    av003_unreachable_availability_objective
    av004_missing_extra_nine
    av005_objective_above_scope
    av006_external_without_sla
    av007_fragile_quorum
    av008_manual_failover
    av009_shared_control_plane
    av010_missing_domain_headroom
    av011_bootstrap_cycle
    ca001_missing_invalidation
    ca002_cache_stampede
    ca003_cache_as_only_copy
    ca004_implausible_hit_ratio
    co001_sync_cycle
    co002_shared_database
    co003_hub_service
    co004_distributed_monolith
    co005_endpoint_based_call
    co006_missing_gateway
    co007_store_intimacy
    cp001_saturated_component
    cp002_near_first_break
    cp003_single_writer_ceiling
    cp004_unrelieved_reads
    cp005_cold_cache_collapse
    cp006_connection_exhaustion
    cp007_concurrency_shortfall
    cp008_unbalanced_capacities
    cp009_exceeded_quota
    cp010_short_exhaustion_horizon
    cs001_strong_data_on_weak_path
    cs002_quorum_without_overlap
    cs003_cap_conflict
    cs004_cross_region_commit
    cs005_unseen_own_write
    cs006_multi_writer_without_merge
    cs007_dual_write
    cs008_lossy_promotion
    cs009_two_phase_commit_chain
    cx001_over_engineering
    cx002_sprawl
    cx003_traffic_cost
    cx004_lock_in_or_dead_part
    da001_hot_shard
    da002_poor_shard_key
    da003_scatter_gather
    da004_under_replicated_store
    da005_store_mismatch
    de001_decision_without_effect
    de002_undecided_trade_off
    de003_contradicted_decision
    dr001_missing_backup
    dr002_backup_in_same_fate
    dr003_violated_rpo
    dr004_violated_rto
    dr005_global_blast_radius
    hy001_allow_without_reason
    hy002_unused_allow
    hy003_expired_allow
    lt001_exceeded_latency_budget
    lt002_tail_fanout
    lt003_deep_sync_chain
    lt004_chatty_call
    lt005_cross_region_call
    lt006_cold_start
    lt007_missing_edge_cache
    lt008_sync_over_queue
    mq001_non_idempotent_consumer
    mq002_missing_dead_letter
    mq003_broken_ordering
    mq004_backlog
    mq005_idle_consumers
    mq006_short_visibility_timeout
    ob001_blind_component
    ob002_untraced_chain
    ob003_monitor_in_shared_fate
    po001_forbidden_connection
    po002_unmet_requirement
    rs001_call_without_timeout
    rs002_timeout_inversion
    rs003_ill_sized_timeout
    rs004_retry_amplification
    rs005_synchronised_retries
    rs006_non_idempotent_retries
    rs007_metastable_risk
    rs008_unshed_edge
    rs009_missing_bulkhead
    rs010_missing_health_check
    rs011_unbounded_soft_call
    rs012_reconnect_herd
    se001_exposed_component
    se002_unprotected_link
    se003_plain_store_or_secret
    se004_residency_breach
    se005_missing_erasure_path
}

/// Every rule, by code.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    REGISTER.iter().map(|(rule, _)| *rule)
}

/// The rule of that code or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.is_called(code_or_name))
}

/// The code or name that is nearest to what was written; `None` where none is near.
pub fn nearest(written: &str) -> Option<&'static str> {
    let written = written.to_lowercase();
    let near = |known: &'static str| {
        let limit = (known.len() / 3).min(2);
        if known.len().abs_diff(written.len()) > limit {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&written, &known.to_lowercase());
        (distance <= limit).then_some((distance, known))
    };
    all().flat_map(|rule| [rule.code, rule.name]).filter_map(near).min().map(|(_, known)| known)
}

/// What the rules have to say about a design.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The findings, by place.
    pub findings: Vec<Diagnostic>,
    /// How many findings an `@allow` silences.
    pub suppressed: usize,
    /// What could not be judged, by code, then in the order of the declarations.
    pub unassessed: Vec<Unassessed>,
    /// The findings about the design that an `@allow` silences, in the order of the annotations.
    pub allowed: Vec<Allowed>,
}

/// Runs every rule that is not switched off.
pub fn check(model: &Model, facts: &Facts, config: &Config, written: &Written<'_>) -> Outcome {
    let index = index::Index::new(model);
    let Some(rule) = all().next() else { return Outcome::default() };
    let nothing = context::House::default();
    let (index, house) = (&index, &nothing);
    let idle_allows = &[];
    let mut ctx = RuleContext { model, facts, config, rule, idle_allows, house, index, walks: &[], written };
    let walks = walk::all(&ctx);
    ctx.walks = &walks;
    let mut outcome = Outcome::default();
    let mut told = run(ctx, |rule| !rule.is_house(), &mut outcome);
    suppress::drop_silenced(&mut told);
    let mut allows = suppress::Allows::new(&ctx);
    outcome.suppressed += allows.apply(&mut told);
    let idle = allows.idle();
    ctx.idle_allows = &idle;
    let known = context::House {
        silenced: allows.silenced(),
        told: told.iter().map(|it| (it.rule, it.subject)).collect(),
        open: outcome
            .unassessed
            .chunk_by(|a, b| a.code == b.code)
            .filter_map(|of| Some(of.first()?.code))
            .collect(),
    };
    ctx.house = &known;
    outcome.allowed = known.silenced.iter().map(|it| it.allowed(&ctx)).collect();
    let mut house = run(ctx, Rule::is_house, &mut outcome);
    outcome.suppressed += allows.apply(&mut house);
    gather::gather(&ctx, &mut told);
    // a finding is large: while it is boxed, it is quickly moved
    let mut all: Vec<Box<Diagnostic>> = told.into_iter().chain(house).map(|it| it.diagnostic).collect();
    all.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    outcome.findings = all.into_iter().map(|it| *it).collect();
    // the subjects of one rule are in order
    outcome.unassessed.sort_by_key(|it| it.code);
    outcome
}

fn run(ctx: RuleContext<'_>, which: fn(&Rule) -> bool, outcome: &mut Outcome) -> Vec<findings::Told> {
    // the last ones by code speak of calls and have most to do: they begin, so that no thread waits for one of them
    let mut rules: Vec<_> =
        all().filter(|rule| which(rule) && !ctx.config.is_off_everywhere(rule.code)).collect();
    rules.reverse();
    let elements = ctx.model.components.len() + ctx.model.connections.len();
    // house rules have little to do
    let is_large = parallel::is_worth(elements) && !rules.iter().all(|rule| rule.is_house());
    let found = parallel::map(is_large, &rules, |rule| {
        let ctx = RuleContext { rule, ..ctx };
        let mut findings = Findings::new(ctx);
        (rule.check)(&ctx, &mut findings);
        findings.finish()
    });
    let mut told = Vec::new();
    for (found, open) in found.into_iter().rev() {
        told.extend(found);
        outcome.unassessed.extend(open);
    }
    told
}

#[cfg(test)]
mod tests;
