//! Files that get another name: the imports that would lead nowhere afterwards. Knows no protocol and moves nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::edits::place;
use super::pieces::{self, Piece};
use super::{FileEdit, Snapshot};
use crate::source::{Span, join_path};

/// *fresh*: the edits, in the files as they are called now, that keep every import leading where it leads. `moves` are files
/// and folders, each with its old and its new path.
pub fn mended_imports(snapshot: &Snapshot, moves: &[(String, String)]) -> Vec<FileEdit> {
    let open = snapshot.open().map(|file| Arc::from(file.path()));
    let paths: BTreeSet<Arc<str>> = snapshot.analysis().paths().cloned().chain(open).collect();
    let mut edits = Vec::new();
    for path in &paths {
        let Some(file) = snapshot.file(path) else { continue };
        let here = moved(path, moves);
        for part in file.parts() {
            pieces::of_tree(part.tree(), &mut |_, piece| {
                if let Piece::Import(text) = piece
                    && let Some(new_text) = import(path, &here, &text.value, moves)
                {
                    // what stands between the quotes
                    let end = text.span.end.saturating_sub(1).max(text.span.start + 1);
                    let inside = Span { start: text.span.start + 1, end, ..text.span };
                    edits.push(FileEdit { place: place(part.document(), inside), new_text });
                }
                true
            });
        }
    }
    edits
}

/// What an import of a file must say once the files have moved; `None` where it may stay.
fn import(from: &str, from_now: &str, written: &str, moves: &[(String, String)]) -> Option<String> {
    let to = join_path(from, written)?;
    let to_now = moved(&to, moves);
    if join_path(from_now, written).is_some_and(|leads| leads == to_now) {
        return None;
    }
    let new = relative(from_now, &to_now);
    // as the author writes it
    let new = if written.starts_with("./") && !new.starts_with("../") { format!("./{new}") } else { new };
    Some(new.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The path that a file has once everything has moved; the longest move that holds it counts.
fn moved(path: &str, moves: &[(String, String)]) -> String {
    let rest = |old: &str| match path.strip_prefix(old.trim_end_matches('/')) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(rest),
        _ => None,
    };
    let holding = moves.iter().filter_map(|(old, new)| Some((old, new, rest(old)?)));
    let nearest = holding.max_by_key(|(old, ..)| old.len());
    nearest.map_or_else(|| path.to_owned(), |(_, new, rest)| format!("{}{rest}", new.trim_end_matches('/')))
}

/// The way from the folder of a file to another file.
fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let folders = |parts: &[&str]| parts.len().saturating_sub(1);
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let same = same.min(folders(&from)).min(folders(&to));
    let up = std::iter::repeat_n("..", folders(&from) - same);
    up.chain(to.into_iter().skip(same)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::super::{edits, testing};
    use super::*;

    #[track_caller]
    fn check(moves: &[(&str, &str)], expected: &[(&str, &str)]) {
        let files = [
            ("w/a.arch", "import \"lib/b.arch\"\nimport \"./c.arch\"\n"),
            ("w/c.arch", "import \"gone.arch\"\n"),
            ("w/lib/b.arch", "import \"deep/d.arch\"\nservice b\n"),
            ("w/lib/deep/d.arch", "service d\n"),
            ("w/notes.md", "# 😀\n\n> ```arch\n> import \"lib/b.arch\"\n> ```\n"),
        ];
        let snapshot = testing::snapshot(&files);
        let moves: Vec<(String, String)> =
            moves.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
        let found = mended_imports(&snapshot, &moves);
        let told: Vec<(&str, &str)> =
            found.iter().map(|it| (&*it.place.path, it.new_text.as_str())).collect();
        assert_eq!(told, expected);
        // the edited text says it, and nothing else has changed
        for edit in &found {
            let before = snapshot.file(&edit.place.path).unwrap().text();
            let after = edits::apply(before, std::slice::from_ref(edit));
            assert!(after.contains(&format!("import \"{}\"", edit.new_text)), "{after}");
            assert_eq!(after.len() - edit.new_text.len(), before.len() - edit.place.range.len());
        }
    }

    #[test]
    fn an_import_follows_its_file() {
        check(&[("w/c.arch", "w/d.arch")], &[("w/a.arch", "./d.arch")]);
        check(
            &[("w/lib/b.arch", "w/b.arch")],
            &[("w/a.arch", "b.arch"), ("w/lib/b.arch", "lib/deep/d.arch"), ("w/notes.md", "b.arch")],
        );
        check(&[("w/c.arch", "w/lib/c.arch")], &[("w/a.arch", "./lib/c.arch"), ("w/c.arch", "../gone.arch")]);
    }

    #[test]
    fn a_folder_takes_its_files_with_it() {
        check(&[("w/lib", "w/parts/")], &[("w/a.arch", "parts/b.arch"), ("w/notes.md", "parts/b.arch")]);
        check(&[("w", "other")], &[]);
        check(&[("w/a.arch", "w/x/a.arch")], &[("w/a.arch", "../lib/b.arch"), ("w/a.arch", "../c.arch")]);
        // two at once, one in the folder of the other
        check(
            &[("w/lib", "w/l"), ("w/lib/deep/d.arch", "w/d.arch")],
            &[("w/a.arch", "l/b.arch"), ("w/lib/b.arch", "../d.arch"), ("w/notes.md", "l/b.arch")],
        );
    }

    #[test]
    fn what_only_begins_alike_stays() {
        check(&[("w/li", "w/x"), ("w/lib/b", "w/y")], &[]);
    }
}
