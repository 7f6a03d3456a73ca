//! What stands at a place of the mask: the end of a line, an attribute, a brace that opens a block. Votes on nothing.

/// Where the last byte before `at` that is no blank ends.
pub(super) fn content_end(mask: &[u8], at: u32) -> u32 {
    mask.get(..at as usize).unwrap_or_default().trim_ascii_end().len() as u32
}

/// Whether the brace looks like one that opens a block: it ends its line, or an attribute, two words or `}` follow;
/// and something stands before it.
pub(super) fn is_genuine(mask: &[u8], at: u32) -> bool {
    let before = mask.get(..at as usize).unwrap_or_default();
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if matches!(before.iter().rev().nth(blanks), None | Some(b'\n' | b'{' | b'}' | b';')) {
        return false;
    }
    if ends_line(mask, at + 1) {
        return true;
    }
    let behind = mask.get(at as usize + 1..).unwrap_or_default().trim_ascii_start();
    let start = mask.len() - behind.len();
    let word = word_len(behind);
    let gap = behind.get(word..).unwrap_or_default();
    let next = gap.trim_ascii_start();
    behind.first() == Some(&b'}')
        || is_attribute(mask, start as u32)
        || (word > 0 && next.len() < gap.len() && word_len(next) > 0)
}

pub(super) fn ends_line(mask: &[u8], at: u32) -> bool {
    let behind = mask.get(at as usize..).unwrap_or_default();
    let next = behind.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    next.is_none_or(|byte| *byte == b'\n')
}

/// Whether `KEY =` stands there.
pub(super) fn is_attribute(mask: &[u8], at: u32) -> bool {
    let rest = mask.get(at as usize..).unwrap_or_default();
    let word = word_len(rest);
    let next = rest.get(word..).unwrap_or_default();
    let blanks = next.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let next = next.get(blanks..).unwrap_or_default();
    word > 0 && next.first() == Some(&b'=') && next.get(1) != Some(&b'>')
}

/// The first `KEY =` behind other words of a line: there a `{` was lost.
pub(super) fn first_attribute(mask: &[u8], start: u32, end: u32) -> Option<u32> {
    let mut at = start;
    let mut behind_word = false;
    while at < end {
        let rest = mask.get(at as usize..end as usize)?;
        let word = word_len(rest);
        if matches!(rest.first(), Some(b'{' | b'}')) {
            return None;
        }
        if word == 0 {
            behind_word &= rest.first() != Some(&b';');
            at += 1;
            continue;
        }
        if is_attribute(mask, at) {
            return behind_word.then_some(at);
        }
        behind_word = true;
        at += word as u32;
    }
    None
}

fn word_len(text: &[u8]) -> usize {
    let is_word =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') || *byte >= 0x80;
    let starts =
        text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80);
    if starts { text.iter().position(|byte| !is_word(byte)).unwrap_or(text.len()) } else { 0 }
}
