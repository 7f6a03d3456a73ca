//! Where the passes put what they find wrong; never more than a person can read. Knows no pass.

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Mistake};
use crate::source::{FileId, Span};
use crate::syntax::MAX_MISTAKES;

/// The mistakes of one document.
pub(super) struct Report {
    file: FileId,
    pub mistakes: Vec<Diagnostic>,
}

impl Report {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, mistakes: Vec::new() }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Adds a mistake, unless there are too many to be told.
    pub(super) fn add(
        &mut self,
        mistake: Mistake,
        start: usize,
        end: usize,
        message: &str,
    ) -> Option<&mut Diagnostic> {
        if self.mistakes.len() > MAX_MISTAKES {
            return None;
        }
        self.mistakes.push(mistake.at(self.span(start, end), message));
        self.mistakes.last_mut()
    }

    /// Adds a mistake with an edit that a person should look at: what is replaced, what it does, by what.
    pub(super) fn mend(
        &mut self,
        mistake: Mistake,
        place: (u32, u32),
        message: &str,
        (start, end, title, text): (u32, u32, &str, &str),
    ) {
        let span = self.span(start as usize, end as usize);
        if let Some(found) = self.add(mistake, place.0 as usize, place.1 as usize, message) {
            let edits = vec![Edit { span, new_text: text.to_owned() }];
            found.fix = Some(Fix { title: title.to_owned(), applicability: Applicability::Unsafe, edits });
        }
    }
}
