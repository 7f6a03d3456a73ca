//! `archc new [TEMPLATE]`

use std::path::Path;

use super::Exit;
use super::arguments::New;
use super::output::Output;

/// Templates by name.
const TEMPLATES: &[(&str, &str)] = &[("starter", include_str!("new/starter.arch"))];

pub(super) fn run(options: &New, output: &Output) -> Exit {
    let Some((_, text)) = TEMPLATES.iter().find(|(name, _)| *name == options.template) else {
        let names: Vec<String> = TEMPLATES.iter().map(|(name, _)| format!("`{name}`")).collect();
        return output.fail(&format!(
            "there is no template `{}`; there is {}",
            options.template,
            names.join(", ")
        ));
    };
    if options.output == Path::new("-") {
        return output.print(text);
    }
    if options.output.exists() {
        let path = options.output.display();
        return output.fail(&format!("`{path}` exists; name another file with -o, archc overwrites none"));
    }
    let written = output.write_file(&options.output, text.as_bytes());
    if written == Exit::Done {
        let path = options.output.display();
        output.remark(&format!(
            "wrote {path}; next:\n  archc check {path}\n  archc render {path} -o design.svg\n"
        ));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_sound_design() {
        for (name, text) in TEMPLATES {
            let document = crate::source::Document::new("design.arch", *text);
            let loader = crate::source::MemoryLoader::default();
            let compilation = crate::compilation::check(document, &loader, &crate::config::Config::default());
            let errors =
                compilation.diagnostics.iter().filter(|d| d.severity == crate::diagnostic::Severity::Error);
            let errors: Vec<&str> = errors.map(|d| d.message.as_str()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
}
