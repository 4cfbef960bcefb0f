//! Server-sent events out of a byte stream, however it is cut.

/// One event: its id (0 when it has none) and its data.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub id: u64,
    pub data: String,
}

#[derive(Default)]
pub struct Frames {
    buffer: Vec<u8>,
}

impl Frames {
    /// Adds bytes and returns the events they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        self.buffer.extend(bytes.iter().filter(|byte| **byte != b'\r'));
        let mut frames = Vec::new();
        while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
            frames.extend(parse(&String::from_utf8_lossy(&block)));
        }
        frames
    }
}

fn parse(block: &str) -> Option<Frame> {
    let mut id = 0;
    let mut data: Vec<&str> = Vec::new();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => id = value.parse().unwrap_or(0),
            "data" => data.push(value),
            _ => {}
        }
    }
    (!data.is_empty()).then(|| Frame {
        id,
        data: data.join("\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_the_bytes_are_cut() {
        let text = ": hello\n\nevent: state\nid: 1\ndata: {\"a\":\"\u{e4}\"}\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\n";
        let mut frames = Frames::default();
        let mut seen = Vec::new();
        for byte in text.as_bytes() {
            seen.extend(frames.push(&[*byte]));
        }
        assert_eq!(
            seen,
            [
                Frame {
                    id: 1,
                    data: "{\"a\":\"\u{e4}\"}".into()
                },
                Frame {
                    id: 2,
                    data: "x\ny".into()
                }
            ]
        );
    }

    #[test]
    fn an_unfinished_event_is_not_an_event() {
        assert!(Frames::default().push(b"id: 1\ndata: half").is_empty());
    }
}
