//! The page that teaches a model the language: hand-written text around tables that are generated from those of the compiler. It
//! must not know files, nor who shows it. `book` makes the pages that people read from the same tables.

pub mod book;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::ide::reference;
use crate::model::attributes::{RefKind, TABLE, Target, Targets, Type};
use crate::model::catalogue::catalogue;
use crate::model::{GroupKind, Kind};
use crate::rules;

/// The text, with a name in braces for each table.
const PAGE: &str = include_str!("guide/page.md");

/// A mistake that people and models make.
#[derive(Debug)]
pub struct Slip {
    /// What is written; the compiler refuses it.
    pub wrong: &'static str,
    /// What was meant.
    pub right: &'static str,
    /// Why.
    pub why: &'static str,
}

/// The mistakes that the page tells of.
pub const SLIPS: &[Slip] = &[
    Slip {
        wrong: "service api { latency = 5 ms }",
        right: "service api { latency = 5ms }",
        why: "number and unit are one word",
    },
    Slip {
        wrong: "service api { timeout = 2s }",
        right: "client c\nservice api\nc -> api { timeout = 2s }",
        why: "`timeout`, `retries` and the like belong to a connection",
    },
    Slip {
        wrong: "service api { latency = 5m }",
        right: "service api { latency = 5min }",
        why: "a bare `m` could be minutes or millions",
    },
    Slip {
        wrong: "service api { capacity = 200 }",
        right: "service api { capacity = 200/s }",
        why: "a rate has a time",
    },
    Slip {
        wrong: "service api { zones = a }\nregion r { zone a }",
        right: "region r {\n  zone a\n  service api { zones = [a] }\n}",
        why: "a list is a list, also of one; a zone stands in its region",
    },
    Slip {
        wrong: "service api { cost = $100 }",
        right: "service api { cost = $100/month }",
        why: "running costs have a time",
    },
    Slip {
        wrong: "service api { tech = go }",
        right: "service api: go",
        why: "the technology stands behind the name, after a colon",
    },
    Slip {
        wrong: "service a\nservice b\na --> b",
        right: "service a\nservice b\na -> b",
        why: "the operators are `->`, `~>`, `=>` and `--`, and `->>` in policies",
    },
    Slip {
        wrong: "service \"My API\"",
        right: "service my_api \"My API\"",
        why: "a declaration has a name; the label comes after it",
    },
    Slip {
        wrong: "service a; service b; a -> c",
        right: "service a; service b; a -> b",
        why: "both ends of a connection are declared; `person`, `client` and `external` too",
    },
    Slip {
        wrong: "flow f { slo latency <= 100ms }",
        right: "client c\nservice s\nflow f {\n  slo p99 <= 100ms\n  c -> s\n}",
        why: "an objective on time names a percentile",
    },
];

/// The page in Markdown.
pub fn page() -> String {
    fill(PAGE)
}

/// Writes what stands in the place of a name.
type Table = fn() -> String;

/// A text with its tables filled in.
fn fill(text: &str) -> String {
    let tables: [(&str, Table); 13] = [
        ("{version}", || format!("archc {}", env!("CARGO_PKG_VERSION"))),
        ("{kinds}", kinds),
        ("{groups}", groups),
        ("{group_own}", group_own),
        ("{statements}", || listed(reference::statements())),
        ("{operators}", || listed(reference::operators())),
        ("{metrics}", || listed(reference::metrics())),
        ("{types}", types),
        ("{attributes}", attributes),
        ("{mistakes}", mistakes),
        ("{technologies}", technologies),
        ("{rules}", rule_names),
        ("\r\n", || "\n".to_owned()),
    ];
    let fill = |page: String, (name, table): &(&str, fn() -> String)| {
        if page.contains(name) { page.replace(name, &table()) } else { page }
    };
    tables.iter().fold(text.to_owned(), fill)
}

/// The headings of the page below its title, in order.
pub fn sections() -> impl Iterator<Item = &'static str> {
    PAGE.lines().filter_map(|line| line.strip_prefix("## "))
}

/// One section of the page with its heading, whatever the case; `None` where it has no such one.
pub fn section(name: &str) -> Option<String> {
    let page = page();
    let mut taken = String::new();
    for line in page.lines() {
        match line.strip_prefix("## ") {
            Some(_) if !taken.is_empty() => break,
            Some(heading) if !heading.eq_ignore_ascii_case(name) => continue,
            None if taken.is_empty() => continue,
            _ => {}
        }
        taken.push_str(line);
        taken.push('\n');
    }
    (!taken.is_empty()).then(|| format!("{}\n", taken.trim_end()))
}

fn listed(rows: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    rows.map(|(word, meaning)| format!("- `{word}`: {meaning}")).collect::<Vec<_>>().join("\n")
}

fn kinds() -> String {
    let mut text = String::from("| kind | class | what it is |\n|---|---|---|");
    for kind in Kind::all() {
        // writing to a string cannot fail
        let _ = write!(text, "\n| `{}` | {} | {} |", kind.as_str(), kind.class().as_str(), kind.meaning());
    }
    text
}

fn groups() -> String {
    listed(GroupKind::all().map(|kind| (kind.as_str(), kind.meaning())))
}

/// The attributes that a group does not hand down but has itself.
fn group_own() -> String {
    let own = TABLE.iter().filter(|spec| {
        let on_group = spec.types_on(Target::Group).is_some();
        on_group && matches!(spec.group, "deployment" | "figures")
    });
    own.map(|spec| format!("`{}`", spec.name)).collect::<Vec<_>>().join(", ")
}

fn types() -> String {
    let each = [
        ("text", Type::Text),
        ("name", Type::Name),
        ("names", Type::Names),
        ("flag", Type::Flag),
        ("count", Type::Count),
        ("number", Type::Number),
        ("range", Type::Range),
        ("time", Type::Time),
        ("rate", Type::Rate),
        ("size", Type::Size),
        ("bandwidth", Type::Bandwidth),
        ("share", Type::Share),
        ("factor", Type::Factor),
        ("money", Type::Cost),
        ("day", Type::Date),
        ("selectors", Type::Selectors),
    ];
    let rows = each.iter().map(|(name, it)| format!("- {name}: {}", reference::types(&[*it])));
    rows.collect::<Vec<_>>().join("\n")
}

fn attributes() -> String {
    let mut text = String::new();
    let mut group = "";
    for spec in TABLE {
        if spec.group != group {
            let gap = if group.is_empty() { "" } else { "\n\n" };
            let _ = write!(
                text,
                "{gap}### {}\n\n| attribute | value | on | meaning |\n|---|---|---|---|",
                spec.group
            );
            group = spec.group;
        }
        let default = spec.default.map_or_else(String::new, |default| format!("; default `{default}`"));
        for usage in spec.uses {
            let value = usage.types.iter().map(|it| short(*it)).collect::<Vec<_>>().join(" or ");
            let on =
                if usage.on == Targets::EVERYWHERE { "everything".to_owned() } else { usage.on.describe() };
            let on = on.replace(&Targets::DEPLOYED.describe(), "deployed");
            let _ = write!(text, "\n| `{}` | {value} | {on} | {}{default} |", spec.name, spec.meaning);
        }
    }
    text
}

/// A type in a word or two; what the words mean stands above the tables.
fn short(it: Type) -> String {
    let words = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
    match it {
        Type::Text => "text".to_owned(),
        Type::Name => "name".to_owned(),
        Type::Names => "names".to_owned(),
        Type::Flag => "flag".to_owned(),
        Type::Count => "count".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Range => "range".to_owned(),
        Type::Time => "time".to_owned(),
        Type::Rate => "rate".to_owned(),
        Type::Size => "size".to_owned(),
        Type::Bandwidth => "bandwidth".to_owned(),
        Type::Share => "share".to_owned(),
        Type::Factor => "factor".to_owned(),
        Type::Money | Type::Cost => "money".to_owned(),
        Type::Date => "day".to_owned(),
        Type::Word(list) => words(list),
        Type::Words(list) => format!("list of {}", words(list)),
        Type::Ref(kind) => referred(kind).to_owned(),
        Type::Refs(kind) => format!("list of {}s", referred(kind)),
        Type::Selectors => "selectors".to_owned(),
        Type::Selector => "selector".to_owned(),
        Type::Record(fields) => {
            let fields = fields.iter().map(|field| {
                let types = field.types.iter().map(|it| short(*it)).collect::<Vec<_>>().join(" or ");
                format!("{} = {types}", field.name)
            });
            format!("record of {}", fields.collect::<Vec<_>>().join(", "))
        }
        Type::Factors => "record of component = factor".to_owned(),
        Type::Rules => "list of rule codes".to_owned(),
    }
}

fn referred(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Component | RefKind::Compensated => "component",
        RefKind::Group => "group",
        RefKind::Element => "element",
        RefKind::Zone => "zone",
        RefKind::Region => "region",
        RefKind::Cache => "cache",
        RefKind::Data => "data name",
        RefKind::Flow => "flow",
    }
}

fn mistakes() -> String {
    let told = |slip: &Slip| {
        format!(
            "{}:\n\n```text\n{}\n```\n\nis refused; write\n\n```arch\n{}\n```",
            capital(slip.why),
            slip.wrong,
            slip.right
        )
    };
    SLIPS.iter().map(told).collect::<Vec<_>>().join("\n\n")
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// The names of the catalogue, by the kind that each is usually used as.
fn technologies() -> String {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for technology in catalogue().technologies() {
        let kind = technology.kinds.first().map_or("any", String::as_str);
        by_kind.entry(kind).or_default().push(&technology.name);
    }
    let rows = by_kind.iter().map(|(kind, names)| format!("- {kind}: {}", names.join(", ")));
    rows.collect::<Vec<_>>().join("\n")
}

fn rule_names() -> String {
    let mut by_category: Vec<(&str, Vec<String>)> = Vec::new();
    for rule in rules::all() {
        let name = format!("{} {}", rule.code, rule.name);
        match by_category.last_mut() {
            Some((category, names)) if *category == rule.category.as_str() => names.push(name),
            _ => by_category.push((rule.category.as_str(), vec![name])),
        }
    }
    let rows = by_category.iter().map(|(category, names)| format!("- {category}: {}", names.join(", ")));
    rows.collect::<Vec<_>>().join("\n")
}
