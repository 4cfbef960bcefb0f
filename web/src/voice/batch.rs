//! Messages of a voice session in the body of one HTTP request: each its length (32 bits, little-endian), one byte that
//! says what it is (0 text, 1 binary), and its bytes.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    Text(String),
    Binary(Vec<u8>),
}

const TEXT: u8 = 0;
const BINARY: u8 = 1;

pub fn join(messages: &[Message]) -> Vec<u8> {
    let mut body = Vec::new();
    for message in messages {
        let (kind, bytes) = match message {
            Message::Text(text) => (TEXT, text.as_bytes()),
            Message::Binary(bytes) => (BINARY, bytes.as_slice()),
        };
        body.extend((bytes.len() as u32).to_le_bytes());
        body.push(kind);
        body.extend(bytes);
    }
    body
}

/// The messages of a body; nothing when it is cut off or holds what is no message.
pub fn split(mut body: &[u8]) -> Option<Vec<Message>> {
    let mut messages = Vec::new();
    while !body.is_empty() {
        let (length, rest) = body.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first()?;
        let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        messages.push(match *kind {
            TEXT => Message::Text(String::from_utf8(bytes.to_vec()).ok()?),
            BINARY => Message::Binary(bytes.to_vec()),
            _ => return None,
        });
        body = rest;
    }
    Some(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_out_as_they_went_in_or_not_at_all() {
        let messages = vec![
            Message::Text("{\"t\":\"bye\"}".into()),
            Message::Binary(vec![1, 2, 3]),
            Message::Text("ä".into()),
        ];
        let body = join(&messages);
        assert_eq!(split(&body), Some(messages));
        assert_eq!(split(&[]), Some(Vec::new()));
        for end in 1..body.len() {
            if let Some(fewer) = split(&body[..end]) {
                assert!(fewer.len() < 3, "{end}");
            }
        }
        assert_eq!(split(&[1, 0, 0, 0, 7, 0]), None);
    }
}
