//! What breaks first as the users grow, and the smallest change that mends it, each verified by analysing the changed design.
//! Changes accumulate from size to size. Load is taken to grow with the users.

mod grow;
mod human;
mod limits;
mod remedies;

use serde::Serialize;

use crate::analysis::{Facts, loads};
use crate::compilation::Compilation;
use crate::config::Config;
use crate::model::{AttrId, Component, Model, Value};

pub(crate) use grow::{grown, users};
pub use human::human;

/// A design at several sizes. Field names are a promise to other programs.
#[derive(Serialize, Debug)]
pub struct Scale {
    /// Of this shape; 1.
    pub version: u32,
    /// Name of the `system` statement; `null` without one.
    pub system: Option<String>,
    /// The users of the file.
    pub users_today: u64,
    /// The sizes, ascending.
    pub sizes: Vec<Size>,
    /// Components with load whose `capacity` nothing tells: silence about them is no pass.
    pub not_assessed: Vec<String>,
}

/// A design at one size.
#[derive(Serialize, Debug)]
pub struct Size {
    /// How many users.
    pub users: u64,
    /// Times today's load.
    pub load: f64,
    /// Runs of all flows a second at the peak; `null` where one is unknown.
    pub rate_per_s: Option<f64>,
    /// What is beyond its limit with the changes of the smaller sizes, what breaks first at the front.
    pub broken: Vec<Limit>,
    /// The changes that mend it, in order.
    pub steps: Vec<Step>,
    /// Whether nothing is beyond its limit after them; `null` where no limit is known.
    pub holds: Option<bool>,
    /// After them, what is nearest to its limit or farthest beyond.
    pub next: Option<Limit>,
}

/// Something that is asked for, and how much of it there may be.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Limit {
    /// The path of the component.
    pub subject: String,
    /// What runs out.
    pub resource: Resource,
    /// What is asked for over what may be: beyond 1 it is broken.
    pub ratio: f64,
    /// The inequality with its numbers.
    pub arithmetic: String,
    /// The users at which it breaks; `null` where it does not depend on them.
    pub breaks_at_users: Option<u64>,
}

/// What runs out.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The capacity of its nodes.
    Utilization,
    /// The capacity of its hottest shard.
    HottestShard,
    /// The one node that takes all writes.
    SingleWriter,
    /// The connections that a node accepts.
    Connections,
    /// The room of its nodes: it is full within the horizon of CP010.
    Storage,
    /// What the provider allows.
    Quota,
    /// The consumers that the partitions of a stream keep at work.
    Partitions,
}

impl Resource {
    /// As people say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utilization => "capacity",
            Self::HottestShard => "hottest shard",
            Self::SingleWriter => "single writer",
            Self::Connections => "connections",
            Self::Storage => "storage",
            Self::Quota => "quota",
            Self::Partitions => "partitions",
        }
    }
}

/// A change, and what it mends.
#[derive(Serialize, Debug)]
pub struct Step {
    /// What it mends, as it stood before.
    pub mends: Limit,
    /// The change.
    pub change: Change,
    /// The ratio of that limit in the changed design.
    pub ratio_after: f64,
}

/// A change of the design.
#[derive(Serialize, Clone, Debug)]
pub struct Change {
    /// Of what sort.
    pub kind: ChangeKind,
    /// The path of the component that is changed.
    pub subject: String,
    /// What is written: `replicas = 12`.
    pub text: String,
    /// Another way, where the figures allow it.
    pub also: Option<String>,
}

/// Sorts of changes.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// More replicas.
    Replicas,
    /// More replicas of a store, which take reads.
    ReadReplica,
    /// A cache before it.
    Cache,
    /// More shards or partitions.
    Shard,
    /// Smaller pools.
    Pool,
    /// A proxy that pools connections.
    Proxy,
    /// A quota that is raised.
    Quota,
}

/// So many changes at one size are made at the most.
const STEPS: usize = 200;
/// A change that is not enough must bring at least that.
const PROGRESS: f64 = 0.9;

/// A design at some sizes.
///
/// # Errors
/// Says why the design cannot be scaled: no actor tells its `users`.
pub fn scale(compilation: &Compilation, config: &Config, sizes: &[u64]) -> Result<Scale, String> {
    let model = &compilation.model;
    let today = grow::users(model);
    if today == 0 {
        return Err(without_users(model));
    }
    let mut sizes = sizes.to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    let mut design = model.clone();
    let not_assessed = limits::open(model, &compilation.facts);
    let sizes = sizes.into_iter().map(|users| at_size(&mut design, config, users, today)).collect();
    let system = model.system.as_ref().map(|it| it.name.to_string());
    Ok(Scale { version: 1, system, users_today: today, sizes, not_assessed })
}

/// What a design without users lacks, and where it goes.
fn without_users(model: &Model) -> String {
    let actors = || model.components.iter().filter(|it| it.kind.is_actor());
    let says = |it: &Component, id: AttrId| it.attrs.get(id).is_some_and(Value::is_given);
    let what = "no actor gives `users`, so nothing tells what a number of users asks for";
    match (actors().find(|it| says(it, AttrId::RATE)), actors().next()) {
        (Some(it), _) => {
            format!("{what}: add `users = …` to `{}`, whose `rate` is then theirs", it.header.path)
        }
        (None, Some(it)) => {
            format!(
                "{what}: add `users = 1M  requests_per_user = 20/day`, with your figures, to `{}`",
                it.header.path
            )
        }
        (None, None) => {
            format!("{what}: add an actor, such as `client app {{ users = 1M  requests_per_user = 20/day }}`")
        }
    }
}

/// A design at a size, with what it takes to find its limits.
struct Grown<'a> {
    config: &'a Config,
    users: u64,
    load: f64,
}

impl Grown<'_> {
    fn analyse(&self, design: &Model) -> (Model, Facts) {
        let model = grow::grown(design, self.load);
        let facts = loads(&model, self.config);
        (model, facts)
    }

    fn limits(&self, design: &Model) -> Vec<Limit> {
        let (model, facts) = self.analyse(design);
        limits::limits(&model, &facts, self.config, self.users)
    }
}

fn at_size(design: &mut Model, config: &Config, users: u64, today: u64) -> Size {
    let grown = Grown { config, users, load: users as f64 / today as f64 };
    let (model, facts) = grown.analyse(design);
    let rates = facts.load.flows.iter().map(|flow| flow.peak).sum::<Option<f64>>();
    let mut all = limits::limits(&model, &facts, config, users);
    let broken: Vec<Limit> = all.iter().filter(|limit| is_broken(limit)).cloned().collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut given_up: Vec<(String, Resource)> = Vec::new();
    while steps.len() < STEPS {
        let open = |limit: &&Limit| {
            is_broken(limit)
                && !given_up
                    .iter()
                    .any(|(path, resource)| *path == limit.subject && *resource == limit.resource)
        };
        let Some(worst) = all.iter().find(open).cloned() else { break };
        match mend(design, &grown, &worst) {
            Some((changed, change, after)) => {
                *design = changed;
                all = grown.limits(design);
                steps.push(Step { mends: worst, change, ratio_after: after });
            }
            None => given_up.push((worst.subject, worst.resource)),
        }
    }
    let holds = (!all.is_empty()).then(|| !all.iter().any(is_broken));
    // what depends on the users is what growth meets next
    let next =
        all.iter().find(|limit| is_broken(limit) || limit.breaks_at_users.is_some()).or(all.first()).cloned();
    Size { users, load: grown.load, rate_per_s: rates, broken, steps, holds, next }
}

fn is_broken(limit: &Limit) -> bool {
    limit.ratio > 1.0 + 1e-9
}

/// A changed design, the change, and what it does to the limit that it is for.
struct Mended {
    design: Model,
    change: Change,
    nodes: f64,
    ratio: f64,
}

/// The smallest change that mends a limit. A cache that is not enough goes first where less then does the rest; where nothing
/// mends the limit, what brings it nearest.
fn mend(design: &Model, grown: &Grown<'_>, limit: &Limit) -> Option<(Model, Change, f64)> {
    let tried = tries(design, grown, limit);
    let enough = |it: &&Mended| it.ratio <= 1.0 + 1e-9;
    let nodes =
        |design: &Model, limit: &Limit| tries(design, grown, limit).iter().find(enough).map(|it| it.nodes);
    let alone = tried.iter().position(|it| enough(&it));
    let least = alone.and_then(|at| tried.get(at)).map_or(f64::INFINITY, |it| it.nodes);
    let cache = tried.iter().position(|it| it.change.kind == ChangeKind::Cache && !enough(&it));
    let with_cache = cache.and_then(|at| {
        let it = tried.get(at)?;
        let left = Limit { ratio: it.ratio, ..limit.clone() };
        Some((at, it.nodes + nodes(&it.design, &left)?))
    });
    let chosen = match with_cache {
        Some((at, nodes)) if nodes < least => Some(at),
        _ => alone,
    };
    let nearest = || {
        let near = tried.iter().enumerate().filter(|(_, it)| it.ratio < limit.ratio * PROGRESS);
        near.min_by(|a, b| a.1.ratio.total_cmp(&b.1.ratio)).map(|(at, _)| at)
    };
    let at = chosen.or_else(nearest)?;
    tried.into_iter().nth(at).map(|it| (it.design, it.change, it.ratio))
}

/// Every change that may mend a limit, the smallest first, with what the analysis of the changed design says.
fn tries(design: &Model, grown: &Grown<'_>, limit: &Limit) -> Vec<Mended> {
    let (model, facts) = grown.analyse(design);
    let remedies = remedies::remedies(&model, &facts, grown.config, limit);
    let try_one = |remedy: remedies::Remedy| {
        let mut design = design.clone();
        remedy.apply(&mut design);
        let after = grown.limits(&design);
        let after = after.iter().find(|it| it.subject == limit.subject && it.resource == limit.resource);
        // a limit that is gone is no limit: shards end the single writer
        let ratio = after.map_or(0.0, |it| it.ratio);
        Mended { design, nodes: remedy.nodes, change: remedy.change, ratio }
    };
    remedies.into_iter().map(try_one).collect()
}

/// The result as JSON, with a line end behind it.
pub fn json(scale: &Scale) -> String {
    let mut text = serde_json::to_string_pretty(scale).unwrap_or_default();
    text.push('\n');
    text
}
