//! `archc render --embed PAGE.md`: the picture of each fenced design beside its page, and a link to it behind the block.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Exit;
use super::arguments::Render;
use super::documents::{File, collect};
use super::loader::FileLoader;
use super::output::Output;
use super::render::wanted;
use super::settings::{Configs, Settings};
use crate::compilation::{Compilation, check};
use crate::diagram::overlay::Evidence;
use crate::diagram::{self, svg, view};
use crate::emit::{self, Findings};
use crate::markdown::{Fenced, fenced_blocks};

/// What a page becomes: its text and the pictures beside it.
struct Made {
    text: String,
    pictures: Vec<(PathBuf, String)>,
    exit: Exit,
}

pub(super) fn run(options: &Render, settings: &Settings, output: &Output) -> Exit {
    let found = collect(std::slice::from_ref(&options.file), None, &["md", "markdown"], output);
    let paths = found.files.iter().map(|file| file.path.as_str());
    let configs = match settings.of_all(paths, None, None, output) {
        Ok(configs) => configs,
        Err(exit) => return exit,
    };
    let mut exit = found.exit;
    let mut stale = 0;
    for file in &found.files {
        let ending = Path::new(&file.path).extension().and_then(|ending| ending.to_str());
        if !matches!(ending, Some("md" | "markdown")) {
            return output
                .fail(&format!("`{}` is no Markdown file, so there is nothing to embed into", file.path));
        }
        let made = match make(file, options, &configs, output) {
            Ok(made) => made,
            Err(message) => return output.fail(&message),
        };
        exit = exit.max(made.exit);
        // pictures first, so that no link leads nowhere
        let page = (PathBuf::from(&file.path), made.text);
        for (path, text) in made.pictures.iter().chain([&page]) {
            if is_fresh(path, text) {
                continue;
            }
            let done = if options.check {
                output.print(&format!("{}\n", path.display())).max(Exit::Found)
            } else {
                output.write_file(path, text.as_bytes())
            };
            exit = exit.max(done);
            if done == Exit::CouldNot {
                break;
            }
            stale += 1;
        }
    }
    if stale > 0 {
        let plural = if stale == 1 { "" } else { "s" };
        let verb =
            if options.check { "would be written; `archc render --embed` writes them" } else { "written" };
        output.remark(&format!("{stale} file{plural} {verb}\n"));
    }
    exit
}

#[expect(clippy::disallowed_methods, reason = "the command line is where files are read")]
fn is_fresh(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|there| there == text.as_bytes())
}

fn make(file: &File, options: &Render, configs: &Configs, output: &Output) -> Result<Made, String> {
    let page = Path::new(&file.path);
    let stem = page.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let config = configs.of(&file.path);
    let loader = FileLoader::for_design(page);
    let mut made = Made { text: String::new(), pictures: Vec::new(), exit: Exit::Done };
    let mut names: Vec<String> = Vec::new();
    let mut copied = 0;
    for (number, block) in (1_usize..).zip(fenced_blocks(&file.path, &file.text)) {
        let Fenced { document, lines, prefix, is_closed } = block;
        if !is_closed {
            let place = document.position(0);
            output.say(&format!(
                "archc: `{}:{}`: no fence closes this block, so no link can stand behind it\n",
                file.path, place.line
            ));
            made.exit = Exit::Found;
            continue;
        }
        let compilation = check(Arc::new(document), &loader, config);
        made.exit = made.exit.max(tell_mistakes(&compilation, output));
        let name = name_of(&compilation, &stem, number, &mut names);
        let svg = picture(&compilation, options, config)?;
        let link = Link { alt: alt_of(&compilation, &stem, number), file: format!("{name}.svg") };
        made.pictures.push((page.with_file_name(&link.file), svg));
        let text = &file.text;
        made.text.push_str(text.get(copied..lines.end).unwrap_or_default());
        copied = lines.end
            + link.put(&mut made.text, text.get(lines.end..).unwrap_or_default(), &prefix, &stem, ends(text));
    }
    made.text.push_str(file.text.get(copied..).unwrap_or_default());
    Ok(made)
}

/// How lines of a text end.
fn ends(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn tell_mistakes(compilation: &Compilation, output: &Output) -> Exit {
    let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.is_mistake()).cloned().collect();
    output.say(&emit::concise(Findings { sources: &compilation.sources, diagnostics: &mistakes }));
    Exit::found_if(!mistakes.is_empty())
}

fn picture(
    compilation: &Compilation,
    options: &Render,
    config: &crate::config::Config,
) -> Result<String, String> {
    let wanted = wanted(&compilation.model, config, options, view::Options::default())?;
    let evidence =
        Evidence { model: &compilation.model, facts: &compilation.facts, findings: &compilation.diagnostics };
    let scene = diagram::picture(&diagram::draw(&evidence, &wanted), &wanted);
    Ok(svg::svg(&scene, &svg::Options { salt: options.salt.clone(), plain: false }))
}

/// The name of a picture: of the page and of the system, where no other block has that one, else of the block's number.
fn name_of(compilation: &Compilation, stem: &str, number: usize, names: &mut Vec<String>) -> String {
    let system = compilation.model.system.as_ref().map(|it| it.name.to_string());
    let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let own = system.filter(plain).map(|name| format!("{stem}-{name}"));
    let name = own.filter(|name| !names.contains(name)).unwrap_or_else(|| format!("{stem}-{number}"));
    names.push(name.clone());
    name
}

fn alt_of(compilation: &Compilation, stem: &str, number: usize) -> String {
    let system = compilation.model.system.as_ref().map(|it| it.title().to_owned());
    system.unwrap_or_else(|| format!("{stem}, design {number}"))
}

/// The link behind a block.
struct Link {
    alt: String,
    file: String,
}

impl Link {
    /// Writes the link behind a block; gives how many bytes of the rest it stands for: those of an older link.
    fn put(&self, out: &mut String, rest: &str, prefix: &str, stem: &str, end: &str) -> usize {
        let blank = prefix.trim_end();
        if !out.ends_with('\n') {
            out.push_str(end);
        }
        let (length, replaced) = match old_link(rest, prefix, stem) {
            Some(length) => (length, true),
            None => (0, false),
        };
        out.push_str(&format!("{blank}{end}{prefix}![{}]({}){end}", escaped(&self.alt), encoded(&self.file)));
        let behind = rest.get(length..).unwrap_or_default();
        let next = behind.lines().next().map(|line| line.trim_end());
        if !replaced && next.is_some_and(|line| line != blank && !line.is_empty()) {
            out.push_str(&format!("{blank}{end}"));
        }
        length
    }
}

/// The bytes of an older link of ours behind a block, with the blank lines before it.
fn old_link(rest: &str, prefix: &str, stem: &str) -> Option<usize> {
    let blank = prefix.trim_end();
    let mut length = 0;
    for line in rest.split_inclusive('\n') {
        length += line.len();
        let text = line.trim_end();
        if text.is_empty() || text == blank {
            continue;
        }
        let link = text.strip_prefix(prefix)?.trim();
        let (_, target) = link.strip_prefix("![")?.split_once("](")?;
        let target = target.strip_suffix(')')?;
        let is_ours = target.starts_with(&format!("{}-", encoded(stem))) && target.ends_with(".svg");
        return (is_ours && !target.contains('/')).then_some(length);
    }
    None
}

/// A text between the brackets of a link.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' | '`' | '*' | '_' | '<' => out.extend(['\\', c]),
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A file's name as the target of a link.
fn encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
