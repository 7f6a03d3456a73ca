//! From the greeting to the end: exit codes, what is no message, panics, cancellation, work that takes its time.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///nowhere/x.arch";

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or(0)
}

#[test]
fn shutdown_takes_null_an_object_and_nothing() {
    for params in [Some(Value::Null), Some(json!({})), None] {
        let client = Client::plain();
        let mut message = json!({"jsonrpc": "2.0", "id": 70, "method": "shutdown"});
        if let Some(params) = params {
            message["params"] = params;
        }
        client.send(&message);
        let answer = client.answer(70);
        assert!(answer.get("error").is_none() && answer["result"].is_null(), "{answer}");
        // requests after it are refused
        assert_eq!(code(&client.ask("archc/debug/text", json!({}))), -32600);
        assert_eq!(client.exit_code(), 0);
    }
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    assert_eq!(Client::plain().exit_code(), 1);
    assert_eq!(Client::start().exit_code(), 1);
}

#[test]
fn the_end_of_input_ends_the_server() {
    assert_eq!(Client::plain().hang_up(), 1);
    assert_eq!(Client::start().hang_up(), 1);
    let client = Client::plain();
    client.ask("shutdown", Value::Null);
    assert_eq!(client.hang_up(), 0);
}

#[test]
fn work_under_way_does_not_keep_the_server_alive() {
    let client = Client::plain();
    client.request("archc/debug/stall", json!({}));
    client.ask("shutdown", Value::Null);
    assert_eq!(client.exit_code(), 0);
    let client = Client::plain();
    client.request("archc/debug/stall", json!({}));
    assert_eq!(client.hang_up(), 1);
}

#[test]
fn requests_before_the_greeting_are_refused() {
    let client = Client::start();
    assert_eq!(code(&client.ask("textDocument/hover", json!({}))), -32002);
    assert_eq!(code(&client.ask("shutdown", Value::Null)), -32002);
    let answer = client.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(answer["result"]["capabilities"]["textDocumentSync"]["change"], 2);
    assert_eq!(code(&client.ask("archc/unheardOf", json!({}))), -32601);
}

#[test]
fn what_is_no_message_is_answered_and_survived() {
    let client = Client::plain();
    let wrong: [(&[u8], i64); 6] = [
        (b"{\"jsonrpc\": \"2.0\", \"id\"", -32700),
        (b"\xff\xfe", -32700),
        (b"", -32700),
        (b"[]", -32600),
        (b"{\"jsonrpc\": \"2.0\", \"id\": 1.5, \"method\": \"shutdown\"}", -32600),
        (b"{\"id\": 1, \"method\": \"shutdown\"}", -32600),
    ];
    for (body, expected) in wrong {
        let mut message = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        message.extend(body);
        client.send_raw(&message);
        let answer = client.receive(|message| message["id"].is_null() && message.get("error").is_some());
        assert_eq!(code(&answer), expected, "{}", String::from_utf8_lossy(body));
    }
    client.send_raw(b"HELO there\r\n\r\n");
    let answer = client.receive(|message| message["id"].is_null() && message.get("error").is_some());
    assert_eq!(code(&answer), -32700);
    client.notify("$/unheardOf", json!({}));
    client.notify("textDocument/didOpen", json!(["not", "what", "it", "takes"]));
    client.open(URI, "service a\n");
    assert_eq!(client.text(URI), ("service a\n".to_owned(), 1));
}

#[test]
fn a_panic_is_an_answer_and_not_the_end() {
    let client = Client::plain();
    for place in ["handler", "thread", "lane"] {
        assert_eq!(code(&client.ask("archc/debug/panic", json!({"where": place}))), -32603, "{place}");
    }
    client.open(URI, "service a\n");
    assert_eq!(client.text(URI).1, 1);
    assert!(
        client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": URI}})).get("error").is_none()
    );
}

#[test]
fn cancelled_work_is_answered_at_once_and_stops() {
    let client = Client::plain();
    let running = client.request("archc/debug/stall", json!({}));
    let waiting = client.request("archc/debug/stall", json!({}));
    for id in [waiting, running] {
        client.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(code(&client.answer(id)), -32800);
    }
    // the lane is free again: what never ends by itself has ended
    assert_eq!(code(&client.ask("archc/debug/panic", json!({"where": "lane"}))), -32603);
    // to cancel what is not there is no fault
    client.notify("$/cancelRequest", json!({"id": 9999}));
    assert_eq!(code(&client.ask("archc/unheardOf", json!({}))), -32601);
}

#[test]
fn slow_work_does_not_hold_up_quick_answers() {
    let client = Client::plain();
    client.open(URI, "service a\nservice a\n");
    let slow: Vec<i64> = (0..8).map(|_| client.request("archc/debug/stall", json!({}))).collect();
    // answered although none of the slow ones ever is
    let answer = client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": URI}}));
    assert_eq!(answer["result"]["kind"], "full");
    assert_eq!(client.findings_of(URI, 1).len(), answer["result"]["items"].as_array().unwrap().len());
    for id in slow {
        client.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(code(&client.answer(id)), -32800);
    }
}

#[test]
fn an_answer_to_a_text_that_is_gone_is_refused() {
    let client = Client::plain();
    client.open(URI, "service a\n");
    let asked = client.request("archc/debug/untilChanged", json!({"textDocument": {"uri": URI}}));
    client.change(URI, 2, json!([{"text": "service b\n"}]));
    assert_eq!(code(&client.answer(asked)), -32801);
}
