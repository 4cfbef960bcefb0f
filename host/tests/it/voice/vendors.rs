//! Vendors that hear and speak: used only where patient information is allowed them, replaced when they fail, and accounted for.

use std::time::Duration;

use api_types::{
    Agreement, Conversation, EgressAllows, EgressMap, EndpointKind, EndpointTest, ModelEndpoint, ModelEndpointList,
    PhiHandling, SwitchEndpoint, VoiceAnalytics, VoiceSessionPage,
};
use axum::http::StatusCode;
use secrecy::SecretString;
use serde_json::json;
use sqlx::Row;
use testkit::{DeepgramDouble, DeepgramFault, ElevenLabsDouble, ElevenLabsFault, Tap};
use voice_turn::vap::{ClientMessage, HostMessage, ModeName};
use voiceassist::models::{SpeechSettings, Stage, SwitchError};

use super::talker::{Talker, spoken};
use super::{QUESTION, RULES, begin, conversation_of};
use crate::support::{Browser, TestApp, json as body_of, post};

pub const KEY: &str = "a-key";
/// Not quite what is said, so that it shows whose text counts.
pub const HEARD: &str = "When must the visitors leave the ward?";
const TYPED: &str = "When must visitors leave the ward?";
const AGREEMENT: &str = "BAA 2026-17";
const DRUGS: &[u8] = b"# Diabetes\n\nGive metformin twice a day with meals.\n";
/// After this much a vendor that failed is tried again, see `models::breaker`.
const PAUSE_MS: i64 = 31_000;

pub fn settings(stage: Stage, url: &str) -> SpeechSettings {
    SpeechSettings {
        stage,
        url: url.parse().unwrap(),
        api_key: SecretString::from(KEY),
        model: "a-model".into(),
        voice: (stage == Stage::Speaking).then(|| "voice1".into()),
        patience: Duration::from_secs(2),
    }
}

pub struct World {
    pub test: TestApp,
    hears: DeepgramDouble,
    pub speaks: ElevenLabsDouble,
}

/// Both vendors, off.
pub async fn world(transcripts: &[&str]) -> World {
    let hears = DeepgramDouble::start(KEY, transcripts).await.unwrap();
    let speaks = ElevenLabsDouble::start(KEY).await.unwrap();
    let (hearing, speaking) = (hears.url(), speaks.url());
    let test = TestApp::start_with(|config| {
        config.speech = vec![settings(Stage::Hearing, &hearing), settings(Stage::Speaking, &speaking)];
    })
    .await;
    World { test, hears, speaks }
}

async fn endpoint(test: &TestApp, kind: EndpointKind) -> ModelEndpoint {
    let endpoints = test.app.models.endpoints().await.unwrap();
    endpoints.into_iter().find(|one| one.kind == kind).unwrap()
}

async fn switch(test: &TestApp, kind: EndpointKind, handling: PhiHandling) -> Result<(), SwitchError> {
    let wanted = SwitchEndpoint {
        enabled: true,
        phi_handling: Some(handling),
        agreement: Some(Agreement {
            reference: AGREEMENT.into(),
            agreed_on: "2026-01-07".into(),
        }),
    };
    let id = endpoint(test, kind).await.id;
    test.app.models.switch(&id, &wanted, "admin").await.map(|_| ())
}

pub async fn allow(test: &TestApp, kinds: &[EndpointKind]) {
    for kind in kinds {
        switch(test, *kind, PhiHandling::PhiAllowed).await.unwrap();
    }
}

pub async fn connected(test: &TestApp, anna: &Browser<'_>) -> Talker {
    let address = test.serve().await;
    let session = begin(anna, &json!({})).await;
    Talker::connect(&address, anna.who(), session).await
}

/// The codes of the notices so far.
pub fn notices(talker: &Talker) -> Vec<String> {
    talker.page.find(|message| match message {
        HostMessage::Notice { code, .. } => Some(code.clone()),
        _ => None,
    })
}

fn says_local(talker: &Talker) -> Vec<bool> {
    talker.page.find(|message| match message {
        HostMessage::Welcome { local, .. } => Some(*local),
        _ => None,
    })
}

async fn type_in(talker: &mut Talker) {
    talker.control(ClientMessage::TextInput { text: TYPED.into() }).await;
    talker.answered().await;
}

/// Bytes out, class, agreement and answer of what went to a place, in order.
async fn rows(test: &TestApp, destination: &str) -> Vec<(i64, String, Option<String>, Option<String>)> {
    // A connection is completed once both sides have said goodbye.
    for _ in 0..500 {
        let open = "SELECT COUNT(*) FROM egress_log WHERE outcome = 'sending'";
        if super::count(test, open).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rows = sqlx::query(
        "SELECT bytes_out, class, agreement, answer_id FROM egress_log WHERE destination = $1 ORDER BY at, id",
    )
    .bind(destination)
    .fetch_all(&test.app.db)
    .await
    .unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vendors_that_are_allowed_hear_and_speak_and_the_receipt_names_both() {
    let world = world(&[HEARD]).await;
    let test = &world.test;
    allow(test, &[EndpointKind::SpeechToText, EndpointKind::TextToSpeech]).await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    anna.add("visitors.md", RULES).await;
    anna.add("diabetes.md", DRUGS).await;
    let mut talker = connected(test, &anna).await;
    talker.say(&spoken(QUESTION)).await;
    talker.answered().await;
    assert_eq!(talker.page.heard(), [HEARD], "the vendor's text counts");
    assert_eq!(says_local(&talker), [false]);
    assert_eq!(notices(&talker), Vec::<String>::new());
    let captions = talker.page.find(|message| match message {
        HostMessage::Partial { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert!(
        captions.iter().any(|text| HEARD.starts_with(text.as_str())),
        "{captions:?}"
    );
    assert!(talker.page.frames > 20);
    let message = talker.page.find(|message| match message {
        HostMessage::Conversation { message_id, .. } => Some(message_id.clone()),
        _ => None,
    });
    let conversation = conversation_of(&talker);
    talker.control(ClientMessage::Bye).await;
    talker.until("it is closed", |talker| talker.closed.is_some()).await;

    let heard = world.hears.calls();
    assert_eq!(heard.len(), 1, "one stretch, one connection");
    assert_eq!(heard[0].authorization, format!("Token {KEY}"));
    for (name, value) in [
        ("model", "a-model"),
        ("mip_opt_out", "true"),
        ("encoding", "linear16"),
        ("interim_results", "true"),
        ("keyterm", "metformin"),
    ] {
        assert_eq!(heard[0].parameter(name), [value], "{name}");
    }
    assert_eq!(heard[0].messages, ["Finalize", "CloseStream"]);
    assert!(heard[0].sound.len() > 32_000, "{} bytes", heard[0].sound.len());
    let said = world.speaks.calls();
    assert!(said.iter().any(|call| call.text().contains("eight in the evening")));
    for call in &said {
        assert_eq!((call.key.as_str(), call.voice.as_str()), (KEY, "voice1"));
        assert_eq!(call.parameter("enable_logging"), Some("false"));
        assert_eq!(call.parameter("output_format"), Some("pcm_24000"));
        assert_eq!(call.closed.len(), 1, "{:?}", call.messages);
    }

    let of_hearing = rows(test, &world.hears.url()).await;
    assert_eq!(of_hearing.len(), 1);
    let (bytes, class, agreement, answer) = &of_hearing[0];
    assert!(*bytes > heard[0].sound.len() as i64, "{bytes}");
    assert_eq!(
        (class.as_str(), agreement.as_deref()),
        ("phi", Some("BAA 2026-17 of 2026-01-07"))
    );
    assert_eq!(answer.as_ref(), message.first());
    let of_speaking = rows(test, &world.speaks.url()).await;
    assert_eq!(of_speaking.len(), said.len());
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let receipt = &shown.messages[0].answer.as_ref().unwrap().metadata.receipt;
    let spoken: i64 = of_speaking.iter().filter(|row| row.3.is_some()).map(|row| row.0).sum();
    for (bytes, place) in [(*bytes, world.hears.url()), (spoken, world.speaks.url())] {
        let part = format!("{bytes} bytes (phi) to {place}, under BAA 2026-17 of 2026-01-07");
        assert!(
            receipt.left_the_building.contains(&part),
            "{part}: {}",
            receipt.left_the_building
        );
    }
    let sessions: VoiceSessionPage = admin.get("/api/admin/panel/voice/sessions").await;
    assert_eq!(sessions.sessions[0].kind, "vendor");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_may_not_have_patient_information_gets_not_one_byte() {
    let hears = DeepgramDouble::start(KEY, &[HEARD]).await.unwrap();
    let speaks = ElevenLabsDouble::start(KEY).await.unwrap();
    let tapped = async |url: String| Tap::before(&url.replace("ws://", "http://")).await.unwrap();
    let taps = [tapped(hears.url()).await, tapped(speaks.url()).await];
    let urls = [0, 1].map(|at: usize| taps[at].origin().replace("http://", "ws://"));
    let test = TestApp::start_with(|config| {
        config.speech = vec![settings(Stage::Hearing, &urls[0]), settings(Stage::Speaking, &urls[1])];
    })
    .await;
    for kind in [EndpointKind::SpeechToText, EndpointKind::TextToSpeech] {
        let redacted = switch(&test, kind, PhiHandling::RedactAndRestore).await;
        assert!(matches!(redacted, Err(SwitchError::NotForSound)));
        switch(&test, kind, PhiHandling::NeverPhi).await.unwrap();
        let why = endpoint(&test, kind).await.blocked.unwrap();
        assert!(why.contains("patient information"), "{why}");
    }
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let mut talker = connected(&test, &anna).await;
    talker.say(&spoken(QUESTION)).await;
    talker.answered().await;
    assert!(
        talker.page.heard()[0]
            .to_lowercase()
            .contains("visitors leave the ward")
    );
    assert_eq!((says_local(&talker), notices(&talker)), (vec![true], Vec::new()));
    for tap in &taps {
        assert_eq!(tap.lines(), Vec::<Vec<u8>>::new());
    }
    let conversation = conversation_of(&talker);
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let answer = shown.messages[0].answer.as_ref().unwrap();
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_dies_while_somebody_speaks_loses_no_word_and_the_user_is_told() {
    let world = world(&[HEARD]).await;
    let test = &world.test;
    allow(test, &[EndpointKind::SpeechToText]).await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    anna.add("visitors.md", RULES).await;
    let mut talker = connected(test, &anna).await;
    for (fault, times) in [
        (DeepgramFault::DieAfter(32_000), 1),
        (DeepgramFault::Mute, 2),
        (DeepgramFault::Garbage, 3),
    ] {
        world.hears.set_fault(Some(fault));
        talker.say(&spoken(QUESTION)).await;
        talker.answered().await;
        let heard = talker.page.heard();
        let words = heard.last().unwrap().to_lowercase();
        for word in ["when", "must", "visitors", "leave", "ward"] {
            assert!(words.contains(word), "{word} is missing in {heard:?}");
        }
        assert_eq!(notices(&talker), vec!["hearing_fell_back"; times]);
    }
    talker.control(ClientMessage::Bye).await;
    talker.until("it is closed", |talker| talker.closed.is_some()).await;
    let analytics: VoiceAnalytics = admin.get("/api/admin/panel/voice/tt-analytics?window=1h").await;
    assert_eq!(analytics.fallbacks, 3);
    let all = rows(test, &world.hears.url()).await;
    assert!(
        all.iter().all(|row| row.3.is_some()),
        "what had left stands on receipts: {all:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_that_dies_in_a_sentence_is_followed_by_the_one_of_this_server() {
    let world = world(&[HEARD]).await;
    let test = &world.test;
    allow(test, &[EndpointKind::TextToSpeech]).await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let mut talker = connected(test, &anna).await;
    let mut sounds = Vec::new();
    for fault in [
        ElevenLabsFault::DieAfter(1),
        ElevenLabsFault::Mute,
        ElevenLabsFault::Error,
    ] {
        world.speaks.set_fault(Some(fault));
        let before = talker.page.sound.len();
        type_in(&mut talker).await;
        sounds.push(talker.page.sound.len() - before);
    }
    assert_eq!(notices(&talker), ["speaking_fell_back"; 3]);
    // All of it was said here, or all of it but for what was said there.
    let least = sounds.iter().min().unwrap();
    assert!(*least > 16_000, "{sounds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_keeps_failing_is_given_a_pause_and_tried_again_after_it() {
    let world = world(&[HEARD]).await;
    let test = &world.test;
    allow(test, &[EndpointKind::TextToSpeech]).await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let mut talker = connected(test, &anna).await;
    world.speaks.set_fault(Some(ElevenLabsFault::Status(503)));
    let mut answers = 0;
    while test.app.models.paused().await.unwrap().is_empty() {
        type_in(&mut talker).await;
        answers += 1;
        assert_eq!(notices(&talker).len(), answers);
        assert!(answers < 4, "it is not given a pause");
    }
    let asked = world.speaks.calls().len();
    assert!(asked >= 3, "{asked}");
    type_in(&mut talker).await;
    assert_eq!(world.speaks.calls().len(), asked, "it is left alone");
    assert_eq!(notices(&talker).len(), answers + 1, "and the user is told");
    test.clock.advance(PAUSE_MS);
    world.speaks.set_fault(None);
    type_in(&mut talker).await;
    assert!(world.speaks.calls().len() > asked);
    assert_eq!(notices(&talker).len(), answers + 1);
    assert!(test.app.models.paused().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_interrupts_closes_the_context_of_the_answer() {
    let world = world(&[HEARD]).await;
    let test = &world.test;
    allow(test, &[EndpointKind::TextToSpeech]).await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let mut talker = connected(test, &anna).await;
    talker.page.haste = 30;
    talker.control(ClientMessage::TextInput { text: TYPED.into() }).await;
    talker
        .until("it speaks", |talker| {
            talker.page.state() == "speaking" && talker.page.frames > 5
        })
        .await;
    assert!(
        world
            .speaks
            .calls()
            .iter()
            .all(|call| call.closed.is_empty() || call.over)
    );
    talker.stop().await;
    talker
        .until("it is silent", |talker| !talker.page.flushed.is_empty())
        .await;
    talker
        .until("the context is closed", |_| {
            let calls = world.speaks.calls();
            calls.iter().all(|call| call.closed.len() == 1 && call.over)
        })
        .await;
    let last = world.speaks.calls().pop().unwrap();
    assert_eq!(last.messages.last().unwrap(), &json!({ "close_socket": true }));
    assert!(last.closed[0].starts_with("answer-"), "{:?}", last.closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silence_in_the_middle_of_a_question_does_not_end_the_stream() {
    let hears = DeepgramDouble::with_idle(KEY, &[HEARD], Duration::from_secs(6))
        .await
        .unwrap();
    let url = hears.url();
    let test = TestApp::start_with(|config| config.speech = vec![settings(Stage::Hearing, &url)]).await;
    allow(&test, &[EndpointKind::SpeechToText]).await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let mut talker = connected(&test, &anna).await;
    let mode = ModeName::PushToTalk;
    talker.control(ClientMessage::ModeSet { mode }).await;
    talker.control(ClientMessage::KeyDown).await;
    let sound = spoken(QUESTION);
    let (first, second) = sound.split_at(sound.len() / 2);
    talker.page.says(first);
    talker
        .until("half of it was said", |talker| talker.page.is_silent())
        .await;
    // Nothing comes from the page, as when its line is slow.
    tokio::time::sleep(Duration::from_secs(9)).await;
    talker.page.says(second);
    talker
        .until("all of it was said", |talker| talker.page.is_silent())
        .await;
    talker.control(ClientMessage::KeyUp).await;
    talker.answered().await;
    assert_eq!(talker.page.heard(), [HEARD]);
    assert_eq!(notices(&talker), Vec::<String>::new());
    let kept = &hears.calls()[0].messages;
    assert_eq!(kept[..3], ["KeepAlive", "KeepAlive", "Finalize"], "{kept:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_tries_a_vendor_without_a_word_of_anybody() {
    let world = world(&[HEARD]).await;
    let test = &world.test;
    let admin = test.sign_in("admin").await;
    let list: ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    let speech = list.endpoints.iter().filter(|one| one.kind != EndpointKind::Answers);
    let ids: Vec<String> = speech.map(|one| one.id.clone()).collect();
    assert_eq!(ids.len(), 2);
    let path = |id: &str| format!("/api/v1/admin/endpoints/{id}/test");
    for id in &ids {
        let refused = admin.send(post(&path(id), &json!(null))).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
    }
    let places = async || {
        let map: EgressMap = admin.get("/api/admin/panel/egress-map").await;
        let speech = map
            .destinations
            .into_iter()
            .filter(|to| to.destination.starts_with("ws://"));
        let places = speech.map(|to| (to.setting.unwrap(), to.open, to.allows, to.agreement));
        places.collect::<Vec<_>>()
    };
    let closed = places().await;
    assert_eq!(closed.len(), 2);
    assert!(closed.iter().all(|(_, open, ..)| !open), "{closed:?}");
    allow(test, &[EndpointKind::SpeechToText, EndpointKind::TextToSpeech]).await;
    let mut open = places().await;
    open.sort_by(|a, b| a.0.cmp(&b.0));
    let agreement = Some("BAA 2026-17, 2026-01-07".to_owned());
    let phi = EgressAllows::Phi;
    assert_eq!(open[0], ("DEEPGRAM_URL".into(), true, phi, agreement.clone()));
    assert_eq!(open[1], ("ELEVENLABS_URL".into(), true, phi, agreement));
    for id in &ids {
        let tested: EndpointTest = body_of(admin.send(post(&path(id), &json!(null))).await).await;
        assert_eq!(tested.problem, None);
    }
    world.hears.set_fault(Some(DeepgramFault::Status(401)));
    let tested: EndpointTest = body_of(admin.send(post(&path(&ids[0]), &json!(null))).await).await;
    assert_eq!(tested.problem.as_deref(), Some("it answers with status 401"));
    assert!(world.hears.calls().iter().all(|call| call.sound.is_empty()));
    let viewer = test.sign_in("anna").await;
    let foreign = viewer.send(post(&path(&ids[0]), &json!(null))).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}
