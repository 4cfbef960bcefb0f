//! What a user experiences, with times.

use super::world::{Settings, World};
use crate::{Action, End, Event, Kept, Mode, Notice, Phase, Waits, Why};

fn asked(action: &Action) -> bool {
    matches!(action, Action::Ask { .. })
}

fn long_answer() -> Settings {
    Settings {
        sentences: vec![
            "Give amoxicillin for five days.",
            "Use doxycycline when there is an allergy to it.",
        ],
        ..Settings::default()
    }
}

/// The user asks from 1000 to 3000; returns when the answer's sound begins.
fn asks(world: &mut World) -> i64 {
    world.user(1_000, 3_000, "how long do I treat pneumonia").run(3_600);
    assert_eq!(world.state.phase(), Phase::Speaking);
    world.phases().last().unwrap().0
}

#[test]
fn simple_turn_is_answered_in_half_a_second_after_the_last_word() {
    let mut world = World::new(Settings::default());
    world.user(1_000, 3_000, "how long do I treat pneumonia").run(20_000);
    let phases: Vec<Phase> = world.phases().into_iter().map(|(_, phase)| phase).collect();
    assert_eq!(
        phases,
        [
            Phase::Listening,
            Phase::Hearing,
            Phase::Ending,
            Phase::Thinking,
            Phase::Speaking,
            Phase::Listening
        ]
    );
    assert_eq!(world.phases()[1].0, 1_160);
    assert_eq!(world.phases()[2].0, 3_200);
    // Judged complete at 3260 with the partial text at hand: the model starts there, before the turn is surely over.
    assert_eq!(world.when(asked), 3_260);
    // The final text, at 3350, is the same, and 300 ms of quiet have passed.
    assert_eq!(world.when(|a| matches!(a, Action::Confirm { .. })), 3_350);
    assert_eq!(world.phases()[4].0, 3_480);
    assert_eq!(world.questions(), ["how long do I treat pneumonia"]);
    let all = "Give five days of amoxicillin. Then look again.";
    assert_eq!(
        world.kept(),
        [Kept {
            heard: all.into(),
            unheard: String::new(),
            why: Why::Complete
        }]
    );
}

#[test]
fn pause_in_the_middle_of_a_sentence_is_no_end() {
    let mut world = World::new(Settings {
        judged: vec![100, 900],
        ..Settings::default()
    });
    world
        .user(1_000, 2_000, "my patient has")
        .user(3_500, 4_500, "severe pneumonia")
        .run(20_000);
    assert_eq!(world.questions(), ["my patient has severe pneumonia"]);
    assert!(world.when(asked) > 4_500);
}

#[test]
fn unfinished_sentence_is_answered_after_the_longest_pause() {
    let mut world = World::new(Settings {
        judged: vec![100],
        ..Settings::default()
    });
    world.user(1_000, 2_000, "my patient has").run(20_000);
    assert_eq!(world.when(asked), 4_500);
}

#[test]
fn early_answer_is_taken_back_when_the_user_goes_on() {
    let mut world = World::new(Settings::default());
    // The pause of 290 ms is judged complete; then the sentence goes on.
    world
        .user(1_000, 2_000, "treat pneumonia")
        .user(2_290, 3_500, "in a child")
        .run(20_000);
    let first = world.log.iter().find_map(|(_, a)| match a {
        Action::Ask {
            answer, speculative, ..
        } => Some((*answer, *speculative)),
        _ => None,
    });
    let (stamp, speculative) = first.unwrap();
    assert!(speculative);
    assert!(world.count(|a| matches!(a, Action::Cancel { answer } if *answer == stamp)) == 1);
    assert_eq!(
        world.count(|a| matches!(a, Action::Say { answer, .. } if *answer == stamp)),
        0
    );
    assert_eq!(world.questions(), ["treat pneumonia in a child"]);
    assert_eq!(world.kept().len(), 1);
}

#[test]
fn early_answer_to_a_misheard_question_is_replaced() {
    let mut world = World::new(Settings::default());
    world.user(1_000, 2_000, "treat new ammonia").run(2_300);
    assert_eq!(world.count(asked), 1);
    let ear = world.log.iter().find_map(|(_, a)| match a {
        Action::Finish { ear } => Some(*ear),
        _ => None,
    });
    world.happen(Event::Final {
        ear: ear.unwrap(),
        text: "Treat pneumonia?".into(),
    });
    world.run(20_000);
    assert_eq!(world.questions(), ["Treat pneumonia?"]);
    assert_eq!(world.kept().len(), 1);
}

#[test]
fn listening_sound_does_not_stop_the_answer() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world.user(speaking + 600, speaking + 1_000, "mm-hm").run(30_000);
    assert_eq!(world.count(|a| matches!(a, Action::Pause { .. })), 1);
    // Held at 96 ms of voice, understood at its end, back 150 ms later.
    assert_eq!(world.when(|a| matches!(a, Action::Pause { .. })), speaking + 696);
    assert_eq!(world.when(|a| matches!(a, Action::Resume { .. })), speaking + 1_150);
    assert_eq!(world.kept().len(), 1);
    assert_eq!(world.kept()[0].why, Why::Complete);
    assert_eq!(world.questions().len(), 1);
}

/// Of so little of its own sound as comes back before an answer is held, anything is understood.
#[test]
fn words_of_a_short_voice_do_not_stop_the_answer_and_those_of_a_longer_one_do() {
    for (long, questions) in [(250, 1), (700, 2)] {
        let mut world = World::new(long_answer());
        let speaking = asks(&mut world);
        world
            .user(speaking + 600, speaking + 600 + long, "Gift thirty")
            .run(30_000);
        assert_eq!(world.questions().len(), questions, "{long}");
        let goes_on = world.kept()[0].why == Why::Complete;
        assert_eq!(goes_on, questions == 1, "{long}");
    }
}

#[test]
fn answer_goes_on_after_a_cough() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world.user(speaking + 600, speaking + 720, "").run(30_000);
    assert_eq!(world.when(|a| matches!(a, Action::Pause { .. })), speaking + 696);
    // Quiet for 200 ms, and nothing was understood.
    assert_eq!(world.when(|a| matches!(a, Action::Resume { .. })), speaking + 1_070);
    assert_eq!(world.kept()[0].why, Why::Complete);
    assert_eq!(world.questions().len(), 1);
    assert!(world.notices().is_empty());
}

#[test]
fn wait_silences_at_once_and_keeps_only_what_was_heard() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world.user(speaking + 1_000, speaking + 1_350, "wait").run(30_000);
    // Silent 96 ms after the voice began.
    assert_eq!(world.when(|a| matches!(a, Action::Pause { .. })), speaking + 1_096);
    assert!(world.when(|a| matches!(a, Action::Flush { .. })) <= speaking + 1_500);
    let kept = &world.kept()[0];
    assert_eq!(kept.why, Why::Interrupted);
    // The player last reported 1000 ms: 20 characters of 50 ms, the end of "for".
    assert_eq!(kept.heard, "Give amoxicillin for");
    assert!(kept.unheard.starts_with("five days. Use"));
    assert_eq!(world.notices(), [Notice::Stopped]);
    assert_eq!(world.questions().len(), 1);
    assert_eq!(world.state.phase(), Phase::Listening);
}

#[test]
fn another_question_interrupts_and_is_answered() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world
        .user(speaking + 900, speaking + 2_400, "what about children under five")
        .run(30_000);
    assert_eq!(
        world.questions(),
        ["how long do I treat pneumonia", "what about children under five"]
    );
    assert_eq!(world.kept().len(), 2);
    assert_eq!(world.kept()[0].why, Why::Interrupted);
    assert_eq!(world.state.turn(), 2);
}

#[test]
fn noise_only_holds_the_answer_and_it_goes_on() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world
        .at(speaking + 900, Event::VoiceOn)
        .at(speaking + 1_150, Event::VoiceOff);
    world.run(30_000);
    assert_eq!(world.count(|a| matches!(a, Action::Flush { .. })), 0);
    // Quiet for 200 ms, then recognition says within 150 ms that there was no word.
    assert_eq!(world.when(|a| matches!(a, Action::Resume { .. })), speaking + 1_500);
    assert_eq!(world.kept()[0].why, Why::Complete);
}

#[test]
fn own_voice_is_forgotten_and_the_answer_goes_on_at_once() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world
        .at(speaking + 900, Event::VoiceOn)
        .at(speaking + 1_300, Event::OwnVoice);
    world.run(30_000);
    assert_eq!(world.when(|a| matches!(a, Action::Resume { .. })), speaking + 1_300);
    assert_eq!(world.count(|a| matches!(a, Action::Finish { .. })), 1);
    assert_eq!(world.count(|a| matches!(a, Action::Drop { .. })), 1);
    assert_eq!(world.kept()[0].why, Why::Complete);
}

#[test]
fn words_that_are_understood_late_count_as_long_as_they_lasted() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world.settings.stt_delay = 900;
    world
        .user(speaking + 900, speaking + 1_100, "nearest")
        .at(speaking + 1_700, Event::VoiceOn)
        .at(speaking + 1_750, Event::OwnVoice)
        .run(60_000);
    assert_eq!(world.count(|a| matches!(a, Action::Flush { .. })), 0);
    assert_eq!(world.kept()[0].why, Why::Complete);
}

#[test]
fn end_of_own_voice_after_an_answer_is_no_question() {
    let mut world = World::new(long_answer());
    world.at(1_000, Event::VoiceOn).at(1_400, Event::OwnVoice).run(10_000);
    assert!(world.questions().is_empty() && world.notices().is_empty());
    assert_eq!(world.state.phase(), Phase::Listening);
}

#[test]
fn long_voice_without_words_interrupts() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world
        .at(speaking + 900, Event::VoiceOn)
        .at(speaking + 2_900, Event::VoiceOff);
    world.run(speaking + 2_000);
    assert_eq!(world.when(|a| matches!(a, Action::Flush { .. })), speaking + 1_800);
    world.run(60_000);
    assert_eq!(world.notices(), [Notice::NotUnderstood]);
    assert_eq!(world.state.phase(), Phase::Listening);
}

#[test]
fn echo_of_the_answer_does_not_stop_it() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world
        .user(speaking + 500, speaking + 900, "amoxicillin for five")
        .run(30_000);
    assert_eq!(world.count(|a| matches!(a, Action::Flush { .. })), 0);
    assert_eq!(world.kept()[0].why, Why::Complete);
}

/// What is asked when a word of 150 ms is heard at the end of an answer that cannot be held yet.
fn asked_after_a_scrap(clarifies: bool) -> Vec<String> {
    let settings = Settings {
        sentences: vec!["Give five days."],
        clarifies,
        ..Settings::default()
    };
    let mut world = World::with(settings, Waits::default());
    let speaking = asks(&mut world);
    world.user(speaking + 620, speaking + 770, "or").run(30_000);
    assert_eq!(world.kept()[0].why, Why::Complete);
    assert!(world.notices().is_empty());
    world.questions().split_off(1)
}

#[test]
fn scrap_of_an_answer_that_comes_back_at_its_end_is_no_question_but_may_be_a_reply() {
    assert!(asked_after_a_scrap(false).is_empty());
    assert_eq!(asked_after_a_scrap(true), ["or"]);
}

#[test]
fn first_answer_of_a_session_is_interrupted_by_words_only() {
    let mut world = World::with(long_answer(), Waits::default());
    let speaking = asks(&mut world);
    world.user(speaking + 500, speaking + 1_100, "hold on").run(30_000);
    assert_eq!(world.count(|a| matches!(a, Action::Pause { .. })), 0);
    assert_eq!(world.when(|a| matches!(a, Action::Flush { .. })), speaking + 1_250);
    assert_eq!(world.kept()[0].why, Why::Interrupted);
}

#[test]
fn more_said_while_it_thinks_belongs_to_the_question() {
    let mut world = World::new(Settings {
        first_token: 3_000,
        ..Settings::default()
    });
    world
        .user(1_000, 2_000, "treat pneumonia")
        .user(3_000, 4_000, "and what in pregnancy")
        .run(30_000);
    assert_eq!(
        world.questions(),
        ["treat pneumonia", "treat pneumonia and what in pregnancy"]
    );
    assert_eq!(world.state.turn(), 1);
    assert_eq!(world.kept().len(), 1);
}

#[test]
fn answer_does_not_begin_over_somebody_who_speaks() {
    let mut world = World::new(Settings {
        first_token: 700,
        stt_delay: 400,
        ..Settings::default()
    });
    world
        .user(1_000, 2_000, "treat pneumonia")
        .user(2_700, 4_200, "and what in pregnancy")
        .run(30_000);
    assert_eq!(world.when(|a| matches!(a, Action::Pause { .. })), 3_420);
    assert_eq!(
        world.questions(),
        ["treat pneumonia", "treat pneumonia and what in pregnancy"]
    );
    assert_eq!(world.kept().last().unwrap().why, Why::Complete);
    assert_eq!(world.state.turn(), 1);
}

#[test]
fn never_mind_while_it_thinks_takes_the_question_back() {
    let mut world = World::new(Settings {
        first_token: 3_000,
        ..Settings::default()
    });
    world
        .user(1_000, 2_000, "treat pneumonia")
        .user(3_000, 3_600, "never mind")
        .run(30_000);
    assert_eq!(world.questions(), ["treat pneumonia"]);
    assert_eq!(world.notices(), [Notice::Stopped]);
    assert!(world.kept().is_empty());
    assert_eq!(world.state.phase(), Phase::Listening);
}

#[test]
fn filler_is_said_once_when_the_model_is_slow() {
    let mut world = World::new(Settings {
        first_token: 4_000,
        ..Settings::default()
    });
    world.user(1_000, 2_000, "treat pneumonia").run(30_000);
    assert_eq!(world.count(|a| matches!(a, Action::Filler { .. })), 1);
    assert_eq!(world.when(|a| matches!(a, Action::Filler { .. })), 2_260 + 900);
}

#[test]
fn question_back_waits_for_its_answer() {
    let mut world = World::new(Settings {
        sentences: vec!["Which kind of kidney disease?"],
        clarifies: true,
        ..Settings::default()
    });
    world.user(1_000, 2_000, "kidney disease management").run(10_000);
    assert_eq!(world.state.phase(), Phase::Clarifying);
    world.user(11_000, 11_500, "yes").run(12_400);
    assert_eq!(world.questions(), ["kidney disease management", "yes"]);
}

#[test]
fn lost_connection_resumes_where_the_ear_was() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world.at(speaking + 900, Event::Disconnected);
    world.at(speaking + 9_000, Event::Reconnected { heard_ms: 750 });
    world.run(60_000);
    assert_eq!(
        world.when(|a| matches!(a, Action::Replay { from_ms: 750, .. })),
        speaking + 9_000
    );
    assert_eq!(world.kept()[0].why, Why::Complete);
    assert_eq!(world.kept()[0].unheard, "");
    assert_eq!(world.count(|a| matches!(a, Action::End(_))), 0);
}

#[test]
fn question_survives_a_lost_connection() {
    let mut world = World::new(Settings::default());
    world
        .user(1_000, 2_000, "how long do I")
        .at(1_900, Event::Disconnected)
        .run(15_000);
    assert_eq!(world.count(asked), 0);
    world
        .at(15_100, Event::Reconnected { heard_ms: 0 })
        .user(15_150, 16_000, "treat pneumonia")
        .run(40_000);
    assert_eq!(world.questions(), ["how long do I treat pneumonia"]);
}

#[test]
fn connection_that_stays_away_ends_the_session_and_keeps_what_was_heard() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world.at(speaking + 900, Event::Disconnected).run(120_000);
    assert_eq!(
        world.when(|a| matches!(a, Action::End(End::ConnectionLost))),
        speaking + 30_900
    );
    assert_eq!(world.kept()[0].why, Why::SessionEnded);
    assert_eq!(world.kept()[0].heard, "Give");
}

#[test]
fn push_to_talk_needs_no_detector() {
    let mut world = World::new(long_answer());
    world.happen(Event::ModeSet(Mode::PushToTalk));
    world.user(1_000, 2_000, "treat pneumonia");
    world.at(990, Event::KeyDown).at(2_010, Event::KeyUp).run(3_000);
    assert_eq!(world.when(asked), 2_160);
    assert_eq!(world.count(|a| matches!(a, Action::Judge { .. })), 0);
    assert_eq!(world.state.phase(), Phase::Speaking);
    // The key cuts the answer off at once.
    world.at(3_100, Event::KeyDown).at(3_150, Event::KeyUp).run(3_120);
    assert_eq!(world.when(|a| matches!(a, Action::Flush { .. })), 3_100);
    world.run(30_000);
    assert_eq!(world.state.phase(), Phase::Listening);
}

#[test]
fn stop_button_and_typed_question() {
    let mut world = World::new(long_answer());
    let speaking = asks(&mut world);
    world
        .at(speaking + 300, Event::Stopped { heard_ms: 220 })
        .run(speaking + 400);
    assert_eq!(world.kept()[0].heard, "Give");
    assert_eq!(world.state.phase(), Phase::Listening);
    world
        .at(speaking + 500, Event::Typed("  and in sepsis? ".into()))
        .run(60_000);
    assert_eq!(world.questions()[1], "and in sepsis?");
    assert_eq!(world.kept().len(), 2);
}

#[test]
fn muted_session_hears_nothing_and_idles_out() {
    let mut world = World::new(Settings::default());
    world.happen(Event::ModeSet(Mode::Muted));
    world.user(1_000, 2_000, "treat pneumonia").run(700_000);
    assert_eq!(world.count(|a| matches!(a, Action::Listen { .. })), 0);
    assert_eq!(world.when(|a| matches!(a, Action::End(End::Idle))), 602_000);
}

#[test]
fn cough_is_no_question() {
    let mut world = World::new(Settings::default());
    world.at(1_000, Event::VoiceOn).at(1_150, Event::VoiceOff).run(10_000);
    assert_eq!(world.count(|a| matches!(a, Action::Listen { .. })), 0);
    world.at(11_000, Event::VoiceOn).at(11_400, Event::VoiceOff).run(30_000);
    assert_eq!(world.count(|a| matches!(a, Action::Listen { .. })), 1);
    assert!(world.notices().is_empty());
    assert_eq!(world.state.phase(), Phase::Listening);
}
