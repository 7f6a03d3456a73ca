//! Imports, and that nothing depends on chance.

use std::sync::Arc;

use super::dump::dump;
use super::{files, told_of};
use crate::resolve::imports::{Files, load};
use crate::source::{Document, LoadError, Loader};
use crate::syntax;

#[test]
fn an_import_brings_its_statements_and_defaults() {
    let resolved = files(&[
        (
            "shop/main.arch",
            "import \"../team/base.arch\"\nservice api { latency = 1ms }\nshop_store s\napi -> db\n",
        ),
        (
            "team/base.arch",
            "import \"more.arch\"\ndefaults service { health_check = true; latency = 9ms }\nkind shop_store: database\n",
        ),
        ("team/more.arch", "region us { database db }\n"),
    ]);
    assert!(resolved.told.is_empty(), "{:?}", resolved.told);
    insta::assert_snapshot!(dump(&resolved.model));
}

#[test]
fn imports_form_circles_and_a_file_is_read_once() {
    let resolved = files(&[
        ("a.arch", "import \"b.arch\"\nimport \"./b.arch\"\nimport \"a.arch\"\nservice a\na -> b\n"),
        ("b.arch", "import \"a.arch\"\nservice b\nb -> a\n"),
    ]);
    assert!(resolved.told.is_empty(), "{:?}", resolved.told);
    assert_eq!((resolved.model.components.len(), resolved.model.connections.len()), (2, 2));
}

#[test]
fn names_are_seen_only_in_the_file_and_its_imports() {
    insta::assert_snapshot!(told_of(&[
        ("a.arch", "import \"b.arch\"\nservice a\nservice both\n"),
        ("b.arch", "service b\nservice both\nb -> a\n"),
    ]));
}

#[test]
fn imports_that_lead_nowhere() {
    insta::assert_snapshot!(told_of(&[(
        "a.arch",
        "import \"none.arch\"\nimport \"../out.arch\"\nimport \"/etc/passwd\"\nservice a\n"
    )]));
}

struct Broken;

impl Loader for Broken {
    fn resolve(&self, _: &str, import: &str) -> Result<String, LoadError> {
        Ok(import.to_owned())
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        match path {
            "latin" => Err(LoadError::NotUtf8),
            "large" => Err(LoadError::TooLarge),
            "huge" => Ok(" ".repeat(crate::source::MAX_BYTES + 1).into()),
            _ => Err(LoadError::Unreadable("permission denied".to_owned())),
        }
    }
}

#[test]
fn imports_that_cannot_be_read() {
    let text = "import \"latin\"\nimport \"large\"\nimport \"huge\"\nimport \"secret\"\nimport \"latin\"\n";
    let Files { mistakes, files, .. } =
        load(Arc::new(Document::new("a.arch", text)), &Broken, &mut |file, document| {
            Arc::new(syntax::parse(file, document.text()))
        });
    assert_eq!(files.len(), 1);
    let told: Vec<String> = mistakes.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_same_input_gives_the_same_model_and_messages() {
    let texts = [
        ("a.arch", include_str!("../../syntax/tests/example.arch")),
        ("b.arch", "service a\nservice b\na -> c\nb -> c\n[a, b] -> x | y\ncahe z: rediss { ttl = 3 }\n"),
    ];
    for (path, text) in texts {
        let (one, other) = (files(&[(path, text)]), files(&[(path, text)]));
        assert_eq!(format!("{:?}", one.model), format!("{:?}", other.model));
        assert_eq!(one.told, other.told);
    }
}

/// Every file imports the next one.
struct Endless;

impl Loader for Endless {
    fn resolve(&self, _: &str, import: &str) -> Result<String, LoadError> {
        Ok(import.to_owned())
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        let next = path.parse::<u64>().map_or(0, |number| number + 1);
        Ok(format!("import \"{next}\"\n").into())
    }
}

#[test]
fn imports_without_end_are_cut() {
    let root = Arc::new(Document::new("a.arch", "import \"0\"\n"));
    let Files { mistakes, files, .. } =
        load(root, &Endless, &mut |file, document| Arc::new(syntax::parse(file, document.text())));
    assert_eq!((files.len(), mistakes.len()), (2_000, 1));
    assert_eq!(mistakes[0].message, "`1999` cannot be read: a design has at most 2000 files");
}
