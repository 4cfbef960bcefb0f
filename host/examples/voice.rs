//! What a talking client waits for, stamped by the client: `voice ORIGIN PID` speaks to a running host over `vap.v1` in real
//! time, and prints each figure with its bar. Each line of `TOKENS` is a user, who opens up to four sessions.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use speech::{RATE, Voice, resample};
use testkit::talker::{Talker, begin};
use voice_turn::vap::{ClientMessage, HostMessage};
use voiceassist::config::{Config, Overrides};

const ACTIVATIONS: usize = 50;
const TURNS: usize = 20;
const INTERRUPTIONS: usize = 20;
const EARLY: usize = 5;
const IDLE: usize = 100;
const SPEAKING: usize = 5;
/// Sessions that one user may have at the same time.
const OF_ONE_USER: usize = 4;
const LONG: Duration = Duration::from_secs(20);
/// An acknowledgement comes every half second.
const BEHIND: usize = 100;
const QUESTIONS: [&str; 4] = [
    "How is severe high potassium treated?",
    "When must the potassium be checked again?",
    "Which drug is given first in severe allergic shock?",
    "How long is heparin given after surgery?",
];

#[derive(Default)]
struct Figures(BTreeMap<&'static str, Vec<f64>>);

impl Figures {
    fn add(&mut self, name: &'static str, since: Instant, until: Instant) {
        let ms = until.saturating_duration_since(since).as_secs_f64() * 1_000.0;
        self.0.entry(name).or_default().push(ms);
    }

    fn print(&self, name: &str, bar: &str) {
        let mut all = self.0.get(name).cloned().unwrap_or_default();
        all.sort_by(f64::total_cmp);
        let at = |part: f64| all.get((all.len() as f64 * part) as usize).or(all.last()).copied();
        let show = |ms: Option<f64>| ms.map_or("-".to_owned(), |ms| format!("{ms:.0}"));
        let (half, most) = (show(at(0.5)), show(at(0.95)));
        println!(
            "{name:<44} {:>4} times  p50 {half:>6}  p95 {most:>6} ms  {bar}",
            all.len()
        );
    }
}

/// The samples of a question, from its first sound to its last.
fn spoken(voice: &Voice, text: &str) -> Vec<f32> {
    let sound = voice.say(text, 1.0, 7).unwrap();
    let samples = resample(&sound.samples, sound.rate, RATE);
    let loud = |sample: &f32| sample.abs() > 0.02;
    let (first, last) = (samples.iter().position(loud), samples.iter().rposition(loud));
    samples[first.unwrap()..=last.unwrap()].to_vec()
}

/// When the first such message from the `from`th on came.
fn came(talker: &Talker, from: usize, wanted: impl Fn(&HostMessage) -> bool) -> Option<Instant> {
    let at = talker.page.told[from..].iter().position(wanted)?;
    Some(talker.page.times[from + at])
}

fn resident_kb(pid: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

async fn listening(origin: &str, token: &str) -> Talker {
    let who = vec![("authorization", token.to_owned())];
    let session = begin(origin, &who).await;
    let mut talker = Talker::connect(origin, who, session).await;
    while came(&talker, 0, |one| matches!(one, HostMessage::Listening { .. })).is_none() {
        talker.read(Duration::from_millis(1)).await;
        assert!(talker.closed.is_none(), "closed: {:?}", talker.closed);
    }
    talker
}

async fn ends(mut talker: Talker) {
    talker.control(ClientMessage::Bye).await;
    while talker.closed.is_none() {
        talker.read(Duration::from_millis(5)).await;
    }
}

/// Asks by voice; returns how many messages there were before.
async fn asked(talker: &mut Talker, question: &[f32]) -> usize {
    let before = talker.page.told.len();
    talker.say(question).await;
    before
}

/// The first sound of the answer that was told of from the `from`th message on.
fn sounded(talker: &Talker, from: usize) -> Option<Instant> {
    let begun = talker.page.told[from..].iter().find_map(|one| match one {
        HostMessage::SayBegin { utt, kind, .. } if kind != "filler" => Some(*utt),
        _ => None,
    });
    talker.page.sounded.get(&begun?).copied()
}

async fn activation(origin: &str, token: &str, figures: &mut Figures) {
    for _ in 0..ACTIVATIONS {
        let clicked = Instant::now();
        let talker = listening(origin, token).await;
        figures.add("click -> listening", clicked, Instant::now());
        ends(talker).await;
    }
}

async fn turns(origin: &str, token: &str, questions: &[Vec<f32>], figures: &mut Figures) {
    let mut talker = listening(origin, token).await;
    for round in 0..TURNS {
        let before = asked(&mut talker, &questions[round % questions.len()]).await;
        let (_, ended) = talker.page.spoke.unwrap();
        talker
            .until("the answer sounds", |talker| sounded(talker, before).is_some())
            .await;
        figures.add("end of speech -> first audio", ended, sounded(&talker, before).unwrap());
        talker.answered().await;
    }
    ends(talker).await;
}

/// Interrupts the first words of sessions, while only words interrupt.
async fn early(origin: &str, token: &str, questions: &[Vec<f32>], stop: &[f32], figures: &mut Figures) {
    for round in 0..EARLY {
        let mut talker = listening(origin, token).await;
        talker.page.haste = 20;
        let before = asked(&mut talker, &questions[round % questions.len()]).await;
        talker
            .until("it speaks", |talker| sounded(talker, before).is_some())
            .await;
        interrupt(&mut talker, stop, "the same in the first 3 s of sound", figures).await;
        ends(talker).await;
    }
}

/// Nobody speaks; a question may have been asked back.
fn waits(talker: &Talker) -> bool {
    ["listening", "clarifying"].contains(&talker.page.state().as_str())
}

fn silent(message: &HostMessage) -> bool {
    matches!(message, HostMessage::AudioPause { .. } | HostMessage::AudioFlush { .. })
}

async fn interrupt(talker: &mut Talker, stop: &[f32], name: &'static str, figures: &mut Figures) {
    let before = talker.page.told.len();
    talker.page.says(stop);
    talker
        .until("it is silent", |talker| came(talker, before, silent).is_some())
        .await;
    let (began, _) = talker.page.spoke.unwrap();
    figures.add(name, began, came(talker, before, silent).unwrap());
}

async fn interruptions(origin: &str, token: &str, questions: &[Vec<f32>], stop: &[f32], figures: &mut Figures) {
    let mut talker = listening(origin, token).await;
    asked(&mut talker, &questions[0]).await;
    talker.answered().await;
    talker.page.haste = 20;
    for round in 0..INTERRUPTIONS * 2 {
        let before = asked(&mut talker, &questions[round % questions.len()]).await;
        talker
            .until("it speaks", |talker| {
                sounded(talker, before).is_some() && talker.page.state() == "speaking"
            })
            .await;
        if round % 2 == 0 {
            interrupt(&mut talker, stop, "onset of speech -> silence", figures).await;
        } else {
            let (before, pressed) = (talker.page.told.len(), Instant::now());
            talker.stop().await;
            talker
                .until("it is silent", |talker| came(talker, before, silent).is_some())
                .await;
            figures.add("decision -> silence", pressed, came(&talker, before, silent).unwrap());
        }
        talker.page.haste = 800;
        talker
            .until("it listens again", |talker| talker.page.is_silent() && waits(talker))
            .await;
        talker.page.haste = 20;
    }
    ends(talker).await;
}

/// Every answer comes back through the microphone as it is played. Turns that came of it.
async fn echo(origin: &str, token: &str, questions: &[Vec<f32>]) -> usize {
    let mut talker = listening(origin, token).await;
    talker.page.haste = 100;
    for question in questions {
        let mut fed = talker.page.played.len();
        let before = asked(&mut talker, question).await;
        talker
            .until("the echo is over", |talker| {
                let new = talker.page.played[fed..].to_vec();
                fed += new.len();
                talker.page.says(&new);
                sounded(talker, before).is_some() && talker.page.is_silent() && waits(talker)
            })
            .await;
    }
    let heard = talker.page.heard().len();
    ends(talker).await;
    heard.saturating_sub(questions.len())
}

/// Sessions that lost sound on the way up or down, or were closed.
async fn crowd(origin: &str, tokens: &[String], questions: &[Vec<f32>], pid: &str) -> (usize, f64) {
    let before = resident_kb(pid);
    let mut idle = Vec::new();
    for number in 0..IDLE {
        idle.push(listening(origin, &tokens[number / OF_ONE_USER]).await);
    }
    let each = (resident_kb(pid) - before) / IDLE as f64;
    let until = Instant::now() + LONG;
    let mut tasks = Vec::new();
    for mut talker in idle {
        tasks.push(tokio::spawn(async move {
            talker.until("the time is over", |_| Instant::now() >= until).await;
            talker
        }));
    }
    for number in 0..SPEAKING {
        let mut talker = listening(origin, &tokens[(IDLE + number) / OF_ONE_USER]).await;
        let question = questions[number % questions.len()].clone();
        tasks.push(tokio::spawn(async move {
            while Instant::now() < until {
                talker.say(&question).await;
                talker.answered().await;
            }
            talker
        }));
    }
    let mut lost = 0;
    for task in tasks {
        let talker = task.await.unwrap();
        let down = talker.page.seen.map_or(0, |last| last as usize + 1);
        let whole = talker.closed.is_none() && talker.page.unsure.len() < BEHIND && down == talker.page.frames;
        lost += usize::from(!whole);
    }
    (lost, each)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (origin, pid) = (arguments.next().unwrap(), arguments.next().unwrap());
    let tokens = std::env::var("TOKENS").unwrap();
    let tokens: Vec<String> = tokens.lines().map(str::to_owned).collect();
    let config = Config::load(&Overrides::default()).unwrap();
    let voice = Voice::load(&config.cache_dir.join("models")).unwrap();
    let questions: Vec<Vec<f32>> = QUESTIONS.iter().map(|text| spoken(&voice, text)).collect();
    let stop = spoken(&voice, "Stop. Wait a moment.");
    let mut figures = Figures::default();
    // Models are loaded by the first session, and the voice by its first answer.
    let mut first = listening(&origin, &tokens[0]).await;
    first.say(&questions[0]).await;
    first.answered().await;
    ends(first).await;

    activation(&origin, &tokens[0], &mut figures).await;
    figures.print("click -> listening", "bar: p95 < 500");
    interruptions(&origin, &tokens[0], &questions, &stop, &mut figures).await;
    figures.print("onset of speech -> silence", "bar: p95 < 300");
    figures.print("decision -> silence", "bar: < 100");
    early(&origin, &tokens[0], &questions, &stop, &mut figures).await;
    figures.print("the same in the first 3 s of sound", "of speech, by its words");
    turns(&origin, &tokens[0], &questions, &mut figures).await;
    figures.print("end of speech -> first audio", "goal: p50 < 700");
    let own = echo(&origin, &tokens[0], &questions).await;
    println!("turns of our own voice                       {own:>4}  bar: 0");
    let (lost, each) = crowd(&origin, &tokens, &questions, &pid).await;
    println!("{IDLE} idle and {SPEAKING} speaking sessions that lost sound {lost:>4}  bar: 0");
    println!("memory of an idle session                    {each:>4.0} kB  bar: <= 256");
}
