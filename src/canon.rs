//! The systems of `examples/`, held in the program: templates, problems, pages. `build.rs` writes the table and packs the texts, so
//! that a folder which is added there needs no line here. Knows nothing of what is in a design.

use std::io::Read as _;
use std::ops::Range;
use std::sync::LazyLock;

/// One folder of `examples/`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct System {
    /// The folder's name.
    pub name: &'static str,
    /// The heading of the index that it stands under.
    pub group: &'static str,
    /// The title of its page.
    pub title: &'static str,
    /// The first paragraph of its page, on one line and without links.
    pub summary: &'static str,
    /// The names and texts of its `.arch` files, by name.
    pub files: Vec<(&'static str, &'static str)>,
}

impl System {
    /// The text of one of its files, named with or without its ending.
    pub fn file(&self, name: &str) -> Option<&'static str> {
        let stem = name.strip_suffix(".arch").unwrap_or(name);
        let files = self.files.iter();
        files.filter(|(file, _)| file.strip_suffix(".arch") == Some(stem)).map(|(_, text)| *text).next()
    }

    /// How it would be built.
    pub fn design(&self) -> &'static str {
        self.file("design").unwrap_or_default()
    }
}

/// All of them, in the order of the index.
pub fn systems() -> &'static [System] {
    static SYSTEMS: LazyLock<Vec<System>> = LazyLock::new(|| PACKED.iter().map(unpacked).collect());
    &SYSTEMS
}

/// The one of that name.
pub fn system(name: &str) -> Option<&'static System> {
    systems().iter().find(|system| system.name == name)
}

/// A system whose texts are ranges of all texts.
struct Packed {
    name: &'static str,
    group: &'static str,
    title: &'static str,
    summary: &'static str,
    files: &'static [(&'static str, Range<usize>)],
}

static PACKED: &[Packed] = include!(concat!(env!("OUT_DIR"), "/canon.rs"));

/// The texts of all files, one behind the other: a fifth of their size in the program.
static TEXTS: LazyLock<String> = LazyLock::new(|| {
    let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/canon.zlib"));
    let mut texts = String::new();
    match flate2::read::ZlibDecoder::new(packed).read_to_string(&mut texts) {
        Ok(_) => texts,
        // what `build.rs` has packed is whole; a test tells
        Err(_) => String::new(),
    }
});

fn unpacked(it: &Packed) -> System {
    let text = |range: &Range<usize>| TEXTS.get(range.clone()).unwrap_or_default();
    let files = it.files.iter().map(|(name, range)| (*name, text(range))).collect();
    System { name: it.name, group: it.group, title: it.title, summary: it.summary, files }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_page_and_its_place_in_the_index() {
        for system in systems() {
            assert!(!system.design().is_empty(), "{}", system.name);
            assert!(!system.title.is_empty() && !system.summary.is_empty(), "{}", system.name);
            assert!(!system.summary.contains("](") && !system.title.contains('\n'), "{}", system.name);
            assert_ne!(system.group, "Others", "examples/README.md does not list {}", system.name);
        }
    }

    #[test]
    fn a_text_is_that_of_its_file() {
        for (name, text) in [
            ("url-shortener", include_str!("../examples/url-shortener/design.arch")),
            ("video-streaming", include_str!("../examples/video-streaming/design.arch")),
        ] {
            assert_eq!(system(name).unwrap().design(), text);
        }
    }

    #[test]
    fn a_file_goes_by_its_name_with_or_without_its_ending() {
        let system = systems().iter().find(|system| system.files.len() > 1).unwrap();
        let (name, text) = *system.files.last().unwrap();
        assert_eq!(system.file(name), Some(text));
        assert_eq!(system.file(name.strip_suffix(".arch").unwrap()), Some(text));
        assert_eq!(system.file("no-such-file"), None);
    }
}
