//! `archc mdbook`: the preprocessor of mdBook. The book comes as JSON on standard input and goes back with a picture behind
//! each fenced design; see <https://rust-lang.github.io/mdBook/for_developers/preprocessors.html>.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::Exit;
use super::arguments::{Mdbook, MdbookCommand};
use super::loader::{FileLoader, read_limited, reason};
use super::output::Output;
use super::settings::Settings;
use crate::compilation::check;
use crate::config::Config;
use crate::diagram::palette::Theme;
use crate::diagram::{self, RenderOptions, svg, view};
use crate::emit::{self, Findings};
use crate::markdown::{Fenced, fenced_blocks};
use crate::source::Document;

pub(super) fn run(options: &Mdbook, settings: &Settings, output: &Output) -> Exit {
    if let Some(MdbookCommand::Supports { renderer }) = &options.command {
        // a picture is HTML, which other renderers would show as text
        return Exit::found_if(renderer != "html");
    }
    let text = match read_limited(std::io::stdin().lock()) {
        Ok(text) => text,
        Err(error) => return output.fail(&format!("cannot read the book: {}", reason(&error))),
    };
    let (context, mut book) = match serde_json::from_str::<(Value, Value)>(&text) {
        Ok(both) => both,
        Err(error) => {
            return output.fail(&format!(
                "standard input is no book of mdBook ({error}); name the command in book.toml: [preprocessor.archc] command = \"archc mdbook\""
            ));
        }
    };
    let mut work = Work {
        settings,
        output,
        folder: source_folder(&context),
        asked: Asked::of(&context),
        count: 0,
        exit: Exit::Done,
    };
    work.walk(&mut book);
    if work.exit != Exit::Done {
        return work.exit;
    }
    let mut text = serde_json::to_string(&book).unwrap_or_default();
    text.push('\n');
    output.print_raw(text.as_bytes())
}

/// What `[preprocessor.archc]` of book.toml says.
struct Asked {
    theme: Theme,
    /// Whether the block stays above its picture.
    keeps_source: bool,
}

impl Asked {
    fn of(context: &Value) -> Self {
        let own = context.pointer("/config/preprocessor/archc");
        let theme = own.and_then(|own| own.get("theme")).and_then(Value::as_str);
        let theme = match theme {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            Some("print") => Theme::Print,
            _ => Theme::Auto,
        };
        let hidden = own.and_then(|own| own.get("source")).and_then(Value::as_bool) == Some(false);
        Self { theme, keeps_source: !hidden }
    }
}

/// The folder of the chapters: below the book's, which is the working folder when mdBook calls.
fn source_folder(context: &Value) -> PathBuf {
    let root = context.get("root").and_then(Value::as_str).unwrap_or(".");
    let source = context.pointer("/config/book/src").and_then(Value::as_str).unwrap_or("src");
    let here = std::path::absolute(".").unwrap_or_default();
    match Path::new(root).strip_prefix(&here) {
        Ok(below) => below.join(source),
        Err(_) => Path::new(root).join(source),
    }
}

struct Work<'a> {
    settings: &'a Settings,
    output: &'a Output,
    folder: PathBuf,
    asked: Asked,
    /// Pictures so far: the ids of all must differ, for one page may show the whole book.
    count: usize,
    exit: Exit,
}

impl Work<'_> {
    /// Every chapter below a value, in whatever list it stands: `sections` up to mdBook 0.4, `items` since.
    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::Object(fields) => {
                if let Some(Value::Object(chapter)) = fields.get_mut("Chapter") {
                    let path = ["source_path", "path"].iter().find_map(|key| chapter.get(*key)?.as_str());
                    let path = path.map(ToOwned::to_owned);
                    if let Some(Value::String(content)) = chapter.get_mut("content") {
                        self.chapter(path.as_deref(), content);
                    }
                    if let Some(inner) = chapter.get_mut("sub_items") {
                        self.walk(inner);
                    }
                    return;
                }
                for key in ["sections", "items"] {
                    if let Some(items) = fields.get_mut(key) {
                        self.walk(items);
                    }
                }
            }
            _ => {}
        }
    }

    fn chapter(&mut self, path: Option<&str>, content: &mut String) {
        let path = self.folder.join(path.unwrap_or("chapter.md")).to_string_lossy().replace('\\', "/");
        let text: Arc<str> = Arc::from(content.as_str());
        let blocks = fenced_blocks(&path, &text);
        if blocks.is_empty() {
            return;
        }
        let config = match self.settings.of(&path, None, self.output) {
            Ok(config) => config,
            Err(exit) => {
                self.exit = exit;
                return;
            }
        };
        let mut out = String::new();
        let mut copied = 0;
        for block in blocks {
            let (lines, prefix) = (block.lines.clone(), block.prefix.clone());
            if !block.is_closed {
                continue;
            }
            let picture = self.picture(block, &path, &config);
            let until = if self.asked.keeps_source { lines.end } else { lines.start };
            out.push_str(text.get(copied..until).unwrap_or_default());
            let blank = prefix.trim_end();
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            // a blank line would end the HTML, and a line without its prefix the quote or list
            out.push_str(&format!("{blank}\n"));
            for line in picture.lines().filter(|line| !line.trim().is_empty()) {
                out.push_str(&format!("{prefix}{line}\n"));
            }
            out.push_str(&format!("{blank}\n"));
            copied = lines.end;
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        *content = out;
    }

    fn picture(&mut self, block: Fenced, path: &str, config: &Config) -> String {
        self.count += 1;
        let document: Arc<Document> = Arc::new(block.document);
        let compilation = check(document, &FileLoader::for_design(Path::new(path)), config);
        // the book is made all the same; `archc check` is what fails
        let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.is_mistake()).cloned().collect();
        self.output.say(&emit::concise(Findings { sources: &compilation.sources, diagnostics: &mistakes }));
        let options = RenderOptions { theme: self.asked.theme, ..RenderOptions::default() };
        let drawing = view::drawing(&compilation.model, &view::Options::default());
        let scene = diagram::picture(&drawing, &options);
        let salt = format!("b{}", self.count);
        let svg = svg::svg(&scene, &svg::Options { salt, plain: false });
        format!("<div class=\"archc-picture\" style=\"overflow-x:auto\">\n{}\n</div>", svg.trim_end())
    }
}
