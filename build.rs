//! Before the crate is built: writes the table of the systems in `examples/` that `src/canon.rs` holds, and the heads of the rules'
//! files for `src/rules/doc.rs`. It knows folders and Markdown, and nothing of designs: a folder that is added there is a template
//! and a problem here.
#![expect(clippy::disallowed_methods, reason = "a build script reads the files of its own package")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=examples");
    println!("cargo::rerun-if-changed=src/rules");
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let (table, texts) = table(&root.join("examples"))?;
    fs::write(out.join("canon.rs"), table)?;
    fs::write(out.join("canon.zlib"), packed(&texts)?)?;
    heads(&root.join("src/rules"), &out.join("rules"))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

fn packed(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// A list of systems in the order of the index, those that it lacks after them by name; and the texts of their files, one behind the other.
fn table(examples: &Path) -> io::Result<(String, String)> {
    let index = index(&read(&examples.join("README.md"))?);
    let mut systems = Vec::new();
    for folder in sorted(examples)? {
        if folder.join("design.arch").is_file() {
            let name = name(&folder);
            let place = index.iter().position(|(_, listed)| *listed == name).unwrap_or(usize::MAX);
            systems.push((place, name, folder));
        }
    }
    systems.sort();
    let (mut out, mut texts) = (String::from("&[\n"), String::new());
    for (place, name, folder) in systems {
        // a folder on its way may lack its page; a test tells
        let (title, summary) = opening(&read(&folder.join("README.md")).unwrap_or_default());
        let group = index.get(place).map_or("Others", |(group, _)| group);
        let _ = writeln!(
            out,
            "Packed {{ name: {name:?}, group: {group:?}, title: {title:?}, summary: {summary:?}, files: &["
        );
        for file in sorted(&folder)?.iter().filter(|file| file.extension().is_some_and(|it| it == "arch")) {
            let start = texts.len();
            texts.push_str(&read(file)?);
            let _ = writeln!(out, "({:?}, {start}..{}),", self::name(file), texts.len());
        }
        out.push_str("] },\n");
    }
    out.push(']');
    Ok((out, texts))
}

/// For each file, `NAME.md` with the text of its `//!` lines and `NAME.fix` with how its rule mends: the program holds no code of its own.
fn heads(rules: &Path, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    for path in sorted(rules)?.iter().filter(|path| path.extension().is_some_and(|it| it == "rs")) {
        let source = read(path)?;
        let mut head = String::new();
        for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
            head.push_str(line.strip_prefix(' ').unwrap_or(line));
            head.push('\n');
        }
        let makes = |word: &str| source.lines().any(|line| !line.starts_with("//!") && line.contains(word));
        let fix = match () {
            () if makes("Applicability::Safe") => "safe",
            () if makes("Applicability::Unsafe") || makes("edits::") => "unsafe",
            () => "none",
        };
        let name = name(path);
        fs::write(out.join(&name).with_extension("md"), head)?;
        fs::write(out.join(&name).with_extension("fix"), fix)?;
    }
    Ok(())
}

fn read(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path);
    text.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The folders that the index links to, each with the heading that it stands under.
fn index(text: &str) -> Vec<(String, String)> {
    let mut group = String::new();
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.trim().clone_into(&mut group);
        }
        let link = line.strip_prefix("| [").and_then(|rest| rest.split_once("](")).map(|(_, rest)| rest);
        if let Some((folder, _)) = link.and_then(|rest| rest.split_once("/README.md)")) {
            found.push((group.clone(), folder.to_owned()));
        }
    }
    found
}

/// The title of a page and its first paragraph on one line, links as their words.
fn opening(text: &str) -> (String, String) {
    let mut lines = text.lines().map(str::trim);
    let title = lines.find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
    let paragraph = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    (unlinked(title), unlinked(&paragraph.collect::<Vec<_>>().join(" ")))
}

/// `[words](address)` as words alone.
fn unlinked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, tail)| Some((words, tail.split_once(')')?.1)));
        out.push_str(before);
        match link {
            Some((words, tail)) => {
                out.push_str(words);
                rest = tail;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}
