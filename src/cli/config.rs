//! `archc config`

use super::Exit;
use super::arguments::{Config, ListFormat};
use super::output::Output;
use super::settings::Settings;
use crate::rules::configuration::{Origin, toml};
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    version: u32,
    /// The `archc.toml` in force.
    file: Option<String>,
    settings: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    key: String,
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

pub(super) fn run(options: &Config, settings: &Settings, output: &Output) -> Exit {
    let read = match settings.read(&options.path, Some(&options.levels), output) {
        Ok(read) => read,
        Err(exit) => return exit,
    };
    let line = |origin: &Origin| match (origin, &read.file) {
        (Origin::File(at), Some(file)) => Some(file.position(at.start).line),
        _ => None,
    };
    let file = read.file.as_ref().map(|file| file.path().to_owned());
    let text = match options.format {
        ListFormat::Human => {
            let place = |origin: &Origin| match (line(origin), &file) {
                (Some(line), Some(file)) => format!("{file}:{line}"),
                _ => "command line".to_owned(),
            };
            let head = match &file {
                Some(file) => format!("# {file}, and what it leaves to the defaults\n"),
                None => "# the defaults: there is no archc.toml here or above\n".to_owned(),
            };
            head + &toml(&read.in_force, &place)
        }
        ListFormat::Json => {
            let rows = read.in_force.settings().into_iter().map(|setting| Row {
                from: match setting.origin {
                    None => "default",
                    Some(Origin::File(_)) => "file",
                    Some(Origin::CommandLine) => "command line",
                },
                line: setting.origin.and_then(line),
                key: setting.key,
                value: setting.value,
                unit: setting.unit,
            });
            let answer = Answer { version: 1, settings: rows.collect(), file };
            let mut text = serde_json::to_string_pretty(&answer).unwrap_or_default();
            text.push('\n');
            text
        }
    };
    output.print(&text)
}
