//! Server-sent events (WHATWG HTML, 9.2.6), as far as model servers use them: the data of each event.

use voiceassist_plugin::{Error, unavailable};

/// An event is a few hundred bytes; a server that sends no line end for this long sends no events.
const LONGEST: usize = 1 << 20;

#[derive(Default)]
pub struct Events {
    buffer: Vec<u8>,
    data: Option<String>,
}

impl Events {
    /// The data of every event that `piece` completes, wherever the pieces were cut.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Vec<String>, Error> {
        self.buffer.extend_from_slice(piece);
        let mut events = Vec::new();
        let mut start = 0;
        while let Some(length) = self.buffer[start..].iter().position(|byte| *byte == b'\n') {
            let line = self.buffer[start..start + length].to_vec();
            start += length + 1;
            self.line(&String::from_utf8_lossy(&line), &mut events);
        }
        self.buffer.drain(..start);
        if self.buffer.len() > LONGEST {
            return Err(unavailable("malformed", "the server's answer is no stream of events"));
        }
        Ok(events)
    }

    /// What a stream without a final empty line still held.
    pub fn end(&mut self) -> Option<String> {
        let mut events = Vec::new();
        let rest = std::mem::take(&mut self.buffer);
        self.line(&String::from_utf8_lossy(&rest), &mut events);
        events.pop().or_else(|| self.data.take())
    }

    fn line(&mut self, line: &str, events: &mut Vec<String>) {
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            events.extend(self.data.take());
        } else if let Some(value) = line.strip_prefix("data:") {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_wherever_the_pieces_are_cut() {
        let text =
            ": hello\r\n\r\ndata:{\"a\":\"ö\"}\r\n\r\nevent: x\ndata: one\ndata: two\n\ndata: [DONE]\n\ndata: rest";
        for size in 1..text.len() {
            let mut events = Events::default();
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                found.extend(events.feed(piece).unwrap());
            }
            found.extend(events.end());
            assert_eq!(found, ["{\"a\":\"ö\"}", "one\ntwo", "[DONE]", "rest"], "{size}");
        }
    }

    #[test]
    fn endless_line_is_refused() {
        assert!(Events::default().feed(&vec![b'x'; LONGEST + 1]).is_err());
    }
}
