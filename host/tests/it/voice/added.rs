//! What the host itself adds to an answer: recognition, model and voice are doubles that answer at once.

use std::time::Instant;

use api_types::EndpointKind;
use testkit::{OpenAiDouble, Reply, tokens};
use voice_turn::vap::{ClientMessage, HostMessage, ModeName};
use voiceassist::models::ModelSettings;

use super::QUESTION;
use super::talker::{Talker, spoken};
use super::vendors::{allow, connected, world_with};

const ROUNDS: usize = 40;
/// Vendors are connected to, and models loaded, by the first ones.
const WARM_UP: usize = 3;
const ANSWER: &str = "Visitors must leave the ward at eight in the evening [1].";

fn sounded(talker: &Talker, from: usize) -> Option<Instant> {
    let begun = talker.page.told[from..].iter().find_map(|one| match one {
        HostMessage::SayBegin { utt, kind, .. } if kind != "filler" => Some(*utt),
        _ => None,
    });
    talker.page.sounded.get(&begun?).copied()
}

/// How many answers were spoken to their end, which may be before anybody waits for it.
fn ended(talker: &Talker) -> usize {
    let end = |one: &HostMessage| matches!(one, HostMessage::SayEnd { .. }).then_some(());
    talker.page.find(end).len()
}

/// From the key that ends the question to the first sound of its answer, as the client sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, printed by `cargo xtask bench voice`"]
async fn latency_that_the_host_adds() {
    let thinks = OpenAiDouble::start(vec![Reply::Tokens(tokens(ANSWER))]).await.unwrap();
    let model = ModelSettings {
        base_url: thinks.base_url().parse().unwrap(),
        name: "a-model".into(),
        api_key: None,
        is_local: true,
    };
    let world = world_with(&[QUESTION], |config| config.model = Some(model)).await;
    let all = [
        EndpointKind::SpeechToText,
        EndpointKind::Answers,
        EndpointKind::TextToSpeech,
    ];
    allow(&world.test, &all).await;
    let anna = world.test.sign_in("anna").await;
    anna.add("visitors.md", super::RULES).await;
    let mut talker = connected(&world.test, &anna).await;
    let push = ModeName::PushToTalk;
    talker.control(ClientMessage::ModeSet { mode: push }).await;
    let question = spoken(QUESTION);
    let mut times = Vec::new();
    for round in 0..WARM_UP + ROUNDS {
        talker.control(ClientMessage::KeyDown).await;
        let before = talker.page.told.len();
        talker.say(&question).await;
        talker.control(ClientMessage::KeyUp).await;
        let released = Instant::now();
        talker
            .until("it sounds", |talker| sounded(talker, before).is_some())
            .await;
        if round >= WARM_UP {
            let heard = sounded(&talker, before).unwrap();
            times.push(heard.duration_since(released).as_secs_f64() * 1_000.0);
        }
        talker
            .until("it listens again", |talker| {
                talker.page.state() == "listening" && ended(talker) == round + 1
            })
            .await;
    }
    assert_eq!(world.speaks.calls().len(), WARM_UP + ROUNDS);
    assert_eq!(thinks.calls().len(), WARM_UP + ROUNDS);
    times.sort_by(f64::total_cmp);
    let (half, most) = (times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
    println!(
        "added by the host, all else at once          {ROUNDS:>4} times  p50 {half:>6.0}  p95 {most:>6.0} ms  bars: 20, 50"
    );
}
