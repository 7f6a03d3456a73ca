//! Values: words, names, units behind a number, selectors, tags.

use super::attributes::sample;
use super::line::Token;
use super::names::{Candidate, What};
use super::{Asked, CompletionKind};
use crate::ide::cursor::Owner;
use crate::ide::names::within;
use crate::model::attributes::{RefKind, Type};
use crate::model::catalogue::catalogue;
use crate::model::{AttrId, GroupKind, Kind};

const TIMES: &[&str] = &["ms", "s", "us", "ns", "min", "h", "d", "w", "month", "y"];
const RATES: &[&str] = &["/s", "k/s", "M/s", "/min", "/h", "/day", "/month", "rps"];
const SIZES: &[&str] = &["KB", "MB", "GB", "TB", "B", "PB", "KiB", "MiB", "GiB", "TiB", "PiB"];
const BANDWIDTHS: &[&str] = &["Mbps", "Gbps", "Kbps", "MB/s", "GB/s"];
const COUNTS: &[&str] = &["k", "M", "B"];
const COSTS: &[&str] = &["/month", "/h", "/y", "/day"];

impl Asked<'_> {
    /// Behind `KEY =`.
    pub(super) fn value(&mut self, key: &str, written: &[Token<'_>]) {
        match written {
            [.., Token::Sign("#")] => self.tags(),
            [.., Token::Sign(":")] => self.behind_colon(written),
            [] => self.value_of(key),
            [Token::Sign("["), .., Token::Sign("," | "[")] | [Token::Sign("[")] => {
                self.value_in_list(key, written)
            }
            _ => {}
        }
    }

    fn types(&self, key: &str) -> Vec<Type> {
        if let Owner::Record(fields) = self.owner {
            let field = fields.iter().find(|field| field.name == key);
            return field.map_or_else(Vec::new, |field| field.types.to_vec());
        }
        if self.owner == Owner::Factors {
            return vec![Type::Factor];
        }
        let id = AttrId::from_name(key);
        let types = id.and_then(|id| {
            self.owner.types(id.spec()).or_else(|| id.spec().uses.first().map(|usage| usage.types))
        });
        types.unwrap_or_default().to_vec()
    }

    pub(super) fn value_of(&mut self, key: &str) {
        let types = self.types(key);
        if self.line.typed.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '$' | '€' | '£')) {
            self.units(&types);
            return;
        }
        for it in types {
            self.of_type(key, it, false);
        }
    }

    fn value_in_list(&mut self, key: &str, written: &[Token<'_>]) {
        let from = self.found.len();
        for it in self.types(key) {
            self.of_type(key, it, true);
        }
        let given: Vec<&str> = written
            .iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(*word),
                _ => None,
            })
            .collect();
        let mut at = 0;
        self.found.retain(|it| {
            at += 1;
            at <= from || !given.contains(&it.label.as_str())
        });
    }

    fn of_type(&mut self, key: &str, it: Type, in_list: bool) {
        match it {
            Type::Flag => self.words(&["true", "false"]),
            Type::Word(words) => self.words(words),
            Type::Words(words) if in_list => self.words(words),
            Type::Ref(kind) => self.references(kind),
            Type::Refs(kind) if in_list => self.references(kind),
            Type::Selectors if in_list => self.selectors(),
            Type::Selector => self.selectors(),
            Type::Rules if in_list => self.rules(),
            Type::Name | Type::Names if matches!(key, "chose" | "over") => {
                if in_list || it == Type::Name {
                    for technology in catalogue().technologies() {
                        self.add(
                            CompletionKind::Technology,
                            &technology.name,
                            technology.label.clone(),
                            None,
                        );
                    }
                }
            }
            Type::Name if key == "owner" => {
                self.elements(|it| it.what == What::Group(GroupKind::Team), false);
            }
            Type::Words(_) | Type::Refs(_) | Type::Selectors | Type::Names | Type::Rules if !in_list => {
                let snippet = Some("[$1]".to_owned());
                self.add(CompletionKind::Value, "[]", "a list", snippet);
            }
            Type::Record(_) | Type::Factors => {
                self.add(CompletionKind::Value, "{}", "a record", Some("{ $1 }".to_owned()));
            }
            other => {
                let sample = sample(other);
                if !sample.is_empty() && !in_list {
                    self.add(CompletionKind::Value, sample, "such as", None);
                }
            }
        }
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.add(CompletionKind::Value, word, "", None);
        }
    }

    fn references(&mut self, kind: RefKind) {
        let region = self.scope.split('.').next().unwrap_or_default().to_owned();
        let fits = move |it: &Candidate| match (kind, it.what) {
            (RefKind::Component | RefKind::Compensated, What::Component(_)) => true,
            (RefKind::Element, What::Component(_) | What::Group(_)) => true,
            (RefKind::Group, What::Group(_)) => true,
            // those beside the component, where there are any around it
            (RefKind::Zone, What::Group(GroupKind::Zone)) => region.is_empty() || within(&it.path, &region),
            (RefKind::Region, What::Group(GroupKind::Region)) => true,
            (RefKind::Cache, What::Component(Kind::Cache | Kind::Cdn)) => true,
            (RefKind::Data, What::Data) | (RefKind::Flow, What::Flow) => true,
            _ => false,
        };
        self.elements(fits, true);
    }

    /// The number at the cursor with each unit that fits.
    fn units(&mut self, types: &[Type]) {
        let typed = self.line.typed;
        let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '$' | '€' | '£');
        let end = typed.find(|c| !is_digit(c)).unwrap_or(typed.len());
        let number = typed.get(..end).unwrap_or(typed);
        let is_money = number.starts_with(['$', '€', '£']);
        for it in types {
            let units = match it {
                Type::Cost | Type::Money if is_money => COSTS,
                _ if is_money => continue,
                Type::Time => TIMES,
                Type::Rate => RATES,
                Type::Size => SIZES,
                Type::Bandwidth => BANDWIDTHS,
                Type::Share => &["%"],
                Type::Factor => &["x"],
                Type::Count | Type::Number => COUNTS,
                _ => continue,
            };
            for unit in units {
                let text = format!("{number}{unit}");
                if !self.found.iter().any(|known| known.label == text) {
                    self.add(CompletionKind::Unit, &text, "", None);
                }
            }
        }
    }

    /// Behind `slo METRIC CMP`.
    pub(super) fn target(&mut self, metric: &str) {
        let (types, samples): (&[Type], &[&str]) = match metric {
            "availability" => (&[Type::Share], &["99.9%", "99.95%", "99.99%", "99%"]),
            "throughput" => (&[Type::Rate], &["1k/s", "10k/s"]),
            "cost" => (&[Type::Cost], &["$1k/month"]),
            "rpo" | "rto" | "staleness" => (&[Type::Time], &["1min", "15min", "1h"]),
            _ => (&[Type::Time], &["100ms", "200ms", "500ms", "1s"]),
        };
        if self.line.typed.starts_with(|c: char| c.is_ascii_digit() || c == '$') {
            self.units(types);
        } else {
            self.words(samples);
        }
    }

    /// Kinds, elements, tags and the like.
    pub(super) fn selectors(&mut self) {
        if !self.line.typed.contains('.') {
            self.kinds(false);
            for kind in GroupKind::all() {
                self.add(CompletionKind::Kind, kind.as_str(), kind.meaning(), None);
            }
            for (word, meaning) in
                [("tech:", "what runs on a technology"), ("team:", "what a team owns"), ("*", "everything")]
            {
                self.add(CompletionKind::Word, word, meaning, None);
            }
            for tag in self.known_tags() {
                self.add(CompletionKind::Value, &format!("#{tag}"), "what has this tag", None);
            }
        }
        self.elements(|it| it.is_component() || it.is_group(), true);
    }

    pub(super) fn tags(&mut self) {
        for tag in self.known_tags() {
            self.add(CompletionKind::Value, &tag, "", None);
        }
    }

    fn known_tags(&self) -> Vec<String> {
        let Some(design) = self.design else { return Vec::new() };
        let model = &design.compilation.model;
        let components = model.components.iter().map(|it| &it.header);
        let headers = components.chain(model.groups.iter().map(|it| &it.header));
        let mut tags: Vec<String> =
            headers.flat_map(|header| header.tags.iter().map(ToString::to_string)).collect();
        tags.sort();
        tags.dedup();
        tags
    }

    /// Behind `require`: kinds, each with an attribute to come.
    pub(super) fn required(&mut self) {
        match self.line.typed.rsplit_once('.') {
            None => self.selectors(),
            Some((selector, _)) => {
                let start = self.line.start + selector.len() + 1;
                let kind = Kind::from_name(selector);
                for id in AttrId::all() {
                    let target = kind.map(crate::model::attributes::Target::Component);
                    let fits = target.is_none_or(|target| id.spec().types_on(target).is_some());
                    if fits {
                        let spec = id.spec();
                        self.add_at(
                            start,
                            CompletionKind::Attribute,
                            spec.name,
                            spec.meaning,
                            spec.name.to_owned(),
                            None,
                        );
                    }
                }
            }
        }
    }
}
