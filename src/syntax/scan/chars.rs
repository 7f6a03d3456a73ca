//! Which characters may not stand outside strings. Knows nothing else.

/// Why a character is forbidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) enum Forbidden {
    /// NUL and its like.
    Control,
    /// Changes the direction of what follows.
    Bidirectional,
    /// Takes no room.
    Invisible,
    /// Looks like a blank and is none.
    Blank,
}

impl Forbidden {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Control => "the control character",
            Self::Bidirectional => "the bidirectional character",
            Self::Invisible => "the invisible character",
            Self::Blank => "the unusual blank",
        }
    }
}

/// Why `c` may not stand outside strings; `None` where it may.
pub(in crate::syntax) fn forbidden(c: char) -> Option<Forbidden> {
    match c {
        '\t' | '\n' | '\r' => None,
        c if c.is_control() => Some(Forbidden::Control),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(Forbidden::Bidirectional)
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Some(Forbidden::Invisible),
        '\u{2028}' | '\u{2029}' => Some(Forbidden::Control),
        c if c != ' ' && c.is_whitespace() => Some(Forbidden::Blank),
        _ => None,
    }
}

/// Whether the byte belongs to a word.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether `c` joins or varies visible characters, as in emoji: harmless in a comment.
pub(super) fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}
