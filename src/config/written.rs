//! What an `archc.toml` says, with a place for each word of it: text in, plain data and mistakes out. It must not know
//! which rules, technologies and attributes there are.

use std::ops::Range;

use serde::Deserialize as _;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::figures::{FIGURES, Figure};
use super::glob::Glob;
use super::{Assumed, Colours, FailOn, Level, THEMES};

/// Something and where it is written, in bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Spot<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub at: Range<usize>,
}

/// A mistake in an `archc.toml`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// Its place, in bytes.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What an `archc.toml` says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Written {
    /// `fail_on`
    pub fail_on: Option<Spot<FailOn>>,
    /// `theme`
    pub theme: Option<Spot<String>>,
    /// `[themes.NAME]`
    pub themes: Vec<(Spot<String>, Colours)>,
    /// `[assumed]` and `[prices]`, over the defaults.
    pub assumed: Assumed,
    /// Which of those figures are given: section, key and place of the value.
    pub figures: Vec<Spot<(&'static str, &'static str)>>,
    /// `[rules]`, in the order of the text.
    pub rules: Vec<RuleWritten>,
    /// `[[paths]]`
    pub paths: Vec<PathWritten>,
    /// `[tech.NAME]`
    pub technologies: Vec<TechWritten>,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
}

/// An entry of `[rules]`.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleWritten {
    /// Code, name or group.
    pub name: Spot<String>,
    /// Its level.
    pub level: Option<Spot<Level>>,
    /// Its thresholds.
    pub thresholds: Vec<(Spot<String>, Spot<f64>)>,
}

/// An entry of `[[paths]]`.
#[derive(Clone, PartialEq, Debug)]
pub struct PathWritten {
    /// For which files it is.
    pub globs: Vec<Glob>,
    /// Code, name or group, and the level there.
    pub levels: Vec<(Spot<String>, Spot<Level>)>,
}

/// A `[tech.NAME]`.
#[derive(Clone, PartialEq, Debug)]
pub struct TechWritten {
    /// The technology.
    pub name: Spot<String>,
    /// Attributes, with values as a design writes them.
    pub attributes: Vec<(Spot<String>, Spot<String>)>,
}

/// The keys that may stand at the top.
pub const KEYS: &[&str] = &["fail_on", "theme", "themes", "assumed", "prices", "rules", "paths", "tech"];

/// Reads the text of an `archc.toml`. What is wrong is left out of what it says.
pub fn read(text: &str) -> Written {
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            let message = error.message().trim().replace('\n', "; ");
            return Written { wrong: vec![Wrong { at, message, help: None }], ..Written::default() };
        }
    };
    let mut written = Written::default();
    for (key, value) in entries(&table) {
        match key.value.as_str() {
            "fail_on" => written.fail_on = written.word(&key, &value, FailOn::WORDS),
            "theme" => written.read_theme(&table, &key, &value),
            "themes" => written.read_themes(&value),
            "assumed" => written.read_figures("assumed", &value),
            "prices" => written.read_figures("prices", &value),
            "rules" => written.read_rules(&value),
            "paths" => written.read_paths(&value),
            "tech" => written.read_technologies(&value),
            _ => written.unknown(&key, "setting", KEYS),
        }
    }
    written.wrong.sort_by_key(|wrong| wrong.at.start);
    written
}

type Value<'t, 'i> = Spot<&'t DeValue<'i>>;

/// The entries of a table, in the order of the text.
fn entries<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(Spot<String>, Value<'t, 'i>)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| {
            let key = Spot { value: key.get_ref().to_string(), at: key.span() };
            (key, Spot { value: value.get_ref(), at: value.span() })
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.at.start);
    entries
}

impl Written {
    fn wrong(&mut self, at: &Range<usize>, message: String, help: Option<String>) {
        self.wrong.push(Wrong { at: at.clone(), message, help });
    }

    fn unknown(&mut self, key: &Spot<String>, what: &str, known: &[&str]) {
        let help = match nearest(&key.value, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there is {}", listed(known)),
        };
        self.wrong(&key.at, format!("there is no {what} `{}`", key.value), Some(help));
    }

    fn misfit(&mut self, key: &str, value: &Value<'_, '_>, wanted: &str) {
        let message = format!("`{key}` is {wanted}; this is {}", kind(value.value));
        self.wrong(&value.at, message, None);
    }

    fn table<'t, 'i>(&mut self, key: &str, value: &Value<'t, 'i>) -> Vec<(Spot<String>, Value<'t, 'i>)> {
        match value.value.as_table() {
            Some(table) => entries(table),
            None => {
                self.misfit(key, value, "a table");
                Vec::new()
            }
        }
    }

    fn word<T: Copy>(
        &mut self,
        key: &Spot<String>,
        value: &Value<'_, '_>,
        words: &[(&str, T)],
    ) -> Option<Spot<T>> {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let Some(text) = value.value.as_str() else {
            self.misfit(&key.value, value, &format!("one of {}", listed(&names)));
            return None;
        };
        if let Some((_, word)) = words.iter().find(|(name, _)| *name == text) {
            return Some(Spot { value: *word, at: value.at.clone() });
        }
        let message = format!("`{}` is one of {}, not `{text}`", key.value, listed(&names));
        let help = nearest(text, names.into_iter()).map(|near| format!("did you mean `{near}`?"));
        self.wrong(&value.at, message, help);
        None
    }

    fn read_theme(&mut self, table: &DeTable<'_>, key: &Spot<String>, value: &Value<'_, '_>) {
        let own = table.get("themes").and_then(|themes| themes.get_ref().as_table());
        let own: Vec<String> = own.into_iter().flat_map(entries).map(|(name, _)| name.value).collect();
        let names = THEMES.iter().copied().chain(own.iter().map(String::as_str));
        let names: Vec<(&str, &str)> = names.map(|name| (name, name)).collect();
        let theme = self.word(key, value, &names);
        self.theme = theme.map(|theme| Spot { value: theme.value.to_owned(), at: theme.at });
    }

    fn read_themes(&mut self, value: &Value<'_, '_>) {
        for (name, value) in self.table("themes", value) {
            let place = toml::Spanned::new(value.at.clone(), value.value.clone());
            match Colours::deserialize(ValueDeserializer::from(place)) {
                Ok(colours) if !THEMES.contains(&name.value.as_str()) => {
                    self.themes.push((name, colours));
                }
                Ok(_) => {
                    let message = format!("the theme `{}` is built in", name.value);
                    self.wrong(&name.at, message, Some("give yours another name".to_owned()));
                }
                Err(error) => {
                    let message = error.message().trim().replace('\n', "; ");
                    self.wrong(&error.span().unwrap_or(value.at), message, None);
                }
            }
        }
    }

    fn read_figures(&mut self, section: &'static str, value: &Value<'_, '_>) {
        for (key, value) in self.table(section, value) {
            let known: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.section == section).collect();
            let Some(figure) = known.iter().find(|figure| figure.key == key.value) else {
                let names: Vec<&str> = known.iter().map(|figure| figure.key).collect();
                self.unknown(&key, "figure", &names);
                continue;
            };
            let read = match value.value.as_str() {
                Some(text) => figure.read(text),
                None => number(value.value),
            };
            match read.filter(|value| figure.allows(*value)) {
                Some(read) => {
                    *(figure.slot)(&mut self.assumed) = read;
                    self.figures.push(Spot { value: (section, figure.key), at: value.at });
                }
                None => {
                    let what = kind(value.value);
                    let message = format!("`{}` is {}; this is {what}", key.value, figure.wanted());
                    self.wrong(&value.at, message, None);
                }
            }
        }
    }

    fn read_rules(&mut self, value: &Value<'_, '_>) {
        for (name, value) in self.table("rules", value) {
            let mut rule = RuleWritten { name, level: None, thresholds: Vec::new() };
            let Some(table) = value.value.as_table() else {
                rule.level = self.word(&rule.name, &value, Level::WORDS);
                self.rules.push(rule);
                continue;
            };
            for (key, value) in entries(table) {
                if key.value == "level" {
                    rule.level = self.word(&key, &value, Level::WORDS);
                } else if let Some(at_least_zero) = threshold(value.value) {
                    rule.thresholds.push((key, Spot { value: at_least_zero, at: value.at }));
                } else {
                    self.misfit(
                        &key.value,
                        &value,
                        "a number of at least 0, or a percentage such as \"20%\"",
                    );
                }
            }
            self.rules.push(rule);
        }
    }

    fn read_paths(&mut self, value: &Value<'_, '_>) {
        let Some(list) = value.value.as_array() else {
            return self.misfit("paths", value, "a list of tables, each opened by `[[paths]]`");
        };
        for item in list.iter() {
            let item = Spot { value: item.get_ref(), at: item.span() };
            let mut path = PathWritten { globs: Vec::new(), levels: Vec::new() };
            let before = self.wrong.len();
            for (key, value) in self.table("paths", &item) {
                match key.value.as_str() {
                    "files" => path.globs = self.globs(&value),
                    "rules" => {
                        for (name, value) in self.table("rules", &value) {
                            let level = self.word(&name, &value, Level::WORDS);
                            path.levels.extend(level.map(|level| (name, level)));
                        }
                    }
                    _ => self.unknown(&key, "key of `[[paths]]`", &["files", "rules"]),
                }
            }
            if path.globs.is_empty() && self.wrong.len() == before {
                let help = "write `files = [\"legacy/**\"]`".to_owned();
                self.wrong(&item.at, "a `[[paths]]` without `files` is for no file".to_owned(), Some(help));
            }
            self.paths.push(path);
        }
    }

    fn globs(&mut self, value: &Value<'_, '_>) -> Vec<Glob> {
        if let Some(text) = value.value.as_str() {
            return vec![Glob::new(text)];
        }
        let texts: Option<Vec<Glob>> = value
            .value
            .as_array()
            .and_then(|list| list.iter().map(|item| item.get_ref().as_str().map(Glob::new)).collect());
        texts.unwrap_or_else(|| {
            self.misfit("files", value, "a pattern or a list of patterns");
            Vec::new()
        })
    }

    fn read_technologies(&mut self, value: &Value<'_, '_>) {
        for (name, value) in self.table("tech", value) {
            let mut tech = TechWritten { name, attributes: Vec::new() };
            for (key, value) in self.table(&tech.name.value.clone(), &value) {
                match source(value.value) {
                    Some(text) => tech.attributes.push((key, Spot { value: text, at: value.at })),
                    None => {
                        self.misfit(&key.value, &value, "a value as a design writes it, such as \"40ms\"")
                    }
                }
            }
            self.technologies.push(tech);
        }
    }
}

/// A threshold.
fn threshold(value: &DeValue<'_>) -> Option<f64> {
    let read = match value.as_str() {
        Some(text) if text.trim_end().ends_with('%') => {
            crate::units::read_quantity(text.trim()).ok()?.share().map(|share| share.0)
        }
        Some(_) => None,
        None => number(value),
    };
    read.filter(|read| *read >= 0.0)
}

/// A finite number.
fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Integer(it) => i64::from_str_radix(it.as_str(), it.radix()).ok()? as f64,
        DeValue::Float(it) => it.as_str().parse().ok()?,
        _ => return None,
    };
    Some(number).filter(|number: &f64| number.is_finite())
}

/// A value as a design writes it.
fn source(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Integer(_) | DeValue::Float(_) => number(value)?.to_string(),
        DeValue::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| source(item.get_ref())).collect();
            format!("[{}]", items?.join(", "))
        }
        DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

/// What a value is, in words.
fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text `{text}`"),
        DeValue::Integer(it) => format!("the number {}", it.as_str()),
        DeValue::Float(it) => format!("the number {}", it.as_str()),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}

/// The word that is nearest to what was written, the first in alphabetical order of several; `None` where none is near.
pub fn nearest<'w>(written: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let fold = |word: &str| word.to_lowercase().replace('-', "_");
    let folded = fold(written);
    if folded.len() > 64 {
        return None;
    }
    let near = words.filter_map(|word| {
        let limit = word.chars().count().div_ceil(3).min(3);
        let distance = strsim::osa_distance(&folded, &fold(word));
        (distance <= limit).then_some((distance, word))
    });
    near.min().map(|(_, word)| word)
}

#[cfg(test)]
mod tests;
