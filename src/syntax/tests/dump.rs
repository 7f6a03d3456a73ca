//! A compact picture of a tree for snapshots, and what is compared where spans do not matter.

use std::fmt::Write as _;

use crate::syntax::ast::*;

/// One line for each statement, nested by indentation; comments with their slot.
pub(crate) fn dump(tree: &Tree) -> String {
    let mut out = String::new();
    for item in &tree.items {
        stmt(item, 0, &mut out);
    }
    leading(&tree.dangling, 0, &mut out);
    out
}

/// The mistakes, each with its place and its fix.
pub(crate) fn mistakes(tree: &Tree, text: &str) -> String {
    let mut out = String::new();
    for mistake in &tree.mistakes {
        let place = &text[mistake.span.range()];
        let _ = write!(
            out,
            "{} {:?} at {}..{} {place:?}",
            mistake.code, mistake.severity, mistake.span.start, mistake.span.end
        );
        let _ = write!(out, "\n  {}", mistake.message);
        if let Some(help) = &mistake.help {
            let _ = write!(out, "\n  help: {help}");
        }
        if let Some(fix) = &mistake.fix {
            let edits: Vec<String> = fix
                .edits
                .iter()
                .map(|edit| format!("{:?} -> {:?}", &text[edit.span.range()], edit.new_text))
                .collect();
            let _ = write!(out, "\n  fix ({:?}): {}: {}", fix.applicability, fix.title, edits.join(", "));
        }
        out.push('\n');
    }
    out
}

fn pad(depth: usize, out: &mut String) {
    out.push_str(&"  ".repeat(depth));
}

fn leading(items: &[Leading], depth: usize, out: &mut String) {
    for item in items {
        if matches!(item, Leading::Blank) {
            continue;
        }
        pad(depth, out);
        match item {
            Leading::Blank => {}
            Leading::Comment(comment) => out.push_str(&format!("comment {:?}", comment.text)),
            Leading::Doc(comment) => out.push_str(&format!("doc {:?}", comment.text)),
            Leading::Annotation(annotation) => {
                let arguments: Vec<String> = annotation
                    .arguments
                    .iter()
                    .map(|argument| {
                        let key = argument.key.as_ref().map_or(String::new(), |key| format!("{}=", key.name));
                        format!("{key}{}", value(&argument.value, depth))
                    })
                    .collect();
                out.push_str(&format!("@{}({})", annotation.name.name, arguments.join(", ")));
            }
        }
        out.push('\n');
    }
}

fn stmt(stmt: &Stmt, depth: usize, out: &mut String) {
    leading(&stmt.leading, depth, out);
    pad(depth, out);
    match &stmt.kind {
        StmtKind::Import(import) => out.push_str(&format!("import {}", text(&import.path))),
        StmtKind::Attribute(attribute) => {
            out.push_str(&format!("{} = {}", path(&attribute.key), value(&attribute.value, depth)));
        }
        StmtKind::Declaration(d) => {
            out.push_str(&format!("decl {} {}", ident(&d.kind), ident(&d.name)));
            if let Some(tech) = &d.tech {
                out.push_str(&format!(" : {}{}", tech.name, if tech.quoted { " (quoted)" } else { "" }));
            }
            tail(d.label.as_ref(), d.block.as_ref(), depth, out);
        }
        StmtKind::Connection(c) => {
            out.push_str("conn ");
            for (i, ends) in c.ends.iter().enumerate() {
                if let Some((operator, _)) = i.checked_sub(1).and_then(|i| c.operators.get(i)) {
                    out.push_str(&format!(" {} ", operator.as_str()));
                }
                let paths: Vec<String> = ends.paths.iter().map(path).collect();
                let comments: Vec<&str> = ends.comments.iter().map(|comment| comment.text.as_str()).collect();
                match ends.kind {
                    EndsKind::One => out.push_str(&paths.join("")),
                    EndsKind::All => out.push_str(&format!("all({})", paths.join(", "))),
                    EndsKind::Any => out.push_str(&format!("any({})", paths.join(", "))),
                }
                if !comments.is_empty() {
                    out.push_str(&format!(" {comments:?}"));
                }
            }
            tail(c.label.as_ref(), c.block.as_ref(), depth, out);
        }
        StmtKind::Objective(o) => {
            let comparison = o.comparison.map_or("?", |(comparison, _)| comparison.as_str());
            out.push_str(&format!("slo {} {comparison} {}", ident(&o.metric), value(&o.value, depth)));
        }
        StmtKind::Policy(p) => match &**p {
            Policy::Forbid { from, operator, to, except } => {
                let operator = operator.map_or("?", |(operator, _)| operator.as_str());
                out.push_str(&format!("forbid {} {operator} {}", selector(from), selector(to)));
                if let Some(except) = except {
                    out.push_str(&format!(" except {}", selector(except)));
                }
            }
            Policy::Require { selector: s, key, condition } => {
                out.push_str(&format!("require {} . {}", selector(s), ident(key)));
                if let Some((comparison, _, v)) = condition {
                    out.push_str(&format!(" {} {}", comparison.as_str(), value(v, depth)));
                }
            }
        },
        StmtKind::Junk => out.push_str("junk"),
    }
    if let Some(comment) = &stmt.trailing {
        out.push_str(&format!("  <- {:?}", comment.text));
    }
    out.push('\n');
}

fn tail(label: Option<&Text>, block_: Option<&Block>, depth: usize, out: &mut String) {
    if let Some(label) = label {
        out.push_str(&format!(" {}", text(label)));
    }
    if let Some(b) = block_ {
        out.push_str(&block(b, depth));
    }
}

fn block(block: &Block, depth: usize) -> String {
    let mut out = " {".to_owned();
    if let Some(comment) = &block.opening_comment {
        out.push_str(&format!(" <- {:?}", comment.text));
    }
    out.push('\n');
    for item in &block.items {
        stmt(item, depth + 1, &mut out);
    }
    leading(&block.dangling, depth + 1, &mut out);
    pad(depth, &mut out);
    out.push('}');
    out
}

fn ident(ident: &Ident) -> &str {
    if ident.is_missing() { "<missing>" } else { &ident.name }
}

fn path(path: &Path) -> String {
    path.parts.iter().map(ident).collect::<Vec<_>>().join(".")
}

fn text(text: &Text) -> String {
    format!("{}{:?}", if text.block { "block" } else { "" }, text.value)
}

fn value(v: &Value, depth: usize) -> String {
    match &v.kind {
        ValueKind::Missing => "<missing>".to_owned(),
        ValueKind::Invalid => "<invalid>".to_owned(),
        ValueKind::Text(t) => text(t),
        ValueKind::Quantity(q) => quantity(q),
        ValueKind::Range(low, high) => format!("{}..{}", quantity(low), quantity(high)),
        ValueKind::Date(date) => format!("date {date}"),
        ValueKind::Path(p) => path(p),
        ValueKind::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| value(item, depth)).collect();
            let comments: Vec<&str> = list.comments.iter().map(|comment| comment.text.as_str()).collect();
            let comments = if comments.is_empty() { String::new() } else { format!(" {comments:?}") };
            format!("[{}]{comments}", items.join(", "))
        }
        ValueKind::Record(b) => format!("record{}", block(b, depth)),
        ValueKind::Selector(s) => selector(s),
    }
}

fn quantity(q: &crate::units::Quantity) -> String {
    let currency = q.currency.map_or("", |currency| currency.sign());
    let unit = match q.unit {
        crate::units::Unit::None => String::new(),
        other => format!(" {other:?}"),
    };
    let per = q.per.map_or(String::new(), |per| format!("/{}", per.name));
    format!("{currency}{}{unit}{per}", q.digits)
}

fn selector(s: &Selector) -> String {
    match &s.kind {
        SelectorKind::Everything => "*".to_owned(),
        SelectorKind::Path(p) => path(p),
        SelectorKind::Tag(tag) => format!("#{}", ident(tag)),
        SelectorKind::Tech(t) => format!("tech:{}", t.value),
        SelectorKind::Team(p) => format!("team:{}", path(p)),
        SelectorKind::Missing => "<missing>".to_owned(),
    }
}

/// The picture without comments: what must not change when a text is laid out anew.
pub(crate) fn meaning(tree: &Tree) -> String {
    let mut out = String::new();
    for item in &tree.items {
        let mut item = Stmt::clone(item);
        strip(&mut item);
        stmt(&item, 0, &mut out);
    }
    out
}

/// The texts of all comments, sorted, without slashes and blanks at their ends.
pub(crate) fn comments(tree: &Tree) -> Vec<String> {
    let picture = dump(tree);
    let mut out: Vec<String> = picture
        .split('"')
        .filter(|part| part.starts_with("//") || part.starts_with("/*"))
        .map(|part| part.trim_start_matches('/').replace("\\r\\n", "\\n").replace("\\r", "\\n"))
        .collect();
    out.sort();
    out
}

fn strip(stmt: &mut Stmt) {
    stmt.leading.retain(|leading| matches!(leading, Leading::Doc(_) | Leading::Annotation(_)));
    stmt.trailing = None;
    match &mut stmt.kind {
        StmtKind::Attribute(attribute) => strip_value(&mut attribute.value),
        StmtKind::Declaration(d) => d.block.iter_mut().for_each(strip_block),
        StmtKind::Connection(c) => {
            c.ends.iter_mut().for_each(|ends| ends.comments.clear());
            c.block.iter_mut().for_each(strip_block);
        }
        StmtKind::Objective(o) => strip_value(&mut o.value),
        StmtKind::Policy(_) | StmtKind::Import(_) | StmtKind::Junk => {}
    }
}

fn strip_block(block: &mut Block) {
    block.opening_comment = None;
    block.dangling.clear();
    block.items.iter_mut().for_each(strip);
}

fn strip_value(value: &mut Value) {
    match &mut value.kind {
        ValueKind::List(list) => {
            list.comments.clear();
            list.items.iter_mut().for_each(strip_value);
        }
        ValueKind::Record(block) => strip_block(block),
        _ => {}
    }
}
