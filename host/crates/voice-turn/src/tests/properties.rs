//! Any order of events, late and stale ones among them.

use proptest::prelude::*;

use super::watch::Watch;
use crate::{Action, Event, Mode, Part, Phase, Stamp, State, Waits, step};

/// Stamps of everything that was begun: results may belong to any of it.
#[derive(Default)]
struct Begun {
    ears: Vec<Stamp>,
    answers: Vec<Stamp>,
    segments: u16,
}

impl Begun {
    fn note(&mut self, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Listen { ear } => self.ears.push(*ear),
                Action::Ask { answer, .. } => self.answers.push(*answer),
                Action::Announce { answer, segment, .. } | Action::Say { answer, segment, .. } => {
                    self.answers.push(*answer);
                    self.segments = *segment;
                }
                _ => {}
            }
        }
    }
}

fn pick(stamps: &[Stamp], back: u8) -> Stamp {
    let nothing = Stamp { turn: 0, generation: 0 };
    let latest = stamps.iter().rev().nth(usize::from(back % 3));
    latest.copied().unwrap_or(nothing)
}

const TEXTS: [&str; 6] = ["", "mm-hm", "wait", "what about children", "give", "five days"];

fn event(kind: u8, back: u8, value: u16, begun: &Begun) -> Event {
    let ear = pick(&begun.ears, back);
    let answer = pick(&begun.answers, back);
    let text = TEXTS[usize::from(value) % TEXTS.len()].to_owned();
    let heard_ms = i64::from(value) * 2 - 500;
    let part = [Part::Recognition, Part::TurnDetection, Part::Model, Part::Voice][usize::from(value % 4)];
    match kind {
        0..=3 => Event::VoiceOn,
        4..=6 => Event::VoiceOff,
        7 => Event::OwnVoice,
        8..=10 => Event::Partial { ear, text },
        11..=14 => Event::Final { ear, text },
        15..=17 => Event::Judged {
            ear,
            thousandths: value,
        },
        18..=21 => Event::Sentence {
            answer,
            text: "Give it for five days.".into(),
        },
        22..=23 => Event::Answered {
            answer,
            clarifies: value.is_multiple_of(2),
        },
        24..=27 => Event::Sounded {
            answer,
            segment: if back == 0 { value % 3 } else { begun.segments },
            ms: i64::from(value),
            words: Vec::new(),
        },
        28..=32 => Event::Played { answer, heard_ms },
        33 => Event::Failed {
            stamp: if back.is_multiple_of(2) { ear } else { answer },
            part,
        },
        34 => Event::Disconnected,
        35 => Event::Reconnected { heard_ms },
        36 => Event::ModeSet([Mode::HandsFree, Mode::HandsFree, Mode::PushToTalk, Mode::Muted][usize::from(value % 4)]),
        37 => Event::KeyDown,
        38 => Event::KeyUp,
        39 => Event::Committed,
        40 => Event::Typed(text),
        41 => Event::Stopped { heard_ms },
        _ => Event::Tick,
    }
}

fn checked(state: State, event: Event, now: i64, watch: &mut Watch, begun: &mut Begun) -> State {
    let (state, actions) = step(state, event, now);
    watch.see(&actions);
    begun.note(&actions);
    assert!(state.deadline().is_none_or(|at| at > now), "{state:?} at {now}");
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_it_listens_again_or_has_ended(
        events in prop::collection::vec((0u8..44, 0u8..4, 0u16..1_000, 0u16..600), 1..120)
    ) {
        let mut now = 0;
        let (mut watch, mut begun) = (Watch::default(), Begun::default());
        let state = State::new(Waits::default(), Mode::HandsFree, now);
        let mut state = checked(state, Event::Connected, now, &mut watch, &mut begun);
        for (kind, back, value, delay) in events {
            now += i64::from(delay);
            let event = event(kind, back, value, &begun);
            state = checked(state, event, now, &mut watch, &mut begun);
            if let Some(answer) = &state.answer {
                prop_assert!(answer.heard_ms <= answer.sound_ms().max(0));
            }
            let both = matches!(state.phase, Phase::Speaking | Phase::Paused) && !state.heard.is_empty() && state.answer.is_none();
            prop_assert!(!both);
        }
        // The world falls silent: only time passes.
        state = checked(state, Event::KeyUp, now, &mut watch, &mut begun);
        state = checked(state, Event::VoiceOff, now, &mut watch, &mut begun);
        let last = now + 200_000;
        while let Some(at) = state.deadline().filter(|at| *at <= last) {
            if matches!(state.phase, Phase::Listening | Phase::Clarifying) && state.lost.is_none() {
                break;
            }
            now = at;
            state = checked(state, Event::Tick, now, &mut watch, &mut begun);
        }
        prop_assert!(
            matches!(state.phase, Phase::Listening | Phase::Clarifying | Phase::Ended),
            "{:?}", state
        );
        let closed = checked(state, Event::Closed, now, &mut watch, &mut begun);
        prop_assert_eq!(closed.phase, Phase::Ended);
        prop_assert!(step(closed, Event::VoiceOn, now + 1_000).1.is_empty());
    }

    #[test]
    fn heard_text_is_a_beginning_that_ends_with_a_word(text in "[a-zé ]{0,60}", heard in 0i64..2_000, total in 0i64..1_500) {
        let segment = crate::Segment { text: text.clone(), ms: Some(total), said: true, ..Default::default() };
        let (first, second) = crate::split_heard(&[segment], heard);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let both: Vec<String> = [words(&first), words(&second)].concat();
        prop_assert_eq!(both, words(&text));
    }
}
