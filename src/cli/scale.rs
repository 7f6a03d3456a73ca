//! `archc scale FILE --users 1k,100k,1M,100M`

use super::Exit;
use super::arguments::{ListFormat, Scale};
use super::compile;
use super::documents::single;
use super::output::Output;
use super::settings::Settings;
use crate::study::scale::{human, json, scale};
use crate::units::read_quantity;

pub(super) fn run(options: &Scale, settings: &Settings, output: &Output) -> Exit {
    let mut sizes = Vec::new();
    for text in &options.users {
        match read_quantity(text.trim()).ok().and_then(|quantity| quantity.count()).filter(|users| *users > 0)
        {
            Some(users) => sizes.push(users),
            None => {
                return output
                    .fail(&format!("`{text}` is no number of users; write them as 1k,100k,1M,100M"));
            }
        }
    }
    let config = match settings.of(&options.file, None, output) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let file = match single(&options.file, output) {
        Ok(file) => file,
        Err(exit) => return exit,
    };
    let (compilation, exit) = compile::one(&file, &config, output);
    let found = match scale(&compilation, &config, &sizes) {
        Ok(found) => found,
        Err(reason) => return output.fail(&reason),
    };
    let text = match options.format {
        ListFormat::Json => json(&found),
        ListFormat::Human => human(&found, output.human_style().color),
    };
    exit.max(output.print(&text))
}
