//! A finding or a mistake as plain data. Knows neither how it is printed nor which rule made it.

mod mistake;

use std::cmp::Reverse;

pub use mistake::Mistake;
pub(crate) use mistake::mistakes;

use crate::source::Span;

/// How bad a finding is; ordered, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Likely to hurt.
    Warning,
    /// A mistake in the source, or a claim that does not hold.
    Error,
}

impl Severity {
    /// The word in messages and formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// One level milder; a note stays one.
    pub fn lowered(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            Self::Warning | Self::Note => Self::Note,
        }
    }
}

/// A place with a remark, beside the main one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// The place.
    pub span: Span,
    /// What is to be seen there.
    pub message: String,
}

/// Whether an edit may be applied unseen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Keeps the meaning, or says what was surely meant.
    Safe,
    /// Changes the design; a person should look.
    Unsafe,
    /// Opens the place for words that only a person has: an editor offers it, and the finding stays until they are there.
    Form,
}

/// A replacement of the text under a span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The new text.
    pub new_text: String,
}

/// Edits that mend a finding; they do not overlap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as a button would say it.
    pub title: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// The edits, in the order of their spans.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that replaces one span.
    pub fn replacing(
        title: impl Into<String>,
        applicability: Applicability,
        span: Span,
        new_text: impl Into<String>,
    ) -> Self {
        let edits = vec![Edit { span, new_text: new_text.into() }];
        Self { title: title.into(), applicability, edits }
    }
}

/// A connection as the subject of a finding.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct ConnectionSubject {
    /// Path of the caller.
    pub from: String,
    /// Path of the callee.
    pub to: String,
    /// The operator as written.
    pub op: &'static str,
    /// The label, if it has one.
    pub label: Option<String>,
}

/// One finding: what is wrong, where, why it matters and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The code, such as `AV001`; stable for ever.
    pub code: &'static str,
    /// The name, such as `single-point-of-failure`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with the numbers; lower case, no full stop, names in backticks.
    pub message: String,
    /// A few words at the place itself.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The place.
    pub span: Span,
    /// Full paths of the elements at fault; a replica is `us.api#2`.
    pub subjects: Vec<String>,
    /// The connection, where it is one that is at fault.
    pub connection: Option<ConnectionSubject>,
    /// Names of the flows that it hits.
    pub flows: Vec<String>,
    /// The path through the design that shows it, step by step.
    pub witness: Vec<Remark>,
    /// Other places that belong to it.
    pub related: Vec<Remark>,
    /// How to mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding without anything optional.
    pub fn new(
        code: &'static str,
        name: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            name,
            severity,
            message: message.into(),
            label: None,
            help: None,
            span,
            subjects: Vec::new(),
            connection: None,
            flows: Vec::new(),
            witness: Vec::new(),
            related: Vec::new(),
            fix: None,
        }
    }

    /// A mistake in the source: an error with a code of the E range.
    pub fn mistake(code: &'static str, name: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, name, Severity::Error, span, message)
    }

    /// With a few words at the place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn with_related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Remark { span, message: message.into() });
        self
    }

    /// With a subject.
    #[must_use]
    pub fn with_subject(mut self, path: impl Into<String>) -> Self {
        self.subjects.push(path.into());
        self
    }

    /// With a fix that replaces one span.
    #[must_use]
    pub fn with_fix(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        span: Span,
        new_text: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix::replacing(title, applicability, span, new_text));
        self
    }

    /// The fix that mends it as it is.
    pub fn mending(&self) -> Option<&Fix> {
        self.fix.as_ref().filter(|fix| fix.applicability != Applicability::Form)
    }

    /// Whether the source itself is at fault rather than the design that it describes.
    pub fn is_mistake(&self) -> bool {
        self.code.starts_with('E')
    }

    /// The order in which findings are told: what is wrong in the source first, by place, for the rest hangs on it; then the
    /// worst findings, each level by place.
    pub fn sort_key(&self) -> (bool, Reverse<Severity>, Span, &'static str, &str) {
        let severity = if self.is_mistake() { Severity::Error } else { self.severity };
        (!self.is_mistake(), Reverse(severity), self.span, self.code, &self.message)
    }

    /// Puts findings in that order; those alike stay as they are.
    pub fn sort(all: &mut Vec<Self>) {
        // a finding is large, so the keys alone are moved about
        let mut order: Vec<_> = all
            .iter()
            .enumerate()
            .map(|(at, it)| {
                let (is_finding, severity, span, code, _) = it.sort_key();
                ((is_finding, severity, span, code), at)
            })
            .collect();
        let message = |at: usize| all.get(at).map(|it| &it.message);
        order.sort_unstable_by(|(one, i), (other, j)| {
            one.cmp(other).then_with(|| (message(*i), i).cmp(&(message(*j), j)))
        });
        if order.is_sorted_by_key(|(_, at)| *at) {
            return;
        }
        let mut taken: Vec<Option<Self>> = std::mem::take(all).into_iter().map(Some).collect();
        all.extend(order.into_iter().filter_map(|(_, at)| taken.get_mut(at)?.take()));
    }
}
