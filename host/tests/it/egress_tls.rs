//! The gate over TLS: the certificate is checked for the name that was asked for, whatever address it was pinned to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::egress::{Class, Egress, EgressError, EgressRequest, EgressSettings, Resolve, Resolving};

use crate::egress::{operator, store};
use crate::namespace::enter;

const NAME: &str = "model.hospital.example";

/// Every name is this machine.
struct Here;

impl Resolve for Here {
    fn resolve<'a>(&'a self, _host: &'a str) -> Resolving<'a> {
        Box::pin(async { Ok(vec![[127, 0, 0, 1].into()]) })
    }
}

/// Shell commands that make a certificate, its own root, for an alternative name such as `IP:127.0.0.1`.
pub fn certify(folder: &str, alternative: &str) -> String {
    format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
         -keyout {folder}/key.pem -out {folder}/certificate.pem -subj /CN=test \
         -addext subjectAltName={alternative} -addext basicConstraints=critical,CA:FALSE 2>/dev/null;"
    )
}

/// A server with the certificate of such a folder.
pub fn server(folder: &str) -> Arc<rustls::ServerConfig> {
    let certificate = CertificateDer::from_pem_file(format!("{folder}/certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{folder}/key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

/// Answers every request with `fine`; hands back what it could decrypt.
fn serve(folder: &str) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let config = server(folder);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let received = Arc::new(Mutex::new(Vec::new()));
    let seen = received.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 4096];
            // A client that does not trust us breaks the handshake here.
            let Ok(length) = stream.read(&mut request) else {
                continue;
            };
            seen.lock()
                .unwrap()
                .push(String::from_utf8_lossy(&request[..length]).into_owned());
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfine")
                .unwrap();
            stream.conn.send_close_notify();
            stream.flush().unwrap();
        }
    });
    (address, received)
}

#[test]
fn a_certificate_for_another_name_gets_not_one_byte_of_the_request() {
    let outside = tempfile::tempdir().unwrap();
    let folder = std::env::var("VOICEASSIST_TEST_TLS").unwrap_or_else(|_| outside.path().display().to_string());
    // The certificate is its own root; SSL_CERT_FILE makes it the only one this process trusts.
    let setup = certify(&folder, &format!("DNS:{NAME}"))
        + &format!("export VOICEASSIST_TEST_TLS={folder} SSL_CERT_FILE={folder}/certificate.pem; unset SSL_CERT_DIR;");
    if !enter(
        "egress_tls::a_certificate_for_another_name_gets_not_one_byte_of_the_request",
        &setup,
    ) {
        return;
    }
    let (address, received) = serve(&folder);
    let url = |name: &str| format!("https://{name}:{}/", address.port());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = store().await;
        let allowed = vec![operator(&url(NAME)), operator(&url("other.example"))];
        let settings = EgressSettings {
            allowed,
            ..EgressSettings::default()
        };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let egress = Egress::with_resolver(settings, store.db.clone(), clock, random, Arc::new(Here));
        let request = |name: &str| EgressRequest::post_json("test", &url(name), Class::Public, "{\"q\":\"dose\"}");

        let refused = egress.send(request("other.example")).await.err();
        assert!(matches!(refused, Some(EgressError::NotConnected)), "{refused:?}");
        assert!(received.lock().unwrap().is_empty());

        let answered = egress.send(request(NAME)).await.unwrap();
        assert_eq!(answered.bytes().await.unwrap(), "fine");
        assert!(received.lock().unwrap()[0].starts_with("POST / HTTP/1.1"));
    });
}
