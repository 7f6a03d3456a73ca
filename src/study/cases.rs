//! The cases that somebody asks for: scenarios of the file, and what a command line fails or multiplies. Runs none of them.

use crate::analysis::{Case, Element};
use crate::model::{AttrId, AttrValue, ComponentId, ElementRef, GroupId, Kind, Model, Scenario};

/// What is asked for.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Asked {
    /// Scenarios by name; none means all, unless something else is asked.
    pub scenarios: Vec<String>,
    /// Paths of what fails beside: components, groups, replicas such as `us.api#2`.
    pub fail: Vec<String>,
    /// Factor on the load.
    pub load: Option<f64>,
    /// People of every actor that gives `users`.
    pub users: Option<u64>,
    /// Paths of caches that are empty.
    pub cold: Vec<String>,
}

/// Where a case comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kin {
    /// The design as drawn.
    Design,
    /// A scenario of the file.
    Scenario,
    /// The command line alone.
    Asked,
}

/// A case with its name.
#[derive(Clone, PartialEq, Debug)]
pub struct NamedCase {
    /// `as designed`, the scenario's name, or `asked`.
    pub name: String,
    /// The scenario's label.
    pub label: Option<String>,
    /// Where it comes from.
    pub kin: Kin,
    /// The case.
    pub case: Case,
}

impl Asked {
    /// Whether nothing special is asked for.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The load and the caches that are asked for, without what fails.
    ///
    /// # Errors
    /// What is wrong with a path.
    pub fn circumstances(&self, model: &Model) -> Result<Case, String> {
        let mut case = Case::default();
        case.load *= self.load.unwrap_or(1.0);
        case.users = self.users;
        for path in &self.cold {
            case.cold.push(cache(model, path)?);
        }
        Ok(case)
    }
}

/// The cases: the design as drawn, then what is asked for.
///
/// # Errors
/// What is wrong with a name or path, with the nearest one.
pub fn cases(model: &Model, asked: &Asked) -> Result<Vec<NamedCase>, String> {
    let circumstances = asked.circumstances(model)?;
    let failed: Vec<Element> =
        asked.fail.iter().map(|path| element(model, path)).collect::<Result<_, _>>()?;
    let design =
        NamedCase { name: "as designed".to_owned(), label: None, kin: Kin::Design, case: Case::default() };
    let mut all = vec![design];
    let named = asked.scenarios.iter().map(|name| scenario(model, name)).collect::<Result<Vec<_>, _>>()?;
    let named = if asked.is_open() { model.scenarios.iter().collect() } else { named };
    if named.is_empty() && !asked.is_open() {
        let case = Case { failed: failed.clone(), ..circumstances.clone() };
        all.push(NamedCase { name: "asked".to_owned(), label: None, kin: Kin::Asked, case });
    }
    for scenario in named {
        let mut case = of_scenario(scenario);
        case.failed.extend(&failed);
        case.load *= circumstances.load;
        case.users = circumstances.users.or(case.users);
        case.cold.extend(&circumstances.cold);
        let name = scenario.header.path.to_string();
        let label = scenario.header.label.as_ref().map(ToString::to_string);
        all.push(NamedCase { name, label, kin: Kin::Scenario, case });
    }
    Ok(all)
}

/// The case that a scenario describes.
pub fn of_scenario(scenario: &Scenario) -> Case {
    let attrs = &scenario.attrs;
    let failed = attrs.refs(AttrId::FAIL).into_iter().filter_map(|it| match it.target {
        ElementRef::Component(id) => Some(Element::Component(id)),
        ElementRef::Group(id) => Some(Element::Group(id)),
        _ => None,
    });
    let slow = match attrs.get(AttrId::SLOW).map(|value| &value.value) {
        Some(AttrValue::Factors(factors)) => factors.to_vec(),
        _ => Vec::new(),
    };
    let slow = slow.iter().filter_map(|(it, factor)| match it.target {
        ElementRef::Component(id) => Some((id, factor.0)),
        _ => None,
    });
    let sides: Vec<GroupId> = attrs
        .refs(AttrId::PARTITION)
        .iter()
        .filter_map(|it| if let ElementRef::Group(id) = it.target { Some(id) } else { None })
        .collect();
    Case {
        failed: failed.collect(),
        load: attrs.factor(AttrId::LOAD).or_else(|| attrs.number(AttrId::LOAD)).unwrap_or(1.0),
        users: attrs.count(AttrId::USERS),
        cold: attrs.components(AttrId::COLD),
        slow: slow.collect(),
        partition: if let [one, other] = sides[..] { Some((one, other)) } else { None },
    }
}

fn scenario<'m>(model: &'m Model, name: &str) -> Result<&'m Scenario, String> {
    let found = model.scenarios.iter().find(|it| it.header.path == name || it.header.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = model.scenarios.iter().map(|it| it.header.path.as_str()).collect();
        match names.as_slice() {
            [] => format!("there is no scenario `{name}`: the design has none"),
            _ => format!("there is no scenario `{name}`; {}", suggest(name, &names)),
        }
    })
}

/// What fails by a path: a component, a group, or one replica.
fn element(model: &Model, path: &str) -> Result<Element, String> {
    let (place, number) = match path.split_once('#') {
        Some((place, number)) => match number.parse::<u64>() {
            Ok(number) if number > 0 => (place, Some(number)),
            _ => return Err(format!("`{path}` names no replica; they are numbered from 1: `{place}#1`")),
        },
        None => (path, None),
    };
    match (find(model, place)?, number) {
        (ElementRef::Component(id), None)
            if model.components[id].kind.is_actor() && !is_external(model, id) =>
        {
            Err(format!("`{place}` is a {}, which does not fail", model.components[id].kind.as_str()))
        }
        (ElementRef::Component(id), None) => Ok(Element::Component(id)),
        (ElementRef::Component(id), Some(number)) => {
            let replicas = model.components[id].attrs.range(AttrId::REPLICAS).map_or(1, |(_, high)| high);
            if number > replicas {
                let has = if replicas == 1 { "1 replica".to_owned() } else { format!("{replicas} replicas") };
                return Err(format!("there is no `{path}`: `{}` has {has}", model.path(id)));
            }
            Ok(Element::Replica(id, number))
        }
        (ElementRef::Group(id), None) => Ok(Element::Group(id)),
        _ => Err(format!("`{place}` is a group, which has no replicas")),
    }
}

fn is_external(model: &Model, id: ComponentId) -> bool {
    model.components[id].kind == Kind::External
}

fn cache(model: &Model, path: &str) -> Result<ComponentId, String> {
    match find(model, path)? {
        ElementRef::Component(id) if model.components[id].kind == Kind::Cache => Ok(id),
        _ => Err(format!("`{path}` is no cache, so it is never cold")),
    }
}

/// The component or group of that full path, or whose path ends so where only one does.
fn find(model: &Model, path: &str) -> Result<ElementRef, String> {
    let components = model.components.enumerate().map(|(id, it)| (it, id));
    let components = components.map(|(it, id)| (it.header.path.as_str(), ElementRef::Component(id)));
    let groups = model.groups.enumerate().map(|(id, it)| (it.header.path.as_str(), ElementRef::Group(id)));
    let all: Vec<(&str, ElementRef)> = components.chain(groups).collect();
    if let Some((_, found)) = all.iter().find(|(known, _)| *known == path) {
        return Ok(*found);
    }
    let ends = |known: &str| known.strip_suffix(path).is_some_and(|before| before.ends_with('.'));
    let near: Vec<&(&str, ElementRef)> = all.iter().filter(|(known, _)| ends(known)).collect();
    match near.as_slice() {
        [(_, only)] => Ok(*only),
        [] => {
            let names: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
            Err(format!("nothing is called `{path}`; {}", suggest(path, &names)))
        }
        [one, other, ..] => {
            Err(format!("`{path}` could be `{}` or `{}`: write the full path", one.0, other.0))
        }
    }
}

/// "did you mean …", or the names where there are few.
fn suggest(written: &str, names: &[&str]) -> String {
    let near = names.iter().map(|name| (strsim::damerau_levenshtein(written, name), *name)).min();
    match near {
        Some((distance, name)) if distance <= 1 + written.chars().count() / 3 => {
            format!("did you mean `{name}`?")
        }
        _ => {
            let listed: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
            let more = if names.len() > 8 { " …" } else { "" };
            format!("there is {}{more}", listed.join(", "))
        }
    }
}
