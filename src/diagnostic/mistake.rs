//! Kinds of mistakes: a table of them for each stage that finds some. Knows no stage.

use super::{Diagnostic, Severity};
use crate::source::Span;

/// Longer messages are cut: a name in one may be as long as the file.
const LONGEST: usize = 1_000;

/// A kind of mistake in a text, or in what a design says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The code, stable for ever.
    pub code: &'static str,
    /// The name, stable for ever.
    pub name: &'static str,
    /// What it means, in one line.
    pub meaning: &'static str,
}

impl Mistake {
    /// This mistake at a place.
    pub(crate) fn at(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::mistake(self.code, self.name, span, short(message.into()))
    }

    /// The same as a remark that is worth a look.
    pub(crate) fn note_at(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.name, Severity::Note, span, short(message.into()))
    }
}

/// The message without its middle where it is too long to be read.
fn short(message: String) -> String {
    if message.len() <= LONGEST {
        return message;
    }
    let head = (0..=LONGEST / 2).rev().find_map(|at| message.get(..at)).unwrap_or_default();
    let tail =
        (message.len() - LONGEST / 2..message.len()).find_map(|at| message.get(at..)).unwrap_or_default();
    format!("{head}…{tail}")
}

/// Defines a constant for each mistake, and `ALL` of them by code: `IDENT "CODE" "NAME" "MEANING";`
macro_rules! mistakes {
    ($($ident:ident $code:literal $name:literal $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub const $ident: $crate::diagnostic::Mistake =
                $crate::diagnostic::Mistake { code: $code, name: $name, meaning: $meaning };
        )*
        /// All of them, by code.
        pub const ALL: &[$crate::diagnostic::Mistake] = &[$($ident),*];
    };
}
pub(crate) use mistakes;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn a_long_message_loses_its_middle() {
        let kind = Mistake { code: "E000", name: "test", meaning: "a test" };
        let message = format!("a{}z", "é".repeat(LONGEST));
        let cut = kind.at(Span::new(FileId(0), 0, 0), message).message;
        assert!(cut.len() <= LONGEST + 4 && cut.starts_with("aé") && cut.ends_with("éz"), "{cut}");
        assert_eq!(kind.at(Span::new(FileId(0), 0, 0), "short").message, "short");
    }
}
