//! `archc watch` against the real file system. Nothing here waits for a time: it reads the lines that the program prints, and
//! only a program that prints none is ended.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::program::{archc, code, folder};

struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watching {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_archc"))
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = sender.clone();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| out.send(line)));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// Reads until each of the words has been met; gives all lines. Output and errors come by two ways, in any order.
    fn until(&self, words: &[&str]) -> Vec<String> {
        let mut met: Vec<String> = Vec::new();
        while !words.iter().all(|words| met.iter().any(|line| line.contains(words))) {
            match self.lines.recv_timeout(Duration::from_secs(120)) {
                Ok(line) => met.push(line),
                Err(_) => panic!("not all of {words:?} in {met:#?}"),
            }
        }
        met
    }
}

#[test]
fn only_what_changed_is_printed_whatever_way_a_file_is_saved() {
    let folder = folder(&[("a.arch", "client c\n")]);
    let at = folder.path();
    let watching = Watching::start(at, &["watch"]);
    watching.until(&["watching"]);
    std::fs::write(at.join("a.arch"), "servce x\n").unwrap();
    watching.until(&["+ a.arch:1:1: error[", "in 1 file"]);
    // as editors save: a new file takes the place of the old one
    std::fs::write(at.join("a.tmp"), "\n\nservce x\nservce y\n").unwrap();
    std::fs::rename(at.join("a.tmp"), at.join("a.arch")).unwrap();
    let came = watching.until(&["+ a.arch:4:1: error[", "in 1 file"]);
    assert!(!came.iter().any(|line| line.contains("servce x")), "it only moved: {came:#?}");
    // a folder that comes, a file that is renamed into it
    std::fs::create_dir(at.join("in")).unwrap();
    std::fs::rename(at.join("a.arch"), at.join("in/b.arch")).unwrap();
    watching.until(&["- a.arch:", "+ in/b.arch:4:1:", "in 1 file"]);
    std::fs::write(at.join("in/b.arch"), "client c\n").unwrap();
    watching.until(&["no findings"]);
    // the folder goes and comes back
    std::fs::remove_dir_all(at.join("in")).unwrap();
    std::fs::create_dir(at.join("in")).unwrap();
    std::fs::write(at.join("in/c.arch"), "servce z\n").unwrap();
    watching.until(&["+ in/c.arch:1:1:"]);
}

#[test]
fn a_picture_is_drawn_again_when_its_import_changes() {
    let folder = folder(&[("lib/part.arch", "service part\n"), ("a.arch", "import \"lib/part.arch\"\n")]);
    let at = folder.path();
    let watching = Watching::start(at, &["watch", "render", "a.arch", "-o", "a.svg"]);
    watching.until(&["a.svg written", "watching"]);
    std::fs::write(at.join("lib/part.arch"), "service other\n").unwrap();
    watching.until(&["a.svg written"]);
    std::fs::remove_file(at.join("a.arch")).unwrap();
    watching.until(&["there is no such file"]);
    std::fs::write(at.join("a.arch"), "service third\n").unwrap();
    watching.until(&["a.svg written"]);
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let folder = folder(&[("a.arch", "client c\n")]);
    for arguments in [
        &["watch", "-"][..],
        &["watch", "check", "a.arch", "--format", "json"],
        &["watch", "render", "a.arch"],
        &["watch", "render", "-", "-o", "x.svg"],
    ] {
        assert_eq!(code(&archc(folder.path(), arguments, "")), 2, "{arguments:?}");
    }
}
