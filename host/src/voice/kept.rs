//! What waits for a client that fetches: numbered, until it says that it has it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};
use voice_turn::vap::Message;

use super::input::{Out, Seen};

/// Bytes in one answer.
const TOGETHER: usize = 512 * 1024;
/// Bytes that may wait; a client that leaves more is gone.
const MOST: usize = 32 * 1024 * 1024;

struct Waiting {
    /// Number of the first message that waits; the first of all is 1.
    first: u64,
    messages: VecDeque<Message>,
    bytes: usize,
    closed: bool,
}

pub struct Kept {
    waiting: Mutex<Waiting>,
    news: Notify,
    pub seen: Seen,
}

/// What a client fetches.
#[derive(Debug, PartialEq, Eq)]
pub enum Fetched {
    Body(Vec<u8>),
    /// Nothing yet.
    Nothing,
    /// Nothing any more.
    Closed,
}

fn size(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
    }
}

impl Kept {
    pub fn new() -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                first: 1,
                messages: VecDeque::new(),
                bytes: 0,
                closed: false,
            }),
            news: Notify::new(),
            seen: Seen::now(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what the session sends until it closes the connection or too much waits.
    pub async fn fill(&self, mut outgoing: mpsc::Receiver<Out>) {
        while let Some(Out::Message(message)) = outgoing.recv().await {
            let mut waiting = self.waiting();
            waiting.bytes += size(&message);
            waiting.messages.push_back(message);
            let over = waiting.bytes > MOST;
            drop(waiting);
            self.news.notify_waiters();
            if over {
                break;
            }
        }
        self.waiting().closed = true;
        self.news.notify_waiters();
    }

    /// The messages after number `after`, which the client has.
    pub fn fetch(&self, after: u64) -> Fetched {
        let mut waiting = self.waiting();
        while waiting.first <= after
            && let Some(message) = waiting.messages.pop_front()
        {
            waiting.first += 1;
            waiting.bytes -= size(&message);
        }
        let mut body = Vec::new();
        for message in &waiting.messages {
            if body.len() >= TOGETHER {
                break;
            }
            message.write(&mut body);
        }
        match (body.is_empty(), waiting.closed) {
            (false, _) => Fetched::Body(body),
            (true, false) => Fetched::Nothing,
            (true, true) => Fetched::Closed,
        }
    }

    /// As [`Kept::fetch`], waiting for something.
    pub async fn next(&self, after: u64) -> Fetched {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            // From here on nothing is missed.
            news.as_mut().enable();
            match self.fetch(after) {
                Fetched::Nothing => news.await,
                found => return found,
            }
        }
    }

    /// How many messages a body of [`Kept::fetch`] holds that begins after `after`, so that a stream goes on behind it.
    pub fn count(&self, body: usize) -> u64 {
        let waiting = self.waiting();
        let mut left = body;
        let mut count = 0;
        for message in &waiting.messages {
            let length = size(message) + 5;
            if left < length {
                break;
            }
            left -= length;
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use voice_turn::vap::split;

    use super::*;

    fn text(of: &str) -> Out {
        Out::Message(Message::Text(of.into()))
    }

    #[tokio::test]
    async fn what_was_fetched_comes_again_until_it_is_known_to_have_arrived() {
        let kept = Kept::new();
        let (out, outgoing) = mpsc::channel(8);
        for of in ["a", "b", "c"] {
            assert!(out.send(text(of)).await.is_ok());
        }
        drop(out);
        kept.fill(outgoing).await;
        let fetched = |after| match kept.fetch(after) {
            Fetched::Body(body) => split(&body).unwrap_or_default().len(),
            _ => 0,
        };
        assert_eq!((fetched(0), fetched(0), fetched(2)), (3, 3, 1));
        assert_eq!(kept.count(12), 1);
        assert_eq!(kept.fetch(3), Fetched::Closed);
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let kept = std::sync::Arc::new(Kept::new());
        let (out, outgoing) = mpsc::channel(8);
        let filling = std::sync::Arc::clone(&kept);
        tokio::spawn(async move { filling.fill(outgoing).await });
        let waiting = std::sync::Arc::clone(&kept);
        let woken = tokio::spawn(async move { waiting.next(0).await });
        tokio::task::yield_now().await;
        assert!(out.send(text("now")).await.is_ok());
        assert!(matches!(woken.await, Ok(Fetched::Body(_))));
    }
}
