//! Attributes of technologies that a configuration gives as text. It must not know where that text was written.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Resolver;
use super::attributes::limits;
use crate::model::attributes::{AttrId, AttrValue, Attributes, Origin, Type, Value};
use crate::source::Sources;

/// Where values of the configuration come from, as origins name it.
const NAME: &str = "archc.toml";

/// Reads what a configuration says of technologies; what is no value was told where it was checked.
pub(super) fn read_all(
    technologies: &BTreeMap<String, BTreeMap<String, String>>,
) -> BTreeMap<String, Attributes> {
    let read_one = |(key, text): (&String, &String)| {
        let id = AttrId::from_name(key)?;
        let value = technology_value(id, text).ok()?;
        Some((id, Value { value, origin: Origin::Custom(SmolStr::new(NAME)), span: None }))
    };
    let attributes = |given: &BTreeMap<String, String>| {
        let mut attributes = Attributes::default();
        for (id, value) in given.iter().filter_map(read_one) {
            attributes.set(id, value);
        }
        attributes
    };
    technologies.iter().map(|(name, given)| (name.clone(), attributes(given))).collect()
}

/// The attributes that a technology may have: those of components, without what a component says of itself.
pub fn technology_attributes() -> impl Iterator<Item = AttrId> {
    let own = [AttrId::LABEL, AttrId::DESCRIPTION, AttrId::URL, AttrId::TAGS];
    AttrId::all().filter(move |id| !own.contains(id) && id.spec().uses.iter().any(|it| it.on.any_component()))
}

/// Reads an attribute of a technology.
///
/// # Errors
/// Why the text is no value of it.
pub fn technology_value(id: AttrId, text: &str) -> Result<AttrValue, String> {
    let types = id.spec().uses.iter().filter(|usage| usage.on.any_component()).map(|usage| usage.types);
    let types: Vec<&'static [Type]> = types.collect();
    let is_text = types.iter().any(|types| types.iter().any(|it| matches!(it, Type::Text | Type::Name)));
    let quoted = || format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    // a text needs no second pair of quotes within those of the configuration
    let parsed = match crate::syntax::parse_value(text) {
        Err(_) if is_text => crate::syntax::parse_value(&quoted()),
        parsed => parsed,
    };
    let parsed = parsed.map_err(|mistake| mistake.message)?;
    let sources = Sources::default();
    let mut resolver = Resolver::new(&sources);
    let scope = resolver.names.open_file();
    let value = types.iter().find_map(|types| resolver.value(id.name(), &parsed, types, scope));
    match value {
        Some(value) => match limits(id, &value, parsed.span) {
            Some(mistake) => Err(mistake.message),
            None => Ok(value),
        },
        None => Err(resolver
            .diagnostics
            .into_iter()
            .next()
            .map_or_else(|| format!("`{}` cannot be `{text}`", id.name()), |mistake| mistake.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Time;

    #[test]
    fn values_are_read_as_in_a_design() {
        let name = |name: &str| AttrId::from_name(name).unwrap();
        assert_eq!(technology_value(name("latency"), "40ms"), Ok(AttrValue::Time(Time(0.04))));
        assert!(technology_value(name("latency"), "fast").is_err());
        assert!(technology_value(name("replicas"), "0").unwrap_err().contains("no replica"));
        assert!(technology_value(name("vendor"), "Amazon Web Services").is_ok());
        assert!(technology_attributes().any(|id| id == name("max_connections")));
        assert!(technology_attributes().all(|id| id != AttrId::LABEL));
    }
}
