//! What the data file promises: names that can be looked up, and a source for each figure.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::attributes::{AttrId, Target, Type};
use crate::model::{GroupKind, Kind};
use crate::units::read_quantity;

/// The data file as a whole, past the index that reads it in pieces.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    sources: BTreeMap<String, Source>,
    tech: Vec<Technology>,
}

#[test]
fn the_file_parses_whole_and_in_pieces_alike() {
    let whole: Whole = toml::from_str(TEXT).expect("technologies.toml parses");
    assert!(whole.tech.len() >= 100, "only {}", whole.tech.len());
    let pieces: Vec<_> = catalogue().technologies().map(|tech| format!("{tech:?}")).collect();
    assert_eq!(pieces, whole.tech.iter().map(|tech| format!("{tech:?}")).collect::<Vec<_>>());
    assert_eq!(format!("{:?}", catalogue().sources()), format!("{:?}", whole.sources));
    let mut names: Vec<_> =
        whole.tech.iter().flat_map(|tech| std::iter::once(&tech.name).chain(&tech.aliases)).collect();
    names.sort();
    assert_eq!(catalogue().names().collect::<Vec<_>>(), names, "the first lines of an entry are its names");
}

#[test]
fn names_are_identifiers_and_unique() {
    let catalogue = catalogue();
    let mut seen = BTreeMap::new();
    for tech in catalogue.technologies() {
        let mut characters = tech.name.chars();
        assert!(characters.next().is_some_and(|first| first.is_ascii_lowercase()), "{}", tech.name);
        assert!(
            characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && !tech.name.ends_with('-'),
            "{} is no identifier",
            tech.name
        );
        for name in std::iter::once(&tech.name).chain(&tech.aliases) {
            assert_eq!(&fold(name), name, "{name} is written as it is looked up");
            if let Some(other) = seen.insert(name.clone(), &tech.name) {
                panic!("{name} names both {other} and {}", tech.name);
            }
        }
    }
}

#[test]
fn kinds_and_lock_in_are_known() {
    for tech in catalogue().technologies() {
        assert!(!tech.kinds.is_empty(), "{} fits no kind", tech.name);
        for kind in &tech.kinds {
            let known = Kind::from_name(kind).is_some() || GroupKind::from_name(kind).is_some();
            assert!(known, "{}: {kind}", tech.name);
        }
        assert!(tech.lock_in.is_none_or(|level| level <= 3), "{}", tech.name);
        assert!(!tech.managed || tech.vendor.is_some(), "{} is managed by nobody", tech.name);
        assert!(!tech.class.is_empty() && !tech.class.ends_with('.'), "{}", tech.name);
    }
}

#[test]
fn every_figure_has_a_source_and_every_source_is_used() {
    let catalogue = catalogue();
    let mut used = BTreeSet::new();
    for tech in catalogue.technologies() {
        let figures = tech.defaults.values().map(|figure| &figure.source);
        let classes = tech.pacelc.iter().map(|pacelc| &pacelc.source);
        let facts = tech.facts.iter().map(|fact| &fact.source);
        for key in figures.chain(classes).chain(facts) {
            assert!(catalogue.source(key).is_some(), "{}: no source {key}", tech.name);
            used.insert(key.clone());
        }
    }
    let known: BTreeSet<_> = catalogue.sources().keys().cloned().collect();
    assert_eq!(
        known.difference(&used).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "sources that nothing cites"
    );
}

#[test]
fn published_availability_says_what_it_covers_and_when() {
    let catalogue = catalogue();
    let mut published = 0;
    for tech in catalogue.technologies() {
        let Some(figure) = tech.default("availability") else { continue };
        published += 1;
        assert!(figure.scope.is_some(), "{}: no scope", tech.name);
        let as_of = catalogue.as_of(figure).unwrap_or_else(|| panic!("{}: no date", tech.name));
        assert!(is_date(as_of), "{}: {as_of}", tech.name);
        assert!(tech.vendor.is_some(), "{}: whose SLA?", tech.name);
    }
    assert!(published >= 30, "only {published}");
}

#[test]
fn sources_have_an_address_and_a_date_that_is_one() {
    let catalogue = catalogue();
    for (key, source) in catalogue.sources() {
        assert!(!source.title.is_empty(), "{key}");
        assert!(source.date.iter().chain(&source.read).all(|date| is_date(date)), "{key}");
        assert!(
            source.date.is_none() || source.read.is_none(),
            "{key} is dated, so nobody asks when it was read"
        );
        assert!(source.url.as_deref().is_none_or(|url| url.starts_with("https://")), "{key}");
        assert_eq!(source.url.is_none(), key == "derived", "{key}");
    }
}

#[test]
fn pacelc_classes_are_of_the_four() {
    for tech in catalogue().technologies() {
        for pacelc in &tech.pacelc {
            assert!(["PA/EL", "PA/EC", "PC/EL", "PC/EC"].contains(&pacelc.class.as_str()), "{}", tech.name);
            assert!(!pacelc.condition.is_empty(), "{}", tech.name);
        }
    }
}

#[test]
fn found_by_name_alias_and_any_case() {
    let name = |query| catalogue().find(query).map(|tech| tech.name.as_str());
    assert_eq!(name("postgres"), Some("postgres"));
    assert_eq!(name("PostgreSQL"), Some("postgres"));
    assert_eq!(name("aws_alb"), Some("aws-alb"));
    assert_eq!(name("no-such-thing"), None);
    assert_eq!(name(""), None);
}

#[test]
fn self_run_software_has_no_availability() {
    for tech in catalogue().technologies() {
        assert!(
            tech.managed || tech.vendor.is_some() || tech.default("availability").is_none(),
            "{}",
            tech.name
        );
    }
}

#[test]
fn consensus_and_queries() {
    let catalogue = catalogue();
    let tech = |name| catalogue.find(name).expect(name);
    assert!(["etcd", "zookeeper", "consul", "cockroachdb"].iter().all(|name| tech(name).consensus));
    assert!(!tech("postgres").consensus);
    assert_eq!(tech("elasticsearch").answers(QueryKind::Search), Some(true));
    assert_eq!(tech("dynamodb").answers(QueryKind::Aggregate), Some(false));
    assert_eq!(tech("nginx").answers(QueryKind::Key), None);
}

#[test]
fn every_default_is_an_attribute_of_the_usual_kind_with_a_value_of_its_type() {
    for tech in catalogue().technologies() {
        for (name, figure) in &tech.defaults {
            let place = format!("{}: {name} = {}", tech.name, figure.value);
            let attribute = AttrId::from_name(name).unwrap_or_else(|| panic!("{place}: no such attribute"));
            let kind =
                Kind::from_name(&tech.kinds[0]).unwrap_or_else(|| panic!("{place}: defaults on a group"));
            let types = attribute.spec().types_on(Target::Component(kind));
            let types = types.unwrap_or_else(|| panic!("{place}: not on a {}", kind.as_str()));
            assert!(
                types.iter().any(|wanted| reads_as(&figure.value, *wanted)),
                "{place} is none of {types:?}"
            );
        }
    }
}

fn reads_as(value: &str, wanted: Type) -> bool {
    let quantity = read_quantity(value).ok();
    match wanted {
        Type::Flag => value == "true" || value == "false",
        Type::Word(words) => words.contains(&value),
        Type::Count => quantity.and_then(|it| it.count()).is_some(),
        Type::Number => quantity.and_then(|it| it.number()).is_some(),
        Type::Time => quantity.and_then(|it| it.time()).is_some(),
        Type::Rate => quantity.and_then(|it| it.rate()).is_some(),
        Type::Size => quantity.and_then(|it| it.size()).is_some(),
        Type::Share => quantity.and_then(|it| it.share()).is_some(),
        _ => false,
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::parse::<u32>).collect();
    match parts.as_slice() {
        [Ok(2000..=2100)] => true,
        [Ok(2000..=2100), Ok(1..=12)] => text.len() == 7,
        [Ok(2000..=2100), Ok(1..=12), Ok(1..=31)] => text.len() == 10,
        _ => false,
    }
}

#[test]
fn a_service_is_found_under_the_name_of_its_vendor() {
    let named = |name: &str| catalogue().find(name).map(|it| it.name.as_str());
    for (name, expected) in [
        ("aws-sqs", "sqs"),
        ("Amazon_DynamoDB", "dynamodb"),
        ("azure-cosmos-db", "cosmos-db"),
        ("gcp-spanner", "spanner"),
        ("google-cloud-spanner", "spanner"),
    ] {
        assert_eq!(named(name), Some(expected), "{name}");
    }
    // of another vendor, or of none
    assert_eq!((named("azure-sqs"), named("aws-postgres"), named("aws-")), (None, None, None));
}
