//! `archc watch`: looks again whenever a file changed, and prints only what that changed.

pub(super) mod places;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::Exit;
use super::arguments::{Check, FindingFormat, Render, Watch, WatchCommand};
use super::check::examine;
use super::output::Output;
use super::render;
use super::settings::Settings;
use crate::diff::watch::{self, News, Seen};
use crate::emit::harmless;

/// How long nothing must have happened before files are read: an editor saves in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// However much happens, a look is due after so many pauses.
const PAUSES: usize = 30;

pub(super) fn run(options: &Watch, settings: &Settings, output: &Output) -> Exit {
    match &options.command {
        None => check(&options.check, settings, output),
        Some(WatchCommand::Check(options)) => check(options, settings, output),
        Some(WatchCommand::Render(options)) => draw(options, settings, output),
    }
}

fn check(options: &Check, settings: &Settings, output: &Output) -> Exit {
    if !matches!(options.format, FindingFormat::Human | FindingFormat::Concise) {
        return output.fail("`watch` tells findings in lines; leave out --format, or add a file by --output");
    }
    if options.reads_stdin() {
        return output.fail("standard input does not change; name files or folders");
    }
    if options.mend.is_asked() {
        return output.fail("`watch` changes no design; mend once by `archc check --fix`");
    }
    let mut watch = watch::Watch::default();
    let mut said = String::new();
    repeat(output, || {
        let quiet = output.recording();
        let mut read = BTreeSet::new();
        if let Ok(found) = examine(options, settings, &quiet) {
            let (roots, before) = found.roots();
            let designs: Vec<_> = roots.iter().map(|(sources, all)| (*sources, all.as_ref())).collect();
            let news = watch.look(&designs);
            for (sources, _) in &designs {
                read.extend(sources.iter().map(|(_, document)| PathBuf::from(document.path())));
            }
            found.write_files(options, &roots, before.as_ref(), &quiet);
            if !news.is_empty() {
                output.print(&news.iter().map(line).collect::<String>());
                output.remark(&format!("{}\n", found.summary(&roots).sentence(before.as_ref())));
            }
        }
        tell(&quiet, &mut said, output);
        let here = [".".to_owned()];
        let named = if options.paths.is_empty() { &here[..] } else { &options.paths };
        read.extend(named.iter().filter_map(|path| settings.file_for(path)));
        read.extend(options.baseline.clone());
        places::of(named, read.into_iter())
    })
}

fn draw(options: &Render, settings: &Settings, output: &Output) -> Exit {
    if options.output.is_none() && !options.embed {
        return output.fail("`watch render` needs a file to draw into; name it by -o");
    }
    if options.file == "-" {
        return output.fail("standard input does not change; name a file");
    }
    let mut said = String::new();
    repeat(output, || {
        let quiet = output.recording();
        let read = render::draw(options, settings, &quiet).1;
        tell(&quiet, &mut said, output);
        for path in quiet.written() {
            output.print(&format!("{} written\n", path.display()));
        }
        places::of(
            std::slice::from_ref(&options.file),
            read.into_iter().chain(settings.file_for(&options.file)),
        )
    })
}

/// Changes in some folders, for whoever does something else meanwhile.
pub(super) struct Changes {
    /// Tells as long as it lives.
    _watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
}

impl Changes {
    /// Listens to the folders in which a change matters for what is named.
    ///
    /// # Errors
    /// Why the system tells of no changes.
    pub(super) fn of(named: &[String]) -> Result<Self, String> {
        let both = listen(&places::of(named, std::iter::empty()));
        let (watcher, events) = both.map_err(|error| format!("cannot watch: {error}"))?;
        Ok(Self { _watcher: watcher, events })
    }

    /// Whether something changed since the last time; waits only for the quiet behind a change.
    pub(super) fn any(&self) -> bool {
        let concerns = |event: notify::Result<Event>| event.map_or(true, |event| matters(&event));
        // all of them are taken
        let some = self.events.try_iter().map(concerns).filter(|it| *it).count() > 0;
        for _ in 0..if some { PAUSES } else { 0 } {
            if self.events.recv_timeout(QUIET).is_err() {
                break;
            }
        }
        some
    }
}

/// Says what was said, unless that was said the last time too.
pub(super) fn tell(quiet: &Output, said: &mut String, output: &Output) {
    let now = quiet.said();
    if now != *said {
        output.say(&now);
        *said = now;
    }
}

/// Looks again and again, and says so.
fn repeat(output: &Output, mut look: impl FnMut() -> BTreeSet<PathBuf>) -> Exit {
    let mut is_told = false;
    let look = || {
        let folders = look();
        if !std::mem::replace(&mut is_told, true) {
            output.remark("archc: watching; Ctrl-C ends it\n");
        }
        folders
    };
    again_and_again(output, look)
}

/// A look gives the folders in which a change matters. Ends where nothing can be heard of changes.
pub(super) fn again_and_again(output: &Output, mut look: impl FnMut() -> BTreeSet<PathBuf>) -> Exit {
    let mut folders = look();
    loop {
        // a new watcher each time: one over a folder that was renamed or made anew would hear nothing of it
        let (watcher, events) = match listen(&folders) {
            Ok(both) => both,
            Err(error) => return output.fail(&format!("cannot watch: {error}")),
        };
        // only now, so that nothing changes unseen between a look and the next watcher
        let now = look();
        if now == folders && !wait(&events) {
            return output.fail("cannot watch any longer: the system tells of no more changes");
        }
        folders = now;
        drop(watcher);
    }
}

fn listen(
    folders: &BTreeSet<PathBuf>,
) -> notify::Result<(RecommendedWatcher, Receiver<notify::Result<Event>>)> {
    let (sender, events) = channel();
    let mut watcher = notify::recommended_watcher(sender)?;
    for folder in folders {
        match watcher.watch(folder, RecursiveMode::NonRecursive) {
            // it went while this was on its way; the next look sees that
            Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => {}
            Err(error) if is_not_found(&error) => {}
            other => other?,
        }
    }
    Ok((watcher, events))
}

fn is_not_found(error: &notify::Error) -> bool {
    matches!(&error.kind, notify::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound)
}

/// Waits for a change that matters and for the quiet behind it; `false` when none can come any more.
fn wait(events: &Receiver<notify::Result<Event>>) -> bool {
    loop {
        match events.recv() {
            Ok(event) if event.as_ref().is_ok_and(|event| !matters(event)) => {}
            // where events were lost anything may have changed
            Ok(_) => break,
            Err(_) => return false,
        }
    }
    for _ in 0..PAUSES {
        if events.recv_timeout(QUIET).is_err() {
            break;
        }
    }
    true
}

/// Whether a change may concern a design: that a file was read, or a picture written, does not.
fn matters(event: &Event) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    event.paths.is_empty() || event.paths.iter().any(|path| may_concern(path))
}

fn may_concern(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    if name.starts_with(".archc-") || name.ends_with(".practice.json") {
        return false;
    }
    match path.extension().and_then(|ending| ending.to_str()) {
        // a folder, perhaps
        None => true,
        Some(ending) => matches!(ending, "arch" | "md" | "markdown" | "toml" | "json"),
    }
}

/// A finding that came, went or changed.
fn line((news, it): &(News, Seen)) -> String {
    use anstyle::AnsiColor;
    let (sign, color) = match news {
        News::Came => ("+", AnsiColor::Red),
        News::Went => ("-", AnsiColor::Green),
        News::Changed => ("~", AnsiColor::Yellow),
    };
    let style = color.on_default();
    let message = harmless(&it.message).replace('\n', " ");
    format!("{style}{sign}{style:#} {}: {}[{}] {message}\n", it.place, it.severity.as_str(), it.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_archc_itself_does_starts_no_look() {
        for path in ["shop.svg", "a/.archc-x1", "a/.archc-x1.md", "x.swp", "a/shop.practice.json"] {
            assert!(!may_concern(Path::new(path)), "{path}");
        }
        for path in ["shop.arch", "README.md", "archc.toml", "designs", "known.json"] {
            assert!(may_concern(Path::new(path)), "{path}");
        }
        let event =
            Event::new(EventKind::Access(notify::event::AccessKind::Any)).add_path("shop.arch".into());
        assert!(!matters(&event));
    }
}
