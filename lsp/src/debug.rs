//! Requests that exist for our tests alone, and only where an environment variable asks for them: what panics, what never
//! ends, what a text is.

use std::sync::Arc;

use serde_json::json;

use crate::answers::{Ask, Asked, Failure};
use crate::server::Json;

/// Answers one of them.
pub(crate) async fn answer(ask: Ask, method: &str) -> Result<Json, Failure> {
    match method {
        "archc/debug/panic" => {
            #[expect(clippy::panic, reason = "a test asks for one")]
            let work = |_: &Asked| -> Result<Json, Failure> { panic!("as a test wants it") };
            match ask.params.get("where").and_then(Json::as_str) {
                Some("thread") => ask.now(work).await,
                Some("lane") => ask.drawn(move |asked, _| work(asked)).await,
                _ => {
                    let Ask { view, params, .. } = ask;
                    work(&Asked { view, params, path: String::new() })
                }
            }
        }
        // like a drawing that never ends
        "archc/debug/stall" => {
            let stall = |_: &Asked, is_wanted: &dyn Fn() -> bool| {
                while is_wanted() {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                Ok(Json::Null)
            };
            ask.drawn(stall).await
        }
        "archc/debug/untilChanged" => {
            let services = Arc::clone(&ask.services);
            let wait = move |asked: &Asked| {
                while services.still(&asked.path, asked.file()).is_ok() {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                Ok(Json::Null)
            };
            ask.fresh(wait).await
        }
        "archc/debug/text" => {
            let file = ask.path.as_ref().and_then(|path| ask.view.snapshot.file(path));
            Ok(json!({"text": file.map(|file| file.text()), "version": file.and_then(|file| file.version())}))
        }
        _ => Err(Failure::Unknown),
    }
}
