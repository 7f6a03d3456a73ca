//! What an attribute may stand on, as a set of kinds and statements.

use crate::model::kind::{Class, Kind};

/// What an attribute stands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// A component of that kind.
    Component(Kind),
    /// A group, `system` among them: its own attributes. What it hands down is checked against components.
    Group,
    /// A connection.
    Connection,
    /// A data entity.
    Data,
    /// A flow.
    Flow,
    /// A scenario.
    Scenario,
    /// A view.
    View,
    /// A decision.
    Decision,
    /// A `kind` of one's own, beside the attributes of the kind that it is made from.
    CustomKind,
}

/// A set of targets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Targets(u64);

const STATEMENTS: u32 = 40;

impl Target {
    const fn bit(self) -> u64 {
        match self {
            Self::Component(kind) => 1 << kind as u32,
            Self::Group => 1 << STATEMENTS,
            Self::Connection => 1 << (STATEMENTS + 1),
            Self::Data => 1 << (STATEMENTS + 2),
            Self::Flow => 1 << (STATEMENTS + 3),
            Self::Scenario => 1 << (STATEMENTS + 4),
            Self::View => 1 << (STATEMENTS + 5),
            Self::Decision => 1 << (STATEMENTS + 6),
            Self::CustomKind => 1 << (STATEMENTS + 7),
        }
    }
}

impl Targets {
    /// `person`, `client`, `external`
    pub const ACTORS: Self = Self::kinds(&[Kind::Person, Kind::Client, Kind::External]);
    /// The traffic kinds.
    pub const TRAFFIC: Self =
        Self::kinds(&[Kind::Dns, Kind::Cdn, Kind::Waf, Kind::LoadBalancer, Kind::Gateway, Kind::Proxy]);
    /// The compute kinds.
    pub const COMPUTE: Self = Self::kinds(&[Kind::Service, Kind::Function, Kind::Worker, Kind::Job]);
    /// The data kinds but `cache`.
    pub const STORES: Self =
        Self::kinds(&[Kind::Database, Kind::ObjectStore, Kind::SearchIndex, Kind::Warehouse]);
    /// `cache`, and `cdn`, which is one.
    pub const CACHES: Self = Self::kinds(&[Kind::Cache, Kind::Cdn]);
    /// The messaging kinds.
    pub const MESSAGING: Self = Self::kinds(&[Kind::Queue, Kind::Topic, Kind::Stream]);
    /// The platform kinds.
    pub const PLATFORM: Self =
        Self::kinds(&[Kind::Identity, Kind::SecretStore, Kind::Registry, Kind::Monitor, Kind::Scheduler]);
    /// Every kind that keeps something: stores, caches, brokers and the platform kinds with state.
    pub const KEEPERS: Self = Self::STORES.and(Self::CACHES).and(Self::MESSAGING).and(Self::kinds(&[
        Kind::Identity,
        Kind::SecretStore,
        Kind::Registry,
    ]));
    /// Every component.
    pub const COMPONENTS: Self = Self::ACTORS
        .and(Self::TRAFFIC)
        .and(Self::COMPUTE)
        .and(Self::STORES)
        .and(Self::CACHES)
        .and(Self::MESSAGING)
        .and(Self::PLATFORM);
    /// Every component that is somewhere: all but `person` and `client`.
    pub const DEPLOYED: Self = Self(Self::COMPONENTS.0 & !Self::kinds(&[Kind::Person, Kind::Client]).0);
    /// Groups.
    pub const GROUP: Self = Self(Target::Group.bit());
    /// Connections.
    pub const CONNECTION: Self = Self(Target::Connection.bit());
    /// Data entities.
    pub const DATA: Self = Self(Target::Data.bit());
    /// Flows.
    pub const FLOW: Self = Self(Target::Flow.bit());
    /// Scenarios.
    pub const SCENARIO: Self = Self(Target::Scenario.bit());
    /// Views.
    pub const VIEW: Self = Self(Target::View.bit());
    /// Decisions.
    pub const DECISION: Self = Self(Target::Decision.bit());
    /// Kinds of one's own.
    pub const CUSTOM_KIND: Self = Self(Target::CustomKind.bit());
    /// Everything that has attributes.
    pub const EVERYWHERE: Self = Self::COMPONENTS
        .and(Self::GROUP)
        .and(Self::CONNECTION)
        .and(Self::DATA)
        .and(Self::FLOW)
        .and(Self::SCENARIO)
        .and(Self::VIEW)
        .and(Self::DECISION)
        .and(Self::CUSTOM_KIND);

    /// The set of these kinds.
    pub const fn kinds(kinds: &[Kind]) -> Self {
        let mut bits = 0;
        let mut rest = kinds;
        while let [first, tail @ ..] = rest {
            bits |= 1 << *first as u32;
            rest = tail;
        }
        Self(bits)
    }

    /// The union.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the target is in the set.
    pub const fn contains(self, target: Target) -> bool {
        self.0 & target.bit() != 0
    }

    /// Whether any component kind is in the set.
    pub const fn any_component(self) -> bool {
        self.0 & Self::COMPONENTS.0 != 0
    }

    /// The set in words, for messages and the reference.
    pub fn describe(self) -> String {
        let mut words: Vec<&str> = Vec::new();
        if self.0 & Self::COMPONENTS.0 == Self::COMPONENTS.0 {
            words.push("every component");
        } else if self.0 & Self::DEPLOYED.0 == Self::DEPLOYED.0 {
            words.push("every component but `person` and `client`");
        } else {
            self.describe_kinds(&mut words);
        }
        let statements = [
            (Target::Group, "groups"),
            (Target::Connection, "connections"),
            (Target::Data, "data"),
            (Target::Flow, "flows"),
            (Target::Scenario, "scenarios"),
            (Target::View, "views"),
            (Target::Decision, "decisions"),
            (Target::CustomKind, "`kind` statements"),
        ];
        words.extend(statements.iter().filter(|(target, _)| self.contains(*target)).map(|(_, word)| *word));
        words.join(", ")
    }

    fn describe_kinds(self, words: &mut Vec<&'static str>) {
        for class in
            [Class::Actor, Class::Traffic, Class::Compute, Class::Data, Class::Messaging, Class::Platform]
        {
            let all: Vec<Kind> = Kind::all().filter(|kind| kind.class() == class).collect();
            let held: Vec<Kind> =
                all.iter().copied().filter(|kind| self.contains(Target::Component(*kind))).collect();
            if held.len() == all.len() {
                words.push(match class {
                    Class::Actor => "actors",
                    Class::Traffic => "traffic kinds",
                    Class::Compute => "compute kinds",
                    Class::Data => "data kinds",
                    Class::Messaging => "messaging kinds",
                    Class::Platform => "platform kinds",
                });
            } else {
                words.extend(held.iter().map(|kind| kind.as_str()));
            }
        }
    }
}
