//! From what an `archc.toml` and a command line say to the configuration in force: names of rules and their thresholds,
//! technologies and their attributes are checked here, where they are known. It must not know any single rule.

mod listing;
mod schema;

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Category, Rule, all, find};
use crate::config::{Config, Level, PathLevels, RuleWritten, Spot, TechWritten, Written, Wrong, nearest};
use crate::model::attributes::AttrId;
use crate::model::catalogue::catalogue;
use crate::resolve::{technology_attributes, technology_value};

pub use listing::toml;
pub use schema::schema;

/// The configuration in force.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// It.
    pub config: Config,
    /// Where each setting comes from that is not a default, by its key: `fail_on`, `assumed.zone`, `rules.AV001`,
    /// `rules.AV001.KEY`, `tech.NAME.KEY`.
    pub origins: BTreeMap<String, Origin>,
    /// What is wrong in the file, by place. What is wrong is not in force.
    pub wrong: Vec<Wrong>,
}

/// Where a setting comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The file, there.
    File(Range<usize>),
    /// The command line.
    CommandLine,
}

/// What the command line says of rules: codes, names, groups, prefixes of codes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Off.
    pub allow: Vec<String>,
    /// Warnings.
    pub warn: Vec<String>,
    /// Errors.
    pub deny: Vec<String>,
    /// Nothing but these; empty means all.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

/// A setting in force, for those who ask.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting<'a> {
    /// Its key: as in [`InForce::origins`].
    pub key: String,
    /// Its value; of a rule without a level of its own the severities that its findings may have.
    pub value: serde_json::Value,
    /// What a number counts.
    pub unit: Option<&'static str>,
    /// Where it comes from; `None` for a default.
    pub origin: Option<&'a Origin>,
}

/// How narrowly a word names rules: the narrower one holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Breadth {
    All,
    Category,
    Prefix,
    One,
}

/// The configuration that a file asks for.
pub fn configure(written: &Written) -> InForce {
    let mut made = InForce { wrong: written.wrong.clone(), ..InForce::default() };
    made.config.assumed = written.assumed.clone();
    for figure in &written.figures {
        let (section, key) = figure.value;
        made.origins.insert(format!("{section}.{key}"), Origin::File(figure.at.clone()));
    }
    if let Some(fail_on) = &written.fail_on {
        made.config.fail_on = fail_on.value;
        made.origins.insert("fail_on".to_owned(), Origin::File(fail_on.at.clone()));
    }
    if let Some(theme) = &written.theme {
        made.config.theme = Some(theme.value.clone());
        made.origins.insert("theme".to_owned(), Origin::File(theme.at.clone()));
    }
    for (name, colours) in &written.themes {
        made.config.themes.insert(name.value.clone(), colours.clone());
        made.origins.insert(format!("themes.{}", name.value), Origin::File(name.at.clone()));
    }
    let levels = written.rules.iter().filter_map(|rule| Some((&rule.name, rule.level.as_ref()?)));
    for (rule, level) in made.levels(levels) {
        made.config.levels.insert(rule.code.to_owned(), level.value);
        made.origins.insert(format!("rules.{}", rule.code), Origin::File(level.at.clone()));
    }
    for rule in &written.rules {
        made.thresholds(rule);
    }
    for (number, path) in written.paths.iter().enumerate() {
        let levels = made.levels(path.levels.iter().map(|(name, level)| (name, level)));
        for (rule, level) in &levels {
            let key = format!("paths.{number}.rules.{}", rule.code);
            made.origins.insert(key, Origin::File(level.at.clone()));
        }
        let levels = levels.into_iter().map(|(rule, level)| (rule.code.to_owned(), level.value)).collect();
        made.config.paths.push(PathLevels { globs: path.globs.clone(), levels });
    }
    for tech in &written.technologies {
        made.technology(tech);
    }
    made.wrong.sort_by_key(|wrong| wrong.at.start);
    made
}

impl InForce {
    /// Lets the command line win over the file: `select` and `ignore` first, then levels.
    ///
    /// # Errors
    /// A word that names no rule.
    pub fn choose(&mut self, choice: &Choice) -> Result<(), String> {
        let mut chosen: BTreeMap<&str, Option<Level>> = BTreeMap::new();
        if !choice.select.is_empty() {
            let selected = named(&choice.select)?;
            for rule in all() {
                match selected.contains_key(rule.code) {
                    true if self.config.is_off(rule.code) => _ = chosen.insert(rule.code, None),
                    true => {}
                    false => _ = chosen.insert(rule.code, Some(Level::Off)),
                }
            }
        }
        let ignored = named(&choice.ignore)?;
        chosen.extend(ignored.keys().map(|code| (*code, Some(Level::Off))));
        let mut levels: BTreeMap<&str, (Breadth, Level)> = BTreeMap::new();
        let given =
            [(&choice.allow, Level::Off), (&choice.warn, Level::Warning), (&choice.deny, Level::Error)];
        for (words, level) in given {
            for (code, breadth) in named(words)? {
                let slot = levels.entry(code).or_insert((breadth, level));
                if breadth >= slot.0 {
                    *slot = (breadth, level);
                }
            }
        }
        chosen.extend(levels.into_iter().map(|(code, (_, level))| (code, Some(level))));
        for (code, level) in chosen {
            match level {
                Some(level) => _ = self.config.levels.insert(code.to_owned(), level),
                None => _ = self.config.levels.remove(code),
            }
            for path in &mut self.config.paths {
                path.levels.remove(code);
            }
            self.origins.insert(format!("rules.{code}"), Origin::CommandLine);
        }
        Ok(())
    }

    /// The level of each rule that some entries name; the narrower name holds.
    fn levels<'w>(
        &mut self,
        entries: impl Iterator<Item = (&'w Spot<String>, &'w Spot<Level>)>,
    ) -> Vec<(&'static Rule, &'w Spot<Level>)> {
        let mut levels: BTreeMap<&str, (Breadth, &'static Rule, &Spot<Level>)> = BTreeMap::new();
        for (name, level) in entries {
            match rules_of(&name.value) {
                Ok((breadth, rules)) => {
                    for rule in rules {
                        let known = levels.get(rule.code).map(|known| known.0);
                        if breadth == Breadth::One && known == Some(breadth) {
                            let message =
                                format!("`{}` and `{}` are one rule, given twice", rule.code, rule.name);
                            self.wrong.push(Wrong { at: name.at.clone(), message, help: None });
                        } else if known.is_none_or(|known| breadth >= known) {
                            levels.insert(rule.code, (breadth, rule, level));
                        }
                    }
                }
                Err(wrong) => self.wrong.push(wrong.at(&name.at)),
            }
        }
        levels.into_values().map(|(_, rule, level)| (rule, level)).collect()
    }

    fn thresholds(&mut self, written: &RuleWritten) {
        if written.thresholds.is_empty() {
            // a name without a level is checked here, any other where its level is read
            if let (None, Err(wrong)) = (&written.level, rules_of(&written.name.value)) {
                self.wrong.push(wrong.at(&written.name.at));
            }
            return;
        }
        let Some(rule) = find(&written.name.value) else {
            let wrong = match rules_of(&written.name.value) {
                Ok(_) => Unknown {
                    message: format!("`{}` is a group; thresholds belong to one rule", written.name.value),
                    help: Some("write them below its code, such as `[rules.RS004]`".to_owned()),
                },
                Err(_) if written.level.is_some() => return,
                Err(wrong) => wrong,
            };
            return self.wrong.push(wrong.at(&written.name.at));
        };
        for (key, value) in &written.thresholds {
            let keys = || rule.thresholds.iter().map(|threshold| threshold.key);
            if keys().any(|known| known == key.value) {
                let set = self.config.thresholds.entry(rule.code.to_owned()).or_default();
                set.insert(key.value.clone(), value.value);
                self.origins
                    .insert(format!("rules.{}.{}", rule.code, key.value), Origin::File(value.at.clone()));
                continue;
            }
            let listed: Vec<String> =
                ["level"].into_iter().chain(keys()).map(|known| format!("`{known}`")).collect();
            let help = match nearest(&key.value, ["level"].into_iter().chain(keys())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", listed.join(", ")),
            };
            let message = format!("{} has no threshold `{}`", rule.code, key.value);
            self.wrong.push(Wrong { at: key.at.clone(), message, help: Some(help) });
        }
    }

    fn technology(&mut self, written: &TechWritten) {
        let name = &written.name.value;
        let known = catalogue().find(name);
        if known.is_none() {
            // a technology of the house may have any name but one that is a slip of a known one
            let distance = |near: &&str| strsim::osa_distance(&name.to_lowercase(), near);
            if let Some(near) = nearest(name, catalogue().names()).filter(|near| distance(near) <= 2) {
                let message = format!("there is no technology `{name}` in the catalogue");
                let help = Some(format!("did you mean `{near}`?"));
                return self.wrong.push(Wrong { at: written.name.at.clone(), message, help });
            }
        }
        let name = known.map_or(name.as_str(), |known| known.name.as_str()).to_lowercase();
        for (key, value) in &written.attributes {
            let at = |at: &Range<usize>, message, help| Wrong { at: at.clone(), message, help };
            let names = || technology_attributes().map(AttrId::name);
            let Some(id) = technology_attributes().find(|id| id.name() == key.value) else {
                let message = format!("a technology has no attribute `{}`", key.value);
                let help = nearest(&key.value, names()).map(|near| format!("did you mean `{near}`?"));
                self.wrong.push(at(&key.at, message, help));
                continue;
            };
            if let Err(message) = technology_value(id, &value.value) {
                self.wrong.push(at(&value.at, message, None));
                continue;
            }
            let origin = Origin::File(value.at.clone());
            self.origins.insert(format!("tech.{name}.{}", key.value), origin);
            let attributes = self.config.technologies.entry(name.clone()).or_default();
            attributes.insert(key.value.clone(), value.value.clone());
        }
    }
}

/// A word that names no rule.
struct Unknown {
    message: String,
    help: Option<String>,
}

impl Unknown {
    fn at(self, at: &Range<usize>) -> Wrong {
        Wrong { at: at.clone(), message: self.message, help: self.help }
    }
}

/// The rules that words name, each with how narrowly, by code.
fn named(words: &[String]) -> Result<BTreeMap<&'static str, Breadth>, String> {
    let mut found: BTreeMap<&'static str, Breadth> = BTreeMap::new();
    for word in words {
        let (breadth, rules) = rules_of(word.trim()).map_err(|unknown| match unknown.help {
            Some(help) => format!("{}; {help}", unknown.message),
            None => unknown.message,
        })?;
        for rule in rules {
            let slot = found.entry(rule.code).or_insert(breadth);
            *slot = breadth.max(*slot);
        }
    }
    Ok(found)
}

/// The rules that a word names: a code, a name, a group, the beginning of codes, or `all`.
fn rules_of(word: &str) -> Result<(Breadth, Vec<&'static Rule>), Unknown> {
    if let Some(rule) = find(word) {
        return Ok((Breadth::One, vec![rule]));
    }
    if word == "all" {
        return Ok((Breadth::All, all().collect()));
    }
    if let Some(category) = Category::all().find(|it| it.word() == word || it.as_str() == word) {
        return Ok((Breadth::Category, all().filter(|rule| rule.category == category).collect()));
    }
    let upper = word.to_uppercase();
    let begun: Vec<&Rule> = all().filter(|rule| rule.code.starts_with(&upper)).collect();
    if word.len() >= 2 && word.chars().all(char::is_alphabetic) && !begun.is_empty() {
        return Ok((Breadth::Prefix, begun));
    }
    if super::doc::mistakes().any(|(code, name, _)| code.eq_ignore_ascii_case(word) || name == word) {
        let message = format!("`{word}` is a mistake in the source, which no level changes");
        return Err(Unknown { message, help: None });
    }
    let words = Category::all().map(Category::word).chain(["all"]);
    let help = match super::nearest(word).or_else(|| nearest(word, words)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "`archc rules` lists them; groups such as `availability` and prefixes such as `AV` name several"
                .to_owned()
        }
    };
    Err(Unknown { message: format!("there is no rule or group `{word}`"), help: Some(help) })
}

#[cfg(test)]
mod tests;
