//! Markdown to documents: each fenced block marked `arch` is one, and its places point into the Markdown. Reads blocks as
//! CommonMark does as far as they decide where a fence stands: quotes, lists, fences, raw HTML. Knows nothing of the language.

use std::sync::Arc;

use crate::source::Document;

/// The `arch` blocks of a Markdown text, in order.
pub fn arch_blocks(path: &str, text: &Arc<str>) -> Vec<Document> {
    fenced_blocks(path, text).into_iter().map(|it| it.document).collect()
}

/// An `arch` block, and where it stands with its fences.
#[derive(Debug)]
pub struct Fenced {
    /// What is in it.
    pub document: Document,
    /// The lines of it and of its fences, as offsets of bytes into the text.
    pub lines: std::ops::Range<usize>,
    /// What a line behind it starts with to stand in the same quotes and lists.
    pub prefix: String,
    /// Whether a fence closes it; without one it ends with the text, or with the quote or list around it.
    pub is_closed: bool,
}

/// The `arch` blocks of a Markdown text with their places, in order.
pub fn fenced_blocks(path: &str, text: &Arc<str>) -> Vec<Fenced> {
    let mut reader = Reader::default();
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(block) = reader.line(line, start) {
            found.push(block);
        }
        start += line.len();
    }
    found.extend(reader.fence.take().and_then(|fence| fence.into_block(text.len(), false)));
    let fenced = |it: Block| Fenced {
        document: Document::embedded(path, it.body, Arc::clone(text), it.segments),
        lines: it.lines,
        prefix: it.prefix,
        is_closed: it.is_closed,
    };
    found.into_iter().map(fenced).collect()
}

/// The text of a block, where its pieces lie in the file, and where it stands.
#[derive(Default)]
struct Block {
    body: String,
    segments: Vec<(u32, u32)>,
    lines: std::ops::Range<usize>,
    prefix: String,
    is_closed: bool,
}

/// What may hold other blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    /// `>`
    Quote,
    /// A list item whose content starts after so many columns.
    Item(usize),
}

#[derive(Default)]
struct Reader {
    containers: Vec<Container>,
    fence: Option<Fence>,
    /// What ends the raw HTML that is open.
    html: Option<&'static str>,
}

struct Fence {
    mark: char,
    length: usize,
    indent: usize,
    /// How many containers are around it.
    depth: usize,
    /// The block, where it is marked `arch`.
    block: Option<Block>,
}

/// The rest of a line, with its offset in the text.
#[derive(Clone, Copy)]
struct Rest<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Rest<'t> {
    /// Columns of blanks at the start; a tab reaches to the next fourth.
    fn indent(self) -> usize {
        let mut columns = 0;
        for c in self.text.chars() {
            match c {
                ' ' => columns += 1,
                '\t' => columns += 4 - columns % 4,
                _ => break,
            }
        }
        columns
    }

    /// Without up to so many columns of blanks.
    fn without(self, columns: usize) -> Self {
        let mut taken = 0;
        let mut end = 0;
        for c in self.text.chars() {
            if taken >= columns || (c != ' ' && c != '\t') {
                break;
            }
            taken += if c == '\t' { 4 - taken % 4 } else { 1 };
            end += 1;
        }
        self.skip(end)
    }

    fn skip(self, bytes: usize) -> Self {
        Self { text: self.text.get(bytes..).unwrap_or(""), at: self.at + bytes }
    }

    fn is_blank(self) -> bool {
        self.text.trim().is_empty()
    }
}

impl Reader {
    /// Reads a line; gives the block that it ends.
    fn line(&mut self, line: &str, start: usize) -> Option<Block> {
        let mut rest = Rest { text: line, at: start };
        let mut matched = 0;
        for container in &self.containers {
            match enter(*container, rest) {
                Some(inside) => rest = inside,
                None => break,
            }
            matched += 1;
        }
        let mut ended = None;
        if let Some(fence) = &mut self.fence {
            if matched >= fence.depth {
                if fence.is_closed_by(rest) {
                    let end = start + line.len();
                    return self.fence.take().and_then(|fence| fence.into_block(end, true));
                }
                fence.add(rest);
                return None;
            }
            // the quote or list that holds the fence ended, and the fence with it
            ended = self.fence.take().and_then(|fence| fence.into_block(start, false));
        }
        if matched < self.containers.len() {
            self.html = None;
        }
        self.containers.truncate(matched);
        self.open(rest, start);
        ended
    }

    fn open(&mut self, mut rest: Rest<'_>, start: usize) {
        if let Some(end) = self.html {
            if rest.text.to_ascii_lowercase().contains(end) {
                self.html = None;
            }
            return;
        }
        while let Some((container, inside)) = container(rest) {
            self.containers.push(container);
            rest = inside;
        }
        if rest.indent() > 3 {
            return;
        }
        self.html = raw_html(rest);
        if self.html.is_none() {
            self.fence = Fence::open(rest, &self.containers, start);
        }
    }
}

/// What is inside a container that goes on with this line.
fn enter(container: Container, rest: Rest<'_>) -> Option<Rest<'_>> {
    match container {
        Container::Quote => {
            let inner = rest.without(3);
            let inner = if inner.text.starts_with('>') { inner.skip(1) } else { return None };
            Some(inner.without(1))
        }
        Container::Item(_) if rest.is_blank() => Some(rest),
        Container::Item(columns) => (rest.indent() >= columns).then(|| rest.without(columns)),
    }
}

/// The container that starts here, and what is inside it.
fn container(rest: Rest<'_>) -> Option<(Container, Rest<'_>)> {
    let indent = rest.indent();
    if indent > 3 {
        return None;
    }
    let inner = rest.without(indent);
    if inner.text.starts_with('>') {
        return Some((Container::Quote, inner.skip(1).without(1)));
    }
    let digits = inner.text.bytes().take_while(u8::is_ascii_digit).count();
    let width = match inner.text.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let behind = inner.skip(width);
    if behind.is_blank() {
        return Some((Container::Item(indent + width + 1), behind));
    }
    let gap = match behind.indent() {
        0 => return None,
        gap @ 1..=4 => gap,
        // more is code inside the item
        _ => 1,
    };
    Some((Container::Item(indent + width + gap), behind.without(gap)))
}

/// What ends the raw HTML that starts here, where it does not end on the line.
fn raw_html(rest: Rest<'_>) -> Option<&'static str> {
    let line = rest.text.trim_start().to_ascii_lowercase();
    let opened = |tag: &str| {
        line.strip_prefix(tag).is_some_and(|behind| behind.starts_with([' ', '\t', '>', '\r', '\n']))
    };
    let end = match () {
        () if line.starts_with("<!--") => "-->",
        () if line.starts_with("<?") => "?>",
        () if line.starts_with("<![cdata[") => "]]>",
        () if opened("<pre") => "</pre>",
        () if opened("<script") => "</script>",
        () if opened("<style") => "</style>",
        () if opened("<textarea") => "</textarea>",
        () => return None,
    };
    (!line.contains(end)).then_some(end)
}

impl Fence {
    fn open(rest: Rest<'_>, containers: &[Container], start: usize) -> Option<Self> {
        let indent = rest.indent();
        let line = rest.text.trim_start_matches([' ', '\t']);
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = line.chars().take_while(|c| *c == mark).count();
        let info = line.get(length..)?.trim();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let is_arch = info.split_whitespace().next() == Some("arch");
        let inside = containers.iter().map(|container| match container {
            Container::Quote => "> ".to_owned(),
            Container::Item(columns) => " ".repeat(*columns),
        });
        let block = || Block { lines: start..start, prefix: inside.collect(), ..Block::default() };
        Some(Self { mark, length, indent, depth: containers.len(), block: is_arch.then(block) })
    }

    fn is_closed_by(&self, rest: Rest<'_>) -> bool {
        let line = rest.text.trim();
        rest.indent() <= 3 && line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }

    fn add(&mut self, rest: Rest<'_>) {
        let line = rest.without(self.indent);
        if let Some(block) = &mut self.block {
            block.segments.push((block.body.len() as u32, line.at as u32));
            block.body.push_str(line.text);
        }
    }

    /// The block; an empty one is a document as well.
    fn into_block(self, end: usize, is_closed: bool) -> Option<Block> {
        let mut block = self.block?;
        block.segments.dedup_by(|later, earlier| later.1 - earlier.1 == later.0 - earlier.0);
        block.lines.end = end;
        Some(Block { is_closed, ..block })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_knows_its_lines_and_what_is_around_it() {
        let text: Arc<str> = "a\n\n- b\n\n  > ```arch\n  > service x\n  > ```\n\n```arch\nservice y".into();
        let found = fenced_blocks("x.md", &text);
        let places: Vec<_> =
            found.iter().map(|it| (&text[it.lines.clone()], it.prefix.as_str(), it.is_closed)).collect();
        assert_eq!(
            places,
            [("  > ```arch\n  > service x\n  > ```\n", "  > ", true), ("```arch\nservice y", "", false)]
        );
    }

    fn blocks(text: &str) -> Vec<String> {
        let text: Arc<str> = Arc::from(text);
        let all = arch_blocks("x.md", &text);
        for document in &all {
            // every line of a block is where its map says
            let mut at = 0;
            for line in document.text().split_inclusive('\n') {
                let there = document.file_offset(at);
                assert!(text[there..].starts_with(line), "{line:?} at {there}");
                at += line.len();
            }
        }
        all.iter().map(|document| document.text().to_owned()).collect()
    }

    #[test]
    fn only_blocks_marked_arch_are_documents() {
        let text = "```arch\nclient a\n```\n\n```rust\nfn f() {}\n```\n\n~~~ arch title=x\nclient b\n~~~\n";
        assert_eq!(blocks(text), ["client a\n", "client b\n"]);
        assert_eq!(blocks("```arch,fail\nclient a\n```\n```architect\nb\n```\n"), [""; 0]);
    }

    #[test]
    fn a_fence_ends_with_one_of_its_own_kind_and_length() {
        assert_eq!(blocks("````arch\n```\n~~~~\n````x\n`````\nafter\n"), ["```\n~~~~\n````x\n"]);
        assert_eq!(blocks("```arch\nclient a"), ["client a"]);
    }

    #[test]
    fn indentation_of_the_fence_is_taken_from_its_lines() {
        assert_eq!(blocks("  ```arch\n  client a\n    b\n c\n  ```\n"), ["client a\n  b\nc\n"]);
        assert_eq!(blocks("    ```arch\n    code\n    ```\n"), [""; 0]);
    }

    #[test]
    fn quotes_and_lists_hold_fences() {
        assert_eq!(blocks("> ```arch\n> client a\n>\n> b\n> ```\n"), ["client a\n\nb\n"]);
        assert_eq!(blocks("> ```arch\n> client a\nafter\n"), ["client a\n"]);
        assert_eq!(blocks("1. one\n\n   ```arch\n   client a\n\n   b\n   ```\n"), ["client a\n\nb\n"]);
        assert_eq!(blocks("- ```arch\n  client a\n  ```\n- x\n"), ["client a\n"]);
        assert_eq!(blocks("- > ```arch\n  > client a\n  > ```\n"), ["client a\n"]);
    }

    #[test]
    fn raw_html_and_other_fences_hide_what_looks_like_one() {
        assert_eq!(blocks("<!--\n```arch\nclient a\n```\n-->\n```arch\nb\n```\n"), ["b\n"]);
        assert_eq!(blocks("````\n```arch\nclient a\n```\n````\n"), [""; 0]);
        assert_eq!(blocks("`` ```arch` ``\n"), [""; 0]);
    }

    #[test]
    fn crlf_lines_keep_their_places() {
        assert_eq!(blocks("# x\r\n```arch\r\nclient a\r\n```\r\n"), ["client a\r\n"]);
    }
}
