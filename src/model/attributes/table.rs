//! The attribute table: the single source for checking, completion, hover and the generated reference.

use super::words::*;
use super::{Field, RefKind, Targets, Type, Word};

/// The number of an attribute: its row in [`TABLE`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttrId(pub u16);

/// A row of the table.
#[derive(Debug)]
pub struct Spec {
    /// The key as written.
    pub name: &'static str,
    /// The section of the reference that it belongs to.
    pub group: &'static str,
    /// On what it may stand, with which types.
    pub uses: &'static [Use],
    /// What holds where it is absent, as written; `None` where absence means unknown.
    pub default: Option<&'static str>,
    /// What it means, in a few words.
    pub meaning: &'static str,
}

/// One use of an attribute: the types that it has on some targets.
#[derive(Debug)]
pub struct Use {
    /// On what.
    pub on: Targets,
    /// What the value may be; the first that fits is taken.
    pub types: &'static [Type],
}

impl AttrId {
    /// The row.
    #[expect(clippy::indexing_slicing, reason = "ids are only made from rows of the table")]
    pub fn spec(self) -> &'static Spec {
        &TABLE[self.0 as usize]
    }

    /// The key as written.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The attribute of that key.
    pub fn from_name(name: &str) -> Option<Self> {
        use std::sync::OnceLock;
        static BY_NAME: OnceLock<rustc_hash::FxHashMap<&'static str, u16>> = OnceLock::new();
        let index = || TABLE.iter().enumerate().map(|(i, spec)| (spec.name, i as u16)).collect();
        BY_NAME.get_or_init(index).get(name).map(|row| Self(*row))
    }

    /// All attributes in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len() as u16).map(Self)
    }
}

impl Spec {
    /// The types on a target; `None` where it does not fit.
    pub fn types_on(&self, target: super::Target) -> Option<&'static [Type]> {
        self.uses.iter().find(|usage| usage.on.contains(target)).map(|usage| usage.types)
    }
}

const BACKUP: &[Field] = &[
    Field { name: "every", types: &[Type::Time], meaning: "the interval" },
    Field { name: "in", types: &[Type::Ref(RefKind::Element), Type::Name], meaning: "where it is kept" },
    Field {
        name: "tested",
        types: &[Type::Flag, Type::Date],
        meaning: "whether, or when, a restore was last tried",
    },
    Field { name: "immutable", types: &[Type::Flag], meaning: "whether nobody can change it" },
];

macro_rules! attributes {
    ($($id:ident, $name:literal, $group:literal, [$($on:expr => $types:expr),+], $default:expr, $meaning:literal;)+) => {
        /// Every attribute of the language.
        pub static TABLE: &[Spec] = &[$(Spec {
            name: $name, group: $group, uses: &[$(Use { on: $on, types: &$types }),+], default: $default, meaning: $meaning,
        }),+];
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the rows for the constants below")]
        enum Row { $($id),+ }
        impl AttrId {$(
            #[doc = concat!("`", $name, "`: ", $meaning)]
            pub const $id: AttrId = AttrId(Row::$id as u16);
        )+}
    };
}

#[rustfmt::skip]
attributes! {
    // everywhere
    LABEL, "label", "everywhere", [Targets::EVERYWHERE => [Type::Text]], None,
        "what diagrams and reports call it";
    DESCRIPTION, "description", "everywhere", [Targets::EVERYWHERE => [Type::Text]], None,
        "what it is; doc comments say the same";
    OWNER, "owner", "everywhere", [Targets::COMPONENTS.and(Targets::GROUP).and(Targets::DATA).and(Targets::FLOW).and(Targets::DECISION) => [Type::Name]], None,
        "who answers for it; else the enclosing `team`";
    TAGS, "tags", "everywhere", [Targets::EVERYWHERE => [Type::Names]], None,
        "words to select it by, as `#tag`";
    URL, "url", "everywhere", [Targets::EVERYWHERE => [Type::Text]], None,
        "where to read more: http, https or mailto";
    ICON, "icon", "everywhere", [Targets::COMPONENTS.and(Targets::GROUP).and(Targets::CUSTOM_KIND) => [Type::Name]], None,
        "the drawing that stands for it";
    // deployment
    REPLICAS, "replicas", "deployment", [Targets::DEPLOYED => [Type::Count, Type::Range]], Some("1"),
        "how many run, in total (of each shard, where there are `shards`); a range scales";
    NEEDS, "needs", "deployment", [Targets::DEPLOYED.and(Targets::CONNECTION) => [Type::Count]], None,
        "how many must be up: 1, or a majority for quorum systems";
    ZONES, "zones", "deployment", [Targets::DEPLOYED => [Type::Refs(RefKind::Zone), Type::Count]], None,
        "the zones over which replicas are dealt, or how many";
    REGIONS, "regions", "deployment", [Targets::DEPLOYED => [Type::Refs(RefKind::Region), Type::Count]], None,
        "the regions over which replicas are dealt, or how many";
    MODE, "mode", "deployment", [Targets::DEPLOYED => [Type::Word(Mode::WORDS)], Targets::CONNECTION => [Type::Word(CopyMode::WORDS)]], None,
        "how replicas share the work; on `=>`, when a copy is acknowledged";
    FAILOVER, "failover", "deployment", [Targets::DEPLOYED => [Type::Word(Failover::WORDS)]], None,
        "who moves the work when a primary fails";
    FAILOVER_TIME, "failover_time", "deployment", [Targets::DEPLOYED => [Type::Time]], None,
        "from the decision to fail over until the work goes on";
    DETECTION_TIME, "detection_time", "deployment", [Targets::DEPLOYED => [Type::Time]], None,
        "from the failure until it is noticed";
    QUOTA, "quota", "deployment", [Targets::DEPLOYED => [Type::Rate, Type::Count]], None,
        "the most that the provider allows: of the account, or of each shard or partition";
    FAILS_WITH, "fails_with", "deployment", [Targets::DEPLOYED => [Type::Refs(RefKind::Element)]], None,
        "what it needs beside the groups around it: a control plane, a peering point";
    STATIC_STABILITY, "static_stability", "deployment", [Targets::DEPLOYED => [Type::Flag]], None,
        "whether it goes on when its control plane is gone";
    MANAGED, "managed", "deployment", [Targets::DEPLOYED => [Type::Flag]], None,
        "whether a provider runs it; then it is one thing with one availability";
    VENDOR, "vendor", "deployment", [Targets::COMPONENTS => [Type::Name]], None,
        "who provides it";
    SCALING, "scaling", "deployment", [Targets::DEPLOYED => [Type::Word(Scaling::WORDS)]], None,
        "how it grows";
    SHARED_FATE, "shared_fate", "deployment", [Targets::GROUP => [Type::Flag]], None,
        "whether what is inside fails together";
    JURISDICTION, "jurisdiction", "deployment", [Targets::GROUP => [Type::Name]], None,
        "whose law holds inside";
    // figures
    AVAILABILITY, "availability", "figures", [Targets::DEPLOYED.and(Targets::GROUP) => [Type::Share]], None,
        "share of the time in which it works: of one replica; of the whole where `managed`";
    MTBF, "mtbf", "figures", [Targets::DEPLOYED.and(Targets::GROUP) => [Type::Time]], None,
        "mean time between failures, of one replica";
    MTTR, "mttr", "figures", [Targets::DEPLOYED.and(Targets::GROUP) => [Type::Time]], Some("1h"),
        "mean time to repair";
    LATENCY, "latency", "figures", [Targets::DEPLOYED => [Type::Time]], None,
        "median time of its own work";
    P99, "p99", "figures", [Targets::DEPLOYED => [Type::Time]], None,
        "time within which 99 % of its own work is done";
    CAPACITY, "capacity", "figures", [Targets::DEPLOYED => [Type::Rate]], None,
        "requests a second that one replica can take";
    CONCURRENCY, "concurrency", "figures", [Targets::DEPLOYED => [Type::Count]], None,
        "requests that one replica can work on at once";
    COLD_START, "cold_start", "figures", [Targets::COMPUTE => [Type::Time]], None,
        "what a start adds to the first request";
    MAX_CONNECTIONS, "max_connections", "figures", [Targets::DEPLOYED => [Type::Count]], None,
        "connections that one replica accepts";
    STORAGE, "storage", "figures", [Targets::DEPLOYED => [Type::Size]], None,
        "what one replica can hold";
    BANDWIDTH, "bandwidth", "figures", [Targets::DEPLOYED.and(Targets::CONNECTION) => [Type::Bandwidth]], None,
        "what a link, or the network of one replica, can carry";
    COST, "cost", "figures", [Targets::DEPLOYED.and(Targets::GROUP) => [Type::Cost]], None,
        "what one replica costs; on a group, what it costs beside its parts";
    // load
    USERS, "users", "load", [Targets::ACTORS.and(Targets::SCENARIO) => [Type::Count]], None,
        "how many people use it";
    REQUESTS_PER_USER, "requests_per_user", "load", [Targets::ACTORS => [Type::Rate]], None,
        "requests of one user, on average";
    PEAK_FACTOR, "peak_factor", "load", [Targets::ACTORS.and(Targets::FLOW) => [Type::Number, Type::Factor]], Some("3"),
        "peak over average";
    RATE, "rate", "load", [Targets::ACTORS.and(Targets::FLOW) => [Type::Rate]], None,
        "requests at the peak";
    CRITICALITY, "criticality", "load", [Targets::FLOW => [Type::Word(Criticality::WORDS)]], Some("normal"),
        "what the flow is worth";
    // balancing
    ALGORITHM, "algorithm", "balancing", [Targets::TRAFFIC.and(Targets::COMPUTE).and(Targets::PLATFORM) => [Type::Word(Algorithm::WORDS)]], None,
        "how a replica is picked";
    HEALTH_CHECK, "health_check", "balancing", [Targets::DEPLOYED => [Type::Flag, Type::Name]], None,
        "whether balancers notice when a replica of it is gone";
    STICKY, "sticky", "balancing", [Targets::TRAFFIC.and(Targets::CONNECTION) => [Type::Flag]], None,
        "whether a caller keeps to the replica that it met first";
    RATE_LIMIT, "rate_limit", "balancing", [Targets::DEPLOYED => [Type::Rate, Type::Flag]], None,
        "the most that it lets in";
    CALLER_LIMIT, "caller_limit", "balancing", [Targets::DEPLOYED => [Type::Rate]], None,
        "the most that it lets in of one caller";
    BULKHEAD, "bulkhead", "balancing", [Targets::DEPLOYED.and(Targets::CONNECTION) => [Type::Flag, Type::Count]], None,
        "whether its resources are parted, so that one user cannot take all";
    // cache
    HIT_RATIO, "hit_ratio", "cache", [Targets::CACHES => [Type::Share]], None,
        "share of the requests that the cache answers";
    TTL, "ttl", "cache", [Targets::CACHES.and(Targets::TRAFFIC) => [Type::Time]], None,
        "how long a copy lives";
    EVICTION, "eviction", "cache", [Targets::CACHES => [Type::Word(Eviction::WORDS)]], None,
        "what a full cache drops";
    INVALIDATION, "invalidation", "cache", [Targets::CACHES => [Type::Word(Invalidation::WORDS)]], None,
        "how a copy ends when the original changes";
    PATTERN, "pattern", "cache", [Targets::CACHES => [Type::Word(CachePattern::WORDS)]], None,
        "how the cache is filled";
    COALESCE, "coalesce", "cache", [Targets::CACHES => [Type::Flag]], None,
        "whether one miss asks for all that wait for the same key";
    // storage
    STORES, "stores", "storage", [Targets::KEEPERS => [Type::Refs(RefKind::Data)]], None,
        "the data that it keeps";
    CONSISTENCY, "consistency", "storage", [Targets::KEEPERS.and(Targets::DATA) => [Type::Word(Consistency::WORDS)]], None,
        "what its readers see; on data, what they need";
    REPLICATION, "replication", "storage", [Targets::KEEPERS => [Type::Word(Replication::WORDS)]], None,
        "when a write is acknowledged";
    REPLICATION_FACTOR, "replication_factor", "storage", [Targets::KEEPERS => [Type::Count]], None,
        "copies of each record; else the replicas";
    READ_QUORUM, "read_quorum", "storage", [Targets::KEEPERS => [Type::Count]], None,
        "copies that a read asks";
    WRITE_QUORUM, "write_quorum", "storage", [Targets::KEEPERS => [Type::Count]], None,
        "copies that acknowledge a write";
    LAG, "lag", "storage", [Targets::KEEPERS.and(Targets::CONNECTION) => [Type::Time]], None,
        "how far an asynchronous copy is behind";
    SHARDS, "shards", "storage", [Targets::KEEPERS => [Type::Count]], None,
        "parts by key, each with its own replicas";
    SHARD_KEY, "shard_key", "storage", [Targets::KEEPERS => [Type::Name]], None,
        "what decides the shard";
    SHARDING, "sharding", "storage", [Targets::KEEPERS => [Type::Word(Sharding::WORDS)]], None,
        "how keys are spread";
    SKEW, "skew", "storage", [Targets::KEEPERS => [Type::Share]], None,
        "share of the load that the hottest shard takes";
    ZIPF, "zipf", "storage", [Targets::KEEPERS => [Type::Number]], None,
        "exponent of the popularity of keys";
    KEY_COUNT, "key_count", "storage", [Targets::KEEPERS => [Type::Count]], None,
        "how many keys there are";
    CONFLICT, "conflict", "storage", [Targets::KEEPERS => [Type::Word(Conflict::WORDS)]], None,
        "how two writers of one record are reconciled";
    BACKUP, "backup", "storage", [Targets::KEEPERS => [Type::Time, Type::Word(&["none"]), Type::Record(BACKUP)]], None,
        "how often it is backed up, or `none`, or a record";
    RESTORE_TIME, "restore_time", "storage", [Targets::DEPLOYED => [Type::Time]], None,
        "from nothing to working, from a backup";
    ENCRYPTED, "encrypted", "storage", [Targets::DEPLOYED.and(Targets::CONNECTION) => [Type::Flag]], None,
        "whether what it keeps or carries is encrypted";
    DURABLE, "durable", "storage", [Targets::KEEPERS => [Type::Flag]], None,
        "whether what it keeps survives a restart";
    // messaging
    DELIVERY, "delivery", "messaging", [Targets::MESSAGING => [Type::Word(Delivery::WORDS)]], None,
        "how often a message arrives";
    ORDERING, "ordering", "messaging", [Targets::MESSAGING.and(Targets::FLOW) => [Type::Word(Ordering::WORDS)]], None,
        "which order messages keep; on a flow, which it needs";
    PARTITIONS, "partitions", "messaging", [Targets::MESSAGING => [Type::Count]], None,
        "parts that are consumed in parallel";
    DEAD_LETTER, "dead_letter", "messaging", [Targets::MESSAGING => [Type::Ref(RefKind::Component), Type::Flag]], None,
        "where messages go that cannot be processed";
    MAX_DELIVERIES, "max_deliveries", "messaging", [Targets::MESSAGING => [Type::Count]], None,
        "how often a message is tried before it goes to the dead letters";
    RETENTION, "retention", "messaging", [Targets::KEEPERS.and(Targets::DATA) => [Type::Time]], None,
        "how long it is kept";
    VISIBILITY_TIMEOUT, "visibility_timeout", "messaging", [Targets::MESSAGING => [Type::Time]], None,
        "after which an unconfirmed message comes back";
    // connection
    PROTOCOL, "protocol", "connection", [Targets::CONNECTION => [Type::Name]], None,
        "what is spoken";
    TIMEOUT, "timeout", "connection", [Targets::CONNECTION => [Type::Time]], None,
        "how long the caller waits for one try";
    RETRIES, "retries", "connection", [Targets::CONNECTION => [Type::Count]], None,
        "tries beyond the first";
    BACKOFF, "backoff", "connection", [Targets::CONNECTION => [Type::Word(Backoff::WORDS)]], Some("none"),
        "how the pause between tries grows";
    BACKOFF_BASE, "backoff_base", "connection", [Targets::CONNECTION => [Type::Time]], Some("100ms"),
        "the first pause";
    JITTER, "jitter", "connection", [Targets::CONNECTION => [Type::Flag]], Some("false"),
        "whether pauses are spread at random";
    RETRY_BUDGET, "retry_budget", "connection", [Targets::CONNECTION => [Type::Share]], None,
        "retries as a share of the requests, at most";
    CIRCUIT_BREAKER, "circuit_breaker", "connection", [Targets::CONNECTION => [Type::Flag]], None,
        "whether calls stop for a while when many fail";
    FALLBACK, "fallback", "connection", [Targets::CONNECTION => [Type::Ref(RefKind::Component), Type::Word(FallbackKind::WORDS)]], None,
        "what answers when the call fails";
    OPTIONAL, "optional", "connection", [Targets::CONNECTION => [Type::Flag]], None,
        "whether the caller goes on, degraded, without it";
    IDEMPOTENT, "idempotent", "connection", [Targets::CONNECTION => [Type::Flag]], None,
        "whether doing it twice is doing it once";
    CALLS, "calls", "connection", [Targets::CONNECTION => [Type::Count, Type::Number]], Some("1"),
        "how many, one after another, per request of the caller";
    FANOUT, "fanout", "connection", [Targets::CONNECTION => [Type::Count]], Some("1"),
        "how many at once";
    WAIT, "wait", "connection", [Targets::CONNECTION => [Type::Word(Wait::WORDS)]], Some("all"),
        "which of several calls at once are waited for";
    SHARE, "share", "connection", [Targets::CONNECTION.and(Targets::FLOW) => [Type::Share]], None,
        "how often it is called; on a flow, its part of the load of who starts it";
    BEHIND, "behind", "connection", [Targets::CONNECTION => [Type::Ref(RefKind::Cache)]], None,
        "a cache: only what it misses passes";
    POOL, "pool", "connection", [Targets::CONNECTION => [Type::Count]], None,
        "connections that one caller replica holds";
    ACCESS, "access", "connection", [Targets::CONNECTION => [Type::Word(Access::WORDS)]], None,
        "what the call does to data";
    READS, "reads", "connection", [Targets::CONNECTION => [Type::Refs(RefKind::Data)]], None,
        "the data that it reads";
    WRITES, "writes", "connection", [Targets::CONNECTION => [Type::Refs(RefKind::Data)]], None,
        "the data that it writes";
    KEY, "key", "connection", [Targets::CONNECTION => [Type::Word(CallKey::WORDS)]], None,
        "whether it names its shard; `none` asks them all";
    QUERY, "query", "connection", [Targets::CONNECTION => [Type::Word(Query::WORDS)]], None,
        "what it asks of a store";
    PHASE, "phase", "connection", [Targets::CONNECTION => [Type::Word(Phase::WORDS)]], Some("request"),
        "when it is made";
    TRANSACTION, "transaction", "connection", [Targets::CONNECTION => [Type::Word(Transaction::WORDS)]], None,
        "how it and its siblings become one";
    COMPENSATES, "compensates", "connection", [Targets::CONNECTION => [Type::Ref(RefKind::Compensated)]], None,
        "the call of the saga that it undoes";
    PERSISTENT, "persistent", "connection", [Targets::CONNECTION => [Type::Flag]], None,
        "whether the connection is long-lived";
    PAYLOAD, "payload", "connection", [Targets::CONNECTION => [Type::Size]], None,
        "size of request and answer";
    RTT, "rtt", "connection", [Targets::CONNECTION => [Type::Time]], None,
        "round trip";
    // security
    PUBLIC, "public", "security", [Targets::DEPLOYED => [Type::Flag]], None,
        "whether it is meant to be reached from the internet";
    AUTH, "auth", "security", [Targets::DEPLOYED.and(Targets::CONNECTION) => [Type::Word(Auth::WORDS)]], None,
        "how a caller proves who it is";
    RESIDENCY, "residency", "security", [Targets::COMPONENTS.and(Targets::DATA) => [Type::Names]], None,
        "jurisdictions in which it is or may be";
    PII, "pii", "security", [Targets::COMPONENTS.and(Targets::DATA) => [Type::Flag]], None,
        "whether it tells about persons";
    AUDIT, "audit", "security", [Targets::COMPONENTS.and(Targets::DATA) => [Type::Flag]], None,
        "whether every access is recorded";
    // operation
    OBSERVABILITY, "observability", "operation", [Targets::DEPLOYED => [Type::Words(Signal::WORDS)]], None,
        "what it tells of itself";
    WATCHES, "watches", "operation", [Targets::DEPLOYED => [Type::Refs(RefKind::Element)]], None,
        "what a monitor watches";
    RPO, "rpo", "operation", [Targets::DEPLOYED.and(Targets::DATA) => [Type::Time]], None,
        "recovery point objective: how much may be lost, as a time";
    RTO, "rto", "operation", [Targets::DEPLOYED => [Type::Time]], None,
        "recovery time objective: how long it may be gone";
    DEPLOYMENT, "deployment", "operation", [Targets::DEPLOYED => [Type::Word(Deployment::WORDS)]], None,
        "how a version replaces another";
    ROLLOUT, "rollout", "operation", [Targets::DEPLOYED => [Type::Word(Rollout::WORDS)]], None,
        "how far a push goes at once";
    PEERS, "peers", "operation", [Targets::DEPLOYED => [Type::Word(Peers::WORDS)]], None,
        "`all`: every replica talks to every other";
    // data
    SIZE, "size", "data", [Targets::DATA => [Type::Size]], None,
        "size of one";
    GROWTH, "growth", "data", [Targets::DATA => [Type::Rate, Type::Bandwidth]], None,
        "how many, or how much, is added over time";
    CLASS, "class", "data", [Targets::DATA => [Type::Word(DataClass::WORDS)]], None,
        "how secret it is";
    IMMUTABLE, "immutable", "data", [Targets::DATA => [Type::Flag]], None,
        "whether it never changes once written";
    DERIVED, "derived", "data", [Targets::DATA => [Type::Flag]], None,
        "whether it can be rebuilt";
    LOSS_OK, "loss_ok", "data", [Targets::DATA => [Type::Flag]], None,
        "whether it may be lost";
    // flow
    IRREPLACEABLE, "irreplaceable", "flow", [Targets::FLOW => [Type::Flag]], None,
        "whether no other way serves the user";
    // decision
    CHOSE, "chose", "decision", [Targets::DECISION => [Type::Names, Type::Name]], None,
        "what was chosen";
    OVER, "over", "decision", [Targets::DECISION => [Type::Names, Type::Name]], None,
        "what was not";
    BECAUSE, "because", "decision", [Targets::DECISION => [Type::Text]], None,
        "why";
    GIVES, "gives", "decision", [Targets::DECISION => [Type::Words(Quality::WORDS)]], None,
        "the qualities that it wins";
    COSTS, "costs", "decision", [Targets::DECISION => [Type::Words(Quality::WORDS)]], None,
        "the qualities that it pays with";
    ALLOWS, "allows", "decision", [Targets::DECISION => [Type::Rules]], None,
        "the rules whose findings it owns";
    STATUS, "status", "decision", [Targets::DECISION => [Type::Word(DecisionStatus::WORDS)]], None,
        "where it stands";
    DATE, "date", "decision", [Targets::DECISION => [Type::Date]], None,
        "when it was made";
    // scenario
    FAIL, "fail", "scenario", [Targets::SCENARIO => [Type::Refs(RefKind::Element)]], None,
        "what is down";
    LOAD, "load", "scenario", [Targets::SCENARIO => [Type::Factor, Type::Number]], None,
        "factor on the load of every actor";
    SLOW, "slow", "scenario", [Targets::SCENARIO => [Type::Factors]], None,
        "factors on the latency of components";
    COLD, "cold", "scenario", [Targets::SCENARIO => [Type::Refs(RefKind::Cache)]], None,
        "caches that are empty";
    PARTITION, "partition", "scenario", [Targets::SCENARIO => [Type::Refs(RefKind::Group)]], None,
        "two groups that cannot reach each other";
    // view
    SHOW, "show", "view", [Targets::VIEW => [Type::Selectors]], None,
        "what is shown";
    HIDE, "hide", "view", [Targets::VIEW => [Type::Selectors]], None,
        "what is not";
    COLLAPSE, "collapse", "view", [Targets::VIEW => [Type::Selectors]], None,
        "groups that become one node";
    AROUND, "around", "view", [Targets::VIEW => [Type::Ref(RefKind::Element)]], None,
        "whose neighbourhood is shown";
    DEPTH, "depth", "view", [Targets::VIEW => [Type::Count]], None,
        "how far the neighbourhood, or the nesting, goes";
    DIRECTION, "direction", "view", [Targets::VIEW => [Type::Word(Direction::WORDS)]], None,
        "which way the diagram runs";
    SAME_RANK, "same_rank", "view", [Targets::VIEW => [Type::Refs(RefKind::Element)]], None,
        "elements that stand in one row";
    NEAR, "near", "view", [Targets::VIEW => [Type::Refs(RefKind::Element)]], None,
        "elements that stand close";
    ORDER, "order", "view", [Targets::VIEW => [Type::Refs(RefKind::Element)]], None,
        "elements in the order in which they stand";
    FLOW, "flow", "view", [Targets::VIEW => [Type::Ref(RefKind::Flow)]], None,
        "the flow that is drawn";
    OVERLAY, "overlay", "view", [Targets::VIEW => [Type::Word(Overlay::WORDS)]], None,
        "what is laid over it";
    THEME, "theme", "view", [Targets::VIEW => [Type::Word(Theme::WORDS)]], None,
        "its colours";
    LAYOUT, "layout", "view", [Targets::VIEW => [Type::Count]], None,
        "the layout engine to which it is pinned";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<&str> = TABLE.iter().map(|spec| spec.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(AttrId::TIMEOUT.name(), "timeout");
    }
}
