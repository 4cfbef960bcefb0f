//! The second copy: in order, caught up after an outage, and where it is required, nothing happens without it.

use std::path::Path;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream, UnixDatagram};
use voiceassist::audit::settings::Target;
use voiceassist::audit::verify::{Against, verify};
use voiceassist::audit::{Event, SinkState, record_alone};

use super::without_packages;
use crate::support::{TestApp, bare};

async fn note(test: &TestApp, count: usize) {
    for _ in 0..count {
        let event = Event::new("anna", "document.opened", "document", "d1");
        record_alone(&test.app.db, test.app.clock.now_ms(), &event)
            .await
            .unwrap();
    }
}

async fn read_until(connection: &mut TcpStream, wanted: &str) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    while !text.contains(wanted) {
        let read = connection.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the connection ended after {text}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    text
}

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap_or_default().lines().count()
}

#[tokio::test]
async fn a_sink_catches_up_after_an_outage_and_agrees_with_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("log");
    std::fs::create_dir(&place).unwrap();
    let sink = place.join("audit.jsonl");
    let test = TestApp::start_with(|config| {
        without_packages(config);
        config.audit.sink = Some(Target::File(sink.clone()));
    })
    .await;
    let app = &test.app;
    note(&test, 3).await;
    app.audit.checkpoint().await.unwrap();
    app.audit.deliver().await.unwrap();
    assert_eq!(lines(&sink), 4);

    let away = folder.path().join("away");
    std::fs::rename(&place, &away).unwrap();
    note(&test, 600).await;
    app.audit.checkpoint().await.unwrap();
    let error = app.audit.deliver().await.unwrap_err();
    assert!(error.to_string().contains("audit.jsonl cannot be written"), "{error}");
    // A process that ended in the middle of a line.
    let torn = std::fs::read_to_string(away.join("audit.jsonl")).unwrap() + "{\"row\":{\"entry\":{\"seq";
    std::fs::write(away.join("audit.jsonl"), torn).unwrap();
    std::fs::rename(&away, &place).unwrap();
    app.audit.deliver().await.unwrap();

    let against = Against {
        keys: vec![app.audit.public_key().parse().unwrap()],
        sink: vec![sink.clone()],
        kept: None,
    };
    let holds = verify(&app.config.database_url, &against).await.unwrap();
    assert_eq!((holds.copied, holds.signed), (Some(603), 603));
    // Others come by themselves, each when it finds 200 entries unsigned.
    assert!((2..=5).contains(&holds.checkpoints), "{}", holds.checkpoints);

    // Rows that are taken out of the database show at once, before anyone verifies.
    for statement in [
        "DELETE FROM audit_checkpoints",
        "DELETE FROM audit WHERE sequence > 500",
    ] {
        sqlx::query(statement).execute(&app.db).await.unwrap();
    }
    let error = app.audit.deliver().await.unwrap_err();
    assert!(
        error.to_string().contains("500 entries, and 603 had been delivered"),
        "{error}"
    );
}

#[tokio::test]
async fn where_the_sink_is_required_nothing_happens_without_it_and_the_status_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("log");
    std::fs::create_dir(&place).unwrap();
    let test = TestApp::start_with(|config| {
        without_packages(config);
        config.audit.sink = Some(Target::File(place.join("audit.jsonl")));
        config.audit.sink_required = true;
        config.audit.deliver_every = Duration::from_millis(20);
    })
    .await;
    let anna = test.sign_in("anna").await;
    let mut state = test.app.audit.watch_sink();
    state.wait_for(|state| *state == SinkState::Reached).await.unwrap();
    std::fs::rename(&place, folder.path().join("away")).unwrap();
    let down = |state: &SinkState| matches!(state, SinkState::Unreachable(_));
    state.wait_for(down).await.unwrap();

    let refused = anna.send(bare("DELETE", "/api/v1/session")).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let status: api_types::SystemStatus = anna.get("/api/v1/status").await;
    assert!(
        status
            .notices
            .iter()
            .any(|notice| notice.contains("audit.jsonl") && notice.contains("required"))
    );

    std::fs::rename(folder.path().join("away"), &place).unwrap();
    state.wait_for(|state| *state == SinkState::Reached).await.unwrap();
    assert_eq!(
        anna.send(bare("DELETE", "/api/v1/session")).await.status(),
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn a_collector_over_tcp_gets_counted_messages_and_after_a_break_the_last_ones_again() {
    let collector = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = collector.local_addr().unwrap().port();
    let target = Target::SyslogTcp {
        host: "127.0.0.1".to_owned(),
        port,
    };
    let test = TestApp::start_with(|config| {
        without_packages(config);
        config.audit.sink = Some(target);
    })
    .await;
    note(&test, 2).await;
    let first = tokio::spawn(async move {
        let (mut connection, _) = collector.accept().await.unwrap();
        (read_until(&mut connection, "\"sequence\":2,").await, collector)
    });
    test.app.audit.deliver().await.unwrap();
    // With the end of the task the connection ends.
    let (text, collector) = first.await.unwrap();
    let (length, message) = text.split_once(' ').unwrap();
    let message = &message[..length.parse::<usize>().unwrap()];
    assert!(message.starts_with("<110>1 2026-03-02T08:00:"), "{message}");
    assert!(message.contains(" - voiceassist - entry - {\"row\":"), "{message}");

    note(&test, 1).await;
    let second = tokio::spawn(async move {
        let (mut connection, _) = collector.accept().await.unwrap();
        read_until(&mut connection, "\"sequence\":3,").await
    });
    // That the connection has ended is known once that has arrived.
    while !second.is_finished() {
        test.app.audit.deliver().await.unwrap();
        tokio::task::yield_now().await;
    }
    let again = second.await.unwrap();
    assert!(
        again.contains("\"sequence\":1,") && again.contains("\"sequence\":3,"),
        "{again}"
    );
    let logged = test.app.egress.recent(10).await.unwrap();
    let row = logged.iter().find(|row| row.purpose == "audit").unwrap();
    assert!(row.destination == format!("syslog://127.0.0.1:{port}") && !row.remote);
}

#[tokio::test]
async fn a_local_syslog_socket_gets_a_message_for_each_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let socket = UnixDatagram::bind(&path).unwrap();
    let test = TestApp::start_with(|config| {
        without_packages(config);
        config.audit.sink = Some(Target::SyslogSocket(path.clone()));
    })
    .await;
    note(&test, 1).await;
    test.app.audit.deliver().await.unwrap();
    let mut buffer = [0; 4096];
    let read = socket.recv(&mut buffer).await.unwrap();
    let message = std::str::from_utf8(&buffer[..read]).unwrap();
    assert!(
        message.contains("\"sequence\":1,") && message.contains("document.opened"),
        "{message}"
    );
}
