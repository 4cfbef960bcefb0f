//! Conversations by voice, with the real models: a client speaks, is understood, answered from the documents and read to.

mod added;
mod fallback;
mod flow;
mod killed;
mod sealed;
pub mod talker;
mod vendors;

use api_types::{Conversation, LiveEvents, TurnStates, VoiceAnalytics, VoiceSession, VoiceSessionPage};
use axum::http::StatusCode;
use serde_json::json;
use voice_turn::vap::{ClientMessage, HostMessage, VerdictName};

use self::talker::{Talker, hello, spoken};
use crate::support::{Browser, TestApp, bare, json as body_of, post, with_body};

const SESSIONS: &str = "/api/v1/voice/sessions";
const RULES: &[u8] = b"# Visitors\n\nVisitors must leave the ward at eight in the evening. \
    Children may visit in the afternoon when a nurse agrees. Every visitor washes the hands at the door.\n";
const STEPS: &[u8] = b"# Before a transfusion\n\n- Check the name before a transfusion.\n- Measure the temperature before a \
    transfusion.\n- Note the blood group before a transfusion.\n- Explain the transfusion to the patient.\n- Prepare the line \
    before a transfusion.\n- Call the second nurse before a transfusion.\n";
const QUESTION: &str = "When must visitors leave the ward?";

async fn begin(browser: &Browser<'_>, request: &serde_json::Value) -> VoiceSession {
    let response = browser.send(post(SESSIONS, request)).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    body_of(response).await
}

async fn count(test: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&test.app.db)
        .await
        .unwrap()
}

/// The conversation that the page was told of.
fn conversation_of(talker: &Talker) -> String {
    let told = talker.page.find(|message| match message {
        HostMessage::Conversation { conversation_id, .. } => Some(conversation_id.clone()),
        _ => None,
    });
    told.last().cloned().expect("a conversation")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoken_question_is_answered_aloud_from_the_documents_and_stands_in_the_conversation() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    assert_eq!((session.socket.as_str(), session.resume_window_s), ("api/v1/voice", 30));
    let id = session.session_id.clone();
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    talker
        .until("it listens", |talker| {
            !talker
                .page
                .find(|one| matches!(one, HostMessage::Listening { .. }).then_some(()))
                .is_empty()
        })
        .await;
    let states: TurnStates = admin.get("/api/admin/panel/voice/tt-sessions").await;
    assert_eq!(states.sessions.len(), 1);
    assert_eq!(
        (states.sessions[0].user_name.as_str(), states.sessions[0].connected),
        ("anna", true)
    );

    talker.say(&spoken(QUESTION)).await;
    talker.answered().await;
    let heard = talker.page.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].to_lowercase().contains("visitors leave the ward"), "{heard:?}");
    let spoken = talker.page.segments().join(" ");
    assert!(spoken.contains("eight in the evening"), "{spoken}");
    assert!(talker.page.frames > 20, "{} frames", talker.page.frames);

    let conversation = conversation_of(&talker);
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(shown.messages.len(), 1);
    assert_eq!(shown.messages[0].question, heard[0]);
    let answer = shown.messages[0].answer.as_ref().unwrap();
    assert!(!answer.citations.is_empty() && answer.sentences[0].text.contains("eight in the evening"));
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");

    talker.control(ClientMessage::Bye).await;
    talker.until("it is closed", |talker| talker.closed.is_some()).await;
    assert_eq!(talker.closed, Some(1000));
    let until_ended = format!("SELECT COUNT(*) FROM voice_sessions WHERE id = '{id}' AND ended_at IS NOT NULL");
    talker.closed = None;
    for _ in 0..500 {
        if count(&test, &until_ended).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let page: VoiceSessionPage = admin.get("/api/admin/panel/voice/sessions").await;
    let row = &page.sessions[0];
    assert_eq!(
        (row.id.as_str(), row.user_name.as_str(), row.turns),
        (id.as_str(), "anna", 1)
    );
    assert_eq!(row.reason.as_deref(), Some("closed"));
    assert_eq!(row.transport.as_deref(), Some("websocket"));
    assert_eq!(row.conversation_id.as_deref(), Some(conversation.as_str()));
    let analytics: VoiceAnalytics = admin.get("/api/admin/panel/voice/tt-analytics?window=1h").await;
    let stage = |name: &str| analytics.stages.iter().find(|stage| stage.name == name).unwrap();
    for name in [
        "eou_delay",
        "transcription_delay",
        "llm_ttft",
        "tts_ttfb",
        "ttfa",
        "e2e",
    ] {
        assert_eq!(stage(name).count, 1, "{name}: {analytics:?}");
        println!("voice {name} {} ms", stage(name).p50.unwrap());
    }
    let events: LiveEvents = admin.get("/api/admin/panel/events?after=0").await;
    for kind in [
        "voice.session_started",
        "tt.state_changed",
        "tt.metrics",
        "voice.session_ended",
    ] {
        assert!(events.events.iter().any(|event| event.kind == kind), "{kind}");
    }
    let text = serde_json::to_string(&events).unwrap();
    assert!(
        !text.contains("evening") && !text.contains("visitors"),
        "nothing that was said"
    );
    let audit = "SELECT COUNT(*) FROM audit WHERE action IN ('voice.session_begun', 'voice.session_joined', \
        'voice.session_ended', 'question.asked')";
    assert_eq!(count(&test, audit).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_over_an_answer_cuts_it_off_and_what_was_heard_is_kept() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    talker.page.haste = 30;
    talker.say(&spoken(QUESTION)).await;
    talker
        .until("it speaks", |talker| {
            talker.page.state() == "speaking" && talker.page.frames > 5
        })
        .await;
    talker
        .say(&spoken("Stop. What must every visitor wash at the door?"))
        .await;
    talker
        .until("it is silent", |talker| !talker.page.flushed.is_empty())
        .await;
    talker.page.haste = 800;
    talker
        .until("both were heard", |talker| talker.page.heard().len() > 1)
        .await;
    talker.answered().await;
    let conversation = conversation_of(&talker);
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    // Speech that began over sound may be read less surely; then it is asked back, never dropped.
    let doubted = talker.page.find(|one| {
        let HostMessage::Heard { verdict, .. } = one else {
            return None;
        };
        (*verdict != VerdictName::Clear).then_some(())
    });
    assert!(shown.messages.len() == 2 || !doubted.is_empty());
    let truncated = talker
        .page
        .find(|one| matches!(one, HostMessage::SayTruncated { .. }).then_some(()));
    assert_eq!(truncated.len(), 1);
    let kept = "SELECT COUNT(*) FROM messages WHERE heard IS NOT NULL AND heard_ms IS NOT NULL";
    for _ in 0..500 {
        if count(&test, kept).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(count(&test, kept).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stop_button_silences_at_once_and_a_typed_question_is_spoken_too() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let address = test.serve().await;
    let conversation = anna.conversation().await;
    let session = begin(&anna, &json!({ "conversation_id": conversation })).await;
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    talker.page.haste = 100;
    let typed = ClientMessage::TextInput { text: QUESTION.into() };
    talker.control(typed).await;
    talker
        .until("it speaks", |talker| talker.page.state() == "speaking")
        .await;
    talker.stop().await;
    talker
        .until("it listens again", |talker| talker.page.state() == "listening")
        .await;
    assert_eq!(talker.page.flushed.len(), 1);
    assert_eq!(conversation_of(&talker), conversation);
    let corrected = ClientMessage::HeardCorrect {
        turn: 1,
        text: "When may children visit?".into(),
    };
    talker.page.haste = 800;
    talker.control(corrected).await;
    talker.answered().await;
    let spoken = talker.page.segments().join(" ");
    assert!(spoken.contains("afternoon"), "{spoken}");
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let questions: Vec<&str> = shown.messages.iter().map(|message| message.question.as_str()).collect();
    assert_eq!(questions, [QUESTION, "When may children visit?"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_long_answer_the_first_sentences_are_said_and_where_the_rest_is() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("transfusion.md", STEPS).await;
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    talker.page.haste = 800;
    let typed = ClientMessage::TextInput {
        text: "What must be done before a transfusion?".into(),
    };
    talker.control(typed).await;
    talker.answered().await;
    let conversation = conversation_of(&talker);
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let written = shown.messages[0].answer.as_ref().unwrap().sentences.len();
    assert!(written > 3, "{written}");
    let spoken = talker.page.segments();
    assert_eq!(spoken.len(), 4, "{spoken:?}");
    assert!(spoken[3].ends_with("is on the screen."), "{spoken:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_comes_back_through_the_microphone_is_no_question() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    talker.page.haste = 100;
    let typed = ClientMessage::TextInput {
        text: "What does every visitor do at the door?".into(),
    };
    talker.control(typed).await;
    let mut fed = 0;
    talker
        .until("the echo is over", |talker| {
            let new = talker.page.played[fed..].to_vec();
            fed += new.len();
            talker.page.says(&new);
            fed > 0 && talker.page.is_silent() && talker.page.state() == "listening"
        })
        .await;
    let mut quiet = 0;
    talker
        .until("nothing follows", |_| {
            quiet += 1;
            quiet > 150
        })
        .await;
    let told = &talker.page.told;
    assert_eq!(talker.page.heard(), Vec::<String>::new(), "{told:#?}");
    assert_eq!(count(&test, "SELECT COUNT(*) FROM messages").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_breaks_in_the_middle_of_a_question_loses_no_word() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    let sound = spoken(QUESTION);
    talker.page.says(&sound);
    let half = sound.len() / 2 / 320;
    let mut frames = 0;
    talker
        .until("half of it was said", |_| {
            frames += 1;
            frames > half
        })
        .await;
    talker.cut();
    talker
        .until("all of it was said, to nobody", |talker| talker.page.is_silent())
        .await;
    talker.come_back().await;
    talker.answered().await;
    let heard = talker.page.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let words = heard[0].to_lowercase();
    for word in ["when", "must", "visitors", "leave", "ward"] {
        assert!(words.contains(word), "{word} is missing in {heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_to_a_server_that_was_started_again_is_told_so() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    let mut talker = Talker::connect(&address, anna.who(), session).await;
    talker
        .until("it is welcome", |talker| !talker.page.told.is_empty())
        .await;
    let back = hello(&talker.session, Some((talker.page.token(), None)));
    talker.cut();
    // Sessions live in the process alone.
    test.app.voice.sessions.remove(&talker.session.session_id);
    talker.open(back).await;
    talker.until("it is told", |talker| talker.closed.is_some()).await;
    assert_eq!(talker.closed, Some(4410));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_counts_once_and_a_session_is_its_owners() {
    let test = TestApp::start().await;
    let (admin, anna, ben) = (
        test.sign_in("admin").await,
        test.sign_in("anna").await,
        test.sign_in("ben").await,
    );
    let address = test.serve().await;
    let session = begin(&anna, &json!({})).await;
    let mut first = Talker::connect(&address, anna.who(), session.clone()).await;
    first
        .until("it is welcome", |talker| !talker.page.told.is_empty())
        .await;
    for who in [&anna, &ben] {
        let mut second = Talker::connect(&address, who.who(), session.clone()).await;
        second.until("it is refused", |talker| talker.closed.is_some()).await;
        assert_eq!(second.closed, Some(4401));
    }
    let path = format!("{SESSIONS}/{}", session.session_id);
    let foreign = ben.send(bare("DELETE", &path)).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let own = begin(&ben, &json!({})).await;
    let theirs = anna.conversation().await;
    let foreign = ben.send(post(SESSIONS, &json!({ "conversation_id": theirs }))).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let nobody = test.browser(Vec::new());
    assert_eq!(
        nobody.send(post(SESSIONS, &json!({}))).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let ended = ben
        .send(bare("DELETE", &format!("{SESSIONS}/{}", own.session_id)))
        .await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    let again = ben
        .send(bare("DELETE", &format!("{SESSIONS}/{}", own.session_id)))
        .await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);

    // Who becomes a viewer is sent away, and gets no other session.
    let who: api_types::SessionInfo = anna.get("/api/v1/session").await;
    let change = json!({ "role": "viewer", "disabled": false });
    let path = format!("/api/admin/panel/users/{}", who.user.id);
    assert_eq!(
        admin.send(with_body("PUT", &path, &change)).await.status(),
        StatusCode::NO_CONTENT
    );
    let began = std::time::Instant::now();
    first
        .until("the viewer is sent away", |talker| talker.closed.is_some())
        .await;
    assert_eq!(first.closed, Some(4401));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    assert_eq!(
        anna.send(post(SESSIONS, &json!({}))).await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_voice_a_session_is_refused_with_what_to_do() {
    let test = TestApp::start_with(|config| config.voice_sessions = 0).await;
    let anna = test.sign_in("anna").await;
    let refused = anna.send(post(SESSIONS, &json!({}))).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem: api_types::ProblemBody = body_of(refused).await;
    assert!(problem.detail.unwrap().contains("VOICEASSIST_VOICE_SESSIONS"));
}

#[test]
fn the_verdict_of_what_was_heard_has_its_name_on_the_wire() {
    assert_eq!(serde_json::to_string(&VerdictName::Asked).unwrap(), "\"asked\"");
}
