//! What a request asks for, and whether its asker may: pages of other sites, and names that other sites gave this machine,
//! are refused. Knows nothing of the network.

use percent_encoding::percent_decode_str;

/// What of a request matters. Of a header that came twice `None` and of one that is no text are the same as a wrong one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// The host of the `Host` header.
    pub(super) host: Header<'a>,
    /// The host of the address itself, where it has one.
    pub(super) authority: Option<&'a str>,
    pub(super) origin: Header<'a>,
    /// `Sec-Fetch-Site`.
    pub(super) site: Header<'a>,
    /// `Sec-Fetch-Dest`.
    pub(super) destination: Header<'a>,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

/// A header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header<'a> {
    None,
    One(&'a str),
    /// Given twice, or no text.
    Odd,
}

/// What to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The page of a view; of what the command line asks for without one.
    Page(Option<String>),
    /// What changes from now on.
    Events,
    /// The picture in the browser's tab.
    Icon,
    /// A status, and why.
    Refused(u16, &'static str),
}

/// What a request to a server on this port is answered with.
pub(super) fn answer(request: Request<'_>, port: u16) -> Answer {
    // a name that somebody else made point here is not ours: DNS rebinding
    let is_here = |host: &str| ours(host, port);
    let Header::One(host) = request.host else { return Answer::Refused(421, "the Host header is missing") };
    if !is_here(host) || request.authority.is_some_and(|it| !is_here(it)) {
        return Answer::Refused(421, "this is not the host that was asked for");
    }
    if !is_own(request, port) {
        return Answer::Refused(403, "only the pages of this server may ask");
    }
    if request.method != "GET" {
        return Answer::Refused(405, "only GET");
    }
    match request.path {
        "/" => match view(request.query) {
            Ok(view) => Answer::Page(view),
            Err(()) => Answer::Refused(400, "the name of the view cannot be read"),
        },
        "/events" => Answer::Events,
        "/icon.svg" => Answer::Icon,
        _ => Answer::Refused(404, "there is no such page"),
    }
}

/// Whether a page of this server asks, or a person who typed the address or followed a link.
fn is_own(request: Request<'_>, port: u16) -> bool {
    let origin = match request.origin {
        Header::None => true,
        Header::One(origin) => origin.strip_prefix("http://").is_some_and(|host| ours(host, port)),
        Header::Odd => false,
    };
    let site = match request.site {
        Header::None | Header::One("same-origin" | "none") => true,
        // a link from elsewhere opens the page as a whole, of which the other page sees nothing
        Header::One(_) => request.destination == Header::One("document"),
        Header::Odd => false,
    };
    origin && site
}

/// Whether a host and port is this server by a name that nobody else can give.
fn ours(host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    let is_named = |name: &str| match host.strip_prefix(name) {
        Some("") => port == 80,
        Some(rest) => rest.strip_prefix(':').is_some_and(|it| it == port.to_string()),
        None => false,
    };
    ["127.0.0.1", "localhost", "[::1]"].into_iter().any(is_named)
}

/// The view that a query names.
fn view(query: Option<&str>) -> Result<Option<String>, ()> {
    let parts = query.unwrap_or_default().split('&');
    let Some(name) = parts.filter_map(|part| part.strip_prefix("view=")).next() else { return Ok(None) };
    match percent_decode_str(name).decode_utf8() {
        Ok(name) => Ok(Some(name.into_owned())),
        Err(_) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Request<'_> = Request {
        method: "GET",
        host: Header::One("127.0.0.1:8123"),
        authority: None,
        origin: Header::None,
        site: Header::None,
        destination: Header::None,
        path: "/",
        query: None,
    };

    fn status(request: Request<'_>) -> u16 {
        match answer(request, 8123) {
            Answer::Refused(status, _) => status,
            _ => 200,
        }
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["127.0.0.1:8123", "localhost:8123", "LOCALHOST:8123", "[::1]:8123"] {
            assert_eq!(status(Request { host: Header::One(host), ..PLAIN }), 200, "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8123",
            "127.0.0.1",
            "127.0.0.1:81",
            "127.0.0.1:08123",
            "127.0.0.1.evil.example:8123",
            "localhost.:8123",
            "x@127.0.0.1:8123",
            "",
        ] {
            assert_eq!(status(Request { host: Header::One(host), ..PLAIN }), 421, "{host}");
        }
        assert_eq!(status(Request { host: Header::None, ..PLAIN }), 421);
        assert_eq!(status(Request { host: Header::Odd, ..PLAIN }), 421);
        assert_eq!(status(Request { authority: Some("evil.example"), ..PLAIN }), 421);
        assert_eq!(answer(Request { host: Header::One("localhost"), ..PLAIN }, 80), Answer::Page(None));
    }

    #[test]
    fn only_its_own_pages_and_people_may_ask() {
        for origin in ["http://evil.example", "null", "https://127.0.0.1:8123", "http://127.0.0.1:9", ""] {
            assert_eq!(status(Request { origin: Header::One(origin), ..PLAIN }), 403, "{origin}");
        }
        assert_eq!(status(Request { origin: Header::Odd, ..PLAIN }), 403);
        assert_eq!(status(Request { origin: Header::One("http://localhost:8123"), ..PLAIN }), 200);
        let from = |site, destination| Request {
            site: Header::One(site),
            destination: Header::One(destination),
            path: "/events",
            ..PLAIN
        };
        assert_eq!(status(from("same-origin", "empty")), 200);
        assert_eq!(status(from("none", "document")), 200);
        assert_eq!(status(from("cross-site", "document")), 200, "a link that a person follows");
        for destination in ["script", "image", "iframe", "empty"] {
            assert_eq!(status(from("cross-site", destination)), 403, "{destination}");
            assert_eq!(status(from("same-site", destination)), 403, "{destination}: another port");
        }
    }

    #[test]
    fn there_is_a_page_its_events_and_its_icon() {
        let at = |path, query| answer(Request { path, query, ..PLAIN }, 8123);
        assert_eq!(at("/", None), Answer::Page(None));
        assert_eq!(at("/", Some("view=")), Answer::Page(Some(String::new())));
        assert_eq!(at("/", Some("x=1&view=a%20b%C3%A9")), Answer::Page(Some("a bé".to_owned())));
        assert_eq!(at("/", Some("view=%ff")), Answer::Refused(400, "the name of the view cannot be read"));
        assert_eq!(at("/events", None), Answer::Events);
        assert_eq!(at("/icon.svg", None), Answer::Icon);
        assert_eq!(status(Request { path: "/../etc/passwd", ..PLAIN }), 404);
        for method in ["POST", "HEAD", "OPTIONS", "get"] {
            assert_eq!(status(Request { method, ..PLAIN }), 405, "{method}");
        }
    }
}
