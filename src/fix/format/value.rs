//! Values: on one line where they were and fit, else one element on a line.

use super::{INDENT, Printer, WIDTH, comment_text, unix, width};
use crate::source::Span;
use crate::syntax::ast::{Block, List, StmtKind, Text, Value, ValueKind};

impl Printer<'_> {
    pub(super) fn source(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(super) fn is_multiline(&self, span: Span) -> bool {
        self.source(span).contains(['\n', '\r'])
    }

    /// The first line of a value that starts at column `at` of a line with that indentation, and the lines below.
    pub(super) fn value(&self, value: &Value, at: usize, indent: usize) -> (String, String) {
        if let Some(line) = self.value_on_a_line(value, WIDTH.saturating_sub(at)) {
            return (line, String::new());
        }
        match &value.kind {
            ValueKind::List(list) => ("[".to_owned(), self.list(list, indent)),
            ValueKind::Record(block) => self.block(block, indent),
            ValueKind::Text(text) => self.text_block(text, indent),
            _ => (unix(self.source(value.span)), String::new()),
        }
    }

    /// The value on one line; `None` where it was not written so, or is longer than `room`.
    fn value_on_a_line(&self, value: &Value, room: usize) -> Option<String> {
        match &value.kind {
            ValueKind::Text(text) if text.block => None,
            ValueKind::List(list) => self.list_on_a_line(value.span, list, room),
            ValueKind::Record(block) => self.block_on_a_line(block, room),
            _ => Some(self.source(value.span).to_owned()),
        }
    }

    fn list_on_a_line(&self, span: Span, list: &List, room: usize) -> Option<String> {
        if list.items.is_empty() && list.comments.is_empty() {
            return Some("[]".to_owned());
        }
        if !list.comments.is_empty() || self.is_multiline(span) {
            return None;
        }
        let mut out = "[".to_owned();
        let mut taken = 2;
        for (i, item) in list.items.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            let item = self.value_on_a_line(item, room)?;
            taken += width(&item) + 2 * usize::from(i > 0);
            if taken > room {
                return None;
            }
            out.push_str(&item);
        }
        out.push(']');
        Some(out)
    }

    /// The lines of a list below its `[`.
    fn list(&self, list: &List, indent: usize) -> String {
        let margin = " ".repeat(indent + INDENT);
        let mut comments = list.comments.iter().peekable();
        let mut out = String::new();
        for item in &list.items {
            while let Some(comment) = comments.next_if(|comment| comment.span.start < item.span.start) {
                out.push_str(&format!("\n{margin}{}", comment_text(comment)));
            }
            let (first, rest) = self.value(item, indent + INDENT, indent + INDENT);
            out.push_str(&format!("\n{margin}{first}{rest},"));
            let end = item.span.end as usize;
            let beside = comments.next_if(|comment| {
                let between = self.text.get(end..comment.span.start as usize).unwrap_or_default();
                comment.span.start as usize >= end && !between.contains(['\n', '\r'])
            });
            if let Some(comment) = beside {
                out.push_str(&format!("  {}", comment_text(comment)));
            }
        }
        for comment in comments {
            out.push_str(&format!("\n{margin}{}", comment_text(comment)));
        }
        out.push_str(&format!("\n{}]", " ".repeat(indent)));
        out
    }

    /// `"""`, and its lines with the indentation of where it stands now.
    fn text_block(&self, text: &Text, indent: usize) -> (String, String) {
        let literal = unix(self.source(text.span));
        let margin = " ".repeat(indent + INDENT);
        let Some((_, body)) = literal.split_once('\n') else { return (literal, String::new()) };
        let (body, old) = body.rsplit_once('\n').map_or(("", body), |(body, last)| (body, last));
        let old = old.strip_suffix("\"\"\"").unwrap_or(old);
        let mut rest = String::new();
        if !text.value.is_empty() || !body.is_empty() {
            for line in body.split('\n') {
                let shared = line.bytes().zip(old.bytes()).take_while(|(a, b)| a == b).count();
                let line = line.get(shared..).unwrap_or_default().trim_end_matches([' ', '\t']);
                rest.push('\n');
                if !line.is_empty() {
                    rest.push_str(&margin);
                    rest.push_str(line);
                }
            }
        }
        rest.push_str(&format!("\n{margin}\"\"\""));
        ("\"\"\"".to_owned(), rest)
    }

    /// The block on one line; `None` where it was not written so, holds more than attributes, or is longer than `room`.
    pub(super) fn block_on_a_line(&self, block: &Block, room: usize) -> Option<String> {
        let bare = block.opening_comment.is_none() && block.dangling.iter().all(super::is_blank);
        if block.items.is_empty() && bare {
            return Some("{ }".to_owned());
        }
        if !bare || self.is_multiline(block.span) {
            return None;
        }
        let mut out = "{ ".to_owned();
        let mut taken = 4;
        for (i, item) in block.items.iter().enumerate() {
            let StmtKind::Attribute(attribute) = &item.kind else { return None };
            if !item.leading.is_empty() || item.trailing.is_some() {
                return None;
            }
            if i > 0 {
                out.push_str("  ");
            }
            let value = self.value_on_a_line(&attribute.value, room)?;
            let key = self.source(attribute.key.span);
            taken += width(key) + 3 + width(&value) + 2 * usize::from(i > 0);
            if taken > room {
                return None;
            }
            out.push_str(&format!("{key} = {value}"));
        }
        out.push_str(" }");
        Some(out)
    }

    /// `{`, and the lines below.
    pub(super) fn block(&self, block: &Block, indent: usize) -> (String, String) {
        let mut first = "{".to_owned();
        if let Some(comment) = &block.opening_comment {
            first.push_str(&format!("  {}", comment_text(comment)));
        }
        let mut rest = "\n".to_owned();
        self.container(block.items.iter(), &block.dangling, indent + INDENT, &mut rest);
        rest.push_str(&format!("{}}}", " ".repeat(indent)));
        (first, rest)
    }
}
