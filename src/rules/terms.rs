//! The words of the rule catalogue as functions: hard call, writes, state store, sensitive, carries. It must not know any
//! single rule, nor a finding.

use crate::config::Assumed;
use crate::model::attributes::words::{
    Access, Backoff, Consistency, DataClass, FallbackKind, Mode, Replication,
};
use crate::model::{
    AttrId, Attributes, CallId, Component, ComponentId, Connection, Data, DataId, Flow, Kind, Model,
};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_time};

/// Whether a call may fail without failing its caller: `optional`, or with a `fallback`.
pub fn is_soft(attrs: &Attributes) -> bool {
    attrs.is_true(AttrId::OPTIONAL) || has_fallback(attrs)
}

/// Whether something answers in the place of the callee; `fallback = none` is no.
pub fn has_fallback(attrs: &Attributes) -> bool {
    attrs.has(AttrId::FALLBACK) && attrs.word(AttrId::FALLBACK) != Some(FallbackKind::None)
}

/// Whether something that is a flag or a figure is there: given, and not `false`.
pub fn is_on(attrs: &Attributes, id: AttrId) -> bool {
    attrs.has(id) && attrs.flag(id) != Some(false)
}

/// Whether something else than its timeout bounds what a call holds when its callee is lost: a `bulkhead` or a `circuit_breaker`.
pub fn is_parted(attrs: &Attributes) -> bool {
    is_on(attrs, AttrId::BULKHEAD) || attrs.is_true(AttrId::CIRCUIT_BREAKER)
}

/// A hard call: `->`, not `optional`, no `fallback`.
pub fn is_hard(op: Operator, attrs: &Attributes) -> bool {
    op == Operator::Call && !is_soft(attrs)
}

/// The tries beyond the first that a call may make of each request: `retries`, held down by `retry_budget`.
pub fn retries(attrs: &Attributes) -> Option<f64> {
    let retries = attrs.number(AttrId::RETRIES)?;
    Some(attrs.share(AttrId::RETRY_BUDGET).map_or(retries, |budget| retries.min(budget)))
}

/// T(s), the longest that a caller waits for one call: (1 + r)·`timeout` + Σ back-off.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LongestWait {
    /// Tries beyond the first.
    pub retries: f64,
    /// The limit of one try, in seconds.
    pub timeout: f64,
    /// The pauses between the tries together, in seconds.
    pub pauses: f64,
}

impl LongestWait {
    /// T(s) of a call with these attributes; `None` where it has no `timeout`.
    pub fn of(attrs: &Attributes, assumed: &Assumed) -> Option<Self> {
        let timeout = attrs.seconds(AttrId::TIMEOUT)?;
        let retries = attrs.number(AttrId::RETRIES).unwrap_or(0.0);
        let base = attrs.seconds(AttrId::BACKOFF_BASE).unwrap_or(assumed.backoff_base);
        let pauses = match attrs.word(AttrId::BACKOFF) {
            Some(Backoff::Exponential) => base * (retries.exp2() - 1.0),
            Some(Backoff::Fixed) => base * retries,
            Some(Backoff::None) | None => 0.0,
        };
        Some(Self { retries, timeout, pauses })
    }

    /// In seconds.
    pub fn seconds(self) -> f64 {
        (1.0 + self.retries) * self.timeout + self.pauses
    }

    /// With its arithmetic: `3·1 s + 300 ms = 3.3 s`.
    pub fn arithmetic(self) -> String {
        let tries = 1.0 + self.retries;
        match (self.retries > 0.0, self.pauses > 0.0) {
            (false, _) => format_time(self.timeout),
            (true, false) => {
                format!(
                    "{}·{} = {}",
                    format_count(tries),
                    format_time(self.timeout),
                    format_time(self.seconds())
                )
            }
            (true, true) => format!(
                "{}·{} + {} = {}",
                format_count(tries),
                format_time(self.timeout),
                format_time(self.pauses),
                format_time(self.seconds())
            ),
        }
    }
}

/// Whether `a` is more than `b`, rounding errors apart.
pub fn exceeds(a: f64, b: f64) -> bool {
    a > b + 1e-9 * a.abs().max(b.abs()).min(f64::MAX)
}

/// Whether a call writes: `access` = `write`, `read_write`, or `writes`.
pub fn writes(attrs: &Attributes) -> bool {
    matches!(attrs.word(AttrId::ACCESS), Some(Access::Write | Access::ReadWrite)) || attrs.has(AttrId::WRITES)
}

/// Whether a call reads: `access` = `read`, `read_write`, or `reads`.
pub fn reads(attrs: &Attributes) -> bool {
    matches!(attrs.word(AttrId::ACCESS), Some(Access::Read | Access::ReadWrite)) || attrs.has(AttrId::READS)
}

/// Whether `access`, `reads` or `writes` says what a call does.
pub fn access_is_known(attrs: &Attributes) -> bool {
    [AttrId::ACCESS, AttrId::READS, AttrId::WRITES].into_iter().any(|id| attrs.has(id))
}

/// Strong data: `consistency` = `linearizable`, `strong`.
pub fn is_strong(data: &Data) -> bool {
    data.attrs.word(AttrId::CONSISTENCY) >= Some(Consistency::Strong)
}

/// Sensitive data: `class` from `confidential` up, or `pii`.
pub fn is_sensitive(data: &Data) -> bool {
    data.attrs.word(AttrId::CLASS) >= Some(DataClass::Confidential) || data.attrs.is_true(AttrId::PII)
}

/// Personal data: `class` = `personal`, `health`, or `pii`.
pub fn is_personal(data: &Data) -> bool {
    let class = data.attrs.word(AttrId::CLASS);
    matches!(class, Some(DataClass::Personal | DataClass::Health)) || data.attrs.is_true(AttrId::PII)
}

/// A state store: a store with data that is neither `derived` nor `loss_ok`, or a `database` or `object_store` without
/// `stores`.
pub fn is_state_store(model: &Model, component: &Component) -> bool {
    if !component.kind.is_store() {
        return false;
    }
    let stored = component.attrs.data(AttrId::STORES);
    if stored.is_empty() {
        return matches!(component.kind, Kind::Database | Kind::ObjectStore);
    }
    let dispensable = |id: &DataId| {
        let attrs = &model.data[*id].attrs;
        attrs.is_true(AttrId::DERIVED) || attrs.is_true(AttrId::LOSS_OK)
    };
    !stored.iter().all(dispensable)
}

/// Replicas at the lower and the upper end; 1 where absent.
pub fn replicas(component: &Component) -> (u64, u64) {
    component.attrs.range(AttrId::REPLICAS).unwrap_or((1, 1))
}

/// Whether the file says how many replicas there are.
pub fn replicas_are_given(component: &Component) -> bool {
    component.attrs.get(AttrId::REPLICAS).is_some_and(|value| value.is_given())
}

/// Whether its provider runs as many replicas as it takes: a function, or something managed, that does not say how many there are.
pub fn is_scaled_by_provider(component: &Component) -> bool {
    let by_provider = component.kind == Kind::Function || component.attrs.is_true(AttrId::MANAGED);
    by_provider && !replicas_are_given(component)
}

/// Copies of each record: `replication_factor`, else the replicas.
pub fn copies(component: &Component) -> u64 {
    component.attrs.count(AttrId::REPLICATION_FACTOR).unwrap_or_else(|| replicas(component).1)
}

/// Whether several replicas accept writes, by `mode`; `None` where it is absent.
pub fn has_several_writers(component: &Component) -> Option<bool> {
    let mode = component.attrs.word(AttrId::MODE)?;
    Some(matches!(mode, Mode::MultiPrimary | Mode::ActiveActive | Mode::Leaderless))
}

/// Whether a write waits for more than one copy, by `replication`; `None` where it is absent.
pub fn waits_for_copies(component: &Component) -> Option<bool> {
    let replication = component.attrs.word(AttrId::REPLICATION)?;
    Some(matches!(replication, Replication::Sync | Replication::Quorum))
}

/// What a connection carries: what its `reads` and `writes` name, else what the component at its end `stores`.
pub fn carries(model: &Model, connection: &Connection) -> Vec<DataId> {
    carries_with(model, &connection.attrs, connection.callee())
}

fn carries_with(model: &Model, attrs: &Attributes, callee: Option<ComponentId>) -> Vec<DataId> {
    let mut carried = attrs.data(AttrId::READS);
    carried.extend(attrs.data(AttrId::WRITES));
    if carried.is_empty()
        && let Some(callee) = callee
    {
        carried = model.components[callee].attrs.data(AttrId::STORES);
    }
    carried.sort();
    carried.dedup();
    carried
}

/// What a step of a flow carries: what its connection does, and what the calls below it carry that do more than read.
pub fn step_carries(model: &Model, flow: &Flow, call: CallId) -> Vec<DataId> {
    let mut carried = Vec::new();
    let mut seen = vec![false; flow.calls.len()];
    let mut open = vec![call];
    while let Some(id) = open.pop() {
        let Some(seen) = seen.get_mut(id.index()) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        let (first, call) = (call, &flow.calls[id]);
        if id != first && call.attrs.word(AttrId::ACCESS) == Some(Access::Read) {
            continue;
        }
        let target = &flow.visits[call.target];
        carried.extend(carries_with(model, &call.attrs, Some(target.component)));
        open.extend(target.groups.iter().flat_map(|group| flow.groups[*group].calls.iter().copied()));
    }
    carried.sort();
    carried.dedup();
    carried
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AttrValue, Origin, Value};
    use crate::units::{Share, Time};

    fn attrs(values: &[(AttrId, AttrValue)]) -> Attributes {
        let mut attrs = Attributes::default();
        for (id, value) in values {
            attrs.set(*id, Value { value: value.clone(), origin: Origin::File, span: None });
        }
        attrs
    }

    #[test]
    fn three_tries_of_a_second_with_doubling_pauses_take_3_3_seconds() {
        let call = attrs(&[
            (AttrId::TIMEOUT, AttrValue::Time(Time(1.0))),
            (AttrId::RETRIES, AttrValue::Count(2)),
            (AttrId::BACKOFF, AttrValue::Word("exponential")),
            (AttrId::BACKOFF_BASE, AttrValue::Time(Time(0.1))),
        ]);
        let wait = LongestWait::of(&call, &Assumed::default()).unwrap();
        assert!((wait.seconds() - 3.3).abs() < 1e-12);
        assert!(!exceeds(wait.seconds(), 3.3) && exceeds(wait.seconds(), 3.299));
        assert_eq!(LongestWait::of(&attrs(&[]), &Assumed::default()), None);
    }

    #[test]
    fn a_wait_without_end_exceeds_any_limit() {
        assert!(exceeds(f64::INFINITY, 1.0) && !exceeds(1.0, f64::INFINITY));
        assert!(!exceeds(0.1 + 0.2, 0.3));
    }

    #[test]
    fn a_budget_holds_retries_down() {
        let retry = (AttrId::RETRIES, AttrValue::Count(3));
        assert_eq!(retries(&attrs(std::slice::from_ref(&retry))), Some(3.0));
        assert_eq!(
            retries(&attrs(&[retry, (AttrId::RETRY_BUDGET, AttrValue::Share(Share(0.1)))])),
            Some(0.1)
        );
        assert_eq!(retries(&attrs(&[])), None);
    }

    #[test]
    fn a_call_is_soft_when_its_loss_is_survived() {
        let fallback = |word| attrs(&[(AttrId::FALLBACK, AttrValue::Word(word))]);
        assert!(is_soft(&fallback("cached")) && !is_soft(&fallback("none")));
        assert!(is_soft(&attrs(&[(AttrId::OPTIONAL, AttrValue::Flag(true))])));
        assert!(is_hard(Operator::Call, &attrs(&[])) && !is_hard(Operator::Message, &attrs(&[])));
    }
}
