//! What a string literal means: escapes, and the indentation of text blocks. Knows no places beyond its own bytes.

use smol_str::SmolStr;

/// A backslash with no meaning: offset of the backslash in the literal, and the length of what is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BadEscape {
    pub at: usize,
    pub len: usize,
}

/// The text that a literal with `"` means. The closing quote may lack.
pub(super) fn unescape(literal: &str, bad: &mut Vec<BadEscape>) -> SmolStr {
    let inner = literal.strip_prefix('"').unwrap_or(literal);
    let inner = if ends_with_quote(inner) { inner.get(..inner.len() - 1).unwrap_or_default() } else { inner };
    let offset = literal.len() - literal.strip_prefix('"').unwrap_or(literal).len();
    unescape_into(inner, offset, bad)
}

/// The text that a literal with `"""` means: its lines without the indentation of the closing quotes.
pub(super) fn dedent(literal: &str, bad: &mut Vec<BadEscape>) -> SmolStr {
    let body = literal.strip_prefix("\"\"\"").unwrap_or(literal);
    let Some((_, body)) = split_line(body) else { return unescape_into(body.trim_end_matches('"'), 3, bad) };
    let offset = literal.len() - body.len();
    let (body, indent) = match body.strip_suffix("\"\"\"") {
        Some(body) => {
            let line = body.rfind(['\n', '\r']).map_or(0, |n| n + 1);
            (body.get(..line).unwrap_or_default(), body.get(line..).unwrap_or_default())
        }
        None => (body, ""),
    };
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let mut first = true;
    while !rest.is_empty() {
        let at = body.len() - rest.len();
        let (line, behind) = split_line(rest).unwrap_or((rest, ""));
        if !first {
            out.push('\n');
        }
        first = false;
        let shared = line.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
        let text = line.get(shared..).unwrap_or_default();
        out.push_str(&unescape_into(text.trim_end_matches([' ', '\t']), offset + at + shared, bad));
        rest = behind;
    }
    out.into()
}

/// The first line without its end, and what follows; `None` where there is no line end.
fn split_line(text: &str) -> Option<(&str, &str)> {
    let end = text.find(['\n', '\r'])?;
    let behind = text.get(end..)?;
    let behind = behind.strip_prefix("\r\n").or_else(|| behind.get(1..))?;
    Some((text.get(..end)?, behind))
}

/// Whether the text ends in a quote that is not escaped.
fn ends_with_quote(inner: &str) -> bool {
    let Some(before) = inner.strip_suffix('"') else { return false };
    before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
}

fn unescape_into(text: &str, offset: usize, bad: &mut Vec<BadEscape>) -> SmolStr {
    if !text.contains('\\') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        out.push_str(rest.get(..backslash).unwrap_or_default());
        let escape = rest.get(backslash..).unwrap_or_default();
        let (meaning, len) = read_escape(escape);
        match meaning {
            Some(c) => out.push(c),
            None => {
                bad.push(BadEscape { at: offset + text.len() - escape.len(), len });
                out.push_str(escape.get(..len).unwrap_or_default());
            }
        }
        rest = escape.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    out.into()
}

/// What the escape at the start of `text` means, and how long it is.
fn read_escape(text: &str) -> (Option<char>, usize) {
    let Some(c) = text.chars().nth(1) else { return (None, 1) };
    match c {
        '"' | '\\' => (Some(c), 2),
        'n' => (Some('\n'), 2),
        't' => (Some('\t'), 2),
        'u' => {
            let digits = text.get(2..).and_then(|rest| rest.strip_prefix('{'));
            let Some((digits, _)) = digits.and_then(|rest| rest.split_once('}')) else { return (None, 2) };
            let fine = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let c = fine.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten();
            (c, if digits.len() <= 8 { 4 + digits.len() } else { 2 })
        }
        other => (None, 1 + other.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(literal: &str) -> (String, Vec<(usize, usize)>) {
        let mut bad = Vec::new();
        let text = if literal.starts_with("\"\"\"") {
            dedent(literal, &mut bad)
        } else {
            unescape(literal, &mut bad)
        };
        (text.to_string(), bad.into_iter().map(|bad| (bad.at, bad.len)).collect())
    }

    #[test]
    fn escapes_have_a_meaning_or_are_reported() {
        assert_eq!(means(r#""a\"b\\c\n\t\u{1F600}""#), ("a\"b\\c\n\t😀".to_owned(), vec![]));
        assert_eq!(means(r#""a\q\u{110000}""#).1, [(2, 2), (4, 10)]);
        assert_eq!(means(r#""open\\""#).0, "open\\");
        assert_eq!(means("\"open").0, "open");
    }

    #[test]
    fn a_text_block_loses_the_indentation_of_its_end() {
        assert_eq!(means("\"\"\"\n    a\n      b\n\n   c\n    \"\"\"").0, "a\n  b\n\nc");
        assert_eq!(means("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"").0, "a\nb");
        assert_eq!(means("\"\"\"\n\"\"\"").0, "");
    }
}
