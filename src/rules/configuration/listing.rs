//! Every setting in force: as rows, and as the text of an `archc.toml` that asks for the same.

use std::fmt::Write as _;

use serde_json::Value;

use super::{InForce, Origin, Setting};
use crate::config::FIGURES;
use crate::rules::{Rule, all};

impl InForce {
    /// Every setting, by section.
    pub fn settings(&self) -> Vec<Setting<'_>> {
        let config = &self.config;
        let mut rows = vec![
            self.row("fail_on".to_owned(), config.fail_on.as_str(), None),
            self.row("theme".to_owned(), config.theme.as_deref().unwrap_or("auto"), None),
        ];
        for figure in FIGURES {
            let key = format!("{}.{}", figure.section, figure.key);
            rows.push(self.row(key, (figure.get)(&config.assumed), Some(figure.unit())));
        }
        for rule in all() {
            rows.push(self.level(rule));
            for threshold in rule.thresholds {
                let key = format!("rules.{}.{}", rule.code, threshold.key);
                rows.push(self.row(key, rule.threshold(config, threshold), Some(threshold.unit)));
            }
        }
        for (number, path) in config.paths.iter().enumerate() {
            let globs: Vec<&str> = path.globs.iter().map(|glob| glob.as_str()).collect();
            let first = path.levels.keys().next().map(|code| format!("paths.{number}.rules.{code}"));
            let origin = first.and_then(|key| self.origins.get(&key));
            rows.push(Setting { origin, ..self.row(format!("paths.{number}.files"), globs, None) });
            for (code, level) in &path.levels {
                rows.push(self.row(format!("paths.{number}.rules.{code}"), level.as_str(), None));
            }
        }
        for (name, colours) in &config.themes {
            let colours = serde_json::to_value(colours).unwrap_or_default();
            rows.push(self.row(format!("themes.{name}"), colours, None));
        }
        for (name, attributes) in &config.technologies {
            for (key, value) in attributes {
                rows.push(self.row(format!("tech.{name}.{key}"), value.as_str(), None));
            }
        }
        rows
    }

    fn row(&self, key: String, value: impl Into<Value>, unit: Option<&'static str>) -> Setting<'_> {
        let origin = self.origins.get(&key);
        Setting { key, value: value.into(), unit, origin }
    }

    fn level(&self, rule: &Rule) -> Setting<'_> {
        let level = self.config.level(rule.code);
        let words = level.map_or_else(|| rule.severity_words(), |level| level.as_str().to_owned());
        self.row(format!("rules.{}", rule.code), words, None)
    }
}

/// The text of an `archc.toml` that asks for what is in force, each line with where it comes from. What rules have by
/// themselves stands in remarks, as no level says "now an error, now a warning".
pub fn toml(in_force: &InForce, place: &dyn Fn(&Origin) -> String) -> String {
    let from = |origin: Option<&Origin>| origin.map_or_else(|| "default".to_owned(), place);
    let settings = in_force.settings();
    let find = |key: &str| settings.iter().find(|setting| setting.key == key);
    let line = |out: &mut String, key: &str, setting: &Setting<'_>, note: &str| {
        let unit = setting.unit.map(|unit| format!("{unit} · ")).unwrap_or_default();
        let note = if note.is_empty() { String::new() } else { format!(" · {note}") };
        // writing to a string cannot fail
        let _ = writeln!(out, "{key} = {}  # {unit}{}{note}", text(&setting.value), from(setting.origin));
    };
    let mut out = String::new();
    for key in ["fail_on", "theme"] {
        find(key).into_iter().for_each(|setting| line(&mut out, key, setting, ""));
    }
    for section in ["assumed", "prices"] {
        let _ = writeln!(out, "\n[{section}]");
        for figure in FIGURES.iter().filter(|figure| figure.section == section) {
            let setting = find(&format!("{section}.{}", figure.key));
            setting.into_iter().for_each(|setting| line(&mut out, figure.key, setting, figure.meaning));
        }
    }
    let level = |out: &mut String, key: &str, rule: &Rule| {
        let Some(setting) = find(&format!("rules.{}", rule.code)) else { return };
        if setting.origin.is_none() {
            out.push_str("# ");
        }
        line(out, key, setting, rule.name);
    };
    out.push_str("\n[rules]\n");
    for rule in all().filter(|rule| rule.thresholds.is_empty()) {
        level(&mut out, rule.code, rule);
    }
    for rule in all().filter(|rule| !rule.thresholds.is_empty()) {
        let _ = writeln!(out, "\n[rules.{}]", rule.code);
        level(&mut out, "level", rule);
        for threshold in rule.thresholds {
            let setting = find(&format!("rules.{}.{}", rule.code, threshold.key));
            setting.into_iter().for_each(|setting| line(&mut out, threshold.key, setting, threshold.meaning));
        }
    }
    for (number, path) in in_force.config.paths.iter().enumerate() {
        out.push_str("\n[[paths]]\n");
        let files = find(&format!("paths.{number}.files"));
        files.into_iter().for_each(|setting| line(&mut out, "files", setting, ""));
        for code in path.levels.keys() {
            let setting = find(&format!("paths.{number}.rules.{code}"));
            setting.into_iter().for_each(|setting| line(&mut out, &format!("rules.{code}"), setting, ""));
        }
    }
    for name in in_force.config.themes.keys() {
        find(&format!("themes.{name}")).into_iter().for_each(|setting| {
            let _ =
                writeln!(out, "\n[themes.{}]  # {}", text(&Value::from(name.as_str())), from(setting.origin));
            colours(&mut out, &setting.value);
        });
    }
    for (name, attributes) in &in_force.config.technologies {
        let _ = writeln!(out, "\n[tech.{}]", text(&Value::from(name.as_str())));
        for key in attributes.keys() {
            let setting = find(&format!("tech.{name}.{key}"));
            setting.into_iter().for_each(|setting| line(&mut out, key, setting, ""));
        }
    }
    out
}

/// The colours of a theme.
fn colours(out: &mut String, theme: &Value) {
    for (mode, shades) in theme.as_object().into_iter().flatten() {
        let shades = shades.as_object().into_iter().flatten();
        for (key, colour) in shades.filter(|(_, colour)| !colour.is_null()) {
            let _ = writeln!(out, "{mode}.{key} = {}", text(colour));
        }
    }
}

/// A value as TOML writes it: as JSON does, but for a letter that it does not take bare and for whole numbers beyond its own.
fn text(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Some(number) => format!("{number:?}"),
        None => value.to_string().replace('\u{7f}', "\\u007F"),
    }
}
