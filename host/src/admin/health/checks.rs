//! What is looked at, and what to do when it is bad.

use std::time::{Duration, Instant};

use api_types::HealthCheck;
use envelope::Place;

use super::finding;
use crate::admin::store::health;
use crate::app::App;
use crate::audit::{self, Event, SinkState};

/// Who does not answer within this time is away.
const PATIENCE: Duration = Duration::from_secs(5);
/// A disk that is fuller than this is bad: indexing and the write-ahead log need room.
const FULLEST: f64 = 0.9;
const GIGABYTE: f64 = 1_073_741_824.0;

pub async fn all(app: &App) -> Vec<HealthCheck> {
    let mut found = vec![
        database(app).await,
        audit_trail(app).await,
        index(app),
        models(app).await,
        vault(app),
        disk(app),
    ];
    found.extend(nextcloud(app).await);
    found.extend(redis(app));
    found
}

/// What to do when it is bad.
pub fn fix(name: &str) -> &'static str {
    match name {
        "database" => "Look at the database server or the disk under the data folder; the server's log has the reason.",
        "audit" => {
            "Nothing that must be recorded happens while the trail cannot be written. Look at the database, and at the \
             destination in AUDIT_SINK: a full disk, a closed firewall, a stopped collector."
        }
        "index" => "Run `voiceassist doctor`: it says which model is missing and how to get it.",
        "models" => "Answers come from the built-in answerer meanwhile. Try the endpoint on the page Models.",
        "vault" => {
            "Check MASTER_KEY_FILE or MASTER_KEY_COMMAND, then start the server again. Do not change the key in a hurry."
        }
        "disk" => "Make room on the disk of the data folder, or move the data folder to a larger one.",
        "nextcloud" => {
            "Check that Nextcloud answers at NEXTCLOUD_URL from this host, its certificate, and that it is not in maintenance \
             mode. Users' own files are withheld meanwhile."
        }
        "redis" => "Look at the Redis in REDIS_URL. Hosts hear of changes within a second meanwhile.",
        _ => "The server's log has the reason.",
    }
}

fn ms(began: Instant) -> i64 {
    i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX)
}

async fn database(app: &App) -> HealthCheck {
    let began = Instant::now();
    let found = match tokio::time::timeout(PATIENCE, health::ping(&app.db)).await {
        Ok(Ok(())) if crate::db::is_sqlite(&app.db) => Ok("SQLite answers.".to_owned()),
        Ok(Ok(())) => Ok("PostgreSQL answers.".to_owned()),
        Ok(Err(_)) => Err("It answers with an error.".to_owned()),
        Err(_) => Err("It does not answer.".to_owned()),
    };
    finding(app, "database", Some(ms(began)), found)
}

async fn audit_trail(app: &App) -> HealthCheck {
    let began = Instant::now();
    let event = Event::new("system:health", "audit.probed", "audit", "trail");
    let written = audit::probe(&app.db, app.clock.now_ms(), &event).await;
    let found = match (written, app.audit.sink_state()) {
        (Err(_), _) => Err("It cannot be written.".to_owned()),
        (Ok(()), SinkState::Unreachable(reason)) => Err(format!("Its second copy cannot be written: {reason}.")),
        (Ok(()), SinkState::Reached) => Ok("It can be written, and so can its second copy.".to_owned()),
        (Ok(()), SinkState::None | SinkState::Unknown) => Ok("It can be written. It has no second copy.".to_owned()),
    };
    finding(app, "audit", Some(ms(began)), found)
}

fn index(app: &App) -> HealthCheck {
    let found = match app.knowledge.missing_model() {
        None => Ok("It is loaded, with the model for searching by meaning.".to_owned()),
        Some(missing) => Err(format!("Search finds words only: {missing}")),
    };
    finding(app, "index", None, found)
}

async fn models(app: &App) -> HealthCheck {
    let found = match app.models.paused().await {
        Ok(paused) if paused.is_empty() => match app.models.shown().await {
            Ok(model) => Ok(format!("{} answers; no endpoint that is switched on fails.", model.id)),
            Err(_) => Err("Its switches cannot be read.".to_owned()),
        },
        Ok(paused) => Err(format!("After several failures given a pause: {}.", paused.join(", "))),
        Err(_) => Err("Their switches cannot be read.".to_owned()),
    };
    finding(app, "models", None, found)
}

/// Seals a word and opens it again.
fn vault(app: &App) -> HealthCheck {
    let place = Place::new("health", "detail", "vault");
    let opened = app
        .vault
        .seal(place, "word")
        .and_then(|sealed| app.vault.open(place, sealed));
    let found = match opened {
        Ok(word) if word == "word" => Ok(format!("What is stored is {}.", app.vault.at_rest())),
        Ok(_) | Err(_) => Err("What is sealed does not open again.".to_owned()),
    };
    finding(app, "vault", None, found)
}

fn disk(app: &App) -> HealthCheck {
    let found = match rustix::fs::statvfs(&app.config.data_dir) {
        Ok(stat) if stat.f_blocks > 0 => {
            let bytes = |blocks: u64| blocks as f64 * stat.f_frsize as f64 / GIGABYTE;
            // As `df` counts it: what is kept back for root is neither used nor free.
            let taken = stat.f_blocks.saturating_sub(stat.f_bfree) as f64;
            let used = taken / (taken + stat.f_bavail as f64).max(1.0);
            let text = format!("{:.0} % used, {:.1} GB free.", used * 100.0, bytes(stat.f_bavail));
            if used > FULLEST { Err(text) } else { Ok(text) }
        }
        Ok(_) | Err(_) => Err("The data folder cannot be looked at.".to_owned()),
    };
    finding(app, "disk", None, found)
}

/// Only where it installed this app.
async fn nextcloud(app: &App) -> Option<HealthCheck> {
    let cloud = app.cloud.as_ref()?;
    let began = Instant::now();
    let found = match tokio::time::timeout(PATIENCE, cloud.client.version()).await {
        Ok(Ok(version)) => Ok(format!("Nextcloud {version} answers.")),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("It does not answer.".to_owned()),
    };
    Some(finding(app, "nextcloud", Some(ms(began)), found))
}

/// Only where it is used.
fn redis(app: &App) -> Option<HealthCheck> {
    let found = match app.hosts.redis_is_here()? {
        true => Ok("It is connected.".to_owned()),
        false => Err("It is away.".to_owned()),
    };
    Some(finding(app, "redis", None, found))
}
