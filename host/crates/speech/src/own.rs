//! Tells when a microphone hears what this server itself says: an echo follows the loudness of each pitch of what was said,
//! a person does not.

use crate::RATE;
use crate::fft::{Bin, Fft};

const BANDS: usize = 16;
/// Hertz between which sound is compared.
const LOWEST: f64 = 200.0;
const HIGHEST: f64 = 4_000.0;
const WINDOW_MS: usize = 32;
/// A frame begins this long after the one before.
const HOP_MS: usize = 16;
/// Frames of what was said that are kept: a minute.
const KEPT: usize = 60_000 / HOP_MS;
/// Frames, a third of a second, and how alike they must be, to find an echo of unknown delay. Of a minute, other speech is
/// never more than 0.8 alike, an echo of a quiet room 0.87 in the middle (71 s of the local voice, 20 s of a person).
const FOUND: (usize, f32) = (20, 0.85);
/// The same where the delay is known.
const KNOWN: (usize, f32) = (8, 0.8);
/// Frames after which an echo does not come any more, a second and a half: what is played later was sent later or held.
const LATEST: i64 = 94;
/// Frames by which a known delay may have changed.
const SHIFT: i64 = 12;
/// Frames of quiet after which it is no longer expected to come back: a second.
const GONE: i64 = 1_000 / HOP_MS as i64;
/// What is so much softer than the loudest band counts as quiet.
const QUIET: f32 = 1e-4;
/// A frame whose loudest band is so much softer says nothing; of those that are compared, five in eight must say something.
const SOFT: f32 = 3e-3;
/// The loudest band fades from frame to frame: by half in five seconds.
const FADING: f32 = 0.998;
/// The loudest band of a usual voice, until one is known.
const LOUDEST: f32 = 1e-5;

/// A sound whose levels vary less than this, as the square of their natural logarithm, is like none.
const STEADY: f32 = 0.25;

type Frame = [f32; BANDS];

/// Sound of any rate, as the energy of its bands: of a full sine, a sixteenth.
struct Shape {
    fft: Fft,
    window: Vec<f32>,
    hop: usize,
    /// The first bin of each band, and the end of the last.
    edges: Vec<usize>,
    pending: Vec<f32>,
}

impl Shape {
    fn new(rate: u32) -> Self {
        let length = rate as usize * WINDOW_MS / 1_000;
        let turn = 2.0 * std::f32::consts::PI / length as f32;
        let mel = |hertz: f64| (1.0 + hertz / 700.0).ln();
        let edge = |band: usize| {
            let share = band as f64 / BANDS as f64;
            let hertz = 700.0 * ((mel(LOWEST) * (1.0 - share) + mel(HIGHEST) * share).exp() - 1.0);
            (hertz * WINDOW_MS as f64 / 1_000.0).ceil() as usize
        };
        Self {
            fft: Fft::new(length),
            window: (0..length).map(|at| 0.5 - 0.5 * (turn * at as f32).cos()).collect(),
            hop: rate as usize * HOP_MS / 1_000,
            edges: (0..=BANDS).map(edge).collect(),
            pending: Vec::new(),
        }
    }

    fn push(&mut self, samples: &[f32]) -> Vec<Frame> {
        self.pending.extend_from_slice(samples);
        let length = self.window.len();
        let mut bins = vec![Bin::default(); length / 2 + 1];
        let (mut frames, mut at) = (Vec::new(), 0);
        while at + length <= self.pending.len() {
            let sound = self.pending[at..at + length].iter().zip(&self.window);
            let mut sound: Vec<f32> = sound.map(|(sample, window)| sample * window).collect();
            self.fft.forward(&mut sound, &mut bins);
            let mut frame = [0.0; BANDS];
            for (energy, edges) in frame.iter_mut().zip(self.edges.windows(2)) {
                let sum: f32 = bins[edges[0]..edges[1]].iter().map(Bin::norm_sqr).sum();
                *energy = sum / (length * length) as f32;
            }
            frames.push(frame);
            at += self.hop;
        }
        self.pending.drain(..at);
        frames
    }
}

/// How loud each band of some frames is, against its mean.
struct Course {
    frames: Vec<Frame>,
    size: f32,
}

impl Course {
    /// None when too little of it says something.
    fn of(energies: &[Frame], loudest: f32) -> Option<Self> {
        let speaks = |frame: &&Frame| frame.iter().any(|energy| *energy > loudest * SOFT);
        if energies.iter().filter(speaks).count() * 8 < energies.len() * 5 {
            return None;
        }
        let mut frames: Vec<Frame> = energies
            .iter()
            .map(|frame| frame.map(|energy| (energy + loudest * QUIET).ln()))
            .collect();
        let count = frames.len() as f32;
        for band in 0..BANDS {
            let mean = frames.iter().map(|frame| frame[band]).sum::<f32>() / count;
            frames.iter_mut().for_each(|frame| frame[band] -= mean);
        }
        let size = frames.iter().flatten().map(|level| level * level).sum();
        Some(Self { frames, size })
    }

    /// How alike the levels of as many frames are, at most 1.
    fn alike(&self, levels: &[Frame]) -> f32 {
        let (mut product, mut sums, mut squares) = (0.0, [0.0f32; BANDS], 0.0);
        for (mine, other) in self.frames.iter().zip(levels) {
            for band in 0..BANDS {
                product += mine[band] * other[band];
                sums[band] += other[band];
                squares += other[band] * other[band];
            }
        }
        let means: f32 = sums.iter().map(|sum| sum * sum).sum();
        let size = squares - means / self.frames.len() as f32;
        let least = STEADY * (self.frames.len() * BANDS) as f32;
        if self.size.min(size) < least {
            return 0.0;
        }
        product / (self.size * size).sqrt()
    }
}

/// What one session says and hears.
pub struct OwnVoice {
    said_shape: Shape,
    heard_shape: Shape,
    /// Levels of what was said, up to a minute or two.
    said: Vec<Frame>,
    /// How many frames there were before those.
    forgotten: i64,
    /// Energies of the last frames of the microphone, and how many there were.
    heard: Vec<Frame>,
    count: i64,
    /// The loudest band lately, of what was said and of what was heard.
    loudest: (f32, f32),
    /// By how many frames the microphone was ahead of what was said when the present utterance began.
    start: i64,
    utterance: Option<u16>,
    /// Playing rests, so that what is left comes back later.
    held: bool,
    /// Frames from the beginning of an utterance to its echo.
    delay: Option<i64>,
    /// The frame from which on nothing comes back, once all has been played.
    until: Option<i64>,
}

impl OwnVoice {
    /// What is said has `rate` samples in a second.
    pub fn new(rate: u32) -> Self {
        Self {
            said_shape: Shape::new(rate),
            heard_shape: Shape::new(RATE),
            said: Vec::new(),
            forgotten: 0,
            heard: Vec::new(),
            count: 0,
            loudest: (LOUDEST, 0.0),
            start: 0,
            utterance: None,
            held: false,
            delay: None,
            until: None,
        }
    }

    /// Takes samples that are sent to be played, part of the utterance of that number.
    pub fn says(&mut self, utterance: u16, samples: &[f32]) {
        if self.utterance != Some(utterance) {
            self.utterance = Some(utterance);
            self.said.extend([[(self.loudest.0 * QUIET).ln(); BANDS]; FOUND.0]);
            self.start = self.count - self.end();
            self.held = false;
        }
        self.until = None;
        for frame in self.said_shape.push(samples) {
            self.loudest.0 = frame.iter().copied().fold(self.loudest.0, f32::max);
            let quiet = self.loudest.0 * QUIET;
            self.said.push(frame.map(|energy| (energy + quiet).ln()));
        }
        if self.said.len() > 2 * KEPT {
            self.forgotten += (self.said.len() - KEPT) as i64;
            self.said.drain(..self.said.len() - KEPT);
        }
    }

    /// How many frames were said.
    fn end(&self) -> i64 {
        self.forgotten + self.said.len() as i64
    }

    /// Playing rests or goes on.
    pub fn is_held(&mut self, held: bool) {
        self.held = held;
    }

    /// All that was said has been played.
    pub fn is_silent(&mut self) {
        self.until.get_or_insert(self.count + GONE);
    }

    /// Takes samples of 16 kHz of the microphone.
    pub fn hears(&mut self, samples: &[f32]) {
        let frames = self.heard_shape.push(samples);
        self.count += frames.len() as i64;
        if self.held {
            self.start += frames.len() as i64;
        }
        for frame in &frames {
            self.loudest.1 = frame.iter().copied().fold(self.loudest.1 * FADING, f32::max);
        }
        self.heard.extend(frames);
        self.heard.drain(..self.heard.len().saturating_sub(FOUND.0));
    }

    /// For how many milliseconds what was heard last has been what was said, come back, at least. How late it comes is learned
    /// by the way.
    pub fn echo_ms(&mut self) -> usize {
        if self.until.is_some_and(|until| self.count > until) {
            return 0;
        }
        let near = self.delay.and_then(|delay| {
            let lag = self.start + delay;
            self.search(KNOWN, lag - SHIFT, lag + SHIFT)
        });
        let far = || Some((self.search(FOUND, self.start, self.start + LATEST)?, FOUND.0));
        let Some((lag, frames)) = near.map(|lag| (lag, KNOWN.0)).or_else(far) else {
            return 0;
        };
        self.delay = Some(lag - self.start);
        frames * HOP_MS
    }

    /// By how much the microphone is ahead where the last frames are most alike, if they are enough so.
    fn search(&self, (length, least): (usize, f32), from: i64, to: i64) -> Option<i64> {
        let heard = Course::of(self.heard.get(self.heard.len().checked_sub(length)?..)?, self.loudest.1)?;
        let first_lag = self.count - self.end();
        let scores = self.said.windows(length).rev().zip(first_lag..);
        let scores = scores.filter(|(_, lag)| (from..=to).contains(lag));
        let best = scores
            .map(|(levels, lag)| (heard.alike(levels), lag))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(alike, _)| *alike >= least).map(|(_, lag)| lag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random numbers from -1 to 1.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> f32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        }
    }

    /// Something like speech: syllables of 80 to 240 ms, each with a colour that changes to another one, and pauses.
    fn speech(seed: u64, seconds: usize, rate: u32) -> Vec<f32> {
        let mut random = Random(seed * 0x9E37_79B9 + 1);
        let mut samples = Vec::new();
        while samples.len() < seconds * rate as usize {
            let length = (0.16 + 0.08 * random.next()) * rate as f32;
            let pitch = 150.0 + 40.0 * random.next();
            let loud = if random.next() > 0.6 { 0.0 } else { 0.04 };
            let colours: Vec<_> = (1..25).map(|_| (2.5 * random.next(), 2.5 * random.next())).collect();
            for at in 0..length as usize {
                let done = at as f32 / length;
                let turn = 2.0 * std::f32::consts::PI * pitch * at as f32 / rate as f32;
                let voices = colours.iter().enumerate().map(|(harmonic, (first, last))| {
                    let gain = (first * (1.0 - done) + last * done).exp();
                    gain * (turn * (harmonic + 1) as f32).sin()
                });
                samples.push(loud * (std::f32::consts::PI * done).sin() * voices.sum::<f32>());
            }
        }
        samples
    }

    fn with_noise(samples: &[f32], loud: f32) -> Vec<f32> {
        let mut random = Random(99);
        samples.iter().map(|sample| sample + loud * random.next()).collect()
    }

    /// Which part of the pieces of 20 ms counts as an echo, and after how many the first one does.
    fn echoed(own: &mut OwnVoice, heard: &[f32]) -> (f32, Option<usize>) {
        let found: Vec<bool> = heard
            .chunks(320)
            .map(|piece| {
                own.hears(piece);
                own.echo_ms() > 0
            })
            .collect();
        let share = found.iter().filter(|one| **one).count() as f32 / found.len() as f32;
        (share, found.iter().position(|one| *one))
    }

    fn session(said: &[f32]) -> OwnVoice {
        let mut own = OwnVoice::new(24_000);
        own.hears(&[0.0; 16_000]);
        own.says(1, said);
        own.hears(&with_noise(&[0.0; 4_000], 1e-3));
        own
    }

    #[test]
    fn an_echo_is_known_after_a_third_of_a_second_and_the_next_one_sooner() {
        let said = speech(1, 6, 24_000);
        let back = |said: &[f32]| {
            with_noise(&crate::resample(said, 24_000, RATE), 1e-3)
                .into_iter()
                .map(|s| s * 0.2)
        };
        let mut own = session(&said);
        let (share, first) = echoed(&mut own, &back(&said).collect::<Vec<_>>());
        assert!(
            share > 0.6 && first.is_some_and(|first| first < 30),
            "{share} {first:?}"
        );
        let next = speech(2, 3, 24_000);
        own.says(2, &next);
        own.hears(&with_noise(&[0.0; 4_000], 1e-3));
        let (share, first) = echoed(&mut own, &back(&next).collect::<Vec<_>>());
        assert!(
            share > 0.6 && first.is_some_and(|first| first < 12),
            "{share} {first:?}"
        );
    }

    #[test]
    fn an_echo_that_was_held_is_known_as_soon_as_before() {
        let said = speech(1, 6, 24_000);
        let back = with_noise(&crate::resample(&said, 24_000, RATE), 1e-3);
        let mut own = session(&said);
        assert!(echoed(&mut own, &back[..32_000]).0 > 0.5);
        own.is_held(true);
        own.hears(&with_noise(&[0.0; 24_000], 1e-3));
        own.is_held(false);
        let (share, first) = echoed(&mut own, &back[32_000..36_000]);
        assert!(
            share > 0.2 && first.is_some_and(|first| first < 12),
            "{share} {first:?}"
        );
    }

    #[test]
    fn a_person_is_no_echo_alone_or_over_one() {
        let said = speech(1, 20, 24_000);
        let person = speech(7, 10, RATE);
        let (share, _) = echoed(&mut session(&said), &person);
        assert!(share < 0.05, "{share}");
        let back = crate::resample(&said, 24_000, RATE);
        let mut own = session(&said);
        assert!(echoed(&mut own, &back[..32_000]).0 > 0.5);
        let both: Vec<f32> = person
            .iter()
            .zip(&back[32_000..])
            .map(|(one, echo)| one + 0.05 * echo)
            .collect();
        let (share, _) = echoed(&mut own, &both);
        assert!(share < 0.2, "{share}");
    }

    #[test]
    fn what_was_played_long_ago_does_not_come_back() {
        let said = speech(1, 6, 24_000);
        let mut own = session(&said);
        own.is_silent();
        own.hears(&[0.0; 24_000]);
        assert_eq!(echoed(&mut own, &crate::resample(&said, 24_000, RATE)).1, None);
        assert_eq!(OwnVoice::new(24_000).echo_ms(), 0);
    }
}
