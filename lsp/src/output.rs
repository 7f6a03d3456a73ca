//! Standard output: whole messages, one behind the other. The protocol crate writes here, and so do we where its values of
//! JSON, which it copies before it writes them, would cost more than what they tell. Knows no protocol type.

use std::collections::VecDeque;
use std::io::Write;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

/// Where messages go. A thread of its own writes them, so that nobody who has an answer waits for the client.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    queue: Arc<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Whole messages; the first is being written.
    messages: VecDeque<Vec<u8>>,
    /// The greeting is on its way: the client may be told things.
    has_begun: bool,
    /// Nobody reads any more.
    is_closed: bool,
}

impl Output {
    /// Starts to write.
    pub(crate) fn start(mut out: impl Write + Send + 'static) -> Self {
        let queue = Arc::new(Queue::default());
        let ours = Arc::clone(&queue);
        std::thread::spawn(move || {
            loop {
                let message = ours.first();
                let written = out.write_all(&message).and_then(|()| out.flush());
                let mut waiting = ours.lock();
                waiting.messages.pop_front();
                if written.is_err() {
                    waiting.is_closed = true;
                    waiting.messages.clear();
                }
                drop(waiting);
                ours.changed.notify_all();
            }
        });
        Self { queue }
    }

    /// Tells the client something, its parameters as JSON, once all that was written before is on its way; not to be called
    /// from a handler.
    pub(crate) fn tell(&self, method: &str, params: &str) {
        let head = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":"#);
        let length = head.len() + params.len() + 1;
        let framed = format!("Content-Length: {length}\r\n\r\n{head}{params}}}").into_bytes();
        let is_busy = |waiting: &mut Waiting| {
            !waiting.is_closed && (!waiting.has_begun || !waiting.messages.is_empty())
        };
        let waiting = self.queue.changed.wait_while(self.queue.lock(), is_busy);
        self.queue.push(waiting.unwrap_or_else(PoisonError::into_inner), framed);
    }

    /// Waits until all is written.
    pub(crate) fn drain(&self) {
        let is_busy = |waiting: &mut Waiting| !waiting.messages.is_empty();
        drop(self.queue.changed.wait_while(self.queue.lock(), is_busy));
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // the data is whole between statements, whoever panicked
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, mut waiting: MutexGuard<'_, Waiting>, message: Vec<u8>) {
        if !waiting.is_closed {
            waiting.messages.push_back(message);
        }
        drop(waiting);
        self.changed.notify_all();
    }

    /// The next message; it stays in the queue until it is written.
    fn first(&self) -> Vec<u8> {
        let mut waiting = self.lock();
        loop {
            if let Some(first) = waiting.messages.front_mut() {
                return std::mem::take(first);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The crate hands over what it has framed: whole messages, all at once.
impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let mut waiting = self.queue.lock();
        waiting.has_begun = true;
        self.queue.push(waiting, bytes.to_vec());
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Client(Arc<Mutex<Vec<u8>>>);

    impl Write for Client {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            // a pipe takes what it has room for
            let some = bytes.get(..bytes.len().min(7)).unwrap_or_default();
            self.0.lock().unwrap().extend(some);
            Ok(some.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn messages_stand_one_behind_the_other_and_none_before_the_greeting() {
        let client = Client::default();
        let mut output = Output::start(client.clone());
        let ours = output.clone();
        let told =
            std::thread::spawn(move || (0..3).for_each(|number| ours.tell("m", &format!("[{number}]"))));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(output.write_all(b"Content-Length: 2\r\n\r\n{}")).unwrap();
        told.join().unwrap();
        output.drain();
        let text = String::from_utf8(client.0.lock().unwrap().clone()).unwrap();
        let bodies: Vec<&str> = text
            .split("Content-Length: ")
            .filter_map(|it| it.split_once("\r\n\r\n"))
            .map(|it| it.1)
            .collect();
        let ours = |number: u32| format!(r#"{{"jsonrpc":"2.0","method":"m","params":[{number}]}}"#);
        assert_eq!(bodies, ["{}", &ours(0), &ours(1), &ours(2)]);
    }

    #[test]
    fn a_client_that_left_holds_nobody_up() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut output = Output::start(Gone);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(output.write_all(b"{}")).unwrap();
        (0..3).for_each(|number| output.tell("m", &number.to_string()));
        output.drain();
    }
}
