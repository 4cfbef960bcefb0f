//! A world around the machine: a user who speaks, recognition with a delay, a model, a voice, a player.
//!
//! Whatever was cancelled answers all the same, late: the fence has to hold it back.

use std::collections::BTreeMap;

use super::watch::Watch;
use crate::{Action, Event, Mode, Part, Phase, Stamp, State, Waits, WordEnd, step};

/// Sound per character of text.
const MS_PER_CHAR: i64 = 50;

#[derive(Clone)]
pub struct Settings {
    pub stt_delay: i64,
    /// What the turn detector says, pause by pause; the last value stays.
    pub judged: Vec<u16>,
    pub judge_delay: i64,
    pub first_token: i64,
    pub between: i64,
    pub sentences: Vec<&'static str>,
    pub clarifies: bool,
    pub voice_delay: i64,
    /// Parts that fail when they are first asked for.
    pub fails: Vec<Part>,
    /// Parts that never answer.
    pub hangs: Vec<Part>,
    pub player_reports: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            stt_delay: 150,
            judged: vec![900],
            judge_delay: 60,
            first_token: 100,
            between: 50,
            sentences: vec!["Give five days of amoxicillin.", "Then look again."],
            clarifies: false,
            voice_delay: 120,
            fails: Vec::new(),
            hangs: Vec::new(),
            player_reports: true,
        }
    }
}

struct Player {
    answer: Stamp,
    queued: i64,
    at: i64,
    paused: bool,
}

struct Stream {
    from: i64,
    until: Option<i64>,
}

pub struct World {
    pub settings: Settings,
    pub state: State,
    pub now: i64,
    pub log: Vec<(i64, Action)>,
    queue: BTreeMap<(i64, u32), Event>,
    queued: u32,
    /// Words the user says: when each ends.
    words: Vec<(i64, &'static str)>,
    streams: BTreeMap<Stamp, Stream>,
    judged: usize,
    /// Words up to here were given as partial texts.
    recognised: i64,
    voice_free: i64,
    player: Option<Player>,
    watch: Watch,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        Self::with(
            settings,
            Waits {
                guard: 0,
                ..Waits::default()
            },
        )
    }

    pub fn with(settings: Settings, waits: Waits) -> Self {
        let mut world = Self {
            settings,
            state: State::new(waits, Mode::HandsFree, 0),
            now: 0,
            log: Vec::new(),
            queue: BTreeMap::new(),
            queued: 0,
            words: Vec::new(),
            streams: BTreeMap::new(),
            judged: 0,
            recognised: 0,
            voice_free: 0,
            player: None,
            watch: Watch::default(),
        };
        world.happen(Event::Connected);
        world
    }

    /// The user says `text` between two times; words are spread evenly.
    pub fn user(&mut self, from: i64, to: i64, text: &'static str) -> &mut Self {
        self.at(from, Event::VoiceOn);
        self.at(to, Event::VoiceOff);
        let parts: Vec<&str> = text.split_whitespace().collect();
        for (index, word) in parts.iter().enumerate() {
            let end = from + (to - from) * (index as i64 + 1) / parts.len() as i64;
            self.words.push((end, word));
        }
        self
    }

    pub fn at(&mut self, at: i64, event: Event) -> &mut Self {
        self.queued += 1;
        self.queue.insert((at, self.queued), event);
        self
    }

    /// Runs until nothing is left to happen or `until`.
    pub fn run(&mut self, until: i64) -> &mut Self {
        loop {
            let word = self.words.iter().map(|(end, _)| end + self.settings.stt_delay);
            let next = [
                self.queue.keys().next().map(|(at, _)| *at),
                self.state.deadline(),
                word.filter(|at| *at > self.now).min(),
                self.player_next(),
            ];
            let Some(next) = next.into_iter().flatten().min().filter(|next| *next <= until) else {
                self.now = until;
                return self;
            };
            let before = self.now;
            self.now = next.max(before);
            self.play(self.now - before);
            self.recognise();
            match self.queue.first_key_value().map(|((at, _), _)| *at) {
                Some(at) if at <= self.now => {
                    let (_, event) = self.queue.pop_first().unwrap();
                    self.happen(event);
                }
                _ => self.happen(Event::Tick),
            }
        }
    }

    /// The player reports four times a second and when it has played all it has.
    fn player_next(&self) -> Option<i64> {
        let player = self
            .player
            .as_ref()
            .filter(|player| !player.paused && player.at < player.queued)?;
        let next = (player.at / 250 + 1) * 250;
        Some(self.now + next.min(player.queued) - player.at)
    }

    fn play(&mut self, ms: i64) {
        let Some(player) = self.player.as_mut().filter(|player| !player.paused) else {
            return;
        };
        let before = player.at;
        player.at = (player.at + ms).min(player.queued);
        let (answer, heard_ms, done) = (player.answer, player.at, player.at == player.queued);
        if heard_ms > before
            && (done || heard_ms % 250 == 0)
            && self.settings.player_reports
            && self.state.is_connected()
        {
            self.at(self.now, Event::Played { answer, heard_ms });
        }
    }

    fn recognise(&mut self) {
        let delay = self.settings.stt_delay;
        if self.recognised == self.now {
            return;
        }
        self.recognised = self.now;
        if self.settings.hangs.contains(&Part::Recognition)
            || !self.words.iter().any(|(end, _)| end + delay == self.now)
        {
            return;
        }
        let open: Vec<Stamp> = self
            .streams
            .iter()
            .filter(|(_, s)| s.until.is_none())
            .map(|(stamp, _)| *stamp)
            .collect();
        for ear in open {
            let text = self.text(ear, self.now - delay);
            self.at(self.now, Event::Partial { ear, text });
        }
    }

    fn text(&self, ear: Stamp, to: i64) -> String {
        let stream = &self.streams[&ear];
        let to = stream.until.unwrap_or(to).min(to);
        let words = self.words.iter().filter(|(end, _)| *end > stream.from && *end <= to);
        words.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
    }

    pub fn happen(&mut self, event: Event) {
        let (state, actions) = step(self.state.clone(), event, self.now);
        self.state = state;
        self.watch.see(&actions);
        assert!(
            self.state.deadline().is_none_or(|at| at > self.now),
            "due at {:?} and still there at {}: {:?}",
            self.state.deadline(),
            self.now,
            self.state
        );
        for action in actions {
            self.log.push((self.now, action.clone()));
            self.act(action);
        }
    }

    fn fails(&mut self, part: Part, stamp: Stamp) -> bool {
        if self.settings.hangs.contains(&part) {
            return true;
        }
        let Some(at) = self.settings.fails.iter().position(|fails| *fails == part) else {
            return false;
        };
        self.settings.fails.remove(at);
        self.at(self.now + 30, Event::Failed { stamp, part });
        true
    }

    fn act(&mut self, action: Action) {
        let now = self.now;
        match action {
            Action::Listen { ear } => {
                let taken = self.streams.values().filter_map(|s| s.until).max().unwrap_or(0);
                self.streams.insert(
                    ear,
                    Stream {
                        from: taken.max(now - 500),
                        until: None,
                    },
                );
                if self.settings.fails.contains(&Part::Recognition) {
                    self.fails(Part::Recognition, ear);
                }
            }
            Action::Finish { ear } => {
                self.streams.get_mut(&ear).unwrap().until = Some(now);
                if !self.settings.hangs.contains(&Part::Recognition) {
                    let text = self.text(ear, now);
                    self.at(now + self.settings.stt_delay, Event::Final { ear, text });
                }
            }
            Action::Judge { ear } => self.judge(ear),
            Action::Drop { ear } => {
                self.streams.get_mut(&ear).unwrap().until.get_or_insert(now);
            }
            Action::Ask { answer, .. } => {
                if self.fails(Part::Model, answer) {
                    return;
                }
                let mut at = now + self.settings.first_token;
                for text in self.settings.sentences.clone() {
                    self.at(
                        at,
                        Event::Sentence {
                            answer,
                            text: text.into(),
                        },
                    );
                    at += self.settings.between;
                }
                let clarifies = self.settings.clarifies;
                self.at(at, Event::Answered { answer, clarifies });
            }
            Action::Say { answer, segment, text } => self.voice(answer, segment, &text),
            Action::Announce { answer, segment, .. } => self.voice(answer, segment, "Sorry, that did not work."),
            Action::Pause { .. } => self.player.as_mut().unwrap().paused = true,
            Action::Resume { .. } => self.player.as_mut().unwrap().paused = false,
            Action::Flush { .. } => self.player = None,
            Action::Replay { answer, from_ms } => {
                let queued = self.player.as_ref().map_or(from_ms, |player| player.queued);
                self.player = Some(Player {
                    answer,
                    queued,
                    at: from_ms,
                    paused: false,
                });
            }
            _ => {}
        }
    }

    fn judge(&mut self, ear: Stamp) {
        if self.fails(Part::TurnDetection, ear) {
            return;
        }
        let at = self.judged.min(self.settings.judged.len() - 1);
        self.judged += 1;
        let thousandths = self.settings.judged[at];
        self.at(self.now + self.settings.judge_delay, Event::Judged { ear, thousandths });
    }

    fn voice(&mut self, answer: Stamp, segment: u16, text: &str) {
        if self.fails(Part::Voice, answer) {
            return;
        }
        let ready = self.now.max(self.voice_free) + self.settings.voice_delay;
        self.voice_free = ready;
        let ms = text.len() as i64 * MS_PER_CHAR;
        let ends = text
            .char_indices()
            .filter(|(at, c)| *c != ' ' && matches!(text.as_bytes().get(at + 1), None | Some(b' ')));
        let words = ends
            .map(|(at, _)| WordEnd {
                ms: (at as i64 + 1) * MS_PER_CHAR,
                byte: at + 1,
            })
            .collect();
        self.at(
            ready,
            Event::Sounded {
                answer,
                segment,
                ms,
                words,
            },
        );
        match self.player.as_mut().filter(|player| player.answer == answer) {
            Some(player) => player.queued += ms,
            None => {
                self.player = Some(Player {
                    answer,
                    queued: ms,
                    at: -self.settings.voice_delay,
                    paused: false,
                });
            }
        }
    }

    /// When the first action of a kind was taken.
    pub fn when(&self, is: impl Fn(&Action) -> bool) -> i64 {
        let found = self.log.iter().find(|(_, action)| is(action));
        found.unwrap_or_else(|| panic!("no such action: {:#?}", self.log)).0
    }

    pub fn count(&self, is: impl Fn(&Action) -> bool) -> usize {
        self.log.iter().filter(|(_, action)| is(action)).count()
    }

    pub fn phases(&self) -> Vec<(i64, Phase)> {
        let shown = |(at, action): &(i64, Action)| match action {
            Action::Show(phase) => Some((*at, *phase)),
            _ => None,
        };
        self.log.iter().filter_map(shown).collect()
    }

    /// Questions that were meant, with their text.
    pub fn questions(&self) -> Vec<String> {
        let mut questions = Vec::new();
        for (_, action) in &self.log {
            if let Action::Ask {
                answer,
                text,
                speculative,
            } = action
            {
                let meant = |(_, a): &(i64, Action)| matches!(a, Action::Confirm { answer: b } if b == answer);
                if !speculative || self.log.iter().any(meant) {
                    questions.push(text.clone());
                }
            }
        }
        questions
    }

    pub fn kept(&self) -> Vec<crate::Kept> {
        let kept = |(_, action): &(i64, Action)| match action {
            Action::Remember { kept, .. } => Some(kept.clone()),
            _ => None,
        };
        self.log.iter().filter_map(kept).collect()
    }

    pub fn notices(&self) -> Vec<crate::Notice> {
        let notice = |(_, action): &(i64, Action)| match action {
            Action::Notify(notice) => Some(*notice),
            _ => None,
        };
        self.log.iter().filter_map(notice).collect()
    }
}
