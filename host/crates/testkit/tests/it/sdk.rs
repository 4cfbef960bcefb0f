//! The vendors' own clients, from PyPI, against their doubles: what they do not understand would be no proof of ours.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use testkit::{DeepgramDouble, ElevenLabsDouble, deepgram_parameters};

const KEY: &str = "a-key";
const HEARD: &str = "Give the metformin twice a day.";
/// The interpreter that has `xtask/bench/vendors-requirements.txt`; `cargo xtask test` makes it.
const VARIABLE: &str = "VOICEASSIST_VENDORS_PYTHON";

fn python() -> Option<PathBuf> {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let kept = cache.map(|cache| cache.join("voiceassist/vendors/bin/python"));
    named.or(kept).filter(|python| python.is_file())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_vendors_own_clients_understand_the_doubles() -> std::io::Result<()> {
    let Some(python) = python() else {
        // Past the test runner, which keeps what a test prints to itself.
        return writeln!(
            std::io::stdout(),
            "skipped: the vendors' clients are not installed; `cargo xtask test` does that where PyPI can be reached"
        );
    };
    let hears = DeepgramDouble::start(KEY, &[HEARD]).await?;
    let impatient = DeepgramDouble::with_idle(KEY, &[HEARD], Duration::from_millis(300)).await?;
    let speaks = ElevenLabsDouble::start(KEY).await?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/sdk.py");
    let (addresses, parameters) = (
        [hears.url(), impatient.url(), speaks.url()],
        deepgram_parameters().join(","),
    );
    let running = tokio::task::spawn_blocking(move || {
        std::process::Command::new(python)
            .args(["-I", "-W", "ignore", script])
            .args(addresses)
            .args([KEY, &parameters])
            .output()
    });
    let output = running.await.map_err(std::io::Error::other)??;
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(output.status.success(), "{complained}");
    let told: serde_json::Value = serde_json::from_str(said.trim()).map_err(std::io::Error::other)?;
    assert_eq!(told["heard"], HEARD);
    writeln!(std::io::stdout(), "deepgram-sdk and elevenlabs: {told}")?;

    let call = &hears.calls()[0];
    assert_eq!(call.authorization, format!("Token {KEY}"));
    assert_eq!(call.parameter("keyterm"), ["metformin", "apixaban"]);
    assert_eq!(call.messages, ["KeepAlive", "Finalize", "CloseStream"]);
    assert_eq!(call.sound.len(), 21 * 3_200);
    let spoken = speaks.calls();
    assert_eq!(
        (spoken.len(), spoken[1].closed.as_slice()),
        (2, ["a".to_owned()].as_slice())
    );
    Ok(())
}
