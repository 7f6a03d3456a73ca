//! Many objects from one running `git cat-file`, for a process for each file would take seconds of a large folder.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::source::MAX_BYTES;

/// A running `git cat-file --batch`.
pub(super) struct Objects {
    child: Child,
    /// Absent once the process is told to end.
    input: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// What git has under a name.
pub(super) enum Object {
    /// A file.
    Text(Vec<u8>),
    /// A file that is longer than the compiler takes.
    TooLarge,
    /// Nothing.
    Missing,
    /// A link that leads out of the repository.
    Outside,
    /// Something else, in a word.
    Other(String),
}

impl Objects {
    pub(super) fn start(mut git: Command) -> io::Result<Self> {
        let mut child = git
            .args(["cat-file", "--batch", "--follow-symlinks"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = output.ok_or_else(|| io::Error::other("it has no output"))?;
        Ok(Self { child, input, answers: BufReader::new(output) })
    }

    /// The object of that name, which holds no line break.
    pub(super) fn read(&mut self, name: &str) -> io::Result<Object> {
        let Some(input) = &mut self.input else { return Err(io::ErrorKind::BrokenPipe.into()) };
        input.write_all(format!("{name}\n").as_bytes())?;
        input.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let head = head.trim_end_matches('\n');
        if head.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if [" missing", " ambiguous", " submodule"].iter().any(|end| head.ends_with(end)) {
            return Ok(Object::Missing);
        }
        // `HASH KIND LENGTH`; where a link leads nowhere `KIND LENGTH`, with the path behind it
        let mut words = head.rsplit(' ');
        let length: u64 = words
            .next()
            .and_then(|word| word.parse().ok())
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, head.to_owned()))?;
        let kind = words.next().unwrap_or_default().to_owned();
        let keeps = kind == "blob" && length <= MAX_BYTES as u64;
        let mut bytes = Vec::new();
        let mut content = self.answers.by_ref().take(length);
        if keeps {
            content.read_to_end(&mut bytes)?;
        } else {
            io::copy(&mut content, &mut io::sink())?;
        }
        // the line end behind the content
        self.answers.read_exact(&mut [0])?;
        Ok(match kind.as_str() {
            "blob" if keeps => Object::Text(bytes),
            "blob" => Object::TooLarge,
            "dangling" | "notdir" => Object::Missing,
            "symlink" => Object::Outside,
            "loop" => Object::Other("circle of links".to_owned()),
            "tree" => Object::Other("folder".to_owned()),
            _ => Object::Other(kind),
        })
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // it ends with its input
        self.input = None;
        let _ = self.child.wait();
    }
}
