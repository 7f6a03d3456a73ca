//! An element lacks what a policy requires.
//!
//! ## What it finds
//!
//! An element that the selector of a `require` selects and on which the attribute may stand, but does not, or says no (`false`, `none`),
//! or does not compare as asked. An `owner` is also the enclosing `team`. Words compare in the order of the reference, lists as
//! sets: `=` the same, `>=` at least these, `<=` at most these; of a range the end that makes it harder counts.
//!
//! Which elements: the components that are selected; of a kind of group, the groups themselves where the attribute is one of
//! groups. Where no component may have the attribute: the calls and messages that selected components make, or the data that they
//! store; for `*` all of them, and flows.
//!
//! ## Why it matters
//!
//! What everybody agreed on and nobody checks holds until the next deadline.
//!
//! ## How to mend it
//!
//! Give the attribute; or a `defaults` statement gives it to all.
//!
//! ## When it stays silent
//!
//! On elements that the selector does not select, and on those that cannot have the attribute. A default of the language is
//! no answer where the policy asks that something be there.
//!
//! ## Source
//!
//! A house rule.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! policy owners { require service.owner }
//! ```
//!
//! ```arch,fail
//! service shop { replicas = 2 }
//! policy spare { require service.replicas >= 3 }
//! ```
//!
//! ```arch,pass
//! team web {
//!   service shop { replicas = 3 }
//! }
//! policy all {
//!   require service.owner
//!   require service.replicas >= 3
//! }
//! ```

use smol_str::SmolStr;

use super::policy::{Breach, tell};
use super::requirement::{Answer, answer, show};
use super::{Category, Findings, Rule, RuleContext, Subject, edits};
use crate::diagnostic::{Edit, Remark, Severity};
use crate::model::attributes::{Target, Type};
use crate::model::{
    AttrId, AttrValue, Attributes, ElementRef, FlowId, Group, GroupKind, Model, Origin, Policy, PolicyRule,
    PolicyRuleKind, Selector, SelectorKind,
};
use crate::syntax::ast::{Comparison, Operator};

pub(super) static RULE: Rule = Rule {
    code: "PO002",
    name: "unmet-requirement",
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
            let PolicyRuleKind::Require { selector, attribute, condition } = &rule.kind else { continue };
            let required =
                Required { selector, attribute: *attribute, condition: condition.as_ref(), policy, rule };
            for element in elements(ctx.model, selector, *attribute) {
                breaches.extend(required.breach(ctx, element));
            }
        }
    }
    tell(findings, breaches);
}

/// A `require`.
struct Required<'a> {
    selector: &'a Selector,
    attribute: AttrId,
    condition: Option<&'a (Comparison, AttrValue)>,
    policy: &'a Policy,
    rule: &'a PolicyRule,
}

/// A value as it would be written, for those that are written in one way.
fn source(value: &AttrValue) -> Option<String> {
    Some(match value {
        AttrValue::Flag(flag) => flag.to_string(),
        AttrValue::Count(count) => count.to_string(),
        AttrValue::Word(word) => (*word).to_owned(),
        AttrValue::Words(words) => edits::list(words),
        AttrValue::Time(time) => edits::time_exactly(time.0),
        _ => return None,
    })
}

/// Whether `true` says all that an attribute can say.
fn takes_flags(attribute: AttrId) -> bool {
    let mut types = attribute.spec().uses.iter().flat_map(|usage| usage.types);
    types.all(|it| *it == Type::Flag)
}

/// The elements of which a requirement asks something.
fn elements(model: &Model, selector: &Selector, attribute: AttrId) -> Vec<Subject> {
    let spec = attribute.spec();
    let fits = |target: Target| spec.types_on(target).is_some();
    let selects_all = selector.kind == SelectorKind::Everything;
    let of_components = spec.uses.iter().any(|usage| usage.on.any_component());
    // what a group says of itself, and nobody in it inherits
    let of_groups = match &selector.kind {
        SelectorKind::GroupKind(kind) => *kind != GroupKind::System,
        SelectorKind::Element(ElementRef::Group(_)) | SelectorKind::Tag(_) | SelectorKind::Everything => !of_components,
        _ => false,
    };
    if of_groups && fits(Target::Group) {
        let groups = model.groups.ids().filter(|id| selector.selects_group(model, *id));
        return groups.map(Subject::Group).collect();
    }
    let chosen: Vec<_> = model.components.ids().filter(|id| selector.selects(model, *id)).collect();
    if of_components {
        let fitting = chosen.into_iter().filter(|id| fits(Target::Component(model.components[*id].kind)));
        let tagged = model.data.enumerate().filter(|(_, data)| {
            matches!(&selector.kind, SelectorKind::Tag(tag) if data.header.tags.contains(tag)) && fits(Target::Data)
        });
        return fitting.map(Subject::Component).chain(tagged.map(|(id, _)| Subject::Data(id))).collect();
    }
    let is_tagged = |tags: &[SmolStr]| matches!(&selector.kind, SelectorKind::Tag(tag) if tags.contains(tag));
    if fits(Target::Connection) {
        let calls = model.connections.enumerate().filter(|(_, it)| {
            let made = matches!(it.op, Operator::Call | Operator::Message);
            made && (is_tagged(&it.tags) || it.caller().is_some_and(|id| chosen.binary_search(&id).is_ok()))
        });
        return calls.map(|(id, _)| Subject::Connection(id)).collect();
    }
    if fits(Target::Data) {
        let mut stored: Vec<_> =
            chosen.iter().flat_map(|id| model.components[*id].attrs.data(AttrId::STORES)).collect();
        stored.extend(
            model.data.enumerate().filter(|(_, it)| selects_all || is_tagged(&it.header.tags)).map(|(id, _)| id),
        );
        stored.sort_unstable();
        stored.dedup();
        return stored.into_iter().map(Subject::Data).collect();
    }
    if fits(Target::Flow) {
        let flows = model.flows.enumerate();
        let flows = flows.filter(|(_, it)| !it.implicit && (selects_all || is_tagged(&it.header.tags)));
        return flows.map(|(id, _)| Subject::Flow(id)).collect();
    }
    Vec::new()
}

impl<'a> Required<'a> {
    fn breach(&self, ctx: &RuleContext<'a>, element: Subject) -> Option<Breach<'a>> {
        let model = ctx.model;
        let (attrs, flows): (&Attributes, Vec<FlowId>) = match element {
            Subject::Component(id) => (&model.components[id].attrs, ctx.flows_of(id).to_vec()),
            Subject::Group(id) => (&model.groups[id].attrs, Vec::new()),
            Subject::Connection(id) => (&model.connections[id].attrs, ctx.flows_through(id)),
            Subject::Data(id) => (&model.data[id].attrs, Vec::new()),
            Subject::Flow(id) => (&model.flows[id].attrs, vec![id]),
            _ => return None,
        };
        let value = attrs.get(self.attribute).cloned().map(|value| (value.value, value.origin == Origin::Kind));
        let value = value.or_else(|| self.elsewhere(ctx, element).map(|value| (value, false)));
        let is = match (answer(self.attribute, value.as_ref(), self.condition), &value) {
            (Answer::Met, _) => return None,
            (Answer::Absent, _) | (_, None) => "is absent".to_owned(),
            (Answer::Unmet, Some((value, false))) => format!("is {}", show(value)),
            (Answer::Unmet, Some((value, true))) => format!("is {} by default", show(value)),
        };
        let key = self.attribute.name();
        let asked = match self.condition {
            Some((comparison, wanted)) => format!("{key} {} {}", comparison.as_str(), show(wanted)),
            None => key.to_owned(),
        };
        let name = element.name(ctx);
        let what = format!(
            "the policy `{}` requires `{}.{asked}`, and `{key}` of `{name}` {is}",
            self.policy.header.name, self.selector.text
        );
        let span = element.span(ctx);
        Some(Breach {
            subject: element,
            others: Vec::new(),
            at: None,
            what,
            edits: self.asked(ctx, element),
            help: format!("give it `{key}`, or all of its kind by a `defaults` statement"),
            witness: vec![Remark { span, message: format!("`{name}` is selected by `{}`", self.selector.text) }],
            flows,
            policy: self.policy,
            rule: self.rule,
        })
    }

    /// The value that the policy itself names, where one value alone is asked for, or is the least.
    fn asked(&self, ctx: &RuleContext<'_>, element: Subject) -> Option<Vec<Edit>> {
        let text = match self.condition {
            Some((Comparison::Equal | Comparison::AtLeast | Comparison::AtMost, wanted)) => source(wanted)?,
            None if takes_flags(self.attribute) => "true".to_owned(),
            _ => return None,
        };
        edits::set(ctx, element, &[(self.attribute, &text)])
    }

    /// What stands in the head of an element, or around it, in place of the attribute.
    fn elsewhere(&self, ctx: &RuleContext<'_>, element: Subject) -> Option<AttrValue> {
        let model = ctx.model;
        let header = match element {
            Subject::Component(id) => &model.components[id].header,
            Subject::Group(id) => &model.groups[id].header,
            Subject::Data(id) => &model.data[id].header,
            Subject::Flow(id) => &model.flows[id].header,
            _ => return None,
        };
        let around = |of: fn(&Group) -> Option<SmolStr>| {
            let start = if let Subject::Group(id) = element { Some(id) } else { header.parent };
            model.ancestors(start).find_map(|id| of(&model.groups[id]))
        };
        let text = match self.attribute {
            AttrId::LABEL => header.label.clone(),
            AttrId::DESCRIPTION => header.description.clone(),
            AttrId::TAGS if !header.tags.is_empty() => {
                let tags: Vec<_> = header.tags.iter().map(|tag| (tag.clone(), header.name_span)).collect();
                return Some(AttrValue::Texts(tags.into()));
            }
            AttrId::OWNER => around(|group| {
                let team = || (group.kind == GroupKind::Team).then(|| group.header.name.clone());
                let owner = group.attrs.text(AttrId::OWNER).or(group.handed_down.text(AttrId::OWNER));
                owner.map(Into::into).or_else(team)
            }),
            AttrId::JURISDICTION => around(|group| group.attrs.text(AttrId::JURISDICTION).map(Into::into)),
            _ => None,
        };
        text.map(AttrValue::Text)
    }
}
