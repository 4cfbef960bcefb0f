//! How long what is stored is kept, how one person takes a copy of theirs away, and how it is erased.

pub mod account;
pub mod erase;
pub mod export;
pub mod order;
pub mod reapply;
pub mod rules;
pub mod run;
mod store;

use api_types::RetentionClass;

use crate::app::App;
use crate::clock::new_id;
use crate::jobs;

/// The job that removes what is old; there is one, and it comes back each day.
pub const RUN: &str = "retention.run";

/// Of what the server does by itself.
const ACTOR: &str = "system:retention";

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What is fixed about a class.
struct Class {
    class: RetentionClass,
    name: &'static str,
    default_days: Option<i64>,
    least_days: i64,
}

const CLASSES: [Class; 9] = [
    class(RetentionClass::Conversations, "conversations", None, 1),
    class(RetentionClass::ClinicalContexts, "clinical_contexts", None, 1),
    class(RetentionClass::Documents, "documents", None, 1),
    // 45 CFR 164.316(b)(2) and 164.528: six years, with two leap days.
    class(RetentionClass::EgressLog, "egress_log", Some(6 * 365 + 2), 30),
    class(RetentionClass::LiveEvents, "live_events", Some(7), 1),
    class(RetentionClass::PluginCalls, "plugin_calls", Some(30), 1),
    // A used token that is seen again is known for as long as its session is.
    class(RetentionClass::Sessions, "sessions", Some(7), 1),
    class(RetentionClass::VoiceSessions, "voice_sessions", Some(30), 1),
    class(
        RetentionClass::DepartedUsers,
        "departed_users",
        Some(crate::cloud::settings::DEPARTED_DAYS),
        1,
    ),
];

const fn class(class: RetentionClass, name: &'static str, default_days: Option<i64>, least_days: i64) -> Class {
    Class {
        class,
        name,
        default_days,
        least_days,
    }
}

impl Class {
    fn of(class: RetentionClass) -> &'static Self {
        CLASSES.iter().find(|one| one.class == class).unwrap_or(&CLASSES[0])
    }
}

/// At the start: there is the job that comes back each day.
///
/// # Errors
/// Of the database.
pub async fn resume(app: &App) -> Result<(), sqlx::Error> {
    if jobs::due(&app.db, RUN).await?.is_some() {
        return Ok(());
    }
    let mut tx = crate::db::begin(&app.db).await?;
    let due = app.clock.now_ms() + HOUR_MS;
    jobs::enqueue(&mut tx, &new_id(app.random.as_ref()), RUN, RUN, "", due).await?;
    tx.commit().await
}
