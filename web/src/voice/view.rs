//! What the page shows of a voice session, from the messages of the host alone: who is speaking, what was heard, what is
//! said. No browser in it.

use voice_turn::vap::{HeardChip, HostMessage, VerdictName};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing runs.
    #[default]
    Off,
    /// The browser asks for the microphone, the host for a place.
    Connecting,
    Listening,
    /// The user speaks.
    Hearing,
    Thinking,
    Speaking,
    /// The answer is held: the user may be interrupting.
    Paused,
    /// The connection is lost and may come back.
    Reconnecting,
    /// It ran and is over.
    Ended,
}

impl Standing {
    /// By the name that the host gives a state of the turn.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "listening" | "clarifying" => Self::Listening,
            "hearing" | "ending" => Self::Hearing,
            "thinking" => Self::Thinking,
            "speaking" => Self::Speaking,
            "paused" => Self::Paused,
            _ => return None,
        })
    }

    /// A session is there, or is being made.
    pub fn runs(self) -> bool {
        !matches!(self, Self::Off | Self::Ended)
    }

    /// An answer is being made or given, which the user may stop.
    pub fn answers(self) -> bool {
        matches!(self, Self::Thinking | Self::Speaking | Self::Paused)
    }
}

/// A sentence of an answer as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub utt: u16,
    pub segment: u16,
    pub text: String,
    /// It was cut off before it was played.
    pub unheard: bool,
}

/// A question with its answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    pub turn: u32,
    pub heard: String,
    /// Nothing more is heard of it.
    pub settled: bool,
    pub chips: Vec<HeardChip>,
    /// How sure the host is of what it heard, once it has checked it.
    pub verdict: Option<VerdictName>,
    pub said: Vec<Said>,
    /// The user cut the answer off.
    pub cut: bool,
    /// The conversation in which the whole answer stands.
    pub conversation: Option<String>,
    utterances: Vec<u16>,
}

/// A question back.
#[derive(Clone, Debug, PartialEq)]
pub struct Clarify {
    pub turn: u32,
    pub question: String,
    /// Language of the question.
    pub language: String,
    pub options: Vec<String>,
}

/// What a message asks the page to do beside showing it.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Pause,
    Resume,
    Flush(u16),
    /// The question has become a message of this conversation.
    Open(String),
    /// The host has ended the session.
    End,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub standing: Standing,
    pub exchanges: Vec<Exchange>,
    pub clarify: Option<Clarify>,
    pub notice: Option<String>,
    /// Whether no sound leaves the house; known once connected.
    pub local: Option<bool>,
    /// Why the host ended it.
    pub reason: Option<String>,
    /// What is played: utterance and segment.
    pub playing: Option<(u16, u16)>,
    /// The user's own words in place of some that were heard; they belong to the turn that is asked next.
    corrected: Option<String>,
    /// What the host last said of the turn, to come back to after a reconnect.
    told: Standing,
}

/// Exchanges kept on the page; the conversation has them all.
const KEPT: usize = 30;

impl View {
    /// A new session; what was said before stays readable.
    pub fn connecting(&mut self) {
        self.standing = Standing::Connecting;
        self.clarify = None;
        self.notice = None;
        self.reason = None;
        self.playing = None;
        self.corrected = None;
        self.exchanges.clear();
    }

    pub fn lost(&mut self) {
        if self.standing.runs() {
            self.standing = Standing::Reconnecting;
        }
    }

    pub fn over(&mut self, reason: Option<String>) {
        self.standing = Standing::Ended;
        self.clarify = None;
        self.playing = None;
        self.reason = reason;
    }

    /// The user has pressed stop.
    pub fn stopped(&mut self) {
        if let Some((utt, _)) = self.playing {
            self.cut(utt);
        }
        self.clarify = None;
    }

    /// The user has put right what was heard.
    pub fn correct(&mut self, text: String) {
        self.stopped();
        self.corrected = Some(text);
    }

    /// The exchange that this turn is.
    fn exchange(&mut self, turn: u32) -> &mut Exchange {
        let at = self.exchanges.iter().position(|exchange| exchange.turn == turn);
        let at = at.unwrap_or_else(|| {
            if self.exchanges.len() >= KEPT {
                self.exchanges.remove(0);
            }
            self.exchanges.push(Exchange {
                turn,
                ..Exchange::default()
            });
            self.exchanges.len() - 1
        });
        &mut self.exchanges[at]
    }

    fn of_utterance(&mut self, utt: u16) -> Option<&mut Exchange> {
        self.exchanges
            .iter_mut()
            .rfind(|exchange| exchange.utterances.contains(&utt))
    }

    /// Whatever was not played of it will not be.
    fn cut(&mut self, utt: u16) {
        let playing = self.playing.take().filter(|(playing, _)| *playing == utt);
        if let Some(exchange) = self.of_utterance(utt) {
            exchange.cut = true;
            for said in exchange.said.iter_mut().filter(|said| said.utt == utt) {
                said.unheard |= playing.is_none_or(|(_, segment)| said.segment > segment);
            }
        }
    }

    pub fn hear(&mut self, message: HostMessage) -> Option<Effect> {
        match message {
            HostMessage::Welcome { local, .. } => {
                self.local = Some(local);
                if self.standing == Standing::Reconnecting {
                    self.standing = self.told;
                }
                None
            }
            HostMessage::Listening { .. } => {
                self.turn_to(Standing::Listening);
                None
            }
            HostMessage::Voice { speech, .. } => {
                // Seen at once, before the host has decided that somebody speaks.
                if speech && self.standing == Standing::Listening {
                    self.standing = Standing::Hearing;
                }
                None
            }
            HostMessage::TurnState { turn, state } => {
                let standing = Standing::named(&state)?;
                self.turn_to(standing);
                if standing == Standing::Thinking {
                    self.asked(turn);
                }
                None
            }
            HostMessage::Partial { turn, text } => {
                self.notice = None;
                let exchange = self.exchange(turn);
                if !exchange.settled {
                    exchange.heard = text;
                }
                None
            }
            HostMessage::Final { turn, text, .. } => {
                let exchange = self.exchange(turn);
                if exchange.chips.is_empty() {
                    exchange.heard = text;
                }
                None
            }
            HostMessage::Heard {
                turn,
                text,
                chips,
                verdict,
            } => {
                let exchange = self.exchange(turn);
                exchange.chips = chips;
                exchange.verdict = Some(verdict);
                exchange.heard = text;
                exchange.settled = true;
                None
            }
            HostMessage::Clarify {
                turn,
                question,
                language,
                options,
            } => {
                self.clarify = Some(Clarify {
                    turn,
                    question,
                    language,
                    options,
                });
                None
            }
            HostMessage::Conversation { conversation_id, .. } => {
                if let Some(latest) = self.exchanges.last_mut() {
                    latest.conversation = Some(conversation_id.clone());
                }
                Some(Effect::Open(conversation_id))
            }
            HostMessage::SayBegin { utt, turn, kind } => {
                if kind != "filler" {
                    self.exchange(turn).utterances.push(utt);
                }
                None
            }
            HostMessage::SaySegment {
                utt,
                segment,
                text,
                display,
                ..
            } => {
                let text = if display.is_empty() { text } else { display };
                let exchange = self.of_utterance(utt)?;
                exchange.said.retain(|said| (said.utt, said.segment) != (utt, segment));
                exchange.said.push(Said {
                    utt,
                    segment,
                    text,
                    unheard: false,
                });
                None
            }
            HostMessage::AudioFlush { utt } => {
                self.cut(utt);
                Some(Effect::Flush(utt))
            }
            HostMessage::SayTruncated { utt, .. } => {
                if let Some(exchange) = self.of_utterance(utt) {
                    exchange.cut = true;
                }
                None
            }
            HostMessage::AudioPause { .. } => Some(Effect::Pause),
            HostMessage::AudioResume { .. } => Some(Effect::Resume),
            HostMessage::Notice { text, .. } => {
                self.notice = Some(text);
                None
            }
            HostMessage::SessionEnd { reason } => {
                self.over(Some(reason));
                Some(Effect::End)
            }
            HostMessage::SayEnd { .. }
            | HostMessage::ToolStarted { .. }
            | HostMessage::ToolDone { .. }
            | HostMessage::Ack { .. }
            | HostMessage::Error { .. } => None,
        }
    }

    fn turn_to(&mut self, standing: Standing) {
        self.told = standing;
        if standing == Standing::Hearing {
            self.notice = None;
        }
        if self.standing.runs() {
            self.standing = standing;
        }
    }

    /// The question of this turn is complete, and with it the answer to what was asked back before.
    fn asked(&mut self, turn: u32) {
        self.clarify.take_if(|clarify| clarify.turn < turn);
        if let Some(text) = self.corrected.take() {
            let exchange = self.exchange(turn);
            exchange.heard = text;
            exchange.chips.clear();
        }
        if let Some(exchange) = self.exchanges.iter_mut().find(|exchange| exchange.turn == turn) {
            exchange.settled = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running() -> View {
        let mut view = View::default();
        view.connecting();
        view.hear(HostMessage::Listening { ready_ms: 1 });
        view
    }

    fn state(view: &mut View, name: &str) {
        view.hear(HostMessage::TurnState {
            turn: 1,
            state: name.into(),
        });
    }

    fn says(view: &mut View, segments: u16) {
        view.hear(HostMessage::SayBegin {
            utt: 4,
            turn: 1,
            kind: "answer".into(),
        });
        for segment in 0..segments {
            view.hear(HostMessage::SaySegment {
                utt: 4,
                segment,
                text: "five milligrams".into(),
                display: format!("{segment} mg"),
                audio_ms: None,
            });
        }
    }

    #[test]
    fn each_state_of_the_turn_is_shown_and_unknown_ones_change_nothing() {
        let mut view = running();
        for (name, standing) in [
            ("hearing", Standing::Hearing),
            ("ending", Standing::Hearing),
            ("thinking", Standing::Thinking),
            ("speaking", Standing::Speaking),
            ("paused", Standing::Paused),
            ("dancing", Standing::Paused),
            ("clarifying", Standing::Listening),
        ] {
            state(&mut view, name);
            assert_eq!(view.standing, standing, "{name}");
        }
    }

    #[test]
    fn a_lost_connection_comes_back_to_what_the_turn_was() {
        let mut view = running();
        state(&mut view, "speaking");
        view.lost();
        assert_eq!(view.standing, Standing::Reconnecting);
        view.hear(HostMessage::Welcome {
            session_id: "s".into(),
            resume_token: "r".into(),
            resume_window_s: 30,
            up_seq: None,
            codec: voice_turn::vap::Codec::Pcm16,
            rate: 22_050,
            local: true,
        });
        assert_eq!((view.standing, view.local), (Standing::Speaking, Some(true)));
        view.over(None);
        view.lost();
        assert_eq!(view.standing, Standing::Ended);
        state(&mut view, "speaking");
        assert_eq!(view.standing, Standing::Ended, "what comes late wakes nothing");
    }

    #[test]
    fn partial_words_are_replaced_and_what_was_settled_stays() {
        let mut view = running();
        let partial = |text: &str| HostMessage::Partial {
            turn: 1,
            text: text.into(),
        };
        view.hear(partial("met"));
        view.hear(partial("metformin"));
        assert_eq!(view.exchanges[0].heard, "metformin");
        view.hear(HostMessage::Heard {
            turn: 1,
            text: "metformin 500 mg".into(),
            chips: Vec::new(),
            verdict: VerdictName::Clear,
        });
        view.hear(partial("late"));
        assert_eq!(view.exchanges[0].heard, "metformin 500 mg");
        assert_eq!(view.exchanges.len(), 1);
    }

    #[test]
    fn a_question_that_is_asked_changes_no_more() {
        let mut view = running();
        view.hear(HostMessage::Partial {
            turn: 1,
            text: "dose".into(),
        });
        assert!(!view.exchanges[0].settled);
        state(&mut view, "thinking");
        assert!(view.exchanges[0].settled);
    }

    #[test]
    fn a_corrected_question_is_shown_as_the_one_that_is_asked_next() {
        let mut view = running();
        view.hear(HostMessage::Partial {
            turn: 1,
            text: "15 mg".into(),
        });
        state(&mut view, "thinking");
        view.correct("50 mg".into());
        for _ in 0..2 {
            view.hear(HostMessage::TurnState {
                turn: 2,
                state: "thinking".into(),
            });
        }
        let heard: Vec<&str> = view.exchanges.iter().map(|exchange| exchange.heard.as_str()).collect();
        assert_eq!(heard, ["15 mg", "50 mg"]);
    }

    #[test]
    fn an_answer_that_is_cut_off_shows_what_was_not_heard() {
        let mut view = running();
        says(&mut view, 3);
        view.playing = Some((4, 1));
        assert_eq!(view.hear(HostMessage::AudioFlush { utt: 4 }), Some(Effect::Flush(4)));
        let unheard: Vec<bool> = view.exchanges[0].said.iter().map(|said| said.unheard).collect();
        assert_eq!(unheard, [false, false, true]);
        assert!(view.exchanges[0].cut);
        assert_eq!(view.exchanges[0].said[0].text, "0 mg");
    }

    #[test]
    fn a_segment_that_comes_again_after_a_reconnect_is_shown_once() {
        let mut view = running();
        says(&mut view, 2);
        says(&mut view, 2);
        assert_eq!(view.exchanges[0].said.len(), 2);
    }

    #[test]
    fn a_question_back_goes_when_it_is_answered() {
        let mut view = running();
        view.hear(HostMessage::Clarify {
            turn: 1,
            question: "Which?".into(),
            language: "en".into(),
            options: vec!["a".into()],
        });
        for name in ["thinking", "speaking", "clarifying", "hearing"] {
            state(&mut view, name);
            assert!(view.clarify.is_some(), "{name}");
        }
        view.hear(HostMessage::TurnState {
            turn: 2,
            state: "thinking".into(),
        });
        assert!(view.clarify.is_none());
    }

    #[test]
    fn the_conversation_is_opened_when_the_host_names_it() {
        let mut view = running();
        view.hear(HostMessage::Partial {
            turn: 1,
            text: "x".into(),
        });
        let effect = view.hear(HostMessage::Conversation {
            conversation_id: "c".into(),
            message_id: "m".into(),
        });
        assert_eq!(effect, Some(Effect::Open("c".into())));
        assert_eq!(view.exchanges[0].conversation.as_deref(), Some("c"));
    }
}
