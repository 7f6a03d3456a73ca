//! Lines made of parts, and the columns that they share with their neighbours. Knows no statement.

use super::width;

/// What may be lined up, in the order in which it stands in a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Slot {
    /// `=` of an attribute: always lined up in a run.
    Equals,
    /// The selector of a rule.
    Selector,
    /// A label.
    Label,
    /// An opening brace.
    Block,
    /// A comment behind the statement.
    Comment,
}

const SLOTS: [Slot; 5] = [Slot::Equals, Slot::Selector, Slot::Label, Slot::Block, Slot::Comment];

/// A part of a line that may be lined up with its like.
pub(super) struct Part {
    pub slot: Slot,
    pub text: String,
    /// The column in which it was written.
    pub column: Option<usize>,
    /// Blanks before it.
    gap: usize,
}

/// A statement: its first line in parts, and the lines below.
pub(super) struct Row {
    pub head: String,
    pub parts: Vec<Part>,
    /// Further lines, each with a `\n` before it.
    pub rest: String,
}

impl Row {
    pub(super) fn new(head: impl Into<String>) -> Self {
        Self { head: head.into(), parts: Vec::new(), rest: String::new() }
    }

    pub(super) fn push(&mut self, slot: Slot, text: impl Into<String>, column: Option<usize>) {
        self.parts.push(Part { slot, text: text.into(), column, gap: 1 });
    }

    /// How wide the first line is without padding.
    pub(super) fn width(&self) -> usize {
        width(&self.head) + self.parts.iter().map(|part| 1 + width(&part.text)).sum::<usize>()
    }

    /// Puts a comment behind the last line.
    pub(super) fn comment(&mut self, text: String, column: Option<usize>) {
        if self.rest.is_empty() && !self.head.contains('\n') {
            self.parts.push(Part { slot: Slot::Comment, text, column, gap: 2 });
        } else if self.rest.is_empty() {
            self.head.push_str("  ");
            self.head.push_str(&text);
        } else {
            self.rest.push_str("  ");
            self.rest.push_str(&text);
        }
    }

    pub(super) fn print(&self, out: &mut String) {
        out.push_str(&self.head);
        for part in &self.parts {
            out.extend(std::iter::repeat_n(' ', part.gap));
            out.push_str(&part.text);
        }
        out.push_str(&self.rest);
    }

    fn part(&self, slot: Slot) -> Option<&Part> {
        self.parts.iter().find(|part| part.slot == slot)
    }

    /// Where the text before a slot ends.
    fn end_before(&self, slot: Slot) -> usize {
        let before = self.parts.iter().take_while(|part| part.slot < slot);
        width(&self.head) + before.map(|part| part.gap + width(&part.text)).sum::<usize>()
    }
}

/// Lines up the parts of neighbouring rows; each row comes with whether an empty line, and whether anything, is above it.
pub(super) fn align(rows: &mut [(&mut Row, bool, bool)]) {
    for slot in SLOTS {
        let mut start = 0;
        while start < rows.len() {
            let mut end = start + 1;
            while end < rows.len() && neighbours(rows, end, slot) {
                end += 1;
            }
            if let Some(cluster) = rows.get_mut(start..end) {
                line_up(cluster, slot);
            }
            start = end;
        }
    }
}

/// Whether row `i` shares the column of the slot with the row above it.
fn neighbours(rows: &[(&mut Row, bool, bool)], i: usize, slot: Slot) -> bool {
    let (Some((above, ..)), Some((row, parted, led))) =
        (i.checked_sub(1).and_then(|i| rows.get(i)), rows.get(i))
    else {
        return false;
    };
    let (Some(one), Some(two)) = (above.part(slot), row.part(slot)) else { return false };
    if slot == Slot::Equals {
        return !parted;
    }
    let single = above.rest.is_empty() && row.rest.is_empty();
    !led && single && one.column.is_some() && one.column == two.column
}

fn line_up(cluster: &mut [(&mut Row, bool, bool)], slot: Slot) {
    let least = if slot == Slot::Comment { 2 } else { 1 };
    let Some(column) = cluster.iter().map(|(row, ..)| row.end_before(slot) + least).max() else { return };
    for (row, ..) in cluster {
        let end = row.end_before(slot);
        if let Some(part) = row.parts.iter_mut().find(|part| part.slot == slot) {
            part.gap = column - end;
        }
    }
}
