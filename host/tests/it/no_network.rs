//! Nothing leaves by default: the real program starts, reads files, searches and answers in a network namespace of its
//! own, and the kernel's counters there show no attempt to reach anything but the test's own requests.

use std::net::{TcpStream, ToSocketAddrs, UdpSocket};

use api_types::{AnswerKind, EgressPage, PluginList};

use crate::namespace::{Counters, enter};
use crate::process::Host;

const NOTE: &str = "# Cold chain for ward vaccines\n\n\
    Keep ward vaccines between 2 and 8 degrees Celsius. Do not freeze ward vaccines. \
    Report a fridge temperature above 8 degrees Celsius to the pharmacy on the same day.\n";

#[test]
fn starting_ingesting_searching_and_answering_open_no_connection() {
    if !enter(
        "no_network::starting_ingesting_searching_and_answering_open_no_connection",
        "",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let before = Counters::now();
    // With a remote model in the configuration, which nobody switched on.
    let model = [
        ("MODEL_BASE_URL", "https://models.example.com/v1"),
        ("MODEL_NAME", "remote-model"),
    ];
    let mut host = Host::start(folder.path(), &["--demo"], &model);
    host.sign_in();
    host.upload("cold-chain.md", NOTE);
    let list = host.wait_until_read(7);
    assert!(
        list.documents.iter().any(|one| one.ocr_pages > 0),
        "the scanned page was read"
    );

    let conversation = host.conversation();
    let answer = host.ask(&conversation, "1", "At which temperature are ward vaccines kept?");
    assert_eq!(answer.kind, AnswerKind::Answered, "{answer:?}");
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");
    assert_eq!(
        (answer.metadata.model.as_str(), answer.metadata.receipt.requests.len()),
        ("extractive", 0)
    );
    let patient = host.ask(
        &conversation,
        "2",
        "Patient john smith, MRN: 12345678: at which temperature are his vaccines kept?",
    );
    assert_eq!(patient.metadata.receipt.left_the_building, "nothing");
    let unknown = host.ask(&conversation, "3", "What is the capital of Mongolia?");
    assert_eq!(unknown.kind, AnswerKind::NotFound);
    assert!(!host.get::<PluginList>("/api/v1/plugins").plugins.is_empty());
    host.ask(
        &conversation,
        "4",
        "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes",
    );
    assert!(host.get::<EgressPage>("/api/admin/panel/egress").records.is_empty());

    let after = Counters::now();
    assert_eq!(after.outbound_since(&before), []);
    assert_eq!(
        after.opened_since(&before),
        host.opened,
        "a connection was opened that this test did not open"
    );
}

#[test]
fn the_counters_see_every_kind_of_attempt() {
    if !enter("no_network::the_counters_see_every_kind_of_attempt", "") {
        return;
    }
    let attempts: [(&str, fn()); 5] = [
        ("tcp 4", || drop(TcpStream::connect("192.0.2.1:443"))),
        ("tcp 6", || drop(TcpStream::connect("[2001:db8::1]:443"))),
        ("udp 4", || {
            drop(UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(b"x", "192.0.2.1:53")))
        }),
        ("udp to a local resolver", || {
            drop(UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"x", "127.0.0.53:53")));
        }),
        ("a name", || drop(("voiceassist.example", 443).to_socket_addrs())),
    ];
    for (name, attempt) in attempts {
        let before = Counters::now();
        attempt();
        let seen = Counters::now().outbound_since(&before);
        assert!(!seen.is_empty(), "{name} was not seen");
    }
    let before = Counters::now();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let _stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let after = Counters::now();
    assert_eq!(
        (after.opened_since(&before), after.outbound_since(&before)),
        (1, vec![])
    );
}
