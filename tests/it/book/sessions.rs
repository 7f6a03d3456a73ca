//! What the pages show of a terminal: blocks marked `console` are run, in a folder for each page, and must print what stands there.
//! An HTML comment `<!-- file: NAME -->` before an `arch` or `toml` block writes it to a file first. A line `…` stands for lines
//! that are left out. `ARCHC_BLESS=1` writes what is printed today.

use super::*;

/// A block of a page.
struct Block<'t> {
    language: &'t str,
    /// The name that a comment before it gives.
    file: Option<&'t str>,
    body: Vec<&'t str>,
    /// Its first line, counted from 0, behind the fence.
    start: usize,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut file = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if let Some(name) = line.strip_prefix("<!-- file: ").and_then(|it| it.strip_suffix(" -->")) {
            file = Some(name);
        } else if line.starts_with("```") {
            let language = line.trim_start_matches('`');
            let fence = &line[..line.len() - language.len()];
            let start = at;
            while at < lines.len() && lines[at] != fence {
                at += 1;
            }
            found.push(Block { language, file: file.take(), body: lines[start..at].to_vec(), start });
            at += 1;
        } else if !line.trim().is_empty() {
            assert!(file.is_none(), "nothing is written to {file:?}");
        }
    }
    found
}

/// What a line of a session prints, and the status that it ends with.
fn run(folder: &Path, line: &str, status: &mut i32) -> String {
    let words = split(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["archc", arguments @ ..] => {
            let output = archc(folder, arguments, "");
            *status = output.status.code().unwrap();
            stdout(&output) + &stderr(&output)
        }
        ["echo", "$?"] => format!("{status}\n"),
        _ => panic!("a page runs `{line}`, which is no command of archc"),
    }
}

/// The words of a line; `"…"` and `'…'` hold blanks.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(mark) if c == mark => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c == ' ' => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What a session shows, with what its commands print now; `…` stays where it was.
fn played(folder: &Path, body: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    let mut status = 0;
    let mut at = 0;
    while at < body.len() {
        let Some(command) = body[at].strip_prefix("$ ") else {
            panic!("a session begins with `$ `: {}", body[at])
        };
        out.push(body[at].to_owned());
        at += 1;
        let shown: Vec<&str> =
            body[at..].iter().copied().take_while(|line| !line.starts_with("$ ")).collect();
        at += shown.len();
        let printed = run(folder, command.split(" #").next().unwrap().trim_end(), &mut status);
        let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
        out.extend(as_shown(&printed, &shown));
    }
    out
}

/// What is printed, with the middle left out where the page leaves it out.
fn as_shown(printed: &[&str], shown: &[&str]) -> Vec<String> {
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let Some(gap) = shown.iter().position(|line| *line == "…") else { return own(printed) };
    let behind = shown.len() - gap - 1;
    if gap + behind >= printed.len() {
        return own(printed);
    }
    [own(&printed[..gap]), vec!["…".to_owned()], own(&printed[printed.len() - behind..])].concat()
}

/// The page with what its sessions print now.
fn replayed(text: &str) -> String {
    let folder = crate::program::folder(&[]);
    let mut lines: Vec<Vec<String>> = text.lines().map(|line| vec![line.to_owned()]).collect();
    for block in blocks(text) {
        if let Some(name) = block.file {
            std::fs::write(folder.path().join(name), block.body.join("\n") + "\n").unwrap();
        }
        if block.language == "console" {
            let now = played(folder.path(), &block.body);
            for old in &mut lines[block.start..block.start + block.body.len()] {
                old.clear();
            }
            lines[block.start] = now;
        }
    }
    lines.concat().join("\n") + "\n"
}

#[test]
fn what_the_book_shows_of_a_terminal_is_what_the_program_prints() {
    let mut count = 0;
    for path in chapters() {
        let text = read(&path);
        let sessions = blocks(&text).iter().filter(|it| it.language == "console").count();
        if sessions == 0 {
            continue;
        }
        count += sessions;
        let now = replayed(&text);
        if blesses() {
            std::fs::write(&path, now).unwrap();
            continue;
        }
        let differs = text.lines().zip(now.lines()).enumerate().find(|(_, (old, new))| old != new);
        let differs = differs
            .map_or_else(String::new, |(i, (old, new))| format!(", line {}: {old}\nis now: {new}", i + 1));
        assert!(
            text == now,
            "{} is stale: run `ARCHC_BLESS=1 cargo test --test it book`{differs}",
            path.display()
        );
    }
    assert!(count > 5, "only {count} sessions were found");
}
