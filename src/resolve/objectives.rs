//! Objectives: a known metric, and a target of its dimension.

use super::Resolver;
use super::mistakes::{BAD_TARGET, UNKNOWN_METRIC};
use super::names::Scope;
use super::values::with_nearest;
use crate::diagnostic::Diagnostic;
use crate::model::attributes::{AttrValue, Type};
use crate::model::{Metric, Objective};
use crate::syntax::ast::{self, Stmt, StmtKind, ValueKind};

impl Resolver<'_> {
    /// The objectives among the statements of a flow.
    pub(crate) fn flow_objectives(&mut self, items: &[Stmt], scope: Scope) -> Vec<Objective> {
        let mut objectives = Vec::new();
        for stmt in items {
            if let StmtKind::Objective(objective) = &stmt.kind {
                self.annotate(stmt);
                objectives.extend(self.objective(stmt, objective, scope));
            }
        }
        objectives
    }

    /// An objective; `None` once the mistake is told.
    pub(crate) fn objective(
        &mut self,
        stmt: &Stmt,
        objective: &ast::Objective,
        scope: Scope,
    ) -> Option<Objective> {
        let name = objective.metric.name.as_str();
        if objective.metric.is_missing() {
            return None;
        }
        let Some(metric) = Metric::from_name(name) else {
            let words = Metric::NAMES.iter().map(|(word, _)| *word);
            let list: Vec<String> = words.clone().map(|word| format!("`{word}`")).collect();
            let message = format!("`{name}` is no metric; there are {}", list.join(", "));
            let near = self.suggestions.nearest(name, words);
            let span = objective.metric.span;
            self.report(with_nearest(UNKNOWN_METRIC.at(span, message), span, near));
            return None;
        };
        let (comparison, _) = objective.comparison?;
        if matches!(objective.value.kind, ValueKind::Missing | ValueKind::Invalid) {
            return None;
        }
        let reported = self.diagnostics.len();
        let value = self.value(name, &objective.value, &[type_of(metric)], scope);
        // the value's own mistake, told as one of the objective
        for told in self.diagnostics.iter_mut().skip(reported) {
            rename(told);
        }
        let target = match value? {
            AttrValue::Share(share) => share.0,
            AttrValue::Time(time) => time.0,
            AttrValue::Rate(rate) => rate.0,
            AttrValue::Cost(cost) => cost.per_month,
            _ => return None,
        };
        Some(Objective { metric, comparison, target, span: stmt.span })
    }
}

fn rename(told: &mut Diagnostic) {
    (told.code, told.name) = (BAD_TARGET.code, BAD_TARGET.name);
}

fn type_of(metric: Metric) -> Type {
    match metric {
        Metric::Availability => Type::Share,
        Metric::Throughput => Type::Rate,
        Metric::Cost => Type::Cost,
        Metric::Percentile(_) | Metric::Staleness | Metric::Rpo | Metric::Rto => Type::Time,
    }
}
