//! What the host itself adds to an answer: vendors that hear and speak at once are beside it, and what this server's own
//! hearing and its built-in model took is known of each turn.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use api_types::{Conversation, EndpointKind};
use sqlx::Row;
use voice_turn::vap::{ClientMessage, HostMessage, ModeName};

use super::talker::{Talker, spoken};
use super::vendors::{allow, connected, world};
use super::{QUESTION, conversation_of};

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
    world.test.clock.run();
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
    talker.control(ClientMessage::Bye).await;
    talker.until("it is closed", |talker| talker.closed.is_some()).await;
    // What was measured of an answer is stored behind it.
    for _ in 0..500 {
        if super::count(&world.test, "SELECT COUNT(*) FROM voice_turns").await == (WARM_UP + rounds) as i64 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let query = "SELECT transcription_delay, llm_ttft, tts_ttfb FROM voice_turns ORDER BY number";
    let turns = sqlx::query(query).fetch_all(&world.test.app.db).await.unwrap();
    let shown: Conversation = anna
        .get(&format!("/api/v1/conversations/{}", conversation_of(&talker)))
        .await;
    assert_eq!(
        (turns.len(), shown.messages.len()),
        (WARM_UP + rounds, WARM_UP + rounds)
    );
    let mut steps: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let parts = turns.iter().zip(&shown.messages).skip(WARM_UP).map(|(turn, message)| {
        let stage = |column: usize| turn.get::<Option<i64>, _>(column).unwrap_or_default() as f64;
        for (column, name) in ["hearing", "question -> first sentence", "first sentence -> sound"]
            .iter()
            .enumerate()
        {
            steps.entry(format!("  {name}")).or_default().push(stage(column));
        }
        let path = &message.answer.as_ref().unwrap().metadata.reasoning_path;
        for step in path {
            steps
                .entry(format!("    {}", step.name))
                .or_default()
                .push(step.ms as f64);
        }
        let writing = path.iter().find(|step| step.name == "write").unwrap().ms;
        stage(0) + writing as f64
    });
    let rest: Vec<f64> = times.iter().zip(parts).map(|(time, parts)| time - parts).collect();
    print("key up -> first audio, vendors at once", times, "");
    print("the same without hearing and the model", rest, "bars: 20, 50");
    for (name, times) in steps {
        print(&name, times, "");
    }
}

fn print(name: &str, mut times: Vec<f64>, bars: &str) {
    times.sort_by(f64::total_cmp);
    let (half, most) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    println!(
        "{name:<44} {:>4} times  p50 {half:>6.0}  p95 {most:>6.0} ms  {bars}",
        times.len()
    );
}
