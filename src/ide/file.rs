//! One file as it stands now: its text, the designs' documents in it, and their trees. Knows no other file.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::markdown::arch_blocks;
use crate::source::{Document, FileId};
use crate::syntax::ast::{StmtKind, Tree};
use crate::syntax::{self, Cache};

/// What a file is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// A design, or a part of one.
    Arch,
    /// Every block marked `arch` is a design.
    Markdown,
    /// An `archc.toml`.
    Configuration,
}

impl Language {
    /// What a path's name says; `None` for a file that is nothing to us.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            _ if name == super::CONFIGURATION => Some(Self::Configuration),
            "arch" => Some(Self::Arch),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// A file at one moment. An edit makes another one, which shares what it can.
#[derive(Debug)]
pub struct File {
    language: Language,
    /// The version that the editor gave it, where it is open.
    version: Option<i32>,
    whole: Arc<Document>,
    parts: OnceLock<Vec<Part>>,
    /// What the last parse of the text found, for a file that is a document itself.
    cache: Arc<Mutex<Cache>>,
}

/// A document inside a file: the whole of an `.arch` file, or one block of a Markdown file.
#[derive(Debug)]
pub struct Part {
    document: Arc<Document>,
    tree: OnceLock<Arc<Tree>>,
    cache: Arc<Mutex<Cache>>,
}

impl File {
    /// A file with that text. A `version` is what the editor gave to the text of an open file.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>, language: Language) -> Self {
        Self::with(Document::new(path, text), language, None, Arc::default())
    }

    /// The same file, open in an editor with that version.
    #[must_use]
    pub fn opened(self, version: i32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same file after an edit: its next parse costs what was edited.
    #[must_use]
    pub fn edited(&self, text: impl Into<Arc<str>>, version: i32) -> Self {
        let document = Document::new(self.path(), text);
        Self::with(document, self.language, Some(version), Arc::clone(&self.cache))
    }

    fn with(document: Document, language: Language, version: Option<i32>, cache: Arc<Mutex<Cache>>) -> Self {
        Self { language, version, whole: Arc::new(document), parts: OnceLock::new(), cache }
    }

    /// Its path.
    pub fn path(&self) -> &str {
        self.whole.path()
    }

    /// The text of the whole file.
    pub fn text(&self) -> &str {
        self.whole.text()
    }

    /// What it is read as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The version that the editor gave it; `None` where it is not open.
    pub fn version(&self) -> Option<i32> {
        self.version
    }

    /// The whole file as a document, to map offsets to positions.
    pub fn whole(&self) -> &Arc<Document> {
        &self.whole
    }

    /// The documents in it, in the order of the text.
    pub fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| match self.language {
            Language::Configuration => Vec::new(),
            Language::Arch => {
                let (document, cache) = (Arc::clone(&self.whole), Arc::clone(&self.cache));
                vec![Part { document, tree: OnceLock::new(), cache }]
            }
            Language::Markdown => {
                let text: Arc<str> = self.text().into();
                let part = |document| Part {
                    document: Arc::new(document),
                    tree: OnceLock::new(),
                    cache: Arc::default(),
                };
                arch_blocks(self.path(), &text).into_iter().map(part).collect()
            }
        })
    }

    /// The document that holds an offset of the file, and the offset in it.
    pub fn part_at(&self, offset: usize) -> Option<(&Part, usize)> {
        self.parts().iter().find_map(|part| Some((part, part.document.document_offset(offset)?)))
    }

    /// The paths that its documents import, as written. Keeps no tree of a file that is not open.
    pub(super) fn imports(&self) -> Vec<String> {
        let written = |tree: &Tree| -> Vec<String> {
            let path = |kind: &StmtKind| match kind {
                StmtKind::Import(import) => Some(import.path.value.to_string()),
                _ => None,
            };
            tree.items.iter().filter_map(|stmt| path(&stmt.kind)).collect()
        };
        let of = |part: &Part| {
            if !part.document.text().contains("import") {
                return Vec::new();
            }
            match self.version {
                Some(_) => written(part.tree()),
                None => written(&syntax::parse(FileId(0), part.document.text())),
            }
        };
        self.parts().iter().flat_map(of).collect()
    }
}

impl Part {
    /// The document, which maps its offsets into the file.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// The tree of its current text. Its spans are offsets in the document; their file is always the first.
    pub fn tree(&self) -> &Arc<Tree> {
        self.tree.get_or_init(|| {
            // a half-written cache costs a parse and no truth
            let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::new(syntax::parse_with(FileId(0), self.document.text(), &mut cache))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_what_a_file_is() {
        let of = Language::of;
        assert_eq!(of("/a/b.arch"), Some(Language::Arch));
        assert_eq!(of("/a.arch/README.md"), Some(Language::Markdown));
        assert_eq!(of("/a/archc.toml"), Some(Language::Configuration));
        assert_eq!([of("/a/Cargo.toml"), of("/a/arch"), of("")], [None; 3]);
    }

    #[test]
    fn an_offset_of_a_markdown_file_lies_in_one_block_or_in_none() {
        let text = "# x\n\n> ```arch\n> client a\n> client b\n> ```\n\n```arch\nservice c\n```\n";
        let file = File::new("x.md", text, Language::Markdown);
        let at = |needle: &str| {
            let (part, offset) = file.part_at(text.find(needle)?)?;
            Some(part.document().text().get(offset..)?.to_owned())
        };
        assert_eq!(at("client b").as_deref(), Some("client b\n"));
        assert_eq!(at("service").as_deref(), Some("service c\n"));
        assert_eq!(at("# x"), None);
        // in what the quote puts before a line the line's start is meant
        assert_eq!(at("> client b").as_deref(), Some("client b\n"));
    }

    #[test]
    fn an_edited_file_has_the_tree_of_its_new_text() {
        let before = File::new("a.arch", "service a\nservice b\n", Language::Arch).opened(1);
        assert_eq!(before.parts()[0].tree().items.len(), 2);
        let after = before.edited("service a\nservice b\nservice c\n", 2);
        assert_eq!(after.parts()[0].tree().items.len(), 3);
        assert_eq!((before.parts()[0].tree().items.len(), after.version()), (2, Some(2)));
    }
}
