//! Findings as rules report them, and what is common to all: one for one subject, levels by flow, assumptions named.
//! It must not know any single rule.

use std::cmp::Reverse;

use crate::analysis::availability::DomainIx;
use crate::analysis::placement::DomainKind;
use crate::config::Level;
use crate::diagnostic::{Applicability, ConnectionSubject, Diagnostic, Edit, Fix, Remark, Severity};
use crate::model::{
    AttrId, Attributes, ComponentId, ConnectionId, DataId, DecisionId, FlowId, GroupId, Origin,
};
use crate::source::{FileId, Span};

use super::unassessed::{self, Unassessed};
use super::{Need, Rule, RuleContext};

/// What a finding is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// A component.
    Component(ComponentId),
    /// A group.
    Group(GroupId),
    /// A connection.
    Connection(ConnectionId),
    /// A nameless zone that only a count of zones asks for; domains of the file are [`Subject::Group`].
    Domain(DomainIx),
    /// A data entity.
    Data(DataId),
    /// A flow.
    Flow(FlowId),
    /// A decision.
    Decision(DecisionId),
    /// The whole design.
    System,
    /// A place in the text that is no element, such as an annotation.
    Place(Span),
}

macro_rules! subjects {
    ($($variant:ident($id:ty)),+) => {$(
        impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        }
    )+};
}
subjects!(
    Component(ComponentId),
    Group(GroupId),
    Connection(ConnectionId),
    Data(DataId),
    Flow(FlowId),
    Decision(DecisionId)
);

impl Subject {
    /// A failure domain.
    pub fn domain(ctx: &RuleContext<'_>, domain: DomainIx) -> Self {
        match domain_kind(ctx, domain) {
            Some(DomainKind::Group(id)) => Self::Group(id),
            _ => Self::Domain(domain),
        }
    }

    /// The full path, or `a -> b "label"`.
    pub fn name(self, ctx: &RuleContext<'_>) -> String {
        unassessed::name(self, ctx.model, &ctx.facts.placement, &ctx.index.labelled)
    }

    /// Where a person would point to.
    pub fn span(self, ctx: &RuleContext<'_>) -> Span {
        match self {
            Self::Component(id) => ctx.model.components[id].header.name_span,
            Self::Group(id) => ctx.model.groups[id].header.name_span,
            Self::Connection(id) => {
                let it = &ctx.model.connections[id];
                it.from_span.to(it.to_span)
            }
            Self::Domain(id) => {
                let around = ctx.facts.placement.with_parents(id).find_map(|ix| match domain_kind(ctx, ix) {
                    Some(DomainKind::Group(group)) => Some(ctx.model.groups[group].header.name_span),
                    _ => None,
                });
                around.unwrap_or_else(|| Self::System.span(ctx))
            }
            Self::Data(id) => ctx.model.data[id].header.name_span,
            Self::Flow(id) => ctx.model.flows[id].header.name_span,
            Self::Decision(id) => ctx.model.decisions[id].header.name_span,
            Self::System => {
                ctx.model.system.as_ref().map_or(Span::new(FileId(0), 0, 0), |header| header.name_span)
            }
            Self::Place(span) => span,
        }
    }
}

fn domain_kind(ctx: &RuleContext<'_>, domain: DomainIx) -> Option<DomainKind> {
    ctx.facts.placement.domains.get(domain.index()).map(|it| it.kind)
}

/// A finding in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct Finding {
    pub(super) subject: Subject,
    severity: Severity,
    message: String,
    label: Option<String>,
    help: Option<String>,
    span: Option<Span>,
    steps: Vec<Span>,
    others: Vec<Subject>,
    replica: Option<u64>,
    flows: Vec<(FlowId, Severity)>,
    assumed: Vec<String>,
    witness: Vec<Remark>,
    related: Vec<Remark>,
    fix: Option<Fix>,
}

impl Finding {
    /// A finding about a subject, at the place where it is declared. The message holds the inequality with its numbers.
    pub fn new(severity: Severity, subject: impl Into<Subject>, message: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            severity,
            message: message.into(),
            label: None,
            help: None,
            span: None,
            steps: Vec::new(),
            others: Vec::new(),
            replica: None,
            flows: Vec::new(),
            assumed: Vec::new(),
            witness: Vec::new(),
            related: Vec::new(),
            fix: None,
        }
    }

    /// A warning of a house rule about an annotation, which is no element.
    pub(super) fn of_annotation(place: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, Subject::Place(place), message)
    }

    /// With a few words at the place.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// At another place than that of the subject.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Shown by a step of a flow: an `@allow` around all such steps silences it too.
    pub fn in_step(mut self, step: Span) -> Self {
        self.steps.push(step);
        self
    }

    /// About a single replica of the component, counted from 1.
    pub fn replica(mut self, number: u64) -> Self {
        self.replica = Some(number);
        self
    }

    /// About another element too.
    pub fn and(mut self, subject: impl Into<Subject>) -> Self {
        self.others.push(subject.into());
        self
    }

    /// Hits a flow, as badly as the finding is.
    pub fn hits(mut self, flow: FlowId) -> Self {
        self.flows.push((flow, self.severity));
        self
    }

    /// Hits these flows, as badly as the finding is.
    pub fn hits_all(mut self, flows: impl IntoIterator<Item = FlowId>) -> Self {
        self.flows.extend(flows.into_iter().map(|flow| (flow, self.severity)));
        self
    }

    /// Hits a flow so badly; the worst of the flows is how bad the finding is.
    pub fn hits_at(mut self, flow: FlowId, severity: Severity) -> Self {
        self.flows.push((flow, severity));
        self
    }

    /// Rests on a figure that nobody gave: `availability of `us.api` (99.5%)`. Then it is a warning at most.
    pub fn assuming(mut self, what: impl Into<String>) -> Self {
        let what = what.into();
        if !self.assumed.contains(&what) {
            self.assumed.push(what);
        }
        self
    }

    /// Rests on these figures of an element; those that the file does not give are assumed.
    pub fn resting_on(mut self, name: &str, attrs: &Attributes, figures: &[AttrId]) -> Self {
        for figure in figures {
            let from = match attrs.get(*figure).map(|value| &value.origin) {
                Some(Origin::Catalogue(_)) => "from the catalogue",
                Some(Origin::Kind) => "by default",
                _ => continue,
            };
            self = self.assuming(format!("`{}` of `{name}` {from}", figure.name()));
        }
        self
    }

    /// With a step of the path that shows it.
    pub fn step(mut self, span: Span, message: impl Into<String>) -> Self {
        self.witness.push(Remark { span, message: message.into() });
        self
    }

    /// With the path that shows it.
    pub fn witness(mut self, steps: impl IntoIterator<Item = Remark>) -> Self {
        self.witness.extend(steps);
        self
    }

    /// With another place that belongs to it.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Remark { span, message: message.into() });
        self
    }

    /// With an edit that mends it.
    pub fn fix(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        span: Span,
        new_text: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix::replacing(title, applicability, span, new_text));
        self
    }

    /// With edits of the design that mend it, where there are some: somebody has to look at them.
    pub(super) fn mend(mut self, title: impl Into<String>, edits: Option<Vec<Edit>>) -> Self {
        let (title, applicability) = (title.into(), Applicability::Unsafe);
        self.fix = edits.map(|edits| Fix { title, applicability, edits });
        self
    }

    /// Takes in another finding about the same subject: the worse one speaks, the flows are joined.
    fn join(&mut self, other: Finding) {
        let mut other = other;
        if other.severity > self.severity {
            std::mem::swap(self, &mut other);
        }
        self.steps.extend(other.steps);
        for hit in other.flows {
            match self.flows.iter_mut().find(|(flow, _)| *flow == hit.0) {
                Some((_, severity)) => *severity = hit.1.max(*severity),
                None => self.flows.push(hit),
            }
        }
    }

    /// How bad it is, once flows and assumptions are weighed.
    fn weighed(&self, ctx: &RuleContext<'_>) -> Severity {
        let lowered = |(flow, severity): &(FlowId, Severity)| match ctx.is_low(*flow) {
            true => severity.lowered(),
            false => *severity,
        };
        let severity = self.flows.iter().map(lowered).max().unwrap_or(self.severity);
        if self.assumed.is_empty() { severity } else { severity.min(Severity::Warning) }
    }

    /// As plain data.
    fn told(mut self, rule: &Rule, ctx: &RuleContext<'_>) -> Diagnostic {
        let span = self.span.unwrap_or_else(|| self.subject.span(ctx));
        let level = ctx.config.level_in(rule.code, span.file);
        let severity = level.and_then(Level::severity).unwrap_or_else(|| self.weighed(ctx));
        if !self.assumed.is_empty() {
            self.message.push_str(&format!("; assumed: {}", self.assumed.join(", ")));
        }
        self.flows.sort_by_key(|(flow, _)| *flow);
        self.flows.dedup_by_key(|(flow, _)| *flow);
        let mut told = Diagnostic::new(rule.code, rule.name, severity, span, self.message);
        let mut name = self.subject.name(ctx);
        if let Some(number) = self.replica {
            name.push_str(&format!("#{number}"));
        }
        told.subjects.push(name);
        told.subjects.retain(|subject| !subject.is_empty());
        told.subjects.extend(self.others.iter().map(|other| other.name(ctx)));
        told.connection = connection(self.subject, ctx);
        told.flows =
            self.flows.iter().map(|(flow, _)| ctx.model.flows[*flow].header.name.to_string()).collect();
        told.label = self.label;
        told.help = self.help;
        told.witness = self.witness;
        told.related = self.related;
        told.fix = self.fix;
        told
    }
}

fn connection(subject: Subject, ctx: &RuleContext<'_>) -> Option<ConnectionSubject> {
    let Subject::Connection(id) = subject else { return None };
    let it = &ctx.model.connections[id];
    Some(ConnectionSubject {
        from: ctx.model.endpoint_path(it.from).to_owned(),
        to: ctx.model.endpoint_path(it.to).to_owned(),
        op: it.op.as_str(),
        label: it.label.as_ref().map(ToString::to_string),
    })
}

/// Findings of one rule that are told at the most; nobody reads more, and memory is what bounds them.
const MOST: usize = 2_000;
/// Findings of one rule that are held until the worst are known.
const HELD: usize = 8 * MOST;
/// Subjects that one rule lists as not assessed at the most.
const MOST_OPEN: usize = 2_000;

/// What one rule reports.
#[derive(Debug)]
pub struct Findings<'a> {
    ctx: RuleContext<'a>,
    found: Vec<Finding>,
    /// Further ones that are counted alone.
    not_held: usize,
    open: Vec<(Subject, Need)>,
}

/// A finding as told, with what suppression needs to know of it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) rule: &'static Rule,
    pub(super) subject: Subject,
    /// Its place and its subject's: an annotation around either stands for it.
    pub(super) places: [Span; 2],
    /// The steps of flows that show it: an annotation around all of them does too.
    pub(super) steps: Vec<Span>,
    pub(super) diagnostic: Box<Diagnostic>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(ctx: RuleContext<'a>) -> Self {
        Self { ctx, found: Vec::new(), not_held: 0, open: Vec::new() }
    }

    /// Reports a finding; several about one subject become one.
    pub fn push(&mut self, mut finding: Finding) {
        if self.found.len() >= HELD && finding.severity < Severity::Error {
            self.not_held += 1;
            return;
        }
        if self.found.len() >= MOST {
            // one that may be left out needs no path; a rule that speaks of everything would fill the memory with them
            finding.witness = Vec::new();
            finding.related = Vec::new();
            (finding.help, finding.label, finding.fix) = (None, None, None);
        }
        self.found.push(finding);
    }

    /// Says that a subject could not be judged for want of something.
    pub fn not_assessed(&mut self, subject: impl Into<Subject>, missing: impl Into<Need>) {
        if self.open.len() >= HELD {
            self.tidy_open();
        }
        self.open.push((subject.into(), missing.into()));
    }

    /// Keeps what is listed.
    fn tidy_open(&mut self) {
        // most rules go through the elements in their order
        if !self.open.is_sorted_by(|one, next| one < next) {
            self.open.sort_unstable();
            self.open.dedup();
        }
        self.open.truncate(MOST_OPEN);
    }

    /// Everything told: one finding a subject, in the order of the subjects.
    pub(super) fn finish(mut self) -> (Vec<Told>, Vec<Unassessed>) {
        let ctx = self.ctx;
        self.tidy_open();
        self.found.sort_by_key(|finding| finding.subject);
        let mut joined: Vec<Finding> = Vec::new();
        for finding in self.found {
            match joined.last_mut() {
                Some(last) if last.subject == finding.subject => last.join(finding),
                _ => joined.push(finding),
            }
        }
        let left_out = joined.len().saturating_sub(MOST) + self.not_held;
        if left_out > 0 {
            // the worst are told; those alike by their subject
            joined.sort_by_key(|finding| (Reverse(finding.weighed(&ctx)), finding.subject));
            joined.truncate(MOST);
            if let Some(last) = joined.last_mut() {
                last.message.push_str(&format!("; {left_out} more like these are not listed"));
            }
            joined.sort_by_key(|finding| finding.subject);
        }
        let told = joined.into_iter().map(|mut finding| {
            let subject = finding.subject;
            let steps = std::mem::take(&mut finding.steps);
            let diagnostic = finding.told(ctx.rule, &ctx);
            let places = [diagnostic.span, subject.span(&ctx)];
            Told { rule: ctx.rule, subject, places, steps, diagnostic: Box::new(diagnostic) }
        });
        let varies = ctx.config.varies_by_file(ctx.rule.code);
        let is_on = |place: Span| !ctx.config.is_off_in(ctx.rule.code, place.file);
        let told = told.filter(|it: &Told| !varies || is_on(it.diagnostic.span));
        let open = self.open.into_iter().filter(|(subject, _)| !varies || is_on(subject.span(&ctx)));
        let open = open.map(|(subject, need)| Unassessed { code: ctx.rule.code, subject, need });
        (told.collect(), open.collect())
    }
}
