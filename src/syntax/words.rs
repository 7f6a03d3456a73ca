//! The words that open a declaration, for recovery and "did you mean" alone: what they mean is the resolver's business.

/// Kinds whose block holds statements of every form.
const HOLD_STATEMENTS: &[&str] =
    &["system", "region", "zone", "cluster", "network", "context", "team", "group", "flow", "policy"];

/// Kinds whose block holds attributes only.
const HOLD_ATTRIBUTES: &[&str] = &[
    "person",
    "client",
    "external",
    "dns",
    "cdn",
    "waf",
    "load_balancer",
    "gateway",
    "proxy",
    "service",
    "function",
    "worker",
    "job",
    "database",
    "cache",
    "object_store",
    "search_index",
    "warehouse",
    "queue",
    "topic",
    "stream",
    "identity",
    "secret_store",
    "registry",
    "monitor",
    "scheduler",
    "data",
    "scenario",
    "view",
    "decision",
    "defaults",
    "kind",
    "tech",
];

/// How a word stands to the kinds of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    /// A kind whose block holds statements.
    Group,
    /// A kind whose block holds attributes, as written.
    Leaf(&'static str),
    /// No kind of the language.
    Unknown,
}

/// What `word` is.
pub(super) fn word(word: &str) -> Word {
    if HOLD_STATEMENTS.contains(&word) {
        return Word::Group;
    }
    HOLD_ATTRIBUTES.iter().find(|kind| **kind == word).map_or(Word::Unknown, |kind| Word::Leaf(kind))
}

/// The kind that `word` starts with, where a blank was lost: `serviceapi`.
pub(super) fn kind_at_start(word: &str) -> Option<&'static str> {
    let kinds = HOLD_STATEMENTS.iter().chain(HOLD_ATTRIBUTES).copied();
    kinds.filter(|kind| word.len() > kind.len() && word.starts_with(kind)).max_by_key(|kind| kind.len())
}

/// The kind within two edits of `word`.
pub(super) fn nearest_kind(word: &str) -> Option<&'static str> {
    if word.len() > 24 {
        return None;
    }
    let kinds = HOLD_STATEMENTS.iter().chain(HOLD_ATTRIBUTES).copied();
    let near = kinds.map(|kind| (strsim::damerau_levenshtein(kind, word), kind));
    let near = near.filter(|(distance, kind)| *distance <= 2 && *distance * 2 < kind.len());
    near.min().map(|(_, kind)| kind)
}
