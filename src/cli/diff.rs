//! `archc diff OLD NEW`

mod side;

use serde::Serialize;

use super::Exit;
use super::arguments::{Diff, DiffFormat};
use super::output::Output;
use super::settings::Settings;
use crate::compilation::{Compilation, check};
use crate::config::Config;
use crate::diagram::overlay::diff::{Known, both};
use crate::diagram::{self, RenderOptions, view};
use crate::diff::designs::{Change, Difference, difference, human, markdown};
use crate::emit::{self, Findings};
use crate::source::{Document, MemoryLoader};
use side::{Design, Side};

/// A design that differs.
#[derive(Serialize)]
struct Row<'a> {
    /// Its path, below the folders where these are compared.
    design: &'a str,
    /// Its old path, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'a str>,
    #[serde(flatten)]
    difference: &'a Difference,
}

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    old: &'a str,
    new: &'a str,
    designs: Vec<Row<'a>>,
}

/// A design of one side or both.
struct Pair {
    name: String,
    was: Option<String>,
    old: Compilation,
    new: Compilation,
    difference: Difference,
}

pub(super) fn run(options: &Diff, settings: &Settings, output: &Output) -> Exit {
    let format = match format(options, output) {
        Ok(format) => format,
        Err(exit) => return exit,
    };
    let today = options.today.as_deref();
    let sides = (
        side::read(&options.old, today, settings, output),
        side::read(&options.new, today, settings, output),
    );
    let (old, new) = match sides {
        (Ok(old), Ok(new)) => (old, new),
        (Err(exit), _) | (_, Err(exit)) => return exit,
    };
    tell_mistakes(&old, output);
    let mistaken = tell_mistakes(&new, output);
    let unread = old.exit.max(new.exit);
    let pairs = pair(old, new);
    if pairs.is_empty() {
        output.remark("archc: no difference\n");
    }
    let text = match format {
        DiffFormat::Human => in_words(&pairs),
        DiffFormat::Markdown => in_markdown(&pairs),
        DiffFormat::Json => in_json(options, &pairs),
        DiffFormat::Svg => match svg(&pairs, output) {
            Ok(text) => text,
            Err(exit) => return exit,
        },
    };
    let written = match &options.output {
        Some(path) if path.as_os_str() != "-" => output.write_file(path, text.as_bytes()),
        _ if format == DiffFormat::Human => output.print(&coloured(&text)),
        _ => output.print_raw(text.as_bytes()),
    };
    let differs = Exit::found_if(options.exit_code && !pairs.is_empty());
    written.max(mistaken).max(differs).max(unread)
}

fn format(options: &Diff, output: &Output) -> Result<DiffFormat, Exit> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    let Some(path) = &options.output else { return Ok(DiffFormat::Human) };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("md" | "markdown") => Ok(DiffFormat::Markdown),
        Some("json") => Ok(DiffFormat::Json),
        Some("svg") => Ok(DiffFormat::Svg),
        Some("txt") | None => Ok(DiffFormat::Human),
        Some(other) => Err(output.fail(&format!(
            "archc writes no `.{other}` of a difference; name markdown, json, svg or human by --format"
        ))),
    }
}

/// Says the mistakes of a side; what could be understood of it is compared.
fn tell_mistakes(side: &Side, output: &Output) -> Exit {
    let mut found = false;
    for design in &side.designs {
        let it = &design.compilation;
        let mistakes: Vec<_> = it.diagnostics.iter().filter(|it| it.is_mistake()).cloned().collect();
        found |= !mistakes.is_empty();
        for line in emit::concise(Findings { sources: &it.sources, diagnostics: &mistakes }).lines() {
            output.say(&format!("{}{line}\n", side.prefix));
        }
    }
    Exit::found_if(found)
}

/// The designs that differ, by path; one that only one side has is compared with nothing.
fn pair(old: Side, new: Side) -> Vec<Pair> {
    let mut olds: Vec<Option<Design>> = old.designs.into_iter().map(Some).collect();
    let alone = |designs: usize| designs == 1;
    let single = alone(olds.len()) && alone(new.designs.len()) && !(old.is_folder && new.is_folder);
    let mut partners: Vec<(Design, Option<Design>)> = Vec::new();
    for design in new.designs {
        let same = |it: &&mut Option<Design>| it.as_ref().is_some_and(|it| single || it.key == design.key);
        let partner = olds.iter_mut().find(same).and_then(Option::take);
        partners.push((design, partner));
    }
    for (design, partner) in partners.iter_mut().filter(|(_, partner)| partner.is_none()) {
        *partner = side::likest(design, &mut olds);
    }
    let mut pairs = Vec::new();
    for (design, partner) in partners {
        let was = partner.as_ref().filter(|it| !single && it.key != design.key).map(|it| it.key.clone());
        let old = partner.map_or_else(nothing, |it| it.compilation);
        pairs.push(compare(design.key, was, old, design.compilation));
    }
    for gone in olds.into_iter().flatten() {
        pairs.push(compare(gone.key, None, gone.compilation, nothing()));
    }
    pairs.retain(|it| !it.difference.is_empty() || it.was.is_some());
    pairs.sort_by(|one, other| one.name.cmp(&other.name));
    pairs
}

fn compare(name: String, was: Option<String>, old: Compilation, new: Compilation) -> Pair {
    let difference = difference(&old, &new);
    Pair { name, was, old, new, difference }
}

fn nothing() -> Compilation {
    check(Document::new("", ""), &MemoryLoader::default(), &Config::default())
}

impl Pair {
    fn title(&self) -> String {
        match &self.was {
            Some(was) => format!("{} (was {was})", self.name),
            None => self.name.clone(),
        }
    }
}

fn in_words(pairs: &[Pair]) -> String {
    if let [only] = pairs
        && only.was.is_none()
    {
        return human(&only.difference);
    }
    pairs.iter().map(|it| format!("== {}\n{}\n", it.title(), human(&it.difference))).collect()
}

fn in_markdown(pairs: &[Pair]) -> String {
    if pairs.is_empty() {
        return "No difference.\n".to_owned();
    }
    pairs.iter().map(|it| markdown(&it.title(), &it.difference)).collect::<Vec<_>>().join("\n")
}

fn in_json(options: &Diff, pairs: &[Pair]) -> String {
    let designs = pairs
        .iter()
        .map(|it| Row { design: &it.name, was: it.was.as_deref(), difference: &it.difference })
        .collect();
    let answer = Answer { version: 1, old: &options.old, new: &options.new, designs };
    let mut text = serde_json::to_string_pretty(&answer).unwrap_or_default();
    text.push('\n');
    text
}

fn svg(pairs: &[Pair], output: &Output) -> Result<String, Exit> {
    let pair = match pairs {
        [only] => only,
        [] => return Err(output.fail("the designs do not differ, so there is nothing to draw")),
        several => {
            let names: Vec<String> = several.iter().take(5).map(|it| format!("`{}`", it.name)).collect();
            let names = names.join(", ");
            return Err(output.fail(&format!(
                "a picture shows one design, and {} differ ({names}); name one on each side",
                several.len()
            )));
        }
    };
    let draw = |it: &Compilation| view::drawing(&it.model, &view::Options::default());
    let drawing = both(&draw(&pair.old), &draw(&pair.new), &known(&pair.difference));
    let scene = diagram::picture(&drawing, &RenderOptions::default());
    Ok(diagram::svg::svg(&scene, &diagram::svg::Options { salt: String::new(), plain: false }))
}

/// What the picture needs to know, in words.
fn known(difference: &Difference) -> Known {
    let mut known = Known::default();
    for it in &difference.elements {
        let is_box = matches!(it.element, "component" | "group");
        if let (true, Some(was)) = (is_box, &it.was) {
            known.renamed.insert(was.clone(), it.path.clone());
        }
        let change = |it: &crate::diff::designs::AttributeChange| match (&it.old, &it.new) {
            (Some(old), Some(new)) => format!("{} {old} → {new}", it.name),
            (None, Some(new)) => format!("{} {new} is new", it.name),
            (old, None) => format!("{} {} is gone", it.name, old.as_deref().unwrap_or_default()),
        };
        let words = it.attributes.iter().map(change).collect::<Vec<_>>().join(", ");
        if words.is_empty() || matches!(it.change, Change::Added | Change::Removed) {
            continue;
        }
        let mut ends = it.path.split(' ');
        if is_box {
            known.changed.insert(it.path.clone(), words);
        } else if it.element == "connection"
            && let (Some(from), Some(_), Some(to)) = (ends.next(), ends.next(), ends.next())
        {
            let at = known.changed_edges.entry((from.to_owned(), to.to_owned())).or_default();
            if !at.is_empty() {
                at.push_str("; ");
            }
            at.push_str(&words);
        }
    }
    known
}

/// The lines in the colour of what they tell.
fn coloured(text: &str) -> String {
    use anstyle::{AnsiColor, Style};
    let style = |line: &str| match line.get(..2) {
        Some("+ ") => AnsiColor::Green.on_default(),
        Some("- ") => AnsiColor::Red.on_default(),
        Some("> ") => AnsiColor::Cyan.on_default(),
        Some("~ ") => AnsiColor::Yellow.on_default(),
        Some("  ") | None => Style::new(),
        Some(_) => Style::new().bold(),
    };
    let line = |line: &str| {
        let style = style(line);
        format!("{style}{line}{style:#}\n")
    };
    text.lines().map(line).collect()
}
