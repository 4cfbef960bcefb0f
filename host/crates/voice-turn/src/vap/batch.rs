//! Messages in the body of one HTTP request or answer, where no WebSocket passes: each its length (32 bits,
//! little-endian), one byte that says what it is (0 text, 1 binary), and its bytes.

const TEXT: u8 = 0;
const BINARY: u8 = 1;

/// One message of a voice session, as a WebSocket carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    Text(String),
    Binary(Vec<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    #[error("ends in the middle of a message")]
    CutOff,
    #[error("has a text that is not UTF-8")]
    NotText,
    #[error("has a message that is neither text nor binary")]
    Kind,
}

impl Message {
    /// Adds the message to a body.
    pub fn write(&self, body: &mut Vec<u8>) {
        let (kind, bytes) = match self {
            Self::Text(text) => (TEXT, text.as_bytes()),
            Self::Binary(bytes) => (BINARY, bytes.as_slice()),
        };
        // A message is far below 4 GiB.
        body.extend((bytes.len() as u32).to_le_bytes());
        body.push(kind);
        body.extend(bytes);
    }
}

/// # Errors
/// The body is cut off or holds something else. Nothing of it is used.
pub fn split(mut body: &[u8]) -> Result<Vec<Message>, BatchError> {
    let mut messages = Vec::new();
    while !body.is_empty() {
        let (length, rest) = body.split_first_chunk::<4>().ok_or(BatchError::CutOff)?;
        let (kind, rest) = rest.split_first().ok_or(BatchError::CutOff)?;
        let (bytes, rest) = rest
            .split_at_checked(u32::from_le_bytes(*length) as usize)
            .ok_or(BatchError::CutOff)?;
        messages.push(match *kind {
            TEXT => Message::Text(String::from_utf8(bytes.to_vec()).map_err(|_| BatchError::NotText)?),
            BINARY => Message::Binary(bytes.to_vec()),
            _ => return Err(BatchError::Kind),
        });
        body = rest;
    }
    Ok(messages)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_batch_is_split_whole_or_not_at_all() {
        let messages = [Message::Text("{}".into()), Message::Binary(vec![7, 8])];
        let mut body = Vec::new();
        for message in &messages {
            message.write(&mut body);
        }
        assert_eq!(split(&body).unwrap(), messages);
        for end in 1..body.len() {
            assert_eq!(split(&body[..end]).is_ok(), end == 7, "{end}");
        }
        assert_eq!(split(&[0, 0, 0, 0, 9]), Err(BatchError::Kind));
        assert_eq!(split(&[1, 0, 0, 0, 0, 0xFF]), Err(BatchError::NotText));
        assert_eq!(split(&u32::MAX.to_le_bytes()), Err(BatchError::CutOff));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(messages) = split(&bytes) {
                let mut body = Vec::new();
                messages.iter().for_each(|message| message.write(&mut body));
                prop_assert_eq!(body, bytes);
            }
        }
    }
}
