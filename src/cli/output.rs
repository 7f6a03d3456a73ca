//! Writing: results to standard output, remarks to standard error, files as a whole or not at all.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::Exit;
use super::arguments::ColorChoice;
use crate::emit::{HumanStyle, harmless};

/// Where a command writes, and how.
pub(super) struct Output {
    color: ColorChoice,
    quiet: bool,
    /// What is written down instead of being said, for those who look again and again.
    record: Option<RefCell<Record>>,
}

#[derive(Default)]
struct Record {
    said: String,
    written: Vec<PathBuf>,
}

impl Output {
    pub(super) fn new(color: ColorChoice, quiet: bool) -> Self {
        Self { color, quiet, record: None }
    }

    /// One that says nothing but remembers it, and leaves files alone that are as they should be.
    pub(super) fn recording(&self) -> Self {
        Self { color: self.color, quiet: true, record: Some(RefCell::default()) }
    }

    /// One that writes to the same place but leaves out remarks.
    pub(super) fn without_remarks(&self) -> Self {
        Self { color: self.color, quiet: true, record: None }
    }

    /// What a recording one was told to say on standard error.
    pub(super) fn said(&self) -> String {
        self.record.as_ref().map(|record| record.borrow().said.clone()).unwrap_or_default()
    }

    /// The files that a recording one has written.
    pub(super) fn written(&self) -> Vec<PathBuf> {
        self.record.as_ref().map(|record| record.borrow().written.clone()).unwrap_or_default()
    }

    /// Whether remarks and summaries are left out.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes a result to standard output. A reader who left is no fault.
    pub(super) fn print(&self, text: &str) -> Exit {
        let choice = match self.color {
            // a long text without colours needs nobody to look for them
            _ if !text.contains('\x1b') => anstream::ColorChoice::AlwaysAnsi,
            ColorChoice::Auto => anstream::AutoStream::choice(&io::stdout()),
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        let mut out = anstream::AutoStream::new(io::stdout().lock(), choice);
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        self.judge(written, "standard output")
    }

    /// Writes bytes that are no text for a terminal, such as a picture, to standard output.
    pub(super) fn print_raw(&self, bytes: &[u8]) -> Exit {
        let mut out = io::stdout().lock();
        let written = out.write_all(bytes).and_then(|()| out.flush());
        self.judge(written, "standard output")
    }

    fn judge(&self, written: io::Result<()>, target: &str) -> Exit {
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.fail(&format!("cannot write to {target}: {error}"))
            }
            _ => Exit::Done,
        }
    }

    /// Says on standard error why the work could not be done.
    pub(super) fn fail(&self, message: &str) -> Exit {
        self.say(&format!("archc: {}\n", harmless(message)));
        Exit::CouldNot
    }

    /// A remark on standard error, unless `--quiet`.
    pub(super) fn remark(&self, message: &str) {
        if !self.quiet {
            self.say(message);
        }
    }

    /// Text on standard error; nobody is left to be told where that fails.
    pub(super) fn say(&self, text: &str) {
        if let Some(record) = &self.record {
            record.borrow_mut().said.push_str(text);
            return;
        }
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// How findings for people look on standard output.
    pub(super) fn human_style(&self) -> HumanStyle {
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        };
        HumanStyle { color, width: self.width() }
    }

    /// Columns for prose: of the terminal, within reason; 100 where there is none.
    pub(super) fn width(&self) -> usize {
        if !io::stdout().is_terminal() {
            return 100;
        }
        terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(40, 120))
    }

    /// Writes a file as a whole: what stood there stays until the new text is complete.
    pub(super) fn write_file(&self, path: &Path, bytes: &[u8]) -> Exit {
        if let Some(record) = &self.record {
            if is_same(path, bytes) {
                return Exit::Done;
            }
            record.borrow_mut().written.push(path.to_owned());
        }
        replace_file(path, bytes).map_or_else(|error| self.cannot_write(path, &error), |()| Exit::Done)
    }

    /// Writes several files, or none where one cannot be written: all are complete before the first takes its place.
    pub(super) fn write_files(&self, files: &[(&Path, &[u8])]) -> Exit {
        let mut staged = Vec::new();
        for (path, bytes) in files {
            match Staged::new(path, bytes) {
                Ok(file) => staged.push((path, file)),
                Err(error) => return self.cannot_write(path, &error),
            }
        }
        let put =
            |(path, file): (&&Path, Staged)| file.put().map_err(|error| self.cannot_write(path, &error));
        staged.into_iter().try_for_each(put).err().unwrap_or(Exit::Done)
    }

    fn cannot_write(&self, path: &Path, error: &io::Error) -> Exit {
        self.fail(&format!("cannot write `{}`: {}", path.display(), why_not(error)))
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line is where files are read")]
fn is_same(path: &Path, bytes: &[u8]) -> bool {
    std::fs::read(path).is_ok_and(|there| there == bytes)
}

/// The reason in words: what the system says of a temporary file names that, which nobody asked for.
fn why_not(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::PermissionDenied => "the system does not allow it".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        _ => error.to_string().split(" at path ").next().unwrap_or_default().to_owned(),
    }
}

/// Writes to a temporary file beside the target and moves it there; a link's target is what is replaced.
fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Staged::new(path, bytes)?.put()
}

/// A text that is written, and only has to be put in the place of the old one.
enum Staged {
    Beside(tempfile::NamedTempFile, PathBuf),
    /// A device or pipe, such as /dev/stdout, cannot be replaced: it is written to.
    Device(PathBuf, Vec<u8>),
}

impl Staged {
    fn new(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if target.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if target.exists() && !target.is_file() {
            return Ok(Self::Device(target, bytes.to_owned()));
        }
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".archc-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // as an ordinary program would create it; the umask applies
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        if let Ok(old) = target.metadata() {
            file.as_file().set_permissions(old.permissions())?;
        }
        Ok(Self::Beside(file, target))
    }

    fn put(self) -> io::Result<()> {
        match self {
            Self::Device(target, bytes) => {
                std::fs::OpenOptions::new().write(true).open(&target)?.write_all(&bytes)
            }
            Self::Beside(file, target) => file.persist(&target).map(|_| ()).map_err(|error| error.error),
        }
    }
}
