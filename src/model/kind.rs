//! The built-in kinds of components and groups, and their classes.

/// What a component is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A human actor.
    Person,
    /// A program that generates load.
    Client,
    /// Someone else's system.
    External,
    /// Name service.
    Dns,
    /// Content delivery network.
    Cdn,
    /// Web application firewall.
    Waf,
    /// Load balancer.
    LoadBalancer,
    /// API gateway.
    Gateway,
    /// Proxy.
    Proxy,
    /// A service.
    Service,
    /// A serverless function.
    Function,
    /// A background worker.
    Worker,
    /// A batch or cron job.
    Job,
    /// A database.
    Database,
    /// A cache.
    Cache,
    /// An object store.
    ObjectStore,
    /// A search index.
    SearchIndex,
    /// A data warehouse.
    Warehouse,
    /// A queue: one consumer takes a message.
    Queue,
    /// A topic: every subscriber gets a message.
    Topic,
    /// A stream: a log that can be read again.
    Stream,
    /// Identity provider.
    Identity,
    /// Secret store.
    SecretStore,
    /// Discovery, configuration, coordination.
    Registry,
    /// Monitoring.
    Monitor,
    /// Scheduler.
    Scheduler,
}

/// A class of kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// `person`, `client`, `external`
    Actor,
    /// `dns` … `proxy`
    Traffic,
    /// `service` … `job`
    Compute,
    /// `database` … `warehouse`
    Data,
    /// `queue`, `topic`, `stream`
    Messaging,
    /// `identity` … `scheduler`
    Platform,
}

impl Class {
    /// The word in drawings and documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Traffic => "traffic",
            Self::Compute => "compute",
            Self::Data => "data",
            Self::Messaging => "messaging",
            Self::Platform => "platform",
        }
    }
}

const KINDS: &[(Kind, &str, Class, &str)] = &[
    (Kind::Person, "person", Class::Actor, "a human who uses the system"),
    (Kind::Client, "client", Class::Actor, "a program that generates load: browser, app, device"),
    (Kind::External, "external", Class::Actor, "someone else's system"),
    (Kind::Dns, "dns", Class::Traffic, "name service"),
    (Kind::Cdn, "cdn", Class::Traffic, "content delivery network"),
    (Kind::Waf, "waf", Class::Traffic, "web application firewall"),
    (Kind::LoadBalancer, "load_balancer", Class::Traffic, "spreads requests over replicas"),
    (
        Kind::Gateway,
        "gateway",
        Class::Traffic,
        "one entry for many services: routing, authentication, limits",
    ),
    (Kind::Proxy, "proxy", Class::Traffic, "forwards requests or pools connections"),
    (Kind::Service, "service", Class::Compute, "a program that answers requests"),
    (Kind::Function, "function", Class::Compute, "a serverless function"),
    (Kind::Worker, "worker", Class::Compute, "a program that consumes messages or works in the background"),
    (Kind::Job, "job", Class::Compute, "batch or cron"),
    (
        Kind::Database,
        "database",
        Class::Data,
        "keeps records: relational, document, key-value, graph, time series",
    ),
    (Kind::Cache, "cache", Class::Data, "keeps copies that may be lost"),
    (Kind::ObjectStore, "object_store", Class::Data, "keeps blobs"),
    (Kind::SearchIndex, "search_index", Class::Data, "answers full-text and similar queries"),
    (Kind::Warehouse, "warehouse", Class::Data, "keeps history for analysis"),
    (Kind::Queue, "queue", Class::Messaging, "one consumer takes a message"),
    (Kind::Topic, "topic", Class::Messaging, "every subscriber gets a message"),
    (Kind::Stream, "stream", Class::Messaging, "a log that consumers can read again"),
    (Kind::Identity, "identity", Class::Platform, "signs users in"),
    (Kind::SecretStore, "secret_store", Class::Platform, "keeps keys and passwords"),
    (Kind::Registry, "registry", Class::Platform, "discovery, configuration, coordination"),
    (Kind::Monitor, "monitor", Class::Platform, "watches the others"),
    (Kind::Scheduler, "scheduler", Class::Platform, "starts work at its time"),
];

impl Kind {
    /// All kinds in the order of the language reference.
    pub fn all() -> impl Iterator<Item = Kind> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        KINDS.iter().find(|(_, kind, ..)| *kind == name).map(|(kind, ..)| *kind)
    }

    /// As written.
    pub fn as_str(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// Its class.
    pub fn class(self) -> Class {
        self.row().map_or(Class::Compute, |row| row.2)
    }

    /// What it is, in a few words.
    pub fn meaning(self) -> &'static str {
        self.row().map_or("", |row| row.3)
    }

    fn row(self) -> Option<&'static (Kind, &'static str, Class, &'static str)> {
        KINDS.get(self as usize)
    }

    /// `person`, `client` or `external`.
    pub fn is_actor(self) -> bool {
        self.class() == Class::Actor
    }

    /// `service`, `function`, `worker` or `job`.
    pub fn is_compute(self) -> bool {
        self.class() == Class::Compute
    }

    /// A traffic kind but `dns`.
    pub fn is_front(self) -> bool {
        self.class() == Class::Traffic && self != Self::Dns
    }

    /// A data kind but `cache`.
    pub fn is_store(self) -> bool {
        self.class() == Class::Data && self != Self::Cache
    }

    /// A messaging kind.
    pub fn is_broker(self) -> bool {
        self.class() == Class::Messaging
    }

    /// A platform kind.
    pub fn is_platform(self) -> bool {
        self.class() == Class::Platform
    }
}

/// What a group is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GroupKind {
    /// The whole.
    System,
    /// A region.
    Region,
    /// An availability zone.
    Zone,
    /// A cluster.
    Cluster,
    /// A network; what is inside is not on the internet.
    Network,
    /// A bounded context.
    Context,
    /// A team.
    Team,
    /// Any other group.
    Group,
}

const GROUP_KINDS: &[(GroupKind, &str, &str)] = &[
    (GroupKind::System, "system", "the whole design"),
    (GroupKind::Region, "region", "a region; a failure domain"),
    (GroupKind::Zone, "zone", "an availability zone; a failure domain"),
    (GroupKind::Cluster, "cluster", "a cluster; a failure domain"),
    (GroupKind::Network, "network", "a private network"),
    (GroupKind::Context, "context", "a bounded context"),
    (GroupKind::Team, "team", "who owns what is inside"),
    (GroupKind::Group, "group", "any other group"),
];

impl GroupKind {
    /// All group kinds in the order of the language reference.
    pub fn all() -> impl Iterator<Item = GroupKind> {
        GROUP_KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// The group kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        GROUP_KINDS.iter().find(|(_, kind, _)| *kind == name).map(|(kind, ..)| *kind)
    }

    /// As written.
    pub fn as_str(self) -> &'static str {
        GROUP_KINDS.get(self as usize).map_or("", |row| row.1)
    }

    /// What it is, in a few words.
    pub fn meaning(self) -> &'static str {
        GROUP_KINDS.get(self as usize).map_or("", |row| row.2)
    }

    /// Whether it is a failure domain without saying so: `region`, `zone` and `cluster`.
    pub fn is_domain(self) -> bool {
        matches!(self, Self::Region | Self::Zone | Self::Cluster)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_stand_in_the_order_of_their_enums() {
        assert!(Kind::all().enumerate().all(|(i, kind)| kind as usize == i));
        assert!(GroupKind::all().enumerate().all(|(i, kind)| kind as usize == i));
    }
}
