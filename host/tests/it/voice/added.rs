//! What the host itself adds to an answer, the built-in model in it: vendors that hear and speak at once are beside it.

use std::time::Instant;

use api_types::EndpointKind;
use voice_turn::vap::{ClientMessage, HostMessage, ModeName};

use super::QUESTION;
use super::talker::{Talker, spoken};
use super::vendors::{allow, connected, world};

/// How many turns are measured; one as a test.
const ROUNDS: &str = "VOICEASSIST_BENCH_ROUNDS";
/// Models are loaded by the first one.
const WARM_UP: usize = 1;

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
async fn latency_that_the_host_adds() {
    let rounds: usize = std::env::var(ROUNDS).map_or(1, |rounds| rounds.parse().unwrap());
    let world = world(&[QUESTION]).await;
    allow(&world.test, &[EndpointKind::SpeechToText, EndpointKind::TextToSpeech]).await;
    let anna = world.test.sign_in("anna").await;
    anna.add("visitors.md", super::RULES).await;
    let mut talker = connected(&world.test, &anna).await;
    let push = ModeName::PushToTalk;
    talker.control(ClientMessage::ModeSet { mode: push }).await;
    let question = spoken(QUESTION);
    let mut times = Vec::new();
    for round in 0..WARM_UP + rounds {
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
    assert_eq!(world.speaks.calls().len(), WARM_UP + rounds);
    times.sort_by(f64::total_cmp);
    let (half, most) = (times[rounds / 2], times[rounds * 95 / 100]);
    println!(
        "added by the host and its built-in model     {rounds:>4} times  p50 {half:>6.0}  p95 {most:>6.0} ms  bars, without the model: 20, 50"
    );
}
