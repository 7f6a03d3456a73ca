//! `archc serve FILE`: the preview of a design in a browser on this machine, anew whenever a file of it is saved.

mod edition;
mod http;
mod requests;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch::{Sender, channel};

use self::edition::{Edition, Seen};
use super::Exit;
use super::arguments::{OverlayChoice, Serve};
use super::compile;
use super::documents::single;
use super::output::Output;
use super::settings::Settings;
use super::watch::{again_and_again, places, tell};
use crate::ide::preview::Picked;

/// As much as the main thread has: what is read may be deeply nested.
const STACK: usize = 8 << 20;

pub(super) fn run(options: &Serve, settings: &Settings, output: &Output) -> Exit {
    if options.file == "-" {
        return output.fail("standard input does not change; name a file");
    }
    let quiet = output.recording();
    let looked = look(&options.file, settings, &quiet);
    let said = quiet.said();
    output.say(&said);
    let Ok((seen, _)) = looked else { return Exit::CouldNot };
    let seen = Seen { said: said.clone(), ..seen };
    let Some(design) = seen.design.as_ref() else { return Exit::CouldNot };
    let picked = picked(options);
    if let Err(message) = crate::ide::preview::wanted(&design.compilation.model, &design.config, &picked) {
        return output.fail(&message);
    }
    let first = Edition::first(seen, picked);
    let listeners = match listen(options.port) {
        Ok(listeners) => listeners,
        Err(error) => {
            return output.fail(&format!(
                "cannot listen on port {}: {error}; leave out --port for a free one",
                options.port
            ));
        }
    };
    let Some(port) = listeners.first().and_then(|it| it.local_addr().ok()).map(|it| it.port()) else {
        return output.fail("cannot tell on which port this listens");
    };
    let (sender, editions) = channel(Arc::new(first));
    let looking = Looking {
        file: options.file.clone(),
        settings: settings.clone(),
        output: output.without_remarks(),
        said,
        editions: sender,
    };
    if let Err(error) = looking.start() {
        return output.fail(&format!("cannot watch: {error}"));
    }
    let address = format!("http://127.0.0.1:{port}/");
    let ready = || {
        output.print(&format!("{address}\n"));
        output.remark("archc: serving this machine alone; Ctrl-C ends it\n");
        if options.open
            && let Err(error) = open::that_detached(&address)
        {
            output.say(&format!("archc: no browser could be started: {error}\n"));
        }
    };
    match http::serve(listeners, port, editions, STACK, ready) {
        Ok(()) => Exit::Done,
        Err(error) => output.fail(&error),
    }
}

fn picked(options: &Serve) -> Picked {
    let overlay = options.overlay.map(|choice| match choice {
        OverlayChoice::None => "none",
        OverlayChoice::Findings => "findings",
        OverlayChoice::Load => "load",
        OverlayChoice::Coupling => "coupling",
        OverlayChoice::Domains => "domains",
    });
    Picked {
        view: options.view.clone(),
        flow: None,
        overlay: overlay.map(str::to_owned),
        theme: options.theme.clone(),
        // the page closes groups itself
        open: Vec::new(),
    }
}

/// The loopback addresses of both families, where there are both; the port is the same.
fn listen(port: u16) -> std::io::Result<Vec<TcpListener>> {
    let first = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let port = first.local_addr()?.port();
    let second = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port)));
    Ok(std::iter::once(first).chain(second).collect())
}

/// Who looks again whenever a file changed.
struct Looking {
    file: String,
    settings: Settings,
    output: Output,
    /// What was said last.
    said: String,
    editions: Sender<Arc<Edition>>,
}

impl Looking {
    /// Looks on a thread of its own, which ends with the program.
    fn start(mut self) -> std::io::Result<()> {
        let work = move || again_and_again(&self.output.without_remarks(), || self.look());
        std::thread::Builder::new().name("watch".to_owned()).stack_size(STACK).spawn(work).map(|_| ())
    }

    /// Gives the folders in which a change matters.
    fn look(&mut self) -> BTreeSet<PathBuf> {
        let quiet = self.output.recording();
        let (seen, read) = look(&self.file, &self.settings, &quiet).unwrap_or_default();
        tell(&quiet, &mut self.said, &self.output);
        let seen = Seen { said: quiet.said(), ..seen };
        self.editions.send_if_modified(|now| {
            let next = now.next(seen);
            next.map(|next| *now = Arc::new(next)).is_some()
        });
        let named = std::slice::from_ref(&self.file);
        places::of(named, read.into_iter().chain(self.settings.file_for(&self.file)))
    }
}

/// The design as it stands in its files, and which files that are.
fn look(file: &str, settings: &Settings, output: &Output) -> Result<(Seen, Vec<PathBuf>), ()> {
    let config = settings.of(file, None, output).map_err(|_| ())?;
    let text = single(file, output).map_err(|_| ())?;
    let (compilation, exit) = compile::one(&text, &config, output);
    let read = compilation.sources.iter().map(|(_, document)| PathBuf::from(document.path())).collect();
    let design = edition::Design { compilation, config, is_good: exit == Exit::Done };
    Ok((Seen { design: Some(Arc::new(design)), said: String::new() }, read))
}
