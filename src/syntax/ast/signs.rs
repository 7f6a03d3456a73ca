//! Operators and comparisons: how they are written and what they say. Knows no statement.

/// An operator between ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    /// `->` a synchronous call.
    Call,
    /// `~>` an asynchronous message.
    Message,
    /// `=>` replication.
    Replicate,
    /// `->>` any path of calls; in `forbid` only.
    AnyPath,
    /// `--` a physical link.
    Link,
}

impl Operator {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "->",
            Self::Message => "~>",
            Self::Replicate => "=>",
            Self::AnyPath => "->>",
            Self::Link => "--",
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `=`
    Equal,
}

impl Comparison {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Equal => "=",
        }
    }

    /// Whether `actual` fulfils the comparison with `target`.
    pub fn holds(self, actual: f64, target: f64) -> bool {
        match self {
            Self::AtLeast => actual >= target,
            Self::AtMost => actual <= target,
            Self::Above => actual > target,
            Self::Below => actual < target,
            Self::Equal => (actual - target).abs() <= 1e-12 * target.abs().max(1.0),
        }
    }
}
