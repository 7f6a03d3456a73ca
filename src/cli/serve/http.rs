//! The network: bounded in connections, bytes and time. The one file that names hyper.

use std::convert::Infallible;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::channel::{Channel, Sender as BodySender};
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Response, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch::Receiver;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::edition::Edition;
use super::requests::{Answer, Header, Request, answer};

/// So many connections at once; who comes then is turned away.
const CONNECTIONS: usize = 64;
/// So many of them may wait for events.
const EVENTS: usize = 32;
/// Until then a request must be there.
const REQUEST: Duration = Duration::from_secs(10);
/// Until then an answer must be taken.
const WHOLE: Duration = Duration::from_secs(60);
/// So often a word goes to who waits for events: what stands between may close a silent connection.
const PULSE: Duration = Duration::from_secs(15);
/// Bytes of a request, and headers.
const BYTES: usize = 16 << 10;
const HEADERS: usize = 64;

const ICON: &str = include_str!("../../../editors/vscode/icons/arch.svg");

type Body = Either<Full<Bytes>, Channel<Bytes>>;
type Editions = Receiver<Arc<Edition>>;

/// Serves until Ctrl-C. `ready` is called once requests are answered.
///
/// # Errors
/// Why it ended before.
pub(super) fn serve(
    listeners: Vec<TcpListener>,
    port: u16,
    mut editions: Editions,
    stack: usize,
    ready: impl FnOnce(),
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        // pages are drawn on these
        .max_blocking_threads(2)
        .thread_stack_size(stack)
        .build()
        .map_err(|error| format!("cannot serve: {error}"))?;
    let served = runtime.block_on(async {
        let end = pin!(interrupted());
        let doors = Arc::new(Doors {
            port,
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
            events: Arc::new(Semaphore::new(EVENTS)),
            editions: editions.clone(),
        });
        for listener in listeners {
            let listener = listener
                .set_nonblocking(true)
                .and_then(|()| tokio::net::TcpListener::from_std(listener))
                .map_err(|error| format!("cannot serve: {error}"))?;
            tokio::spawn(accept(listener, Arc::clone(&doors)));
        }
        ready();
        let unwatched = async { while editions.changed().await.is_ok() {} };
        tokio::select! {
            ended = end => ended.map_err(|error| format!("cannot wait for Ctrl-C: {error}")),
            // why was said by who watched
            () = unwatched => Err("cannot watch any longer".to_owned()),
        }
    });
    // whoever draws a page now draws it for nobody
    runtime.shutdown_background();
    served
}

/// Waits for Ctrl-C, or for what ends a program politely.
async fn interrupted() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut end = signal(SignalKind::terminate())?;
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended,
            _ = end.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Who may come in, and what there is for them.
struct Doors {
    port: u16,
    connections: Arc<Semaphore>,
    events: Arc<Semaphore>,
    editions: Editions,
}

async fn accept(listener: tokio::net::TcpListener, doors: Arc<Doors>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // the system has no more files for now
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        // dropped, and so closed, where all places are taken
        if let Ok(place) = Arc::clone(&doors.connections).try_acquire_owned() {
            tokio::spawn(connection(stream, Arc::clone(&doors), place));
        }
    }
}

/// One connection, one request.
async fn connection(stream: tokio::net::TcpStream, doors: Arc<Doors>, place: OwnedSemaphorePermit) {
    let told = Arc::new(Told::default());
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (doors, told) = (Arc::clone(&doors), Arc::clone(&told));
        async move { Ok::<_, Infallible>(respond(&request, &doors, &told).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(REQUEST)
        .keep_alive(false)
        .max_buf_size(BYTES)
        .max_headers(HEADERS);
    let mut open = pin!(http.serve_connection(TokioIo::new(stream), service));
    // what a client does wrong ends its connection and nothing else
    while tokio::time::timeout(WHOLE, &mut open).await.is_err() {
        if told.get().is_none() {
            break;
        }
    }
    if let Some((teller, _)) = told.get() {
        teller.abort();
    }
    drop(place);
}

/// Who tells a connection what is new, and its place among those.
type Told = OnceLock<(AbortHandle, OwnedSemaphorePermit)>;

async fn respond(request: &hyper::Request<Incoming>, doors: &Arc<Doors>, told: &Told) -> Response<Body> {
    let headers = request.headers();
    let asked = Request {
        method: request.method().as_str(),
        host: one(headers, &header::HOST),
        authority: request.uri().authority().map(hyper::http::uri::Authority::as_str),
        origin: one(headers, &header::ORIGIN),
        site: one(headers, &HeaderName::from_static("sec-fetch-site")),
        destination: one(headers, &HeaderName::from_static("sec-fetch-dest")),
        path: request.uri().path(),
        query: request.uri().query(),
    };
    match answer(asked, doors.port) {
        Answer::Page(view) => {
            let edition = Arc::clone(&doors.editions.borrow());
            match tokio::task::spawn_blocking(move || edition.page(view.as_deref())).await {
                Ok(page) => whole(200, "text/html; charset=utf-8", page.html.clone(), &page.policy),
                Err(_) => refused(500, "the page could not be drawn"),
            }
        }
        Answer::Events => match Arc::clone(&doors.events).try_acquire_owned() {
            Ok(place) => {
                let (sender, body) = Channel::new(1);
                let teller = tokio::spawn(tell(sender, doors.editions.clone()));
                let _ = told.set((teller.abort_handle(), place));
                response(200, "text/event-stream", Either::Right(body), NOTHING)
            }
            Err(_) => refused(503, "too many pages are open"),
        },
        Answer::Icon => whole(200, "image/svg+xml", ICON.to_owned(), NOTHING),
        Answer::Refused(status, why) => refused(status, why),
    }
}

/// The header, if it is there once and is text.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Header<'h> {
    let mut all = headers.get_all(name).iter();
    match (all.next().map(HeaderValue::to_str), all.next()) {
        (None, _) => Header::None,
        (Some(Ok(value)), None) => Header::One(value),
        _ => Header::Odd,
    }
}

/// Sends what is new until the reader leaves.
async fn tell(mut sender: BodySender<Bytes>, mut editions: Editions) {
    loop {
        let news = format!("data: {}\n\n", editions.borrow_and_update().news());
        if sender.send_data(news.into()).await.is_err() {
            return;
        }
        loop {
            match tokio::time::timeout(PULSE, editions.changed()).await {
                Ok(Ok(())) => break,
                Ok(Err(_)) => return,
                Err(_) if sender.send_data(Bytes::from_static(b":\n\n")).await.is_err() => return,
                Err(_) => {}
            }
        }
    }
}

/// The policy of what is no page.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

fn refused(status: u16, why: &str) -> Response<Body> {
    whole(status, "text/plain; charset=utf-8", format!("archc: {why}\n"), NOTHING)
}

fn whole(status: u16, kind: &'static str, text: String, policy: &str) -> Response<Body> {
    response(status, kind, Either::Left(Full::new(Bytes::from(text))), policy)
}

fn response(status: u16, kind: &'static str, body: Body, policy: &str) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if status == 405 {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET"));
    }
    response
}
