//! The systems of `examples/`, held in the program: templates, problems, pages. `build.rs` writes the table, so that a folder
//! which is added there needs no line here. Knows nothing of what is in a design.

/// One folder of `examples/`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    pub files: &'static [(&'static str, &'static str)],
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

static SYSTEMS: &[System] = include!(concat!(env!("OUT_DIR"), "/canon.rs"));

/// All of them, in the order of the index.
pub fn systems() -> &'static [System] {
    SYSTEMS
}

/// The one of that name.
pub fn system(name: &str) -> Option<&'static System> {
    SYSTEMS.iter().find(|system| system.name == name)
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
    fn a_file_goes_by_its_name_with_or_without_its_ending() {
        let system = systems().iter().find(|system| system.files.len() > 1).unwrap();
        let (name, text) = *system.files.last().unwrap();
        assert_eq!(system.file(name), Some(text));
        assert_eq!(system.file(name.strip_suffix(".arch").unwrap()), Some(text));
        assert_eq!(system.file("no-such-file"), None);
    }
}
