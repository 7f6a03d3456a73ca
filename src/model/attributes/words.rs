//! The values of attributes that are one of a few words, each as an enum.

/// An enum whose values are words of the language.
pub trait Word: Sized + Copy + 'static {
    /// The words in the order of the reference.
    const WORDS: &'static [&'static str];

    /// The value of a word.
    fn from_word(word: &str) -> Option<Self>;

    /// As written.
    fn as_str(self) -> &'static str;
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[expect(missing_docs, reason = "each value is the word that it stands for")]
        pub enum $name { $($variant),+ }

        impl Word for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    )+};
}

words! {
    /// How the replicas of a component share the work.
    Mode {
        ActiveActive = "active_active", ActivePassive = "active_passive", PrimaryReplica = "primary_replica",
        MultiPrimary = "multi_primary", Leaderless = "leaderless", Sharded = "sharded",
    }
    /// Whether a copy is acknowledged before the write is.
    CopyMode { Sync = "sync", Async = "async" }
    /// Who moves the work when a primary fails.
    Failover { Automatic = "automatic", Manual = "manual", None = "none" }
    /// How a component grows.
    Scaling { Horizontal = "horizontal", Vertical = "vertical", Auto = "auto" }
    /// What a flow is worth.
    Criticality { Low = "low", Normal = "normal", High = "high" }
    /// How a balancer picks a replica.
    Algorithm {
        RoundRobin = "round_robin", LeastConnections = "least_connections", IpHash = "ip_hash", Weighted = "weighted",
        Geographic = "geographic", Random = "random", ConsistentHash = "consistent_hash", PowerOfTwo = "power_of_two",
        Failover = "failover",
    }
    /// What a full cache drops.
    Eviction { Lru = "lru", Lfu = "lfu", Fifo = "fifo", Random = "random", None = "none" }
    /// How a cached copy ends.
    Invalidation { Ttl = "ttl", Event = "event", WriteThrough = "write_through", None = "none" }
    /// How a cache is filled.
    CachePattern {
        CacheAside = "cache_aside", ReadThrough = "read_through", WriteThrough = "write_through",
        WriteBack = "write_back", WriteAround = "write_around",
    }
    /// What a reader may see; ordered from the weakest to the strongest.
    Consistency {
        Eventual = "eventual", ReadYourWrites = "read_your_writes", Causal = "causal", Sequential = "sequential",
        Strong = "strong", Linearizable = "linearizable",
    }
    /// When a write is acknowledged.
    Replication { Sync = "sync", Async = "async", SemiSync = "semi_sync", Quorum = "quorum" }
    /// How keys are spread over shards.
    Sharding { Hash = "hash", Range = "range", Time = "time" }
    /// How two writers of one record are reconciled.
    Conflict { Lww = "lww", Crdt = "crdt", App = "app", None = "none" }
    /// How often a message arrives.
    Delivery { AtMostOnce = "at_most_once", AtLeastOnce = "at_least_once", ExactlyOnce = "exactly_once" }
    /// Which order messages keep; ordered from the weakest to the strongest.
    Ordering { None = "none", Key = "key", Total = "total" }
    /// How the pause between tries grows.
    Backoff { None = "none", Fixed = "fixed", Exponential = "exponential" }
    /// What a caller of several waits for.
    Wait { All = "all", First = "first", Quorum = "quorum" }
    /// What a call does to data.
    Access { Read = "read", Write = "write", ReadWrite = "read_write" }
    /// Whether a call names the shard that it needs.
    CallKey { ShardKey = "shard_key", None = "none" }
    /// What a call asks of a store.
    Query { Key = "key", Search = "search", Aggregate = "aggregate", Graph = "graph" }
    /// When a call is made.
    Phase { Start = "start", Request = "request" }
    /// How several writes become one.
    Transaction { Local = "local", TwoPhase = "two_phase", Saga = "saga", Outbox = "outbox" }
    /// How a caller proves who it is.
    Auth { None = "none", ApiKey = "api_key", Basic = "basic", Jwt = "jwt", Oauth2 = "oauth2", Mtls = "mtls" }
    /// What a component tells of itself.
    Signal { Metrics = "metrics", Logs = "logs", Traces = "traces", Alerts = "alerts" }
    /// How a version replaces another.
    Deployment { Rolling = "rolling", BlueGreen = "blue_green", Canary = "canary", Recreate = "recreate" }
    /// How far a push goes at once.
    Rollout { Staged = "staged", All = "all" }
    /// Which replicas talk to each other.
    Peers { All = "all" }
    /// How secret data is; ordered from the least.
    DataClass {
        Public = "public", Internal = "internal", Confidential = "confidential", Personal = "personal",
        Payment = "payment", Health = "health",
    }
    /// A quality that a decision gives or costs.
    Quality {
        Availability = "availability", Consistency = "consistency", Latency = "latency", Throughput = "throughput",
        Durability = "durability", Cost = "cost", Simplicity = "simplicity", Security = "security",
        Portability = "portability",
    }
    /// Which way a diagram runs.
    Direction { Right = "right", Down = "down", Left = "left", Up = "up" }
    /// What is laid over a diagram.
    Overlay { None = "none", Findings = "findings", Load = "load", Coupling = "coupling", Domains = "domains" }
    /// The colours of a diagram.
    Theme { Light = "light", Dark = "dark", Auto = "auto", Print = "print" }
    /// What answers in place of a failed call, where it is no component.
    FallbackKind { Cached = "cached", Default = "default", None = "none" }
    /// Where a decision stands.
    DecisionStatus { Proposed = "proposed", Accepted = "accepted", Rejected = "rejected", Superseded = "superseded" }
}
