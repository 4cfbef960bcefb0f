//! Binary frames: a header of 16 bytes, little-endian, then the audio.
//!
//! | at | bytes | field |
//! | --- | --- | --- |
//! | 0 | 1 | version, 1 |
//! | 1 | 1 | kind |
//! | 2 | 1 | codec |
//! | 3 | 1 | flags |
//! | 4 | 4 | number, per direction, one more each time, wraps |
//! | 8 | 4 | time of the first sample, in samples of the stream |
//! | 12 | 2 | stream: 0 for the microphone, else the utterance |
//! | 14 | 2 | segment within the utterance |

pub const HEADER: usize = 16;
/// Longest frame, header included.
pub const MAX_FRAME: usize = 8 * 1024;
const VERSION: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Microphone,
    Speech,
    /// Microphone audio of before a reconnect, sent again.
    MicrophoneAgain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// 16-bit signed little-endian samples, one channel.
    Pcm16,
    Opus,
    /// G.711 mu-law.
    Mulaw,
}

/// Bits that have a meaning.
pub const FLAGS: u8 = 0b1111;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    pub first: bool,
    pub last: bool,
    /// The browser's own voice detector hears speech.
    pub voice: bool,
    /// Audio is missing before this frame.
    pub gap: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: Kind,
    pub codec: Codec,
    pub flags: Flags,
    pub number: u32,
    pub time: u32,
    pub stream: u16,
    pub segment: u16,
    pub audio: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a frame has {0} bytes; its header alone has 16")]
    Short(usize),
    #[error("a frame has {0} bytes; at most 8192 are allowed")]
    Long(usize),
    #[error("frame version {0} is not known; send version 1")]
    Version(u8),
    #[error("frame kind {0} is not known")]
    Kind(u8),
    #[error("frame codec {0} is not known")]
    Codec(u8),
    #[error("frame flags {0:#010b} have bits without a meaning")]
    Flags(u8),
    #[error("a frame of the microphone has stream {stream}, segment {segment}; both must be 0")]
    Stream { stream: u16, segment: u16 },
    #[error("a frame without audio must be the last of its utterance")]
    Empty,
    #[error("a frame of 16-bit samples has {0} bytes of audio")]
    HalfSample(usize),
}

impl Frame {
    pub fn encode(&self) -> Vec<u8> {
        let kind = match self.kind {
            Kind::Microphone => 1,
            Kind::Speech => 2,
            Kind::MicrophoneAgain => 3,
        };
        let codec = match self.codec {
            Codec::Pcm16 => 1,
            Codec::Opus => 2,
            Codec::Mulaw => 3,
        };
        let flags = [self.flags.first, self.flags.last, self.flags.voice, self.flags.gap];
        let flags = flags
            .iter()
            .enumerate()
            .fold(0, |bits, (at, set)| bits | (u8::from(*set) << at));
        let mut bytes = Vec::with_capacity(HEADER + self.audio.len());
        bytes.extend([VERSION, kind, codec, flags]);
        bytes.extend(self.number.to_le_bytes());
        bytes.extend(self.time.to_le_bytes());
        bytes.extend(self.stream.to_le_bytes());
        bytes.extend(self.segment.to_le_bytes());
        bytes.extend(&self.audio);
        bytes
    }

    /// # Errors
    /// The bytes are no frame of version 1. Close with 4400.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        if bytes.len() > MAX_FRAME {
            return Err(FrameError::Long(bytes.len()));
        }
        let Some((header, audio)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(FrameError::Short(bytes.len()));
        };
        let [
            version,
            kind,
            codec,
            flags,
            n0,
            n1,
            n2,
            n3,
            t0,
            t1,
            t2,
            t3,
            s0,
            s1,
            g0,
            g1,
        ] = *header;
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        let kind = match kind {
            1 => Kind::Microphone,
            2 => Kind::Speech,
            3 => Kind::MicrophoneAgain,
            other => return Err(FrameError::Kind(other)),
        };
        let codec = match codec {
            1 => Codec::Pcm16,
            2 => Codec::Opus,
            3 => Codec::Mulaw,
            other => return Err(FrameError::Codec(other)),
        };
        if flags & !FLAGS != 0 {
            return Err(FrameError::Flags(flags));
        }
        let set = |at: u8| flags & (1 << at) != 0;
        let flags = Flags {
            first: set(0),
            last: set(1),
            voice: set(2),
            gap: set(3),
        };
        let (stream, segment) = (u16::from_le_bytes([s0, s1]), u16::from_le_bytes([g0, g1]));
        if kind != Kind::Speech && (stream != 0 || segment != 0) {
            return Err(FrameError::Stream { stream, segment });
        }
        if audio.is_empty() && !flags.last {
            return Err(FrameError::Empty);
        }
        if codec == Codec::Pcm16 && audio.len() % 2 != 0 {
            return Err(FrameError::HalfSample(audio.len()));
        }
        Ok(Self {
            kind,
            codec,
            flags,
            number: u32::from_le_bytes([n0, n1, n2, n3]),
            time: u32::from_le_bytes([t0, t1, t2, t3]),
            stream,
            segment,
            audio: audio.to_vec(),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame() -> Frame {
        Frame {
            kind: Kind::Speech,
            codec: Codec::Pcm16,
            flags: Flags {
                last: true,
                ..Flags::default()
            },
            number: 0x0403_0201,
            time: 320,
            stream: 7,
            segment: 2,
            audio: vec![1, 2, 3, 4],
        }
    }

    #[test]
    fn header_has_the_published_layout() {
        let bytes = frame().encode();
        assert_eq!(bytes, [1, 2, 1, 2, 1, 2, 3, 4, 64, 1, 0, 0, 7, 0, 2, 0, 1, 2, 3, 4]);
        assert_eq!(Frame::decode(&bytes).unwrap(), frame());
    }

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let with = |at: usize, value: u8| {
            let mut bytes = frame().encode();
            bytes[at] = value;
            Frame::decode(&bytes).unwrap_err()
        };
        assert_eq!(with(0, 2), FrameError::Version(2));
        assert_eq!(with(1, 0), FrameError::Kind(0));
        assert_eq!(with(2, 9), FrameError::Codec(9));
        assert_eq!(with(3, 0b1_0000), FrameError::Flags(0b1_0000));
        assert_eq!(with(1, 1), FrameError::Stream { stream: 7, segment: 2 });
        assert_eq!(Frame::decode(&[1; 15]).unwrap_err(), FrameError::Short(15));
        assert_eq!(
            Frame::decode(&[1; MAX_FRAME + 1]).unwrap_err(),
            FrameError::Long(MAX_FRAME + 1)
        );
        let odd = Frame {
            audio: vec![0; 3],
            ..frame()
        };
        assert_eq!(Frame::decode(&odd.encode()).unwrap_err(), FrameError::HalfSample(3));
        let empty = Frame {
            audio: Vec::new(),
            flags: Flags::default(),
            ..frame()
        };
        assert_eq!(Frame::decode(&empty.encode()).unwrap_err(), FrameError::Empty);
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_come_out_as_they_went_in(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(frame) = Frame::decode(&bytes) {
                prop_assert_eq!(frame.encode(), bytes);
            }
        }

        #[test]
        fn nearly_right_bytes_do_too(head in (0u8..3, 0u8..5, 0u8..5, 0u8..32), rest in prop::collection::vec(any::<u8>(), 12..40)) {
            let mut bytes = vec![head.0, head.1, head.2, head.3];
            bytes.extend(rest);
            if let Ok(frame) = Frame::decode(&bytes) {
                prop_assert_eq!(frame.encode(), bytes);
            }
        }
    }
}
