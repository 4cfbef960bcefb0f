//! What a client may send, and how a session is closed.

/// WebSocket close codes of the protocol (RFC 6455 leaves 4000 to 4999 to applications).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// A frame or message that cannot be read.
    BadMessage = 4400,
    NotSignedIn = 4401,
    /// A rule of the site forbids it.
    NotAllowed = 4403,
    Idle = 4408,
    /// The session went on elsewhere.
    Superseded = 4409,
    /// The session to come back to is not there any more: the server was started again.
    Gone = 4410,
    TooFast = 4413,
    NoCapacity = 4503,
}

impl CloseCode {
    pub const ALL: [Self; 8] = [
        Self::BadMessage,
        Self::NotSignedIn,
        Self::NotAllowed,
        Self::Idle,
        Self::Superseded,
        Self::Gone,
        Self::TooFast,
        Self::NoCapacity,
    ];

    pub fn code(self) -> u16 {
        self as u16
    }

    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Whether the client may come back with its resume token.
    pub fn may_resume(self) -> bool {
        matches!(self, Self::TooFast | Self::NoCapacity)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Frames in any second.
    pub frames_per_second: usize,
    /// Control messages in any second.
    pub messages_per_second: usize,
    /// Audio that may be ahead of the clock, in milliseconds.
    pub ahead_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frames_per_second: 200,
            messages_per_second: 50,
            ahead_ms: 2_000,
        }
    }
}

/// Counts what one client sends against [`Limits`].
#[derive(Clone, Debug)]
pub struct Pace {
    limits: Limits,
    window: i64,
    frames: usize,
    messages: usize,
    /// Clock and audio at the beginning of the current run of frames.
    began: Option<i64>,
    audio_ms: i64,
}

impl Pace {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            window: i64::MIN,
            frames: 0,
            messages: 0,
            began: None,
            audio_ms: 0,
        }
    }

    fn turn_window(&mut self, now: i64) {
        if self.window == i64::MIN || now - self.window >= 1_000 {
            self.window = now;
            self.frames = 0;
            self.messages = 0;
        }
    }

    /// Counts a frame of `ms` of live audio; false when it is too much, which closes with [`CloseCode::TooFast`].
    pub fn frame(&mut self, ms: i64, now: i64) -> bool {
        self.turn_window(now);
        self.frames += 1;
        // A pause in sending, as push-to-talk makes, saves nothing up.
        let began = match self.began {
            Some(began) if now - began <= self.audio_ms => began,
            _ => {
                self.audio_ms = 0;
                now
            }
        };
        self.began = Some(began);
        self.audio_ms += ms;
        self.frames <= self.limits.frames_per_second && self.audio_ms - (now - began) <= self.limits.ahead_ms
    }

    /// Counts a control message; false when it is too much.
    pub fn message(&mut self, now: i64) -> bool {
        self.turn_window(now);
        self.messages += 1;
        self.messages <= self.limits.messages_per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_there_and_back() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_code(code.code()), Some(code));
        }
        assert_eq!(CloseCode::from_code(1000), None);
        assert!(!CloseCode::Superseded.may_resume());
    }

    #[test]
    fn an_hour_of_live_audio_passes() {
        let mut pace = Pace::new(Limits::default());
        assert!((0..180_000).all(|frame| pace.frame(20, frame * 20)));
    }

    #[test]
    fn too_many_frames_in_a_second_are_refused() {
        let mut pace = Pace::new(Limits::default());
        let accepted = (0..300).filter(|_| pace.frame(0, 5)).count();
        assert_eq!(accepted, 200);
        assert!(pace.frame(0, 1_005));
    }

    #[test]
    fn audio_far_ahead_of_the_clock_is_refused_and_pauses_save_nothing_up() {
        let mut pace = Pace::new(Limits::default());
        let ahead = |pace: &mut Pace, now: i64| (0..150).filter(|_| pace.frame(20, now)).count();
        assert_eq!(ahead(&mut pace, 0), 100);
        assert_eq!(ahead(&mut pace, 60_000), 100);
    }

    #[test]
    fn control_messages_are_counted_apart() {
        let mut pace = Pace::new(Limits::default());
        assert_eq!((0..60).filter(|_| pace.message(0)).count(), 50);
        assert!(pace.frame(20, 0));
    }
}
