//! Vendors over TLS, as they are outside: only who has the certificate of the name hears anything.

use api_types::{Conversation, EndpointKind};
use testkit::{DeepgramDouble, ElevenLabsDouble};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use voiceassist::models::Stage;

use super::talker::spoken;
use super::vendors::{HEARD, KEY, allow, connected, notices, settings};
use super::{QUESTION, RULES, conversation_of};
use crate::egress_tls::{certify, server};
use crate::namespace::enter;
use crate::support::TestApp;

/// TLS in front of a double, with the certificate of `folder`; its address.
async fn sealed(double: &str, folder: &str) -> String {
    let acceptor = TlsAcceptor::from(server(folder));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}", listener.local_addr().unwrap());
    let behind = double.strip_prefix("ws://").unwrap().to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate breaks the handshake here.
                if let Ok(mut front) = acceptor.accept(stream).await {
                    let mut back = TcpStream::connect(behind).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut front, &mut back).await;
                }
            });
        }
    });
    url
}

async fn speak_to_both(trusted: &str, foreign: &str) {
    let hears = DeepgramDouble::start(KEY, &[HEARD]).await.unwrap();
    let speaks = ElevenLabsDouble::start(KEY).await.unwrap();
    let urls = [
        sealed(&hears.url(), trusted).await,
        sealed(&speaks.url(), trusted).await,
        sealed(&hears.url(), foreign).await,
    ];
    for (hearing, vendors) in [(&urls[0], 1), (&urls[2], 0)] {
        let test = TestApp::start_with(|config| {
            config.speech = vec![settings(Stage::Hearing, hearing), settings(Stage::Speaking, &urls[1])];
        })
        .await;
        allow(&test, &[EndpointKind::SpeechToText, EndpointKind::TextToSpeech]).await;
        let anna = test.sign_in("anna").await;
        anna.add("visitors.md", RULES).await;
        let (heard, said) = (hears.calls().len(), speaks.calls().len());
        let mut talker = connected(&test, &anna).await;
        talker.say(&spoken(QUESTION)).await;
        talker.answered().await;
        assert_eq!(hears.calls().len() - heard, vendors);
        assert!(speaks.calls().len() > said);
        let fell_back = notices(&talker) == ["hearing_fell_back"];
        assert_eq!(
            (talker.page.heard() == [HEARD], fell_back),
            (vendors == 1, vendors == 0)
        );
        let conversation = conversation_of(&talker);
        let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
        let receipt = &shown.messages[0].answer.as_ref().unwrap().metadata.receipt;
        let place = format!("(phi) to {hearing}");
        assert_eq!(receipt.left_the_building.contains(&place), vendors == 1, "{receipt:?}");
    }
}

#[test]
fn vendors_are_spoken_to_over_tls_and_a_foreign_certificate_gets_no_sound() {
    let outside = tempfile::tempdir().unwrap();
    let folder = std::env::var("VOICEASSIST_TEST_TLS").unwrap_or_else(|_| outside.path().display().to_string());
    let [trusted, foreign] = ["trusted", "foreign"].map(|name| format!("{folder}/{name}"));
    let setup = format!("mkdir {trusted} {foreign};")
        + &certify(&trusted, "IP:127.0.0.1")
        + &certify(&foreign, "IP:127.0.0.1")
        + &format!("export VOICEASSIST_TEST_TLS={folder} SSL_CERT_FILE={trusted}/certificate.pem; unset SSL_CERT_DIR;");
    let name = "voice::sealed::vendors_are_spoken_to_over_tls_and_a_foreign_certificate_gets_no_sound";
    if enter(name, &setup) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(speak_to_both(&trusted, &foreign));
    }
}
