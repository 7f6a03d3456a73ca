//! Edits that mend: an attribute set where it is written, added where it is not, in the shape that the block around it has. It
//! must not know any single rule.

use super::{RuleContext, Subject, Usage};
use crate::diagnostic::Edit;
use crate::model::{AttrId, AttrValue, ComponentId, ConnectionId, GroupKind};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Attribute, Block, Stmt, StmtKind, Tree};
use crate::units::{DAY, format_rate, round_significant};

/// The design as it is written.
#[derive(Clone, Debug, Default)]
pub struct Written<'a> {
    /// The documents; without them findings have no edits.
    pub sources: Option<&'a Sources>,
    /// Their trees, in the same order.
    pub trees: Vec<&'a Tree>,
}

/// The edits that give an element these attributes, each replaced where the element's own statement has it; `None` where no
/// place for them is sure. A statement of several connections gives them to all of these.
pub(super) fn set(
    ctx: &RuleContext<'_>,
    subject: impl Into<Subject>,
    wanted: &[(AttrId, &str)],
) -> Option<Vec<Edit>> {
    let model = ctx.model;
    let span = match subject.into() {
        Subject::Component(id) => model.components[id].header.span,
        Subject::Group(id) => model.groups[id].header.span,
        Subject::Connection(id) => model.connections[id].span,
        Subject::Data(id) => model.data[id].header.span,
        Subject::Flow(id) => model.flows[id].header.span,
        _ => return None,
    };
    set_in(ctx, span, wanted)
}

/// The same for a connection as a flow uses it: in the step, where that says otherwise than the connection itself.
pub(super) fn set_on_call(
    ctx: &RuleContext<'_>,
    id: ConnectionId,
    step: Option<Span>,
    wanted: &[(AttrId, &str)],
) -> Option<Vec<Edit>> {
    let step = step.and_then(|span| statement(ctx, span));
    let says_so = step.is_some_and(|(step, _)| wanted.iter().any(|(key, _)| own(step, *key).is_some()));
    match step.filter(|_| says_so) {
        Some((step, _)) => set_in(ctx, step.span, wanted),
        None => set(ctx, id, wanted),
    }
}

/// The edits that give a component as many replicas as wanted at least, of a range its lower and upper end.
pub(super) fn replicas(ctx: &RuleContext<'_>, id: ComponentId, low: u64, high: u64) -> Option<Vec<Edit>> {
    set(ctx, id, &[(AttrId::REPLICAS, &replicas_text(ctx, id, low, high))])
}

/// So many replicas as they are written.
pub(super) fn replicas_text(ctx: &RuleContext<'_>, id: ComponentId, low: u64, high: u64) -> String {
    let given = ctx.model.components[id].attrs.beyond_default(AttrId::REPLICAS).map(|value| &value.value);
    match given {
        Some(AttrValue::Range(from, to)) => {
            let from = low.max(*from);
            match high.max(*to).max(from) {
                to if to == from => to.to_string(),
                to => format!("{from}..{to}"),
            }
        }
        Some(AttrValue::Count(count)) => low.max(high).max(*count).to_string(),
        _ => low.max(high).to_string(),
    }
}

/// The same for a connection in all its uses.
pub(super) fn set_on_calls(
    ctx: &RuleContext<'_>,
    id: ConnectionId,
    usages: &[Usage<'_>],
    wanted: &[(AttrId, &str)],
) -> Option<Vec<Edit>> {
    all(usages.iter().map(|usage| set_on_call(ctx, id, usage.step(ctx), wanted)))
}

/// The zones over which a component may be spread: those of its region, where there are two or more and it stands in none of them.
pub(super) fn zones_around<'a>(ctx: &RuleContext<'a>, id: ComponentId) -> Option<Vec<&'a str>> {
    let groups = &ctx.model.groups;
    let mut around = ctx.model.ancestors(ctx.model.components[id].header.parent);
    let region = around.find(|group| {
        !matches!(
            groups[*group].kind,
            GroupKind::System | GroupKind::Group | GroupKind::Team | GroupKind::Context | GroupKind::Network
        )
    })?;
    if groups[region].kind != GroupKind::Region {
        return None;
    }
    let zones = groups[region].groups.iter().map(|group| &groups[*group]);
    let zones: Vec<&str> =
        zones.filter(|group| group.kind == GroupKind::Zone).map(|group| &*group.header.name).collect();
    (zones.len() >= 2).then_some(zones)
}

/// A list as it is written: `[a, b]`.
pub(super) fn list(names: &[&str]) -> String {
    format!("[{}]", names.join(", "))
}

/// Whether a statement says several connections one after another, which share their attributes.
pub(super) fn is_chain(ctx: &RuleContext<'_>, id: ConnectionId) -> bool {
    let stmt = statement(ctx, ctx.model.connections[id].span).map(|(stmt, _)| &stmt.kind);
    matches!(stmt, Some(StmtKind::Connection(connection)) if connection.operators.len() > 1)
}

/// Whether so many voters over so many zones, dealt evenly, outlive the loss of one; over none that nobody knows.
pub(super) fn outlive_a_zone(voters: u64, zones: usize) -> bool {
    zones == 0 || voters - voters.div_ceil(zones as u64).min(voters) > voters / 2
}

/// A span with the blanks behind it, where more stands on its line.
pub(super) fn with_blanks(ctx: &RuleContext<'_>, span: Span) -> Span {
    let text =
        ctx.written.sources.and_then(|sources| sources.get(span.file)).map_or("", |document| document.text());
    let behind = text.get(span.end as usize..).unwrap_or_default();
    let rest = behind.trim_start_matches([' ', '\t']);
    let ends_line = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let end = if ends_line { span.end } else { span.end + (behind.len() - rest.len()) as u32 };
    Span { end, ..span }
}

/// The edits of several elements as those of one fix; `None` where one has none, or two write to one place differently.
pub(super) fn all(parts: impl IntoIterator<Item = Option<Vec<Edit>>>) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = Vec::new();
    for part in parts {
        edits.extend(part?);
    }
    edits.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.new_text.cmp(&b.new_text)));
    edits.dedup();
    let follows = |a: Span, b: Span| a.file != b.file || a.end <= b.start && a != b;
    let apart = edits.windows(2).all(|pair| matches!(pair, [a, b] if follows(a.span, b.span)));
    (apart && !edits.is_empty()).then_some(edits)
}

/// A time of two digits, no less than this.
pub(super) fn time_up(seconds: f64) -> String {
    time(seconds, |digits| (digits - 1e-9).ceil())
}

/// A time of two digits, no more than this; `None` below a millisecond, where nobody sets one.
pub(super) fn time_down(seconds: f64) -> Option<String> {
    (seconds >= 1e-3).then(|| time(seconds, |digits| (digits + 1e-9).floor()))
}

/// A time as it would be written, in the largest unit of which it is a whole number.
pub(super) fn time_exactly(seconds: f64) -> String {
    let whole = |(unit, _): &&(f64, &str)| {
        let count = seconds / unit;
        count >= 1.0 - 1e-9 && (count - count.round()).abs() < 1e-9 * count.max(1.0)
    };
    match UNITS.iter().rev().find(whole) {
        Some((unit, name)) => format!("{}{name}", (seconds / unit).round()),
        None => format!("{seconds}s"),
    }
}

/// A rate of three digits, no more than this.
pub(super) fn rate_down(per_second: f64) -> String {
    let rounded = round_significant(per_second, 3);
    let below = if rounded > per_second { round_significant(per_second * 0.995, 3) } else { rounded };
    format_rate(below).replace(' ', "")
}

const UNITS: [(f64, &str); 6] =
    [(1e-6, "us"), (1e-3, "ms"), (1.0, "s"), (60.0, "min"), (3600.0, "h"), (DAY, "d")];

fn time(seconds: f64, round: fn(f64) -> f64) -> String {
    // 79 s reads better than 1.4 min
    let reads_well = |(unit, _): &&(f64, &str)| seconds >= if *unit < 60.0 { *unit } else { 2.0 * unit };
    let (unit, name) = UNITS.iter().rev().find(reads_well).copied().unwrap_or((1e-6, "us"));
    let count = (seconds / unit).max(0.0);
    // below ten one digit and a half would be too coarse
    let step = 10f64.powi((count.max(1.0).log10().floor() as i32 - 1).max(if count < 10.0 { -1 } else { 0 }));
    let rounded = (round(count / step) * step * 10.0).round() / 10.0;
    format!("{rounded}{name}")
}

fn set_in(ctx: &RuleContext<'_>, span: Span, wanted: &[(AttrId, &str)]) -> Option<Vec<Edit>> {
    let (stmt, text) = statement(ctx, span)?;
    let mut edits = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for (key, value) in wanted {
        match own(stmt, *key) {
            Some(attribute) => edits.push(Edit { span: attribute.value.span, new_text: (*value).to_owned() }),
            None => missing.push(format!("{} = {value}", key.name())),
        }
    }
    if !missing.is_empty() {
        let room = room(stmt, text)?;
        let new_text = format!("{}{}{}", room.before, missing.join(&room.between), room.behind);
        edits.push(Edit { span: room.at, new_text });
    }
    edits.sort_by_key(|edit| edit.span);
    Some(edits)
}

/// The innermost declaration or connection around a span, and the text of its document.
fn statement<'a>(ctx: &RuleContext<'a>, span: Span) -> Option<(&'a Stmt, &'a str)> {
    let written = ctx.written;
    let tree = written.trees.iter().find(|tree| tree.file == span.file)?;
    let text = written.sources?.get(span.file)?.text();
    let at = tree.items.partition_point(|stmt| stmt.span.start <= span.start).checked_sub(1)?;
    let mut stmt: &Stmt = tree.items.get(at).filter(|stmt| stmt.span.contains(span))?;
    while let Some(inner) = block(stmt).and_then(|block| inside(block, span)) {
        stmt = inner;
    }
    Some((stmt, text))
}

fn inside(block: &Block, span: Span) -> Option<&Stmt> {
    let at = block.items.partition_point(|stmt| stmt.span.start <= span.start).checked_sub(1)?;
    let takes_attributes =
        |stmt: &&Stmt| matches!(stmt.kind, StmtKind::Declaration(_) | StmtKind::Connection(_));
    block.items.get(at).filter(|stmt| stmt.span.contains(span)).filter(takes_attributes)
}

fn block(stmt: &Stmt) -> Option<&Block> {
    match &stmt.kind {
        StmtKind::Declaration(declaration) => declaration.block.as_ref(),
        StmtKind::Connection(connection) => connection.block.as_ref(),
        _ => None,
    }
}

/// An attribute in a statement's own block.
fn own(stmt: &Stmt, key: AttrId) -> Option<&Attribute> {
    block(stmt)?.items.iter().find_map(|item| match &item.kind {
        StmtKind::Attribute(attribute) => {
            attribute.key.single().is_some_and(|name| name.name == key.name()).then_some(attribute)
        }
        _ => None,
    })
}

/// Where further attributes go, and what stands around them.
struct Room {
    at: Span,
    before: String,
    between: String,
    behind: &'static str,
}

fn room(stmt: &Stmt, text: &str) -> Option<Room> {
    let inline = |at: Span, before: &str, behind: &'static str| {
        Some(Room { at, before: before.to_owned(), between: "  ".to_owned(), behind })
    };
    let lines = |at: Span, indent: &str| {
        let line = format!("\n{indent}");
        Some(Room { at, before: line.clone(), between: line, behind: "" })
    };
    if !matches!(stmt.kind, StmtKind::Declaration(_) | StmtKind::Connection(_)) {
        return None;
    }
    let Some(block) = block(stmt) else { return inline(stmt.span.at_end(), " { ", " }") };
    let start = Span { start: block.span.start + 1, ..block.span };
    let is_attribute = |item: &&Stmt| matches!(item.kind, StmtKind::Attribute(_));
    if let Some(last) = block.items.iter().rev().find(is_attribute) {
        let end = last.trailing.as_ref().map_or(last.span, |comment| comment.span).at_end();
        let behind = text.get(end.end as usize..)?.trim_start_matches([' ', '\t']);
        let ends_line = behind.starts_with(['\n', '\r']);
        return match indent(text, last.span).filter(|_| ends_line) {
            Some(indent) => lines(end, indent),
            None => inline(last.span.at_end(), "  ", ""),
        };
    }
    let opening = block.opening_comment.as_ref().map_or(start, |comment| comment.span.at_end()).at_start();
    match block.items.first() {
        Some(first) => match indent(text, first.span) {
            Some(indent) => lines(opening, indent),
            None => inline(start.at_start(), " ", ";"),
        },
        None if block.dangling.is_empty() && block.opening_comment.is_none() => {
            inline(Span { end: block.span.end.saturating_sub(1), ..start }, " ", " ")
        }
        None => {
            let own = indent(text, stmt.span)?;
            lines(opening, &format!("{own}  "))
        }
    }
}

/// The blanks before a span where nothing else stands before it on its line.
fn indent(text: &str, span: Span) -> Option<&str> {
    let before = text.get(..span.start as usize)?;
    let line = before.trim_end_matches([' ', '\t']);
    (line.is_empty() || line.ends_with('\n')).then(|| before.get(line.len()..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_to_the_safe_side() {
        assert_eq!(
            [0.0123, 0.123, 0.1, 1.0, 0.999, 6.02, 78.3, 1800.0].map(time_up),
            ["13ms", "130ms", "100ms", "1s", "1000ms", "6.1s", "79s", "30min"]
        );
        assert_eq!(
            [0.0129, 0.25, 1.25, 79.9].map(time_down),
            ["12ms", "250ms", "1.2s", "79s"].map(|text| Some(text.to_owned()))
        );
        assert_eq!(time_down(0.0005), None);
        assert_eq!(
            [86400.0, 90.0, 0.25, 3600.0, 1.5].map(time_exactly),
            ["1d", "90s", "250ms", "1h", "1500ms"]
        );
        assert_eq!([48_000.0, 1234.0, 12.0].map(rate_down), ["48k/s", "1.23k/s", "12/s"]);
    }
}
