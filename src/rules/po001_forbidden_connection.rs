//! A connection that a policy forbids.
//!
//! ## What it finds
//!
//! A connection from a component that the left selector of a `forbid` selects to one that the right one selects, with its operator; for
//! `->>` any path of calls (`->`), told once for each start with the shortest such path. A path that passes another start is that
//! one's. A selector of a group stands for what it holds; between two groups of one kind (`forbid context -> context`) what stays
//! within one of them is not meant. An `except` excuses the connections at either end of which it stands, and for `->>` the paths
//! that pass it.
//!
//! ## Why it matters
//!
//! The rule was written down because the shortcut is tempting. One that nobody stops becomes the way it is done.
//!
//! ## How to mend it
//!
//! Go the way that the policy leaves open, or change the policy with those who wrote it: `except` names who may.
//!
//! ## When it stays silent
//!
//! On connections that no `forbid` meets. Links between groups (`--`) are not meant.
//!
//! ## Source
//!
//! A house rule.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop
//! database orders
//! app -> shop
//! app -> orders
//! shop -> orders
//! policy layers { forbid client -> database }
//! ```
//!
//! ```arch,fail
//! client app
//! service shop
//! @tags(cards)
//! service vault
//! app -> shop -> vault
//! policy cards { forbid client ->> #cards }
//! ```
//!
//! ```arch,pass
//! client app
//! gateway door
//! @tags(cards)
//! service vault
//! app -> door -> vault
//! policy cards {
//!   forbid client -> #cards
//!   forbid client ->> #cards except gateway
//! }
//! ```

use super::policy::{Breach, flows_through, tell};
use super::{Category, Findings, Rule, RuleContext, Subject};
use crate::diagnostic::Severity;
use crate::graph::{ComponentGraph, Step};
use crate::model::{
    ComponentId, ConnectionId, GroupId, GroupKind, Policy, PolicyRule, PolicyRuleKind, Selector, SelectorKind,
};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "PO001",
    name: "forbidden-connection",
    category: Category::House,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut breaches: Vec<Breach<'_>> = Vec::new();
    for policy in &ctx.model.policies {
        for rule in &policy.rules {
            let PolicyRuleKind::Forbid { from, op, to, except } = &rule.kind else { continue };
            let forbidden = Forbidden {
                from: selected(ctx, from),
                to: selected(ctx, to),
                except: except.as_ref().map_or_else(Vec::new, |except| selected(ctx, except)),
                apart: apart(from, to),
                words: format!("`{} {} {}`", from.text, op.as_str(), to.text),
                policy,
                rule,
            };
            match op {
                Operator::AnyPath => forbidden.paths(ctx, &mut breaches),
                op => forbidden.connections(ctx, *op, &mut breaches),
            }
        }
    }
    tell(findings, breaches);
}

/// By component: whether a selector selects it.
fn selected(ctx: &RuleContext<'_>, selector: &Selector) -> Vec<bool> {
    ctx.model.components.ids().map(|id| selector.selects(ctx.model, id)).collect()
}

/// The kind of group between which, and not within which, connections are meant.
fn apart(from: &Selector, to: &Selector) -> Option<GroupKind> {
    match (&from.kind, &to.kind) {
        (SelectorKind::GroupKind(one), SelectorKind::GroupKind(other)) if one == other => Some(*one),
        _ => None,
    }
}

/// A `forbid`, its selectors looked up.
struct Forbidden<'a> {
    from: Vec<bool>,
    to: Vec<bool>,
    except: Vec<bool>,
    apart: Option<GroupKind>,
    words: String,
    policy: &'a Policy,
    rule: &'a PolicyRule,
}

fn is_in(selected: &[bool], id: ComponentId) -> bool {
    selected.get(id.index()).copied().unwrap_or(false)
}

impl<'a> Forbidden<'a> {
    /// Whether a connection between the two would be meant.
    fn meant(&self, ctx: &RuleContext<'_>, from: ComponentId, to: ComponentId) -> bool {
        is_in(&self.from, from) && is_in(&self.to, to) && self.are_apart(ctx, from, to)
    }

    fn are_apart(&self, ctx: &RuleContext<'_>, from: ComponentId, to: ComponentId) -> bool {
        let Some(kind) = self.apart else { return true };
        let group = |id: ComponentId| -> Option<GroupId> {
            let parent = ctx.model.components[id].header.parent;
            ctx.model.ancestors(parent).find(|group| ctx.model.groups[*group].kind == kind)
        };
        group(from) != group(to)
    }

    fn connections(&self, ctx: &RuleContext<'a>, op: Operator, breaches: &mut Vec<Breach<'a>>) {
        for (id, it) in ctx.model.connections.enumerate().filter(|(_, it)| it.op == op) {
            let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
            if !self.meant(ctx, from, to) || is_in(&self.except, from) || is_in(&self.except, to) {
                continue;
            }
            let what = format!(
                "the policy `{}` forbids {}: `{}`",
                self.policy.header.name,
                self.words,
                ctx.connection_name(id)
            );
            breaches.push(self.breach(ctx, Subject::Connection(id), Vec::new(), what, &[id]));
        }
    }

    fn paths(&self, ctx: &RuleContext<'a>, breaches: &mut Vec<Breach<'a>>) {
        let graph = ComponentGraph::by_operators(ctx.model, &[Operator::Call]);
        let ends: Vec<ComponentId> = graph.components().filter(|id| is_in(&self.to, *id)).collect();
        let reaching = graph.reaching(&ends);
        for from in graph.components() {
            if !is_in(&self.from, from) || is_in(&self.except, from) || !is_in(&reaching, from) {
                continue;
            }
            let goal = |id: ComponentId| id != from && !is_in(&self.except, id) && self.meant(ctx, from, id);
            let through = |id: ComponentId| !is_in(&self.except, id) && !is_in(&self.from, id);
            let Some(steps) = graph.shortest_path_to(from, goal, through) else { continue };
            let Some(end) = steps.last().map(|step| step.to) else { continue };
            let connections: Vec<ConnectionId> = steps.iter().map(|step| step.connection).collect();
            let what = format!(
                "the policy `{}` forbids {}: `{}` reaches `{}` in {} calls ({})",
                self.policy.header.name,
                self.words,
                ctx.model.path(from),
                ctx.model.path(end),
                steps.len(),
                way(ctx, from, &steps)
            );
            breaches.push(self.breach(ctx, from.into(), vec![end.into()], what, &connections));
        }
    }

    fn breach(
        &self,
        ctx: &RuleContext<'a>,
        subject: Subject,
        others: Vec<Subject>,
        what: String,
        steps: &[ConnectionId],
    ) -> Breach<'a> {
        let place = |id: &ConnectionId| {
            let it = &ctx.model.connections[*id];
            it.from_span.to(it.to_span)
        };
        Breach {
            edits: None,
            subject,
            others,
            at: steps.first().map(place),
            what,
            help: "go the way that the policy leaves open, or let its `except` name who may".to_owned(),
            witness: steps.iter().map(|id| ctx.connection_step(*id)).collect(),
            flows: flows_through(ctx, steps),
            policy: self.policy,
            rule: self.rule,
        }
    }
}

/// Components on a path beyond which a message cuts it; the witness has them all.
const LONG: usize = 8;

fn way(ctx: &RuleContext<'_>, from: ComponentId, steps: &[Step]) -> String {
    let on = std::iter::once(from).chain(steps.iter().map(|step| step.to));
    let names: Vec<String> = on.map(|id| format!("`{}`", ctx.model.path(id))).collect();
    match names.as_slice() {
        [head @ .., last] if names.len() > LONG => {
            let head: Vec<&str> = head.iter().take(LONG - 2).map(String::as_str).collect();
            format!("{}, …, {last}", head.join(", "))
        }
        names => names.join(", "),
    }
}
