//! Each part fails or hangs: the user is told, and the conversation goes on.

use super::world::{Settings, World};
use crate::{Action, Event, Notice, Part, Phase, Why};

fn after_a_question(settings: Settings) -> World {
    let mut world = World::new(settings);
    world.user(1_000, 2_000, "treat pneumonia").run(60_000);
    assert_eq!(world.state.phase(), Phase::Listening, "{:#?}", world.log);
    world
}

/// The next question is answered as ever.
fn recovers(mut world: World) {
    world.settings.fails.clear();
    world.settings.hangs.clear();
    world.user(61_000, 62_000, "treat sepsis").run(90_000);
    assert_eq!(world.kept().last().unwrap().why, Why::Complete);
    assert_eq!(world.questions().last().unwrap(), "treat sepsis");
}

#[test]
fn failed_recognition_is_said() {
    let world = after_a_question(Settings {
        fails: vec![Part::Recognition],
        ..Settings::default()
    });
    assert_eq!(world.notices()[0], Notice::RecognitionFailed);
    assert_eq!(world.count(|a| matches!(a, Action::Announce { .. })), 1);
    recovers(world);
}

#[test]
fn recognition_that_hangs_is_said_to_have_understood_nothing() {
    let world = after_a_question(Settings {
        hangs: vec![Part::Recognition],
        ..Settings::default()
    });
    assert_eq!(world.notices(), [Notice::NotUnderstood]);
    recovers(world);
}

#[test]
fn partial_text_is_used_when_the_final_one_does_not_come() {
    let mut world = World::new(Settings {
        stt_delay: 100,
        ..Settings::default()
    });
    world.user(1_000, 2_000, "treat pneumonia").run(2_150);
    world.settings.hangs.push(Part::Recognition);
    world.run(30_000);
    assert_eq!(world.questions(), ["treat pneumonia"]);
}

#[test]
fn without_a_turn_detector_the_longest_pause_decides() {
    for settings in [
        Settings {
            fails: vec![Part::TurnDetection],
            ..Settings::default()
        },
        Settings {
            hangs: vec![Part::TurnDetection],
            ..Settings::default()
        },
    ] {
        let world = after_a_question(settings);
        assert_eq!(world.when(|a| matches!(a, Action::Ask { .. })), 4_500);
        assert_eq!(world.kept()[0].why, Why::Complete);
    }
}

#[test]
fn failed_model_is_said() {
    let mut settings = Settings {
        fails: vec![Part::Model, Part::Model],
        ..Settings::default()
    };
    let world = after_a_question(settings.clone());
    assert_eq!(world.notices(), [Notice::ModelFailed]);
    assert!(world.kept().is_empty());
    recovers(world);
    settings.fails.clear();
    settings.hangs = vec![Part::Model];
    let world = after_a_question(settings);
    assert_eq!(world.notices(), [Notice::ModelFailed]);
    recovers(world);
}

#[test]
fn failed_early_answer_is_asked_again() {
    let world = after_a_question(Settings {
        fails: vec![Part::Model],
        ..Settings::default()
    });
    assert!(world.notices().is_empty());
    assert_eq!(world.kept()[0].why, Why::Complete);
}

#[test]
fn answer_that_breaks_off_is_spoken_and_said_to_be_cut() {
    let mut world = World::new(Settings {
        between: 40_000,
        ..Settings::default()
    });
    world.user(1_000, 2_000, "treat pneumonia").run(4_000);
    let stamp = world.state.answering().unwrap();
    world.happen(Event::Failed {
        stamp,
        part: Part::Model,
    });
    world.run(30_000);
    assert_eq!(world.notices(), [Notice::AnswerBrokeOff]);
    assert_eq!(world.kept()[0].heard, "Give five days of amoxicillin.");
    assert_eq!(world.kept()[0].why, Why::ModelFailed);
    assert_eq!(world.state.phase(), Phase::Listening);
}

#[test]
fn empty_answer_is_said() {
    let world = after_a_question(Settings {
        sentences: Vec::new(),
        ..Settings::default()
    });
    assert_eq!(world.notices(), [Notice::NoAnswer]);
}

#[test]
fn without_a_voice_the_answer_is_text() {
    for settings in [
        Settings {
            fails: vec![Part::Voice],
            ..Settings::default()
        },
        Settings {
            hangs: vec![Part::Voice],
            ..Settings::default()
        },
    ] {
        let world = after_a_question(settings);
        assert_eq!(world.notices(), [Notice::VoiceFailed]);
        assert_eq!(world.kept()[0].why, Why::VoiceFailed);
        assert_eq!(world.kept()[0].heard, "");
        recovers(world);
    }
}

#[test]
fn everything_fails_and_the_user_still_sees_why() {
    let world = after_a_question(Settings {
        hangs: vec![Part::Model, Part::Voice],
        ..Settings::default()
    });
    assert_eq!(world.notices(), [Notice::ModelFailed, Notice::VoiceFailed]);
    recovers(world);
}

#[test]
fn silent_player_does_not_hold_the_conversation() {
    let world = after_a_question(Settings {
        player_reports: false,
        ..Settings::default()
    });
    assert_eq!(world.kept()[0].why, Why::Unreported);
    assert_eq!(world.kept()[0].heard, "");
    assert_eq!(world.count(|a| matches!(a, Action::Flush { .. })), 1);
}
