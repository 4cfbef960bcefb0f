//! The Nextcloud double as a program, for tests in a browser.
//!
//! `--port N --app-url http://127.0.0.1:23000 --secret S --harp on|off [--app-id voiceassist]`; prints its address and
//! that of a guideline site, a line each, when both are ready, and runs until it is ended.

use std::io::Write;

use testkit::nextcloud::AppSpec;
use testkit::{GuidelineSite, Nextcloud};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let port = option("--port").unwrap_or_else(|| "0".to_owned()).parse()?;
    let secret = option("--secret").ok_or("--secret is missing")?;
    let id = option("--app-id").unwrap_or_else(|| "voiceassist".to_owned());
    let nc = Nextcloud::start_at(port, AppSpec::new(&id, &secret)).await?;
    if let Some(url) = option("--app-url") {
        nc.app_url(&url);
    }
    nc.harp(option("--harp").as_deref() == Some("on"));
    nc.user("admin", &["admin"]);
    nc.user("alice", &["doctors"]);
    nc.user("bob", &["doctors"]);
    nc.user("anna", &[]);
    nc.language("anna", "de");
    nc.serve_control();
    let guidelines = GuidelineSite::start().await?;
    guidelines.fill_with_kidney_disease();
    let mut out = std::io::stdout();
    writeln!(out, "{}\n{}", nc.url(), guidelines.origin())?;
    out.flush()?;
    std::future::pending::<()>().await;
    Ok(())
}
