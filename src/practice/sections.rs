//! The doc comment of a brief's `system`, taken apart: a few paragraphs, then sections under `# Heading`. Plain text in, plain text out.

/// A section: what stands under a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Section {
    /// The heading without its signs; empty for what stands before the first one.
    pub(super) title: String,
    /// How many signs it has; 0 for what stands before the first one.
    pub(super) depth: usize,
    /// The lines below it, up to the next heading of any depth.
    pub(super) lines: Vec<String>,
}

impl Section {
    /// The paragraphs, each in one line.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        joined(&self.lines, |_| false)
    }

    /// The items of its list, each in one line.
    pub(super) fn items(&self) -> Vec<String> {
        let all = joined(&self.lines, |line| line.starts_with("- "));
        all.iter().filter_map(|item| item.strip_prefix("- ")).map(|item| item.trim().to_owned()).collect()
    }

    /// The words between its commas.
    pub(super) fn words(&self) -> Vec<String> {
        let text = self.paragraphs().join(" ");
        text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
    }
}

/// Lines put together until a blank one, or one that begins anew.
fn joined(lines: &[String], begins: impl Fn(&str) -> bool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines.iter().map(|line| line.trim()) {
        if line.is_empty() {
            open = false;
        } else if let Some(last) = all.last_mut().filter(|_| open && !begins(line)) {
            last.push(' ');
            last.push_str(line);
        } else {
            all.push(line.to_owned());
            open = true;
        }
    }
    all
}

/// The sections of a text, in order.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut all = vec![Section { title: String::new(), depth: 0, lines: Vec::new() }];
    for line in text.lines() {
        let depth = line.chars().take_while(|c| *c == '#').count();
        let title = line.trim_start_matches('#');
        if depth > 0 && title.starts_with(' ') {
            all.push(Section { title: title.trim().to_owned(), depth, lines: Vec::new() });
        } else if let Some(last) = all.last_mut() {
            last.lines.push(line.to_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let text = "One\nand more.\n\nTwo.\n\n# Teaches\na b,\nc\n\n# Hints\n## Wrap-up\n- first\n  goes on\n- second\n#no heading\n";
        let all = sections(text);
        let titles: Vec<_> = all.iter().map(|it| (it.depth, it.title.as_str())).collect();
        assert_eq!(titles, [(0, ""), (1, "Teaches"), (1, "Hints"), (2, "Wrap-up")]);
        assert_eq!(all[0].paragraphs(), ["One and more.", "Two."]);
        assert_eq!(all[1].words(), ["a b", "c"]);
        assert_eq!(all[3].items(), ["first goes on", "second #no heading"]);
    }
}
