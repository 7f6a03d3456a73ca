//! `archc serve` over the loopback. Nothing here depends on a time: it reads what the server says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::program::{archc, code, folder, stderr};

/// Far longer than anything takes.
const NEVER: Duration = Duration::from_secs(120);

struct Serving {
    child: Child,
    port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Serving {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_with(Command::new(env!("CARGO_BIN_EXE_archc")), folder, arguments)
    }

    fn start_with(mut program: Command, folder: &Path, arguments: &[&str]) -> Self {
        let mut child = program
            .arg("serve")
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let port =
            address.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.trim_end().strip_suffix('/'));
        let port = port.unwrap_or_else(|| panic!("no address: {address:?}")).parse().unwrap();
        Self { child, port }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(NEVER)).unwrap();
        stream
    }

    /// What is answered to a request, `PORT` in it being the server's; `None` where the connection is closed without a word.
    fn ask(&self, request: &str) -> Option<Answer> {
        let mut stream = self.connect();
        // who is turned away may find the door shut while still writing
        let _ = stream.write_all(request.replace("PORT", &self.port.to_string()).as_bytes());
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")).unwrap()
    }

    fn events(&self) -> Events {
        let mut stream = self.connect();
        let request = format!("GET /events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port);
        stream.write_all(request.as_bytes()).unwrap();
        Events(BufReader::new(stream))
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    fn next(&mut self) -> serde_json::Value {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the server has left");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    /// The next one of which something holds: a file that is written may be read when half of it is there.
    fn until(&mut self, holds: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        loop {
            let next = self.next();
            if holds(&next) {
                return next;
            }
        }
    }
}

#[test]
fn a_page_is_served_to_its_own_reader_alone() {
    let folder = folder(&[("a.arch", "client me\nservice api\nme -> api\n")]);
    let server = Serving::start(folder.path(), &["a.arch"]);
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.body.starts_with("<!DOCTYPE html>") && page.body.contains("\"id\":\"api\""));
    for header in [
        "content-security-policy: default-src 'none'; script-src 'sha256-",
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "cross-origin-resource-policy: same-origin",
        "cache-control: no-store",
    ] {
        assert!(page.head.contains(header), "{header} in {}", page.head);
    }
    assert!(!page.head.contains("access-control"), "{}", page.head);
    let status = |request: &str| server.ask(request).map(|answer| answer.status);
    for (head, expected) in [
        ("GET / HTTP/1.1\r\nHost: evil.example:PORT", 421),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1", 421),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example", 421),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:PORT", 421),
        ("GET / HTTP/1.0", 421),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://evil.example", 403),
        ("GET /events HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: null", 403),
        ("GET /events HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site", 403),
        ("POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 0", 405),
        ("GET /a.arch HTTP/1.1\r\nHost: 127.0.0.1:PORT", 404),
        ("GET /../a.arch HTTP/1.1\r\nHost: 127.0.0.1:PORT", 404),
        ("GET / HTTP/1.1\r\nHost: localhost:PORT\r\nOrigin: http://localhost:PORT", 200),
    ] {
        assert_eq!(status(&format!("{head}\r\n\r\n")), Some(expected), "{head}");
    }
    assert_eq!(server.get("/icon.svg").status, 200);
}

#[test]
fn a_save_is_told_and_a_mistake_leaves_the_last_good_picture() {
    let folder =
        folder(&[("lib/part.arch", "service part\n"), ("a.arch", "import \"lib/part.arch\"\nservice one\n")]);
    let at = folder.path();
    let server = Serving::start(at, &["a.arch"]);
    let mut events = server.events();
    let first = events.next();
    let shows = |name: &str| server.get("/").body.contains(&format!("\"id\":\"{name}\""));
    let stamp = |event: &serde_json::Value| event["stamp"].as_str().unwrap().to_owned();
    let is_good = |event: &serde_json::Value| event["mistakes"].as_array().unwrap().is_empty();
    assert!(is_good(&first) && shows("one") && shows("part"));
    assert!(server.get("/").body.contains(&format!("data-stamp=\"{}\"", stamp(&first))));
    // saved at its place, as a whole in the place of the old one, and what it imports
    std::fs::write(at.join("a.arch"), "import \"lib/part.arch\"\nservice two\n").unwrap();
    events.until(|event| stamp(event) != stamp(&first) && is_good(event) && shows("two"));
    std::fs::write(at.join("a.new"), "import \"lib/part.arch\"\nservice three\n").unwrap();
    std::fs::rename(at.join("a.new"), at.join("a.arch")).unwrap();
    events.until(|event| is_good(event) && shows("three"));
    std::fs::write(at.join("lib/part.arch"), "service other\n").unwrap();
    let good = events.until(|event| is_good(event) && shows("other"));
    std::fs::write(at.join("lib/part.arch"), "servce broken\n").unwrap();
    let broken = events.until(|event| event["mistakes"].to_string().contains("lib/part.arch:1:1: error["));
    assert_eq!(stamp(&broken), stamp(&good));
    assert!(shows("other") && shows("three"));
    std::fs::remove_file(at.join("a.arch")).unwrap();
    let gone = events.until(|event| event["mistakes"].to_string().contains("there is no such file"));
    assert_eq!(stamp(&gone), stamp(&good));
    // who comes now sees the last picture and is told at once
    let mut late = server.events();
    assert!(!is_good(&late.next()) && shows("three"));
    std::fs::write(at.join("lib/part.arch"), "service mended\n").unwrap();
    std::fs::write(at.join("a.arch"), "import \"lib/part.arch\"\nservice four\n").unwrap();
    late.until(|event| is_good(event) && shows("mended") && shows("four"));
}

#[test]
fn a_view_has_an_address_and_one_that_went_is_told() {
    let folder = folder(&[("a.arch", "service one\nservice two\nview small { hide = [two] }\n")]);
    let server = Serving::start(folder.path(), &["a.arch", "--view", "small", "--theme", "dark"]);
    let has_two = |path: &str| server.get(path).body.contains("\"id\":\"two\"");
    assert!(!has_two("/") && has_two("/?view=") && !has_two("/?view=small") && has_two("/?view=none"));
    assert!(server.get("/").body.contains("archc-dark"));
    assert!(server.get("/?view=%3Cb%3E").body.contains("there is no view `&lt;b&gt;`"));
}

#[test]
fn what_a_client_can_hold_is_bounded() {
    let folder = folder(&[("a.arch", "service one\n")]);
    let server = Serving::start(folder.path(), &["a.arch"]);
    let long = "x".repeat(1 << 20);
    for request in [
        format!("GET /{long} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n{}\r\n", "X: y\r\n".repeat(10_000)),
        "\u{0}\u{1}\r\n\r\n".to_owned(),
    ] {
        let status = server.ask(&request).map(|answer| answer.status);
        assert!(status.is_none_or(|it| (400..500).contains(&it)), "{status:?}");
    }
    // all places are taken by those who ask nothing; whoever comes then is turned away
    let idle: Vec<TcpStream> = (0..64).map(|_| server.connect()).collect();
    assert!(server.ask("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").is_none());
    drop(idle);
    // the server hears of each that left in its own time
    while server.ask("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").is_none() {}
    // pages come and go
    for _ in 0..100 {
        while server.events().0.read_line(&mut String::new()).is_err() {}
    }
    while server.ask("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").is_none_or(|it| it.status != 200) {}
}

#[test]
fn what_cannot_be_served_is_refused() {
    let folder = folder(&[("a.arch", "service one\n"), ("bad/archc.toml", "nonsense\n"), ("bad/a.arch", "")]);
    let server = Serving::start(folder.path(), &["a.arch"]);
    let port = server.port.to_string();
    for (arguments, why) in [
        (&["serve", "-"][..], "standard input does not change"),
        (&["serve", "none.arch"], "there is no such file"),
        (&["serve", "."], "is a folder"),
        (&["serve", "bad/a.arch"], "error"),
        (&["serve", "a.arch", "--view", "none"], "there is no view `none`"),
        (&["serve", "a.arch", "--port", &port], "cannot listen on port"),
    ] {
        let output = archc(folder.path(), arguments, "");
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(why), "{arguments:?}: {}", stderr(&output));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nobody_else_reaches_it() {
        let folder = folder(&[("a.arch", "service one\n")]);
        let server = Serving::start(folder.path(), &["a.arch"]);
        // all of 127/8 is this machine; whoever listens on every address would answer here
        assert!(TcpStream::connect(("127.0.0.2", server.port)).is_err());
    }

    #[test]
    fn it_ends_when_it_is_asked_to() {
        for signal in ["-INT", "-TERM"] {
            let folder = folder(&[("a.arch", "service one\n")]);
            let mut server = Serving::start(folder.path(), &["a.arch"]);
            let mut events = server.events();
            events.next();
            let pid = server.child.id().to_string();
            assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
            assert_eq!(server.child.wait().unwrap().code(), Some(0), "{signal}");
            assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err());
        }
    }

    #[test]
    fn the_browser_is_given_the_address() {
        let folder = folder(&[("a.arch", "service one\n")]);
        let (browser, told) = (folder.path().join("xdg-open"), folder.path().join("told"));
        std::fs::write(
            &browser,
            format!("#!/bin/sh\nprintf '%s' \"$1\" >'{0}.new' && mv '{0}.new' '{0}'\n", told.display()),
        )
        .unwrap();
        std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_archc"));
        program.env("PATH", format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap()));
        let server = Serving::start_with(program, folder.path(), &["a.arch", "--open"]);
        while !told.exists() {
            std::thread::yield_now();
        }
        assert_eq!(std::fs::read_to_string(told).unwrap(), format!("http://127.0.0.1:{}/", server.port));
    }
}
