//! A running completion: pieces of a body become events, a few at a time.

use std::collections::VecDeque;

use voiceassist_plugin::chat::Event;
use voiceassist_plugin::http::Response;
use voiceassist_plugin::{Error, unavailable};

use crate::sse::Events;
use crate::{openai, tgi};

/// What one protocol makes of an event's data.
pub enum Reader {
    OpenAi(openai::Reader),
    Tgi(tgi::Reader),
}

pub struct Stream {
    response: Option<Response>,
    events: Events,
    reader: Reader,
    ready: VecDeque<Event>,
    finished: bool,
}

impl Stream {
    pub fn new(response: Response, reader: Reader) -> Self {
        Self {
            response: Some(response),
            events: Events::default(),
            reader,
            ready: VecDeque::new(),
            finished: false,
        }
    }

    /// Waits for at least one event; an empty list is the end, and the event before it is `Finished`.
    pub fn next(&mut self, limit: u32) -> Result<Vec<Event>, Error> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
        while self.ready.is_empty() {
            let Some(response) = &mut self.response else {
                return Ok(Vec::new());
            };
            match response.piece()? {
                Some(piece) => {
                    for data in self.events.feed(&piece)? {
                        self.take(&data)?;
                    }
                }
                None => {
                    let rest = self.events.end();
                    if let Some(data) = rest {
                        self.take(&data)?;
                    }
                    self.close()?;
                }
            }
        }
        let count = limit.min(self.ready.len());
        Ok(self.ready.drain(..count).collect())
    }

    fn take(&mut self, data: &str) -> Result<(), Error> {
        if self.finished || self.response.is_none() {
            return Ok(());
        }
        let read = match &mut self.reader {
            Reader::OpenAi(reader) => reader.read(data),
            Reader::Tgi(reader) => reader.read(data),
        };
        let (events, done) = read?;
        self.ready.extend(events);
        if done {
            self.close()?;
        }
        Ok(())
    }

    /// The end of a stream: what was held back comes out, `Finished` last.
    fn close(&mut self) -> Result<(), Error> {
        if self.response.take().is_none() {
            return Ok(());
        }
        let (events, finish) = match &mut self.reader {
            Reader::OpenAi(reader) => reader.end(),
            Reader::Tgi(reader) => reader.end(),
        };
        self.ready.extend(events);
        // A broken connection must not look like an answer that is complete.
        let finish = finish.ok_or_else(|| unavailable("cut", "the server stopped in the middle of its answer"))?;
        self.finished = true;
        self.ready.push_back(Event::Finished(finish));
        Ok(())
    }
}
