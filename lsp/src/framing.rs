//! Reads messages from standard input ahead of the protocol crate, whose own reader ends at the first one that it cannot
//! read. What is no message is passed on as a note that says so; everything else as it came. Knows no protocol type.

use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The method of the note that stands for a body that is no JSON.
pub(crate) const NO_JSON: &str = "archc/noJson";
/// The method of the note that stands for JSON that is no message.
pub(crate) const NO_MESSAGE: &str = "archc/noMessage";

/// A longer line is no header.
const LONGEST_HEADER: u64 = 8 << 10;
/// A longer body is none of a sane client: a document has 16 MiB at most.
const LONGEST_BODY: u64 = 256 << 20;

/// Reads messages and hands each to `pass`, framed, until the input ends or nobody takes them.
pub(crate) fn read(input: impl Read, mut pass: impl FnMut(Vec<u8>) -> bool) {
    let mut input = BufReader::new(input);
    while let Some(body) = next(&mut input) {
        let body = match body.map_or(Err(NO_JSON), |body| judge(&body).map(|()| body)) {
            Ok(body) => body,
            Err(note) => format!(r#"{{"jsonrpc":"2.0","method":"{note}"}}"#).into_bytes(),
        };
        let mut framed = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        framed.extend(body);
        if !pass(framed) {
            return;
        }
    }
}

/// The next body, `Some(None)` where what stands there is none; `None` at the end of the input.
fn next(input: &mut impl BufRead) -> Option<Option<Vec<u8>>> {
    let mut length = None;
    let mut is_garbage = false;
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line).ok()?;
        if read == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim_end_matches(['\r', '\n']) {
            "" if length.is_some() => break,
            // an empty line that nothing stands before, or garbage
            "" if is_garbage => return Some(None),
            "" => {}
            header => match header.split_once(':') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("content-length") => {
                    match value.trim().parse::<u64>() {
                        Ok(value) => length = Some(value),
                        Err(_) => is_garbage = true,
                    }
                }
                // other headers say nothing that matters here
                Some((name, _)) if name.trim().eq_ignore_ascii_case("content-type") => {}
                _ => is_garbage = true,
            },
        }
    }
    let length = length?;
    if length > LONGEST_BODY {
        std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink()).ok()?;
        return Some(None);
    }
    let mut body = Vec::new();
    let read = input.by_ref().take(length).read_to_end(&mut body).ok()?;
    (read as u64 == length).then_some(Some(body))
}

/// What every message has; the rest of it is looked over, and not kept.
#[derive(Deserialize)]
struct Envelope {
    jsonrpc: String,
    method: Option<String>,
    #[serde(default, deserialize_with = "given")]
    id: Option<Id>,
    #[serde(default, rename = "params")]
    _params: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "given")]
    result: Option<IgnoredAny>,
    error: Option<Fault>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(#[expect(dead_code, reason = "read to see that it is one")] i64),
    String(#[expect(dead_code, reason = "read to see that it is one")] String),
    Null(()),
}

#[derive(Deserialize)]
struct Fault {
    #[serde(rename = "code")]
    _code: i64,
    #[serde(rename = "message")]
    _message: String,
}

/// A field that is there, if only with `null`.
fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Whether a body is a message; else the note that says what it is.
fn judge(body: &[u8]) -> Result<(), &'static str> {
    let envelope: Envelope = match serde_json::from_slice(body) {
        Ok(envelope) => envelope,
        Err(error) if error.is_data() => return Err(NO_MESSAGE),
        Err(_) => return Err(NO_JSON),
    };
    let is_call = envelope.method.is_some_and(|method| !method.is_empty());
    let is_answer = envelope.id.is_some() && (envelope.result.is_some() || envelope.error.is_some());
    if envelope.jsonrpc == "2.0" && (is_call || is_answer) { Ok(()) } else { Err(NO_MESSAGE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The methods that are passed on.
    fn methods(input: &[u8]) -> Vec<String> {
        let mut methods = Vec::new();
        read(input, |framed| {
            let text = String::from_utf8(framed).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert_eq!(head, format!("Content-Length: {}", body.len()));
            let value: serde_json::Value = serde_json::from_str(body).unwrap();
            methods.push(value["method"].as_str().unwrap_or("(answer)").to_owned());
            true
        });
        methods
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":[1,{"b":null}]}}"#;

    #[test]
    fn what_is_no_message_is_told_and_survived() {
        let cases = [
            ("{\"jsonrpc\":", NO_JSON),
            ("", NO_JSON),
            ("\u{0}", NO_JSON),
            ("[]", NO_MESSAGE),
            ("7", NO_MESSAGE),
            (r#"{"jsonrpc":"1.0","method":"m"}"#, NO_MESSAGE),
            (r#"{"jsonrpc":"2.0"}"#, NO_MESSAGE),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, NO_MESSAGE),
            (r#"{"jsonrpc":"2.0","id":1,"error":{"code":"x"}}"#, NO_MESSAGE),
            (r#"{"jsonrpc":"2.0","id":1,"result":null}"#, "(answer)"),
            (r#"{"jsonrpc":"2.0","method":"m","params":null}"#, "m"),
        ];
        for (body, method) in cases {
            let input = framed(body) + &framed(CALL);
            assert_eq!(methods(input.as_bytes()), [method, "m"], "{body}");
        }
        let mut bytes = b"Content-Length: 2\r\n\r\n\xff\xfe".to_vec();
        bytes.extend(framed(CALL).bytes());
        assert_eq!(methods(&bytes), [NO_JSON, "m"]);
    }

    #[test]
    fn headers_may_be_many_and_garbage_is_skipped() {
        let typed = format!(
            "content-length: {}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{CALL}",
            CALL.len()
        );
        assert_eq!(methods(typed.as_bytes()), ["m"]);
        let garbage = format!("what is this\r\n\r\n{}", framed(CALL));
        assert_eq!(methods(garbage.as_bytes()), [NO_JSON, "m"]);
        let mixed = format!("garbage\n{}", framed(CALL));
        assert_eq!(methods(mixed.as_bytes()), ["m"]);
        assert_eq!(methods(b"Content-Length: 99\r\n\r\n{}"), [""; 0]);
    }
}
