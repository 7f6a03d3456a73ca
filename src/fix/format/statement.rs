//! Statements as rows.

use super::rows::{Row, Slot};
use super::{INDENT, Printer, WIDTH, comment_text, unix, width};
use crate::syntax::ast::{
    Annotation, Attribute, Block, Connection, Declaration, Ends, EndsKind, Objective, Policy, Stmt, StmtKind,
    Text,
};

impl Printer<'_> {
    pub(super) fn statement(&self, item: &Stmt, indent: usize) -> Row {
        match &item.kind {
            StmtKind::Import(import) => Row::new(format!("import {}", self.source(import.path.span))),
            StmtKind::Attribute(attribute) => self.attribute(attribute, indent),
            StmtKind::Declaration(declaration) => self.declaration(declaration, indent),
            StmtKind::Connection(connection) => self.connection(connection, indent),
            StmtKind::Objective(objective) => self.objective(objective, indent),
            StmtKind::Policy(policy) => self.policy(policy, indent),
            StmtKind::Junk => Row::new(unix(self.source(item.span))),
        }
    }

    /// `@allow(AV001, reason = "…")`
    pub(super) fn annotation(&self, annotation: &Annotation) -> String {
        let name = self.source(annotation.name.span);
        if annotation.arguments.is_empty() {
            let parens = if self.source(annotation.span).ends_with(')') { "()" } else { "" };
            return format!("@{name}{parens}");
        }
        let arguments = annotation.arguments.iter().map(|argument| {
            let value = self.value(&argument.value, 0, 0);
            let value = format!("{}{}", value.0, value.1);
            match &argument.key {
                Some(key) => format!("{} = {value}", self.source(key.span)),
                None => value,
            }
        });
        format!("@{name}({})", arguments.collect::<Vec<_>>().join(", "))
    }

    fn attribute(&self, attribute: &Attribute, indent: usize) -> Row {
        let key = self.source(attribute.key.span);
        let mut row = Row::new(key);
        let (first, rest) = self.value(&attribute.value, indent + width(key) + 3, indent);
        row.push(Slot::Equals, format!("= {first}"), None);
        row.rest = rest;
        row
    }

    fn declaration(&self, declaration: &Declaration, indent: usize) -> Row {
        let mut head =
            format!("{} {}", self.source(declaration.kind.span), self.source(declaration.name.span));
        if let Some(tech) = &declaration.tech {
            head.push_str(&format!(": {}", self.source(tech.span)));
        }
        let mut row = Row::new(head);
        self.tail(&mut row, declaration.label.as_ref(), declaration.block.as_ref(), indent);
        row
    }

    /// The label and the block of a head.
    fn tail(&self, row: &mut Row, label: Option<&Text>, block: Option<&Block>, indent: usize) {
        if let Some(label) = label {
            row.push(Slot::Label, self.source(label.span), self.column(label.span));
        }
        let Some(block) = block else { return };
        let room = WIDTH.saturating_sub(indent + row.width() + 1);
        let (first, rest) = match self.block_on_a_line(block, room) {
            Some(line) => (line, String::new()),
            None => self.block(block, indent),
        };
        row.push(Slot::Block, first, self.column(block.span));
        row.rest = rest;
    }

    fn connection(&self, connection: &Connection, indent: usize) -> Row {
        let ends: Vec<String> = connection.ends.iter().map(|ends| self.ends(ends)).collect();
        let mut line = String::new();
        let mut lines = String::new();
        let margin = format!("\n{}", " ".repeat(indent + INDENT));
        let mut has_comments = false;
        for (i, text) in ends.iter().enumerate() {
            if let Some((operator, _)) = i.checked_sub(1).and_then(|before| connection.operators.get(before))
            {
                line.push_str(&format!(" {} ", operator.as_str()));
                lines.push_str(&format!("{margin}{} ", operator.as_str()));
            }
            line.push_str(text);
            lines.push_str(text);
            let is_last = i + 1 == ends.len();
            let comments = connection.ends.get(i).map(|ends| ends.comments.as_slice()).unwrap_or_default();
            for (n, comment) in comments.iter().enumerate().filter(|_| !is_last) {
                has_comments = true;
                lines.push_str(if n == 0 { "  " } else { &margin });
                lines.push_str(&comment_text(comment));
            }
        }
        if !has_comments && indent + width(&line) <= WIDTH {
            let mut row = Row::new(line);
            self.tail(&mut row, connection.label.as_ref(), connection.block.as_ref(), indent);
            return row;
        }
        // the tail stands behind the last line, where nothing is lined up
        let last =
            lines.rfind('\n').and_then(|at| lines.get(at + 1..)).unwrap_or_default().trim_start().to_owned();
        let mut tail = Row::new(last.clone());
        self.tail(&mut tail, connection.label.as_ref(), connection.block.as_ref(), indent + INDENT);
        let mut printed = String::new();
        tail.print(&mut printed);
        lines.push_str(printed.strip_prefix(&last).unwrap_or_default());
        Row::new(lines)
    }

    fn ends(&self, ends: &Ends) -> String {
        let paths: Vec<&str> = ends.paths.iter().map(|path| self.source(path.span)).collect();
        match ends.kind {
            EndsKind::One => paths.join(""),
            EndsKind::All => format!("[{}]", paths.join(", ")),
            EndsKind::Any => paths.join(" | "),
        }
    }

    fn objective(&self, objective: &Objective, indent: usize) -> Row {
        let comparison = objective.comparison.map_or("", |(comparison, _)| comparison.as_str());
        let mut head = format!("slo {} {comparison} ", self.source(objective.metric.span));
        let (first, rest) = self.value(&objective.value, indent + width(&head), indent);
        head.push_str(&first);
        let mut row = Row::new(head);
        row.rest = rest;
        row
    }

    fn policy(&self, policy: &Policy, indent: usize) -> Row {
        match policy {
            Policy::Forbid { from, operator, to, except } => {
                let operator = operator.map_or("", |(operator, _)| operator.as_str());
                let mut rule = format!("{} {operator} {}", self.source(from.span), self.source(to.span));
                if let Some(except) = except {
                    rule.push_str(&format!(" except {}", self.source(except.span)));
                }
                let mut row = Row::new("forbid");
                row.push(Slot::Selector, rule, self.column(from.span));
                row
            }
            Policy::Require { selector, key, condition } => {
                let mut rule = self.source(selector.span.to(key.span)).to_owned();
                let mut rest = String::new();
                if let Some((comparison, _, value)) = condition {
                    rule.push_str(&format!(" {} ", comparison.as_str()));
                    let (first, below) = self.value(value, indent + width(&rule) + 8, indent);
                    rule.push_str(&first);
                    rest = below;
                }
                let mut row = Row::new("require");
                row.push(Slot::Selector, rule, self.column(selector.span));
                row.rest = rest;
                row
            }
        }
    }
}
