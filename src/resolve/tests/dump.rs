//! A model in a few lines, and the example of the language.

use super::model;
use crate::model::attributes::AttrValue;
use crate::model::{Attributes, Model, Origin, Value};

/// The model, one line for each element, without what the language itself assumes.
pub(super) fn dump(model: &Model) -> String {
    let mut out = String::new();
    let mut line = |text: String| out += &(text.trim_end().to_owned() + "\n");
    if let Some(system) = &model.system {
        line(format!("system {} {:?}", system.name, system.label));
    }
    for group in &model.groups {
        line(format!("{} {} {}", group.kind.as_str(), group.header.path, attrs(model, &group.attrs)));
    }
    for component in &model.components {
        let tech = component.tech.as_ref().map_or(String::new(), |tech| format!(": {} ", tech.name));
        let tags: Vec<String> = component.header.tags.iter().map(|tag| format!("#{tag} ")).collect();
        line(format!(
            "{} {} {tech}{}{}",
            component.kind_name,
            component.header.path,
            tags.concat(),
            attrs(model, &component.attrs)
        ));
    }
    for data in &model.data {
        line(format!("data {} {}", data.header.path, attrs(model, &data.attrs)));
    }
    for (id, connection) in model.connections.enumerate() {
        let choice = connection.alternatives.map(|id| &model.alternatives[id]);
        let choice =
            choice.map_or(String::new(), |it| format!("({} of {}) ", it.needs, it.connections.len()));
        let step = if connection.declared_by_flow { "(step) " } else { "" };
        let label = connection.label.as_ref().map_or(String::new(), |label| format!("{label:?} "));
        let (from, to) = (model.endpoint_path(connection.from), model.endpoint_path(connection.to));
        let op = connection.op.as_str();
        let own = attrs(model, &connection.attrs);
        line(format!("{} {from} {op} {to} {label}{choice}{step}{own}", id.index()));
    }
    for flow in &model.flows {
        line(format!("flow {} {}", flow.header.path, attrs(model, &flow.attrs)));
        for slo in &flow.objectives {
            line(format!("  slo {} {} {}", slo.metric.as_str(), slo.comparison.as_str(), slo.target));
        }
    }
    for slo in &model.objectives {
        line(format!("slo {} {} {}", slo.metric.as_str(), slo.comparison.as_str(), slo.target));
    }
    for scenario in &model.scenarios {
        line(format!("scenario {} {}", scenario.header.path, attrs(model, &scenario.attrs)));
    }
    for view in &model.views {
        line(format!("view {} {}", view.header.path, attrs(model, &view.attrs)));
    }
    for decision in &model.decisions {
        line(format!("decision {} {}", decision.header.path, attrs(model, &decision.attrs)));
    }
    for policy in &model.policies {
        for rule in &policy.rules {
            line(format!("policy {} {:?}", policy.header.path, strip(&format!("{:?}", rule.kind))));
        }
    }
    out
}

/// Without spans, which say nothing here.
fn strip(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("Span {") {
        out += &rest[..at];
        let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
        out += "_";
        rest = &rest[end..];
    }
    out + rest
}

fn attrs(model: &Model, attrs: &Attributes) -> String {
    let given = attrs.iter().filter(|(_, value)| value.origin != Origin::Kind);
    let all: Vec<String> = given.map(|(id, value)| format!("{}={}", id.name(), show(model, value))).collect();
    all.join(" ")
}

/// A value, with its origin where that is not the element itself.
pub(super) fn show(model: &Model, value: &Value) -> String {
    let name = |reference: &crate::model::Reference| model.element_path(reference.target).to_owned();
    let text = match &value.value {
        AttrValue::Ref(reference) => name(reference),
        AttrValue::Refs(all) => format!("[{}]", all.iter().map(name).collect::<Vec<_>>().join(",")),
        AttrValue::Texts(all) => {
            format!("[{}]", all.iter().map(|(text, _)| text.to_string()).collect::<Vec<_>>().join(","))
        }
        AttrValue::Text(text) => format!("{text:?}"),
        AttrValue::Selectors(all) => {
            format!("[{}]", all.iter().map(|it| it.text.to_string()).collect::<Vec<_>>().join(","))
        }
        AttrValue::Factors(all) => {
            let each = all.iter().map(|(reference, factor)| format!("{}={}x", name(reference), factor.0));
            format!("{{{}}}", each.collect::<Vec<_>>().join(","))
        }
        other => strip(&format!("{other:?}")),
    };
    match &value.origin {
        Origin::File => text,
        Origin::Defaults => format!("{text}@defaults"),
        Origin::Group(id) => format!("{text}@{}", model.groups[*id].header.path),
        Origin::Custom(name) => format!("{text}@{name}"),
        Origin::Catalogue(_) => format!("{text}@catalogue"),
        Origin::Kind => format!("{text}@kind"),
    }
}

#[test]
fn the_example_of_the_language_has_no_mistake() {
    insta::assert_snapshot!(dump(&model(include_str!("../../syntax/tests/example.arch"))));
}
